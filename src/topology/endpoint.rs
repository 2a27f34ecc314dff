use crate::grammar::{EnvText, Host, HttpPath, Millis, Name, SecretKey};

/// How a datastore is reached by those who need it.
#[derive(Debug, Clone)]
pub struct Endpoint {
    /// The datastore's name in the profile.
    pub datastore: Name,
    /// Who answers there.
    pub place: Place,
    /// TCP port.
    pub port: u16,
    /// Scheme of its URL.
    pub scheme: &'static str,
    /// The password's secret, where it wants one.
    pub password: Option<SecretRef>,
    /// Whether clients reach it through a proxy that closes the connections of a dead or hung server.
    pub proxied: bool,
    /// Whether its component has several members of which only one, the primary, may be called: the check tells
    /// which it is.
    pub primary_only: bool,
    /// How that proxy asks whether it is alive, or the primary.
    pub check: Vec<TcpStep>,
}

/// Who answers at an [`Endpoint`].
#[derive(Debug, Clone)]
pub enum Place {
    /// A component of this topology.
    Component(Name),
    /// Somebody else's host.
    External(Host),
}

/// One step of a dialogue over TCP.
#[derive(Debug, Clone, Copy)]
pub enum TcpStep {
    /// Bytes to send, in haproxy's escapes.
    Send(&'static str),
    /// A regular expression that the answer must match.
    Expect(&'static str),
}

/// That a component calls a datastore.
#[derive(Debug, Clone)]
pub struct Need {
    /// The datastore's name in the profile.
    pub datastore: Name,
    /// Whether a replica without it must not be called: it would answer with errors, or with lies.
    pub required: bool,
}

/// A key of a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretRef {
    /// The secret.
    pub secret: Name,
    /// The key.
    pub key: SecretKey,
}

/// Where an environment variable's value comes from.
#[derive(Debug, Clone)]
pub enum EnvValue {
    /// The profile's own text.
    Literal(EnvText),
    /// The address of a datastore.
    Address {
        /// The datastore's name in the profile.
        datastore: Name,
        /// How it is written.
        form: AddressForm,
    },
    /// A secret that the platform hands to the process.
    Secret(SecretRef),
    /// `host:port` of the main port of this very replica, as the other members call it.
    Own,
    /// `host:port` of every member of a component, with blanks between.
    Members(Name),
}

/// The ways programs want an address.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AddressForm {
    /// `host`
    Host,
    /// `port`
    Port,
    /// `host:port`
    Address,
    /// `scheme://host:port`
    Url,
}

impl AddressForm {
    /// The text for a host and port. An IPv6 address gets its brackets where a port follows.
    pub fn write(self, scheme: &str, host: &str, port: &str) -> String {
        let bracketed = if host.parse::<std::net::Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() };
        match self {
            Self::Host => host.to_owned(),
            Self::Port => port.to_owned(),
            Self::Address => format!("{bracketed}:{port}"),
            Self::Url => format!("{scheme}://{bracketed}:{port}"),
        }
    }
}

/// How a load balancer asks a replica over HTTP.
#[derive(Debug, Clone)]
pub struct Check {
    /// GET, PUT, ...
    pub method: &'static str,
    /// What is asked for.
    pub path: HttpPath,
    /// The one status that means yes.
    pub status: u16,
    /// Time between two questions.
    pub interval: Millis,
}
