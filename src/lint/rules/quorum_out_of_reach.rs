//! A quorum that there are not enough sentinels for.

use std::collections::BTreeMap;

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Document, Line};

pub(super) const RULE: Rule = Rule {
    id: "quorum-out-of-reach",
    severity: Severity::Error,
    about: "a quorum that there are not enough sentinels for",
    docs: "No failover begins unless as many sentinels as the quorum call the primary dead. Of three sentinels \
        it is 2.",
    on: true,
    bad: &[r#"services:
  s1:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
  s2:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
  s3:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 4
"#],
    good: &[r#"services:
  s1:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 2
  s2:
    image: redis:7
    command: redis-server --sentinel --sentinel monitor store 192.0.2.1 6379 2
"#],
    check: Check::Documents(check),
};

fn check(documents: &[Document], report: &mut Report<'_>) {
    let mut watched: BTreeMap<Vec<&str>, Vec<&Line>> = BTreeMap::new();
    for document in documents {
        let Document::Redis(config) = document else { continue };
        for line in config.lines.iter().filter(|line| line.after("sentinel monitor").is_some()) {
            let name = line.words.iter().skip(2).take(3).map(|word| word.text.as_str()).collect();
            watched.entry(name).or_default().push(line);
        }
    }
    // One file is the same for all, and says nothing of how many there are.
    for (name, lines) in watched.into_iter().filter(|(_, lines)| lines.len() > 1) {
        let count = lines.len();
        let word = lines[0].words.get(5).filter(|word| word.text.parse::<usize>().is_ok_and(|quorum| quorum > count));
        if let Some(word) = word {
            let message = format!("{} of {count} sentinels are to call {} dead", word.text, quoted(&name.join(" ")));
            report.find(word.span, message, format!("use {}", count / 2 + 1));
        }
    }
}
