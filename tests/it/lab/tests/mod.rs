//! The lab itself: what the tests that use it take for granted.

mod shared;

use std::io::{Error, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::Lab;
use super::host::Host;
use crate::images;
use crate::load::bars::tell;
use crate::support::stdout_of;

const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
const REDIS: &str = "a8ctl-test/redis:local";
const KEEPALIVED: &str = "a8ctl-test/keepalived:local";

#[test]
fn hosts_are_apart_and_together() {
    let test = "lab";
    let made = [format!("redis={REDIS}"), format!("keepalived={KEEPALIVED}")];
    if !images::make(test, &made) {
        return;
    }
    let clock = Instant::now();
    let Some(lab) = Lab::up(test, &HOSTS, 24) else { return };
    tell(&format!("three hosts up: {:?}", clock.elapsed()));
    let clock = Instant::now();
    lab.load(&[REDIS, KEEPALIVED]);
    tell(&format!("two images loaded: {:?}", clock.elapsed()));
    let clock = Instant::now();
    for (host, address) in HOSTS {
        let publish = format!("{address}:6379:6379");
        let args = ["run", "--detach", "--name=redis", "--restart=unless-stopped", "--publish", &publish, REDIS];
        stdout_of(&mut lab.host(host).docker(&args));
        within(Duration::from_secs(10), host, || ping(address).is_ok());
        // A container's first process is found among all those of the machine.
        let name = std::fs::read_to_string(format!("/proc/{}/comm", lab.host(host).pid("redis"))).unwrap();
        assert_eq!(name.trim(), "redis-server");
    }
    tell(&format!("three containers started: {:?}", clock.elapsed()));
    containers_reach_every_host(lab.host("node-1"));
    a_crashed_container_is_back(lab.host("node-1"));
    a_frozen_container_says_nothing(lab.host("node-2"));
    a_cut_host_is_away(&lab);
    shared::an_address_moves(&lab);
    tell(&format!("all: {:?}", clock.elapsed()));
}

/// Also its own, by the address that others use.
fn containers_reach_every_host(host: &Host) {
    stdout_of(&mut host.docker(&["network", "create", "another"]));
    for (name, address) in HOSTS {
        let args = ["run", "--rm", "--network=another", REDIS, "redis-cli", "-h", address, "ping"];
        let clock = Instant::now();
        assert_eq!(stdout_of(&mut host.docker(&args)).trim(), "PONG", "{name}");
        tell(&format!("a container on {} reached {name}: {:?} with its start", host.name, clock.elapsed()));
    }
}

fn a_crashed_container_is_back(host: &Host) {
    let before = host.pid("redis");
    host.signal("redis", "KILL");
    let back = within(Duration::from_secs(5), "the killed container", || ping(HOSTS[0].1).is_ok());
    assert_ne!(host.pid("redis"), before);
    tell(&format!("back after SIGKILL: {back:?}"));
}

fn a_frozen_container_says_nothing(host: &Host) {
    host.signal("redis", "STOP");
    assert!(ping(HOSTS[1].1).is_err());
    host.signal("redis", "CONT");
    ping(HOSTS[1].1).unwrap();
}

fn a_cut_host_is_away(lab: &Lab) {
    lab.host("node-3").cut();
    assert!(ping(HOSTS[2].1).is_err());
    ping(HOSTS[1].1).unwrap();
    lab.host("node-3").heal();
    let back = within(Duration::from_secs(10), "the healed host", || ping(HOSTS[2].1).is_ok());
    tell(&format!("back after a cut: {back:?}"));
}

fn ping(address: &str) -> Result<(), Error> {
    let patience = Duration::from_millis(500);
    let mut stream = TcpStream::connect_timeout(&SocketAddr::new(address.parse().unwrap(), 6379), patience)?;
    stream.set_read_timeout(Some(patience))?;
    stream.write_all(b"PING\r\n")?;
    let mut answer = [0; 7];
    stream.read_exact(&mut answer)?;
    if &answer == b"+PONG\r\n" { Ok(()) } else { Err(Error::other("no pong")) }
}

#[track_caller]
fn within(at_most: Duration, what: &str, mut so: impl FnMut() -> bool) -> Duration {
    let clock = Instant::now();
    while !so() {
        assert!(clock.elapsed() < at_most, "{what}: not within {at_most:?}");
        sleep(Duration::from_millis(20));
    }
    clock.elapsed()
}
