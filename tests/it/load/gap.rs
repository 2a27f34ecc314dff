//! The longest time in which something did not happen.

use std::fmt::{Display, Formatter, Result};
use std::time::Duration;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) length: Duration,
    /// When it began, counted from the load's start.
    pub(crate) from: Duration,
}

impl Gap {
    /// The longest between two successive times. The load's start and end count as such times: what never comes back
    /// is a gap too.
    pub(crate) fn longest(times: impl IntoIterator<Item = Duration>, end: Duration) -> Self {
        let mut times: Vec<Duration> = times.into_iter().collect();
        times.sort_unstable();
        let (mut longest, mut from) = (Self::default(), Duration::ZERO);
        for time in times.into_iter().chain([end]) {
            let length = time.saturating_sub(from);
            if length > longest.length {
                longest = Self { length, from };
            }
            from = time;
        }
        longest
    }
}

impl Display for Gap {
    fn fmt(&self, out: &mut Formatter<'_>) -> Result {
        write!(out, "{:.2?} at {:.2?}", self.length, self.from)
    }
}
