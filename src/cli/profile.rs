//! `a8ctl profile list` and `a8ctl profile show`.

use a8ctl::profile::{BUILTINS, DEFAULT};

use super::load::ProfileArgs;
use super::{COULD_NOT_RUN, FINE, terminal};

#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// List the built-in profiles
    List,
    /// Print a profile with everything it extends, lays over and leaves to defaults
    Show {
        #[command(flatten)]
        profile: ProfileArgs,
        /// Beside every value, where it comes from: file and line, the flag, or `default`
        #[arg(long)]
        sources: bool,
    },
}

pub(super) fn run(command: &Command, color: bool) -> anyhow::Result<u8> {
    match command {
        Command::List => {
            let width = BUILTINS.iter().map(|profile| profile.name.len()).max().unwrap_or(0);
            let lines = BUILTINS.iter().map(|profile| {
                let default = if profile.name == DEFAULT { " (default)" } else { "" };
                format!("{:width$}  {}{default}\n", profile.name, profile.summary())
            });
            terminal::data(&lines.collect::<String>())?;
        }
        Command::Show { profile, sources: origins } => {
            let Some((profile, sources)) = profile.load(&[], color) else { return Ok(COULD_NOT_RUN) };
            terminal::data(&profile.show(*origins, &sources))?;
        }
    }
    Ok(FINE)
}
