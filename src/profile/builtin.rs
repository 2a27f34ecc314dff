//! The profiles that come with a8ctl.

/// One of them.
#[derive(Debug)]
pub struct Builtin {
    /// What it is called on the command line.
    pub name: &'static str,
    /// Its whole text; the first line is a comment that sums it up.
    pub text: &'static str,
}

impl Builtin {
    /// The one-line summary.
    pub fn summary(&self) -> &'static str {
        super::layers::summary(self.text).unwrap_or("")
    }
}

macro_rules! builtin {
    ($name:literal) => {
        Builtin { name: $name, text: include_str!(concat!("../../profiles/", $name, ".yaml")) }
    };
}

/// Every built-in profile. To add one: a file in `profiles/`, and a line here.
pub const BUILTINS: &[Builtin] = &[
    builtin!("amalgam8"),
    builtin!("dev"),
    builtin!("single-node"),
    builtin!("multi-node"),
    builtin!("multi-zone"),
    builtin!("external-db"),
    builtin!("api-manager"),
    builtin!("etcd-controller"),
    builtin!("replicated-registry"),
    builtin!("amalgam8-classic"),
    builtin!("vm-haproxy"),
    builtin!("vm-nginx"),
    builtin!("node-side"),
];

/// What is generated when no profile is named.
pub const DEFAULT: &str = "multi-node";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_registry_holds_every_file_and_each_has_a_summary() {
        let files = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/profiles")).unwrap();
        assert_eq!(files.count(), BUILTINS.len());
        for profile in BUILTINS {
            let summary = profile.summary();
            assert!(
                summary.len() > 20 && summary.len() < 120 && summary.ends_with('.'),
                "{}: {summary:?}",
                profile.name
            );
            assert!(crate::grammar::name(profile.name).is_ok());
        }
        assert!(BUILTINS.iter().any(|profile| profile.name == DEFAULT));
    }
}
