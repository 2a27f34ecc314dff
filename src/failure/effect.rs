//! What a failure costs.

use super::system::Lapse;

/// What becomes of clients, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// No client sees it, retries of safe requests aside.
    Survives,
    /// It returns by itself within a stated time.
    Interrupted,
    /// Fewer answers, or reads only, until the cause is mended.
    Degraded,
    /// No answers until the cause is mended or a person acts.
    Down,
    /// What was acknowledged is gone.
    DataLoss,
}

impl Outcome {
    /// Every one, the best first, as it is written.
    pub const ALL: &[(&'static str, Self)] = &[
        ("survives", Self::Survives),
        ("interrupted", Self::Interrupted),
        ("degraded", Self::Degraded),
        ("down", Self::Down),
        ("data-loss", Self::DataLoss),
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Survives => "survives",
            Self::Interrupted => "interrupted",
            Self::Degraded => "degraded",
            Self::Down => "down",
            Self::DataLoss => "data-loss",
        }
    }
}

/// What of the state is gone, the least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Loss {
    /// Nothing.
    None,
    /// Nothing that was seen in measurements; writes of the last moments that no other member had yet.
    LastMoments,
    /// Acknowledged writes of so many milliseconds at most.
    Bounded(u64),
    /// One member's own copy.
    OwnCopy,
    /// Acknowledged writes without a bound.
    Unbounded,
    /// Everything, if the disk does not come back.
    IfDiskStays,
    /// Everything.
    All,
}

/// Why it is so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// It does not concern it.
    Untouched,
    /// Others of its kind serve at once.
    OthersServe,
    /// Until it is found out, its share of the requests fails.
    ShareUntilSeen,
    /// Nothing asks whether it answers: its share of the requests fails for as long as it lasts.
    ShareForEver,
    /// Nothing stands in for it; it comes back by itself.
    ComesBack,
    /// Nothing stands in for it, and nothing brings it back.
    Gone,
    /// Nothing stands in for it, and it answers when it has started.
    Starts,
    /// It is the primary, and another takes over.
    TakesOver,
    /// It is the primary, and it is back before another takes over.
    BackFirst,
    /// One that follows; the primary goes on.
    Follower,
    /// One that votes; the others are still more than half.
    Voter,
    /// Those that vote are not more than half any more: nobody could take over.
    VotersShort,
    /// It is the primary, and nobody takes over by itself.
    NobodyElects,
    /// Too few copies are left for it to take writes.
    ReadsOnly,
    /// Not more than half are left.
    NoMajority,
    /// What it keeps ends with its process.
    InMemory,
    /// What it keeps ends with its pod.
    WithPod,
    /// The next version starts beside it on the same disk.
    TwoOnDisk,
    /// The next version waits for a place that this one has.
    NoPlace,
    /// It holds the address, and nobody finds out that it hangs.
    Unnoticed,
    /// The only disk with the state.
    LastDisk,
    /// A disk, of which the others have copies.
    OtherDisks,
    /// The state is on the disk of a node that is away.
    DiskAway,
    /// A primary that is cut off takes writes until it notices.
    CutOff,
    /// Somebody else runs it.
    Elsewhere,
    /// The services go on without it.
    NotCritical,
    /// It is ended on purpose and others serve meanwhile.
    Planned,
    /// It hands over before it is ended.
    HandsOver,
    /// It may not be ended: nothing is left over for it.
    Blocked,
}

/// What a failure costs one part, or the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Effect {
    /// What clients see.
    pub outcome: Outcome,
    /// For how long; `None` where no end is known, or where there is nothing to see.
    pub lapse: Option<Lapse>,
    /// Members that serve while it lasts.
    pub left: u32,
    /// Members altogether.
    pub of: u32,
    /// What is gone.
    pub loss: Loss,
    /// Whether a person must act.
    pub person: bool,
    /// Why.
    pub reason: Reason,
    /// Index of the part that it happens to.
    pub part: usize,
}

impl Effect {
    /// Of what does not concern a part.
    pub fn untouched(part: usize, of: u32) -> Self {
        Self {
            outcome: Outcome::Survives,
            lapse: None,
            left: of,
            of,
            loss: Loss::None,
            person: false,
            reason: Reason::Untouched,
            part,
        }
    }

    /// Both at once: what is worse, for as long as the longer one.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        let (worse, better) = if other.weight() > self.weight() { (other, self) } else { (self, other) };
        Self {
            lapse: match (worse.lapse, better.lapse) {
                (Some(a), Some(b)) => Some(a.with(b)),
                (Some(_), None) if better.outcome > Outcome::Interrupted => None,
                // What has no end, the other does not give one.
                (None, b) if worse.outcome <= Outcome::Interrupted => b,
                (a, _) => a,
            },
            loss: worse.loss.max(better.counted()),
            person: worse.person || better.person,
            ..worse
        }
    }

    /// What is lost that somebody misses beside something worse.
    pub(super) fn counted(&self) -> Loss {
        if self.reason == Reason::NotCritical { Loss::None } else { self.loss }
    }

    /// Which of two is told.
    fn weight(&self) -> (Outcome, Loss, u64, bool, bool, Loss) {
        let lapse = self.lapse.map_or(0, |lapse| lapse.max);
        // What is missed goes before what is not, however much that is.
        (self.outcome, self.counted(), lapse, self.person, self.reason != Reason::Untouched, self.loss)
    }
}
