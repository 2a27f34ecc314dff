//! Several servers, one of them the primary, and sentinels that agree on which. A dead primary is replaced within
//! seconds; writes are acknowledged only while a replica follows, so what was acknowledged is on two machines.

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::grammar::{self, Bytes, Cpu, Millis, Name};
use crate::reader::Fields;
use crate::template;
use crate::topology::{
    Ask, Component, Endpoint, EnvValue, EnvVar, Place, Port, Probes, Redundancy, Resources, Spread, Storage, TcpStep,
};

use super::super::{Store, only_with};
use super::{CONFIG, ENGINE, Settings, server};

/// The one server that is primary and that a replica follows closely: the guard without which a primary that returns,
/// or that is cut off, would be written to beside the new one (measured: 760 to 5,200 acknowledged writes lost).
/// A replica reports every second; one whose last report is older than that, as Redis counts in whole seconds, does
/// not count. So a primary that is cut off is closed after 1 to 2 s and two checks: sooner, and by a clock finer, than
/// `min-replicas-max-lag` would, which it keeps to its bound.
const PRIMARY: &[TcpStep] = &[
    TcpStep::Send("AUTH probe probe\\r\\nINFO replication\\r\\nQUIT\\r\\n"),
    TcpStep::Expect("role:master\\r\\nconnected_slaves:[1-9](.|\\r|\\n)*,state=online,offset=[0-9]+,lag=[01][^0-9]"),
];

/// Where sentinels listen.
const SENTINEL_PORT: u16 = 26_379;

/// What decides when a primary is given up, in milliseconds of silence. Never 1000 and never 300 or less: a sentinel
/// then takes the new primary for dead too and fails over twice (measured in 4 of 38 and 8 of 10 runs).
const DOWN_AFTER: &[(&str, u64)] = &[
    // Writes are back after 3.3 to 3.5 s.
    ("default", 2_000),
    // 2.8 to 3.0 s; less patience with a slow disk or a paused machine.
    ("fast", 1_500),
];

/// Hundredths of a second for each second of the sentinels' silence: a server that was silent for so long may be given
/// up. Less than the whole, as both look at it only now and then.
const HUNG_SHARE: u64 = 60;

/// The silence that a sentinel which has just started forgives, in milliseconds, until it finds a primary that a replica
/// follows, or for so long: servers begin within some four seconds of their sentinels on a busy machine.
const PATIENCE: u64 = 10_000;

pub(super) fn read(fields: &mut Fields<'_>, settings: Option<Settings>) -> Option<Store> {
    let replicas = fields.or("replicas", "3", |r, n| r.integer(n, 2..=9));
    let sentinels = fields.or("sentinels", "3", |r, n| r.integer(n, 3..=9));
    let quorum = fields.optional("quorum", |r, n| r.integer(n, 1..=9));
    let down_after = fields.or("timing", "default", |r, n| r.choice(n, DOWN_AFTER));
    let sentinels = sentinels.filter(|sentinels| odd(fields, *sentinels));
    let settings = settings?;
    let (replicas, sentinels, down_after) = (replicas?.value, sentinels?, down_after?);
    let quorum = majority(fields, sentinels, quorum)?;
    consistent(fields, &settings)?;
    let password_file = server::password_file(&settings)?;

    let facts = Facts { replicas, sentinels: sentinels.value, quorum, down_after, password_file };
    let servers = servers(&settings, &facts);
    let endpoint = Endpoint {
        datastore: settings.datastore.value.clone(),
        place: Place::Component(servers.name.clone()),
        port: servers.main_port()?.service,
        scheme: ENGINE.to_owned(),
        password: settings.password.as_ref().map(|it| it.value.clone()),
        critical: true,
        proxied: true,
        primary_only: true,
        check: PRIMARY.to_vec(),
        agreed: false,
        tls: None,
        span: settings.datastore.span,
    };
    Some(Store {
        endpoint: Some(endpoint),
        components: vec![sentinel(&settings, &facts), servers],
        secrets: settings.password.into_iter().collect(),
        ..Store::new(settings.datastore, ENGINE)
    })
}

/// What both components are made of.
struct Facts {
    replicas: u32,
    sentinels: u32,
    quorum: u32,
    down_after: u64,
    password_file: String,
}

fn odd(fields: &mut Fields<'_>, sentinels: Located<u32>) -> bool {
    let count = sentinels.value;
    if count.is_multiple_of(2) {
        fields.reader().error(
            Diagnostic::error("even-quorum", format!("{count} sentinels survive no more losses than {}", count - 1))
                .at(sentinels.span)
                .help(format!("set `sentinels` to {} or {}", count - 1, count + 1)),
        );
    }
    !count.is_multiple_of(2)
}

/// More than half; what the profile says must be that too, or two halves could each choose a primary.
fn majority(fields: &mut Fields<'_>, sentinels: Located<u32>, quorum: Option<Located<u32>>) -> Option<u32> {
    let least = sentinels.value / 2 + 1;
    let Some(quorum) = quorum else { return Some(least) };
    if (least..=sentinels.value).contains(&quorum.value) {
        return Some(quorum.value);
    }
    let message = if quorum.value < least {
        format!("a minority of {} of {} sentinels could replace the primary", quorum.value, sentinels.value)
    } else {
        format!("{} of {} sentinels can never agree", quorum.value, sentinels.value)
    };
    fields.reader().error(
        Diagnostic::error("bad-quorum", message)
            .at(quorum.span)
            .with(sentinels.span, "sentinels")
            .help(format!("leave `quorum` out: it is {least} then")),
    );
    None
}

/// `None` after saying what cannot be had together.
fn consistent(fields: &mut Fields<'_>, settings: &Settings) -> Option<()> {
    let place = |span: Span| if span.is_default() { settings.datastore.span } else { span };
    let mut fine = true;
    let mut refuse = |span: Span, what: &str, mend: &str| {
        fine = false;
        only_with(fields, span, what, mend);
    };
    if settings.password.is_none() {
        let what = "replicas and sentinels know one another by the password";
        refuse(place(settings.password_span), what, "name a secret: `password: { secret: NAME, key: KEY }`");
    }
    if !matches!(settings.storage, Storage::Persistent { .. }) {
        let what = "a primary without a disk that restarts comes back empty, and its replicas copy that";
        let mend = "write `storage: { kind: persistent, size: 1Gi }`";
        refuse(place(settings.storage_span), what, mend);
    }
    if !settings.proxied.value {
        let what = "clients that know nothing of sentinels find the primary through the proxy alone";
        refuse(settings.proxied.span, what, "leave `proxied` out");
    }
    if settings.exposure.value != crate::topology::Exposure::Internal {
        let what = "which of the servers is the primary changes: none of them can be published";
        refuse(settings.exposure.span, what, "leave `exposure` out");
    }
    fine.then_some(())
}

fn name(text: String) -> Name {
    grammar::name(&text).unwrap_or_else(|_| unreachable!("a component's name with a suffix"))
}

fn variable(variable: &str, value: EnvValue) -> EnvVar {
    let name = grammar::env_name(variable).unwrap_or_else(|_| unreachable!("a constant name"));
    EnvVar { name, value }
}

fn sentinel_name(settings: &Settings) -> Name {
    name(format!("{}-sentinel", settings.name))
}

/// What the scripts read: this replica's address, those of the servers, those of the sentinels.
const VARIABLES: [&str; 3] = ["REDIS_SELF", "REDIS_SERVERS", "REDIS_SENTINELS"];

/// Where everybody is, as the scripts read it.
fn environment(settings: &Settings) -> Vec<EnvVar> {
    vec![
        variable(VARIABLES[0], EnvValue::own_address()),
        variable(VARIABLES[1], EnvValue::addresses(settings.name.clone())),
        variable(VARIABLES[2], EnvValue::addresses(sentinel_name(settings))),
    ]
}

fn servers(settings: &Settings, facts: &Facts) -> Component {
    let port = settings.ports.first().map(|port| port.container);
    let config = template::context([
        ("port", port.into()),
        ("directory", settings.mount().into()),
        ("maxmemory", server::max_memory(settings).into()),
        ("replicated", true.into()),
    ]);
    let start = template::context([
        ("password_file", facts.password_file.as_str().into()),
        ("directory", settings.mount().into()),
        ("keys", settings.access.keys.clone().into()),
        ("commands", settings.access.commands.clone().into()),
        ("name", settings.datastore.value.as_str().into()),
        ("quorum", facts.quorum.into()),
        ("port", port.into()),
        ("down_after", facts.down_after.into()),
        ("hung", (facts.down_after * HUNG_SHARE / 1_000).into()),
    ]);
    let hand_over = template::context([
        ("password_file", facts.password_file.as_str().into()),
        ("name", settings.datastore.value.as_str().into()),
        ("quorum", facts.quorum.into()),
    ]);
    let caught_up = template::context([("port", port.into())]);
    let mut files = vec![
        server::file("redis.conf", &config),
        server::file("start-replica.sh", &start),
        server::file("hand-over.sh", &hand_over),
        server::file("caught-up.sh", &caught_up),
    ];
    files.extend(server::save(settings));
    let mut component = server::component(settings, files);
    component.command = vec!["sh".to_owned(), format!("{CONFIG}/start-replica.sh")];
    component.env = environment(settings);
    component.redundancy = Redundancy::PrimaryReplica { replicas: facts.replicas };
    component.given_up_after = Some(Millis(facts.down_after));
    component.spread = Spread::Required;
    component.members = true;
    component.calls = vec![settings.name.clone(), sentinel_name(settings)];
    component.care.asks = vec![Ask {
        about: "The primary has `role:master` and as many `connected_slaves` as there are others, each `online` with a \
                `lag` of 0 or 1; the others have `role:slave` and `master_link_status:up`",
        words: server::asked_as_probe(port.unwrap_or(0), &["info", "replication"]),
    }];
    component.care.backup = server::backup(settings);
    component.caught_up = vec!["sh".to_owned(), format!("{CONFIG}/caught-up.sh")];
    if let Some(shutdown) = &mut component.shutdown {
        shutdown.hand_over = vec!["sh".to_owned(), format!("{CONFIG}/hand-over.sh")];
    }
    component
}

fn sentinel(settings: &Settings, facts: &Facts) -> Component {
    let config = template::context([
        ("name", settings.datastore.value.as_str().into()),
        ("port", SENTINEL_PORT.into()),
        ("down_after", facts.down_after.into()),
    ]);
    let start = template::context([
        ("password_file", facts.password_file.as_str().into()),
        ("name", settings.datastore.value.as_str().into()),
        ("port", SENTINEL_PORT.into()),
        ("quorum", facts.quorum.into()),
        ("down_after", facts.down_after.into()),
        ("patience", PATIENCE.into()),
    ]);
    let state = template::context([
        ("password_file", facts.password_file.as_str().into()),
        ("name", settings.datastore.value.as_str().into()),
        ("port", SENTINEL_PORT.into()),
    ]);
    let files = vec![
        server::file("sentinel.conf", &config),
        server::file("start-sentinel.sh", &start),
        server::file("state.sh", &state),
    ];
    let mut component = server::component(settings, files);
    component.name = sentinel_name(settings);
    component.care.asks = vec![Ask {
        about: "The address of the primary and nothing but `master` behind it, as many replicas and other sentinels as \
                there are, and `OK`: they could replace it",
        words: vec!["sh".to_owned(), format!("{CONFIG}/state.sh")],
    }];
    component.command = vec!["sh".to_owned(), format!("{CONFIG}/start-sentinel.sh")];
    component.ports = vec![Port {
        name: name("sentinel".to_owned()),
        container: SENTINEL_PORT,
        service: SENTINEL_PORT,
        published: None,
    }];
    component.env = environment(settings);
    // It has nothing to load: up in a second, and worth a restart sooner than a server.
    component.probes =
        Probes { startup: component.probes.readiness.clone().map(patient), ..server::probes(SENTINEL_PORT) };
    component.resources = small();
    // What it must remember through a restart of everything: who the primary is.
    component.storage = Storage::Persistent { size: mebibytes(64), mount: server::path("/data") };
    component.redundancy = Redundancy::Quorum { size: facts.sentinels, agree: facts.quorum };
    component.spread = Spread::Required;
    component.members = true;
    component.calls = vec![sentinel_name(settings), settings.name.clone()];
    if let Some(shutdown) = &mut component.shutdown {
        shutdown.grace = Millis(10_000);
    }
    component
}

fn patient(probe: crate::topology::Probe) -> crate::topology::Probe {
    crate::topology::Probe {
        action: crate::topology::ProbeAction::Exec(server::ping(SENTINEL_PORT)),
        failures: 60,
        ..probe
    }
}

fn mebibytes(count: u64) -> Bytes {
    grammar::bytes(&format!("{count}Mi")).unwrap_or_else(|_| unreachable!("a constant amount"))
}

/// A sentinel takes some megabytes and next to no processor.
fn small() -> Resources {
    let cpu: Option<Cpu> = grammar::cpu("20m").ok();
    Resources { cpu, memory: Some(mebibytes(16)), cpu_limit: None, memory_limit: Some(mebibytes(64)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_read_what_they_are_told() {
        for script in [
            include_str!("../../../templates/start-replica.sh.j2"),
            include_str!("../../../templates/start-sentinel.sh.j2"),
            include_str!("../../../templates/hand-over.sh.j2"),
        ] {
            for word in script.split("$").filter_map(|rest| {
                rest.trim_start_matches('{').split(|c: char| !c.is_ascii_uppercase() && c != '_').next()
            }) {
                assert!(!word.starts_with("REDIS_") || VARIABLES.contains(&word), "{word}");
            }
        }
    }
}
