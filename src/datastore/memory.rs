//! Each replica keeps its own data in its own memory: for development.

use crate::diagnostic::Located;
use crate::grammar::Name;
use crate::reader::Fields;

use super::{Kind, Store};

pub(super) const KIND: Kind =
    Kind { name: "memory", about: "In the memory of the one replica; gone when it ends.", read };

fn read(_: &mut Fields<'_>, name: Located<Name>) -> Option<Store> {
    Some(Store { shared: false, ..Store::new(name, "memory") })
}
