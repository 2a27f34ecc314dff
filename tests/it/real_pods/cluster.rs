//! The pods of one generated directory, which run until this goes out of scope.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, MutexGuard};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use super::docker::{docker, remove};
use super::log::Log;
use super::process::Process;
use super::{manifests, start};
use crate::images;
use crate::support::{a8ctl, run, stdout_of, text, turn};

/// A password of which every sign means something to a shell, to YAML or to a kubelet.
pub(super) const PASSWORD: &str = r#"p$(A8_LOG_LEVEL)$$ '"\`%s#: é"#;

const IMAGES: &[(&str, &str)] = &[
    ("haproxy", "balancer.image"),
    ("redis", "datastores.store.image"),
    ("controller", "services.controller.image"),
    ("registry", "services.registry.image"),
];

pub(super) struct Cluster {
    label: String,
    processes: Vec<Arc<Process>>,
    /// Where the Service of each pod leads.
    addresses: BTreeMap<String, SocketAddr>,
    threads: Vec<JoinHandle<()>>,
    pub(super) log: Log,
    _turn: MutexGuard<'static, ()>,
}

impl Cluster {
    /// Generates and starts at most `replicas` pods of each Deployment but some. `None` after a skip.
    pub(super) fn up(test: &str, profile: &str, password: &str, replicas: u64, without: &[&str]) -> Option<Self> {
        let turn = turn();
        let image = |kind: &str| format!("a8ctl-test/{kind}:local");
        let made: Vec<String> = IMAGES.iter().map(|(kind, _)| format!("{kind}={}", image(kind))).collect();
        images::make(test, &made).then_some(())?;
        let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let mut generate = a8ctl(&["generate", "k8s", profile, "-o"]);
        generate.arg(directory.path());
        for (kind, path) in IMAGES {
            generate.args(["--set", &format!("{path}={}", image(kind))]);
        }
        stdout_of(&mut generate);
        let secret = [("password".to_owned(), password.to_owned())].into();
        let texts = [(("Secret", "redis".to_owned()), secret)].into();
        let manifests = manifests::read(directory.path(), replicas, without, texts);

        let label = format!("a8ctl-test-pods-{}", std::process::id());
        let mut cluster = Self {
            label,
            processes: Vec::new(),
            addresses: BTreeMap::new(),
            threads: Vec::new(),
            log: Log::new(),
            _turn: turn,
        };
        docker(&["network", "create", "--label", &cluster.label, &cluster.label]);
        for pod in &manifests.pods {
            let (processes, threads) = start::start(&cluster.label, &cluster.log, &manifests, pod);
            let address = (processes[0].address, manifests.port(pod)).into();
            cluster.addresses.insert(pod.name.clone(), address);
            cluster.processes.extend(processes);
            cluster.threads.extend(threads);
        }
        Some(cluster)
    }

    pub(super) fn pods(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.processes.iter().map(|process| process.pod.as_str()).collect();
        names.dedup();
        names
    }

    /// Those of all pods whose containers have this name, in order.
    pub(super) fn all(&self, container: &str) -> impl Iterator<Item = &Process> {
        self.processes.iter().map(AsRef::as_ref).filter(move |it: &&Process| it.container.name == container)
    }

    pub(super) fn process(&self, pod: &str, container: &str) -> &Process {
        let found = self.processes.iter().find(|it| it.pod == pod && it.container.name == container);
        found.unwrap_or_else(|| panic!("no {container} in {pod}"))
    }

    /// Where its clients reach a pod.
    pub(super) fn address(&self, pod: &str) -> SocketAddr {
        *self.addresses.get(pod).unwrap_or_else(|| panic!("no {pod}"))
    }

    /// The container that holds what a pod's containers share.
    pub(super) fn holder(&self, pod: &str) -> String {
        format!("{}-{pod}", self.label)
    }

    /// A way to a port of a pod that only the pod itself reaches: passes on bytes and ends of connections alike.
    pub(super) fn relay(&self, pod: &str, from: u16, to: u16) -> SocketAddr {
        let config = format!(
            "defaults\n mode tcp\n timeout connect 1s\n timeout client 1h\n timeout server 1h\n\
             listen relay\n bind :{from}\n retries 0\n server pod 127.0.0.1:{to}\n"
        );
        let start = format!("printf '{config}' >/tmp/relay.cfg && exec haproxy -db -f /tmp/relay.cfg");
        let network = format!("--network=container:{}", self.holder(pod));
        let options = ["run", "--detach", "--label", &self.label, &network, "--entrypoint=sh"];
        docker(&[&options[..], &["a8ctl-test/haproxy:local", "-c", &start]].concat());
        (self.address(pod).ip(), from).into()
    }

    /// Whether a Service would send it anything.
    pub(super) fn ready(&self, pod: &str) -> bool {
        self.processes.iter().filter(|it| it.pod == pod).all(|it| it.state().ready)
    }

    /// How often each container was started, by `pod/container`.
    pub(super) fn starts(&self) -> Vec<(String, u32)> {
        let one = |it: &Arc<Process>| (format!("{}/{}", it.pod, it.container.name), it.state().start);
        self.processes.iter().map(one).collect()
    }

    /// Waits until it is so, and says how long that took.
    #[track_caller]
    pub(super) fn wait(&self, what: &str, at_most: Duration, so: impl Fn(&Self) -> bool) -> Duration {
        let start = Instant::now();
        while !so(self) {
            let ready: Vec<&str> = self.pods().into_iter().filter(|pod| self.ready(pod)).collect();
            assert!(start.elapsed() < at_most, "not within {at_most:?}: {what}; ready are {ready:?}");
            sleep(Duration::from_millis(10));
        }
        self.log.say(what);
        start.elapsed()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{}", self.log.text());
            for process in &self.processes {
                let name = process.docker_name(process.state().start);
                let logs = run(&mut super::docker::command(&["logs", "--tail", "10", &name]));
                eprintln!("== {name}\n{}{}", text(&logs.stdout), text(&logs.stderr));
            }
        }
        for process in &self.processes {
            process.end();
        }
        remove(&self.label);
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
        // What was being started in that moment.
        remove(&self.label);
    }
}
