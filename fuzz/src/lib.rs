//! What must hold for any bytes, one function for each reader. The fuzzer's targets call them, and so does the ordinary
//! test-suite for the bytes that are kept in `fuzz/seeds/`.

use a8ctl::diagnostic::{self, Diagnostic, Fix, Sources};
use a8ctl::failure::{self, Analysis, Assumed, Keys, Origin, Rates};
use a8ctl::lint::{self, Settings};
use a8ctl::manifest::{self, Document, Haproxy, Keepalived, Nginx, Piece, Redis};
use a8ctl::profile::{self, Request};
use a8ctl::report::survival::{self, Cut, Estimate, Surveyed, for_runbook};
use a8ctl::report::{FORMATS, Judged};
use a8ctl::target::{Failures, Header, Output, TARGETS};

/// A reader by its name, and what must hold for it: it panics otherwise.
pub type Check = (&'static str, fn(&[u8]));

/// All of them.
pub const CHECKS: &[Check] = &[
    ("manifest", manifest),
    ("haproxy", haproxy),
    ("nginx", nginx),
    ("redis", redis),
    ("keepalived", keepalived),
    ("fix", fix),
    ("failures", failures),
    ("profile", profile),
    ("settings", settings),
    ("schema", schema),
];

/// Names that bytes are judged under, so that each reader gets them.
const NAMES: &[&str] = &["a.yaml", "a.cfg", "redis.conf"];

/// Objects of Kubernetes and Compose projects by every rule.
pub fn manifest(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let source = sources.add("a.yaml", text);
    let documents = manifest::of_file("a.yaml", text, source, &mut problems).unwrap_or_default();
    judge(&documents, &sources, &problems, &Settings::default());
}

/// haproxy's configuration by every rule.
pub fn haproxy(bytes: &[u8]) {
    config(bytes, |piece| Document::Haproxy(Haproxy::new(piece)));
}

/// nginx' configuration by every rule.
pub fn nginx(bytes: &[u8]) {
    config(bytes, |piece| Document::Nginx(Nginx::new(piece)));
}

/// Redis' and its sentinels' configuration by every rule.
pub fn redis(bytes: &[u8]) {
    config(bytes, |piece| Document::Redis(Redis::new(piece)));
}

/// keepalived's configuration by every rule.
pub fn keepalived(bytes: &[u8]) {
    config(bytes, |piece| Document::Keepalived(Keepalived::new(piece)));
}

fn config(bytes: &[u8], read: impl Fn(Piece<'_>) -> Document) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let mut sources = Sources::default();
    let source = sources.add("a.conf", text);
    judge(&[read(Piece { text, source, start: 0 })], &sources, &[], &Settings::default());
}

/// How often mends may give rise to further mends.
const ROUNDS: usize = 8;

/// What is mended can be read as before, and after some rounds there is nothing left to mend.
pub fn fix(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    for name in NAMES {
        let Some((count, mut fixes)) = mends(name, text) else { continue };
        let mut text = text.to_owned();
        for _ in 0..ROUNDS {
            let (after, made) = diagnostic::mended(&text, fixes.iter().collect());
            if made == 0 {
                break;
            }
            let Some((now, more)) = mends(name, &after) else {
                panic!("{name} was:\n{text}\nand is no more:\n{after}")
            };
            assert_eq!(now, count, "documents of {name}, which was:\n{text}\nand is:\n{after}");
            (text, fixes) = (after, more);
        }
        assert!(fixes.is_empty(), "{name} is mended without end: {fixes:?} of:\n{text}");
    }
}

/// How many documents a text has, and the mends of what is found in them; `None` for one that cannot be read.
fn mends(name: &str, text: &str) -> Option<(usize, Vec<Fix>)> {
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let source = sources.add(name, text);
    let documents = manifest::of_file(name, text, source, &mut problems).filter(|_| problems.is_empty())?;
    let findings = lint::run(&documents, &sources, &Settings::default());
    Some((documents.len(), findings.into_iter().filter_map(|finding| finding.problem.fix).map(|fix| *fix).collect()))
}

/// More parts are analysed by single failures alone: combinations of them are many, and nothing new.
const FEW: usize = 8;

/// What manifests survive, told in every format. Their size decides what the cluster has.
pub fn failures(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mut sources, mut problems) = (Sources::default(), Vec::new());
    let source = sources.add("a.yaml", text);
    let documents = manifest::of_file("a.yaml", text, source, &mut problems).unwrap_or_default();
    let size = u32::try_from(text.len()).unwrap_or(0);
    let (nodes, zones) = (size % 6, size / 6 % 4);
    let assumed = Assumed { nodes: (nodes > 0).then_some(nodes), zones: (zones > 0).then_some(zones) };
    let Some(read) = failure::read("a.yaml", &documents, &sources, assumed) else { return };
    assert_eq!(read.hand.parts.len(), read.system.parts.len());
    assert!(read.system.unknown.iter().all(|sentence| !sentence.is_empty()));
    let (system, origin) = (read.system, Origin::Manifests(read.hand));
    let analysis = Analysis::new(&system);
    let few = system.parts.len() <= FEW;
    let at_once = if few { 2 } else { 1 };
    let survival = analysis.survival(at_once);
    let (cuts, estimates) = match few {
        true => (Cut::all(&system, &analysis.cuts(2)), Estimate::all(&system, &analysis.estimate(&Rates::default()))),
        false => Default::default(),
    };
    for format in survival::FORMATS {
        let surveyed = Surveyed {
            system: &system,
            origin: &origin,
            survival: &survival,
            at_once,
            guarantees: &[],
            cuts: &cuts,
            estimates: &estimates,
            color: false,
        };
        let written = (format.write)(&surveyed);
        assert!(written.chars().all(|c| c == '\n' || !c.is_control()), "{}: {written:?}", format.name);
    }
}

/// A profile, and everything that is generated from it.
pub fn profile(bytes: &[u8]) {
    let request = Request { profile: "./a.yaml", overlays: &[], sets: &[] };
    let loaded = profile::load(&request, &|_| Ok(bytes.to_vec()));
    let said = diagnostic::render(&loaded.problems, &loaded.sources, false);
    assert_eq!(loaded.profile.is_none(), said.contains("error["), "{said}");
    let Some(profile) = loaded.profile else { return };
    for target in TARGETS {
        let system = failure::system(&profile.topology, target.platform);
        let (table, person) = for_runbook(&system, &Origin::Profile(Keys::of(&profile.topology, &system)));
        let failures = Some(Failures { table, person });
        let header = Header { command: "a8ctl generate".to_owned(), output: Output::Stdout, failures };
        let _ = (target.render)(&profile.topology, &header);
    }
    // What is shown says the same again.
    let shown = profile.show(false, &loaded.sources);
    let again = profile::load(&request, &|_| Ok(shown.clone().into_bytes()));
    let said = diagnostic::render(&again.problems, &again.sources, false);
    assert!(again.profile.is_some(), "{said}\n{shown}");
}

/// An object and its flaws, for what must be judged by something.
const OBJECT: &str = "apiVersion: example.org/v1\nkind: Shop\nmetadata: { name: a }\nspec:\n  color: green\n  size: 3\n\
                      ---\napiVersion: v1\nkind: Pod\nmetadata: { name: a }\nspec: { containers: [] }\n";

/// `.a8ctl.yaml`, and a judgement by it.
pub fn settings(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mut sources, mut problems, mut settings) = (Sources::default(), Vec::new(), Settings::default());
    let source = sources.add(lint::config::FILE, text);
    lint::config::read(text, source, &mut settings, &mut problems);
    object(sources, problems, &settings);
}

/// A schema of a user's, and a judgement by it.
pub fn schema(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let (mut sources, mut problems, mut settings) = (Sources::default(), Vec::new(), Settings::default());
    let name = "example.org/shop_v1.json";
    let source = sources.add(name, text);
    settings.schemas = lint::read_schema(name, text, source, &mut problems);
    object(sources, problems, &settings);
}

fn object(mut sources: Sources, mut problems: Vec<Diagnostic>, settings: &Settings) {
    let source = sources.add("deep/a.yaml", OBJECT);
    let documents = manifest::of_file("a.yaml", OBJECT, source, &mut problems).unwrap_or_default();
    judge(&documents, &sources, &problems, settings);
}

/// Every rule, and one of the ways to write what they find, as a run of the program has it.
fn judge(documents: &[Document], sources: &Sources, problems: &[Diagnostic], settings: &Settings) {
    let findings = lint::run(documents, sources, settings);
    let said = findings.iter().map(|finding| &finding.problem).chain(problems);
    for span in said.filter_map(|problem| problem.span) {
        assert!(sources.position(span).is_some(), "{span:?} is no place");
    }
    let said = diagnostic::render(problems, sources, false);
    assert!(said.chars().all(|c| c == '\n' || !c.is_control()), "{said:?}");
    let judged = Judged { findings: &findings, sources, files: 1, objects: documents.len(), color: false };
    let size: usize = sources.iter().map(|(_, source)| source.text.len()).sum();
    let format = &FORMATS[size % FORMATS.len()];
    let written = (format.write)(&judged);
    assert!(written.chars().all(|c| c == '\n' || !c.is_control()), "{}: {written:?}", format.name);
    if format.name == "github" {
        assert_eq!(written.lines().count(), findings.len(), "{written}");
    }
}
