//! Systems and faults in one line.
//!
//! A system is a line of pieces between bars: first its nodes, `n1/a` being one in zone `a`, then its parts. A part is
//! its name, its role (`service`, `balancer`, `store`, `voter`, `external`, `sync`), its shape (`any`, `quorum`,
//! `primary`, `manual`), the node of each member (`*` for one that stands on none), and then, in any order, `>name` for
//! what it needs and settings: `memory`, `disk`, `shared`, `optional`, `apart`, `asks`, `surge`, `zones=3`, `budget=1`,
//! `followers=1`, `votes=name`, `agree=2`, `allowed=60000`, and clocks in milliseconds, `restart=100..500`. A clock that
//! is not set is never, a takeover 0.

use a8ctl::failure::{
    Amounts, Analysis, Clocks, Effect, Fault, Keeps, Lapse, Loss, Member, Need, Node, Part, Role, Shape, System,
    Takeover, Update, Verdict, each, single,
};

pub(crate) fn system(line: &str) -> System {
    let mut pieces = line.split('|').map(str::trim);
    let mut system = System { name: "line".to_owned(), ..System::default() };
    for word in pieces.next().unwrap().split_whitespace() {
        let (name, zone) = word.split_once('/').map_or((word, None), |(name, zone)| (name, Some(zone)));
        let zone = zone.map(|zone| {
            system.zones.iter().position(|known| known == zone).unwrap_or_else(|| {
                system.zones.push(zone.to_owned());
                system.zones.len() - 1
            })
        });
        system.nodes.push(Node { name: name.to_owned(), zone });
    }
    let pieces: Vec<&str> = pieces.collect();
    let names: Vec<&str> = pieces.iter().map(|piece| piece.split_whitespace().next().unwrap()).collect();
    system.parts = pieces.iter().map(|piece| part(piece, &names, &system.nodes)).collect();
    system
}

fn part(piece: &str, names: &[&str], nodes: &[Node]) -> Part {
    let index = |name: &str| names.iter().position(|known| *known == name).unwrap_or_else(|| panic!("no part {name}"));
    let mut words = piece.split_whitespace();
    let name = words.next().unwrap().to_owned();
    let role = match words.next().unwrap() {
        "service" => Role::Service,
        "balancer" => Role::Balancer,
        "store" => Role::Datastore,
        "voter" => Role::Voter,
        "external" => Role::External,
        "sync" => Role::Synchroniser,
        other => panic!("{piece}: role {other}"),
    };
    let (mut voters, mut followers) = (None, 0);
    let shape = words.next().unwrap();
    let mut part = Part {
        name,
        role,
        shape: Shape::AnyOf,
        members: Vec::new(),
        needs: Vec::new(),
        critical: true,
        keeps: Keeps::Nothing,
        apart: false,
        zones: 0,
        budget: None,
        asks: Amounts::default(),
        clocks: Clocks {
            takeover: Takeover { planned: Some(Lapse::NONE), ..Takeover::default() },
            ..Clocks::default()
        },
    };
    for word in words {
        let clocks = &mut part.clocks;
        if let Some(need) = word.strip_prefix('>') {
            part.needs.push(Need { part: index(need), honest: true });
        } else if let Some((key, value)) = word.split_once('=') {
            match key {
                "zones" => part.zones = value.parse().unwrap(),
                "budget" => part.budget = value.parse().ok(),
                "followers" => followers = value.parse().unwrap(),
                "votes" => voters = Some(index(value)),
                "crash" => clocks.crash_seen = Some(lapse(value)),
                "hang" => clocks.hang_seen = Some(lapse(value)),
                "node" => clocks.node_seen = Some(lapse(value)),
                "start" => clocks.start_seen = Some(lapse(value)),
                "allowed" => clocks.start_allowed = value.parse().ok(),
                "restart" => clocks.restart = Some(lapse(value)),
                "revive" => clocks.revive = Some(lapse(value)),
                "moved" => clocks.moved = Some(lapse(value)),
                "drained" => clocks.drained = Some(lapse(value)),
                "rolled" => clocks.rolled = Some(lapse(value)),
                "stop" => clocks.stop = lapse(value),
                "t-crash" => clocks.takeover.crash = lapse(value),
                "t-hang" => clocks.takeover.hang = lapse(value),
                "t-node" => clocks.takeover.node = lapse(value),
                "t-planned" => clocks.takeover.planned = Some(lapse(value)),
                "agree" => clocks.takeover.agree = value.parse().unwrap(),
                "cut-loss" => clocks.takeover.cut_loss = value.parse().ok(),
                _ => panic!("{piece}: {word}"),
            }
        } else {
            match word {
                "memory" => part.keeps = Keeps::Memory,
                "disk" => part.keeps = Keeps::Disk,
                "shared" => part.keeps = Keeps::Shared,
                "optional" => part.critical = false,
                "apart" => part.apart = true,
                "asks" => part.clocks.takeover.asks = true,
                "surge" => part.clocks.update = Update::Surge { beside: true },
                _ => {
                    let node = (word != "*").then(|| {
                        let found = nodes.iter().position(|node| node.name == word);
                        found.unwrap_or_else(|| panic!("{piece}: no node {word}"))
                    });
                    let name = format!("{}-{}", part.name, part.members.len());
                    part.members.push(Member { name, node });
                }
            }
        }
    }
    part.shape = match shape {
        "any" => Shape::AnyOf,
        "quorum" => Shape::Quorum,
        "primary" => Shape::PrimaryReplica { voters, followers, automatic: true },
        "manual" => Shape::PrimaryReplica { voters, followers, automatic: false },
        other => panic!("{piece}: shape {other}"),
    };
    part
}

fn lapse(text: &str) -> Lapse {
    let (min, max) = text.split_once("..").unwrap_or((text, text));
    Lapse::ms(min.parse().unwrap(), max.parse().unwrap())
}

/// What failures cost: `kind subject`, several joined by `+`; members have their part's name and a number from 0.
pub(crate) fn verdict(system: &System, faults: &str) -> Verdict {
    let all: Vec<Fault> = single(system).into_iter().chain(each(system)).collect();
    let find = |text: &str| {
        let (kind, subject) = text.trim().split_once(' ').unwrap();
        let found = all.iter().find(|fault| fault.kind.as_str() == kind && fault.subject == subject);
        found.unwrap_or_else(|| panic!("no fault {text}")).clone()
    };
    Analysis::new(system).verdict(faults.split('+').map(find).collect())
}

/// Outcome, lapse, members that are left, what is lost, whether a person must act.
pub(crate) fn text(effect: &Effect) -> String {
    let mut words = vec![effect.outcome.as_str().to_owned()];
    words.extend(effect.lapse.map(|lapse| format!("{}..{}", lapse.min, lapse.max)));
    words.push(format!("{}/{}", effect.left, effect.of));
    words.extend(match effect.loss {
        Loss::None => None,
        Loss::LastMoments => Some("last-moments".to_owned()),
        Loss::Bounded(bound) => Some(format!("bounded={bound}")),
        Loss::OwnCopy => Some("own-copy".to_owned()),
        Loss::Unbounded => Some("unbounded".to_owned()),
        Loss::IfDiskStays => Some("if-disk-stays".to_owned()),
        Loss::All => Some("all".to_owned()),
    });
    words.extend(effect.person.then(|| "person".to_owned()));
    words.join(" ")
}
