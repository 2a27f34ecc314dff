//! How the hosts are set up, checked, rolled and replaced.

use minijinja::Value as Context;

use crate::balancer::nginx::FAIL_TIMEOUT;
use crate::target::Failures;
use crate::target::certificates::{self, Demand};
use crate::target::hosts::vip::vip;
use crate::target::hosts::{self, Instance, Pause, STATUS_PORT, Site, scheme};
use crate::target::runbook::{Book, KEEP, comment, failures, named, stores};
use crate::template::{self, context};
use crate::topology::{Component, Role, SecretFile, Topology};

use super::{Kind, clients as client_hosts, environment, published};

pub(super) fn text(kind: &Kind, sites: &[Site<'_>], header: &str, of_failures: &Failures) -> String {
    let Some(first) = sites.first() else { return String::new() };
    let topology = first.topology;
    let hosts: Vec<Context> = sites.iter().map(host).collect();
    let (datastores, services): (Vec<&Instance<'_>>, Vec<&Instance<'_>>) =
        first.everywhere().iter().partition(|instance| instance.component.role == Role::Datastore);
    let client = |(component, port): (&Component, u16)| {
        context([
            ("name", component.name.as_str().into()),
            ("port", port.into()),
            ("path", component.check.as_ref().map_or("/", |check| check.path.as_str()).into()),
        ])
    };
    let clients: Vec<Context> = published(topology).map(client).collect();
    let secrets: Vec<Context> = (kind.secrets)(topology)
        .into_iter()
        .map(|(secret, file)| {
            context([
                ("secret", secret.secret.as_str().into()),
                ("key", secret.key.as_str().into()),
                ("file", file.into()),
            ])
        })
        .collect();
    let files = topology.services().flat_map(|component| component.secret_files.iter().map(move |it| (component, it)));
    let file = |(component, file): (&Component, &SecretFile)| {
        context([
            ("path", file.path().into()),
            ("service", component.name.as_str().into()),
            ("secret", file.secret.secret.as_str().into()),
            ("key", file.secret.key.as_str().into()),
        ])
    };
    let files: Vec<Context> = files.map(file).collect();
    let certificate = |demand: Demand<'_>| {
        context([
            ("secret", demand.secret.secret.as_str().into()),
            ("key", demand.secret.key.as_str().into()),
            // Names and addresses of the model, and the words of OpenSSL.
            ("made", Context::from_safe_string(demand.extensions())),
        ])
    };
    let certificates: Vec<Context> = demands(kind, first).into_iter().map(certificate).collect();
    let Pause { noticed, left } = Pause::of(first);
    let mut scale = Book::default();
    stores::scale(&mut scale, topology, "copy it to every host, and start the new processes as at first");
    let context = context([
        ("header", Context::from_safe_string(comment(header))),
        ("scale", Context::from_safe_string(scale.text())),
        ("parts", Context::from_safe_string(parts(topology, of_failures))),
        ("project", topology.project.as_str().into()),
        ("balancer", kind.name.into()),
        ("test", Context::from_safe_string(kind.test.to_owned())),
        ("scheme", scheme(topology).into()),
        ("vip", vip(first).map(|vip| vip.address.to_string()).into()),
        ("router_id", vip(first).map_or(0, |vip| vip.router_id).into()),
        (
            "client_hosts",
            topology.balancer.clients.iter().map(|it| it.value.as_str().into()).collect::<Vec<Context>>().into(),
        ),
        ("list", client_hosts::LIST.into()),
        ("several", first.is_one_of_several().into()),
        ("hosts", hosts.into()),
        ("address", hosts::address(first.host).into()),
        ("status", STATUS_PORT.into()),
        ("clients", clients.into()),
        ("services", services.iter().map(|it| service(first, it)).collect::<Vec<_>>().into()),
        ("datastores", datastores.iter().map(|it| service(first, it)).collect::<Vec<_>>().into()),
        ("secrets", secrets.into()),
        ("files", files.into()),
        ("certificates", certificates.into()),
        ("noticed", noticed.max(1).into()),
        ("left", left.into()),
        ("fail_timeout", FAIL_TIMEOUT.into()),
        // Until a replica that failed is asked again, and a moment.
        ("aside", (FAIL_TIMEOUT + 1).into()),
    ]);
    template::render("native.md", &context)
}

/// What is said alike for every balancer: what is saved, what fails.
fn parts(topology: &Topology, of_failures: &Failures) -> String {
    let mut book = Book::default();
    book.section(KEEP);
    let names: Vec<&str> = stores::stores(topology).map(|component| component.name.as_str()).collect();
    if !names.is_empty() {
        book.says(format!(
            "{} {} not part of this output: whoever runs what is at the addresses above saves and restores it, fails it \
             over, and replaces its members.",
            named(&names),
            if names.len() == 1 { "is" } else { "are" }
        ));
    }
    stores::elsewhere(&mut book, topology, |_| None);
    failures(&mut book, topology, of_failures, false);
    book.text()
}

/// The certificates of datastores, and where hosts hold them against a name.
fn demands<'a>(kind: &Kind, site: &Site<'a>) -> Vec<Demand<'a>> {
    certificates::demands(site.topology, |component, certificate| {
        let members = site.of(component).map(|instance| hosts::address(instance.host));
        let called = site.topology.endpoints_at(component).flat_map(|endpoint| (kind.places)(site, endpoint));
        members.chain(called.map(|(host, _)| host).filter(|_| certificate.to_clients)).collect()
    })
}

fn host(site: &Site<'_>) -> Context {
    let names: Vec<String> = site.here().map(|instance| instance.name.clone()).collect();
    context([
        ("name", site.host.map_or("localhost", |host| host.name.as_str()).into()),
        ("address", hosts::address(site.host).into()),
        ("runs", names.into()),
    ])
}

fn service(site: &Site<'_>, instance: &Instance<'_>) -> Context {
    let (drained, _) = instance.drained_and_seen_at();
    context([
        ("name", instance.name.as_str().into()),
        ("address", instance.known_as().into()),
        ("check", instance.check_port.into()),
        ("env", environment::path(site.topology, instance).into()),
        ("server", format!("{drained}/{}", instance.name).into()),
    ])
}
