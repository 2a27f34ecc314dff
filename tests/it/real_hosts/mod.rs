//! The Compose output for several hosts, each a Docker host of its own: what happens to clients when replicas,
//! balancers, Redis or hosts fail, with the load that the goals were measured under. Each figure is printed;
//! `scripts/bars` prints them all, several runs of each.

mod cut;
mod deployment;
mod hosts;
mod operations;
mod parts;
mod primaries;
mod redis;
mod replicas;

use std::time::Duration;

use crate::load::{Report, bars};
use deployment::Deployment;

/// A fault or an operation, and what must hold.
type Step = bars::Step<Deployment>;

/// Rules acknowledged and not there afterwards.
#[track_caller]
fn nothing_lost(what: &str, report: &Report) {
    bars::nothing_lost(what, report, Deployment::controllers());
}

fn run(test: &str, sets: &[&str], steps: &[Step]) {
    let Some(deployment) = Deployment::up(test, sets) else { return };
    bars::all(test, &deployment, steps, Deployment::settled);
    // To look around by hand before everything goes.
    if let Some(seconds) = std::env::var("A8CTL_PAUSE").ok().and_then(|pause| pause.parse().ok()) {
        eprintln!("{}", deployment.host("node-1").socket());
        std::thread::sleep(Duration::from_secs(seconds));
    }
}

#[test]
fn multi_node_survives_what_it_says() {
    let steps: &[Step] = &[
        ("replica killed", replicas::killed),
        ("replica hung", |d| replicas::hung(d, "replica hung", 2_100)),
        ("replica broken", replicas::broken),
        ("rolled", operations::rolled),
        ("reloaded", operations::reloaded),
        ("interrupted", operations::interrupted),
        ("primary moved", operations::primary_moved),
        ("host rolled", operations::a_host_is_rolled),
        ("primary killed", |d| redis::killed(d, "primary killed", 4_000)),
        ("primary hung", redis::hung),
        ("primary restarted", redis::restarted),
        ("primary late", |d| redis::restarted_late(d, 1.8)),
        ("primary hung 2.8", |d| redis::hung_briefly(d, 2.8)),
        ("primary cut off", cut::off),
        ("balancer crashed", |d| hosts::balancer_killed(d, "balancer crashed", 3_500)),
        ("balancer killed", |d| hosts::balancer_gone(d, "balancer killed", 3_500)),
        ("address lost", |d| hosts::vip_lost(d, "power of the host with the address lost", 3_500)),
        ("primary lost", hosts::primary_lost),
        ("other lost", hosts::other_lost),
        ("any one", parts::any_one),
    ];
    let more: &[Step] = &[
        ("primary late 1.0", |d| redis::restarted_late(d, 1.0)),
        ("primary late 1.4", |d| redis::restarted_late(d, 1.4)),
        ("primary late 2.2", |d| redis::restarted_late(d, 2.2)),
        ("primary late 2.6", |d| redis::restarted_late(d, 2.6)),
        ("primary hung 1.6", |d| redis::hung_briefly(d, 1.6)),
        ("primary hung 2.0", |d| redis::hung_briefly(d, 2.0)),
        ("primary hung 2.4", |d| redis::hung_briefly(d, 2.4)),
        ("primary hung 3.2", |d| redis::hung_briefly(d, 3.2)),
    ];
    run("real hosts: multi-node", &[], &bars::with_more(steps, more));
}

#[test]
fn fast_timing_is_faster() {
    let steps: &[Step] = &[
        ("replica hung", |d| replicas::hung(d, "fast: replica hung", 1_100)),
        ("primary killed", |d| redis::killed(d, "fast: primary killed", 3_500)),
        ("balancer killed", |d| hosts::balancer_gone(d, "fast: balancer killed", 1_000)),
        ("address lost", |d| hosts::vip_lost(d, "fast: power of the host with the address lost", 1_000)),
    ];
    let more: &[Step] = &[("balancer crashed", |d| hosts::balancer_killed(d, "fast: balancer crashed", 1_000))];
    let sets = ["balancer.timing=fast", "datastores.store.timing=fast"];
    run("real hosts: multi-node, fast", &sets, &bars::with_more(steps, more));
}
