use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::base::Digest;

/// A place in the cache for what was made of one commit of one repository. The next commit's takes the same file, so the
/// folder does not grow.
#[derive(Debug, Clone)]
pub(super) struct Slot {
    path: PathBuf,
    of: String,
}

#[derive(Serialize, Deserialize)]
struct Kept<T> {
    of: String,
    value: T,
}

impl Slot {
    /// For a `kind` of value about what `key` names, made of the object `of`. The store must be part of the key: objects
    /// are named by their content, but whether they are all there is the store's.
    pub(super) fn new(cache_dir: &Path, kind: &str, key: &impl Serialize, of: &str) -> Self {
        let name = Digest::of(kind, &(env!("CARGO_PKG_VERSION"), key)).short(32);
        Self { path: cache_dir.join("harvest").join(format!("{kind}-{name}")), of: of.to_owned() }
    }

    /// The value, if it is kept and of the same object.
    pub(super) fn load<T: for<'a> Deserialize<'a>>(&self) -> Option<T> {
        let bytes = std::fs::read(&self.path).ok()?;
        let kept: Kept<T> = unsealed(&bytes)?;
        (kept.of == self.of).then_some(kept.value)
    }

    /// Keeps a value. A cache that cannot be written costs time, not the build.
    pub(super) fn store<T: Serialize>(&self, value: &T) {
        if let Ok(bytes) = postcard::to_allocvec(&Kept { of: self.of.clone(), value }) {
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
