//! The Redis primary dies, hangs, comes back, is cut off.

use std::time::Duration;

use super::deployment::Deployment;
use super::nothing_lost;
use super::primaries;
use crate::lab::Aim;
use crate::load::bars::{few, in_time, millis, never, runs, tell, until};
use crate::load::{self, Failure, Load};

/// What a fault of the primary may cost.
struct Cost<'a> {
    what: &'a str,
    /// The longest without an acknowledged write.
    gap: Duration,
    /// How often the primary may change.
    failovers: std::ops::RangeInclusive<usize>,
    /// When the old primary comes back, in seconds: without another interruption.
    back: Option<f64>,
}

impl Cost<'_> {
    /// Runs a load through a fault of the primary's host and compares.
    #[track_caller]
    fn of(&self, deployment: &Deployment, fault: impl FnOnce(&str, &Aim, std::time::Instant)) {
        let host = deployment.primary();
        let watcher = Deployment::hosts().find(|other| *other != host).unwrap();
        let before = deployment.failovers(watcher);
        let primary = deployment.aim(&host, "redis");
        let load = Load { pollers: Some((Deployment::registries(), 100)), ..Deployment::load() };
        let (report, writable) =
            primaries::most_at_once(deployment, || load::run(&load, |clock| fault(&host, &primary, clock)));
        tell(&format!("{}: {report}", self.what));
        deployment.settled();
        nothing_lost(self.what, &report);
        let failovers = deployment.failovers(watcher) - before;
        never(writable > 1, || {
            format!("{}: {writable} primaries at once that balancers let clients write to", self.what)
        });
        let what = |which| format!("{}: {which}", self.what);
        few(&report, &what("failovers"), failovers, *self.failovers.end());
        few(&report, &what("failovers that did not come"), self.failovers.start().saturating_sub(failovers), 0);
        in_time(&report, &what("without a good POST"), report.posts.gap.length, self.gap);
        let polls = report.polls.as_ref().unwrap();
        few(&report, &what("answers of 200 without content"), polls.count(Failure::Empty), 10);
        if let Some(back) = self.back {
            let gap = report.gap_after(Duration::from_secs_f64(back));
            in_time(&report, &what("a second interruption"), gap.length, millis(500));
        }
    }
}

pub(super) fn killed(deployment: &Deployment, what: &str, gap: u64) {
    for _ in 0..runs() {
        Cost { what, gap: millis(gap), failovers: 1..=1, back: Some(9.0) }.of(deployment, |host, _, clock| {
            until(clock, 3.0);
            deployment.docker(host, "kill", "redis");
            until(clock, 9.0);
            // It comes back while clients write: as a replica, without a second interruption.
            deployment.docker(host, "start", "redis");
        });
    }
}

pub(super) fn hung(deployment: &Deployment) {
    let what = "primary hung 6 s, then goes on";
    for _ in 0..runs() {
        Cost { what, gap: millis(4_500), failovers: 1..=1, back: Some(8.0) }.of(deployment, |_, primary, clock| {
            until(clock, 2.0);
            primary.signal("STOP");
            until(clock, 8.0);
            primary.signal("CONT");
        });
    }
}

/// It goes on when the sentinels are giving it up.
pub(super) fn hung_briefly(deployment: &Deployment, seconds: f64) {
    let what = format!("primary hung {seconds} s, then goes on");
    for _ in 0..runs() {
        Cost { what: &what, gap: millis(5_000), failovers: 0..=1, back: None }.of(deployment, |_, primary, clock| {
            until(clock, 2.0);
            primary.signal("STOP");
            until(clock, 2.0 + seconds);
            primary.signal("CONT");
        });
    }
}

/// Docker restarts it, mostly before the sentinels notice.
pub(super) fn restarted(deployment: &Deployment) {
    let what = "primary crashed, restarted at once";
    for _ in 0..runs() {
        Cost { what, gap: millis(4_000), failovers: 0..=1, back: None }.of(deployment, |_, primary, clock| {
            until(clock, 3.0);
            primary.signal("KILL");
        });
    }
}

/// It is back when the sentinels are giving it up: either way what it took counts. Docker's own time to start it adds
/// some 0.4 s.
pub(super) fn restarted_late(deployment: &Deployment, after: f64) {
    let what = format!("primary killed, started again {after} s later");
    for _ in 0..runs() {
        Cost { what: &what, gap: millis(5_000), failovers: 0..=1, back: None }.of(deployment, |host, _, clock| {
            until(clock, 3.0);
            deployment.docker(host, "kill", "redis");
            until(clock, 3.0 + after);
            deployment.docker(host, "start", "redis");
        });
    }
}
