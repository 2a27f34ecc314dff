//! What came of a load.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter, Result as Written};
use std::time::Duration;

use super::gap::Gap;
use super::http::Failure;

/// Slower than this is slow.
const SLOW: Duration = Duration::from_secs(1);

/// One request. Times count from the load's start.
pub(super) struct Asked {
    pub(super) number: u64,
    /// When it had to begin.
    pub(super) due: Duration,
    pub(super) done: Duration,
    pub(super) answer: Result<(), Failure>,
}

/// Requests of one kind.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) asked: usize,
    pub(crate) failures: BTreeMap<Failure, usize>,
    /// The longest until a good answer, and until any.
    pub(crate) worst_good: Duration,
    pub(crate) worst: Duration,
    /// Answered after more than a second.
    pub(crate) slow: usize,
    /// The longest without a good answer.
    pub(crate) gap: Gap,
}

impl Tally {
    pub(super) fn of(all: &[Asked], end: Duration) -> Self {
        let good = || all.iter().filter(|asked| asked.answer.is_ok());
        let took = |asked: &Asked| asked.done - asked.due;
        let mut failures = BTreeMap::new();
        for failure in all.iter().filter_map(|asked| asked.answer.err()) {
            *failures.entry(failure).or_default() += 1;
        }
        Self {
            asked: all.len(),
            failures,
            worst_good: good().map(took).max().unwrap_or_default(),
            worst: all.iter().map(took).max().unwrap_or_default(),
            slow: all.iter().filter(|asked| took(asked) > SLOW).count(),
            gap: Gap::longest(good().map(|asked| asked.done), end),
        }
    }

    pub(crate) fn failed(&self) -> usize {
        self.failures.values().sum()
    }

    pub(crate) fn count(&self, failure: Failure) -> usize {
        self.failures.get(&failure).copied().unwrap_or_default()
    }
}

impl Display for Tally {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        let kinds: Vec<String> = self.failures.iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        write!(out, "{}, {} failed", self.asked, self.failed())?;
        if !kinds.is_empty() {
            write!(out, " ({})", kinds.join(", "))?;
        }
        write!(out, ", worst good {:.2?}, gap {}", self.worst_good, self.gap)
    }
}

#[derive(Debug)]
pub(crate) struct Report {
    pub(crate) gets: Tally,
    pub(crate) posts: Tally,
    pub(crate) polls: Option<Tally>,
    /// Ids of the rules that were acknowledged, and when.
    pub(crate) acknowledged: Vec<(String, Duration)>,
    /// How long the load was.
    pub(crate) duration: Duration,
    /// The longest that the load itself was late.
    pub(crate) behind: Duration,
}

impl Report {
    /// The longest until any answer of the controllers.
    pub(crate) fn worst(&self) -> Duration {
        self.gets.worst.max(self.posts.worst)
    }

    /// Answers of the controllers after more than a second.
    pub(crate) fn slow(&self) -> usize {
        self.gets.slow + self.posts.slow
    }

    /// The longest without an acknowledged write from then on, and when it began, counted from then.
    pub(crate) fn gap_after(&self, since: Duration) -> Gap {
        let times = self.acknowledged.iter().filter_map(|(_, at)| at.checked_sub(since));
        Gap::longest(times, self.duration.saturating_sub(since))
    }

    /// What was acknowledged and is not there, with the time of its acknowledgement.
    pub(crate) fn lost(&self, present: &BTreeSet<String>) -> Vec<&(String, Duration)> {
        self.acknowledged.iter().filter(|(id, _)| !present.contains(id)).collect()
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> Written {
        write!(out, "GET {}; POST {}; ", self.gets, self.posts)?;
        write!(out, "worst {:.2?}, {} over 1 s; load late by {:.0?}", self.worst(), self.slow(), self.behind)?;
        self.polls.as_ref().map_or(Ok(()), |polls| write!(out, "; polls {polls}"))
    }
}
