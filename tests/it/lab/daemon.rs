//! A host's dockerd and everything below it.

use std::fs::{File, read_to_string};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::network::Port;
use crate::support::{root, run, text};

/// How a host boots. The shell stays as the first process, as dockerd would bury no orphaned shims.
const BOOT: &str = r#"
    echo "$0" >/proc/sys/kernel/hostname && cd "$1" && shift &&
        mount --bind hosts /etc/hosts && mount --bind resolv.conf /etc/resolv.conf && dockerd "$@"
    exit"#;

/// A daemon is there in half a second; this machine may be busy.
const PATIENCE: Duration = Duration::from_secs(60);

pub(super) struct Daemon {
    /// `unshare`, whose end is the end of all that it started.
    child: Child,
}

impl Daemon {
    /// Starts one that knows nothing but what is on `disk`, and waits for it to answer.
    pub(super) fn start(name: &str, port: &Port, state: &Path, disk: &Path) -> Self {
        // As /run is empty after a boot.
        let _ = std::fs::remove_dir_all(state);
        std::fs::create_dir_all(state).unwrap();
        std::fs::create_dir_all(disk).unwrap();
        // The machine's own settings are for its own daemon.
        std::fs::write(state.join("daemon.json"), "{}").unwrap();
        // Names must not matter: a host knows not even its own, and its name server is silent.
        std::fs::write(state.join("hosts"), "127.0.0.1 localhost\n").unwrap();
        std::fs::write(state.join("resolv.conf"), format!("nameserver {}\n", port.nobody)).unwrap();
        let log = File::options().append(true).create(true).open(disk.join("dockerd.log")).unwrap();
        let path = |name: &str| state.join(name).to_string_lossy().into_owned();
        let (namespace, number) = (&port.namespace, port.number);
        let mut command = port.command(&["unshare", "--uts", "--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.args(["--propagation", "slave"]);
        command.args(["sh", "-c", BOOT, name]).arg(state);
        command.args(["--config-file", &path("daemon.json"), "--exec-root", &path("run"), "--pidfile", &path("pid")]);
        command.arg("--data-root").arg(disk.join("docker")).arg("--host").arg(socket(state));
        // Ranges that are no other host's, so that an address says whose it is.
        command.args(["--bip", &format!("10.20{number}.0.1/24")]);
        command.args(["--default-address-pool", &format!("base=10.20{number}.128.0/17,size=24")]);
        // Cgroups with a name by which a process is found, and removed when nobody is left to do it.
        command.args(["--exec-opt", "native.cgroupdriver=cgroupfs", "--cgroup-parent", &format!("/{namespace}")]);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log).current_dir(root());
        let mut daemon = Self { child: command.spawn().unwrap() };
        daemon.wait(name, state);
        daemon
    }

    #[track_caller]
    fn wait(&mut self, name: &str, state: &Path) {
        let start = Instant::now();
        loop {
            let output = run(Command::new("docker").args(["-H", &socket(state), "version"]));
            if output.status.success() {
                return;
            }
            let ended = self.child.try_wait().unwrap();
            let late = ended.is_some() || start.elapsed() > PATIENCE;
            assert!(!late, "{name}: no Docker: ended {ended:?}: {}", text(&output.stderr));
            sleep(Duration::from_millis(20));
        }
    }

    /// Ends every process of the host in one moment, and returns when the last is gone.
    pub(super) fn kill(mut self, namespace: &str) {
        let own = self.child.id();
        // All but `unshare`: it waits for the first process, and that ends when all others have.
        let pids: Vec<u32> = processes(namespace).into_iter().filter(|pid| *pid != own).collect();
        signal("KILL", &pids);
        let start = Instant::now();
        while matches!(self.child.try_wait(), Ok(None)) && start.elapsed() < PATIENCE {
            sleep(Duration::from_millis(5));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(super) fn socket(state: &Path) -> String {
    format!("unix://{}", state.join("socket").display())
}

/// Processes in a network namespace: of a host everything but containers with a network of their own.
pub(super) fn processes(namespace: &str) -> Vec<u32> {
    use std::os::unix::fs::MetadataExt;
    let Ok(wanted) = std::fs::metadata(Path::new("/run/netns").join(namespace)) else { return Vec::new() };
    let is = |pid: &u32| {
        let of = std::fs::metadata(format!("/proc/{pid}/ns/net"));
        of.is_ok_and(|of| (of.dev(), of.ino()) == (wanted.dev(), wanted.ino()))
    };
    let entries = std::fs::read_dir("/proc").unwrap();
    let mut pids: Vec<u32> = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok()).collect();
    pids.retain(is);
    // The first process is the oldest.
    pids.sort_unstable();
    pids
}

/// From outside: no process can refuse it, nor is one told who sent it.
pub(super) fn signal(name: &str, pids: &[u32]) {
    if !pids.is_empty() {
        // A process may be gone by now.
        run(Command::new("sh").args(["-c", r#"kill -s "$0" "$@""#, name]).args(pids.iter().map(ToString::to_string)));
    }
}

/// Where the kernel lists the processes of containers.
pub(super) fn cgroups() -> Vec<PathBuf> {
    let base = Path::new("/sys/fs/cgroup");
    if base.join("cgroup.controllers").exists() {
        return vec![base.to_owned()];
    }
    let controllers = std::fs::read_dir(base).map(|entries| entries.filter_map(|entry| Some(entry.ok()?.path())));
    controllers.map(Iterator::collect).unwrap_or_default()
}

/// All processes of a cgroup and of those below it.
pub(super) fn members(cgroup: &Path) -> Vec<u32> {
    let mut pids: Vec<u32> = read_to_string(cgroup.join("cgroup.procs"))
        .map(|text| text.lines().filter_map(|line| line.parse().ok()).collect())
        .unwrap_or_default();
    for entry in std::fs::read_dir(cgroup).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            pids.extend(members(&entry.path()));
        }
    }
    pids.sort_unstable();
    pids.dedup();
    pids
}
