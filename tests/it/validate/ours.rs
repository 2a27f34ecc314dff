//! What is generated is judged as anybody's manifests are.

use serde_json::Value as Json;

use crate::support::{a8ctl, root, run, text, tool};

/// Profiles that say of themselves that they survive something.
const REDUNDANT: &[&str] = &[
    "multi-node",
    "multi-zone",
    "external-db",
    "vm-haproxy",
    "vm-nginx",
    "etcd-controller",
    "replicated-registry",
    "node-side",
];

#[test]
fn redundant_profiles_have_no_flaw() {
    for profile in REDUNDANT {
        for target in ["k8s", "compose", "haproxy", "nginx"] {
            let path = root().join("snapshots").join(profile).join(target);
            if !path.exists() {
                continue;
            }
            let output = run(a8ctl(&["validate"]).arg(&path));
            assert_eq!(output.status.code(), Some(0), "{profile}/{target}:\n{}", text(&output.stdout));
        }
    }
}

/// Well-kept manifests of other hands, in the manner of public projects.
#[test]
fn what_others_keep_well_has_no_flaw() {
    let strangers = root().join("tests/validate/strangers");
    let mut count = 0;
    for entry in std::fs::read_dir(&strangers).unwrap() {
        let path = entry.unwrap().path();
        let mut command = a8ctl(&["validate", "--external", "ConfigMap/*"]);
        let output = run(command.arg(&path));
        assert_eq!(output.status.code(), Some(0), "{}:\n{}", path.display(), text(&output.stdout));
        count += 1;
    }
    assert!(count >= 6, "{count}");
}

/// The published deployment, and those that admit that they survive nothing.
#[test]
fn flaws_are_those_that_the_summary_admits() {
    let rules = |profile: &str| {
        let path = root().join("snapshots").join(profile).join("k8s");
        let output = run(a8ctl(&["validate", "--format", "json"]).arg(path));
        let said: Json = serde_json::from_str(&text(&output.stdout)).unwrap();
        let worse = said["findings"].as_array().unwrap().iter().filter(|it| it["severity"] != "info");
        let mut rules: Vec<String> = worse.map(|it| it["rule"].as_str().unwrap().to_owned()).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    };
    assert_eq!(rules("dev"), ["single-replica"]);
    assert_eq!(rules("single-node"), ["no-spread", "single-replica", "single-server"]);
    let classic = rules("amalgam8-classic");
    for rule in ["single-replica", "store-without-volume", "missing-budget", "no-spread", "no-requests"] {
        assert!(classic.iter().any(|it| it == rule), "{rule} is not among {classic:?}");
    }
}

#[test]
fn the_embedded_schemas_are_what_others_say() {
    let Some(python) = tool("validate: schemas", "venv/python") else { return };
    for script in ["kubernetes-schema", "compose-schema"] {
        let script = root().join("scripts").join(script);
        let output = run(std::process::Command::new(&python).arg(script).arg("--check"));
        assert!(output.status.success(), "{}", text(&output.stderr));
    }
}

/// `UPDATE_SNAPSHOTS=1 cargo test rules_md` writes it anew.
#[test]
fn rules_md_is_generated() {
    let path = root().join("rules.md");
    let wanted = a8ctl::report::markdown();
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(&path, &wanted).unwrap();
    }
    assert!(std::fs::read_to_string(path).is_ok_and(|text| text == wanted), "rules.md is not what the rules say");
}
