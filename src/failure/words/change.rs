//! Which changes would make a failure cost nothing, before they are words.

use crate::failure::{Effect, How, Kind, Outcome, Part, Reason, Role, Roll, Shape, Verdict};

use super::{Hand, Origin, Words};

/// One change. Numbers are the least that suffice; parts are indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    /// So many members of a part of which there are several already, or which asks for nothing but a number.
    Members(usize, u32),
    /// Several of a part of which there is one, with what makes one of them stand in for another.
    Several(usize),
    /// So many of those that vote, and no more, must agree on another primary.
    Votes(usize, u32),
    /// So many machines.
    Nodes(u32),
    /// So many zones.
    Zones(u32),
    /// Members of a part on different machines.
    Spread(usize),
    /// A disk for what a part keeps in memory.
    Persistent(usize),
    /// A disk of somebody else, which other machines reach too, for what a part keeps on its own.
    Shared(usize),
    /// An address that moves between the balancers.
    Vip,
    /// Questions that find out that a member of a part hangs.
    Probes(usize),
    /// A question that a member of a part must answer before anybody is sent to it.
    AskFirst(usize),
    /// It cannot be hidden, but made shorter.
    Quicker(usize),
    /// Oftener and with less patience asked whether a member of a part that hangs answers.
    Ask(usize),
    /// A member of a part that is ended on purpose waits until nobody is sent to it.
    Drain(usize),
    /// Nothing here: how soon a machine is given up is its cluster's own.
    Grace,
    /// One after the other what is done on purpose.
    Later,
    /// A datastore that agrees on each write before it acknowledges it.
    Agreeing(usize),
    /// A budget that lets one member be ended.
    Budget(usize),
    /// Somebody else's to mend.
    Elsewhere(usize),
    /// Nothing but a person starting it again, or a backup.
    Restore(usize),
    /// Members of a part replaced one after the other, and not all at the same time.
    OneByOne(usize),
    /// Members of a part that are started again when they end.
    Again(usize),
    /// Members of a part that are not bound to one machine.
    Unbound(usize),
    /// Members of a part that go before the next ones come.
    InPlace(usize),
    /// The same, for a disk that only one may write at a time.
    OnOneDisk(usize),
    /// It cannot be hidden, nor made shorter.
    Unhidden(usize),
}

/// Everything that must change together; nothing where nothing need be mended.
pub(super) fn changes(words: &Words<'_>, verdict: &Verdict) -> Vec<Change> {
    let whole = verdict.effect.outcome;
    let waits = |effect: &Effect| matches!(effect.reason, Reason::Blocked | Reason::NoPlace);
    if whole == Outcome::Survives && !waits(&verdict.effect) {
        return Vec::new();
    }
    let end = |effect: &Effect| effect.lapse.map(|lapse| lapse.max);
    // Of what is only interrupted that counts which lasts longest; beside what is worse, what has no end either.
    let decides = |effect: &Effect| match whole {
        Outcome::Survives => true,
        Outcome::Interrupted => end(effect) == end(&verdict.effect),
        _ => effect.outcome == whole || (effect.outcome > Outcome::Interrupted && effect.lapse.is_none()),
    };
    let mut changes: Vec<Change> = Vec::new();
    for (part, effect) in words.missed(verdict) {
        if decides(effect) && (effect.outcome > Outcome::Survives || waits(effect)) {
            for change in of_part(words, verdict, *part, effect) {
                add(&mut changes, change);
            }
        }
    }
    if changes.iter().any(|change| matches!(change, Change::Spread(_))) {
        // What is spread, is spread for all, and each member takes a machine.
        let spread = |part: &&Part| !matches!(part.role, Role::Balancer | Role::External);
        let most = words.system.parts.iter().filter(spread).map(|part| part.members.len()).max().unwrap_or(0);
        if !words.system.nodes.is_empty() && words.system.nodes.len() < most {
            add(&mut changes, Change::Nodes(u32::try_from(most).unwrap_or(u32::MAX)));
        }
    }
    // Replicas before the machines for them.
    changes.sort_by_key(|change| match change {
        Change::Members(..) | Change::Several(_) => 0,
        Change::Nodes(_) | Change::Zones(_) => 1,
        Change::Spread(_) => 2,
        _ => 3,
    });
    changes
}

/// Of two that differ in their number, the larger one is enough.
fn add(changes: &mut Vec<Change>, change: Change) {
    for other in changes.iter_mut() {
        match (other, change) {
            (Change::Nodes(a), Change::Nodes(b)) | (Change::Zones(a), Change::Zones(b)) => {
                *a = (*a).max(b);
                return;
            }
            // What is spread, is spread for all.
            (Change::Spread(_), Change::Spread(_)) => return,
            (other, change) if *other == change => return,
            _ => {}
        }
    }
    changes.push(change);
}

fn of_part(words: &Words<'_>, verdict: &Verdict, index: usize, effect: &Effect) -> Vec<Change> {
    let part = &words.system.parts[index];
    if verdict.faults.iter().any(|fault| fault.kind == Kind::DatastoreMajorityLoss)
        && effect.outcome > Outcome::Survives
    {
        return vec![Change::Restore(index)];
    }
    let together = part.clocks.roll == Roll::Together && part.members.len() > 1;
    let unasked = part.clocks.roll == Roll::Unasked;
    let emptied = matches!(effect.reason, Reason::InMemory | Reason::WithPod);
    if unasked && !emptied && verdict.faults.iter().all(|fault| fault.kind == Kind::RollingUpdate) {
        return vec![Change::AskFirst(index)];
    }
    if together && verdict.faults.iter().all(|fault| fault.kind == Kind::RollingUpdate) {
        return vec![Change::OneByOne(index)];
    }
    match effect.reason {
        Reason::Elsewhere => vec![Change::Elsewhere(index)],
        Reason::Blocked if part.budget.is_some_and(|budget| budget > 0) => room(words, part),
        Reason::Blocked if part.members.len() > 1 => vec![Change::Budget(index)],
        Reason::Blocked => vec![Change::Members(index, 2), Change::Budget(index)],
        Reason::ShareForEver if slow(verdict) => vec![Change::AskFirst(index)],
        // Clients that have a balancer each have no other.
        Reason::ShareForEver if part.is_each_alone() => vec![Change::Unhidden(index)],
        Reason::ShareForEver if part.role == Role::Balancer && of_machines(verdict) => vec![Change::Vip],
        Reason::ShareForEver => vec![Change::Probes(index)],
        Reason::ShareUntilSeen if part.role == Role::Service => vec![sooner(verdict, index)],
        Reason::ShareUntilSeen if part.is_each_alone() => vec![Change::Unhidden(index)],
        Reason::ShareUntilSeen | Reason::TakesOver => vec![Change::Quicker(index)],
        Reason::HandsOver | Reason::BackFirst => vec![Change::Unhidden(index)],
        Reason::CutOff => vec![Change::Agreeing(index)],
        Reason::NoPlace if part.keeps.on_node() => vec![Change::OnOneDisk(index)],
        Reason::NoPlace => vec![Change::InPlace(index)],
        Reason::TwoOnDisk => vec![Change::OnOneDisk(index)],
        Reason::Unnoticed => vec![Change::Probes(index)],
        Reason::InMemory | Reason::WithPod => {
            let mut changes = vec![Change::Persistent(index)];
            // A service whose memory is kept elsewhere must be there itself, too.
            if part.role == Role::Datastore {
                changes.extend(redundancy(words, verdict, index));
            }
            changes
        }
        Reason::NobodyElects if part.role == Role::Service => vec![Change::Shared(index)],
        Reason::NobodyElects if part.role == Role::Synchroniser => {
            // Where the disk is shared, nothing copies it.
            let copied = |user: &Part| user.role == Role::Service && user.needs.iter().any(|need| need.part == index);
            let found = words.system.parts.iter().position(copied);
            vec![found.map_or(Change::Several(index), Change::Shared)]
        }
        Reason::NobodyElects => vec![Change::Several(index)],
        Reason::VotersShort => {
            let voters = part.voters().unwrap_or(index);
            let mut changes = redundancy(words, verdict, voters);
            let of = words.system.parts[voters].members.len();
            let wanted = of.max(2 * verdict.faults.len() + 1) / 2 + 1;
            if part.agreement(of) > wanted {
                changes.push(Change::Votes(voters, u32::try_from(wanted).unwrap_or(u32::MAX)));
            }
            changes
        }
        Reason::ComesBack if back_sooner(part, effect) => vec![Change::Unhidden(index)],
        Reason::ComesBack
        | Reason::Gone
        | Reason::Starts
        | Reason::DiskAway
        | Reason::LastDisk
        | Reason::NoMajority
        | Reason::ReadsOnly => {
            // Nothing copies what a service keeps on a disk of its own.
            let alone = part.role == Role::Service && part.keeps.on_node() && part.shape == Shape::AnyOf;
            let shared = alone.then_some(Change::Shared(index));
            const ENDS: &[Kind] =
                &[Kind::ReplicaCrash, Kind::BalancerCrash, Kind::DatastorePrimaryCrash, Kind::DatastoreRestart];
            // What nothing starts again needs that first.
            let ends = verdict.faults.iter().all(|fault| ENDS.contains(&fault.kind));
            if effect.reason == Reason::Gone && part.clocks.restart.is_none() && ends {
                return vec![Change::Again(index)];
            }
            shared.into_iter().chain(redundancy(words, verdict, index)).collect()
        }
        _ => Vec::new(),
    }
}

/// How long it takes at most until another server is the primary, or another balancer has the address.
const TAKEOVER: u64 = 4_000;

/// Whether what nothing stands in for is back before another would have its part.
fn back_sooner(part: &Part, effect: &Effect) -> bool {
    let alone = part.members.len() == 1 && matches!(part.role, Role::Datastore | Role::Balancer);
    alone && effect.lapse.is_some_and(|lapse| lapse.max <= TAKEOVER)
}

/// What decides how long a part's members are met that are away.
fn sooner(verdict: &Verdict, index: usize) -> Change {
    let hits = verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.part == index);
    let worst = hits.map(|hit| hit.how).max_by_key(|how| match how {
        How::NodeLost | How::CutOff => 3,
        How::Hung => 2,
        How::Drained | How::Rolled => 0,
        _ => 1,
    });
    match worst {
        Some(How::NodeLost | How::CutOff) => Change::Grace,
        Some(How::Hung) => Change::Ask(index),
        Some(How::Drained | How::Rolled) => Change::Drain(index),
        _ => Change::Unhidden(index),
    }
}

/// A place for members that are ended on purpose, so that the next may be.
fn room(words: &Words<'_>, part: &Part) -> Vec<Change> {
    if part.clocks.drained.is_none() {
        return vec![Change::Later];
    }
    let nodes = if part.apart { part.members.len() + 1 } else { words.system.nodes.len() + 1 };
    vec![Change::Nodes(u32::try_from(nodes).unwrap_or(u32::MAX))]
}

/// Whether whole machines are away.
fn of_machines(verdict: &Verdict) -> bool {
    verdict.faults.iter().all(|fault| !fault.nodes.is_empty())
}

/// Whether all that happens is that members start slowly.
fn slow(verdict: &Verdict) -> bool {
    verdict.faults.iter().flat_map(|fault| &fault.hits).all(|hit| hit.how == How::Slow)
}

/// Members, and machines or zones for them, of which so many may be lost as are.
fn redundancy(words: &Words<'_>, verdict: &Verdict, index: usize) -> Vec<Change> {
    let (system, part) = (words.system, &words.system.parts[index]);
    let lost = u32::try_from(verdict.faults.len()).unwrap_or(1);
    let wanted = wanted(part, lost);
    let have = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let mut changes = Vec::new();
    if part.role == Role::Balancer && part.members.len() < 2 {
        changes.extend([Change::Nodes(wanted), Change::Vip]);
        return changes;
    }
    let one = part.role == Role::Datastore && part.shape == Shape::AnyOf;
    let short = have(part.members.len()) < wanted;
    if short {
        changes.push(if one { Change::Several(index) } else { Change::Members(index, wanted) });
    }
    // One server becomes three, each with a node of its own.
    let (wanted, apart) = if short && one { (wanted.max(3), true) } else { (wanted, part.apart) };
    let of_node = |how: How| matches!(how, How::NodeLost | How::CutOff | How::Drained);
    let places = verdict.faults.iter().any(|fault| fault.hits.iter().any(|hit| of_node(hit.how)));
    let zones = verdict.faults.iter().any(|fault| {
        fault.kind == Kind::ZoneLoss || (fault.kind == Kind::NetworkCut && system.zones.contains(&fault.subject))
    });
    if zones && have(system.zones.len()) < wanted {
        changes.push(Change::Zones(wanted));
    }
    if (places || (short && apart)) && !system.nodes.is_empty() && have(system.nodes.len()) < wanted {
        changes.push(Change::Nodes(wanted));
    }
    if places && !apart {
        let bound = |hand: &Hand| hand.parts.get(index).is_some_and(|held| held.pinned);
        let pinned = matches!(words.origin, Origin::Manifests(hand) if bound(hand));
        changes.push(if pinned { Change::Unbound(index) } else { Change::Spread(index) });
    }
    changes
}

/// Members of which so many may be lost.
fn wanted(part: &Part, lost: u32) -> u32 {
    match part.shape {
        Shape::AnyOf => lost + 1,
        Shape::PrimaryReplica { followers, .. } => 1 + followers + lost,
        Shape::Quorum => 2 * lost + 1,
    }
}
