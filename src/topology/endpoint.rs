use crate::diagnostic::Span;
use crate::grammar::{EnvText, Host, HttpPath, Millis, Name, SecretKey};

use super::Tls;

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
    pub scheme: String,
    /// The password's secret, where it wants one.
    pub password: Option<SecretRef>,
    /// Whether its clients fail without it.
    pub critical: bool,
    /// Whether clients reach it through a proxy that closes the connections of a dead or hung server.
    pub proxied: bool,
    /// Whether its component has several members of which only one, the primary, may be called: the check tells
    /// which it is.
    pub primary_only: bool,
    /// How that proxy asks whether it is alive, or the primary.
    pub check: Vec<TcpStep>,
    /// Whether the members must agree on every answer to that question: then it is asked less often.
    pub agreed: bool,
    /// How connections are encrypted; `None` for plain TCP.
    pub tls: Option<EndpointTls>,
    /// Where the profile defines the datastore.
    pub span: Span,
}

/// How connections to a datastore are encrypted.
#[derive(Debug, Clone)]
pub struct EndpointTls {
    /// Who encrypts.
    pub by: Encrypts,
    /// Certificates that its own must lead to; `None` for those the proxy's system trusts.
    pub ca: Option<SecretRef>,
    /// What its clients show of themselves, a proxy's checks among them; `None` where it does not ask.
    pub client: Option<Tls>,
}

/// Who encrypts connections to a datastore.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encrypts {
    /// The proxy in front of it; between its clients and the proxy they are plain.
    Proxy,
    /// Its clients: a proxy passes on what it cannot read.
    Clients,
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
    /// Text to send, in haproxy's escapes.
    Send(&'static str),
    /// Bytes to send, in hexadecimal.
    SendBytes(&'static str),
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
    /// The address of another service, as clients inside call it.
    Service {
        /// The service.
        service: Name,
        /// How it is written.
        form: AddressForm,
    },
    /// A secret that the platform hands to the process.
    Secret(SecretRef),
    /// A text about this very replica, as the other members know it.
    Own(Vec<MemberPart>),
    /// The same text about every member of a component.
    Members {
        /// The component.
        component: Name,
        /// What is said of each.
        parts: Vec<MemberPart>,
        /// What stands between two.
        between: &'static str,
    },
    /// One value for one member, another for the others. Where all members are made from one template, all get the
    /// former.
    OfMember {
        /// Its number, counted from 1.
        number: u32,
        /// Its value.
        value: Box<EnvValue>,
        /// That of the others.
        others: Box<EnvValue>,
    },
}

impl EnvValue {
    /// `host:port` of the main port of this very replica.
    pub fn own_address() -> Self {
        Self::Own(vec![MemberPart::Address])
    }

    /// `host:port` of the main port of every member of a component, with blanks between.
    pub fn addresses(component: Name) -> Self {
        Self::Members { component, parts: vec![MemberPart::Address], between: " " }
    }
}

/// A part of what is said of a member.
#[derive(Debug, Clone)]
pub enum MemberPart {
    /// Always the same.
    Text(&'static str),
    /// Its name.
    Name,
    /// `host:port` of its main port.
    Address,
    /// `host:port` of its port of this name.
    AddressOf(Name),
}

impl MemberPart {
    /// The text for one member: its name, and where it is called at its main port or at the port of a name.
    pub fn write(parts: &[Self], name: &str, address: impl Fn(Option<&Name>) -> String) -> String {
        let part = |part: &Self| match part {
            Self::Text(text) => (*text).to_owned(),
            Self::Name => name.to_owned(),
            Self::Address => address(None),
            Self::AddressOf(port) => address(Some(port)),
        };
        parts.iter().map(part).collect()
    }
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
    /// `host:port` of every place where it is called, with commas between
    Addresses,
    /// `scheme://host:port` of every place where it is called, with commas between
    Urls,
}

impl AddressForm {
    /// Whether it names every place.
    pub fn is_list(self) -> bool {
        matches!(self, Self::Addresses | Self::Urls)
    }

    /// The text for hosts and ports; a form that is no list takes the first.
    pub fn write(self, scheme: &str, places: &[(String, String)]) -> String {
        let count = if self.is_list() { places.len() } else { 1 };
        let texts: Vec<String> = places.iter().take(count).map(|(host, port)| self.one(scheme, host, port)).collect();
        texts.join(",")
    }

    /// The text for one. An IPv6 address gets its brackets where a port follows.
    fn one(self, scheme: &str, host: &str, port: &str) -> String {
        let bracketed = if host.parse::<std::net::Ipv6Addr>().is_ok() { format!("[{host}]") } else { host.to_owned() };
        match self {
            Self::Host => host.to_owned(),
            Self::Port => port.to_owned(),
            Self::Address | Self::Addresses => format!("{bracketed}:{port}"),
            Self::Url | Self::Urls => format!("{scheme}://{bracketed}:{port}"),
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

#[cfg(test)]
mod tests {
    use super::AddressForm;

    #[test]
    fn a_list_names_every_place() {
        let places = [("a", "1"), ("::1", "2")].map(|(host, port)| (host.to_owned(), port.to_owned()));
        let written = [AddressForm::Url, AddressForm::Address, AddressForm::Urls, AddressForm::Addresses]
            .map(|form| form.write("http", &places));
        assert_eq!(written, ["http://a:1", "a:1", "http://a:1,http://[::1]:2", "a:1,[::1]:2"]);
        assert_eq!(AddressForm::Urls.write("http", &[]), "");
    }
}
