use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use git2::{ObjectType, Odb, Oid, Repository, Tree};
use serde::{Deserialize, Serialize};

use super::finding::{Findings, printable_bytes};
use super::link::Links;
use super::rules::{FILE_UNREADABLE, LIMIT, LINK_REFUSED, NAME_REFUSED, NO_FILE, SUBMODULE};
use crate::base::{Limits, RelPath};

/// The files of a tree, without their contents.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Listing {
    /// Size and blob by path.
    pub(super) files: BTreeMap<RelPath, Entry>,
    /// What was skipped.
    pub(super) findings: Findings,
    /// Whether objects were missing or broken: then another walk may find more.
    pub(super) damaged: bool,
}

/// A file of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Entry {
    /// Bytes.
    pub(super) size: u64,
    /// The blob's id.
    pub(super) blob: [u8; 20],
}

/// Lists the files below the tree `start`, which stands at `sub_path` of the tree `root`.
///
/// Folders are walked in breadth, so that a limit cuts off what lies deepest. Every entry counts, folders too: shared
/// subtrees make trees of billions of entries out of a few objects. `Err` only if `start` itself cannot be read.
pub(super) fn list(
    store: &Repository,
    root: Oid,
    sub_path: &RelPath,
    start: Oid,
    limits: &Limits,
) -> Result<Listing, git2::Error> {
    let objects = store.odb()?;
    let mut walk = Walk {
        objects: &objects,
        limits,
        sizes: HashMap::new(),
        entries: 0,
        path_bytes: 0,
        bytes: 0,
        full: false,
        listing: Listing::default(),
    };
    let mut links = Vec::new();
    let mut folders = VecDeque::new();
    walk.folder(&tree(store, start, limits)?, &RelPath::root(), &mut folders, &mut links);
    while let Some((id, path)) = folders.pop_front() {
        if walk.full {
            break;
        }
        match tree(store, id, limits) {
            Ok(tree) => walk.folder(&tree, &path, &mut folders, &mut links),
            Err(error) => walk.say(&FILE_UNREADABLE, &path, format!("the folder cannot be read: {}", error.message())),
        }
    }
    let mut follow = Links::new(store, root);
    for (blob, path) in links {
        match follow.resolve(&sub_path.join(&path), blob) {
            Ok(target) => walk.file(target, path),
            Err(why) => walk.say(&LINK_REFUSED, &path, format!("the link `{path}` is not followed: {why}")),
        }
    }
    Ok(walk.listing)
}

struct Walk<'a> {
    objects: &'a Odb<'a>,
    limits: &'a Limits,
    sizes: HashMap<Oid, u64>,
    entries: u64,
    path_bytes: u64,
    bytes: u64,
    full: bool,
    listing: Listing,
}

/// Average length of the paths of a repository that is full of files.
const PATH_BYTES: u64 = 256;

type Folders = VecDeque<(Oid, RelPath)>;

impl Walk<'_> {
    fn folder(&mut self, tree: &Tree<'_>, at: &RelPath, folders: &mut Folders, links: &mut Vec<(Oid, RelPath)>) {
        let mut seen = HashSet::new();
        for entry in tree {
            self.entries += 1;
            self.path_bytes += (at.as_str().len() + entry.name_bytes().len()) as u64;
            // Long paths cost memory: a deep folder of short names would take gigabytes.
            let most = self.limits.files_per_repository;
            if self.entries > most || self.path_bytes > most.saturating_mul(PATH_BYTES) {
                self.full = true;
                let message = format!(
                    "the repository has more than {most} files and folders, or very long paths (`limits.files_per_repository`)"
                );
                return self.say(&LIMIT, at, message);
            }
            let name = entry.name_bytes();
            let path = match entry_path(at, name) {
                Ok(_) if !seen.insert(name.to_owned()) => Err("it occurs twice"),
                other => other,
            };
            let path = match path {
                Ok(path) => path,
                Err(why) => {
                    let message = format!("the name `{}` is refused: {why}", printable_bytes(name));
                    self.say(&NAME_REFUSED, at, message);
                    continue;
                }
            };
            match entry.filemode_raw() {
                0o040_000 => folders.push_back((entry.id(), path)),
                0o100_644 | 0o100_755 | 0o100_664 => self.file(entry.id(), path),
                0o120_000 => links.push((entry.id(), path)),
                0o160_000 => self.say(&SUBMODULE, &path, format!("the submodule `{path}` is not read")),
                mode => self.say(&NO_FILE, &path, format!("`{path}` has the unknown mode {mode:o}")),
            }
        }
    }

    /// Takes a file in, if there is room. Files that are too large for any use do not fill the room.
    fn file(&mut self, blob: Oid, path: RelPath) {
        let size = match self.size(blob) {
            Ok(size) => size,
            Err(why) => return self.say(&FILE_UNREADABLE, &path, format!("`{path}` cannot be read: {why}")),
        };
        let counted = if size > self.limits.asset_bytes { 0 } else { size };
        if self.bytes + counted > self.limits.bytes_per_repository {
            if !self.full {
                let most = self.limits.bytes_per_repository;
                let message = format!("the repository has more than {most} bytes (`limits.bytes_per_repository`)");
                self.say(&LIMIT, &path, message);
            }
            self.full = true;
            return;
        }
        self.bytes += counted;
        let mut id = [0; 20];
        id.copy_from_slice(blob.as_bytes());
        self.listing.files.insert(path, Entry { size, blob: id });
    }

    fn size(&mut self, blob: Oid) -> Result<u64, String> {
        if let Some(size) = self.sizes.get(&blob) {
            return Ok(*size);
        }
        match self.objects.read_header(blob) {
            Ok((size, ObjectType::Blob)) => {
                self.sizes.insert(blob, size as u64);
                Ok(size as u64)
            }
            Ok(_) => Err(format!("the object `{blob}` is no file")),
            Err(error) => Err(error.message().to_owned()),
        }
    }

    fn say(&mut self, rule: &crate::base::Rule, at: &RelPath, message: String) {
        self.listing.damaged |= rule.code == FILE_UNREADABLE.code;
        self.listing.findings.add(rule, at.as_str(), message);
    }
}

/// Loads a tree object, unless it is a bomb: a list of many entries under one name compresses to nothing.
fn tree<'a>(store: &'a Repository, id: Oid, limits: &Limits) -> Result<Tree<'a>, git2::Error> {
    let size = store.odb()?.read_header(id)?.0 as u64;
    if size > limits.files_per_repository.saturating_mul(64).max(1 << 16) {
        return Err(git2::Error::from_str("it has far more entries than `limits.files_per_repository`"));
    }
    store.find_tree(id)
}

fn entry_path(at: &RelPath, name: &[u8]) -> Result<RelPath, &'static str> {
    let name = std::str::from_utf8(name).map_err(|_| "it is not UTF-8")?;
    if name.contains('/') {
        return Err("it has a slash");
    }
    if name.eq_ignore_ascii_case(".git") {
        return Err("git keeps its own files there");
    }
    if name.is_empty() {
        return Err("it is empty");
    }
    let name = RelPath::new(name).map_err(|_| "it is `.` or `..`, or has a control character or a backslash")?;
    let path = at.join(&name);
    if path.as_str().len() > 4096 { Err("its path is over 4,096 bytes") } else { Ok(path) }
}
