//! The registry of the generated `replicated-registry` on three Docker hosts, until it goes out of scope.

use std::collections::BTreeSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant, SystemTime};

use tempfile::TempDir;

use crate::http;
use crate::images;
use crate::lab::{Host, Lab};
use crate::load::bars::tell;
use crate::support::{a8ctl, run, stdout_of, text, tool};

/// Of a network set aside for documentation that this machine is not part of.
const HOSTS: [(&str, &str); 3] =
    [("node-1", "198.51.100.11"), ("node-2", "198.51.100.12"), ("node-3", "198.51.100.13")];
const IMAGES: [(&str, &str); 3] = [
    ("haproxy", "balancer.image"),
    ("templates", "services.registry.image"),
    ("rsync", "services.registry.storage.image"),
];
/// What has nothing to do with the registry.
const WITHOUT: [&str; 3] = ["services.controller=null", "datastores.state=null", "balancer.vip=null"];
/// Longer than any machine takes, however busy.
const SETTLED: Duration = Duration::from_secs(120);

/// What a synchroniser says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) word: String,
    pub(super) epoch: u64,
    /// Seconds since 1970, rounded down.
    pub(super) time: u64,
}

pub(super) struct Deployment {
    lab: Lab,
    directory: TempDir,
    docker: TempDir,
}

pub(super) fn hosts() -> impl Iterator<Item = &'static str> {
    HOSTS.iter().map(|(name, _)| *name)
}

fn address(host: &str) -> &'static str {
    HOSTS.iter().find(|(name, _)| *name == host).unwrap().1
}

/// A host's balancer.
pub(super) fn balancer(host: &str) -> SocketAddr {
    format!("{}:30089", address(host)).parse().unwrap()
}

/// A host's replica itself.
fn replica(host: &str) -> SocketAddr {
    format!("{}:8089", address(host)).parse().unwrap()
}

pub(super) fn now() -> u64 {
    SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs()
}

impl Deployment {
    /// Generates, starts every host's project with its one command, and waits for the registry. `None` after a skip.
    pub(super) fn up(test: &str, sets: &[&str]) -> Option<Self> {
        let compose = tool(test, "docker-compose-2.40")?;
        let image = |kind: &str| format!("a8ctl-test/{kind}:local");
        let made: Vec<String> = IMAGES.iter().map(|(kind, _)| format!("{kind}={}", image(kind))).collect();
        images::make(test, &made).then_some(())?;
        let lab = Lab::up(test, &HOSTS, 24)?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut command = a8ctl(&["generate", "compose", "replicated-registry", "-o"]);
        command.arg(directory.path());
        let own = IMAGES.iter().map(|(kind, key)| format!("{key}={}", image(kind)));
        let own = own.chain(HOSTS.iter().map(|(name, address)| format!("placement.hosts.{name}.address={address}")));
        for set in own.chain(WITHOUT.iter().chain(sets).map(|&set| set.to_owned())) {
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
            for host in hosts() {
                let deployment = &deployment;
                scope.spawn(move || deployment.start(host));
            }
        });
        deployment.settled();
        tell(&format!("{test}: ready {:.1?} after `docker compose up -d` on three hosts", start.elapsed()));
        Some(deployment)
    }

    pub(super) fn host(&self, name: &str) -> &Host {
        self.lab.host(name)
    }

    fn path(&self, host: &str) -> PathBuf {
        self.directory.path().join(host)
    }

    pub(super) fn compose(&self, host: &str, args: &[&str]) -> String {
        stdout_of(&mut self.host(host).compose(&self.path(host), args))
    }

    pub(super) fn start(&self, host: &str) {
        self.compose(host, &["up", "--detach", "--pull", "never", "--quiet-pull"]);
    }

    /// A generated script, as an operator on that host runs it.
    pub(super) fn script(&self, host: &str, script: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.arg(self.path(host).join(script)).args(args);
        command.env("DOCKER_CONFIG", self.docker.path()).env("DOCKER_HOST", self.host(host).socket());
        command
    }

    /// Its exit status and what it says.
    pub(super) fn operate(&self, host: &str, script: &str, args: &[&str]) -> (Option<i32>, String) {
        let output: Output = run(&mut self.script(host, script, args));
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    }

    /// The same to its good end.
    #[track_caller]
    pub(super) fn done(&self, host: &str, script: &str, args: &[&str]) -> Duration {
        let start = Instant::now();
        let (code, said) = self.operate(host, script, args);
        assert_eq!(code, Some(0), "{host} {script} {args:?}: {said}");
        start.elapsed()
    }

    /// The Compose service of a host's replica, or of the synchroniser beside it.
    pub(super) fn service(host: &str, what: &str) -> String {
        format!("{what}-{}", host.rsplit('-').next().unwrap())
    }

    pub(super) fn container(host: &str, what: &str) -> String {
        format!("build-cloud-{}-1", Self::service(host, what))
    }

    /// What a program in a host's synchroniser says.
    pub(super) fn beside(&self, host: &str, command: &str) -> String {
        let container = Self::container(host, "registry-sync");
        text(&run(&mut self.host(host).docker(&["exec", &container, "sh", "-c", command])).stdout)
    }

    /// Stands still, or goes on.
    pub(super) fn signal(&self, host: &str, what: &str, signal: &str) {
        self.host(host).signal(&Self::container(host, what), signal);
    }

    /// Everything is as it should be: one writer, two who follow it closely, every host's balancer reads and writes.
    #[track_caller]
    pub(super) fn settled(&self) {
        let start = Instant::now();
        loop {
            let wrong = what_is_wrong();
            if wrong.is_empty() {
                return;
            }
            assert!(start.elapsed() < SETTLED, "not settled: {wrong}");
            sleep(Duration::from_millis(200));
        }
    }
}

fn what_is_wrong() -> String {
    let mut wrong = String::new();
    let roles: Vec<Role> = hosts().map(role).collect();
    let count = |word: &str| roles.iter().filter(|role| role.word == word).count();
    let old = roles.iter().any(|role| role.time + 6 < now());
    let epochs: BTreeSet<u64> = roles.iter().map(|role| role.epoch).collect();
    if count("writer") != 1 || count("follower") != 2 || old || epochs.len() != 1 {
        wrong += &format!("{roles:?}\n");
    }
    for host in hosts() {
        for (method, path) in [("GET", "/registry/status"), ("PUT", "/blobs/settled")] {
            let answer = http::ask(balancer(host), method, path, "", Duration::from_secs(3));
            if !answer.as_ref().is_ok_and(|answer| answer.status < 300) {
                wrong += &format!("{host}: {method} answers {answer:?}\n");
            }
        }
    }
    wrong
}

/// What a host's synchroniser says of itself; nothing where it does not answer.
pub(super) fn role(host: &str) -> Role {
    let ask = || -> std::io::Result<String> {
        let place: SocketAddr = format!("{}:873", address(host)).parse().unwrap();
        let mut stream = TcpStream::connect_timeout(&place, Duration::from_secs(1))?;
        stream.set_read_timeout(Some(Duration::from_secs(2)))?;
        stream.write_all(b"@RSYNCD: 31.0\n#list\n")?;
        let mut said = String::new();
        stream.read_to_string(&mut said)?;
        Ok(said)
    };
    let said = ask().unwrap_or_default();
    let words: Vec<&str> =
        said.lines().find(|line| line.starts_with("data ")).unwrap_or_default().split_whitespace().collect();
    match words[..] {
        [_, word, epoch, time, _] => {
            Role { word: word.to_owned(), epoch: epoch.parse().unwrap(), time: time.parse::<u64>().unwrap() / 100 }
        }
        _ => Role::default(),
    }
}

/// The one host whose replica is written; waits while there is none or more than one.
#[track_caller]
pub(super) fn writer() -> &'static str {
    let start = Instant::now();
    loop {
        let writers: Vec<&str> = hosts().filter(|host| role(host).word == "writer").collect();
        if let [writer] = writers[..] {
            return writer;
        }
        assert!(start.elapsed() < SETTLED, "the writers are {writers:?}");
        sleep(Duration::from_millis(200));
    }
}

/// The hosts whose replicas follow.
pub(super) fn followers() -> [&'static str; 2] {
    let writer = writer();
    let others: Vec<&str> = hosts().filter(|host| *host != writer).collect();
    [others[0], others[1]]
}

/// The names of what a host's replica has.
#[track_caller]
pub(super) fn names(host: &str) -> BTreeSet<String> {
    let answer = http::ask(replica(host), "GET", "/blobs", "", Duration::from_secs(5)).unwrap();
    assert_eq!(answer.status, 200, "{host}");
    answer.body.lines().map(str::to_owned).collect()
}

/// Stores or deletes something by way of a host's balancer.
#[track_caller]
pub(super) fn send(host: &str, method: &str, name: &str) {
    let answer = http::ask(balancer(host), method, &format!("/blobs/{name}"), name, Duration::from_secs(5)).unwrap();
    assert!(answer.status < 300, "{host}: {method} {name}: {answer:?}");
}

/// Waits until something is so; how long it took.
#[track_caller]
pub(super) fn within(seconds: u64, what: &str, is: impl Fn() -> bool) -> Duration {
    let start = Instant::now();
    while !is() {
        assert!(start.elapsed() < Duration::from_secs(seconds), "not within {seconds} s: {what}");
        sleep(Duration::from_millis(100));
    }
    start.elapsed()
}
