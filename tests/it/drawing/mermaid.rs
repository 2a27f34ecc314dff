//! A strict reader of the part of Mermaid's flowcharts that is written.

use std::collections::BTreeSet;

use super::sample::HOSTILE;
use super::{hostile, systems, written};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Chart {
    nodes: BTreeSet<String>,
    subgraphs: usize,
    edges: usize,
}

/// Reads a flowchart, whose lines are all of a few forms.
#[track_caller]
pub(super) fn read(chart: &str) -> Chart {
    let mut lines = chart.lines();
    assert_eq!(lines.next(), Some("flowchart LR"));
    let (mut nodes, mut subgraphs, mut edges, mut depth) = (BTreeSet::new(), 0, 0, 0);
    for line in lines {
        let words = line.trim_start_matches(' ');
        if words == "end" {
            assert!(depth > 0, "{chart}");
            depth -= 1;
        } else if let Some(rest) = words.strip_prefix("subgraph ") {
            subgraphs += 1;
            depth += 1;
            labelled(rest, line);
        } else if words.contains('[') {
            assert!(nodes.insert(labelled(words, line)), "twice: {line}");
        } else {
            let (from, rest) = words.split_once(" -").unwrap_or_else(|| panic!("{line}"));
            let (_, to) = rest.rsplit_once("- ").or_else(|| rest.rsplit_once("> ")).unwrap_or_else(|| panic!("{line}"));
            let between = &rest[..rest.len() - to.len()];
            assert!(["-> ", ".- ", ". votes .-> ", ". copies .-> "].contains(&between), "{line}");
            [from, to].iter().for_each(|id| assert!(nodes.contains(*id), "{id} of {line} comes later or never"));
            edges += 1;
        }
    }
    assert_eq!(depth, 0, "{chart}");
    Chart { nodes, subgraphs, edges }
}

/// `id["label"]` or `id(["label"])`, whose label has nothing in it that Mermaid or HTML would read.
#[track_caller]
fn labelled(text: &str, line: &str) -> String {
    let id: String = text.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
    assert!(!id.is_empty() && id != "end" && id != "graph", "{line}");
    let rest = &text[id.len()..];
    let label = rest.strip_prefix("[\"").and_then(|rest| rest.strip_suffix("\"]"));
    let label = label.or_else(|| rest.strip_prefix("([\"")?.strip_suffix("\"])")).unwrap_or_else(|| panic!("{line}"));
    let mut left = label.replace("<br>", " ");
    while let Some((before, entity)) = left.split_once('#') {
        let (number, after) = entity.split_once(';').unwrap_or_else(|| panic!("no end of a number: {line}"));
        assert!(number.parse::<u32>().is_ok(), "{line}");
        left = format!("{before}{after}");
    }
    assert!(left.chars().all(|c| c.is_alphanumeric() || " -.,_".contains(c)), "{left:?} of {line}");
    id
}

#[test]
fn every_drawing_is_a_flowchart() {
    for system in systems() {
        let chart = read(&written("mermaid", &system));
        assert_eq!(chart.subgraphs, system.nodes.len() + system.zones.len());
        let members: usize = system.parts.iter().map(|part| part.members.len()).sum();
        let clients = usize::from(!system.parts.is_empty());
        assert_eq!(chart.nodes.len(), members + system.parts.len() + clients);
        assert!(chart.edges <= 500);
    }
}

#[test]
fn hostile_names_stay_labels() {
    let plain = read(&written("mermaid", &hostile("plain")));
    HOSTILE.iter().for_each(|word| assert_eq!(read(&written("mermaid", &hostile(word))), plain, "{word:?}"));
}
