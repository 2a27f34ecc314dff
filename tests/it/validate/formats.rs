//! Exit codes and the forms of what is said.

use serde_json::Value as Json;

use super::judge;
use crate::support::{a8ctl, root, run, text};

const FLAWED: &str = "apiVersion: v1\nkind: Pod\nmetadata: { name: 'a&<b>' }\nspec: { replica: 3 }\n";

#[test]
fn exit_codes_say_what_came_of_it() {
    let clean = std::fs::read_to_string(root().join("tests/validate/base.yaml")).unwrap();
    assert_eq!(judge(&[], &clean).0, 0);
    assert_eq!(judge(&[], FLAWED).0, 1);
    assert_eq!(judge(&["--fail-on", "never"], FLAWED).0, 0);
    let only_info = clean.replace("          readOnlyRootFilesystem: true\n", "");
    assert_eq!(judge(&[], &only_info).0, 0);
    assert_eq!(judge(&["--fail-on", "info"], &only_info).0, 1);
    for unreadable in ["a: [1", "a: 1\n  b: 2\n", "{{ template }}: x: y\n", "a: b: c"] {
        let (code, said, problems) = judge(&["--format", "json"], unreadable);
        assert_eq!(code, 2, "{unreadable}: {said}");
        assert!(problems.contains("<stdin>:1") || problems.contains("<stdin>:2"), "{problems}");
        // Programs that read what is found see it at its place too.
        let said: Json = serde_json::from_str(&said).unwrap();
        assert_eq!(said["findings"][0]["rule"], "broken-yaml");
        assert!(said["summary"]["errors"].as_u64() > Some(0), "{said}");
        assert!(said["findings"][0]["line"].as_u64().is_some_and(|line| line < 3), "{said}");
    }
}

/// The other files are judged all the same.
#[test]
fn one_file_that_cannot_be_read_hides_no_other() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("a.yaml"), "a: [1").unwrap();
    std::fs::write(path("b.yaml"), FLAWED).unwrap();
    std::fs::write(path("c.yaml"), b"a: \xff\xfe").unwrap();
    std::fs::create_dir(path("deep")).unwrap();
    std::fs::write(path("deep/d.yml"), FLAWED).unwrap();
    std::fs::write(path("notes.txt"), "a: [1").unwrap();
    let output = run(a8ctl(&["validate", "--format", "json"]).arg(directory.path()));
    assert_eq!(output.status.code(), Some(2));
    let said: Json = serde_json::from_str(&text(&output.stdout)).unwrap();
    assert_eq!((said["summary"]["files"].as_u64(), said["summary"]["objects"].as_u64()), (Some(4), Some(2)));
    let problems = text(&output.stderr);
    assert!(problems.contains("a.yaml:1:") && problems.contains("c.yaml") && problems.contains("UTF-8"), "{problems}");
    for (name, nothing) in [("nowhere.yaml", None), ("values.yaml", Some("color: green\n")), ("empty.yaml", Some(""))] {
        if let Some(text) = nothing {
            std::fs::write(path(name), text).unwrap();
        }
        let output = run(a8ctl(&["validate"]).arg(path(name)));
        assert_eq!(output.status.code(), Some(2), "{name}");
    }
}

#[test]
fn json_has_what_it_says_it_has() {
    let (_, said, _) = judge(&["--format", "json"], FLAWED);
    let said: Json = serde_json::from_str(&said).unwrap();
    let first = &said["findings"][0];
    let mut keys: Vec<&str> = first.as_object().unwrap().keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["column", "file", "help", "line", "message", "object", "rule", "severity"]);
    let unknown = said["findings"].as_array().unwrap().iter().find(|it| it["rule"] == "unknown-field").unwrap();
    assert_eq!((unknown["line"].as_u64(), unknown["column"].as_u64()), (Some(4), Some(9)));
    assert_eq!(unknown["object"], "Pod/default/a&<b>");
    let counts = ["errors", "warnings", "infos"].map(|which| said["summary"][which].as_u64().unwrap());
    assert_eq!(counts.iter().sum::<u64>(), said["findings"].as_array().unwrap().len() as u64);
}

#[test]
fn rules_are_listed_and_explained() {
    let list = text(&run(&mut a8ctl(&["rules"])).stdout);
    for rule in a8ctl::lint::RULES {
        assert!(list.lines().any(|line| line.starts_with(&format!("{} ", rule.id))), "{}", rule.id);
    }
    let output = run(&mut a8ctl(&["explain", "single-replica"]));
    assert!(output.status.success() && text(&output.stdout).contains("Found in"), "{}", text(&output.stdout));
    let output = run(&mut a8ctl(&["explain", "single-replicas"]));
    assert!(output.status.code() == Some(2) && text(&output.stderr).contains("did you mean `single-replica`"));
}
