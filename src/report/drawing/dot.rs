//! The language of Graphviz.

use super::flow::{self, End, Kind};
use super::{Format, about, standing, text, title};
use crate::failure::{Member, Part, Role, System};

pub(super) const FORMAT: Format = Format { name: "dot", about: "clusters, for Graphviz", write };

fn write(system: &System) -> String {
    let mut out = format!("digraph {} {{\n", quoted(&[&title(system)]));
    let mut line = |depth: usize, text: String| out.push_str(&format!("{}{text}\n", "  ".repeat(depth)));
    line(1, "rankdir=LR;".to_owned());
    line(1, "node [shape=box, fontname=\"sans-serif\", fontsize=11];".to_owned());
    line(1, "graph [fontname=\"sans-serif\", fontsize=12];".to_owned());
    let flows = flow::flows(system);
    if flows.iter().any(|flow| flow.from == End::Clients) {
        line(1, "clients [label=\"clients\", shape=oval];".to_owned());
    }
    for (index, part) in system.parts.iter().enumerate() {
        let label = quoted(&[&part.name, &about(part)]);
        line(1, format!("p{index} [label={label}, shape={}];", shape(part.role)));
    }
    let members = |node: Option<usize>| {
        let of_part = move |(index, part): (usize, &'_ Part)| {
            let here = part.members.iter().enumerate().filter(move |(_, member)| member.node == node);
            let one = |(number, member): (usize, &Member)| {
                format!("m{index}_{number} [label={}];", quoted(&[&member.name, standing(part, number)]))
            };
            here.map(one).collect::<Vec<String>>()
        };
        system.parts.iter().enumerate().flat_map(of_part).collect::<Vec<String>>()
    };
    let node = |depth: usize, index: usize, line: &mut dyn FnMut(usize, String)| {
        line(depth, format!("subgraph cluster_n{index} {{"));
        line(depth + 1, format!("label={}; style=solid;", quoted(&[&system.nodes[index].name])));
        // A cluster that holds nothing is not drawn.
        line(depth + 1, format!("n{index} [style=invis, shape=point];"));
        members(Some(index)).into_iter().for_each(|member| line(depth + 1, member));
        line(depth, "}".to_owned());
    };
    let within = |zone: Option<usize>| {
        system.nodes.iter().enumerate().filter(move |(_, node)| node.zone == zone).map(|(index, _)| index)
    };
    for (index, zone) in system.zones.iter().enumerate() {
        line(1, format!("subgraph cluster_z{index} {{"));
        line(2, format!("label={}; style=dashed;", quoted(&[&super::zone(zone)])));
        within(Some(index)).for_each(|at| node(2, at, &mut line));
        line(1, "}".to_owned());
    }
    within(None).for_each(|at| node(1, at, &mut line));
    members(None).into_iter().for_each(|member| line(1, member));
    for flow in &flows {
        let style = match flow.kind {
            Kind::Calls => String::new(),
            kind => format!(" [style=dashed, label=\"{}\"]", kind.as_str()),
        };
        line(1, format!("{} -> {}{style};", id(flow.from), id(flow.to)));
    }
    for (index, part) in system.parts.iter().enumerate() {
        let tie = |number: usize| format!("p{index} -> m{index}_{number} [style=dotted, arrowhead=none];");
        (0..part.members.len()).for_each(|number| line(1, tie(number)));
    }
    out.push_str("}\n");
    out
}

fn id(end: End) -> String {
    match end {
        End::Clients => "clients".to_owned(),
        End::Part(part) => format!("p{part}"),
    }
}

fn shape(role: Role) -> &'static str {
    match role {
        Role::Service | Role::Synchroniser => "box",
        Role::Balancer => "hexagon",
        Role::Datastore | Role::External => "cylinder",
        Role::Voter => "diamond",
    }
}

/// Lines between quotes. Graphviz reads `\N` and `&amp;` there.
fn quoted(lines: &[&str]) -> String {
    let line = |text: &&str| {
        let escaped = text::visible(text).replace('\\', "\\\\").replace('"', "\\\"");
        escaped.replace('&', "&amp;")
    };
    format!("\"{}\"", lines.iter().map(line).collect::<Vec<_>>().join("\\n"))
}
