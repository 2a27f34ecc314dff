//! What a balancer's configuration cannot say of a topology: it deploys nothing but itself.

use crate::target::Gap;
use crate::topology::{Role, Storage, Topology};

pub(super) fn gaps(topology: &Topology) -> Vec<Gap> {
    let mut out = Vec::new();
    for component in &topology.components {
        let (name, span) = (&component.name, component.span);
        let mut gap = |what: &str, instead: &str| out.push(Gap::new(format!("{what} of `{name}`"), instead, span));
        match component.role {
            Role::Service => gap("the processes", "units of your own, with the environment files that it writes"),
            Role::Datastore => gap("the servers", "servers of your own at the addresses that RUNBOOK.md lists"),
        }
        if component.probes.liveness.is_some() || component.probes.startup.is_some() {
            gap("the restart by its probes", "the balancer leaves what does not answer; systemd restarts what ends");
        }
        if component.resources.memory_limit.is_some() || component.resources.cpu_limit.is_some() {
            gap("the limits of resources", "nothing: set `MemoryMax` and `CPUQuota` in its unit");
        }
        if !matches!(component.storage, Storage::None) {
            gap("the disk", "a directory or mount of your own");
        }
    }
    out
}
