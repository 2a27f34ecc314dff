//! Words that programs know.

use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

const TEXT: &str = include_str!("../../schemas/keywords.txt");

fn lists() -> &'static HashMap<&'static str, Vec<&'static str>> {
    static LISTS: OnceLock<HashMap<&str, Vec<&str>>> = OnceLock::new();
    LISTS.get_or_init(|| {
        let mut lists: HashMap<&str, Vec<&str>> = HashMap::new();
        let mut name = "";
        for line in TEXT.lines().filter(|line| !line.starts_with('#')) {
            let words = match line.split_once(": ") {
                Some((first, words)) if !line.starts_with(' ') => {
                    name = first;
                    words
                }
                _ => line,
            };
            lists.entry(name).or_default().extend(words.split_whitespace());
        }
        lists
    })
}

/// The words of a list; none of one that is not there.
pub(crate) fn list(name: &str) -> &'static [&'static str] {
    lists().get(name).map_or(&[], Vec::as_slice)
}

/// Whether a list has a word.
pub(crate) fn known(name: &'static str, word: &str) -> bool {
    static SETS: OnceLock<HashMap<&str, HashSet<&str>>> = OnceLock::new();
    let sets =
        SETS.get_or_init(|| lists().iter().map(|(name, words)| (*name, words.iter().copied().collect())).collect());
    sets.get(name).is_some_and(|set| set.contains(word))
}

/// The word of a list that a misspelt one was meant to be: one or two signs away.
pub(crate) fn meant(name: &'static str, word: &str) -> Option<&'static str> {
    near(word, list(name).iter().copied())
}

/// The same of any words.
pub(crate) fn near<'w>(word: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let most = if word.len() < 3 {
        0
    } else if word.len() < 6 {
        1
    } else {
        2
    };
    // A slip leaves one of the ends as it was.
    let ends = |text: &str| (text.bytes().next(), text.bytes().last());
    let (first, last) = ends(word);
    let close = words.filter(|other| other.len().abs_diff(word.len()) <= most);
    let close = close.filter(|other| ends(other).0 == first || ends(other).1 == last);
    let close = close.map(|other| (strsim::damerau_levenshtein(word, other), other));
    close.filter(|(distance, _)| (1..=most).contains(distance)).min().map(|(_, other)| other)
}
