//! A replica dies, hangs, or answers with errors, while clients call through the address that moves.

use std::time::Instant;

use super::deployment::Deployment;
use super::nothing_lost;
use crate::http;
use crate::lab::Aim;
use crate::load;
use crate::load::bars::{Bar, millis, runs, thorough, until};

/// The replica that fails is not on the host that clients reach, so that it is the way of most.
fn elsewhere(deployment: &Deployment) -> &'static str {
    let vip = deployment.vip();
    Deployment::hosts().find(|host| *host != vip).unwrap()
}

fn failing(deployment: &Deployment, bar: &Bar<'_>, fault: impl Fn(&str, &Aim, Instant), mend: impl Fn(&str)) {
    for _ in 0..runs() {
        let host = elsewhere(deployment);
        let replica = deployment.aim(host, "controller");
        let report = load::run(&Deployment::load(), |clock| fault(host, &replica, clock));
        mend(host);
        nothing_lost(bar.what, &report);
        bar.hold(&report);
        deployment.settled();
    }
}

pub(super) fn killed(deployment: &Deployment) {
    let bar = Bar { what: "replica killed, stays away", failed_gets: 0, failed_posts: 3, worst: millis(600) };
    let kill = |host: &str, _: &Aim, clock| {
        until(clock, 3.0);
        deployment.docker(host, "kill", "controller");
    };
    failing(deployment, &bar, kill, |host| deployment.docker(host, "start", "controller"));
    if !thorough() {
        return;
    }
    let bar = Bar { what: "replica killed, restarted by Docker", ..bar };
    let crash = |_: &str, replica: &Aim, clock| {
        until(clock, 3.0);
        replica.signal("KILL");
    };
    failing(deployment, &bar, crash, |_| {});
}

pub(super) fn hung(deployment: &Deployment, what: &str, worst: u64) {
    let bar = Bar { what, failed_gets: 0, failed_posts: 3, worst: millis(worst) };
    let hang = |_: &str, replica: &Aim, clock| {
        until(clock, 3.0);
        replica.signal("STOP");
        until(clock, 10.0);
        replica.signal("CONT");
    };
    failing(deployment, &bar, hang, |_| {});
}

/// It answers every request with 500, those of checks too.
pub(super) fn broken(deployment: &Deployment) {
    let bar = Bar { what: "replica answers 500", failed_gets: 0, failed_posts: 10, worst: millis(2_100) };
    let turn = |host: &str, path: &str| {
        let address = format!("{}:6080", Deployment::address(host)).parse().unwrap();
        let answer = http::ask(address, "POST", path, "{}", millis(2_000)).unwrap();
        assert_eq!(answer.status, 200);
    };
    let broken = |host: &str, _: &Aim, clock| {
        until(clock, 3.0);
        turn(host, "/stand-in/broken");
    };
    failing(deployment, &bar, broken, |host| turn(host, "/stand-in/mended"));
}
