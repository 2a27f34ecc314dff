//! Three versions of haproxy check every configuration; a warning counts as an error.

use std::path::Path;
use std::process::Command;

use super::{File, complaint, files_and_config_maps, files_below, no_complaints};
use crate::openssl::Authority;
use crate::support::{a8ctl, stdout_of, tool};
use crate::validate::faults;

fn accepts(name: &str) {
    let Some(haproxy) = tool(name, name) else { return };
    let (encrypted, plain): (Vec<File>, Vec<File>) =
        files_and_config_maps("haproxy.cfg").into_iter().partition(|file| file.text.contains(SECRETS));
    let mut complaints: Vec<String> = plain.iter().filter_map(|file| judged(&haproxy, file, None)).collect();
    if let Some(authority) = Authority::new(name) {
        for file in &encrypted {
            provide(&authority, &file.text);
            complaints.extend(judged(&haproxy, file, Some(authority.directory())));
        }
    }
    no_complaints(&complaints);
}

/// What a configuration reads of its secrets, as the targets mount them: a key beside its certificate.
fn provide(authority: &Authority, text: &str) {
    for rest in text.replace(NATIVE_SECRETS, SECRETS).split(&format!("{SECRETS}/")).skip(1) {
        let name = rest.split_whitespace().next().unwrap();
        if authority.path(name).exists() {
            continue;
        }
        let from = if name.starts_with("ca-") {
            "ca.crt".to_owned()
        } else {
            authority.certify(name);
            format!("{name}.crt")
        };
        std::fs::copy(authority.path(&from), authority.path(name)).unwrap();
    }
}

/// What it says against a configuration, whose secrets are read from a directory.
fn judged(haproxy: &Path, file: &File, secrets: Option<&Path>) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("haproxy.cfg");
    let secrets = secrets.map_or_else(|| SECRETS.to_owned(), |secrets| secrets.display().to_string());
    let text = file.text.replace(SECRETS, &secrets).replace(NATIVE_SECRETS, &secrets);
    std::fs::write(&path, text).unwrap();
    let said = complaint(Command::new(haproxy).args(["-dW", "-c", "-f"]).arg(&path));
    // It notes what does not resolve here; what it warns of or refuses fails it.
    let said = said.filter(|said| !only_notes(said));
    said.map(|said| format!("{}: {said}", file.name))
}

fn only_notes(said: &str) -> bool {
    let mut lines = said.lines();
    lines.next().is_some_and(|status| status.ends_with("exit status: 0"))
        && lines.all(|line| line.starts_with("[NOTICE]") && line.contains("could not resolve address"))
}

const SECRETS: &str = "/run/secrets/balancer";
const NATIVE_SECRETS: &str = "/etc/haproxy/secrets";

/// Certificates on both sides, which no built-in profile has.
const TLS: &str = "
extends: external-db
balancer: { tls: { certificate: { secret: edge, key: certificate }, key: { secret: edge, key: key } } }
datastores: { store: { tls: { ca: { secret: redis, key: ca } } } }
secrets: { edge: [certificate, key], redis: [password, ca] }
";
/// For one host.
const ALONE: &[&str] = &[
    "placement.nodes=1",
    "placement.hosts=null",
    "placement.spread=preferred",
    "balancer.vip=null",
    "guarantees=null",
];
/// An authority that everybody trusts.
const PUBLIC: &[&str] = &["datastores.store.tls=true"];

fn accepts_tls(name: &str) {
    let Some(haproxy) = tool(name, name) else { return };
    let Some(authority) = Authority::new(name) else { return };
    let profile = authority.path("tls.yaml");
    std::fs::write(&profile, TLS).unwrap();
    let mut complaints = Vec::new();
    for (number, (target, sets)) in
        [("compose", &[][..]), ("compose", ALONE), ("compose", PUBLIC), ("k8s", &[]), ("k8s", PUBLIC)]
            .iter()
            .chain(&[("haproxy", &[][..]), ("haproxy", ALONE)])
            .enumerate()
    {
        let directory = authority.path(&format!("{number}-{target}"));
        let versions = ["--haproxy-version", name.trim_start_matches("haproxy-")];
        let mut command = a8ctl(&["generate", target, &profile.to_string_lossy(), "--quiet", "-o"]);
        command.arg(&directory).args(versions).args(sets.iter().flat_map(|set| ["--set", set]));
        stdout_of(&mut command);
        for file in files_below(&directory, "haproxy.cfg") {
            assert!(file.text.contains(" ssl crt ") && file.text.contains(" ssl verify required "), "{}", file.text);
            provide(&authority, &file.text);
            complaints.extend(judged(&haproxy, &file, Some(authority.directory())));
        }
    }
    no_complaints(&complaints);
}

#[test]
fn haproxy_2_6_accepts() {
    accepts("haproxy-2.6");
}

#[test]
fn haproxy_3_0_accepts() {
    accepts("haproxy-3.0");
}

#[test]
fn haproxy_3_2_accepts() {
    accepts("haproxy-3.2");
}

#[test]
fn haproxy_2_6_accepts_tls() {
    accepts_tls("haproxy-2.6");
}

#[test]
fn haproxy_3_0_accepts_tls() {
    accepts_tls("haproxy-3.0");
}

#[test]
fn haproxy_3_2_accepts_tls() {
    accepts_tls("haproxy-3.2");
}

/// A judge that cannot say no proves nothing.
#[test]
fn haproxy_refuses_a_mistake() {
    let Some(haproxy) = tool("haproxy's own check", "haproxy-3.0") else { return };
    let mut file = files_and_config_maps("haproxy.cfg").swap_remove(0);
    file.text = file.text.replacen("frontend fe_status", "front fe_status", 1);
    assert!(judged(&haproxy, &file, None).is_some_and(|said| said.contains("front")));
}

/// What rules call an error of words and values, haproxy refuses, or warns of.
#[test]
fn haproxy_refuses_what_rules_say_it_does() {
    const REFUSED: &[&str] = &["bad-value", "unknown-keyword", "unknown-expression", "unknown-name", "listed-twice"];
    let Some(haproxy) = tool("haproxy's own check", "haproxy-3.0") else { return };
    let file = |text: String| File { name: "haproxy.cfg".to_owned(), text };
    assert_eq!(judged(&haproxy, &file(faults::base("haproxy.cfg")), None), None);
    let flawed = faults::with_flaw("haproxy.cfg", REFUSED);
    assert!(flawed.len() > 45, "{}", flawed.len());
    let taken: Vec<String> = flawed
        .into_iter()
        // A path it takes as it stands, and every server refuses it.
        .filter(|(text, _)| !text.contains("GET ready") && judged(&haproxy, &file(text.clone()), None).is_none())
        .map(|(text, rule)| format!("{rule}: {text}"))
        .collect();
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}
