//! One container of a pod, read from its fields, and how docker starts it.

use std::collections::BTreeMap;
use std::time::Duration;

use serde_json::json;

use super::fields::{Fields, quantity};
use super::probe::Probe;
use super::spec::Texts;

#[derive(Clone)]
pub(super) struct Container {
    pub(super) name: String,
    image: String,
    command: Vec<String>,
    args: Vec<String>,
    env: Vec<(String, String)>,
    /// What docker calls the security context and the resources.
    options: Vec<String>,
    pub(super) mounts: Vec<Mount>,
    pub(super) startup: Option<Probe>,
    pub(super) liveness: Option<Probe>,
    pub(super) readiness: Option<Probe>,
    /// How long the kubelet sleeps before it stops the container, or what it runs in it.
    pub(super) pre_stop: (Duration, Vec<String>),
}

#[derive(Clone)]
pub(super) struct Mount {
    pub(super) volume: String,
    path: String,
    read_only: bool,
}

impl Container {
    pub(super) fn read(mut fields: Fields, pod: &str, texts: &Texts) -> Self {
        let name = fields.text("name");
        fields.only("imagePullPolicy", &[json!("IfNotPresent")]);
        // Says what the program listens on; opens nothing.
        fields.not_for_a_kubelet(&["ports"]);
        let mut env: Vec<(String, String)> = Vec::new();
        for mut variable in fields.list("env") {
            let value = value(&mut variable, &env, pod, texts);
            env.push((variable.text("name"), value));
            variable.done();
        }
        let (command, args) = (fields.words("command"), fields.words("args"));
        let mut options = Vec::new();
        security(fields.inner("securityContext"), &mut options);
        resources(fields.inner("resources"), &mut options);
        let mut mounts = Vec::new();
        for mut mount in fields.list("volumeMounts") {
            let read_only = mount.only("readOnly", &[json!(true)]);
            mounts.push(Mount { volume: mount.text("name"), path: mount.text("mountPath"), read_only });
            mount.done();
        }
        let mut probe =
            |key: &str| fields.take(key).map(|value| Probe::read(Fields::of(format!("{name}.{key}"), value)));
        let [startup, liveness, readiness] = ["startupProbe", "livenessProbe", "readinessProbe"].map(&mut probe);
        let mut lifecycle = fields.inner("lifecycle");
        let mut hook = lifecycle.inner("preStop");
        let (mut sleep, mut exec) = (hook.inner("sleep"), hook.inner("exec"));
        let pre_stop = (Duration::from_secs(sleep.number("seconds").unwrap_or(0)), exec.words("command"));
        for fields in [sleep, exec, hook, lifecycle] {
            fields.done();
        }
        let image = fields.text("image");
        fields.done();
        let [command, args] = [command, args].map(|words| words.iter().map(|word| expanded(word, &env)).collect());
        Self { name, image, command, args, env, options, mounts, startup, liveness, readiness, pre_stop }
    }

    /// The end of a `docker run`; `volume` knows a volume's name in docker.
    pub(super) fn run(&self, volume: impl Fn(&str) -> String) -> Vec<String> {
        let mut out = self.options.clone();
        for (name, value) in &self.env {
            out.extend(["--env".to_owned(), format!("{name}={value}")]);
        }
        for mount in &self.mounts {
            let read_only = if mount.read_only { ",readonly" } else { "" };
            let (source, path) = (volume(&mount.volume), &mount.path);
            out.push(format!("--mount=type=volume,src={source},dst={path},volume-nocopy{read_only}"));
        }
        let (program, rest) = self.command.split_first().map_or((None, &[][..]), |(it, rest)| (Some(it), rest));
        out.extend(program.map(|program| format!("--entrypoint={program}")));
        out.push(self.image.clone());
        out.extend(rest.iter().chain(&self.args).cloned());
        out
    }
}

fn value(variable: &mut Fields, before: &[(String, String)], pod: &str, texts: &Texts) -> String {
    let mut from = variable.inner("valueFrom");
    let (mut secret, mut field) = (from.inner("secretKeyRef"), from.inner("fieldRef"));
    from.done();
    if field.only("fieldPath", &[json!("metadata.name")]) {
        field.done();
        return pod.to_owned();
    }
    if secret.is_empty() {
        return expanded(&variable.text("value"), before);
    }
    let (name, key) = (secret.text("name"), secret.text("key"));
    secret.done();
    let values = texts.get(&("Secret", name.clone()));
    values.and_then(|values| values.get(&key)).unwrap_or_else(|| panic!("there is no Secret {name} with {key}")).clone()
}

/// `$(NAME)` is the value of a variable, or stays when there is none; `$$` is a `$` that begins nothing.
pub(super) fn expanded(text: &str, env: &[(String, String)]) -> String {
    let env: BTreeMap<&str, &str> = env.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let (mut out, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let reference = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some((name, after)) = reference {
            out.push_str(&env.get(name).map_or_else(|| format!("$({name})"), ToString::to_string));
            rest = after;
        } else {
            out.push('$');
        }
    }
    out + rest
}

fn security(mut fields: Fields, options: &mut Vec<String>) {
    if fields.only("allowPrivilegeEscalation", &[json!(false)]) {
        options.push("--security-opt=no-new-privileges".to_owned());
    }
    if fields.only("readOnlyRootFilesystem", &[json!(true)]) {
        options.push("--read-only".to_owned());
    }
    let mut capabilities = fields.inner("capabilities");
    options.extend(capabilities.words("drop").iter().map(|name| format!("--cap-drop={name}")));
    capabilities.done();
    fields.done();
}

/// As a container runtime does it: limits are hard and swap is none, a CPU request is a share of a busy machine.
fn resources(mut fields: Fields, options: &mut Vec<String>) {
    let (mut limits, mut requests) = (fields.inner("limits"), fields.inner("requests"));
    if let Some(memory) = limits.take("memory") {
        let bytes = quantity(memory.as_str().unwrap(), false);
        options.extend([format!("--memory={bytes}"), format!("--memory-swap={bytes}")]);
    }
    if let Some(cpu) = requests.take("cpu") {
        options.push(format!("--cpu-shares={}", (quantity(cpu.as_str().unwrap(), true) * 1024 / 1000).max(2)));
    }
    requests.not_for_a_kubelet(&["memory"]);
    for fields in [limits, requests, fields] {
        fields.done();
    }
}
