//! How a pod starts.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::thread::{JoinHandle, spawn};

use super::docker::docker;
use super::log::Log;
use super::manifests::Manifests;
use super::prober::Kind;
use super::process::Process;
use super::spec::Pod;
use super::volumes;

/// The containers of a pod, and what keeps them going.
type Started = (Vec<Arc<Process>>, Vec<JoinHandle<()>>);

/// A container that holds the network namespace and the volumes, as the pause container does, then the others.
pub(super) fn start(label: &str, log: &Log, manifests: &Manifests, pod: &Pod) -> Started {
    let prefix = format!("{label}-{}", pod.name);
    let volume = |name: &str| format!("{prefix}-{name}");
    volumes::create(pod, label, volume);
    let mut args: Vec<String> =
        ["run", "--detach", "--user=0", "--entrypoint=sleep", "--name", &prefix, "--label", label, "--network", label]
            .map(str::to_owned)
            .to_vec();
    args.push(format!("--hostname={}", pod.name));
    args.extend(manifests.dns_names(pod).iter().map(|name| format!("--network-alias={name}")));
    args.extend(volumes::held(pod, volume));
    args.extend(["a8ctl-test/haproxy:local", "infinity"].map(str::to_owned));
    docker(&args.iter().map(String::as_str).collect::<Vec<_>>());
    volumes::fill(pod, &prefix);
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    let address: Ipv4Addr = docker(&["inspect", "--format", format, &prefix]).parse().unwrap();

    let (mut processes, mut all_threads) = (Vec::new(), Vec::new());
    let mut before: Vec<Arc<Process>> = Vec::new();
    for (container, sidecar) in
        pod.sidecars.iter().map(|it| (it, true)).chain(pod.containers.iter().map(|it| (it, false)))
    {
        let mut run = vec![format!("--label={label}"), format!("--network=container:{prefix}")];
        run.extend(pod.user.iter().map(|user| format!("--user={user}")));
        run.extend(pod.fs_group.iter().map(|group| format!("--group-add={group}")));
        run.extend(container.run(volume));
        let name = format!("{prefix}-{}", container.name);
        let process = Process::new(&pod.name, container.clone(), name, address, pod.grace, log.clone());
        let process = Arc::new(process);
        all_threads.extend(threads(&process, run, before.clone()));
        processes.push(Arc::clone(&process));
        if sidecar {
            before.push(process);
        }
    }
    (processes, all_threads)
}

/// The life of a container, which begins when those before it have started, and its probes.
fn threads(process: &Arc<Process>, run: Vec<String>, before: Vec<Arc<Process>>) -> Vec<JoinHandle<()>> {
    let own = Arc::clone(process);
    let mut out = vec![spawn(move || {
        if before.iter().all(|it| it.wait(|state| state.started)) {
            own.live(&run);
        }
    })];
    let of = &process.container;
    let probes = [(Kind::Startup, &of.startup), (Kind::Liveness, &of.liveness), (Kind::Readiness, &of.readiness)];
    for (kind, probe) in probes {
        let Some(probe) = probe.clone() else { continue };
        let own = Arc::clone(process);
        out.push(spawn(move || own.probe(kind, &probe)));
    }
    out
}
