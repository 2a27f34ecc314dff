//! Commands. One file each; the only place with files, streams and exit codes.

mod generate;
mod load;
mod output;
mod profile;
mod terminal;

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
    /// List the built-in profiles, or show one with everything it says
    #[command(subcommand)]
    Profile(profile::Command),
}

/// Runs the command of the process's arguments.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let color = cli.color.is_on();
    let outcome = match cli.command {
        Command::Generate(args) => generate::run(&args, color),
        Command::Profile(command) => profile::run(&command, color),
    };
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            terminal::note(&terminal::printable(&format!("error: {error:#}")));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
