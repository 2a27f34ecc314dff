//! The time until others take over.

use super::super::effect::{Effect, Outcome, Reason};
use super::super::fault::{Fault, Kind, single};
use super::super::stands::stands;
use super::super::system::{Role, Shape};
use super::super::{Analysis, Verdict};
use super::{Cause, Rates, hours};

impl Analysis<'_> {
    /// The failures that have a rate, each with what it costs.
    pub(super) fn rated(&self, rates: &Rates) -> Vec<Verdict> {
        let faults = single(self.system).into_iter();
        let rated = faults.filter(|fault| self.often(fault, rates, None) > 0.0);
        rated.map(|fault| self.verdict(vec![fault])).collect()
    }

    /// Minutes a year in which some of these parts do not answer though they serve without what was lost.
    pub(super) fn takeovers(&self, rated: &[Verdict], parts: &[usize], rates: &Rates, without: Option<Cause>) -> f64 {
        let minutes = |verdict: &Verdict| {
            let often: f64 = verdict.faults.iter().map(|fault| self.often(fault, rates, without)).sum();
            if often > 0.0 { often * self.lapse(verdict, parts) * 60.0 } else { 0.0 }
        };
        rated.iter().map(minutes).sum()
    }

    /// How often a year a failure of a kind happens, of all members that it stands for.
    fn often(&self, fault: &Fault, rates: &Rates, without: Option<Cause>) -> f64 {
        let part = fault.hits.first().map_or(0, |hit| hit.part);
        let never = |cause: Cause| without == Some(cause);
        let members = || {
            let part = &self.system.parts[part];
            let members = u32::try_from(part.members.len()).unwrap_or(u32::MAX);
            // Of those of which one is the primary, the failure is that of the primary.
            f64::from(if part.shape == Shape::AnyOf { members } else { 1 })
        };
        match fault.kind {
            Kind::NodeLoss if !never(Cause::Nodes) => rates.node.per_year,
            Kind::ZoneLoss if !never(Cause::Zones) => rates.zone.per_year,
            Kind::DatastoreDiskLoss if !never(Cause::Disks(part)) => rates.disk.per_year * members(),
            Kind::BalancerCrash if !never(Cause::Processes(part)) => rates.balancer.per_year * members(),
            Kind::ReplicaCrash | Kind::DatastorePrimaryCrash if !never(Cause::Processes(part)) => {
                rates.process.per_year * members()
            }
            _ => 0.0,
        }
    }

    /// Hours until the slowest of these parts answers again, of those that others serve for meanwhile.
    fn lapse(&self, verdict: &Verdict, parts: &[usize]) -> f64 {
        let serves = |part: usize| {
            let members = verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.part == part);
            let away: Vec<usize> = members.map(|hit| hit.member).collect();
            self.system.parts[part].role != Role::External && stands(&self.system.parts[part], &away, true)
        };
        let of_part = |(part, effect): &(usize, Effect)| {
            let counts = parts.contains(part) && effect.outcome > Outcome::Survives && serves(*part);
            let share = match effect.reason {
                Reason::ShareUntilSeen => f64::from(effect.of - effect.left) / f64::from(effect.of.max(1)),
                _ => 1.0,
            };
            effect.lapse.filter(|_| counts).map_or(0.0, |lapse| hours(lapse) * share)
        };
        verdict.parts.iter().map(of_part).fold(0.0, f64::max)
    }
}
