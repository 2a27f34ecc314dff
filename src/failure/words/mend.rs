//! A change in the words of a profile, or of manifests.

use crate::failure::{Role, System, Verdict};

use super::change::{Change, changes};
use super::text::{all_of, verb};
use super::{Keys, Origin, Words, hand};

/// What would make it survive; `None` where it survives, or where no change is known.
pub(super) fn mend(words: &Words<'_>, verdict: &Verdict) -> Option<String> {
    let of_place = verdict.faults.iter().any(|fault| !fault.nodes.is_empty());
    let changes = changes(words, verdict);
    if let Origin::Manifests(hand) = words.origin
        && hand::on_host(hand)
        && words.system.nodes.len() < 2
        && of_place
        && !changes.is_empty()
    {
        return Some(hand::ONE_HOST.to_owned());
    }
    let (mut settings, mut remarks, mut shorter) = (Vec::new(), Vec::new(), Vec::new());
    for change in changes {
        let line = match words.origin {
            Origin::Profile(keys) => in_profile(words.system, keys, change),
            Origin::Manifests(hand) => hand::mend(words.system, hand, verdict, change),
        };
        let (list, text) = match line {
            Line::Setting(text) => (&mut settings, text),
            Line::Remark(text) => (&mut remarks, text),
            Line::Shorter(text) => (&mut shorter, text),
        };
        if !list.contains(&text) {
            list.push(text);
        }
    }
    // That nothing helps is said where nothing does.
    if !(settings.is_empty() && shorter.is_empty()) {
        remarks.retain(|remark| remark != UNHIDDEN);
    }
    let makes = verb(shorter.len(), "makes", "make");
    let settings = (!settings.is_empty()).then(|| all_of(&settings));
    let shorter = (!shorter.is_empty()).then(|| format!("{} {makes} it shorter; nothing hides it", all_of(&shorter)));
    let parts: Vec<String> = settings.into_iter().chain(remarks).chain(shorter).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// One change in words.
pub(super) enum Line {
    /// What is written beside other settings.
    Setting(String),
    /// A sentence without its stop.
    Remark(String),
    /// A setting after which it costs less, and still something.
    Shorter(String),
}

pub(super) const UNHIDDEN: &str = "no setting hides it or makes it shorter";

pub(super) fn set(text: impl Into<String>) -> Line {
    Line::Setting(text.into())
}

pub(super) fn remark(text: impl Into<String>) -> Line {
    Line::Remark(text.into())
}

fn in_profile(system: &System, keys: &Keys, change: Change) -> Line {
    let path = |part: usize| keys.parts.get(part).map_or("", |key| key.path.as_str());
    let key = |part: usize| keys.parts.get(part).map_or("", |key| key.several);
    let name = |part: usize| system.parts[part].name.as_str();
    match change {
        Change::Members(part, count) => set(format!("`{}.{}: {count}`", path(part), key(part))),
        Change::Several(part) => match key(part) {
            "mode" => set(format!("`{}.mode: sentinel`", path(part))),
            "size" => set(format!("`{}.size: 3`", path(part))),
            _ => remark(format!("a failover of {} that needs nobody", name(part))),
        },
        Change::Nodes(count) if keys.hosts => set(format!("{count} hosts in `placement.hosts`")),
        Change::Nodes(count) => set(format!("`placement.nodes: {count}`")),
        Change::Zones(count) if keys.hosts => set(format!("hosts of {count} zones in `placement.hosts`")),
        Change::Zones(count) => set(format!("`placement.zones: {count}`")),
        Change::Spread(_) => set("`placement.spread: required`"),
        Change::Persistent(part) if system.parts[part].role == Role::Service => {
            match keys.parts.get(part).and_then(|key| key.memory.as_ref()) {
                Some(path) => remark(format!("`{path}` of a kind that outlives a process, such as `kind: redis`")),
                None => {
                    remark(format!("a datastore, such as `kind: redis`, in the place of the memory of {}", name(part)))
                }
            }
        }
        Change::Persistent(part) => set(format!("`{}.storage: {{ kind: persistent, size: SIZE }}`", path(part))),
        Change::Shared(part) => set(format!("`{}.storage.kind: shared`", path(part))),
        Change::Vip => set("`balancer.vip: { address: ADDRESS/PREFIX }`"),
        Change::Probes(part) if system.parts[part].role == Role::Service => {
            set(format!("`{0}.probes.liveness` and `{0}.check`", path(part)))
        }
        Change::Probes(part) => remark(format!("a check of {} that asks more than for a connection", name(part))),
        Change::AskFirst(part) if system.parts.iter().any(|it| it.role == Role::Balancer) => {
            set(format!("`{}.check`", path(part)))
        }
        Change::AskFirst(part) => set(format!("`{}.probes.readiness`", path(part))),
        Change::Quicker(part) => quicker(system, keys, part),
        Change::Agreeing(_) => remark(
            "a datastore of `kind: etcd`, where the services speak to one, acknowledges only what more than half have",
        ),
        Change::Budget(_) => set("`kubernetes.budgets: true`"),
        Change::Elsewhere(part) => {
            remark(format!("nothing in this profile: whoever runs {} keeps it available", name(part)))
        }
        Change::Restore(_) => remark("nothing in the profile: start the members again, or restore a backup"),
        Change::Unhidden(_)
        | Change::OneByOne(_)
        | Change::InPlace(_)
        | Change::OnOneDisk(_)
        | Change::Again(_)
        | Change::Unbound(_) => remark(UNHIDDEN),
    }
}

/// What makes an interruption shorter, where something does.
fn quicker(system: &System, keys: &Keys, index: usize) -> Line {
    let part = &system.parts[index];
    let path = keys.parts.get(index).map_or("", |key| key.path.as_str());
    let balanced = system.parts.iter().any(|part| part.role == Role::Balancer);
    match part.role {
        Role::Datastore if part.voters().is_some() => Line::Shorter(format!("`{path}.timing: fast`")),
        Role::Service if !balanced => Line::Shorter(format!("a shorter `{path}.probes.readiness.interval`")),
        Role::Service | Role::Balancer if !keys.quick => Line::Shorter("`balancer.timing: fast`".to_owned()),
        _ => remark(UNHIDDEN),
    }
}
