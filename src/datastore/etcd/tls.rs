//! Who trusts whom: what members and clients of a cluster show one another, and what they hold it against.

use crate::diagnostic::{Diagnostic, Located};
use crate::grammar::{self, FilePath};
use crate::reader::{Fields, Reader, parts};
use crate::topology::{Certificate, Encrypts, EndpointTls, SecretFile, SecretRef, Tls as Pair};
use crate::yaml::Node;

/// Where members read them.
const DIRECTORY: &str = "/run/secrets/etcd";

/// An authority, and a certificate of its with the key.
struct Identity {
    ca: SecretRef,
    own: Pair,
}

/// How connections to a cluster and between its members are encrypted.
pub(super) struct Tls {
    /// What members show to clients.
    server: Identity,
    /// What members show to members, where that is something else.
    peer: Option<Identity>,
    /// What clients show to members; `None` where members do not ask.
    client: Option<Pair>,
    /// Where members answer for their health without TLS: whoever restarts what does not answer has no certificate to
    /// show, and should not restart it when its own has expired.
    pub(super) metrics_port: Located<u16>,
    /// Every secret it names, and where.
    pub(super) secrets: Vec<Located<SecretRef>>,
}

/// `ca`, `certificate`, `key`; `client_auth` and `client`; `peer`; `metrics_port`.
pub(super) fn read(reader: &mut Reader, node: &mut Node) -> Option<Tls> {
    let mut fields = reader.fields(node, "`tls`")?;
    let mut secrets = Vec::new();
    let server = identity(&mut fields, &mut secrets);
    let client_auth = fields.or("client_auth", "true", |r, n| r.boolean(n));
    let client = fields.optional("client", |r, n| {
        let mut fields = r.fields(n, "`client`")?;
        let pair = pair(&mut fields, &mut secrets);
        fields.finish();
        pair
    });
    let peer = fields.optional("peer", |r, n| {
        let mut fields = r.fields(n, "`peer`")?;
        let identity = identity(&mut fields, &mut secrets);
        fields.finish();
        identity
    });
    let metrics_port = fields.or("metrics_port", "2381", |r, n| r.port(n));
    if let Some(asked) = client_auth {
        authentication(&mut fields, asked);
    }
    fields.finish();
    Some(Tls { server: server?, peer, client, metrics_port: metrics_port?, secrets })
}

/// Whoever is asked for a certificate has one, and whoever has one is asked.
fn authentication(fields: &mut Fields<'_>, asked: bool) {
    // A default has no place.
    let asked_at = fields.key_span("client_auth");
    let problem = match (asked, fields.has("client")) {
        (true, false) => Diagnostic::error("missing-key", "clients must show a certificate, and nothing says which")
            .at(if asked_at.is_default() { fields.span } else { asked_at })
            .help(
                "add `client: { certificate: { secret: NAME, key: KEY }, key: { secret: NAME, key: KEY } }`, or write \
                 `client_auth: false` to let in everybody who reaches a member",
            ),
        (false, true) => Diagnostic::error("contradiction", "clients have a certificate, and nobody asks for it")
            .at(fields.key_span("client"))
            .with(asked_at, "not asked")
            .help("leave `client_auth` out, or `client`"),
        _ => return,
    };
    fields.reader().error(problem);
}

fn identity(fields: &mut Fields<'_>, secrets: &mut Vec<Located<SecretRef>>) -> Option<Identity> {
    let ca = fields.required("ca", parts::secret_ref);
    secrets.extend(ca.clone());
    let own = pair(fields, secrets);
    Some(Identity { ca: ca?.value, own: own? })
}

fn pair(fields: &mut Fields<'_>, secrets: &mut Vec<Located<SecretRef>>) -> Option<Pair> {
    let certificate = fields.required("certificate", parts::secret_ref);
    let key = fields.required("key", parts::secret_ref);
    secrets.extend(certificate.iter().chain(&key).cloned());
    Some(Pair { certificate: certificate?.value, key: key?.value })
}

impl Tls {
    /// What members are told, each variable with its value.
    pub(super) fn environment(&self) -> Vec<(&'static str, String)> {
        let path = |name: &str| format!("{DIRECTORY}/{name}");
        let peer = if self.peer.is_some() { PEER } else { SERVER };
        let mut out = vec![
            ("ETCD_CERT_FILE", path(SERVER[1])),
            ("ETCD_KEY_FILE", path(SERVER[2])),
            ("ETCD_CLIENT_CERT_AUTH", self.client.is_some().to_string()),
        ];
        // Members that are told of an authority ask for certificates of its, whatever else they are told.
        if self.client.is_some() {
            out.push(("ETCD_TRUSTED_CA_FILE", path(SERVER[0])));
        }
        out.extend([
            ("ETCD_PEER_CERT_FILE", path(peer[1])),
            ("ETCD_PEER_KEY_FILE", path(peer[2])),
            ("ETCD_PEER_CLIENT_CERT_AUTH", true.to_string()),
            ("ETCD_PEER_TRUSTED_CA_FILE", path(peer[0])),
            ("ETCD_LISTEN_METRICS_URLS", format!("http://0.0.0.0:{}", self.metrics_port.value)),
            // For probes, scripts and operators in the container: a member is a client with its own certificate.
            ("ETCDCTL_CACERT", path(SERVER[0])),
            ("ETCDCTL_CERT", path(SERVER[1])),
            ("ETCDCTL_KEY", path(SERVER[2])),
        ]);
        out
    }

    /// What members read.
    pub(super) fn files(&self) -> Vec<SecretFile> {
        let of = |identity: &Identity, names: [&str; 3]| {
            let secrets = [&identity.ca, &identity.own.certificate, &identity.own.key];
            secrets.into_iter().zip(names).map(|(secret, name)| file(secret, name)).collect::<Vec<_>>()
        };
        let peer = self.peer.iter().flat_map(|peer| of(peer, PEER));
        of(&self.server, SERVER).into_iter().chain(peer).collect()
    }

    /// What members show.
    pub(super) fn certificates(&self) -> Vec<Certificate> {
        let shown = |identity: &Identity, to_clients, to_members| Certificate {
            secret: identity.own.certificate.clone(),
            to_clients,
            to_members,
        };
        let peer = self.peer.iter().map(|peer| shown(peer, false, true));
        std::iter::once(shown(&self.server, true, self.peer.is_none())).chain(peer).collect()
    }

    /// How clients encrypt.
    pub(super) fn endpoint(&self) -> EndpointTls {
        EndpointTls { by: Encrypts::Clients, ca: Some(self.server.ca.clone()), client: self.client.clone() }
    }
}

/// Names of files: authority, certificate, key.
const SERVER: [&str; 3] = ["ca.crt", "server.crt", "server.key"];
const PEER: [&str; 3] = ["peer-ca.crt", "peer.crt", "peer.key"];

fn file(secret: &SecretRef, name: &str) -> SecretFile {
    let directory: FilePath = grammar::file_path(DIRECTORY).unwrap_or_else(|_| unreachable!("a constant path"));
    SecretFile { secret: secret.clone(), directory, name: name.to_owned(), pem: true }
}
