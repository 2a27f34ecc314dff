//! SVG that needs nothing beside itself.

use super::flow::{End, Kind};
use super::plan::{Arrow, Group, MARGIN, Plan, TITLE, plan};
use super::shelf::Rect;
use super::{Format, about, standing, text, word, xml};
use crate::failure::{Part, System};

pub(super) const FORMAT: Format = Format { name: "svg", about: "a picture, for browsers and for print", write };

/// What every drawing looks like, also within a page.
pub(in crate::report) const STYLE: &str = include_str!("drawing.css");
/// Names of nodes that are said of a part in words.
const MOST_SAID: usize = 12;

fn write(system: &System) -> String {
    let out = draw(system, &format!("<style>\n{STYLE}</style>\n"));
    format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n{out}")
}

/// The drawing as an element of a page that has [`STYLE`] and gives marks to its members, each of which has the id
/// `m` with the numbers of its part and of itself: `m0-2`. A part has `p0`.
pub(in crate::report) fn inline(system: &System) -> String {
    let patterns = "<defs>\n<pattern id=\"hatch\" width=\"7\" height=\"7\" patternUnits=\"userSpaceOnUse\" \
         patternTransform=\"rotate(45)\"><path d=\"M0 0V7\" class=\"hatch\"/></pattern>\n\
         <pattern id=\"dots\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\">\
         <circle cx=\"3\" cy=\"3\" r=\"0.9\" class=\"dot\"/></pattern>\n</defs>\n";
    draw(system, patterns)
}

/// `dev on k8s`.
pub(in crate::report) fn title(system: &System) -> String {
    let on = if system.target.is_empty() { String::new() } else { format!(" on {}", system.target) };
    format!("{}{on}", system.name)
}

fn draw(system: &System, head: &str) -> String {
    let plan = plan(system);
    let (w, h) = (plan.width, plan.height);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"drawing\" viewBox=\"0 0 {w} {h}\" width=\"{w}\" \
         height=\"{h}\" role=\"img\" aria-labelledby=\"drawing-title drawing-desc\">\n\
         <title id=\"drawing-title\">{}</title>\n<desc id=\"drawing-desc\">{}</desc>\n{head}\
         <defs>\n<marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" \
         orient=\"auto-start-reverse\"><path d=\"M0 0L8 4L0 8z\" class=\"head\"/></marker>\n</defs>\n\
         <rect class=\"paper\" width=\"{w}\" height=\"{h}\"/>\n",
        xml(&title(system)),
        xml(&described(system)),
    );
    let headings = ["Who calls whom", if system.nodes.is_empty() { "What runs" } else { "What stands where" }];
    for ((x, y), heading) in plan.headings.iter().zip(headings) {
        out.push_str(&format!("<text class=\"heading\" x=\"{x}\" y=\"{}\">{heading}</text>\n", y + 14));
    }
    if plan.arrows.iter().any(|arrow| arrow.flow.kind != Kind::Calls) {
        out.push_str(&legend(&plan));
    }
    plan.arrows.iter().for_each(|it| out.push_str(&arrow(it)));
    if let Some(rect) = plan.clients {
        out.push_str(&boxed("<g class=\"clients\">", rect, "clients", "", ""));
    }
    for (index, (part, rect)) in system.parts.iter().zip(&plan.parts).enumerate() {
        let open = format!("<g id=\"p{index}\" class=\"part {}\">", word(part.role));
        out.push_str(&boxed(&open, *rect, &part.name, &about(part), &in_words(system, part)));
    }
    plan.zones.iter().for_each(|zone| out.push_str(&group("zone", zone)));
    plan.nodes.iter().for_each(|node| out.push_str(&group("node", node)));
    for (index, part) in system.parts.iter().enumerate() {
        for (number, member) in part.members.iter().enumerate() {
            let open = format!("<g id=\"m{index}-{number}\" class=\"member {}\">", word(part.role));
            let rect = plan.members[index][number];
            out.push_str(&boxed(&open, rect, &member.name, standing(part, number), ""));
        }
    }
    out.push_str("</svg>\n");
    out
}

/// A box with a name and what it is; `more` is said when one asks.
fn boxed(open: &str, rect: Rect, name: &str, what: &str, more: &str) -> String {
    let Rect { x, y, w, h } = rect;
    let room = w - 2 * MARGIN;
    let middle = x + w / 2;
    let shown = text::fitted(name, text::NAME, room);
    let full = if more.is_empty() { text::visible(name) } else { more.to_owned() };
    let full = if full == shown { String::new() } else { format!("<title>{}</title>", xml(&full)) };
    let down = if what.is_empty() { h / 2 + 4 } else { 17 };
    let mut out = format!("{open}{full}<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>");
    out.push_str(&format!("<text class=\"name\" x=\"{middle}\" y=\"{}\">{}</text>", y + down, xml(&shown)));
    if !what.is_empty() {
        let what = text::fitted(what, text::SMALL, room);
        out.push_str(&format!("<text class=\"what\" x=\"{middle}\" y=\"{}\">{}</text>", y + 33, xml(&what)));
    }
    out.push_str("</g>\n");
    out
}

fn group(class: &str, group: &Group) -> String {
    let Rect { x, y, w, h } = group.rect;
    let shown = text::fitted(&group.title, text::NAME, w - 2 * MARGIN);
    let full = text::visible(&group.title);
    let full = if full == shown { String::new() } else { format!("<title>{}</title>", xml(&full)) };
    format!(
        "<g class=\"{class}\">{full}<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\"/>\
         <text class=\"name\" x=\"{}\" y=\"{}\">{}</text></g>\n",
        x + 10,
        y + TITLE - 8,
        xml(&shown)
    )
}

fn arrow(arrow: &Arrow) -> String {
    let mut path = String::new();
    for (at, (x, y)) in arrow.points.iter().enumerate() {
        // Between two columns it bends; along a column it is straight.
        match (at, at % 2) {
            (0, _) => path.push_str(&format!("M{x} {y}")),
            (_, 0) => path.push_str(&format!("H{x}")),
            _ => {
                let (from, before) = arrow.points[at - 1];
                let half = from + x.saturating_sub(from) / 2;
                path.push_str(&format!("C{half} {before} {half} {y} {x} {y}"));
            }
        }
    }
    let end = |end: End| match end {
        End::Clients => "clients".to_owned(),
        End::Part(part) => format!("p{part}"),
    };
    let head = if arrow.reversed { "marker-start" } else { "marker-end" };
    format!(
        "<path class=\"flow {}\" d=\"{path}\" {head}=\"url(#head)\" data-from=\"{}\" data-to=\"{}\"/>\n",
        arrow.flow.kind.as_str(),
        end(arrow.flow.from),
        end(arrow.flow.to)
    )
}

/// What the lines mean, beside the first heading.
fn legend(plan: &Plan) -> String {
    let (x, y) = (plan.headings[0].0 + 170, plan.headings[0].1 + 10);
    let line = |kind: Kind, x: u32| {
        format!(
            "<path class=\"flow {0}\" d=\"M{x} {y}H{1}\" marker-end=\"url(#head)\"/>\
             <text class=\"legend\" x=\"{2}\" y=\"{3}\">{0}</text>\n",
            kind.as_str(),
            x + 34,
            x + 40,
            y + 4
        )
    };
    let used = |kind: &&Kind| plan.arrows.iter().any(|arrow| arrow.flow.kind == **kind);
    let kinds = [Kind::Calls, Kind::Votes, Kind::Copies];
    (0..).zip(kinds.iter().filter(used)).map(|(at, kind): (u32, &Kind)| line(*kind, x + at * 110)).collect()
}

/// The drawing in words.
fn described(system: &System) -> String {
    let count = |count: usize, one: &str| format!("{count} {one}{}", if count == 1 { "" } else { "s" });
    let mut words = vec![format!(
        "{}, {}, {}.",
        count(system.zones.len().max(1), "zone"),
        count(system.nodes.len(), "node"),
        count(system.parts.len(), "part")
    )];
    words.extend(system.parts.iter().map(|part| in_words(system, part)));
    words.join(" ")
}

/// A part with where its members stand, in words.
fn in_words(system: &System, part: &Part) -> String {
    let mut nodes: Vec<&str> = part
        .members
        .iter()
        .filter_map(|member| system.nodes.get(member.node?))
        .map(|node| node.name.as_str())
        .collect();
    nodes.dedup();
    let on = match nodes.len() {
        0 => String::new(),
        1..=MOST_SAID => format!(" on {}", nodes.join(", ")),
        many => format!(" on {many} nodes"),
    };
    format!("{}: {}{on}.", part.name, about(part))
}
