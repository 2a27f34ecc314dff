//! Secrets as files below `secrets/`, which no artifact holds: a script makes them where they are missing.
//! Programs that read a file get the file; programs that read only their environment get an env file made from it.

use minijinja::Value as Context;
use serde_json::{Map, Value, json};

use crate::template::{self, context};
use crate::topology::{Component, EnvValue, SecretFile, SecretRef, Topology};

pub(super) const SCRIPT: &str = "make-secrets.sh";

/// One file for each key: `redis-password`.
fn file(secret: &SecretRef) -> String {
    format!("{}-{}", secret.secret, secret.key)
}

fn variables(component: &Component) -> Vec<(&str, &SecretRef)> {
    component
        .env
        .iter()
        .filter_map(|variable| match &variable.value {
            EnvValue::Secret(secret) => Some((variable.name.as_str(), secret)),
            _ => None,
        })
        .collect()
}

fn env_path(component: &Component) -> String {
    format!("{}.env", component.name)
}

/// Secrets that programs read as files.
pub(super) fn declared(topology: &Topology) -> Map<String, Value> {
    let files = topology.components.iter().flat_map(|component| &component.secret_files);
    files.map(|it| (file(&it.secret), json!({ "file": format!("./secrets/{}", file(&it.secret)) }))).collect()
}

/// A component's secret files.
pub(super) fn mounts(component: &Component) -> Value {
    let mounts: Vec<Value> = component
        .secret_files
        .iter()
        .map(|it| json!({ "source": file(&it.secret), "target": SecretFile::path(&it.directory, &it.secret.key) }))
        .collect();
    if mounts.is_empty() { Value::Null } else { Value::Array(mounts) }
}

/// A component's secret variables. Not required, so that the project can be checked where its secrets are not.
pub(super) fn env_file(component: &Component) -> Value {
    if variables(component).is_empty() {
        return Value::Null;
    }
    json!([{ "path": format!("./secrets/{}", env_path(component)), "required": false }])
}

/// The script that makes them; `None` when the topology has no secrets. Only what a component of this topology
/// itself demands may be made up; a password that somebody else set must be given.
pub(super) fn script(topology: &Topology) -> Option<String> {
    let mut own: Vec<String> = Vec::new();
    for it in topology.components.iter().flat_map(|component| &component.secret_files) {
        push_new(&mut own, file(&it.secret));
    }
    let mut foreign: Vec<String> = Vec::new();
    let mut environments: Vec<Context> = Vec::new();
    for component in &topology.components {
        let variables = variables(component);
        for (_, secret) in variables.iter().filter(|(_, secret)| !own.contains(&file(secret))) {
            push_new(&mut foreign, file(secret));
        }
        let line =
            |(name, secret): &(&str, &SecretRef)| context([("name", (*name).into()), ("secret", file(secret).into())]);
        let lines: Vec<Context> = variables.iter().map(line).collect();
        if !lines.is_empty() {
            environments.push(context([("path", env_path(component).into()), ("lines", lines.into())]));
        }
    }
    (!environments.is_empty() || !own.is_empty()).then(|| {
        let context = [("own", own.into()), ("foreign", foreign.into()), ("environments", environments.into())];
        template::render("make-secrets.sh", &template::context(context))
    })
}

fn push_new(list: &mut Vec<String>, item: String) {
    if !list.contains(&item) {
        list.push(item);
    }
}
