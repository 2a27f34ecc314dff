//! What happens to members.

/// What happens to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// Its process ends, and its platform starts it again before anybody else notices.
    Restarted,
    /// It is ended on purpose and started again where it was.
    Rolled,
    /// It is ended on purpose and may be started elsewhere.
    Drained,
    /// Its process ends.
    Crashed,
    /// It was started, and takes far longer than usual until it answers.
    Slow,
    /// Its process stands still, with its connections open.
    Hung,
    /// It cannot be reached, and goes on.
    CutOff,
    /// Its node is gone, with all that is on it.
    NodeLost,
    /// Its process ends and nothing starts it.
    Gone,
    /// Its disk is empty when it starts again.
    DiskLost,
}

impl How {
    /// Whether somebody means it.
    pub(super) fn is_planned(self) -> bool {
        matches!(self, Self::Rolled | Self::Drained)
    }

    /// Whether it happens to a member because it happens to its node.
    pub(super) fn is_of_node(self) -> bool {
        matches!(self, Self::Drained | Self::CutOff | Self::NodeLost)
    }
}

/// That something happens to a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hit {
    /// Index of its part.
    pub part: usize,
    /// Its index there.
    pub member: usize,
    /// What happens.
    pub how: How,
    /// Whether it may be the primary or the leader when that happens.
    pub primary: bool,
}

/// A member with what happens to it.
#[derive(Debug)]
pub(super) struct Struck {
    pub(super) member: usize,
    /// The worst.
    pub(super) how: How,
    /// Whether it may be the primary or the leader.
    pub(super) primary: bool,
    /// A second thing that happens to it.
    pub(super) twice: Option<How>,
}

impl Struck {
    pub(super) fn by(hit: &Hit) -> Self {
        Self { member: hit.member, how: hit.how, primary: hit.primary, twice: None }
    }

    /// Something more happens to it.
    pub(super) fn add(&mut self, hit: &Hit) {
        self.primary |= hit.primary;
        let (low, high) = (self.how.min(hit.how), self.how.max(hit.how));
        self.how = high;
        if low != high {
            self.twice = Some(self.twice.map_or(low, |twice| twice.max(low)));
        }
    }

    /// Whether any of it is so.
    pub(super) fn is(&self, how: impl Fn(How) -> bool) -> bool {
        how(self.how) || self.twice.is_some_and(how)
    }
}
