//! A Redis of somebody else, with a certificate or without.

use std::process::Command;
use std::thread::sleep;
use std::time::Duration;

use super::project::Project;
use crate::openssl::Authority;
use crate::support::{run, stdout_of, text};

pub(super) const HOST: &str = "redis.a8ctl.test";
const PORT: &str = "6380";
pub(super) const PASSWORD: &str = "of-somebody-else";

/// Somebody else's Redis, on the one network of the project from which the world can be reached.
pub(super) struct Redis {
    container: String,
    tls: bool,
}

impl Redis {
    pub(super) fn start(project: &Project, identity: Option<(&Authority, &str)>) -> Self {
        let redis = Self { container: format!("{}-somebody-else", project.name), tls: identity.is_some() };
        let mut docker = Command::new("docker");
        docker.args(["run", "--detach", "--rm", "--pull", "never", "--name", &redis.container]);
        docker.args(["--network", &format!("{}_edge", project.name), "--network-alias", HOST]);
        if let Some((authority, _)) = identity {
            docker.args(["--volume", &format!("{}:/tls:ro", authority.directory().display())]);
        }
        docker.args(["a8ctl-test/redis:local", "redis-server", "--requirepass", PASSWORD, "--loglevel", "verbose"]);
        match identity {
            Some((_, name)) => {
                docker.args(["--port", "0", "--tls-port", PORT, "--tls-auth-clients", "no"]);
                docker.args(["--tls-cert-file", &format!("/tls/{name}.crt")]);
                docker.args(["--tls-key-file", &format!("/tls/{name}.key")]);
            }
            None => {
                docker.args(["--port", PORT]);
            }
        }
        stdout_of(&mut docker);
        redis
    }

    /// What it knows of itself; asked once more while it still starts.
    pub(super) fn says(&self) -> String {
        let mut docker = Command::new("docker");
        docker.args(["exec", &self.container, "redis-cli", "-p", PORT, "--pass", PASSWORD, "--no-auth-warning"]);
        if self.tls {
            docker.args(["--tls", "--insecure"]);
        }
        docker.args(["info", "everything"]);
        for _ in 0..100 {
            let said = text(&run(&mut docker).stdout);
            if said.contains("cmdstat_auth:") {
                return said;
            }
            sleep(Duration::from_millis(50));
        }
        panic!("{} does not answer", self.container)
    }

    /// How often it was called from outside of its container; its counters know only who came to speak.
    pub(super) fn called(&self) -> usize {
        let log = stdout_of(Command::new("docker").args(["logs", &self.container]));
        log.lines().filter(|line| line.contains("Accepted ") && !line.contains("Accepted 127.0.0.1")).count()
    }
}

impl Drop for Redis {
    /// Before the project's own end: a network that somebody is on stays.
    fn drop(&mut self) {
        run(Command::new("docker").args(["rm", "--force", "--volumes", &self.container]));
    }
}
