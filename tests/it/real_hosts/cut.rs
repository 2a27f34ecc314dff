//! The primary's host is cut off from the other hosts, and not from its clients.

use std::time::Duration;

use super::deployment::Deployment;
use crate::load::bars::{never, runs, tell, until};
use crate::load::{self, Load};
use crate::support::stdout_of;

/// `min-replicas-max-lag` and half a second: what of the acknowledged writes may be lost.
const BOUND: Duration = Duration::from_millis(2_500);
/// How long, in seconds.
const CUT: f64 = 6.0;

/// Clients keep calling the host that is cut off, at its own address. What it acknowledged before it noticed is lost,
/// and no more.
pub(super) fn off(deployment: &Deployment) {
    let what = "primary cut off from the other hosts for 6 s";
    for _ in 0..runs() {
        let host = deployment.primary();
        let load = Load::at(Deployment::controllers_of(&host));
        let mut began = Duration::ZERO;
        let report = load::run(&load, |clock| {
            until(clock, 2.0);
            began = clock.elapsed();
            wall(deployment, &host, "-I");
            until(clock, 2.0 + CUT);
            wall(deployment, &host, "-D");
        });
        tell(&format!("{what}: {report}"));
        deployment.settled();
        let present = load::stored(Deployment::controllers());
        let lost = report.lost(&present);
        let last = lost.iter().map(|(_, at)| *at).max().unwrap_or_default().saturating_sub(began);
        tell(&format!("{what}: {} acknowledged writes lost, the last one {last:.2?} after the cut", lost.len()));
        never(last > BOUND, || format!("{what}: writes of {last:?} lost"));
        let before = lost.iter().filter(|(_, at)| *at < began).count();
        never(before > 0, || format!("{what}: {before} writes from before the cut lost"));
    }
}

/// Drops what goes between a host and the others, whichever of its containers is meant; `-I` builds the wall, `-D`
/// takes it down.
fn wall(deployment: &Deployment, host: &str, action: &str) {
    for other in Deployment::hosts().filter(|other| *other != host) {
        let address = Deployment::address(other);
        for (chain, side) in [("INPUT", "-s"), ("OUTPUT", "-d"), ("FORWARD", "-s"), ("FORWARD", "-d")] {
            stdout_of(&mut deployment.host(host).run(&["iptables", action, chain, side, address, "-j", "DROP"]));
        }
    }
}
