//! Which failures are tried.

use super::hit::{Hit, How};
use super::system::{Keeps, Part, Role, Roll, Shape, System};

/// One thing that goes wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Of which kind.
    pub kind: Kind,
    /// What it happens to: a part, a node, a zone.
    pub subject: String,
    /// What that does to members.
    pub hits: Vec<Hit>,
    /// Nodes on which nothing can be started meanwhile, in rising order.
    pub nodes: Vec<usize>,
}

/// The kinds of failures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A process of a service ends.
    ReplicaCrash,
    /// A process of a service stands still, with its connections open.
    ReplicaHang,
    /// A process that was started takes far longer than usual, nobody knows how long, until it answers. (Where it was
    /// written it stays away like one that ended: [`Kind::DatastorePrimaryCrash`].)
    ReplicaSlowStart,
    /// A machine is gone.
    NodeLoss,
    /// All machines of a zone are gone.
    ZoneLoss,
    /// The server of a datastore that is written ends, and stays away.
    DatastorePrimaryCrash,
    /// It stands still.
    DatastorePrimaryHang,
    /// Another server of a datastore ends, or one that votes on which is written.
    DatastoreReplicaCrash,
    /// More than half of the servers of a datastore, or of those that vote, are gone until somebody starts them.
    DatastoreMajorityLoss,
    /// The server that is written ends and is there again at once.
    DatastoreRestart,
    /// The disk of a server of a datastore is empty.
    DatastoreDiskLoss,
    /// A datastore of somebody else does not answer.
    DatastoreUnreachable,
    /// A balancer that clients call ends.
    BalancerCrash,
    /// A machine or a zone is cut off from the others and goes on.
    NetworkCut,
    /// A machine is emptied on purpose.
    Drain,
    /// A part is replaced by its next version, one member after the other.
    RollingUpdate,
}

impl Kind {
    /// Every one, as it is written.
    pub const ALL: &[(&'static str, Self)] = &[
        ("replica-crash", Self::ReplicaCrash),
        ("replica-hang", Self::ReplicaHang),
        ("replica-slow-start", Self::ReplicaSlowStart),
        ("node-loss", Self::NodeLoss),
        ("zone-loss", Self::ZoneLoss),
        ("datastore-primary-crash", Self::DatastorePrimaryCrash),
        ("datastore-primary-hang", Self::DatastorePrimaryHang),
        ("datastore-replica-crash", Self::DatastoreReplicaCrash),
        ("datastore-majority-loss", Self::DatastoreMajorityLoss),
        ("datastore-restart", Self::DatastoreRestart),
        ("datastore-disk-loss", Self::DatastoreDiskLoss),
        ("datastore-unreachable", Self::DatastoreUnreachable),
        ("balancer-crash", Self::BalancerCrash),
        ("network-cut", Self::NetworkCut),
        ("drain", Self::Drain),
        ("rolling-update", Self::RollingUpdate),
    ];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(_, kind)| *kind == self).map_or("", |(word, _)| word)
    }
}

impl Fault {
    fn of(kind: Kind, subject: &str, hits: Vec<Hit>) -> Self {
        Self { kind, subject: subject.to_owned(), hits, nodes: Vec::new() }
    }

    /// What several do at once: hits and nodes, each in rising order.
    pub fn together(faults: &[&Self]) -> (Vec<Hit>, Vec<usize>) {
        let mut hits: Vec<Hit> = faults.iter().flat_map(|fault| &fault.hits).copied().collect();
        hits.sort_unstable();
        hits.dedup();
        let mut nodes: Vec<usize> = faults.iter().flat_map(|fault| &fault.nodes).copied().collect();
        nodes.sort_unstable();
        nodes.dedup();
        (hits, nodes)
    }
}

/// Every single failure of a system, members that stand in for one another as one.
pub fn single(system: &System) -> Vec<Fault> {
    let mut faults: Vec<Fault> = (0..system.parts.len()).flat_map(|index| of_part(system, index)).collect();
    faults.extend(of_places(system));
    // By kind, as they are listed; within a kind in the system's order.
    faults.sort_by_key(|fault| fault.kind);
    faults
}

/// Every single failure of a system, each member's its own: what is combined.
pub fn each(system: &System) -> Vec<Fault> {
    let mut faults: Vec<Fault> = (0..system.parts.len()).flat_map(|index| of_members(system, index)).collect();
    faults.extend(of_places(system));
    faults
}

/// What can happen to the members of one part.
fn of_members(system: &System, index: usize) -> Vec<Fault> {
    let part = &system.parts[index];
    let mut faults = Vec::new();
    for fault in of_part(system, index) {
        let [hit] = fault.hits[..] else {
            faults.push(fault);
            continue;
        };
        // Only one is the server that is written, and it is the first, unless all are.
        let first = match fault.kind {
            Kind::DatastorePrimaryCrash => true,
            Kind::DatastorePrimaryHang | Kind::DatastoreRestart => part.shape != Shape::AnyOf,
            _ => false,
        };
        let follows = matches!(fault.kind, Kind::DatastoreReplicaCrash | Kind::ReplicaSlowStart);
        let from = usize::from(follows && part.role == Role::Datastore && !hit.primary);
        let members = if first { 0..1 } else { from..part.members.len() };
        faults.extend(members.map(|member| {
            let leads = hit.primary && (hit.member == member || part.may_lead(member));
            let name = if part.members.len() > 1 { &part.members[member].name } else { &part.name };
            Fault::of(fault.kind, name, vec![Hit { member, primary: leads, ..hit }])
        }));
    }
    faults
}

/// What can happen to one part.
fn of_part(system: &System, index: usize) -> Vec<Fault> {
    let part = &system.parts[index];
    let hit = |member: usize, how: How, primary: bool| Hit { part: index, member, how, primary };
    let one = |kind: Kind, how: How| Fault::of(kind, &part.name, vec![hit(0, how, true)]);
    let last = part.members.len().saturating_sub(1);
    let mut faults = Vec::new();
    match part.role {
        Role::Service | Role::Synchroniser => {
            faults.push(one(Kind::ReplicaCrash, How::Crashed));
            faults.push(one(Kind::ReplicaHang, How::Hung));
            faults.push(one(Kind::ReplicaSlowStart, How::Slow));
            // A service that keeps a disk of its own is its own datastore.
            if part.keeps.on_node() {
                faults.push(disk_loss(part, index));
            }
        }
        Role::Balancer => {
            faults.push(one(Kind::BalancerCrash, How::Crashed));
            faults.push(one(Kind::ReplicaHang, How::Hung));
        }
        Role::Voter => {
            faults.push(Fault::of(Kind::DatastoreReplicaCrash, &part.name, vec![hit(0, How::Crashed, false)]));
            faults.push(Fault::of(Kind::ReplicaSlowStart, &part.name, vec![hit(0, How::Slow, false)]));
            faults.extend(majority(part, index));
        }
        Role::External => {
            let hits = (0..part.members.len()).map(|member| hit(member, How::Gone, true)).collect();
            return vec![Fault::of(Kind::DatastoreUnreachable, &part.name, hits)];
        }
        Role::Datastore => {
            faults.push(one(Kind::DatastorePrimaryCrash, How::Crashed));
            faults.push(one(Kind::DatastorePrimaryHang, How::Hung));
            faults.push(one(Kind::DatastoreRestart, How::Restarted));
            let leads = last == 0 || part.shape == Shape::AnyOf;
            faults.push(Fault::of(Kind::ReplicaSlowStart, &part.name, vec![hit(last, How::Slow, leads)]));
            if last > 0 {
                faults.push(Fault::of(Kind::DatastoreReplicaCrash, &part.name, vec![hit(last, How::Crashed, leads)]));
                faults.extend(majority(part, index));
            }
            if part.keeps.on_node() {
                faults.push(disk_loss(part, index));
            }
        }
    }
    let all = matches!(part.clocks.roll, Roll::Together | Roll::Unasked);
    let rolled = if all { part.members.len() } else { 1 };
    let hits = (0..rolled).map(|member| hit(member, How::Rolled, true)).collect();
    faults.push(Fault::of(Kind::RollingUpdate, &part.name, hits));
    faults
}

/// The disk of one member, or the one that all of them have.
fn disk_loss(part: &Part, index: usize) -> Fault {
    let members = if part.keeps == Keeps::Common { part.members.len() } else { 1 };
    let hit = |member: usize| Hit { part: index, member, how: How::DiskLost, primary: true };
    Fault::of(Kind::DatastoreDiskLoss, &part.name, (0..members).map(hit).collect())
}

/// More than half of a part, the primary among them.
fn majority(part: &Part, index: usize) -> Option<Fault> {
    let wanted = part.members.len() / 2 + 1;
    let hit = |member: usize| Hit { part: index, member, how: How::Gone, primary: true };
    let hits = (0..wanted).map(hit).collect();
    (part.members.len() > 1).then(|| Fault::of(Kind::DatastoreMajorityLoss, &part.name, hits))
}

/// What can happen to machines and zones.
fn of_places(system: &System) -> Vec<Fault> {
    let mut on: Vec<Vec<(usize, usize)>> = vec![Vec::new(); system.nodes.len()];
    for (index, part) in system.parts.iter().enumerate() {
        for (number, member) in part.members.iter().enumerate() {
            if let Some(node) = member.node {
                on[node].push((index, number));
            }
        }
    }
    let fault = |kind: Kind, subject: &str, nodes: Vec<usize>, how: How| {
        // Whoever is the primary, it may be one of these.
        let leads = |part: usize, member: usize| system.parts[part].may_lead(member);
        let hit = |&(part, member): &(usize, usize)| Hit { part, member, how, primary: leads(part, member) };
        let stays = |part: usize| how == How::Drained && system.parts[part].clocks.undrained;
        let hits = nodes.iter().flat_map(|node| &on[*node]).filter(|(part, _)| !stays(*part)).map(hit).collect();
        Fault { kind, subject: subject.to_owned(), hits, nodes }
    };
    let mut faults = Vec::new();
    for (index, node) in system.nodes.iter().enumerate() {
        faults.push(fault(Kind::NodeLoss, &node.name, vec![index], How::NodeLost));
        faults.push(fault(Kind::Drain, &node.name, vec![index], How::Drained));
        if system.nodes.len() > 1 {
            faults.push(fault(Kind::NetworkCut, &node.name, vec![index], How::CutOff));
        }
    }
    for (index, zone) in system.zones.iter().enumerate() {
        let within = |(_, node): &(usize, &super::system::Node)| node.zone == Some(index);
        let nodes: Vec<usize> = system.nodes.iter().enumerate().filter(within).map(|(node, _)| node).collect();
        faults.push(fault(Kind::ZoneLoss, zone, nodes.clone(), How::NodeLost));
        if system.zones.len() > 1 {
            faults.push(fault(Kind::NetworkCut, zone, nodes, How::CutOff));
        }
    }
    faults
}
