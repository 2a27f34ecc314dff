//! The state after the loss of one node, in plain sentences.

use crate::failure::{AfterLoss, Next, Placed, Room, Short, System};

use super::Origin;
use super::text::{all_of, verb};

/// What is said of a part, without its name: `2 of 3, for no two may share a node; ...`.
pub fn of_placed(placed: &Placed) -> String {
    let count = match placed.short {
        None => format!("all {} are placed again", placed.replicas),
        Some(_) if placed.placeable == 0 => format!("none of {}", placed.replicas),
        Some(_) => format!("{} of {}", placed.placeable, placed.replicas),
    };
    let count = if placed.short.is_none() && placed.replicas == 1 { "placed again".to_owned() } else { count };
    let why = match placed.short {
        None => "",
        Some(Short::NoNode) => ", for no node is left",
        Some(Short::Apart) => ", for no two may share a node",
        Some(Short::Zone) => ", for no zone takes a second one while another has no node",
        Some(Short::Disk) => ", for the disk is on the lost node",
        Some(Short::Stays) => ", for nothing starts it elsewhere",
    };
    if placed.placeable == 0 {
        return format!("{count}{why}");
    }
    let few = if placed.serves { "" } else { ": too few to serve" };
    let drain = match placed.drain {
        Next::Goes => "a further drain goes on",
        Next::Waits => "a further drain waits for the node",
        Next::Breaks => "a further drain leaves too few",
    };
    let update = match placed.update {
        Next::Goes => "an update goes on",
        Next::Waits => "an update does not end before the node is back",
        Next::Breaks => "an update leaves too few meanwhile",
    };
    format!("{count}{why}{few}; {drain}, {update}")
}

/// Whether the nodes that are left have room for what is placed on them.
pub fn of_room(after: &AfterLoss, origin: &Origin) -> String {
    if after.nodes == 0 {
        return "no node is left".to_owned();
    }
    let nodes = format!("the {} {} left", after.nodes, verb(after.nodes, "node", "nodes"));
    if after.room.is_empty() {
        return match origin {
            Origin::Profile(_) => "room is not stated: `placement.capacity` says what a node has".to_owned(),
            Origin::Manifests(_) => "room is not stated: manifests do not say what a node has".to_owned(),
        };
    }
    let of = |room: &Room| {
        let write = |amount: u64| match room.resource {
            "cpu" => format!("{amount}m"),
            _ => format!("{}Mi", amount.div_ceil(1 << 20)),
        };
        let enough = if room.asked > room.has { "too little" } else { "enough" };
        format!("{} of {}, and {} is asked for: {enough}", write(room.has), room.resource, write(room.asked))
    };
    let rooms: Vec<String> = after.room.iter().map(of).collect();
    format!("{nodes} {} {}", verb(after.nodes, "has", "have"), rooms.join("; "))
}

/// Everything, a line each; parts of which the same is said on one.
pub fn after_loss(system: &System, after: &AfterLoss, origin: &Origin) -> Vec<String> {
    if after.nodes == 0 && !after.parts.is_empty() {
        return vec!["nothing runs: no node is left".to_owned()];
    }
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for placed in &after.parts {
        let (text, name) = (of_placed(placed), system.parts[placed.part].name.as_str());
        match groups.iter_mut().find(|(said, _)| *said == text) {
            Some((_, names)) => names.push(name),
            None => groups.push((text, vec![name])),
        }
    }
    let mut lines: Vec<String> =
        groups.into_iter().map(|(said, names)| format!("{}: {said}", all_of(&names))).collect();
    if !lines.is_empty() {
        lines.push(of_room(after, origin));
    }
    lines
}
