use std::collections::{BTreeMap, BinaryHeap, HashSet};
use std::path::PathBuf;

use git2::{ObjectType, Oid, Repository};

use super::finding::printable;
use super::shelf::{Shelf, part_of};
use super::slot::Slot;
use super::{LastChange, TreeFile};
use crate::base::RelPath;

/// Where the history of a snapshot is found.
#[derive(Debug)]
pub(super) struct History {
    /// The store of its commits.
    pub(super) objects: PathBuf,
    /// The snapshot's commit.
    pub(super) head: Oid,
    /// Part of the repository that was read.
    pub(super) sub_path: RelPath,
    /// Where the answer is kept.
    pub(super) slot: Slot,
}

/// Most commits that are looked at.
const COMMITS: usize = 20_000;

/// Most entries of folders that are compared: some seconds' work.
const ENTRIES: usize = 5_000_000;

/// Most authors kept of a file.
const AUTHORS: usize = 16;

/// The last change of each file, by one walk over the history from the latest commit on, merges left out. Files whose
/// last change lies beyond the bounds of the walk have none. `None`: the history cannot be read.
pub(super) fn last_changes(
    history: &History,
    shelf: &Shelf,
    files: &BTreeMap<RelPath, TreeFile>,
) -> Option<BTreeMap<RelPath, LastChange>> {
    if let Some(changes) = history.slot.load() {
        return Some(changes);
    }
    let walked = shelf.with(&history.objects, |store| {
        let mut walk = Walk { store, files, changes: BTreeMap::new(), entries: 0 };
        walk.commits(history)?;
        Ok(walk.changes)
    });
    let changes = walked.ok()?;
    history.slot.store(&changes);
    Some(changes)
}

struct Walk<'a> {
    store: &'a Repository,
    files: &'a BTreeMap<RelPath, TreeFile>,
    changes: BTreeMap<RelPath, LastChange>,
    entries: usize,
}

struct Commit {
    id: String,
    time: i64,
    author: String,
    subject: String,
}

impl Walk<'_> {
    fn commits(&mut self, history: &History) -> Result<(), git2::Error> {
        let time = self.store.find_commit(history.head)?.time().seconds();
        let mut next = BinaryHeap::from([(time, history.head)]);
        let mut seen = HashSet::from([history.head]);
        while let Some((time, id)) = next.pop() {
            if seen.len() > COMMITS || self.entries > ENTRIES {
                break;
            }
            let commit = self.store.find_commit(id)?;
            for parent in commit.parent_ids() {
                if seen.insert(parent) {
                    next.push((self.store.find_commit(parent)?.time().seconds(), parent));
                }
            }
            if commit.parent_count() > 1 {
                continue;
            }
            let author = String::from_utf8_lossy(commit.author().name_bytes()).into_owned();
            let message = String::from_utf8_lossy(commit.message_bytes());
            let change = Commit {
                id: id.to_string(),
                time,
                author: printable(author.trim()),
                subject: printable(message.trim().lines().next().unwrap_or_default().trim()),
            };
            let new = part_of(self.store, commit.tree_id(), &history.sub_path)?;
            let old = match commit.parent_ids().next() {
                Some(parent) => {
                    let tree = self.store.find_commit(parent)?.tree_id();
                    part_of(self.store, tree, &history.sub_path)?
                }
                None => None,
            };
            if let Some(new) = new {
                self.compare(new, old, &change)?;
            }
        }
        Ok(())
    }

    /// Notes what differs between two trees; equal folders are not looked into.
    fn compare(&mut self, new: Oid, old: Option<Oid>, change: &Commit) -> Result<(), git2::Error> {
        let mut folders = vec![(new, old, RelPath::root())];
        while let Some((new, old, at)) = folders.pop() {
            if Some(new) == old {
                continue;
            }
            let new = self.store.find_tree(new)?;
            let old = old.map(|old| self.store.find_tree(old)).transpose()?;
            self.entries += new.len();
            if self.entries > ENTRIES {
                break;
            }
            for entry in &new {
                let before = old.as_ref().and_then(|old| old.get_name_bytes(entry.name_bytes()));
                if before.as_ref().is_some_and(|before| before.id() == entry.id()) {
                    continue;
                }
                let Some(path) = entry.name().ok().and_then(|name| RelPath::new(name).ok()) else { continue };
                let path = at.join(&path);
                if entry.kind() == Some(ObjectType::Tree) {
                    let before = before.filter(|before| before.kind() == Some(ObjectType::Tree));
                    folders.push((entry.id(), before.map(|before| before.id()), path));
                } else if self.files.contains_key(&path) {
                    self.note(path, change);
                }
            }
        }
        Ok(())
    }

    fn note(&mut self, path: RelPath, change: &Commit) {
        let known = self.changes.entry(path).or_insert_with(|| LastChange {
            time: change.time,
            authors: Vec::new(),
            commit: change.id.clone(),
            subject: change.subject.clone(),
        });
        if known.authors.len() < AUTHORS && !known.authors.contains(&change.author) {
            known.authors.push(change.author.clone());
        }
    }
}
