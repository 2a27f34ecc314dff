//! Which units are members of one part, and what such a part has of theirs.

use std::collections::{BTreeMap, HashMap, HashSet};

use super::link::Named;
use super::moving;
use super::remarks::{Remarks, Sentence};
use super::unit::{Unit, What};
use crate::failure::words::Form;
use crate::failure::{Clocks, Keeps, Lapse, Roll, Takeover};

const TAKEN: Sentence = (
    "{}: one image and numbered names, so they are taken to stand in for one another.",
    "{}: one image and numbered names, so they are taken to stand in for one another.",
);
const SAME: Sentence = (
    "{}: one image and one name on several hosts, so they are taken to stand in for one another.",
    "{}: one image and one name on several hosts, so they are taken to stand in for one another.",
);

/// A name without the number at its end; `None` where there is none.
fn stem(name: &str) -> Option<&str> {
    let stem = name.trim_end_matches(|c: char| c.is_ascii_digit());
    (stem.len() < name.len()).then(|| stem.trim_end_matches(['-', '_', '.'])).filter(|stem| !stem.is_empty())
}

/// Units that are members of one part: those that are told to be `alike`, stores of one kind of which one names the
/// other, and those of one image whose names differ in their number or their host alone.
pub(super) fn groups(
    units: &[Unit],
    named: &[Named],
    alike: &[(usize, usize)],
    remarks: &mut Remarks,
) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..units.len()).collect();
    let join = |group: &mut Vec<usize>, a: usize, b: usize| {
        let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
        if from != to {
            group.iter_mut().filter(|it| **it == from).for_each(|it| *it = to);
        }
    };
    for (unit, named) in named.iter().enumerate() {
        let Some(store) = units[unit].what.store() else { continue };
        for (other, _) in &named.units {
            if units[*other].what.store().is_some_and(|it| it.name == store.name) {
                join(&mut group, unit, *other);
            }
        }
    }
    // One list of servers may name what is not the same.
    for (a, b) in alike.iter().filter(|(a, b)| units[*a].image == units[*b].image) {
        join(&mut group, *a, *b);
    }
    let mut numbered: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    let mut spread: BTreeMap<(&str, &str), Vec<usize>> = BTreeMap::new();
    for (index, unit) in units.iter().enumerate() {
        let counts = unit.form == Form::Service || !matches!(unit.what, What::Service | What::Balancer);
        if let Some(stem) = stem(&unit.name).filter(|_| counts && unit.members.len() == 1) {
            numbered.entry((&unit.home, stem, &unit.image)).or_default().push(index);
        } else if unit.form == Form::Service && unit.what.store().is_none() {
            // A store on each host may be each host's own.
            spread.entry((&unit.name, &unit.image)).or_default().push(index);
        }
    }
    let one = |group: &[usize], members: &[usize]| members.iter().all(|it| group[*it] == group[members[0]]);
    for ((_, stem, _), members) in &numbered {
        if !one(&group, members) {
            remarks.of(TAKEN, &format!("{stem} ({})", members.len()));
            members.iter().for_each(|member| join(&mut group, members[0], *member));
        }
    }
    for ((name, _), members) in &spread {
        let hosts: HashSet<Option<usize>> = members.iter().map(|it| units[*it].host).collect();
        if hosts.len() == members.len() && !one(&group, members) {
            remarks.of(SAME, &format!("{name} ({})", members.len()));
            members.iter().for_each(|member| join(&mut group, members[0], *member));
        }
    }
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (unit, group) in group.iter().enumerate() {
        groups.entry(*group).or_default().push(unit);
    }
    // Who is named and told to follow nobody is written.
    let follows = |unit: &usize| usize::from(units[*unit].settings.clustered);
    groups.values_mut().for_each(|members| members.sort_by_key(|unit| (follows(unit), *unit)));
    groups.into_values().collect()
}

/// One unit of each group, with the worst of what its members have.
pub(super) fn merge(units: Vec<Unit>, groups: &[Vec<usize>], remarks: &mut Remarks) -> Vec<Unit> {
    let members = |group: &Vec<usize>| group.iter().map(|unit| &units[*unit]).collect::<Vec<_>>();
    let moving: Vec<Option<Takeover>> = groups.iter().map(|it| moving::of_all(&members(it), remarks)).collect();
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    let mut merged = Vec::with_capacity(groups.len());
    for (group, moving) in groups.iter().zip(moving) {
        let mut members = group.iter().filter_map(|unit| units[*unit].take());
        let Some(mut first) = members.next() else { continue };
        if let Some(stem) = stem(&first.name).filter(|_| group.len() > 1) {
            first.name = stem.to_owned();
        }
        if group.len() > 1 {
            first.id = format!("{} and {} more", first.id, group.len() - 1);
        }
        for other in members {
            first.keeps = worst(first.keeps, other.keeps);
            first.volume &= other.volume;
            first.apart = false;
            first.anywhere |= other.anywhere;
            first.budget = first.budget.min(other.budget);
            first.clocks = later(first.clocks, other.clocks);
            first.settings.clustered |= other.settings.clustered;
            first.settings.patience = first.settings.patience.max(other.settings.patience);
            first.members.extend(other.members);
        }
        first.moving = moving;
        let nodes: HashSet<Option<usize>> = first.members.iter().map(|member| member.node).collect();
        if first.form == Form::Service && nodes.len() == first.members.len() {
            // Nobody's Compose changes what is on another host.
            first.clocks.roll = Roll::OneByOne;
        }
        merged.push(first);
    }
    merged
}

fn worst(a: Keeps, b: Keeps) -> Keeps {
    [Keeps::Memory, Keeps::Pod, Keeps::Common, Keeps::Disk, Keeps::Shared]
        .into_iter()
        .find(|it| *it == a || *it == b)
        .unwrap_or(Keeps::Nothing)
}

/// Of two clocks that of whoever takes longer.
fn later(a: Clocks, b: Clocks) -> Clocks {
    let longer = |a: Option<Lapse>, b: Option<Lapse>| Some(a?.with(b?));
    // Compose makes all anew at once that have changed.
    let roll = if a.moved.is_none() && a.drained.is_none() { Roll::Together } else { a.roll };
    Clocks {
        crash_seen: longer(a.crash_seen, b.crash_seen),
        hang_seen: longer(a.hang_seen, b.hang_seen),
        node_seen: longer(a.node_seen, b.node_seen),
        start_seen: longer(a.start_seen, b.start_seen),
        start_allowed: [a.start_allowed, b.start_allowed].into_iter().flatten().min(),
        restart: longer(a.restart, b.restart),
        revive: longer(a.revive, b.revive),
        moved: longer(a.moved, b.moved),
        drained: longer(a.drained, b.drained),
        rolled: longer(a.rolled, b.rolled),
        stop: a.stop.with(b.stop),
        roll,
        update: a.update,
        undrained: a.undrained && b.undrained,
        takeover: a.takeover,
    }
}

/// Gives every unit and every member a name of its own.
pub(super) fn name_apart(units: &mut [Unit]) {
    let mut count: HashMap<String, usize> = HashMap::new();
    for unit in units.iter() {
        *count.entry(unit.name.clone()).or_default() += 1;
    }
    for unit in units.iter_mut().filter(|unit| count[&unit.name] > 1) {
        let place = [&unit.home, &unit.net].into_iter().find(|it| !it.is_empty()).map_or("compose", String::as_str);
        let prefix = format!("{place}/");
        unit.name.insert_str(0, &prefix);
        unit.members.iter_mut().for_each(|member| member.name.insert_str(0, &prefix));
    }
    let (mut parts, mut members) = (HashSet::new(), HashSet::new());
    for unit in units {
        own(&mut unit.name, &mut parts);
        unit.members.iter_mut().for_each(|member| own(&mut member.name, &mut members));
    }
}

/// Puts a number behind a name that is taken.
pub(super) fn own(name: &mut String, taken: &mut HashSet<String>) {
    if !taken.insert(name.clone()) {
        let first = (2_u64..).map(|number| format!("{name}.{number}")).find(|it| taken.insert(it.clone()));
        *name = first.unwrap_or_default();
    }
}
