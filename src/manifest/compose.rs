//! A Compose project.

use super::Document;
use super::started;
use super::view::View;
use super::words::Word;
use crate::diagnostic::Span;
use crate::yaml::Node;

/// One project.
#[derive(Debug)]
pub struct Project<'a> {
    /// The whole of it.
    pub view: View<'a>,
    /// Its services.
    pub services: Vec<Service<'a>>,
}

/// A service of a project.
#[derive(Debug, Clone, Copy)]
pub struct Service<'a> {
    /// Its name.
    pub name: &'a str,
    /// Where that stands.
    pub span: Span,
    /// The whole of it.
    pub view: View<'a>,
}

impl<'a> Project<'a> {
    /// Of a document.
    pub fn of(node: &'a Node) -> Self {
        let view = View::of(node);
        let entries = view.key("services").entries().iter();
        let services = entries.map(|it| Service { name: &it.key, span: it.key_span, view: View::of(&it.node) });
        Self { view, services: services.collect() }
    }
}

impl<'a> Project<'a> {
    /// Whether it is but a file that lies over another: nothing in it says what runs.
    pub fn is_part(&self) -> bool {
        let runs =
            |service: &Service<'_>| ["image", "build", "extends"].iter().any(|key| service.view.key(key).exists());
        !self.services.iter().any(runs)
    }

    /// What its services' commands and variables configure.
    pub(super) fn started(&self) -> Vec<Document> {
        self.services.iter().flat_map(started::of_service).collect()
    }

    /// A service as `Service/PROJECT/NAME`.
    pub fn id(&self, service: &Service<'_>) -> String {
        format!("Service/{}/{}", self.view.key("name").word().unwrap_or_default(), service.name)
    }

    /// The service that a place is in.
    pub fn around(&self, span: Span) -> Option<&Service<'a>> {
        let begun = |service: &&Service<'a>| service.span.source == span.source && service.span.start <= span.start;
        let last = self.services.iter().rfind(begun)?;
        // What stands behind all services is in none.
        let inside =
            |entry: &crate::yaml::Entry| entry.key_span.start > last.span.start && entry.key_span.start <= span.start;
        (!self.view.entries().iter().any(inside)).then_some(last)
    }
}

impl<'a> Service<'a> {
    /// Whether another file, or another service, says more of it.
    pub fn is_part(self) -> bool {
        self.view.key("extends").exists() || !self.view.key("image").exists() && !self.view.key("build").exists()
    }

    /// Whether it starts what its image is for, as far as its words say: not a shell, or a client of it.
    pub fn runs_its_image(self) -> bool {
        const OTHERS: &[&str] = &[
            "sh",
            "bash",
            "ash",
            "redis-cli",
            "pg_dump",
            "pg_dumpall",
            "pg_restore",
            "psql",
            "pg_isready",
            "mysql",
            "mysqldump",
            "mongosh",
            "mongodump",
            "mongorestore",
            "etcdctl",
            "curl",
            "wget",
            "sleep",
            "cat",
            "true",
        ];
        let words = self.words();
        let base = |text: &str| text.rsplit('/').next().unwrap_or_default().to_owned();
        let Some(first) = words.first().map(|word| base(&word.text)) else { return true };
        let starts =
            ["server", "postgres", "mysqld", "mongod", "etcd", "rabbitmq", "entrypoint", "zkServer", "sentinel"];
        let whole = words
            .iter()
            .any(|word| starts.iter().any(|it| base(&word.text).contains(it) && base(&word.text) != "etcdctl"));
        !OTHERS.contains(&first.as_str()) || whole
    }

    /// Its image, or nothing.
    pub fn image(self) -> &'a str {
        self.view.key("image").word().unwrap_or_default()
    }

    /// The last part of its image's name.
    pub fn program(self) -> &'a str {
        program_of(self.image())
    }

    /// All words that start it, each with the place of the item that it stands in.
    pub fn words(self) -> Vec<Word> {
        let mut words = Vec::new();
        for key in ["entrypoint", "command"] {
            let view = self.view.key(key);
            let one = view.word().map(|_| view);
            for item in view.items().chain(one) {
                let Some(text) = item.word() else { continue };
                let list = one.is_none() && !text.contains(char::is_whitespace);
                let parts = if list { vec![text.to_owned()] } else { split(text) };
                words.extend(parts.into_iter().map(|text| Word { text, span: item.span() }));
            }
        }
        words
    }

    /// Items of a key that is a list, or the pairs of one that is a mapping: `NAME=VALUE` or `NAME: VALUE`, each with
    /// the place of its value.
    pub fn pairs(self, key: &str) -> Vec<(&'a str, &'a str, Span)> {
        let view = self.view.key(key);
        let listed = view.items().filter_map(|item| {
            let (name, value) = item.word()?.split_once('=')?;
            Some((name, value, item.span()))
        });
        let mapped = view.entries().iter().filter_map(|entry| {
            let value = View::of(&entry.node);
            Some((entry.key.as_str(), value.word()?, value.span()))
        });
        listed.chain(mapped).collect()
    }

    /// Whether others call it, or somebody asks whether it is well: a task is neither.
    pub fn serves(self) -> bool {
        self.view.key("ports").exists() || self.view.at("healthcheck.test").exists()
    }

    /// Whether it ends by itself and is meant to: nobody starts it again.
    pub fn is_task(self) -> bool {
        let restart = self.view.key("restart");
        let disabled = self.view.at("healthcheck.disable").is_true();
        // One that is asked by nobody, publishes nothing and is started again only when it failed ends by itself.
        let tries = restart.word().is_some_and(|word| word.starts_with("on-failure"))
            && disabled
            && !self.view.key("ports").exists();
        tries || matches!(restart.word(), Some("no")) || restart.boolean() == Some(false)
    }

    /// Its published ports: the address they are bound to, or nothing, and the container's port.
    pub fn published(self) -> Vec<(String, i64, Span)> {
        let long = |port: View<'a>| {
            port.key("published").exists().then(|| {
                let address = port.key("host_ip").word().unwrap_or_default().to_owned();
                (address, port.key("target").integer().unwrap_or(0), port.span())
            })
        };
        let short = |port: View<'a>| {
            let text = port.word()?.split('/').next()?;
            let (host, container) = text.rsplit_once(':')?;
            let (address, _) = host.rsplit_once(':').unwrap_or(("", host));
            Some((address.trim_matches(['[', ']']).to_owned(), container.parse().ok()?, port.span()))
        };
        let ports = self.view.key("ports").items();
        ports.filter_map(|port| if port.entries().is_empty() { short(port) } else { long(port) }).collect()
    }

    /// Its published ports whose number on the host is said, as one number.
    pub fn host_ports(self) -> Vec<Published> {
        let long = |port: View<'a>| {
            let number = |key: &str| port.key(key).word().and_then(|it| it.parse().ok()).or(port.key(key).integer());
            let udp = port.key("protocol").word() == Some("udp");
            let address = port.key("host_ip").word().unwrap_or_default().to_owned();
            Some(Published { address, port: number("published")?, target: number("target")?, udp })
        };
        let short = |port: View<'a>| {
            let (text, protocol) = port.word()?.split_once('/').unwrap_or((port.word()?, "tcp"));
            let (host, target) = text.rsplit_once(':')?;
            let (address, port) = host.rsplit_once(':').unwrap_or(("", host));
            let address = address.trim_matches(['[', ']']).to_owned();
            Some(Published { address, port: port.parse().ok()?, target: target.parse().ok()?, udp: protocol == "udp" })
        };
        let ports = self.view.key("ports").items();
        let found = ports.filter_map(|port| if port.entries().is_empty() { short(port) } else { long(port) });
        // All of the host's addresses are none of its own.
        let all = |it: &str| matches!(it, "0.0.0.0" | "::" | "*");
        found.map(|it| if all(&it.address) { Published { address: String::new(), ..it } } else { it }).collect()
    }
}

/// A port of the host under which one of a container's is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Published {
    /// The host's address, or nothing where it is all of them.
    pub address: String,
    /// The host's port.
    pub port: i64,
    /// The container's port.
    pub target: i64,
    /// Whether it is UDP's.
    pub udp: bool,
}

/// The last part of an image's name.
pub(super) fn program_of(image: &str) -> &str {
    let last = image.split('@').next().unwrap_or_default().rsplit('/').next().unwrap_or_default();
    last.split(':').next().unwrap_or_default()
}

/// The words of a shell's line, without their quotes.
pub(super) fn split(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for c in text.chars() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('"' | '\'', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}
