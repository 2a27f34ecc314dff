//! What a rule is, and how it says what it found.

use std::collections::HashSet;

use super::cluster::Cluster;
use crate::diagnostic::{Diagnostic, Severity, Span};
use crate::manifest::{Container, Document, Etcd, Haproxy, Keepalived, Nginx, Object, Project, Redis, Workload};

/// One flaw: how it is found, and what is said of it.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which is that of the flaw.
    pub id: &'static str,
    /// How bad the flaw is.
    pub severity: Severity,
    /// One line.
    pub about: &'static str,
    /// Why it matters and how it is mended.
    pub docs: &'static str,
    /// Whether it is asked for without being named.
    pub on: bool,
    /// Manifests that have the flaw.
    pub bad: &'static [&'static str],
    /// Manifests that come near it and do not.
    pub good: &'static [&'static str],
    /// How it is found.
    pub check: Check,
}

/// What a rule looks at.
#[derive(Debug, Clone, Copy)]
pub enum Check {
    /// Found while a document is held against its schema.
    Schema,
    /// Found while a kustomization is followed.
    Kustomization,
    /// Found while a file is read, which is not judged then.
    Reading,
    /// Each object of Kubernetes.
    Object(fn(&Object, &mut Report<'_>)),
    /// Each object that makes pods.
    Workload(fn(&Workload<'_>, &Cluster<'_>, &mut Report<'_>)),
    /// Each container of each of them.
    Container(fn(&Container<'_>, &Workload<'_>, &mut Report<'_>)),
    /// haproxy's configuration.
    Haproxy(fn(&Haproxy, &mut Report<'_>)),
    /// nginx' configuration.
    Nginx(fn(&Nginx, &mut Report<'_>)),
    /// Redis' configuration, or a sentinel's.
    Redis(fn(&Redis, &mut Report<'_>)),
    /// A Compose project, with the names and addresses of servers that a balancer asks whether they are there.
    Compose(fn(&Project<'_>, &HashSet<&str>, &mut Report<'_>)),
    /// etcd's settings.
    Etcd(fn(&Etcd, &mut Report<'_>)),
    /// keepalived's configuration.
    Keepalived(fn(&Keepalived, &mut Report<'_>)),
    /// Each document, of whichever program.
    Document(fn(&Document, &mut Report<'_>)),
    /// All documents together.
    Documents(for<'a> fn(&'a [Document], &mut Report<'a>)),
    /// All objects together.
    Cluster(for<'a> fn(&Cluster<'a>, &mut Report<'a>)),
}

/// A flaw at its place.
#[derive(Debug, Clone)]
pub struct Finding {
    /// Which flaw.
    pub rule: &'static Rule,
    /// What is said.
    pub problem: Diagnostic,
    /// `Kind/namespace/name` of the object, where there is one.
    pub object: Option<String>,
}

/// Where a rule says what it found.
#[derive(Debug)]
pub struct Report<'a> {
    rule: &'static Rule,
    pub(super) findings: Vec<Finding>,
    object: Option<&'a Object>,
}

impl<'a> Report<'a> {
    pub(super) fn new(rule: &'static Rule) -> Self {
        Self { rule, findings: Vec::new(), object: None }
    }

    /// Which rule speaks next.
    pub(super) fn ask(&mut self, rule: &'static Rule) {
        self.rule = rule;
    }

    /// Which object the next findings are about.
    pub(crate) fn about(&mut self, object: impl Into<Option<&'a Object>>) {
        self.object = object.into();
    }

    /// Makes the mend of the last one mechanical.
    pub(crate) fn fix(&mut self, span: Span, text: impl Into<String>) {
        if let Some(last) = self.findings.pop() {
            self.findings.push(Finding { problem: last.problem.fix(span, text), ..last });
        }
    }

    /// Makes a warning of the last one.
    pub(crate) fn soften(&mut self) {
        if let Some(last) = self.findings.last_mut() {
            last.problem.severity = Severity::Warning;
        }
    }

    /// Says one.
    pub(crate) fn find(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        let problem = Diagnostic::error(self.rule.id, message).at(span).help(help);
        let problem = Diagnostic { severity: self.rule.severity, ..problem };
        self.findings.push(Finding { rule: self.rule, problem, object: self.object.map(Object::id) });
    }
}
