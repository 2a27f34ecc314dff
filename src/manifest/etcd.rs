//! etcd's settings: a file of YAML, or flags and variables.

use super::view::View;
use super::words::Word;
use crate::diagnostic::Span;
use crate::yaml::Node;

/// What one member is told.
#[derive(Debug, Clone)]
pub struct Etcd {
    /// Names as flags have them, without `--`, with their values and places.
    pub settings: Vec<(String, String, Span)>,
}

/// Parts of the file, and how the flags for what stands in them begin.
const SECURITY: &[(&str, &str)] = &[("client-transport-security", ""), ("peer-transport-security", "peer-")];

impl Etcd {
    /// Of a file; `None` where nothing in it is etcd's alone.
    pub fn of_file(node: &Node) -> Option<Self> {
        let view = View::of(node);
        let etcd = ["initial-cluster", "listen-client-urls", "listen-peer-urls", "advertise-client-urls"];
        etcd.iter().any(|key| view.key(key).exists()).then(|| {
            let mut settings = Vec::new();
            for entry in view.entries() {
                let value = View::of(&entry.node);
                let of = SECURITY.iter().find(|(key, _)| *key == entry.key);
                match (of, value.word()) {
                    (Some((_, prefix)), _) if !value.entries().is_empty() => {
                        let below = value.entries().iter().filter_map(|entry| {
                            let value = View::of(&entry.node);
                            Some((format!("{prefix}{}", entry.key), value.word()?.to_owned(), value.span()))
                        });
                        settings.extend(below);
                    }
                    (_, Some(word)) => settings.push((entry.key.to_string(), word.to_owned(), value.span())),
                    (_, None) => settings.push((entry.key.to_string(), "$".to_owned(), entry.key_span)),
                }
            }
            Self { settings }
        })
    }

    /// Of variables, and of the words behind the program's name, which count more.
    pub(super) fn of_words(variables: &[(&str, &str, Span)], words: &[Word]) -> Self {
        let mut settings: Vec<(String, String, Span)> = Vec::new();
        for (name, value, span) in variables {
            if let Some(name) = name.strip_prefix("ETCD_") {
                settings.push((name.to_ascii_lowercase().replace('_', "-"), (*value).to_owned(), *span));
            }
        }
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            let Some(flag) = word.text.strip_prefix("--") else { continue };
            let (name, value) = match flag.split_once('=') {
                Some((name, value)) => (name, value.to_owned()),
                None => {
                    let value = words.next_if(|next| !next.text.starts_with('-'));
                    (flag, value.map_or("true".to_owned(), |value| value.text.clone()))
                }
            };
            settings.push((name.to_owned(), value, word.span));
        }
        Self { settings }
    }

    /// A setting's value and place.
    pub fn setting(&self, name: &str) -> Option<(&str, Span)> {
        self.settings.iter().rev().find(|it| it.0 == name).map(|(_, value, span)| (value.as_str(), *span))
    }

    /// The members that it begins with: names and addresses of peers.
    pub fn members(&self) -> Vec<(&str, &str)> {
        let list = self.setting("initial-cluster").map_or("", |(list, _)| list);
        list.split(',').filter_map(|it| it.trim().split_once('=')).collect()
    }
}
