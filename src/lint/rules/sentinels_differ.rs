//! Sentinels of one primary that do not agree with one another.

use std::collections::BTreeMap;

use super::super::api::{Check, Report, Rule};
use super::super::balancers::local;
use crate::diagnostic::{Severity, quoted};
use crate::manifest::{Document, Redis, Word};

pub(super) const RULE: Rule = Rule {
    id: "sentinels-differ",
    severity: Severity::Warning,
    about: "sentinels of one primary that do not agree with one another",
    docs: "Sentinels that wait for different times, or for another quorum, call a primary dead at different moments and by \
        different rules; two that announce one address are one to the others; and one that announces `127.0.0.1`, or \
        Redis' own port, is found by nobody.",
    on: true,
    bad: &[
        "services:\n  a: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel down-after-milliseconds m 5000 }\n  b: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel down-after-milliseconds m 30000 }\n",
        "services:\n  a: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel announce-ip 192.0.2.1 }\n  b: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel announce-ip 192.0.2.1 }\n",
        "services:\n  a: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel announce-ip 127.0.0.1 --sentinel announce-port 6379 }\n",
    ],
    good: &[
        "services:\n  a: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel announce-ip 192.0.2.1 --sentinel down-after-milliseconds m 5000 }\n  b: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel announce-ip 192.0.2.2 --sentinel down-after-milliseconds m 5000 }\n",
        "services:\n  a: { image: \"redis:7\", command: redis-sentinel --sentinel monitor m 192.0.2.1 6379 2 --sentinel down-after-milliseconds m 5000 }\n  b: { image: \"redis:7\", command: redis-sentinel --sentinel monitor other 192.0.2.1 6379 2 --sentinel down-after-milliseconds other 30000 }\n",
    ],
    check: Check::Documents(check),
};

fn check(documents: &[Document], report: &mut Report<'_>) {
    let sentinels: Vec<&Redis> = documents
        .iter()
        .filter_map(|document| match document {
            Document::Redis(config) if config.sentinel => Some(config),
            _ => None,
        })
        .collect();
    let mut said: BTreeMap<(String, String), &Word> = BTreeMap::new();
    let mut announced: BTreeMap<(String, String), ()> = BTreeMap::new();
    for config in sentinels {
        for line in config.lines.iter().filter(|line| line.after("sentinel").is_some()) {
            let words: Vec<&str> = line.words.iter().map(|word| word.text.as_str()).collect();
            let (what, name, word) = match words.as_slice() {
                [_, "monitor", name, _, _, _] => ("quorum", *name, &line.words[5]),
                [_, "down-after-milliseconds", name, _] => ("down-after-milliseconds", *name, &line.words[3]),
                _ => continue,
            };
            let first = said.entry((what.to_owned(), name.to_owned())).or_insert(word);
            if first.text != word.text && !word.text.contains('$') && !first.text.contains('$') {
                let message = format!("another sentinel of {} has `{what}` {}", quoted(name), quoted(&first.text));
                report.find(word.span, message, "write one for all of them");
            }
        }
        let value = |key: &str| config.setting(key).and_then(|(_, rest)| rest.first());
        let (address, port) = (value("sentinel announce-ip"), value("sentinel announce-port"));
        if let Some(word) = address.filter(|word| local(&word.text)) {
            let message = format!("{} is each host's own: no other sentinel finds this one", quoted(&word.text));
            report.find(word.span, message, "write the address of its host");
        } else if let Some(word) = address.filter(|word| !word.text.contains('$')) {
            let own = port.or(config.value("port")).map_or("26379", |word| word.text.as_str());
            if announced.insert((word.text.clone(), own.to_owned()), ()).is_some() {
                let message =
                    format!("another sentinel announces {} too: to the others they are one", quoted(&word.text));
                report.find(word.span, message, "write the address of its own host");
            }
        }
        if let Some(word) = port.filter(|word| word.text == "6379") {
            report.find(
                word.span,
                "this is Redis' port, not a sentinel's",
                "write the port that it is reached by, 26379",
            );
        }
    }
}
