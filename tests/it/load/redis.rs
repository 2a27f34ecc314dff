//! Writers of a Redis, without the services: what the datastore alone does under a failure.

use std::collections::BTreeMap;
use std::fmt::{Display, Formatter};
use std::io::Result;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use super::bars::Measured;
use super::gap::Gap;
use super::resp::{Connection, Reply};

const WRITERS: u32 = 8;
/// Between two writes of one writer: all together make 400 a second.
const PAUSE: Duration = Duration::from_millis(20);
/// Half of the writers change connections after so many writes; a failover treats new ones and old ones differently.
const WRITES_A_CONNECTION: u32 = 10;
/// Until Redis answers again when all is over.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct Load<'a> {
    pub(crate) address: SocketAddr,
    pub(crate) password: &'a str,
    pub(crate) duration: Duration,
}

/// Times count from the load's start.
#[derive(Debug, Default)]
pub(crate) struct Report {
    /// Keys, each written once, and when that was acknowledged; in that order.
    pub(crate) acknowledged: Vec<(String, Duration)>,
    /// How often what came instead: the first word of what Redis said, or `broken` for a connection that ended.
    pub(crate) errors: BTreeMap<String, usize>,
    /// The longest without an acknowledged write.
    pub(crate) gap: Gap,
    /// The longest that a sleeping writer woke too late.
    behind: Duration,
}

impl Measured for Report {
    fn behind(&self) -> Duration {
        self.behind
    }
}

impl Report {
    pub(crate) fn errors(&self, word: &str) -> usize {
        self.errors.get(word).copied().unwrap_or_default()
    }
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let errors: Vec<String> = self.errors.iter().map(|(word, count)| format!("{count} {word}")).collect();
        let errors = if errors.is_empty() { "no errors".to_owned() } else { errors.join(", ") };
        write!(out, "{} acknowledged, {errors}, gap {}", self.acknowledged.len(), self.gap)
    }
}

/// Runs a load to its end. Meanwhile `fault`, which gets the instant of the load's start, runs on this thread.
pub(crate) fn run(load: &Load<'_>, fault: impl FnOnce(Instant)) -> Report {
    static RUN: AtomicU32 = AtomicU32::new(0);
    // As the services' keys begin: a generated Redis takes no others.
    let prefix = format!("controller:test-{}-{}", std::process::id(), RUN.fetch_add(1, Ordering::Relaxed));
    let _alone = super::alone();
    let start = Instant::now();
    let mut report = Report::default();
    scope(|scope| {
        let one = |writer| {
            let prefix = format!("{prefix}-{writer}");
            scope.spawn(move || write(load, writer, start, &prefix))
        };
        let writers: Vec<_> = (0..WRITERS).map(one).collect();
        fault(start);
        for writer in writers {
            let one = writer.join().unwrap();
            report.acknowledged.extend(one.acknowledged);
            report.behind = report.behind.max(one.behind);
            for (word, count) in one.errors {
                *report.errors.entry(word).or_default() += count;
            }
        }
    });
    report.acknowledged.sort_by_key(|(_, at)| *at);
    report.gap = Gap::longest(report.acknowledged.iter().map(|(_, at)| *at), load.duration);
    report
}

fn write(load: &Load<'_>, writer: u32, start: Instant, prefix: &str) -> Report {
    let mut report = Report::default();
    let mut connection: Option<Connection> = None;
    for number in 0.. {
        // Not all at once.
        let due = PAUSE * number + PAUSE * writer / WRITERS;
        if due >= load.duration {
            break;
        }
        // What a failure kept from being written is left out, not made up for.
        if start.elapsed() > due + PAUSE {
            continue;
        }
        sleep(due.saturating_sub(start.elapsed()));
        report.behind = report.behind.max(start.elapsed().saturating_sub(due + PAUSE));
        if writer % 2 == 1 && number % WRITES_A_CONNECTION == 0 {
            connection = None;
        }
        let key = format!("{prefix}-{number}");
        let mut set = || {
            let open = match connection.take() {
                Some(open) => open,
                None => Connection::open(load.address, &[load.password])?,
            };
            connection.insert(open).call(&["SET", &key, "1"])
        };
        let word = match set() {
            Ok(Reply::Text(_)) => {
                report.acknowledged.push((key, start.elapsed()));
                continue;
            }
            // The connection stays: the services keep theirs, whatever Redis refuses.
            Ok(Reply::Refused(why)) => why.split(' ').next().unwrap_or_default().to_owned(),
            other => {
                connection = None;
                other.map_or("broken".to_owned(), |reply| format!("{reply:?}"))
            }
        };
        *report.errors.entry(word).or_default() += 1;
    }
    report
}

/// Keys that were acknowledged and are not there, with the times of their acknowledgements.
#[track_caller]
pub(crate) fn lost(load: &Load<'_>, report: &Report) -> Vec<(String, Duration)> {
    let start = Instant::now();
    loop {
        match absent(load, &report.acknowledged) {
            Ok(absent) => return absent,
            Err(last) => assert!(start.elapsed() < PATIENCE, "no answer within {PATIENCE:?}: {last}"),
        }
        sleep(Duration::from_millis(100));
    }
}

fn absent(load: &Load<'_>, keys: &[(String, Duration)]) -> Result<Vec<(String, Duration)>> {
    let mut connection = Connection::open(load.address, &[load.password])?;
    let mut absent = Vec::new();
    for keys in keys.chunks(500) {
        let words: Vec<&str> = ["MGET"].into_iter().chain(keys.iter().map(|(key, _)| key.as_str())).collect();
        let Reply::List(values) = connection.call(&words)? else { return Err(std::io::Error::other("no list")) };
        let gone = keys.iter().zip(values).filter(|(_, value)| matches!(value, Reply::Nothing));
        absent.extend(gone.map(|(key, _)| key.clone()));
    }
    Ok(absent)
}
