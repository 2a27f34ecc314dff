//! Why a failure costs what it costs.

use crate::failure::{
    Effect, Fault, How, Keeps, Kind, Lapse, Outcome, Part, Reason, Role, Roll, Shape, System, Verdict,
};

use super::text::{all_of, one_of, time, verb};
use super::{Origin, Words};

/// What happens, what comes of it where it costs most, and what callers are not told.
pub(super) fn why(words: &Words<'_>, verdict: &Verdict) -> String {
    let events: Vec<String> = verdict.faults.iter().map(|fault| event(words.system, fault)).collect();
    let mut sentences = vec![match events.as_slice() {
        [one] => format!("{one}."),
        several => format!("At the same time: {}.", several.join("; ")),
    }];
    sentences.extend(perhaps(words, verdict));
    sentences.extend(drained_first(words.system, verdict));
    let whole = &verdict.effect;
    let hit = |part: usize| verdict.parts.iter().find(|(other, _)| *other == part).map(|(_, effect)| effect);
    let same = |effect: &&Effect| (effect.outcome, effect.reason) == (whole.outcome, whole.reason);
    let own = hit(whole.part).filter(same).unwrap_or(whole);
    sentences.push(Case::new(words, verdict, own).consequence());
    // The longest wait may be for something else than what is worst.
    let end = |effect: &Effect| effect.lapse.map(|lapse| lapse.max);
    if end(own) != end(whole) && whole.outcome > Outcome::Survives {
        let last = words.missed(verdict).find(|(part, effect)| *part != whole.part && end(effect) == end(whole));
        sentences.extend(last.map(|(_, effect)| Case::new(words, verdict, effect).consequence()));
    }
    sentences.extend(ended_again(words.system, verdict));
    sentences.extend(untold(words, verdict));
    sentences.join(" ")
}

/// That a drain came before what fails, where a budget would refuse it afterwards.
fn drained_first(system: &System, verdict: &Verdict) -> Option<String> {
    let drained = |fault: &&Fault| fault.kind == Kind::Drain;
    let fails = verdict.faults.iter().any(|fault| !matches!(fault.kind, Kind::Drain | Kind::RollingUpdate));
    let hits = || verdict.faults.iter().filter(drained).flat_map(|fault| &fault.hits);
    let refused = fails && hits().any(|hit| system.parts[hit.part].budget.is_some());
    refused.then(|| "(The drain came first: a budget refuses it afterwards.)".to_owned())
}

/// How long those that start slowly have, where something ends them.
fn ended_again(system: &System, verdict: &Verdict) -> Option<String> {
    let slow = verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.how == How::Slow);
    let allowed = slow.filter_map(|hit| system.parts[hit.part].clocks.start_allowed).min()?;
    let has = time(Lapse::ms(allowed, allowed));
    Some(format!("It has {has}: what takes longer is ended and started again, without end, until a person acts."))
}

/// That what stands on a machine need not stand there, where nothing says where it stands.
fn perhaps(words: &Words<'_>, verdict: &Verdict) -> Option<String> {
    let Origin::Manifests(hand) = words.origin else { return None };
    let of_places = verdict.faults.iter().filter(|fault| !fault.nodes.is_empty());
    let mut parts: Vec<usize> = of_places.flat_map(|fault| &fault.hits).map(|hit| hit.part).collect();
    parts.dedup();
    parts.retain(|part| hand.parts.get(*part).is_some_and(|part| part.anywhere));
    parts.sort_unstable();
    parts.dedup();
    let names: Vec<&str> = parts.iter().map(|part| words.system.parts[*part].name.as_str()).collect();
    let stands = verb(names.len(), "stands", "stand");
    (!names.is_empty()).then(|| format!("That {} {stands} there may be: nothing says where.", all_of(&names)))
}

/// What happens, without a stop.
fn event(system: &System, fault: &Fault) -> String {
    let mut members: Vec<&str> = Vec::new();
    for hit in &fault.hits {
        let name = system.parts[hit.part].members[hit.member].name.as_str();
        if !members.contains(&name) {
            members.push(name);
        }
    }
    let subject = &fault.subject;
    let (names, many) = (all_of(&members), members.len());
    let of_place = |what: &str| {
        let zone = if system.zones.contains(subject) && !system.nodes.iter().any(|node| node.name == *subject) {
            "zone "
        } else {
            ""
        };
        let with = if many == 0 {
            ", on which nothing runs where members stand as is reckoned".to_owned()
        } else {
            format!(", with {names}")
        };
        format!("{zone}{subject} {what}{with}")
    };
    match fault.kind {
        Kind::ReplicaCrash | Kind::DatastorePrimaryCrash | Kind::DatastoreReplicaCrash | Kind::BalancerCrash => {
            format!("{names} {}", verb(many, "ends", "end"))
        }
        Kind::ReplicaHang | Kind::DatastorePrimaryHang => {
            format!("{names} {} still, with open connections", verb(many, "stands", "stand"))
        }
        Kind::ReplicaSlowStart => {
            let (is, takes) = (verb(many, "is", "are"), verb(many, "takes", "take"));
            format!("{names} {is} started again, and {takes} far longer than usual to answer")
        }
        Kind::NodeLoss | Kind::ZoneLoss => of_place("is lost"),
        Kind::NetworkCut => of_place("is cut off from the others and goes on"),
        Kind::Drain => of_place("is emptied on purpose"),
        Kind::DatastoreMajorityLoss => format!("{names} end and are not started again"),
        Kind::DatastoreRestart => format!("{names} {} and is started again at once", verb(many, "ends", "end")),
        Kind::DatastoreDiskLoss => format!("{names} {} on an empty disk", verb(many, "starts", "start")),
        Kind::DatastoreUnreachable => format!("{subject} does not answer"),
        Kind::RollingUpdate => {
            let of = fault.hits.first().map_or(Roll::OneByOne, |hit| system.parts[hit.part].clocks.roll);
            match of {
                Roll::OneByOne => format!("{subject} is replaced, one member after the other"),
                Roll::Together if many > 1 => format!("{subject} is replaced, all members at the same time"),
                Roll::Together => format!("{subject} is replaced"),
                Roll::Unasked => {
                    format!("{subject} is replaced, each member before anything asks whether the next answers")
                }
                Roll::Stuck | Roll::Beside => format!("{subject} is to be replaced by its next version"),
                Roll::ByHand => format!("{subject} is replaced by hand, one member after the other"),
            }
        }
    }
}

/// A part with what it costs it.
struct Case<'a> {
    system: &'a System,
    verdict: &'a Verdict,
    part: &'a Part,
    effect: &'a Effect,
    /// Members that are hit, by name.
    hit: Vec<&'a str>,
    /// Those that are not.
    left: Vec<&'a str>,
    /// Services that work with it.
    users: Vec<&'a str>,
}

impl<'a> Case<'a> {
    fn new(words: &Words<'a>, verdict: &'a Verdict, effect: &'a Effect) -> Self {
        let part = &words.system.parts[effect.part];
        let hits = || verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.part == effect.part);
        let members = part.members.iter().enumerate();
        let (hit, left): (Vec<_>, Vec<_>) = members.partition(|(at, _)| hits().any(|hit| hit.member == *at));
        let names = |members: Vec<(usize, &'a crate::failure::Member)>| {
            members.into_iter().map(|(_, member)| member.name.as_str()).collect()
        };
        let users = words.users(effect.part);
        Self { system: words.system, verdict, part, effect, hit: names(hit), left: names(left), users }
    }

    fn consequence(&self) -> String {
        let name = &self.part.name;
        let (hit, count) = (all_of(&self.hit), self.hit.len());
        let (others, one) = (all_of(&self.left), one_of(&self.left));
        let (left, of) = (self.effect.left, self.effect.of);
        let within = self.within();
        // Nobody asks those that vote before the primary is lost.
        if self.part.role == Role::Voter
            && self.effect.outcome == Outcome::Survives
            && (left as usize) < self.system.agreement(self.effect.part)
        {
            return format!(
                "{left} of {of} members of {name} are left, {}: nothing changes until the primary is lost, and then \
                 nobody takes over.",
                self.too_few(self.effect.part)
            );
        }
        match self.effect.reason {
            Reason::Untouched => "Clients need nothing of it.".to_owned(),
            Reason::OthersServe => format!("{others} {} at once.", verb(self.left.len(), "serves", "serve")),
            Reason::ShareUntilSeen if self.surges() => {
                format!("The next version is there before one goes: requests to the one that does fail{within}.")
            }
            Reason::ShareUntilSeen if self.part.is_each_alone() => {
                let for_time = within.replace(" within", " for");
                format!("What that host's clients call fails{for_time}; the balancers of others are not concerned.")
            }
            Reason::ShareForEver if self.part.is_each_alone() => {
                "What that host's clients call fails for as long; the balancers of others are not concerned.".to_owned()
            }
            Reason::ShareUntilSeen => format!(
                "Until {} found out{within}, {count} of {of} requests to {name} {}; {others} {} the rest.",
                verb(count, "that is", "they are"),
                verb(count, "fails", "fail"),
                verb(self.left.len(), "serves", "serve")
            ),
            Reason::ShareForEver if self.slow() => format!(
                "Nothing asks whether {} before requests are sent: until then {count} of {of} to {name} {}.",
                verb(count, "it answers", "they answer"),
                verb(count, "fails", "fail")
            ),
            Reason::ShareForEver => {
                let (it, share) = (verb(count, "it", "they"), verb(count, "fails", "fail"));
                format!(
                    "Nothing finds out that {it} cannot answer: {count} of {of} requests to {name} {share} for as long."
                )
            }
            Reason::ComesBack if of == 1 => {
                format!("Nothing stands in for {}: it serves again{within}.", self.it_or(&hit))
            }
            Reason::ComesBack => format!("None of {name} is left: enough of them serve again{within}."),
            Reason::Gone if of == 1 => {
                format!("Nothing stands in for {}, and {}.", self.it_or(&hit), self.back_with_place())
            }
            Reason::Gone => format!("None of {name} is left, and {}.", self.back_with_place()),
            Reason::Starts if of == 1 => {
                format!("Nothing stands in for {}: no answers for as long as it takes.", self.it_or(&hit))
            }
            Reason::Starts => format!("None of {name} is left: no answers for as long as that takes."),
            Reason::TakesOver => format!("{}{within}.", self.takeover(&one)),
            Reason::BackFirst => {
                format!("It is the primary, and back{within}, before another takes over{}.", self.or_replaced())
            }
            Reason::Follower if self.part.shape == Shape::Quorum => {
                format!("{left} of {of} members of {name} are left, which is more than half, and go on.")
            }
            Reason::Follower => format!("{hit} only {}: the primary goes on.", verb(count, "follows", "follow")),
            Reason::Voter => format!("{left} of {of} members of {name} are left, which is more than half."),
            Reason::VotersShort => format!("{} {}.", self.voters_short(), self.until_back()),
            Reason::NobodyElects => format!("Nothing takes over from {hit} {}.", self.until_back()),
            Reason::ReadsOnly => format!("{} {}.", self.reads_only(), self.until_started()),
            Reason::NoMajority => format!(
                "{left} of {of} members of {name} {} left, not more than half: no answers {}.",
                verb(left as usize, "is", "are"),
                self.until_started()
            ),
            Reason::InMemory => self.in_memory(match self.it_or(&hit) {
                "it" => "It",
                names => names,
            }),
            Reason::WithPod => {
                format!("{hit} {} the state in its pod alone, which ends.", verb(count, "keeps", "keep"))
            }
            Reason::TwoOnDisk => {
                format!(
                    "The next of {name} starts beside {hit} and writes to the same disk, or waits until {hit} goes."
                )
            }
            Reason::NoPlace => format!(
                "The next of {name} finds no place before {hit} goes, which waits for it: the update never ends, and \
                 {name} goes on as before."
            ),
            Reason::Unnoticed => format!(
                "It holds the address, and nothing finds out that it does not answer: nobody \
                takes it over {}.",
                self.until_back()
            ),
            Reason::LastDisk if of == 1 || self.part.keeps == Keeps::Common => {
                format!("No other disk has what {name} keeps.")
            }
            Reason::LastDisk => format!("Too few disks of {name} are left with what it keeps."),
            Reason::OtherDisks if self.part.shape == Shape::Quorum => format!(
                "{left} of {of} members of {name} are left and go on; {hit} {} not start before a person names {} \
                 anew.",
                verb(count, "does", "do"),
                verb(count, "it", "them")
            ),
            Reason::OtherDisks => {
                format!("{others} {} copies, from which it is filled.", verb(self.left.len(), "has", "have"))
            }
            Reason::DiskAway => self.disk_away(),
            Reason::CutOff => format!(
                "{hit} may be the primary and takes writes until it notices; {one} takes over{within}, and what was \
                 written to the other side is gone."
            ),
            Reason::Elsewhere => match self.users.as_slice() {
                [] => format!("Somebody else runs {name}: nothing here brings it back."),
                users => format!(
                    "Somebody else runs {name}: nothing here brings it back, and {} {} it.",
                    all_of(users),
                    verb(users.len(), "needs", "need")
                ),
            },
            Reason::NotCritical => format!("The services go on without {name}."),
            Reason::Planned if self.surges() => "The next version is there before one goes.".to_owned(),
            Reason::Planned => format!("{others} {} meanwhile.", verb(self.left.len(), "serves", "serve")),
            Reason::HandsOver => format!("{hit} hands over before it is ended: {one} takes over{within}."),
            Reason::Blocked => {
                format!("The budget of {name} lets no more be ended: the drain waits until a person ends {hit}.")
            }
        }
    }

    /// ` within 2.5-3.6 s`; nothing where it takes no time, or no time is known.
    fn within(&self) -> String {
        match self.effect.lapse {
            Some(lapse) if lapse.max > 0 => format!(" within {}", time(lapse)),
            _ => String::new(),
        }
    }

    /// Whether all members serve although some are hit, for others are there before these go.
    fn surges(&self) -> bool {
        self.effect.left == self.effect.of && !self.hit.is_empty()
    }

    /// Whether all that happens is that members start slowly.
    fn slow(&self) -> bool {
        self.verdict.faults.iter().flat_map(|fault| &fault.hits).all(|hit| hit.how == How::Slow)
    }

    /// What becomes of one that is not back in time.
    fn or_replaced(&self) -> String {
        let takeover = self.part.clocks.takeover.crash;
        if takeover.max == 0 {
            String::new()
        } else {
            format!("; one that starts later is replaced within {}", time(takeover))
        }
    }

    /// Whether a machine takes it along, so that it need not be the primary.
    fn by_place(&self) -> bool {
        self.verdict.faults.iter().any(|fault| !fault.nodes.is_empty())
    }

    /// What a lost machine took along is back when that is.
    fn back_with_place(&self) -> String {
        if !self.by_place() {
            return "nothing brings it back".to_owned();
        }
        let places: Vec<&str> = self
            .verdict
            .faults
            .iter()
            .filter(|fault| !fault.nodes.is_empty())
            .map(|fault| fault.subject.as_str())
            .collect();
        if self.part.clocks.restart.is_none() {
            let is = verb(places.len(), "is", "are");
            return format!("nothing starts it elsewhere, nor again when {} {is} back", all_of(&places));
        }
        format!("nothing starts it elsewhere: it is back when {} {}", all_of(&places), verb(places.len(), "is", "are"))
    }

    /// What was named just before needs no name again.
    fn it_or<'b>(&self, names: &'b str) -> &'b str {
        let named = match self.verdict.faults.as_slice() {
            [fault] => fault.nodes.is_empty() && fault.kind != Kind::RollingUpdate,
            _ => false,
        };
        if named && self.hit.len() == 1 { "it" } else { names }
    }

    fn takeover(&self, one: &str) -> String {
        let hit = all_of(&self.hit);
        let is = if self.by_place() { format!("{hit} may be") } else { "It is".to_owned() };
        match (self.part.role, self.part.shape, self.part.voters()) {
            (Role::Balancer, ..) => {
                let holds = if self.by_place() { format!("{hit} may hold") } else { "It holds".to_owned() };
                format!("{holds} the address: {one} takes it over")
            }
            (_, Shape::Quorum, _) => format!("{is} the leader: the others choose another"),
            (.., Some(voters)) => {
                let voters = &self.system.parts[voters].name;
                format!("{is} the primary: most of {voters} give it up, and {one} takes over")
            }
            _ => format!("{is} the primary: {one} takes over"),
        }
    }

    fn until_back(&self) -> String {
        match self.effect.lapse {
            Some(_) => format!("before it is back{}", self.within()),
            None if self.slow() => "before it answers".to_owned(),
            None => "until a person acts".to_owned(),
        }
    }

    fn until_started(&self) -> String {
        match self.effect.lapse {
            Some(lapse) => format!("for {}", time(lapse)),
            None if self.slow() => "before others answer".to_owned(),
            None => "until others are started".to_owned(),
        }
    }

    fn voters_short(&self) -> String {
        let Some(part) = self.part.voters() else { return "Nobody can take over".to_owned() };
        let voters = &self.system.parts[part];
        let hits = self.verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.part == part);
        let mut members: Vec<usize> = hits.map(|hit| hit.member).collect();
        members.sort_unstable();
        members.dedup();
        let of = voters.members.len();
        format!(
            "{} of {of} members of {} are left, {}: nobody takes over",
            of - members.len(),
            voters.name,
            self.too_few(part)
        )
    }

    /// How many of those that vote would be enough.
    fn too_few(&self, voters: usize) -> String {
        let (of, agree) = (self.system.parts[voters].members.len(), self.system.agreement(voters));
        if agree > of / 2 + 1 { format!("and {agree} must agree") } else { "not more than half".to_owned() }
    }

    fn reads_only(&self) -> String {
        let (left, of, name) = (self.effect.left, self.effect.of, &self.part.name);
        let followers = match self.part.shape {
            Shape::PrimaryReplica { followers, .. } => followers,
            Shape::AnyOf | Shape::Quorum => 0,
        };
        let are = verb(left as usize, "is", "are");
        let follow = verb(followers as usize, "follows", "follow");
        let (what, none) = if self.part.clocks.takeover.guarded {
            ("clients are let in", "no answers")
        } else {
            ("writes are taken", "reads only")
        };
        format!(
            "{left} of {of} members of {name} {are} left, and {what} only while {followers} {follow} the primary: {none}"
        )
    }

    fn in_memory(&self, hit: &str) -> String {
        let keeps = verb(self.hit.len(), "keeps", "keep");
        let ends = "in memory alone, which ends with the process";
        let hangs = |hit: &crate::failure::Hit| hit.how == How::Hung;
        if self.verdict.faults.iter().flat_map(|fault| &fault.hits).all(hangs) {
            return format!("{hit} {keeps} the state {ends}, and only ending it makes it answer.");
        }
        format!("{hit} {keeps} the state {ends}.")
    }

    fn disk_away(&self) -> String {
        let nodes = self.verdict.faults.iter().flat_map(|fault| &fault.nodes);
        let mut nodes: Vec<usize> = nodes.copied().collect();
        nodes.dedup();
        let names: Vec<&str> = nodes.iter().map(|node| self.system.nodes[*node].name.as_str()).collect();
        let (name, back) = (&self.part.name, verb(names.len(), "that is", "they are"));
        let names = all_of(&names);
        if self.part.clocks.restart.is_none() {
            return format!("What {name} keeps is on the disk of {names} alone: a person starts it when {back} back.");
        }
        format!("What {name} keeps is on the disk of {names} alone: it is back when {back}.")
    }
}

/// Whose answers may be wrong ones meanwhile, as far as is known: nothing refuses in their place.
fn untold(words: &Words<'_>, verdict: &Verdict) -> Option<String> {
    let bad = |part: usize| {
        let away = |(other, effect): &(usize, Effect)| {
            effect.outcome > Outcome::Survives && {
                words.closures[part].binary_search(other).is_ok() && words.system.parts[*other].role != Role::Voter
            }
        };
        verdict.parts.iter().any(away)
    };
    let deceived = |part: &&Part| part.needs.iter().any(|need| !need.honest && bad(need.part));
    let names: Vec<&str> = words.system.parts.iter().filter(deceived).map(|part| part.name.as_str()).collect();
    let (answers, it) = (verb(names.len(), "answers", "answer"), verb(names.len(), "it", "them"));
    (!names.is_empty()).then(|| {
        format!(
            "What {} {answers} meanwhile is up to {it}: nothing in front refuses on behalf of {it}.",
            all_of(&names)
        )
    })
}
