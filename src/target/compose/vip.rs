//! The address that moves between hosts: keepalived on each of them.

use serde_json::{Map, Value, json};

use crate::target::hosts::Site;
use crate::target::hosts::vip::vip;

use super::service;

/// The service of the address that moves.
pub(super) const NAME: &str = "keepalived";

/// keepalived itself: on the host's own network, with the rights to change addresses and to speak VRRP and no others.
pub(super) fn keepalived(site: &Site<'_>) -> Option<Value> {
    let vip = vip(site)?;
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("image", json!(vip.image.as_str()));
    put(
        "entrypoint",
        json!([
            "keepalived",
            "--dont-fork",
            "--log-console",
            "--vrrp",
            "--use-file",
            "/etc/keepalived/keepalived.conf"
        ]),
    );
    put("network_mode", json!("host"));
    put(
        "volumes",
        json!([{ "type": "bind", "source": "./keepalived", "target": "/etc/keepalived", "read_only": true,
                 "bind": { "create_host_path": false } }]),
    );
    put("tmpfs", json!(["/run:mode=0755,size=1m"]));
    put("read_only", json!(true));
    put("cap_drop", json!(["ALL"]));
    put("cap_add", json!(["NET_ADMIN", "NET_RAW", "SETGID", "SETUID"]));
    put(service::IGNORE, json!("no-healthcheck: the other hosts hear it, and take over when they do not"));
    service::harden(&mut out, None);
    let memory = crate::grammar::bytes("64Mi").ok();
    let resources = crate::topology::Resources { memory_limit: memory, ..crate::topology::Resources::default() };
    service::limit(&mut out, &resources);
    Some(Value::Object(out))
}
