//! An address that keepalived moves between two hosts.

use std::io::ErrorKind;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use super::{HOSTS, KEEPALIVED, ping, within};
use crate::lab::Lab;
use crate::load::bars::tell;
use crate::support::stdout_of;

const SHARED: &str = "198.51.100.10";

pub(super) fn an_address_moves(lab: &Lab) {
    start(lab, 0, 1);
    start(lab, 1, 0);
    let [first, second] = [HOSTS[0].0, HOSTS[1].0];
    let is_at = |host: &str| lab.holds(SHARED) == [host] && answers();
    let taken = within(Duration::from_secs(10), "the first takes the address", || is_at(first));
    tell(&format!("the shared address is there: {taken:?}"));
    crashes(lab);

    let clock = Instant::now();
    lab.host(first).power_off();
    tell(&format!("power off: {:?}", clock.elapsed()));
    let moved = within(Duration::from_secs(10), "the second takes the address", || is_at(second));
    assert!(ping(HOSTS[0].1).is_err());
    tell(&format!("the shared address moved: {moved:?} after that"));

    let clock = Instant::now();
    lab.host(first).power_on();
    tell(&format!("power on: {:?}", clock.elapsed()));
    within(Duration::from_secs(20), "its containers are back", || ping(HOSTS[0].1).is_ok());
    within(Duration::from_secs(20), "the first takes the address back", || is_at(first));
    tell(&format!("all as before: {:?} after the power came", clock.elapsed()));
}

/// Nobody takes the address from a host whose keepalived crashed. The second takes it too, until the restarted one
/// has cleared up.
fn crashes(lab: &Lab) {
    let first = lab.host(HOSTS[0].0);
    let before = first.pid("keepalived");
    let clock = Instant::now();
    first.signal("keepalived", "KILL");
    let (mut both, mut last) = (Duration::ZERO, clock.elapsed());
    let settled = within(Duration::from_secs(10), "keepalived is back", || {
        let holders = lab.holds(SHARED);
        let now = clock.elapsed();
        if holders.len() == 2 {
            both += now - last;
        }
        last = now;
        let back = first.pids("keepalived").first().is_some_and(|pid| *pid != before);
        back && holders == [HOSTS[0].0] && now > Duration::from_secs(2) && answers()
    });
    tell(&format!("keepalived crashed: settled {settled:?}, at two hosts for {both:?}"));
    assert!(both < Duration::from_secs(2));
}

fn start(lab: &Lab, own: usize, other: usize) {
    let host = lab.host(HOSTS[own].0);
    let (name, own_address, other_address) = (HOSTS[own].0, HOSTS[own].1, HOSTS[other].1);
    let priority = 100 - own;
    // Without a router_id it asks the name server for the host's name, and waits for the answer.
    let configuration = format!(
        "global_defs {{\n router_id {name}\n vrrp_version 3\n}}\nvrrp_instance shared {{\n state BACKUP\n \
         interface eth0\n virtual_router_id 51\n priority {priority}\n advert_int 0.2\n unicast_src_ip \
         {own_address}\n unicast_peer {{\n  {other_address}\n }}\n virtual_ipaddress {{\n  {SHARED}/32 dev \
         eth0\n }}\n}}\n"
    );
    std::fs::write(host.disk().join("keepalived.conf"), configuration).unwrap();
    // What it leaves in /run when it is killed keeps the next one from starting, for ever: that must go with it.
    let compose = format!(
        r#"name: shared
services:
  keepalived:
    image: {KEEPALIVED}
    container_name: keepalived
    network_mode: host
    restart: unless-stopped
    read_only: true
    tmpfs: [/run]
    cap_drop: [ALL]
    cap_add: [NET_ADMIN, NET_RAW]
    volumes: ["./keepalived.conf:/etc/keepalived/keepalived.conf:ro"]
"#
    );
    std::fs::write(host.disk().join("compose.yaml"), compose).unwrap();
    stdout_of(&mut host.compose(host.disk(), &["up", "--detach", "--pull", "never"]));
}

/// Somebody is there, though nobody listens.
fn answers() -> bool {
    let address = SocketAddr::new(SHARED.parse().unwrap(), 9);
    let refused = TcpStream::connect_timeout(&address, Duration::from_millis(500));
    refused.is_err_and(|error| error.kind() == ErrorKind::ConnectionRefused)
}
