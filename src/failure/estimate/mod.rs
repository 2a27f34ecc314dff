//! How long a year nothing answers, expected, by exact sums over the structure.
//!
//! Everything that can be lost is lost at a constant rate and is back after its repair, independently of all else.
//! Given what became of nodes and zones, members are there or not independently of one another, so the chance that all
//! that a service works with serves is a sum over the states of nodes and zones of products over parts. Zones are
//! summed over first; given these, nodes that share no part are summed over apart. Nothing is sampled; where there
//! are too many states for that, the answer is that there is none.

use super::system::{Lapse, Role, System};
use super::{Analysis, Verdict};

mod chance;
mod states;
mod takeovers;

use states::States;

/// Minutes of a year of 365.25 days.
pub(super) const YEAR: f64 = 525_960.0;

/// Services whose own outage is reckoned; of more only the whole's is.
const MOST_SERVICES: usize = 64;

/// How often something is lost, and how long until it is mended.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Losses a year, of each.
    pub per_year: f64,
    /// Hours until it is there again.
    pub hours: f64,
}

impl Rate {
    /// So many losses a year, so many hours each.
    pub const fn new(per_year: f64, hours: f64) -> Self {
        Self { per_year, hours }
    }

    /// The share of the time in which it is away: a cycle is the time between losses and the repair.
    pub(super) fn away(self) -> f64 {
        let years = self.per_year.max(0.0) * self.hours.max(0.0) / (YEAR / 60.0);
        years / (1.0 + years)
    }
}

/// Rates by what is lost.
///
/// The defaults are this project's own assumptions, to be replaced by one's own figures:
///
/// | what | a year | hours | whence |
/// | --- | --- | --- | --- |
/// | process | 12 | 1 | assumed: once a month; the hours are those of a person, where nothing starts it again |
/// | balancer | 4 | 1 | assumed: a third of a service's |
/// | node | 2 | 4 | assumed, of the order of what J. Dean reported of Google's machines in *Designs, Lessons and Advice from Building Large Distributed Systems*, LADIS 2009: servers crash at least twice a year; the hours are assumed |
/// | zone | 0.2 | 4 | assumed: once in five years |
/// | external | 4 | 1.1 | assumed: the 4.4 hours a year that a promise of 99.95 % allows, in four pieces |
/// | disk | 0.03 | 8 | the middle of what B. Schroeder and G. Gibson found common in *Disk failures in the real world*, FAST 2007: 2 to 4 % of disks replaced a year, up to 13 % in some systems (replaced, not shown to be broken); the hours are assumed |
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// A process of a service, of a datastore, or that votes. The hours count only where nothing starts it again.
    pub process: Rate,
    /// A process of a balancer; the hours as above.
    pub balancer: Rate,
    /// A machine.
    pub node: Rate,
    /// All machines of a zone.
    pub zone: Rate,
    /// A datastore that somebody else runs.
    pub external: Rate,
    /// The disk of a member that keeps its state on one.
    pub disk: Rate,
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            process: Rate::new(12.0, 1.0),
            balancer: Rate::new(4.0, 1.0),
            node: Rate::new(2.0, 4.0),
            zone: Rate::new(0.2, 4.0),
            external: Rate::new(4.0, 1.1),
            disk: Rate::new(0.03, 8.0),
        }
    }
}

/// What outage comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// Processes of a part, by its index; with [`Role::External`], that it does not answer.
    Processes(usize),
    /// Disks of a part, by its index.
    Disks(usize),
    /// Any node.
    Nodes,
    /// Any zone.
    Zones,
}

/// What is expected of a service or of the whole.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Minutes a year in which it does not both read and write.
    pub minutes: f64,
    /// How many of these pass until others take over; an estimate of the first order: failures that come while
    /// another lasts are not counted here. Where only a share of requests fails, that share of the time counts.
    pub takeovers: f64,
    /// At most three causes and by how many minutes a year it would be less if that never happened, the most first.
    pub largest: Vec<(Cause, f64)>,
}

/// What is expected of a system.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimates {
    /// Of everything that the whole fails without; `None` where there are too many states for an exact sum.
    pub whole: Option<Estimate>,
    /// Of each service, by its index in the system; `None` where there are too many states, or too many services.
    pub services: Vec<(usize, Option<Estimate>)>,
}

impl Analysis<'_> {
    /// Expected outage at these rates.
    pub fn estimate(&self, rates: &Rates) -> Estimates {
        let counts = |part: &usize| {
            let it = &self.system.parts[*part];
            it.critical && it.role != Role::Voter
        };
        let rated = self.rated(rates);
        let of = |parts: Vec<usize>| {
            let parts: Vec<usize> = parts.into_iter().filter(counts).collect();
            self.estimate_of(&rated, &parts, rates)
        };
        // Of very many services nobody reads the minutes of each, and each takes a sum of its own.
        let each = |service: usize| of(self.system.closure(service));
        let few = self.services.len() <= MOST_SERVICES;
        let services = self.services.iter().map(|it| (*it, few.then(|| each(*it)).flatten())).collect();
        let whole = of((0..self.system.parts.len()).filter(|part| self.matters[*part]).collect());
        Estimates { whole, services }
    }

    /// Of so many parts that must all serve.
    fn estimate_of(&self, rated: &[Verdict], parts: &[usize], rates: &Rates) -> Option<Estimate> {
        let states = States::of(self.system, parts, rates);
        let minutes = |without: Option<Cause>| {
            let away = states.minutes(rates, without)?;
            Some((away, self.takeovers(rated, parts, rates, without)))
        };
        let (away, takeovers) = minutes(None)?;
        let mut largest = Vec::new();
        for cause in causes(self.system, parts, rates) {
            let (less_away, less_takeovers) = minutes(Some(cause))?;
            largest.push((cause, away + takeovers - less_away - less_takeovers));
        }
        largest.retain(|(_, minutes)| *minutes > 0.0);
        largest.sort_by(|(a, x), (b, y)| y.total_cmp(x).then(a.cmp(b)));
        largest.truncate(3);
        Some(Estimate { minutes: away + takeovers, takeovers, largest })
    }
}

/// What could be the cause, with those that vote.
fn causes(system: &System, parts: &[usize], rates: &Rates) -> Vec<Cause> {
    let mut all: Vec<usize> = parts.to_vec();
    all.extend(parts.iter().filter_map(|part| system.parts[*part].voters()));
    all.sort_unstable();
    all.dedup();
    let disks = all.iter().filter(|part| chance::has_disk(&system.parts[**part])).map(|part| Cause::Disks(*part));
    let mut causes: Vec<Cause> = all.iter().map(|part| Cause::Processes(*part)).chain(disks).collect();
    if rates.node.per_year > 0.0 {
        causes.push(Cause::Nodes);
    }
    if rates.zone.per_year > 0.0 && !system.zones.is_empty() {
        causes.push(Cause::Zones);
    }
    causes
}

/// The middle of a time, in hours.
pub(super) fn hours(lapse: Lapse) -> f64 {
    // Times are far below 2^53 milliseconds.
    #[expect(clippy::cast_precision_loss, reason = "see above")]
    let milliseconds = (lapse.min as f64).midpoint(lapse.max as f64);
    milliseconds / 3_600_000.0
}
