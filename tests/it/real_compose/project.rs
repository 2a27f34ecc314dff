//! A generated project that runs until it goes out of scope.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::MutexGuard;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value as Json;
use tempfile::TempDir;

use super::images;
use crate::http::{self, Answer};
use crate::support::{a8ctl, run, stdout_of, text, tool, tree, turn};

pub(super) struct Project {
    compose: PathBuf,
    directory: TempDir,
    pub(super) name: String,
    pub(super) controller: u16,
    pub(super) registry: u16,
    /// What a8ctl wrote, before anything else did.
    pub(super) generated: Vec<PathBuf>,
    started: bool,
    _turn: MutexGuard<'static, ()>,
}

impl Project {
    /// Generates, makes images and secrets, starts, and waits for both services. `None` after a skip.
    pub(super) fn up(test: &str, profile: &str, compose: &str, sets: &[String]) -> Option<Self> {
        let mut project = Self::generated(test, profile, compose, sets)?;
        if project.path("make-secrets.sh").exists() {
            stdout_of(&mut project.make_secrets());
        }
        project.start();
        project.wait("controller", Duration::from_secs(60), || http::get(project.controller, "/v1/rules"));
        project.wait("registry", Duration::from_secs(60), || http::get(project.registry, "/api/v1/services"));
        Some(project)
    }

    /// Generates from a profile, by its name or its file, and makes the images. `None` after a skip.
    pub(super) fn generated(test: &str, profile: &str, compose: &str, sets: &[String]) -> Option<Self> {
        let turn = turn();
        let compose = tool(test, compose)?;
        // Not in /tmp: some Docker daemons have a /tmp of their own.
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let last = Path::new(profile).file_stem().unwrap().to_string_lossy();
        let name = format!("a8ctl-test-{}-{last}", std::process::id());
        let (controller, registry) = (http::free_port(), http::free_port());
        let mut sets = sets.to_vec();
        sets.push(format!("project={name}"));
        sets.push(format!("services.controller.ports.http.published={controller}"));
        sets.push(format!("services.registry.ports.http.published={registry}"));
        // Names of the tests' own: a real image of the machine must not lose its name to a stand-in.
        sets.push("balancer.image=a8ctl-test/haproxy:local".to_owned());
        for service in ["controller", "registry"] {
            sets.push(format!("services.{service}.image=a8ctl-test/{service}:local"));
        }
        let mut command = a8ctl(&["generate", "compose", profile, "-o"]);
        command.arg(directory.path());
        for set in &sets {
            command.args(["--set", set]);
        }
        stdout_of(&mut command);
        let generated = tree(directory.path());
        let project = Self { compose, directory, name, controller, registry, generated, started: false, _turn: turn };
        images::make(test, &project.path("compose.yaml")).then_some(project)
    }

    pub(super) fn make_secrets(&self) -> Command {
        let mut command = Command::new("sh");
        command.arg(self.path("make-secrets.sh"));
        command
    }

    pub(super) fn start(&mut self) {
        self.started = true;
        stdout_of(&mut self.compose(&["up", "--detach", "--pull", "never", "--quiet-pull"]));
    }

    pub(super) fn path(&self, file: &str) -> PathBuf {
        self.directory.path().join(file)
    }

    pub(super) fn compose(&self, args: &[&str]) -> Command {
        let mut command = Command::new(&self.compose);
        command.args(["--progress", "quiet", "-f"]).arg(self.path("compose.yaml")).args(args);
        unaware(&mut command);
        command
    }

    /// Where `docker` finds the same Compose as its own command, for the generated scripts.
    pub(super) fn docker_config(&self) -> TempDir {
        let directory = tempfile::tempdir().unwrap();
        std::fs::create_dir(directory.path().join("cli-plugins")).unwrap();
        let plugin = directory.path().join("cli-plugins/docker-compose");
        std::os::unix::fs::symlink(std::fs::canonicalize(&self.compose).unwrap(), plugin).unwrap();
        directory
    }

    /// A generated script, as an operator runs it.
    pub(super) fn script(&self, docker_config: &TempDir, script: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.arg(self.path(script)).args(args).env("DOCKER_CONFIG", docker_config.path());
        unaware(&mut command);
        command
    }

    /// The name of a service's container.
    pub(super) fn container(&self, service: &str) -> String {
        format!("{}-{service}-1", self.name)
    }

    pub(super) fn docker(&self, action: &str, service: &str) {
        stdout_of(Command::new("docker").args([action, &self.container(service)]));
    }

    pub(super) fn inspect(&self, service: &str) -> Json {
        let all = stdout_of(Command::new("docker").args(["inspect", &self.container(service)]));
        serde_json::from_str::<Json>(&all).unwrap()[0].take()
    }

    /// Asks until the answer is 200, and says how long that took.
    #[track_caller]
    pub(super) fn wait(
        &self,
        what: &str,
        at_most: Duration,
        ask: impl Fn() -> std::io::Result<Answer>,
    ) -> (Duration, Answer) {
        let start = Instant::now();
        loop {
            let last = match ask() {
                Ok(answer) if answer.status == 200 => return (start.elapsed(), answer),
                other => other,
            };
            assert!(start.elapsed() < at_most, "{what} does not answer within {at_most:?}: {last:?}");
            sleep(Duration::from_millis(50));
        }
    }

    /// The server that answered the request whose line in the balancer's log contains `mark`.
    #[track_caller]
    pub(super) fn server_of(&self, mark: &str) -> String {
        for _ in 0..100 {
            let output = run(Command::new("docker").args(["logs", &self.container("balancer")]));
            let log = text(&output.stdout) + &text(&output.stderr);
            if let Some(line) = log.lines().rev().find(|line| line.contains(mark)) {
                let server = line.split(' ').find_map(|word| word.strip_prefix("be_")?.split_once('/'));
                return server.unwrap_or_else(|| panic!("no server in {line}")).1.to_owned();
            }
            sleep(Duration::from_millis(50));
        }
        panic!("the balancer does not log {mark}")
    }
}

/// Another project's settings in the environment would win over the file.
fn unaware(command: &mut Command) {
    for name in ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES"] {
        command.env_remove(name);
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        if !self.started {
            return;
        }
        if std::thread::panicking() {
            let logs = run(&mut self.compose(&["logs", "--no-color", "--tail", "15"]));
            eprintln!("{}{}", text(&logs.stdout), text(&logs.stderr));
        }
        let mut down = self.compose(&["down", "--volumes", "--remove-orphans", "--timeout", "3"]);
        let Ok(mut child) = down.stdin(Stdio::null()).spawn() else { return };
        for _ in 0..600 {
            if !matches!(child.try_wait(), Ok(None)) {
                return;
            }
            sleep(Duration::from_millis(100));
        }
        let _ = child.kill();
    }
}
