//! A server that somebody else runs. Nothing is deployed for it.

use crate::diagnostic::Located;
use crate::grammar::{self, Name};
use crate::reader::{Fields, parts};
use crate::topology::{Endpoint, Place};

use super::{Kind, Store, redis};

pub(super) const KIND: Kind =
    Kind { name: "external", about: "Run by somebody else; reached at a host and port.", read };

fn read(fields: &mut Fields<'_>, name: Located<Name>) -> Option<Store> {
    let engine = fields.required("engine", |r, n| r.word(n, "an engine such as `redis`", grammar::name));
    let host = fields.required("host", |r, n| r.word(n, "a host", grammar::host));
    let port = fields.required("port", |r, n| r.port(n));
    let password = fields.required("password", parts::password);
    let proxied = fields.or("proxied", "true", |r, n| r.boolean(n));
    let (engine, password) = (engine?.value, password?);
    // Without the password a Redis still says that it wants one, which a hung one does not. For other engines a
    // connection is all that can be asked for without knowing them.
    let check = if engine.as_str() == redis::ENGINE { redis::ANSWERS.to_vec() } else { Vec::new() };
    let scheme = if engine.as_str() == redis::ENGINE { redis::ENGINE } else { "tcp" };
    Some(Store {
        name: name.clone(),
        engine: engine.to_string(),
        shared: true,
        components: Vec::new(),
        endpoint: Some(Endpoint {
            datastore: name.value,
            place: Place::External(host?.value),
            port: port?.value,
            scheme,
            password: password.as_ref().map(|password| password.value.clone()),
            proxied: proxied?,
            primary_only: false,
            check,
        }),
        secrets: password.into_iter().collect(),
    })
}
