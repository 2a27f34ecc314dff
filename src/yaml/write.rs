//! Data to text: block style, lists not indented under their key, every scalar read alike by YAML 1.1 and 1.2.
//!
//! Written here and not by a library because writing is most of a run's time, and because a writer that quotes
//! whatever any reader could take for something else needs no list of readers. A test reads its output back with
//! several of them.

use serde_json::{Map, Value as Json};

use super::read::{Node, Style, Value};

/// A document as YAML text with a final newline.
pub fn to_string(document: &Json) -> String {
    write(document, None, None)
}

/// A document with the keys of every mapping in the order of their ranks, those of one rank as they come. What is
/// null is left out.
pub fn to_string_ranked(document: &Json, rank: fn(&str) -> usize) -> String {
    write(document, Some(rank), None)
}

fn write(document: &Json, rank: Option<fn(&str) -> usize>, comments: Option<Comments>) -> String {
    let mut writer = Writer { out: String::with_capacity(4096), rank, comments };
    writer.document(document);
    writer.out
}

/// Comments in the order of the scalars they stand behind.
type Comments = std::vec::IntoIter<Option<String>>;

/// A located tree as YAML text, each scalar followed by the comment that `comment` has for it.
pub fn to_string_commented(node: &Node, comment: &dyn Fn(&Node) -> Option<String>) -> String {
    let mut comments = Vec::new();
    let document = plain(node, comment, &mut comments);
    write(&document, None, Some(comments.into_iter()))
}

/// The tree without its places; comments in the order its scalars are written.
fn plain(node: &Node, comment: &dyn Fn(&Node) -> Option<String>, comments: &mut Vec<Option<String>>) -> Json {
    match &node.value {
        Value::Map(entries) => {
            let pairs = entries.iter().map(|entry| (entry.key.to_string(), plain(&entry.node, comment, comments)));
            Json::Object(pairs.collect())
        }
        Value::Seq(items) => Json::Array(items.iter().map(|item| plain(item, comment, comments)).collect()),
        Value::Scalar(text, style) => {
            comments.push(comment(node));
            let integer = text.parse::<i64>().ok().filter(|number| number.to_string() == *text);
            match (style, text.as_str(), integer) {
                (Style::Plain, "true", _) => Json::Bool(true),
                (Style::Plain, "false", _) => Json::Bool(false),
                (Style::Plain, _, Some(number)) => Json::from(number),
                _ => Json::String(text.to_string()),
            }
        }
    }
}

struct Writer {
    out: String,
    rank: Option<fn(&str) -> usize>,
    comments: Option<Comments>,
}

impl Writer {
    fn document(&mut self, document: &Json) {
        match document {
            Json::Object(map) if !map.is_empty() => self.map(map, 0, false),
            Json::Array(items) if !items.is_empty() => self.list(items, 0),
            other => {
                self.scalar(other, 0);
                self.out.push('\n');
            }
        }
    }

    /// `inline`: the first key stands behind what is already on the line.
    fn map(&mut self, map: &Map<String, Json>, indent: usize, inline: bool) {
        let Some(rank) = self.rank else {
            for (at, (key, value)) in map.iter().enumerate() {
                self.entry(key, value, indent, inline && at == 0);
            }
            return;
        };
        let present = map.iter().filter(|(_, value)| !value.is_null());
        let mut entries: Vec<(usize, &String, &Json)> = present.map(|(key, value)| (rank(key), key, value)).collect();
        entries.sort_by_key(|(rank, ..)| *rank);
        for (at, (_, key, value)) in entries.into_iter().enumerate() {
            self.entry(key, value, indent, inline && at == 0);
        }
    }

    fn entry(&mut self, key: &str, value: &Json, indent: usize, inline: bool) {
        if !inline {
            self.indent(indent);
        }
        self.text(key);
        self.out.push(':');
        match value {
            Json::Object(map) if !map.is_empty() => {
                self.out.push('\n');
                self.map(map, indent + 2, false);
            }
            Json::Array(items) if !items.is_empty() => {
                self.out.push('\n');
                self.list(items, indent);
            }
            other => {
                self.out.push(' ');
                self.scalar(other, indent + 2);
                self.out.push('\n');
            }
        }
    }

    fn list(&mut self, items: &[Json], indent: usize) {
        for item in items {
            self.indent(indent);
            self.out.push_str("- ");
            match item {
                Json::Object(map) if !map.is_empty() => self.map(map, indent + 2, true),
                Json::Array(items) if !items.is_empty() => {
                    // A list in a list on a line of its own: `- - x` is read alike, and by nobody gladly.
                    self.out.pop();
                    self.out.push('\n');
                    self.list(items, indent + 2);
                }
                other => {
                    self.scalar(other, indent + 2);
                    self.out.push('\n');
                }
            }
        }
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn scalar(&mut self, value: &Json, indent: usize) {
        let comment = match value {
            Json::Object(_) | Json::Array(_) => None,
            _ => self.comments.as_mut().and_then(Iterator::next).flatten(),
        };
        match value {
            Json::String(text) if is_block(text) => return self.block(text, indent, comment.as_deref()),
            Json::String(text) => self.text(text),
            Json::Object(_) => self.out.push_str("{}"),
            Json::Array(_) => self.out.push_str("[]"),
            Json::Null => self.out.push_str("null"),
            Json::Bool(value) => self.out.push_str(if *value { "true" } else { "false" }),
            Json::Number(number) => self.out.push_str(&number.to_string()),
        }
        self.comment(comment.as_deref());
    }

    fn comment(&mut self, comment: Option<&str>) {
        if let Some(comment) = comment {
            self.out.push_str("  # ");
            self.out.extend(comment.chars().map(|c| if is_printable(c) { c } else { '?' }));
        }
    }

    fn block(&mut self, text: &str, indent: usize, comment: Option<&str>) {
        self.out.push_str(if text.ends_with('\n') { "|" } else { "|-" });
        self.comment(comment);
        for line in text.lines() {
            self.out.push('\n');
            if !line.is_empty() {
                self.indent(indent);
                self.out.push_str(line);
            }
        }
    }

    fn text(&mut self, text: &str) {
        if is_plain(text) {
            self.out.push_str(text);
            return;
        }
        self.out.push('"');
        for c in text.chars() {
            match c {
                '"' => self.out.push_str("\\\""),
                '\\' => self.out.push_str("\\\\"),
                '\n' => self.out.push_str("\\n"),
                '\t' => self.out.push_str("\\t"),
                '\r' => self.out.push_str("\\r"),
                c if is_printable(c) => self.out.push(c),
                c => self.out.push_str(&match u32::from(c) {
                    code @ 0..=0xff => format!("\\x{code:02x}"),
                    code @ 0x100..=0xffff => format!("\\u{code:04x}"),
                    code => format!("\\U{code:08x}"),
                }),
            }
        }
        self.out.push('"');
    }
}

/// What every reader takes as it stands, in the basic plane and no kind of line end or mark.
fn is_printable(c: char) -> bool {
    matches!(c, ' '..='~' | '\u{a0}'..='\u{2027}' | '\u{2030}'..='\u{d7ff}' | '\u{e000}'..='\u{fefe}' | '\u{ff00}'..='\u{fffd}')
        && !matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether a text of several lines can stand as a literal block without an indentation indicator: nothing that
/// readers disagree on, no blanks that an editor would strip.
fn is_block(text: &str) -> bool {
    text.contains('\n')
        && !text.starts_with([' ', '\n'])
        && !text.ends_with("\n\n")
        && !text.ends_with(' ')
        && !text.contains(" \n")
        && text.chars().all(|c| c == '\n' || is_printable(c))
}

/// Whether a text may stand bare: no reader takes it for a number, a date, a boolean, null, a key or a comment.
/// Narrow on purpose: what is quoted without need is still read right.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (Some(first), Some(last)) = (bytes.first(), bytes.last()) else { return false };
    let word_start = match first {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'$' | b'_' => true,
        b'.' => bytes.get(1) == Some(&b'/'),
        // An option: `-f`, `--user`. Never `-1`, `-.inf`, `- ` or `---`.
        b'-' => {
            bytes.iter().skip(1).find(|b| **b != b'-').is_some_and(u8::is_ascii_alphabetic)
                && !bytes.starts_with(b"---")
        }
        _ => false,
    };
    let colon_is_safe = |at: usize| bytes.get(at + 1).is_some_and(|next| *next != b' ');
    word_start
        && *last != b' '
        && bytes.iter().enumerate().all(|(at, byte)| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => true,
            b'_' | b'.' | b'/' | b'-' | b'+' | b'$' | b'(' | b')' | b'@' | b'%' | b',' | b';' | b'?' | b'&' | b'='
            | b'~' | b'*' | b'\'' | b' ' => true,
            b':' => colon_is_safe(at),
            _ => false,
        })
        && !is_number_like(bytes)
        && !RESERVED.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Words that some reader takes for a boolean or null.
const RESERVED: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];

/// Starts like a number and holds nothing that no number, date or time of any reader holds: octal, hexadecimal,
/// sexagesimal, exponents, underscores, time zones.
fn is_number_like(bytes: &[u8]) -> bool {
    bytes[0].is_ascii_digit()
        && bytes.iter().all(|b| {
            b.is_ascii_hexdigit()
                || matches!(
                    b,
                    b'x' | b'X'
                        | b'o'
                        | b'O'
                        | b'_'
                        | b'.'
                        | b':'
                        | b'+'
                        | b'-'
                        | b't'
                        | b'T'
                        | b'z'
                        | b'Z'
                        | b' '
                        | b','
                )
        })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[track_caller]
    fn check(value: Json, text: &str) {
        assert_eq!(to_string(&value), text);
    }

    #[test]
    fn layout() {
        check(
            json!({"a": {"b": [1, {"c": "x", "d": []}], "e": {}}, "f": "l1\n\n  l2\n", "g": "l1\nl2"}),
            "a:\n  b:\n  - 1\n  - c: x\n    d: []\n  e: {}\nf: |\n  l1\n\n    l2\ng: |-\n  l1\n  l2\n",
        );
        check(json!([[1, 2], "x"]), "-\n  - 1\n  - 2\n- x\n");
        check(json!("x"), "x\n");
    }

    #[test]
    fn bare_words_are_bare() {
        for word in [
            "a",
            "amalgam8/a8-controller:1.1.0",
            "redis://127.0.0.1:6379",
            "$(REDIS_SERVICE_HOST):$(X)",
            "128Mi",
            "50m",
            "-f",
            "--user",
            "/v1/rules?destination=__probe__",
            "sh",
            "2s",
            "controller:*",
            "5m0s",
        ] {
            check(json!(word), &format!("{word}\n"));
        }
    }

    #[test]
    fn what_any_reader_might_mistake_is_quoted() {
        for word in [
            "",
            "yes",
            "On",
            "n",
            "NULL",
            "~",
            "1",
            "1.30",
            "0x1F",
            "0o17",
            "017",
            "1_000",
            "1e3",
            "1:20",
            "999:999",
            "2024-01-01",
            "2024-01-01T00:00:00Z",
            ".5",
            ".inf",
            "-1",
            "-.inf",
            "+1",
            "<<",
            "=",
            "- a",
            "---",
            "a: b",
            "a:",
            "a #b",
            " a",
            "a ",
            "#a",
            "!a",
            "&a",
            "*a",
            "{a",
            "[a",
            "|",
            ">",
            "@a",
            "`a",
            "%a",
            "?",
            "1,000",
            "0b11",
            "é",
            "a\tb",
        ] {
            let text = to_string(&json!(word));
            assert!(text.starts_with('"'), "{word:?} is written as {text:?}");
        }
        check(json!("\tx\ny"), "\"\\tx\\ny\"\n");
        check(json!("\u{85}\u{2028}\u{1f600}\u{0}"), "\"\\x85\\u2028\\U0001f600\\x00\"\n");
        check(json!({"yes": 1, "a b": 2}), "\"yes\": 1\na b: 2\n");
    }
}
