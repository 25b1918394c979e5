use std::collections::BTreeMap;
use std::sync::Arc;

use super::LastChange;
use super::trace::Trace;
use crate::base::{Digest, RelPath};

/// The files of one snapshot: the only way to read harvested bytes.
///
/// Takes [`RelPath`]s, never strings, so nothing outside the tree can be named. Symbolic links are not followed out
/// of the tree. Cheap to clone.
#[derive(Debug, Clone)]
pub struct RepoTree {
    files: Arc<BTreeMap<RelPath, TreeFile>>,
    blobs: Arc<dyn Blobs>,
    trace: Option<Trace>,
}

/// What is known of a file without reading it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TreeFile {
    /// Its size in bytes.
    pub size: u64,
    /// Identity of its content: equal identities, equal bytes.
    pub identity: Digest,
}

/// Why a file could not be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// There is no such file in the snapshot.
    #[error("`{0}` is not in the repository")]
    Missing(RelPath),
    /// It is larger than the limit that the caller gave.
    #[error("`{path}` has {size} bytes, more than `limits.{limit}` allows")]
    TooLarge {
        /// The file.
        path: RelPath,
        /// Its size.
        size: u64,
        /// The limit's key in `site.toml`.
        limit: &'static str,
    },
    /// It is no UTF-8.
    #[error("`{path}` is not UTF-8 (first at byte {at})")]
    NotText {
        /// The file.
        path: RelPath,
        /// The first offending byte.
        at: usize,
    },
    /// The store failed.
    #[error("`{path}` could not be read: {reason}")]
    Broken {
        /// The file.
        path: RelPath,
        /// What the store said.
        reason: String,
    },
}

/// A store of file contents behind a tree.
pub(super) trait Blobs: std::fmt::Debug + Send + Sync {
    /// Whether some of the files are links to others.
    fn has_links(&self) -> bool {
        true
    }

    /// The bytes of a file that is listed in the tree.
    fn read(&self, path: &RelPath, file: &TreeFile) -> Result<Vec<u8>, String>;

    /// Whether there is a history to read.
    fn has_history(&self) -> bool {
        false
    }

    /// The last change of each listed file, where there is a history.
    fn last_changes(&self, _: &BTreeMap<RelPath, TreeFile>) -> Option<BTreeMap<RelPath, LastChange>> {
        None
    }
}

impl RepoTree {
    pub(super) fn new(files: BTreeMap<RelPath, TreeFile>, blobs: Arc<dyn Blobs>) -> Self {
        Self { files: Arc::new(files), blobs, trace: None }
    }

    /// A tree in memory, for tests and for content made at build time.
    pub fn in_memory<P: AsRef<str>, B: Into<Vec<u8>>>(files: impl IntoIterator<Item = (P, B)>) -> Self {
        let contents: BTreeMap<RelPath, Vec<u8>> = files
            .into_iter()
            .map(|(path, bytes)| (RelPath::new(path.as_ref()).expect("a plain path"), bytes.into()))
            .collect();
        let listing = contents
            .iter()
            .map(|(path, bytes)| {
                (path.clone(), TreeFile { size: bytes.len() as u64, identity: Digest::of_bytes(bytes) })
            })
            .collect();
        Self::new(listing, Arc::new(Memory(contents)))
    }

    /// This tree with some files more, or in place of its own: what was made of it at build time.
    #[must_use]
    pub fn with_files(&self, files: BTreeMap<RelPath, Vec<u8>>) -> Self {
        let mut listing = BTreeMap::clone(&self.files);
        for (path, bytes) in &files {
            let file = TreeFile { size: bytes.len() as u64, identity: Digest::of_bytes(bytes) };
            listing.insert(path.clone(), file);
        }
        let blobs = Arc::new(Overlay { over: files, under: Arc::clone(&self.blobs) });
        Self { trace: self.trace.clone(), ..Self::new(listing, blobs) }
    }

    /// The same tree with another listing, or nothing if its files are not independent of each other.
    pub(super) fn relisted(&self, changed: BTreeMap<RelPath, TreeFile>) -> Option<Self> {
        if self.blobs.has_links() {
            return None;
        }
        let mut files = BTreeMap::clone(&self.files);
        files.extend(changed);
        Some(Self::new(files, Arc::clone(&self.blobs)))
    }

    /// The same tree, which writes down what is looked at from now on: each file that is asked for or read. Whoever goes over
    /// [`RepoTree::files`] may look at nothing but names.
    pub(super) fn traced(&self) -> (Self, Trace) {
        let trace = Trace::of(self);
        (Self { trace: Some(trace.clone()), ..self.clone() }, trace)
    }

    /// All files with what is known of them.
    pub(super) fn listing(&self) -> Arc<BTreeMap<RelPath, TreeFile>> {
        Arc::clone(&self.files)
    }

    /// Whether this is the very same tree, unchanged since it was harvested.
    pub fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.files, &other.files) && Arc::ptr_eq(&self.blobs, &other.blobs)
    }

    /// All files, in byte order of their paths.
    pub fn files(&self) -> impl ExactSizeIterator<Item = (&RelPath, &TreeFile)> {
        self.files.iter()
    }

    /// The files below a directory, in byte order.
    pub fn files_below<'a>(&'a self, directory: &'a RelPath) -> impl Iterator<Item = (&'a RelPath, &'a TreeFile)> {
        self.files
            .range(directory.clone()..)
            .take_while(move |(path, _)| path.as_str().starts_with(directory.as_str()))
            .filter(move |(path, _)| path.below(directory).is_some_and(|rest| !rest.is_root()))
    }

    /// What is known of a file.
    pub fn file(&self, path: &RelPath) -> Option<&TreeFile> {
        if let Some(trace) = &self.trace {
            trace.add(path);
        }
        self.files.get(path)
    }

    /// Whether a directory has any file.
    pub fn has_directory(&self, directory: &RelPath) -> bool {
        self.files_below(directory).next().is_some()
    }

    /// Reads a file of at most `limit` bytes; `limit` comes with its key in `site.toml`.
    pub fn read(&self, path: &RelPath, limit: (u64, &'static str)) -> Result<Vec<u8>, ReadError> {
        let file = self.file(path).ok_or_else(|| ReadError::Missing(path.clone()))?;
        if file.size > limit.0 {
            return Err(ReadError::TooLarge { path: path.clone(), size: file.size, limit: limit.1 });
        }
        self.blobs.read(path, file).map_err(|reason| ReadError::Broken { path: path.clone(), reason })
    }

    /// Whether its history can be read: not of a directory outside of git, nor of a shallow repository.
    pub fn has_history(&self) -> bool {
        self.blobs.has_history()
    }

    /// When and by whom each file was changed, from one walk over the history (which takes time, so it is kept on disk).
    ///
    /// `None` for directories outside of git and for shallow repositories, as fetched ones are without `history = true`. Files
    /// whose last change lies more than 20,000 commits back are missing.
    pub fn last_changes(&self) -> Option<BTreeMap<RelPath, LastChange>> {
        self.blobs.last_changes(&self.files)
    }

    /// Reads a text file; a byte-order mark is dropped.
    pub fn read_text(&self, path: &RelPath, limit: (u64, &'static str)) -> Result<String, ReadError> {
        let bytes = self.read(path, limit)?;
        let text = String::from_utf8(bytes)
            .map_err(|error| ReadError::NotText { path: path.clone(), at: error.utf8_error().valid_up_to() })?;
        Ok(text.strip_prefix('\u{feff}').map_or(text.clone(), str::to_owned))
    }
}

#[derive(Debug)]
struct Memory(BTreeMap<RelPath, Vec<u8>>);

impl Blobs for Memory {
    fn read(&self, path: &RelPath, _: &TreeFile) -> Result<Vec<u8>, String> {
        self.0.get(path).cloned().ok_or_else(|| "not there".to_owned())
    }
}

#[derive(Debug)]
struct Overlay {
    over: BTreeMap<RelPath, Vec<u8>>,
    under: Arc<dyn Blobs>,
}

impl Blobs for Overlay {
    fn read(&self, path: &RelPath, file: &TreeFile) -> Result<Vec<u8>, String> {
        self.over.get(path).map_or_else(|| self.under.read(path, file), |bytes| Ok(bytes.clone()))
    }

    fn has_history(&self) -> bool {
        self.under.has_history()
    }

    fn last_changes(&self, files: &BTreeMap<RelPath, TreeFile>) -> Option<BTreeMap<RelPath, LastChange>> {
        self.under.last_changes(files)
    }
}
