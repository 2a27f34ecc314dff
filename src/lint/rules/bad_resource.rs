//! A resource that no node has.

use super::super::api::{Check, Report, Rule};
use super::super::syntax;
use crate::diagnostic::Severity;
use crate::diagnostic::{did_you_mean, quoted};
use crate::manifest::{Container, View, Workload};

pub(super) const RULE: Rule = Rule {
    id: "bad-resource",
    severity: Severity::Error,
    about: "a resource that no node has",
    docs: "Containers ask for `cpu`, `memory`, `ephemeral-storage` and huge pages; anything else is a device, with a \
        domain before its name, in whole pieces, and as many as the limit.",
    on: true,
    bad: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { mem: 64Mi }, limits: { mem: 64Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { example.com/gpu: 1 }, limits: {  } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: {  }, limits: { example.com/gpu: 0.5 } } }] }
"#,
    ],
    good: &[
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { cpu: 1, memory: 64Mi, ephemeral-storage: 1Gi }, limits: { hugepages-2Mi: 64Mi } } }] }
"#,
        r#"apiVersion: v1
kind: Pod
metadata: { name: web }
spec: { containers: [{ name: web, image: web:1, resources: { requests: { example.com/gpu: 1 }, limits: { example.com/gpu: 1 } } }] }
"#,
    ],
    check: Check::Container(check),
};

fn check(container: &Container<'_>, _: &Workload<'_>, report: &mut Report<'_>) {
    let resources = container.view.key("resources");
    let limits = resources.key("limits");
    for (which, amounts) in [("requests", resources.key("requests")), ("limits", limits)] {
        for entry in amounts.entries() {
            let (name, value) = (entry.key.as_str(), View::of(&entry.node));
            if name.starts_with("hugepages-") {
                if which == "requests" && limits.key(name).word() != value.word() {
                    let what = format!("{} is asked for without the same limit", quoted(name));
                    report.find(entry.key_span, what, format!("add it to `limits`: `{name}`"));
                }
                continue;
            }
            if OWN.contains(&name) {
                cores(name, value, report);
                continue;
            }
            if !name.contains('/') {
                let near = did_you_mean(name, OWN.iter().copied());
                let help = near.map_or("write `cpu` or `memory`".to_owned(), |near| format!("did you mean `{near}`?"));
                report.find(entry.key_span, format!("no node has {} to give", quoted(name)), help);
            } else if value.integer().is_none() && value.word().and_then(syntax::quantity).is_some_and(is_part) {
                report.find(value.span(), format!("{} comes in whole pieces", quoted(name)), "write a whole number");
            } else if which == "requests" && limits.key(name).word() != value.word() {
                let what = format!("{} is asked for without the same limit", quoted(name));
                report.find(entry.key_span, what, format!("add it to `limits`: `{name}`"));
            }
        }
    }
}

const OWN: &[&str] = &["cpu", "memory", "ephemeral-storage"];

/// More than any machine that is sold.
const MOST_CORES: f64 = 200.0;

/// Amounts of processors that nobody means.
fn cores(name: &str, value: View<'_>, report: &mut Report<'_>) {
    let word = value.word().unwrap_or_default();
    let Some(amount) = syntax::quantity(word).filter(|_| name == "cpu") else { return };
    if word.ends_with('i') {
        let what = format!("{} is an amount of memory, not of processors", quoted(word));
        report.find(value.span(), what, "write thousandths of a processor: `250m`");
    } else if amount > MOST_CORES {
        let what = format!("no node has {} processors", quoted(word));
        report.find(value.span(), what, format!("write thousandths of one: `{word}m`"));
    }
}

fn is_part(amount: f64) -> bool {
    amount.fract() != 0.0
}
