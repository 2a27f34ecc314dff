//! The generated haproxy of each version in front of generated synchronisers, as processes of three hosts without
//! Docker: nothing is written but to the writer, above all not while a haproxy has not asked everybody yet.
//!
//! Of what is generated only what containers map differs: ports, and where the disk, the password and /run are.

use std::collections::BTreeSet;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http;
use crate::lab::PlainHosts;
use crate::support::{a8ctl, root, run, skip, stdout_of, text, tool};
use crate::yaml12;

const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
const EDGE: u16 = 30089;
/// For something to come about that takes seconds at most.
const PATIENCE: Duration = Duration::from_secs(30);

struct Processes {
    hosts: PlainHosts,
    directory: TempDir,
    haproxy: PathBuf,
    running: Vec<(String, Child)>,
}

impl Processes {
    fn up(test: &str, version: &str) -> Option<Self> {
        let haproxy = fs::canonicalize(tool(test, &format!("haproxy-{version}"))?).unwrap();
        let rsync = fs::canonicalize(tool(test, "rsync")?).unwrap();
        let built = run(Command::new("bash").arg(root().join("scripts/test-standin")));
        if !built.status.success() {
            skip(test, &text(&built.stderr));
            return None;
        }
        let hosts = PlainHosts::up(test, &HOSTS, 24)?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut command = a8ctl(&["generate", "compose", "replicated-registry", "--quiet", "-o"]);
        command.arg(directory.path().join("out")).args(["--haproxy-version", version]);
        for set in ["services.controller=null", "datastores.state=null", "balancer.vip=null"] {
            command.args(["--set", set]);
        }
        for (host, address) in HOSTS {
            command.args(["--set", &format!("placement.hosts.{host}.address={address}")]);
        }
        stdout_of(&mut command);
        fs::create_dir(directory.path().join("bin")).unwrap();
        let program = directory.path().join("bin/rsync");
        fs::write(&program, format!("#!/bin/sh\nexec {} \"$@\"\n", rsync.display())).unwrap();
        stdout_of(Command::new("chmod").arg("+x").arg(&program));
        fs::write(directory.path().join("password"), "of-this-test-alone").unwrap();
        let mut processes = Self { hosts, directory, haproxy, running: Vec::new() };
        for (host, _) in HOSTS {
            let here = processes.path(host);
            for folder in ["disk", "run", "haproxy"] {
                fs::create_dir_all(here.join(folder)).unwrap();
            }
            let config = fs::read_to_string(processes.generated(host, "haproxy/haproxy.cfg")).unwrap();
            let config = config.replace("bind :8089", &format!("bind :{EDGE}"));
            fs::write(
                here.join("haproxy.cfg"),
                config.replace("/run/haproxy", &here.join("haproxy").display().to_string()),
            )
            .unwrap();
            let script = fs::read_to_string(processes.generated(host, "registry-sync/synchronise.sh")).unwrap();
            let script = script.replace("8730", "873").replace("=/disk", &format!("={}", here.join("disk").display()));
            let script = script.replace("/run/synchroniser", &here.join("run").display().to_string());
            let password = processes.directory.path().join("password");
            let script = script.replace("/run/secrets/synchroniser/password", &password.display().to_string());
            fs::write(here.join("synchronise.sh"), script).unwrap();
            let standin = root().join("target/standin/templates").display().to_string();
            let disk = here.join("disk").display().to_string();
            processes.start("replica", host, &[&standin], &[("ANKA_BASE_PATH".to_owned(), disk)]);
            processes.synchroniser(host);
        }
        Some(processes)
    }

    fn path(&self, host: &str) -> PathBuf {
        self.directory.path().join(host)
    }

    fn generated(&self, host: &str, file: &str) -> PathBuf {
        self.directory.path().join("out").join(host).join(file)
    }

    fn start(&mut self, what: &str, host: &str, words: &[&str], variables: &[(String, String)]) {
        let name = format!("{what} of {host}");
        let log = fs::File::create(self.directory.path().join(format!("{name}.log"))).unwrap();
        let search = format!("{}:{}", self.directory.path().join("bin").display(), std::env::var("PATH").unwrap());
        let mut command = self.hosts.command(host, words);
        command.envs(variables.iter().cloned()).env("PATH", search).current_dir(self.directory.path());
        let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        self.running.push((name, child));
    }

    /// Ends a process as `docker stop` does.
    fn stop(&mut self, what: &str, host: &str) {
        let name = format!("{what} of {host}");
        let at = self.running.iter().position(|(running, _)| *running == name).unwrap();
        let (_, child) = self.running.swap_remove(at);
        end(child);
    }

    fn synchroniser(&mut self, host: &str) {
        let compose = fs::read_to_string(self.generated(host, "compose.yaml")).unwrap();
        let service = format!("registry-sync-{}", host.rsplit('-').next().unwrap());
        let environment = yaml12::json(&compose)["services"][service]["environment"].clone();
        let variables = environment.as_object().unwrap().iter();
        let variables: Vec<_> =
            variables.map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect();
        let script = self.path(host).join("synchronise.sh").display().to_string();
        self.start("synchroniser", host, &["sh", &script], &variables);
    }

    fn balancer(&mut self, host: &str) {
        let (haproxy, config) = (self.haproxy.display().to_string(), self.path(host).join("haproxy.cfg"));
        self.start("balancer", host, &[&haproxy, "-db", "-f", &config.display().to_string()], &[]);
    }

    /// Servers of a backend that a host's balancer takes for up.
    fn up_in(host: &str, backend: &str) -> usize {
        let at = format!("{}:8404", address(host)).parse().unwrap();
        let path = "/metrics?scope=server&metrics=haproxy_server_status";
        let Ok(metrics) = http::ask(at, "GET", path, "", Duration::from_secs(2)) else { return 0 };
        let wanted = format!("proxy=\"{backend}\"");
        let up = |line: &&str| line.contains(&wanted) && line.contains("state=\"UP\"") && line.ends_with(" 1");
        metrics.body.lines().filter(up).count()
    }

    fn disk(&self, host: &str) -> BTreeSet<String> {
        let entries = fs::read_dir(self.path(host).join("disk")).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        if std::thread::panicking() {
            for (name, _) in &self.running {
                let log = fs::read(self.directory.path().join(format!("{name}.log"))).unwrap_or_default();
                let log = text(&log);
                let lines: Vec<&str> = log.lines().collect();
                eprintln!("== {name}\n{}", lines[lines.len().saturating_sub(15)..].join("\n"));
            }
        }
        for (_, child) in self.running.drain(..) {
            end(child);
        }
    }
}

fn end(mut child: Child) {
    run(Command::new("kill").args(["-s", "TERM", &child.id().to_string()]));
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > Duration::from_secs(8) {
            let _ = child.kill();
        }
        sleep(Duration::from_millis(20));
    }
}

fn address(host: &str) -> &'static str {
    HOSTS.iter().find(|(name, _)| *name == host).unwrap().1
}

#[track_caller]
fn within(what: &str, is: impl Fn() -> bool) {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        sleep(Duration::from_millis(50));
    }
}

/// Writes as fast as it goes for some seconds, whoever answers; the names of those that were acknowledged.
fn written(host: &str, prefix: &str, seconds: u64) -> BTreeSet<String> {
    let at: SocketAddr = format!("{}:{EDGE}", address(host)).parse().unwrap();
    let start = Instant::now();
    let mut names = BTreeSet::new();
    for number in 0.. {
        if start.elapsed() > Duration::from_secs(seconds) {
            break;
        }
        let name = format!("{prefix}-{number}");
        let answer = http::ask(at, "POST", &format!("/blobs/{name}"), "x", Duration::from_secs(3));
        match answer.map(|answer| answer.status) {
            Ok(201) => drop(names.insert(name)),
            _ => sleep(Duration::from_millis(5)),
        }
    }
    names
}

fn only_the_writer_is_written(version: &str) {
    let test = format!("real replicated, haproxy {version}");
    let Some(mut processes) = Processes::up(&test, version) else { return };
    for (host, _) in HOSTS {
        processes.balancer(host);
    }
    let pools = [("be_registry_writer", 1), ("be_registry_follower", 2), ("be_registry_reader", 3)];
    let known = |host: &str| pools.iter().all(|(pool, count)| Processes::up_in(host, pool) == *count);
    within("every balancer knows who is what", || HOSTS.iter().all(|(host, _)| known(host)));
    assert!(!written("node-2", "at-rest", 1).is_empty());

    // With the writer there, a balancer that starts writes to nobody else.
    processes.stop("balancer", "node-2");
    let names = std::thread::scope(|scope| {
        let names = scope.spawn(|| written("node-2", "starting", 4));
        processes.balancer("node-2");
        names.join().unwrap()
    });
    let there = processes.disk("node-1");
    let elsewhere: Vec<_> = names.iter().filter(|name| !there.contains(*name)).collect();
    assert!(
        !names.is_empty() && elsewhere.is_empty(),
        "{} acknowledged, not by the writer: {elsewhere:?}",
        names.len()
    );

    // Without it, nobody is written: neither by a balancer that starts, nor where the asked one starts.
    processes.stop("synchroniser", "node-1");
    within("nobody is the writer", || HOSTS.iter().all(|(host, _)| Processes::up_in(host, "be_registry_writer") == 0));
    for host in ["node-2", "node-3", "node-1"] {
        processes.stop("balancer", host);
        let names = std::thread::scope(|scope| {
            let names = scope.spawn(|| written("node-2", host, 3));
            processes.balancer(host);
            names.join().unwrap()
        });
        assert!(names.is_empty(), "acknowledged without a writer, {host} starting: {names:?}");
    }
    // It is the writer again, and nobody has lost anything.
    processes.synchroniser("node-1");
    within("every balancer knows again", || HOSTS.iter().all(|(host, _)| known(host)));
    let all = |processes: &Processes| HOSTS.map(|(host, _)| processes.disk(host));
    within("all are alike", || {
        let [first, second, third] = all(&processes);
        first == second && second == third && names.iter().all(|name| first.contains(name))
    });
    assert!(Path::new(&processes.path("node-2").join("disk/.a8ctl/state")).exists());
}

#[test]
fn haproxy_2_6_writes_to_the_writer_alone() {
    only_the_writer_is_written("2.6");
}

#[test]
fn haproxy_3_0_writes_to_the_writer_alone() {
    only_the_writer_is_written("3.0");
}

#[test]
fn haproxy_3_2_writes_to_the_writer_alone() {
    only_the_writer_is_written("3.2");
}
