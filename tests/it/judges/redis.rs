//! redis-server starts with every generated configuration, of servers and of sentinels.

use std::fs::File;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use super::{files_and_config_maps, no_complaints};
use crate::support::tool;

/// What it said when it did not start. Only its surroundings differ from what is generated: the users, no port, as
/// another Redis may have it, and the directory, which it enters while it reads its line. (The real Compose project
/// starts one unchanged.)
fn refusal(redis: &Path, configuration: &str) -> Option<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    let own = configuration.replace("\ndir /data\n", &format!("\ndir {}\n", directory.path().display()));
    std::fs::write(path("redis.conf"), own).unwrap();
    std::fs::write(path("users.acl"), "user default on nopass ~* +@all\n").unwrap();
    let mut child = Command::new(redis)
        .arg(path("redis.conf"))
        .args(["--port", "0", "--aclfile"])
        .arg(path("users.acl"))
        .arg("--unixsocket")
        .arg(path("socket"))
        .stdin(Stdio::null())
        .stdout(File::create(path("log")).unwrap())
        .stderr(File::create(path("errors")).unwrap())
        .spawn()
        .unwrap();
    let said = || ["log", "errors"].map(|name| std::fs::read_to_string(path(name)).unwrap()).concat();
    let mut ready = false;
    for _ in 0..200 {
        // "Ready to ..." for a port, "... is now ready to ..." for a socket.
        ready = said().contains("eady to accept connections");
        if ready || !matches!(child.try_wait(), Ok(None)) {
            break;
        }
        sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
    (!ready).then(said)
}

#[test]
fn redis_starts() {
    let Some(redis) = tool("redis-server", "redis-server") else { return };
    let complaints: Vec<String> = files_and_config_maps("redis.conf")
        .iter()
        .filter_map(|file| Some(format!("{}: {}", file.name, refusal(&redis, &file.text)?)))
        .collect();
    no_complaints(&complaints);
}

/// A sentinel's configuration as its script completes it: the line that names the primary, before what is said of it.
fn completed(configuration: &str) -> String {
    let name = configuration.lines().find_map(|line| line.strip_prefix("sentinel down-after-milliseconds ")).unwrap();
    let name = name.split(' ').next().unwrap();
    let (above, below) = configuration.split_once("# Below").unwrap();
    let below = below.split_once('\n').unwrap().1;
    format!("{above}user default on nopass ~* &* +@all\nsentinel monitor {name} 127.0.0.1 1 2\n{below}")
}

#[test]
fn sentinels_start() {
    let Some(redis) = tool("redis-sentinel", "redis-server") else { return };
    let mut complaints = Vec::new();
    for file in files_and_config_maps("sentinel.conf") {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("sentinel.conf");
        // Another may listen at its port.
        let own = completed(&file.text).replace("port 26379", &format!("port {}", crate::http::free_port()));
        std::fs::write(&path, own).unwrap();
        let mut child = Command::new(&redis)
            .arg(&path)
            .arg("--sentinel")
            .stdin(Stdio::null())
            .stdout(File::create(directory.path().join("log")).unwrap())
            .spawn()
            .unwrap();
        let said = || std::fs::read_to_string(directory.path().join("log")).unwrap();
        for _ in 0..200 {
            if said().contains("+monitor") || !matches!(child.try_wait(), Ok(None)) {
                break;
            }
            sleep(Duration::from_millis(50));
        }
        let _ = child.kill();
        let _ = child.wait();
        if !said().contains("+monitor") {
            complaints.push(format!("{}: {}", file.name, said()));
        }
    }
    no_complaints(&complaints);
}

/// A judge that cannot say no proves nothing.
#[test]
fn redis_refuses_a_mistake() {
    let Some(redis) = tool("redis-server's own check", "redis-server") else { return };
    let said = refusal(&redis, "appendfsync sometimes\n").unwrap();
    assert!(said.contains("appendfsync"), "{said}");
}
