use std::fmt;

use crate::grammar::{Image, Millis, Name};

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
    /// Address of the host that published ports are bound to.
    pub address: std::net::IpAddr,
}

/// How load balancers and datastore proxies behave.
#[derive(Debug, Clone)]
pub struct Balancer {
    /// The haproxy image.
    pub image: Image,
    /// How long a server may take to answer.
    pub server_timeout: Millis,
}
