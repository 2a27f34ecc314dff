//! etcd: one member, or three and more that agree. What they agree on is on the disks of more than half of them.

mod phase;
mod server;
mod tls;

use crate::diagnostic::{Diagnostic, Located, Span};
use crate::grammar::{self, FilePath, Name};
use crate::reader::{Fields, parts};
use crate::topology::{Endpoint, Place, Resources, Storage, TcpStep};

use super::{Kind, Store, only_with};
use phase::Phase;
use tls::Tls;

pub(super) const KIND: Kind =
    Kind { name: "etcd", about: "etcd, persistent: one member, or several that agree.", read };

const ENGINE: &str = "etcd";

/// Whether a member can answer for the cluster: it knows a leader, and has asked the others. `/health` of 3.4 and 3.5.
const HEALTHY: &[TcpStep] =
    &[TcpStep::Send("GET /health HTTP/1.0\\r\\n\\r\\n"), TcpStep::Expect("\"health\":\"true\"")];

/// What the profile says.
struct Settings {
    /// The datastore's name in the profile.
    datastore: Located<Name>,
    /// The name of what is deployed.
    name: Name,
    image: grammar::Image,
    size: u32,
    phase: Phase,
    /// Where clients call.
    port: u16,
    /// Where the other members call.
    peer_port: u16,
    storage: Storage,
    /// Where it lies.
    mount: FilePath,
    resources: Resources,
    /// `None` for plain connections.
    tls: Option<Tls>,
}

impl Settings {
    /// What is spoken, between members too.
    fn scheme(&self) -> &'static str {
        if self.tls.is_some() { "https" } else { "http" }
    }
}

fn read(fields: &mut Fields<'_>, datastore: Located<Name>) -> Option<Store> {
    let name = fields.or("name", ENGINE, |r, n| r.word(n, "a name", grammar::component_name));
    let image =
        fields.or("image", "rancher/mirrored-coreos-etcd:v3.5.16", |r, n| r.word(n, "an image", grammar::image));
    let size = fields.or("size", "3", |r, n| r.integer(n, 1..=7));
    let phase = phase::read(fields, size);
    let port = fields.or("port", "2379", |r, n| r.port(n));
    let peer_port = fields.or("peer_port", "2380", |r, n| r.port(n));
    let mut storage_span = Span::DEFAULT;
    let storage = fields.section("storage", |r, n| {
        storage_span = n.span;
        parts::storage(r, n, parts::OWN_STORAGE, Some("/var/lib/etcd"))
    });
    let resources = fields.section("resources", parts::resources);
    let proxied = fields.or("proxied", "true", |r, n| r.boolean(n));
    let has_tls = fields.has("tls");
    let tls = fields.optional("tls", tls::read);
    if let (Some(port), Some(peer_port)) = (port, peer_port) {
        let metrics = tls.as_ref().map(|tls| tls.metrics_port);
        distinct(fields, port, peer_port, metrics);
    }
    if has_tls && tls.is_none() {
        return None;
    }
    let storage = storage?;
    let mount = match &storage {
        Storage::Persistent { mount, .. } => Some(mount.clone()),
        _ => {
            let place = if storage_span.is_default() { datastore.span } else { storage_span };
            let what = "members without a disk of their own forget what they have agreed on";
            only_with(fields, place, what, "write `storage: { kind: persistent, size: 1Gi }`");
            None
        }
    };
    let settings = Settings {
        datastore,
        name: name?.value,
        image: image?.value,
        size: size?.value,
        phase: phase?,
        port: port?.value,
        peer_port: peer_port?.value,
        storage,
        mount: mount?,
        resources: resources?,
        tls,
    };
    let component = server::component(&settings);
    Some(Store {
        endpoint: Some(Endpoint {
            datastore: settings.datastore.value.clone(),
            place: Place::Component(component.name.clone()),
            port: settings.port,
            scheme: settings.scheme().to_owned(),
            password: None,
            critical: true,
            proxied: proxied?,
            primary_only: false,
            check: HEALTHY.to_vec(),
            agreed: true,
            tls: settings.tls.as_ref().map(Tls::endpoint),
            span: settings.datastore.span,
        }),
        components: vec![component],
        secrets: settings.tls.map(|tls| tls.secrets).unwrap_or_default(),
        ..Store::new(settings.datastore, ENGINE)
    })
}

fn distinct(fields: &mut Fields<'_>, port: Located<u16>, peer_port: Located<u16>, metrics: Option<Located<u16>>) {
    let mut collide = |one: Located<u16>, other: Located<u16>, what: &str, mend: &str| {
        if one.value != other.value {
            return;
        }
        let (here, there) = if other.span.is_default() { (one, other) } else { (other, one) };
        let problem = Diagnostic::error("port-collision", format!("{what} call the same port {}", one.value));
        let problem = problem.at(here.span).help(mend);
        fields.reader().error(if there.span.is_default() { problem } else { problem.with(there.span, "first here") });
    };
    collide(port, peer_port, "clients and members", "give `port` or `peer_port` another number");
    let Some(metrics) = metrics else { return };
    collide(port, metrics, "clients and probes", "give `tls.metrics_port` another number");
    collide(peer_port, metrics, "members and probes", "give `tls.metrics_port` another number");
}
