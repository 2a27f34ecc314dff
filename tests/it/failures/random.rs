//! Systems at random, the same in every run.

use a8ctl::failure::{
    Amounts, Clocks, Keeps, Lapse, Member, Need, Node, Part, Role, Roll, Shape, System, Takeover, Update,
};

use crate::hostile::Random;

/// A small system: up to 4 nodes in up to 3 zones, up to 5 parts of up to 4 members.
pub(crate) fn system(seed: u64) -> System {
    let random = &mut Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    for _ in 0..8 {
        random.below(2);
    }
    let zones = random.below(4);
    let node = |index: usize, random: &mut Random| Node {
        name: format!("n{index}"),
        zone: (zones > 0 && random.below(8) > 0).then(|| random.below(zones)),
    };
    let nodes: Vec<Node> = (0..random.below(5)).map(|index| node(index, random)).collect();
    let count = 1 + random.below(5);
    let roles: Vec<Role> = (0..count).map(|index| role(index, random)).collect();
    let mut parts: Vec<Part> = (0..count).map(|index| part(index, &roles, nodes.len(), random)).collect();
    let members: Vec<u32> = parts.iter().map(|part| u32::try_from(part.members.len()).unwrap()).collect();
    for part in &mut parts {
        // More than there are never agree.
        let most = part.voters().map_or(u32::MAX, |voters| members[voters]);
        part.clocks.takeover.agree = u32::try_from(random.below(4)).unwrap().min(most);
        part.clocks.takeover.asks = random.below(4) == 0;
        part.zones = [0, 0, 2, 3][random.below(4)];
    }
    let zones = (0..zones).map(|zone| format!("z{zone}")).collect();
    System { name: format!("seed {seed}"), nodes, zones, parts, ..System::default() }
}

fn role(index: usize, random: &mut Random) -> Role {
    let roles = [Role::Service, Role::Datastore, Role::Balancer, Role::Voter, Role::External, Role::Synchroniser];
    if index == 0 { Role::Service } else { roles[random.below(roles.len())] }
}

fn part(index: usize, roles: &[Role], nodes: usize, random: &mut Random) -> Part {
    let role = roles[index];
    let voters: Vec<usize> = (0..roles.len()).filter(|other| roles[*other] == Role::Voter).collect();
    let shape = match (role, random.below(4)) {
        (Role::Voter, _) => Shape::Quorum,
        (Role::External | Role::Synchroniser, _) | (_, 0) => Shape::AnyOf,
        (Role::Datastore, 1) => Shape::Quorum,
        (Role::Service, 1..) => Shape::AnyOf,
        _ => Shape::PrimaryReplica {
            voters: voters.get(random.below(voters.len() + 1)).copied(),
            followers: u32::from(random.below(3) == 0),
            automatic: random.below(4) > 0,
        },
    };
    let members = match shape {
        Shape::PrimaryReplica { followers: 1, .. } => 2 + random.below(3),
        _ => 1 + random.below(4),
    };
    let member = |number: usize, random: &mut Random| Member {
        name: format!("p{index}-{number}"),
        node: (role != Role::External && nodes > 0 && random.below(8) > 0).then(|| random.below(nodes)),
    };
    let members: Vec<Member> = (0..members).map(|number| member(number, random)).collect();
    let of_kinds = [Keeps::Nothing, Keeps::Memory, Keeps::Disk, Keeps::Shared];
    Part {
        name: format!("p{index}"),
        role,
        shape,
        members,
        needs: (0..random.below(3)).map(|_| Need { part: random.below(roles.len()), honest: true }).collect(),
        critical: index == 0 || random.below(5) > 0,
        keeps: if role == Role::Voter { Keeps::Nothing } else { of_kinds[random.below(4)] },
        apart: random.below(2) == 0,
        zones: 0,
        budget: [None, Some(0), Some(1), Some(2)][random.below(4)],
        asks: Amounts::default(),
        clocks: clocks(random),
    }
}

fn clocks(random: &mut Random) -> Clocks {
    let lapse = |random: &mut Random| {
        let min = u64::try_from(random.below(4)).unwrap() * 500;
        Lapse::ms(min, min + u64::try_from(random.below(4)).unwrap() * 700)
    };
    let maybe = |random: &mut Random| if random.below(3) == 0 { None } else { Some(lapse(random)) };
    // Whatever is started again takes some time for it.
    let later = |random: &mut Random| maybe(random).map(|it| it.then(Lapse::ms(100, 100)));
    Clocks {
        crash_seen: maybe(random),
        hang_seen: maybe(random),
        node_seen: maybe(random),
        start_seen: maybe(random),
        start_allowed: (random.below(2) == 0).then_some(60_000),
        restart: later(random),
        revive: later(random),
        moved: later(random),
        drained: later(random),
        rolled: later(random),
        roll: [Roll::OneByOne, Roll::OneByOne, Roll::Together, Roll::ByHand][random.below(4)],
        update: Update::Blind,
        undrained: false,
        stop: lapse(random),
        takeover: Takeover {
            crash: lapse(random),
            hang: lapse(random),
            node: lapse(random),
            planned: (random.below(2) == 0).then(|| lapse(random)),
            agree: 0,
            asks: false,
            guarded: random.below(2) == 0,
            cut_loss: (random.below(2) == 0).then_some(2_000),
            holds: false,
        },
    }
}
