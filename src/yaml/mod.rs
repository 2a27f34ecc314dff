//! YAML in and out: a tree that knows where every node stands, and the one writer.

mod apostrophes;
mod keys;
mod read;
mod write;

pub use read::{Entry, Form, Limits, Node, Style, Value, documents, read};
pub use write::{to_string, to_string_commented, to_string_ranked};
