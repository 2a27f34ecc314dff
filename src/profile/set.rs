//! `--set path=value`: one overlay of one value, with its place in the argument.

use crate::diagnostic::{Diagnostic, SourceId, Sources, Span, quoted};
use crate::yaml::{self, Entry, Limits, Node, Value};

const FORM: &str = "write `--set path.to.key=value`, such as `--set services.NAME.replicas=5`";

/// The overlay that an argument stands for.
pub(super) fn parse(
    argument: &str,
    sources: &mut Sources,
    limits: Limits,
    problems: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let source = sources.add("--set", argument);
    let Some((path, value)) = argument.split_once('=') else {
        problems.push(
            Diagnostic::error("bad-set", format!("{} has no `=`", quoted(argument)))
                .at(span(source, 0, argument.len()))
                .help(FORM),
        );
        return None;
    };
    let value_start = path.len() + 1;
    let mut node = if value.starts_with(['[', '{', '"', '\'']) {
        // Blanks in place of the path keep the places right.
        let padded = format!("{}{value}", " ".repeat(value_start));
        yaml::read(&padded, source, limits, problems)?
    } else if value.is_empty() {
        problems.push(
            Diagnostic::error("bad-set", "nothing stands after `=`")
                .at(span(source, path.len(), argument.len()))
                .help("write a value, `''` for an empty text, or `null` to remove the key"),
        );
        return None;
    } else {
        Node { value: Value::plain(value), span: span(source, value_start, argument.len()) }
    };
    let mut end = path.len();
    for key in path.rsplit('.') {
        let start = end - key.len();
        if key.is_empty() || key.contains(|c: char| c.is_whitespace() || c.is_control() || "[]{}".contains(c)) {
            let help = if key.contains('[') { "lists are replaced whole: `--set path.to.list=[a, b]`" } else { FORM };
            problems.push(
                Diagnostic::error("bad-set", format!("{} is not a key", quoted(key)))
                    .at(span(source, start, end.max(start + 1)))
                    .help(help),
            );
            return None;
        }
        let key_span = span(source, start, end);
        let entry = Entry { key: key.into(), key_span, node };
        node = Node { value: Value::Map(vec![entry]), span: key_span };
        end = start.saturating_sub(1);
    }
    Some(node)
}

fn span(source: SourceId, start: usize, end: usize) -> Span {
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span { source, start: offset(start), end: offset(end) }
}
