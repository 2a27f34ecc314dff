//! A generated etcd of three members under load: what it survives, and what the generated scripts do. Real servers of
//! two versions, the generated environment, haproxy and scripts.

mod cluster;
mod hosts;
mod kubernetes;
mod load;
mod pods;
mod tls;

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::load::bars::{self, in_time, never, tell};
use crate::support::text;
use cluster::Cluster;
use load::Report;
use tls::Tls;

/// Holds what a fault does to its goal: the longest time without a write, and nothing lost.
fn hold(cluster: &Cluster, what: &str, goal: Duration, report: &Report) {
    tell(&format!("{what}: {report}"));
    let lost = load::lost(report, cluster.proxy(), false);
    never(!lost.is_empty(), || format!("{what}: acknowledged and lost: {lost:?}"));
    in_time(report, what, report.gap.length, goal);
}

fn follower_killed(cluster: &Cluster) {
    let (_, follower) = cluster.leader_and_follower();
    let report = load::during(cluster.proxy(), || cluster.kill(follower));
    cluster.start(follower);
    cluster.await_healthy(follower);
    hold(cluster, "follower killed", Duration::from_millis(300), &report);
}

fn leader_killed(cluster: &Cluster) {
    let (leader, _) = cluster.leader_and_follower();
    let report = load::during(cluster.proxy(), || {
        cluster.kill(leader);
        sleep(Duration::from_secs(1));
    });
    cluster.start(leader);
    cluster.await_healthy(leader);
    hold(cluster, "leader killed", Duration::from_secs(2), &report);
}

/// It answers nobody and refuses nobody; then it goes on.
fn leader_hung(cluster: &Cluster) {
    let (leader, _) = cluster.leader_and_follower();
    let report = load::during(cluster.proxy(), || {
        cluster.signal(leader, "STOP");
        sleep(Duration::from_secs(4));
        cluster.signal(leader, "CONT");
    });
    cluster.await_healthy(leader);
    hold(cluster, "leader hung for 4 s", Duration::from_secs(2), &report);
}

/// The flags of a cluster that stands: a member without data does not start with them, neither as if it had some nor
/// as a cluster of its own.
fn without_data_nothing_starts(cluster: &Cluster, number: usize) {
    cluster.start(number);
    let start = Instant::now();
    while cluster.is_up(number) {
        assert!(start.elapsed() < Duration::from_secs(20), "it runs:\n{}", cluster.log(number));
        sleep(Duration::from_millis(50));
    }
}

fn data_lost(cluster: &Cluster) {
    let (_, follower) = cluster.leader_and_follower();
    cluster.generate(3, &[]);
    let name = format!("etcd-{follower}");
    let interrupted = |args: &[&str], step: &str| {
        let output = cluster.script(follower, "replace-member.sh", args, step);
        (output.status.code(), text(&output.stderr) + &text(&output.stdout))
    };
    let operate = |args: &[&str]| interrupted(args, "nothing");
    let report = load::during(cluster.proxy(), || {
        cluster.kill(follower);
        cluster.lose_data(follower);
        without_data_nothing_starts(cluster, follower);
        let phase = format!("datastores.store.member={follower}");
        cluster.generate(3, &["datastores.store.phase=replace-member", &phase]);
        assert_eq!(operate(&[]).0, Some(2), "without the member's name it does nothing");
        for step in ["remove", "add"] {
            let (code, said) = interrupted(&[&name], step);
            assert_eq!(code, None, "not interrupted at {step}: {said}");
        }
        let (code, said) = operate(&[&name]);
        assert_eq!(code, Some(0), "{said}\n{}", cluster.log(follower));
    });
    cluster.await_healthy(follower);
    let lacking = load::lost(&report, cluster.member(follower), true);
    assert!(lacking.is_empty(), "{name} lacks {lacking:?}");
    assert_eq!(cluster.members().len(), 3);
    // Again: there is nothing to do. And one that still has data keeps it, whatever it is told.
    let (code, said) = operate(&[&name]);
    assert!(code == Some(0) && said.contains("it has not lost its data"), "{said}");
    cluster.kill(follower);
    let (code, said) = operate(&[&name]);
    assert!(code == Some(1) && said.contains("still holds data") && cluster.has_data(follower), "{said}");
    cluster.start(follower);
    cluster.await_healthy(follower);
    hold(cluster, "a member's data lost and replaced", Duration::from_millis(300), &report);
}

fn grown(cluster: &Cluster) {
    cluster.generate(4, &["datastores.store={phase: add-member, size: 4, member: 4}"]);
    let report = load::during(cluster.proxy(), || {
        for (step, ended) in [("add", None), ("nothing", Some(0))] {
            let output = cluster.script(4, "add-member.sh", &["etcd-4"], step);
            let said = text(&output.stderr) + &text(&output.stdout);
            assert_eq!(output.status.code(), ended, "{step}: {said}\n{}", cluster.log(4));
        }
    });
    tell(&format!("grown by one: {report}"));
    cluster.await_healthy(4);
    assert!(load::lost(&report, cluster.member(4), true).is_empty());
    let mut names: Vec<String> = cluster.members().into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, ["etcd-1", "etcd-2", "etcd-3", "etcd-4"], "each counts");
    let again = cluster.script(4, "add-member.sh", &["etcd-4"], "nothing");
    assert!(again.status.success(), "{}", text(&again.stderr));
}

/// Another certificate is shown from the next connection on, by members that go on running.
fn renewed(cluster: &Cluster) {
    let Some(tls) = cluster.tls() else { return };
    let before = Tls::shown(cluster::member(1));
    let report = load::during(cluster.proxy(), || {
        tls.forget_certificates();
        cluster.generate(3, &[]);
        sleep(Duration::from_secs(1));
    });
    let after = Tls::shown(cluster::member(1));
    assert!(before != after && after == tls.provided("store-certificate"), "{after}");
    hold(cluster, "certificates renewed", Duration::from_millis(300), &report);
}

fn survives(version: &str, encrypted: bool) {
    let test = format!("real etcd {version}{}", if encrypted { " with TLS" } else { "" });
    let Some(cluster) = Cluster::up(&test, version, encrypted) else { return };
    tls::strangers_are_refused(&cluster);
    let mut steps: Vec<bars::Step<Cluster>> = vec![("leader killed", leader_killed), ("data lost", data_lost)];
    // They do not depend on who is spoken to how.
    if !encrypted || bars::thorough() {
        steps.extend([("follower killed", follower_killed as fn(&Cluster)), ("leader hung", leader_hung)]);
    }
    if encrypted {
        steps.push(("renewed", renewed));
    }
    steps.push(("grown", grown));
    bars::all(&test, &cluster, &steps, Cluster::settled);
}

#[test]
fn etcd_survives_what_is_said() {
    // The newer one with TLS, below; without it where everything is measured.
    let versions: &[&str] = if bars::thorough() { &["3.4", "3.5"] } else { &["3.4"] };
    versions.iter().for_each(|version| survives(version, false));
}

#[test]
fn etcd_3_5_with_tls_survives_what_is_said() {
    survives("3.5", true);
}
