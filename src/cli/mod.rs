//! Commands. One file each; the only place with files, streams and exit codes.

mod failures;
mod generate;
mod graph;
mod load;
mod output;
mod profile;
mod rules;
mod terminal;
mod validate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Everything was fine.
const FINE: u8 = 0;
/// There are findings, or a difference.
const FINDINGS: u8 = 1;
/// The command could not run.
const COULD_NOT_RUN: u8 = 2;

/// Generates highly available deployments of a control plane from one topology profile.
#[derive(Debug, Parser)]
#[command(name = "a8ctl", version, about, propagate_version = true, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    /// When to use colors on stderr
    #[arg(long, global = true, value_enum, default_value_t = terminal::Color::Auto, value_name = "WHEN")]
    color: terminal::Color,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write the deployment of a profile for a target
    Generate(generate::Args),
    /// Say what a profile survives: every failure with what it costs, why, and what would mend it
    Failures(failures::Args),
    /// Draw what runs, where it stands, and who calls whom
    Graph(graph::Args),
    /// List the built-in profiles, or show one with everything it says
    #[command(subcommand)]
    Profile(profile::Command),
    /// Judge manifests, of whomever
    Validate(validate::Args),
    /// List what is looked for in manifests
    Rules(rules::List),
    /// Say why a rule is there, with manifests that have its flaw and do not
    Explain(rules::Explain),
}

/// Runs the command of the process's arguments.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let color = cli.color.is_on();
    let outcome = match cli.command {
        Command::Generate(args) => generate::run(&args, color),
        Command::Failures(args) => failures::run(&args, cli.color),
        Command::Graph(args) => graph::run(&args, color),
        Command::Profile(command) => profile::run(&command, color),
        Command::Validate(args) => validate::run(&args, color),
        Command::Rules(args) => rules::list(&args),
        Command::Explain(args) => rules::explain(&args),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            terminal::note(&terminal::printable(&format!("error: {error:#}")));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
