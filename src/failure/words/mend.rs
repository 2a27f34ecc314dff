//! A change in the words of a profile, or of manifests.

use crate::failure::{Role, Shape, System, Verdict};

use super::change::{Change, changes};
use super::keys::password;
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
        let (list, texts) = match line {
            Line::Setting(text) => (&mut settings, vec![text]),
            Line::Settings(texts) => (&mut settings, texts),
            Line::Remark(text) => (&mut remarks, vec![text]),
            Line::Shorter(text) => (&mut shorter, vec![text]),
        };
        for text in texts {
            if !list.contains(&text) {
                list.push(text);
            }
        }
    }
    // That nothing helps is said where nothing does.
    if !(settings.is_empty() && shorter.is_empty()) {
        remarks.retain(|remark| remark != UNHIDDEN);
    }
    let makes = verb(shorter.len(), "makes", "make");
    // All of them: what is left out could not be set.
    let settings = match settings.split_last() {
        Some((last, before)) if !before.is_empty() => Some(format!("{} and {last}", before.join(", "))),
        Some((last, _)) => Some(last.clone()),
        None => None,
    };
    let shorter = (!shorter.is_empty()).then(|| format!("{} {makes} it shorter; nothing hides it", all_of(&shorter)));
    let parts: Vec<String> = settings.into_iter().chain(remarks).chain(shorter).collect();
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// One change in words.
pub(super) enum Line {
    /// What is written beside other settings.
    Setting(String),
    /// What is written together, and with other settings.
    Settings(Vec<String>),
    /// A sentence without its stop.
    Remark(String),
    /// A setting after which it costs less, and still something.
    Shorter(String),
}

pub(super) const UNHIDDEN: &str = "no setting hides it or makes it shorter";
pub(super) const GRACE: &str = "nothing here makes it shorter: how soon a node is given up is set in the cluster, by \
                                `node-monitor-grace-period`";
pub(super) const LATER: &str = "one drain after the other";

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
        Change::Votes(part, count) => set(format!("`{}.quorum: {count}`", path(part))),
        Change::Several(part) => match key(part) {
            "mode" => {
                let lacks = keys.parts.get(part).map_or(&[][..], |key| &key.lacks);
                let mode = format!("`{}.mode: sentinel`", path(part));
                Line::Settings([&[mode], lacks].concat())
            }
            "size" => set(format!("`{}.size: 3`", path(part))),
            _ => remark(format!("a failover of {} that needs nobody", name(part))),
        },
        Change::Nodes(count) if keys.hosts => set(format!("{count} hosts in `placement.hosts`")),
        Change::Nodes(count) => set(format!("`placement.nodes: {count}`")),
        Change::Zones(count) if keys.hosts || keys.zoned => set(format!("hosts of {count} zones in `placement.hosts`")),
        Change::Zones(count) => set(format!("`placement.zones: {count}`")),
        Change::Spread(_) => set("`placement.spread: required`"),
        Change::Persistent(part) if system.parts[part].role == Role::Service => {
            match keys.parts.get(part).and_then(|key| key.memory.as_ref()) {
                Some(path) => Line::Settings(vec![
                    format!("`{path}.kind: redis`"),
                    password(path),
                    format!("`{path}.storage: {{ kind: persistent, size: SIZE }}`"),
                ]),
                None => {
                    remark(format!("a datastore, such as `kind: redis`, in the place of the memory of {}", name(part)))
                }
            }
        }
        Change::Persistent(part) => set(format!("`{}.storage: {{ kind: persistent, size: SIZE }}`", path(part))),
        Change::Shared(part) => remark(format!(
            "`{}.storage` of `kind: shared` in the place of its own disks: one that somebody else keeps available",
            path(part)
        )),
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
        Change::Ask(part) => ask(keys, part),
        Change::Drain(part) => set(format!("`{}.shutdown.drain: 5s`", path(part))),
        Change::Grace => remark(GRACE),
        Change::Later => remark(LATER),
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
    match part.role {
        Role::Datastore if part.voters().is_some() => Line::Shorter(format!("`{path}.timing: fast`")),
        Role::Balancer if part.shape != Shape::AnyOf && !keys.quick => {
            Line::Shorter("`balancer.timing: fast`".to_owned())
        }
        _ => remark(UNHIDDEN),
    }
}

/// The least that a probe's times can be: they are counted in seconds.
const SECOND: u64 = 1_000;

/// Of the question whether a part is ready that of which there is more than need be.
fn ask(keys: &Keys, index: usize) -> Line {
    let Some(key) = keys.parts.get(index) else { return remark(UNHIDDEN) };
    let path = format!("{}.probes.readiness", key.path);
    match key.readiness {
        // What takes longer than the time between two delays the next.
        Some((interval, timeout, _)) if timeout > SECOND && interval <= timeout => {
            Line::Shorter(format!("`{path}.timeout: 1s`"))
        }
        Some((interval, ..)) if interval > SECOND => Line::Shorter(format!("`{path}.interval: 1s`")),
        Some((_, timeout, _)) if timeout > SECOND => Line::Shorter(format!("`{path}.timeout: 1s`")),
        Some((.., failures)) if failures > 1 => Line::Shorter(format!("`{path}.failures: 1`")),
        Some(_) => remark(UNHIDDEN),
        None => Line::Shorter(format!("shorter times of `{path}`")),
    }
}
