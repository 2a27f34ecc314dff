//! The state after the loss of one node, worked by hand.

use a8ctl::failure::{Keys, Origin, Update, after_loss, after_node_loss, of_placed};
use a8ctl::topology::Platform;

use super::{build, lowered};

/// A system, its update, what is said of its first part, and why.
type Case = (&'static str, Update, &'static str, &'static str);

const GOES: &str = "a further drain goes on, an update goes on";
const SURGE: Update = Update::Surge { beside: true };
const BESIDE_NONE: Update = Update::Surge { beside: false };

const CASES: &[Case] = &[
    (
        "n1 n2 n3 | app service any n1 n2 n3 moved=5000 drained=5000 budget=1",
        SURGE,
        "all 3 are placed again; {GOES}",
        "two may share a node",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 apart moved=5000 drained=5000 budget=1",
        SURGE,
        "2 of 3, for no two may share a node; a further drain waits for the node, an update does not end before the \
         node is back",
        "one waits for its node: that uses up the budget, and its next version waits with it",
    ),
    (
        "n1 n2 n3 n4 | app service any n1 n2 n3 apart moved=5000 drained=5000 budget=1",
        SURGE,
        "all 3 are placed again; a further drain goes on, an update goes on",
        "the fourth node takes it; a drain of another leaves two and waits for nobody",
    ),
    (
        "n1 n2 n3 n4 | app service any n1 n2 n3 apart moved=5000 drained=5000 budget=1",
        BESIDE_NONE,
        "all 3 are placed again; a further drain goes on, an update does not end before the node is back",
        "the next version needs a fourth node, and three are left",
    ),
    (
        "n1 n2 n3 n4 n5 | app service any n1 n2 n3 apart moved=5000 drained=5000 budget=1",
        BESIDE_NONE,
        "all 3 are placed again; {GOES}",
        "of four that are left one is free",
    ),
    (
        "n1 n2 n3 | db store quorum n1 n2 n3 disk budget=1",
        Update::Counted,
        "2 of 3, for the disk is on the lost node; a further drain waits for the node, an update does not end before \
         the node is back",
        "two of three agree, and no more may be ended",
    ),
    (
        "n1 n2 n3 | db store quorum n1 n2 n3 disk",
        Update::Blind,
        "2 of 3, for the disk is on the lost node; a further drain leaves too few, an update leaves too few meanwhile",
        "nobody counts, and one of three decides nothing",
    ),
    (
        "n1 n2 n3 n4 n5 | db store quorum n1 n2 n3 n4 n5 disk budget=2",
        Update::Blind,
        "4 of 5, for the disk is on the lost node; {GOES}",
        "of five, three are enough",
    ),
    (
        "n1/a n2/b n3/c n4/a | app service any n1 n2 n3 apart zones=3 moved=5000 drained=5000 budget=1",
        SURGE,
        "2 of 3, for no zone takes a second one while another has no node; a further drain waits for the node, an \
         update does not end before the node is back",
        "the fourth node is free, and in a zone that has one: with two of three zones each takes one",
    ),
    (
        "n1/a n2/b n3/c n4/a | app service any n2 n3 apart zones=2 moved=5000 drained=5000 budget=1",
        SURGE,
        "all 2 are placed again; {GOES}",
        "two zones are left, and two are enough for two",
    ),
    (
        "n1 n2 n3 n4 n5 | db store quorum n1 n2 n3 n4 n5 disk budget=2",
        Update::Parallel,
        "4 of 5, for the disk is on the lost node; a further drain goes on, an update does not end before the node is \
         back",
        "the others are replaced first, one at a time, and then it waits for the one that is away",
    ),
    (
        "n1 n2 n3 | db store quorum n1 n2 n3 disk budget=1",
        Update::Parallel,
        "2 of 3, for the disk is on the lost node; a further drain waits for the node, an update leaves too few \
         meanwhile",
        "whoever is away, the last one is replaced first",
    ),
    (
        "n1 n2 n3 | db store primary n1 n2 n3 disk votes=v agree=3 | v voter quorum n1 n2 n3",
        Update::Blind,
        "2 of 3, for the disk is on the lost node: too few to serve; a further drain leaves too few, an update leaves \
         too few meanwhile",
        "two of the three that must agree are left, and the primary may be the one that is away",
    ),
    (
        "n1 n2 n3 | db store primary n1 n2 n3 disk followers=1",
        Update::Blind,
        "2 of 3, for the disk is on the lost node; a further drain leaves too few, an update leaves too few meanwhile",
        "the primary takes no writes without one that follows",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3",
        Update::Blind,
        "2 of 3, for nothing starts it elsewhere; {GOES}",
        "on hosts replicas stay where they are, and the last of them serves",
    ),
    (
        "n1 n2 | app service any n1 n2",
        Update::Blind,
        "1 of 2, for nothing starts it elsewhere; a further drain leaves too few, an update goes on",
        "the one that is left is replaced as any single one is, and its node is the last",
    ),
    (
        "n1 n2 n3 | app service any n1 moved=5000 drained=5000 budget=1",
        SURGE,
        "placed again; {GOES}",
        "one that stands alone is interrupted by a drain, and comes back",
    ),
    (
        "n1 n2 | app service any n1 n2 n1 n2 apart",
        Update::Blind,
        "2 of 4, for nothing starts it elsewhere; a further \
      drain leaves too few, an update goes on",
        "a node takes all that is on it",
    ),
    ("n1 | app service any n1 n1 moved=5000", SURGE, "none of 2, for no node is left", "the only node"),
    ("n1 n2 | app service any n2 disk", Update::Blind, "none of 1, for the disk is on the lost node", "its only disk"),
    (
        "n1 n2 | db store quorum n1 n2 n2 disk",
        Update::Blind,
        "1 of 3, for the disk is on the lost node: too few to serve; a further drain leaves too few, an update goes on",
        "the node with two of three",
    ),
    (
        "n1 n2 n3 | app service any n1 n2 n3 moved=5000 drained=5000",
        SURGE,
        "all 3 are placed again; {GOES}",
        "without a budget a drain takes two at a time, and the third serves",
    ),
    (
        "n1 n2 | app service any n1 n2 moved=5000 drained=5000",
        SURGE,
        "all 2 are placed again; a further drain leaves too few, an update goes on",
        "both stand on the last node",
    ),
];

#[test]
fn every_state_is_as_worked_by_hand() {
    let mut wrong = Vec::new();
    for (line, update, expected, why) in CASES {
        let mut system = build::system(line);
        system.parts[0].clocks.update = *update;
        let (expected, got) =
            (expected.replace("{GOES}", GOES), of_placed(&after_node_loss(&system).unwrap().parts[0]));
        if got != expected {
            wrong.push(format!("{line}\n  expected {expected}: {why}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), CASES.len(), wrong.join("\n"));
}

#[test]
fn nothing_is_said_of_what_stands_on_no_node() {
    assert!(after_node_loss(&build::system("| app service any * >db | db external any *")).is_none());
    let elsewhere = build::system("n1 n2 | app service any n1 n2 >db | db external any *");
    assert_eq!(after_node_loss(&elsewhere).unwrap().parts.len(), 1);
}

/// What is said of a profile.
fn said(words: &str, platform: Platform) -> Vec<String> {
    let system = lowered(words, platform);
    let origin = Origin::Profile(Keys::plain(&system));
    after_loss(&system, &after_node_loss(&system).unwrap(), &origin)
}

#[test]
fn profiles_say_what_follows() {
    let waits = "a further drain waits for the node, an update does not end before the node is back";
    let breaks = "a further drain leaves too few, an update leaves too few meanwhile";
    let said_of = |words: &str, platform: Platform| said(words, platform).join("\n");
    let pods = said_of("multi-node", Platform::Kubernetes);
    assert!(pods.contains(&format!("controller and registry: 2 of 3, for no two may share a node; {waits}")), "{pods}");
    let hosts = said_of("multi-node", Platform::Hosts);
    assert!(hosts.contains(&format!("redis: 2 of 3, for the disk is on the lost node; {breaks}")), "{hosts}");
    assert!(hosts.ends_with("room is not stated: `placement.capacity` says what a node has"), "{hosts}");
    let zones = said_of("external-db placement.nodes=4 placement.zones=3", Platform::Kubernetes);
    assert!(zones.contains("2 of 3, for no zone takes a second one while another has no node"), "{zones}");
    let one = said_of("single-node", Platform::Kubernetes);
    assert_eq!(one, "nothing runs: no node is left");
}

#[test]
fn room_is_reckoned_where_it_is_stated() {
    let room = |capacity: &str| {
        let set = |word: &str| format!(" placement.capacity.{word}");
        let words: String = capacity.split_whitespace().map(set).collect();
        said(&format!("multi-node{words}"), Platform::Kubernetes).pop().unwrap()
    };
    let stated = room("cpu=4 memory=8Gi");
    assert!(stated.starts_with("the 2 nodes left have 8000m of cpu, and ") && stated.ends_with(": enough"), "{stated}");
    let only = room("memory=8Gi");
    assert!(only.starts_with("the 2 nodes left have 16384Mi of memory, and ") && !only.contains("cpu"), "{only}");
}
