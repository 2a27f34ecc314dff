//! Text in columns and paragraphs of a width.

/// Characters in a line, at most.
pub(super) const WIDTH: usize = 100;

/// Names of another hand, with nothing that moves a terminal's cursor or ends a line.
pub(super) fn printable(text: &str) -> String {
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().map(|c| if hidden(c) { '?' } else { c }).collect()
}

/// Words in lines of [`WIDTH`], the first behind `first`, the others behind as many blanks. A word that is longer than
/// a line is broken.
pub(super) fn wrapped(first: &str, text: &str) -> String {
    let indent = first.chars().count();
    let room = WIDTH.saturating_sub(indent).max(1);
    let mut lines: Vec<String> = vec![String::new()];
    for word in printable(text).split_whitespace() {
        let mut letters: Vec<char> = word.chars().collect();
        while !letters.is_empty() {
            let rest = letters.split_off(letters.len().min(room));
            let piece: String = letters.into_iter().collect();
            let full = |line: &String| line.chars().count() + 1 + piece.chars().count() > room;
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(&piece),
                Some(line) if !full(line) => {
                    line.push(' ');
                    line.push_str(&piece);
                }
                _ => lines.push(piece),
            }
            letters = rest;
        }
    }
    let blanks = " ".repeat(indent);
    let line = |(at, line): (usize, &String)| format!("{}{line}\n", if at == 0 { first } else { &blanks });
    lines.iter().enumerate().map(line).collect()
}

/// A cell of a column, with two blanks behind it.
pub(super) fn cell(text: &str, width: usize) -> String {
    let text = fitted(text, width);
    let blanks = width.saturating_sub(text.chars().count());
    format!("{text}{}  ", " ".repeat(blanks))
}

/// What does not fit ends with a sign that says so.
pub(super) fn fitted(text: &str, width: usize) -> String {
    let text = printable(text);
    if text.chars().count() <= width {
        return text;
    }
    text.chars().take(width.saturating_sub(2)).chain("..".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_wider_than_a_line() {
        let long = "x".repeat(250);
        let text = wrapped("  why: ", &format!("some words {long} and {long}\u{1b}[31m"));
        assert!(text.lines().all(|line| line.chars().count() <= WIDTH), "{text}");
        assert!(text.starts_with("  why: some words\n       xxx") && !text.contains('\u{1b}'), "{text}");
        assert_eq!(wrapped("- ", ""), "- \n");
        assert_eq!(cell("abcdef", 4), "ab..  ");
        assert_eq!(cell("ab", 4), "ab    ");
    }
}
