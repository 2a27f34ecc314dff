//! What a8ctl says that a control plane survives.

mod after;
mod agreement;
mod build;
mod command;
mod cuts;
mod estimate;
mod kustomized;
mod lowering;
mod manifests;
mod mends;
mod numbers;
mod properties;
mod random;
mod rates;
mod read_containers;
mod read_hosts;
mod read_pods;
mod reports;
mod slow;
mod table;
mod together;

use std::path::Path;

use a8ctl::failure::{Analysis, Keys, Origin, System, Told, Verdict, Words, single, system};
use a8ctl::profile::{self, Request};
use a8ctl::topology::{Platform, Topology};

use crate::support::root;

/// A profile by its name, with what is set behind it: `multi-node balancer.timing=fast`.
#[track_caller]
fn topology(words: &str) -> Topology {
    let mut words = words.split_whitespace();
    let profile = words.next().unwrap();
    let sets: Vec<String> = words.map(str::to_owned).collect();
    let read = |path: &Path| std::fs::read(root().join(path)).map_err(|error| error.to_string());
    let loaded = profile::load(&Request { profile, overlays: &[], sets: &sets }, &read);
    loaded.profile.unwrap_or_else(|| panic!("{profile} {sets:?}: {:?}", loaded.problems)).topology
}

/// What can fail of it on a platform.
#[track_caller]
fn lowered(words: &str, platform: Platform) -> System {
    system(&topology(words), platform)
}

/// What one failure costs: `node-loss node-1`.
#[track_caller]
fn verdict(system: &System, fault: &str) -> Verdict {
    let of = |it: &a8ctl::failure::Fault| format!("{} {}", it.kind.as_str(), it.subject);
    let faults = single(system);
    let known: Vec<String> = faults.iter().map(of).collect();
    let found = faults.into_iter().find(|it| of(it) == fault);
    Analysis::new(system).verdict(vec![found.unwrap_or_else(|| panic!("no {fault} in {known:#?}"))])
}

/// What is said of it, in the words of a profile.
fn told(system: &System, verdict: &Verdict) -> Told {
    Words::new(system, &Origin::Profile(Keys::plain(system))).of(verdict)
}
