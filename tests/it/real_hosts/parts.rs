//! Any single one of all generated processes killed or hung: the service continues, and nothing acknowledged is lost.

use std::time::Duration;

use super::deployment::Deployment;
use super::nothing_lost;
use crate::load::bars::{in_time, millis, tell, thorough, until};
use crate::load::{self, Load};

const PARTS: [&str; 6] = ["controller", "registry", "redis", "redis-sentinel", "balancer", "keepalived"];

/// On the host that clients reach, where each matters most.
pub(super) fn any_one(deployment: &Deployment) {
    for part in PARTS {
        // Those that the steps before have killed hang, and the others are killed.
        let killed_before = ["controller", "redis", "balancer"].contains(&part);
        let faults = ["KILL", "STOP"].into_iter().filter(|it| thorough() || (*it == "STOP") == killed_before);
        for fault in faults {
            let host = deployment.vip();
            let what = format!("{fault} to {part} of the host that clients reach");
            let load = Load { duration: Duration::from_secs(7), rate: 100, ..Deployment::load() };
            let report = load::run(&load, |clock| {
                until(clock, 1.0);
                deployment.signal(&host, fault, part);
                until(clock, 5.0);
                if fault == "STOP" {
                    deployment.signal(&host, "CONT", part);
                }
            });
            tell(&format!("{what}: {report}"));
            nothing_lost(&what, &report);
            in_time(&report, &format!("{what}: without a good POST"), report.posts.gap.length, millis(6_000));
            deployment.settled();
        }
    }
}
