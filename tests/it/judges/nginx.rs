//! Three versions of nginx test every configuration as it lies; a warning counts as an error.

use std::path::Path;

use super::{no_complaints, paths};
use crate::nginx::command;
use crate::openssl::Authority;
use crate::support::{a8ctl, run, stdout_of, text, tree};
use crate::validate::faults;

/// What it says against a configuration. `None` after a skip.
fn judged(version: &str, path: &Path) -> Option<Vec<String>> {
    let directory = tempfile::tempdir().unwrap();
    let mut command = command(version, version, &directory.path().join("pid"))?;
    let output = run(command.arg("-p").arg(directory.path()).arg("-t").arg("-c").arg(path));
    let said = text(&output.stderr);
    // "syntax is ok", "test is successful".
    let fine = output.status.success() && said.lines().count() == 2;
    Some(if fine { Vec::new() } else { vec![format!("{version} {}: {said}", path.display())] })
}

fn accepts(version: &str) {
    let mut complaints = Vec::new();
    for path in paths(|path| path.ends_with("nginx.conf")) {
        let Some(said) = judged(version, &path) else { return };
        complaints.extend(said);
    }
    no_complaints(&complaints);
}

const TLS: &str = "
extends: vm-nginx
balancer:
  tls: { certificate: { secret: edge, key: certificate }, key: { secret: edge, key: key } }
  max_body: 20Gi
  request_buffering: false
  timing: fast
secrets: { edge: [certificate, key] }
";

/// Certificates, and large bodies that are not kept.
fn accepts_tls(version: &str) {
    let Some(authority) = Authority::new(version) else { return };
    authority.certify("edge.pem");
    let directory = tempfile::tempdir().unwrap();
    let profile = authority.path("tls.yaml");
    std::fs::write(&profile, TLS).unwrap();
    stdout_of(a8ctl(&["generate", "nginx", &profile.to_string_lossy(), "--quiet", "-o"]).arg(directory.path()));
    let mut complaints = Vec::new();
    for path in tree(directory.path()).into_iter().filter(|path| path.ends_with("nginx.conf")) {
        let path = directory.path().join(path);
        let secrets = path.parent().unwrap().join("secrets");
        std::fs::create_dir(&secrets).unwrap();
        std::fs::copy(authority.path("edge.pem.crt"), secrets.join("edge.pem")).unwrap();
        std::fs::copy(authority.path("edge.pem.key"), secrets.join("edge.pem.key")).unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(written.contains(" ssl;") && written.contains("client_max_body_size 20971520k;"), "{written}");
        let Some(said) = judged(version, &path) else { return };
        complaints.extend(said);
    }
    no_complaints(&complaints);
}

#[test]
fn nginx_1_22_accepts() {
    accepts("nginx-1.22");
}

#[test]
fn nginx_1_26_accepts() {
    accepts("nginx-1.26");
}

#[test]
fn nginx_1_30_accepts() {
    accepts("nginx-1.30");
}

#[test]
fn nginx_1_22_accepts_tls() {
    accepts_tls("nginx-1.22");
}

#[test]
fn nginx_1_26_accepts_tls() {
    accepts_tls("nginx-1.26");
}

#[test]
fn nginx_1_30_accepts_tls() {
    accepts_tls("nginx-1.30");
}

/// A judge that cannot say no proves nothing.
#[test]
fn nginx_refuses_a_mistake() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("nginx.conf");
    let lying = std::fs::read_to_string(&paths(|path| path.ends_with("nginx.conf"))[0]).unwrap();
    std::fs::write(&path, lying.replacen("least_conn;", "slow_start 2s;", 1)).unwrap();
    let Some(said) = judged("nginx-1.26", &path) else { return };
    assert!(said.concat().contains("slow_start"), "{said:?}");
}

/// Rules that say that nginx does not start say so of what it does not start with.
#[test]
fn nginx_refuses_what_rules_say_it_does() {
    const REFUSED: &[&str] = &["misplaced-word", "wrong-arguments", "said-twice", "bad-value", "broken-syntax"];
    let mut count = 0;
    for rule in a8ctl::lint::RULES.iter().filter(|rule| REFUSED.contains(&rule.id)) {
        for text in rule.bad.iter().filter(|text| text.contains("http {")) {
            let directory = tempfile::tempdir().unwrap();
            let path = directory.path().join("nginx.conf");
            let events = if text.contains("events") { "" } else { "events {}\n" };
            std::fs::write(&path, format!("{events}{text}")).unwrap();
            let Some(said) = judged("nginx-1.26", &path) else { return };
            let said = said.concat();
            // What it says of its own directories is said after it has read everything.
            assert!(said.contains("[emerg]") && !said.contains("mkdir()"), "{}: {text}{said}", rule.id);
            count += 1;
        }
    }
    assert!(count > 12, "{count}");
}

/// The same of configurations with one flaw.
#[test]
fn nginx_refuses_flaws_that_rules_say_it_does() {
    const REFUSED: &[&str] = &[
        "bad-value",
        "misplaced-word",
        "wrong-arguments",
        "unknown-keyword",
        "unknown-nginx-name",
        "listed-twice",
        "bad-upstream",
    ];
    let judge = |text: &str| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("nginx.conf");
        std::fs::write(&path, text).unwrap();
        judged("nginx-1.26", &path)
    };
    let Some(said) = judge(&faults::base("nginx.conf")) else { return };
    assert_eq!(said, Vec::<String>::new());
    let flawed = faults::with_flaw("nginx.conf", REFUSED);
    assert!(flawed.len() > 35, "{}", flawed.len());
    let taken: Vec<String> = flawed
        .into_iter()
        // One whose servers are all down it takes, and answers 502.
        .filter(|(text, _)| !text.contains(" down;") && judge(text).is_some_and(|said| said.is_empty()))
        .map(|(text, rule)| format!("{rule}: {text}"))
        .collect();
    assert!(taken.is_empty(), "{}", taken.join("\n"));
}
