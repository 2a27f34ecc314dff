//! Readers and writers of a replicated registry, who call one host's balancer.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use super::deployment::{balancer, now, send};
use crate::http;
use crate::load::bars::Measured;
use crate::load::{Gap, alone};

/// What is read.
pub(super) const READ: &str = "read-all-the-time";
const READERS: u32 = 8;
const WRITERS: u32 = 4;
/// Between two requests of one of them: 160 reads and 40 writes a second.
const READS: Duration = Duration::from_millis(50);
const WRITES: Duration = Duration::from_millis(100);
/// Of one of them, for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

#[derive(Debug, Default)]
pub(super) struct Report {
    /// Names that were acknowledged, when from the load's start, and by the clock in seconds since 1970.
    pub(super) acknowledged: Vec<(String, Duration, u64)>,
    /// What came instead of acknowledgements, and how often.
    refused: BTreeMap<String, usize>,
    pub(super) reads: usize,
    /// What came instead of what is read.
    pub(super) failed: BTreeMap<String, usize>,
    pub(super) slowest: Duration,
    /// The longest without an acknowledged write.
    pub(super) gap: Gap,
    behind: Duration,
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        write!(out, "{} reads, failed {:?}, the slowest {:.2?}; ", self.reads, self.failed, self.slowest)?;
        write!(out, "{} writes, failed {:?}, gap {}; ", self.acknowledged.len(), self.refused, self.gap)?;
        write!(out, "late by {:.0?}", self.behind)
    }
}

impl Measured for Report {
    fn behind(&self) -> Duration {
        self.behind
    }
}

/// Reads and writes by way of a host until what is done meanwhile is done, and two seconds more. That begins two
/// seconds after the load.
pub(super) fn during(host: &str, fault: impl FnOnce()) -> Report {
    static RUN: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("load-{}-", RUN.fetch_add(1, Ordering::Relaxed));
    let at = balancer(host);
    let _alone = alone();
    let (start, over) = (Instant::now(), AtomicBool::new(false));
    let mut report = Report::default();
    scope(|scope| {
        let (over, prefix) = (&over, &prefix);
        let readers = (0..READERS).map(|at_turn| {
            scope.spawn(move || repeat(start, over, READS, READS * at_turn / READERS, |_, report| read(at, report)))
        });
        let writers = (0..WRITERS).map(|at_turn| {
            scope.spawn(move || {
                repeat(start, over, WRITES, WRITES * at_turn / WRITERS, |number, report| {
                    write(at, format!("{prefix}{at_turn}-{number}"), start, report);
                })
            })
        });
        let all: Vec<_> = readers.chain(writers).collect();
        sleep(Duration::from_secs(2));
        // They must end whatever becomes of it.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(fault));
        sleep(Duration::from_secs(2));
        over.store(true, Ordering::Relaxed);
        for one in all {
            report.add(one.join().unwrap());
        }
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    });
    report.gap = Gap::longest(report.acknowledged.iter().map(|(_, at, _)| *at), start.elapsed());
    report
}

impl Report {
    fn add(&mut self, other: Self) {
        self.acknowledged.extend(other.acknowledged);
        self.reads += other.reads;
        self.slowest = self.slowest.max(other.slowest);
        self.behind = self.behind.max(other.behind);
        for (all, its) in [(&mut self.refused, other.refused), (&mut self.failed, other.failed)] {
            for (word, count) in its {
                *all.entry(word).or_default() += count;
            }
        }
    }
}

/// Does one thing at its times until it is over. What a slow answer kept from being done is left out.
fn repeat(
    start: Instant,
    over: &AtomicBool,
    pause: Duration,
    first: Duration,
    one: impl Fn(u32, &mut Report),
) -> Report {
    let mut report = Report::default();
    for number in 0.. {
        let due = pause * number + first;
        if over.load(Ordering::Relaxed) {
            break;
        }
        if start.elapsed() > due + pause {
            continue;
        }
        sleep(due.saturating_sub(start.elapsed()));
        report.behind = report.behind.max(start.elapsed().saturating_sub(due + pause));
        one(number, &mut report);
    }
    report
}

fn read(at: SocketAddr, report: &mut Report) {
    let began = Instant::now();
    report.reads += 1;
    let word = match http::ask(at, "GET", &format!("/blobs/{READ}"), "", PATIENCE) {
        Ok(answer) if answer.status == 200 && answer.body == READ => {
            report.slowest = report.slowest.max(began.elapsed());
            return;
        }
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.to_string(),
    };
    *report.failed.entry(word).or_default() += 1;
}

fn write(at: SocketAddr, name: String, start: Instant, report: &mut Report) {
    let word = match http::ask(at, "POST", &format!("/blobs/{name}"), &name, PATIENCE) {
        Ok(answer) if answer.status == 201 => {
            report.acknowledged.push((name, start.elapsed(), now()));
            return;
        }
        Ok(answer) => answer.status.to_string(),
        Err(error) => error.to_string(),
    };
    *report.refused.entry(word).or_default() += 1;
}

/// Stores what is read.
pub(super) fn prepare(host: &str) {
    send(host, "PUT", READ);
}
