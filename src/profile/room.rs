//! Whether the machines hold what is to run on them, and still do when one of them is lost. What the platform itself
//! takes, and the proxies beside the replicas, is not counted.

use crate::diagnostic::{Diagnostic, Located};
use crate::topology::{Capacity, Component, Placement, Spread};

/// An amount of processor in thousandths of a core, or of memory in bytes.
struct Amount {
    name: &'static str,
    /// What one node has.
    has: Option<u64>,
    asked: fn(&Component) -> u64,
    write: fn(u64) -> String,
}

/// What does not fit: an error where it cannot be placed at all, a warning where it cannot be placed again.
pub(super) fn problems(
    components: &[Component],
    placement: &Placement,
    capacity: &Located<Capacity>,
) -> Vec<Diagnostic> {
    let cpu = |component: &Component| component.resources.cpu.as_ref().map_or(0, |cpu| cpu.millicores);
    let memory = |component: &Component| component.resources.memory.as_ref().map_or(0, |memory| memory.value);
    let amounts = [
        Amount {
            name: "cpu",
            has: capacity.value.cpu.as_ref().map(|cpu| cpu.millicores),
            asked: cpu,
            write: |millicores| format!("{millicores}m"),
        },
        Amount {
            name: "memory",
            has: capacity.value.memory.as_ref().map(|memory| memory.value),
            asked: memory,
            write: |bytes| format!("{}Mi", bytes.div_ceil(1 << 20)),
        },
    ];
    let nodes = u64::from(placement.nodes.value);
    amounts.iter().filter_map(|amount| too_little(components, nodes, amount, capacity)).collect()
}

fn too_little(
    components: &[Component],
    nodes: u64,
    amount: &Amount,
    capacity: &Located<Capacity>,
) -> Option<Diagnostic> {
    let has = amount.has?;
    let (name, write) = (amount.name, amount.write);
    // Replicas are dealt one to each node in turn, so the first has the most.
    let on = |node: u64| {
        let here = |component: &Component| (u64::from(component.replicas()) + nodes - 1 - node) / nodes;
        components.iter().map(|it| here(it).saturating_mul((amount.asked)(it))).fold(0, u64::saturating_add)
    };
    if on(0) > has {
        let message = format!("one node would be asked for {} of {name}, and has {}", write(on(0)), write(has));
        let help = format!("raise `placement.nodes`, or `capacity.{name}` to {} or more", write(on(0)));
        return Some(Diagnostic::error("does-not-fit", message).at(capacity.span).help(help));
    }
    let left = nodes.checked_sub(1).filter(|left| *left > 0)?;
    // What has its own disk stays with it; what must be apart finds as many places as there are nodes.
    let placed = |component: &Component| {
        let replicas = u64::from(component.replicas());
        let there = if component.spread == Spread::Required || component.has_identity() { left } else { replicas };
        replicas.min(there).saturating_mul((amount.asked)(component))
    };
    let asked = components.iter().map(placed).fold(0, u64::saturating_add);
    (asked > left.saturating_mul(has)).then(|| {
        let message = format!(
            "when one of {nodes} nodes is lost, the others have {} of {name}, and are asked for {}",
            write(left * has),
            write(asked)
        );
        let enough = write(asked.div_ceil(left));
        let help =
            format!("raise `placement.nodes` or `capacity.{name}` ({enough} would do): some replicas would wait");
        Diagnostic::warning("no-room-without-a-node", message).at(capacity.span).help(help)
    })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::profile::{Request, load};

    /// What is said of three nodes of this capacity.
    fn said(profile: &str, capacity: &str) -> Vec<(&'static str, String)> {
        let sets = [format!("placement.capacity={capacity}")];
        let nothing = |_: &Path| Err("there are no files".to_owned());
        let loaded = load(&Request { profile, overlays: &[], sets: &sets }, &nothing);
        loaded.problems.into_iter().map(|problem| (problem.code, problem.message)).collect()
    }

    #[test]
    fn what_does_not_fit_is_said() {
        // On each of three nodes: 50m, 100m, 100m, and the sentinels' own.
        let one = |code: &str, profile: &str, capacity: &str| {
            let said = said(profile, capacity);
            assert!(said.len() == 1 && said[0].0 == code, "{profile} {capacity}: {said:?}");
            said[0].1.clone()
        };
        let message = one("does-not-fit", "multi-node", "{cpu: 100m}");
        assert!(
            message.starts_with("one node would be asked for ") && message.ends_with(", and has 100m"),
            "{message}"
        );
        one("does-not-fit", "multi-node", "{memory: 200Mi}");
        assert!(said("multi-node", "{cpu: 4, memory: 8Gi}").is_empty());
        // Each of their replicas has its own node, and none but that: nothing is to be placed again.
        assert!(said("multi-node", "{cpu: 300m}").is_empty());
    }

    #[test]
    fn what_could_not_be_placed_again_is_said() {
        let nothing = |_: &Path| Err("there are no files".to_owned());
        let sets: Vec<String> = ["placement.nodes=3", "placement.capacity={cpu: 1980m}"].map(str::to_owned).into();
        let loaded = load(&Request { profile: "api-manager", overlays: &[], sets: &sets }, &nothing);
        let said: Vec<_> = loaded.problems.iter().map(|problem| (problem.code, problem.message.as_str())).collect();
        assert!(said.len() == 1 && said[0].0 == "no-room-without-a-node", "{said:?}");
    }
}
