use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use super::manifest::{MANIFEST, Manifest};

/// What was found of an earlier command, and done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovery {
    /// Nothing: the folder is whole.
    Nothing,
    /// It died before it had decided: its files were thrown away, the old site stands.
    Undone,
    /// It died after it had decided: its move was finished, the new site stands.
    Finished,
}

/// A decided move, written whole before the first file is moved.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Journal {
    /// Number of the staged file, and where it belongs.
    pub puts: Vec<(u64, String)>,
    /// Files of the old site that the new one lacks.
    pub deletes: Vec<String>,
    /// The manifest of the new site.
    pub manifest: Manifest,
}

/// Folder for staged files and the journal, inside the output folder so that a rename is enough.
pub(super) fn work_dir(dir: &Path) -> PathBuf {
    dir.join(".callboard")
}

/// Where the staged file of a number lies.
pub(super) fn staged(dir: &Path, number: u64) -> PathBuf {
    work_dir(dir).join("new").join(number.to_string())
}

/// Finishes or undoes what an earlier command left behind. Every command that looks at a site calls this first.
pub fn recover(dir: &Path) -> anyhow::Result<Recovery> {
    let work = work_dir(dir);
    if !work.is_dir() {
        return Ok(Recovery::Nothing);
    }
    let journal =
        std::fs::read(work.join("journal")).ok().and_then(|bytes| serde_json::from_slice::<Journal>(&bytes).ok());
    match journal {
        Some(journal) => {
            apply(dir, &journal)?;
            Ok(Recovery::Finished)
        }
        None => {
            remove_work(&work)?;
            Ok(Recovery::Undone)
        }
    }
}

/// Decides: from here on the move is finished by whoever comes next.
pub(super) fn decide(dir: &Path, journal: &Journal) -> anyhow::Result<()> {
    let work = work_dir(dir);
    let draft = work.join("journal.draft");
    let write = || -> std::io::Result<()> {
        std::fs::write(&draft, serde_json::to_vec(journal)?)?;
        std::fs::File::open(&draft)?.sync_all()?;
        std::fs::rename(&draft, work.join("journal"))
    };
    write().with_context(|| format!("cannot write the journal in `{}`", work.display()))
}

/// Moves every staged file to its place, deletes stale ones, writes the manifest, removes the journal last.
///
/// Can be called again after a death at any point: a staged file that is gone has been moved already.
pub(super) fn apply(dir: &Path, journal: &Journal) -> anyhow::Result<()> {
    for (number, path) in &journal.puts {
        let target = dir.join(path);
        place(dir, &staged(dir, *number), &target).with_context(|| format!("cannot write `{}`", target.display()))?;
    }
    for path in &journal.deletes {
        delete(dir, path).with_context(|| format!("cannot delete `{path}` of the old site"))?;
    }
    let work = work_dir(dir);
    let draft = work.join("manifest.draft");
    std::fs::write(&draft, journal.manifest.to_bytes())
        .and_then(|()| std::fs::rename(&draft, dir.join(MANIFEST)))
        .with_context(|| format!("cannot write `{MANIFEST}`"))?;
    remove_work(&work)
}

/// The journal goes first: without it a half-removed folder means "undo", which removes the rest.
fn remove_work(work: &Path) -> anyhow::Result<()> {
    let gone = |result: std::io::Result<()>| match result {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    gone(std::fs::remove_file(work.join("journal")))
        .and_then(|()| gone(std::fs::remove_dir_all(work)))
        .with_context(|| format!("cannot remove `{}`", work.display()))
}

fn place(dir: &Path, staged: &Path, target: &Path) -> std::io::Result<()> {
    match std::fs::rename(staged, target) {
        Ok(()) => return Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound && !staged.exists() => return Ok(()),
        Err(_) => {}
    }
    // A folder may stand where a file belongs, or a file where a folder does: both belong to the old site.
    if target.is_dir() {
        std::fs::remove_dir_all(target)?;
    }
    let parents: Vec<_> = target.ancestors().skip(1).take_while(|above| *above != dir).collect();
    for above in parents.into_iter().rev() {
        if above.is_file() {
            std::fs::remove_file(above)?;
        }
    }
    std::fs::create_dir_all(target.parent().unwrap_or(dir))?;
    std::fs::rename(staged, target)
}

fn delete(dir: &Path, path: &str) -> std::io::Result<()> {
    let target = dir.join(path);
    match std::fs::remove_file(&target) {
        Err(error)
            if !matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory | ErrorKind::IsADirectory) =>
        {
            return Err(error);
        }
        _ => {}
    }
    // Folders that are empty now go too; the first one that is not ends it.
    for above in target.ancestors().skip(1).take_while(|above| *above != dir) {
        if std::fs::remove_dir(above).is_err() {
            break;
        }
    }
    Ok(())
}
