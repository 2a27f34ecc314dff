//! Kustomizations beside the objects that they change: replicas are applied, and what else they change is said.

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
    // Two that say something else: neither counts, and that is said.
    let less = replicas(1).replace("web.yaml", "../base");
    let (count, system) = members(&[all[0], all[1], all[2], ("test/kustomization.yaml", &less)]);
    assert_eq!(count, 3);
    assert!(says(&system, "How many replicas Deployment/default/web has is said by several"), "{:#?}", system.unknown);
}

#[test]
fn what_a_kustomization_changes_else_is_said_by_name() {
    let web = deployment("web", 3, "shop/web", "", "");
    let patch = "apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: { replicas: 9 }\n";
    for (keys, words) in [
        ("patches: [{ path: a-patch.yaml }]\n", "`patches` (a-patch.yaml) of prod/kustomization.yaml is not applied"),
        ("patchesStrategicMerge: [a-patch.yaml]\n", "`patchesStrategicMerge` (a-patch.yaml) of prod/"),
        ("images: [{ name: shop/web, newTag: '2' }]\n", "`images` of prod/kustomization.yaml is not applied"),
        ("namePrefix: x-\nnamespace: y\n", "`namePrefix` of prod/kustomization.yaml and `namespace` of prod/"),
        ("components: [../c]\n", "`components` of prod/kustomization.yaml is not applied"),
        ("bases: [../far]\n", "far, a resource of prod/kustomization.yaml, is not among these files"),
    ] {
        let text = format!("resources: [web.yaml]\n{keys}");
        let mut files = vec![("prod/kustomization.yaml", text.as_str()), ("prod/web.yaml", &web)];
        if keys.contains("a-patch") {
            // What stands in a file of changes is no object of its own, although it is read first.
            files.insert(0, ("prod/a-patch.yaml", patch));
        }
        let system = of_files(&files, 3).unwrap().system;
        assert!(says(&system, words), "{words}: {:#?}", system.unknown);
        assert_eq!(system.parts[system.part("web").unwrap()].members.len(), 3, "{keys}");
        assert!(!says(&system, "more than once"), "{:#?}", system.unknown);
    }
}
