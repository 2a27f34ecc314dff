//! Addresses that move between hosts, as keepalived is told of them.

use std::collections::BTreeMap;

use super::remarks::{Remarks, Sentence};
use super::unit::{Unit, What};
use crate::failure::Takeover;
use crate::failure::lower::clocks as known;
use crate::manifest::{Directive, Keepalived};

const UNASKED: Sentence = (
    "Nothing asks whether what is behind {} answers: the address stays with one that does not, so it is reckoned as if \
     it did not move.",
    "Nothing asks whether what is behind {} answers: the addresses stay with those that do not, so it is reckoned as \
     if they did not move.",
);
const ALONE: Sentence =
    ("{} is told of on one host alone: it does not move.", "{} are told of on one host alone: they do not move.");
const SCRIPT: Sentence = (
    "What the script asks that decides which host has {} is not read: it is taken to ask for the process alone, so that \
     the address stays with a balancer that hangs.",
    "What the scripts ask that decide which hosts have {} is not read: they are taken to ask for the processes alone, \
     so that the addresses stay with balancers that hang.",
);
const NOBODY: Sentence = (
    "Which services are reached at {} is not known here: none of them is a balancer.",
    "Which services are reached at {} is not known here: none of them is a balancer.",
);
const SOME: Sentence = (
    "Not every host with {} takes part in moving its address: it is reckoned as if it did not move.",
    "Not every host with {} takes part in moving their address: it is reckoned as if it did not move.",
);

/// One host's part in it.
#[derive(Debug, Clone)]
pub(super) struct Router {
    /// The same on all hosts between which the addresses move.
    pub(super) id: String,
    /// What moves.
    pub(super) addresses: Vec<String>,
    /// The host's own address, where it is said.
    pub(super) own: Option<String>,
    /// Milliseconds between two signs of life.
    advert: u64,
    priority: u64,
    /// How often a script asks (ms), how long it may take (ms), and how often it must fail.
    asks: Option<(u64, u64, u64)>,
    /// What the scripts ask.
    scripts: Vec<Asks>,
}

/// What a script asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asks {
    /// Whether the balancer answers.
    Answer,
    /// Whether there is a process, or whether it takes a connection: one that hangs passes that.
    Process,
    /// What is not read.
    Unread,
}

impl Asks {
    fn of(script: &str) -> Self {
        let words =
            || script.split([' ', '"', '\'', '|', ';', '&']).map(|it| it.rsplit('/').next().unwrap_or_default());
        let any = |known: &[&str]| words().any(|word| known.contains(&word));
        match () {
            () if any(&["curl", "wget", "http_check", "check_http"]) => Self::Answer,
            () if any(&[
                "pgrep",
                "pidof",
                "killall",
                "kill",
                "killall5",
                "systemctl",
                "service",
                "ps",
                "nc",
                "ncat",
                "test",
            ]) =>
            {
                Self::Process
            }
            () => Self::Unread,
        }
    }
}

/// A host's part in it, with where that is and the balancers there.
pub(super) struct At {
    pub(super) router: Router,
    pub(super) host: usize,
}

/// What a configuration tells of one host's part.
pub(super) fn routers(config: &Keepalived) -> Vec<Router> {
    config.all("vrrp_instance").map(|instance| router(config, instance)).collect()
}

fn router(config: &Keepalived, instance: &Directive) -> Router {
    let word = |of: &Directive, key: &str| of.all(key).last().map(|it| it.argument(1).to_owned());
    // keepalived's times are seconds; what is not said is its own default.
    let ms = |text: Option<String>, default: u64| {
        let seconds = text.and_then(|it| it.parse::<f64>().ok()).filter(|it| (0.0..=86_400.0).contains(it));
        seconds.map_or(default, |it| (it * 1_000.0) as u64)
    };
    let lines = |key: &str| -> Vec<String> {
        let within = instance.all(key).flat_map(|it| &it.block);
        within.map(|line| line.name().split('/').next().unwrap_or_default().to_owned()).collect()
    };
    let script = |name: &String| {
        let script = config.all("vrrp_script").find(|it| it.argument(1) == name)?;
        let interval = ms(word(script, "interval"), 1_000);
        let count = |key: &str| word(script, key).and_then(|it| it.parse::<u64>().ok()).unwrap_or(1).clamp(1, 1_000);
        Some((interval, ms(word(script, "timeout"), interval), count("fall")))
    };
    let tracked = lines("track_script");
    let scripts = tracked.iter().filter_map(|name| {
        let script = config.all("vrrp_script").find(|it| it.argument(1) == name)?;
        let line = script.all("script").last()?;
        Some(Asks::of(&line.words.iter().skip(1).map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")))
    });
    let scripts: Vec<Asks> = scripts.collect();
    let asks = tracked.iter().filter_map(script).max_by_key(|(every, answer, fall)| (every + answer) * fall);
    Router {
        id: word(instance, "virtual_router_id").unwrap_or_else(|| instance.argument(1).to_owned()),
        addresses: lines("virtual_ipaddress"),
        own: word(instance, "unicast_src_ip").or_else(|| word(instance, "mcast_src_ip")),
        advert: ms(word(instance, "advert_int"), 1_000),
        priority: word(instance, "priority").and_then(|it| it.parse().ok()).unwrap_or(100),
        asks,
        scripts,
    }
}

/// Lets the balancers of hosts between which an address moves be members of one part; pairs of those that are.
pub(super) fn apply(all: &[At], units: &mut [Unit], remarks: &mut Remarks) -> Vec<(usize, usize)> {
    let mut by_id: BTreeMap<&str, Vec<&At>> = BTreeMap::new();
    all.iter().for_each(|at| by_id.entry(&at.router.id).or_default().push(at));
    let mut pairs = Vec::new();
    for members in by_id.values() {
        let address = members[0].router.addresses.first().map_or("the address", String::as_str);
        let mut hosts: Vec<usize> = members.iter().map(|at| at.host).collect();
        hosts.sort_unstable();
        hosts.dedup();
        if hosts.len() < 2 {
            remarks.of(ALONE, address);
            continue;
        }
        let behind =
            |unit: &Unit| matches!(unit.what, What::Balancer) && unit.host.is_some_and(|it| hosts.contains(&it));
        let balancers: Vec<usize> = (0..units.len()).filter(|unit| behind(&units[*unit])).collect();
        let (Some(first), Some(takeover)) = (balancers.first().copied(), takeover(members)) else {
            remarks.of(if balancers.is_empty() { NOBODY } else { UNASKED }, address);
            continue;
        };
        if members
            .iter()
            .any(|at| !at.router.scripts.contains(&Asks::Answer) && at.router.scripts.contains(&Asks::Unread))
        {
            remarks.of(SCRIPT, address);
        }
        for unit in balancers {
            pairs.push((first, unit));
            units[unit].moving = Some(takeover);
        }
    }
    pairs
}

/// Until the address is on another host, by whoever takes longest; `None` where some host asks nobody.
fn takeover(members: &[&At]) -> Option<Takeover> {
    let routers = members.iter().map(|at| &at.router);
    let mut asked = 0;
    for router in routers.clone() {
        let (every, answer, fall) = router.asks?;
        asked = asked.max((every + answer) * fall);
    }
    let advert = routers.clone().map(|it| it.advert).max()?;
    let lowest = routers.map(|it| it.priority).min()?;
    // A host of which no script is known to ask for an answer keeps the address while its balancer hangs.
    let blind = |at: &&At| !at.router.scripts.contains(&Asks::Answer);
    Some(Takeover { holds: members.iter().any(blind), ..known::moves(advert, lowest, asked) })
}

/// The takeover of what has several members, if each of them takes part in it.
pub(super) fn of_all(units: &[&Unit], remarks: &mut Remarks) -> Option<Takeover> {
    let some = units.iter().any(|unit| unit.moving.is_some());
    let all = units.iter().all(|unit| unit.moving.is_some());
    if some && !all {
        remarks.of(SOME, &units[0].name);
    }
    units.iter().filter_map(|unit| unit.moving).max_by_key(|it| it.hang.max).filter(|_| all)
}
