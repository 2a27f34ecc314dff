//! What a lab needs of the machine.

use std::process::{Command, Stdio};

/// What makes Docker hosts.
pub(super) const DOCKER: &[(&str, &str)] =
    &[("docker", "--version"), ("dockerd", "--version"), ("iptables", "--version")];

/// The tools that make namespaces, and others; else what is missing.
pub(super) fn present(others: &[(&str, &str)]) -> Result<(), String> {
    let uid = std::fs::metadata("/proc/self").map(|proc| std::os::unix::fs::MetadataExt::uid(&proc));
    if !matches!(uid, Ok(0)) {
        return Err("network namespaces need root".to_owned());
    }
    let always = [("ip", "-Version"), ("nsenter", "--version"), ("unshare", "--version")];
    for &(program, version) in others.iter().chain(&always) {
        let status = Command::new(program).arg(version).stdout(Stdio::null()).stderr(Stdio::null()).status();
        if !status.is_ok_and(|status| status.success()) {
            return Err(format!("{program} is missing"));
        }
    }
    // Root without the right to make them, as in most containers.
    let output = Command::new("unshare").args(["--net", "--pid", "--fork", "--mount-proc", "true"]).output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        other => Err(format!("no namespaces can be made here: {other:?}")),
    }
}
