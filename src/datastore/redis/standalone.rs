//! One server. Nothing acknowledged for more than a second is lost by a restart; nothing stands in for it.

use crate::diagnostic::Located;
use crate::reader::Fields;
use crate::template;
use crate::topology::{Ask, Component, Endpoint, Place, Probes, Storage, TcpStep};

use super::super::{Store, only_with};
use super::{ANSWERS, ENGINE, Settings, server};

/// The user `probe` may only ping: so probes and proxies need no secret, and "loading" counts as not ready.
/// The final QUIT makes a wrong answer known at once: the connection closes instead of timing out.
const READY: &[TcpStep] = &[TcpStep::Send("AUTH probe probe\\r\\nPING\\r\\nQUIT\\r\\n"), TcpStep::Expect("\\+PONG")];

pub(super) fn read(fields: &mut Fields<'_>, settings: Option<Settings>) -> Option<Store> {
    // `image` leaves the image its own defaults: no password, nothing kept.
    let config = fields.or("config", "generated", |r, n| {
        Some(Located { value: r.choice(n, &[("generated", true), ("image", false)])?, span: n.span })
    });
    let (settings, generated) = (settings?, config?.value);
    if !generated && settings.password.is_some() {
        let what = "the image's own configuration has no password";
        only_with(fields, settings.password_span, what, "write `config: generated`, or `password: none`");
    }
    if !generated && !matches!(settings.storage, Storage::None) {
        let what = "the image's own configuration keeps nothing on a disk";
        only_with(fields, settings.storage_span, what, "write `config: generated`, or `storage: { kind: none }`");
    }
    let component = if generated { configured(&settings) } else { as_the_image_is(&settings) };
    Some(Store {
        endpoint: Some(Endpoint {
            datastore: settings.datastore.value.clone(),
            place: Place::Component(component.name.clone()),
            port: component.main_port()?.service,
            scheme: ENGINE.to_owned(),
            password: settings.password.as_ref().map(|it| it.value.clone()),
            critical: true,
            proxied: settings.proxied.value,
            primary_only: false,
            check: if generated { READY } else { ANSWERS }.to_vec(),
            agreed: false,
            tls: None,
            span: settings.datastore.span,
        }),
        components: vec![component],
        secrets: settings.password.into_iter().collect(),
        ..Store::new(settings.datastore, ENGINE)
    })
}

fn configured(settings: &Settings) -> Component {
    let config = template::context([
        ("port", settings.ports.first().map(|port| port.container).into()),
        ("directory", settings.mount().into()),
        ("maxmemory", server::max_memory(settings).into()),
        ("replicated", false.into()),
    ]);
    let start = template::context([
        ("password_file", server::password_file(settings).into()),
        ("keys", settings.access.keys.clone().into()),
        ("commands", settings.access.commands.clone().into()),
    ]);
    let mut files = vec![server::file("redis.conf", &config), server::file("start-redis.sh", &start)];
    files.extend(server::save(settings));
    let mut component = server::component(settings, files);
    component.care.backup = server::backup(settings);
    component
}

/// Nothing of ours in it: the image's own command, user and configuration.
fn as_the_image_is(settings: &Settings) -> Component {
    let mut component = server::component(settings, Vec::new());
    let port = settings.ports.first().map_or(0, |port| port.container).to_string();
    let ping = ["redis-cli", "-p", &port, "ping"].map(str::to_owned).to_vec();
    component.care.asks = vec![Ask { about: "`PONG`: it answers", words: ping.clone() }];
    let readiness = component
        .probes
        .readiness
        .take()
        .map(|probe| crate::topology::Probe { action: crate::topology::ProbeAction::Exec(ping), ..probe });
    component.probes = Probes { readiness, ..Probes::default() };
    component.command.clear();
    component.scratch.clear();
    component.shutdown = None;
    component.user = None;
    component
}
