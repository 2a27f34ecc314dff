//! What a service is told through its environment, held against what its program accepts.

use crate::diagnostic::{Diagnostic, Located, Span, did_you_mean, quoted};
use crate::grammar::{self, EnvName, Name};
use crate::topology::{AddressForm, Encrypts, Endpoint, EnvValue, EnvVar, Port, SecretFile};

use super::resolve::Known;
use super::syntax::{EnvSource, Format, RawService, TlsFile, ValueForm};

/// Values that everybody knows.
const DEFAULT_SECRETS: &[&str] =
    &["abcdefghijklmnop", "admin", "changeme", "default", "password", "redis", "secret", "123456"];

/// Parts of names that hold what nobody may read.
const SECRET_NAMES: &[&str] =
    &["PASSWORD", "PASSWD", "SECRET", "TOKEN", "CREDENTIAL", "API_KEY", "ENCRYPTION_KEY", "PRIVATE_KEY"];

/// The environment of one service: its own, then what its datastores ask for; and the files that it names.
pub(super) fn resolve(
    service_name: &Located<Name>,
    service: &RawService,
    known: &Known<'_>,
    problems: &mut Vec<Diagnostic>,
) -> (Vec<EnvVar>, Vec<SecretFile>) {
    let mut checker = Checker { service_name, service, known, problems, seen: Vec::new(), files: Vec::new() };
    let mut out = Vec::new();
    for (name, source) in &service.env {
        out.extend(checker.variable(name, source));
    }
    for connection in &service.connects {
        let Some(engine) = checker.engine(&connection.datastore.value) else { continue };
        let variables =
            connection.engines.iter().find(|(name, _)| name.value.as_str() == engine).map(|(_, variables)| variables);
        for (name, source) in variables.into_iter().flatten() {
            out.extend(checker.variable(name, source));
        }
    }
    (out, checker.files)
}

struct Checker<'a> {
    service_name: &'a Located<Name>,
    service: &'a RawService,
    known: &'a Known<'a>,
    problems: &'a mut Vec<Diagnostic>,
    seen: Vec<(EnvName, Span)>,
    files: Vec<SecretFile>,
}

impl Checker<'_> {
    fn error(&mut self, code: &'static str, message: String, span: Span, help: impl Into<String>) {
        let span = if span.is_default() { self.service_name.span } else { span };
        self.problems.push(Diagnostic::error(code, message).at(span).help(help));
    }

    fn engine(&mut self, datastore: &Name) -> Option<String> {
        // A missing one has been reported where it is named.
        let located = Located { value: datastore.clone(), span: Span::DEFAULT };
        Some(self.known.datastore(&located, &mut Vec::new())?.engine.clone())
    }

    fn variable(&mut self, name: &Located<EnvName>, source: &Located<EnvSource>) -> Option<EnvVar> {
        if let Some((_, first)) = self.seen.iter().find(|(seen, _)| *seen == name.value) {
            let first = *first;
            self.problems.push(
                Diagnostic::error("duplicate-variable", format!("{} is set twice", quoted(name.value.as_str())))
                    .at(name.span)
                    .with(first, "first here")
                    .help("set it under `env` or under the datastore's engine, not both"),
            );
            return None;
        }
        self.seen.push((name.value.clone(), name.span));
        let value = match &source.value {
            EnvSource::Literal(text) => {
                self.literal(&name.value, text.as_str(), source.span);
                EnvValue::Literal(text.clone())
            }
            EnvSource::Secret(secret) => {
                self.known.check_secret(secret, source.span, self.problems);
                EnvValue::Secret(secret.clone())
            }
            EnvSource::Service { service, form } => {
                self.known.check_service(service, self.problems);
                self.form(&name.value, *form, source.span);
                EnvValue::Service { service: service.value.clone(), form: *form }
            }
            EnvSource::Datastore { datastore, form } => self.reference(&name.value, datastore, *form, source.span)?,
        };
        Some(EnvVar { name: name.value.clone(), value })
    }

    /// `None` for a password or a certificate of a datastore that has none: the variable is left out.
    fn reference(
        &mut self,
        name: &EnvName,
        datastore: &Located<Name>,
        form: ValueForm,
        span: Span,
    ) -> Option<EnvValue> {
        let store = self.known.datastore(datastore, self.problems)?;
        let Some(endpoint) = self.known.endpoint(store) else {
            self.error(
                "no-address",
                format!(
                    "{} asks for the address of `{}`, which is in memory and has none",
                    quoted(name.as_str()),
                    datastore.value
                ),
                span,
                format!(
                    "move it under `connects.{}.engines.redis`, or give the datastore another kind",
                    datastore.value
                ),
            );
            return None;
        };
        match form {
            ValueForm::Password => endpoint.password.clone().map(EnvValue::Secret),
            ValueForm::File(which) => {
                let file = tls_file(self.known.project, endpoint, which)?;
                let path = file.path();
                if !self.files.iter().any(|other| other.path() == path) {
                    self.files.push(file);
                }
                grammar::env_text(&path).ok().map(EnvValue::Literal)
            }
            ValueForm::Address(form) => {
                self.form(name, form, span);
                self.one_of_several(name, form, datastore, span);
                Some(EnvValue::Address { datastore: datastore.value.clone(), form })
            }
        }
    }

    /// Without a proxy in front there is no one address of a datastore with members.
    fn one_of_several(&mut self, name: &EnvName, form: AddressForm, datastore: &Located<Name>, span: Span) {
        let Some(store) = self.known.datastore(datastore, &mut Vec::new()) else { return };
        let proxied = store.endpoint.as_ref().is_none_or(|endpoint| endpoint.proxied);
        if proxied || form.is_list() || !store.components.iter().any(|component| component.members) {
            return;
        }
        self.error(
            "one-of-several",
            format!(
                "{} asks for one address, and each member of `{}` has its own",
                quoted(name.as_str()),
                store.name.value
            ),
            span,
            "write `as: urls` or `as: addresses` for all of them, or leave `proxied` out",
        );
    }

    fn format(&self, name: &EnvName) -> Option<&Format> {
        self.service.formats.iter().find(|(other, _)| other.value == *name).map(|(_, format)| format)
    }

    fn form(&mut self, name: &EnvName, form: AddressForm, span: Span) {
        let (wanted, word) = match self.format(name) {
            Some(Format::Url) => (AddressForm::Url, "url"),
            Some(Format::Address) => (AddressForm::Address, "address"),
            _ => return,
        };
        if form != wanted {
            let shape =
                if wanted == AddressForm::Url { "a URL with its scheme" } else { "`host:port` without a scheme" };
            self.error(
                "wrong-format",
                format!("{} takes {shape}", quoted(name.as_str())),
                span,
                format!("write `as: {word}`"),
            );
        }
    }

    fn literal(&mut self, name: &EnvName, text: &str, span: Span) {
        let shown = quoted(name.as_str());
        let secret = matches!(self.format(name), Some(Format::Secret))
            || SECRET_NAMES.iter().any(|part| name.as_str().contains(part));
        if secret && !text.is_empty() {
            let (code, message) = if DEFAULT_SECRETS.contains(&text) {
                ("default-password", format!("{shown} is a default that everybody knows"))
            } else {
                ("plain-secret", format!("{shown} is a secret in plain text"))
            };
            let help = "declare a secret under `secrets` and refer to it: `{ secret: NAME, key: KEY }`";
            self.error(code, message, span, help);
            return;
        }
        if let Some((problem, help)) = self.format(name).and_then(|format| misfit(format, text, &self.service.ports)) {
            self.error("wrong-format", format!("{shown} {problem}, not {}", quoted(text)), span, help);
        }
    }
}

/// A file that a client reads which encrypts by itself. Below `/etc`, where it may lie on a host as well as in a
/// container.
fn tls_file(project: &Name, endpoint: &Endpoint, which: TlsFile) -> Option<SecretFile> {
    let tls = endpoint.tls.as_ref().filter(|tls| tls.by == Encrypts::Clients)?;
    let (secret, name) = match which {
        TlsFile::Ca => (tls.ca.as_ref()?, "ca.crt"),
        TlsFile::Certificate => (&tls.client.as_ref()?.certificate, "client.crt"),
        TlsFile::Key => (&tls.client.as_ref()?.key, "client.key"),
    };
    let directory = grammar::file_path(&format!("/etc/{project}/{}", endpoint.datastore)).ok()?;
    Some(SecretFile { secret: secret.clone(), directory, name: name.to_owned(), pem: true })
}

/// Why a text does not fit a format, and the mend.
fn misfit(format: &Format, text: &str, ports: &[Port]) -> Option<(String, String)> {
    let say = |problem: &str, help: &str| Some((problem.to_owned(), help.to_owned()));
    match format {
        Format::Url => {
            let rest = text.split_once("://").map(|(_, rest)| rest);
            if rest.is_some_and(|rest| !rest.is_empty() && !rest.contains([' ', ','])) {
                None
            } else {
                say(
                    "takes a URL with its scheme",
                    "write `redis://host:port`, or refer to a datastore: `{ datastore: NAME, as: url }`",
                )
            }
        }
        Format::Address => {
            let parts = text
                .rsplit_once(':')
                .filter(|(host, port)| grammar::host(host).is_ok() && port.parse::<u16>().is_ok_and(|port| port > 0));
            if parts.is_some() {
                None
            } else {
                say(
                    "takes `host:port` without a scheme",
                    "write `host:port`, or refer to a datastore: `{ datastore: NAME, as: address }`",
                )
            }
        }
        Format::Duration if grammar::duration(text).is_err() => {
            say("takes a duration with its unit", "write a number and its unit: `30s`")
        }
        Format::Integer if text.parse::<i64>().is_err() => say("takes a whole number", "write plain digits"),
        Format::Boolean if !matches!(text, "true" | "false") => say("takes `true` or `false`", "write one of the two"),
        Format::Port => {
            let port = ports.first()?.container;
            (text != port.to_string())
                .then(|| ("is the port the program listens on".to_owned(), format!("write {port}, or change `ports`")))
        }
        Format::OneOf(words) if !words.iter().any(|word| word == text) => {
            let near = did_you_mean(text, words.iter().map(String::as_str))
                .map_or_else(String::new, |near| format!("did you mean `{near}`? "));
            Some((
                format!("takes one of {}", words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(", ")),
                format!("{near}The program takes nothing else, and may not say so"),
            ))
        }
        _ => None,
    }
}
