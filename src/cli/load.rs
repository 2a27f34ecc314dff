//! Which profile, from the arguments that every command shares.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use a8ctl::diagnostic::{self, Diagnostic, Severity, Sources};
use a8ctl::profile::{self, DEFAULT, Loaded, Profile, Request};

use super::terminal;

/// No profile is larger; a larger file is a mistake, and reading it whole would be the first harm.
pub(super) const LARGEST: u64 = 1 << 20;

/// The profile and what lies over it.
#[derive(Debug, clap::Args)]
pub(super) struct ProfileArgs {
    /// Name of a built-in profile, or path of a file (a path has a `/` or a `.`)
    #[arg(value_name = "PROFILE", default_value = DEFAULT)]
    pub(super) profile: String,
    /// Lay a file over the profile; may be repeated, the last one wins
    #[arg(short = 'f', long = "file", value_name = "FILE")]
    pub(super) overlays: Vec<PathBuf>,
    /// Set one value, after all files; lists are replaced whole, `null` removes a key
    #[arg(long = "set", value_name = "PATH=VALUE")]
    pub(super) sets: Vec<String>,
}

impl ProfileArgs {
    /// Loads the profile; its problems go to stderr. `None` when it cannot be used.
    pub(super) fn load(&self, more_sets: &[String], color: bool) -> Option<(Profile, Sources)> {
        let sets: Vec<String> = self.sets.iter().chain(more_sets).cloned().collect();
        let request = Request { profile: &self.profile, overlays: &self.overlays, sets: &sets };
        let Loaded { profile, problems, sources } = profile::load(&request, &read);
        report(&problems, &sources, color);
        profile.map(|profile| (profile, sources))
    }

    /// The arguments that name the same profile from any directory.
    pub(super) fn words(&self) -> Vec<String> {
        let file_name = |path: &Path| {
            path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
        };
        let mut words = vec![file_name(Path::new(&self.profile))];
        for overlay in &self.overlays {
            words.extend(["-f".to_owned(), file_name(overlay)]);
        }
        for set in &self.sets {
            words.extend(["--set".to_owned(), set.clone()]);
        }
        words
    }
}

/// Prints problems, then how many.
pub(super) fn report(problems: &[Diagnostic], sources: &Sources, color: bool) {
    if problems.is_empty() {
        return;
    }
    let mut text = diagnostic::render(problems, sources, color);
    let errors = problems.iter().filter(|problem| problem.severity == Severity::Error).count();
    if errors > 0 {
        text.push_str(&format!("{errors} {}; nothing was written", if errors == 1 { "error" } else { "errors" }));
    }
    terminal::note(&text);
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    // To open a pipe that nobody writes to is to wait for ever. One that the shell made has its writer.
    let named_pipe = !path.starts_with("/dev") && !path.starts_with("/proc") && is_pipe(path);
    if named_pipe {
        return Err("it is a pipe".to_owned());
    }
    let file = File::open(path).map_err(|error| lowercase(&error.to_string()))?;
    let metadata = file.metadata().map_err(|error| lowercase(&error.to_string()))?;
    if metadata.is_dir() {
        return Err("it is a directory".to_owned());
    }
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| lowercase(&error.to_string()))?;
    if bytes.len() as u64 > LARGEST {
        return Err("it is larger than 1 MiB, which no profile is".to_owned());
    }
    Ok(bytes)
}

#[cfg(unix)]
fn is_pipe(path: &Path) -> bool {
    use std::os::unix::fs::FileTypeExt;
    path.metadata().is_ok_and(|metadata| metadata.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe(_: &Path) -> bool {
    false
}

fn lowercase(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}
