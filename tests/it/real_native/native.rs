//! Services and their balancers natively on three hosts, until it goes out of scope.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http;
use crate::lab::PlainHosts;
use crate::support::{a8ctl, root, run, skip, stdout_of, text, tool};

/// Of a network set aside for documentation that this machine is not part of.
const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
const EDGE: u16 = 31200;
const SERVICE: u16 = 6080;
const PASSWORD: &str = "of-this-test-alone";

pub(super) struct Native {
    hosts: PlainHosts,
    directory: TempDir,
    running: Mutex<BTreeMap<String, Child>>,
    /// Until who failed before is asked again: by nginx five seconds after its last failure.
    aside: Duration,
}

impl Native {
    /// Generates a profile for a target with its Redis on the first host, and starts everything that is generated and
    /// everything that the profile says is there. `balancer` is the command line for a configuration. `None` after a
    /// skip.
    pub(super) fn up(
        test: &str,
        target: &str,
        config: &str,
        proxied: bool,
        balancer: &dyn Fn(&str) -> Option<Vec<String>>,
    ) -> Option<Self> {
        let redis = std::fs::canonicalize(tool(test, "redis-server")?).unwrap();
        let built = run(Command::new("bash").arg(root().join("scripts/test-standin")));
        if !built.status.success() {
            skip(test, &text(&built.stderr));
            return None;
        }
        let commands: Option<Vec<Vec<String>>> = HOSTS.iter().map(|(host, _)| balancer(host)).collect();
        let commands = commands?;
        let hosts = PlainHosts::up(test, &HOSTS, 24)?;
        // Readable for the balancers' own users.
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let over = directory.path().join("over.yaml");
        let (_, store) = HOSTS[0];
        let secret = "{ secret: redis, key: password }";
        let place = format!("kind: external, engine: redis, host: {store}, port: 6379, password: {secret}");
        std::fs::write(&over, format!("datastores: {{ store: {{ {place}, proxied: {proxied} }} }}\n")).unwrap();
        let mut command = a8ctl(&["generate", target, &format!("vm-{target}"), "--quiet", "-o"]);
        command.arg(directory.path().join("out")).arg("-f").arg(&over);
        command.args(["--set", "balancer.vip.address=198.51.100.10/24", "--set", "balancer.clients=[client-1]"]);
        // A client whose own balancer hangs is on its own.
        command.args(["--set", "guarantees=null"]);
        for (host, address) in HOSTS {
            command.args(["--set", &format!("placement.hosts.{host}.address={address}")]);
        }
        stdout_of(&mut command);
        let aside = Duration::from_secs(if target == "nginx" { 6 } else { 1 });
        let native = Self { hosts, directory, running: Mutex::default(), aside };
        let server = redis.to_string_lossy().into_owned();
        let options = ["--bind", store, "--requirepass", PASSWORD, "--save", "", "--appendonly", "no"];
        let words: Vec<&str> = [server.as_str()].into_iter().chain(options).collect();
        native.start("redis", "node-1", &words, &[]);
        for ((host, _), words) in HOSTS.iter().zip(&commands) {
            native.replica(host);
            let file = native.path(host).join(config);
            let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
            let file = file.to_string_lossy().into_owned();
            words.push(&file);
            native.start(&format!("balancer on {host}"), host, &words, &[]);
        }
        native.settled();
        Some(native)
    }

    fn path(&self, host: &str) -> PathBuf {
        self.directory.path().join("out").join(host)
    }

    fn start(&self, name: &str, host: &str, words: &[&str], variables: &[(String, String)]) {
        let mut command = self.hosts.command(host, words);
        command.current_dir(self.directory.path()).envs(variables.iter().cloned());
        self.spawn(name, &mut command);
    }

    /// Starts the balancer of the one client's host: this machine itself, outside of every host's network.
    pub(super) fn client(&self, words: &[String], config: &str) {
        let file = self.path("clients/client-1").join(config);
        let mut command = Command::new(&words[0]);
        command.args(&words[1..]).arg(file).current_dir(self.directory.path());
        self.spawn("client", &mut command);
    }

    /// Where the client's own processes call its balancer.
    pub(super) fn at_the_client() -> SocketAddr {
        (std::net::Ipv4Addr::LOCALHOST, EDGE).into()
    }

    pub(super) fn plug(&self, host: &str, plugged: bool) {
        self.hosts.plug(host, plugged);
    }

    fn spawn(&self, name: &str, command: &mut Command) {
        let log = std::fs::File::create(self.directory.path().join(format!("{name}.log"))).unwrap();
        let child = command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap();
        self.running.lock().unwrap_or_else(PoisonError::into_inner).insert(name.to_owned(), child);
    }

    /// Starts a host's controller with its generated environment, and the secrets that this names.
    pub(super) fn replica(&self, host: &str) {
        let number = host.rsplit('-').next().unwrap();
        let name = format!("controller-{number}");
        let written = std::fs::read_to_string(self.path(host).join(format!("amalgam8/{name}.env"))).unwrap();
        let mut variables = Vec::new();
        for line in written.lines() {
            if let Some((name, _)) = line.strip_prefix("# ").and_then(|line| line.split_once(": key ")) {
                variables.push((name.to_owned(), PASSWORD.to_owned()));
            } else if let Some((name, value)) = line.split_once('=').filter(|_| !line.starts_with('#')) {
                variables.push((name.to_owned(), value.trim_matches('"').to_owned()));
            }
        }
        let program = root().join("target/standin/a8controller");
        self.start(host, host, &[&program.to_string_lossy()], &variables);
    }

    /// Ends a host's controller as a crash does.
    pub(super) fn kill(&self, host: &str) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let child = running.get_mut(host).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    /// A signal to a host's controller.
    pub(super) fn signal(&self, host: &str, signal: &str) {
        let pid = self.running.lock().unwrap_or_else(PoisonError::into_inner)[host].id();
        stdout_of(Command::new("kill").args([&format!("-{signal}"), &pid.to_string()]));
    }

    /// Restarts a host's controller as its unit does: asked to end, which it does at once.
    pub(super) fn restart(&self, host: &str) {
        self.signal(host, "TERM");
        self.running.lock().unwrap_or_else(PoisonError::into_inner).get_mut(host).unwrap().wait().unwrap();
        self.replica(host);
    }

    pub(super) fn hosts() -> impl Iterator<Item = &'static str> {
        HOSTS.iter().map(|(name, _)| *name)
    }

    /// Where clients call the balancer of the first host.
    pub(super) fn edge() -> SocketAddr {
        format!("{}:{EDGE}", HOSTS[0].1).parse().unwrap()
    }

    /// A host's controller itself.
    pub(super) fn own(host: &str) -> SocketAddr {
        let address = HOSTS.iter().find(|(name, _)| *name == host).unwrap().1;
        format!("{address}:{SERVICE}").parse().unwrap()
    }

    /// Every controller answers, and so does the balancer of every host.
    pub(super) fn settled(&self) {
        let start = Instant::now();
        let good = |address: SocketAddr, path: &str| {
            http::ask(address, "GET", path, "", Duration::from_secs(2)).is_ok_and(|answer| answer.status == 200)
        };
        let ready = || {
            HOSTS.iter().all(|(host, address)| {
                let edge = format!("{address}:{EDGE}").parse().unwrap();
                let status = format!("{address}:8404").parse().unwrap();
                good(Self::own(host), "/health") && good(status, "/healthz") && good(edge, "/v1/rules")
            })
        };
        while !ready() {
            assert!(start.elapsed() < Duration::from_secs(30), "not settled:\n{}", self.story());
            sleep(Duration::from_millis(200));
        }
        sleep(self.aside);
    }

    fn story(&self) -> String {
        let files = std::fs::read_dir(self.directory.path()).unwrap().flatten().map(|entry| entry.path());
        let logs = files.filter(|path| path.extension().is_some_and(|extension| extension == "log"));
        let tail = |path: PathBuf| {
            let said = std::fs::read_to_string(&path).unwrap_or_default();
            let lines: Vec<&str> = said.lines().collect();
            format!("== {}\n{}\n", path.display(), lines[lines.len().saturating_sub(8)..].join("\n"))
        };
        logs.map(tail).collect()
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.story());
        }
        for child in self.running.lock().unwrap_or_else(PoisonError::into_inner).values_mut() {
            // nginx's workers outlive a master that is killed.
            let _ = Command::new("kill").args(["-CONT", &child.id().to_string()]).status();
            let _ = Command::new("kill").args(["-TERM", &child.id().to_string()]).status();
            let end = Instant::now() + Duration::from_secs(3);
            while matches!(child.try_wait(), Ok(None)) && Instant::now() < end {
                sleep(Duration::from_millis(20));
            }
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
