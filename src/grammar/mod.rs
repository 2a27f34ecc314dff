//! The words that may stand in an artifact. Every string of a profile passes one of these before it
//! reaches the model, so nothing can break out of the line or the quotes it is written into.
//! Refused, never escaped (measured on haproxy, nginx and Compose: each reads its escapes differently).

mod amounts;
mod names;
mod texts;

use std::fmt;

pub use amounts::{Bytes, Cpu, Millis, bytes, cpu, duration};
pub use names::{component_name, host, image, interface, name, port_name};
pub(crate) use texts::is_hidden;
pub use texts::{env_name, env_text, file_path, http_path, secret_key};

macro_rules! word {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

word!(
    /// A name of a component, secret, port or namespace: a DNS label that starts with a letter
    /// (Kubernetes Services demand it, haproxy and Compose accept it).
    Name
);
word!(
    /// An image reference: `[host[:port]/]path[:tag][@digest]`.
    Image
);
word!(
    /// A DNS name or an IP address without brackets.
    Host
);
word!(
    /// A network interface's name.
    Interface
);
word!(
    /// An absolute path of a URL, with an optional query.
    HttpPath
);
word!(
    /// An absolute path of a file or directory, without `..`.
    FilePath
);
word!(
    /// The name of an environment variable.
    EnvName
);
word!(
    /// A literal value of an environment variable: no control characters.
    EnvText
);
word!(
    /// A key of a Secret, which is also a file name.
    SecretKey
);

/// What is wrong with a word, and the mend.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Fits after "the value X".
    pub why: &'static str,
    /// What to write instead.
    pub mend: &'static str,
}

type Parsed<T> = Result<T, Refusal>;

fn refuse<T>(why: &'static str, mend: &'static str) -> Parsed<T> {
    Err(Refusal { why, mend })
}

/// Checks a grammar by examples.
#[cfg(test)]
#[track_caller]
fn check<T: fmt::Debug>(parse: fn(&str) -> Parsed<T>, good: &[&str], bad: &[&str]) {
    for text in good {
        assert!(parse(text).is_ok(), "{text:?} must be accepted");
    }
    for text in bad {
        assert!(parse(text).is_err(), "{text:?} must be refused");
    }
}
