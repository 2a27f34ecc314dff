//! The images a project names, made on this machine.

use std::path::Path;

use crate::{images, yaml12};

/// Makes the images that the file names. False after a skip.
pub(super) fn make(test: &str, compose: &Path) -> bool {
    let file = yaml12::json(&std::fs::read_to_string(compose).unwrap());
    let mut arguments: Vec<String> = Vec::new();
    for (service, settings) in file["services"].as_object().unwrap() {
        let kind = service.trim_end_matches(|c: char| c == '-' || c.is_ascii_digit());
        let kind = if kind == "balancer" { "haproxy" } else { kind };
        arguments.push(format!("{kind}={}", settings["image"].as_str().unwrap()));
    }
    arguments.sort();
    arguments.dedup();
    images::make(test, &arguments)
}
