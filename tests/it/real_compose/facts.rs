//! What a container really is, whatever the file says.

use std::process::Command;

use serde_json::Value as Json;

use super::project::Project;
use crate::support::{run, stdout_of, text};

/// User and memory limit in MiB of each service.
const SERVICES: &[(&str, &str, u64)] = &[
    ("redis", "999:999", 256),
    ("balancer", "99:99", 256),
    ("controller-1", "65534:65534", 128),
    ("controller-2", "65534:65534", 128),
    ("controller-3", "65534:65534", 128),
    ("registry-1", "65534:65534", 128),
    ("registry-2", "65534:65534", 128),
    ("registry-3", "65534:65534", 128),
];

pub(super) fn check(project: &Project) {
    let running = stdout_of(&mut project.compose(&["ps", "--services"]));
    assert_eq!(running.lines().count(), SERVICES.len(), "{running}");
    for (service, user, memory) in SERVICES {
        let facts = project.inspect(service);
        let host = &facts["HostConfig"];
        assert_eq!(facts["Config"]["User"], *user, "{service}");
        assert_eq!(host["Memory"], memory << 20, "{service}");
        assert_eq!(host["PidsLimit"], 512, "{service}");
        assert_eq!(host["ReadonlyRootfs"], true, "{service}");
        assert_eq!(host["Privileged"], false, "{service}");
        assert_eq!(host["CapDrop"], serde_json::json!(["ALL"]), "{service}");
        assert_eq!(host["CapAdd"], Json::Null, "{service}");
        assert_eq!(host["SecurityOpt"], serde_json::json!(["no-new-privileges:true"]), "{service}");
        assert_eq!(host["RestartPolicy"]["Name"], "unless-stopped", "{service}");
        assert_eq!(host["LogConfig"]["Config"]["max-size"], "10m", "{service}");
        published(service, &host["PortBindings"]);
    }
    for service in ["redis", "balancer"] {
        kernel_agrees(project, service);
    }
    secrets_are_nowhere(project);
}

/// Only the balancer is reachable from outside, and only from this machine.
fn published(service: &str, bindings: &Json) {
    let bindings = bindings.as_object().unwrap();
    assert_eq!(bindings.len(), if service == "balancer" { 2 } else { 0 }, "{service}: {bindings:?}");
    for binding in bindings.values().flat_map(|list| list.as_array().unwrap()) {
        assert_eq!(binding["HostIp"], "127.0.0.1", "{service}");
    }
}

/// What the kernel says of the first process, where the image has a program to ask with.
fn kernel_agrees(project: &Project, service: &str) {
    let container = project.container(service);
    let status = stdout_of(Command::new("docker").args(["exec", &container, "cat", "/proc/1/status"]));
    for line in ["CapEff:\t0000000000000000", "CapBnd:\t0000000000000000", "NoNewPrivs:\t1"] {
        assert!(status.contains(line), "{service}: no {line:?} in\n{status}");
    }
    let written = run(Command::new("docker").args(["exec", &container, "touch", "/etc/a8ctl-test"]));
    assert!(text(&written.stderr).contains("Read-only file system"), "{service}: {}", text(&written.stderr));
}

fn secrets_are_nowhere(project: &Project) {
    let password = std::fs::read_to_string(project.path("secrets/redis-password")).unwrap();
    assert!(password.len() >= 24, "{password:?}");
    for file in &project.generated {
        let content = std::fs::read_to_string(project.path(&file.to_string_lossy())).unwrap();
        assert!(!content.contains(&password), "the password stands in {}", file.display());
    }
    for service in ["redis", "balancer"] {
        assert!(!project.inspect(service).to_string().contains(&password), "docker inspect {service} has the password");
    }
    // The services take it from their environment only. It must be there, or the rest proves little.
    assert!(project.inspect("controller-1")["Config"]["Env"].to_string().contains(&password));
    let logs = run(&mut project.compose(&["logs", "--no-color"]));
    assert!(!(text(&logs.stdout) + &text(&logs.stderr)).contains(&password), "the password stands in the logs");
}
