//! Values of Compose.

use super::{PORT, filled, say};
use crate::lint::api::Report;
use crate::manifest::{Project, View};

/// Sizes as Compose's go-units takes them.
fn size(text: &str) -> bool {
    let lower = text.trim().to_ascii_lowercase();
    let number = lower.trim_end_matches('b').trim_end_matches('i').trim_end_matches(['k', 'm', 'g', 't', 'p']);
    lower == "-1" || number.trim().parse::<f64>().is_ok_and(|it| it >= 0.0) && lower.len() - number.len() <= 3
}

/// Durations as Go has them.
fn duration(text: &str) -> bool {
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    if rest == "0" {
        return true;
    }
    while !rest.is_empty() {
        let at = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        if at == 0 {
            return false;
        }
        let unit = &rest[at..];
        let Some(unit) = ["ns", "us", "µs", "ms", "s", "m", "h", "d", "w"].iter().find(|it| unit.starts_with(**it))
        else {
            return false;
        };
        rest = &rest[at + unit.len()..];
    }
    !text.is_empty()
}

fn image(text: &str) -> bool {
    let name = text.split('@').next().unwrap_or_default();
    let (path, tag) = match name.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, tag),
        _ => (name, "x"),
    };
    // A registry has a port or a point; any other part is in lowercase.
    let parts: Vec<&str> = path.split('/').collect();
    let host = parts.len() > 1 && (parts[0].contains(['.', ':']) || parts[0] == "localhost");
    let part = |part: &&str| {
        !part.is_empty()
            && part.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.'))
    };
    let tag = !tag.is_empty() && tag.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    parts.iter().skip(usize::from(host)).all(part) && tag && tag_length(name)
}

fn tag_length(name: &str) -> bool {
    name.rsplit(':').next().unwrap_or_default().len() <= 128 || !name.contains(':')
}

const TIME: &str = "a time: a number and `ms`, `s`, `m` or `h`";
const SWITCHES: &[&str] = &["init", "privileged", "read_only", "tty", "stdin_open", "oom_kill_disable"];
const NUMBERS: &[&str] = &[
    "scale",
    "deploy.replicas",
    "deploy.update_config.parallelism",
    "deploy.update_config.max_failure_ratio",
    "deploy.rollback_config.parallelism",
    "deploy.rollback_config.max_failure_ratio",
    "deploy.restart_policy.max_attempts",
    "deploy.resources.limits.pids",
    "deploy.placement.max_replicas_per_node",
    "pids_limit",
    "ulimits.nofile",
    "ulimits.nofile.soft",
    "ulimits.nofile.hard",
    "ulimits.nproc",
];
const TIMES: &[&str] = &[
    "deploy.update_config.delay",
    "deploy.update_config.monitor",
    "deploy.rollback_config.delay",
    "deploy.rollback_config.monitor",
    "deploy.restart_policy.delay",
    "deploy.restart_policy.window",
];

/// Words that Compose casts to a boolean.
fn switch(text: &str) -> bool {
    const WORDS: &[&str] = &["true", "false", "yes", "no", "y", "n", "on", "off", "1", "0"];
    WORDS.contains(&text.to_ascii_lowercase().as_str())
}

fn pull(text: &str) -> bool {
    matches!(text, "always" | "never" | "build" | "if_not_present" | "missing" | "refresh" | "daily" | "weekly")
        || text.starts_with("every_")
}

/// A port, or a range of them.
fn ports(text: &str) -> bool {
    let port = |port: &str| port.parse::<u32>().is_ok_and(|port| port <= 65535);
    text.is_empty() || text.split_once('-').map_or_else(|| port(text), |(from, to)| port(from) && port(to))
}

/// Of a whole project.
pub(super) fn project(project: &Project<'_>, report: &mut Report<'_>) {
    let name = project.view.key("name");
    if let Some(text) = name.word() {
        let signs = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_');
        let good = text.chars().all(signs) && text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !filled(text) && !good {
            say(name.span(), text, "a project's name: lowercase letters, digits, `-` and `_`", report);
        }
    }
    for service in &project.services {
        let view = service.view;
        let mut judge = |value: View<'_>, good: fn(&str) -> bool, form: &str| {
            if let Some(text) = value.word().filter(|text| !filled(text) && !good(text)) {
                say(value.span(), text, form, report);
            }
        };
        judge(view.key("image"), image, "the name of an image: `host/path/name:tag` in lowercase");
        let limits = view.at("deploy.resources.limits.memory");
        let sizes = [
            view.key("mem_limit"),
            view.key("mem_reservation"),
            view.key("shm_size"),
            limits,
            view.key("memswap_limit"),
            view.at("deploy.resources.reservations.memory"),
        ];
        for value in sizes {
            judge(value, size, "a size: a number and `b`, `k`, `m` or `g`");
        }
        for key in SWITCHES {
            judge(view.key(key), switch, "`true` or `false`");
        }
        for path in NUMBERS {
            judge(view.at(path), |text| text.parse::<f64>().is_ok(), "a number");
        }
        for path in TIMES {
            judge(view.at(path), duration, TIME);
        }
        judge(view.key("pull_policy"), pull, "`always`, `missing`, `build` or `never`");
        for host in view.key("extra_hosts").items() {
            let pair = |text: &str| text.split_once(['=', ':']).is_some_and(|(_, address)| !address.is_empty());
            judge(host, pair, "a host and its address: `db:192.0.2.1`");
        }
        for volume in view.key("volumes").items() {
            judge(volume, |text| !text.is_empty(), "a volume: `data:/data`");
            judge(volume.at("tmpfs.size"), size, "a size: a number and `b`, `k`, `m` or `g`");
        }
        let policy = |text: &str| {
            matches!(text, "no" | "always" | "unless-stopped" | "on-failure" | "false")
                || text.strip_prefix("on-failure:").is_some_and(|times| times.parse::<u32>().is_ok())
        };
        judge(view.key("restart"), policy, "one of `unless-stopped`, `always`, `on-failure` and `no`");
        let check = view.key("healthcheck");
        if let Some(first) = check.key("test").items().next() {
            let begins = |text: &str| matches!(text, "CMD" | "CMD-SHELL" | "NONE");
            judge(first, begins, "how a test begins: `CMD`, `CMD-SHELL` or `NONE`");
        }
        let keys = ["interval", "timeout", "start_period", "start_interval"].map(|key| check.key(key));
        for value in keys.into_iter().chain([view.key("stop_grace_period")]) {
            // A number is of another type, which the schema says.
            if value.text().is_some() {
                judge(value, duration, TIME);
            }
        }
        for port in view.key("ports").items() {
            let good = |text: &str| {
                let text = text.split('/').next().unwrap_or_default();
                let mut parts = text.rsplitn(3, ':');
                if text.matches(':').count() > 2 && !text.starts_with('[') {
                    return false;
                }
                parts.next().is_some_and(|it| !it.is_empty() && ports(it)) && parts.next().is_none_or(ports)
            };
            judge(port, good, PORT);
            judge(port.key("published"), ports, PORT);
            judge(port.key("target"), ports, PORT);
        }
    }
}
