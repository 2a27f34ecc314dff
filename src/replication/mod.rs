//! Replicated storage: beside each replica runs a synchroniser that keeps its disk like the writer's.
//!
//! It serves the disk by rsync's daemon, for reading alone, and copies from the writer's; which replica is the writer
//! is agreed on by what each says of itself in its list of modules. A part that it has is a module of that name, so
//! that a balancer can ask for it in rsync's own protocol. `templates/synchronise.sh.j2` is the whole of it.

use crate::grammar::{self, FilePath, Millis, Name};
use crate::template::{self, context};
use crate::topology::{
    Care, Component, ConfigFile, EnvValue, EnvVar, Exposure, Following, MemberPart, Part, Port, Probe, ProbeAction,
    Probes, Reads, Redundancy, Resources, Role, SecretFile, Shutdown, Spread, Storage, Synchronises, TcpStep,
};

/// What is between its name and the service's.
const SUFFIX: &str = "-sync";
/// Where it listens in its container: above those that only root may have.
const LISTENS: u16 = 8730;
/// Where it finds its scripts, the disk, its password and what it need not keep.
const SCRIPTS: &str = "/etc/synchroniser";
const DISK: &str = "/disk";
const SECRETS: &str = "/run/secrets/synchroniser";
const RUN: &str = "/run/synchroniser";
/// It is there once its disk is like the writer's, or is the writer's.
const SETTLED: &str = "/run/synchroniser/settled";
/// Milliseconds between two times that the writer tells.
const BEAT: u64 = 200;
/// rsync keeps some hundred bytes for each file of a directory that it copies.
const MEMORY: &str = "256Mi";

macro_rules! part {
    ($name:literal, $written:literal) => {
        Part {
            name: $name,
            written: $written,
            check: &[
                TcpStep::Expect("^@RSYNCD: "),
                TcpStep::Send("@RSYNCD: 31.0\\n"),
                TcpStep::Send(concat!($name, "\\n")),
                // Nobody may read it, and who asks for one that is not there is told so at once.
                TcpStep::Expect("^@RSYNCD: AUTHREQD"),
            ],
        }
    };
}

/// `reader` is who has what was written, the writer among them; `follower` is who has it and is not the writer.
const ANYWHERE: &[Part] = &[part!("writer", true), part!("reader", false)];
const FOLLOWERS: &[Part] = &[part!("writer", true), part!("follower", false), part!("reader", false)];

/// What keeps the disks of a service alike; `None` for storage that is not replicated.
pub(crate) fn synchroniser(service: &Component) -> Option<Component> {
    let Storage::Replicated { writer, reads, following, .. } = &service.storage else { return None };
    let name = constant(grammar::name(&format!("{}{SUFFIX}", service.name)));
    let probe = |interval| Probe {
        action: ProbeAction::Exec(words(&["test", "-e", SETTLED])),
        port: None,
        interval: Millis(interval),
        timeout: Millis(3_000),
        failures: 3,
    };
    Some(Component {
        role: Role::Datastore,
        image: following.image.clone(),
        command: words(&["sh", &format!("{SCRIPTS}/synchronise.sh")]),
        ports: vec![Port {
            name: constant(grammar::port_name("rsync")),
            container: LISTENS,
            service: following.port,
            published: None,
        }],
        env: environment(service, &name, *writer, following),
        files: files(following),
        secret_files: vec![password(following)],
        certificates: Vec::new(),
        scratch: vec![path(RUN)],
        // The first copy takes what it takes.
        probes: Probes { startup: Some(probe(10_000)), liveness: None, readiness: Some(probe(5_000)) },
        check: None,
        max_connections: None,
        resources: Resources { memory_limit: grammar::bytes(MEMORY).ok(), ..Resources::default() },
        redundancy: Redundancy::PrimaryReplica { replicas: service.replicas() },
        given_up_after: None,
        spread: Spread::Preferred,
        storage: Storage::None,
        synchronises: Some(Synchronises {
            component: service.name.clone(),
            mount: path(DISK),
            parts: match reads {
                Reads::Anywhere => ANYWHERE,
                Reads::Followers => FOLLOWERS,
            },
            request: words(&["sh", &format!("{SCRIPTS}/request.sh")]),
        }),
        critical: true,
        exposure: Exposure::Internal,
        shutdown: Some(Shutdown { drain: None, hand_over: Vec::new(), grace: Millis(10_000) }),
        caught_up: words(&["test", "-e", SETTLED]),
        procedures: Vec::new(),
        care: Care::default(),
        forgets_after: None,
        rejoins: None,
        // An image without a word on its user may write as any: then root, with no more rights than to copy that.
        user: Some(service.user.unwrap_or(0)),
        needs: Vec::new(),
        calls: vec![name.clone()],
        members: true,
        client_env: None,
        port_env: None,
        span: service.span,
        name,
    })
}

fn environment(service: &Component, name: &Name, writer: u32, following: &Following) -> Vec<EnvVar> {
    let variable = |name: &str, value| EnvVar { name: constant(grammar::env_name(name)), value };
    let text = |text: &str| EnvValue::Literal(constant(grammar::env_text(text)));
    let seconds = |time: Millis| text(&(time.0 as f64 / 1_000.0).to_string());
    // Until every balancer has noticed that the writer is none any more: its check has failed twice, each time late.
    let noticed = service.check.as_ref().map_or(0, |check| 2 * check.interval.0) + 2_000;
    let member = vec![MemberPart::Name, MemberPart::Text("="), MemberPart::Address];
    let first = EnvValue::OfMember { number: writer, value: Box::new(text("yes")), others: Box::new(text("no")) };
    vec![
        variable("SYNC_NAME", EnvValue::Own(vec![MemberPart::Name])),
        variable("SYNC_MEMBERS", EnvValue::Members { component: name.clone(), parts: member, between: " " }),
        // Whether it is the writer where none has ever been.
        variable("SYNC_FIRST", first),
        variable("SYNC_INTERVAL", seconds(following.interval)),
        variable("SYNC_BEATS", text(&following.interval.0.div_ceil(BEAT).to_string())),
        variable("SYNC_NOTICED", seconds(Millis(noticed))),
    ]
}

/// Where it reads what copies are asked for with.
fn password(following: &Following) -> SecretFile {
    let secret = following.password.value.clone();
    SecretFile { name: secret.key.to_string(), secret, directory: path(SECRETS), pem: false }
}

fn files(following: &Following) -> Vec<ConfigFile> {
    let context = context([
        ("port", LISTENS.into()),
        ("disk", DISK.into()),
        ("run", RUN.into()),
        ("settled", SETTLED.into()),
        ("password", password(following).path().into()),
    ]);
    let file =
        |name| ConfigFile { name, directory: path(SCRIPTS), text: template::render(name, &context), executable: true };
    vec![file("synchronise.sh"), file("request.sh")]
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

fn path(text: &str) -> FilePath {
    constant(grammar::file_path(text))
}

fn constant<T, E>(parsed: Result<T, E>) -> T {
    parsed.unwrap_or_else(|_| unreachable!("made of constants and of words that have passed"))
}
