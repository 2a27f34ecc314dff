//! A host loses its power or its link, or its balancer dies: the address moves.

use super::deployment::Deployment;
use super::nothing_lost;
use crate::load;
use crate::load::bars::{in_time, millis, never, runs, tell, until};

/// The balancer of the host that clients reach is killed.
pub(super) fn balancer_killed(deployment: &Deployment, what: &str, gap: u64) {
    for _ in 0..runs() {
        let host = deployment.vip();
        let balancer = deployment.aim(&host, "balancer");
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 3.0);
            balancer.signal("KILL");
        });
        tell(&format!("{what}: {report}"));
        nothing_lost(what, &report);
        in_time(&report, &format!("{what}: without a good GET"), report.gets.gap.length, millis(gap));
        deployment.settled();
    }
}

/// As above, and nobody starts it again.
pub(super) fn balancer_gone(deployment: &Deployment, what: &str, gap: u64) {
    for _ in 0..runs() {
        let host = deployment.vip();
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 3.0);
            deployment.docker(&host, "kill", "balancer");
        });
        tell(&format!("{what}: {report}"));
        deployment.docker(&host, "start", "balancer");
        nothing_lost(what, &report);
        in_time(&report, &format!("{what}: without a good GET"), report.gets.gap.length, millis(gap));
        deployment.settled();
    }
}

/// The host that clients reach loses its power; when it is back, it takes the address from nobody. A host that is
/// not the primary's: that one costs a failover of Redis, which [`primary_lost`] measures.
pub(super) fn vip_lost(deployment: &Deployment, what: &str, gap: u64) {
    for _ in 0..runs() {
        apart(deployment);
        let host = deployment.vip();
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 3.0);
            deployment.host(&host).power_off();
        });
        tell(&format!("{what}: {report}"));
        let now = deployment.vip();
        assert_ne!(now, host);
        deployment.host(&host).power_on();
        nothing_lost(what, &report);
        in_time(&report, &format!("{what}: without a good GET"), report.gets.gap.length, millis(gap));
        deployment.settled();
        never(deployment.vip() != now, || format!("{what}: the address went back"));
    }
}

/// Moves the primary off the host that clients reach.
fn apart(deployment: &Deployment) {
    while deployment.primary() == deployment.vip() {
        deployment.operate(&deployment.vip(), "failover.sh", &[]);
        deployment.settled();
    }
}

/// The host of the primary loses its power.
pub(super) fn primary_lost(deployment: &Deployment) {
    for _ in 0..runs() {
        let host = deployment.primary();
        let what = format!("power of the host of the primary lost (it has the address: {})", deployment.vip() == host);
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 2.0);
            deployment.host(&host).power_off();
        });
        tell(&format!("{what}: {report}"));
        deployment.host(&host).power_on();
        // Both at once at most: the address moves within 3.5 s, and the primary meanwhile.
        nothing_lost(&what, &report);
        in_time(&report, &format!("{what}: without a good POST"), report.posts.gap.length, millis(6_000));
        deployment.settled();
    }
}

/// The host that is neither the primary's nor that which clients reach loses its power.
pub(super) fn other_lost(deployment: &Deployment) {
    let what = "power of a host without the address and the primary lost";
    for _ in 0..runs() {
        apart(deployment);
        let (vip, primary) = (deployment.vip(), deployment.primary());
        let host = Deployment::hosts().find(|host| *host != vip && *host != primary).unwrap();
        let report = load::run(&Deployment::load(), |clock| {
            until(clock, 3.0);
            deployment.host(host).power_off();
        });
        tell(&format!("{what}: {report}"));
        deployment.host(host).power_on();
        nothing_lost(what, &report);
        in_time(&report, &format!("{what}: without a good POST"), report.posts.gap.length, millis(3_500));
        deployment.settled();
    }
}
