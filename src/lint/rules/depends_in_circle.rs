//! Services that wait for each other.

use std::collections::{HashMap, HashSet};

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::{Severity, Span};
use crate::manifest::Project;

pub(super) const RULE: Rule = Rule {
    id: "depends-in-circle",
    severity: Severity::Error,
    about: "services that wait for each other",
    docs: "Compose refuses a project in which a service waits, by others or directly, for itself.",
    on: true,
    bad: &[
        r#"services:
  a:
    image: a:1
    depends_on: [b]
  b:
    image: b:1
    depends_on: [a]
"#,
        r#"services:
  a:
    image: a:1
    depends_on: [a]
"#,
    ],
    good: &[r#"services:
  a:
    image: a:1
    depends_on: [b, c]
  b:
    image: b:1
    depends_on: [c]
  c:
    image: c:1
"#],
    check: Check::Compose(check),
};

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let number: HashMap<&str, usize> = project.services.iter().enumerate().map(|(at, it)| (it.name, at)).collect();
    let waits = |at: usize| -> Vec<(usize, Span)> {
        let view = project.services[at].view.key("depends_on");
        let listed = view.items().filter_map(|item| Some((item.word()?, item.span())));
        let all = listed.chain(view.entries().iter().map(|entry| (entry.key.as_str(), entry.key_span)));
        all.filter_map(|(name, span)| Some((*number.get(name)?, span))).collect()
    };
    // Each service is looked at once: not yet, under way, done.
    let mut state = vec![0_u8; project.services.len()];
    for first in 0..project.services.len() {
        let mut way = vec![(first, waits(first), 0)];
        if state[first] != 0 {
            continue;
        }
        state[first] = 1;
        while let Some((at, next, done)) = way.last_mut() {
            let Some((to, span)) = next.get(*done).copied() else {
                state[*at] = 2;
                way.pop();
                continue;
            };
            *done += 1;
            if state[to] == 1 {
                let message = format!("`{}` waits here for itself", project.services[to].name);
                report.find(span, message, "remove one of the `depends_on` of the circle");
            } else if state[to] == 0 {
                state[to] = 1;
                let next = waits(to);
                way.push((to, next, 0));
            }
        }
    }
}
