//! What operators do: roll, reload, move the primary.

use std::time::Duration;

use super::deployment::Deployment;
use super::nothing_lost;
use crate::load::bars::{Bar, in_time, millis, runs, tell, thorough, until};
use crate::load::{self, Load};

/// A script that takes longer is a script that hangs.
const LONGEST: Duration = Duration::from_secs(240);

/// Every replica of the services, one host after the other, by the generated script.
pub(super) fn rolled(deployment: &Deployment) {
    let what = "rolling restart of every replica";
    for _ in 0..runs() {
        // As long as the scripts take.
        let load = Load { duration: LONGEST, ends_early: true, rate: 200, ..Deployment::load() };
        let mut took = Duration::ZERO;
        let report = load::run(&load, |clock| {
            until(clock, 1.0);
            // Their scripts are alike.
            for host in Deployment::hosts().take(if thorough() { 3 } else { 1 }) {
                let number = host.rsplit('-').next().unwrap();
                let names = [format!("controller-{number}"), format!("registry-{number}")];
                took += deployment.operate(host, "roll.sh", &names.each_ref().map(String::as_str));
            }
            assert!(clock.elapsed() < LONGEST, "the load ended before the scripts: {:?}", clock.elapsed());
        });
        tell(&format!("{what}: done in {took:.0?}"));
        Bar { what, failed_gets: 0, failed_posts: 0, worst: millis(1_000) }.hold(&report);
        nothing_lost(what, &report);
        deployment.settled();
    }
}

pub(super) fn reloaded(deployment: &Deployment) {
    let what = "five reloads of the balancer";
    let host = deployment.vip();
    let report = load::run(&Deployment::load(), |clock| {
        for at in 0..5 {
            until(clock, 1.0 + 2.0 * f64::from(at));
            deployment.operate(&host, "reload.sh", &[]);
        }
    });
    Bar { what, failed_gets: 0, failed_posts: 0, worst: millis(1_000) }.hold(&report);
    nothing_lost(what, &report);
    deployment.settled();
}

pub(super) fn primary_moved(deployment: &Deployment) {
    for _ in 0..runs() {
        let what = "planned failover";
        let from = deployment.primary();
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 3.0);
            deployment.operate(&from, "failover.sh", &[]);
        });
        tell(&format!("{what}: {report}"));
        nothing_lost(what, &report);
        in_time(&report, &format!("{what}: without a good POST"), report.posts.gap.length, millis(2_000));
        deployment.settled();
        assert_ne!(deployment.primary(), from);
    }
}

/// Datastore and sentinels too, and then the balancer: the whole of one host, that of clients and of the primary.
pub(super) fn a_host_is_rolled(deployment: &Deployment) {
    let what = "everything on the host of the primary restarted";
    let host = deployment.primary();
    let number = host.rsplit('-').next().unwrap();
    let load = Load { duration: LONGEST, ends_early: true, rate: 100, ..Deployment::load() };
    let report = load::run(&load, |clock| {
        let members = [format!("redis-sentinel-{number}"), format!("redis-{number}")];
        deployment.operate(&host, "roll.sh", &members.each_ref().map(String::as_str));
        let vip = deployment.vip();
        deployment.operate(&vip, "roll.sh", &["balancer"]);
        assert!(clock.elapsed() < LONGEST, "the load ended before the scripts: {:?}", clock.elapsed());
    });
    tell(&format!("{what}: {report}"));
    nothing_lost(what, &report);
    in_time(&report, &format!("{what}: without a good POST"), report.posts.gap.length, millis(4_000));
    deployment.settled();
}

/// A roll that is interrupted puts everything back.
pub(super) fn interrupted(deployment: &Deployment) {
    let host = "node-2";
    let mut roll = deployment.script(host, "roll.sh", &["controller-2"]).spawn().unwrap();
    std::thread::sleep(Duration::from_millis(1_500));
    crate::support::stdout_of(std::process::Command::new("kill").args(["-TERM", &roll.id().to_string()]));
    assert!(!roll.wait().unwrap().success());
    deployment.settled();
}
