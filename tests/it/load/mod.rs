//! Loads with which availability is measured: the services' through their balancer, and a Redis's own.
//!
//! A load is bounded, and open: a request begins when its time has come, not when the one before it was answered, and
//! its latency counts from that time. Otherwise one stalled request would hide all those that should have begun
//! meanwhile.

pub(crate) mod bars;
mod gap;
mod http;
pub(crate) mod redis;
mod report;
pub(crate) mod resp;
mod rules;
mod schedule;
mod server;
mod tests;

use std::fs::File;
use std::net::SocketAddr;
use std::sync::{Mutex, PoisonError};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

pub(crate) use gap::Gap;
use http::Client;
pub(crate) use http::Failure;
use report::Asked;
pub(crate) use report::{Report, Tally};
pub(crate) use rules::stored;
use schedule::Schedule;

pub(crate) struct Load {
    /// The balancer in front of the controllers.
    pub(crate) address: SocketAddr,
    /// Requests a second, and how many of a hundred store a rule; the others read one.
    pub(crate) rate: u32,
    pub(crate) writes: u32,
    pub(crate) duration: Duration,
    /// Whether it ends a second after what is done meanwhile, if that is sooner.
    pub(crate) ends_early: bool,
    /// The balancer in front of the registries, read by pollers at the same time, and how often a second.
    pub(crate) pollers: Option<(SocketAddr, u32)>,
}

impl Load {
    /// The load of the measurements that the goals were taken from.
    pub(crate) fn at(address: SocketAddr) -> Self {
        Self { address, rate: 500, writes: 20, duration: Duration::from_secs(12), ends_early: false, pollers: None }
    }
}

/// Waits until no other load runs. Tests that prepare and mend other things may run beside one, but two that load the
/// machine would measure each other. The kernel gives the lock back when its owner ends.
pub(crate) fn alone() -> File {
    let file = File::create(concat!(env!("CARGO_TARGET_TMPDIR"), "/load.lock")).unwrap();
    file.lock().unwrap();
    file
}

/// Runs a load to its end. Meanwhile `fault`, which gets the instant of the load's start, runs on this thread.
pub(crate) fn run(load: &Load, fault: impl FnOnce(Instant)) -> Report {
    let (prefix, registry) = (rules::prefix(), load.pollers);
    rules::prepare(load.address, registry.map(|(address, _)| address));
    let controllers = Client::new(load.address);
    let registries = Client::new(registry.map_or(load.address, |(address, _)| address));
    let _alone = alone();
    let [gets, posts, polls] = [const { Mutex::new(Vec::new()) }; 3];
    let start = Instant::now();
    let note = |asked: &Mutex<Vec<Asked>>, number, due, answer: Result<(), Failure>| {
        let done = start.elapsed();
        asked.lock().unwrap_or_else(PoisonError::into_inner).push(Asked { number, due, done, answer });
    };
    let request = |number: u64, due| {
        // Spread evenly.
        if number * u64::from(load.writes) % 100 < u64::from(load.writes) {
            note(&posts, number, due, rules::write(&controllers, &format!("{prefix}{number}")));
        } else {
            note(&gets, number, due, rules::read(&controllers));
        }
    };
    let poll = |number, due| note(&polls, number, due, rules::poll(&registries));
    let requests = Schedule::new(start, load.rate, load.duration, &request);
    let polling = registry.map(|(_, rate)| Schedule::new(start, rate, load.duration, &poll));
    scope(|scope| {
        for schedule in polling.iter().chain([&requests]) {
            schedule.run(scope);
        }
        fault(start);
        if load.ends_early {
            sleep(Duration::from_secs(1));
            requests.end();
            polling.iter().for_each(Schedule::end);
        }
    });
    let duration = if load.ends_early { load.duration.min(start.elapsed()) } else { load.duration };
    let behind = requests.behind();
    let [gets, posts, polls] = [gets, posts, polls].map(|asked| asked.into_inner().unwrap());
    let written = posts.iter().filter(|asked| asked.answer.is_ok());
    Report {
        acknowledged: written.map(|asked| (format!("{prefix}{}", asked.number), asked.done)).collect(),
        gets: Tally::of(&gets, duration),
        posts: Tally::of(&posts, duration),
        polls: registry.map(|_| Tally::of(&polls, duration)),
        duration,
        behind,
    }
}
