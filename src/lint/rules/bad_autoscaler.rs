//! An autoscaler that the server does not take.

use super::super::api::{Check, Report, Rule};
use crate::diagnostic::Severity;
use crate::manifest::{Object, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-autoscaler",
    severity: Severity::Error,
    about: "an autoscaler that the server does not take",
    docs: "The server refuses `minReplicas` over `maxReplicas`, none of either, a target of nothing, a metric without \
        what its type names, and a pause of more than an hour.",
    on: true,
    bad: &[
        "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: { name: web }\nspec: { minReplicas: 2, maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: web }, metrics: [{ type: Pods, pods: { metric: { name: rps }, target: { type: AverageValue, averageValue: \"0\" } } }] }\n",
        r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 5, maxReplicas: 3, scaleTargetRef: { kind: Deployment, name: web } }
"#,
    ],
    good: &[r#"apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: { name: web }
spec: { minReplicas: 3, maxReplicas: 5, scaleTargetRef: { kind: Deployment, name: web } }
"#],
    check: Check::Object(check),
};
fn check(object: &Object, report: &mut Report<'_>) {
    let spec = object.view().key("spec");
    if object.kind != "HorizontalPodAutoscaler" {
        return;
    }
    let (least, most) = (spec.key("minReplicas"), spec.key("maxReplicas"));
    metrics(spec, report);
    let outside = spec.key("metrics").items().any(|it| matches!(it.key("type").word(), Some("Object" | "External")));
    if least.integer() == Some(0) && !outside {
        let help = "write 2 or more";
        return report.find(least.span(), "of nothing there is nothing to measure", help);
    }
    if let (Some(few), Some(many)) = (least.integer().or(Some(1)), most.integer())
        && (few > many || many < 1)
    {
        let span = if least.exists() { least.span() } else { most.span() };
        report.find(
            span,
            format!("at least {few} and at most {many} replicas"),
            "set `maxReplicas` to more than `minReplicas`",
        );
    }
}

/// What it measures, and how fast it goes.
fn metrics(spec: View<'_>, report: &mut Report<'_>) {
    for metric in spec.key("metrics").items() {
        let kind = metric.key("type");
        let field = match kind.word() {
            Some("Resource") => "resource",
            Some("ContainerResource") => "containerResource",
            Some("Pods") => "pods",
            Some("Object") => "object",
            Some("External") => "external",
            _ => continue,
        };
        if !metric.key(field).exists() {
            let what = format!("a metric of type {} has `{field}`", kind.word().unwrap_or_default());
            report.find(kind.span(), what, "write it, or another type");
        }
        let target = metric.key(field).key("target");
        let amounts = ["averageUtilization", "averageValue", "value"];
        let said: Vec<&str> = amounts.into_iter().filter(|key| target.key(key).exists()).collect();
        let wanted = match target.key("type").word() {
            Some("Utilization") => "averageUtilization",
            Some("AverageValue") => "averageValue",
            Some("Value") => "value",
            _ => "",
        };
        if let [_, second, ..] = said[..] {
            report.find(target.key_span(second), "a target is one amount", format!("keep `{wanted}`"));
        } else if let [one] = said[..]
            && !wanted.is_empty()
            && one != wanted
        {
            let what = format!("a target of type {} is `{wanted}`", target.key("type").word().unwrap_or_default());
            report.find(target.key_span(one), what, format!("write `{wanted}`, or another type"));
        }
        for amount in [target.key("averageValue"), target.key("value")] {
            let nothing = |word: &str| word.starts_with('-') || word.trim_end_matches(char::is_alphabetic) == "0";
            if amount.word().is_some_and(nothing) {
                report.find(amount.span(), "a target is an amount above 0", "write what one replica takes: `100`");
            }
        }
        let share = metric.key(field).at("target.averageUtilization");
        if share.integer().is_some_and(|number| number < 1) {
            report.find(share.span(), "a share of nothing is no target", "write a percentage: `70`");
        }
    }
    let share = spec.key("targetCPUUtilizationPercentage");
    if share.integer().is_some_and(|number| number < 1) {
        report.find(share.span(), "a share of nothing is no target", "write a percentage: `70`");
    }
    for way in ["scaleUp", "scaleDown"].map(|way| spec.key("behavior").key(way)) {
        let pause = way.key("stabilizationWindowSeconds");
        if pause.integer().is_some_and(|number| !(0..=3600).contains(&number)) {
            report.find(pause.span(), "it waits for at most an hour, 3600 s", "write 300");
        }
        for value in way.key("policies").items().map(|policy| policy.key("value")) {
            if value.integer().is_some_and(|number| number < 1) {
                report.find(
                    value.span(),
                    "a policy changes by 1 or more",
                    "write 1 or more, or `selectPolicy: Disabled`",
                );
            }
        }
        for period in way.key("policies").items().map(|policy| policy.key("periodSeconds")) {
            if period.integer().is_some_and(|number| !(1..=1800).contains(&number)) {
                report.find(period.span(), "a policy counts over 1 to 1800 s", "write 60");
            }
        }
    }
}
