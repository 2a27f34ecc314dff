//! What can fail: parts, what they need, where their members stand, and how long it takes until somebody notices.
//!
//! A [`System`] says nothing of profiles, targets or manifests; all of those become one. Members, nodes, zones and
//! parts are named by their index.

/// Everything that is analysed together.
#[derive(Debug, Clone, Default)]
pub struct System {
    /// What it is called: a profile's name, or that of a file.
    pub name: String,
    /// Where it runs, for people: a target's name.
    pub target: String,
    /// Machines; empty where nothing is known of them.
    pub nodes: Vec<Node>,
    /// Names of zones; empty where there is one.
    pub zones: Vec<String>,
    /// What runs. A part needs only parts; it may stand anywhere in the list.
    pub parts: Vec<Part>,
    /// What one node has for members; nothing where nobody says it.
    pub capacity: Amounts,
    /// What could not be read, a sentence each: nothing is assumed of it.
    pub unknown: Vec<String>,
}

/// What a node has, or what a member asks for; `None` where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Amounts {
    /// Processor, in thousandths of a core.
    pub cpu: Option<u64>,
    /// Memory, in bytes.
    pub memory: Option<u64>,
}

/// A machine.
#[derive(Debug, Clone)]
pub struct Node {
    /// Unique.
    pub name: String,
    /// Index into [`System::zones`]; `None` where nothing is known.
    pub zone: Option<usize>,
}

/// Members that stand in for one another, or one that nothing stands in for.
#[derive(Debug, Clone)]
pub struct Part {
    /// Unique.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// What becomes of it when members are lost.
    pub shape: Shape,
    /// At least one. The first is the primary, or the leader, until something is said to the contrary.
    pub members: Vec<Member>,
    /// What it cannot work without.
    pub needs: Vec<Need>,
    /// Whether the whole fails without it.
    pub critical: bool,
    /// What it keeps.
    pub keeps: Keeps,
    /// Whether no two members share a node, also after one was lost.
    pub apart: bool,
    /// With nodes in fewer zones than these no zone takes a second member; 0 where zones do not count.
    pub zones: usize,
    /// Members that a drain may take at a time; `None` where nobody counts.
    pub budget: Option<u32>,
    /// What one member asks for.
    pub asks: Amounts,
    /// How long things take.
    pub clocks: Clocks,
}

/// One process, or one pod.
#[derive(Debug, Clone)]
pub struct Member {
    /// Unique in the system.
    pub name: String,
    /// Index into [`System::nodes`]; `None` for what runs elsewhere, and where nothing is known.
    pub node: Option<usize>,
}

/// That a part calls another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    /// Index into [`System::parts`].
    pub part: usize,
    /// Whether clients are told when it is away; otherwise wrong answers may be passed on as right ones.
    pub honest: bool,
}

/// What a part is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Clients call it.
    Service,
    /// It stands between clients and services.
    Balancer,
    /// It keeps the state.
    Datastore,
    /// It decides who is the primary of a datastore.
    Voter,
    /// It keeps the state, and somebody else runs it.
    External,
    /// It copies disks.
    Synchroniser,
}

/// What becomes of a part when members are lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Any member serves any request; with one member, nothing stands in for it.
    AnyOf,
    /// One member is written, or holds the address; the others take its place.
    PrimaryReplica {
        /// The part whose majority must agree that another takes over; `None` where members settle it themselves.
        voters: Option<usize>,
        /// Members that must be there beside the primary before it takes writes.
        followers: u32,
        /// Whether another takes over by itself.
        automatic: bool,
    },
    /// More than half of them must agree.
    Quorum,
}

/// What a part keeps, and what ends that.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeps {
    /// Nothing that cannot be had again.
    Nothing,
    /// State that ends with the process.
    Memory,
    /// State that outlives a process, and ends with its pod.
    Pod,
    /// State on a disk of each member, which stays where it is.
    Disk,
    /// State on one disk of a node, which all members have.
    Common,
    /// State on a disk that other nodes reach too, of somebody else.
    Shared,
}

/// A time from the shortest to the longest, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Lapse {
    /// The shortest.
    pub min: u64,
    /// The longest.
    pub max: u64,
}

impl Lapse {
    /// No time at all.
    pub const NONE: Self = Self { min: 0, max: 0 };

    /// Milliseconds from the shortest to the longest.
    pub const fn ms(min: u64, max: u64) -> Self {
        Self { min, max }
    }

    /// One after the other.
    #[must_use]
    pub fn then(self, next: Self) -> Self {
        Self { min: self.min.saturating_add(next.min), max: self.max.saturating_add(next.max) }
    }

    /// Both at the same time: until the later one.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self { min: self.min.max(other.min), max: self.max.max(other.max) }
    }

    /// Until the earlier one.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self { min: self.min.min(other.min), max: self.max.min(other.max) }
    }
}

/// How long things take until clients no longer meet them. `None` is never.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Clocks {
    /// From a member's crash until nobody is sent to it; none where another is asked in its place.
    pub crash_seen: Option<Lapse>,
    /// From the moment in which a member hangs until nobody is sent to it.
    pub hang_seen: Option<Lapse>,
    /// From the loss of a node until nobody is sent to its members.
    pub node_seen: Option<Lapse>,
    /// From the start of a member until nobody is sent to it that does not answer yet; no time where it must answer
    /// before anybody is.
    pub start_seen: Option<Lapse>,
    /// Milliseconds after its start in which a member must answer, or it is ended and started again; `None` where
    /// nothing ends it.
    pub start_allowed: Option<u64>,
    /// Until a member that crashed serves again.
    pub restart: Option<Lapse>,
    /// Until a member that hangs is ended and serves again.
    pub revive: Option<Lapse>,
    /// Until a member of a lost node serves again on another.
    pub moved: Option<Lapse>,
    /// Until a member that a drain ends serves again on another.
    pub drained: Option<Lapse>,
    /// Until a member that is replaced by its next version serves again, where that is not as after a crash: the next
    /// one may be there first.
    pub rolled: Option<Lapse>,
    /// How members are replaced by their next version.
    pub roll: Roll,
    /// What an update does while members are away already.
    pub update: Update,
    /// Whether a drain leaves its members where they are.
    pub undrained: bool,
    /// What clients notice of a member that is ended on purpose while others serve.
    pub stop: Lapse,
    /// Until another member is the primary or the leader, or holds the address.
    pub takeover: Takeover,
}

/// How the members of a part are replaced by their next version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Roll {
    /// One after the other, by whatever starts them.
    #[default]
    OneByOne,
    /// All at the same time.
    Together,
    /// One after the other, each by a person's hand.
    ByHand,
    /// One after the other, and nothing asks whether the next answers before one goes: at the worst all at the same
    /// time.
    Unasked,
    /// Not at all: the next waits for a place that those before it have, and these for the next.
    Stuck,
    /// The next starts beside the one before it, on the same disk.
    Beside,
}

/// What an update, one member after the other, does while members are away already.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Update {
    /// It takes the next one all the same: nobody counts.
    #[default]
    Blind,
    /// It takes the next one all the same, and does not end before all are there.
    Parallel,
    /// It waits until all are there.
    Counted,
    /// The next version's is there before one goes.
    Surge {
        /// Whether that may share a node with one of the version before where no two of one version may.
        beside: bool,
    },
}

/// Until another member takes over, by what happened to the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Takeover {
    /// It crashed.
    pub crash: Lapse,
    /// It hangs.
    pub hang: Lapse,
    /// Its node is lost or cut off.
    pub node: Lapse,
    /// It is ended on purpose, and hands over before; `None` where it does not, and is missed like one that crashed.
    pub planned: Option<Lapse>,
    /// So many of those that vote on the primary must agree that it is away; more than half of them must in any case.
    pub agree: u32,
    /// Whether one that starts waits until as many of those that vote have named the primary to it.
    pub asks: bool,
    /// Whether clients are let in to the primary only while enough follow it: where too few do, reads end with writes.
    pub guarded: bool,
    /// Acknowledged writes of at most this time are lost when it is cut off and goes on being written, in
    /// milliseconds; `None` where there is no bound.
    pub cut_loss: Option<u64>,
    /// Whether nobody finds out that it hangs, so that clients go on being sent to it.
    pub holds: bool,
}

impl Keeps {
    /// Whether it is on the disk of a node, which is lost with the disk and waits for the node.
    pub fn on_node(self) -> bool {
        matches!(self, Self::Disk | Self::Common)
    }
}

impl System {
    /// Index of the part of a name.
    pub fn part(&self, name: &str) -> Option<usize> {
        self.parts.iter().position(|part| part.name == name)
    }

    /// What clients call, by index.
    pub fn services(&self) -> impl Iterator<Item = usize> {
        let parts = self.parts.iter().enumerate();
        parts.filter(|(_, part)| part.role == Role::Service && part.critical).map(|(index, _)| index)
    }

    /// On how many nodes members of a part find a place while these, in rising order, are away.
    pub fn places(&self, part: &Part, away: &[usize]) -> usize {
        let left = self.nodes.len().saturating_sub(away.len());
        if part.zones == 0 {
            return left;
        }
        let mut there = vec![false; self.zones.len()];
        for (index, node) in self.nodes.iter().enumerate() {
            if let Some(zone) = node.zone.filter(|_| away.binary_search(&index).is_err()) {
                there[zone] = true;
            }
        }
        let zones = there.iter().filter(|it| **it).count();
        if zones < part.zones { zones.min(left) } else { left }
    }

    /// How many nodes must be away before a part's members miss them where they would be placed again; as many as
    /// never are where they are not.
    pub(super) fn scarce(&self, part: &Part) -> usize {
        let moves = part.clocks.moved.is_some() || part.clocks.drained.is_some();
        if !moves || self.nodes.is_empty() {
            return usize::MAX;
        }
        let wanted = if part.apart { part.members.len() } else { 1 };
        let few = (self.nodes.len() + 1).saturating_sub(wanted);
        if part.zones == 0 {
            return few;
        }
        let size = |zone: usize| self.nodes.iter().filter(|node| node.zone == Some(zone)).count();
        let sizes: Vec<usize> = (0..self.zones.len()).map(size).filter(|size| *size > 0).collect();
        if sizes.len() < part.zones { 0 } else { few.min(sizes.into_iter().min().unwrap_or(usize::MAX)) }
    }

    /// How many members of a part must be there for all whose primary they vote on; more than half where they do not.
    pub fn agreement(&self, voters: usize) -> usize {
        let of = self.parts[voters].members.len();
        let users = self.parts.iter().filter(|part| part.voters() == Some(voters));
        users.map(|part| part.agreement(of)).max().unwrap_or(of / 2 + 1)
    }

    /// For each part, the parts that it works with: itself and, directly or not, what it needs, in rising order.
    /// What only a part needs that is not critical is not among them: without that part nobody asks for it.
    pub fn closures(&self) -> Vec<Vec<usize>> {
        (0..self.parts.len()).map(|part| self.closure(part)).collect()
    }

    /// The parts that a part works with, as in [`System::closures`].
    pub fn closure(&self, of: usize) -> Vec<usize> {
        let mut seen = vec![false; self.parts.len()];
        let mut open = vec![of];
        while let Some(part) = open.pop() {
            if !std::mem::replace(&mut seen[part], true) && (part == of || self.parts[part].critical) {
                open.extend(self.parts[part].needs.iter().map(|need| need.part));
            }
        }
        (0..self.parts.len()).filter(|part| seen[*part]).collect()
    }

    /// For each part, whether the whole fails without it: it is critical, and a part that needs it matters, or it is
    /// called by clients, or nobody is known to need it.
    pub fn matters(&self) -> Vec<bool> {
        let mut matters: Vec<bool> = self.parts.iter().map(|part| part.critical).collect();
        let mut users: Vec<Vec<usize>> = vec![Vec::new(); self.parts.len()];
        for (index, part) in self.parts.iter().enumerate() {
            for need in part.needs.iter().filter(|need| need.part != index) {
                users[need.part].push(index);
            }
        }
        let mut open: Vec<usize> = (0..self.parts.len()).collect();
        while let Some(index) = open.pop() {
            let idle = !users[index].is_empty() && !users[index].iter().any(|user| matters[*user]);
            if matters[index] && idle && self.parts[index].role != Role::Service {
                matters[index] = false;
            }
            if !matters[index] {
                open.extend(self.parts[index].needs.iter().map(|need| need.part).filter(|need| matters[*need]));
            }
        }
        matters
    }
}

impl Part {
    /// The part that settles who is its primary.
    pub fn voters(&self) -> Option<usize> {
        match self.shape {
            Shape::PrimaryReplica { voters, .. } => voters,
            Shape::AnyOf | Shape::Quorum => None,
        }
    }

    /// Whether it is balancers on hosts of clients: each is its own host's alone, and nobody turns to another.
    pub fn is_each_alone(&self) -> bool {
        let stays = |member: &Member| member.node.is_none();
        self.role == Role::Balancer && self.shape == Shape::AnyOf && self.members.iter().all(stays)
    }

    /// How many of so many that vote on its primary must be there before another takes over.
    pub fn agreement(&self, of: usize) -> usize {
        (of / 2 + 1).max(usize::try_from(self.clocks.takeover.agree).unwrap_or(usize::MAX))
    }

    /// Whether a member may be the primary or the leader. Where a person makes another the primary, it is the first
    /// until then.
    pub fn may_lead(&self, member: usize) -> bool {
        member == 0 || !matches!(self.shape, Shape::PrimaryReplica { automatic: false, .. })
    }
}
