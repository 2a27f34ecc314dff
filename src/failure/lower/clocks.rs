//! Every time that the analysis reckons with, each with its reason and where it comes from, in milliseconds.
//!
//! What a generated file says stands here once more where the file is a template; tests/it/failures/lowering.rs holds
//! the two against each other. What the profile says, and what is chosen by its `timing`, is read from the topology.

use super::super::system::{Lapse, Takeover};
use crate::balancer::keepalived;
use crate::topology::{Component, Probe, Redundancy, Timing};

const NONE: Lapse = Lapse::NONE;

// Kubernetes.

/// From the loss of a node until Kubernetes calls it not ready: 40 s (50 since 1.32) after its last sign of life, which
/// it gives every 10 s and which is looked at every 5 s. (Measured with 1.33: 45 to 52 s.)
pub(in crate::failure) const NODE_LOST: Lapse = Lapse::ms(30_000, 55_000);
/// From then until its pods are given up: no toleration is generated, and 300 s are what every pod gets.
pub(in crate::failure) const EVICTED: Lapse = Lapse::ms(300_000, 300_000);
/// From the end of a container, or a probe's last answer, until no proxy of the cluster sends anybody to its pod.
/// (Measured: 0.6 and 0.7 s after a kill.)
pub(in crate::failure) const ENDPOINTS: Lapse = Lapse::ms(0, 1_000);
/// What is noticed of a pod that is deleted and does not wait for the proxies before it ends. (Measured: gaps of 0.1 to
/// 0.3 s.)
pub(in crate::failure) const NOT_DRAINED: Lapse = Lapse::ms(0, 300);
/// Until the kubelet has started a container anew that ended for the first time. (Measured: 0.6 to 1.5 s. One that ends
/// again and again is waited with: 10 s, then twice as long each time.)
pub(in crate::failure) const CONTAINER_AGAIN: Lapse = Lapse::ms(500, 2_000);
/// Until a pod runs that is made anew, of an image that is there. (Measured: 1.1 to 3.4 s.)
pub(in crate::failure) const POD_AGAIN: Lapse = Lapse::ms(1_000, 5_000);
/// What a container is given that fails its liveness probe, and which hangs: `terminationGracePeriodSeconds` there.
const KILL_GRACE: u64 = 2_000;
/// Until the kernel gives up a connection that nobody answers: one that it tries to open (measured: 68 to 131 s), and
/// one that is open, with data under way to a node that is away (by `tcp_retries2`; measured: more than 168 s).
pub(in crate::failure) const NOT_OPENED: Lapse = Lapse::ms(0, 131_000);
pub(in crate::failure) const NOT_ANSWERED: Lapse = Lapse::ms(0, 924_000);

// Hosts.

/// Until Docker or systemd has started a process anew. (Measured: 0.3 to 0.6 s; systemd waits 200 ms.)
pub(in crate::failure) const PROCESS_AGAIN: Lapse = Lapse::ms(300, 1_000);
/// Until a connection to an address that is gone from the host's own network fails: the kernel asks for it three times.
pub(in crate::failure) const NEIGHBOUR_GONE: Lapse = Lapse::ms(0, 3_000);

// The proxy in front of datastores: haproxy.cfg.

/// Good answers that the doubting backend wants before it lets anybody in again, and the time between two.
const WATCH_RISE: u64 = 2;
const WATCH_DOWN_INTER: u64 = 100;
/// From the first good answer of a server that is back until services reach it: `rise` of the doubting backend.
pub(in crate::failure) const LETS_IN: Lapse = Lapse::ms(0, WATCH_RISE * WATCH_DOWN_INTER);
/// How long a datastore's members that must agree may be silent before their connections are closed: `inter`,
/// `fastinter`, `fall` and `timeout check`.
const AGREED_INTER: u64 = 500;
const AGREED_FAST: u64 = 250;
const AGREED_FALL: u64 = 4;
const CHECK_TIMEOUT: u64 = 500;
const AGREED_CLOSED: u64 = AGREED_INTER + (AGREED_FALL - 1) * AGREED_FAST + CHECK_TIMEOUT;

// Primary and replicas under voters: redis.conf and the sentinels' own clocks.

/// Replicas that must follow before a write is acknowledged: `min-replicas-to-write`.
pub(super) const FOLLOWERS: u32 = 1;
/// Between two questions of a voter, of replicas' reports, and of replicas' attempts to connect: Redis's own second.
const SECOND: Lapse = Lapse::ms(0, 1_000);
/// After the silence, until a voter looks at it: ten times a second.
const LOOKS: Lapse = Lapse::ms(0, 100);
/// The vote and the choice of a replica. (Measured: 0.25 s.)
const VOTE: Lapse = Lapse::ms(150, 250);
/// What a busy machine adds to the steps above. (Measured: 2.5 to 3.8 s in all, 49 runs of three hosts on two cores.)
const BUSY: Lapse = Lapse::ms(0, 400);
/// What the loss of a host adds whose balancers had the address: connections that pass through it end with it, and
/// whoever follows it is asked anew. (Measured: 4.3 to 6.9 s in all.)
const ADDRESS_TOO: Lapse = Lapse::ms(0, 2_000);
/// Handing over: the primary waits until a replica has all, and voters move the clients. (Measured: 0.5 to 1.6 s.)
const HANDED_OVER: Lapse = Lapse::ms(300, 2_000);
/// What a primary takes that is cut off from its replicas: reports may be `min-replicas-max-lag` old, and then checks
/// must fail. (Measured: 1.3 to 2.2 s of writes.)
const REPORT_AGE: u64 = 2_000;
const CHECKS_FAIL: u64 = 500;

// Members that must agree.

/// After a leader is chosen, until clients' writes go through: the doubting backend, and a client's next attempt.
const LEADER_SERVES: Lapse = Lapse::ms(0, 300);
/// A leader that is told to end hands over. (Measured: 0.05 to 0.08 s.)
const LEADER_HANDS_OVER: Lapse = Lapse::ms(0, 200);

// The address that moves: keepalived.conf and check-balancer.sh.

/// Between two questions after the balancer: `interval`.
const ASKED_EVERY: u64 = 1_000;
/// How long an answer may take: `timeout` in the script.
const ANSWER: u64 = 1_000;
/// The longest between two questions of a script that asks oftener: what its pauses leave of the second.
const ASKED_OFTEN: u64 = ASKED_EVERY - 3 * 220;
/// Until the script is started and its answer is heard.
const SCRIPT: Lapse = Lapse::ms(0, 500);
/// Until switches know the address's new place.
const ANNOUNCED: Lapse = Lapse::ms(0, 100);

// Replicated storage: synchronise.sh.

/// Until a writer that was away is one again: others must answer it, and balancers ask for its part.
pub(super) const PART_AGAIN: Lapse = Lapse::ms(0, 2_000);
/// What a copy of what has changed takes beside the time between two. (A disk with much to copy takes longer.)
const COPY: u64 = 2_000;

/// Until a probe has failed as often as counts.
pub(super) fn failing(probe: &Probe) -> Lapse {
    fails(u64::from(probe.failures.max(1)), probe.interval.0, probe.timeout.0)
}

/// Until a question that is asked in an interval, and whose answer may take so long, has failed as often as counts.
pub(in crate::failure) fn fails(failures: u64, interval: u64, timeout: u64) -> Lapse {
    // One that takes longer than the time between two delays the next.
    let pace = interval.max(timeout);
    Lapse::ms((failures - 1) * pace + timeout, failures * pace + timeout)
}

/// Until the kubelet has ended and started a container anew that hangs; `None` where it does not ask.
pub(super) fn revived(component: &Component) -> Option<Lapse> {
    let seen = failing(component.probes.liveness.as_ref()?);
    Some(seen.then(Lapse::ms(0, KILL_GRACE)).then(again(component)))
}

/// Milliseconds that a container has until it must answer: `failureThreshold` times `periodSeconds` of the startup
/// probe, or of the liveness probe where there is none; `None` where the kubelet never asks.
pub(super) fn allowed(component: &Component) -> Option<u64> {
    let probe = component.probes.startup.as_ref().or(component.probes.liveness.as_ref())?;
    Some(u64::from(probe.failures.max(1)) * probe.interval.0)
}

/// Until a container that ended is ready again.
pub(super) fn again(component: &Component) -> Lapse {
    CONTAINER_AGAIN.then(ready(component))
}

/// Until a pod that is made anew is ready.
pub(super) fn made_anew(component: &Component) -> Lapse {
    POD_AGAIN.then(ready(component))
}

/// Until a pod of a lost node is ready elsewhere.
pub(super) fn moved(component: &Component) -> Lapse {
    NODE_LOST.then(EVICTED).then(made_anew(component))
}

/// From a container's start until its probes have said so: each asks at its next turn. Members are called by names of
/// their own, ready or not.
fn ready(component: &Component) -> Lapse {
    if component.members {
        return NONE;
    }
    let probes = [&component.probes.startup, &component.probes.readiness];
    Lapse::ms(0, probes.into_iter().flatten().map(|probe| probe.interval.0).sum())
}

/// Until pods that call a datastore without a proxy in between use it again once it is back: one may still wait for an
/// answer of what is gone, until its liveness probe ends that. (Measured: up to 30 s with a probe every 10 s, 68 s
/// without one.) Nothing closes the connections to a node that is lost: it is `silent`.
pub(super) fn clients_let_go<'a>(clients: impl Iterator<Item = &'a Component>, silent: bool) -> Lapse {
    let kernel = if silent { NOT_ANSWERED } else { NOT_OPENED };
    let one = |component: &Component| revived(component).map_or(kernel, |lapse| Lapse::ms(0, lapse.max));
    clients.map(one).fold(NONE, Lapse::with)
}

/// Until another is the primary, or the leader.
pub(super) fn takeover(component: &Component) -> Takeover {
    let patience = component.given_up_after.map(|it| it.0);
    match (component.redundancy, patience) {
        (Redundancy::PrimaryReplica { .. }, Some(patience)) => primary(patience),
        (Redundancy::Quorum { .. }, Some(patience)) => leader(patience),
        _ => Takeover::default(),
    }
}

/// The same where the address that clients call may have been on the node that is lost.
pub(in crate::failure) fn with_address(takeover: Takeover) -> Takeover {
    Takeover { node: takeover.node.then(ADDRESS_TOO), ..takeover }
}

/// Until another server is the primary, by the voters' patience.
pub(in crate::failure) fn primary(patience: u64) -> Takeover {
    // The leader of the voters hears at its next question that the one it chose is the primary.
    let crash = Lapse::ms(patience, patience).then(LOOKS).then(VOTE).then(SECOND).then(LETS_IN).then(BUSY);
    // What does not close its connections is silent only from the next question.
    let silent = crash.then(SECOND);
    Takeover {
        crash,
        hang: silent,
        node: silent,
        planned: Some(HANDED_OVER),
        agree: 0,
        asks: false,
        // The proxy asks a primary for those that follow it.
        guarded: true,
        cut_loss: Some(REPORT_AGE + CHECKS_FAIL),
        holds: false,
    }
}

/// Until a primary that ended is let in again, once its process runs: replicas connect and report, voters hear it.
pub(in crate::failure) fn primary_again(process: Lapse) -> Lapse {
    process.then(SECOND).then(SECOND).then(SECOND).then(LETS_IN)
}

/// Until the members that must agree have another leader, by their patience: up to twice that.
pub(in crate::failure) fn leader(patience: u64) -> Takeover {
    let elected = Lapse::ms(patience, 2 * patience);
    let silent = elected.with(Lapse::ms(0, AGREED_CLOSED)).then(LEADER_SERVES);
    Takeover {
        crash: elected.then(LEADER_SERVES),
        hang: silent,
        node: silent,
        planned: Some(LEADER_HANDS_OVER),
        agree: 0,
        asks: false,
        guarded: false,
        // One without the others acknowledges nothing.
        cut_loss: Some(0),
        holds: false,
    }
}

/// Until the address is on another host.
pub(super) fn address(timing: Timing, hosts: usize) -> Takeover {
    let pace = keepalived::pace(timing);
    let (advert, fall) = (u64::from(pace.advert), u64::from(pace.fall));
    let lowest = keepalived::FIRST.saturating_sub(hosts.saturating_sub(1)).max(1);
    let skew = skew(advert, u64::try_from(lowest).unwrap_or(1));
    let told = SCRIPT.then(skew).then(ANNOUNCED);
    let asked =
        if pace.often { Lapse::ms(0, ASKED_OFTEN) } else { Lapse::ms((fall - 1) * ASKED_EVERY, fall * ASKED_EVERY) };
    Takeover {
        crash: asked.then(told),
        hang: Lapse::ms(fall * ANSWER, fall * (ASKED_EVERY + ANSWER)).then(told),
        ..heard(advert, skew)
    }
}

/// Until the address is on another host, by milliseconds between signs of life, the lowest priority, and the longest
/// until a script has failed as often as counts.
pub(in crate::failure) fn moves(advert: u64, lowest: u64, asked: u64) -> Takeover {
    let skew = skew(advert, lowest);
    let asked = Lapse::ms(0, asked).then(SCRIPT).then(skew).then(ANNOUNCED);
    Takeover { crash: asked, hang: asked, ..heard(advert, skew) }
}

/// Who has the lowest priority waits longest: (256 - priority) / 256 of the time between two signs of life.
fn skew(advert: u64, lowest: u64) -> Lapse {
    Lapse::ms(0, 256_u64.saturating_sub(lowest) * advert / 256)
}

/// What others hear of a host that is away, or that says so.
fn heard(advert: u64, skew: Lapse) -> Takeover {
    Takeover {
        // Three signs of life do not come; the last that did may have been almost one before.
        node: Lapse::ms(2 * advert, 3 * advert).then(skew).then(ANNOUNCED),
        // keepalived says so when it ends; a balancer that is restarted alone is back before it is missed.
        planned: Some(PROCESS_AGAIN.with(skew.then(ANNOUNCED))),
        ..Takeover::default()
    }
}

/// Acknowledged writes of this time may be on the written disk alone.
pub(super) fn not_copied(interval: u64) -> u64 {
    interval + COPY
}
