//! Artifacts on the disk: all or nothing, never somebody else's file.
//!
//! A new directory appears by one rename. In one that exists, every file is first written beside its place and then
//! renamed into it; what it replaces is kept until the last rename has worked, and put back if one does not.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use a8ctl::target::{Artifact, Artifacts, MARK};
use anyhow::{Context, bail};
use similar::TextDiff;

use super::generate::single_file;

/// Lists what a8ctl wrote into a directory, so that what it no longer writes can go.
const INDEX: &str = ".a8ctl-files";

/// How many lines from the top a8ctl's own mark is looked for.
const MARK_LINES: usize = 3;

/// What shall stand at a path.
pub(super) struct Files<'a> {
    root: PathBuf,
    /// Whether `root` is a directory of a8ctl's with an index, or the directory of one file.
    indexed: bool,
    wanted: BTreeMap<PathBuf, (&'a str, bool)>,
    index: String,
}

/// What was done.
pub(super) struct Written {
    files: usize,
    changed: usize,
    removed: usize,
}

impl std::fmt::Display for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} files, {} written, {} removed", self.files, self.changed, self.removed)
    }
}

impl<'a> Files<'a> {
    /// The artifacts at a directory, or at one file.
    pub(super) fn at(path: &Path, artifacts: &'a Artifacts) -> anyhow::Result<Self> {
        if single_file(path, artifacts)? {
            let name = path.file_name().context("the output has no file name")?;
            let root = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
            let wanted = [(PathBuf::from(name), (artifacts.stream.as_str(), false))].into();
            return Ok(Self { root: root.to_owned(), indexed: false, wanted, index: String::new() });
        }
        if path.exists() && !path.is_dir() {
            bail!("{} is not a directory; one file is named with the ending .yaml", path.display());
        }
        let wanted: BTreeMap<PathBuf, (&str, bool)> = artifacts
            .files
            .iter()
            .map(|Artifact { path, text, executable }| (PathBuf::from(path), (text.as_str(), *executable)))
            .collect();
        let mut index = format!("# {MARK}: the files it wrote here, and may remove.\n");
        for path in wanted.keys() {
            let _ = writeln!(index, "{}", path.display());
        }
        Ok(Self { root: path.to_owned(), indexed: true, wanted, index })
    }

    /// Unified diffs from what lies there to what should; empty when nothing is stale.
    pub(super) fn difference(&self) -> anyhow::Result<String> {
        let mut out = String::new();
        for (path, (text, _)) in &self.wanted {
            out.push_str(&diff(path, &self.current(path)?.unwrap_or_default(), text));
        }
        for path in self.stale()? {
            out.push_str(&diff(&path, &self.current(&path)?.unwrap_or_default(), ""));
        }
        Ok(out)
    }

    /// Puts everything in its place.
    pub(super) fn write(&self) -> anyhow::Result<Written> {
        self.refuse_foreign()?;
        let stale = self.stale()?;
        let mut changes: Vec<(&Path, &str, bool)> = Vec::new();
        for (path, (text, executable)) in &self.wanted {
            if self.current(path)?.as_deref() != Some(*text) {
                changes.push((path, text, *executable));
            }
        }
        let index = Path::new(INDEX);
        if self.indexed && self.current(index)?.as_deref() != Some(self.index.as_str()) {
            changes.push((index, &self.index, false));
        }
        if self.indexed && !self.root.exists() {
            self.create(&changes)?;
        } else {
            self.replace(&changes, &stale)?;
        }
        let changed = changes.iter().filter(|(path, ..)| *path != index).count();
        Ok(Written { files: self.wanted.len(), changed, removed: stale.len() })
    }

    fn current(&self, path: &Path) -> anyhow::Result<Option<String>> {
        let full = self.root.join(path);
        match fs::read(&full) {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(error)
                if matches!(
                    error.kind(),
                    std::io::ErrorKind::NotFound | std::io::ErrorKind::NotADirectory | std::io::ErrorKind::IsADirectory
                ) =>
            {
                Ok(None)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", full.display())),
        }
    }

    /// Files of an earlier run that are no longer made, and that still are a8ctl's.
    fn stale(&self) -> anyhow::Result<Vec<PathBuf>> {
        if !self.indexed {
            return Ok(Vec::new());
        }
        let index = self.current(Path::new(INDEX))?.unwrap_or_default();
        let inside = |path: &PathBuf| path.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        let listed =
            index.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).map(PathBuf::from).filter(inside);
        Ok(listed.filter(|path| !self.wanted.contains_key(path) && is_ours_below(&self.root, path)).collect())
    }

    fn refuse_foreign(&self) -> anyhow::Result<()> {
        let index = self.indexed.then(|| PathBuf::from(INDEX));
        let foreign: Vec<String> = self
            .wanted
            .keys()
            .chain(index.as_ref())
            .filter(|path| self.root.join(path).symlink_metadata().is_ok() && !is_ours_below(&self.root, path))
            .map(|path| self.root.join(path).display().to_string())
            .collect();
        if !foreign.is_empty() {
            bail!("not written by a8ctl, and in the way: {}; move them, or choose another output", foreign.join(", "));
        }
        Ok(())
    }

    fn create(&self, changes: &[(&Path, &str, bool)]) -> anyhow::Result<()> {
        let parent = self.root.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
        fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        let stage = stage(parent)?;
        fill(stage.path(), changes)?;
        set_mode(stage.path(), 0o755)?;
        fs::rename(stage.path(), &self.root).with_context(|| format!("cannot create {}", self.root.display()))?;
        // Its name is gone: nothing is left to clean up.
        let _ = stage.keep();
        Ok(())
    }

    fn replace(&self, changes: &[(&Path, &str, bool)], stale: &[PathBuf]) -> anyhow::Result<()> {
        if changes.is_empty() && stale.is_empty() {
            return Ok(());
        }
        let stage = stage(&self.root)?;
        let (new, old) = (stage.path().join("new"), stage.path().join("old"));
        fill(&new, changes)?;
        let mut moves = Moves::default();
        let outcome = (|| -> anyhow::Result<()> {
            for (path, ..) in changes {
                let place = self.root.join(path);
                if place.symlink_metadata().is_ok() {
                    moves.rename(&place, &old.join(path))?;
                }
                moves.rename(&new.join(path), &place)?;
            }
            for path in stale {
                moves.rename(&self.root.join(path), &old.join(path))?;
            }
            Ok(())
        })();
        if let Err(error) = outcome {
            moves.undo();
            return Err(error.context("nothing was changed"));
        }
        for directory in stale.iter().filter_map(|path| path.parent()).filter(|parent| !parent.as_os_str().is_empty()) {
            // Fails, as it should, while somebody else's files are in it.
            let _ = fs::remove_dir(self.root.join(directory));
        }
        Ok(())
    }
}

/// Renames that can be taken back.
#[derive(Default)]
struct Moves(Vec<(PathBuf, PathBuf)>);

impl Moves {
    fn rename(&mut self, from: &Path, to: &Path) -> anyhow::Result<()> {
        if let Some(parent) = to.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        fs::rename(from, to).with_context(|| format!("cannot write {}", to.display()))?;
        self.0.push((from.to_owned(), to.to_owned()));
        Ok(())
    }

    fn undo(self) {
        for (from, to) in self.0.into_iter().rev() {
            let _ = fs::rename(to, from);
        }
    }
}

fn stage(parent: &Path) -> anyhow::Result<tempfile::TempDir> {
    tempfile::Builder::new()
        .prefix(".a8ctl-")
        .tempdir_in(parent)
        .with_context(|| format!("cannot write into {}", parent.display()))
}

fn fill(directory: &Path, files: &[(&Path, &str, bool)]) -> anyhow::Result<()> {
    for (path, text, executable) in files {
        let full = directory.join(path);
        if let Some(parent) = full.parent() {
            fs::create_dir_all(parent).with_context(|| format!("cannot create {}", parent.display()))?;
        }
        let mut file = fs::File::create(&full).with_context(|| format!("cannot write {}", full.display()))?;
        file.write_all(text.as_bytes())
            .and_then(|()| file.sync_all())
            .with_context(|| format!("cannot write {}", full.display()))?;
        set_mode(&full, if *executable { 0o755 } else { 0o644 })?;
    }
    Ok(())
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot set the mode of {}", path.display()))
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> anyhow::Result<()> {
    Ok(())
}

/// Whether a file of a directory is a8ctl's, and really in it: behind a linked subdirectory is somewhere else.
fn is_ours_below(root: &Path, path: &Path) -> bool {
    let linked = |below: &Path| root.join(below).symlink_metadata().is_ok_and(|metadata| metadata.is_symlink());
    !path.ancestors().skip(1).filter(|below| !below.as_os_str().is_empty()).any(linked) && is_ours(&root.join(path))
}

/// Whether a file carries a8ctl's mark. A link never does: what it points to is somewhere else.
fn is_ours(path: &Path) -> bool {
    let regular = path.symlink_metadata().is_ok_and(|metadata| metadata.is_file());
    let mut top = Vec::new();
    let read = regular && fs::File::open(path).is_ok_and(|file| file.take(1024).read_to_end(&mut top).is_ok());
    read && String::from_utf8_lossy(&top).lines().take(MARK_LINES).any(|line| line.starts_with(&format!("# {MARK}")))
}

fn diff(path: &Path, old: &str, new: &str) -> String {
    if old == new {
        return String::new();
    }
    let name = path.display().to_string();
    let header =
        |side: &str, text: &str| if text.is_empty() { "/dev/null".to_owned() } else { format!("{side}/{name}") };
    TextDiff::from_lines(old, new)
        .unified_diff()
        .context_radius(3)
        .header(&header("a", old), &header("b", new))
        .to_string()
}
