//! The arrows between rooms, and what generic code may not know.

use std::path::Path;

use a8ctl::profile::BUILTINS;

use crate::support::{root, tree};

/// Which rooms of src/ a room may use. A room that is not listed may use none.
const ARROWS: &[(&str, &[&str])] = &[
    ("diagnostic", &["grammar"]),
    ("grammar", &[]),
    ("template", &[]),
    ("yaml", &["diagnostic"]),
    ("topology", &["diagnostic", "grammar"]),
    ("reader", &["diagnostic", "grammar", "topology", "yaml"]),
    ("replication", &["grammar", "template", "topology"]),
    ("datastore", &["diagnostic", "grammar", "reader", "template", "topology", "yaml"]),
    ("profile", &["datastore", "diagnostic", "grammar", "reader", "replication", "topology", "yaml"]),
    ("balancer", &["template", "topology"]),
    ("failure", &["balancer", "diagnostic", "grammar", "lint", "manifest", "topology", "yaml"]),
    ("manifest", &["diagnostic", "grammar", "yaml"]),
    ("lint", &["diagnostic", "manifest", "yaml"]),
    ("report", &["diagnostic", "failure", "lint"]),
    ("target", &["balancer", "diagnostic", "grammar", "target", "template", "topology", "yaml"]),
];

fn sources() -> Vec<(String, String)> {
    let rust = |path: &std::path::PathBuf| path.extension().is_some_and(|extension| extension == "rs");
    let read = |path: std::path::PathBuf| {
        (path.display().to_string(), std::fs::read_to_string(root().join("src").join(&path)).unwrap())
    };
    tree(&root().join("src")).into_iter().filter(rust).map(read).collect()
}

/// Code without its comments and its tests.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap();
    body.lines().map(|line| line.split("//").next().unwrap()).collect::<Vec<_>>().join("\n")
}

#[test]
fn rooms_use_only_what_they_may() {
    for (path, text) in sources() {
        let room = Path::new(&path).components().next().unwrap().as_os_str().to_string_lossy().replace(".rs", "");
        if ["main", "lib", "cli"].contains(&room.as_str()) {
            continue;
        }
        let allowed = ARROWS
            .iter()
            .find(|(name, _)| *name == room)
            .unwrap_or_else(|| panic!("{path}: a new room needs its arrows"))
            .1;
        for used in code(&text).split("crate::").skip(1) {
            let used: String = used.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
            assert!(used == room || allowed.contains(&used.as_str()), "{path} uses {used}");
        }
    }
}

#[test]
fn code_names_no_service_and_no_profile() {
    for (path, text) in sources() {
        // What Kubernetes calls so in its own objects is no service.
        const KUBERNETES: &[&str] = &[
            "replicationcontrollers",
            "controllerrevisions",
            "spec.controller",
            "spec: { controller: ",
            "a controller of ingresses",
            "no name of a controller",
        ];
        let code = KUBERNETES.iter().fold(code(&text), |code, word| code.replace(word, ""));
        for name in ["controller", "registry", "amalgam8", "A8_"] {
            // An image's registry is none of ours.
            let other_meaning = path.ends_with("builtin.rs") || path.starts_with("grammar");
            assert!(other_meaning || !code.contains(name), "src/{path} names {name}: services are data");
        }
        for profile in BUILTINS.iter().filter(|profile| profile.name.contains('-')) {
            let help =
                code.contains(&format!("`{}`", profile.name)) || code.contains(&format!("extends: {}", profile.name));
            assert!(
                path.ends_with("builtin.rs") || help || !code.contains(&format!("\"{}\"", profile.name)),
                "src/{path}: {}",
                profile.name
            );
        }
    }
}

#[test]
fn the_library_touches_no_files_and_prints_nothing() {
    for (path, text) in sources() {
        if path.starts_with("cli") || path == "main.rs" {
            continue;
        }
        for word in ["std::fs", "std::env::", "println!", "std::process", "SystemTime", "Instant", "rand::"] {
            assert!(!code(&text).contains(word), "src/{path} uses {word}");
        }
    }
}
