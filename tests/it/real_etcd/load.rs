//! Writers of an etcd: each write is a key of its own, over a connection of its own, through etcd's HTTP gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{Display, Formatter};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use serde_json::json;

use super::cluster;
use crate::http;
use crate::load::bars::Measured;
use crate::load::{Gap, alone};

const WRITERS: u32 = 6;
/// Between two writes of one writer: all together make 120 a second.
const PAUSE: Duration = Duration::from_millis(50);
/// Of a writer: then it tries the next key.
const PATIENCE: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Report {
    prefix: String,
    /// Keys that were acknowledged, and when, from the load's start.
    acknowledged: Vec<(String, Duration)>,
    /// What came instead, and how often.
    errors: BTreeMap<String, usize>,
    /// The longest without an acknowledged write.
    pub(super) gap: Gap,
    /// The longest that a sleeping writer woke too late: the machine stood still.
    behind: Duration,
}

impl Display for Report {
    fn fmt(&self, out: &mut Formatter<'_>) -> std::fmt::Result {
        let (count, errors, gap, behind) = (self.acknowledged.len(), &self.errors, self.gap, self.behind);
        write!(out, "{count} acknowledged, errors {errors:?}, gap {gap}, late by {behind:.0?}")
    }
}

impl Measured for Report {
    fn behind(&self) -> Duration {
        self.behind
    }
}

/// Writes until what is done meanwhile is done, and two seconds more. That begins a second after the load.
pub(super) fn during(proxy: SocketAddr, fault: impl FnOnce()) -> Report {
    static RUN: AtomicU32 = AtomicU32::new(0);
    let prefix = format!("test-{}-{}-", std::process::id(), RUN.fetch_add(1, Ordering::Relaxed));
    let _alone = alone();
    let (start, over) = (Instant::now(), AtomicBool::new(false));
    let mut report = Report::default();
    scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                scope.spawn({
                    let (over, prefix) = (&over, &prefix);
                    move || write(proxy, writer, start, over, prefix)
                })
            })
            .collect();
        sleep(Duration::from_secs(1));
        // The writers must end whatever becomes of it.
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(fault));
        sleep(Duration::from_secs(2));
        over.store(true, Ordering::Relaxed);
        for writer in writers {
            let one = writer.join().unwrap();
            report.acknowledged.extend(one.acknowledged);
            report.behind = report.behind.max(one.behind);
            for (word, count) in one.errors {
                *report.errors.entry(word).or_default() += count;
            }
        }
        if let Err(panic) = done {
            std::panic::resume_unwind(panic);
        }
    });
    report.gap = Gap::longest(report.acknowledged.iter().map(|(_, at)| *at), start.elapsed());
    report.prefix = prefix;
    report
}

fn write(proxy: SocketAddr, writer: u32, start: Instant, over: &AtomicBool, prefix: &str) -> Report {
    let mut report = Report::default();
    for number in 0.. {
        // Not all at once; what a failure kept from being written is left out, not made up for.
        let due = PAUSE * number + PAUSE * writer / WRITERS;
        if over.load(Ordering::Relaxed) {
            break;
        }
        if start.elapsed() > due + PAUSE {
            continue;
        }
        sleep(due.saturating_sub(start.elapsed()));
        report.behind = report.behind.max(start.elapsed().saturating_sub(due + PAUSE));
        let key = format!("{prefix}{writer}-{number}");
        let word = match put(proxy, &key) {
            Ok(200) => {
                report.acknowledged.push((key, start.elapsed()));
                continue;
            }
            Ok(status) => status.to_string(),
            Err(error) => format!("{:?}", error.kind()),
        };
        *report.errors.entry(word).or_default() += 1;
    }
    report
}

fn put(proxy: SocketAddr, key: &str) -> Result<u16, std::io::Error> {
    let body = json!({ "key": base64(key.as_bytes()), "value": base64(b"1") }).to_string();
    Ok(http::ask(proxy, "POST", "/v3/kv/put", &body, PATIENCE)?.status)
}

/// Keys that were acknowledged and that a member, asked for what it has itself or for what all have agreed on, lacks.
#[track_caller]
pub(super) fn lost(report: &Report, at: SocketAddr, itself: bool) -> Vec<String> {
    let mut end = report.prefix.clone().into_bytes();
    *end.last_mut().unwrap() += 1;
    let (key, end) = (base64(report.prefix.as_bytes()), base64(&end));
    let body = json!({ "key": key, "range_end": end, "keys_only": true, "serializable": itself }).to_string();
    let answer = cluster::answer(at, "/v3/kv/range", &body);
    let there: BTreeSet<&str> =
        answer["kvs"].as_array().into_iter().flatten().filter_map(|pair| pair["key"].as_str()).collect();
    let keys = report.acknowledged.iter().map(|(key, _)| key);
    assert!(keys.len() > 0, "nothing was written: {report}");
    keys.filter(|key| !there.contains(base64(key.as_bytes()).as_str())).cloned().collect()
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    for group in bytes.chunks(3) {
        let number = (0..3).fold(0_usize, |all, at| all << 8 | usize::from(group.get(at).copied().unwrap_or(0)));
        for at in 0..4 {
            let digit = DIGITS[number >> (18 - 6 * at) & 63];
            out.push(if at <= group.len() { char::from(digit) } else { '=' });
        }
    }
    out
}
