//! `a8ctl generate TARGET [PROFILE]`.

use std::path::{Path, PathBuf};

use a8ctl::diagnostic::{Diagnostic, Severity};
use a8ctl::failure::{self, Keys, Origin};
use a8ctl::report::survival::for_runbook;
use a8ctl::target::{self, Artifacts, Failures, Gap, Header, Output, TARGETS, Target};
use a8ctl::topology::{Component, Storage, Topology};
use anyhow::{Context, bail};

use super::load::{ProfileArgs, report};
use super::{COULD_NOT_RUN, FINDINGS, FINE, output, terminal};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// What to write
    #[arg(value_name = "TARGET", value_parser = clap::builder::PossibleValuesParser::new(targets()))]
    target: String,
    #[command(flatten)]
    profile: ProfileArgs,
    /// Write into a directory, or into one FILE.yaml, instead of stdout
    #[arg(short, long, value_name = "DIR|FILE.yaml")]
    output: Option<PathBuf>,
    /// Write nothing: compare with what lies in --output, print the difference, exit 1 if there is one
    #[arg(long, requires = "output")]
    check: bool,
    /// The oldest Kubernetes the output is for (short for `--set kubernetes.version=VERSION`)
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// The haproxy that the output is for: 2.6, 3.0 or 3.2 (short for `--set balancer.version=VERSION`)
    #[arg(long, value_name = "VERSION")]
    haproxy_version: Option<String>,
    /// Write nothing: list what the target cannot express of the profile, and what stands in its place
    #[arg(long, conflicts_with_all = ["output", "check"])]
    report: bool,
    /// Fail when the target cannot express everything of the profile
    #[arg(long)]
    strict_parity: bool,
    /// Write what does not keep the profile's guarantees too, and say so
    #[arg(long)]
    allow_broken_guarantees: bool,
    /// Do not say on stderr what to do next
    #[arg(short, long)]
    quiet: bool,
}

fn targets() -> Vec<clap::builder::PossibleValue> {
    TARGETS.iter().map(|target| clap::builder::PossibleValue::new(target.name).help(target.about)).collect()
}

pub(super) fn run(args: &Args, color: bool) -> anyhow::Result<u8> {
    let target = target::find(&args.target).context("no such target")?;
    let kube_version = args.kube_version.iter().map(|version| format!("kubernetes.version={version}"));
    let haproxy_version = args.haproxy_version.iter().map(|version| format!("balancer.version={version}"));
    let versions: Vec<String> = kube_version.chain(haproxy_version).collect();
    let Some((profile, sources)) = args.profile.load(&versions, color) else { return Ok(COULD_NOT_RUN) };
    let gaps = (target.gaps)(&profile.topology);
    if args.strict_parity && !gaps.is_empty() {
        let problems: Vec<Diagnostic> = gaps.iter().map(Gap::error).collect();
        report(&problems, &sources, color);
        return Ok(COULD_NOT_RUN);
    }
    let system = failure::system(&profile.topology, target.platform);
    let output = place(args);
    let failures = matches!(output, Output::Directory(_)).then(|| {
        let (table, person) = for_runbook(&system, &Origin::Profile(Keys::of(&profile.topology, &system)));
        Failures { table, person }
    });
    let artifacts =
        match (target.render)(&profile.topology, &Header { command: command(target, args), output, failures }) {
            Ok(artifacts) => artifacts,
            Err(problems) => {
                report(&problems, &sources, color);
                return Ok(COULD_NOT_RUN);
            }
        };
    let demands = failure::demands(&profile.topology, &system);
    if !demands.broken.is_empty() && !args.allow_broken_guarantees {
        report(&demands.broken, &sources, color);
        return Ok(COULD_NOT_RUN);
    }
    report(&artifacts.warnings, &sources, color);
    let broken = demands.broken.into_iter().map(|problem| Diagnostic { severity: Severity::Warning, ..problem });
    let demands: Vec<Diagnostic> = broken.chain(demands.warnings).collect();
    report(&demands, &sources, color);
    if args.report {
        terminal::data(&parity(target, &profile.topology, &gaps))?;
        return Ok(FINE);
    }
    let Some(path) = &args.output else {
        terminal::data(&artifacts.stream)?;
        report(&partial(&artifacts), &sources, color);
        next_steps(args, &artifacts);
        return Ok(FINE);
    };
    let files = output::Files::at(path, &artifacts)?;
    if args.check {
        return check(&files, path, args);
    }
    let written = files.write()?;
    if !args.quiet {
        terminal::note(&terminal::printable(&format!("{}: {written}", path.display())));
    }
    next_steps(args, &artifacts);
    Ok(FINE)
}

/// What the target cannot express, each with what stands in its place; and what the profile itself gives up.
fn parity(target: &Target, topology: &Topology, gaps: &[Gap]) -> String {
    let mut lines = vec![match gaps.len() {
        0 => format!("{} expresses everything of {}.", target.name, topology.profile),
        _ => format!("{} cannot express of {}:", target.name, topology.profile),
    }];
    lines.extend(gaps.iter().map(|gap| format!("  {}\n      in its place: {}", gap.what, gap.instead)));
    let lost: Vec<&Component> = topology.components.iter().filter(|component| !component.critical).collect();
    if !lost.is_empty() {
        lines.push("Not critical, so nothing stands in for it:".to_owned());
    }
    for component in lost {
        let kept = match component.storage {
            Storage::None => "what it holds is lost whenever it restarts",
            _ => "what it holds is lost with its disk",
        };
        lines.push(format!("  {}\n      the services go on without it; {kept}", component.name));
    }
    lines.join("\n") + "\n"
}

fn check(files: &output::Files<'_>, path: &Path, args: &Args) -> anyhow::Result<u8> {
    let difference = files.difference()?;
    if difference.is_empty() {
        return Ok(FINE);
    }
    terminal::data(&difference)?;
    if !args.quiet {
        terminal::note(&terminal::printable(&format!(
            "{} is stale; without --check this command mends it",
            path.display()
        )));
    }
    Ok(FINDINGS)
}

/// How the steps that follow name the output.
fn place(args: &Args) -> Output {
    match &args.output {
        None => Output::Stdout,
        Some(path) if is_single(path) => Output::File(shell_word(&path.display().to_string())),
        Some(path) => Output::Directory(shell_word(&path.display().to_string())),
    }
}

fn is_single(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "yaml" || extension == "yml") && !path.is_dir()
}

/// A stream that lacks files is still worth reading, but not worth running.
fn partial(artifacts: &Artifacts) -> Vec<Diagnostic> {
    if artifacts.not_in_stream.is_empty() {
        return Vec::new();
    }
    let message = format!("stdout lacks {}", artifacts.not_in_stream.join(", "));
    vec![Diagnostic::warning("partial-output", message).help("write them all with `-o DIR`")]
}

/// The command that makes the same output, wherever it goes.
fn command(target: &Target, args: &Args) -> String {
    let mut words = vec!["a8ctl".to_owned(), "generate".to_owned(), target.name.to_owned()];
    words.extend(args.profile.words());
    for (flag, version) in [("--kube-version", &args.kube_version), ("--haproxy-version", &args.haproxy_version)] {
        words.extend(version.iter().flat_map(|version| [flag.to_owned(), version.clone()]));
    }
    words.iter().map(|word| shell_word(word)).collect::<Vec<_>>().join(" ")
}

/// A word as a shell reads it back, on one line of a comment.
fn shell_word(word: &str) -> String {
    let visible = terminal::printable(word);
    let plain = |c: char| c.is_ascii_alphanumeric() || "._-/=:,@+%".contains(c);
    if !visible.is_empty() && visible.chars().all(plain) {
        visible
    } else {
        format!("'{}'", visible.replace('\'', "'\\''"))
    }
}

fn next_steps(args: &Args, artifacts: &Artifacts) {
    if args.quiet {
        return;
    }
    if !artifacts.steps.is_empty() {
        terminal::note(&format!("to start it:\n    {}", artifacts.steps.join("\n    ")));
    }
    if !artifacts.endpoints.is_empty() {
        let pairs = artifacts
            .endpoints
            .iter()
            .map(|(name, url)| if url.contains('$') { format!("{name}=\"{url}\"") } else { format!("{name}={url}") });
        terminal::note(&format!("export {}", pairs.collect::<Vec<_>>().join(" ")));
    }
}

/// Refuses an output that cannot hold what the target makes.
pub(super) fn single_file(path: &Path, artifacts: &Artifacts) -> anyhow::Result<bool> {
    let single = is_single(path);
    if single && !artifacts.not_in_stream.is_empty() {
        bail!("{} is one file, and this target makes {}: name a directory", path.display(), artifacts.files.len());
    }
    Ok(single)
}
