//! The Redis of `multi-node` loses its primary in seven ways, each with writers that do not stop.

use std::ops::RangeInclusive;
use std::process::Command;
use std::thread::{scope, sleep};
use std::time::Duration;

use super::cluster::Cluster;
use super::docker::docker;
use super::outages::PLAIN;
use super::redis::{named, primary, switches};
use crate::load::bars::{self, few, in_time, never, tell};
use crate::load::redis;
use crate::support::skip;

const TEST: &str = "real pods: multi-node Redis";
/// From the start of a load to its fault.
const BEFORE: Duration = Duration::from_millis(1500);
/// What may be lost of a primary that is cut off from its replicas and not from its clients: writes of so long a time.
const CUT_OFF: Duration = Duration::from_millis(2500);
/// What may be lost otherwise.
const NONE: Duration = Duration::ZERO;
/// The longest without a write: 4 s, and room for what the pods need to start again. Where a second failover or a second primary follows, it is longer.
const WINDOW: Duration = Duration::from_secs(6);
/// Until everybody knows everybody, all replicas follow, and the next fault may come.
const SETTLED: Duration = Duration::from_secs(60);
/// Sentinels take a server for dead 2 s after its last answer, which they ask for every second: one that is away for
/// less than this is never replaced.
const UNNOTICED: Duration = Duration::from_secs(1);

/// Long enough to be replaced, and for the probes to find it.
const HUNG: Duration = Duration::from_secs(8);

struct Faults {
    cluster: Cluster,
    /// Where writers reach the proxy of a service's pod.
    proxy: std::net::SocketAddr,
}

#[test]
fn multi_node_redis_loses_nothing_it_acknowledged() {
    let Some(cluster) = Cluster::up(TEST, "multi-node", PLAIN, 1, &["registry"]) else { return };
    let proxy = cluster.relay("controller-1", 16379, 6379);
    let steps: &[bars::Step<Faults>] = &[
        ("killed", Faults::killed),
        ("hung", Faults::hung),
        ("handed over", Faults::handed_over),
        ("disk lost", Faults::disk_lost),
        ("all killed", Faults::all_killed),
    ];
    // On hosts, with the same configuration, they are in tests too.
    let more: &[bars::Step<Faults>] = &[
        ("restarted at once", Faults::restarted_at_once),
        ("cut off", Faults::cut_off),
        ("beside one that hung", Faults::handed_over_twice),
    ];
    // Each waits until all is settled.
    bars::all(TEST, &Faults { cluster, proxy }, &bars::with_more(steps, more), |_| ());
}

impl Faults {
    /// Runs a load with a fault of the pod that is the primary. Where `due` leaves that open, only a primary that was
    /// away for long may have been replaced.
    fn suffer(
        &self,
        what: &str,
        seconds: u64,
        (due, bound): (RangeInclusive<usize>, Duration),
        fault: impl FnOnce(&str),
    ) {
        let cluster = &self.cluster;
        cluster.wait("all is settled", SETTLED, |it| primary(it).is_some());
        let (pod, before) = (primary(cluster).unwrap(), switches(cluster));
        let load = redis::Load { address: self.proxy, password: PLAIN, duration: Duration::from_secs(seconds) };
        cluster.log.say(&format!("{what}: {pod}"));
        let report = redis::run(&load, |clock| {
            sleep(BEFORE.saturating_sub(clock.elapsed()));
            fault(&pod);
        });
        // Only then what one of them knows is what all know.
        let settled = cluster.wait("all is settled again", SETTLED, |it| primary(it).is_some());
        let (lost, seen) = (redis::lost(&load, &report), switches(cluster) - before);
        let span = lost.first().zip(lost.last()).map_or(Duration::ZERO, |((_, first), (_, last))| *last - *first);
        let told = format!("{what}: {report}; {seen} failovers, {} lost ({span:.2?} of writes)", lost.len());
        tell(&format!("{told}; settled {settled:.1?} after the load"));
        never(!lost.is_empty() && span >= bound, || format!("{told}: {lost:?}"));
        never(seen > *due.start() && report.gap.length < UNNOTICED, || format!("failed over for nothing: {told}"));
        let what = |which: &str| format!("{what}: {which}");
        few(&report, &what("failovers"), seen, *due.end());
        few(&report, &what("failovers that did not come"), due.start().saturating_sub(seen), 0);
        in_time(&report, &what("without a write"), report.gap.length, WINDOW);
        let last = report.acknowledged.last().map_or(Duration::ZERO, |(_, at)| *at);
        in_time(
            &report,
            &what("without a write at the end"),
            load.duration.saturating_sub(last),
            Duration::from_secs(1),
        );
    }

    /// Kills it, and returns when it is there again.
    fn crash(&self, pod: &str, again: Duration) {
        let redis = self.cluster.process(pod, "redis");
        let start = redis.state().start;
        redis.starts_again_after(again);
        redis.signal("KILL");
        redis.wait(|state| state.start > start);
    }

    fn restarted_at_once(&self) {
        self.suffer("restarted at once", 8, (0..=1, NONE), |pod| self.crash(pod, Duration::ZERO));
    }

    /// It comes back when the kubelet's back-off is over, beside the new primary.
    fn killed(&self) {
        self.suffer("killed", 15, (1..=1, NONE), |pod| self.crash(pod, Duration::from_secs(10)));
    }

    /// When it goes on it takes itself for the primary for some seconds more, and its probe may end it meanwhile: what
    /// it does before it ends must leave the one that took its place alone.
    fn hung(&self) {
        self.suffer("hung", 13, (1..=1, NONE), |pod| {
            let redis = self.cluster.process(pod, "redis");
            let start = redis.state().start;
            redis.signal("STOP");
            sleep(HUNG);
            redis.signal("CONT");
            redis.hook(start, Duration::from_secs(redis.grace));
        });
    }

    /// Its successor is drained while it still takes itself for the primary.
    fn handed_over_twice(&self) {
        self.suffer("handed over beside one that hung", 40, (2..=2, NONE), |pod| {
            let hung = self.cluster.process(pod, "redis");
            hung.signal("STOP");
            sleep(HUNG);
            let next = named(&self.cluster).expect("the sentinels name another");
            hung.signal("CONT");
            let next = self.cluster.process(&next, "redis");
            next.starts_again_after(Duration::ZERO);
            let start = next.state().start;
            next.stop(start, Duration::from_secs(next.grace));
        });
    }

    /// The end of its pod in a drain, and the start of the one that takes its place.
    fn handed_over(&self) {
        self.suffer("handed over", 9, (1..=1, NONE), |pod| {
            let redis = self.cluster.process(pod, "redis");
            redis.starts_again_after(Duration::ZERO);
            let start = redis.state().start;
            redis.stop(start, Duration::from_secs(redis.grace));
        });
    }

    /// It comes back, empty, while the sentinels still name it: others copy what it has if it starts.
    fn disk_lost(&self) {
        self.suffer("disk lost", 10, (1..=1, NONE), |pod| {
            let wipe = "rm -rf /volumes/data/* && ls -A /volumes/data";
            let redis = self.cluster.process(pod, "redis");
            let start = redis.state().start;
            scope(|scope| {
                let crash = scope.spawn(|| self.crash(pod, Duration::from_secs(1)));
                redis.wait(|state| !state.running);
                let left = docker(&["exec", "--user=0", &self.cluster.holder(pod), "sh", "-c", wipe]);
                assert!(left.is_empty() && redis.state().start == start, "started before its disk was empty: {left}");
                crash.join().unwrap();
            });
        });
    }

    /// From all other servers and sentinels, and not from its clients.
    fn cut_off(&self) {
        let others = |pod: &str| {
            let all = self.cluster.all("redis").chain(self.cluster.all("redis-sentinel"));
            let others: Vec<String> = all.filter(|it| it.pod != pod).map(|it| it.address.to_string()).collect();
            others.join(",")
        };
        let iptables = |pod: &str, args: &[&str]| {
            let pid = docker(&["inspect", "--format", "{{.State.Pid}}", &self.cluster.holder(pod)]);
            let mut command = Command::new("nsenter");
            command.arg(format!("--net=/proc/{pid}/ns/net")).args(["iptables", "--wait"]).args(args);
            command.output().is_ok_and(|output| output.status.success())
        };
        if !iptables("controller-1", &["--list"]) {
            return skip(TEST, "cutting a pod off takes root, nsenter and iptables");
        }
        let filter = |pod: &str, action: &str| {
            for (chain, side) in [("INPUT", "--source"), ("OUTPUT", "--destination")] {
                assert!(iptables(pod, &[action, chain, side, &others(pod), "--jump", "DROP"]), "{action} {chain}");
            }
        };
        self.suffer("cut off", 12, (1..=1, CUT_OFF), |pod| {
            filter(pod, "--append");
            sleep(Duration::from_secs(6));
            filter(pod, "--delete");
        });
    }

    /// As when a whole cluster loses its power, but for its disks' caches.
    fn all_killed(&self) {
        self.suffer("all killed", 14, (0..=1, NONE), |_| {
            let all: Vec<_> = self.cluster.all("redis").chain(self.cluster.all("redis-sentinel")).collect();
            let names: Vec<String> = all.iter().map(|it| it.docker_name(it.state().start)).collect();
            all.iter().for_each(|it| it.starts_again_after(Duration::ZERO));
            docker(&[&["kill", "--signal=KILL"], &names.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat());
        });
    }
}
