//! What is wrong with manifests, whoever wrote them: one pass over all documents, each finding with its place.

mod api;
pub(crate) mod balancers;
pub(crate) mod budget;
mod cluster;
pub mod config;
mod deployments;
mod ignore;
mod keywords;
mod members;
mod policies;
mod references;
mod rules;
mod schema;
mod secrets;
pub(crate) mod stores;
mod syntax;
mod tree;
mod values;

pub use api::{Check, Finding, Report, Rule};
pub use cluster::{Cluster, Facts};
pub use rules::RULES;
pub use schema::own::{OwnSchema, read as read_schema};

use std::collections::{BTreeMap, HashMap, HashSet};

use crate::diagnostic::{Diagnostic, Severity, SourceId, Sources, Span, did_you_mean, quoted};
use crate::manifest::{Container, Dialect, Document, Object, Project, kustomize};
use schema::Definitions;

/// How to judge.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The minor version of Kubernetes 1.
    pub kube_minor: u8,
    /// What is known of the cluster.
    pub facts: Facts,
    /// Kinds that have no schema and need none.
    pub allowed: Vec<String>,
    /// Schemas of kinds that no Kubernetes has.
    pub schemas: Vec<OwnSchema>,
    /// Objects that somebody else makes: `Kind/name`, either of which may be `*`.
    pub external: Vec<String>,
    /// Severities other than the rules' own; none where a rule is off.
    pub levels: BTreeMap<String, Option<Severity>>,
    /// Rules that are not to speak about some files.
    pub ignores: Vec<config::PathIgnore>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            kube_minor: newest(),
            facts: Facts::default(),
            allowed: Vec::new(),
            schemas: Vec::new(),
            external: Vec::new(),
            levels: BTreeMap::new(),
            ignores: Vec::new(),
        }
    }
}

/// The first and last minor version of Kubernetes 1 that can be judged for.
pub fn kube_versions() -> (u8, u8) {
    let versions = Definitions::new().versions;
    (versions.first, versions.last)
}

fn newest() -> u8 {
    kube_versions().1
}

/// The rule with an id.
pub fn rule(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// Problems of reading as findings; those that stand in no file are none.
pub fn unread(problems: &[Diagnostic], settings: &Settings) -> Vec<Finding> {
    let on = |rule: &&&'static Rule| settings.levels.get(rule.id).map_or(rule.on, Option::is_some);
    let Some(rule) = RULES.iter().find(|rule| matches!(rule.check, Check::Reading)).filter(on).copied() else {
        return Vec::new();
    };
    let placed = problems.iter().filter(|problem| problem.span.is_some());
    placed
        .map(|problem| Finding { rule, problem: Diagnostic { code: rule.id, ..problem.clone() }, object: None })
        .collect()
}

/// Every finding in some documents, in the order of the files and of the places in them.
pub fn run(documents: &[Document], sources: &Sources, settings: &Settings) -> Vec<Finding> {
    let rules: Vec<&'static Rule> =
        RULES.iter().copied().filter(|rule| settings.levels.get(rule.id).map_or(rule.on, Option::is_some)).collect();
    run_rules(documents, sources, settings, &rules)
}

/// The same by some rules alone.
pub fn run_rules(
    documents: &[Document],
    sources: &Sources,
    settings: &Settings,
    rules: &[&'static Rule],
) -> Vec<Finding> {
    match kustomize::build(documents, sources) {
        Some(kustomized) => deployments::run(kustomized, sources, settings, rules),
        None => together(documents, sources, settings, rules),
    }
}

/// What is found in documents that are deployed together.
fn together(documents: &[Document], sources: &Sources, settings: &Settings, rules: &[&'static Rule]) -> Vec<Finding> {
    let objects: Vec<&Object> = documents
        .iter()
        .filter_map(|document| match document {
            Document::Kubernetes(object) => Some(object),
            _ => None,
        })
        .collect();
    let projects: Vec<Project<'_>> = documents
        .iter()
        .filter_map(|document| match document {
            Document::Compose(node) => Some(Project::of(node)),
            _ => None,
        })
        .collect();
    let asked = asked(documents);
    let mut findings = Vec::new();
    schemas(&objects, settings, rules, &mut findings);
    compose(documents, rules, &mut findings);
    let cluster = Cluster::new(objects, settings);
    findings.append(&mut alone(documents, &cluster, &asked, rules));
    for rule in rules {
        let mut report = Report::new(rule);
        match rule.check {
            Check::Cluster(check) => check(&cluster, &mut report),
            Check::Documents(check) => check(documents, &mut report),
            _ => {}
        }
        findings.append(&mut report.findings);
    }
    rules::soften_parts(documents, &mut findings);
    follow_ups(&mut findings);
    once(&mut findings);
    let by_source: HashMap<SourceId, &Project<'_>> =
        projects.iter().filter_map(|project| Some((project.view.node()?.span.source, project))).collect();
    for finding in findings.iter_mut().filter(|finding| finding.object.is_none()) {
        let Some(span) = finding.problem.span else { continue };
        let project = by_source.get(&span.source);
        finding.object = project.and_then(|project| Some(project.id(project.around(span)?)));
    }
    ignore::annotations(&cluster.objects, &projects, rules, &mut findings);
    ignore::comments(sources, rules, &mut findings);
    config::apply(settings, sources, &mut findings);
    for finding in &mut findings {
        if let Some(Some(level)) = settings.levels.get(finding.rule.id) {
            finding.problem.severity = *level;
        }
    }
    sort(&mut findings);
    findings
}

/// In the order of the files and of the places in them.
fn sort(findings: &mut [Finding]) {
    let place = |finding: &Finding| {
        let span = finding.problem.span;
        span.map_or((u32::MAX, 0), |span| (span.source.index(), span.start))
    };
    findings.sort_by_key(|finding| (place(finding), finding.rule.id));
}

/// Two rules that find one flaw of a store in a pod: the first is left out where the second speaks of the same object.
const TOLD_ALREADY: &[(&str, &str)] = &[
    ("no-persistence", "persistence-off"),
    ("no-persistence", "store-without-volume"),
    ("snapshots-only", "store-without-volume"),
    ("known-redis-password", "default-password"),
];

/// Removes what is said only because a word is misspelt, or because the form of a file is broken, and what another rule
/// says of the same object.
fn follow_ups(findings: &mut Vec<Finding>) {
    let told: HashSet<(&str, String)> = findings
        .iter()
        .filter(|finding| TOLD_ALREADY.iter().any(|(_, other)| *other == finding.rule.id))
        .filter_map(|finding| Some((finding.rule.id, finding.object.clone()?)))
        .collect();
    if !told.is_empty() {
        findings.retain(|finding| {
            let mut others = TOLD_ALREADY.iter().filter(|(rule, _)| *rule == finding.rule.id);
            let object = finding.object.as_ref();
            !others.any(|(_, other)| object.is_some_and(|object| told.contains(&(*other, object.clone()))))
        });
    }
    let mut meant: BTreeMap<u32, Vec<String>> = BTreeMap::new();
    let mut broken: HashSet<SourceId> = HashSet::new();
    for finding in findings.iter() {
        let Some(span) = finding.problem.span else { continue };
        match (finding.rule.id, &finding.problem.help) {
            ("unknown-keyword", Some(help)) => {
                let word = help.split('`').nth(1).unwrap_or_default();
                meant.entry(span.source.index()).or_default().push(word.to_owned());
            }
            ("broken-syntax", _) => {
                broken.insert(span.source);
            }
            _ => {}
        }
    }
    if meant.is_empty() && broken.is_empty() {
        return;
    }
    for words in meant.values_mut() {
        words.sort_unstable();
        words.dedup();
        // One is a slip; many are a language that is not known here.
        words.truncate(20);
    }
    findings.retain(|finding| {
        let Some(span) = finding.problem.span else { return true };
        let Some(help) = &finding.problem.help else { return true };
        let missed = |word: &String| finding.problem.message.contains(word) || help.contains(word);
        match finding.rule.id {
            "broken-syntax" | "unknown-keyword" => true,
            _ => {
                !broken.contains(&span.source)
                    && !meant.get(&span.source.index()).is_some_and(|words| words.iter().any(missed))
            }
        }
    });
}

/// Says once what is so of several at one place: lines of `defaults`, and what stands behind an anchor.
fn once(findings: &mut Vec<Finding>) {
    let mut seen: HashMap<(&str, Span, Option<String>), usize> = HashMap::new();
    let mut others: Vec<usize> = Vec::new();
    let mut kept: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings.drain(..) {
        let Some(span) = finding.problem.span.filter(|span| !span.is_default()) else {
            kept.push(finding);
            others.push(0);
            continue;
        };
        // Of objects each is said, but for what is the same to the letter.
        let told = finding.object.as_ref().map(|object| format!("{object} {}", finding.problem.message));
        match seen.get(&(finding.rule.id, span, told.clone())) {
            Some(at) => others[*at] += usize::from(kept[*at].problem.message != finding.problem.message),
            None => {
                seen.insert((finding.rule.id, span, told), kept.len());
                kept.push(finding);
                others.push(0);
            }
        }
    }
    for (finding, others) in kept.iter_mut().zip(others).filter(|(_, others)| *others > 0) {
        finding.problem.message.push_str(&format!(" (and {others} more)"));
    }
    *findings = kept;
}

/// Names and addresses of servers that some balancer asks whether they are there.
fn asked(documents: &[Document]) -> HashSet<&str> {
    let mut asked = HashSet::new();
    for document in documents {
        let Document::Haproxy(config) = document else { continue };
        for section in config.sections.iter().filter(|section| section.has_servers()) {
            let mut defaults = section.lines.iter().chain(section.defaults.iter());
            let by_default = defaults.any(|line| line.after("default-server").is_some() && line.has("check"));
            for line in section.all("server").filter(|line| by_default || line.has("check")) {
                let words = line.words.iter().skip(1).take(2);
                asked.extend(words.map(|word| word.text.split(':').next().unwrap_or_default()));
            }
        }
    }
    asked
}

/// What rules say that look at one thing alone. All of them look at one before the next is looked at: from one to
/// another is far in memory.
fn alone<'a>(
    documents: &'a [Document],
    cluster: &Cluster<'a>,
    asked: &HashSet<&str>,
    rules: &[&'static Rule],
) -> Vec<Finding> {
    let Some(first) = rules.first() else { return Vec::new() };
    let mut report = Report::new(first);
    for object in &cluster.objects {
        report.about(*object);
        for rule in rules {
            report.ask(rule);
            if let Check::Object(check) = rule.check {
                check(object, &mut report);
            }
        }
    }
    for workload in &cluster.workloads {
        report.about(workload.object);
        for rule in rules {
            report.ask(rule);
            match rule.check {
                Check::Workload(check) => check(workload, cluster, &mut report),
                Check::Container(check) => workload.pod.all().for_each(|it| check(&it, workload, &mut report)),
                _ => {}
            }
        }
    }
    report.about(None);
    for document in documents {
        alone_document(document, asked, rules, &mut report);
    }
    // Where a pod's own words configure a store, they are a document too.
    for workload in cluster.workloads.iter().filter(|workload| workload.runs_on()) {
        report.about(workload.object);
        for document in workload.pod.containers().filter_map(Container::started) {
            alone_document(&document, asked, rules, &mut report);
        }
    }
    report.findings
}

fn alone_document(document: &Document, asked: &HashSet<&str>, rules: &[&'static Rule], report: &mut Report<'_>) {
    let project = if let Document::Compose(node) = document { Some(Project::of(node)) } else { None };
    for rule in rules {
        report.ask(rule);
        match (rule.check, document) {
            (Check::Haproxy(check), Document::Haproxy(config)) => check(config, report),
            (Check::Nginx(check), Document::Nginx(config)) => check(config, report),
            (Check::Redis(check), Document::Redis(config)) => check(config, report),
            (Check::Etcd(check), Document::Etcd(config)) => check(config, report),
            (Check::Keepalived(check), Document::Keepalived(config)) => check(config, report),
            (Check::Document(check), _) => check(document, report),
            (Check::Compose(check), _) => project.iter().for_each(|it| check(it, asked, report)),
            _ => {}
        }
    }
}

fn schemas(objects: &[&Object], settings: &Settings, rules: &[&'static Rule], findings: &mut Vec<Finding>) {
    if !rules.iter().any(|rule| matches!(rule.check, Check::Schema)) {
        return;
    }
    let definitions = Definitions::new();
    // What is defined among the objects counts like what is given.
    let defined: Vec<OwnSchema> = objects.iter().flat_map(|object| schema::own::of_definition(object)).collect();
    for object in objects {
        let problems = schema_of(object, settings, &definitions, &defined).into_iter();
        findings.extend(problems.filter_map(|problem| of_schema(problem, rules, Some(object))));
    }
}

/// Compose's own schema, without the words for people; written by `scripts/compose-schema`.
const COMPOSE: &str = include_str!("../../schemas/compose.json");

/// Compose projects against the specification's schema.
fn compose(documents: &[Document], rules: &[&'static Rule], findings: &mut Vec<Finding>) {
    let mut root: Option<serde_json::Value> = None;
    for document in documents {
        let Document::Compose(node) = document else { continue };
        let root = root.get_or_insert_with(|| serde_json::from_str(COMPOSE).unwrap_or_default());
        let problems = schema::json::Schema::new(root, Dialect::Compose, false).check(node);
        findings.extend(problems.into_iter().filter_map(|problem| of_schema(problem, rules, None)));
    }
}

/// A problem of a document's form as the finding of its rule; a rule that is not asked says nothing.
fn of_schema(problem: Diagnostic, rules: &[&'static Rule], object: Option<&Object>) -> Option<Finding> {
    let rule = rules.iter().copied().find(|rule| rule.id == problem.code && matches!(rule.check, Check::Schema))?;
    let problem = Diagnostic { severity: rule.severity, ..problem };
    Some(Finding { rule, problem, object: object.map(Object::id) })
}

fn schema_of(
    object: &Object,
    settings: &Settings,
    definitions: &Definitions,
    defined: &[OwnSchema],
) -> Vec<Diagnostic> {
    for (field, value) in [("apiVersion", &object.api_version), ("kind", &object.kind)] {
        if value.is_empty() {
            let what = format!("the object has no `{field}`");
            let help = "every object says `apiVersion` and `kind`";
            return vec![Diagnostic::error("missing-field", what).at(object.kind_span()).help(help)];
        }
    }
    let minor = settings.kube_minor;
    let kinds = definitions.kinds(&object.api_version, &object.kind);
    if let Some(kind) = kinds.iter().find(|kind| kind.versions.has(minor)) {
        let mut problems = schema::walk(definitions, kind.definition, object.node(), minor);
        problems.extend(deprecated(object, definitions, minor));
        return problems;
    }
    if let Some(own) = settings.schemas.iter().chain(defined).find(|own| own.is_of(object)) {
        return schema::json::Schema::new(&own.root, Dialect::Kubernetes, true).check(object.node());
    }
    let known_elsewhere = settings.allowed.contains(&object.kind)
        || rules::FILES_OF_TOOLS.contains(&(object.group(), object.kind.as_str()));
    if known_elsewhere {
        return Vec::new();
    }
    let problem = match (kinds.first(), definitions.api_versions(&object.kind, minor).first()) {
        (Some(kind), other) if kind.versions.last < minor => {
            let what =
                format!("{} {} is gone since Kubernetes 1.{}", object.api_version, object.kind, kind.versions.last + 1);
            let mend =
                other.map_or("use what came in its place".to_owned(), |other| format!("use `apiVersion: {other}`"));
            Diagnostic::error("removed-api", what).help(mend)
        }
        (Some(kind), _) => {
            let since = kind.versions.first;
            let what = format!("{} {} comes with Kubernetes 1.{since}", object.api_version, object.kind);
            Diagnostic::error("unknown-kind", what)
                .help(format!("judge for the version of the cluster: `--kube-version 1.{since}`"))
        }
        (None, Some(other)) => match rules::removed(&object.api_version, &object.kind) {
            Some(since) => {
                let what = format!("{} {} is gone since Kubernetes {since}", object.api_version, object.kind);
                let problem = Diagnostic::error("removed-api", what).help(format!("use `apiVersion: {other}`"));
                let version = object.view().key("apiVersion").span();
                if rules::same_fields(&object.kind) { problem.fix(version, *other) } else { problem }
            }
            None => {
                let what = format!("there is no {} in {}", quoted(&object.kind), quoted(&object.api_version));
                Diagnostic::error("unknown-kind", what).help(format!("use `apiVersion: {other}`"))
            }
        },
        (None, None) => match rules::removed(&object.api_version, &object.kind) {
            Some(since) => {
                let what = format!("{} {} is gone since Kubernetes {since}", object.api_version, object.kind);
                Diagnostic::error("removed-api", what).help("use what came in its place")
            }
            None => {
                let what = format!("there is no schema of {} {}", quoted(&object.api_version), quoted(&object.kind));
                let help = match did_you_mean(&object.kind, definitions.names()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => "give its schema with `--schema`, or allow it with `--allow-kind`".to_owned(),
                };
                Diagnostic::error("unknown-kind", what).help(help)
            }
        },
    };
    let version = object.view().key("apiVersion").span();
    let place = if problem.code == "removed-api" { version } else { object.kind_span() };
    vec![problem.at(place)]
}

/// Whether a version of an API is on its way out: the stable one of the same group is there, or it is known.
fn deprecated(object: &Object, definitions: &Definitions, minor: u8) -> Option<Diagnostic> {
    let (version, kind) = (object.api_version.as_str(), object.kind.as_str());
    let early = |version: &str| version.contains("beta") || version.contains("alpha");
    let mend = match rules::deprecated(version, kind, minor) {
        Some(mend) => mend.to_owned(),
        None if early(version) => {
            let of_group = |it: &&&str| it.split('/').next() == version.split('/').next() && !early(it);
            let stable = definitions.api_versions(kind, minor);
            format!("use `apiVersion: {}`", stable.iter().find(of_group)?)
        }
        None => return None,
    };
    let what = format!("{version} {kind} is on its way out");
    Some(Diagnostic::error("deprecated-api", what).at(object.view().key("apiVersion").span()).help(mend))
}

/// How many findings there are of a severity.
pub fn count(findings: &[Finding], severity: Severity) -> usize {
    findings.iter().filter(|finding| finding.problem.severity == severity).count()
}
