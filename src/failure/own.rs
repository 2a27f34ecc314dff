//! What hits on members cost their part, whatever becomes of the parts that it needs.

use super::effect::{Effect, Loss, Outcome, Reason};
use super::hit::{Hit, How, Struck};
use super::system::{Keeps, Lapse, Part, Role, Roll, Shape, Update};

/// What else there is while a part is hit.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// Nodes on which something may be started; `None` where nothing is known of nodes.
    pub(super) nodes: Option<u32>,
    /// Until as many of those that vote on its primary are there as must agree; no time where they are, `None` where
    /// they never are.
    pub(super) voters: Option<Lapse>,
    /// How many members of one that votes must be there.
    pub(super) agree: u32,
}

/// What these hits cost their part. `hits` are of one part.
pub(super) fn cost(index: usize, part: &Part, hits: &[Hit], around: Around) -> Effect {
    let mut members = by_member(hits);
    let of = count(part.members.len());
    let waiting = wait_for_budget(part, &mut members);
    // Where the next version is there before one goes, none is away.
    // One that nothing asks counts as there before it answers: the one before it is gone by then.
    let asked = part.clocks.roll != Roll::Unasked;
    let surge = part.role == Role::Service && asked && matches!(part.clocks.update, Update::Surge { .. });
    let goes = |struck: &&Struck| !(surge && struck.how == How::Rolled && struck.twice.is_none());
    let away = count(members.iter().filter(goes).count());
    let case = Case { index, part, left: of.saturating_sub(away), of, struck: &members, around };
    if case.struck.is_empty() {
        let blocked = Effect { person: true, ..case.effect(Outcome::Survives, None, Reason::Blocked) };
        return if waiting { blocked } else { Effect::untouched(index, of) };
    }
    if case.all(|how| how == How::Rolled) && case.struck.iter().all(|struck| struck.twice.is_none()) {
        let stays = Case { left: of, ..case };
        match part.clocks.roll {
            Roll::Stuck => return Effect { person: true, ..stays.effect(Outcome::Survives, None, Reason::NoPlace) },
            Roll::Beside => {
                let loss = Loss::Unbounded;
                return Effect { loss, ..stays.effect(Outcome::DataLoss, None, Reason::TwoOnDisk) };
            }
            _ => {}
        }
    }
    if part.role == Role::External {
        return Effect { person: false, ..case.effect(Outcome::Down, None, Reason::Elsewhere) };
    }
    let effect = match part.shape {
        Shape::AnyOf => case.any_of(),
        Shape::PrimaryReplica { followers, automatic, .. } => case.primary_replica(followers, automatic),
        Shape::Quorum => case.quorum(),
    };
    if waiting && case.struck.iter().any(|struck| case.back_of(struck).is_none()) {
        // The next may not be ended before those that were are back, and they do not come back.
        let reason = if effect.outcome == Outcome::Survives { Reason::Blocked } else { effect.reason };
        return Effect { person: true, reason, ..effect };
    }
    let by_hand =
        part.clocks.roll == Roll::ByHand && case.struck.iter().any(|struck| struck.is(|how| how == How::Rolled));
    Effect { person: effect.person && !case.ends_by_itself(&effect) || by_hand || case.never_starts(), ..effect }
}

fn by_member(hits: &[Hit]) -> Vec<Struck> {
    let mut members: Vec<Struck> = Vec::with_capacity(hits.len());
    for hit in hits {
        match members.iter_mut().find(|struck| struck.member == hit.member) {
            Some(struck) => struck.add(hit),
            None => members.push(Struck::by(hit)),
        }
    }
    members
}

/// Leaves out the members that a drain may not end yet, because others that were drained are away; whether there are
/// any. (What fails does not wait: it may do so after the drain.)
fn wait_for_budget(part: &Part, members: &mut Vec<Struck>) -> bool {
    let Some(budget) = part.budget else { return false };
    let (mut ended, mut waiting) = (0, false);
    members.retain_mut(|struck| {
        let drained = struck.how == How::Drained && struck.twice.is_none_or(How::is_planned);
        ended += u32::from(drained);
        let waits = drained && ended > budget;
        waiting |= waits;
        // An update asks no budget.
        let rolled = waits && struck.twice == Some(How::Rolled);
        if rolled {
            (struck.how, struck.twice) = (How::Rolled, None);
        }
        !waits || rolled
    });
    waiting
}

/// Until as many of those that vote are there again as must agree. `hits` are on them, in rising order.
pub(super) fn agree(index: usize, voters: &Part, hits: &[Hit], around: Around) -> Option<Lapse> {
    let mut hit = by_member(hits);
    // One whose eviction is refused goes on voting.
    wait_for_budget(voters, &mut hit);
    if count(voters.members.len().saturating_sub(hit.len())) >= around.agree {
        return Some(Lapse::NONE);
    }
    let effect = cost(index, voters, hits, around);
    effect.lapse.filter(|_| effect.outcome <= Outcome::Interrupted)
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[derive(Clone, Copy)]
struct Case<'a> {
    index: usize,
    part: &'a Part,
    left: u32,
    of: u32,
    struck: &'a [Struck],
    around: Around,
}

impl Case<'_> {
    fn effect(&self, outcome: Outcome, lapse: Option<Lapse>, reason: Reason) -> Effect {
        let person = outcome > Outcome::Interrupted;
        let (left, of) = (self.left, self.of);
        Effect { outcome, lapse, left, of, loss: Loss::None, person, reason, part: self.index }
    }

    fn all(&self, how: impl Fn(How) -> bool) -> bool {
        self.struck.iter().all(|struck| how(struck.how))
    }

    /// Whether what has no known end still has one without a person: those that start slowly answer at some time.
    fn ends_by_itself(&self, effect: &Effect) -> bool {
        effect.outcome < Outcome::DataLoss && self.all(|how| how == How::Slow)
    }

    /// Whether one that starts slowly is ended before it answers, each time again.
    fn never_starts(&self) -> bool {
        self.part.clocks.start_allowed.is_some() && self.struck.iter().any(|struck| struck.is(|how| how == How::Slow))
    }

    fn any_of(&self) -> Effect {
        let lost = count(self.struck.iter().filter(|struck| self.copy_is_lost(struck)).count());
        if self.left == 0 {
            return self.none_left(1);
        }
        let mut effect = match self.seen() {
            None => self.effect(Outcome::Degraded, None, Reason::ShareForEver),
            Some(Lapse { max: 0, .. }) if self.all(How::is_planned) => {
                self.effect(Outcome::Survives, None, Reason::Planned)
            }
            Some(Lapse { max: 0, .. }) => self.effect(Outcome::Survives, None, Reason::OthersServe),
            Some(lapse) => self.effect(Outcome::Interrupted, Some(lapse), Reason::ShareUntilSeen),
        };
        if lost == self.of {
            // Empty ones answer all the same.
            return self.emptied(Effect { lapse: effect.lapse.or(Some(Lapse::NONE)), ..effect });
        }
        if lost > 0 {
            effect.outcome = Outcome::DataLoss;
            effect.loss = Loss::OwnCopy;
            effect.reason = self.lost_by();
            effect.person = true;
        }
        effect
    }

    fn primary_replica(&self, followers: u32, automatic: bool) -> Effect {
        let wanted = followers.saturating_add(1).min(self.of.max(1));
        if self.left == 0 {
            let effect = self.none_left(wanted);
            let elects = automatic && self.around.voters.is_some();
            let stays = self.struck.iter().any(|struck| struck.primary && self.back_of(struck).is_none());
            let reason = if automatic { Reason::VotersShort } else { Reason::NobodyElects };
            // Others come back, and none of them becomes the primary.
            let nobody = effect.outcome < Outcome::Down && stays && !elects;
            return if nobody { effect.with(self.effect(Outcome::Down, None, reason)) } else { effect };
        }
        let primary = self.struck.iter().filter(|struck| struck.primary).max_by_key(|struck| struck.how);
        let mut effect = match primary {
            None => self.effect(Outcome::Survives, None, Reason::Follower),
            Some(struck) => self.without_primary(struck, automatic),
        };
        if self.left < wanted && effect.outcome < Outcome::Down {
            let missing = wanted - self.left;
            let returned = self.back(missing);
            effect = match returned {
                Some(lapse) => Effect {
                    lapse: Some(effect.lapse.map_or(lapse, |first| first.with(lapse))),
                    ..effect.with(self.effect(Outcome::Interrupted, Some(lapse), Reason::ReadsOnly))
                },
                None if self.part.clocks.takeover.guarded => {
                    effect.with(self.effect(Outcome::Down, None, Reason::ReadsOnly))
                }
                None => effect.with(self.effect(Outcome::Degraded, None, Reason::ReadsOnly)),
            };
        }
        let another_disk = self.struck.iter().any(|struck| struck.is(|how| how == How::DiskLost));
        if another_disk && effect.outcome <= Outcome::Interrupted && effect.reason == Reason::Follower {
            effect.reason = Reason::OtherDisks;
        }
        effect
    }

    /// Whether one that starts asks who is the primary, and never hears it.
    fn waits_in_vain(&self) -> bool {
        self.part.clocks.takeover.asks && self.around.voters.is_none()
    }

    /// What the loss of the primary costs while others are left.
    fn without_primary(&self, struck: &Struck, automatic: bool) -> Effect {
        let times = self.part.clocks.takeover;
        let keeps = self.part.keeps != Keeps::Nothing;
        let in_pod = self.part.keeps == Keeps::Pod && self.copy_is_lost(struck);
        let in_memory = self.part.keeps == Keeps::Memory || in_pod;
        let back = self.back_of(struck);
        let named = !times.asks || self.around.voters == Some(Lapse::NONE);
        if struck.how == How::Restarted && back.is_some() && named {
            let effect = self.effect(Outcome::Interrupted, back, Reason::BackFirst);
            // The others copy what it has, which is nothing.
            return if in_memory { self.emptied(effect) } else { effect };
        }
        let takeover = match struck.how {
            How::Hung => times.hang,
            How::NodeLost | How::CutOff => times.node,
            How::Drained | How::Rolled => times.planned.unwrap_or(times.crash),
            How::Restarted | How::Crashed | How::Slow | How::Gone | How::DiskLost => times.crash,
        };
        let unseen = struck.how == How::Hung && times.holds;
        let agreed = self.around.voters.filter(|_| automatic && !unseen);
        // Where those that vote must come back first, the primary may be there before them.
        let late =
            |wait: Lapse| wait.max > 0 && !times.asks && back.is_some_and(|back| back.max <= wait.then(takeover).max);
        let Some(wait) = agreed.filter(|wait| !late(*wait)) else {
            let reason = match automatic {
                _ if unseen => Reason::Unnoticed,
                true => Reason::VotersShort,
                false => Reason::NobodyElects,
            };
            // What others of a service have copied is read as before; an empty disk does not become the one that is
            // written.
            let read = matches!(self.part.role, Role::Service | Role::Synchroniser);
            let emptied = struck.is(|how| how == How::DiskLost);
            if read && (emptied || back.is_none()) {
                // Who is promoted lacks what no copy has; what is only down is back with all of it.
                let away = keeps && struck.is(|how| matches!(how, How::NodeLost | How::CutOff));
                let loss = match times.cut_loss.map_or(Loss::Unbounded, Loss::Bounded) {
                    bound if emptied => bound,
                    _ if away => Loss::LastMoments,
                    _ => Loss::None,
                };
                let outcome = if emptied { Outcome::DataLoss } else { Outcome::Degraded };
                return Effect { loss, ..self.effect(outcome, None, reason) };
            }
            return match back {
                Some(lapse) if in_memory || struck.how == How::DiskLost => {
                    self.emptied(self.effect(Outcome::Interrupted, Some(lapse), reason))
                }
                Some(lapse) => self.effect(Outcome::Interrupted, Some(lapse), reason),
                None => self.effect(Outcome::Down, None, reason),
            };
        };
        let takeover = wait.then(takeover);
        let hands_over = struck.how.is_planned() && times.planned.is_some();
        let reason = match struck.how {
            _ if wait.max > 0 => Reason::VotersShort,
            _ if hands_over => Reason::HandsOver,
            _ => Reason::TakesOver,
        };
        let outcome = if takeover.max == 0 { Outcome::Survives } else { Outcome::Interrupted };
        let mut effect = self.effect(outcome, (takeover.max > 0).then_some(takeover), reason);
        if struck.is(|how| how == How::CutOff) && keeps {
            effect.outcome = Outcome::DataLoss;
            effect.loss = times.cut_loss.map_or(Loss::Unbounded, Loss::Bounded);
            effect.reason = Reason::CutOff;
        } else if keeps && !hands_over {
            effect.loss = Loss::LastMoments;
        }
        effect
    }

    fn quorum(&self) -> Effect {
        let votes = self.part.role == Role::Voter;
        let majority = if votes { self.around.agree } else { self.of / 2 + 1 };
        let disks = count(self.struck.iter().filter(|struck| self.copy_is_lost(struck)).count());
        // What was acknowledged is on a majority: where fewer disks are lost than that, another one has it.
        if disks >= majority && self.part.keeps != Keeps::Nothing {
            let effect = self.effect(Outcome::DataLoss, None, self.lost_by());
            return Effect { loss: if disks == self.of { Loss::All } else { Loss::Unbounded }, ..effect };
        }
        if self.left < majority {
            return match self.back(majority - self.left) {
                // They are back, and then they elect.
                Some(lapse) => {
                    let elect =
                        if self.part.role == Role::Voter { Lapse::NONE } else { self.part.clocks.takeover.crash };
                    let lapse = lapse.then(elect);
                    self.effect(Outcome::Interrupted, Some(lapse), Reason::NoMajority)
                }
                None => self.effect(Outcome::Down, None, Reason::NoMajority),
            };
        }
        let leader = self.struck.iter().filter(|struck| struck.primary).max_by_key(|struck| struck.how);
        let times = self.part.clocks.takeover;
        let mut effect = match leader {
            None if self.part.role == Role::Voter => self.effect(Outcome::Survives, None, Reason::Voter),
            None => self.effect(Outcome::Survives, None, Reason::Follower),
            // Another leads, and a share of the clients is still sent to the one that hangs.
            Some(struck) if struck.how == How::Hung && times.holds => match self.back_of(struck) {
                Some(lapse) => self.effect(Outcome::Interrupted, Some(lapse.with(times.hang)), Reason::ShareUntilSeen),
                None => self.effect(Outcome::Degraded, None, Reason::ShareForEver),
            },
            Some(struck) => {
                let (lapse, reason) = match struck.how {
                    How::Hung => (times.hang, Reason::TakesOver),
                    How::NodeLost | How::CutOff => (times.node, Reason::TakesOver),
                    How::Drained | How::Rolled if times.planned.is_some() => {
                        (times.planned.unwrap_or_default(), Reason::HandsOver)
                    }
                    _ => (times.crash, Reason::TakesOver),
                };
                let outcome = if lapse.max == 0 { Outcome::Survives } else { Outcome::Interrupted };
                self.effect(outcome, (lapse.max > 0).then_some(lapse), reason)
            }
        };
        if disks > 0 {
            // It does not start on an empty disk until it is named a new member.
            effect.person = true;
            if effect.reason == Reason::Follower {
                effect.reason = Reason::OtherDisks;
            }
        }
        effect
    }

    /// No member is left, and so many must be back before it serves.
    fn none_left(&self, wanted: u32) -> Effect {
        let lost = count(self.struck.iter().filter(|struck| self.copy_is_lost(struck)).count());
        let back = self.back(wanted.saturating_sub(self.left).max(1));
        let stays = self.part.keeps.on_node() || self.part.keeps == Keeps::Pod;
        let away = stays && self.struck.iter().any(|s| s.is(|how| how == How::NodeLost));
        let effect = match back {
            Some(Lapse { max: 0, .. }) if self.all(How::is_planned) => {
                self.effect(Outcome::Survives, None, Reason::Planned)
            }
            Some(Lapse { max: 0, .. }) => self.effect(Outcome::Survives, None, Reason::ComesBack),
            Some(lapse) => self.effect(Outcome::Interrupted, Some(lapse), Reason::ComesBack),
            None if away => Effect { loss: Loss::IfDiskStays, ..self.effect(Outcome::Down, None, Reason::DiskAway) },
            None if self.all(|how| how == How::Slow) => self.effect(Outcome::Down, None, Reason::Starts),
            None => self.effect(Outcome::Down, None, Reason::Gone),
        };
        if lost == self.of { self.emptied(effect) } else { effect }
    }

    /// Everything that it kept is gone.
    fn emptied(&self, effect: Effect) -> Effect {
        Effect {
            outcome: Outcome::DataLoss,
            loss: Loss::All,
            // What was lost does not come back by itself.
            person: true,
            reason: self.lost_by(),
            ..effect
        }
    }

    fn lost_by(&self) -> Reason {
        match self.part.keeps {
            Keeps::Memory => Reason::InMemory,
            Keeps::Pod => Reason::WithPod,
            _ => Reason::LastDisk,
        }
    }

    /// Whether what the member kept is gone with it.
    fn copy_is_lost(&self, struck: &Struck) -> bool {
        match self.part.keeps {
            Keeps::Nothing | Keeps::Shared => false,
            // One that hangs must be ended by somebody. One that is cut off has it still, unless another is started
            // in its place.
            Keeps::Memory => {
                !struck.is(|how| how == How::CutOff) || struck.twice.is_some() || self.part.clocks.moved.is_some()
            }
            // A pod that a node's loss or a drain leaves in its place is the same one when the node is back.
            Keeps::Pod => {
                let replaced = self.part.clocks.moved.is_some() || self.part.clocks.drained.is_some();
                struck.is(|how| how == How::Rolled || how.is_of_node() && replaced)
            }
            Keeps::Disk | Keeps::Common => struck.is(|how| how == How::DiskLost),
        }
    }

    /// Until nobody is sent to the members that are hit.
    fn seen(&self) -> Option<Lapse> {
        let clocks = &self.part.clocks;
        let seen = |struck: &Struck| {
            // A balancer that is not started elsewhere is away for as long as its machine.
            let stays = self.part.role == Role::Balancer && clocks.drained.is_none();
            let found_out = match struck.how {
                How::Drained if stays => clocks.node_seen,
                How::Rolled | How::Drained => Some(clocks.stop),
                How::Hung => clocks.hang_seen,
                How::Slow => clocks.start_seen,
                How::CutOff | How::NodeLost => clocks.node_seen,
                How::Restarted | How::Crashed | How::Gone | How::DiskLost => clocks.crash_seen,
            };
            // It is enough that it serves again.
            match (found_out, self.back_of(struck)) {
                (Some(a), Some(b)) => Some(a.or(b)),
                (a, b) => a.or(b),
            }
        };
        self.struck.iter().map(seen).reduce(|a, b| Some(a?.with(b?)))?
    }

    /// Until so many of the members that are hit serve again.
    fn back(&self, wanted: u32) -> Option<Lapse> {
        let time = |struck: &Struck| Some((self.back_of(struck)?, struck.is(How::is_of_node)));
        let mut times: Vec<(Lapse, bool)> = self.struck.iter().filter_map(time).collect();
        times.sort_by_key(|(lapse, moves)| (lapse.max, lapse.min, *moves));
        // Those that move need a node each where no two may share one.
        let mut room = self.room();
        times.retain(|(_, moves)| {
            let place = !moves || room > 0;
            room -= u32::from(*moves && place);
            place
        });
        times.get(usize::try_from(wanted.checked_sub(1)?).ok()?).map(|(lapse, _)| *lapse)
    }

    /// Until a member that is hit serves again.
    fn back_of(&self, struck: &Struck) -> Option<Lapse> {
        let clocks = &self.part.clocks;
        let one = |how: How| match how {
            How::Restarted | How::Crashed | How::DiskLost => clocks.restart,
            How::Rolled => clocks.rolled.or(clocks.restart),
            How::Hung => clocks.revive,
            How::NodeLost | How::CutOff => clocks.moved.filter(|_| self.has_room()),
            How::Drained => clocks.drained.filter(|_| self.has_room()),
            How::Slow | How::Gone => None,
        };
        if self.waits_in_vain() {
            return None;
        }
        // A member of a quorum does not start on an empty disk.
        if self.part.shape == Shape::Quorum && self.part.role == Role::Datastore && self.copy_is_lost(struck) {
            return None;
        }
        match struck.twice {
            None => one(struck.how),
            Some(other) => Some(one(struck.how)?.with(one(other)?)),
        }
    }

    /// Whether there is a node for one more member.
    fn has_room(&self) -> bool {
        self.room() > 0
    }

    /// For how many more members there are nodes.
    fn room(&self) -> u32 {
        // One that nothing starts again has its place all the same.
        let stays = |struck: &&Struck| !struck.is(How::is_of_node);
        match self.around.nodes {
            Some(nodes) if self.part.apart => {
                nodes.saturating_sub(self.left + count(self.struck.iter().filter(stays).count()))
            }
            Some(0) => 0,
            _ => u32::MAX,
        }
    }
}
