use crate::base::RelPath;
use crate::sources::{Snapshot, Web};

/// Which file or directory of which snapshot a URL on a repository's host means; any branch counts.
pub(super) fn locate(snapshots: &[Snapshot], url: &str) -> Option<(usize, RelPath)> {
    snapshots.iter().enumerate().find_map(|(at, snapshot)| {
        let path = in_repository(snapshot.origin.web.as_ref()?, url)?;
        Some((at, path.below(&snapshot.origin.sub_path)?))
    })
}

fn in_repository(web: &Web, url: &str) -> Option<RelPath> {
    let _ = (web, url);
    None
}
