//! Where everything is, in pixels.

use super::columns::{self, Item, Path};
use super::flow::{self, End, Flow};
use super::shelf::{Rect, shelve};
use super::{about, standing, text, zone};
use crate::failure::System;

/// As wide as a drawing becomes, unless one row of flows needs more.
const WIDTH: u32 = 940;
/// As narrow, for what is said beside a heading.
const NARROWEST: u32 = 560;
/// Around everything.
const EDGE: u32 = 16;
/// Between boxes, and from a box to what is in it.
const GAP: u32 = 10;
/// Above what a box holds, for its name.
pub(super) const TITLE: u32 = 24;
/// A box of two lines of text.
const BOX: u32 = 40;
/// Height of a line that passes a column.
const PASS: u32 = 8;
/// Between columns: at least enough for an arrow to be one.
const ARROW: (u32, u32) = (48, 110);
/// Room for the text of a box.
const NAMES: (u32, u32) = (60, 170);
/// Left and right of a text.
pub(super) const MARGIN: u32 = 7;
/// Members of a node that stand below one another before the next ones stand beside them.
const STACK: usize = 4;
/// Above each of the two halves, for its name.
const HEADING: u32 = 26;

/// A box with a name that holds others.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) title: String,
    pub(super) rect: Rect,
}

/// A flow as it is drawn.
#[derive(Debug)]
pub(super) struct Arrow {
    pub(super) flow: Flow,
    /// Its ends and turns, from left to right: it is level where it leaves one and enters the next.
    pub(super) points: Vec<(u32, u32)>,
    /// Whether its head is at the left.
    pub(super) reversed: bool,
}

/// The whole drawing.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) width: u32,
    pub(super) height: u32,
    /// Upper left of each half's name.
    pub(super) headings: [(u32, u32); 2],
    pub(super) clients: Option<Rect>,
    /// By part.
    pub(super) parts: Vec<Rect>,
    pub(super) arrows: Vec<Arrow>,
    pub(super) zones: Vec<Group>,
    pub(super) nodes: Vec<Group>,
    /// By part and member.
    pub(super) members: Vec<Vec<Rect>>,
}

/// Places everything.
pub(super) fn plan(system: &System) -> Plan {
    let mut plan = Plan::default();
    let flows = plan.flows(system, EDGE);
    let places = plan.places(system, flows.1 + 2 * GAP, flows.0.max(WIDTH - EDGE) - EDGE);
    plan.width = flows.0.max(places.0).max(NARROWEST) + EDGE;
    plan.height = places.1 + EDGE;
    plan
}

impl Plan {
    /// Puts the parts below `top`, and says where they end, to the right and below.
    fn flows(&mut self, system: &System, top: u32) -> (u32, u32) {
        self.headings[0] = (EDGE, top);
        let top = top + HEADING;
        let flows = flow::flows(system);
        let columns::Columns { columns, paths } = columns::columns(system, &flows);
        let texts = system.parts.iter().flat_map(|part| [needed(&part.name), small(&about(part))]);
        let w = texts.max().unwrap_or(0).clamp(NAMES.0, NAMES.1) + 2 * MARGIN;
        let count = u32::try_from(columns.len()).unwrap_or(u32::MAX).max(1);
        let free = (WIDTH - 2 * EDGE).saturating_sub(count * w).checked_div(count - 1).unwrap_or(0);
        let gap = free.clamp(ARROW.0, ARROW.1);
        let height = |item: &Item| if matches!(item, Item::Box(_)) { BOX } else { PASS };
        let tall = |column: &Vec<Item>| column.iter().map(|item| height(item) + GAP).sum::<u32>();
        let tallest = columns.iter().map(tall).max().unwrap_or(0);
        let mut rects: Vec<Vec<Rect>> = Vec::with_capacity(columns.len());
        self.parts = vec![Rect::default(); system.parts.len()];
        let mut x = EDGE;
        for column in &columns {
            let mut y = top + (tallest - tall(column)) / 2;
            let mut placed = Vec::with_capacity(column.len());
            for item in column {
                let rect = Rect { x, y, w, h: height(item) };
                match item {
                    Item::Box(End::Part(part)) => self.parts[*part] = rect,
                    Item::Box(End::Clients) => self.clients = Some(rect),
                    Item::Pass(_) => {}
                }
                y += rect.h + GAP;
                placed.push(rect);
            }
            rects.push(placed);
            x += w + gap;
        }
        self.arrows = paths.into_iter().map(|path| arrow(path, &rects)).collect();
        (x.saturating_sub(gap), top + tallest)
    }

    /// Puts zones, nodes and members below `top` and into `room`, and says where they end.
    fn places(&mut self, system: &System, top: u32, room: u32) -> (u32, u32) {
        self.headings[1] = (EDGE, top);
        let of = Members::of(system);
        let nodes: Vec<Block> = (0..system.nodes.len()).map(|node| of.node(node, room)).collect();
        let in_zone = |zone: Option<usize>| {
            let all = system.nodes.iter().enumerate();
            all.filter(move |(_, node)| node.zone == zone).map(|(index, _)| index).collect::<Vec<usize>>()
        };
        // A zone may take its share of the width, or as many zones as fit into a row at all.
        let widest = nodes.iter().map(|node| node.w).max().unwrap_or(0) + 2 * GAP;
        let count = u32::try_from(system.zones.len()).unwrap_or(u32::MAX).max(1);
        let abreast = ((room + GAP) / (widest + GAP)).clamp(1, count);
        let share = (room + GAP) / abreast - GAP;
        let mut blocks: Vec<Block> = Vec::new();
        for (index, name) in system.zones.iter().enumerate() {
            blocks.push(Block::zone(&zone(name), &in_zone(Some(index)), &nodes, share));
        }
        for node in in_zone(None) {
            blocks.push(nodes[node].clone());
        }
        blocks.extend(of.elsewhere(if system.nodes.is_empty() { "Members" } else { "Elsewhere" }, room));
        let sizes: Vec<(u32, u32)> = blocks.iter().map(|block| (block.w, block.h)).collect();
        let (rects, width, height) = shelve(&sizes, room, GAP);
        self.members = system.parts.iter().map(|part| vec![Rect::default(); part.members.len()]).collect();
        for (block, rect) in blocks.iter().zip(rects) {
            block.put(rect.moved(EDGE, top + HEADING), self);
        }
        (EDGE + width, top + HEADING + height)
    }
}

fn arrow(path: Path, rects: &[Vec<Rect>]) -> Arrow {
    let last = path.visits.len().saturating_sub(1);
    let mut points = Vec::with_capacity(2 * path.visits.len());
    for (at, (rank, place)) in path.visits.iter().enumerate() {
        let rect = rects[*rank][*place];
        if at > 0 {
            points.push((rect.x, rect.middle()));
        }
        if at < last {
            points.push((rect.right(), rect.middle()));
        }
    }
    Arrow { flow: path.flow, points, reversed: path.reversed }
}

/// Pixels for a name, or for what stands below one.
fn needed(name: &str) -> u32 {
    text::width(&text::visible(name), text::NAME)
}

fn small(words: &str) -> u32 {
    text::width(words, text::SMALL)
}

/// A member's part and its number there.
type Member = (usize, usize);

/// The members by where they stand.
struct Members {
    on: Vec<Vec<Member>>,
    nowhere: Vec<Member>,
    names: Vec<String>,
    /// Width of a member's box.
    w: u32,
}

impl Members {
    fn of(system: &System) -> Self {
        let mut on: Vec<Vec<Member>> = vec![Vec::new(); system.nodes.len()];
        let mut nowhere = Vec::new();
        let mut widest = NAMES.0;
        for (index, part) in system.parts.iter().enumerate() {
            for (number, member) in part.members.iter().enumerate() {
                widest = widest.max(needed(&member.name)).max(small(standing(part, number)));
                match member.node {
                    Some(node) if node < on.len() => on[node].push((index, number)),
                    _ => nowhere.push((index, number)),
                }
            }
        }
        // A mark of what becomes of it must have room too.
        let widest = widest.max(small("» takes over"));
        let names = system.nodes.iter().map(|node| node.name.clone()).collect();
        Self { on, nowhere, names, w: widest.min(NAMES.1) + 2 * MARGIN }
    }

    /// A node with its members.
    fn node(&self, node: usize, room: u32) -> Block {
        let rows = u32::try_from(self.on[node].len().div_ceil(STACK)).unwrap_or(u32::MAX).max(1);
        let inner = rows.saturating_mul(self.w + GAP) - GAP;
        // A node within a zone within the drawing.
        self.block(&self.names[node], &self.on[node], inner.min(room.saturating_sub(4 * GAP)))
    }

    /// Those that stand on no node, where there are such.
    fn elsewhere(&self, title: &str, room: u32) -> Option<Block> {
        (!self.nowhere.is_empty()).then(|| self.block(title, &self.nowhere, room - 2 * GAP))
    }

    fn block(&self, title: &str, members: &[Member], inner: u32) -> Block {
        let sizes: Vec<(u32, u32)> = members.iter().map(|_| (self.w, BOX)).collect();
        let (rects, width, height) = shelve(&sizes, inner.max(self.w), GAP);
        let title_width = needed(title).min(NAMES.1);
        Block {
            title: title.to_owned(),
            zone: false,
            w: width.max(title_width) + 2 * GAP,
            h: TITLE + height.max(PASS) + GAP,
            nodes: Vec::new(),
            members: members.iter().copied().zip(rects).collect(),
        }
    }
}

/// A node with members, or a zone with nodes; what is within counts from its own upper left below the title.
#[derive(Debug, Clone)]
struct Block {
    title: String,
    zone: bool,
    w: u32,
    h: u32,
    nodes: Vec<(Block, Rect)>,
    members: Vec<(Member, Rect)>,
}

impl Block {
    fn zone(title: &str, nodes: &[usize], named: &[Self], room: u32) -> Self {
        let sizes: Vec<(u32, u32)> = nodes.iter().map(|node| (named[*node].w, named[*node].h)).collect();
        let (rects, width, height) = shelve(&sizes, room.saturating_sub(2 * GAP), GAP);
        Self {
            title: title.to_owned(),
            zone: true,
            w: width.max(needed(title).min(NAMES.1)) + 2 * GAP,
            h: TITLE + height.max(PASS) + GAP,
            nodes: nodes.iter().map(|node| named[*node].clone()).zip(rects).collect(),
            members: Vec::new(),
        }
    }

    /// Notes where everything is, now that it is known where this is.
    fn put(&self, rect: Rect, plan: &mut Plan) {
        for (node, within) in &self.nodes {
            node.put(within.moved(rect.x + GAP, rect.y + TITLE), plan);
        }
        for ((part, number), within) in &self.members {
            plan.members[*part][*number] = within.moved(rect.x + GAP, rect.y + TITLE);
        }
        let groups = if self.zone { &mut plan.zones } else { &mut plan.nodes };
        groups.push(Group { title: self.title.clone(), rect });
    }
}
