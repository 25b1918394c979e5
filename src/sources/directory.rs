use std::collections::BTreeMap;
use std::fs::{File, Metadata};
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ignore::{DirEntry, WalkBuilder};
use rayon::prelude::*;

use super::finding::{Findings, printable, printable_bytes};
use super::git_dir::GitDir;
use super::history::{History, last_changes};
use super::reading::{Reading, nothing, web_of};
use super::revision::find_revision;
use super::rules::{FILE_UNREADABLE, LIMIT, LINK_REFUSED, NAME_REFUSED, NO_FILE, UNREADABLE};
use super::shelf::Shelf;
use super::slot::Slot;
use super::tree::Blobs;
use super::{Changes, LastChange, Origin, RepoTree, Snapshot, SourceOptions, TreeFile};
use crate::base::{Digest, Limits, Outcome, RelPath, Rule};

/// Reads a directory as it is: hidden files too, but not what its `.gitignore` files exclude, nor `.git`.
pub(super) fn read_directory(
    reading: &Reading<'_>,
    name: &str,
    path: &Path,
    options: &SourceOptions,
) -> Outcome<Option<Snapshot>> {
    let shown = printable(&path.to_string_lossy());
    let top = match path.canonicalize() {
        Ok(top) => top,
        Err(error) => return nothing(&UNREADABLE, name, format!("the folder `{shown}` cannot be read: {error}")),
    };
    let asked = if options.sub_path.is_root() { top.clone() } else { top.join(options.sub_path.as_str()) };
    let root = match asked.canonicalize() {
        Ok(root) if root.is_dir() && root.starts_with(&top) => root,
        _ => {
            let below = if options.sub_path.is_root() { "" } else { "/" };
            return nothing(&UNREADABLE, name, format!("`{shown}{below}{}` is no folder", options.sub_path));
        }
    };
    let origin = origin_of(reading, name, &root, options);
    let Listed { files, links, findings } = list(reading, &root, &top, GitDir::around(&root).is_some());
    let diagnostics = findings.report(name, &origin.label());
    let history = history_of(reading, &root, &origin);
    let shelf = Arc::clone(&reading.shelf);
    let tree = RepoTree::new(
        files,
        Arc::new(Folder { root, top, links, unread_above: reading.limits.asset_bytes, shelf, history }),
    );
    let entity_files = options.entity_files.clone();
    Outcome { value: Some(Snapshot { origin, tree, entity_files, stale: None }), diagnostics }
}

/// Which repository the folder belongs to, if it lies in a work tree. A broken repository around it changes nothing
/// but this.
fn origin_of(reading: &Reading<'_>, name: &str, root: &Path, options: &SourceOptions) -> Origin {
    let mut origin = Origin { name: name.to_owned(), revision: None, web: None, sub_path: RelPath::root() };
    let mut remote = None;
    let around = GitDir::around(root);
    // A configured address is that of the folder itself, whatever work tree it happens to lie in.
    if around.is_none() || options.web_url.is_some() {
        origin.sub_path = options.sub_path.clone();
    }
    if let Some((git, work_tree)) = around {
        remote = git.origin_url();
        let found = reading.shelf.with(&git.objects(), |store| Ok(find_revision(&git, store, None)));
        origin.revision = found.ok().and_then(Result::ok).map(|found| found.revision);
        if options.web_url.is_none() {
            let below = root.strip_prefix(&work_tree).ok().and_then(Path::to_str);
            origin.sub_path = below.and_then(|below| RelPath::new(below).ok()).unwrap_or_default();
        }
    }
    origin.web = web_of(options, remote.as_deref(), &origin);
    origin
}

/// The history of the commit that the work tree around a folder stands at.
fn history_of(reading: &Reading<'_>, root: &Path, origin: &Origin) -> Option<History> {
    let (git, work_tree) = GitDir::around(root).filter(|(git, _)| !git.is_shallow())?;
    let head = git2::Oid::from_str(&origin.revision.as_ref()?.commit).ok()?;
    let sub_path = RelPath::new(root.strip_prefix(work_tree).ok()?.to_str()?).ok()?;
    let objects = git.objects();
    let key = (objects.to_string_lossy(), &sub_path, "folder");
    let slot = Slot::new(&reading.options.cache_dir, "last-changes", &key, &head.to_string());
    Some(History { objects, head, sub_path, slot })
}

/// Reads only what changed in a directory that was read before. `None`: it has to be read as a whole, since more than the
/// content of known files may be other than before.
pub(super) fn read_changes(
    reading: &Reading<'_>,
    path: &Path,
    options: &SourceOptions,
    last: &Snapshot,
    changes: &Changes,
) -> Option<Snapshot> {
    let top = path.canonicalize().ok()?;
    let root = top.join(options.sub_path.as_str()).canonicalize().ok()?;
    let mut changed = BTreeMap::new();
    for path in &changes.paths {
        if root.starts_with(path) || (path.starts_with(&top) && !path.starts_with(&root)) {
            return None;
        }
        let Ok(below) = path.strip_prefix(&root) else { continue };
        let below = RelPath::new(below.to_str()?).ok()?;
        // These say which files there are.
        if below.name() == ".gitignore" || below.parts().any(|part| part == ".git") {
            return None;
        }
        match (last.tree.file(&below), path.symlink_metadata()) {
            (Some(_), Ok(about)) if about.is_file() => {
                let candidate = Candidate { path: below.clone(), real: path.clone(), size: about.len() };
                changed.insert(below, identify(&candidate, &top, reading.limits.asset_bytes).ok()?);
            }
            // A file that came and went, as editors make them.
            (None, Err(error)) if error.kind() == ErrorKind::NotFound && !last.tree.has_directory(&below) => {}
            _ => return None,
        }
    }
    let tree = last.tree.relisted(changed)?;
    let small = tree.files().map(|(_, file)| file.size).filter(|size| *size <= reading.limits.asset_bytes);
    (small.sum::<u64>() <= reading.limits.bytes_per_repository).then(|| Snapshot { tree, ..last.clone() })
}

struct Candidate {
    path: RelPath,
    real: PathBuf,
    size: u64,
}

struct Listed {
    files: BTreeMap<RelPath, TreeFile>,
    /// Whether some of them are links.
    links: bool,
    findings: Findings,
}

fn list(reading: &Reading<'_>, root: &Path, top: &Path, in_git: bool) -> Listed {
    let mut findings = Findings::default();
    let candidates = walk(reading, root, top, in_git, &mut findings);
    let links = candidates.iter().any(|candidate| candidate.real != root.join(candidate.path.as_str()));
    let most = reading.limits.asset_bytes;
    let read: Vec<(RelPath, Result<TreeFile, String>)> = candidates
        .into_par_iter()
        .map(|candidate| {
            let file = identify(&candidate, top, most);
            (candidate.path, file)
        })
        .collect();
    let mut files = BTreeMap::new();
    for (path, file) in read {
        match file {
            Ok(file) => {
                files.insert(path, file);
            }
            Err(why) => findings.add(&FILE_UNREADABLE, path.as_str(), format!("`{path}` cannot be read: {why}")),
        }
    }
    Listed { files, links, findings }
}

/// Equal identities, equal bytes: the content's digest. Files that are too large for any use are not read.
fn identify(candidate: &Candidate, top: &Path, most: u64) -> Result<TreeFile, String> {
    if candidate.size > most {
        let identity = Digest::of("unread file", &(candidate.size, candidate.real.to_string_lossy()));
        return Ok(TreeFile { size: candidate.size, identity });
    }
    let bytes = read_inside(&candidate.real, top, candidate.size)?;
    Ok(TreeFile { size: bytes.len() as u64, identity: Digest::of_bytes(&bytes) })
}

fn walk(reading: &Reading<'_>, root: &Path, top: &Path, in_git: bool, findings: &mut Findings) -> Vec<Candidate> {
    let mut found = Vec::new();
    let mut room = Room { limits: reading.limits, entries: 0, bytes: 0 };
    for entry in walker(reading, root, in_git).build() {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                findings.add(&FILE_UNREADABLE, "", printable(&error.to_string()));
                continue;
            }
        };
        if entry.depth() == 0 {
            continue;
        }
        let path = match relative(root, entry.path()) {
            Ok(path) => path,
            Err(shown) => {
                findings.add(&NAME_REFUSED, "", format!("the name `{shown}` is refused"));
                continue;
            }
        };
        let candidate = match candidate(&entry, path.clone(), top) {
            Ok(candidate) => candidate,
            Err((rule, message)) => {
                findings.add(rule, path.as_str(), message);
                continue;
            }
        };
        if let Err(message) = room.take(candidate.as_ref().map_or(0, |candidate| candidate.size)) {
            findings.add(&LIMIT, path.as_str(), message);
            break;
        }
        found.extend(candidate);
    }
    found
}

/// In byte order of names, so that a limit cuts off the same files each time.
fn walker(reading: &Reading<'_>, root: &Path, in_git: bool) -> WalkBuilder {
    let own = [&reading.options.cache_dir].into_iter().chain(&reading.options.exclude);
    let own: Vec<PathBuf> = own.filter_map(|path| path.canonicalize().ok()).collect();
    let mut walker = WalkBuilder::new(root);
    walker
        .hidden(false)
        .ignore(false)
        .git_global(false)
        .git_exclude(in_git)
        .require_git(false)
        // Above the folder, `.gitignore` files count only inside the same work tree.
        .parents(in_git)
        .follow_links(false)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(move |entry| entry.file_name() != ".git" && !own.iter().any(|path| path == entry.path()));
    walker
}

struct Room<'a> {
    limits: &'a Limits,
    entries: u64,
    bytes: u64,
}

impl Room<'_> {
    fn take(&mut self, size: u64) -> Result<(), String> {
        self.entries += 1;
        if self.entries > self.limits.files_per_repository {
            let most = self.limits.files_per_repository;
            return Err(format!("the folder has more than {most} files and folders (`limits.files_per_repository`)"));
        }
        self.bytes += if size > self.limits.asset_bytes { 0 } else { size };
        if self.bytes > self.limits.bytes_per_repository {
            let most = self.limits.bytes_per_repository;
            return Err(format!("the folder has more than {most} bytes (`limits.bytes_per_repository`)"));
        }
        Ok(())
    }
}

/// What a walked entry gives: a file, nothing (a folder), or a finding.
fn candidate(entry: &DirEntry, path: RelPath, top: &Path) -> Result<Option<Candidate>, (&'static Rule, String)> {
    let Some(kind) = entry.file_type() else {
        return Err((&NO_FILE, format!("`{path}` is no file")));
    };
    if kind.is_dir() {
        return Ok(None);
    }
    if kind.is_symlink() {
        let refused = |why: &str| (&LINK_REFUSED, format!("the link `{path}` is not followed: {why}"));
        // Circles and chains that are too long fail here, like links to nothing.
        let real = entry.path().canonicalize().map_err(|_| refused("it leads to nothing, or round in a circle"))?;
        let below = real.strip_prefix(top).map_err(|_| refused("it leads out of the folder"))?;
        if below.components().any(|part| part.as_os_str() == ".git") {
            return Err(refused("git keeps its own files there"));
        }
        let about = real.symlink_metadata().map_err(|error| refused(&error.to_string()))?;
        if !about.is_file() {
            return Err(refused("it does not lead to a regular file"));
        }
        return Ok(Some(Candidate { path, real, size: about.len() }));
    }
    let about = entry.metadata().map_err(|error| (&FILE_UNREADABLE, format!("`{path}` cannot be read: {error}")))?;
    if !about.is_file() {
        return Err((&NO_FILE, format!("`{path}` is a pipe, a socket or a device")));
    }
    Ok(Some(Candidate { path, real: entry.path().to_owned(), size: about.len() }))
}

fn relative(root: &Path, path: &Path) -> Result<RelPath, String> {
    use std::os::unix::ffi::OsStrExt;
    let below = path.strip_prefix(root).unwrap_or(path);
    let text = below.to_str().ok_or_else(|| printable_bytes(below.as_os_str().as_bytes()))?;
    RelPath::new(text).map_err(|_| printable(text))
}

/// Reads a file that lies below `top`, which is canonical. The path may have changed since it was listed, so what is asked is where
/// the file lies that was opened.
fn read_inside(path: &Path, top: &Path, most: u64) -> Result<Vec<u8>, String> {
    let failed = |error: std::io::Error| error.to_string();
    // A pipe would block when opened.
    let listed = path.metadata().map_err(failed)?;
    if !listed.is_file() {
        return Err("it is no regular file".to_owned());
    }
    let file = File::open(path).map_err(failed)?;
    let opened = file.metadata().map_err(failed)?;
    if !same_file(&listed, &opened) {
        return Err("it was exchanged while it was read".to_owned());
    }
    if !place_of(&file, path, &opened).map_err(failed)?.starts_with(top) {
        return Err("it leads out of the folder".to_owned());
    }
    let mut bytes = Vec::with_capacity(usize::try_from(opened.len().min(most)).unwrap_or(0) + 1);
    file.take(most + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err("it grew while it was read".to_owned());
    }
    Ok(bytes)
}

/// Where an open file lies, without links. Linux tells it of the file itself, in one step; elsewhere the path is resolved again,
/// which looks at each of its folders, and what lies there must be what is open.
fn place_of(file: &File, path: &Path, opened: &Metadata) -> std::io::Result<PathBuf> {
    use std::os::fd::AsRawFd;
    if let Ok(place) = std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
        return Ok(place);
    }
    let real = path.canonicalize()?;
    if same_file(&real.symlink_metadata()?, opened) { Ok(real) } else { Err(std::io::ErrorKind::NotFound.into()) }
}

fn same_file(left: &Metadata, right: &Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    right.is_file() && (left.dev(), left.ino()) == (right.dev(), right.ino())
}

/// Contents of a directory, read again from disk.
#[derive(Debug)]
struct Folder {
    root: PathBuf,
    top: PathBuf,
    /// Whether some files are links.
    links: bool,
    /// Files of more bytes have an identity that is not their digest.
    unread_above: u64,
    shelf: Arc<Shelf>,
    /// History of the repository around it, if it has one.
    history: Option<History>,
}

impl Blobs for Folder {
    fn has_links(&self) -> bool {
        self.links
    }

    fn has_history(&self) -> bool {
        self.history.is_some()
    }

    fn last_changes(&self, files: &BTreeMap<RelPath, TreeFile>) -> Option<BTreeMap<RelPath, LastChange>> {
        last_changes(self.history.as_ref()?, &self.shelf, files)
    }

    fn read(&self, path: &RelPath, file: &TreeFile) -> Result<Vec<u8>, String> {
        let bytes = read_inside(&self.root.join(path.as_str()), &self.top, file.size)?;
        // Products are remembered by the identity, so other bytes under it would be remembered too.
        if file.size <= self.unread_above && Digest::of_bytes(&bytes) != file.identity {
            return Err("it has changed since the harvest".to_owned());
        }
        Ok(bytes)
    }
}
