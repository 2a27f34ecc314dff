//! `a8ctl failures` as it is called.

use a8ctl::failure::Outcome;
use a8ctl::profile::BUILTINS;
use serde_json::Value as Json;

use crate::support::{a8ctl, run, stdout_of, text, tool};
use crate::validate::documents::judged_by_schema;

fn json_of(profile: &str, sets: &[String]) -> Json {
    let mut command = a8ctl(&["failures", profile, "--format", "json"]);
    for set in sets {
        command.args(["--set", set]);
    }
    serde_json::from_str(&stdout_of(&mut command)).unwrap()
}

#[test]
fn help_names_every_argument() {
    let help = stdout_of(&mut a8ctl(&["failures", "--help"]));
    for word in [
        "[PROFILE|MANIFESTS]...",
        "--nodes",
        "--zones",
        "-f, --file",
        "--set",
        "--target",
        "--format",
        "--at-once",
        "--fail-on",
        "k8s",
        "data-loss",
    ] {
        assert!(help.contains(word), "{word}:\n{help}");
    }
}

#[test]
fn every_built_in_profile_is_told_in_every_format() {
    let python = tool("failures: json of built-in profiles by its schema", "venv/python");
    let mut documents = Vec::new();
    for builtin in BUILTINS {
        let of = |format: &str| stdout_of(&mut a8ctl(&["failures", builtin.name, "--format", format]));
        let human = of("human");
        assert!(human.starts_with(&format!("{} on ", builtin.name)), "{human}");
        assert!(human.lines().all(|line| line.chars().count() <= 100), "{human}");
        assert!(of("markdown").starts_with(&format!("## What {} on ", builtin.name)));
        documents.push(of("json"));
        assert_eq!(documents.last(), Some(&of("json")), "{}", builtin.name);
    }
    for document in &documents {
        let said: Json = serde_json::from_str(document).unwrap();
        let failures = said["failures"].as_array().unwrap();
        assert!(!failures.is_empty());
        for failure in failures {
            let why = failure["why"].as_str().unwrap();
            assert!(why.ends_with('.') && !why.contains("  ") && !why.contains("none"), "{failure:#}");
            assert!(failure["outcome"] == "survives" || failure["mend"].is_string(), "no mend: {failure:#}");
        }
    }
    if let Some(python) = python {
        judged_by_schema(&python, "schemas/failures.json", &documents, &[]);
    }
}

#[test]
fn the_exit_code_says_what_was_asked() {
    for (args, code) in [
        (&["failures"][..], 0),
        (&["failures", "dev"], 0),
        (&["failures", "dev", "--target", "compose", "--at-once", "2"], 0),
        (&["failures", "./profiles/single-node.yaml"], 0),
        (&["failures", "dev", "--fail-on", "down"], 1),
        (&["failures", "dev", "--fail-on", "survives"], 1),
        (&["failures", "vm-nginx", "--fail-on", "data-loss"], 0),
    ] {
        let output = run(&mut a8ctl(args));
        assert_eq!(output.status.code(), Some(code), "{args:?}: {}", text(&output.stderr));
        assert!(!output.stdout.is_empty() && output.stderr.is_empty(), "{args:?}: {}", text(&output.stderr));
    }
}

#[test]
fn what_cannot_be_analysed_exits_2_and_writes_no_data() {
    for args in [
        &["nowhere"][..],
        &["./nowhere.yaml"],
        &["/dev/null"],
        &["dev", "--format", "xml"],
        &["dev", "--target", "swarm"],
        &["dev", "--at-once", "0"],
        &["dev", "--at-once", "5"],
        &["dev", "--at-once", "many"],
        &["dev", "--fail-on", "never"],
        &["dev", "--set", "services.web.replicas=3"],
        &["dev", "-f", "./nowhere.yaml"],
        &["multi-zone", "--set", "placement.hosts=null", "--target", "haproxy"],
    ] {
        let output = run(a8ctl(&["failures"]).args(args));
        assert_eq!(output.status.code(), Some(2), "{args:?}: {}", text(&output.stderr));
        assert!(output.stdout.is_empty() && !output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
fn colors_of_data_come_only_when_they_are_asked_for() {
    let plain = stdout_of(&mut a8ctl(&["failures", "dev"]));
    assert!(!plain.contains('\u{1b}'));
    assert!(stdout_of(&mut a8ctl(&["--color", "always", "failures", "dev"])).contains('\u{1b}'));
}

/// What is named as the mend is accepted, and makes nothing worse.
#[test]
fn mends_are_settings_of_a_profile() {
    let rank = |failure: &Json| {
        let outcome = failure["outcome"].as_str().unwrap();
        Outcome::ALL.iter().position(|(word, _)| *word == outcome).unwrap()
    };
    let mut tried = 0;
    for (profile, set) in [
        ("single-node", None),
        ("multi-node", Some("services.registry.replicas=1")),
        ("multi-node", Some("datastores.store.replicas=2")),
        ("etcd-controller", Some("datastores.state.size=1")),
    ] {
        let set: Vec<String> = set.into_iter().map(str::to_owned).collect();
        let said = json_of(profile, &set);
        let mut mends: Vec<(&str, &Json)> = Vec::new();
        for failure in said["failures"].as_array().unwrap() {
            let mend = failure["mend"].as_str().unwrap_or("");
            // A sentence behind it says that nothing else helps.
            if !mend.is_empty() && !mend.contains("shorter") && !mends.iter().any(|(known, _)| *known == mend) {
                mends.push((mend, failure));
            }
        }
        for (mend, failure) in mends {
            let words = mend.split('`').skip(1).step_by(2).filter(|it| it.contains(": ") && it.contains('.'));
            let settings = words.map(|it| it.replacen(": ", "=", 1).replace("SIZE", "1Gi"));
            let settings: Vec<String> = set.iter().cloned().chain(settings).collect();
            if settings.len() == set.len() {
                continue;
            }
            let better = json_of(profile, &settings);
            let alike = |other: &&Json| other["kind"] == failure["kind"] && other["subject"] == failure["subject"];
            let after = better["failures"].as_array().unwrap().iter().find(alike);
            assert!(
                after.is_none_or(|after| rank(after) <= rank(failure)),
                "{profile}: {mend}\n{failure:#}\n{after:#?}"
            );
            tried += 1;
        }
    }
    assert!(tried >= 4, "{tried}");
}
