//! `a8ctl generate TARGET [PROFILE]`.

use std::path::{Path, PathBuf};

use a8ctl::diagnostic::Diagnostic;
use a8ctl::target::{self, Artifacts, Header, Output, TARGETS, Target};
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
    /// Do not say on stderr what to do next
    #[arg(short, long)]
    quiet: bool,
}

fn targets() -> Vec<clap::builder::PossibleValue> {
    TARGETS.iter().map(|target| clap::builder::PossibleValue::new(target.name).help(target.about)).collect()
}

pub(super) fn run(args: &Args, color: bool) -> anyhow::Result<u8> {
    let target = target::find(&args.target).context("no such target")?;
    let kube_version: Vec<String> =
        args.kube_version.iter().map(|version| format!("kubernetes.version={version}")).collect();
    let Some((profile, sources)) = args.profile.load(&kube_version, color) else { return Ok(COULD_NOT_RUN) };
    let artifacts =
        match (target.render)(&profile.topology, &Header { command: command(target, args), output: place(args) }) {
            Ok(artifacts) => artifacts,
            Err(problems) => {
                report(&problems, &sources, color);
                return Ok(COULD_NOT_RUN);
            }
        };
    report(&artifacts.warnings, &sources, color);
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
    let message = format!("stdout has the first file alone; it needs {}", artifacts.not_in_stream.join(", "));
    vec![Diagnostic::warning("partial-output", message).help("write them all with `-o DIR`")]
}

/// The command that makes the same output, wherever it goes.
fn command(target: &Target, args: &Args) -> String {
    let mut words = vec!["a8ctl".to_owned(), "generate".to_owned(), target.name.to_owned()];
    words.extend(args.profile.words());
    if let Some(version) = &args.kube_version {
        words.extend(["--kube-version".to_owned(), version.clone()]);
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
