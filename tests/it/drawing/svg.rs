//! As much of an SVG as the tests ask for, after a parser of another hand has read it.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use crate::support::{text, tool};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Rect {
    pub(crate) x: u32,
    pub(crate) y: u32,
    pub(crate) w: u32,
    pub(crate) h: u32,
}

impl Rect {
    pub(crate) fn within(self, other: Self) -> bool {
        let (right, bottom) = (self.x + self.w, self.y + self.h);
        self.x >= other.x && self.y >= other.y && right <= other.x + other.w && bottom <= other.y + other.h
    }

    pub(crate) fn meets(self, other: Self) -> bool {
        let apart = |a: u32, w: u32, b: u32, v: u32| a + w <= b || b + v <= a;
        !apart(self.x, self.w, other.x, other.w) && !apart(self.y, self.h, other.y, other.h)
    }
}

fn attribute<'a>(element: &'a str, name: &str) -> Option<&'a str> {
    element.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split('"').next())
}

fn number(element: &str, name: &str) -> u32 {
    attribute(element, name).map_or(0, |value| value.parse().unwrap_or_else(|_| panic!("{name} of {element}")))
}

fn rect(element: &str) -> Rect {
    let of = |name| number(element, name);
    Rect { x: of("x"), y: of("y"), w: of("width"), h: of("height") }
}

/// The boxes by the first word of their class, in their order.
pub(crate) fn boxes(svg: &str) -> BTreeMap<String, Vec<Rect>> {
    let mut out: BTreeMap<String, Vec<Rect>> = BTreeMap::new();
    for group in svg.split("<g ").skip(1) {
        let class = attribute(&format!(" {group}"), "class").unwrap().split(' ').next().unwrap().to_owned();
        let element = group.split("<rect").nth(1).unwrap();
        out.entry(class).or_default().push(rect(element));
    }
    out
}

/// The whole.
pub(crate) fn paper(svg: &str) -> Rect {
    rect(svg.split("<rect class=\"paper\"").nth(1).unwrap())
}

/// The points of each flow, in their order from left to right.
pub(crate) fn flows(svg: &str) -> Vec<Vec<(u32, u32)>> {
    let paths = svg.split("<path class=\"flow").skip(1).filter(|path| attribute(path, "data-from").is_some());
    paths
        .map(|path| {
            let mut points: Vec<(u32, u32)> = Vec::new();
            let steps = attribute(path, "d").unwrap().replace('H', "|H").replace('C', "|C");
            for step in steps.split('|') {
                let numbers: Vec<u32> = step[1..].split(' ').map(|word| word.parse().unwrap()).collect();
                points.push(match numbers[..] {
                    [x] => (x, points.last().unwrap().1),
                    [.., x, y] => (x, y),
                    [] => panic!("{path}"),
                });
            }
            points
        })
        .collect()
}

/// Has xmllint read a text. False after a skip.
#[track_caller]
pub(crate) fn is_xml(test: &str, document: &str) -> bool {
    let Some(xmllint) = tool(test, "xmllint") else { return false };
    let mut child = Command::new(xmllint)
        .args(["--noout", "--nonet", "-"])
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(document.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}\n{document}", text(&output.stderr));
    true
}
