//! What operators do: scripts beside each project, and words for several hosts.

use minijinja::Value as Context;

use crate::target::Failures;
use crate::target::certificates::Demand;
use crate::target::hosts::vip::vip;
use crate::target::hosts::{Instance, Pause, STATUS_PORT, Site, scheme, text};
use crate::target::runbook::{Book, comment, stores};
use crate::template::{self, context};
use crate::topology::{Component, Exposure, Port, Procedure, Reads, Role, Storage, Topology};

use super::{balancer, runbook, service};

pub(super) const ROLL: &str = "roll.sh";
pub(super) const FAIL_OVER: &str = "failover.sh";
pub(super) const RELOAD: &str = "reload.sh";
const PROMOTE: &str = "promote.sh";
const DEMOTE: &str = "demote.sh";

/// The script that restarts a host's containers without anybody noticing.
pub(super) fn roll(site: &Site<'_>) -> String {
    let replica = |instance: &Instance<'_>| {
        let (drained, seen) = instance.drained_and_seen_at();
        let server = |backend: String| format!("{backend}/{}", instance.name);
        context([
            ("name", instance.name.as_str().into()),
            ("server", server(drained).into()),
            ("seen", server(seen).into()),
        ])
    };
    let member = |instance: &Instance<'_>| {
        let component = instance.component;
        context([
            ("name", instance.name.as_str().into()),
            ("leave", hands_over(component).unwrap_or_default().to_vec().into()),
            ("answers", service::question(component).unwrap_or_default().to_vec().into()),
            ("caught_up", component.caught_up.clone().into()),
        ])
    };
    let replicas: Vec<Context> = site.called().map(replica).collect();
    let workers = site.here().filter(|it| it.component.role == Role::Service && it.component.main_port().is_none());
    let workers: Vec<Context> = workers.map(|it| it.name.as_str().into()).collect();
    let members: Vec<Context> = site.here().filter(|it| it.component.members).map(member).collect();
    let Pause { noticed, left } = Pause::of(site);
    let context = context([
        ("several", site.is_one_of_several().into()),
        ("vip", vip(site).is_some().into()),
        ("balancer", balancer::NAME.into()),
        ("replicas", replicas.into()),
        ("workers", workers.into()),
        ("members", members.into()),
        ("synchronised", site.here().any(|it| it.component.synchronises.is_some()).into()),
        ("leave", left.into()),
        ("settle", noticed.max(1).into()),
    ]);
    template::render("roll.sh", &context)
}

/// The script that takes a changed configuration of the balancer into use.
pub(super) fn reload() -> String {
    template::render("reload.sh", &context([("balancer", balancer::NAME.into())]))
}

/// The script that moves the primary away from this host; none where nothing hands over.
pub(super) fn fail_over(site: &Site<'_>) -> Option<String> {
    let instance = site.here().find(|instance| hands_over(instance.component).is_some())?;
    let words = hands_over(instance.component)?;
    let context = context([
        ("datastore", instance.component.name.as_str().into()),
        ("name", instance.name.as_str().into()),
        ("hand_over", words.to_vec().into()),
    ]);
    Some(template::render("failover.sh", &context))
}

/// The scripts that change which replica of this host's is written; none where nothing is synchronised.
pub(super) fn parts(site: &Site<'_>) -> Vec<(&'static str, String)> {
    let synchroniser = |instance: &Instance<'_>| {
        let of = instance.component.synchronises.as_ref()?;
        Some(context([
            ("service", of.component.as_str().into()),
            ("name", instance.name.as_str().into()),
            ("request", of.request.clone().into()),
        ]))
    };
    let synchronisers: Vec<Context> = site.here().filter_map(synchroniser).collect();
    if synchronisers.is_empty() {
        return Vec::new();
    }
    let script = |name, verb: &str| {
        let context = context([
            ("verb", verb.into()),
            ("promotes", (name == PROMOTE).into()),
            ("synchronisers", synchronisers.clone().into()),
        ]);
        (name, template::render("promote.sh", &context))
    };
    vec![script(PROMOTE, "promote"), script(DEMOTE, "demote")]
}

/// The scripts that change the membership of what runs on this host, by their names.
pub(super) fn procedures(site: &Site<'_>) -> Vec<(&'static str, String)> {
    procedures_at(site)
        .map(|(instance, procedure)| (procedure.name, self::procedure(site, instance, procedure)))
        .collect()
}

/// The members that a procedure is about, of all hosts or of one.
fn procedures_at<'s, 'a>(site: &'s Site<'a>) -> impl Iterator<Item = (&'s Instance<'a>, &'a Procedure)> {
    let of = |instance: &'s Instance<'a>| {
        let all = instance.component.procedures.iter().map(move |procedure| (instance, procedure));
        all.filter(|(instance, procedure)| instance.number == procedure.member)
    };
    site.here().flat_map(of)
}

fn procedure(site: &Site<'_>, instance: &Instance<'_>, procedure: &Procedure) -> String {
    let variable = |(name, value): (String, String)| context([("name", name.into()), ("value", value.into())]);
    let environment: Vec<Context> = service::variables(site, instance).into_iter().map(variable).collect();
    let context = context([
        // These are text of the datastore's own, in which every value has passed its template.
        ("about", Context::from_safe_string(procedure.about.to_owned())),
        ("text", Context::from_safe_string(procedure.text.clone())),
        ("data", Context::from_safe_string(procedure.data.to_owned())),
        ("environment", environment.into()),
        ("name", instance.name.as_str().into()),
        ("storage", instance.component.storage.mount().map(ToString::to_string).into()),
    ]);
    template::render("procedure.sh", &context)
}

fn hands_over(component: &Component) -> Option<&[String]> {
    component.shutdown.as_ref().map(|shutdown| shutdown.hand_over.as_slice()).filter(|words| !words.is_empty())
}

/// What there is to say of replicated storage.
fn replicated(topology: &Topology, component: &Component) -> Option<Context> {
    let Storage::Replicated { writer, reads, following, .. } = &component.storage else { return None };
    let (synchroniser, _) = topology.synchroniser(component)?;
    Some(context([
        ("service", component.name.as_str().into()),
        ("synchroniser", synchroniser.name.as_str().into()),
        ("writer", (*writer).into()),
        ("interval", following.interval.to_string().into()),
        ("followers", (*reads == Reads::Followers).into()),
    ]))
}

/// How to start, check, roll and replace the hosts.
pub(super) fn hosts(sites: &[Site<'_>], header: &str, of_failures: &Failures) -> String {
    let Some(first) = sites.first() else { return String::new() };
    let topology = first.topology;
    let host = |site: &Site<'_>| {
        let names: Vec<String> = site.here().map(|instance| instance.name.clone()).collect();
        let host = site.host?;
        Some(context([
            ("name", host.name.as_str().into()),
            ("address", host.address.value.to_string().into()),
            ("runs", names.into()),
        ]))
    };
    let flow = |instance: &Instance<'_>, port: &Port| {
        let check = (instance.component.role == Role::Service).then_some(instance.check_port);
        context([
            ("name", instance.name.as_str().into()),
            ("address", instance.called_at(Some(&port.name)).into()),
            ("check", check.into()),
        ])
    };
    let flows = first.everywhere().iter();
    let flows = flows.flat_map(|instance| instance.ports.iter().map(move |(port, _)| flow(instance, port)));
    let procedure = |site: &Site<'_>, (instance, procedure): (&Instance<'_>, &Procedure)| {
        context([
            ("script", procedure.name.into()),
            ("about", Context::from_safe_string(procedure.about.to_owned())),
            ("member", instance.name.as_str().into()),
            ("host", site.host.map_or("", |host| host.name.as_str()).into()),
        ])
    };
    let procedures: Vec<Context> =
        sites.iter().flat_map(|site| procedures_at(site).map(move |it| procedure(site, it))).collect();
    let services: Vec<Context> = topology
        .services()
        .filter_map(|component| {
            let port = component.main_port()?;
            let path = component.check.as_ref().map_or("/", |check| check.path.as_str());
            let published = component.exposure != Exposure::Internal;
            published.then(|| {
                context([
                    ("name", component.name.as_str().into()),
                    ("port", text::host_port(port).into()),
                    ("path", path.into()),
                ])
            })
        })
        .collect();
    let rejoins = |component: &Component| {
        let phase = Context::from_safe_string(component.rejoins?.to_owned());
        Some(context([("name", component.name.as_str().into()), ("phase", phase)]))
    };
    let certificate = |demand: Demand<'_>| {
        context([
            ("file", super::secrets::file(demand.secret).into()),
            // Names and addresses of the model, and the words of OpenSSL.
            ("made", Context::from_safe_string(demand.extensions())),
        ])
    };
    let certificates: Vec<Context> = super::secrets::demands(first).into_iter().map(certificate).collect();
    let rejoining: Vec<Context> = topology.components.iter().filter_map(rejoins).collect();
    let hosts: Vec<Context> = sites.iter().filter_map(host).collect();
    let flows: Vec<Context> = flows.collect();
    let (mut fail_over, mut scale) = (Book::default(), Book::default());
    runbook::fail_over(&mut fail_over, sites);
    stores::scale(
        &mut scale,
        topology,
        "copy the directories, and on each host `docker compose up -d --remove-orphans`",
    );
    let context = context([
        ("header", Context::from_safe_string(comment(header))),
        ("project", topology.project.as_str().into()),
        ("scheme", scheme(topology).into()),
        ("vip", topology.balancer.vip.as_ref().map(|vip| vip.address.to_string()).into()),
        ("router_id", topology.balancer.vip.as_ref().map_or(0, |vip| vip.router_id).into()),
        ("verify", Context::from_safe_string(runbook::verify(sites))),
        ("fail_over", Context::from_safe_string(fail_over.text())),
        ("scale", Context::from_safe_string(scale.text())),
        ("parts", Context::from_safe_string(runbook::parts(sites, of_failures))),
        ("hosts", hosts.into()),
        ("flows", flows.into()),
        ("services", services.into()),
        ("procedures", procedures.into()),
        ("rejoining", rejoining.into()),
        ("certificates", certificates.into()),
        ("replicated", topology.components.iter().filter_map(|it| replicated(topology, it)).collect::<Vec<_>>().into()),
        ("status", STATUS_PORT.into()),
        ("secrets", super::secrets::script(first).is_some().into()),
        ("fails_over", first.everywhere().iter().any(|it| hands_over(it.component).is_some()).into()),
    ]);
    template::render("hosts.md", &context)
}
