//! Addresses of files: from a snapshot to the web, and from a URL back into the harvest.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::base::RelPath;
use crate::sources::{HostKind, Origin, Snapshot, Web};

/// What a URL parser escapes in a path, and what would end the path.
const PATH: &AsciiSet =
    &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}');

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
    let Some(web) = &origin.web else {
        let location = format!("file:{}/{}", origin.name, origin.sub_path.join(path));
        return Address { registered: location.clone(), location, view: None, edit: None, directory: None };
    };
    let full = origin.sub_path.join(path);
    let registered = web.view_url(&full);
    // On GitHub, Backstage makes a `tree` URL of every file that it reads.
    let location = if web.host == HostKind::GitHub {
        web.tree_url(&full).trim_end_matches('/').to_owned()
    } else {
        registered.clone()
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

fn escaped(path: &RelPath) -> RelPath {
    let parts: Vec<String> = path.parts().map(|part| utf8_percent_encode(part, PATH).to_string()).collect();
    RelPath::new(&parts.join("/")).expect("an escaped path is a path")
}

/// Where a URL leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UrlTarget {
    /// Into a snapshot of the harvest; the path is relative to the snapshot and may be a glob.
    Inside { snapshot: usize, path: String, same_form: bool },
    /// Elsewhere.
    Outside,
}

/// Finds the harvested repository that a URL of a file leads into, whatever branch it names.
pub(super) fn find_url(snapshots: &[Snapshot], text: &str) -> UrlTarget {
    let text = text.split(['?', '#']).next().unwrap_or(text);
    for (number, snapshot) in snapshots.iter().enumerate() {
        let Some(web) = &snapshot.origin.web else { continue };
        let Some((path, same_form)) = path_in(web, text) else { continue };
        let path = percent_decode_str(path).decode_utf8_lossy().into_owned();
        let sub = &snapshot.origin.sub_path;
        let below = if sub.is_root() {
            Some(path.as_str())
        } else {
            path.strip_prefix(sub.as_str()).and_then(|rest| rest.strip_prefix('/'))
        };
        if let Some(below) = below {
            return UrlTarget::Inside { snapshot: number, path: below.to_owned(), same_form };
        }
    }
    UrlTarget::Outside
}

/// The path that a URL names in a repository, and whether Backstage takes the URL for one of the same repository
/// (it knows the `tree` form only).
fn path_in<'a>(web: &Web, text: &'a str) -> Option<(&'a str, bool)> {
    let rest = if let Some(rest) = strip_prefix_ignoring_case(text, &web.url) {
        let rest = rest.strip_prefix('/')?;
        match web.host {
            HostKind::GitHub => rest.split_once('/').filter(|(form, _)| matches!(*form, "blob" | "tree" | "raw" | "edit"))?,
            HostKind::GitLab => {
                rest.strip_prefix("-/").unwrap_or(rest).split_once('/').filter(|(form, _)| matches!(*form, "blob" | "tree" | "raw" | "edit"))?
            }
            HostKind::Bitbucket => rest.split_once('/').filter(|(form, _)| matches!(*form, "src" | "raw"))?,
            HostKind::Gitea => {
                let (form, rest) = rest.split_once('/').filter(|(form, _)| matches!(*form, "src" | "raw" | "_edit"))?;
                (form, rest.strip_prefix("branch/").unwrap_or(rest))
            }
            HostKind::AzureDevOps => return None,
        }
    } else {
        let repository = web.url.strip_prefix("https://github.com/")?;
        let raw = text.strip_prefix("https://raw.githubusercontent.com/")?;
        let rest = strip_prefix_ignoring_case(raw, repository)?.strip_prefix('/')?;
        ("raw", rest.strip_prefix("refs/heads/").unwrap_or(rest))
    };
    let (form, rest) = rest;
    let own = rest.strip_prefix(web.branch.as_str()).and_then(|rest| rest.strip_prefix('/'));
    let path = own.or_else(|| rest.split_once('/').map(|(_, path)| path))?;
    Some((path, form == "tree"))
}

fn strip_prefix_ignoring_case<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let head = text.get(..prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then(|| &text[prefix.len()..])
}
