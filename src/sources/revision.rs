use git2::{ObjectType, Oid, Repository};

use super::Revision;
use super::git_dir::{GitDir, full_id};

/// A commit that was found.
#[derive(Debug, Clone)]
pub(super) struct Found {
    /// For people.
    pub(super) revision: Revision,
    /// The commit's id.
    pub(super) commit: Oid,
    /// Its tree.
    pub(super) tree: Oid,
}

/// Most tags that point at tags.
const TAGS: usize = 8;

/// Largest commit or tag object, in bytes.
const LARGEST: usize = 4 << 20;

/// Finds what was asked for in a local repository: a branch (its own, then one of `origin`), a tag, a full reference
/// name or a commit id, in this order; `HEAD` if nothing was. `Err` is for people.
pub(super) fn find_revision(git: &GitDir, store: &Repository, wanted: Option<&str>) -> Result<Found, String> {
    if let Some(why) = git.foreign_format() {
        return Err(why.to_owned());
    }
    let Some(name) = wanted else {
        let head = git.head().ok_or("its `HEAD` cannot be read")?;
        let target = head.target.ok_or_else(|| match &head.branch {
            Some(branch) => format!("its `HEAD` names the branch `{branch}`, which has no commits"),
            None => "its `HEAD` names nothing".to_owned(),
        })?;
        return find_commit(store, target, head.branch);
    };
    let places = ["refs/heads/", "refs/remotes/origin/", "refs/tags/", ""];
    if let Some(id) = places.iter().find_map(|place| git.reference(&format!("{place}{name}"))) {
        let short = name.strip_prefix("refs/heads/").or_else(|| name.strip_prefix("refs/tags/")).unwrap_or(name);
        return find_commit(store, id, Some(short.to_owned()));
    }
    match commit_id(store, name) {
        Some(id) => find_commit(store, id, None),
        None => Err(format!("it has no branch, tag or commit `{}`", name.escape_debug())),
    }
}

/// The commit behind an object, through annotated tags. `name` is the branch or tag that led there.
pub(super) fn find_commit(store: &Repository, id: Oid, name: Option<String>) -> Result<Found, String> {
    let broken = |error: git2::Error| format!("the object of its revision cannot be read: {}", error.message());
    let mut id = id;
    for _ in 0..TAGS {
        let (size, kind) = store.odb().and_then(|objects| objects.read_header(id)).map_err(broken)?;
        match kind {
            _ if size > LARGEST => return Err("the object of its revision is too large".to_owned()),
            ObjectType::Commit => {
                let commit = store.find_commit(id).map_err(broken)?;
                let revision = Revision { commit: id.to_string(), branch: name, time: commit.time().seconds() };
                return Ok(Found { revision, commit: id, tree: commit.tree_id() });
            }
            ObjectType::Tag => id = store.find_tag(id).map_err(broken)?.target_id(),
            _ => break,
        }
    }
    Err("its revision is no commit".to_owned())
}

/// A commit by its id, full or in a unique short form of at least seven digits, if it is there.
pub(super) fn commit_id(store: &Repository, text: &str) -> Option<Oid> {
    if !(7..=40).contains(&text.len()) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let objects = store.odb().ok()?;
    match full_id(text) {
        Some(id) => objects.exists(id).then_some(id),
        None => objects.exists_prefix(Oid::from_str(text).ok()?, text.len()).ok(),
    }
}
