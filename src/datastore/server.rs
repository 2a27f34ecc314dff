//! One server of any image: a cache, a search index. a8ctl knows nothing of what it speaks, so it can neither make it
//! redundant nor tell whether it answers; the services must be able to go on without it.

use crate::diagnostic::{Diagnostic, Located};
use crate::grammar::{self, Name};
use crate::reader::{Fields, parts};
use crate::topology::{
    Care, Component, Endpoint, Exposure, Place, Probe, ProbeAction, Probes, Redundancy, Role, Shutdown, Spread,
};

use super::{Kind, Store};

pub(super) const KIND: Kind =
    Kind { name: "server", about: "One server of any image, such as a cache that the services can do without.", read };

fn read(fields: &mut Fields<'_>, name: Located<Name>) -> Option<Store> {
    let engine = fields.required("engine", |r, n| r.word(n, "an engine such as `memcached`", grammar::name));
    let own_name = fields.or("name", name.value.as_str(), |r, n| r.word(n, "a name", grammar::component_name));
    let image = fields.required("image", |r, n| r.word(n, "an image", grammar::image));
    let command = fields.optional("command", parts::words);
    let ports = fields.required("ports", parts::ports);
    let storage = fields.section("storage", |r, n| parts::storage(r, n, parts::OWN_STORAGE, None));
    let resources = fields.section("resources", parts::resources);
    let user = fields.optional("user", |r, n| r.integer(n, 1..=65_534));
    let scheme = fields.or("scheme", engine.as_ref().map_or("tcp", |it| it.value.as_str()), |r, n| {
        r.word(n, "a URL's scheme", grammar::name)
    });
    if fields.plain("critical").is_none_or(|text| text != "false") {
        let span = fields.key_span("critical");
        let place = if span.is_default() { name.span } else { span };
        fields.reader().error(
            Diagnostic::error("critical-single", format!("nothing stands in for the one server of `{}`", name.value))
                .at(place)
                .help("write `critical: false` if the services can do without it; otherwise choose another kind"),
        );
    }
    let ports = ports?;
    let component = Component {
        name: own_name?.value,
        role: Role::Datastore,
        image: image?.value,
        command: command.unwrap_or_default(),
        env: Vec::new(),
        files: Vec::new(),
        secret_files: Vec::new(),
        certificates: Vec::new(),
        scratch: Vec::new(),
        probes: probes(),
        check: None,
        max_connections: None,
        resources: resources?,
        redundancy: Redundancy::Single,
        given_up_after: None,
        spread: Spread::Preferred,
        storage: storage?,
        synchronises: None,
        critical: false,
        exposure: Exposure::Internal,
        shutdown: Some(Shutdown { drain: None, hand_over: Vec::new(), grace: grammar::duration("30s").ok()? }),
        caught_up: Vec::new(),
        procedures: Vec::new(),
        care: Care::default(),
        forgets_after: None,
        rejoins: None,
        user: user.map(|it| it.value),
        needs: Vec::new(),
        calls: Vec::new(),
        members: false,
        client_env: None,
        port_env: None,
        span: name.span,
        ports,
    };
    Some(Store {
        endpoint: Some(Endpoint {
            datastore: name.value.clone(),
            place: Place::Component(component.name.clone()),
            port: component.main_port()?.service,
            scheme: scheme?.value.to_string(),
            password: None,
            critical: false,
            proxied: false,
            primary_only: false,
            check: Vec::new(),
            agreed: false,
            tls: None,
            span: name.span,
        }),
        components: vec![component],
        ..Store::new(name, engine?.value.as_str())
    })
}

/// A connection is all that can be asked for.
fn probes() -> Probes {
    let ask = |interval: &str, failures| {
        let (interval, timeout) = (grammar::duration(interval).ok()?, grammar::duration("2s").ok()?);
        Some(Probe { action: ProbeAction::Tcp, port: None, interval, timeout, failures })
    };
    Probes {
        // A search index may take minutes to load.
        startup: ask("2s", 150),
        liveness: ask("5s", 3),
        readiness: ask("2s", 2),
    }
}
