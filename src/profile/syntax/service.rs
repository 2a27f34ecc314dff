//! One service as it is written.

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::grammar::{self, EnvName, EnvText, Image, Millis, Name};
use crate::reader::{Reader, parts};
use crate::topology::{
    AddressForm, Check, Exposure, Port, Probe, ProbeAction, Probes, Resources, SecretRef, Shutdown, Spread, Storage,
    Timing,
};
use crate::yaml::{Node, Value};

use super::placement::SPREADS;

/// A service whose references are not followed yet.
pub(crate) struct RawService {
    pub(crate) image: Image,
    pub(crate) command: Vec<String>,
    pub(crate) replicas: Located<u32>,
    pub(crate) spread: Option<Spread>,
    pub(crate) ports: Vec<Port>,
    pub(crate) exposure: Located<Exposure>,
    pub(crate) client_env: Option<EnvName>,
    pub(crate) env: Vec<(Located<EnvName>, Located<EnvSource>)>,
    pub(crate) formats: Vec<(Located<EnvName>, Format)>,
    pub(crate) connects: Vec<Connection>,
    pub(crate) probes: Probes,
    pub(crate) check: Option<Check>,
    pub(crate) check_span: Span,
    pub(crate) max_connections: Option<u32>,
    pub(crate) resources: Resources,
    pub(crate) storage: Storage,
    pub(crate) storage_span: Span,
    pub(crate) shutdown: Option<Shutdown>,
    pub(crate) shutdown_span: Span,
    /// How long it keeps what its clients do not renew.
    pub(crate) forgets_after: Option<Millis>,
    pub(crate) user: Option<u32>,
}

type Variables = Vec<(Located<EnvName>, Located<EnvSource>)>;
type Engines = Vec<(Located<Name>, Variables)>;

/// That a service uses a datastore, and the environment each engine asks for.
pub(crate) struct Connection {
    pub(crate) datastore: Located<Name>,
    /// Nothing said: as critical as the datastore is.
    pub(crate) required: Option<Located<bool>>,
    pub(crate) engines: Engines,
}

/// Where a value of the environment comes from.
pub(crate) enum EnvSource {
    Literal(EnvText),
    Datastore { datastore: Located<Name>, form: ValueForm },
    Service { service: Located<Name>, form: AddressForm },
    Secret(SecretRef),
}

/// What of a datastore is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueForm {
    Address(AddressForm),
    Password,
    File(TlsFile),
}

/// The path of a file that a client of an encrypted datastore reads.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum TlsFile {
    /// Certificates that the datastore's must lead to.
    Ca,
    /// The client's own certificate.
    Certificate,
    /// Its key.
    Key,
}

/// What the program accepts in a variable. Its own words for a wrong value come too late, or never.
pub(crate) enum Format {
    /// `scheme://host:port`
    Url,
    /// `host:port`, no scheme
    Address,
    /// A number with its unit.
    Duration,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// The container's own main port.
    Port,
    /// Never in plain text.
    Secret,
    /// One of these words, to the letter.
    OneOf(Vec<String>),
}

pub(super) fn read(reader: &mut Reader, name: &Located<String>, node: &mut Node, timing: Timing) -> Option<RawService> {
    if name.value.is_empty() {
        return None;
    }
    let mut fields = reader.fields(node, "a service")?;
    let image = fields.required("image", |r, n| r.word(n, "an image", grammar::image));
    let command = fields.optional("command", parts::words);
    let replicas = fields.or("replicas", "1", |r, n| r.integer(n, 1..=1000));
    let spread = fields.optional("spread", |r, n| r.choice(n, SPREADS));
    let ports = fields.optional("ports", parts::ports);
    let exposure = fields.or("exposure", "internal", |r, n| parts::exposure(r, n));
    let client_env = fields.optional("client_env", |r, n| r.word(n, "a variable's name", grammar::env_name));
    let env = fields.section("env", environment);
    let formats =
        fields.section("formats", |r, n| r.entries(n, "`formats`", grammar::env_name, |r, _, n| format(r, n)));
    let connects =
        fields.section("connects", |r, n| r.entries(n, "`connects`", grammar::name, |r, _, n| connection(r, n)));
    let named = ports.as_deref().unwrap_or_default();
    let probes = fields.section("probes", |r, n| probes(r, n, named));
    let check_span = fields.key_span("check");
    let check = fields.optional("check", |r, n| check(r, n, timing));
    let max_connections = fields.optional("max_connections", |r, n| r.integer(n, 1..=100_000));
    let resources = fields.section("resources", parts::resources);
    let mut storage_span = Span::DEFAULT;
    let storage = fields.section("storage", |r, n| {
        storage_span = n.span;
        parts::storage(r, n, parts::STORAGE, None)
    });
    let shutdown_span = fields.key_span("shutdown");
    let shutdown = fields.optional("shutdown", shutdown);
    let forgets_after = fields.optional("forgets_after", |r, n| r.word(n, "a duration", grammar::duration));
    let user = fields.optional("user", |r, n| r.integer(n, 1..=65_534));
    if !fields.has("ports") {
        let asks =
            |probe: &Option<Probe>| probe.as_ref().is_some_and(|probe| !matches!(probe.action, ProbeAction::Exec(_)));
        let asked = probes.as_ref().is_some_and(|it| asks(&it.startup) || asks(&it.liveness) || asks(&it.readiness));
        let exposed = exposure.as_ref().is_some_and(|exposure| exposure.value != Exposure::Internal);
        let needs = [
            ("probes", asked),
            ("check", check.is_some()),
            ("exposure", exposed),
            ("client_env", client_env.is_some()),
        ];
        for (key, _) in needs.into_iter().filter(|(_, needed)| *needed) {
            let span = fields.key_span(key);
            fields.reader().error(
                Diagnostic::error("missing-key", format!("`{key}` asks for a port, and the service has none"))
                    .at(span)
                    .help(format!("name the port: `ports: {{ http: {{ container: 8080 }} }}`; a worker that nobody calls has no `{key}`")),
            );
        }
    }
    fields.finish();
    let connects = connects.into_iter().flatten().map(|(datastore, (required, engines))| Connection {
        datastore,
        required,
        engines,
    });
    // What could not be read is an error already and nothing will be rendered; harmless values stand in for it, so
    // that the references of this service are checked in the same run.
    let countable = replicas.is_some();
    Some(RawService {
        image: image.map(|it| it.value).or_else(|| grammar::image("none").ok())?,
        command: command.unwrap_or_default(),
        replicas: replicas.unwrap_or(Located { value: 1, span: Span::DEFAULT }),
        spread,
        ports: ports.unwrap_or_default(),
        exposure: exposure.unwrap_or(Located { value: Exposure::LoadBalancer, span: Span::DEFAULT }),
        client_env: client_env.map(|name| name.value),
        env: env.unwrap_or_default(),
        formats: formats.unwrap_or_default(),
        connects: connects.collect(),
        probes: probes.unwrap_or_default(),
        check,
        check_span,
        max_connections: max_connections.map(|it| it.value),
        resources: resources.unwrap_or_default(),
        storage: storage.filter(|_| countable).unwrap_or(Storage::None),
        storage_span,
        shutdown,
        shutdown_span,
        forgets_after: forgets_after.map(|it| it.value),
        user: user.map(|it| it.value),
    })
}

/// How an address is written.
const FORMS: &[(&str, AddressForm)] = &[
    ("url", AddressForm::Url),
    ("address", AddressForm::Address),
    ("host", AddressForm::Host),
    ("port", AddressForm::Port),
    ("urls", AddressForm::Urls),
    ("addresses", AddressForm::Addresses),
];

fn environment(reader: &mut Reader, node: &mut Node) -> Option<Variables> {
    reader.entries(node, "`env`", grammar::env_name, |reader, _, node| {
        let span = node.span;
        Some(Located { value: env_source(reader, node)?, span })
    })
}

fn env_source(reader: &mut Reader, node: &mut Node) -> Option<EnvSource> {
    let Value::Map(entries) = &node.value else {
        return reader
            .word(node, "text, or a reference to a datastore, a service or a secret", grammar::env_text)
            .map(|it| EnvSource::Literal(it.value));
    };
    if entries.iter().any(|entry| entry.key == "secret") {
        return parts::secret_ref(reader, node).map(|it| EnvSource::Secret(it.value));
    }
    if entries.iter().any(|entry| entry.key == "service") {
        let mut fields = reader.fields(node, "a reference to a service")?;
        let service = fields.required("service", |r, n| r.word(n, "a service's name", grammar::component_name));
        let form = fields.required("as", |r, n| r.choice(n, FORMS));
        fields.finish();
        return Some(EnvSource::Service { service: service?, form: form? });
    }
    let mut fields = reader.fields(node, "a reference to a datastore")?;
    let datastore = fields.required("datastore", |r, n| r.word(n, "a datastore's name", grammar::name));
    let form = fields.required("as", |r, n| {
        let addresses = FORMS.iter().map(|(word, form)| (*word, ValueForm::Address(*form)));
        let others = [
            ("password", ValueForm::Password),
            ("ca-file", ValueForm::File(TlsFile::Ca)),
            ("certificate-file", ValueForm::File(TlsFile::Certificate)),
            ("key-file", ValueForm::File(TlsFile::Key)),
        ];
        let choices: Vec<_> = addresses.chain(others).collect();
        r.choice(n, &choices)
    });
    fields.finish();
    Some(EnvSource::Datastore { datastore: datastore?, form: form? })
}

fn format(reader: &mut Reader, node: &mut Node) -> Option<Format> {
    if matches!(node.value, Value::Seq(_)) {
        let words = reader
            .items(node, "words", |r, n| r.word(n, "a word", grammar::env_text).map(|word| word.value.to_string()))?;
        return Some(Format::OneOf(words));
    }
    let word = reader.choice(
        node,
        &[("url", 0), ("address", 1), ("duration", 2), ("integer", 3), ("boolean", 4), ("port", 5), ("secret", 6)],
    )?;
    [Format::Url, Format::Address, Format::Duration, Format::Integer, Format::Boolean, Format::Port, Format::Secret]
        .into_iter()
        .nth(word)
}

fn connection(reader: &mut Reader, node: &mut Node) -> Option<(Option<Located<bool>>, Engines)> {
    let mut fields = reader.fields(node, "a connection to a datastore")?;
    let required = fields.optional("required", |r, n| Some(Located { value: r.boolean(n)?, span: n.span }));
    let engines =
        fields.section("engines", |r, n| r.entries(n, "`engines`", grammar::name, |r, _, n| environment(r, n)));
    fields.finish();
    Some((required, engines?))
}

fn probes(reader: &mut Reader, node: &mut Node, ports: &[Port]) -> Option<Probes> {
    let mut fields = reader.fields(node, "`probes`")?;
    // A minute to start; then every other second, so that three wrong answers are noticed within ten.
    let startup = fields.optional("startup", |r, n| parts::probe(r, n, ports, "1s", "60"));
    let liveness = fields.optional("liveness", |r, n| parts::probe(r, n, ports, "2s", "3"));
    let readiness = fields.optional("readiness", |r, n| parts::probe(r, n, ports, "2s", "2"));
    fields.finish();
    Some(Probes { startup, liveness, readiness })
}

fn check(reader: &mut Reader, node: &mut Node, timing: Timing) -> Option<Check> {
    let mut fields = reader.fields(node, "`check`")?;
    let method = fields.or("method", "GET", |r, n| {
        r.choice(n, &[("GET", "GET"), ("HEAD", "HEAD"), ("OPTIONS", "OPTIONS"), ("POST", "POST"), ("PUT", "PUT")])
    });
    let path = fields.required("path", |r, n| r.word(n, "a path", grammar::http_path));
    let status = fields.or("status", "200", |r, n| r.integer(n, 100..=599));
    // Two wrong answers half a second apart: a dead replica is out within about a second (measured). A hung one must be
    // out before the first of its requests is given up (`timeout server`: 2 s, `fast` 1 s), or those asked again meet it
    // again; and whatever is asked in between is lost with it.
    let often = if timing == Timing::Fast { "100ms" } else { "500ms" };
    let interval = fields.or("interval", often, |r, n| r.word(n, "a duration", grammar::duration));
    fields.finish();
    Some(Check {
        method: method?,
        path: path?.value,
        status: u16::try_from(status?.value).ok()?,
        interval: interval?.value,
    })
}

fn shutdown(reader: &mut Reader, node: &mut Node) -> Option<Shutdown> {
    let mut fields = reader.fields(node, "`shutdown`")?;
    let drain = fields.optional("drain", |r, n| r.word(n, "a duration", grammar::duration));
    let grace = fields.or("grace", "30s", |r, n| r.word(n, "a duration", grammar::duration));
    if let (Some(drain), Some(grace)) = (drain, grace)
        && drain.value >= grace.value
    {
        let message = format!("draining for {} leaves nothing of the {} until the kill", drain.value, grace.value);
        fields.reader().error(
            Diagnostic::error("drain-exceeds-grace", message)
                .at(drain.span)
                .with(grace.span, "killed after")
                .help("raise `grace` above `drain`"),
        );
    }
    fields.finish();
    Some(Shutdown { drain: drain.map(|it| it.value), hand_over: Vec::new(), grace: grace?.value })
}
