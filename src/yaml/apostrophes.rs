//! An escape that YAML does not have, and the parser of Kubernetes takes.

use granit_parser::Parser;

/// How many bytes are read at most to mend a text: each pair of quotes is found by reading all that stands before it once
/// more. What is beyond stays as it is, and is told of.
const MOST: usize = 8 << 20;

/// The text with each `\'` in double quotes replaced by as many bytes, so that every place stays where it is. `None`
/// where there is none.
pub(super) fn mended(text: &str) -> Option<String> {
    let mut copy: Option<String> = None;
    for _ in 0..(MOST / text.len().max(1)).max(1) {
        let now = copy.as_deref().unwrap_or(text);
        let error = Parser::new_from_str(now).find_map(Result::err);
        // It is told of where the quote begins.
        let quote = error.filter(|error| error.info().contains("unknown escape"));
        let Some(quote) = quote.and_then(|error| error.marker().byte_offset()) else { break };
        let Some(next) = quoted(now, quote) else { break };
        copy = Some(next);
    }
    copy
}

/// The text with those of one pair of quotes replaced; `None` where it has none.
fn quoted(text: &str, quote: usize) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let (mut at, mut found) = (quote + 1, false);
    while at + 1 < bytes.len() && bytes[at] != b'"' {
        if bytes[at] == b'\\' {
            if bytes[at + 1] == b'\'' {
                bytes[at] = b'\'';
                found = true;
            }
            at += 1;
        }
        at += 1;
    }
    if found { String::from_utf8(bytes).ok() } else { None }
}
