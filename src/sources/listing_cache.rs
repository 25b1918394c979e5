use std::io::Write;
use std::path::{Path, PathBuf};

use git2::Oid;
use serde::{Deserialize, Serialize};

use super::listing::Listing;
use crate::base::{Digest, Limits, RelPath};

/// Where the listing of one part of one repository is kept: one file, which the next commit's listing replaces, so the
/// folder does not grow.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    path: PathBuf,
    tree: String,
}

#[derive(Serialize, Deserialize)]
struct Kept<L> {
    tree: String,
    listing: L,
}

impl Slot {
    /// For the tree of a commit in the store `objects`. The store is part of the name: trees are named by their content,
    /// but whether their blobs are there is the store's.
    pub(super) fn new(cache_dir: &Path, objects: &Path, sub_path: &RelPath, limits: &Limits, tree: Oid) -> Self {
        let limits = (limits.files_per_repository, limits.bytes_per_repository, limits.asset_bytes);
        let key = (env!("CARGO_PKG_VERSION"), objects.to_string_lossy(), sub_path, limits);
        let name = Digest::of("listing", &key).short(32);
        Self { path: cache_dir.join("listings").join(name), tree: tree.to_string() }
    }

    /// The listing, if it is kept and of this tree.
    pub(super) fn load(&self) -> Option<Listing> {
        let bytes = std::fs::read(&self.path).ok()?;
        let kept: Kept<Listing> = unsealed(&bytes)?;
        (kept.tree == self.tree).then_some(kept.listing)
    }

    /// Keeps a listing. A cache that cannot be written costs time, not the build.
    pub(super) fn store(&self, listing: &Listing) {
        if let Ok(bytes) = postcard::to_allocvec(&Kept { tree: self.tree.clone(), listing }) {
            write_whole(&self.path, &sealed(bytes)).ok();
        }
    }
}

/// Puts the digest of the bytes before them, so that a torn or foreign file is seen.
pub(super) fn sealed(bytes: Vec<u8>) -> Vec<u8> {
    let mut file = Digest::of_bytes(&bytes).as_bytes().to_vec();
    file.extend(bytes);
    file
}

/// The value of a sealed file, if it is whole.
pub(super) fn unsealed<T: for<'a> Deserialize<'a>>(file: &[u8]) -> Option<T> {
    let (seal, bytes) = file.split_at_checked(32)?;
    (Digest::of_bytes(bytes).as_bytes() == seal).then(|| postcard::from_bytes(bytes).ok()).flatten()
}

/// Writes a file beside its place and renames it, so that readers see the old or the new one.
pub(super) fn write_whole(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let thread = format!("{:?}", std::thread::current().id());
    let digits: String = thread.chars().filter(char::is_ascii_digit).collect();
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = folder.join(format!(".{name}.{}-{digits}", std::process::id()));
    let written = std::fs::File::create(&beside)
        .and_then(|mut file| file.write_all(bytes))
        .and_then(|()| std::fs::rename(&beside, path));
    if written.is_err() {
        std::fs::remove_file(&beside).ok();
    }
    written
}
