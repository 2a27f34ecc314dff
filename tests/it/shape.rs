//! What must stay the same in an artifact whatever words a profile puts into it.

use a8ctl::diagnostic::Sources;
use a8ctl::target::Artifact;
use a8ctl::yaml::{self, Limits, Node, Value};

/// The documents of a YAML text.
#[track_caller]
pub(crate) fn documents(text: &str) -> Vec<Node> {
    let mut sources = Sources::default();
    let limits = Limits { nodes: 100_000, depth: 64 };
    let parts = text.split("\n---\n").filter(|part| part.lines().any(|line| !line.starts_with('#') && line != "---"));
    parts
        .map(|part| {
            let mut problems = Vec::new();
            let source = sources.add("artifact", part);
            let node = yaml::read(part, source, limits, &mut problems);
            assert!(problems.is_empty(), "{problems:?}\n{part}");
            node.unwrap_or_else(|| panic!("nothing in\n{part}"))
        })
        .collect()
}

/// An artifact without its words: of YAML the nesting and every scalar's type, of other texts the words a line.
pub(crate) fn shape(artifact: &Artifact) -> String {
    let mut out = String::new();
    if artifact.path.ends_with(".yaml") {
        for document in documents(&artifact.text) {
            node(&document, &mut out);
            out.push('\n');
        }
    } else if artifact.path.ends_with("nginx.conf") {
        crate::nginx::shape(&artifact.text, &mut out);
    } else if artifact.path.ends_with(".md") {
        markdown(&artifact.text, &mut out);
    } else if artifact.path.ends_with(".env") {
        artifact.text.lines().for_each(|line| variable(line, &mut out));
    } else {
        lines(&artifact.text, &mut out);
    }
    out
}

/// Of Markdown the kind of every line, and of a paragraph, which is wrapped by the length of its words, how many it has;
/// and everywhere how many characters there are that mean something.
fn markdown(text: &str, out: &mut String) {
    let (mut code, mut paragraph) = (false, 0);
    for line in text.lines() {
        let starts = ["#", "|", "* ", "- ", "```", "<!--", "-->"].iter().find(|start| line.starts_with(**start));
        let words = line.split_whitespace().count();
        let meaning = |c: &char| "`*|<>[]#\\".contains(*c);
        let of_meaning: String = line.chars().filter(meaning).collect();
        code ^= line.starts_with("```");
        if code || starts.is_some() || line.is_empty() {
            if paragraph > 0 {
                out.push_str(&format!("{paragraph} words\n"));
            }
            paragraph = 0;
        }
        match starts {
            _ if code => out.push_str(&format!("code {words} {of_meaning}\n")),
            None | Some(&("* " | "- ")) => {
                paragraph += words;
                out.push_str(&of_meaning);
            }
            Some(start) => out.push_str(&format!("{start} {words} {of_meaning}\n")),
        }
    }
}

/// A line of an environment file: `NAME="value"` whose quotes end where the line does, or a comment.
fn variable(line: &str, out: &mut String) {
    if line.is_empty() || line.starts_with('#') {
        return;
    }
    let (name, value) = line.split_once('=').unwrap_or_else(|| panic!("no variable: {line:?}"));
    let named = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
    assert!(!name.is_empty() && name.bytes().all(named), "{line:?}");
    let inner = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or_else(|| panic!("{line:?}"));
    let mut rest = inner.chars();
    while let Some(c) = rest.next() {
        assert!(!matches!(c, '"' | '$' | '`'), "ends or changes in {line:?}");
        assert!(c != '\\' || matches!(rest.next(), Some('"' | '\\' | '`' | '$')), "{line:?}");
    }
    out.push_str("variable\n");
}

/// Keys count and do not matter: a name of the profile may be one.
fn node(node: &Node, out: &mut String) {
    match &node.value {
        Value::Map(entries) => {
            out.push('{');
            entries.iter().for_each(|entry| self::node(&entry.node, out));
            out.push('}');
        }
        Value::Seq(items) => {
            out.push('[');
            items.iter().for_each(|item| self::node(item, out));
            out.push(']');
        }
        // A configuration file inside of a ConfigMap.
        Value::Scalar(text, _) if text.contains('\n') => lines(text, out),
        Value::Scalar(..) => out.push_str(node.kind().split(' ').next_back().unwrap_or("")),
    }
    out.push(' ');
}

fn lines(text: &str, out: &mut String) {
    for line in text.split('\n') {
        // Comments are for people; that they stay comments is what matters.
        let line = if line.trim_start().starts_with('#') { "#" } else { line };
        let count = line.split_whitespace().count();
        let quotes = line.matches(['\'', '"']).count();
        out.push_str(&format!("{} {count} {quotes}\n", line.split_whitespace().next().map_or("", directive)));
    }
}

/// The first word of a line when it is the format's own; `server controller-1` and the like begin alike.
fn directive(word: &str) -> &str {
    if word.contains(['/', ':', '.', '=']) { "" } else { word }
}

/// Every value behind a key of this name, wherever it stands: of a mapping `NAME: value`, and of a list of
/// `{ name: NAME, value: value }`.
pub(crate) fn values<'a>(root: &'a Node, name: &str, out: &mut Vec<&'a Node>) {
    match &root.value {
        Value::Map(entries) => {
            if root.get("name").is_some_and(|it| matches!(&it.value, Value::Scalar(text, _) if text == name)) {
                out.extend(root.get("value"));
            }
            for entry in entries {
                if entry.key == name {
                    out.push(&entry.node);
                }
                values(&entry.node, name, out);
            }
        }
        Value::Seq(items) => items.iter().for_each(|item| values(item, name, out)),
        Value::Scalar(..) => {}
    }
}
