//! That what was generated reached the programs, and the kubelet's own few rules.

use super::cluster::{Cluster, PASSWORD};
use super::container::expanded;
use super::docker::command;
use super::process::Process;
use crate::support::{run, text};

/// What a command in a container says, errors included; words before it go to docker.
fn inside(process: &Process, options: &[&str], words: &[&str]) -> String {
    let name = process.docker_name(process.state().start);
    let output = run(command(&["exec"]).args(options).arg(name).args(words));
    (text(&output.stdout) + &text(&output.stderr)).trim().to_owned()
}

pub(super) fn check(cluster: &Cluster) {
    let redis = cluster.process("redis-0", "redis");
    let ask = |password: &str, words: &[&str]| {
        let variable = format!("REDISCLI_AUTH={password}");
        let words = [&["redis-cli", "--no-auth-warning"], words].concat();
        inside(redis, &["--env", &variable], &words)
    };
    assert_eq!(ask(PASSWORD, &["ping"]), "PONG");
    for words in [&["flushall"][..], &["config", "get", "*"], &["keys", "*"], &["get", "somebody:else"]] {
        let said = ask(PASSWORD, words);
        assert!(said.starts_with("NOPERM"), "the services may {words:?}: {said}");
    }
    let said = ask("wrong", &["ping"]);
    assert!(said.contains("WRONGPASS"), "{said}");
    let said = inside(redis, &[], &["redis-cli", "ping"]);
    assert!(said.starts_with("NOAUTH"), "{said}");

    // The user reaches its files by the pod's group alone.
    assert_eq!(inside(redis, &[], &["stat", "-L", "-c", "%a %u:%g", "/run/secrets/redis/password"]), "440 0:999");
    assert_eq!(inside(redis, &[], &["stat", "-c", "%u:%g", "/run/redis/users.acl", "/data"]), "999:999\n0:999");
    let users = inside(redis, &[], &["cat", "/run/redis/users.acl"]);
    assert!(users.contains("user default on #") && !users.contains(PASSWORD), "{users}");

    let proxy = cluster.process("registry-1", "datastore-proxy");
    for (process, user) in [(redis, "999"), (proxy, "65534")] {
        let status = inside(process, &[], &["cat", "/proc/1/status"]);
        let user = format!("Uid:\t{user}\t");
        for line in [&user, "CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"] {
            assert!(status.contains(line), "{}: no {line:?} in\n{status}", process.name);
        }
        let said = inside(process, &[], &["touch", "/etc/a8ctl-test"]);
        assert!(said.contains("Read-only file system"), "{}: {said}", process.name);
    }
}

#[test]
fn variables_are_expanded_as_on_kubernetes() {
    let env = [("A".to_owned(), "1".to_owned()), ("B".to_owned(), "$(A)".to_owned())];
    for (text, result) in [
        ("x$(A)y$(B)", "x1y$(A)"),
        ("$$(A) $$$(A) $$$$", "$(A) $1 $$"),
        ("$(NONE) $A ${A} $( $", "$(NONE) $A ${A} $( $"),
    ] {
        assert_eq!(expanded(text, &env), result, "{text}");
    }
}
