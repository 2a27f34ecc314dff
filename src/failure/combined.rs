//! Several failures at once, without trying what cannot cost more than less of it.
//!
//! What failures cost the whole is the worst that they cost any part, and what they cost a part depends on nothing but
//! the hits on its members and on those that vote on its primary, and on how many nodes are left where its members
//! need a place. So a combination costs more than all that is left of it without one of its failures only if, for one
//! part, each of its failures does something to that part. Those are few: they are tried part by part, exactly, and
//! all others are counted.

use std::collections::BTreeMap;

use super::effect::{Effect, Loss, Outcome};
use super::fault::{Fault, each};
use super::hit::Hit;
use super::system::Lapse;
use super::{Analysis, Away, Verdict};

/// So many are kept, the worst first.
const KEPT: usize = 1_000;

/// What is compared, each for itself: the outcome, what is lost that somebody misses, and of what is only interrupted
/// whether no member is left meanwhile, and how long it takes, by its order.
type Cost = (Outcome, Loss, bool, u32);

/// Of what costs nothing.
const FREE: Cost = (Outcome::Survives, Loss::None, false, 0);

fn cost(effect: &Effect) -> Cost {
    let (none_left, order) = match effect.lapse {
        Some(lapse) => (effect.left == 0, order(lapse)),
        None => (false, 0),
    };
    worse((effect.outcome, effect.counted(), none_left, order), FREE)
}

/// Up to 10 s, up to 100 s, and so on: what takes little longer costs no more.
fn order(lapse: Lapse) -> u32 {
    (lapse.max.saturating_sub(1) / 1_000).checked_ilog10().unwrap_or(0)
}

/// What comes of all combinations.
pub(super) struct Combined {
    /// Those that cost more, the worst first.
    pub(super) kept: Vec<Verdict>,
    /// How many there are.
    pub(super) tried: u64,
    /// How many cost more and are not kept.
    pub(super) more: u64,
}

/// What a failure does to one part.
#[derive(Clone, Copy)]
struct Touch<'a> {
    /// Its index.
    fault: usize,
    /// On the part.
    hits: &'a [Hit],
    /// On those that vote on its primary.
    on_voters: &'a [Hit],
    /// Nodes that it takes, in rising order.
    nodes: &'a [usize],
}

/// Everything that does something to one part, and what is known of the failures.
struct Search<'a> {
    analysis: &'a Analysis<'a>,
    part: usize,
    /// Those that hit the part or its voters; after these, those that only take nodes, the most first.
    touches: Vec<Touch<'a>>,
    /// How many of them hit.
    hitting: usize,
    /// So many nodes must be away before that costs the part more.
    scarce: usize,
    alone: &'a [Cost],
}

impl Analysis<'_> {
    /// Every combination of up to `at_once` failures.
    pub(super) fn combined(&self, at_once: u32) -> Combined {
        if at_once < 2 {
            return Combined { kept: Vec::new(), tried: 0, more: 0 };
        }
        let faults = sorted(each(self.system));
        let alone: Vec<Cost> = faults.iter().map(|fault| self.alone(fault)).collect();
        let most = usize::try_from(at_once).unwrap_or(usize::MAX).min(faults.len());
        let searches = self.searches(&faults, &alone, most);
        let mut dearer: BTreeMap<Vec<usize>, Cost> = BTreeMap::new();
        for size in 2..=most {
            let mut found: Vec<(Vec<usize>, Cost)> = Vec::new();
            for search in &searches {
                search.extend(&mut Vec::new(), 0, size, &dearer, &mut found);
            }
            for (set, cost) in found {
                let entry = dearer.entry(set).or_insert(cost);
                *entry = worse(*entry, cost);
            }
        }
        let tried = (2..=most).map(|size| choose(faults.len(), size)).fold(0, u64::saturating_add);
        self.keep(&faults, dearer, tried)
    }

    fn alone(&self, fault: &Fault) -> Cost {
        let of = |(part, effect): &(usize, Effect)| cost(&self.seen_outside(*part, *effect, self.matters[*part]));
        self.costs(&fault.hits, Away::Nodes(&fault.nodes)).iter().map(of).fold(FREE, worse)
    }

    /// For each part, what does something to it.
    fn searches<'s>(&'s self, faults: &'s [Fault], alone: &'s [Cost], most: usize) -> Vec<Search<'s>> {
        let parts = &self.system.parts;
        let mut on: Vec<Vec<(usize, &[Hit])>> = vec![Vec::new(); parts.len()];
        for (index, fault) in faults.iter().enumerate() {
            for hits in fault.hits.chunk_by(|a, b| a.part == b.part) {
                on[hits[0].part].push((index, hits));
            }
        }
        let mut takers: Vec<usize> = (0..faults.len()).filter(|index| !faults[*index].nodes.is_empty()).collect();
        takers.sort_by_key(|index| std::cmp::Reverse(faults[*index].nodes.len()));
        let most_nodes = takers.iter().take(most).map(|index| faults[*index].nodes.len()).sum::<usize>();
        let search = |part: usize| {
            let touch = |fault: usize, hits, on_voters| Touch { fault, hits, on_voters, nodes: &faults[fault].nodes };
            let mut touches: Vec<Touch> = on[part].iter().map(|(fault, hits)| touch(*fault, *hits, &[])).collect();
            for (fault, hits) in parts[part].voters().map_or(&[][..], |voters| &on[voters]) {
                match touches.iter_mut().find(|touch| touch.fault == *fault) {
                    Some(touch) => touch.on_voters = hits,
                    None => touches.push(touch(*fault, &[], hits)),
                }
            }
            let hitting = touches.len();
            let scarce = self.scarce(part);
            if scarce <= most_nodes {
                let others = takers.iter().filter(|fault| !touches.iter().any(|touch| touch.fault == **fault));
                let others: Vec<Touch> = others.map(|fault| touch(*fault, &[], &[])).collect();
                touches.extend(others);
            }
            Search { analysis: self, part, touches, hitting, scarce, alone }
        };
        (0..parts.len()).map(search).collect()
    }

    /// How many nodes must be away before it costs the part, or its voters, more that there are so few.
    fn scarce(&self, part: usize) -> usize {
        let parts = [Some(part), self.system.parts[part].voters()];
        let scarce = parts.iter().flatten().map(|part| self.system.scarce(&self.system.parts[*part]));
        scarce.min().unwrap_or(usize::MAX)
    }

    /// The worst of those that cost more; of those that are alike the first.
    fn keep(&self, faults: &[Fault], dearer: BTreeMap<Vec<usize>, Cost>, tried: u64) -> Combined {
        let mut groups: BTreeMap<(Cost, Vec<usize>), (Vec<usize>, u64)> = BTreeMap::new();
        let alike = alike(faults);
        for (set, cost) in dearer.into_iter().filter(|(_, cost)| *cost > FREE) {
            let mut key: Vec<usize> = set.iter().map(|fault| alike[*fault]).collect();
            key.sort_unstable();
            groups.entry((cost, key)).or_insert((set, 0)).1 += 1;
        }
        let mut groups: Vec<(Cost, Vec<usize>, u64)> =
            groups.into_iter().map(|((cost, _), (set, count))| (cost, set, count)).collect();
        groups.sort_by(|(a, set_a, _), (b, set_b, _)| (b, set_a.len(), set_a).cmp(&(a, set_b.len(), set_b)));
        let more = groups.iter().skip(KEPT).map(|(_, _, count)| count).sum();
        let verdict = |(_, set, alike): &(Cost, Vec<usize>, u64)| {
            let faults = set.iter().map(|fault| faults[*fault].clone()).collect();
            Verdict { alike: *alike, ..self.verdict(faults) }
        };
        let kept = groups.iter().take(KEPT).map(verdict).collect();
        Combined { kept, tried, more }
    }
}

impl Search<'_> {
    /// Tries every set of `size` that begins with `chosen` and goes on with what stands at `from` or behind it.
    fn extend(
        &self,
        chosen: &mut Vec<usize>,
        from: usize,
        size: usize,
        dearer: &BTreeMap<Vec<usize>, Cost>,
        found: &mut Vec<(Vec<usize>, Cost)>,
    ) {
        if chosen.len() == size {
            found.extend(self.dearer(chosen, dearer));
            return;
        }
        let taken: usize = chosen.iter().map(|touch| self.touches[*touch].nodes.len()).sum();
        for at in from..self.touches.len() {
            if at >= self.hitting {
                // From here on they take ever fewer nodes.
                let most = self.touches[at].nodes.len().saturating_mul(size - chosen.len());
                if chosen.is_empty() || taken.saturating_add(most) < self.scarce {
                    return;
                }
            }
            chosen.push(at);
            self.extend(chosen, at + 1, size, dearer, found);
            chosen.pop();
        }
    }

    /// The failures and their cost, if it is more than that of any of them without the others.
    fn dearer(&self, chosen: &[usize], dearer: &BTreeMap<Vec<usize>, Cost>) -> Option<(Vec<usize>, Cost)> {
        let touches = || chosen.iter().map(|touch| &self.touches[*touch]);
        let mut hits: Vec<Hit> = touches().flat_map(|touch| touch.hits).copied().collect();
        if hits.is_empty() {
            return None;
        }
        hits.sort_unstable();
        hits.dedup();
        let mut on_voters: Vec<Hit> = touches().flat_map(|touch| touch.on_voters).copied().collect();
        on_voters.sort_unstable();
        on_voters.dedup();
        let count: usize = touches().map(|touch| touch.nodes.len()).sum();
        let mut nodes: Vec<usize> = Vec::new();
        let away = if count >= self.scarce {
            nodes.extend(touches().flat_map(|touch| touch.nodes));
            nodes.sort_unstable();
            nodes.dedup();
            Away::Nodes(&nodes)
        } else {
            Away::Few(count)
        };
        let analysis = self.analysis;
        let effect = analysis.cost(self.part, &hits, &on_voters, away);
        let own = cost(&analysis.seen_outside(self.part, effect, analysis.matters[self.part]));
        let mut before = touches().map(|touch| self.alone[touch.fault]).fold(FREE, worse);
        if worse(own, before) == before {
            return None;
        }
        let mut set: Vec<usize> = touches().map(|touch| touch.fault).collect();
        set.sort_unstable();
        if set.len() > 2 {
            before = worst_within(&set, dearer, before);
        }
        let cost = worse(own, before);
        (cost != before).then_some((set, cost))
    }
}

/// The worst of everything that is left of a set without some of it.
fn worst_within(set: &[usize], dearer: &BTreeMap<Vec<usize>, Cost>, mut worst: Cost) -> Cost {
    for without in 0..set.len() {
        let mut fewer = set.to_vec();
        fewer.remove(without);
        if let Some(cost) = dearer.get(&fewer) {
            worst = worse(worst, *cost);
        }
        if fewer.len() > 2 {
            worst = worst_within(&fewer, dearer, worst);
        }
    }
    worst
}

fn worse(a: Cost, b: Cost) -> Cost {
    let (outcome, loss) = (a.0.max(b.0), a.1.max(b.1));
    // What has no end asks for no more than that.
    if outcome > Outcome::Interrupted {
        return (outcome, loss, false, 0);
    }
    (outcome, loss, a.2 || b.2, a.3.max(b.3))
}

/// With the hits of each in rising order.
fn sorted(mut faults: Vec<Fault>) -> Vec<Fault> {
    for fault in &mut faults {
        fault.hits.sort_unstable();
    }
    faults
}

/// For each failure a number that it shares with those that differ from it only in the member that is hit.
fn alike(faults: &[Fault]) -> Vec<usize> {
    let mut seen = BTreeMap::new();
    let number = |(index, fault): (usize, &Fault)| match fault.hits[..] {
        [hit] if fault.nodes.is_empty() => *seen.entry((fault.kind, hit.part, hit.how, hit.primary)).or_insert(index),
        _ => index,
    };
    faults.iter().enumerate().map(number).collect()
}

/// How many sets of a size there are.
fn choose(of: usize, size: usize) -> u64 {
    let mut sets: u128 = 1;
    for at in 0..size {
        sets = sets.saturating_mul((of - at) as u128) / (at as u128 + 1);
    }
    u64::try_from(sets).unwrap_or(u64::MAX)
}
