//! One JSON document. `schemas/failures.json` says what is in it.

use serde_json::{Map, Value, json};

use super::{Cut, Estimate, Format, Line, Surveyed, seconds};
use crate::failure::{AfterLoss, Fault, Kept, Placed, Verdict, after_node_loss, of_placed, of_room};
use crate::report::pretty;

pub(super) const FORMAT: Format = Format { name: "json", about: "one document for programs", write };

fn write(surveyed: &Surveyed<'_>) -> String {
    let survival = surveyed.survival;
    let fewest = surveyed.fewest();
    let services: Map<String, Value> =
        fewest.iter().filter_map(|(service, count)| Some(((*service)?.to_owned(), json!(count)))).collect();
    pretty(&json!({
        "profile": surveyed.system.name,
        "target": surveyed.system.target,
        "failures": surveyed.lines(&survival.single).iter().map(single).collect::<Vec<_>>(),
        "combined": {
            "at_once": surveyed.at_once,
            "tried": survival.tried,
            "more": survival.more,
            "failures": surveyed.lines(&survival.combined).iter().map(several).collect::<Vec<_>>(),
        },
        "cut_sets": surveyed.cuts.iter().map(cut).collect::<Vec<_>>(),
        "fewest_failures_to_outage": { "whole": fewest.get(&None), "services": services },
        "after_node_loss": after_node_loss(surveyed.system).map(|after| after_loss(surveyed, &after)),
        "guarantees": surveyed.guarantees.iter().map(guarantee).collect::<Vec<_>>(),
        "estimate": surveyed.estimates.iter().map(estimate).collect::<Vec<_>>(),
        "unknown": surveyed.system.unknown,
    }))
}

/// A failure alone.
fn single(line: &Line<'_>) -> Value {
    let mut value = Map::new();
    if let Some(fault) = line.verdict.faults.first() {
        value.insert("kind".to_owned(), json!(fault.kind.as_str()));
        value.insert("subject".to_owned(), json!(fault.subject));
    }
    value.extend(cost(line));
    Value::Object(value)
}

/// Several at once.
fn several(line: &Line<'_>) -> Value {
    let mut value = Map::new();
    value.insert("failures".to_owned(), named(line.verdict));
    value.extend(cost(line));
    Value::Object(value)
}

fn named(verdict: &Verdict) -> Value {
    verdict.faults.iter().map(|fault| json!({ "kind": fault.kind.as_str(), "subject": fault.subject })).collect()
}

/// What every failure has, alone or not.
fn cost(line: &Line<'_>) -> Map<String, Value> {
    let (effect, told) = (line.effect(), &line.told);
    let interruption = effect.lapse.map(|lapse| {
        let (min, max) = seconds(lapse);
        json!({ "min": min, "max": max })
    });
    let entries = [
        ("outcome", json!(effect.outcome.as_str())),
        ("interruption_s", json!(interruption)),
        ("capacity", json!(told.capacity)),
        ("data_loss", json!(told.data_loss)),
        ("needs_person", json!(effect.person)),
        ("why", json!(told.why)),
        ("mend", json!(told.mend)),
    ];
    entries.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// The state after the loss of one node.
fn after_loss(surveyed: &Surveyed<'_>, after: &AfterLoss) -> Value {
    let component = |placed: &Placed| {
        json!({
            "component": surveyed.system.parts[placed.part].name,
            "replicas": placed.replicas,
            "placeable": placed.placeable,
            "serves": placed.serves,
            "drain": placed.drain.as_str(),
            "update": placed.update.as_str(),
            "why": of_placed(placed),
        })
    };
    json!({
        "nodes_left": after.nodes,
        "room": of_room(after, surveyed.origin),
        "components": after.parts.iter().map(component).collect::<Vec<_>>(),
    })
}

fn cut(cut: &Cut) -> Value {
    let lost = |(kind, subject): &(&str, String)| json!({ "kind": kind, "subject": subject });
    json!({ "service": cut.service, "lost": cut.lost.iter().map(lost).collect::<Vec<_>>() })
}

fn guarantee(kept: &Kept<'_>) -> Value {
    let broken = |verdict: &&Verdict| {
        let outcome = verdict.effect.outcome.as_str();
        let of = |it: &Fault| json!({ "kind": it.kind.as_str(), "subject": it.subject, "outcome": outcome });
        verdict.faults.iter().map(of).collect::<Vec<_>>()
    };
    json!({
        "text": kept.guarantee.text(),
        "kept": kept.is_kept(),
        "tried": kept.tried,
        "broken_by": kept.broken_by.iter().flat_map(broken).collect::<Vec<_>>(),
    })
}

fn estimate(estimate: &Estimate) -> Value {
    let largest = |(what, minutes): &(String, f64)| json!({ "what": what, "minutes_a_year": minutes });
    json!({
        "service": estimate.service,
        "minutes_a_year": estimate.minutes_a_year,
        "largest": estimate.largest.iter().map(largest).collect::<Vec<_>>(),
    })
}
