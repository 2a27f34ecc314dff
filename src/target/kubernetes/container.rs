//! The component's own container.

use std::collections::BTreeMap;

use k8s_openapi::api::core::v1::{
    Capabilities, Container, ContainerPort, EnvVar as KubeEnv, EnvVarSource, ExecAction, HTTPGetAction, HTTPHeader,
    Lifecycle, LifecycleHandler, ObjectFieldSelector, Probe as KubeProbe, ResourceRequirements, SecretKeySelector,
    SecurityContext, SleepAction, TCPSocketAction, VolumeMount,
};
use k8s_openapi::apimachinery::pkg::api::resource::Quantity;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use crate::topology::{
    AddressForm, Component, Discovery, Endpoint, EnvValue, KubeVersion, MemberPart, Place, PodSecurity, Probe,
    ProbeAction, Topology,
};

use super::{meta, proxy, workload};

pub(super) fn container(topology: &Topology, component: &Component) -> Container {
    let env: Vec<KubeEnv> = component
        .members
        .then(own_name)
        .into_iter()
        .chain(component.env.iter().map(|var| env_var(topology, component, var.name.as_str(), &var.value)))
        .collect();
    Container {
        name: component.name.to_string(),
        image: Some(component.image.to_string()),
        image_pull_policy: Some("IfNotPresent".to_owned()),
        command: (!component.command.is_empty())
            .then(|| component.command.iter().map(|word| no_expansion(word)).collect()),
        ports: Some(
            component
                .ports
                .iter()
                .map(|port| ContainerPort {
                    name: Some(port.name.to_string()),
                    container_port: i32::from(port.container),
                    ..ContainerPort::default()
                })
                .collect(),
        ),
        env: (!env.is_empty()).then_some(env),
        resources: resources(component),
        startup_probe: component.probes.startup.as_ref().map(|it| probe(topology, component, it)),
        liveness_probe: component.probes.liveness.as_ref().map(|it| killing(probe(topology, component, it))),
        readiness_probe: component.probes.readiness.as_ref().map(|it| probe(topology, component, it)),
        lifecycle: lifecycle(topology, component),
        security_context: security(topology),
        volume_mounts: volume_mounts(component),
        ..Container::default()
    }
}

/// `$(NAME)` would be replaced by the kubelet; a doubled `$` is one that stays.
fn no_expansion(text: &str) -> String {
    text.replace('$', "$$")
}

/// The pod's own name, from which a member knows its address.
const POD_NAME: &str = "POD_NAME";

fn own_name() -> KubeEnv {
    KubeEnv {
        name: POD_NAME.to_owned(),
        value: None,
        value_from: Some(EnvVarSource {
            field_ref: Some(ObjectFieldSelector { field_path: "metadata.name".to_owned(), api_version: None }),
            ..EnvVarSource::default()
        }),
    }
}

fn env_var(topology: &Topology, component: &Component, name: &str, value: &EnvValue) -> KubeEnv {
    let plain = |value: String| KubeEnv { name: name.to_owned(), value: Some(value), value_from: None };
    match value {
        EnvValue::Literal(text) => plain(no_expansion(text.as_str())),
        EnvValue::Address { datastore, form } => match topology.endpoint(datastore) {
            Some(endpoint) => plain(address(topology, component, endpoint, *form)),
            None => plain(String::new()),
        },
        EnvValue::Service { service, form } => {
            let port = topology.component(service).and_then(Component::main_port).map_or(0, |port| port.service);
            let scheme = if topology.balancer.tls.is_some() { "https" } else { "http" };
            plain(form.write(scheme, &[(meta::dns_name(topology, service.as_str()), port.to_string())]))
        }
        EnvValue::Own(parts) => {
            let own = if component.members { format!("$({POD_NAME})") } else { component.name.to_string() };
            plain(member(topology, component, &own, parts))
        }
        EnvValue::Members { component, parts, between } => {
            let Some(component) = topology.component(component) else { return plain(String::new()) };
            let names = meta::member_names(component);
            let texts: Vec<String> = names.iter().map(|name| member(topology, component, name, parts)).collect();
            plain(texts.join(between))
        }
        // One template makes them all.
        EnvValue::OfMember { value, .. } => env_var(topology, component, name, value),
        EnvValue::Secret(secret) => KubeEnv {
            name: name.to_owned(),
            value: None,
            value_from: Some(EnvVarSource {
                secret_key_ref: Some(SecretKeySelector {
                    name: secret.secret.to_string(),
                    key: secret.key.to_string(),
                    optional: None,
                }),
                ..EnvVarSource::default()
            }),
        },
    }
}

/// What a member is told, but for what is taken from a secret.
pub(super) fn told(topology: &Topology, component: &Component, member: &str) -> Vec<(String, String)> {
    let own = format!("$({POD_NAME})");
    let variables = component.env.iter().map(|var| env_var(topology, component, var.name.as_str(), &var.value));
    variables.filter_map(|var| Some((var.name, var.value?.replace(&own, member).replace("$$", "$")))).collect()
}

/// What is said of a member by its name.
fn member(topology: &Topology, component: &Component, name: &str, parts: &[MemberPart]) -> String {
    MemberPart::write(parts, name, |port| {
        let port = component.port(port).map_or(0, |port| port.service);
        format!("{}:{port}", meta::dns_name(topology, name))
    })
}

fn address(topology: &Topology, component: &Component, endpoint: &Endpoint, form: AddressForm) -> String {
    let local =
        proxy::local_ports(topology, component).into_iter().find(|(other, _)| other.datastore == endpoint.datastore);
    let named = |name: &str| match topology.kubernetes.discovery {
        Discovery::Dns => (meta::dns_name(topology, name), endpoint.port.to_string()),
        Discovery::Environment => {
            let variable = name.to_uppercase().replace('-', "_");
            (format!("$({variable}_SERVICE_HOST)"), format!("$({variable}_SERVICE_PORT)"))
        }
    };
    let places = match (&endpoint.place, local) {
        (_, Some((_, port))) => vec![("127.0.0.1".to_owned(), port.to_string())],
        (Place::External(host), None) => vec![(host.to_string(), endpoint.port.to_string())],
        (Place::Component(name), None) => {
            let names = topology.component(name).map(meta::member_names).unwrap_or_default();
            names.iter().map(|name| named(name)).collect()
        }
    };
    form.write(&endpoint.scheme, &places)
}

fn probe(topology: &Topology, component: &Component, probe: &Probe) -> KubeProbe {
    let main = || component.main_port().map(|port| port.container);
    let port = || IntOrString::Int(probe.port.or_else(main).map_or(0, i32::from));
    let mut out = KubeProbe {
        period_seconds: Some(probe.interval.seconds()),
        timeout_seconds: Some(probe.timeout.seconds()),
        failure_threshold: Some(i32::try_from(probe.failures).unwrap_or(i32::MAX)),
        ..KubeProbe::default()
    };
    match &probe.action {
        ProbeAction::Http(path) => {
            // As clients come: a service that wants TLS redirects everybody else, and would never be up.
            let https = || HTTPHeader { name: "X-Forwarded-Proto".to_owned(), value: "https".to_owned() };
            out.http_get = Some(HTTPGetAction {
                path: Some(path.to_string()),
                port: port(),
                http_headers: topology.balancer.tls.as_ref().map(|_| vec![https()]),
                ..HTTPGetAction::default()
            });
        }
        ProbeAction::Exec(command) => {
            out.exec = Some(ExecAction { command: Some(command.clone()) });
        }
        ProbeAction::Tcp => {
            out.tcp_socket = Some(TCPSocketAction { port: port(), ..TCPSocketAction::default() });
        }
    }
    out
}

/// What fails its liveness probe hangs and will not end when asked: without a time of its own the kubelet would sleep
/// through the drain and wait out the pod's whole grace before it kills it.
pub(super) fn killing(probe: KubeProbe) -> KubeProbe {
    KubeProbe { termination_grace_period_seconds: Some(2), ..probe }
}

/// The kubelet itself sleeps, so the image needs no shell: meanwhile the pod leaves every balancer's list.
fn lifecycle(topology: &Topology, component: &Component) -> Option<Lifecycle> {
    let shutdown = component.shutdown.as_ref()?;
    if !shutdown.hand_over.is_empty() {
        return Some(Lifecycle {
            pre_stop: Some(LifecycleHandler {
                exec: Some(ExecAction { command: Some(shutdown.hand_over.clone()) }),
                ..LifecycleHandler::default()
            }),
            ..Lifecycle::default()
        });
    }
    let drain = shutdown.drain?;
    (topology.kubernetes.version >= KubeVersion::PRE_STOP_SLEEP).then(|| Lifecycle {
        pre_stop: Some(LifecycleHandler {
            sleep: Some(SleepAction { seconds: i64::from(drain.seconds()) }),
            ..LifecycleHandler::default()
        }),
        ..Lifecycle::default()
    })
}

fn resources(component: &Component) -> Option<ResourceRequirements> {
    let asked = &component.resources;
    let out = resources_of(
        asked.cpu.as_ref().map(|it| it.text.as_str()),
        asked.memory.as_ref().map(|it| it.text.as_str()),
        asked.cpu_limit.as_ref().map(|it| it.text.as_str()),
        asked.memory_limit.as_ref().map(|it| it.text.as_str()),
    );
    (out.requests.is_some() || out.limits.is_some()).then_some(out)
}

pub(super) fn resources_of(
    cpu: Option<&str>,
    memory: Option<&str>,
    cpu_limit: Option<&str>,
    memory_limit: Option<&str>,
) -> ResourceRequirements {
    let list = |cpu: Option<&str>, memory: Option<&str>| {
        let amounts: BTreeMap<String, Quantity> = [("cpu", cpu), ("memory", memory)]
            .into_iter()
            .filter_map(|(name, amount)| Some((name.to_owned(), Quantity(amount?.to_owned()))))
            .collect();
        (!amounts.is_empty()).then_some(amounts)
    };
    ResourceRequirements {
        requests: list(cpu, memory),
        limits: list(cpu_limit, memory_limit),
        ..ResourceRequirements::default()
    }
}

/// What the `restricted` standard demands of a container, and a root file system that nobody writes.
pub(super) fn security(topology: &Topology) -> Option<SecurityContext> {
    (topology.kubernetes.pod_security == PodSecurity::Restricted).then(|| SecurityContext {
        allow_privilege_escalation: Some(false),
        read_only_root_filesystem: Some(true),
        capabilities: Some(Capabilities { drop: Some(vec!["ALL".to_owned()]), add: None }),
        ..SecurityContext::default()
    })
}

fn volume_mounts(component: &Component) -> Option<Vec<VolumeMount>> {
    let mount = |name: &str, path: String, read_only: bool| VolumeMount {
        name: name.to_owned(),
        mount_path: path,
        read_only: read_only.then_some(true),
        ..VolumeMount::default()
    };
    let mut mounts = Vec::new();
    if let Some(file) = component.files.first() {
        mounts.push(mount(workload::CONFIG, file.directory.to_string(), true));
    }
    for (name, directory, _) in workload::secret_volumes(component) {
        mounts.push(mount(&name, directory.to_string(), true));
    }
    for (at, directory) in component.scratch.iter().enumerate() {
        mounts.push(mount(&workload::scratch_name(at), directory.to_string(), false));
    }
    mounts.extend(component.storage.mount().map(|path| mount(workload::DATA, path.to_string(), false)));
    (!mounts.is_empty()).then_some(mounts)
}
