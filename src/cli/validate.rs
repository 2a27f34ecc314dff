//! `a8ctl validate PATH...`.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use a8ctl::diagnostic::{self, Diagnostic, Fix, Severity, SourceId, Sources};
use a8ctl::lint::{self, Finding, Settings};
use a8ctl::manifest::{self, Document, kustomize};
use a8ctl::report::{FORMATS, Judged};
use anyhow::{Context, bail};

use super::{COULD_NOT_RUN, FINDINGS, FINE, terminal};

/// What the standard input is called.
const STDIN: &str = "<stdin>";
/// A larger file is no manifest.
const LARGEST: u64 = 64 << 20;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Files and directories, of which every .yaml, .yml, .json, .cfg and .conf is judged; `-` for stdin
    #[arg(value_name = "PATH", required = true)]
    paths: Vec<PathBuf>,
    /// How findings are written
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name, value_parser = clap::builder::PossibleValuesParser::new(formats()))]
    format: String,
    /// Exit 1 at findings of this severity or a worse one
    #[arg(long, value_name = "SEVERITY", value_enum, default_value_t = Threshold::Warning)]
    fail_on: Threshold,
    /// Make the mends that are mechanical in the files themselves, and judge what is left
    #[arg(long)]
    fix: bool,
    /// Settings of the repository [default: .a8ctl.yaml, where there is one]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Another severity for a rule, or `off`; may be repeated
    #[arg(long = "rule", value_name = "RULE=SEVERITY")]
    rules: Vec<String>,
    /// The version of Kubernetes that the manifests are for [default: the newest known]
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// How many nodes the cluster has
    #[arg(long, value_name = "COUNT")]
    nodes: Option<u32>,
    /// How many zones its nodes are in
    #[arg(long, value_name = "COUNT")]
    zones: Option<u32>,
    /// Take objects of this kind as they are; may be repeated
    #[arg(long = "allow-kind", value_name = "KIND")]
    allowed: Vec<String>,
    /// Schemas of kinds of your own: definitions of kinds, or JSON Schema; a file or a directory, may be repeated
    #[arg(long = "schema", value_name = "FILE|DIR")]
    schemas: Vec<PathBuf>,
    /// An object that somebody else makes, `*` for any kind or name; may be repeated
    #[arg(long = "external", value_name = "KIND/NAME")]
    external: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Threshold {
    Error,
    Warning,
    Info,
    Never,
}

impl Threshold {
    fn reached(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity == Severity::Error,
            Self::Warning => severity <= Severity::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

fn formats() -> Vec<clap::builder::PossibleValue> {
    FORMATS.iter().map(|format| clap::builder::PossibleValue::new(format.name).help(format.about)).collect()
}

/// Everything that was read, and what is said of it.
struct Judgement {
    sources: Sources,
    findings: Vec<Finding>,
    /// Files that are not YAML, as findings.
    broken: Vec<Finding>,
    /// What could not be judged.
    unread: Vec<Diagnostic>,
    files: usize,
    objects: usize,
}

pub(super) fn run(args: &Args, color: bool) -> anyhow::Result<u8> {
    let Some(mut judged) = judge(args, color)? else { return Ok(COULD_NOT_RUN) };
    if args.fix {
        let fixed = fix(&judged)?;
        terminal::note(&format!("{fixed} {} fixed", if fixed == 1 { "finding" } else { "findings" }));
        if fixed > 0 {
            let Some(again) = judge(args, color)? else { return Ok(COULD_NOT_RUN) };
            judged = again;
        }
    }
    let Judgement { sources, mut findings, broken, unread, files, objects } = judged;
    // People are told of it at the end; programs read one stream.
    if args.format != FORMATS[0].name {
        findings.splice(0..0, broken);
    }
    let format = FORMATS.iter().find(|format| format.name == args.format).context("no such format")?;
    let said = Judged { findings: &findings, sources: &sources, files, objects, color };
    terminal::data(&(format.write)(&said))?;
    if !unread.is_empty() {
        terminal::note(&diagnostic::render(&unread, &sources, color));
        return Ok(COULD_NOT_RUN);
    }
    let reached = findings.iter().any(|finding| args.fail_on.reached(finding.problem.severity));
    Ok(if reached { FINDINGS } else { FINE })
}

/// Reads everything and judges it; `None` after problems of the settings.
fn judge(args: &Args, color: bool) -> anyhow::Result<Option<Judgement>> {
    let mut sources = Sources::default();
    let mut unread: Vec<Diagnostic> = Vec::new();
    let mut settings = Settings::default();
    if !config(args, &mut settings, &mut sources, color)? {
        return Ok(None);
    }
    for path in files(&args.schemas, &mut unread) {
        match text(&path) {
            Ok(text) => {
                let source = sources.add(name(&path), text.clone());
                settings.schemas.extend(lint::read_schema(&name(&path), &text, source, &mut unread));
            }
            Err(error) => unread.push(unreadable(&path, &error)),
        }
    }
    let (documents, files) = gather(&args.paths, &mut sources, &mut unread);
    // A judgement of nothing is no good news.
    let judged = documents.iter().any(|document| !matches!(document, Document::Other(_)));
    if unread.is_empty() && !judged && kustomize::build(&documents, &sources).is_none() {
        let paths: Vec<String> = args.paths.iter().map(|path| name(path)).collect();
        let what = format!("there is nothing to judge in {}", paths.join(", "));
        let help =
            "name files with objects of Kubernetes, a Compose project, or a configuration of haproxy, nginx or Redis";
        unread.push(Diagnostic::error("no-manifests", what).help(help));
    }
    let findings = lint::run(&documents, &sources, &settings);
    let objects = documents.iter().filter(|document| matches!(document, Document::Kubernetes(_))).count();
    // The process ends: to give back a million small pieces would take a tenth of its time.
    std::mem::forget(documents);
    let broken = lint::unread(&unread, &settings);
    Ok(Some(Judgement { sources, findings, broken, unread, files, objects }))
}

/// The documents of all files of some paths, and how many files these are. What cannot be read is told in `unread`.
pub(super) fn gather(paths: &[PathBuf], sources: &mut Sources, unread: &mut Vec<Diagnostic>) -> (Vec<Document>, usize) {
    let mut documents: Vec<Document> = Vec::new();
    let mut known = BTreeSet::new();
    let mut next = files(paths, unread);
    // What kustomizations take up counts too, wherever it lies.
    while !next.is_empty() {
        known.extend(next.iter().cloned());
        add(next, sources, &mut documents, unread);
        let wanted = kustomize::wanted(&documents, sources);
        let found = wanted.iter().filter_map(|path| there(Path::new(path)));
        next = found.filter(|path| !known.contains(path)).collect();
    }
    (documents, known.len())
}

/// A file, or the kustomization in a directory.
fn there(path: &Path) -> Option<PathBuf> {
    let inside = kustomize::NAMES.iter().map(|name| path.join(name)).find(|path| path.is_file());
    inside.or_else(|| path.is_file().then(|| path.to_owned()))
}

/// Reads some files.
fn add(files: BTreeSet<PathBuf>, sources: &mut Sources, documents: &mut Vec<Document>, unread: &mut Vec<Diagnostic>) {
    let files: Vec<(PathBuf, SourceId)> =
        files.into_iter().map(|path| (path.clone(), sources.add(name(&path), ""))).collect();
    for (read, (path, source)) in read(&files).into_iter().zip(&files) {
        match read {
            Ok(Judgeable { text, documents: found, mut problems }) => {
                sources.set(*source, text);
                documents.extend(found);
                unread.append(&mut problems);
            }
            Err(error) => unread.push(unreadable(path, &error)),
        }
    }
}

/// Makes the mends that are mechanical where they are, and leaves all else as it stands; how many.
fn fix(judged: &Judgement) -> anyhow::Result<usize> {
    let mut by_source: BTreeMap<String, Vec<&Fix>> = BTreeMap::new();
    for fix in judged.findings.iter().filter_map(|finding| finding.problem.fix.as_deref()) {
        if let Some(source) = judged.sources.get(fix.span.source) {
            by_source.entry(source.name.clone()).or_default().push(fix);
        }
    }
    let mut fixed = 0;
    for (path, fixes) in by_source {
        let Some(source) = judged.sources.get(fixes[0].span.source).filter(|_| path != STDIN) else { continue };
        let (text, made) = diagnostic::mended(&source.text, fixes);
        fixed += made;
        replace(Path::new(&path), &text).with_context(|| format!("cannot write {path}"))?;
    }
    Ok(fixed)
}

/// A whole file in the place of another, with its rights.
fn replace(path: &Path, text: &str) -> anyhow::Result<()> {
    let directory = path.parent().filter(|it| !it.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut file = tempfile::NamedTempFile::new_in(directory)?;
    file.write_all(text.as_bytes())?;
    file.as_file().set_permissions(std::fs::metadata(path)?.permissions())?;
    file.persist(path)?;
    Ok(())
}

/// What the repository has settled, and over it what the command line says. False after problems of the file.
fn config(args: &Args, settings: &mut Settings, sources: &mut Sources, color: bool) -> anyhow::Result<bool> {
    let own = Path::new(lint::config::FILE);
    let path = args.config.as_deref().or(own.is_file().then_some(own));
    if let Some(path) = path {
        let text = text(path).map_err(|error| anyhow::anyhow!("cannot read {}: {error}", name(path)))?;
        let source = sources.add(name(path), text.clone());
        let mut problems = Vec::new();
        lint::config::read(&text, source, settings, &mut problems);
        if !problems.is_empty() {
            terminal::note(&diagnostic::render(&problems, sources, color));
            return Ok(false);
        }
    }
    if let Some(version) = &args.kube_version {
        settings.kube_minor = lint::config::minor(version).map_err(|why| anyhow::anyhow!("`--kube-version`: {why}"))?;
    }
    settings.facts.nodes = args.nodes.or(settings.facts.nodes);
    settings.facts.zones = args.zones.or(settings.facts.zones);
    settings.allowed.extend(args.allowed.iter().cloned());
    settings.external.extend(args.external.iter().cloned());
    for word in &args.rules {
        let (id, level) = word.split_once('=').unwrap_or((word, ""));
        let Some(level) = lint::config::level(level).filter(|_| lint::rule(id).is_some()) else {
            bail!("`--rule {word}`: write a rule and `error`, `warning`, `info` or `off`; `a8ctl rules` lists them");
        };
        settings.levels.insert(id.to_owned(), level);
    }
    Ok(true)
}

/// A file that could be read.
struct Judgeable {
    text: String,
    documents: Vec<Document>,
    problems: Vec<Diagnostic>,
}

/// Fewer files are read sooner than a thread is made.
const WORTH_A_THREAD: usize = 32;

/// All files in their order, by as many threads as there are processors.
fn read(files: &[(PathBuf, SourceId)]) -> Vec<Result<Judgeable, String>> {
    let one = |(path, source): &(PathBuf, SourceId)| {
        let text = text(path)?;
        let mut problems = Vec::new();
        let documents = manifest::of_file(&name(path), &text, *source, &mut problems).unwrap_or_default();
        Ok(Judgeable { text, documents, problems })
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    if threads == 1 || files.len() < WORTH_A_THREAD {
        return files.iter().map(one).collect();
    }
    std::thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(threads));
        let workers: Vec<_> = parts.map(|part| scope.spawn(move || part.iter().map(one).collect::<Vec<_>>())).collect();
        // A thread that panicked has said why.
        workers.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    })
}

fn unreadable(path: &Path, error: &str) -> Diagnostic {
    Diagnostic::error("unreadable", format!("cannot read {}: {error}", name(path)))
        .help("check the path and who may read it")
}

pub(super) fn name(path: &Path) -> String {
    if path == Path::new("-") { STDIN.to_owned() } else { path.display().to_string() }
}

/// The files of all paths in order, each once.
fn files(paths: &[PathBuf], unread: &mut Vec<Diagnostic>) -> BTreeSet<PathBuf> {
    let mut found = BTreeSet::new();
    for path in paths {
        if path.is_dir() {
            below(path, &mut found, unread);
        } else {
            found.insert(path.clone());
        }
    }
    found
}

/// Hidden directories are somebody's tools'.
fn below(directory: &Path, found: &mut BTreeSet<PathBuf>, unread: &mut Vec<Diagnostic>) {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) => return unread.push(unreadable(directory, &error.to_string())),
    };
    for entry in entries.flatten() {
        let path = entry.path();
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        // A link to a directory may lead back to where it is.
        match entry.file_type() {
            Ok(kind) if kind.is_dir() && !hidden => below(&path, found, unread),
            Ok(kind) if !kind.is_dir() && !hidden => {
                let known = path.extension().is_some_and(|it| manifest::EXTENSIONS.iter().any(|known| it == *known))
                    || path.file_name().is_some_and(|it| kustomize::NAMES.iter().any(|known| it == *known));
                if known && path.is_file() {
                    found.insert(path);
                }
            }
            _ => {}
        }
    }
}

fn text(path: &Path) -> Result<String, String> {
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        std::io::stdin().lock().take(LARGEST + 1).read_to_end(&mut bytes)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(LARGEST + 1).read_to_end(&mut bytes))
    };
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 64 MiB, which no manifest is".to_owned());
    }
    String::from_utf8(bytes).map_err(|error| format!("it is not UTF-8 at byte {}", error.utf8_error().valid_up_to()))
}
