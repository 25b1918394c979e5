//! Addresses of files: from a snapshot to the web, and from a URL back into the harvest.

use crate::base::RelPath;
use crate::sources::{HostKind, Origin, Snapshot};

/// A file by the number of its snapshot and its path in it.
pub(super) type FileKey = (usize, RelPath);

/// How a file is addressed in annotations; without a place on a host, only by name.
pub(super) struct Address {
    /// `url:…` as it would be registered.
    pub registered: String,
    /// `url:…` as it is when it is read.
    pub location: String,
    /// The page of the file.
    pub view: Option<String>,
    /// The editor of the file.
    pub edit: Option<String>,
    /// `url:` and the directory.
    pub directory: Option<String>,
}

/// The address of a file of a snapshot.
pub(super) fn address(origin: &Origin, path: &RelPath) -> Address {
    let full = origin.sub_path.join(path);
    let Some(web) = &origin.web else {
        let location = format!("file:{}/{full}", origin.name);
        return Address { registered: location.clone(), location, view: None, edit: None, directory: None };
    };
    let registered = web.view_url(&full);
    // On GitHub, Backstage makes a `tree` URL of every file that it reads.
    let location = match (web.host, registered.strip_prefix(&web.url).and_then(|rest| rest.strip_prefix("/blob/"))) {
        (HostKind::GitHub, Some(rest)) => format!("{}/tree/{rest}", web.url),
        _ => registered.clone(),
    };
    let pinned = location.split('/').any(|part| part.len() >= 40 && part.bytes().all(|b| b.is_ascii_hexdigit()));
    Address {
        registered: format!("url:{registered}"),
        edit: web.edit_url(&full).filter(|_| !pinned),
        directory: Some(format!("url:{}", web.tree_url(&full.parent()))),
        view: Some(location.clone()),
        location: format!("url:{location}"),
    }
}

/// Where a URL leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UrlTarget {
    /// Into a snapshot of the harvest; the path is relative to the snapshot and may be a glob.
    Inside {
        snapshot: usize,
        path: RelPath,
        /// Backstage takes it for an address of the same repository: it knows the `tree` form only.
        same_form: bool,
    },
    /// Elsewhere.
    Outside,
}

/// Finds the harvested repository that a URL of a file leads into, whatever branch it names.
pub(super) fn find_url(snapshots: &[Snapshot], text: &str) -> UrlTarget {
    for (number, snapshot) in snapshots.iter().enumerate() {
        let Some(web) = &snapshot.origin.web else { continue };
        let below = web.locate(text).and_then(|path| path.below(&snapshot.origin.sub_path));
        if let Some(path) = below.filter(|path| !path.is_root()) {
            let same_form = text.get(web.url.len()..).is_some_and(|rest| rest.starts_with("/tree/"));
            return UrlTarget::Inside { snapshot: number, path, same_form };
        }
    }
    UrlTarget::Outside
}
