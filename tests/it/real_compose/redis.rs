//! Who may do what in the generated Redis.

use std::process::Command;

use super::project::Project;
use crate::support::{run, text};

/// What redis-cli prints for a command of a user; the password goes through the environment, as a person's would.
fn ask(project: &Project, user: &str, password: &str, command: &[&str]) -> String {
    let container = project.container("redis");
    let auth = format!("REDISCLI_AUTH={password}");
    let mut docker = Command::new("docker");
    docker.arg("exec");
    if !password.is_empty() {
        docker.args(["-e", &auth]);
    }
    docker.args([&container, "redis-cli", "--no-auth-warning"]);
    if !user.is_empty() {
        docker.args(["--user", user]);
    }
    let output = run(docker.args(command));
    (text(&output.stdout) + &text(&output.stderr)).trim().to_owned()
}

pub(super) fn check(project: &Project) {
    let password = std::fs::read_to_string(project.path("secrets/redis-password")).unwrap();
    let services = |command: &[&str]| ask(project, "", &password, command);

    for command in [&["ping"][..], &["get", "controller:x"], &["info"]] {
        let said = ask(project, "", "", command);
        assert!(said.starts_with("NOAUTH"), "{command:?} without the password: {said}");
    }
    assert!(ask(project, "", "redis", &["ping"]).contains("WRONGPASS"));

    // As the two services use it.
    for (command, answer) in [
        (&["set", "reg:ns:t:inst:t", "{}", "ex", "60"][..], "OK"),
        (&["get", "reg:ns:t:inst:t"], "{}"),
        (&["mget", "reg:ns:t:inst:t"], "{}"),
        (&["expire", "reg:ns:t:inst:t", "30"], "1"),
        (&["del", "reg:ns:t:inst:t"], "1"),
        (&["hmset", "controller:t:rules", "id", "{}"], "OK"),
        (&["hgetall", "controller:t:rules"], "id\n{}"),
        (&["hkeys", "controller:t:rules"], "id"),
        (&["hdel", "controller:t:rules", "id"], "1"),
        (&["incr", "controller:t:revision"], "1"),
        (&["del", "controller:t:revision"], "1"),
        (&["watch", "controller:t:rules"], "OK"),
        (&["multi"], "OK"),
    ] {
        assert_eq!(services(command), answer, "{command:?}");
    }
    let scanned = services(&["scan", "0", "match", "reg:ns:*", "count", "10"]);
    assert!(!scanned.contains("NOPERM"), "{scanned}");

    // Nothing that deletes all, stops it, shows or changes how it runs, or looks outside.
    for command in [
        &["flushall"][..],
        &["flushdb"],
        &["config", "get", "*"],
        &["keys", "*"],
        &["debug", "sleep", "0"],
        &["shutdown", "nosave"],
        &["acl", "list"],
        &["acl", "whoami"],
        &["eval", "return 1", "0"],
        &["replicaof", "no", "one"],
        &["client", "list"],
        &["monitor"],
        &["save"],
        &["info"],
        &["get", "somebody:else"],
        &["publish", "x", "y"],
    ] {
        let said = services(command);
        // DEBUG has a lock of its own, asked before the user's rights.
        let refused = said.starts_with("NOPERM") || said.starts_with("ERR DEBUG command not allowed");
        assert!(refused, "the services may {command:?}: {said}");
    }

    assert_eq!(ask(project, "probe", "probe", &["ping"]), "PONG");
    for command in [&["get", "controller:x"][..], &["scan", "0"], &["info"], &["set", "reg:ns:x", "y"], &["keys", "*"]]
    {
        let said = ask(project, "probe", "probe", command);
        assert!(said.starts_with("NOPERM"), "probe may {command:?}: {said}");
    }
}
