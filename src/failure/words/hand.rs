//! What each part is in manifests of another hand, and changes in the words of these.

use crate::failure::{Kind, Part, Role, System, Verdict};

use super::change::Change;
use super::mend::{GRACE, LATER, Line, UNHIDDEN, remark, set};

/// For each part of a system, what it is in the manifests.
#[derive(Debug, Clone, Default)]
pub struct Hand {
    /// By the part's index.
    pub parts: Vec<Held>,
}

/// What a part is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// `Kind/namespace/name`, or a service's name.
    pub object: String,
    /// What has its fields.
    pub form: Form,
    /// Whether nothing says where it stands, so that the worst place is taken.
    pub anywhere: bool,
    /// Whether it has a volume that outlives it.
    pub volume: bool,
    /// Members that an update must be allowed to end before the next find a place, where that is more than it is.
    pub step: u32,
    /// Whether it is bound to a node by that one's name.
    pub pinned: bool,
    /// Whether it takes a port of its host, so that no second one is started there.
    pub port: bool,
}

/// What has the fields of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// A Deployment, or what else makes pods that are alike and whose replaced ones are others.
    Pods,
    /// A StatefulSet.
    Set,
    /// A DaemonSet.
    Daemons,
    /// A pod of its own.
    Pod,
    /// A service of Compose.
    Service,
    /// Nothing in these manifests.
    Elsewhere,
}

impl Hand {
    /// Of parts of which nothing is known but their names.
    pub fn plain(system: &System) -> Self {
        let held = |name: &String| Held::of(name, Form::Pods);
        Self { parts: system.parts.iter().map(|part| held(&part.name)).collect() }
    }
}

impl Held {
    /// Of what nothing more is known.
    pub fn of(object: &str, form: Form) -> Self {
        let object = object.to_owned();
        Self { object, form, anywhere: false, volume: false, step: 1, pinned: false, port: false }
    }
}

/// A change as a field that is set, where there is one.
pub(super) fn mend(system: &System, hand: &Hand, verdict: &Verdict, change: Change) -> Line {
    let name = |part: usize| system.parts[part].name.as_str();
    let object = |part: usize| hand.parts.get(part).map_or_else(|| name(part), |held| held.object.as_str());
    let form = |part: usize| hand.parts.get(part).map_or(Form::Pods, |held| held.form);
    match change {
        Change::Members(part, count) => match form(part) {
            Form::Service if hand.parts.get(part).is_some_and(|held| held.port) => remark(format!(
                "{count} services of the image of {} that take no port of the host, and a balancer before them",
                object(part)
            )),
            Form::Service => set(format!("`deploy.replicas: {count}` of {}", object(part))),
            Form::Pod => set(format!("a Deployment with `spec.replicas: {count}` in the place of {}", object(part))),
            Form::Daemons => set(format!("{count} nodes for {}", object(part))),
            _ => set(format!("`spec.replicas: {count}` of {}", object(part))),
        },
        Change::Votes(part, count) => set(format!("`sentinel monitor` with a quorum of {count} in {}", object(part))),
        Change::Several(part) => set(format!("several of {} that choose a primary by themselves", object(part))),
        Change::Nodes(count) if on_host(hand) => set(format!("{count} hosts")),
        Change::Nodes(count) => set(format!("{count} nodes")),
        Change::Zones(count) => set(format!("nodes in {count} zones")),
        Change::Spread(part) if form(part) == Form::Service => remark("a file of Compose knows one host alone"),
        // One for each part would be too long to read.
        Change::Spread(_) => set(
            "`topologySpreadConstraints` with `whenUnsatisfiable: DoNotSchedule` over `kubernetes.io/hostname` of all \
             that has several replicas",
        ),
        Change::Persistent(part) => persistent(system, hand, part),
        Change::Shared(part) => set(format!("a claim with `accessModes: [ReadWriteMany]` for {}", object(part))),
        Change::Vip => set("an address that moves between two balancers"),
        Change::Probes(part) if system.parts[part].role == Role::Balancer && system.parts[part].members.len() > 1 => {
            set(format!("a `script` of keepalived that asks {} for an answer", object(part)))
        }
        Change::Probes(part) => probes(form(part), object(part)),
        Change::AskFirst(part) if form(part) == Form::Service => {
            remark(format!("a balancer that checks {} before it sends anybody there", object(part)))
        }
        Change::AskFirst(part) => set(format!("a `readinessProbe` in {}", object(part))),
        Change::Quicker(part) => quicker(&system.parts[part], verdict, object(part)),
        Change::Ask(part) if form(part) == Form::Service => {
            Line::Shorter(format!("a shorter `inter` of the checks of {}", object(part)))
        }
        Change::Ask(part) => Line::Shorter(format!("shorter times of the `readinessProbe` in {}", object(part))),
        Change::Drain(part) if form(part) == Form::Service => remark(UNHIDDEN),
        Change::Drain(part) => set(format!("a `preStop` in {} that waits for some seconds", object(part))),
        Change::Grace => remark(GRACE),
        Change::Later => remark(LATER),
        Change::Again(part) if form(part) != Form::Service => {
            set(format!("a Deployment in the place of {}, which starts it again", object(part)))
        }
        Change::Again(part) => set(format!("`restart: unless-stopped` of {}", object(part))),
        Change::Unbound(part) => set(format!(
            "`topologySpreadConstraints` over `kubernetes.io/hostname` in the place of what binds {} to one node",
            object(part)
        )),
        Change::Agreeing(part) => remark(format!(
            "a store in the place of {} that acknowledges only what more than half of its members have",
            name(part)
        )),
        Change::Budget(part) => {
            set(format!("a PodDisruptionBudget for {} with `maxUnavailable: 1`, and no other", object(part)))
        }
        Change::OneByOne(part) => match form(part) {
            Form::Service => remark(format!("`docker compose up --detach --no-deps` of {} one by one", name(part))),
            Form::Daemons => set(format!("`spec.updateStrategy.rollingUpdate.maxUnavailable: 1` of {}", object(part))),
            Form::Set => set(format!("`spec.updateStrategy.rollingUpdate` of {} without a share", object(part))),
            _ => set(format!("`spec.strategy` of {} with `type: RollingUpdate` and `maxUnavailable: 0`", object(part))),
        },
        Change::InPlace(part) => {
            let step = hand.parts.get(part).map_or(1, |held| held.step);
            let of = object(part);
            set(format!("`spec.strategy.rollingUpdate: {{ maxSurge: 0, maxUnavailable: {step} }}` of {of}"))
        }
        Change::OnOneDisk(part) => set(format!("`spec.strategy.type: Recreate` of {}", object(part))),
        Change::Elsewhere(part) => {
            remark(format!("nothing in these manifests: whoever runs {} keeps it available", name(part)))
        }
        Change::Restore(_) => remark("nothing in the manifests: start the members again, or restore a backup"),
        Change::Unhidden(_) => remark(UNHIDDEN),
    }
}

/// Nothing in a file of Compose mends the loss of its host.
pub(super) const ONE_HOST: &str = "other hosts with the same on them, and an address that moves between these: a file \
                                   of Compose knows one host alone";

/// Whether all of it is on one host.
pub(super) fn on_host(hand: &Hand) -> bool {
    hand.parts.iter().all(|part| matches!(part.form, Form::Service | Form::Elsewhere))
}

fn persistent(system: &System, hand: &Hand, part: usize) -> Line {
    let name = system.parts[part].name.as_str();
    let Some(held) = hand.parts.get(part) else { return set(format!("a persistent volume for {name}")) };
    let object = &held.object;
    match held.form {
        _ if held.volume => set(format!("persistence switched on in {object}, such as `appendonly yes`")),
        Form::Set => set(format!("`volumeClaimTemplates` in {object}")),
        Form::Service => set(format!("a named volume among the `volumes` of {object}")),
        _ => set(format!("a StatefulSet with `volumeClaimTemplates` in the place of {object}")),
    }
}

fn probes(form: Form, object: &str) -> Line {
    if form == Form::Service {
        return remark(format!(
            "something that ends {object} when it hangs, or a balancer that checks it: Compose does nothing about a \
             `healthcheck` that fails"
        ));
    }
    set(format!("`livenessProbe` and `readinessProbe` in {object} that ask for an answer"))
}

/// What shortens a failure, by what decides how soon it is found out.
fn quicker(part: &Part, verdict: &Verdict, object: &str) -> Line {
    let all = |kinds: &[Kind]| verdict.faults.iter().all(|fault| kinds.contains(&fault.kind));
    match part.role {
        Role::Datastore if part.voters().is_some() => {
            Line::Shorter(format!("a shorter `down-after-milliseconds` of the sentinels of {object}"))
        }
        Role::Balancer if all(&[Kind::NodeLoss, Kind::ZoneLoss, Kind::NetworkCut]) => {
            Line::Shorter(format!("a shorter `advert_int` of keepalived before {object}"))
        }
        Role::Balancer if all(&[Kind::BalancerCrash, Kind::ReplicaHang]) => {
            Line::Shorter(format!("a shorter `interval` of the script of keepalived that asks {object}"))
        }
        _ => remark(UNHIDDEN),
    }
}
