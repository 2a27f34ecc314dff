//! Mends that are settings do what they say: set, they are taken, and the failure costs less.

use std::path::{Path, PathBuf};

use a8ctl::failure::{Analysis, Effect, Fault, Keys, Origin, Outcome, System, Told, Words, single, system};
use a8ctl::profile::{self, BUILTINS, Request};
use a8ctl::target;
use a8ctl::topology::{Platform, Topology};

use crate::support::{header, root};

/// What stands for what a person fills in.
const FILLED: &[(&str, &str)] =
    &[("ADDRESS/PREFIX", "192.0.2.10/24"), ("SIZE", "1Gi"), ("NAMESPACE", "here"), ("NAME", "mended"), ("KEY", "word")];

/// A profile with others laid over it, or why it cannot be had.
fn load(profile: &str, overlays: &[&str]) -> Result<Topology, String> {
    let overlays: Vec<&str> = overlays.iter().copied().filter(|overlay| !overlay.is_empty()).collect();
    let name = |at: usize| PathBuf::from(format!("overlay-{at}.yaml"));
    let names: Vec<PathBuf> = (0..overlays.len()).map(name).collect();
    let read = |path: &Path| match names.iter().position(|name| name == path) {
        Some(at) => Ok(overlays[at].as_bytes().to_vec()),
        None => std::fs::read(root().join(path)).map_err(|error| error.to_string()),
    };
    let loaded = profile::load(&Request { profile, overlays: &names, sets: &[] }, &read);
    let codes: Vec<String> = loaded.problems.iter().map(|it| format!("{}: {}", it.code, it.message)).collect();
    loaded.profile.map(|it| it.topology).ok_or_else(|| codes.join("; "))
}

/// All that a mend says to set, as a profile over the one that it is of; `None` where a person has to think.
fn overlay(mend: &str, hosts: usize) -> Option<String> {
    let mut lines = Vec::new();
    let settings = mend.split("; ").find(|part| part.contains(": ") && part.contains('`'))?;
    for (at, setting) in settings.split('`').enumerate().filter(|(at, _)| at % 2 == 1) {
        let before = settings.split('`').nth(at - 1).unwrap_or_default();
        if setting == "placement.hosts" {
            let count: usize = before.split_whitespace().find_map(|word| word.parse().ok())?;
            let host = |number: usize| format!("node-{number}: {{ address: 192.0.2.{} }}", 10 + number);
            let more: Vec<String> = (hosts + 1..=count).map(host).collect();
            lines.push(("placement.nodes".to_owned(), count.to_string()));
            lines.push(("placement.hosts".to_owned(), format!("{{ {} }}", more.join(", "))));
            continue;
        }
        let (path, value) = setting.split_once(": ")?;
        // A word of a sentence, as `kind: etcd`, stands nowhere yet.
        path.split_once('.')?;
        lines.push((path.to_owned(), value.to_owned()));
    }
    let mut tree = Tree::default();
    for (path, value) in lines {
        let value = FILLED.iter().fold(value, |text, (word, is)| text.replace(word, is));
        if value.contains("mended") {
            tree.put("secrets", "{ mended: [word] }");
        }
        tree.put(&path, &value);
    }
    Some(tree.text(0))
}

#[derive(Default)]
struct Tree(Vec<(String, Tree)>, Option<String>);

impl Tree {
    fn put(&mut self, path: &str, value: &str) {
        let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
        let at = self.0.iter().position(|(key, _)| key == first).unwrap_or_else(|| {
            self.0.push((first.to_owned(), Self::default()));
            self.0.len() - 1
        });
        match rest {
            Some(rest) => self.0[at].1.put(rest, value),
            None => self.0[at].1.1 = Some(value.to_owned()),
        }
    }

    fn text(&self, depth: usize) -> String {
        let line = |(key, below): &(String, Self)| {
            let value =
                below.1.as_ref().map_or_else(|| format!("\n{}", below.text(depth + 1)), |it| format!(" {it}\n"));
            format!("{}{key}:{value}", "  ".repeat(depth))
        };
        self.0.iter().map(line).collect()
    }
}

/// Of a topology on a target: each failure with what it costs and what is said.
fn failures(topology: &Topology, platform: Platform) -> (System, Vec<(Fault, Effect, Told)>) {
    let system = system(topology, platform);
    let origin = Origin::Profile(Keys::of(topology, &system));
    let analysis = Analysis::new(&system);
    let words = Words::new(&system, &origin);
    let each = |fault: Fault| {
        let verdict = analysis.verdict(vec![fault.clone()]);
        (fault, verdict.effect, words.of(&verdict))
    };
    let all = single(&system).into_iter().map(each).collect();
    (system, all)
}

/// Whether it costs less: a better outcome, or an end sooner.
fn less(after: &Effect, before: &Effect) -> bool {
    let end = |effect: &Effect| match effect.lapse {
        Some(lapse) => lapse.max,
        None if effect.outcome == Outcome::Survives => 0,
        None => u64::MAX,
    };
    (after.outcome, end(after), after.person) < (before.outcome, end(before), before.person)
}

#[test]
fn a_mend_that_is_a_setting_can_be_set_and_mends() {
    let (mut wrong, mut tried) = (Vec::new(), 0);
    let more = ["external-db placement.nodes=1 placement.spread=preferred"];
    for words in BUILTINS.iter().map(|it| it.name).chain(more) {
        let mut parts = words.split_whitespace();
        let profile = parts.next().unwrap();
        let mut base = Tree::default();
        parts.filter_map(|set| set.split_once('=')).for_each(|(path, value)| base.put(path, value));
        let base = base.text(0);
        let topology = load(profile, &[&base]).unwrap();
        for target in target::TARGETS {
            let header = header("a8ctl".to_owned(), &topology, target);
            if (target.render)(&topology, &header).is_err() {
                continue;
            }
            for (fault, before, told) in failures(&topology, target.platform).1 {
                let Some(mend) = told.mend.as_deref() else { continue };
                let Some(overlay) = overlay(mend, topology.placement.hosts.len()) else { continue };
                tried += 1;
                let of = format!("{words} on {}: {} {}: {mend}", target.name, fault.kind.as_str(), fault.subject);
                let mended = match load(profile, &[&base, &overlay]) {
                    Ok(mended) => mended,
                    Err(problems) => {
                        wrong.push(format!("{of}\n    is refused: {problems}"));
                        continue;
                    }
                };
                if let Err(problems) = (target.render)(&mended, &header) {
                    let codes: Vec<&str> = problems.iter().map(|it| it.code).collect();
                    // It stands in front of no store of the kind that is named, and says so.
                    if codes == ["nginx-cannot"] {
                        continue;
                    }
                    wrong.push(format!("{of}\n    is refused: {codes:?}"));
                }
                let same = |it: &&(Fault, Effect, Told)| it.0.kind == fault.kind && it.0.subject == fault.subject;
                let now = failures(&mended, target.platform).1;
                let Some((_, after, _)) = now.iter().find(same) else { continue };
                if !less(after, &before) {
                    wrong.push(format!("{of}\n    mends nothing: {before:?}\n    {after:?}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {tried}:\n{}", wrong.len(), wrong.join("\n"));
    assert!(tried > 60, "{tried}");
}
