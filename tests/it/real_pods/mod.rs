//! The Kubernetes output run for real without a cluster: as much of a kubelet as one pod needs, over docker.
//!
//! It takes the generated files as they are and refuses any field of a pod that it does not know, so that nothing
//! generated goes untested by being overlooked. What others than a kubelet do, it does not: no scheduler, no network
//! policies; and a Service is only a name for its one pod, ready or not.

mod cluster;
mod container;
mod docker;
mod facts;
mod fields;
mod log;
mod manifests;
mod outages;
mod probe;
mod prober;
mod process;
mod readers;
mod redis;
mod redis_faults;
mod spec;
mod start;
mod volumes;
