//! What a failure costs, in plain sentences: why, what is lost, what is left, and which change would mend it.

mod after;
mod change;
mod hand;
mod keys;
mod loss;
mod mend;
mod text;
mod why;

pub use after::{after_loss, of_placed, of_room};
pub use hand::{Form, Hand, Held};
pub use keys::{Key, Keys};
pub use loss::in_short as loss_in_short;
pub(super) use text::all_of;
pub use text::time;

use super::{Effect, Role, System, Verdict};

/// Whose words a mend uses.
#[derive(Debug, Clone)]
pub enum Origin {
    /// A profile's, with the keys of each part.
    Profile(Keys),
    /// Those of manifests of another hand, with what each part is there.
    Manifests(Hand),
}

/// What is said of one failure, or of several at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// One to three sentences.
    pub why: String,
    /// What is lost at most; `None` for nothing.
    pub data_loss: Option<String>,
    /// Members that serve while it lasts: `2 of 3`.
    pub capacity: String,
    /// The part that these are members of; `None` where nothing is hit.
    pub part: Option<String>,
    /// The change that would make it survive, or that nothing does; `None` where it survives.
    pub mend: Option<String>,
}

/// Tells of the failures of one system.
#[derive(Debug)]
pub struct Words<'a> {
    system: &'a System,
    origin: &'a Origin,
    /// For each part, the parts that it works with, itself among them.
    closures: Vec<Vec<usize>>,
    /// For each part, whether the whole fails without it.
    matters: Vec<bool>,
}

impl<'a> Words<'a> {
    /// Of a system.
    pub fn new(system: &'a System, origin: &'a Origin) -> Self {
        Self { system, origin, closures: system.closures(), matters: system.matters() }
    }

    /// What is said of a verdict of this system.
    pub fn of(&self, verdict: &Verdict) -> Told {
        let effect = &verdict.effect;
        let part = self.system.parts.get(effect.part).filter(|_| effect.of > 0);
        Told {
            why: why::why(self, verdict),
            data_loss: loss::loss(self, verdict),
            capacity: if effect.of == 0 { "all".to_owned() } else { format!("{} of {}", effect.left, effect.of) },
            part: part.map(|part| part.name.clone()),
            mend: mend::mend(self, verdict),
        }
    }

    /// Services that work with a part, directly or not, by name.
    fn users(&self, part: usize) -> Vec<&'a str> {
        let uses = |user: &usize| self.closures[*user].binary_search(&part).is_ok();
        let services = (0..self.system.parts.len()).filter(|user| self.system.parts[*user].role == Role::Service);
        services.filter(uses).map(|user| self.system.parts[user].name.as_str()).collect()
    }

    /// What it costs the parts that it hits, without those that nobody misses.
    fn missed<'b>(&'b self, verdict: &'b Verdict) -> impl Iterator<Item = &'b (usize, Effect)> {
        // Where nothing that is hit matters, what is hit is told all the same.
        let none = !verdict.parts.iter().any(|(part, _)| self.matters[*part]);
        verdict.parts.iter().filter(move |(part, _)| {
            let it = &self.system.parts[*part];
            it.critical && it.role != Role::Voter && (none || self.matters[*part])
        })
    }
}
