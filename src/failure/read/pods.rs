//! How long things take with pods: probes, evictions, and how a workload replaces what it has.

use crate::failure::lower::clocks as known;
use crate::failure::{Clocks, Lapse, Roll, Update};
use crate::lint::budget::{share, share_up};
use crate::manifest::{Container, Probe, View, Workload};

/// What decides beside the workload's own fields.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pods {
    pub(super) replicas: i64,
    /// Whether anybody may call them.
    pub(super) called: bool,
    /// Whether they are called ready or not.
    pub(super) unready: bool,
    /// Whether they hold what another node does not.
    pub(super) stays: bool,
    /// Whether they are a store's.
    pub(super) store: bool,
    /// For how many of them there are places, of this version and the next together; `None` where nothing limits it.
    pub(super) places: Option<i64>,
    /// Whether the next version's must wait for the disk of those before it.
    pub(super) waits_for_disk: bool,
    /// Whether the next version's would write to the disk of those before it.
    pub(super) writes_beside: bool,
}

/// A probe that must be answered: a connection is taken by a process that hangs, too.
fn asks<'a>(container: Container<'a>, which: &str) -> Option<Probe<'a>> {
    container.probe(which).filter(|probe| !probe.0.key("tcpSocket").exists())
}

fn number(probe: Probe<'_>, key: &str, default: u64) -> u64 {
    probe.0.key(key).integer().and_then(|it| u64::try_from(it).ok()).filter(|it| *it > 0).unwrap_or(default)
}

/// Until it has failed as often as counts, by what Kubernetes takes where nothing is said.
fn failing(probe: Probe<'_>) -> Lapse {
    let interval = number(probe, "periodSeconds", 10) * 1_000;
    let timeout = number(probe, "timeoutSeconds", 1) * 1_000;
    known::fails(number(probe, "failureThreshold", 3), interval, timeout)
}

/// From a container's start until its probes have said so.
fn ready(container: Container<'_>, unready: bool) -> Lapse {
    if unready {
        return Lapse::NONE;
    }
    let wait = |probe: Probe<'_>| {
        let delay = number(probe, "initialDelaySeconds", 0) * 1_000;
        Lapse::ms(delay, delay + number(probe, "periodSeconds", 10) * 1_000)
    };
    let probes = ["startup", "readiness"].into_iter().filter_map(|which| container.probe(which));
    probes.map(wait).fold(Lapse::NONE, Lapse::then)
}

/// Until the kubelet has ended a container that hangs, and it is ready again; `None` where it does not ask.
pub(super) fn revived(workload: &Workload<'_>, container: Container<'_>, unready: bool) -> Option<Lapse> {
    Some(killed(workload, container)?.then(known::CONTAINER_AGAIN).then(ready(container, unready)))
}

/// Until the kubelet has ended a container that hangs; `None` where it does not ask.
fn killed(workload: &Workload<'_>, container: Container<'_>) -> Option<Lapse> {
    let probe = asks(container, "liveness")?;
    let grace = probe.0.key("terminationGracePeriodSeconds").integer().unwrap_or_else(|| workload.pod.grace());
    let grace = u64::try_from(grace).unwrap_or(0) * 1_000;
    Some(failing(probe).then(Lapse::ms(0, grace)))
}

/// Milliseconds that a container has until it must answer; `None` where the kubelet never asks.
fn allowed(container: Container<'_>) -> Option<u64> {
    let probe = container.probe("startup").or_else(|| container.probe("liveness"))?;
    let asked = number(probe, "failureThreshold", 3) * number(probe, "periodSeconds", 10);
    Some((number(probe, "initialDelaySeconds", 0) + asked) * 1_000)
}

/// Until pods of a lost node are given up; `None` where they are to wait for it for ever.
fn evicted(workload: &Workload<'_>) -> Option<Lapse> {
    let fits = |key: &str, effect: &str| {
        matches!(key, "node.kubernetes.io/unreachable" | "") && matches!(effect, "NoExecute" | "")
    };
    for toleration in workload.pod.0.key("tolerations").items() {
        let word = |key: &str| toleration.key(key).word().unwrap_or_default();
        let all = !word("key").is_empty() || word("operator") == "Exists";
        if all && fits(word("key"), word("effect")) {
            let seconds = toleration.key("tolerationSeconds").integer()?;
            let time = u64::try_from(seconds).unwrap_or(0) * 1_000;
            return Some(Lapse::ms(time, time));
        }
    }
    Some(known::EVICTED)
}

/// The clocks of a workload's pods, by the container that does the work.
pub(super) fn clocks(workload: &Workload<'_>, container: Container<'_>, pods: Pods) -> Clocks {
    let kind = workload.kind();
    let unless_called = |lapse: Option<Lapse>| if pods.called { lapse } else { Some(Lapse::NONE) };
    let readiness = asks(container, "readiness").filter(|_| !pods.unready);
    // One that its liveness probe ends is not ready before it is asked again.
    let killed = killed(workload, container);
    let probed = |which: &str| container.probe(which).is_some() && !pods.unready;
    let anew = known::POD_AGAIN.then(ready(container, pods.unready));
    let moves = !pods.stays && matches!(kind, "Deployment" | "ReplicaSet" | "ReplicationController");
    let starts = kind != "Pod" || workload.pod.0.key("restartPolicy").word() != Some("Never");
    let drained = !pods.stays && !matches!(kind, "DaemonSet" | "Pod");
    let waits = container.view.at("lifecycle.preStop").exists();
    let stop = if waits || !pods.called { Lapse::NONE } else { known::NOT_DRAINED };
    let (roll, first) = rolled(workload, container, pods);
    Clocks {
        crash_seen: unless_called(Some(known::ENDPOINTS)),
        hang_seen: unless_called(match (readiness.map(failing), killed) {
            (Some(failed), Some(killed)) => Some(failed.or(killed).then(known::ENDPOINTS)),
            (failed, _) => failed.map(|it| it.then(known::ENDPOINTS)),
        }),
        node_seen: unless_called(Some(known::NODE_LOST.then(known::ENDPOINTS))),
        // A connection is enough for a probe: who takes one too early cannot be known from here.
        start_seen: unless_called((probed("startup") || probed("readiness")).then_some(Lapse::NONE)),
        start_allowed: allowed(container).filter(|_| starts),
        restart: starts.then(|| known::CONTAINER_AGAIN.then(ready(container, pods.unready))),
        revive: revived(workload, container, pods.unready).filter(|_| starts),
        moved: evicted(workload).filter(|_| moves).map(|lapse| known::NODE_LOST.then(lapse).then(anew)),
        drained: drained.then_some(anew),
        rolled: Some(if first && !pods.store && roll != Roll::Unasked { stop } else { anew }),
        roll,
        update: update(workload, roll, first),
        // `kubectl drain` leaves them out: the next would be started on the same node.
        undrained: kind == "DaemonSet",
        stop,
        ..Clocks::default()
    }
}

/// What an update does while pods are away. `first` is whether the next is there before the one before it goes.
fn update(workload: &Workload<'_>, roll: Roll, first: bool) -> Update {
    let parallel = workload.spec.key("podManagementPolicy").word() == Some("Parallel");
    let of_version = |constraint: View<'_>| {
        constraint.key("matchLabelKeys").items().any(|key| key.word() == Some("pod-template-hash"))
    };
    match roll {
        Roll::ByHand | Roll::Together => Update::Blind,
        _ if workload.kind() == "StatefulSet" && parallel => Update::Parallel,
        Roll::Stuck => Update::Counted,
        _ if first => Update::Surge { beside: workload.pod.0.key("topologySpreadConstraints").items().any(of_version) },
        _ => Update::Counted,
    }
}

/// How a workload replaces its pods, and whether the next is there before the one before it goes.
fn rolled(workload: &Workload<'_>, container: Container<'_>, pods: Pods) -> (Roll, bool) {
    let update = workload.spec.key("updateStrategy");
    let asked = ["startup", "readiness"].into_iter().any(|which| container.probe(which).is_some());
    // What nothing asks counts as ready when it is started, and the one before it goes.
    let alone = pods.replicas == 1
        && match workload.kind() {
            "Deployment" => pods.store,
            kind => kind != "DaemonSet",
        };
    let in_turn = if asked || !pods.called || alone { Roll::OneByOne } else { Roll::Unasked };
    match workload.kind() {
        "Deployment" => {
            if workload.spec.at("strategy.type").word() == Some("Recreate") {
                return (Roll::Together, false);
            }
            let (away, more) = steps(workload, pods.replicas);
            let roll = match () {
                () if more > 0 && pods.writes_beside => Roll::Beside,
                () if is_stuck(pods, away, more) => Roll::Stuck,
                () if away >= pods.replicas => Roll::Together,
                () => in_turn,
            };
            (roll, away == 0)
        }
        "StatefulSet" | "DaemonSet" if update.key("type").word() == Some("OnDelete") => (Roll::ByHand, false),
        "DaemonSet" | "StatefulSet" => {
            let away = update.at("rollingUpdate.maxUnavailable");
            let all = away.exists() && away.word() == Some("100%")
                || workload.kind() == "StatefulSet"
                    && share_up(away, pods.replicas).is_some_and(|it| it >= pods.replicas);
            (if all { Roll::Together } else { in_turn }, false)
        }
        // What they make is not what is changed in them until somebody ends it.
        _ => (Roll::ByHand, false),
    }
}

/// How many pods of a Deployment may be away at a time, and how many there may be too many.
pub(super) fn steps(workload: &Workload<'_>, replicas: i64) -> (i64, i64) {
    // A quarter each where nothing is said: of those that may be away rounded down, of those too many up.
    let rolling = workload.spec.at("strategy.rollingUpdate");
    let (away, more) = (rolling.key("maxUnavailable"), rolling.key("maxSurge"));
    let away = if away.exists() { share(away, replicas).unwrap_or(replicas) } else { replicas / 4 };
    let more = if more.exists() { share_up(more, replicas).unwrap_or(0) } else { (replicas + 3) / 4 };
    // Neither is taken for one that may be away.
    (if away == 0 && more == 0 { 1 } else { away }, more)
}

/// Whether the next version's pods find no place before those go that may not go before them.
fn is_stuck(pods: Pods, away: i64, more: i64) -> bool {
    if pods.waits_for_disk {
        // What has to wait for all before it needs all of them to go.
        return more > 0 && away < pods.replicas;
    }
    let Some(places) = pods.places else { return false };
    let free = more > 0 && places > pods.replicas;
    !free && places.min(pods.replicas) <= pods.replicas - away
}
