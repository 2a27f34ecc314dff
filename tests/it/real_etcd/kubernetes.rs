//! The etcd of the Kubernetes output, with its pods as processes of this machine: what the scripts beside the manifests do
//! under load. The generated environment, scripts and datastore proxy, real servers of two versions, and a stand-in for
//! kubectl and the cluster behind it.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::sync::MutexGuard;
use std::thread::sleep;
use std::time::{Duration, Instant};

use serde_json::Value as Json;

use super::cluster::{healthy, member, members, proxy};
use super::load::{self, Report};
use crate::load::bars::{self, in_time, never, tell};
use crate::support::{a8ctl, root, run, stdout_of, text, tool, tree, turn};
use crate::yaml12;

struct Pods {
    directory: tempfile::TempDir,
    kubectl: PathBuf,
    proxy: Option<Child>,
    _turn: MutexGuard<'static, ()>,
}

/// The pod of a member, whose number counts from 1.
fn pod(number: usize) -> String {
    format!("etcd-{}", number - 1)
}

/// Names of Services as addresses of this machine.
fn here(text: &str) -> String {
    let name = |number: usize| format!("{}.guild.svc.cluster.local", pod(number));
    (1..=4).fold(text.to_owned(), |text, number| text.replace(&name(number), &member(number).ip().to_string()))
}

impl Pods {
    /// Starts three members of a version, and the datastore proxy of a service. `None` after a skip.
    fn up(test: &str, version: &str) -> Option<Self> {
        let haproxy = tool(test, "haproxy-3.0")?;
        let kubectl = fs::canonicalize(tool(test, "kubectl")?).unwrap();
        let directory = tempfile::tempdir().unwrap();
        let bin = directory.path().join("bin");
        fs::create_dir_all(&bin).unwrap();
        for program in ["etcd", "etcdctl"] {
            let path = fs::canonicalize(tool(test, &format!("{program}-{version}"))?).unwrap();
            fs::write(bin.join(program), format!("#!/bin/sh\nexec {} \"$@\"\n", path.display())).unwrap();
        }
        fs::write(bin.join("kubectl"), include_str!("kubectl.sh")).unwrap();
        stdout_of(Command::new("chmod").args(["-R", "+x"]).arg(&bin));
        let mut pods = Self { directory, kubectl, proxy: None, _turn: turn() };
        pods.generate(3, &["datastores.store.phase=bootstrap"]);
        pods.apply();
        pods.start_proxy(&haproxy);
        pods.settled();
        // From now on as a cluster that stands is described.
        pods.steady();
        Some(pods)
    }

    fn path(&self, below: &str) -> PathBuf {
        self.directory.path().join(below)
    }

    /// Writes the manifests anew, and what each pod would now be made with.
    fn generate(&self, nodes: usize, sets: &[&str]) {
        let (out, wanted) = (self.path("manifests"), self.path("wanted"));
        let mut command = a8ctl(&["generate", "k8s", "tests/profiles/etcd.yaml", "--quiet", "--set"]);
        command.arg(format!("placement.nodes={nodes}")).args(sets.iter().flat_map(|set| ["--set", set]));
        if nodes > 3 {
            command.args(["--set", "placement.hosts.node-4={address: 192.0.2.14}"]);
        }
        for directory in [&out, &wanted] {
            let _ = fs::remove_dir_all(directory);
        }
        stdout_of(command.arg("-o").arg(&out).current_dir(root()));
        for path in tree(&out).into_iter().map(|path| out.join(path)) {
            fs::write(&path, here(&fs::read_to_string(&path).unwrap())).unwrap();
        }
        fs::create_dir_all(&wanted).unwrap();
        let set = yaml12::json(&fs::read_to_string(out.join("statefulset-etcd.yaml")).unwrap());
        let template = &set["spec"]["template"];
        let variables = template["spec"]["containers"][0]["env"].as_array().unwrap();
        // One revision has one name, however often it comes.
        let sum = template.to_string().bytes().fold(7_u64, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
        fs::write(wanted.join("revision"), format!("etcd-{sum:x}-{}", set["spec"]["replicas"])).unwrap();
        for number in 1..=usize::try_from(set["spec"]["replicas"].as_u64().unwrap()).unwrap() {
            let line = |variable: &Json| {
                let (name, value) = (variable["name"].as_str().unwrap(), variable["value"].as_str()?);
                let value = match name {
                    "ETCD_DATA_DIR" => self.path(&format!("{}/data", pod(number))).display().to_string(),
                    _ => here(&value.replace("$(POD_NAME)", &pod(number))),
                };
                Some(format!("{name}={}\n", value.replace("0.0.0.0", &member(number).ip().to_string())))
            };
            fs::write(wanted.join(pod(number)), variables.iter().filter_map(line).collect::<String>()).unwrap();
        }
    }

    fn start_proxy(&mut self, haproxy: &PathBuf) {
        let map = fs::read_to_string(self.path("manifests/configmap-web-datastore-proxy.yaml")).unwrap();
        let config = yaml12::json(&map)["data"]["haproxy.cfg"].as_str().unwrap().replace("bind :", "bind 127.0.0.1:");
        fs::write(self.path("haproxy.cfg"), config).unwrap();
        let log = fs::File::create(self.path("haproxy.log")).unwrap();
        let mut command = Command::new(haproxy);
        command.arg("-db").arg("-f").arg(self.path("haproxy.cfg")).stdout(log.try_clone().unwrap()).stderr(log);
        self.proxy = Some(command.spawn().unwrap());
    }

    /// A program beside the manifests, with the stand-in for kubectl in front of the real one.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        let search = format!("{}:{}", self.path("bin").display(), std::env::var("PATH").unwrap());
        command.current_dir(self.path("manifests")).env("PATH", search).env("LAB", self.directory.path());
        command.env("KUBECTL_BEHIND", &self.kubectl).env_remove("KUBECTL").stdin(Stdio::null());
        command
    }

    fn apply(&self) {
        stdout_of(self.command("kubectl").args(["--namespace", "guild", "apply", "-k", "."]));
    }

    /// What a generated script says and returns; interrupted when it has done a step, or `nothing`.
    fn script(&self, script: &str, args: &[&str], interrupt: &str) -> (Option<i32>, String) {
        let Output { status, stdout, stderr } =
            run(self.command("sh").arg(script).args(args).env("INTERRUPT", interrupt));
        (status.code(), text(&stderr) + &text(&stdout))
    }

    /// What an operator is told to do to a member's claim.
    fn told(&self, said: &str) -> String {
        let told =
            said.lines().find_map(|line| line.split_once(": kubectl ").map(|(_, rest)| format!("kubectl {rest}")));
        told.unwrap_or_else(|| panic!("{said}"))
    }

    /// What is noted of a pod; nothing when it is not there.
    fn file(&self, number: usize, file: &str) -> String {
        fs::read_to_string(self.path(&format!("{}/{file}", pod(number)))).unwrap_or_default()
    }

    /// All that a member's containers have said.
    fn log(&self, number: usize) -> String {
        self.file(number, "history") + &self.file(number, "log")
    }

    /// Waits until a member's container has ended with a word.
    #[track_caller]
    fn ends_with(&self, number: usize, word: &str) {
        let start = Instant::now();
        while !self.file(number, "log").contains(word) {
            assert!(start.elapsed() < Duration::from_secs(20), "it does not say {word}:\n{}", self.log(number));
            sleep(Duration::from_millis(20));
        }
    }

    /// Ends a member's container at once, and does something before the kubelet starts it again.
    fn crash(&self, number: usize, meanwhile: impl FnOnce()) {
        let signal = |signal: &str, to: &str| {
            stdout_of(Command::new("kill").args(["-s", signal, self.file(number, to).trim()]));
        };
        signal("STOP", "pid");
        signal("KILL", "container");
        meanwhile();
        signal("CONT", "pid");
    }

    #[track_caller]
    fn await_healthy(&self, number: usize) {
        healthy(member(number), || format!("{} is not up:\n{}", pod(number), self.log(number)));
    }

    fn settled(&self) {
        (1..=3).for_each(|number| self.await_healthy(number));
        healthy(proxy(), || "the proxy does not pass on".to_owned());
    }

    /// As the profile says after each step. A rollout of pods is none of these tests' business: all are made of this.
    fn steady(&self) {
        self.generate(3, &[]);
        self.apply();
        for number in 1..=3 {
            for file in ["made", "revision"] {
                let from = if file == "made" { pod(number) } else { file.to_owned() };
                fs::copy(self.path(&format!("applied/{from}")), self.path(&format!("{}/{file}", pod(number)))).unwrap();
            }
        }
    }

    /// The number of a member that does not lead.
    fn follower(&self) -> usize {
        let leader = members(proxy()).into_iter().find(|(_, leads)| *leads).unwrap().0;
        (1..=3).find(|number| pod(*number) != leader).unwrap()
    }

    fn replaced(&self, number: usize) {
        let phase = format!("datastores.store.member={number}");
        self.generate(3, &["datastores.store.phase=replace-member", &phase]);
    }
}

/// Nothing was lost, and all is at the new member too.
fn kept(what: &str, number: usize, report: &Report) {
    tell(&format!("{what}: {report}"));
    for (at, itself) in [(proxy(), false), (member(number), true)] {
        let lost = load::lost(report, at, itself);
        never(!lost.is_empty(), || format!("{what}: acknowledged and lost at {at}: {lost:?}"));
    }
}

/// The longest time without a write.
fn hold(what: &str, report: &Report) {
    in_time(report, what, report.gap.length, Duration::from_millis(300));
}

/// Runs a script, interrupted behind each of some steps, and then to its end.
fn operate(pods: &Pods, script: &str, name: &str, steps: &[&str]) {
    assert_eq!(pods.script(script, &[], "nothing").0, Some(2), "without the member's name it does nothing");
    for step in steps {
        let (code, said) = pods.script(script, &[name], step);
        assert_eq!(code, None, "not interrupted at {step}: {said}");
    }
    let (code, said) = pods.script(script, &[name], "nothing");
    assert_eq!(code, Some(0), "{said}");
}

/// Again: there is nothing to do.
fn does_nothing(pods: &Pods, script: &str, number: usize) {
    let before = (pods.file(number, "uid"), members(proxy()).len());
    let (code, said) = pods.script(script, &[&pod(number)], "nothing");
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((pods.file(number, "uid"), members(proxy()).len()), before, "{said}");
}

const REPLACE: &str = "replace-member.sh";
const STEPS: [&str; 4] = ["member remove", "member add", "apply -k", "delete pod"];

/// Its disk is empty.
fn data_lost(pods: &Pods) {
    let what = "a pod's data lost and replaced";
    let number = pods.follower();
    pods.steady();
    let report = load::during(proxy(), || {
        let data = pods.path(&format!("{}/data", pod(number)));
        pods.crash(number, || fs::remove_dir_all(&data).unwrap());
        // It does not start by itself.
        pods.ends_with(number, "cannot fetch cluster info from peer urls");
        pods.replaced(number);
        operate(pods, REPLACE, &pod(number), &STEPS);
    });
    pods.await_healthy(number);
    assert_eq!(members(proxy()).len(), 3);
    does_nothing(pods, REPLACE, number);
    kept(what, number, &report);
    hold(what, &report);
}

/// Its disk cannot be read, and what is on it is given up by the operator alone.
fn disk_broken(pods: &Pods) {
    let what = "a pod's disk broken and replaced";
    let number = pods.follower();
    pods.steady();
    let report = load::during(proxy(), || {
        let wal = pods.path(&format!("{}/data/member/wal", pod(number)));
        pods.crash(number, || {
            for file in tree(&wal) {
                fs::write(wal.join(file), [0xa5; 4096]).unwrap();
            }
        });
        pods.replaced(number);
        let before = (pods.file(number, "uid"), members(proxy()));
        let (code, said) = pods.script(REPLACE, &[&pod(number)], "nothing");
        assert!(code == Some(1) && said.contains("still holds data"), "{said}");
        assert!(!tree(&wal).is_empty() && (pods.file(number, "uid"), members(proxy())) == before, "{said}");
        stdout_of(pods.command("sh").args(["-c", &pods.told(&said)]));
        operate(pods, REPLACE, &pod(number), &STEPS);
    });
    pods.await_healthy(number);
    assert_eq!(members(proxy()).len(), 3);
    does_nothing(pods, REPLACE, number);
    kept(what, number, &report);
    hold(what, &report);
}

fn grown(pods: &Pods) {
    const ADD: &str = "add-member.sh";
    pods.generate(4, &["datastores.store={phase: add-member, size: 4, member: 4}"]);
    let report = load::during(proxy(), || {
        // Somebody has been too quick: it finds a cluster that it is not of.
        pods.apply();
        pods.ends_with(4, "error validating peerURLs");
        operate(pods, ADD, &pod(4), &["member add", "apply -k", "delete pod"]);
    });
    pods.await_healthy(4);
    let mut names: Vec<String> = members(proxy()).into_iter().map(|(name, _)| name).collect();
    names.sort();
    assert_eq!(names, ["etcd-0", "etcd-1", "etcd-2", "etcd-3"], "each counts");
    does_nothing(pods, ADD, 4);
    kept("grown by one pod", 4, &report);
}

/// The real kubectl understands every command that was given: what it lacks is the cluster.
fn kubectl_takes_the_commands(pods: &Pods) {
    let takes = |words: &[&str]| {
        let mut kubectl = Command::new(&pods.kubectl);
        kubectl.arg("--server=http://127.0.0.1:1").args(words).current_dir(pods.path("manifests"));
        let said = text(&run(kubectl.stdin(Stdio::null())).stderr);
        (said.contains("127.0.0.1:1 was refused") || said.contains("connect: connection refused"), said)
    };
    let commands = fs::read_to_string(pods.path("commands")).unwrap();
    let commands: BTreeSet<&str> = commands.lines().collect();
    for command in commands {
        let words: Vec<&str> = command.split('\u{1f}').filter(|word| !word.is_empty()).collect();
        let (taken, said) = takes(&words);
        assert!(taken, "{words:?}: {said}");
    }
    assert!(!takes(&["delete", "pod", "etcd-0", "--wait-not=false"]).0, "it takes everything");
}

fn survive(version: &str) {
    let test = format!("real etcd {version} on Kubernetes");
    let Some(pods) = Pods::up(&test, version) else { return };
    let steps: [bars::Step<Pods>; 4] = [
        ("pod's data lost", data_lost),
        ("pod's disk broken", disk_broken),
        ("grown by a pod", grown),
        ("kubectl takes the commands", kubectl_takes_the_commands),
    ];
    bars::all(&test, &pods, &steps, Pods::settled);
}

#[test]
fn pods_of_etcd_are_replaced_and_added() {
    let versions: &[&str] = if bars::thorough() { &["3.4", "3.5"] } else { &["3.5"] };
    versions.iter().for_each(|version| survive(version));
}

impl Drop for Pods {
    fn drop(&mut self) {
        if let Some(mut proxy) = self.proxy.take() {
            let _ = proxy.kill();
            let _ = proxy.wait();
        }
        for number in 1..=4 {
            let group = self.file(number, "pid");
            if !group.is_empty() {
                run(Command::new("kill").args(["-s", "KILL", "--", &format!("-{}", group.trim())]));
            }
        }
        if std::thread::panicking() {
            let end = |log: String| log.lines().rev().take(15).map(|line| format!("  {line}\n")).collect::<String>();
            (1..=4).for_each(|number| eprintln!("{}, latest first:\n{}", pod(number), end(self.log(number))));
        }
    }
}
