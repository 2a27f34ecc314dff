//! The address that moves between hosts.

use crate::balancer::keepalived;
use crate::topology::Vip;

use super::{STATUS_PORT, Site};

pub(in crate::target) const CONFIG: &str = "keepalived/keepalived.conf";
pub(in crate::target) const CHECK: &str = "keepalived/check-balancer.sh";

/// The address that moves, where there are hosts for it to move between.
pub(in crate::target) fn vip<'a>(site: &Site<'a>) -> Option<&'a Vip> {
    site.topology.balancer.vip.as_ref().filter(|_| site.is_one_of_several())
}

/// keepalived's configuration and check.
pub(in crate::target) fn files(site: &Site<'_>) -> Option<(String, String)> {
    Some(keepalived::render(site.topology, vip(site)?, site.host?, STATUS_PORT))
}
