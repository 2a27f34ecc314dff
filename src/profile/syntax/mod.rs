//! The profile as a user writes it, read key by key. Defaults stand here and nowhere else.

mod options;
mod parts;
mod service;

pub(crate) use parts::{exposure, password, ports, resources, storage};

use crate::datastore::{self, Store};
use crate::diagnostic::Located;
use crate::grammar::{self, Name, SecretKey};
use crate::topology::{Balancer, Compose, Kubernetes, Placement, Spread};
use crate::yaml::Node;

use super::reader::Reader;
pub(super) use service::{Connection, EnvSource, Format, RawService, ValueForm};

/// A profile whose every value has its type; references between them are not followed yet.
pub(super) struct Raw {
    pub(super) project: Name,
    pub(super) placement: Placement,
    pub(super) spread: Spread,
    pub(super) services: Vec<(Located<Name>, RawService)>,
    pub(super) datastores: Vec<Store>,
    pub(super) secrets: Vec<(Located<Name>, Vec<SecretKey>)>,
    pub(super) balancer: Balancer,
    pub(super) kubernetes: Kubernetes,
    pub(super) compose: Compose,
}

/// Reads a whole profile. `None`, or problems in the reader, when it is not one.
pub(super) fn read(reader: &mut Reader, root: &mut Node) -> Option<Raw> {
    let mut fields = reader.fields(root, "the profile")?;
    let project = fields.required("project", |r, n| r.word(n, "a name", grammar::name));
    let placement = fields.section("placement", options::placement);
    let services = fields.required("services", |r, n| {
        r.entries(n, "`services`", grammar::component_name, |r, name, n| service::read(r, name, n))
    });
    let datastores = fields.section("datastores", |r, n| {
        r.entries(n, "`datastores`", grammar::name, |r, name, n| datastore::read(r, name, n))
    });
    let secrets = fields.section("secrets", |r, n| {
        r.entries(n, "`secrets`", grammar::name, |r, _, n| {
            r.items(n, "the secret's keys", |r, n| r.word(n, "a key", grammar::secret_key).map(|key| key.value))
        })
    });
    let balancer = fields.section("balancer", options::balancer);
    let kubernetes_project = project.as_ref().map(|project| project.value.clone());
    let kubernetes = fields.section("kubernetes", |r, n| options::kubernetes(r, n, kubernetes_project.as_ref()));
    let compose = fields.section("compose", options::compose);
    fields.finish();
    let (placement, spread) = placement?;
    Some(Raw {
        project: project?.value,
        placement,
        spread,
        services: services?,
        datastores: datastores?.into_iter().map(|(_, store)| store).collect(),
        secrets: secrets?,
        balancer: balancer?,
        kubernetes: kubernetes?,
        compose: compose?,
    })
}
