//! A generated deployment that runs on three hosts until it goes out of scope.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::http;
use crate::images;
use crate::lab::{Aim, Host, Lab};
use crate::load::Load;
use crate::load::bars::tell;
use crate::support::{a8ctl, run, stdout_of, text, tool};

/// Of a network set aside for documentation that this machine is not part of.
const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
/// Longer than any machine takes, however busy.
const SETTLED: Duration = Duration::from_secs(180);
pub(super) const VIP: &str = "198.51.100.10";
const CONTROLLER: u16 = 31200;
const REGISTRY: u16 = 31300;
const IMAGES: [(&str, &str); 5] = [
    ("redis", "datastores.store.image"),
    ("haproxy", "balancer.image"),
    ("keepalived", "balancer.vip.image"),
    ("controller", "services.controller.image"),
    ("registry", "services.registry.image"),
];

pub(super) struct Deployment {
    pub(super) lab: Lab,
    directory: TempDir,
    docker: TempDir,
}

impl Deployment {
    /// Generates `multi-node` with settings over it, starts every host's project with its one command, and waits for
    /// the services. `None` after a skip.
    pub(super) fn up(test: &str, sets: &[&str]) -> Option<Self> {
        let compose = tool(test, "docker-compose-2.40")?;
        let image = |kind: &str| format!("a8ctl-test/{kind}:local");
        let made: Vec<String> = IMAGES.iter().map(|(kind, _)| format!("{kind}={}", image(kind))).collect();
        images::make(test, &made).then_some(())?;
        let lab = Lab::up(test, &HOSTS, 24)?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut command = a8ctl(&["generate", "compose", "multi-node", "-o"]);
        command.arg(directory.path());
        let own = IMAGES.iter().map(|(kind, key)| format!("{key}={}", image(kind)));
        let own = own.chain(HOSTS.iter().map(|(name, address)| format!("placement.hosts.{name}.address={address}")));
        for set in own.chain([format!("balancer.vip.address={VIP}/24")]).chain(sets.iter().map(|&set| set.to_owned())) {
            command.args(["--set", &set]);
        }
        stdout_of(&mut command);
        stdout_of(Command::new("sh").arg(directory.path().join("make-secrets.sh")));
        lab.load(&IMAGES.map(|(kind, _)| image(kind)).each_ref().map(String::as_str));
        // The real `docker compose`, for the generated scripts.
        let docker = tempfile::tempdir().unwrap();
        std::fs::create_dir(docker.path().join("cli-plugins")).unwrap();
        std::os::unix::fs::symlink(
            std::fs::canonicalize(compose).unwrap(),
            docker.path().join("cli-plugins/docker-compose"),
        )
        .unwrap();
        let deployment = Self { lab, directory, docker };
        let start = Instant::now();
        scope(|scope| {
            for (host, _) in HOSTS {
                let deployment = &deployment;
                scope.spawn(move || deployment.compose(host, &["up", "--detach", "--pull", "never", "--quiet-pull"]));
            }
        });
        deployment.settled();
        tell(&format!("{test}: ready {:.1?} after `docker compose up -d` on three hosts", start.elapsed()));
        Some(deployment)
    }

    pub(super) fn hosts() -> impl Iterator<Item = &'static str> {
        HOSTS.iter().map(|(name, _)| *name)
    }

    pub(super) fn address(host: &str) -> &'static str {
        HOSTS.iter().find(|(name, _)| *name == host).unwrap().1
    }

    pub(super) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    pub(super) fn path(&self, host: &str) -> PathBuf {
        self.directory.path().join(host)
    }

    pub(super) fn compose(&self, host: &str, args: &[&str]) -> String {
        stdout_of(&mut self.host(host).compose(&self.path(host), args))
    }

    /// A generated script, as an operator on that host runs it.
    pub(super) fn script(&self, host: &str, script: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.arg(self.path(host).join(script)).args(args);
        command.env("DOCKER_CONFIG", self.docker.path()).env("DOCKER_HOST", self.host(host).socket());
        command
    }

    /// Runs such a script to its good end.
    #[track_caller]
    pub(super) fn operate(&self, host: &str, script: &str, args: &[&str]) -> Duration {
        let start = Instant::now();
        let output: Output = run(&mut self.script(host, script, args));
        let said = text(&output.stdout) + &text(&output.stderr);
        assert!(output.status.success(), "{host} {script} {args:?}: {said}");
        start.elapsed()
    }

    /// `kill`, `start`, ...: what a host's operator does to its part of something. What was killed so stays away.
    #[track_caller]
    pub(super) fn docker(&self, host: &str, action: &str, what: &str) {
        stdout_of(&mut self.host(host).docker(&[action, &Self::on(host, what)]));
    }

    /// A signal to a host's part of something, as from a fault: what dies so is restarted.
    #[track_caller]
    pub(super) fn signal(&self, host: &str, signal: &str, what: &str) {
        self.host(host).signal(&Self::on(host, what), signal);
    }

    /// What a host runs of something, to be signalled later.
    pub(super) fn aim(&self, host: &str, what: &str) -> Aim {
        self.host(host).aim(&Self::on(host, what)).unwrap_or_else(|| panic!("{what} does not run on {host}"))
    }

    /// A container by its Compose service.
    pub(super) fn container(service: &str) -> String {
        format!("amalgam8-{service}-1")
    }

    /// The part that a host runs of something: `controller` on `node-2` is `controller-2`.
    pub(super) fn on(host: &str, what: &str) -> String {
        let number = host.rsplit('-').next().unwrap();
        match what {
            "balancer" | "keepalived" => Self::container(what),
            _ => Self::container(&format!("{what}-{number}")),
        }
    }

    pub(super) fn controllers() -> SocketAddr {
        format!("{VIP}:{CONTROLLER}").parse().unwrap()
    }

    /// Those that one host's own address leads to.
    pub(super) fn controllers_of(host: &str) -> SocketAddr {
        format!("{}:{CONTROLLER}", Self::address(host)).parse().unwrap()
    }

    pub(super) fn registries() -> SocketAddr {
        format!("{VIP}:{REGISTRY}").parse().unwrap()
    }

    /// The measurements' load on the address that moves.
    pub(super) fn load() -> Load {
        Load::at(Self::controllers())
    }

    /// The one host that clients reach; waits while there is none or more than one.
    pub(super) fn vip(&self) -> String {
        for _ in 0..300 {
            let holders = self.lab.holds(VIP);
            if let [holder] = holders.as_slice() {
                return holder.clone();
            }
            sleep(Duration::from_millis(100));
        }
        panic!("{VIP} is on {:?}", self.lab.holds(VIP))
    }

    /// A question to a host's Redis, as the user that may ask.
    pub(super) fn redis(&self, host: &str, question: &[&str]) -> String {
        let container = Self::on(host, "redis");
        let mut args = vec!["exec", &container, "redis-cli", "--user", "probe", "--pass", "probe", "--no-auth-warning"];
        args.extend(question);
        text(&run(&mut self.host(host).docker(&args)).stdout)
    }

    /// The host of the primary that a replica follows; waits while there is none.
    pub(super) fn primary(&self) -> String {
        let is = |host: &&str| {
            let said = self.redis(host, &["info", "replication"]);
            said.contains("role:master\r\n") && said.contains("state=online")
        };
        for _ in 0..300 {
            if let Some(host) = Self::hosts().find(is) {
                return host.to_owned();
            }
            sleep(Duration::from_millis(100));
        }
        panic!("no primary")
    }

    /// How often a host's sentinel has seen the primary change.
    pub(super) fn failovers(&self, host: &str) -> usize {
        let logs = run(&mut self.host(host).docker(&["logs", &Self::on(host, "redis-sentinel")]));
        (text(&logs.stdout) + &text(&logs.stderr)).matches("+switch-master").count()
    }

    /// Everything is as it should be: one host has the address, each host's replicas are ready, one primary has two
    /// replicas that follow, the sentinels know one another and the replicas.
    pub(super) fn settled(&self) {
        let start = Instant::now();
        loop {
            let wrong = self.what_is_wrong();
            if wrong.is_empty() {
                return;
            }
            assert!(start.elapsed() < SETTLED, "not settled: {wrong}");
            sleep(Duration::from_millis(200));
        }
    }

    fn what_is_wrong(&self) -> String {
        let mut wrong = String::new();
        let mut followed = 0;
        for (host, address) in HOSTS {
            for port in [CONTROLLER, REGISTRY] {
                let path = if port == CONTROLLER { "/v1/rules?destination=none" } else { "/api/v1/services" };
                let answer = get(&format!("{address}:{port}"), path);
                if !answer.as_ref().is_ok_and(|it| it.status == 200) {
                    wrong += &format!("{host}:{port} answers {answer:?}\n");
                }
            }
            for part in ["controller", "registry"] {
                let up = self.servers_up(host, part);
                if up != 3 {
                    wrong += &format!("{host}: {up} servers of {part} up\n");
                }
            }
            followed += self.redis(host, &["info", "replication"]).matches("state=online").count();
            let sentinel = Self::on(host, "redis-sentinel");
            let args = ["exec", &sentinel, "sh", "-c", SENTINEL_KNOWS];
            let knows = text(&run(&mut self.host(host).docker(&args)).stdout);
            if knows.trim() != "2 2" {
                wrong += &format!("{host}: its sentinel knows {knows:?} replicas and sentinels\n");
            }
        }
        if followed != 2 {
            wrong += &format!("{followed} replicas follow\n");
        }
        let holders = self.lab.holds(VIP);
        if holders.len() != 1 {
            wrong += &format!("{VIP} is on {holders:?}\n");
        }
        wrong
    }

    /// Servers of the backends of a kind that a host's balancer takes for up, by its own metrics.
    pub(super) fn servers_up(&self, host: &str, part: &str) -> usize {
        let Ok(metrics) =
            get(&format!("{}:8404", Self::address(host)), "/metrics?scope=server&metrics=haproxy_server_status")
        else {
            return 0;
        };
        let proxy = format!("proxy=\"be_{part}");
        let up = |line: &&str| {
            line.starts_with("haproxy_server_status{")
                && line.contains(&proxy)
                && line.contains("state=\"UP\"")
                && line.ends_with(" 1")
        };
        metrics.body.lines().filter(up).count()
    }
}

/// Replicas and other sentinels that a sentinel knows and takes for alive.
const SENTINEL_KNOWS: &str = r#"
ask() { REDISCLI_AUTH=$(cat /run/secrets/redis/password) redis-cli -p 26379 --raw sentinel "$1" store; }
alive() { ask "$1" | grep -A1 -x flags | grep -cxE 'slave|sentinel'; }
echo "$(alive replicas) $(alive sentinels)""#;

fn get(address: &str, path: &str) -> std::io::Result<http::Answer> {
    http::ask(address.parse().unwrap(), "GET", path, "", Duration::from_secs(2))
}
