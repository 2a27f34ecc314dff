//! Parts in columns, so that every flow goes from one column to a later one.

use std::collections::BTreeMap;

use super::flow::{End, Flow, Kind};
use crate::failure::{Role, System};

/// What takes a place in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Item {
    /// A part, or the clients.
    Box(End),
    /// The room that flows to this end take where they pass a column.
    Pass(End),
}

/// The columns from left to right, and each flow as the items that it visits, from left to right.
#[derive(Debug, Default)]
pub(super) struct Columns {
    pub(super) columns: Vec<Vec<Item>>,
    pub(super) paths: Vec<Path>,
}

/// Where a flow goes along.
#[derive(Debug)]
pub(super) struct Path {
    pub(super) flow: Flow,
    /// By column and place there.
    pub(super) visits: Vec<(usize, usize)>,
    /// Whether it goes from right to left.
    pub(super) reversed: bool,
}

/// Rounds in which items move towards what they are tied to; more change nothing that one would see.
const ROUNDS: usize = 6;

/// Puts parts into columns.
pub(super) fn columns(system: &System, flows: &[Flow]) -> Columns {
    let ties: Vec<(End, End, bool)> = oriented(system, flows);
    let ranks = ranks(system, &ties);
    let mut columns: Vec<Vec<Item>> = vec![Vec::new(); ranks.values().max().map_or(0, |last| last + 1)];
    for (end, rank) in &ranks {
        columns[*rank].push(Item::Box(*end));
    }
    let mut routes: Vec<Vec<(usize, Item)>> = Vec::with_capacity(ties.len());
    for (left, right, _) in &ties {
        let (first, last) = (ranks[left], ranks[right]);
        let mut route = vec![(first, Item::Box(*left))];
        for (rank, column) in columns.iter_mut().enumerate().take(last).skip(first + 1) {
            // All that goes to one end passes at one place.
            let pass = Item::Pass(*right);
            if !column.contains(&pass) {
                column.push(pass);
            }
            route.push((rank, pass));
        }
        route.push((last, Item::Box(*right)));
        routes.push(route);
    }
    arrange(&mut columns, &routes);
    let place = |(rank, item): &(usize, Item)| {
        (*rank, columns[*rank].iter().position(|other| other == item).unwrap_or(usize::MAX))
    };
    let mut paths = Vec::with_capacity(flows.len());
    for ((flow, route), (_, _, reversed)) in flows.iter().zip(&routes).zip(&ties) {
        paths.push(Path { flow: *flow, visits: route.iter().map(place).collect(), reversed: *reversed });
    }
    Columns { columns, paths }
}

/// Each flow from its left end to its right one, and whether that is against its direction: who votes and who copies
/// stands behind what is voted on, and of flows in a circle one must go back.
fn oriented(system: &System, flows: &[Flow]) -> Vec<(End, End, bool)> {
    let mut ties: Vec<(End, End, bool)> = flows
        .iter()
        .map(|flow| if flow.kind == Kind::Calls { (flow.from, flow.to, false) } else { (flow.to, flow.from, true) })
        .collect();
    let mut after: BTreeMap<End, Vec<usize>> = BTreeMap::new();
    for (at, (left, _, _)) in ties.iter().enumerate() {
        after.entry(*left).or_default().push(at);
    }
    // Depth first without recursion: a chain of parts may be as long as the system is large.
    let mut done: BTreeMap<End, bool> = BTreeMap::new();
    let starts = std::iter::once(End::Clients).chain((0..system.parts.len()).map(End::Part));
    for start in starts {
        if done.contains_key(&start) {
            continue;
        }
        done.insert(start, false);
        let mut open = vec![(start, 0)];
        while let Some((end, next)) = open.pop() {
            let Some(&tie) = after.get(&end).and_then(|ties| ties.get(next)) else {
                done.insert(end, true);
                continue;
            };
            open.push((end, next + 1));
            let right = ties[tie].1;
            match done.get(&right) {
                None => {
                    done.insert(right, false);
                    open.push((right, 0));
                }
                Some(false) => {
                    let (left, right, reversed) = ties[tie];
                    ties[tie] = (right, left, !reversed);
                }
                Some(true) => {}
            }
        }
    }
    ties
}

/// The column of each end: behind all that call it, and not before those of its kind.
fn ranks(system: &System, ties: &[(End, End, bool)]) -> BTreeMap<End, usize> {
    let least = |part: &crate::failure::Part| match part.role {
        Role::Balancer => 1,
        Role::Service => 2,
        Role::Datastore | Role::External => 3,
        Role::Voter | Role::Synchroniser => 4,
    };
    let mut ranks: BTreeMap<End, usize> =
        system.parts.iter().enumerate().map(|(index, part)| (End::Part(index), least(part))).collect();
    if ties.iter().any(|(left, right, _)| [*left, *right].contains(&End::Clients)) {
        ranks.insert(End::Clients, 0);
    }
    // There is no circle, so this ends; the bound only says so.
    for _ in 0..=system.parts.len() {
        let mut changed = false;
        for (left, right, _) in ties {
            let wanted = ranks[left] + 1;
            if ranks[right] < wanted {
                ranks.insert(*right, wanted);
                changed = true;
            }
        }
        if !changed {
            break;
        }
    }
    // No column stays empty.
    let mut used: Vec<usize> = ranks.values().copied().collect();
    used.sort_unstable();
    used.dedup();
    ranks.into_iter().map(|(end, rank)| (end, used.binary_search(&rank).unwrap_or(0))).collect()
}

/// Orders each column by where its ties are in the columns beside it, so that few lines cross.
fn arrange(columns: &mut [Vec<Item>], routes: &[Vec<(usize, Item)>]) {
    let mut beside: BTreeMap<(usize, Item), Vec<(usize, Item)>> = BTreeMap::new();
    for pair in routes.iter().flat_map(|route| route.windows(2)) {
        beside.entry(pair[0]).or_default().push(pair[1]);
        beside.entry(pair[1]).or_default().push(pair[0]);
    }
    for _ in 0..ROUNDS {
        for rank in 0..columns.len() {
            let place: BTreeMap<(usize, Item), u64> = columns
                .iter()
                .enumerate()
                .flat_map(|(rank, column)| {
                    let of = u64::try_from(column.len()).unwrap_or(1).max(1);
                    // Thousandths of the way down, as columns differ in length.
                    (0..).zip(column).map(move |(at, item): (u64, &Item)| ((rank, *item), (2 * at + 1) * 500 / of))
                })
                .collect();
            columns[rank].sort_by_key(|item| {
                let own = (rank, *item);
                let tied: Vec<u64> = beside.get(&own).into_iter().flatten().map(|other| place[other]).collect();
                let count = u64::try_from(tied.len()).unwrap_or(0);
                tied.iter().sum::<u64>().checked_div(count).unwrap_or(place[&own])
            });
        }
    }
}
