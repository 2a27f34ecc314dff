//! What it costs that a member takes far longer than usual to start, worked by hand.

use a8ctl::topology::Platform;

use super::build::{self, text};
use super::table::{Case, check};
use super::{lowered, verdict};

/// Three under voters, of which one must follow.
const SENTINEL: &str = "n1 n2 n3 \
    | app service any n1 n2 n3 crash=0 start=0 restart=300..700 >redis \
    | redis store primary n1 n2 n3 disk votes=sentinel followers=1 restart=300..600 t-crash=2200..3600 \
    | sentinel voter quorum n1 n2 n3 restart=300..700";

const CASES: &[Case] = &[
    ("", "replica-slow-start app", "survives 2/3", "it must answer a check before anybody is sent to it"),
    ("", "replica-slow-start redis", "survives 2/3", "one that follows: the primary goes on, and one follows it still"),
    ("", "replica-slow-start sentinel", "survives 2/3", "two of three are more than half"),
    (
        "",
        "datastore-primary-crash redis-0 + replica-slow-start redis-1",
        "interrupted 2200..3600 1/3 last-moments",
        "the third takes over, and the one that crashed follows it before that is done",
    ),
    (
        "",
        "replica-slow-start sentinel-0 + replica-slow-start sentinel-1",
        "survives 1/3",
        "those that vote are asked when the primary is lost; they are there at some time, without a person",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0 start=0 allowed=60000",
        "replica-slow-start app",
        "survives 2/3 person",
        "the others serve, and what takes longer than a minute never comes up",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0",
        "replica-slow-start app",
        "degraded 2/3",
        "nothing asks before: a third of the requests fails until it is there",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0 allowed=30000",
        "replica-slow-start app",
        "degraded 2/3 person",
        "a liveness probe alone lets requests in at once, and ends it before it answers",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 crash=0 start=500..2000",
        "replica-slow-start app",
        "interrupted 500..2000 2/3",
        "it is asked beside the requests: until it is found out",
    ),
    ("n1 | app service any n1 start=0 restart=500", "replica-slow-start app", "down 0/1", "for as long as it takes"),
    (
        "n1 | app service any n1 start=0 restart=500 allowed=60000",
        "replica-slow-start app",
        "down 0/1 person",
        "and for ever, where it is ended each time after a minute",
    ),
    (
        "n1 | app service any n1 >db | db store any n1 disk restart=500",
        "replica-slow-start db",
        "down 0/1",
        "its one store reads its disk for as long as it takes",
    ),
    (
        "n1 | app service any n1 >db | db store any n1 memory restart=500",
        "replica-slow-start db",
        "data-loss 0/1 all person",
        "a process that was started has nothing in its memory",
    ),
    (
        "n1 n2 n3 | app service any n1 >db | db store quorum n1 n2 n3 disk t-crash=1000..2000",
        "replica-slow-start db",
        "survives 2/3",
        "two of three go on",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 start=0",
        "replica-slow-start app-0 + replica-slow-start app-1",
        "down 0/2",
        "both are awaited, and nobody else is there",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 start=0 restart=300..700",
        "replica-slow-start app-0 + replica-crash app-1",
        "interrupted 300..700 0/2",
        "until the one that crashed is there again",
    ),
    (
        "n1 n2 | app service any n1 n2 crash=0 node=0 start=0",
        "node-loss n2 + replica-slow-start app-0",
        "down 0/2 person",
        "nothing brings the lost one elsewhere",
    ),
    (
        "n1 n2 | app service manual n1 n2 disk restart=500",
        "replica-slow-start app",
        "degraded 1/2",
        "the one that is written is awaited; the other is read meanwhile",
    ),
    (
        "n1 n2 | app service any n1 n2 start=0 crash=0 >a | a service any n1 optional",
        "replica-slow-start a",
        "survives 0/1",
        "nobody misses what is not critical",
    ),
];

#[test]
fn every_slow_start_is_as_worked_by_hand() {
    let mut wrong = Vec::new();
    let cases = check(SENTINEL, CASES, &mut wrong);
    assert!(wrong.is_empty(), "{} of {cases}:\n{}", wrong.len(), wrong.join("\n"));
}

/// What it costs of a profile.
#[track_caller]
fn costs(profile: &str, platform: Platform, part: &str) -> (String, Option<u64>) {
    let system = lowered(profile, platform);
    let allowed = system.parts[system.part(part).unwrap()].clocks.start_allowed;
    (text(&verdict(&system, &format!("replica-slow-start {part}")).effect), allowed)
}

#[test]
fn profiles_wait_for_those_that_start() {
    let of = |text: &str, allowed: Option<u64>| (text.to_owned(), allowed);
    // The startup probe: 60 times 1 s of a service, 300 times 2 s of Redis.
    let (k8s, hosts) = (Platform::Kubernetes, Platform::Hosts);
    assert_eq!(costs("multi-node", k8s, "controller"), of("survives 2/3 person", Some(60_000)));
    assert_eq!(costs("multi-node", k8s, "redis"), of("survives 2/3 person", Some(600_000)));
    assert_eq!(costs("single-node", k8s, "redis"), of("down 0/1 person", Some(600_000)));
    // Nothing ends a container of Compose that is not healthy.
    assert_eq!(costs("multi-node", hosts, "controller"), of("survives 2/3", None));
    assert_eq!(costs("single-node", hosts, "redis"), of("down 0/1", None));
}

#[test]
fn a_case_that_nobody_awaits_is_told_as_it_is() {
    let system = build::system("n1 n2 n3 | app service any n1 n2 n3 crash=0 allowed=30000");
    let told = super::told(&system, &build::verdict(&system, "replica-slow-start app"));
    assert_eq!(
        told.why,
        "app-0 is started again, and takes far longer than usual to answer. Nothing asks whether it answers before requests \
         are sent: until then 1 of 3 to app fails. It has 30 s: what takes longer is ended and started again, without \
         end, until a person acts."
    );
    assert_eq!(told.mend.as_deref(), Some("`services.app.probes.readiness`"));
}
