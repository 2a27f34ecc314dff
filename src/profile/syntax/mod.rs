//! The profile as a user writes it, read key by key. Defaults stand here and nowhere else.

mod balancer;
mod guarantees;
mod options;
mod placement;
mod service;

use crate::datastore::{self, Store};
use crate::diagnostic::{Diagnostic, Located};
use crate::grammar::{self, Name, SecretKey};
use crate::topology::{Balancer, Compose, Guarantee, Kubernetes, Placement, SecretRef, Spread, Timing};
use crate::yaml::{Node, Value};

use crate::reader::Reader;
pub(super) use service::{Connection, EnvSource, Format, RawService, TlsFile, ValueForm};

/// A profile whose every value has its type; references between them are not followed yet.
pub(super) struct Raw {
    pub(super) project: Name,
    pub(super) placement: Placement,
    pub(super) spread: Spread,
    pub(super) services: Vec<(Located<Name>, RawService)>,
    pub(super) datastores: Vec<Store>,
    pub(super) secrets: Vec<(Located<Name>, Vec<SecretKey>)>,
    /// Names of every datastore and secret that is written, those among them that could not be read.
    pub(super) written: Written,
    pub(super) balancer: Balancer,
    /// Secrets that the balancer names.
    pub(super) balancer_secrets: Vec<Located<SecretRef>>,
    pub(super) kubernetes: Kubernetes,
    pub(super) compose: Compose,
    pub(super) guarantees: Vec<Guarantee>,
}

/// What a reference may name without being called a mistake itself.
#[derive(Default)]
pub(super) struct Written {
    pub(super) datastores: Vec<String>,
    pub(super) services: Vec<String>,
    pub(super) secrets: Vec<String>,
}

/// Reads a whole profile. `None`, or problems in the reader, when it is not one.
pub(super) fn read(reader: &mut Reader, root: &mut Node) -> Option<Raw> {
    let mut fields = reader.fields(root, "the profile")?;
    let project = fields.required("project", |r, n| r.word(n, "a name", grammar::name));
    let placement = fields.section("placement", placement::read);
    let balancer = fields.section("balancer", balancer::read);
    if let (Some((placement, _)), Some((Balancer { vip: Some(vip), .. }, _))) = (&placement, &balancer)
        && !placement.hosts.is_empty()
    {
        balancer::vip_fits(fields.reader(), vip, &placement.hosts);
    }
    let timing = balancer.as_ref().map_or(Timing::Default, |(balancer, _)| balancer.timing);
    let mut written = Written::default();
    let services = fields.required("services", |r, n| {
        written.services = n.keys().map(str::to_owned).collect();
        if n.keys().next().is_none() && (n.is_null() || matches!(n.value, Value::Map(_))) {
            let problem = Diagnostic::error("no-services", "the profile has no services").at(n.span);
            r.error(
                problem.help("add one under `services`, or `extends` a profile that has some (`a8ctl profile list`)"),
            );
        }
        r.entries(n, "`services`", grammar::component_name, |r, name, n| service::read(r, name, n, timing))
    });
    let datastores = fields.section("datastores", |r, n| {
        written.datastores = n.keys().map(str::to_owned).collect();
        r.entries(n, "`datastores`", grammar::name, datastore::read)
    });
    let secrets = fields.section("secrets", |r, n| {
        written.secrets = n.keys().map(str::to_owned).collect();
        r.entries(n, "`secrets`", grammar::name, |r, _, n| {
            r.items(n, "the secret's keys", |r, n| r.word(n, "a key", grammar::secret_key).map(|key| key.value))
        })
    });
    let kubernetes_project = project.as_ref().map(|project| project.value.clone());
    let kubernetes = fields.section("kubernetes", |r, n| options::kubernetes(r, n, kubernetes_project.as_ref()));
    let compose = fields.section("compose", options::compose);
    let guarantees = fields.section("guarantees", guarantees::read);
    fields.finish();
    let (placement, spread) = placement?;
    let (balancer, balancer_secrets) = balancer?;
    Some(Raw {
        project: project?.value,
        placement,
        spread,
        services: services?,
        datastores: datastores?.into_iter().map(|(_, store)| store).collect(),
        secrets: secrets?,
        written,
        balancer,
        balancer_secrets,
        kubernetes: kubernetes?,
        compose: compose?,
        guarantees: guarantees?,
    })
}
