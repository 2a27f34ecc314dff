//! The members. All they are told stands in their environment: their image has no shell.

use crate::grammar::{self, HttpPath, Millis, Name};
use crate::template;
use crate::topology::{
    Ask, Backup, Care, Component, EnvValue, EnvVar, Exposure, MemberPart, Port, Probe, ProbeAction, Probes, Procedure,
    Redundancy, Role, Shutdown, Spread,
};

use super::{Phase, Settings, Tls};

/// Milliseconds between a leader's signs of life, and of silence until the others choose a new one (they take up to
/// twice that). etcd's own 100 and 1000 leave a cluster without a leader for 1.0 to 1.9 s, these for 0.5 to 1.0 s
/// (measured); shorter ones take a slow disk for a dead leader.
const HEARTBEAT: u32 = 100;
const ELECTION: u32 = 500;
// etcd itself starts with no less.
const _: () = assert!(ELECTION >= 5 * HEARTBEAT);

/// How long what has been overwritten is kept: for ever by default, until the quota is full and nothing is written any
/// more.
const HISTORY: &str = "1h";

/// The name of the port that the other members call.
const PEER: &str = "peer";

pub(super) fn component(settings: &Settings) -> Component {
    let alone = settings.size == 1;
    let local = format!("--endpoints={}://127.0.0.1:{}", settings.scheme(), settings.port);
    let healthy = ["etcdctl", &local, "endpoint", "health"].map(str::to_owned).to_vec();
    Component {
        name: settings.name.clone(),
        role: Role::Datastore,
        image: settings.image.clone(),
        command: vec!["etcd".to_owned()],
        ports: vec![port("client", settings.port), port(PEER, settings.peer_port)],
        env: environment(settings),
        files: Vec::new(),
        secret_files: settings.tls.as_ref().map(Tls::files).unwrap_or_default(),
        certificates: settings.tls.as_ref().map(Tls::certificates).unwrap_or_default(),
        scratch: Vec::new(),
        probes: probes(settings, healthy.clone()),
        check: None,
        max_connections: None,
        resources: settings.resources.clone(),
        redundancy: if alone { Redundancy::Single } else { Redundancy::majority_of(settings.size) },
        given_up_after: (!alone).then_some(Millis(u64::from(ELECTION))),
        spread: if alone { Spread::Preferred } else { Spread::Required },
        storage: settings.storage.clone(),
        synchronises: None,
        critical: true,
        exposure: Exposure::Internal,
        // A leader that is told to end hands its part over by itself.
        shutdown: Some(Shutdown { drain: None, hand_over: Vec::new(), grace: Millis(30_000) }),
        // It answers when it has applied what the others have agreed on.
        caught_up: healthy,
        procedures: procedure(settings, &local).into_iter().collect(),
        care: care(settings, &local),
        forgets_after: None,
        rejoins: (!alone).then_some("phase: replace-member"),
        user: None,
        needs: Vec::new(),
        calls: if alone { Vec::new() } else { vec![settings.name.clone()] },
        members: !alone,
        client_env: None,
        port_env: None,
        span: settings.datastore.span,
    }
}

/// What its own client tells of it, and saves.
fn care(settings: &Settings, local: &str) -> Care {
    let words = |rest: &[&str]| ["etcdctl", local].iter().chain(rest).map(|word| (*word).to_owned()).collect();
    let asks = vec![
        Ask {
            about: "Every member that answers, with the leader, the size of its data and how far it is: one says `true` as the leader, and `RAFT INDEX` hardly differs",
            words: words(&["endpoint", "status", "--cluster", "--write-out=table"]),
        },
        Ask {
            about: "Everybody who belongs to the cluster: as many as there are members, all `started`, none a learner",
            words: words(&["member", "list", "--write-out=table"]),
        },
    ];
    let backup = Backup::Snapshot {
        save: words(&["snapshot", "save"]),
        disk: settings.mount.clone(),
        directory: "member",
        restore: ["etcdutl", "snapshot", "restore"].map(str::to_owned).to_vec(),
        at: "--data-dir",
        own: &[
            ("--name", "ETCD_NAME"),
            ("--initial-advertise-peer-urls", "ETCD_INITIAL_ADVERTISE_PEER_URLS"),
            ("--initial-cluster-token", "ETCD_INITIAL_CLUSTER_TOKEN"),
        ],
        all: ("--initial-cluster", ["ETCD_NAME", "ETCD_INITIAL_ADVERTISE_PEER_URLS"]),
        credentials: ["--cacert", "--cert", "--key"],
    };
    Care { asks, backup: Some(backup) }
}

fn constant_name(text: &str) -> Name {
    grammar::name(text).unwrap_or_else(|_| unreachable!("a constant name"))
}

fn port(name: &str, number: u16) -> Port {
    Port { name: constant_name(name), container: number, service: number, published: None }
}

fn probes(settings: &Settings, healthy: Vec<String>) -> Probes {
    // Both are answered without a leader; `/health` is not in every version.
    let (path, port) = match &settings.tls {
        Some(tls) => ("/metrics", Some(tls.metrics_port.value)),
        None => ("/version", None),
    };
    let alive: HttpPath = grammar::http_path(path).unwrap_or_else(|_| unreachable!("a constant path"));
    let ask = |action, interval, timeout, failures| Probe {
        port: port.filter(|_| matches!(action, ProbeAction::Http(_))),
        action,
        interval: Millis(interval),
        timeout: Millis(timeout),
        failures,
    };
    Probes {
        // Clients are answered only once there is a leader, and for that most of the members must be there.
        startup: Some(ask(ProbeAction::Http(alive.clone()), 2_000, 2_000, 300)),
        // A process that answers is not to be restarted for want of a leader: that would keep the others from one.
        liveness: Some(ask(ProbeAction::Http(alive), 5_000, 3_000, 3)),
        readiness: Some(ask(ProbeAction::Exec(healthy), 5_000, 3_000, 2)),
    }
}

/// `http://host:port` of a member.
fn url(settings: &Settings, at: MemberPart) -> Vec<MemberPart> {
    vec![MemberPart::Text(settings.scheme()), MemberPart::Text("://"), at]
}

fn environment(settings: &Settings) -> Vec<EnvVar> {
    let variable = |name: &str, value: EnvValue| EnvVar {
        name: grammar::env_name(name).unwrap_or_else(|_| unreachable!("a constant name")),
        value,
    };
    let text = |text: &str| {
        EnvValue::Literal(grammar::env_text(text).unwrap_or_else(|_| unreachable!("numbers, names and paths")))
    };
    let everywhere = |port: u16| text(&format!("{}://0.0.0.0:{port}", settings.scheme()));
    let peer = || MemberPart::AddressOf(constant_name(PEER));
    let (cluster, state) = membership(settings, &text);
    let clients =
        EnvValue::Members { component: settings.name.clone(), parts: url(settings, MemberPart::Address), between: "," };
    let mut out = vec![
        variable("ETCD_NAME", EnvValue::Own(vec![MemberPart::Name])),
        variable("ETCD_DATA_DIR", text(settings.mount.as_str())),
        variable("ETCD_LISTEN_CLIENT_URLS", everywhere(settings.port)),
        variable("ETCD_ADVERTISE_CLIENT_URLS", EnvValue::Own(url(settings, MemberPart::Address))),
        variable("ETCD_LISTEN_PEER_URLS", everywhere(settings.peer_port)),
        variable("ETCD_INITIAL_ADVERTISE_PEER_URLS", EnvValue::Own(url(settings, peer()))),
        variable("ETCD_INITIAL_CLUSTER_TOKEN", text(settings.name.as_str())),
        variable("ETCD_INITIAL_CLUSTER", cluster),
        variable("ETCD_INITIAL_CLUSTER_STATE", state),
        variable("ETCD_HEARTBEAT_INTERVAL", text(&HEARTBEAT.to_string())),
        variable("ETCD_ELECTION_TIMEOUT", text(&ELECTION.to_string())),
        variable("ETCD_AUTO_COMPACTION_MODE", text("periodic")),
        variable("ETCD_AUTO_COMPACTION_RETENTION", text(HISTORY)),
        // Where the scripts call. Not etcdctl's own variable: it refuses to be told of endpoints twice, and probes name one.
        variable("CLUSTER_URLS", clients),
    ];
    let tls = settings.tls.iter().flat_map(Tls::environment);
    out.extend(tls.map(|(name, value)| variable(name, text(&value))));
    out
}

/// Who belongs to the cluster, and whether it is there already: read by a member without data alone. Told that there
/// is a cluster and of nobody but itself, it finds nobody to join and does not start: neither does one that has lost
/// its data vote as if it had it, nor do several that have lost theirs make an empty cluster.
fn membership(settings: &Settings, text: &impl Fn(&str) -> EnvValue) -> (EnvValue, EnvValue) {
    let mut named = vec![MemberPart::Name, MemberPart::Text("=")];
    named.extend(url(settings, MemberPart::AddressOf(constant_name(PEER))));
    let all = EnvValue::Members { component: settings.name.clone(), parts: named.clone(), between: "," };
    let nobody_else = EnvValue::Own(named);
    match settings.phase {
        Phase::Bootstrap => (all, text("new")),
        Phase::Steady => (nobody_else, text("existing")),
        Phase::Add(number) | Phase::Replace(number) => {
            let cluster = EnvValue::OfMember { number, value: Box::new(all), others: Box::new(nobody_else) };
            (cluster, text("existing"))
        }
    }
}

/// Its log and its snapshots. (A start that came to nothing leaves a database with nothing in it.)
const DATA: &str = "^member/(wal/.|snap/.*[.]snap$)";

/// What a member ends with that has no log of its own, by what it is told: that there is a cluster of nobody else, that
/// the others are a cluster that it is not yet of, that they and it make a new one. One that has a log asks none of this.
const WITHOUT_DATA: &str =
    "cannot fetch cluster info from peer urls|error validating peerURLs|has already been bootstrapped";

/// What an operator does in this phase.
fn procedure(settings: &Settings, local: &str) -> Option<Procedure> {
    let member = settings.phase.joins()?;
    let (name, about) = match settings.phase {
        Phase::Add(_) => ("add-member.sh", "A new member joins the cluster"),
        _ => ("replace-member.sh", "A member that has lost its data joins the cluster anew"),
    };
    let context = template::context([("local", local.into())]);
    let text = template::render("membership.sh", &context) + &template::render(name, &context);
    Some(Procedure { name, about, member, data: DATA, without_data: WITHOUT_DATA, text })
}

// etcd itself starts with no less.
const _: () = assert!(ELECTION >= 5 * HEARTBEAT);
