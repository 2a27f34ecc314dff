//! The address that moves between the balancers of several hosts, by VRRP.

use minijinja::Value;

use crate::template::{self, context};
use crate::topology::{Host, Timing, Topology, Vip};

/// How soon a lost balancer's address moves.
pub(crate) struct Pace {
    /// Time between two signs of life, in milliseconds. Three that fail to come, and a moment, move the address.
    pub(crate) advert: u32,
    /// Wrong answers in a row that count, one asked each second: oftener keepalived does not ask.
    pub(crate) fall: u32,
    /// Whether what it asks with asks oftener.
    pub(crate) often: bool,
}

/// That of a timing.
pub(crate) fn pace(timing: Timing) -> Pace {
    match timing {
        // Measured: 3.0 s for a lost host, 1.3 to 2.6 s for a dead balancer.
        Timing::Default => Pace { advert: 1_000, fall: 2, often: false },
        // 0.6 s for a lost host, a quarter of a second for a dead balancer. Signs of life oftener than every second need version 3 of the protocol.
        Timing::Fast => Pace { advert: 200, fall: 1, often: true },
    }
}

/// Highest priority; each further host has one less.
pub(crate) const FIRST: usize = 200;

/// `keepalived.conf` of one host and the script by which it asks after the balancer, which answers at `status_port`.
pub(crate) fn render(topology: &Topology, vip: &Vip, host: &Host, status_port: u16) -> (String, String) {
    let hosts = &topology.placement.hosts;
    let peers: Vec<Value> = hosts
        .iter()
        .filter(|other| other.name != host.name)
        .map(|other| other.address.value.to_string().into())
        .collect();
    let place = hosts.iter().position(|other| other.name == host.name).unwrap_or(0);
    let Pace { advert, fall, often } = pace(topology.balancer.timing);
    let config = context([
        ("name", host.name.as_str().into()),
        ("interface", host.interface.as_str().into()),
        ("router_id", vip.router_id.into()),
        ("priority", FIRST.saturating_sub(place).max(1).into()),
        ("address", host.address.value.to_string().into()),
        ("peers", peers.into()),
        ("vip", format!("{}/{}", vip.address, vip.prefix).into()),
        ("advert", (f64::from(advert) / 1_000.0).to_string().into()),
        ("fall", fall.into()),
    ]);
    let check = context([
        ("address", host.address.value.to_string().into()),
        ("port", status_port.into()),
        ("often", often.into()),
    ]);
    (template::render("keepalived.conf", &config), template::render("check-balancer.sh", &check))
}
