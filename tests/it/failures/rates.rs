//! `--rate KIND=LOSSES/HOURS`: what it changes, and what is refused.

use serde_json::Value as Json;

use crate::support::{a8ctl, run, stdout_of, text};

/// Minutes a year of the whole with some rates.
fn minutes(rates: &[&str]) -> f64 {
    let mut command = a8ctl(&["failures", "single-node", "--target", "compose", "--format", "json"]);
    rates.iter().for_each(|rate| {
        command.args(["--rate", rate]);
    });
    let said: Json = serde_json::from_str(&stdout_of(&mut command)).unwrap();
    said["estimate"][0]["minutes_a_year"].as_f64().unwrap()
}

#[test]
fn a_rate_changes_the_minutes_of_what_it_is_of() {
    let given = minutes(&[]);
    // One host carries everything: two losses of a day each are two days.
    let days = minutes(&["node=2/24"]);
    assert!(days > given && (2.0 * 1_440.0 * 0.9..2.0 * 1_440.0 * 1.2).contains(&days), "{given} {days}");
    assert!(minutes(&["node=0/24"]) < given, "what is never lost costs nothing");
    assert!(minutes(&["node=2/0"]) < given, "what is mended at once costs nothing");
    assert!(minutes(&["node=4/24"]) > days && minutes(&["node=2/48"]) > days);
    // The last one of a kind counts, and fractions do.
    assert_eq!(minutes(&["node=9/99", "node=2/24"]), days);
    assert!(minutes(&["node=0.5/0.5"]) < days);
    // Nothing there is of a zone.
    assert_eq!(minutes(&["zone=100/100"]), given);
    // More losses than a year has hours are an outage all year long, and no more.
    let year = 365.25 * 1_440.0;
    assert!((0.99 * year..=year).contains(&minutes(&["node=1000000/1000000"])));
}

#[test]
fn what_is_no_rate_is_refused_with_its_mend() {
    const KINDS: &str = "known: process, balancer, node, zone, external, disk";
    const NUMBERS: &str = "as numbers from 0 to 1000000, such as `node=2/4`";
    for (rate, mend) in [
        ("disc=1/2", KINDS),
        ("=1/2", KINDS),
        ("Node=1/2", KINDS),
        ("node", "write a kind, the losses a year and the hours until each is mended: `node=2/4`"),
        ("", "write a kind, the losses a year and the hours until each is mended: `node=2/4`"),
        ("node=", NUMBERS),
        ("node=2", NUMBERS),
        ("node=/", NUMBERS),
        ("node=2/", NUMBERS),
        ("node=/4", NUMBERS),
        ("node=2/4/6", NUMBERS),
        ("node=two/four", NUMBERS),
        ("node=2,5/4", NUMBERS),
        ("node=-1/4", NUMBERS),
        ("node=1/-4", NUMBERS),
        ("node=NaN/4", NUMBERS),
        ("node=inf/4", NUMBERS),
        ("node=1e7/4", NUMBERS),
        ("node=1/1e400", NUMBERS),
        ("node=99999999999999999999999999/1", NUMBERS),
    ] {
        let output = run(&mut a8ctl(&["failures", "dev", "--rate", rate]));
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{rate}: {said}");
        assert!(output.stdout.is_empty() && said.contains(&format!("`--rate {rate}`")), "{rate}: {said}");
        assert!(said.contains(mend), "{rate}: {said}");
    }
}
