//! `a8ctl graph [PROFILE]`.

use a8ctl::failure::{self, System};
use a8ctl::report::drawing::FORMATS;
use a8ctl::target::TARGETS;
use anyhow::Context;
use clap::builder::{PossibleValue, PossibleValuesParser};

use super::failures::target_of;
use super::load::ProfileArgs;
use super::{COULD_NOT_RUN, FINE, terminal};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    profile: ProfileArgs,
    /// Where it runs [default: the first target that can be written of the profile]
    #[arg(
        long,
        value_name = "TARGET",
        value_parser = PossibleValuesParser::new(TARGETS.iter().map(|target| target.name)),
    )]
    target: Option<String>,
    /// How the drawing is written
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = FORMATS[0].name,
        value_parser = PossibleValuesParser::new(formats()),
    )]
    format: String,
}

fn formats() -> Vec<PossibleValue> {
    FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about)).collect()
}

pub(super) fn run(args: &Args, color: bool) -> anyhow::Result<u8> {
    let format = FORMATS.iter().find(|format| format.name == args.format).context("no such format")?;
    let Some((profile, sources)) = args.profile.load(&[], color) else { return Ok(COULD_NOT_RUN) };
    let topology = &profile.topology;
    let target = target_of(args.target.as_deref(), topology, &sources, color)?;
    let Some(target) = target else { return Ok(COULD_NOT_RUN) };
    let system = System { target: target.name.to_owned(), ..failure::system(topology, target.platform) };
    terminal::data(&(format.write)(&system))?;
    Ok(FINE)
}
