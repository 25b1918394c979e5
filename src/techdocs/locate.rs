use std::collections::HashMap;

use crate::base::RelPath;
use crate::sources::Snapshot;

/// Finds the harvested file that an address on a repository's host means.
pub(super) struct Locator<'a> {
    snapshots: &'a [Snapshot],
    /// Snapshots by `host/org/repo`, lower case: links are many, and so are repositories.
    by_address: HashMap<String, Vec<usize>>,
}

impl<'a> Locator<'a> {
    /// Indexes the snapshots by their addresses.
    pub fn new(snapshots: &'a [Snapshot]) -> Self {
        let mut by_address: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, snapshot) in snapshots.iter().enumerate() {
            if let Some(address) = snapshot.origin.web.as_ref().and_then(|web| without_scheme(&web.url)) {
                by_address.entry(address.to_lowercase()).or_default().push(at);
            }
        }
        Self { snapshots, by_address }
    }

    /// All snapshots.
    pub fn snapshots(&self) -> &'a [Snapshot] {
        self.snapshots
    }

    /// Which file or directory of which snapshot; any branch counts. A snapshot that has the path is taken before others
    /// of the same repository.
    pub fn locate(&self, url: &str) -> Option<(usize, RelPath)> {
        let address = without_scheme(url)?.to_lowercase();
        let address = match address.strip_prefix("raw.githubusercontent.com/") {
            Some(rest) => format!("github.com/{rest}"),
            None => address,
        };
        let path = address.split(['?', '#']).next().unwrap_or("");
        let ends = path.match_indices(['/', '.']).map(|(at, _)| at).chain([path.len()]);
        let known = ends.filter_map(|end| self.by_address.get(&path[..end])).flatten();
        let mut first = None;
        for at in known {
            let Some(path) = self.snapshots[*at].origin.locate(url) else { continue };
            let tree = &self.snapshots[*at].tree;
            if tree.file(&path).is_some() || tree.has_directory(&path) {
                return Some((*at, path));
            }
            first = first.or(Some((*at, path)));
        }
        first
    }
}

fn without_scheme(url: &str) -> Option<&str> {
    url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))
}
