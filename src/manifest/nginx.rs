//! nginx' configuration: directives, some with a block.

use super::words::{Piece, Word};
use crate::diagnostic::{SourceId, Span, quoted};

/// One directive.
#[derive(Debug, Clone)]
pub struct Directive {
    /// Its name and arguments; at least one.
    pub words: Vec<Word>,
    /// What stands between its braces.
    pub block: Vec<Directive>,
    /// Which of its words, but for its name, stand first in a line.
    pub starts: Vec<usize>,
}

impl Directive {
    pub(super) fn new(words: Vec<Word>, piece: Piece<'_>) -> Self {
        let first = |word: &Word| {
            let before = piece.text.get(..word.span.start as usize - piece.start).unwrap_or_default();
            before.trim_end_matches([' ', '\t']).ends_with('\n')
        };
        let starts = (1..words.len()).filter(|at| first(&words[*at])).collect();
        Self { words, block: Vec::new(), starts }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.words[0].text
    }

    /// An argument from 1.
    pub fn argument(&self, at: usize) -> &str {
        self.words.get(at).map_or("", |word| &word.text)
    }

    /// Those of its block with a name.
    pub fn all<'d>(&'d self, name: &'d str) -> impl Iterator<Item = &'d Self> {
        self.block.iter().filter(move |it| it.name() == name)
    }

    /// Itself and everything in it.
    pub fn walk<'d>(&'d self, visit: &mut impl FnMut(&'d Self)) {
        visit(self);
        self.block.iter().for_each(|it| it.walk(visit));
    }
}

/// A whole configuration, as a directive without a name of its own.
#[derive(Debug, Clone)]
pub struct Nginx {
    /// What stands outside of every block.
    pub directives: Vec<Directive>,
    /// Where its form is broken, and how.
    pub broken: Vec<(Span, String)>,
}

/// More than this many blocks in one another are somebody's mistake.
const DEEPEST: usize = 64;

impl Nginx {
    /// Takes a text apart. What is not closed ends with the text.
    pub fn new(piece: Piece<'_>) -> Self {
        let mut open: Vec<Directive> = Vec::new();
        let mut directives: Vec<Directive> = Vec::new();
        let mut words: Vec<Word> = Vec::new();
        let mut broken: Vec<(Span, String)> = Vec::new();
        let mut unended = |words: &[Word]| {
            if let Some(word) = words.first() {
                broken.push((word.span, format!("{} has no `;` at its end", quoted(&word.text))));
            }
        };
        let mut add = |open: &mut Vec<Directive>, directive: Directive| match open.last_mut() {
            Some(outer) => outer.block.push(directive),
            None => directives.push(directive),
        };
        // Lua's own braces say nothing to nginx.
        let mut lua = 0_usize;
        for token in tokens(piece) {
            match token {
                Token::Open if lua > 0 => lua += 1,
                Token::Close if lua > 1 => lua -= 1,
                Token::Close if lua == 1 => {
                    lua = 0;
                    add(&mut open, Directive::new(std::mem::take(&mut words), piece));
                }
                _ if lua > 0 => {}
                Token::Open if words.first().is_some_and(|word| word.text.ends_with("_by_lua_block")) => lua = 1,
                Token::Word(word) => words.push(word),
                Token::End if !words.is_empty() => {
                    add(&mut open, Directive::new(std::mem::take(&mut words), piece));
                }
                Token::Open if !words.is_empty() && open.len() < DEEPEST => {
                    open.push(Directive::new(std::mem::take(&mut words), piece));
                }
                Token::Close => {
                    unended(&words);
                    words.clear();
                    if let Some(directive) = open.pop() {
                        add(&mut open, directive);
                    }
                }
                Token::End | Token::Open => words.clear(),
            }
        }
        unended(&words);
        if let Some(directive) = open.last() {
            let word = &directive.words[0];
            broken.push((word.span, format!("the block of {} has no `}}` at its end", quoted(&word.text))));
        }
        while let Some(directive) = open.pop() {
            add(&mut open, directive);
        }
        // What a template's braces become is not known.
        if ["{{", "{%"].iter().any(|sign| piece.text.contains(sign)) {
            broken.clear();
        }
        Self { directives, broken }
    }

    /// Whether a text is one: it has blocks of nginx.
    pub fn is(text: &str) -> bool {
        let begins = |line: &str| {
            let line = line.trim().split('#').next().unwrap_or_default().trim_end();
            let rest = ["http", "events", "upstream", "server", "stream", "location"]
                .iter()
                .find_map(|word| line.strip_prefix(word))
                .filter(|rest| rest.starts_with([' ', '\t', '{']));
            let opens = |rest: &str| {
                rest.split('{')
                    .next()
                    .is_some_and(|it| !it.contains(['$', '"', '\'']) && it.split_whitespace().count() < 3)
            };
            rest.is_some_and(|rest| {
                rest.ends_with('{') || rest.contains('{') && rest.contains([';', '}']) && opens(rest)
            })
        };
        let mut lines =
            text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')).peekable();
        // A part that others include may have no block at all.
        let ends = |line: &str| line.split(" #").next().unwrap_or_default().trim_end().ends_with([';', '{', '}']);
        let own = |line: &str| {
            ["proxy_", "ssl_", "add_header ", "gzip", "fastcgi_", "client_", "auth_request "]
                .iter()
                .any(|it| line.starts_with(it))
        };
        text.lines().any(begins) || lines.peek().is_some_and(|first| own(first)) && lines.all(ends)
    }

    /// Whether modules are loaded that may bring words of their own: here, or in files of modules that it includes.
    pub fn loads_modules(&self) -> bool {
        let modules = |it: &Directive| it.name() == "include" && it.argument(1).contains("modules");
        self.directives.iter().any(|it| it.name() == "load_module" || modules(it))
    }

    /// Whether it is but a part that another file includes: only a whole one has `events`.
    pub fn is_part(&self) -> bool {
        !self.directives.iter().any(|it| it.name() == "events")
    }

    /// The text that it stands in.
    pub fn source(&self) -> Option<SourceId> {
        self.directives.first().map(|it| it.words[0].span.source)
    }

    /// Every directive with those around it, the outermost first.
    pub fn each<'n>(&'n self, visit: &mut impl FnMut(&[&'n Directive], &'n Directive)) {
        fn below<'n>(
            around: &mut Vec<&'n Directive>,
            all: &'n [Directive],
            visit: &mut impl FnMut(&[&'n Directive], &'n Directive),
        ) {
            for directive in all {
                visit(around, directive);
                around.push(directive);
                below(around, &directive.block, visit);
                around.pop();
            }
        }
        below(&mut Vec::new(), &self.directives, visit);
    }

    /// The nearest directive of a name that holds where some blocks are open: in the innermost that has it.
    pub fn holds<'n>(&'n self, around: &[&'n Directive], name: &str) -> Option<&'n Directive> {
        let inner = around.iter().rev().find_map(|block| block.block.iter().find(|it| it.name() == name));
        inner.or_else(|| self.directives.iter().find(|it| it.name() == name))
    }
}

enum Token {
    Word(Word),
    Open,
    Close,
    End,
}

/// What stands for a sign behind a backslash.
fn escaped(sign: char) -> char {
    match sign {
        'n' => '\n',
        't' => '\t',
        'r' => '\r',
        other => other,
    }
}

/// The signs of Lua up to the brace that closes its block; braces in its strings and comments close nothing.
fn skip_lua(text: &str) -> usize {
    let bytes = text.as_bytes();
    let (mut at, mut depth) = (0, 1_usize);
    while at < bytes.len() && depth > 0 {
        let rest = &text[at..];
        let long = |rest: &str| {
            let level = rest.strip_prefix('[').map(|it| it.bytes().take_while(|byte| *byte == b'=').count());
            level.filter(|level| rest.as_bytes().get(level + 1) == Some(&b'['))
        };
        let close = |level: usize| format!("]{}]", "=".repeat(level));
        let comment = rest.strip_prefix("--");
        let block = comment.map_or_else(|| long(rest).map(|level| (0, level)), |it| long(it).map(|level| (2, level)));
        at += match (block, comment, bytes[at]) {
            (Some((before, level)), _, _) => {
                let from = before + level + 2;
                rest.get(from..).and_then(|it| it.find(&close(level))).map_or(rest.len(), |end| from + end + level + 2)
            }
            (None, Some(_), _) => rest.find('\n').unwrap_or(rest.len()),
            (None, None, quote @ (b'"' | b'\'')) => {
                let mut end = 1;
                while at + end < bytes.len() && bytes[at + end] != quote && bytes[at + end] != b'\n' {
                    end += if bytes[at + end] == b'\\' { 2 } else { 1 };
                }
                end + 1
            }
            (None, None, sign) => {
                depth = if sign == b'{' { depth + 1 } else { depth - usize::from(sign == b'}') };
                1
            }
        };
        // Amid a sign of several bytes nothing begins.
        while at < bytes.len() && !text.is_char_boundary(at) {
            at += 1;
        }
    }
    at.min(text.len())
}

fn tokens(piece: Piece<'_>) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut signs = piece.text.char_indices().peekable();
    while let Some((at, c)) = signs.next() {
        match c {
            '#' => while signs.next_if(|(_, c)| *c != '\n').is_some() {},
            '{' => {
                tokens.push(Token::Open);
                let first = tokens.iter().rev().skip(1).take_while(|token| matches!(token, Token::Word(_))).last();
                if matches!(first, Some(Token::Word(word)) if word.text.ends_with("_by_lua_block")) {
                    let end = at + 1 + skip_lua(piece.text.get(at + 1..).unwrap_or_default());
                    // The brace itself is told below.
                    while signs.next_if(|(at, _)| *at + 1 < end).is_some() {}
                }
            }
            '}' => tokens.push(Token::Close),
            ';' => tokens.push(Token::End),
            c if c.is_whitespace() => {}
            quote @ ('"' | '\'') => {
                let mut text = String::new();
                let mut end = at + 1;
                while let Some((at, c)) = signs.next() {
                    end = at + c.len_utf8();
                    match c {
                        '\\' => text.extend(signs.next().map(|(_, c)| escaped(c))),
                        c if c == quote => break,
                        c => text.push(c),
                    }
                }
                tokens.push(Token::Word(Word { text, span: piece.span(at, end) }));
            }
            first => {
                let mut text = String::from(first);
                let mut variable = first == '$';
                while let Some((_, c)) = signs.next_if(|(_, c)| {
                    !c.is_whitespace() && *c != ';' && (*c != '{' || variable) && (*c != '}' || text.contains("${"))
                }) {
                    variable = c == '$';
                    text.push(c);
                }
                let end = at + text.len();
                tokens.push(Token::Word(Word { text, span: piece.span(at, end) }));
            }
        }
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Sources;

    #[test]
    fn blocks_hold_directives() {
        let text =
            "http { # x {\n upstream a { server 1:80 max_fails=0; }\n log_format x '$a ; {b}' ${c}d;\n}\nevents {}";
        let source = Sources::default().add("x", text);
        let config = Nginx::new(Piece { text, source, start: 0 });
        assert_eq!(config.directives.len(), 2);
        let http = &config.directives[0];
        assert_eq!(http.all("upstream").next().unwrap().block[0].argument(2), "max_fails=0");
        assert_eq!((http.block[1].argument(2), http.block[1].argument(3)), ("$a ; {b}", "${c}d"));
        assert!(Nginx::is(text) && !Nginx::is("server: {}"));
        for text in ["}", "{{{", "a {", ";", "\"", "a \\"] {
            let source = Sources::default().add("x", text);
            let _ = Nginx::new(Piece { text, source, start: 0 });
        }
    }
}
