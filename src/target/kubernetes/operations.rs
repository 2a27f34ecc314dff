//! What operators do: scripts beside the manifests.

use minijinja::Value as Context;

use crate::template::{self, context};
use crate::topology::{Component, Procedure, Topology};

use super::{container, meta, workload};

/// A script that changes which members a component has.
pub(super) struct Script {
    /// Its name beside the manifests.
    pub(super) file: String,
    /// The pod that it is about.
    pub(super) member: String,
    pub(super) text: String,
}

/// Every such script. Manifests are applied from one directory for all: where two would have one name, each is named
/// after its component.
pub(super) fn scripts(topology: &Topology) -> Vec<Script> {
    let mut all: Vec<(&Component, &Procedure)> = Vec::new();
    for component in &topology.components {
        all.extend(component.procedures.iter().map(|procedure| (component, procedure)));
    }
    let file = |component: &Component, procedure: &Procedure| {
        let alone = all.iter().filter(|(_, other)| other.name == procedure.name).count() == 1;
        if alone {
            procedure.name.to_owned()
        } else {
            procedure.name.replace(".sh", &format!("-{}.sh", component.name))
        }
    };
    let script = |(component, procedure): &(&Component, &Procedure)| {
        let member = meta::member_name(component, procedure.member - 1);
        let text = text(topology, component, procedure, &member);
        Script { file: file(component, procedure), member, text }
    };
    all.iter().map(script).collect()
}

fn text(topology: &Topology, component: &Component, procedure: &Procedure, member: &str) -> String {
    let variable = |(name, value): (String, String)| context([("name", name.into()), ("value", value.into())]);
    let environment: Vec<Context> = container::told(topology, component, member).into_iter().map(variable).collect();
    let others: Vec<String> = meta::member_names(component).into_iter().filter(|name| name != member).collect();
    let context = context([
        // These are text of the datastore's own, in which every value has passed its template.
        ("about", Context::from_safe_string(procedure.about.to_owned())),
        ("text", Context::from_safe_string(procedure.text.clone())),
        ("without_data", Context::from_safe_string(procedure.without_data.to_owned())),
        ("environment", environment.into()),
        ("name", member.into()),
        ("others", others.into()),
        ("answers", component.caught_up.clone().into()),
        ("component", component.name.as_str().into()),
        ("claim", format!("{}-{member}", workload::DATA).into()),
        ("namespace", topology.kubernetes.namespace.as_ref().map(ToString::to_string).into()),
    ]);
    template::render("pod-procedure.sh", &context)
}
