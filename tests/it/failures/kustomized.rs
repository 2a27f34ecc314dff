//! Kustomizations beside the objects that they change: what they change counts, and what is not followed is said.

use super::manifests::{deployment, of_files, says};

#[test]
fn replicas_of_a_kustomization_count() {
    let web = deployment("web", 3, "shop/web", "", "");
    let members = |files: &[(&str, &str)]| {
        let system = of_files(files, 3).unwrap().system;
        (system.parts[system.part("web").unwrap()].members.len(), system)
    };
    let replicas = |count: u32| format!("resources: [web.yaml]\nreplicas: [{{ name: web, count: {count} }}]\n");
    // With and without what every object must say.
    for head in ["", "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"] {
        let text = format!("{head}{}", replicas(5));
        let (count, system) = members(&[("web.yaml", &web), ("kustomization.yaml", &text)]);
        assert_eq!(count, 5, "{head}");
        assert!(!says(&system, "kustomization"), "{:#?}", system.unknown);
    }
    // Of another name, or of objects that it does not name.
    let other = replicas(5).replace("name: web", "name: api");
    assert_eq!(members(&[("web.yaml", &web), ("kustomization.yaml", &other)]).0, 3);
    assert_eq!(members(&[("web.yaml", &web), ("x/kustomization.yml", &replicas(5))]).0, 3);
    // Over a base, which lies elsewhere.
    let over = replicas(4).replace("web.yaml", "../base");
    let base = ("base/kustomization.yaml", "resources: [web.yaml]\n");
    let all = [("base/web.yaml", web.as_str()), base, ("prod/kustomization.yaml", &over)];
    assert_eq!(members(&all).0, 4);
    // Two over one base are not deployed together: the first is read, and that is said.
    let less = replicas(1).replace("web.yaml", "../base");
    let (count, system) = members(&[all[0], all[1], all[2], ("test/kustomization.yaml", &less)]);
    assert_eq!(count, 4);
    assert!(says(&system, "test makes objects that another kustomization makes too"), "{:#?}", system.unknown);
    // Two with objects of their own are.
    let own = ("x/kustomization.yaml", "resources: [api.yaml]\n");
    let api = deployment("api", 2, "shop/api", "", "");
    let (_, system) = members(&[all[0], all[1], all[2], own, ("x/api.yaml", &api)]);
    assert_eq!(system.parts.len(), 2);
}

#[test]
fn patches_count() {
    let web = deployment("web", 3, "shop/web", "", "");
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 9 }\n";
    let operations = "- { op: replace, path: /spec/replicas, value: 9 }\n";
    for (keys, patch) in [
        ("patches: [{ path: a-patch.yaml }]\n", patch),
        ("patchesStrategicMerge: [a-patch.yaml]\n", patch),
        ("patches: [{ path: a-patch.yaml, target: { kind: Deployment, name: 'w.*' } }]\n", operations),
        ("patchesJson6902: [{ path: a-patch.yaml, target: { kind: Deployment, name: web } }]\n", operations),
    ] {
        let text = format!("resources: [web.yaml]\n{keys}");
        // What stands in a file of changes is no object of its own, although it is read first.
        let files = [("prod/a-patch.yaml", patch), ("prod/kustomization.yaml", text.as_str()), ("prod/web.yaml", &web)];
        let system = of_files(&files, 3).unwrap().system;
        assert_eq!(system.parts[system.part("web").unwrap()].members.len(), 9, "{keys}");
        assert!(!says(&system, "more than once") && !says(&system, "kustomization"), "{:#?}", system.unknown);
    }
}

#[test]
fn what_is_not_followed_is_said_by_name() {
    let web = deployment("web", 3, "shop/web", "", "");
    for (keys, words) in [
        ("replacements: [{ path: x.yaml }]\n", "`replacements` of prod/kustomization.yaml is not followed"),
        ("helmCharts: [{ name: x }]\nvars: []\n", "`vars` of prod/kustomization.yaml and `helmCharts` of prod/"),
        ("bases: [../far]\n", "far, a resource of prod/kustomization.yaml, is not among these files"),
    ] {
        let text = format!("resources: [web.yaml]\n{keys}");
        let files = [("prod/kustomization.yaml", text.as_str()), ("prod/web.yaml", &web)];
        let system = of_files(&files, 3).unwrap().system;
        assert!(says(&system, words), "{words}: {:#?}", system.unknown);
        assert_eq!(system.parts[system.part("web").unwrap()].members.len(), 3, "{keys}");
    }
}
