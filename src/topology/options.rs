use std::fmt;
use std::net::Ipv4Addr;

use crate::diagnostic::{Located, Span};
use crate::grammar::{Bytes, Image, Millis, Name};

use super::SecretRef;

/// What only Kubernetes asks for.
#[derive(Debug, Clone)]
pub struct Kubernetes {
    /// The oldest version the output is for.
    pub version: KubeVersion,
    /// Namespace to make and use; `None` leaves it to `kubectl`.
    pub namespace: Option<Name>,
    /// The cluster's DNS suffix.
    pub cluster_domain: String,
    /// Which labels select pods.
    pub labels: Labels,
    /// How programs find datastores.
    pub discovery: Discovery,
    /// What the namespace demands of pods.
    pub pod_security: PodSecurity,
    /// Whether flows that nobody needs are refused.
    pub network_policies: bool,
    /// Whether drains respect the redundancy.
    pub budgets: bool,
    /// Storage class of volumes; `None` for the cluster's default.
    pub storage_class: Option<Name>,
}

/// A minor version of Kubernetes 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct KubeVersion(pub u32);

impl KubeVersion {
    /// The oldest that a8ctl writes for: it has native sidecars and spread by revision.
    pub const OLDEST: Self = Self(29);
    /// The newest whose schemas the output has been judged by.
    pub const NEWEST: Self = Self(37);
    /// From here on `preStop.sleep` is on without a feature gate.
    pub const PRE_STOP_SLEEP: Self = Self(30);
}

impl fmt::Display for KubeVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "1.{}", self.0)
    }
}

/// Which labels select pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Labels {
    /// `app.kubernetes.io/...`
    Recommended,
    /// `name: controller`, as older documents have it.
    Name,
}

/// How programs on Kubernetes find datastores.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Discovery {
    /// By the Service's DNS name. Service links are off.
    Dns,
    /// By the variables that Kubernetes sets for Services that exist before the pod.
    Environment,
}

/// What the namespace demands of pods.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PodSecurity {
    /// The `restricted` standard.
    Restricted,
    /// Nothing.
    None,
}

/// What only Compose asks for.
#[derive(Debug, Clone)]
pub struct Compose {
    /// Address of the host that published ports are bound to, where there is one host.
    pub address: std::net::IpAddr,
}

/// How load balancers and datastore proxies behave.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// The haproxy that the configuration is for.
    pub version: BalancerVersion,
    /// The haproxy image.
    pub image: Image,
    /// How soon something that fails is taken for failed.
    pub timing: Timing,
    /// How long a server may take to answer.
    pub server_timeout: Millis,
    /// Largest body of a request that nginx takes; haproxy sets no bound.
    pub max_body: Bytes,
    /// Whether nginx takes a request's whole body, on its disk when it is large, before it passes the request on.
    pub request_buffering: bool,
    /// The address that moves between the balancers of several hosts.
    pub vip: Option<Vip>,
    /// Hosts of clients that have a balancer of their own, in front of those of all hosts; none where clients call the
    /// hosts themselves.
    pub clients: Vec<Located<Name>>,
    /// What clients' connections are decrypted with; `None` for plain HTTP.
    pub tls: Option<Tls>,
}

/// A branch of haproxy that the output has been judged by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BalancerVersion {
    /// 2.6
    V2_6,
    /// 3.0
    V3_0,
    /// 3.2
    V3_2,
}

impl BalancerVersion {
    /// Every one, as it is written.
    pub const ALL: &[(&'static str, Self)] = &[("2.6", Self::V2_6), ("3.0", Self::V3_0), ("3.2", Self::V3_2)];

    /// As it is written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::V2_6 => "2.6",
            Self::V3_0 => "3.0",
            Self::V3_2 => "3.2",
        }
    }
}

/// How soon something that fails is taken for failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// Patient enough for busy machines.
    Default,
    /// For quiet machines on one quick network: less time without answers, more false alarms elsewhere.
    Fast,
}

/// An address that moves to a host whose balancer answers.
#[derive(Debug, Clone)]
pub struct Vip {
    /// The address.
    pub address: Ipv4Addr,
    /// Bits of its network's prefix, 8 to 30.
    pub prefix: u8,
    /// Tells it from others on the same network, 1 to 255.
    pub router_id: u8,
    /// The keepalived image.
    pub image: Image,
    /// Where the profile defines it.
    pub span: Span,
}

/// A certificate and its key, both PEM, in secrets.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate, with what leads to its root behind it.
    pub certificate: SecretRef,
    /// Its private key.
    pub key: SecretRef,
}

impl Tls {
    /// Both.
    pub fn secrets(&self) -> [&SecretRef; 2] {
        [&self.certificate, &self.key]
    }
}
