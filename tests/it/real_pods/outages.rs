//! `single-node` loses its Redis in three ways and hangs a service; `multi-node` loses its master.

use std::collections::BTreeSet;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::cluster::{Cluster, PASSWORD};
use super::facts;
use super::readers::{Asked, while_asking};
use crate::http::{self, Answer};
use crate::load::bars::{self, tell};

const SERVICES: &[&str] = &["controller-1", "controller-2", "registry-1", "registry-2"];
const RULES: &str = "/v1/rules?id=a8ctl-test";
const RULE: &str =
    r#"{"rules":[{"id":"a8ctl-test","destination":"reviews","priority":1,"route":{"backends":[{"tags":["v1"]}]}}]}"#;
const INSTANCES: &str = "/api/v1/instances";
const INSTANCE: &str =
    r#"{"service_name":"a8ctl-test","endpoint":{"type":"tcp","value":"192.0.2.1:80"},"ttl":600,"status":"UP"}"#;

/// Replicas and sentinels carry it in configuration files, which not every sign survives.
pub(super) const PLAIN: &str = "p%s=a~b:c,d/e@f+g.-_";

/// Until every answer is an honest refusal after the datastore hung: the proxy's two failed checks take at most 1.7 s.
const NOTICED: Duration = Duration::from_secs(3);
/// Until another Redis is the master of all clients.
const FAILOVER: Duration = Duration::from_secs(15);
/// Until every pod is back after its datastore is.
const BACK: Duration = Duration::from_secs(5);
/// What a request that was under way when the datastore hung may take: the proxy cuts its session.
const CUT: Duration = Duration::from_secs(3);

#[test]
fn single_node_pods_survive_what_they_say() {
    let Some(cluster) = Cluster::up("real pods: single-node", "single-node", PASSWORD, 2, &[]) else { return };
    let took = cluster.wait("all are ready", Duration::from_secs(60), all_ready);
    tell(&format!("all pods ready after {took:.1?}"));
    facts::check(&cluster);
    any_replica_serves_any_client(&cluster);
    let steps: &[bars::Step<Cluster>] = &[
        ("Redis hangs", redis_hangs),
        ("Redis crashes", redis_crashes),
        ("a controller hangs", a_controller_hangs),
        ("Redis hangs for good", redis_hangs_for_good),
    ];
    bars::all("real pods: single-node", &cluster, steps, |cluster| {
        cluster.wait("all are ready", Duration::from_secs(60), all_ready);
    });
}

/// The pod that holds the data hangs, and another takes over.
#[test]
fn multi_node_pods_survive_a_hung_master() {
    let Some(cluster) = Cluster::up("real pods: multi-node", "multi-node", PLAIN, 2, &[]) else { return };
    let took = cluster.wait("all are ready", Duration::from_secs(60), all_ready);
    any_replica_serves_any_client(&cluster);
    let places: Vec<_> = SERVICES.iter().map(|pod| (*pod, told(pod).0)).collect();
    // Sentinels ask a master every 10 s who its replicas are; one they have not heard of is not led to the next.
    sleep(Duration::from_secs(11));
    let (_, asked) = while_asking(&cluster, &places, |_| {
        // At a first start the first is the master.
        cluster.process("redis-0", "redis").signal("STOP");
        sleep(FAILOVER);
        all_know(&cluster);
        sleep(Duration::from_secs(1));
    });
    tell(&format!("multi-node: all pods ready after {took:.1?}; its master hung:"));
    for (pod, asked) in &asked {
        let told = format!("{pod}: {}", summary(asked));
        tell(&format!("  {told}"));
        assert!(asked.iter().all(|one| !one.empty), "200 and empty at {told}");
        let after = |one: &&Asked| one.at > FAILOVER;
        assert!(asked.iter().filter(after).all(|one| one.status == 200), "no other master in time at {told}");
    }
}

fn all_ready(cluster: &Cluster) -> bool {
    cluster.pods().iter().all(|pod| cluster.ready(pod))
}

fn ask(cluster: &Cluster, pod: &str, method: &str, path: &str, json: &str) -> Answer {
    http::ask(cluster.address(pod), method, path, json, Duration::from_secs(2))
        .unwrap_or_else(|error| panic!("{pod}: {error}"))
}

/// Every service pod knows what was written. A connection that a pool still holds to a Redis that is gone may cost a
/// service a request, so one answer of each is waited for.
fn all_know(cluster: &Cluster) {
    for pod in SERVICES {
        let (path, word) = told(pod);
        cluster.wait(&format!("{pod} knows"), BACK, |it| {
            let answer = ask(it, pod, "GET", path, "");
            answer.status == 200 && answer.body.contains(word)
        });
    }
}

/// Where a service lists what it was told, and a word of that.
fn told(pod: &str) -> (&'static str, &'static str) {
    if pod.starts_with("controller") { (RULES, "reviews") } else { (INSTANCES, "192.0.2.1:80") }
}

fn any_replica_serves_any_client(cluster: &Cluster) {
    for (pod, path, json) in [("controller-1", "/v1/rules", RULE), ("registry-1", INSTANCES, INSTANCE)] {
        let written = ask(cluster, pod, "POST", path, json);
        assert_eq!(written.status, 201, "{written:?}");
    }
    all_know(cluster);
}

/// Stopped and not paused: probes inside a paused container fail at once, and those of a hung program do not.
fn redis_hangs(cluster: &Cluster) {
    let redis = cluster.process("redis-0", "redis");
    let starts = cluster.starts();
    let places: Vec<_> = SERVICES.iter().map(|pod| (*pod, told(pod).0)).collect();
    let asked = while_asking(cluster, &places, |clock| {
        let hung = clock.elapsed();
        redis.signal("STOP");
        sleep(Duration::from_secs(8));
        let over = clock.elapsed();
        redis.signal("CONT");
        let back = cluster.wait("all are ready again", BACK, all_ready);
        all_know(cluster);
        let right = clock.elapsed() - over;
        tell(&format!(
            "Redis hung from {hung:.1?} to {over:.1?}: all ready {back:.1?} later, all right {right:.1?} later"
        ));
        sleep(BACK.saturating_sub(right) + Duration::from_secs(1));
        (hung, over)
    });
    let ((hung, over), asked) = asked;
    assert_eq!(starts, cluster.starts(), "a hung datastore restarts something");
    for (pod, asked) in &asked {
        let told = format!("{pod}: {}", summary(asked));
        tell(&format!("  {told}"));
        assert!(asked.iter().all(|one| one.took < CUT), "a request hangs at {told}");
        assert!(asked.iter().all(|one| !one.empty), "200 and empty at {told}");
        // Answered while it hung: what was asked in its last moment may be answered after it.
        let down = |one: &&Asked| one.at > hung + NOTICED && one.at + one.took < over;
        assert!(asked.iter().filter(down).all(|one| one.status == 503), "no honest refusal at {told}");
        let after = |one: &&Asked| one.at > over + BACK;
        assert!(asked.iter().filter(after).all(|one| one.status == 200), "not right again in time at {told}");
    }
}

fn summary(asked: &[Asked]) -> String {
    let lies = |routed: bool| {
        let ends = asked.iter().filter(|one| one.empty && one.routed == routed).map(|one| one.at + one.took);
        let ends: Vec<Duration> = ends.collect();
        ends.first()
            .zip(ends.last())
            .map_or_else(|| "none".to_owned(), |(first, last)| format!("{} ({first:.1?} to {last:.1?})", ends.len()))
    };
    let bad = asked.iter().filter(|one| one.status != 200).count();
    let last = asked.iter().filter(|one| one.status != 200).map(|one| one.at).max().unwrap_or_default();
    let longest = asked.iter().map(|one| one.took).max().unwrap_or_default();
    let statuses: BTreeSet<u16> = asked.iter().map(|one| one.status).collect();
    let (ready, unready) = (lies(true), lies(false));
    format!(
        "{} requests, {bad} refused or failed ({statuses:?}, until {last:.1?}); 200 and empty when asked while ready: {ready}, while not: {unready}; the longest \
         took {longest:.1?}",
        asked.len()
    )
}

/// Its file has every rule, and nobody holds on to what is gone.
fn redis_crashes(cluster: &Cluster) {
    let redis = cluster.process("redis-0", "redis");
    let start = redis.state().start;
    redis.signal("KILL");
    let took = cluster.wait("all are ready after the crash", Duration::from_secs(10), |it| {
        redis.state().start > start && all_ready(it)
    });
    all_know(cluster);
    tell(&format!("Redis crashed: all pods ready {took:.1?} later"));
}

/// Only the kubelet helps it.
fn a_controller_hangs(cluster: &Cluster) {
    let controller = cluster.process("controller-1", "controller");
    let start = controller.state().start;
    let hung = Instant::now();
    controller.signal("STOP");
    cluster.wait("the hung controller is not ready", Duration::from_secs(10), |it| !it.ready("controller-1"));
    let left = hung.elapsed();
    cluster.wait("it is started again", Duration::from_secs(20), |_| controller.state().start > start);
    let again = hung.elapsed();
    cluster.wait("it is ready again", Duration::from_secs(10), all_ready);
    tell(&format!(
        "controller hung: not ready after {left:.1?}, started again after {again:.1?}, ready after {:.1?}",
        hung.elapsed()
    ));
    all_know(cluster);
}

/// The whole control plane waits for this one: what hangs must not be given the time of what ends by itself. Redis was
/// started twice by now, so the kubelet's own 10 s between starts are part of it.
fn redis_hangs_for_good(cluster: &Cluster) {
    let redis = cluster.process("redis-0", "redis");
    let start = redis.state().start;
    let hung = Instant::now();
    redis.signal("STOP");
    cluster.wait("the hung Redis is started again", Duration::from_secs(40), |_| redis.state().start > start);
    let again = hung.elapsed();
    cluster.wait("all are ready with it", Duration::from_secs(10), all_ready);
    tell(&format!("Redis hung for good: started again after {again:.1?}, all ready after {:.1?}", hung.elapsed()));
    all_know(cluster);
}
