use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What may have changed since the last harvest of this process.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Changes {
    /// Anything on this machine.
    pub everything: bool,
    /// Remote repositories are to be fetched.
    pub refetch: bool,
    /// These files and folders, by absolute path.
    pub paths: BTreeSet<PathBuf>,
}

impl Changes {
    /// Nothing is known: all is read, and all is fetched.
    pub fn everything() -> Self {
        Self { everything: true, refetch: true, paths: BTreeSet::new() }
    }

    /// Whether nothing changed.
    pub fn is_empty(&self) -> bool {
        !self.everything && !self.refetch && self.paths.is_empty()
    }

    /// Adds other changes.
    pub fn merge(&mut self, other: Self) {
        self.everything |= other.everything;
        self.refetch |= other.refetch;
        self.paths.extend(other.paths);
    }

    /// As [`Changes::touch`], also by the path without links.
    pub fn touch_real(&self, path: &Path) -> bool {
        self.touch(path) || path.canonicalize().is_ok_and(|real| self.touch(&real))
    }

    /// Whether something at or below a path may have changed, or a folder above it.
    pub fn touch(&self, path: &Path) -> bool {
        self.everything || self.paths.iter().any(|changed| changed.starts_with(path) || path.starts_with(changed))
    }
}
