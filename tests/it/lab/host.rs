//! One host.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, PoisonError};

use super::daemon::{self, Daemon, socket};
use super::leftovers::remove_cgroups;
use super::network::Port;
use crate::support::{run, stdout_of, text};

pub(crate) struct Host {
    pub(crate) name: String,
    port: Port,
    /// What a boot begins without.
    state: PathBuf,
    /// What outlives the power.
    disk: PathBuf,
    compose: PathBuf,
    /// There while it has power.
    daemon: Mutex<Option<Daemon>>,
}

impl Host {
    pub(super) fn new(name: &str, port: Port, state: &Path, disks: &Path, compose: PathBuf) -> Self {
        let (state, disk) = (state.join(name), disks.join(name));
        Self { name: name.to_owned(), port, state, disk, compose, daemon: Mutex::default() }
    }

    pub(crate) fn docker(&self, args: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command.args(["-H", &socket(&self.state)]).args(args);
        command
    }

    /// Where its Docker listens.
    pub(crate) fn socket(&self) -> String {
        socket(&self.state)
    }

    /// Compose with the `compose.yaml` of a directory.
    pub(crate) fn compose(&self, directory: &Path, args: &[&str]) -> Command {
        let mut command = Command::new(&self.compose);
        command.env("DOCKER_HOST", socket(&self.state)).env_remove("DOCKER_CONTEXT");
        command.args(["--progress", "quiet", "-f"]).arg(directory.join("compose.yaml")).args(args);
        // Another project's settings in the environment would win over the file.
        for name in ["COMPOSE_FILE", "COMPOSE_PROJECT_NAME", "COMPOSE_PROFILES", "COMPOSE_ENV_FILES"] {
            command.env_remove(name);
        }
        command
    }

    /// A program on the host: in its network, not in any container.
    pub(crate) fn run(&self, args: &[&str]) -> Command {
        self.port.command(args)
    }

    /// All processes of a container, by the numbers they have out here, the first one first; none when it is not
    /// running.
    pub(crate) fn pids(&self, container: &str) -> Vec<u32> {
        let mut pids = self.aim(container).map(|aim| aim.pids()).unwrap_or_default();
        // In its own pid namespace it is number 1. Numbers out here wrap around, so the lowest need not be the first.
        pids.sort_by_key(|pid| !is_first(*pid));
        pids
    }

    /// A container as it runs now; `None` when it does not.
    pub(crate) fn aim(&self, container: &str) -> Option<Aim> {
        let id = stdout_of(&mut self.docker(&["inspect", "--type", "container", "--format", "{{.Id}}", container]));
        let cgroup = Path::new(&self.port.namespace).join(id.trim());
        let found = daemon::cgroups().into_iter().map(|base| base.join(&cgroup)).find(|path| path.exists());
        found.map(|cgroup| Aim { cgroup })
    }

    /// The container's first process.
    #[track_caller]
    pub(crate) fn pid(&self, container: &str) -> u32 {
        *self.pids(container).first().unwrap_or_else(|| panic!("{container} does not run on {}", self.name))
    }

    /// A signal from outside to every process of a container: one that died by `docker kill` would count as stopped
    /// by hand, which restart policies leave alone.
    #[track_caller]
    pub(crate) fn signal(&self, container: &str, name: &str) {
        let aim = self.aim(container).unwrap_or_else(|| panic!("{container} does not run on {}", self.name));
        aim.signal(name);
    }

    /// Pulls its cable.
    pub(crate) fn cut(&self) {
        self.port.plug(false);
    }

    /// Plugs its cable in.
    pub(crate) fn heal(&self) {
        self.port.plug(true);
    }

    /// Nothing of it gets to say goodbye. Its disk stays.
    pub(crate) fn power_off(&self) {
        let Some(daemon) = self.daemon.lock().unwrap_or_else(PoisonError::into_inner).take() else { return };
        self.cut();
        daemon.kill(&self.port.namespace);
        self.port.remove();
        remove_cgroups(&self.port.namespace);
    }

    /// Boots it from its disk: restart policies say which containers run again. Returns when its Docker answers.
    pub(crate) fn power_on(&self) {
        let mut daemon = self.daemon.lock().unwrap_or_else(PoisonError::into_inner);
        assert!(daemon.is_none(), "{} has power", self.name);
        self.port.add();
        self.heal();
        *daemon = Some(Daemon::start(&self.name, &self.port, &self.state, &self.disk));
    }

    /// A folder that outlives the power, for files that its containers mount.
    pub(crate) fn disk(&self) -> &Path {
        &self.disk
    }

    /// What to show of a test that failed.
    pub(super) fn story(&self) -> String {
        let mut story = format!("== {}\n", self.name);
        if self.daemon.lock().unwrap_or_else(PoisonError::into_inner).is_none() {
            return story + "without power";
        }
        let listed = text(&run(&mut self.docker(&["ps", "--all", "--format", "{{.Names}}: {{.Status}}"])).stdout);
        for line in listed.lines() {
            story += &format!("-- {line}\n");
            let name = line.split(':').next().unwrap_or_default();
            if !line.contains(": Up") {
                story += &text(&run(&mut self.docker(&["inspect", "--format", "{{json .State}}", name])).stdout);
            }
            let logs = run(&mut self.docker(&["logs", "--tail", "10", name]));
            story += &(text(&logs.stdout) + &text(&logs.stderr));
        }
        // What Docker itself complains of, such as a container that it could not start again.
        let log = std::fs::read_to_string(self.disk.join("dockerd.log")).unwrap_or_default();
        let complaints: Vec<&str> = log.lines().filter(|line| line.contains("level=error")).collect();
        for line in complaints.iter().rev().take(10).rev() {
            story += &format!("dockerd: {line}\n");
        }
        story
    }
}

fn is_first(pid: u32) -> bool {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let numbers = status.lines().find_map(|line| line.strip_prefix("NSpid:")).unwrap_or_default();
    numbers.split_whitespace().last() == Some("1")
}

/// The processes of a container. To ask Docker for them costs as much processor as many requests, and must not be done
/// in the moment whose effect is measured.
pub(crate) struct Aim {
    cgroup: PathBuf,
}

impl Aim {
    fn pids(&self) -> Vec<u32> {
        daemon::members(&self.cgroup)
    }

    pub(crate) fn signal(&self, name: &str) {
        let pids = self.pids();
        assert!(!pids.is_empty(), "nothing runs in {}", self.cgroup.display());
        daemon::signal(name, &pids);
        // What was started meanwhile would go on.
        if name == "STOP" {
            daemon::signal(name, &self.pids());
        }
    }
}
