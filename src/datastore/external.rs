//! A server that somebody else runs. Nothing is deployed for it.

use crate::diagnostic::{Located, Span};
use crate::grammar::{self, Name};
use crate::reader::{Fields, Reader, parts};
use crate::topology::{Encrypts, Endpoint, EndpointTls, Place, SecretRef, TcpStep};
use crate::yaml::{Node, Value};

use super::{Kind, Store, only_with, redis};

pub(super) const KIND: Kind =
    Kind { name: "external", about: "Run by somebody else; reached at a host and port.", read };

/// What can be asked of an engine without a password, and whether its connections begin with TLS where they have it.
struct Engine {
    name: &'static str,
    check: &'static [TcpStep],
    begins_with_tls: bool,
}

const ENGINES: &[Engine] = &[
    // Without the password a Redis still says that it wants one, which a hung one does not.
    Engine { name: redis::ENGINE, check: redis::ANSWERS, begins_with_tls: true },
    // Whether it would encrypt: a server that lives says S or N, before anybody logs in.
    Engine {
        name: "postgresql",
        check: &[TcpStep::SendBytes("0000000804d2162f"), TcpStep::Expect("^[SN]")],
        begins_with_tls: false,
    },
];

/// Engines that take a connection which only asks whether they are alive for a failed login, and lock out whoever
/// does that too often.
const COUNT_CONNECTIONS: &[&str] = &["mysql", "mariadb"];

fn read(fields: &mut Fields<'_>, name: Located<Name>) -> Option<Store> {
    let mut engine_span = Span::DEFAULT;
    let engine = fields.required("engine", |r, n| {
        engine_span = n.span;
        r.word(n, "an engine such as `redis`", grammar::name)
    });
    let known = engine.as_ref().and_then(|engine| ENGINES.iter().find(|it| it.name == engine.value.as_str()));
    let default_scheme = engine.as_ref().map_or("tcp", |engine| engine.value.as_str());
    let scheme = fields.or("scheme", default_scheme, |r, n| r.word(n, "a URL's scheme", grammar::name));
    let host = fields.required("host", |r, n| r.word(n, "a host", grammar::host));
    let port = fields.required("port", |r, n| r.port(n));
    let password = fields.required("password", parts::password);
    // A proxy that can only connect takes a hung server for a living one, and is one more thing that can fail.
    let mut proxied_span = Span::DEFAULT;
    let proxied = fields.or("proxied", if known.is_some() { "true" } else { "false" }, |r, n| {
        proxied_span = n.span;
        r.boolean(n)
    });
    let mut tls_span = Span::DEFAULT;
    let tls = fields.or("tls", "false", |r, n| {
        tls_span = n.span;
        tls(r, n)
    });
    let proxied = proxied?;
    let (engine, password, tls) = (engine?.value, password?, tls?);
    if tls.is_some() && !proxied {
        let what = "it is the proxy that encrypts: without it the connection is plain";
        only_with(fields, tls_span, what, "leave `proxied` out, or `tls`");
    }
    if tls.is_some() && known.is_some_and(|known| !known.begins_with_tls) {
        let what = "connections to this engine begin in plain text, and its clients ask for TLS themselves";
        only_with(fields, tls_span, what, "leave `tls` out, and tell the services to encrypt");
    }
    if proxied && COUNT_CONNECTIONS.contains(&engine.as_str()) {
        let what = "this engine locks out who connects without logging in, as a proxy's checks do";
        only_with(fields, proxied_span, what, "leave `proxied` out: the services then call it themselves");
    }
    let host = host?;
    if tls == Some(None) && host.value.as_str().parse::<std::net::IpAddr>().is_ok() {
        let what = "certificates that everybody trusts are for names, and this is an address";
        only_with(
            fields,
            host.span,
            what,
            "name the host, or the authority to trust: `tls: { ca: { secret: NAME, key: KEY } }`",
        );
    }
    Some(Store {
        endpoint: Some(Endpoint {
            datastore: name.value.clone(),
            place: Place::External(host.value),
            port: port?.value,
            scheme: scheme?.value.to_string(),
            password: password.as_ref().map(|password| password.value.clone()),
            critical: true,
            proxied,
            primary_only: false,
            check: known.map_or_else(Vec::new, |known| known.check.to_vec()),
            agreed: false,
            tls: tls.as_ref().map(|ca| EndpointTls {
                by: Encrypts::Proxy,
                ca: ca.as_ref().map(|ca| ca.value.clone()),
                client: None,
            }),
            span: name.span,
        }),
        secrets: password.into_iter().chain(tls.flatten()).collect(),
        ..Store::new(name, engine.as_str())
    })
}

/// `true`, `false`, or `{ ca: { secret: NAME, key: KEY } }`: whether it is encrypted, and the authority to trust.
fn tls(reader: &mut Reader, node: &mut Node) -> Option<Option<Option<Located<SecretRef>>>> {
    if !matches!(node.value, Value::Map(_)) {
        return reader.boolean(node).map(|encrypted| encrypted.then_some(None));
    }
    let mut fields = reader.fields(node, "`tls`")?;
    let ca = fields.required("ca", parts::secret_ref);
    fields.finish();
    ca.map(|ca| Some(Some(ca)))
}
