//! The encrypted etcd on three Docker hosts: what containers read, which address members see of one another, and the
//! generated scripts with a real Docker.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::tls::Tls;
use crate::http;
use crate::images;
use crate::lab::Lab;
use crate::load::bars::tell;
use crate::support::{a8ctl, run, stdout_of, text, tool};

/// Of a network set aside for documentation that this machine is not part of.
const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
const IMAGES: [(&str, &[&str]); 2] =
    [("etcd", &["datastores.store.image", "datastores.locks.image"]), ("haproxy", &["balancer.image"])];
/// Longer than any machine takes, however busy.
const SETTLED: Duration = Duration::from_secs(120);

struct Hosts {
    lab: Lab,
    tls: Tls,
    directory: TempDir,
    /// The real `docker compose`, for the generated scripts.
    docker: TempDir,
}

fn image(kind: &str) -> String {
    format!("a8ctl-test/{kind}:local")
}

fn member(host: &str, of: &str) -> String {
    host.replace("node", of)
}

fn at(address: &str, port: u16) -> SocketAddr {
    format!("{address}:{port}").parse().unwrap()
}

impl Hosts {
    /// Starts the members and the balancer of each host. `None` after a skip.
    fn up(test: &str) -> Option<Self> {
        let compose = tool(test, "docker-compose-2.40")?;
        let made: Vec<String> = IMAGES.iter().map(|(kind, _)| format!("{kind}={}", image(kind))).collect();
        images::make(test, &made).then_some(())?;
        let tls = Tls::new(test)?;
        let lab = Lab::up(test, &HOSTS, 24)?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let docker = tempfile::tempdir().unwrap();
        std::fs::create_dir(docker.path().join("cli-plugins")).unwrap();
        let compose = std::fs::canonicalize(compose).unwrap();
        std::os::unix::fs::symlink(compose, docker.path().join("cli-plugins/docker-compose")).unwrap();
        lab.load(&IMAGES.map(|(kind, _)| image(kind)).each_ref().map(String::as_str));
        let hosts = Self { lab, tls, directory, docker };
        hosts.generate(&["datastores.store.phase=bootstrap"]);
        scope(|scope| {
            for (host, _) in HOSTS {
                let hosts = &hosts;
                let (etcd, locks) = (member(host, "etcd"), member(host, "locks"));
                scope.spawn(move || {
                    hosts.compose(host, &["up", "--detach", "--pull", "never", &etcd, &locks, "balancer"])
                });
            }
        });
        hosts.settled();
        Some(hosts)
    }

    /// Generates again into the same directory, and puts the secrets there.
    fn generate(&self, sets: &[&str]) {
        let mut command = a8ctl(&["generate", "compose", "tests/profiles/etcd-tls.yaml", "--quiet", "-o"]);
        command.arg(self.directory.path());
        let images =
            IMAGES.iter().flat_map(|(kind, keys)| keys.iter().map(move |key| format!("{key}={}", image(kind))));
        let addresses = HOSTS.iter().map(|(name, address)| format!("placement.hosts.{name}.address={address}"));
        for set in images.chain(addresses).chain(sets.iter().map(|&set| set.to_owned())) {
            command.args(["--set", &set]);
        }
        stdout_of(&mut command);
        self.tls.provide(self.directory.path());
    }

    fn path(&self, host: &str) -> PathBuf {
        self.directory.path().join(host)
    }

    fn compose(&self, host: &str, args: &[&str]) -> String {
        stdout_of(&mut self.lab.host(host).compose(&self.path(host), args))
    }

    /// `etcdctl` in a container of a host.
    fn etcdctl(&self, host: &str, of: &str, args: &[&str]) -> Output {
        let container = member(host, of);
        let all = [&["exec", "-T", &container, "etcdctl"], args].concat();
        run(&mut self.lab.host(host).compose(&self.path(host), &all))
    }

    /// Runs a generated script to its good end, as an operator on that host does.
    fn operate(&self, host: &str, script: &str, args: &[&str]) {
        let mut command = Command::new("sh");
        command.arg(self.path(host).join(script)).args(args);
        command.env("DOCKER_CONFIG", self.docker.path()).env("DOCKER_HOST", self.lab.host(host).socket());
        let output = run(&mut command);
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{host} {script} {args:?}: {said}");
    }

    /// Every member answers for its cluster, and every balancer sees the three.
    fn settled(&self) {
        let start = Instant::now();
        let (local, mut wrong) = (["--endpoints=https://127.0.0.1:2379", "endpoint", "health"], Vec::new());
        while start.elapsed() < SETTLED {
            wrong.clear();
            for (host, address) in HOSTS {
                for of in ["etcd", "locks"] {
                    let output = self.etcdctl(host, of, &local);
                    if !output.status.success() {
                        wrong.push(format!("{of} of {host}: {}", text(&output.stderr)));
                    }
                }
                let path = "/metrics?scope=server&metrics=haproxy_server_status";
                let metrics = http::ask(at(address, 8404), "GET", path, "", Duration::from_secs(2));
                let metrics = metrics.map(|answer| answer.body).unwrap_or_default();
                let up = metrics.lines().filter(|line| {
                    line.contains("proxy=\"be_datastore_store\"")
                        && line.contains("state=\"UP\"")
                        && line.ends_with(" 1")
                });
                if up.count() != 3 {
                    wrong.push(format!("the balancer of {host} does not see three"));
                }
            }
            if wrong.is_empty() {
                return;
            }
            sleep(Duration::from_millis(500));
        }
        let logs = self.compose("node-1", &["logs", "--tail", "20"]);
        panic!("not settled: {wrong:?}\n{logs}");
    }
}

#[test]
fn etcd_with_tls_runs_on_docker_hosts() {
    let test = "real etcd with TLS on Docker hosts";
    let Some(hosts) = Hosts::up(test) else { return };
    tell(&format!("{test}: settled"));
    // By the way that services go.
    let output = hosts.etcdctl("node-1", "etcd", &["--endpoints=https://balancer:2379", "put", "kept", "word"]);
    assert!(output.status.success(), "{}", text(&output.stderr));

    hosts.compose("node-2", &["rm", "--stop", "--force", "etcd-2"]);
    stdout_of(&mut hosts.lab.host("node-2").docker(&["volume", "rm", "guild_etcd-data"]));
    hosts.generate(&["datastores.store.phase=replace-member", "datastores.store.member=2"]);
    hosts.operate("node-2", "replace-member.sh", &["etcd-2"]);
    hosts.settled();
    let read = ["--endpoints=https://127.0.0.1:2379", "get", "kept", "--consistency=s", "--print-value-only"];
    assert_eq!(text(&hosts.etcdctl("node-2", "etcd", &read).stdout).trim(), "word");
    hosts.generate(&[]);
    tell(&format!("{test}: replaced"));

    hosts.tls.forget_certificates();
    hosts.generate(&[]);
    for (host, address) in HOSTS {
        hosts.operate(host, "roll.sh", &[&member(host, "etcd"), "balancer"]);
        assert_eq!(Tls::shown(at(address, 2379)), hosts.tls.provided("store-certificate"), "{host}");
    }
    hosts.settled();
    tell(&format!("{test}: rolled to new certificates"));
}
