//! Everything below a node.

use crate::manifest::View;

/// Every line of every mapping below a node: its key and its value, from the top down.
pub(crate) fn each<'a>(view: View<'a>, found: &mut impl FnMut(&'a str, View<'a>)) {
    for entry in view.entries() {
        let value = View::of(&entry.node);
        found(&entry.key, value);
        each(value, found);
    }
    view.items().for_each(|item| each(item, found));
}
