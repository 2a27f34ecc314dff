//! The output for services that run natively, as it lies, on three hosts: what happens to clients when a replica
//! fails, with the load that the goals were measured under. `A8CTL_NGINX` names another version of nginx.

mod native;

use std::time::Instant;

use native::Native;

use crate::http;
use crate::load::bars::{self, Bar, millis, runs, until};
use crate::load::{self, Load};
use crate::nginx;
use crate::support::{skip, tool};

/// The replica that fails is not on the host that clients reach.
const ELSEWHERE: &str = "node-2";

fn failing(native: &Native, bar: &Bar<'_>, fault: impl Fn(Instant), mend: impl Fn()) {
    for _ in 0..runs() {
        let report = load::run(&Load::at(Native::edge()), &fault);
        mend();
        bars::nothing_lost(bar.what, &report, Native::own("node-1"));
        bar.hold(&report);
        native.settled();
    }
}

fn killed(native: &Native) {
    let bar = Bar { what: "replica killed", failed_gets: 0, failed_posts: 3, worst: millis(2_100) };
    let kill = |clock| {
        until(clock, 3.0);
        native.kill(ELSEWHERE);
    };
    failing(native, &bar, kill, || native.replica(ELSEWHERE));
}

fn hung(native: &Native) {
    let bar = Bar { what: "replica hung", failed_gets: 0, failed_posts: 3, worst: millis(2_100) };
    let hang = |clock| {
        until(clock, 3.0);
        native.signal(ELSEWHERE, "STOP");
        until(clock, 10.0);
        native.signal(ELSEWHERE, "CONT");
    };
    failing(native, &bar, hang, || {});
}

/// It answers every request with 500, those of checks too.
fn broken(native: &Native) {
    let bar = Bar { what: "replica answers 500", failed_gets: 0, failed_posts: 10, worst: millis(2_100) };
    let turn = |path: &str| {
        let answer = http::ask(Native::own(ELSEWHERE), "POST", path, "{}", millis(2_000)).unwrap();
        assert_eq!(answer.status, 200);
    };
    let broken = |clock| {
        until(clock, 3.0);
        turn("/stand-in/broken");
    };
    failing(native, &bar, broken, || turn("/stand-in/mended"));
}

/// All of them, one after another, and sooner after one another than the README says: at most two are put aside at a
/// time.
fn restarted(native: &Native) {
    let bar = Bar { what: "all replicas restarted", failed_gets: 0, failed_posts: 3, worst: millis(2_100) };
    let restart = |clock| {
        for (host, at) in Native::hosts().zip([2.0, 5.0, 8.0]) {
            until(clock, at);
            native.restart(host);
        }
    };
    failing(native, &bar, restart, || {});
}

/// What may not be sent twice is sent once, and arrives.
fn every_method(_: &Native) {
    let rule = r#"{"rules":[{"id":"a8ctl-load","destination":"reviews","route":{"backends":[]}}]}"#;
    for (method, path, json, status) in [
        ("GET", "/health", "", 200),
        ("POST", "/v1/rules", rule, 201),
        ("PUT", "/v1/rules", rule, 200),
        ("DELETE", "/v1/rules?id=a8ctl-load", "", 200),
        ("PATCH", "/v1/rules", rule, 405),
        ("OPTIONS", "/v1/rules", "", 405),
    ] {
        let answer = http::ask(Native::edge(), method, path, json, millis(2_000)).unwrap();
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.body);
    }
}

/// Seen from a client's host, whose balancer is in front of those of all hosts.
fn host_lost(native: &Native) {
    // A request on a connection that was idle when the host went waits until it is given up and asked elsewhere: twice
    // as long as a host's own balancer would.
    let bar = Bar { what: "host lost, seen from a client's", failed_gets: 0, failed_posts: 10, worst: millis(4_500) };
    for _ in 0..runs() {
        let load = Load { rate: 100, ..Load::at(Native::at_the_client()) };
        let report = load::run(&load, |clock| {
            until(clock, 3.0);
            native.plug(ELSEWHERE, false);
        });
        native.plug(ELSEWHERE, true);
        bars::nothing_lost(bar.what, &report, Native::own("node-1"));
        bar.hold(&report);
        native.settled();
    }
}

/// What does not depend on which balancer it is; those of several hosts have haproxy's other faults.
const ALIKE: &[bars::Step<Native>] =
    &[("every method", every_method), ("replica hung", hung), ("host lost, seen from a client's", host_lost)];
const OTHER: &[bars::Step<Native>] =
    &[("replica killed", killed), ("replica answers 500", broken), ("all replicas restarted", restarted)];

fn all(native: &Native, balancer: &str, steps: &[bars::Step<Native>]) {
    bars::all(&format!("real native: {balancer}"), native, steps, Native::settled);
}

#[test]
fn nginx_survives_what_it_says() {
    let test = "real native: nginx";
    let version = std::env::var("A8CTL_NGINX").unwrap_or_else(|_| "nginx-1.22".to_owned());
    let directory = tempfile::tempdir().unwrap();
    let balancer = |host: &str| {
        let mut words = nginx::words(test, &version, &directory.path().join(host))?;
        words.push("-c".to_owned());
        Some(words)
    };
    let Some(native) = Native::up(test, "nginx", "nginx/nginx.conf", false, &balancer) else { return };
    native.client(&balancer("client-1").unwrap(), "nginx/nginx.conf");
    all(&native, &version, &[ALIKE, OTHER].concat());
}

/// Where its package is installed there is a directory for its socket.
const RUN: &str = "mount -t tmpfs none /run && mkdir /run/haproxy && exec \"$0\" \"$@\"";

#[test]
fn haproxy_survives_what_it_says() {
    let test = "real native: haproxy";
    let Some(haproxy) = tool(test, "haproxy-3.0") else { return };
    let haproxy = std::fs::canonicalize(haproxy).unwrap();
    if nginx::words(test, "haproxy-3.0", &haproxy).is_none() {
        return skip(test, "no namespaces can be made here");
    }
    let balancer = |_: &str| {
        let words = ["unshare", "--mount", "sh", "-c", RUN, &haproxy.to_string_lossy(), "-W", "-db", "-f"];
        Some(words.map(str::to_owned).to_vec())
    };
    let Some(native) = Native::up(test, "haproxy", "haproxy/haproxy.cfg", true, &balancer) else { return };
    native.client(&balancer("client-1").unwrap(), "haproxy/haproxy.cfg");
    all(&native, "haproxy", &bars::with_more(ALIKE, OTHER));
}
