use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::Oid;

use super::finding::printable;
use super::git_blobs::{GitBlobs, identity};
use super::git_dir::GitDir;
use super::history::History;
use super::listing::{Listing, list};
use super::reading::{Reading, nothing, web_of};
use super::revision::{Found, find_revision};
use super::rules::UNREADABLE;
use super::shelf::part_of;
use super::slot::Slot;
use super::{Origin, RepoTree, Snapshot, SourceOptions, TreeFile};
use crate::base::{Outcome, RelPath};

/// Reads a local repository in place.
pub(super) fn read_local(
    reading: &Reading<'_>,
    name: &str,
    path: &Path,
    revision: Option<&str>,
    options: &SourceOptions,
) -> Outcome<Option<Snapshot>> {
    let shown = printable(&path.to_string_lossy());
    let Some(git) = GitDir::open(path) else {
        let message =
            if path.exists() { format!("`{shown}` is no git repository") } else { format!("`{shown}` is not there") };
        return nothing(&UNREADABLE, name, message);
    };
    let found = reading.shelf.with(&git.objects(), |store| Ok(find_revision(&git, store, revision)));
    match found.map_err(|error| error.message().to_owned()).flatten() {
        Ok(found) => snapshot(reading, name, &git, found, git.origin_url().as_deref(), options),
        Err(why) => nothing(&UNREADABLE, name, format!("the repository `{shown}` cannot be read: {}", printable(&why))),
    }
}

/// Makes a snapshot of a commit: its files are listed, or taken from the kept listing of the same tree; none is read.
pub(super) fn snapshot(
    reading: &Reading<'_>,
    name: &str,
    git: &GitDir,
    found: Found,
    remote: Option<&str>,
    options: &SourceOptions,
) -> Outcome<Option<Snapshot>> {
    let objects = git.objects();
    let key = (objects.to_string_lossy(), &options.sub_path, reading.limits);
    let kept = |kind: &str, id: Oid| Slot::new(&reading.options.cache_dir, kind, &key, &id.to_string());
    let slot = kept("listing", found.tree);
    let listing = match slot.load() {
        Some(listing) => listing,
        None => match walk(reading, &objects, found.tree, &options.sub_path) {
            Ok(listing) => {
                if !listing.damaged {
                    slot.store(&listing);
                }
                listing
            }
            Err(why) => {
                let message = format!("the files of `{name}` cannot be listed: {}", printable(&why));
                return nothing(&UNREADABLE, name, message);
            }
        },
    };
    let history = (!git.is_shallow()).then(|| History {
        objects: objects.clone(),
        head: found.commit,
        sub_path: options.sub_path.clone(),
        slot: kept("last-changes", found.commit),
    });
    let mut origin =
        Origin { name: name.to_owned(), revision: Some(found.revision), web: None, sub_path: options.sub_path.clone() };
    origin.web = web_of(options, remote, &origin);
    let diagnostics = listing.findings.report(name, &origin.label());
    let tree = tree_of(reading, objects, history, listing);
    let entity_files = options.entity_files.clone();
    Outcome { value: Some(Snapshot { origin, tree, entity_files, stale: None }), diagnostics }
}

fn walk(reading: &Reading<'_>, objects: &Path, root: Oid, sub_path: &RelPath) -> Result<Listing, String> {
    let listing = reading.shelf.with(objects, |store| {
        let Some(start) = part_of(store, root, sub_path)? else {
            return Ok(Err(format!("it has no folder `{sub_path}`")));
        };
        list(store, root, sub_path, start, reading.limits).map(Ok)
    });
    listing.map_err(|error| error.message().to_owned()).flatten()
}

fn tree_of(reading: &Reading<'_>, objects: PathBuf, history: Option<History>, listing: Listing) -> RepoTree {
    let mut ids = HashMap::with_capacity(listing.files.len());
    let files = listing
        .files
        .into_iter()
        .map(|(path, entry)| {
            let blob = Oid::from_bytes(&entry.blob).expect("20 bytes are an id");
            let identity = identity(blob);
            ids.insert(identity, blob);
            (path, TreeFile { size: entry.size, identity })
        })
        .collect();
    RepoTree::new(files, Arc::new(GitBlobs { shelf: Arc::clone(&reading.shelf), objects, ids, history }))
}
