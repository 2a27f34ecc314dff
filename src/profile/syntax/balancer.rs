//! What stands in front: which haproxy, how quick, with which address and certificate.

use std::net::Ipv4Addr;

use crate::diagnostic::{Diagnostic, Located};
use crate::grammar::{self, Name, Refusal};
use crate::reader::{Fields, Reader, parts};
use crate::topology::{Balancer, BalancerVersion, Host, SecretRef, Timing, Tls, Vip};
use crate::yaml::Node;

const TIMINGS: &[(&str, Timing)] = &[("default", Timing::Default), ("fast", Timing::Fast)];

/// The balancer and the secrets it names.
pub(super) fn read(reader: &mut Reader, node: &mut Node) -> Option<(Balancer, Vec<Located<SecretRef>>)> {
    let mut fields = reader.fields(node, "`balancer`")?;
    let written = fields.has("version");
    let of_image = image_branch(&fields);
    let default = of_image.and_then(newest_known).unwrap_or(BalancerVersion::V3_0);
    let mut version_span = fields.span;
    let version = fields.or("version", default.as_str(), |r, n| {
        version_span = n.span;
        r.choice(n, BalancerVersion::ALL)
    });
    // The releases whose behavior was measured.
    let image = match version.unwrap_or(default) {
        BalancerVersion::V2_6 => "haproxy:2.6.12",
        BalancerVersion::V3_0 => "haproxy:3.0.11",
        BalancerVersion::V3_2 => "haproxy:3.2.26",
    };
    let image = fields.or("image", image, |r, n| r.word(n, "an image", grammar::image));
    if let (Some(version), Some(image), Some(branch)) = (version, &image, of_image)
        && newest_known(branch) != Some(version)
    {
        let message =
            format!("the image has haproxy {}.{}, and the output is for {}", branch.0, branch.1, version.as_str());
        let place = if written { version_span } else { image.span };
        fields.reader().error(
            Diagnostic::error("version-mismatch", message)
                .at(place)
                .with(image.span, "the image")
                .help("leave `version` out: the image's tag tells it; 2.6 is the oldest"),
        );
    }
    let timing = fields.or("timing", "default", |r, n| r.choice(n, TIMINGS));
    // A hung replica costs its callers this long, once; the slowest answer of a healthy one must fit.
    let patience = if timing == Some(Timing::Fast) { "1s" } else { "2s" };
    let server_timeout = fields.or("server_timeout", patience, |r, n| r.word(n, "a duration", grammar::duration));
    // What nginx takes by itself; a registry of images needs more.
    let max_body = fields.or("max_body", "1Mi", |r, n| r.word(n, "an amount of data", grammar::bytes));
    let request_buffering = fields.or("request_buffering", "true", |r, n| r.boolean(n));
    let vip = fields.optional("vip", vip);
    let clients = fields.optional("clients", clients);
    if fields.has("clients") && clients.is_none() {
        fields.finish();
        return None;
    }
    let has_tls = fields.has("tls");
    let tls = fields.optional("tls", tls);
    fields.finish();
    let (tls, secrets) = match (tls, has_tls) {
        (Some((tls, secrets)), _) => (Some(tls), secrets),
        (None, true) => return None,
        (None, false) => (None, Vec::new()),
    };
    let balancer = Balancer {
        version: version?,
        image: image?.value,
        timing: timing?,
        server_timeout: server_timeout?.value,
        max_body: max_body?.value,
        request_buffering: request_buffering?,
        vip,
        clients: clients.unwrap_or_default(),
        tls,
    };
    Some((balancer, secrets))
}

/// Major and minor version of an official haproxy image, by its tag.
fn image_branch(fields: &Fields<'_>) -> Option<(u32, u32)> {
    let image = fields.plain("image")?;
    let (path, tag) = image.rsplit_once(':')?;
    let mut numbers = tag.split(['.', '-']);
    let branch = (numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?);
    path.rsplit('/').next()?.starts_with("haproxy").then_some(branch)
}

/// What is written for one branch works on the later ones until the next that is known.
fn newest_known(branch: (u32, u32)) -> Option<BalancerVersion> {
    match branch {
        (2, 6..) => Some(BalancerVersion::V2_6),
        (3, 0..=1) => Some(BalancerVersion::V3_0),
        (3, 2..) => Some(BalancerVersion::V3_2),
        _ => None,
    }
}

/// `{ address: 192.0.2.10/24, router_id: 51 }`.
fn vip(reader: &mut Reader, node: &mut Node) -> Option<Vip> {
    let mut fields = reader.fields(node, "`vip`")?;
    let address = fields.required("address", |r, n| r.word(n, "an address with its network's prefix", with_prefix));
    let router_id = fields.or("router_id", "51", |r, n| r.integer(n, 1..=255));
    let image = fields.or("image", "osixia/keepalived:2.0.20", |r, n| r.word(n, "an image", grammar::image));
    fields.finish();
    let address = address?;
    let (ip, prefix) = address.value;
    let router_id = u8::try_from(router_id?.value).ok()?;
    Some(Vip { address: ip, prefix, router_id, image: image?.value, span: address.span })
}

/// Names of the hosts of clients, one of them at least.
fn clients(reader: &mut Reader, node: &mut Node) -> Option<Vec<Located<Name>>> {
    let span = node.span;
    let names = reader.items(node, "names of hosts", |r, n| r.word(n, "a host's name", grammar::name))?;
    if names.is_empty() {
        reader.error(
            Diagnostic::error("no-clients", "no host of a client is named")
                .at(span)
                .help("name those that balance for themselves: `clients: [build-1, build-2]`, or remove the key"),
        );
        return None;
    }
    for (at, name) in names.iter().enumerate() {
        if let Some(first) = names[..at].iter().find(|other| other.value == name.value) {
            reader.error(
                Diagnostic::error("duplicate-name", format!("`{}` is named twice", name.value))
                    .at(name.span)
                    .with(first.span, "first here")
                    .help("name each host once"),
            );
        }
    }
    Some(names)
}

fn with_prefix(text: &str) -> Result<(Ipv4Addr, u8), Refusal> {
    let parsed = text.split_once('/').and_then(|(address, prefix)| {
        let bits: u8 = prefix.parse().ok().filter(|bits: &u8| bits.to_string() == prefix)?;
        Some((address.parse().ok()?, bits))
    });
    parsed.filter(|(_, prefix)| (8..=30).contains(prefix)).ok_or(Refusal {
        why: "is not an IPv4 address with the prefix of its network",
        mend: "write a free address of the hosts' network, such as `192.0.2.10/24`",
    })
}

/// Both halves or neither.
fn tls(reader: &mut Reader, node: &mut Node) -> Option<(Tls, Vec<Located<SecretRef>>)> {
    let mut fields = reader.fields(node, "`tls`")?;
    for (this, other, what) in [
        ("key", "certificate", "a key without its certificate"),
        ("certificate", "key", "a certificate without its key"),
    ] {
        if fields.has(this) && !fields.has(other) {
            let place = fields.key_span(this);
            fields.reader().error(
                Diagnostic::error("half-tls", format!("`tls` has {what}"))
                    .at(place)
                    .help(format!("add `{other}: {{ secret: NAME, key: KEY }}` beside it")),
            );
            let _ = fields.optional(this, parts::secret_ref);
            fields.finish();
            return None;
        }
    }
    let certificate = fields.required("certificate", parts::secret_ref);
    let key = fields.required("key", parts::secret_ref);
    fields.finish();
    let (certificate, key) = (certificate?, key?);
    let tls = Tls { certificate: certificate.value.clone(), key: key.value.clone() };
    Some((tls, vec![certificate, key]))
}

/// An address that moves between hosts belongs to the network of each of them, and to none of them alone.
pub(super) fn vip_fits(reader: &mut Reader, vip: &Vip, hosts: &[Host]) {
    let Vip { address, prefix, .. } = *vip;
    let network = |ip: Ipv4Addr| u32::from(ip) >> (32 - u32::from(prefix));
    let outside: Vec<&Host> = hosts.iter().filter(|host| network(host.address.value) != network(address)).collect();
    let edge = u32::from(address) & (u32::MAX >> prefix);
    if edge == 0 || edge == u32::MAX >> prefix {
        reader.error(
            Diagnostic::error("vip-outside", format!("{address} is no address of a host in a network of /{prefix}"))
                .at(vip.span)
                .help("write a free address of the hosts' network, such as `192.0.2.10/24`"),
        );
    } else if let Some(host) = outside.first() {
        let message = if outside.len() == hosts.len() {
            format!("{address}/{prefix} is in no host's network")
        } else {
            format!("{address}/{prefix} is not in the network of `{}`: it could not move there", host.name)
        };
        reader.error(
            Diagnostic::error("vip-outside", message)
                .at(vip.span)
                .with(host.address.span, "this host")
                .help("choose a free address of the network that all hosts share; across networks leave `vip` out and give clients the hosts' addresses"),
        );
    }
    if let Some(host) = hosts.iter().find(|host| host.address.value == address) {
        reader.error(
            Diagnostic::error(
                "duplicate-address",
                format!("{address} is the address of `{}`: it cannot move", host.name),
            )
            .at(vip.span)
            .with(host.address.span, "this host")
            .help("choose a free address of the hosts' network"),
        );
    }
}
