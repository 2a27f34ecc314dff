//! Drawings: nothing lies over anything, every text keeps to its box, and every format's own reader reads them.

mod dot;
mod mermaid;
pub(crate) mod sample;
mod svg;

use std::collections::BTreeMap;

use a8ctl::failure::System;
use a8ctl::profile::BUILTINS;
use a8ctl::report::drawing::FORMATS;

use crate::support::{a8ctl, stdout_of};
use sample::{HOSTILE, full, ground, hostile};
use svg::{Rect, boxes, flows, paper};

fn written(format: &str, system: &System) -> String {
    (FORMATS.iter().find(|it| it.name == format).unwrap().write)(system)
}

/// Many shapes and sizes.
fn systems() -> Vec<System> {
    let mut all = vec![System::default(), ground(0, 0), ground(5, 2)];
    for nodes in [0, 1, 2, 3, 4, 7, 12, 33, 100] {
        all.extend([0, 1, 2, 3, 9].iter().filter(|zones| **zones <= nodes).map(|zones| full(nodes, *zones)));
    }
    // Some nodes whose zone nobody knows, and members that stand nowhere.
    let mut half = full(6, 2);
    half.nodes[4].zone = None;
    half.parts[5].members[1].node = None;
    all.push(half);
    // Parts that call one another in a circle, and one that calls itself.
    let mut circle = full(3, 0);
    for (from, to) in [(4, 5), (5, 4), (4, 4)] {
        circle.parts[from].needs.push(a8ctl::failure::Need { part: to, honest: true });
    }
    all.push(circle);
    all.extend(HOSTILE.iter().map(|word| hostile(word)));
    all
}

#[test]
fn nothing_lies_over_anything() {
    for system in systems() {
        let svg = written("svg", &system);
        let (paper, boxes) = (paper(&svg), boxes(&svg));
        let of = |class: &str| boxes.get(class).cloned().unwrap_or_default();
        let members: usize = system.parts.iter().map(|part| part.members.len()).sum();
        assert_eq!(of("member").len(), members);
        assert_eq!(of("part").len(), system.parts.len());
        for class in ["member", "part", "node", "zone"] {
            apart(&of(class), &svg);
            of(class).iter().for_each(|rect| assert!(rect.within(paper), "{rect:?}\n{svg}"));
        }
        let flow: Vec<Rect> = [of("part"), of("clients")].concat();
        apart(&flow, &svg);
        for place in of("member").iter().chain(&of("node")).chain(&of("zone")) {
            flow.iter().for_each(|part| assert!(!part.meets(*place), "{part:?} {place:?}\n{svg}"));
        }
        holds(&system, &of("zone"), &of("node"), &of("member"), &svg);
        for points in flows(&svg) {
            crosses_nothing(&points, &flow, &svg);
        }
    }
}

#[track_caller]
fn apart(boxes: &[Rect], svg: &str) {
    for (at, one) in boxes.iter().enumerate() {
        boxes[at + 1..].iter().for_each(|other| assert!(!one.meets(*other), "{one:?} {other:?}\n{svg}"));
    }
}

/// Each node in its zone, each member in its node. The drawing has nodes in the order of zones.
#[track_caller]
fn holds(system: &System, zones: &[Rect], nodes: &[Rect], members: &[Rect], svg: &str) {
    let mut order: Vec<usize> = (0..system.nodes.len()).collect();
    order.sort_by_key(|node| system.nodes[*node].zone.map_or(usize::MAX, |zone| zone));
    let rect: BTreeMap<usize, Rect> = order.into_iter().zip(nodes.iter().copied()).collect();
    for (index, node) in system.nodes.iter().enumerate() {
        match node.zone {
            Some(zone) => assert!(rect[&index].within(zones[zone]), "{index}\n{svg}"),
            None => assert!(zones.iter().all(|zone| !zone.meets(rect[&index])), "{index}\n{svg}"),
        }
    }
    let all = system.parts.iter().flat_map(|part| &part.members);
    for (member, place) in all.zip(members) {
        match member.node {
            Some(node) => assert!(place.within(rect[&node]), "{member:?}\n{svg}"),
            None => assert!(rect.values().all(|node| !node.meets(*place)), "{member:?}\n{svg}"),
        }
    }
}

/// A line goes through no box: between its points it stays within the rectangle that they span.
#[track_caller]
fn crosses_nothing(points: &[(u32, u32)], boxes: &[Rect], svg: &str) {
    for pair in points.windows(2) {
        let (a, b) = (pair[0], pair[1]);
        assert!(a.0 <= b.0, "{points:?}\n{svg}");
        let span = Rect { x: a.0, y: a.1.min(b.1), w: b.0 - a.0, h: a.1.abs_diff(b.1).max(1) };
        boxes.iter().for_each(|rect| assert!(!span.meets(*rect), "{points:?} {rect:?}\n{svg}"));
    }
    let touches = |(x, y): (u32, u32)| boxes.iter().any(|it| [it.x, it.x + it.w].contains(&x) && y == it.y + it.h / 2);
    assert!(touches(points[0]) && touches(points[points.len() - 1]), "{points:?}\n{svg}");
}

#[test]
fn every_drawing_is_xml_and_needs_nothing() {
    let mut all = String::new();
    for system in systems() {
        let svg = written("svg", &system);
        let elsewhere = svg.replace("http://www.w3.org/2000/svg", "");
        for word in ["http", "//", "@import", "<script", "<image", "<foreignObject", "style=\""] {
            let hostile = HOSTILE.contains(&system.name.as_str());
            assert!(hostile || !elsewhere.contains(word), "{word}\n{svg}");
        }
        assert!(svg.matches('\u{202e}').count() == 0 && svg.matches('\0').count() == 0);
        all.push_str(svg.split_once("?>\n").unwrap().1);
    }
    svg::is_xml("drawing: xmllint", &format!("<all>{all}</all>"));
}

#[test]
fn hostile_names_change_no_element() {
    let shape = |svg: &str| {
        let tags = svg.split('<').skip(1).map(|tag| tag.split([' ', '>']).next().unwrap().to_owned());
        // What is shortened has its whole text beside it.
        tags.filter(|tag| !tag.ends_with("title")).collect::<Vec<_>>()
    };
    let plain = shape(&written("svg", &hostile("plain")));
    for word in HOSTILE {
        assert_eq!(shape(&written("svg", &hostile(word))), plain, "{word:?}");
    }
}

#[test]
fn the_same_system_is_drawn_the_same() {
    for format in FORMATS {
        let first = (format.write)(&full(12, 3));
        (0..5).for_each(|_| assert_eq!((format.write)(&full(12, 3)), first));
    }
}

#[test]
fn a_profile_is_drawn_in_every_format() {
    for builtin in BUILTINS {
        let draw = |format: &str| stdout_of(&mut a8ctl(&["graph", builtin.name, "--format", format]));
        assert!(draw("svg").contains("<svg") && draw("mermaid").starts_with("flowchart LR\n"), "{}", builtin.name);
        mermaid::read(&draw("mermaid"));
        assert!(draw("dot").starts_with("digraph "), "{}", builtin.name);
    }
}

#[test]
fn a_hundred_nodes_are_drawn_at_once() {
    let start = std::time::Instant::now();
    let svg = written("svg", &full(100, 3));
    assert!(start.elapsed().as_millis() < 500, "{:?}", start.elapsed());
    assert!(svg.len() < 200_000, "{}", svg.len());
}
