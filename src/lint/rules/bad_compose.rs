//! A service that Compose or the engine does not start.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use super::super::api::{Check, Report, Rule};
use super::super::{keywords, syntax};
use crate::diagnostic::{Severity, Span, quoted};
use crate::manifest::{Project, Service, View};

pub(super) const RULE: Rule = Rule {
    id: "bad-compose",
    severity: Severity::Error,
    about: "a service that Compose or the engine does not start",
    docs: "Each service has an image or is built, mounts each place once by its whole path, and asks for rights, signals \
        and ports that there are. `$` begins a variable of Compose, and `$$` is a dollar.",
    on: true,
    bad: &[
        "services:\n  web: { image: \"web:1\" }\n  other: { restart: always }\n",
        "services:\n  web:\n    image: web:1\n    volumes: [\"data:data\", \"a:/x\", \"b:/x\", { type: bind, target: /y }]\n",
        "services:\n  web:\n    image: web:1\n    cap_add: [NET_BIND_SERVCE]\n    stop_signal: SIGUSR9\n    expose: [abc]\n    container_name: edge haproxy\n",
        "services:\n  web:\n    image: web:1\n    environment: { A: \"${LOG_LEVEL:-info\", B: \"${LOG LEVEL}\" }\n    command: sh -c \"$(cat /a)\"\n",
        "services:\n  web:\n    image: web:1\n    links: [nobody]\n    volumes_from: [nobody]\n    deploy: { resources: { limits: { cpus: 500m, memory: 512M }, reservations: { memory: 1G } } }\n",
        "services:\n  web:\n    image: web:1\n    mem_limit: 64\n    logging: { driver: json-file, options: { maxsize: 10m, max-file: x } }\n    depends_on: [db]\n  db: { image: \"db:1\", profiles: [full], mem_limit: 128m, mem_reservation: 256m, logging: { driver: jsonfile } }\n",
        "services:\n  web:\n    image: web:1\n    ports: [\"80-82:80-81\", { target: 80, protocol: tpc }]\n    security_opt: [\"no-new-privilege:true\"]\n",
        "services:\n  web:\n    image: web:1\n    networks: { back: { ipv4_address: 172.29.1.5 } }\nnetworks:\n  back: { ipam: { config: [{ subnet: 172.28.1.0/24 }] } }\n  wrong: { ipam: { config: [{ subnet: 172.28.1.0/35 }] } }\n  other: { external: true, driver: bridge }\nconfigs:\n  a: { file: ./a, content: b }\n",
    ],
    good: &[
        "services:\n  web:\n    image: web:1\n    volumes: [\"data:/data:ro\", ./a:/b, \"/c\", { type: bind, source: ./x, target: /y }]\n    cap_add: [NET_BIND_SERVICE, CAP_SYS_NICE]\n    stop_signal: SIGUSR1\n    expose: [80, 81/udp, 90-92]\n    container_name: edge-haproxy\n    environment: { A: \"${LOG_LEVEL:-info}\", B: \"$$(cat /a) $C ${D?no ${E}}\" }\n    links: [other:o]\n    ports: [\"80-82:80-82\", \"8080\", { target: 80, protocol: udp }]\n    security_opt: [\"no-new-privileges:true\", \"seccomp=./a.json\", \"label:disable\"]\n    networks: { back: { ipv4_address: 172.28.1.5 } }\n  other: { build: . }\nnetworks:\n  back: { ipam: { config: [{ subnet: 172.28.1.0/24 }] } }\nvolumes: { data: {} }\n",
        "services:\n  web: { environment: { A: b } }\n",
        "services:\n  web:\n    image: web:1\n    profiles: [full]\n    mem_limit: 64m\n    logging: { driver: local, options: { max-size: 10m, max-file: \"3\" } }\n    depends_on: { db: { condition: service_started }, x: { condition: service_started, required: false } }\n  db: { image: \"db:1\", profiles: [full, db] }\n  x: { image: \"x:1\", profiles: [x], logging: { driver: \"grafana/loki:3\" } }\n",
        "services:\n  web: { extends: { file: a.yaml, service: b } }\n  other: { image: \"a:1\" }\n",
    ],
    check: Check::Compose(check),
};

const CAPABILITIES: &[&str] = &[
    "ALL",
    "AUDIT_CONTROL",
    "AUDIT_READ",
    "AUDIT_WRITE",
    "BLOCK_SUSPEND",
    "BPF",
    "CHECKPOINT_RESTORE",
    "CHOWN",
    "DAC_OVERRIDE",
    "DAC_READ_SEARCH",
    "FOWNER",
    "FSETID",
    "IPC_LOCK",
    "IPC_OWNER",
    "KILL",
    "LEASE",
    "LINUX_IMMUTABLE",
    "MAC_ADMIN",
    "MAC_OVERRIDE",
    "MKNOD",
    "NET_ADMIN",
    "NET_BIND_SERVICE",
    "NET_BROADCAST",
    "NET_RAW",
    "PERFMON",
    "SETFCAP",
    "SETGID",
    "SETPCAP",
    "SETUID",
    "SYSLOG",
    "SYS_ADMIN",
    "SYS_BOOT",
    "SYS_CHROOT",
    "SYS_MODULE",
    "SYS_NICE",
    "SYS_PACCT",
    "SYS_PTRACE",
    "SYS_RAWIO",
    "SYS_RESOURCE",
    "SYS_TIME",
    "SYS_TTY_CONFIG",
    "WAKE_ALARM",
];
const SIGNALS: &[&str] = &[
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE", "ALRM", "TERM",
    "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO",
    "POLL", "PWR", "SYS",
];
const OPTIONS: &[&str] =
    &["no-new-privileges", "seccomp", "apparmor", "label", "systempaths", "writable-cgroups", "credentialspec"];
const PROTOCOLS: &[&str] = &["tcp", "udp", "sctp"];

fn filled(text: &str) -> bool {
    text.contains('$')
}

fn check(project: &Project<'_>, _: &HashSet<&str>, report: &mut Report<'_>) {
    let services: HashMap<&str, Service<'_>> = project.services.iter().map(|it| (it.name, *it)).collect();
    for service in &project.services {
        let has = |key: &str| service.view.key(key).exists();
        // A file that lies over another says what is other there.
        if !project.is_part() && !["image", "build", "extends", "provider"].iter().any(|key| has(key)) {
            let what = format!("nobody knows what `{}` runs", service.name);
            report.find(service.span, what, "add `image`, or `build`");
        }
        words(*service, project, report);
        mounts(*service, report);
        ports(*service, report);
        amounts(*service, report);
        logs(*service, report);
        profiles(*service, &services, report);
        addresses(*service, project, report);
    }
    interpolated(project.view, report);
    for entry in project.view.key("networks").entries() {
        let network = View::of(&entry.node);
        for subnet in network.at("ipam.config").items().map(|it| it.key("subnet")) {
            if let Some(word) = subnet.word().filter(|word| !filled(word) && !syntax::cidr(word)) {
                report.find(subnet.span(), format!("{} is no network", quoted(word)), "write it as `172.28.1.0/24`");
            }
        }
        if network.key("external").is_true() && (network.key("driver").exists() || network.key("ipam").exists()) {
            let what = "what is external is made by somebody else, who chose its driver";
            report.find(network.key_span("external"), what, "keep `external` and `name`, or the rest");
        }
    }
    for part in ["configs", "secrets"] {
        for entry in project.view.key(part).entries() {
            let view = View::of(&entry.node);
            let mut sources =
                ["file", "content", "environment", "external"].into_iter().filter(|key| view.key(key).exists());
            if let (Some(_), Some(second)) = (sources.next(), sources.next()) {
                let what = format!("{} comes from two places", quoted(&entry.key));
                report.find(view.key_span(second), what, "keep one");
            }
        }
    }
}

/// Words of the engine.
fn words(service: Service<'_>, project: &Project<'_>, report: &mut Report<'_>) {
    let mut say = |span: Span, text: &str, what: &str, mend: &str| {
        report.find(span, format!("{} is no {what}", quoted(text)), mend);
    };
    for item in ["cap_add", "cap_drop"].into_iter().flat_map(|key| service.view.key(key).items()) {
        let Some(word) = item.word() else { continue };
        let name = word.to_ascii_uppercase();
        if !CAPABILITIES.contains(&name.trim_start_matches("CAP_")) && !filled(word) {
            say(item.span(), word, "capability", "write one that Linux has, such as `NET_BIND_SERVICE`");
        }
    }
    let signal = service.view.key("stop_signal");
    if let Some(word) = signal.word().filter(|word| !filled(word)) {
        let name = word.to_ascii_uppercase();
        let name = name.trim_start_matches("SIG");
        let real = name.starts_with("RTMIN") || name.starts_with("RTMAX") || name.parse::<u8>().is_ok_and(|it| it < 65);
        if !SIGNALS.contains(&name) && !real {
            say(signal.span(), word, "signal", "write `SIGTERM`, or the one that the program ends by");
        }
    }
    let container = service.view.key("container_name");
    let sign = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    if let Some(word) = container.word().filter(|word| !filled(word) && !word.chars().all(sign)) {
        say(container.span(), word, "name of a container", "use letters, digits, `_`, `.` and `-`");
    }
    for item in service.view.key("security_opt").items() {
        let Some(word) = item.word().filter(|word| !filled(word)) else { continue };
        let name = word.split([':', '=']).next().unwrap_or_default();
        if !OPTIONS.contains(&name) {
            say(item.span(), word, "option of security", "write `no-new-privileges:true`");
        }
    }
    for item in service.view.key("expose").items() {
        let Some(word) = item.word().filter(|word| !filled(word)) else { continue };
        let range = word.split('/').next().unwrap_or_default();
        if !range.split('-').all(|part| part.parse::<u16>().is_ok()) {
            say(item.span(), word, "port", "write the container's port: `8080`");
        }
    }
    let known = |name: &str| project.services.iter().any(|other| other.name == name) || project.is_part();
    for (key, what) in [("links", "service to link to"), ("volumes_from", "service whose volumes to take")] {
        for item in service.view.key(key).items() {
            let Some(word) = item.word().filter(|word| !filled(word) && !word.starts_with("container:")) else {
                continue;
            };
            let name = word.split(':').next().unwrap_or_default();
            if !known(name) {
                say(item.span(), name, what, "name one of the project's services");
            }
        }
    }
}

fn mounts(service: Service<'_>, report: &mut Report<'_>) {
    let mut targets: HashSet<&str> = HashSet::new();
    for volume in service.view.key("volumes").items() {
        let (target, place) = match volume.word() {
            Some(text) if filled(text) => continue,
            Some(text) => {
                let mut parts = text.split(':');
                let first = parts.next().unwrap_or_default();
                (parts.next().unwrap_or(first), volume.span())
            }
            None => {
                if volume.key("type").word() == Some("bind") && !volume.key("source").exists() {
                    report.find(volume.key("type").span(), "nobody knows what is mounted here", "add `source`");
                }
                let target = volume.key("target");
                (target.word().unwrap_or_default(), target.span())
            }
        };
        if target.is_empty() || filled(target) {
            continue;
        }
        // A drive of Windows is a whole path too.
        if !target.starts_with(['/', '\\']) && volume.word().is_none_or(|text| text.contains(':')) && target.len() > 1 {
            let what = format!("{} is no whole path in the container", quoted(target));
            report.find(place, what, format!("write `/{target}`"));
        } else if !targets.insert(target.trim_end_matches('/')) {
            report.find(place, format!("two volumes are mounted at {}", quoted(target)), "mount each at its own place");
        }
    }
}

fn ports(service: Service<'_>, report: &mut Report<'_>) {
    for port in service.view.key("ports").items() {
        let protocol = port.key("protocol");
        let known = |word: &str| PROTOCOLS.contains(&word.to_ascii_lowercase().as_str());
        if let Some(word) = protocol.word().filter(|word| !filled(word) && !known(word)) {
            report.find(protocol.span(), format!("{} is no protocol", quoted(word)), "write `tcp` or `udp`");
        }
        let Some(text) = port.word().filter(|text| !filled(text)) else { continue };
        let (text, protocol) = text.split_once('/').unwrap_or((text, "tcp"));
        if !known(protocol) {
            report.find(port.span(), format!("{} is no protocol", quoted(protocol)), "write `tcp` or `udp`");
        }
        let length = |range: &str| {
            let (first, last) = range.split_once('-')?;
            Some(last.parse::<i64>().ok()? - first.parse::<i64>().ok()?)
        };
        if let Some((host, container)) = text.rsplit_once(':') {
            let host = host.rsplit(':').next().unwrap_or_default();
            // One port of the container may have a range of the host's to choose from.
            if length(host).is_some() && length(container).is_some() && length(host) != length(container) {
                report.find(
                    port.span(),
                    "the two ranges of ports are not of one length",
                    "write two of the same length",
                );
            }
        }
    }
}

/// The least memory that Docker takes as a limit.
const LEAST: f64 = 6_291_456.0;

fn amounts(service: Service<'_>, report: &mut Report<'_>) {
    let resources = service.view.at("deploy.resources");
    for cpus in [resources.at("limits.cpus"), resources.at("reservations.cpus"), service.view.key("cpus")] {
        if let Some(word) = cpus.word().filter(|word| !filled(word) && word.parse::<f64>().is_err()) {
            let what = format!("{} is no number of processors", quoted(word));
            report.find(cpus.span(), what, "write a decimal number: `\"0.5\"`");
        }
    }
    let (limit, asked) = (resources.at("limits.memory"), resources.at("reservations.memory"));
    let amount = |view: View<'_>| view.word().and_then(syntax::bytes);
    if amount(limit).zip(amount(asked)).is_some_and(|(limit, asked)| asked > limit) {
        report.find(asked.span(), "more is reserved than it may have", "reserve at most its limit");
    }
    let (limit, asked) = (service.view.key("mem_limit"), service.view.key("mem_reservation"));
    if amount(limit).zip(amount(asked)).is_some_and(|(limit, asked)| asked > limit) {
        report.find(
            asked.span(),
            "more is reserved than it may have, and the engine refuses it",
            "reserve at most its limit",
        );
    }
    for limit in [limit, resources.at("limits.memory")] {
        if amount(limit).is_some_and(|bytes| bytes > 0.0 && bytes < LEAST) {
            let what =
                format!("{} is below the 6 MB that the engine asks for", quoted(limit.word().unwrap_or_default()));
            report.find(limit.span(), what, "write what it needs, with its unit: `256m`");
        }
    }
    let retries = service.view.at("healthcheck.retries");
    if let Some(word) = retries.word().filter(|word| !filled(word) && word.parse::<f64>().is_err()) {
        report.find(retries.span(), format!("{} is no number", quoted(word)), "write 3");
    }
}

/// Docker's own drivers of logs.
const DRIVERS: &[&str] = &[
    "none",
    "local",
    "json-file",
    "syslog",
    "journald",
    "gelf",
    "fluentd",
    "awslogs",
    "splunk",
    "etwlogs",
    "gcplogs",
    "logentries",
];
/// What the drivers that keep files take.
const LOG_OPTIONS: &[&str] = &[
    "max-size",
    "max-file",
    "labels",
    "labels-regex",
    "env",
    "env-regex",
    "compress",
    "tag",
    "mode",
    "max-buffer-size",
    "cache-disabled",
    "cache-max-size",
    "cache-max-file",
    "cache-compress",
];

fn logs(service: Service<'_>, report: &mut Report<'_>) {
    let driver = service.view.at("logging.driver");
    let name = driver.word().unwrap_or("json-file");
    // A plugin has a name of its own, with its maker's before it.
    if !DRIVERS.contains(&name) && !filled(name) && !name.contains(['/', ':']) {
        let near = keywords::near(name, DRIVERS.iter().copied());
        let help =
            near.map_or_else(|| "write `json-file`, or `local`".to_owned(), |it| format!("did you mean `{it}`?"));
        report.find(driver.span(), format!("{} is no driver of logs", quoted(name)), help);
    }
    if !matches!(name, "json-file" | "local") {
        return;
    }
    for entry in service.view.at("logging.options").entries() {
        let value = View::of(&entry.node);
        let Some(word) = value.word().filter(|word| !filled(word)) else { continue };
        if !LOG_OPTIONS.contains(&entry.key.as_str()) {
            let near = keywords::near(&entry.key, LOG_OPTIONS.iter().copied());
            let help = near.map_or_else(|| "remove it".to_owned(), |it| format!("did you mean `{it}`?"));
            report.find(entry.key_span, format!("`{name}` knows no option {}", quoted(&entry.key)), help);
        } else if entry.key == "max-size" && word != "-1" && syntax::bytes(word).is_none() {
            report.find(value.span(), format!("{} is no size", quoted(word)), "write a number and `k`, `m` or `g`");
        } else if entry.key == "max-file" && word.parse::<u32>().ok().is_none_or(|count| count == 0) {
            report.find(value.span(), format!("{} is no number of files", quoted(word)), "write 3");
        }
    }
}

/// A service whose profile is not asked for is not there, and Compose refuses what depends on it.
fn profiles(service: Service<'_>, services: &HashMap<&str, Service<'_>>, report: &mut Report<'_>) {
    let of = |service: Service<'_>| -> Vec<String> {
        service.view.key("profiles").items().filter_map(|it| it.word().map(str::to_owned)).collect()
    };
    let own = of(service);
    let view = service.view.key("depends_on");
    let listed = view.items().filter_map(|item| Some((item.word()?, item.span(), true)));
    let mapped = view.entries().iter().map(|entry| {
        let wanted = View::of(&entry.node).key("required").boolean() != Some(false);
        (entry.key.as_str(), entry.key_span, wanted)
    });
    for (name, span, _) in listed.chain(mapped).filter(|(.., wanted)| *wanted) {
        let Some(other) = services.get(name) else { continue };
        let others = of(*other);
        let together = own.iter().all(|profile| others.contains(profile));
        if !others.is_empty() && (own.is_empty() || !together) {
            let what = format!(
                "{} is only there with the profile `{}`, and Compose refuses this without",
                quoted(name),
                others[0]
            );
            report.find(span, what, "give both the same `profiles`, or add `required: false`");
        }
    }
}

fn addresses(service: Service<'_>, project: &Project<'_>, report: &mut Report<'_>) {
    for entry in service.view.key("networks").entries() {
        let address = View::of(&entry.node).key("ipv4_address");
        let Some(word) = address.word().filter(|word| !filled(word)) else { continue };
        let subnets = project.view.key("networks").key(&entry.key).at("ipam.config").items();
        let subnets: Vec<&str> = subnets.filter_map(|it| it.key("subnet").word()).collect();
        if word.parse::<IpAddr>().is_err() {
            report.find(address.span(), format!("{} is no address", quoted(word)), "write one of the network's");
        } else if !subnets.is_empty()
            && subnets.iter().all(|it| syntax::cidr(it))
            && !subnets.iter().any(|it| syntax::within(&format!("{word}/32"), it))
        {
            let what = format!("{} is not in {}", quoted(word), quoted(subnets[0]));
            report.find(address.span(), what, "write an address of the network's `subnet`");
        }
    }
}

/// Variables that Compose cannot read. What stands in a config's own content counts too.
fn interpolated(view: View<'_>, report: &mut Report<'_>) {
    use crate::yaml::Value;
    let Some(node) = view.node() else { return };
    match &node.value {
        Value::Scalar(text, _) => {
            if let Some(wrong) = broken_variable(text) {
                let what = format!("Compose cannot read {} as a variable", quoted(wrong));
                report.find(node.span, what, "close it with `}`, or write `$$` for a dollar");
            }
        }
        Value::Seq(_) => view.items().for_each(|item| interpolated(item, report)),
        Value::Map(entries) => entries.iter().for_each(|entry| interpolated(View::of(&entry.node), report)),
    }
}

/// The first variable that is none: `$$` is a dollar, `$NAME` and `${NAME...}` are variables.
fn broken_variable(text: &str) -> Option<&str> {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let behind = &rest[at + 1..];
        let shown = |length: usize| {
            let end = (at + length).min(rest.len());
            let end = (end..=rest.len()).find(|end| rest.is_char_boundary(*end)).unwrap_or(rest.len());
            &rest[at..end]
        };
        match behind.chars().next() {
            Some('$') => rest = &behind[1..],
            Some('{') => {
                let name =
                    behind[1..].split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap_or_default();
                let next = behind[1 + name.len()..].chars().next();
                let starts = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
                if !starts || !matches!(next, Some('}' | ':' | '-' | '?' | '+')) || !behind.contains('}') {
                    return Some(shown(12));
                }
                rest = &behind[1 + name.len()..];
            }
            Some(c) if c.is_ascii_alphabetic() || c == '_' => rest = behind,
            _ => return Some(shown(6)),
        }
    }
    None
}
