//! systemd itself reads every drop-in beside a unit as the distributions have it.

use std::path::Path;
use std::process::Command;

use super::{no_complaints, paths};
use crate::support::{run, skip, text};

/// What matters of the distribution's own units.
const UNITS: [(&str, &str); 3] = [
    (
        "haproxy.service",
        "[Service]\nEnvironment=\"CONFIG=/etc/haproxy/haproxy.cfg\" \"PIDFILE=/run/haproxy.pid\"\n\
         ExecStart=/bin/true -Ws -f $CONFIG -p $PIDFILE $EXTRAOPTS\nKillMode=mixed\nType=notify\n",
    ),
    (
        "nginx.service",
        "[Service]\nType=forking\nPIDFile=/run/nginx.pid\nExecStart=/bin/true\nExecReload=/bin/true -s reload\n\
         ExecStop=-/bin/true --stop\nTimeoutStopSec=5\nKillMode=mixed\n",
    ),
    (
        "keepalived.service",
        "[Service]\nType=notify\nExecStart=/bin/true --dont-fork\nExecReload=/bin/kill -HUP $MAINPID\n",
    ),
];

/// What it says against a drop-in.
fn judged(unit: &str, text_of_unit: &str, drop_in: &str) -> Vec<String> {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join(unit);
    let below = directory.path().join(format!("{unit}.d"));
    std::fs::create_dir(&below).unwrap();
    std::fs::write(&path, text_of_unit).unwrap();
    std::fs::write(below.join("a8ctl.conf"), drop_in).unwrap();
    let output = run(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&path));
    let said = text(&output.stdout) + &text(&output.stderr);
    // Of the programs that a host has and this machine need not.
    said.lines().filter(|line| !line.contains("is not executable: No such file")).map(str::to_owned).collect()
}

fn present(test: &str) -> bool {
    let there = Command::new("systemd-analyze").arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        skip(test, "systemd-analyze is missing");
    }
    there
}

#[test]
fn systemd_accepts() {
    if !present("systemd") {
        return;
    }
    let mut complaints = Vec::new();
    let mut seen: Vec<String> = Vec::new();
    for path in paths(|path| path.ends_with(".service.d/a8ctl.conf")) {
        let directory = path.parent().and_then(Path::file_name).unwrap().to_string_lossy().into_owned();
        let name = directory.trim_end_matches(".d");
        let (unit, text_of_unit) = UNITS.into_iter().find(|(unit, _)| *unit == name).unwrap();
        let drop_in = std::fs::read_to_string(&path).unwrap();
        // All of one unit are alike but for their comments.
        let body = drop_in.lines().filter(|line| !line.starts_with('#')).collect::<Vec<_>>().join("\n");
        if !seen.contains(&body) {
            complaints.extend(judged(unit, text_of_unit, &drop_in));
            seen.push(body);
        }
    }
    assert_eq!(seen.len(), UNITS.len());
    no_complaints(&complaints);
}

/// A judge that cannot say no proves nothing.
#[test]
fn systemd_refuses_a_mistake() {
    if !present("systemd's own check") {
        return;
    }
    let (unit, text_of_unit) = UNITS[0];
    let said = judged(unit, text_of_unit, "[Service]\nRestart=often\nLimitNoFile=1\n").concat();
    assert!(said.contains("often") && said.contains("LimitNoFile"), "{said}");
}
