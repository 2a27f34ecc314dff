//! Replicated storage on three Docker hosts, with the generated synchronisers, balancers and scripts as they are: who
//! is written, who follows, and what becomes of what was written when the writer, its disk or a follower is lost.

mod deployment;
mod load;
mod versions;

use std::collections::BTreeSet;
use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use crate::load::bars::{self, few, in_time, millis, never, tell};
use crate::support::stdout_of;
use deployment::{Deployment, followers, hosts, names, role, send, within, writer};
use load::Report;

/// Names that a host's replica should have and has not.
fn lacking<'a>(host: &str, wanted: impl IntoIterator<Item = &'a String>) -> Vec<&'a String> {
    let there = names(host);
    wanted.into_iter().filter(|name| !there.contains(*name)).collect()
}

/// Every replica has these, or has them in a while.
#[track_caller]
fn everywhere(what: &str, wanted: &BTreeSet<String>) {
    for host in hosts() {
        within(20, &format!("{what}: all on {host}"), || lacking(host, wanted).is_empty());
    }
}

/// The replicas have the same, all of it.
#[track_caller]
fn alike(what: &str) {
    within(20, &format!("{what}: the same on every host"), || {
        let all: Vec<_> = hosts().map(names).collect();
        all.iter().all(|names| *names == all[0])
    });
}

fn followed(_: &Deployment) {
    let [first, second] = followers();
    send(writer(), "PUT", "gone");
    everywhere("gone", &BTreeSet::from(["gone".to_owned()]));
    send(first, "DELETE", "gone");
    send(second, "PUT", "by-way-of-a-follower");
    let is = |host: &str| {
        let names = names(host);
        names.contains("by-way-of-a-follower") && !names.contains("gone")
    };
    let took = within(10, "both follow", || hosts().all(is));
    tell(&format!("replicated: written and deleted, and so with every follower {took:.1?} later"));
    alike("followed");
}

fn refused(deployment: &Deployment) {
    let [follower, _] = followers();
    let (code, said) = deployment.operate(follower, "promote.sh", &["registry"]);
    assert!(code == Some(1) && said.contains("is the writer") && said.contains("demote.sh"), "{code:?} {said}");
    let (code, said) = deployment.operate(follower, "promote.sh", &["registry", "--force"]);
    assert!(code == Some(1) && said.contains("is the writer"), "{code:?} {said}");
    for args in [&[][..], &["registri"], &["registry", "--forec"]] {
        assert_eq!(deployment.operate(follower, "promote.sh", args).0, Some(2), "{args:?}");
    }
    // What is so already.
    deployment.done(writer(), "promote.sh", &["registry"]);
    deployment.done(follower, "demote.sh", &["registry"]);
    deployment.settled();
}

/// Holds a load on whose way nothing was to be lost to that.
fn hold(what: &str, report: &Report) {
    tell(&format!("replicated: {what}: {report}"));
    few(report, &format!("{what}: failed reads"), report.failed.values().sum(), 0);
}

fn handed_over(deployment: &Deployment) {
    let (old, [new, other]) = (writer(), followers());
    load::prepare(old);
    alike("before");
    let report = load::during(other, || {
        deployment.done(old, "demote.sh", &["registry"]);
        deployment.done(new, "promote.sh", &["registry"]);
    });
    hold("handed over", &report);
    deployment.settled();
    assert_eq!(writer(), new);
    let lost: Vec<_> = report.acknowledged.iter().filter(|(name, ..)| !names(new).contains(name)).collect();
    never(!lost.is_empty(), || format!("acknowledged and lost: {lost:?}"));
    alike("handed over");
}

/// Promotes one of two, the one that has more; its host, and that of the other.
#[track_caller]
fn promote<'a>(deployment: &Deployment, one: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let (code, said) = deployment.operate(one, "promote.sh", &["registry"]);
    if code == Some(0) {
        return (one, other);
    }
    assert!(said.contains("has more of what was written"), "{one}: {said}");
    deployment.done(other, "promote.sh", &["registry"]);
    (other, one)
}

fn writer_lost(deployment: &Deployment) {
    let (old, [new, other]) = (writer(), followers());
    load::prepare(old);
    alike("before");
    let mut copied = [BTreeSet::new(), BTreeSet::new()];
    let mut until = 0;
    let report = load::during(other, || {
        sleep(Duration::from_secs(3));
        deployment.host(old).power_off();
        sleep(Duration::from_secs(1));
        copied = [names(new), names(other)];
        until = role(new).time.max(role(other).time);
        promote(deployment, new, other);
    });
    let promoted = writer();
    let there = names(promoted);
    // It comes back as one that follows, and what only it had is put aside.
    deployment.host(old).power_on();
    deployment.settled();
    assert!(promoted != old && writer() == promoted && role(old).word == "follower");
    alike("the old writer is back");
    hold("the writer's host without power, another promoted", &report);
    let [of_new, of_other] = copied;
    let copied = if promoted == new { of_new } else { of_other };
    let lost: Vec<_> = copied.difference(&names(promoted)).cloned().collect();
    never(!lost.is_empty(), || format!("copied and lost: {lost:?}"));
    let missing = |(name, ..): &&(String, Duration, u64)| !there.contains(name);
    let early: Vec<_> = report.acknowledged.iter().filter(missing).filter(|(_, _, at)| *at < until).collect();
    never(!early.is_empty(), || format!("acknowledged before {until} and lost: {early:?}"));
    let late: Vec<_> = report.acknowledged.iter().filter(missing).collect();
    let count = report.acknowledged.len();
    tell(&format!("replicated: {} of {count} acknowledged writes had not been copied", late.len()));
    let aside = deployment.beside(old, "ls -A /disk/.a8ctl/superseded/*");
    let lost: Vec<_> = late.iter().filter(|(name, ..)| !aside.contains(name.as_str())).collect();
    never(!lost.is_empty(), || format!("neither copied nor put aside on {old}: {lost:?}; {aside}"));
    in_time(&report, "without a good write", report.gap.length, millis(12_000));
}

/// What was written while nobody followed is put aside when the old writer comes back behind another.
fn unsynchronised(deployment: &Deployment) {
    let (old, [new, other]) = (writer(), followers());
    send(old, "PUT", "kept");
    send(old, "PUT", "changed");
    alike("before");
    for host in [new, other] {
        deployment.signal(host, "registry-sync", "STOP");
    }
    send(old, "PUT", "only-here");
    deployment.host(old).power_off();
    for host in [new, other] {
        deployment.signal(host, "registry-sync", "CONT");
    }
    // Interrupted at any moment it can be run again.
    for pause in [100, 900] {
        let mut promote = deployment.script(new, "promote.sh", &["registry"]).spawn().unwrap();
        sleep(millis(pause));
        stdout_of(Command::new("kill").args(["-TERM", &promote.id().to_string()]));
        let _ = promote.wait();
    }
    let (new, other) = promote(deployment, new, other);
    within(10, "writes go on", || {
        crate::http::ask(deployment::balancer(other), "PUT", "/blobs/changed", "again", millis(1_000))
            .is_ok_and(|answer| answer.status == 201)
    });
    deployment.host(old).power_on();
    deployment.settled();
    assert_eq!((writer(), role(old).word.as_str()), (new, "follower"));
    alike("unsynchronised");
    assert!(!names(new).contains("only-here") && names(old).contains("kept"));
    let aside = deployment.beside(old, "cat /disk/.a8ctl/superseded/*/only-here /disk/.a8ctl/superseded/*/changed");
    never(aside != "only-herechanged", || format!("not put aside: {aside:?}"));
}

/// An empty disk is filled by the others', and empties none of them.
fn disk_lost(deployment: &Deployment) {
    let (old, [new, other]) = (writer(), followers());
    load::prepare(old);
    alike("before");
    let before = names(new);
    let services = ["registry", "registry-sync"].map(|what| Deployment::service(old, what));
    let [replica, synchroniser] = services.each_ref().map(String::as_str);
    let report = load::during(other, || {
        let disk = format!("{replica}-disk");
        deployment.compose(old, &["rm", "--stop", "--force", replica, synchroniser, &disk]);
        stdout_of(&mut deployment.host(old).docker(&["volume", "rm", &format!("build-cloud_{replica}-data")]));
        deployment.start(old);
        within(30, "it is there, with nothing", || role(old).word == "none");
        let (code, said) = deployment.operate(old, "promote.sh", &["registry"]);
        assert!(code == Some(1) && said.contains("has more of what was written"), "{code:?} {said}");
        // Several steps of every synchroniser.
        sleep(Duration::from_secs(6));
        assert!(role(old).word == "none" && lacking(new, &before).is_empty() && lacking(other, &before).is_empty());
        promote(deployment, new, other);
    });
    hold("the writer's disk lost, another promoted", &report);
    deployment.settled();
    everywhere("disk lost", &before);
    alike("disk lost");
}

/// A follower that was away has what was written meanwhile, and has not what was deleted.
fn away(deployment: &Deployment) {
    let (writer, [host, _]) = (writer(), followers());
    send(writer, "PUT", "deleted-meanwhile");
    alike("before");
    let services = ["registry", "registry-sync"].map(|what| Deployment::service(host, what));
    let [replica, synchroniser] = services.each_ref().map(String::as_str);
    deployment.compose(host, &["stop", replica, synchroniser]);
    send(writer, "DELETE", "deleted-meanwhile");
    send(writer, "PUT", "written-meanwhile");
    deployment.start(host);
    deployment.settled();
    alike("away");
    assert!(names(host).contains("written-meanwhile") && !names(host).contains("deleted-meanwhile"));
}

/// One host after the other, but for the writer's: reads and writes go on.
fn rolled(deployment: &Deployment) {
    let (written, [first, second]) = (writer(), followers());
    load::prepare(written);
    alike("before");
    let report = load::during(written, || {
        for host in [first, second] {
            let services = ["registry", "registry-sync"].map(|what| Deployment::service(host, what));
            deployment.done(host, "roll.sh", &services.each_ref().map(String::as_str));
        }
        deployment.done(written, "reload.sh", &[]);
    });
    hold("followers rolled, and a balancer reloaded", &report);
    in_time(&report, "without a good write", report.gap.length, millis(2_500));
    deployment.settled();
}

#[test]
fn a_replicated_registry_survives_what_is_said() {
    let test = "real replicated";
    // A replica that is rolled has as long for what is under way.
    let Some(deployment) = Deployment::up(test, &["balancer.server_timeout=2s"]) else { return };
    let steps: &[bars::Step<Deployment>] = &[
        ("followed", followed),
        ("refused", refused),
        ("handed over", handed_over),
        ("writer lost", writer_lost),
        ("unsynchronised", unsynchronised),
        ("disk lost", disk_lost),
        ("away", away),
        ("rolled", rolled),
    ];
    bars::all(test, &deployment, steps, Deployment::settled);
}

#[test]
fn a_registry_that_is_read_anywhere_survives_its_writer() {
    let test = "real replicated, read anywhere";
    let sets = ["services.registry.storage.reads=anywhere", "balancer.server_timeout=2s"];
    let Some(deployment) = Deployment::up(test, &sets) else { return };
    let more: &[bars::Step<Deployment>] = &[("handed over", handed_over)];
    bars::all(test, &deployment, &bars::with_more(&[("writer lost", writer_lost)], more), Deployment::settled);
}
