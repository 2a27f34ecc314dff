//! Members of a generated etcd as processes of this machine, each at a loopback address of its own, and the generated
//! haproxy in front. Of what is generated only the place differs: where a member listens (a container's own
//! "everywhere" is one place here) and where its volume is.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::MutexGuard;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::tls::{self, Tls};
use crate::http;
use crate::support::{a8ctl, root, run, stdout_of, tool, tree, turn};
use crate::yaml12;

/// For something to come about that takes seconds at most.
const PATIENCE: Duration = Duration::from_secs(40);

pub(super) struct Cluster {
    directory: tempfile::TempDir,
    proxy: Option<Child>,
    tls: Option<Tls>,
    _turn: MutexGuard<'static, ()>,
}

/// Where services call.
pub(super) fn proxy() -> SocketAddr {
    (Ipv4Addr::LOCALHOST, 2379).into()
}

/// Where a member listens.
pub(super) fn member(number: usize) -> SocketAddr {
    (Ipv4Addr::new(127, 0, 1, u8::try_from(number).unwrap()), 2379).into()
}

fn name(number: usize) -> String {
    format!("etcd-{number}")
}

impl Cluster {
    /// Starts three members of a version, and the haproxy of the first host. `None` after a skip.
    pub(super) fn up(test: &str, version: &str, encrypted: bool) -> Option<Self> {
        let programs = [("etcd", format!("etcd-{version}")), ("etcdctl", format!("etcdctl-{version}"))];
        let haproxy = tool(test, "haproxy-3.0")?;
        let directory = tempfile::tempdir().unwrap();
        fs::create_dir_all(directory.path().join("bin")).unwrap();
        for (program, of_version) in programs {
            let path = fs::canonicalize(tool(test, &of_version)?).unwrap();
            fs::write(
                directory.path().join("bin").join(program),
                format!("#!/bin/sh\nexec {} \"$@\"\n", path.display()),
            )
            .unwrap();
        }
        fs::write(directory.path().join("bin/docker"), include_str!("docker.sh")).unwrap();
        stdout_of(Command::new("chmod").args(["-R", "+x"]).arg(directory.path().join("bin")));
        let tls = if encrypted { Some(Tls::new(test)?) } else { None };
        let mut cluster = Self { directory, proxy: None, tls, _turn: turn() };
        cluster.generate(3, &["datastores.store.phase=bootstrap"]);
        cluster.start_proxy(&haproxy);
        if let Some(tls) = &mut cluster.tls {
            tls.start(&haproxy);
        }
        cluster.settled();
        // From now on as a cluster that stands is described.
        cluster.generate(3, &[]);
        Some(cluster)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    pub(super) fn tls(&self) -> Option<&Tls> {
        self.tls.as_ref()
    }

    /// Where the proxy is called without TLS.
    pub(super) fn proxy(&self) -> SocketAddr {
        self.tls.as_ref().map_or_else(proxy, |_| tls::way(proxy()))
    }

    /// Where a member is called without TLS.
    pub(super) fn member(&self, number: usize) -> SocketAddr {
        let address = member(number);
        self.tls.as_ref().map_or(address, |_| tls::way(address))
    }

    /// Writes the project of each host anew, and what each container would now be made with.
    pub(super) fn generate(&self, hosts: usize, sets: &[&str]) {
        let out = self.path("hosts");
        let profile = if self.tls.is_some() { "tests/profiles/etcd-tls.yaml" } else { "tests/profiles/etcd.yaml" };
        let mut command = a8ctl(&["generate", "compose", profile, "--quiet", "--set"]);
        command.arg(format!("placement.nodes={hosts}")).args(sets.iter().flat_map(|set| ["--set", set]));
        if hosts > 3 {
            command.args(["--set", "placement.hosts.node-4={address: 192.0.2.14}"]);
        }
        let _ = fs::remove_dir_all(&out);
        stdout_of(command.arg("-o").arg(&out).current_dir(root()));
        for path in tree(&out).into_iter().map(|path| out.join(path)) {
            // No profile names a loopback address, and a member's own loopback is this machine's.
            let mut text = fs::read_to_string(&path).unwrap().replace("192.0.2.1", "127.0.1.");
            let host = path.parent().unwrap().file_name().unwrap().to_string_lossy();
            if let Some(number) = host.strip_prefix("node-")
                && path.extension().is_some_and(|ending| ending == "sh")
            {
                text = text.replace("127.0.0.1", &format!("127.0.1.{number}"));
            }
            fs::write(&path, text).unwrap();
        }
        if let Some(tls) = &self.tls {
            tls.provide(&out);
        }
        for number in 1..=hosts {
            let project = fs::read_to_string(out.join(format!("node-{number}/compose.yaml"))).unwrap();
            let service = yaml12::json(&project)["services"][name(number)].clone();
            let below = self.path(&name(number));
            fs::create_dir_all(&below).unwrap();
            tls::mount(&service, &out.join(format!("node-{number}/secrets")), &below);
            let lines = service["environment"].as_object().into_iter().flatten();
            let lines = lines.map(|(key, value)| format!("{key}={}\n", here(number, key, value, &below)));
            fs::write(below.join("wanted"), lines.collect::<String>()).unwrap();
        }
    }

    fn start_proxy(&mut self, haproxy: &Path) {
        let config = fs::read_to_string(self.path("hosts/node-1/haproxy/haproxy.cfg")).unwrap();
        let project = fs::read_to_string(self.path("hosts/node-1/compose.yaml")).unwrap();
        let below = self.path("proxy");
        tls::mount(&yaml12::json(&project)["services"]["balancer"], &self.path("hosts/node-1/secrets"), &below);
        let config = config.replace("/run/secrets/", &format!("{}/run/secrets/", below.display()));
        let config = config.replace("bind :", "bind 127.0.0.1:");
        let config = config.replace("/run/haproxy/", &format!("{}/", self.directory.path().display()));
        fs::write(self.path("haproxy.cfg"), config).unwrap();
        let log = fs::File::create(self.path("haproxy.log")).unwrap();
        let mut command = Command::new(haproxy);
        command.arg("-db").arg("-f").arg(self.path("haproxy.cfg")).stdout(log.try_clone().unwrap()).stderr(log);
        self.proxy = Some(command.spawn().unwrap());
    }

    /// A program where the generated scripts run, with the stand-in for Docker in front of the real one.
    fn command(&self, host: usize, program: &str) -> Command {
        let mut command = Command::new(program);
        let search = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.path(&format!("hosts/node-{host}"))).env("PATH", search);
        command.env("LAB", self.directory.path()).stdin(Stdio::null());
        command
    }

    /// What a generated script of a member's host says and returns; interrupted when it has told the cluster of a step,
    /// or of `nothing`.
    pub(super) fn script(&self, number: usize, script: &str, args: &[&str], interrupt: &str) -> Output {
        run(self.command(number, "sh").arg(script).args(args).env("INTERRUPT", interrupt))
    }

    pub(super) fn start(&self, number: usize) {
        stdout_of(self.command(number, "docker").args(["compose", "up", "-d", "--no-deps", &name(number)]));
    }

    /// Kills a member at once.
    pub(super) fn kill(&self, number: usize) {
        self.signal(number, "KILL");
    }

    pub(super) fn signal(&self, number: usize, signal: &str) {
        if let Ok(pid) = fs::read_to_string(self.path(&format!("{}/pid", name(number)))) {
            run(Command::new("kill").args(["-s", signal, pid.trim()]));
        }
    }

    /// Takes a member's data away, as a new disk would.
    pub(super) fn lose_data(&self, number: usize) {
        fs::remove_dir_all(self.path(&format!("{}/data", name(number)))).unwrap();
    }

    pub(super) fn has_data(&self, number: usize) -> bool {
        self.path(&format!("{}/data/member/wal", name(number))).exists()
    }

    pub(super) fn log(&self, number: usize) -> String {
        fs::read_to_string(self.path(&format!("{}/log", name(number)))).unwrap_or_default()
    }

    pub(super) fn is_up(&self, number: usize) -> bool {
        self.command(number, "docker")
            .args(["compose", "exec", "-T", &name(number), "true"])
            .status()
            .unwrap()
            .success()
    }

    #[track_caller]
    pub(super) fn await_healthy(&self, number: usize) {
        healthy(self.member(number), || format!("{} is not up:\n{}", name(number), self.log(number)));
    }

    /// The three members are up, each started if it is not, and so is the way to them.
    pub(super) fn settled(&self) {
        for number in (1..=3).filter(|number| !self.is_up(*number)) {
            self.start(number);
        }
        (1..=3).for_each(|number| self.await_healthy(number));
        healthy(self.proxy(), || "the proxy does not pass on".to_owned());
    }

    /// Of each member that counts: its name, and whether it leads.
    pub(super) fn members(&self) -> Vec<(String, bool)> {
        members(self.proxy())
    }

    /// The number of the member that leads, and that of one that does not.
    pub(super) fn leader_and_follower(&self) -> (usize, usize) {
        let leader = self.members().into_iter().find(|(_, leads)| *leads).unwrap().0;
        let leader = leader.rsplit('-').next().unwrap().parse().unwrap();
        (leader, leader % 3 + 1)
    }
}

/// What somebody there answers. While a member goes, the way to it is cut under a question, which is asked again.
#[track_caller]
pub(super) fn answer(at: SocketAddr, path: &str, question: &str) -> Json {
    let start = Instant::now();
    loop {
        let answer = http::ask(at, "POST", path, question, Duration::from_secs(10));
        let json = answer.as_ref().ok().filter(|answer| answer.status == 200);
        if let Some(json) = json.and_then(|answer| serde_json::from_str(&answer.body).ok()) {
            return json;
        }
        assert!(start.elapsed() < PATIENCE, "{at} {path}: {answer:?}");
        sleep(Duration::from_millis(50));
    }
}

/// Of each member that counts, as somebody there says: its name, and whether it leads.
pub(super) fn members(at: SocketAddr) -> Vec<(String, bool)> {
    let leader = answer(at, "/v3/maintenance/status", "{}")["leader"].as_str().unwrap_or_default().to_owned();
    let members = answer(at, "/v3/cluster/member/list", "{}")["members"].as_array().unwrap().clone();
    let counts = members.iter().filter(|member| member["isLearner"] != Json::Bool(true));
    counts
        .map(|member| (member["name"].as_str().unwrap_or_default().to_owned(), member["ID"] == leader.as_str()))
        .collect()
}

/// Waits until the cluster says so at an address.
#[track_caller]
pub(super) fn healthy(address: SocketAddr, or: impl FnOnce() -> String) {
    let start = Instant::now();
    let is = || {
        let answer = http::ask(address, "GET", "/health", "", Duration::from_secs(1));
        answer.is_ok_and(|answer| answer.status == 200 && answer.body.contains("\"true\""))
    };
    while !is() {
        if start.elapsed() > PATIENCE {
            panic!("{}", or());
        }
        sleep(Duration::from_millis(50));
    }
}

/// A value of the environment as it must be on one machine.
fn here(number: usize, key: &str, value: &Json, below: &Path) -> String {
    let value = value.as_str().unwrap();
    match key {
        "ETCD_LISTEN_CLIENT_URLS" | "ETCD_LISTEN_PEER_URLS" | "ETCD_LISTEN_METRICS_URLS" => {
            value.replace("0.0.0.0", &member(number).ip().to_string())
        }
        "ETCD_DATA_DIR" => below.join("data").display().to_string(),
        _ => value.replace("/run/secrets/", &format!("{}/run/secrets/", below.display())),
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Some(mut proxy) = self.proxy.take() {
            let _ = proxy.kill();
            let _ = proxy.wait();
        }
        (1..=4).for_each(|number| self.kill(number));
        if std::thread::panicking() {
            let end = |log: String| log.lines().rev().take(15).map(|line| format!("  {line}\n")).collect::<String>();
            eprintln!(
                "haproxy, latest first:\n{}",
                end(fs::read_to_string(self.path("haproxy.log")).unwrap_or_default())
            );
            (1..=4).for_each(|number| eprintln!("etcd-{number}, latest first:\n{}", end(self.log(number))));
        }
    }
}
