//! What single targets ask for.

use crate::grammar::{self, Host, Name, Refusal};
use crate::reader::Reader;
use crate::topology::{Compose, Discovery, KubeVersion, Kubernetes, Labels, PodSecurity};
use crate::yaml::Node;

pub(super) fn kubernetes(reader: &mut Reader, node: &mut Node, project: Option<&Name>) -> Option<Kubernetes> {
    let mut fields = reader.fields(node, "`kubernetes`")?;
    let version = fields.or("version", "1.30", |r, n| r.word(n, "a version such as 1.30", kube_version));
    let default = project.map_or("default", Name::as_str);
    let namespace = fields.or("namespace", default, |r, n| r.word(n, "a namespace, or `none`", grammar::name));
    let cluster_domain = fields.or("cluster_domain", "cluster.local", |r, n| r.word(n, "a DNS suffix", cluster_domain));
    let labels = fields.or("labels", "recommended", |r, n| {
        r.choice(n, &[("recommended", Labels::Recommended), ("name", Labels::Name)])
    });
    let discovery = fields.or("discovery", "dns", |r, n| {
        r.choice(n, &[("dns", Discovery::Dns), ("environment", Discovery::Environment)])
    });
    let pod_security = fields.or("pod_security", "restricted", |r, n| {
        r.choice(n, &[("restricted", PodSecurity::Restricted), ("none", PodSecurity::None)])
    });
    let network_policies = fields.or("network_policies", "true", |r, n| r.boolean(n));
    let budgets = fields.or("budgets", "true", |r, n| r.boolean(n));
    let storage_class = fields.optional("storage_class", |r, n| r.word(n, "a storage class", grammar::name));
    fields.finish();
    Some(Kubernetes {
        version: version?.value,
        namespace: namespace.map(|name| (name.value.as_str() != "none").then_some(name.value))?,
        cluster_domain: cluster_domain?.value.to_string(),
        labels: labels?,
        discovery: discovery?,
        pod_security: pod_security?,
        network_policies: network_policies?,
        budgets: budgets?,
        storage_class: storage_class.map(|class| class.value),
    })
}

/// `1.29` and newer. Quoting does not matter: `1.30` is read as it is written, never as the number 1.3.
fn kube_version(text: &str) -> Result<KubeVersion, Refusal> {
    let minor = text.strip_prefix("1.").and_then(|minor| minor.parse().ok()).map(KubeVersion);
    match minor {
        Some(version)
            if (KubeVersion::OLDEST..=KubeVersion::NEWEST).contains(&version) && version.to_string() == text =>
        {
            Ok(version)
        }
        _ => Err(Refusal {
            why: "is not a Kubernetes version that a8ctl writes for",
            mend: "write a minor version from 1.29 to 1.37, such as `1.33`",
        }),
    }
}

fn cluster_domain(text: &str) -> Result<Host, Refusal> {
    grammar::host(text).ok().filter(|_| text.parse::<std::net::IpAddr>().is_err()).ok_or(Refusal {
        why: "is not a DNS suffix",
        mend: "write the domain of the cluster's Services, such as `cluster.local`",
    })
}

pub(super) fn compose(reader: &mut Reader, node: &mut Node) -> Option<Compose> {
    let mut fields = reader.fields(node, "`compose`")?;
    // Loopback: what listens on every address of a laptop is open to its whole network.
    let address = fields.or("address", "127.0.0.1", |r, n| r.word(n, "an IP address", address));
    fields.finish();
    Some(Compose { address: address?.value })
}

fn address(text: &str) -> Result<std::net::IpAddr, Refusal> {
    text.parse().map_err(|_| Refusal {
        why: "is not an IP address",
        mend: "write an address of this host, such as `127.0.0.1` or `0.0.0.0`",
    })
}
