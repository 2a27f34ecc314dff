//! `amalgam8-classic` is the deployment that Amalgam8 documented: object by object, value by value, but for what is
//! named here.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value as Json;

use crate::support::root;
use crate::yaml12;

/// A named difference: in these objects, the value at a path and all below it.
struct Difference {
    objects: &'static [&'static str],
    /// Which of the two objects of that name, and where in it.
    path: &'static str,
    /// What stands at the path itself in the document and here; `None` is nothing, or something with parts.
    document: Option<&'static str>,
    here: Option<&'static str>,
}

const ALL: &[&str] = &["redis", "controller", "registry"];
const SERVICES: &[&str] = &["controller", "registry"];

const DIFFERENCES: &[Difference] = &[
    // A Deployment does all that a ReplicationController does, and rolls.
    Difference {
        objects: ALL,
        path: "workload kind",
        document: Some("ReplicationController"),
        here: Some("Deployment"),
    },
    Difference { objects: ALL, path: "workload apiVersion", document: Some("v1"), here: Some("apps/v1") },
    // The form of a selector in apps/v1.
    Difference { objects: ALL, path: "workload spec.selector.name", document: Some("="), here: None },
    Difference { objects: ALL, path: "workload spec.selector.matchLabels.name", document: None, here: Some("=") },
    // How it rolls.
    Difference { objects: ALL, path: "workload spec.strategy", document: None, here: None },
    // Ports have names, which other objects and people can refer to.
    Difference { objects: &["redis"], path: "service spec.ports.0.name", document: None, here: Some("redis") },
    Difference { objects: SERVICES, path: "service spec.ports.0.name", document: None, here: Some("http") },
    Difference {
        objects: &["redis"],
        path: "workload spec.template.spec.containers.0.ports.0.name",
        document: None,
        here: Some("redis"),
    },
    Difference {
        objects: SERVICES,
        path: "workload spec.template.spec.containers.0.ports.0.name",
        document: None,
        here: Some("http"),
    },
    // The document promises that an unhealthy container gets no requests and is restarted: that takes probes.
    Difference {
        objects: ALL,
        path: "workload spec.template.spec.containers.0.readinessProbe",
        document: None,
        here: None,
    },
    Difference {
        objects: SERVICES,
        path: "workload spec.template.spec.containers.0.livenessProbe",
        document: None,
        here: None,
    },
];

impl Difference {
    /// Whether it is this difference; "=" in the table stands for the object's own name.
    fn is(&self, name: &str, path: &str, document: Option<&str>, here: Option<&str>) -> bool {
        if !self.objects.contains(&name) {
            return false;
        }
        let own = |value: Option<&'static str>| value.map(|value| if value == "=" { name } else { value });
        match path.strip_prefix(self.path) {
            Some("") => own(self.document) == document && own(self.here) == here,
            // Whole parts may only be additions.
            Some(rest) => rest.starts_with('.') && self.document.is_none() && self.here.is_none() && document.is_none(),
            None => false,
        }
    }
}

/// The objects by name and by what they are for: a Service, or what keeps the containers running.
fn objects(documents: impl Iterator<Item = Json>) -> BTreeMap<(String, &'static str), BTreeMap<String, String>> {
    let mut objects = BTreeMap::new();
    for document in documents {
        let role = match document["kind"].as_str().unwrap() {
            "Service" => "service",
            "ReplicationController" | "Deployment" => "workload",
            kind => panic!("{kind} is not in the document"),
        };
        let mut values = BTreeMap::new();
        flatten("", &document, &mut values);
        let name = document["metadata"]["name"].as_str().unwrap().to_owned();
        assert!(objects.insert((name, role), values).is_none(), "twice in {document}");
    }
    objects
}

/// Every value by its path, as JSON but for strings: `8080` and `"8080"` differ in YAML, and so they do here.
fn flatten(path: &str, value: &Json, out: &mut BTreeMap<String, String>) {
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    match value {
        Json::Object(map) => map.iter().for_each(|(key, value)| flatten(&below(key), value, out)),
        Json::Array(items) => {
            items.iter().enumerate().for_each(|(at, value)| flatten(&below(&at.to_string()), value, out));
        }
        Json::String(text) => {
            out.insert(path.to_owned(), text.clone());
        }
        other => {
            out.insert(path.to_owned(), format!("({other})"));
        }
    }
}

#[test]
fn differs_from_the_document_only_where_named() {
    let read = |path: &str| std::fs::read_to_string(root().join(path)).unwrap();
    let document = objects(read("tests/classic/controlplane.yaml").split("\n---\n").map(yaml12::json));
    let names = ["service-redis", "deployment-redis", "service-controller", "deployment-controller"];
    let names = names.into_iter().chain(["service-registry", "deployment-registry"]);
    let ours = objects(names.map(|name| yaml12::json(&read(&format!("snapshots/amalgam8-classic/k8s/{name}.yaml")))));
    let lying = std::fs::read_dir(root().join("snapshots/amalgam8-classic/k8s")).unwrap().count();
    assert_eq!(lying, ours.len() + 2, "one file an object, kustomization.yaml and RUNBOOK.md");
    assert!(document.keys().eq(ours.keys()), "{:?}", ours.keys());

    let mut unnamed = Vec::new();
    let mut seen = BTreeSet::new();
    for ((name, role), theirs) in &document {
        let own = &ours[&(name.clone(), *role)];
        let paths: BTreeSet<&String> = theirs.keys().chain(own.keys()).collect();
        for path in paths {
            let (there, here) = (theirs.get(path).map(String::as_str), own.get(path).map(String::as_str));
            if there == here {
                continue;
            }
            let place = format!("{role} {path}");
            match DIFFERENCES.iter().position(|one| one.is(name, &place, there, here)) {
                Some(at) => drop(seen.insert((at, name.clone()))),
                None => unnamed.push(format!("{name}: {place}: {there:?} there, {here:?} here")),
            }
        }
    }
    assert!(unnamed.is_empty(), "not among the named differences:\n{}", unnamed.join("\n"));
    for (at, difference) in DIFFERENCES.iter().enumerate() {
        for name in difference.objects {
            assert!(seen.contains(&(at, (*name).to_owned())), "{name} no longer differs at {}", difference.path);
        }
    }
}
