//! What whoever runs the manifests does.

use crate::target::runbook::stores::{self, Member, fills_by_itself, stores};
use crate::target::runbook::{
    Book, CHANGE, FAIL_OVER, KEEP, REPLACE, REPLACE_MEMBER, SCALE, START, VERIFY, failures, named, shell,
};
use crate::target::{Failures, Output};
use crate::topology::{Backup, Component, Exposure, Redundancy, Storage, Topology};

use super::{config, container, endpoints, meta, operations, proxy, restore, workload};

/// The runbook of a directory.
pub(super) fn text(
    topology: &Topology,
    header: &str,
    of_failures: &Failures,
    scripts: &[operations::Script],
) -> String {
    let project = &topology.project;
    let mut book = Book::new(&format!("{project} on Kubernetes"), header);
    book.says("Commands are given in this directory, with a `kubectl` that may do all of it.");
    start(&mut book, topology, scripts);
    verify(&mut book, topology);
    change(&mut book, topology);
    book.section(SCALE);
    stores::scale(&mut book, topology, "and `kubectl apply -k .`");
    fail_over(&mut book, topology);
    replace(&mut book, topology);
    replace_member(&mut book, topology, scripts);
    keep(&mut book, topology);
    failures(&mut book, topology, of_failures, true);
    book.text()
}

/// ` --namespace NAME`.
pub(super) fn namespace(topology: &Topology) -> String {
    let namespace = topology.kubernetes.namespace.as_ref();
    namespace.map_or_else(String::new, |namespace| format!(" --namespace {namespace}"))
}

/// `deployment/NAME`.
pub(super) fn workload(component: &Component) -> String {
    format!("{}/{}", if component.has_identity() { "statefulset" } else { "deployment" }, component.name)
}

/// Pods of a component that have names of their own, or its workload, whose first pod answers.
fn members(topology: &Topology, component: &Component) -> Vec<Member> {
    let exec = |of: &str| format!("kubectl exec{} {of} --container {} --", namespace(topology), component.name);
    let names = if component.has_identity() {
        (0..component.replicas()).map(|number| meta::member_name(component, number)).collect()
    } else {
        vec![workload(component)]
    };
    names.into_iter().map(|name| Member { exec: exec(&name), name, on: None }).collect()
}

fn start(book: &mut Book, topology: &Topology, scripts: &[operations::Script]) {
    book.section(START);
    if !topology.secrets.is_empty() {
        book.says("Secrets first: the pods wait for them, and no file here holds any.");
    }
    book.commands(super::steps(topology, &Output::Directory(".".to_owned()), scripts));
    book.says("The order in which the pods start does not matter: what needs another waits for it.");
}

fn verify(book: &mut Book, topology: &Topology) {
    let at = namespace(topology);
    book.section(VERIFY);
    book.says("Every pod is there and ready; each command ends when it is so, or fails after five minutes.");
    let status = |component: &Component| format!("kubectl rollout status{at} {} --timeout=300s", workload(component));
    book.commands(topology.components.iter().filter(|it| it.procedures.is_empty()).map(status));
    book.commands([format!("kubectl get pods{at} --output=wide")]);
    if topology.kubernetes.budgets {
        book.says("`ALLOWED DISRUPTIONS` is 1 or more everywhere: a node can be drained.");
        book.commands([format!("kubectl get poddisruptionbudgets{at}")]);
    }
    services(book, topology);
    stores::asks(book, topology, |component| members(topology, component));
}

fn services(book: &mut Book, topology: &Topology) {
    let at = namespace(topology);
    let scheme = if topology.balancer.tls.is_some() { "https" } else { "http" };
    for component in topology.services() {
        let (Some(port), name) = (component.main_port(), &component.name) else { continue };
        let path = component.check.as_ref().map_or("/", |check| check.path.as_str());
        let url = match (component.exposure, port.published) {
            (Exposure::NodePort, Some(published)) => {
                format!("{scheme}://${{NODE:?address of any node}}:{}{path}", published.value)
            }
            (Exposure::LoadBalancer, _) => {
                format!("{scheme}://${{LOAD_BALANCER:?address of the load balancer}}:{}{path}", port.service)
            }
            _ => {
                book.says(format!("{name} answers; the first command goes on until it is ended:"));
                let forward = format!("kubectl port-forward{at} service/{name} {0}:{0} &", port.service);
                let curl = format!("curl --include {scheme}://127.0.0.1:{}{path}", port.service);
                book.commands([forward, curl]);
                continue;
            }
        };
        book.says(format!("{name} answers:"));
        book.commands([format!("curl --include \"{url}\"")]);
    }
    let proxied = topology.components.iter().find(|component| proxy::config_text(topology, component).is_some());
    if let Some(component) = proxied {
        let port = proxy::STATUS_PORT;
        book.says(
            "The proxy in a pod says at `/readyz` whether that pod reaches what it needs, and has figures at `/metrics`:",
        );
        book.commands([
            format!("kubectl port-forward{at} {} {port}:{port} &", workload(component)),
            format!("curl --include http://127.0.0.1:{port}/readyz"),
        ]);
    }
    if !endpoints(topology).is_empty() {
        let variables: Vec<String> = endpoints(topology).into_iter().map(|(name, _)| format!("`{name}`")).collect();
        book.says(format!("Clients are told of it by {}.", named(&variables)));
    }
}

fn change(book: &mut Book, topology: &Topology) {
    let at = namespace(topology);
    book.section(CHANGE);
    book.says(
        "An image, a setting, anything: change the profile, generate again into this directory, look at the difference \
         and apply it. A pod goes when another has taken its place, or, where each has a disk of its own, one at a time.",
    );
    book.commands(["kubectl diff -k .", "kubectl apply -k ."]);
    book.says("It is done when each of these has ended; one that fails leaves the old pods at work:");
    let waits = |component: &&Component| component.procedures.is_empty();
    let all: Vec<&Component> = topology.components.iter().filter(waits).collect();
    book.commands(all.iter().map(|it| format!("kubectl rollout status{at} {} --timeout=600s", workload(it))));
    book.says("To undo it, generate from the profile as it was and apply that. At once, until that is done:");
    book.commands(all.iter().map(|it| format!("kubectl rollout undo{at} {}", workload(it))));
    book.says("To restart without a change, for example with a changed secret:");
    book.commands(all.iter().map(|it| format!("kubectl rollout restart{at} {}", workload(it))));
    if all.len() < topology.components.len() {
        book.says("What has a member join just now restarts no other by itself: that comes with the next phase.");
    }
}

fn fail_over(book: &mut Book, topology: &Topology) {
    let mut parts = Book::default();
    for component in stores(topology) {
        let Some(first) = members(topology, component).into_iter().next() else { continue };
        let hand_over = component.shutdown.as_ref().map_or(&[][..], |shutdown| &shutdown.hand_over);
        if !hand_over.is_empty() {
            parts.says(format!(
                "{}: the primary gives its part to another, which is what it does before it ends, too. Writes wait for a \
                 second or two, and none is lost. In the pod of the primary (*{VERIFY}* says which; here {}):",
                component.name, first.name
            ));
            parts.commands(first.runs(hand_over));
        } else if component.members && component.rejoins.is_some() {
            parts.says(format!(
                "{}: a leader hands over when its pod is told to end. In the place of {} the leader's (*{VERIFY}*):",
                component.name, first.name
            ));
            parts.commands([format!("kubectl delete pod{} {}", namespace(topology), first.name)]);
        }
    }
    section(book, FAIL_OVER, parts);
}

/// A section, where there is anything in it.
fn section(book: &mut Book, title: &str, parts: Book) {
    let text = parts.text();
    if !text.is_empty() {
        book.section(title);
        book.raw(&text);
    }
}

fn replace(book: &mut Book, topology: &Topology) {
    let at = namespace(topology);
    book.section(REPLACE);
    book.says(
        "A node that is to go: its pods end and start elsewhere, no more at a time than their budgets allow. Add the new \
         one first where each node has a pod.",
    );
    book.commands([
        "kubectl drain \"${NODE_NAME:?name of the node}\" --ignore-daemonsets --delete-emptydir-data",
        "kubectl delete node \"${NODE_NAME:?name of the node}\"",
    ]);
    let keeps: Vec<&Component> = topology.components.iter().filter(|it| it.has_identity()).collect();
    if keeps.is_empty() {
        book.says("For a node that is lost the second alone: its pods start elsewhere.");
        return;
    }
    let names: Vec<&str> = keeps.iter().map(|it| it.name.as_str()).collect();
    book.says(format!(
        "For a node that is lost, and surely off, the second alone: until then the pods of {} that were on it are not \
         started anywhere else, as they could still be there.",
        named(&names)
    ));
    book.says(format!(
        "A disk that other nodes can mount moves along. One that is on the node itself is lost with it: *{}*.",
        if keeps.iter().any(|it| it.members) { REPLACE_MEMBER } else { KEEP }
    ));
    book.commands([format!("kubectl get pods,persistentvolumeclaims{at} --output=wide")]);
}

fn replace_member(book: &mut Book, topology: &Topology, scripts: &[operations::Script]) {
    let at = namespace(topology);
    let mut parts = Book::default();
    for component in stores(topology).filter(|it| !matches!(it.storage, Storage::None)) {
        if fills_by_itself(component) {
            let pod = meta::member_name(component, component.replicas() - 1);
            parts.says(format!(
                "{}: give it an empty disk, and it takes what the others have by itself. For {pod}:",
                component.name
            ));
            parts.commands([
                format!("kubectl delete persistentvolumeclaim{at} {}-{pod} --wait=false", workload::DATA),
                format!("kubectl delete pod{at} {pod}"),
            ]);
        } else if let (Some(phase), true) = (component.rejoins, component.members) {
            parts.says(format!(
                "{}: a member without its data does not start by itself. Write `{phase}` and its number as `member` into \
                 the profile (member 1 is the pod {}), generate, and run the script that is there then. Afterwards \
                 write `phase: steady`, generate and apply.",
                component.name,
                meta::member_name(component, 0)
            ));
        } else if !component.members && component.care.backup.is_some() {
            parts.says(stores::single(component));
        }
    }
    if !scripts.is_empty() {
        parts.says("Now, for what the profile says just now; each can be run again, and removes no data:");
        parts.commands(scripts.iter().map(|script| format!("sh {} {}", script.file, script.member)));
    }
    section(book, REPLACE_MEMBER, parts);
}

fn keep(book: &mut Book, topology: &Topology) {
    book.section(KEEP);
    let claim = |component: &Component| match &component.storage {
        Storage::Shared { .. } => Some(format!("the claim {}", config::data_name(component))),
        Storage::Persistent { .. } => {
            let names =
                (0..component.replicas()).map(|it| format!("{}-{}", workload::DATA, meta::member_name(component, it)));
            Some(format!("the claims {}", named(&names.collect::<Vec<_>>())))
        }
        _ => None,
    };
    stores::elsewhere(book, topology, claim);
    for (component, backup) in stores::saved(topology) {
        match backup {
            Backup::Files { save, .. } => files(book, topology, component, save),
            Backup::Snapshot { .. } => snapshot(book, topology, component, backup),
        }
    }
}

fn files(book: &mut Book, topology: &Topology, component: &Component, save: &[String]) {
    let name = &component.name;
    let Some(last) = members(topology, component).pop() else { return };
    book.says(format!("**Back up {name}.** It goes on meanwhile. Keep the file somewhere else than in this cluster."));
    let command: Vec<String> = last.runs(save);
    book.commands(command.iter().map(|line| format!("{line} >{name}.tar")).chain([format!("tar -tf {name}.tar")]));
    stores::warning(book, component);
    restore::files(book, topology, component);
}

fn snapshot(book: &mut Book, topology: &Topology, component: &Component, backup: &Backup) {
    let Backup::Snapshot { save, credentials, .. } = backup else { return };
    let (at, name) = (namespace(topology), &component.name);
    let Some(port) = component.main_port().map(|port| port.container) else { return };
    let program = save.first().map_or("", String::as_str);
    let of = if component.members { format!("pod/{}", meta::member_name(component, 0)) } else { workload(component) };
    book.says(format!(
        "**Back up {name}.** It goes on meanwhile. It takes `{program}` where the command is given, as its image has \
         nothing that could hand over a file. Keep the file somewhere else than in this cluster."
    ));
    let tls = topology.endpoints_at(component).find_map(|endpoint| endpoint.tls.as_ref());
    let mut words = vec![save[0].clone()];
    if let Some(tls) = tls {
        let own = tls.client.as_ref().map(|client| (&client.certificate, &client.key));
        let secrets = [tls.ca.as_ref(), own.map(|own| own.0), own.map(|own| own.1)];
        let flags = credentials.iter().zip(secrets);
        words.extend(flags.filter_map(|(flag, it)| Some(format!("{flag}={}-{}", it?.secret, it?.key))));
        book.says("The certificates are the files that the secrets were made from (*Start*).");
    }
    words.extend(save[1..].iter().cloned().chain([format!("{name}.db")]));
    book.commands([format!("kubectl port-forward{at} {of} {port}:{port} &"), "sleep 3".to_owned(), shell(&words)]);
    stores::warning(book, component);
    let told: Vec<Vec<(String, String)>> = meta::member_names(component)
        .iter()
        .enumerate()
        .map(|(at, _)| container::told(topology, component, &pod(component, at)))
        .collect();
    restore::snapshot(book, topology, component, backup, &told);
}

/// The pod of a member.
fn pod(component: &Component, at: usize) -> String {
    meta::member_name(component, u32::try_from(at).unwrap_or(u32::MAX))
}

/// Whether something decides on its own which of its members is written.
pub(super) fn is_led(component: &Component) -> bool {
    matches!(component.redundancy, Redundancy::PrimaryReplica { .. })
}
