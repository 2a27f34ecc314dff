//! A flowchart of Mermaid, for pages that draw it themselves.

use super::flow::{self, End, Kind};
use super::{Format, about, standing, text};
use crate::failure::System;

pub(super) const FORMAT: Format = Format { name: "mermaid", about: "a flowchart, for Markdown", write };

/// Mermaid draws no more than 500 lines unless it is told to; what belongs together is then told by names alone.
const MOST_TIES: usize = 400;

fn write(system: &System) -> String {
    let mut out = String::from("flowchart LR\n");
    let mut line = |depth: usize, text: String| out.push_str(&format!("{}{text}\n", "  ".repeat(depth)));
    let flows = flow::flows(system);
    if flows.iter().any(|flow| flow.from == End::Clients) {
        line(1, "clients([\"clients\"])".to_owned());
    }
    for (index, part) in system.parts.iter().enumerate() {
        line(1, format!("p{index}[\"{}<br>{}\"]", words(&part.name), words(&about(part))));
    }
    let members = |node: Option<usize>| {
        let of_part = move |(index, part): (usize, &'_ crate::failure::Part)| {
            let here = part.members.iter().enumerate().filter(move |(_, member)| member.node == node);
            let one = |(number, member): (usize, &crate::failure::Member)| {
                format!("m{index}_{number}[\"{}<br>{}\"]", words(&member.name), words(standing(part, number)))
            };
            here.map(one).collect::<Vec<String>>()
        };
        system.parts.iter().enumerate().flat_map(of_part).collect::<Vec<String>>()
    };
    let node = |depth: usize, index: usize, line: &mut dyn FnMut(usize, String)| {
        line(depth, format!("subgraph n{index}[\"{}\"]", words(&system.nodes[index].name)));
        members(Some(index)).into_iter().for_each(|member| line(depth + 1, member));
        line(depth, "end".to_owned());
    };
    let within = |zone: Option<usize>| {
        system.nodes.iter().enumerate().filter(move |(_, node)| node.zone == zone).map(|(index, _)| index)
    };
    for (index, zone) in system.zones.iter().enumerate() {
        line(1, format!("subgraph z{index}[\"{}\"]", words(&super::zone(zone))));
        within(Some(index)).for_each(|at| node(2, at, &mut line));
        line(1, "end".to_owned());
    }
    within(None).for_each(|at| node(1, at, &mut line));
    members(None).into_iter().for_each(|member| line(1, member));
    for flow in &flows {
        let arrow = match flow.kind {
            Kind::Calls => "-->".to_owned(),
            kind => format!("-. {} .->", kind.as_str()),
        };
        line(1, format!("{} {arrow} {}", id(flow.from), id(flow.to)));
    }
    if system.parts.iter().map(|part| part.members.len()).sum::<usize>() <= MOST_TIES {
        for (index, part) in system.parts.iter().enumerate() {
            (0..part.members.len()).for_each(|number| line(1, format!("p{index} -.- m{index}_{number}")));
        }
    }
    out
}

fn id(end: End) -> String {
    match end {
        End::Clients => "clients".to_owned(),
        End::Part(part) => format!("p{part}"),
    }
}

/// A text between quotes. All but letters, digits and what means nothing anywhere is written as its number: Mermaid
/// looks for its own signs, for HTML and for Markdown in quotes too.
fn words(text: &str) -> String {
    let mut out = String::new();
    for c in text::visible(text).chars() {
        match c {
            c if c.is_alphanumeric() => out.push(c),
            ' ' | '-' | '.' | ',' | '_' => out.push(c),
            c => out.push_str(&format!("#{};", u32::from(c))),
        }
    }
    out
}
