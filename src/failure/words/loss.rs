//! What is lost, in words.

use crate::failure::{Effect, Lapse, Loss, Outcome, Role, Shape, Verdict};

use super::Words;
use super::text::{all_of, time, verb};

/// What is lost at most, and whose; `None` for nothing.
pub(super) fn loss(words: &Words<'_>, verdict: &Verdict) -> Option<String> {
    let effect = &verdict.effect;
    let of = |part: usize| verdict.parts.iter().any(|(other, it)| *other == part && it.loss == effect.loss);
    let elsewhere = || verdict.parts.iter().find(|(_, it)| it.loss == effect.loss).map(|(part, _)| *part);
    let part = if of(effect.part) { effect.part } else { elsewhere().unwrap_or(effect.part) };
    let it = words.system.parts.get(part)?;
    let by_hand = matches!(it.shape, Shape::PrimaryReplica { automatic: false, .. });
    // All of which that much is lost.
    let same = |(_, other): &&(usize, Effect)| other.loss == effect.loss && other.outcome >= Outcome::Down;
    let names: Vec<&str> =
        words.missed(verdict).filter(same).map(|(part, _)| words.system.parts[*part].name.as_str()).collect();
    let everything = || match words.users(part).as_slice() {
        _ if names.len() > 1 => format!("everything that {} keep", all_of(&names)),
        users if it.role != Role::Service && !users.is_empty() => {
            format!("everything that {} {} in {}", all_of(users), verb(users.len(), "keeps", "keep"), it.name)
        }
        _ => format!("everything that {} keeps", it.name),
    };
    Some(match effect.loss {
        Loss::None => return None,
        Loss::LastMoments if by_hand => {
            format!("writes to {} since it was last copied, where another is promoted before its disk is back", it.name)
        }
        Loss::LastMoments => format!("writes to {} of the last moments, which no other member had yet", it.name),
        // A disk with much to copy takes longer than is reckoned.
        Loss::Bounded(most) if by_hand => format!(
            "acknowledged writes to {} of about {}: those since the last copy, and longer where a copy takes longer",
            it.name,
            time(Lapse::ms(most, most))
        ),
        Loss::Bounded(most) => {
            format!("acknowledged writes to {} of at most {}", it.name, time(Lapse::ms(most, most)))
        }
        Loss::OwnCopy => {
            let hits = verdict.faults.iter().flat_map(|fault| &fault.hits).filter(|hit| hit.part == part);
            let mut members: Vec<usize> = hits.map(|hit| hit.member).collect();
            members.sort_unstable();
            members.dedup();
            let names: Vec<&str> = members.iter().map(|member| it.members[*member].name.as_str()).collect();
            format!("what {} {} for {}", all_of(&names), verb(names.len(), "keeps", "keep"), {
                verb(names.len(), "itself", "themselves")
            })
        }
        Loss::Unbounded => format!("acknowledged writes to {}, without a bound", it.name),
        Loss::IfDiskStays => format!("{}, if the disk does not come back", everything()),
        Loss::All => everything(),
    })
}

/// What is lost, in two or three words; `None` for nothing.
pub fn in_short(loss: Loss) -> Option<String> {
    Some(match loss {
        Loss::None => return None,
        Loss::LastMoments => "last moments".to_owned(),
        Loss::Bounded(most) => format!("at most {}", time(Lapse::ms(most, most))),
        Loss::OwnCopy => "its own".to_owned(),
        Loss::Unbounded => "no bound".to_owned(),
        Loss::IfDiskStays => "with its disk".to_owned(),
        Loss::All => "everything".to_owned(),
    })
}
