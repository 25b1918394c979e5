//! Which files of a snapshot are entity files, where a Location's targets lead, and what is a template's skeleton.

use globset::{GlobBuilder, GlobMatcher};

use super::address::{FileKey, UrlTarget, find_url};
use super::node::Node;
use crate::base::RelPath;
use crate::sources::Snapshot;

/// A snapshot's registered files; and paths that were asked for and are not there.
pub(super) fn registered(snapshot: &Snapshot) -> (Vec<RelPath>, Vec<String>) {
    let (mut found, mut missing) = (Vec::new(), Vec::new());
    for pattern in &snapshot.entity_files {
        let paths = matching(snapshot, pattern);
        if paths.is_empty() {
            missing.push(pattern.clone());
        }
        found.extend(paths);
    }
    if snapshot.entity_files.is_empty() {
        let named = |path: &RelPath| matches!(path.name(), "catalog-info.yaml" | "catalog-info.yml");
        found.extend(snapshot.tree.files().map(|(path, _)| path).filter(|path| named(path)).cloned());
    }
    let mut seen = std::collections::HashSet::new();
    found.retain(|path| seen.insert(path.clone()));
    (found, missing)
}

/// Where one target of a Location leads.
pub(super) enum Target {
    /// To these files of the harvest; none if there is no such file.
    Files(Vec<FileKey>),
    /// To a repository that is not harvested.
    Outside,
}

/// Resolves a target that is written in the file `home`.
pub(super) fn target(text: &str, home: &FileKey, snapshots: &[Snapshot]) -> Target {
    let (snapshot, path) = if url::Url::parse(text).is_ok() {
        match find_url(snapshots, text) {
            UrlTarget::Inside { snapshot, path, .. } => (snapshot, Some(String::from(path))),
            UrlTarget::Outside => return Target::Outside,
        }
    } else {
        let text = text.split(['?', '#']).next().unwrap_or(text);
        let origin = &snapshots[home.0].origin;
        let resolved = origin.sub_path.join(&home.1).parent().resolve(text).ok();
        (home.0, resolved.and_then(|path| path.below(&origin.sub_path)).map(String::from))
    };
    let paths = path.map(|path| matching(&snapshots[snapshot], &path)).unwrap_or_default();
    Target::Files(paths.into_iter().map(|path| (snapshot, path)).collect())
}

/// The files that a path or a glob names, in byte order. Names with a leading dot are matched by a pattern with one only.
fn matching(snapshot: &Snapshot, pattern: &str) -> Vec<RelPath> {
    let Ok(path) = RelPath::root().resolve(pattern) else { return Vec::new() };
    if snapshot.tree.file(&path).is_some() {
        return vec![path];
    }
    let Some(glob) = glob(path.as_str()) else { return Vec::new() };
    let dotted: Vec<&str> = path.parts().filter(|part| part.starts_with('.')).collect();
    let visible = |path: &RelPath| path.parts().all(|part| !part.starts_with('.') || dotted.contains(&part));
    let files = snapshot.tree.files().map(|(path, _)| path);
    files.filter(|path| glob.is_match(path.as_str()) && visible(path)).cloned().collect()
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    if !pattern.contains(['*', '[', '{']) || pattern.len() > 1000 {
        return None;
    }
    let glob = GlobBuilder::new(pattern).literal_separator(true).backslash_escape(false).build().ok()?;
    Some(glob.compile_matcher())
}

/// The directories (or files) that a Template fetches from its own repository.
pub(super) fn fetched(root: &Node, path: &RelPath) -> Vec<RelPath> {
    let steps = root.get("spec").and_then(|spec| spec.get("steps")).map(Node::items).unwrap_or_default();
    let fetches =
        |step: &&Node| step.get("action").and_then(Node::text).is_some_and(|action| action.starts_with("fetch:"));
    let urls = steps.iter().filter(fetches).filter_map(|step| step.get("input")?.get("url")?.text());
    urls.filter(|url| url::Url::parse(url).is_err() && !url.contains("${{"))
        .filter_map(|url| path.parent().resolve(url).ok())
        .filter(|directory| !directory.is_root())
        .collect()
}
