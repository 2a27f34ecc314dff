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
    let probe = asks(container, "liveness")?;
    let grace = probe.0.key("terminationGracePeriodSeconds").integer().unwrap_or_else(|| workload.pod.grace());
    let grace = u64::try_from(grace).unwrap_or(0) * 1_000;
    Some(failing(probe).then(Lapse::ms(0, grace)).then(known::CONTAINER_AGAIN).then(ready(container, unready)))
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
    let probed = |which: &str| container.probe(which).is_some() && !pods.unready;
    let anew = known::POD_AGAIN.then(ready(container, pods.unready));
    let moves = !pods.stays && matches!(kind, "Deployment" | "ReplicaSet" | "ReplicationController");
    let starts = kind != "Pod" || workload.pod.0.key("restartPolicy").word() != Some("Never");
    let drained = !pods.stays && !matches!(kind, "DaemonSet" | "Pod");
    let waits = container.view.at("lifecycle.preStop").exists();
    let stop = if waits || !pods.called { Lapse::NONE } else { known::NOT_DRAINED };
    let (roll, first) = rolled(workload, pods.replicas);
    Clocks {
        crash_seen: unless_called(Some(known::ENDPOINTS)),
        hang_seen: unless_called(readiness.map(|probe| failing(probe).then(known::ENDPOINTS))),
        node_seen: unless_called(Some(known::NODE_LOST.then(known::ENDPOINTS))),
        // A connection is enough for a probe: who takes one too early cannot be known from here.
        start_seen: unless_called((probed("startup") || probed("readiness")).then_some(Lapse::NONE)),
        start_allowed: allowed(container).filter(|_| starts),
        restart: starts.then(|| known::CONTAINER_AGAIN.then(ready(container, pods.unready))),
        revive: revived(workload, container, pods.unready).filter(|_| starts),
        moved: evicted(workload).filter(|_| moves).map(|lapse| known::NODE_LOST.then(lapse).then(anew)),
        drained: drained.then_some(anew),
        rolled: Some(if first && !pods.store { stop } else { anew }),
        roll,
        update: update(workload, roll, first),
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
        Roll::OneByOne if workload.kind() == "StatefulSet" && parallel => Update::Blind,
        Roll::OneByOne if first => {
            Update::Surge { beside: workload.pod.0.key("topologySpreadConstraints").items().any(of_version) }
        }
        Roll::OneByOne => Update::Counted,
    }
}

/// How a workload replaces its pods, and whether the next is there before the one before it goes.
fn rolled(workload: &Workload<'_>, replicas: i64) -> (Roll, bool) {
    let update = workload.spec.key("updateStrategy");
    match workload.kind() {
        "Deployment" => {
            let strategy = workload.spec.key("strategy");
            if strategy.key("type").word() == Some("Recreate") {
                return (Roll::Together, false);
            }
            // A quarter each where nothing is said: of those that may be away rounded down, of those too many up.
            let (away, more) = (strategy.at("rollingUpdate.maxUnavailable"), strategy.at("rollingUpdate.maxSurge"));
            let away = if away.exists() { share(away, replicas).unwrap_or(replicas) } else { replicas / 4 };
            let more = if more.exists() { share_up(more, replicas).unwrap_or(0) } else { (replicas + 3) / 4 };
            // Neither is taken for one that may be away.
            let away = if away == 0 && more == 0 { 1 } else { away };
            (if away >= replicas { Roll::Together } else { Roll::OneByOne }, away == 0)
        }
        "StatefulSet" | "DaemonSet" if update.key("type").word() == Some("OnDelete") => (Roll::ByHand, false),
        "DaemonSet" | "StatefulSet" => {
            let away = update.at("rollingUpdate.maxUnavailable");
            let all = away.exists() && away.word() == Some("100%")
                || workload.kind() == "StatefulSet" && share_up(away, replicas).is_some_and(|it| it >= replicas);
            (if all { Roll::Together } else { Roll::OneByOne }, false)
        }
        // What they make is not what is changed in them until somebody ends it.
        _ => (Roll::ByHand, false),
    }
}
