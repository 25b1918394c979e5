use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use git2::{ObjectType, Odb, Oid, Repository};

use crate::base::RelPath;

/// Open object stores, shared by all snapshots: a thread takes one, reads, and lays it back, so threads never wait for
/// each other, and a thousand repositories do not hold a thousand pack files open.
#[derive(Default)]
pub(super) struct Shelf(Mutex<Vec<(PathBuf, Repository)>>);

/// Most stores that lie open unused.
const OPEN: usize = 48;

impl Shelf {
    /// Lets `read` use the store of a folder of objects.
    pub(super) fn with<R>(
        &self,
        objects: &Path,
        read: impl FnOnce(&Repository) -> Result<R, git2::Error>,
    ) -> Result<R, git2::Error> {
        let store = match self.take(objects) {
            Some(store) => store,
            None => open(objects)?,
        };
        let result = read(&store)?;
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        shelf.push((objects.to_owned(), store));
        let oldest = (shelf.len() > OPEN).then(|| shelf.remove(0));
        drop(shelf);
        drop(oldest);
        Ok(result)
    }

    fn take(&self, objects: &Path) -> Option<Repository> {
        let mut shelf = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let index = shelf.iter().rposition(|(path, _)| path == objects)?;
        Some(shelf.remove(index).1)
    }
}

impl std::fmt::Debug for Shelf {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shelf")
    }
}

/// A bare object database without a repository around it: no configuration, no references, no check of owners (blobs
/// are data, whoever owns the file). libgit2 verifies each object's hash, so an id never stands for two contents.
fn open(objects: &Path) -> Result<Repository, git2::Error> {
    let path = objects.to_str().ok_or_else(|| git2::Error::from_str("its path is not UTF-8"))?;
    let store = Odb::new()?;
    store.add_disk_alternate(path)?;
    Repository::from_odb(store)
}

/// The tree at a path of a tree.
pub(super) fn part_of(store: &Repository, root: Oid, path: &RelPath) -> Result<Option<Oid>, git2::Error> {
    let mut at = root;
    for part in path.parts() {
        match store.find_tree(at)?.get_name(part) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => at = entry.id(),
            _ => return Ok(None),
        }
    }
    Ok(Some(at))
}
