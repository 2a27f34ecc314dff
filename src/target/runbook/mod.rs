//! The runbook of a directory: what whoever runs it does, with the names and commands of that directory alone.
//!
//! A target writes what only it knows; what is said alike everywhere stands here. Names in it have passed their
//! grammars, which hold nothing that Markdown or a shell reads as anything else.

mod failures;
pub(super) mod stores;

pub(super) use failures::failures;

/// Its file.
pub(super) const FILE: &str = "RUNBOOK.md";

/// Titles of sections, in their order. Texts point to them.
pub(super) const START: &str = "Start";
pub(super) const VERIFY: &str = "Verify";
pub(super) const CHANGE: &str = "Change and roll";
pub(super) const SCALE: &str = "Scale";
pub(super) const FAIL_OVER: &str = "Fail over on purpose";
pub(super) const REPLACE: &str = "Replace a host";
pub(super) const REPLACE_MEMBER: &str = "Replace a datastore member that lost its disk";
pub(super) const KEEP: &str = "Back up and restore";
pub(super) const FAILURES: &str = "When something fails";

/// Columns of a line of text.
const WIDTH: usize = 120;

/// A Markdown text that grows.
#[derive(Default)]
pub(super) struct Book(String);

impl Book {
    /// With the mark of its maker, which readers do not see.
    pub(super) fn new(title: &str, header: &str) -> Self {
        Self(format!("{}\n# {title}\n", comment(header)))
    }

    /// The whole text.
    pub(super) fn text(self) -> String {
        self.0
    }

    pub(super) fn section(&mut self, title: &str) {
        self.0.push_str(&format!("\n## {title}\n"));
    }

    /// A paragraph.
    pub(super) fn says(&mut self, text: impl AsRef<str>) {
        self.0.push('\n');
        self.wrapped("", text.as_ref());
    }

    /// A list.
    pub(super) fn list(&mut self, items: impl IntoIterator<Item = String>) {
        let mut items = items.into_iter().peekable();
        if items.peek().is_some() {
            self.0.push('\n');
        }
        items.for_each(|item| self.wrapped("* ", &item));
    }

    /// Commands.
    pub(super) fn commands<T: AsRef<str>>(&mut self, lines: impl IntoIterator<Item = T>) {
        self.0.push_str("\n```sh\n");
        for line in lines {
            self.0.push_str(line.as_ref());
            self.0.push('\n');
        }
        self.0.push_str("```\n");
    }

    /// What is Markdown already.
    pub(super) fn raw(&mut self, text: &str) {
        self.0.push_str(text);
    }

    fn wrapped(&mut self, bullet: &str, text: &str) {
        let mut column = 0;
        for word in text.split(' ') {
            let length = word.chars().count();
            if column == 0 {
                self.0.push_str(bullet);
                column = bullet.len();
            } else if column + 1 + length > WIDTH {
                let indent = " ".repeat(bullet.len());
                self.0.push_str(&format!("\n{indent}"));
                column = indent.len();
            } else {
                self.0.push(' ');
                column += 1;
            }
            self.0.push_str(word);
            column += length;
        }
        self.0.push('\n');
    }
}

/// An artifact's header as a comment of Markdown, which nothing in it ends: neither as Markdown nor as HTML reads it.
pub(super) fn comment(header: &str) -> String {
    let text = header.trim_end().replace("--!>", "--! >").replace("-->", "-- >");
    format!("<!--\n{text}\n-->\n")
}

/// Words as a shell reads them back.
pub(super) fn shell(words: &[String]) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=:,@+%".contains(c);
    let quoted = |word: &String| {
        if !word.is_empty() && word.chars().all(plain) {
            word.clone()
        } else {
            format!("'{}'", word.replace('\'', "'\\''"))
        }
    };
    words.iter().map(quoted).collect::<Vec<_>>().join(" ")
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn named<T: AsRef<str>>(names: &[T]) -> String {
    match names {
        [] => String::new(),
        [one] => one.as_ref().to_owned(),
        [first @ .., last] => {
            let first: Vec<&str> = first.iter().map(AsRef::as_ref).collect();
            format!("{} and {}", first.join(", "), last.as_ref())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_header_ends_its_comment() {
        for hostile in ["# a --> b", "# a ---> b", "# a --!> b", "# -->\n# --", "# a-", "# ->", "# -----"] {
            let text = comment(hostile);
            let body = text.strip_prefix("<!--\n").and_then(|text| text.strip_suffix("\n-->\n")).unwrap();
            assert!(!body.contains("-->") && !body.contains("--!>"), "{text}");
        }
    }

    #[test]
    fn lines_are_no_longer_than_they_must_be() {
        let mut book = Book::default();
        book.list(["word ".repeat(100).trim().to_owned()]);
        let text = book.text();
        assert!(text.lines().all(|line| line.len() <= WIDTH) && text.lines().count() > 4, "{text}");
        assert!(text.lines().skip(2).all(|line| line.starts_with("  word")), "{text}");
    }

    #[test]
    fn words_are_read_back() {
        let words = ["sh", "-c", "it's $a", ""].map(str::to_owned);
        assert_eq!(shell(&words), "sh -c 'it'\\''s $a' ''");
        assert_eq!([named(&["a"]), named(&["a", "b", "c"])], ["a", "a, b and c"]);
    }
}
