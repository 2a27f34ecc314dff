//! A preStop that takes as long as the pod may take to end.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Container, Workload};

pub(super) const RULE: Rule = Rule {
    id: "grace-too-short",
    severity: Severity::Error,
    about: "a preStop that takes as long as the pod may take to end",
    docs: "The grace period counts from before the preStop hook: what is left after it is the time in which the \
        program may end what it has under way. The server refuses a sleep that is longer than the whole.",
    on: true,
    bad: &[
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, lifecycle: { preStop: { sleep: { seconds: 30 } } } }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      terminationGracePeriodSeconds: 10
      containers: [{ name: web, image: web:1, lifecycle: { preStop: { exec: { command: [sh, -c, "sleep 15"] } } } }]
"#,
    ],
    good: &[r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1, lifecycle: { preStop: { sleep: { seconds: 10 } } } }]
"#],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, workload: &Workload<'_>, report: &mut Report<'_>) {
    let hook = container.view.at("lifecycle.preStop");
    let (seconds, place) = match hook.at("sleep.seconds").integer() {
        Some(seconds) => (seconds, hook.at("sleep.seconds")),
        None => {
            let command = hook.at("exec.command");
            let words: Vec<&str> = command.items().filter_map(|word| word.word()).collect();
            let Some(seconds) = slept(&words.join(" ")) else { return };
            (seconds, command)
        }
    };
    let grace = workload.pod.grace();
    if seconds >= grace {
        report.find(
            place.span(),
            format!("the preStop hook takes {seconds} s of the {grace} s in which `{}` must end", container.name()),
            format!("set `terminationGracePeriodSeconds` to {} or more, or sleep less", seconds + 10),
        );
    }
}

/// The seconds of a command that sleeps.
fn slept(command: &str) -> Option<i64> {
    let mut words = command.split([' ', ';', '&']);
    words.find(|word| *word == "sleep" || word.ends_with("/sleep"))?;
    words.next()?.trim_end_matches('s').parse().ok()
}
