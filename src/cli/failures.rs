//! `a8ctl failures [PROFILE]` and `a8ctl failures MANIFESTS...`.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use a8ctl::diagnostic::{self, Diagnostic, Sources};
use a8ctl::failure::{
    self, Analysis, Assumed, Keys, Origin, Outcome, Rate, Rates, Read as Found, Survival, System, kept,
};
use a8ctl::manifest::{self, Document};
use a8ctl::profile::DEFAULT;
use a8ctl::report::survival::{Cut, Estimate, FORMATS, Surveyed};
use a8ctl::target::{self, Header, Output, TARGETS, Target};
use a8ctl::topology::{Guarantee, Topology};
use a8ctl::yaml::Node as Yaml;
use anyhow::{Context, bail};
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::load::{LARGEST, ProfileArgs, report};
use super::terminal::{self, Color};
use super::validate::{gather, name};
use super::{COULD_NOT_RUN, FINDINGS, FINE};

/// Cut sets are looked for up to so many losses: what takes more is no outage that anybody plans for.
const ORDER: usize = 3;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Name of a built-in profile, or path of its file (a path has a `/` or a `.`); or manifests of another hand: files
    /// and directories of Kubernetes or Compose, `-` for stdin
    #[arg(value_name = "PROFILE|MANIFESTS", default_value = DEFAULT)]
    paths: Vec<PathBuf>,
    /// Lay a file over the profile; may be repeated, the last one wins
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    overlays: Vec<PathBuf>,
    /// Set one value, after all files; lists are replaced whole, `null` removes a key
    #[arg(long = "set", value_name = "PATH=VALUE")]
    sets: Vec<String>,
    /// Where it runs [default: the first target that can be written of the profile]
    #[arg(long, value_name = "TARGET", value_parser = PossibleValuesParser::new(TARGETS.iter().map(|it| it.name)))]
    target: Option<String>,
    /// How many nodes the cluster of manifests has [default: 3, or those that they name]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    nodes: Option<u32>,
    /// How many zones these are in
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u32).range(1..=1000))]
    zones: Option<u32>,
    /// How the failures are written
    #[arg(long, value_name = "FORMAT", default_value = FORMATS[0].name, value_parser = PossibleValuesParser::new(formats()))]
    format: String,
    /// Try so many failures at a time, too
    #[arg(long, value_name = "COUNT", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..=4))]
    at_once: u32,
    /// Losses a year and hours until each is mended, of a `process`, `balancer`, `node`, `zone`, `external` or `disk`:
    /// `node=2/4`; may be repeated
    #[arg(long = "rate", value_name = "KIND=LOSSES/HOURS")]
    rates: Vec<String>,
    /// Exit 1 when a single failure has this outcome or a worse one [default: never]
    #[arg(long, value_name = "OUTCOME", value_parser = PossibleValuesParser::new(Outcome::ALL.iter().map(|(word, _)| *word)))]
    fail_on: Option<String>,
}

fn formats() -> Vec<PossibleValue> {
    FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)).collect()
}

/// What is analysed.
struct Subject {
    system: System,
    origin: Origin,
    guarantees: Vec<Guarantee>,
}

pub(super) fn run(args: &Args, color: Color) -> anyhow::Result<u8> {
    let format = FORMATS.iter().find(|format| format.name == args.format).context("no such format")?;
    let Some(subject) = subject(args, color.is_on())? else { return Ok(COULD_NOT_RUN) };
    let rates = rates(&args.rates)?;
    let analysis = Analysis::new(&subject.system);
    let survival = analysis.survival(args.at_once);
    let surveyed = Surveyed {
        system: &subject.system,
        origin: &subject.origin,
        survival: &survival,
        at_once: args.at_once,
        guarantees: &kept(&subject.guarantees, &survival.single),
        cuts: &Cut::all(&subject.system, &analysis.cuts(ORDER)),
        estimates: &Estimate::all(&subject.system, &analysis.estimate(&rates)),
        color: color.of_data(),
    };
    terminal::data(&(format.write)(&surveyed))?;
    Ok(if reached(args, &survival) { FINDINGS } else { FINE })
}

/// The rates that the defaults are, but for those that are given.
fn rates(given: &[String]) -> anyhow::Result<Rates> {
    let mut rates = Rates::default();
    for text in given {
        let (kind, numbers) = text.split_once('=').with_context(|| {
            format!("`--rate {text}`: write a kind, the losses a year and the hours until each is mended: `node=2/4`")
        })?;
        let rate = match kind {
            "process" => &mut rates.process,
            "balancer" => &mut rates.balancer,
            "node" => &mut rates.node,
            "zone" => &mut rates.zone,
            "external" => &mut rates.external,
            "disk" => &mut rates.disk,
            _ => bail!(
                "`--rate {text}`: there is no rate of `{kind}`; known: process, balancer, node, zone, external, disk"
            ),
        };
        let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| (0.0..=1e6).contains(number));
        let read = numbers.split_once('/').and_then(|(losses, hours)| Some((number(losses)?, number(hours)?)));
        let (losses, hours) = read.with_context(|| {
            format!(
                "`--rate {text}`: write the losses a year and the hours until each is mended as numbers from 0 to \
                 1000000, such as `{kind}=2/4`"
            )
        })?;
        *rate = Rate::new(losses, hours);
    }
    Ok(rates)
}

fn reached(args: &Args, survival: &Survival) -> bool {
    let worst = survival.single.iter().map(|verdict| verdict.effect.outcome).max();
    let threshold = Outcome::ALL.iter().find(|(word, _)| Some(*word) == args.fail_on.as_deref());
    threshold.is_some_and(|(_, threshold)| worst >= Some(*threshold))
}

/// What the paths are.
enum Asked<'a> {
    /// A profile, by its name or its path.
    Profile(&'a str),
    /// Manifests of another hand.
    Manifests(&'a [PathBuf]),
}

/// Several paths, directories and the standard input are manifests; a file is what stands in it.
fn asked(paths: &[PathBuf]) -> Asked<'_> {
    let [one] = paths else { return Asked::Manifests(paths) };
    let Some(word) = one.to_str() else { return Asked::Manifests(paths) };
    let named = word.contains(['/', '.', '\\']) || word == "-";
    if named && (word == "-" || one.is_dir() || (one.is_file() && holds_manifests(one))) {
        return Asked::Manifests(paths);
    }
    Asked::Profile(word)
}

/// A profile has keys that neither Kubernetes nor Compose has.
fn holds_manifests(path: &Path) -> bool {
    let text = File::open(path).and_then(|file| {
        let mut text = String::new();
        file.take(LARGEST).read_to_string(&mut text).map(|_| text)
    });
    let Ok(text) = text else { return false };
    let of_profile =
        |node: &Yaml| ["extends", "project", "placement", "datastores"].iter().any(|key| node.get(key).is_some());
    let source = Sources::default().add(String::new(), String::new());
    let documents = manifest::read(&text, source, &mut Vec::new()).unwrap_or_default();
    documents.iter().any(|document| match document {
        Document::Kubernetes(_) => true,
        Document::Compose(node) => !of_profile(node),
        _ => false,
    })
}

/// What the arguments name. `None` after problems that were told.
fn subject(args: &Args, color: bool) -> anyhow::Result<Option<Subject>> {
    let profile = match asked(&args.paths) {
        Asked::Profile(profile) => profile.to_owned(),
        Asked::Manifests(paths) => return of_manifests(args, paths, color),
    };
    for (given, option, setting) in [(args.nodes, "nodes", "placement.nodes"), (args.zones, "zones", "placement.zones")]
    {
        if let Some(count) = given {
            bail!("`--{option}` is for manifests; a profile says it itself: `--set {setting}={count}`");
        }
    }
    let profile = ProfileArgs { profile, overlays: args.overlays.clone(), sets: args.sets.clone() };
    let Some((profile, sources)) = profile.load(&[], color) else { return Ok(None) };
    let topology = profile.topology;
    let Some(target) = target_of(args.target.as_deref(), &topology, &sources, color)? else { return Ok(None) };
    let system = System { target: target.name.to_owned(), ..failure::system(&topology, target.platform) };
    let origin = Origin::Profile(Keys::of(&topology, &system));
    Ok(Some(Subject { system, origin, guarantees: topology.guarantees }))
}

/// What manifests describe. `None` after problems that were told: without a file that could not be read what is said of
/// the others might be wrong.
fn of_manifests(args: &Args, paths: &[PathBuf], color: bool) -> anyhow::Result<Option<Subject>> {
    if !args.overlays.is_empty() || !args.sets.is_empty() || args.target.is_some() {
        bail!("`--file`, `--set` and `--target` are for profiles; manifests are read as they stand");
    }
    if let (Some(zones), nodes) = (args.zones, args.nodes.unwrap_or(u32::MAX))
        && zones > nodes
    {
        bail!("`--zones {zones}`: there are {nodes} nodes; give each zone one of its own at least");
    }
    let (mut sources, mut unread) = (Sources::default(), Vec::new());
    let (documents, _) = gather(paths, &mut sources, &mut unread);
    let names: Vec<String> = paths.iter().map(|path| name(path)).collect();
    let assumed = Assumed { nodes: args.nodes, zones: args.zones };
    let read = failure::read(&called(&names), &documents, &sources, assumed);
    if unread.is_empty() && read.is_none() {
        let what = format!("nothing runs in {}", names.join(", "));
        let help = "name files with workloads of Kubernetes, such as Deployments, or a Compose project";
        unread.push(Diagnostic::error("no-manifests", what).help(help));
    }
    if !unread.is_empty() {
        terminal::note(&diagnostic::render(&unread, &sources, color));
        return Ok(None);
    }
    let subject = |it: Found| Subject { system: it.system, origin: Origin::Manifests(it.hand), guarantees: Vec::new() };
    Ok(read.map(subject))
}

/// What several paths are called together.
fn called(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [first, others @ ..] => format!("{first} and {} more", others.len()),
        [] => String::new(),
    }
}

/// The target that was asked for, or the first that can be written. `None` after problems that were told.
pub(super) fn target_of(
    name: Option<&str>,
    topology: &Topology,
    sources: &Sources,
    color: bool,
) -> anyhow::Result<Option<&'static Target>> {
    let header = Header { command: String::new(), output: Output::Stdout, failures: None };
    let asked = match name {
        Some(name) => vec![target::find(name).context("no such target")?],
        None => TARGETS.iter().collect(),
    };
    let mut first = None;
    for target in asked {
        match (target.render)(topology, &header) {
            Ok(_) => return Ok(Some(target)),
            Err(problems) => first = first.or(Some(problems)),
        }
    }
    report(&first.unwrap_or_default(), sources, color);
    Ok(None)
}
