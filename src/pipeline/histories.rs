use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rayon::prelude::*;

use super::step::fenced;
use crate::base::RelPath;
use crate::catalog::Catalog;
use crate::sources::{LastChange, RepoTree, Snapshot};

/// What a process keeps of the histories of the files that describe entities.
#[derive(Debug, Default)]
pub(super) struct KeptHistories(BTreeMap<usize, KeptHistory>);

#[derive(Debug)]
struct KeptHistory {
    tree: RepoTree,
    files: BTreeSet<RelPath>,
    /// None where no history is at hand.
    changes: Option<Arc<BTreeMap<RelPath, LastChange>>>,
}

impl KeptHistories {
    /// The last change of each file that describes entities, for every repository whose history is at hand: one walk over each
    /// history, kept on disk by its commit. What is the very same repository as last time is not looked at again.
    pub(super) fn of_descriptions(
        &mut self,
        catalog: &Catalog,
        snapshots: &[Snapshot],
    ) -> BTreeMap<usize, Arc<BTreeMap<RelPath, LastChange>>> {
        let mut described = BTreeMap::<usize, BTreeSet<&RelPath>>::new();
        for entity in catalog.entities.values() {
            described.entry(entity.snapshot).or_default().insert(&entity.path);
        }
        let known = std::mem::take(&mut self.0);
        let history = |(at, files): (usize, BTreeSet<&RelPath>)| {
            let tree = &snapshots.get(at)?.tree;
            let same = |known: &&KeptHistory| known.tree.is(tree) && known.files.iter().eq(files.iter().copied());
            let changes = match known.get(&at).filter(same) {
                Some(known) => known.changes.clone(),
                None => fenced(|| tree.last_changes()).ok().flatten().map(|mut changes| {
                    changes.retain(|path, _| files.contains(path));
                    Arc::new(changes)
                }),
            };
            let files = files.into_iter().cloned().collect();
            Some((at, KeptHistory { tree: tree.clone(), files, changes }))
        };
        self.0 = described.into_par_iter().filter_map(history).collect();
        self.0.iter().filter_map(|(at, kept)| Some((*at, Arc::clone(kept.changes.as_ref()?)))).collect()
    }
}
