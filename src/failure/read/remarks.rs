//! What could not be read, a sentence each. What is so of many is said once, of all of them.

use crate::failure::words::all_of;

/// Sentences in the order in which they came up.
#[derive(Debug, Default)]
pub(super) struct Remarks {
    list: Vec<(Sentence, Vec<String>)>,
}

/// A sentence about one, and the same about several: `{}` stands for the names.
pub(super) type Sentence = (&'static str, &'static str);

impl Remarks {
    /// Says something of one more.
    pub(super) fn of(&mut self, sentence: Sentence, name: &str) {
        match self.list.iter_mut().find(|(other, _)| *other == sentence) {
            Some((_, names)) if names.iter().any(|other| other == name) => {}
            Some((_, names)) => names.push(name.to_owned()),
            None => self.list.push((sentence, vec![name.to_owned()])),
        }
    }

    /// Says something of nobody alone.
    pub(super) fn say(&mut self, sentence: &'static str, number: &str) {
        self.list.push(((sentence, sentence), vec![number.to_owned()]));
    }

    pub(super) fn told(self) -> Vec<String> {
        let told = |((one, several), names): (Sentence, Vec<String>)| {
            let sentence = if names.len() == 1 { one } else { several };
            sentence.replacen("{}", &all_of(&names), 1)
        };
        self.list.into_iter().map(told).collect()
    }
}
