//! What the runbook says of saving and restoring, done as it stands there.

use std::process::Command;
use std::time::Duration;

use super::project::Project;
use crate::http;
use crate::support::stdout_of;

/// The commands below a sentence that begins so, up to the next bold one or section.
fn commands(runbook: &str, begins: &str) -> String {
    let part = runbook.split(begins).nth(1).unwrap_or_else(|| panic!("no `{begins}`"));
    let part = part.split("\n**").next().unwrap().split("\n## ").next().unwrap();
    part.split("```sh\n").skip(1).map(|block| block.split("```").next().unwrap()).collect()
}

pub(super) fn check(project: &Project) {
    let docker = project.docker_config();
    let runbook = std::fs::read_to_string(project.path("RUNBOOK.md")).unwrap();
    let password = std::fs::read_to_string(project.path("secrets/redis-password")).unwrap();
    let shell = |commands: &str| {
        let mut command = Command::new("sh");
        command.args(["-ec", commands]).current_dir(project.path("")).env("DOCKER_CONFIG", docker.path());
        stdout_of(&mut command)
    };
    let redis = |words: &[&str]| {
        let mut command = Command::new("docker");
        let auth = format!("REDISCLI_AUTH={password}");
        command.args(["exec", "-e", &auth, &project.container("redis"), "redis-cli", "--no-auth-warning"]).args(words);
        stdout_of(&mut command).trim().to_owned()
    };
    assert_eq!(redis(&["set", "controller:saved", "before"]), "OK");
    assert!(shell(&commands(&runbook, "**Back up redis.**")).contains("appendonlydir/appendonly.aof.manifest"));
    assert_eq!(redis(&["set", "controller:saved", "after"]), "OK");
    assert_eq!(redis(&["set", "controller:lost", "after"]), "OK");
    shell(&commands(&runbook, "**Restore redis.**"));
    project.wait("registry", Duration::from_secs(60), || http::get(project.registry, "/api/v1/services"));
    assert_eq!([redis(&["get", "controller:saved"]), redis(&["get", "controller:lost"])], ["before", ""]);
    assert_eq!(redis(&["del", "controller:saved"]), "1");
    shell(&commands(&runbook, "## Verify"));
}
