//! One lab at a time on a machine, and nothing left of it: neither by one that ended nor by one that was killed.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::daemon::{cgroups, members, processes, signal};
use super::quietly;

/// As long as the longest test of another process may take.
const PATIENCE: Duration = Duration::from_secs(900);

/// Waits until no other process of this machine has a lab. The kernel gives the lock back when its owner dies.
pub(super) fn alone() -> File {
    let file = File::create("/run/a8ctl-lab.lock").unwrap();
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => {
                // Not to be taken for the time that hosts need.
                if start.elapsed() > Duration::from_secs(1) {
                    eprintln!("waited {:?} for another lab", start.elapsed());
                }
                return file;
            }
            Err(TryLockError::WouldBlock) => assert!(start.elapsed() < PATIENCE, "another test keeps its lab"),
            Err(TryLockError::Error(error)) => panic!("/run/a8ctl-lab.lock: {error}"),
        }
        sleep(Duration::from_millis(100));
    }
}

/// Makes the folders of a lab: one that a boot empties, with a way to the other, where the disks are.
pub(super) fn folders(name: &str) -> (PathBuf, PathBuf) {
    let state = Path::new("/run").join(name);
    // Not in /tmp: it may be memory.
    let disks = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&state).unwrap();
    std::fs::create_dir_all(&disks).unwrap();
    std::os::unix::fs::symlink(&disks, state.join("disks")).unwrap();
    (state, disks)
}

/// Removes every lab. Whoever has the lock knows that they are all dead, or its own.
pub(super) fn remove() {
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).filter(|name| ours(name)).collect()
    };
    for namespace in names("/run/netns") {
        signal("KILL", &processes(&namespace));
        quietly("ip", &["netns", "delete", &namespace]);
    }
    for interface in names("/sys/class/net") {
        quietly("ip", &["link", "delete", &interface]);
    }
    for base in cgroups() {
        for cgroup in names(&base.to_string_lossy()) {
            remove_cgroups(&cgroup);
        }
    }
    for state in names("/run") {
        let state = Path::new("/run").join(state);
        if let Ok(disks) = std::fs::read_link(state.join("disks")) {
            let _ = std::fs::remove_dir_all(disks);
        }
        let _ = std::fs::remove_dir_all(state);
    }
}

/// `a8ctl-NUMBER` and what follows it.
fn ours(name: &str) -> bool {
    let number = name.strip_prefix("a8ctl-").map(|rest| rest.split('-').next().unwrap_or_default());
    number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Removes the cgroups of a host's containers, once their processes are gone.
pub(super) fn remove_cgroups(name: &str) {
    let start = Instant::now();
    for cgroup in cgroups().into_iter().map(|base| base.join(name)) {
        while !members(&cgroup).is_empty() && start.elapsed() < Duration::from_secs(20) {
            sleep(Duration::from_millis(10));
        }
        remove_empty(&cgroup);
    }
}

/// The innermost first: the kernel's files in them are not in the way.
fn remove_empty(cgroup: &Path) {
    for entry in std::fs::read_dir(cgroup).into_iter().flatten().flatten() {
        if entry.path().is_dir() {
            remove_empty(&entry.path());
        }
    }
    let _ = std::fs::remove_dir(cgroup);
}
