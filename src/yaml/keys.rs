//! The keys of a mapping while it is read.

use std::collections::HashMap;

use smol_str::SmolStr;

use super::read::Entry;

/// A mapping with more keys than this is no longer searched key by key.
const FEW: usize = 16;

/// Where a mapping's keys are, so that finding a duplicate stays linear.
#[derive(Default)]
pub(super) struct Keys {
    /// Of a mapping with more than a few.
    index: HashMap<SmolStr, usize>,
    /// Those that were merged: one that is written counts more.
    pub(super) merged: Vec<usize>,
}

impl Keys {
    pub(super) fn find(&self, entries: &[Entry], key: &str) -> Option<usize> {
        if entries.len() <= FEW {
            return entries.iter().position(|entry| entry.key == key);
        }
        self.index.get(key).copied()
    }

    pub(super) fn push(&mut self, entries: &mut Vec<Entry>, entry: Entry) {
        entries.push(entry);
        let from = match entries.len() {
            few if few <= FEW => return,
            // The first that is too many brings the others along.
            count if self.index.is_empty() => 0..count,
            count => count - 1..count,
        };
        self.index.extend(from.map(|at| (entries[at].key.clone(), at)));
    }
}
