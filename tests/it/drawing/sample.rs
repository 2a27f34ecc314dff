//! Systems by hand.

use a8ctl::failure::{Amounts, Clocks, Keeps, Lapse, Member, Need, Node, Part, Role, Shape, System, Takeover};

/// Nodes over zones by turns: `zones` may be none.
pub(crate) fn ground(nodes: usize, zones: usize) -> System {
    let zone = |at: usize| (zones > 0).then(|| at % zones);
    System {
        name: "books".to_owned(),
        target: "compose".to_owned(),
        nodes: (0..nodes).map(|at| Node { name: format!("node-{}", at + 1), zone: zone(at) }).collect(),
        zones: (0..zones).map(|at| format!("zone-{}", ["a", "b", "c"].get(at).unwrap_or(&"x"))).collect(),
        parts: Vec::new(),
        capacity: Amounts::default(),
        unknown: vec!["Who keeps the network between the zones is not known.".to_owned()],
    }
}

/// Adds a part and says its index. Members stand on nodes by turns, or on none.
pub(crate) fn add(
    system: &mut System,
    name: &str,
    (role, shape): (Role, Shape),
    members: usize,
    needs: &[usize],
) -> usize {
    let nodes = system.nodes.len();
    let node = |at: usize| (role != Role::External).then(|| at.checked_rem(nodes)).flatten();
    let seconds = |min, max| Some(Lapse::ms(min, max));
    system.parts.push(Part {
        name: name.to_owned(),
        role,
        shape,
        members: (0..members).map(|at| Member { name: format!("{name}-{}", at + 1), node: node(at) }).collect(),
        needs: needs.iter().map(|part| Need { part: *part, honest: true }).collect(),
        critical: true,
        keeps: if role == Role::Datastore { Keeps::Disk } else { Keeps::Nothing },
        apart: true,
        zones: 0,
        budget: None,
        asks: Amounts::default(),
        clocks: Clocks {
            crash_seen: Some(Lapse::NONE),
            hang_seen: seconds(2_000, 4_000),
            node_seen: seconds(2_000, 4_000),
            restart: seconds(1_000, 3_000),
            takeover: Takeover {
                crash: Lapse::ms(2_500, 3_600),
                hang: Lapse::ms(2_500, 3_600),
                node: Lapse::ms(2_500, 3_600),
                planned: Some(Lapse::ms(100, 900)),
                agree: 0,
                asks: false,
                guarded: true,
                cut_loss: Some(10_000),
                holds: false,
            },
            ..Clocks::default()
        },
    });
    system.parts.len() - 1
}

/// Balancers with an address that moves, services, a store with voters, and one of somebody else.
pub(crate) fn full(nodes: usize, zones: usize) -> System {
    let mut system = ground(nodes, zones);
    let all = nodes.max(1);
    let led = |voters| Shape::PrimaryReplica { voters, followers: 1, automatic: true };
    let balancer = add(&mut system, "balancer", (Role::Balancer, led(None)), all, &[]);
    let voters = add(&mut system, "ballot", (Role::Voter, Shape::Quorum), 3, &[]);
    let store = add(&mut system, "store", (Role::Datastore, led(Some(voters))), 3, &[voters]);
    let bank = add(&mut system, "bank", (Role::External, Shape::AnyOf), 1, &[]);
    let any = (Role::Service, Shape::AnyOf);
    let shelf = add(&mut system, "shelf", any, all.max(3), &[balancer, store]);
    add(&mut system, "desk", any, all.max(3), &[balancer, shelf, store, bank]);
    system
}

/// Every name hostile.
pub(crate) fn hostile(word: &str) -> System {
    let mut system = full(3, 2);
    system.name = word.to_owned();
    system.target = word.to_owned();
    system.unknown = vec![word.to_owned()];
    let names = system.nodes.iter_mut().map(|node| &mut node.name).chain(system.zones.iter_mut());
    names.for_each(|name| word.clone_into(name));
    for part in &mut system.parts {
        word.clone_into(&mut part.name);
        part.members.iter_mut().for_each(|member| word.clone_into(&mut member.name));
    }
    system
}

/// What a profile may try to get into a page.
pub(crate) const HOSTILE: &[&str] = &[
    "",
    " ",
    "a\"b",
    "a'b",
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style></svg></title>",
    "]]>",
    "-->",
    "<!--",
    "&lt;b&gt;",
    "&#0;",
    "&",
    "a\nb",
    "a\r\n b",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{7f}\u{85}",
    "\u{2028}\u{2029}",
    "\u{202e}txt.exe",
    "\u{2066}a\u{2069}",
    "\u{feff}",
    "\u{ffff}\u{fffe}",
    "\u{e0041}",
    "x\" onload=\"alert(1)",
    "' onclick='alert(1)",
    "javascript:alert(1)",
    "\\",
    "\\\"",
    "\\N \\G \\l",
    "`*a*`",
    "#quot;",
    "#",
    "%%{init: {}}%%",
    "style: #a;",
    "end",
    "subgraph",
    "click m0_0 call x()",
    "\"]; evil[\"",
    "A --> B; C",
    "{{x}}",
    "0-1 0-2;lost:0",
    "名前-ひらがな",
    "🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀🦀",
    "e\u{301}\u{301}\u{301}",
    "WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW",
];
