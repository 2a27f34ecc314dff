//! Whether a document has the fields that its kind has, with values of their types.

pub(crate) mod definitions;
pub(crate) mod json;
pub(crate) mod own;
mod walk;

pub(crate) use definitions::Definitions;
pub(crate) use walk::walk;
