//! keepalived's configuration: a line says one thing, and may open a block.

use super::nginx::Directive;
use super::words::{Piece, Word, lines};
use crate::diagnostic::Span;

/// The whole of it.
#[derive(Debug, Clone)]
pub struct Keepalived {
    /// What stands outside of every block.
    pub directives: Vec<Directive>,
    /// Braces that have none of the other kind, each with what is said of it.
    pub broken: Vec<(Span, String)>,
}

/// Words that begin a block of keepalived's alone.
const BLOCKS: &[&str] = &["vrrp_instance", "vrrp_script", "vrrp_sync_group", "global_defs", "virtual_server"];

impl Keepalived {
    /// Whether a text is one.
    pub fn is(text: &str) -> bool {
        let first = |line: &str| {
            line.split(|c: char| c.is_whitespace() || c == '{').find(|it| !it.is_empty()).map(str::to_owned)
        };
        text.lines().filter_map(first).any(|word| BLOCKS.contains(&word.as_str()))
    }

    /// Takes a text apart. What is not closed ends with the text.
    pub fn new(piece: Piece<'_>) -> Self {
        let mut open: Vec<Directive> = Vec::new();
        let mut directives: Vec<Directive> = Vec::new();
        let mut broken = Vec::new();
        let unclosed = |block: &Directive| {
            (block.words[0].span, format!("the block of `{}` has no `}}` at its end", block.name()))
        };
        let add = |open: &mut Vec<Directive>, all: &mut Vec<Directive>, directive: Directive| match open.last_mut() {
            Some(outer) => outer.block.push(directive),
            None => all.push(directive),
        };
        for line in lines(piece) {
            // `!` begins a comment too.
            // A line may be for a configuration with some name alone: `@name`.
            let named = line.words.len() > 1 && line.words[0].text.starts_with('@');
            let said = line.words.into_iter().skip(usize::from(named));
            let words: Vec<Word> = said.take_while(|word| !word.text.starts_with('!')).collect();
            let mut words = words.as_slice();
            // What stands in no other block ends those that are open.
            if words.first().is_some_and(|word| BLOCKS.contains(&word.text.as_str())) && !open.is_empty() {
                broken.extend(open.first().map(unclosed));
                while let Some(block) = open.pop() {
                    add(&mut open, &mut directives, block);
                }
            }
            // A variable is no block, nor is what a template puts there.
            let brace = |word: &Word| {
                let doubled = word.text.ends_with("{{") || word.text.ends_with("}}");
                word.text.ends_with(['{', '}']) && !word.text.contains("${") && !doubled
            };
            while let Some(at) = words.iter().position(brace) {
                let brace = &words[at];
                let text = brace.text.trim_end_matches(['{', '}']);
                let mut before = words[..at].to_vec();
                if !text.is_empty() {
                    before.push(Word { text: text.to_owned(), span: brace.span });
                }
                // The brace of a block may stand below its words.
                let above = before.is_empty() && brace.text == "{";
                let last = match open.last_mut() {
                    Some(outer) => outer.block.pop_if(|it| above && it.block.is_empty()),
                    None => directives.pop_if(|it| above && it.block.is_empty()),
                };
                if let Some(last) = last {
                    open.push(last);
                } else if brace.text.ends_with('{') && !before.is_empty() && open.len() < 32 {
                    open.push(Directive::new(before, piece));
                } else {
                    if !before.is_empty() {
                        add(&mut open, &mut directives, Directive::new(before, piece));
                    }
                    if brace.text.ends_with('}') {
                        match open.pop() {
                            Some(block) => add(&mut open, &mut directives, block),
                            None => broken.push((brace.span, "no block is open that this ends".to_owned())),
                        }
                    }
                }
                words = &words[at + 1..];
            }
            if !words.is_empty() {
                add(&mut open, &mut directives, Directive::new(words.to_vec(), piece));
            }
        }
        broken.extend(open.first().map(unclosed));
        while let Some(block) = open.pop() {
            add(&mut open, &mut directives, block);
        }
        Self { directives, broken }
    }

    /// The blocks of a kind.
    pub fn all<'k>(&'k self, name: &'k str) -> impl Iterator<Item = &'k Directive> {
        self.directives.iter().filter(move |it| it.name() == name)
    }
}
