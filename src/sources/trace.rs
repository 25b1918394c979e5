use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::{RepoTree, Snapshot, TreeFile};
use crate::base::RelPath;

/// What a stage looked at in a harvest: the names of all files, and the content of those that it asked for or read.
#[derive(Debug, Default)]
pub struct Traces(Vec<(Snapshot, Trace)>);

/// What was looked at in one tree.
#[derive(Debug, Clone)]
pub(super) struct Trace {
    pub(super) files: Arc<BTreeMap<RelPath, TreeFile>>,
    looked: Arc<Mutex<BTreeSet<RelPath>>>,
}

impl Traces {
    /// Snapshots that are to be looked at, and what will have been looked at in them.
    pub fn of(snapshots: &[Snapshot]) -> (Vec<Snapshot>, Self) {
        let traced = |snapshot: &Snapshot| {
            let (tree, trace) = snapshot.tree.traced();
            (Snapshot { tree, ..snapshot.clone() }, (snapshot.clone(), trace))
        };
        let (snapshots, traces) = snapshots.iter().map(traced).unzip();
        (snapshots, Self(traces))
    }

    /// Whether whoever looked would see the same in other snapshots.
    pub fn hold_for(&mut self, snapshots: &[Snapshot]) -> bool {
        let same = |(old, trace): &mut (Snapshot, Trace), new: &Snapshot| {
            old.origin == new.origin
                && old.stale == new.stale
                && old.entity_files == new.entity_files
                && trace.holds_for(&new.tree)
        };
        self.0.len() == snapshots.len() && self.0.iter_mut().zip(snapshots).all(|(old, new)| same(old, new))
    }
}

impl Trace {
    pub(super) fn of(tree: &RepoTree) -> Self {
        Self { files: tree.listing(), looked: Arc::default() }
    }

    pub(super) fn add(&self, path: &RelPath) {
        self.looked.lock().unwrap_or_else(PoisonError::into_inner).insert(path.clone());
    }

    fn holds_for(&mut self, tree: &RepoTree) -> bool {
        let now = tree.listing();
        if Arc::ptr_eq(&self.files, &now) {
            return true;
        }
        let looked = self.looked.lock().unwrap_or_else(PoisonError::into_inner);
        let holds = self.files.len() == now.len()
            && self.files.keys().eq(now.keys())
            && looked.iter().all(|path| self.files.get(path) == now.get(path));
        drop(looked);
        if holds {
            // What was looked at is the same in both, and the next comparison is with this one.
            self.files = now;
        }
        holds
    }
}
