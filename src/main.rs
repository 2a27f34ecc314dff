//! The binary: arguments in, exit code out. Files, terminal and colors live in `cli`.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::run()
}
