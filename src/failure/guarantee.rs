//! Whether what a profile demands is kept.

use crate::topology::{Accepts, Guarantee};

use super::effect::{Effect, Loss, Outcome};
use super::{Kind, Verdict};

/// A guarantee and what breaks it.
#[derive(Debug, Clone)]
pub struct Kept<'a> {
    /// What is demanded.
    pub guarantee: &'a Guarantee,
    /// The failures that break it; none where it is kept.
    pub broken_by: Vec<&'a Verdict>,
    /// How many failures are of its kinds; a guarantee against what cannot happen is kept by nothing.
    pub tried: usize,
}

impl Kept<'_> {
    /// Whether nothing breaks it.
    pub fn is_kept(&self) -> bool {
        self.broken_by.is_empty()
    }
}

/// Each guarantee against the failures of its kinds.
pub fn kept<'a>(guarantees: &'a [Guarantee], failures: &'a [Verdict]) -> Vec<Kept<'a>> {
    let each = |guarantee: &'a Guarantee| {
        let of_kind = |verdict: &&Verdict| verdict.faults.iter().any(|fault| means(guarantee, fault.kind));
        let tried = failures.iter().filter(of_kind).count();
        let broken_by = failures.iter().filter(of_kind).filter(|verdict| breaks(guarantee, &verdict.effect)).collect();
        Kept { guarantee, broken_by, tried }
    };
    guarantees.iter().map(each).collect()
}

fn means(guarantee: &Guarantee, kind: Kind) -> bool {
    guarantee.kinds.contains(&kind.as_str())
}

/// Whether that is more than the guarantee accepts.
fn breaks(guarantee: &Guarantee, effect: &Effect) -> bool {
    let mut outcome = effect.outcome;
    // What may be lost by the guarantee's own words is no loss that breaks it.
    if let (Outcome::DataLoss, Some(accepted), Loss::Bounded(bound)) = (outcome, guarantee.loses, effect.loss)
        && bound <= accepted.0
    {
        outcome = if effect.lapse.is_some() { Outcome::Interrupted } else { Outcome::Survives };
    }
    let accepted = match guarantee.accepts {
        Accepts::Survives => Outcome::Survives,
        Accepts::Interrupted => Outcome::Interrupted,
        Accepts::Degraded => Outcome::Degraded,
        Accepts::Down => Outcome::Down,
    };
    let too_long = guarantee.within.is_some_and(|within| match effect.lapse {
        Some(lapse) => lapse.max > within.0,
        None => outcome > Outcome::Survives,
    });
    outcome > accepted || too_long
}

#[cfg(test)]
mod tests {
    use crate::diagnostic::Span;
    use crate::grammar::Millis;
    use crate::topology::AGAINST;

    use super::super::effect::Reason;
    use super::super::system::Lapse;
    use super::*;

    fn guarantee(accepts: Accepts, within: Option<u64>, loses: Option<u64>) -> Guarantee {
        let millis = |value: Option<u64>| value.map(Millis);
        let (within, loses) = (millis(within), millis(loses));
        Guarantee { against: "node", kinds: &["node-loss"], accepts, within, loses, span: Span::DEFAULT }
    }

    fn effect(outcome: Outcome, lapse: Option<u64>, loss: Loss) -> Effect {
        let lapse = lapse.map(|max| Lapse { min: 0, max });
        Effect { outcome, lapse, left: 1, of: 2, loss, person: false, reason: Reason::TakesOver, part: 0 }
    }

    #[test]
    fn every_kind_can_be_guaranteed_against_and_no_other() {
        for (word, kinds) in AGAINST {
            for kind in *kinds {
                assert!(Kind::ALL.iter().any(|(known, _)| known == kind), "{word}: {kind}");
            }
        }
        for (kind, _) in Kind::ALL {
            assert!(AGAINST.iter().any(|(_, kinds)| kinds.contains(kind)), "{kind}");
        }
    }

    #[test]
    fn more_than_it_accepts_breaks_it() {
        use Accepts::{Degraded, Interrupted, Survives};
        let none = Loss::None;
        let cases = [
            (guarantee(Survives, None, None), effect(Outcome::Survives, None, none), false),
            (guarantee(Survives, None, None), effect(Outcome::Interrupted, Some(1), none), true),
            (guarantee(Interrupted, None, None), effect(Outcome::Interrupted, Some(9_000_000), none), false),
            (guarantee(Interrupted, Some(5_000), None), effect(Outcome::Interrupted, Some(5_000), none), false),
            (guarantee(Interrupted, Some(5_000), None), effect(Outcome::Interrupted, Some(5_001), none), true),
            (guarantee(Interrupted, Some(5_000), None), effect(Outcome::Survives, None, none), false),
            (guarantee(Interrupted, Some(5_000), None), effect(Outcome::Down, None, none), true),
            (guarantee(Degraded, None, None), effect(Outcome::Degraded, None, none), false),
            (guarantee(Degraded, None, None), effect(Outcome::DataLoss, None, Loss::All), true),
            (
                guarantee(Interrupted, None, Some(3_000)),
                effect(Outcome::DataLoss, Some(9), Loss::Bounded(2_500)),
                false,
            ),
            (guarantee(Interrupted, None, Some(2_000)), effect(Outcome::DataLoss, Some(9), Loss::Bounded(2_500)), true),
            (guarantee(Interrupted, None, Some(2_000)), effect(Outcome::DataLoss, Some(9), Loss::Unbounded), true),
            (
                guarantee(Interrupted, Some(8), Some(3_000)),
                effect(Outcome::DataLoss, Some(9), Loss::Bounded(2_500)),
                true,
            ),
        ];
        for (at, (guarantee, effect, broken)) in cases.into_iter().enumerate() {
            assert_eq!(breaks(&guarantee, &effect), broken, "case {at}: {} {effect:?}", guarantee.text());
        }
    }
}
