//! stdout carries data alone; everything for people goes to stderr.

use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

/// When to use colors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set
    Auto,
    /// Always
    Always,
    /// Never
    Never,
}

impl Color {
    pub(super) fn is_on(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => io::stderr().is_terminal() && wanted(),
        }
    }

    /// The same for what goes to stdout, which may be a file while stderr is a terminal.
    pub(super) fn of_data(self) -> bool {
        match self {
            Self::Always => true,
            Self::Never => false,
            Self::Auto => io::stdout().is_terminal() && wanted(),
        }
    }
}

fn wanted() -> bool {
    std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// Writes data. A reader that has seen enough is no error.
pub(super) fn data(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(anyhow::Error::new(error).context("cannot write to stdout"))
        }
        _ => Ok(()),
    }
}

/// Text of the user on one line, with nothing that moves a terminal's cursor.
pub(super) fn printable(text: &str) -> String {
    text.chars().map(|c| if a8ctl::grammar::env_text(c.encode_utf8(&mut [0; 4])).is_ok() { c } else { '?' }).collect()
}

/// Writes a line for people. When nobody can read it, nothing can be done about it.
pub(super) fn note(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{}", text.trim_end());
}
