//! What Graphviz itself makes of a drawing.

use std::io::Write;
use std::process::{Command, Stdio};

use a8ctl::failure::System;

use super::sample::{HOSTILE, full, hostile};
use super::{systems, written};
use crate::support::{text, tool};

/// Reads a graph and says what Graphviz sees in it.
#[track_caller]
fn read(dot: &std::path::Path, format: &str, graph: &str) -> String {
    let mut command = Command::new(dot);
    let command = command.arg(format!("-T{format}")).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let graph_text = graph.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(graph_text.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{}\n{graph}", text(&output.stderr));
    // Fonts are nobody's fault here.
    let said = text(&output.stderr);
    let complaint = said.lines().find(|line| line.contains("syntax") || line.contains("ambiguous"));
    assert!(complaint.is_none(), "{said}\n{graph}");
    text(&output.stdout)
}

fn counts(plain: &str) -> (usize, usize) {
    let of = |word: &str| plain.lines().filter(|line| line.starts_with(word)).count();
    (of("node "), of("edge "))
}

fn members(system: &System) -> usize {
    system.parts.iter().map(|part| part.members.len()).sum()
}

#[test]
fn graphviz_reads_every_drawing() {
    let Some(dot) = tool("drawing: graphviz", "dot") else { return };
    for system in systems().iter().filter(|system| system.nodes.len() < 10 && system.name == "books") {
        let (nodes, _) = counts(&read(&dot, "plain", &written("dot", system)));
        let clients = usize::from(!system.parts.is_empty());
        assert_eq!(nodes, system.nodes.len() + system.parts.len() + members(system) + clients);
    }
}

#[test]
fn hostile_names_stay_labels() {
    let Some(dot) = tool("drawing: graphviz, hostile names", "dot") else { return };
    let system = full(3, 2);
    let expected = counts(&read(&dot, "plain", &written("dot", &system)));
    for word in HOSTILE {
        assert_eq!(counts(&read(&dot, "plain", &written("dot", &hostile(word)))), expected, "{word:?}");
    }
}
