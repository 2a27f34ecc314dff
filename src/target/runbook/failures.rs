//! What fails, what comes of it, and what a person does.

use crate::target::Failures;
use crate::topology::Topology;

use super::stores::{fills_by_itself, saved, stores};
use super::{Book, FAILURES, KEEP, REPLACE, REPLACE_MEMBER};

/// The section of all of it. `here` says whether the datastores are part of the output.
pub(in crate::target) fn failures(book: &mut Book, topology: &Topology, failures: &Failures, here: bool) {
    book.section(FAILURES);
    book.says("Each single failure, and what comes of it, computed from the profile:");
    book.raw("\n");
    book.raw(&failures.table);
    if failures.person.is_empty() {
        book.says("None of them needs a person: what is lost is replaced, or comes back, by itself.");
        return;
    }
    book.raw("\n### What a person does\n");
    let item = |(kind, heading, loses): &(&'static str, String, bool)| {
        format!("{heading}: {}", what(topology, kind, here, *loses))
    };
    book.list(failures.person.iter().map(item));
}

/// What is done, by the kind of the failure as `a8ctl failures` calls it. `loses` says whether something is lost.
fn what(topology: &Topology, kind: &str, here: bool, loses: bool) -> String {
    let saved = here && saved(topology).next().is_some();
    let rejoins = here && stores(topology).any(|it| it.rejoins.is_some() || fills_by_itself(it));
    let restore =
        if saved && loses { format!(" What is lost with it comes from a backup (*{KEEP}*).") } else { String::new() };
    match kind {
        "node-loss" | "zone-loss" => format!("bring it back, or replace it (*{REPLACE}*).{restore}"),
        "datastore-disk-loss" if rejoins => format!("have it take its data from the others (*{REPLACE_MEMBER}*)."),
        "datastore-disk-loss" if saved => format!("restore the last backup (*{KEEP}*)."),
        "datastore-disk-loss" => "give it a disk; what was on the lost one is only where you saved it.".to_owned(),
        "datastore-majority-loss" => format!("start those that are away, where their disks are.{restore}"),
        "replica-slow-start" => {
            "find what it waits for; what a service needs longer, it gets by `probes.startup.failures`.".to_owned()
        }
        "datastore-unreachable" => "ask whoever runs it; the services go on by themselves when it is back.".to_owned(),
        "network-cut" => "mend the network; what was cut off goes on by itself.".to_owned(),
        "drain" => format!("bring back what was moved, or replace it (*{REPLACE}*).{restore}"),
        "rolling-update" => format!("wait until the new ones are up, and fill them anew.{restore}"),
        other if other.starts_with("datastore-") => format!("start it again; its disk has what it wrote.{restore}"),
        _ => "end it and start it again.".to_owned(),
    }
}
