//! A number or share of pods that is none.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::diagnostic::quoted;
use crate::manifest::Object;

pub(super) const RULE: Rule = Rule {
    id: "bad-share",
    severity: Severity::Error,
    about: "a number or share of pods that is none",
    docs: "It is a whole number without quotes, or a whole percentage with them or not, up to 100%: `1`, `25%`.",
    on: true,
    bad: &[
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: "1", selector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: 101%, selector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: -1, selector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxUnavailable: 0.5 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: a quarter } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    good: &[
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { minAvailable: 1, selector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: { name: web }
spec: { maxUnavailable: "50%", selector: { matchLabels: { app: web } } }
"#,
        r#"apiVersion: apps/v1
kind: Deployment
metadata: { name: web }
spec:
  replicas: 3
  strategy: { rollingUpdate: { maxSurge: 200%, maxUnavailable: 0 } }
  selector: { matchLabels: { app: web } }
  template:
    metadata: { labels: { app: web } }
    spec:
      containers: [{ name: web, image: web:1 }]
"#,
    ],
    check: Check::Object(check),
};

fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    let at = match object.kind.as_str() {
        "Deployment" => spec.at("strategy.rollingUpdate"),
        "DaemonSet" | "StatefulSet" => spec.at("updateStrategy.rollingUpdate"),
        "PodDisruptionBudget" => spec,
        _ => return,
    };
    for key in ["maxSurge", "maxUnavailable", "minAvailable"] {
        let share = at.key(key);
        let most = if key == "maxSurge" && object.kind == "Deployment" { i64::MAX } else { 100 };
        let fits = match share.integer() {
            Some(number) => number >= 0,
            None => share.word().is_none_or(|word| percent(word).is_some_and(|percent| percent <= most)),
        };
        if !fits {
            let word = share.word().unwrap_or_default();
            let what = format!("{} is no number or share of pods", quoted(word));
            report.find(share.span(), what, "write a number such as `1`, or a percentage such as `25%`");
        }
    }
}

fn percent(word: &str) -> Option<i64> {
    let digits = word.strip_suffix('%')?;
    digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?
}
