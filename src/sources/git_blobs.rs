use std::collections::{BTreeMap, HashMap};
use std::path::PathBuf;
use std::sync::Arc;

use git2::{ObjectType, Oid};

use super::history::{History, last_changes};
use super::shelf::Shelf;
use super::tree::Blobs;
use super::{LastChange, TreeFile};
use crate::base::{Digest, RelPath};

/// File contents of one commit.
#[derive(Debug)]
pub(super) struct GitBlobs {
    /// Where stores are taken from.
    pub(super) shelf: Arc<Shelf>,
    /// Which store.
    pub(super) objects: PathBuf,
    /// The blobs by the identity of the files.
    pub(super) ids: HashMap<Digest, Oid>,
    /// Its history, if the repository has it.
    pub(super) history: Option<History>,
}

impl Blobs for GitBlobs {
    fn read(&self, _: &RelPath, file: &TreeFile) -> Result<Vec<u8>, String> {
        let id = *self.ids.get(&file.identity).ok_or("it is not listed")?;
        let bytes = self.shelf.with(&self.objects, |store| {
            let store = store.odb()?;
            let object = store.read(id)?;
            Ok((object.kind() == ObjectType::Blob).then(|| object.data().to_vec()))
        });
        match bytes {
            Ok(Some(bytes)) if bytes.len() as u64 == file.size => Ok(bytes),
            Ok(_) => Err(format!("the object `{id}` is not what the tree says")),
            Err(error) => Err(error.message().to_owned()),
        }
    }

    fn has_history(&self) -> bool {
        self.history.is_some()
    }

    fn last_changes(&self, files: &BTreeMap<RelPath, TreeFile>) -> Option<BTreeMap<RelPath, LastChange>> {
        last_changes(self.history.as_ref()?, &self.shelf, files)
    }
}

/// Identity of a file by its blob.
pub(super) fn identity(blob: Oid) -> Digest {
    let mut name = *b"blob \0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    name[5..].copy_from_slice(blob.as_bytes());
    Digest::of_bytes(&name)
}
