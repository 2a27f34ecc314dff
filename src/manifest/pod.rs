//! What runs in a pod.

use super::view::View;
use super::{Document, started};

/// A pod's `spec`.
#[derive(Debug, Clone, Copy)]
pub struct Pod<'a>(pub View<'a>);

impl<'a> Pod<'a> {
    pub(super) fn of(spec: View<'a>) -> Self {
        Self(spec)
    }

    /// Whether it is for nodes of Windows.
    pub fn is_windows(self) -> bool {
        let selected = self.0.key("nodeSelector").key("kubernetes.io/os").word();
        self.0.at("os.name").word().or(selected) == Some("windows")
    }

    /// Containers that run as long as the pod does: those of the list, and sidecars.
    pub fn containers(self) -> impl Iterator<Item = Container<'a>> {
        let sidecar = |view: &View<'a>| view.key("restartPolicy").text() == Some("Always");
        let own = self.0.key("containers").items().map(|view| Container { view, init: false });
        own.chain(self.0.key("initContainers").items().filter(sidecar).map(|view| Container { view, init: true }))
    }

    /// Every container, those that only prepare too.
    pub fn all(self) -> impl Iterator<Item = Container<'a>> {
        let own = self.0.key("containers").items().map(|view| Container { view, init: false });
        own.chain(self.0.key("initContainers").items().map(|view| Container { view, init: true }))
    }

    /// Seconds between being told to end and being ended: 30 unless it says otherwise.
    pub fn grace(self) -> i64 {
        self.0.key("terminationGracePeriodSeconds").integer().unwrap_or(30)
    }
}

/// A container of a pod.
#[derive(Debug, Clone, Copy)]
pub struct Container<'a> {
    /// The whole of it.
    pub view: View<'a>,
    /// Whether it is among the init containers.
    pub init: bool,
}

impl<'a> Container<'a> {
    /// Its name, or nothing.
    pub fn name(self) -> &'a str {
        self.view.key("name").word().unwrap_or_default()
    }

    /// Its image, or nothing.
    pub fn image(self) -> &'a str {
        self.view.key("image").word().unwrap_or_default()
    }

    /// What its words and variables configure, where it is a store.
    pub fn started(self) -> Option<Document> {
        started::of_container(self)
    }

    /// One of its probes: `liveness`, `readiness`, `startup`.
    pub fn probe(self, which: &str) -> Option<Probe<'a>> {
        let view = self.view.key(&format!("{which}Probe"));
        view.exists().then_some(Probe(view))
    }
}

/// A probe.
#[derive(Debug, Clone, Copy)]
pub struct Probe<'a>(pub View<'a>);

impl Probe<'_> {
    /// Seconds from the first failed question to the consequence: period times threshold, and the last one's patience.
    pub fn patience(self) -> i64 {
        let number = |key: &str, default| self.0.key(key).integer().unwrap_or(default);
        number("periodSeconds", 10) * number("failureThreshold", 3) + number("timeoutSeconds", 1)
    }
}
