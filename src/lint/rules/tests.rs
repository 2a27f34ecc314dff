//! Every rule finds its bad examples and not its good ones.

use super::RULES;
use crate::diagnostic::{Sources, render};
use crate::lint::{Check, Facts, Finding, Rule, Settings, run_rules, unread};
use crate::manifest;

fn judge(rule: &'static Rule, text: &str) -> Vec<Finding> {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let name = match rule.check {
        Check::Haproxy(_) => "haproxy.cfg",
        Check::Nginx(_) => "nginx.conf",
        Check::Redis(_) => "redis.conf",
        Check::Keepalived(_) => "keepalived.conf",
        // Programs' own configurations are known by what stands in them.
        Check::Document(_) if !text.contains("services:") && !text.contains("apiVersion:") => "example.conf",
        Check::Documents(_) if text.contains("vrrp_instance") => "keepalived.conf",
        _ => "example.yaml",
    };
    let source = sources.add(name, text);
    let documents = manifest::of_file(name, text, source, &mut problems).unwrap_or_default();
    if matches!(rule.check, Check::Reading) {
        return unread(&problems, &Settings::default());
    }
    assert!(!documents.is_empty(), "{}: not known for what it is:\n{text}", rule.id);
    assert!(problems.is_empty(), "{}: {}", rule.id, render(&problems, &sources, false));
    // What is known of the cluster stands in the first line, as it would on the command line.
    let words: Vec<&str> = text.lines().next().unwrap_or_default().split(' ').collect();
    let value = |flag: &str| words.iter().position(|it| *it == flag).and_then(|at| words.get(at + 1)?.parse().ok());
    let facts = Facts { nodes: value("--nodes"), zones: value("--zones") };
    run_rules(&documents, &sources, &Settings { facts, ..Settings::default() }, &[rule])
}

#[test]
fn examples_have_their_flaw_and_no_other_has() {
    let mut wrong = Vec::new();
    for rule in RULES {
        assert!(!rule.bad.is_empty() && !rule.good.is_empty(), "{} has no examples", rule.id);
        for text in rule.bad {
            let found = judge(rule, text);
            if found.is_empty() {
                wrong.push(format!("{} does not find its flaw in:\n{text}", rule.id));
            }
            for finding in found {
                assert!(finding.problem.span.is_some() && finding.problem.help.is_some(), "{}: {finding:?}", rule.id);
                assert_eq!((finding.rule.id, finding.problem.code), (rule.id, rule.id));
            }
        }
        for text in rule.good {
            let found: Vec<String> = judge(rule, text).into_iter().map(|it| it.problem.message).collect();
            if !found.is_empty() {
                wrong.push(format!("{} finds {found:?} in:\n{text}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn ids_are_names_of_their_own() {
    let mut ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    ids.sort_unstable();
    assert!(ids.windows(2).all(|two| two[0] != two[1]), "{ids:?}");
    for rule in RULES {
        let kebab = rule.id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
        assert!(kebab && !rule.about.is_empty() && !rule.docs.is_empty(), "{}", rule.id);
    }
}
