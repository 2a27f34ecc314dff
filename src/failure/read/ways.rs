//! What balancers' files say of the servers that they send requests to: how soon one that is away gets none any more,
//! and whether another is asked in its place.

use super::link::Names;
use super::unit::Unit;
use crate::failure::Lapse;
use crate::failure::lower::clocks as known;
use crate::lint::balancers;
use crate::manifest::{Directive, Document, Haproxy, Nginx, Section};

/// The way to one server.
#[derive(Debug, Clone)]
pub(super) struct Way {
    host: String,
    port: Option<i64>,
    /// Which of the lists of servers it stands in, and how many stand there.
    list: usize,
    many: usize,
    seen: Seen,
}

/// Until one that is away is asked no more; `None` where nobody finds out.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    crash: Option<Lapse>,
    hang: Option<Lapse>,
    node: Option<Lapse>,
    /// What it takes, once it serves again, until it is asked again.
    again: u64,
}

impl Way {
    /// The server's host and port, where both are said.
    pub(super) fn at(&self) -> Option<(&str, i64)> {
        Some((&self.host, self.port?))
    }

    /// The units that a balancer means by it.
    pub(super) fn units<'n>(&self, names: &'n Names, of: &Unit) -> impl Iterator<Item = usize> + use<'n> {
        names.called(of, &self.host, self.port).iter().copied()
    }

    /// The server's host and port.
    pub(super) fn text(&self) -> String {
        self.port.map_or_else(|| self.host.clone(), |port| format!("{}:{port}", self.host))
    }
}

/// The ways that some configurations tell.
pub(super) fn of<'d>(documents: impl IntoIterator<Item = &'d Document>) -> Vec<Way> {
    let mut ways = Vec::new();
    for (at, document) in documents.into_iter().enumerate() {
        match document {
            Document::Haproxy(config) => of_haproxy(config, at << 16, &mut ways),
            Document::Nginx(config) => of_nginx(config, at << 16, &mut ways),
            _ => {}
        }
    }
    ways
}

fn of_haproxy(config: &Haproxy, first: usize, ways: &mut Vec<Way>) {
    for (at, section) in config.sections.iter().enumerate() {
        let servers: Vec<_> = balancers::servers(section).filter(|server| server.serves()).collect();
        let again = retried(section);
        let answers = section.setting("option httpchk").is_some() || section.setting("tcp-check expect").is_some();
        for server in &servers {
            let ms = |text: &str| balancers::haproxy_ms(text).map_or(0, |ms| ms as u64);
            let time = |key: &str| server.value(key).map(|word| ms(&word.text));
            let inter = time("inter").unwrap_or(2_000);
            let patience = section.setting("timeout check").and_then(|(_, words)| words.first());
            let patience = patience.map_or(inter, |word| ms(&word.text));
            let number = |key: &str, default: u64| {
                server.value(key).and_then(|word| word.text.parse::<u64>().ok()).unwrap_or(default).clamp(1, 1_000)
            };
            let checked = server.has("check");
            let failed = Lapse::ms(0, known::fails(number("fall", 3), inter, patience).max);
            let (ended, silent) = again;
            let or_asked = |again: bool| if again { Some(Lapse::NONE) } else { checked.then_some(failed) };
            let (host, port) = server.host_port();
            ways.push(Way {
                host: host.to_owned(),
                port,
                list: first + at,
                many: servers.len(),
                seen: Seen {
                    crash: or_asked(ended),
                    node: or_asked(ended),
                    // One that hangs still takes connections: without a question that it must answer it is never
                    // found out.
                    hang: or_asked(silent).filter(|_| checked && answers),
                    again: if checked { number("rise", 2).max(2).saturating_mul(inter) } else { 0 },
                },
            });
        }
    }
}

/// Whether what is safe to ask twice is asked of another server when one ends, and when one is silent.
fn retried(section: &Section) -> (bool, bool) {
    let words = |key: &str| section.setting(key).map(|(_, words)| words).unwrap_or_default();
    let times = words("retries").first().and_then(|word| word.text.parse::<u32>().ok()).unwrap_or(3);
    let another = section.setting("option redispatch").is_some() && times > 0 && section.is_http();
    let on = |what: &str| words("retry-on").iter().any(|it| it.text == what || it.text == "all-retryable-errors");
    let ended = another && on("conn-failure") && on("empty-response");
    (ended, ended && on("response-timeout"))
}

/// nginx asks the next by itself, of what is safe to ask twice, unless it is told not to.
fn of_nginx(config: &Nginx, first: usize, ways: &mut Vec<Way>) {
    let all = |name: &str| {
        let mut found: Vec<&Directive> = Vec::new();
        config.each(&mut |_, it| {
            if it.name() == name {
                found.push(it);
            }
        });
        found
    };
    let on =
        |found: &[&Directive], what: &str| found.iter().all(|it| it.words.iter().skip(1).any(|word| word.text == what));
    let next = all("proxy_next_upstream");
    let (ended, silent) = (on(&next, "error"), on(&next, "timeout"));
    // What nobody says is a minute.
    let longest = |name: &str| {
        let said = all(name).into_iter().filter_map(|it| balancers::nginx_ms(it.argument(1)));
        said.reduce(f64::max).map_or(60_000, |it| it as u64)
    };
    let (opens, answers) = (longest("proxy_connect_timeout"), longest("proxy_read_timeout"));
    for (at, upstream) in balancers::upstreams(config).into_iter().enumerate() {
        let servers: Vec<&Directive> =
            upstream.all("server").filter(|it| !it.words.iter().any(|word| word.text == "down")).collect();
        for server in &servers {
            // One that is never marked is asked again and again.
            let marked = !server.words.iter().any(|word| word.text == "max_fails=0");
            let several = servers.len() > 1;
            let (host, port) = balancers::host_port(server.argument(1));
            let waits = |time: u64| (several && silent && marked).then(|| Lapse::ms(0, time));
            ways.push(Way {
                host: host.to_owned(),
                port: port.or(Some(80)),
                list: first + at,
                many: servers.len(),
                seen: Seen {
                    crash: (several && ended).then_some(Lapse::NONE),
                    node: waits(opens),
                    hang: waits(answers),
                    again: 0,
                },
            });
        }
    }
}

/// Lets what balancers say of the units behind them count; pairs of units that one list of servers names.
pub(super) fn apply(balancers: &[(usize, Vec<Way>)], units: &mut [Unit], names: &Names) -> Vec<(usize, usize)> {
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut found: Vec<Option<(usize, Seen)>> = vec![None; units.len()];
    for (balancer, ways) in balancers {
        let mut firsts: Vec<(usize, usize)> = Vec::new();
        for way in ways {
            for unit in names.called(&units[*balancer], &way.host, way.port).to_vec() {
                match firsts.iter().find(|(list, _)| *list == way.list) {
                    Some((_, first)) => pairs.push((*first, unit)),
                    None => firsts.push((way.list, unit)),
                }
                found[unit] = Some(match found[unit] {
                    // Where several stand in for one another is where clients go; elsewhere somebody else asks.
                    Some((many, seen)) if many > way.many => (many, seen),
                    Some((many, seen)) if many == way.many => (many, later(seen, way.seen)),
                    _ => (way.many, way.seen),
                });
            }
        }
    }
    for (unit, found) in units.iter_mut().zip(found) {
        let Some((_, seen)) = found else { continue };
        let clocks = &mut unit.clocks;
        (clocks.crash_seen, clocks.hang_seen, clocks.node_seen) = (seen.crash, seen.hang, seen.node);
        // A balancer that asks lets nobody in before it answers.
        clocks.start_seen = seen.hang.map(|_| Lapse::NONE);
        if unit.what.store().is_none() {
            clocks.restart = clocks.restart.map(|it| it.then(Lapse::ms(0, seen.again)));
        }
    }
    pairs
}

fn later(a: Seen, b: Seen) -> Seen {
    let longer = |a: Option<Lapse>, b: Option<Lapse>| Some(a?.with(b?));
    Seen {
        crash: longer(a.crash, b.crash),
        hang: longer(a.hang, b.hang),
        node: longer(a.node, b.node),
        again: a.again.max(b.again),
    }
}
