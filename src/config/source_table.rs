use std::path::{Path, PathBuf};

use super::rules;
use super::table::{Found, Table};
use crate::base::{Diagnostic, RelPath};
use crate::net::{StoreOptions, StoreUrl};
use crate::sources::{Source, SourceKind, SourceOptions};

/// One `[[sources]]` table: `dir` (a folder or a glob of folders), `git` (a URL or path) or `list` (a file of repositories).
pub(super) fn read(mut table: Table<'_>, root: &Path, faults: &mut Vec<Diagnostic>) -> Vec<Source> {
    let dir = table.string("dir", faults);
    let git = table.string("git", faults);
    let list = table.string("list", faults);
    let snapshots = table.string("snapshots", faults);
    let revision = revision(&mut table, git.is_some() || list.is_some(), faults);
    let options = options(&mut table, faults);
    let store = store(&mut table, snapshots.is_some(), faults);
    let kinds = [&dir, &git, &list, &snapshots].into_iter().flatten().count();
    if kinds != 1 {
        let message = if kinds == 0 {
            "a source needs `dir`, `git`, `list` or `snapshots`"
        } else {
            "a source has only one of `dir`, `git`, `list` and `snapshots`"
        };
        faults.push(table.complain(&rules::MISSING_KEY, message));
    }
    table.finish(faults);
    let make = |kind| Source { kind, options: options.clone() };
    if let Some(dir) = dir {
        return directories(&dir, root, faults).into_iter().map(|path| make(SourceKind::Directory(path))).collect();
    }
    if let Some(git) = git {
        return vec![make(git_source(&git.value, root, revision))];
    }
    if let Some(found) = snapshots {
        return match StoreUrl::parse(&found.value, root) {
            Ok(url) => vec![make(SourceKind::Snapshots { url, store })],
            Err(error) => {
                faults.push(found.complain(&rules::BAD_VALUE, error.to_string()));
                Vec::new()
            }
        };
    }
    let listed = list.map(|list| listed(&list, root, faults)).unwrap_or_default();
    listed.into_iter().map(|url| make(git_source(&url, root, revision.clone()))).collect()
}

/// How a store of snapshots is reached; other sources have none of it.
fn store(table: &mut Table<'_>, is_store: bool, faults: &mut Vec<Diagnostic>) -> StoreOptions {
    let mut options = StoreOptions::default();
    for (key, slot) in [
        ("endpoint", &mut options.endpoint),
        ("region", &mut options.region),
        ("profile", &mut options.profile),
        ("account", &mut options.account),
    ] {
        let Some(found) = table.string(key, faults) else { continue };
        if !is_store {
            faults.push(found.complain(&rules::BAD_VALUE, format!("`{key}` is for `snapshots`")));
        }
        *slot = Some(found.value);
    }
    options
}

/// `branch`, `tag`, `commit` and `revision` mean the same; one at most.
fn revision(table: &mut Table<'_>, is_git: bool, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let mut found = None;
    for key in ["branch", "tag", "commit", "revision"] {
        let Some(value) = table.string(key, faults) else { continue };
        if !is_git {
            faults.push(
                value.complain(&rules::BAD_VALUE, format!("`{key}` is for git sources; a folder is read as it is")),
            );
        } else if found.is_some() {
            faults.push(value.complain(&rules::BAD_VALUE, format!("`{key}` is one revision too many")));
        }
        found = Some(value.value);
    }
    found
}

fn options(table: &mut Table<'_>, faults: &mut Vec<Diagnostic>) -> SourceOptions {
    let mut text = |key| table.string(key, faults);
    let (name, web_url, token_env, path) = (text("name"), text("url"), text("token_env"), text("path"));
    let entity_files = table.strings("entity_files", faults);
    let sub_path = path.and_then(|found| match RelPath::root().resolve(&found.value) {
        Ok(path) => Some(path),
        Err(error) => {
            faults.push(found.complain(&rules::BAD_VALUE, error.to_string()));
            None
        }
    });
    if let Some(found) = &web_url {
        let is_web = url::Url::parse(&found.value).is_ok_and(|url| matches!(url.scheme(), "http" | "https"));
        if !is_web {
            let fault = found.complain(&rules::BAD_VALUE, format!("`{}` is no web address", found.value));
            faults.push(fault.hint("`url` is where people see the repository: `https://host/org/repo`"));
        }
    }
    if let Some(found) = &token_env
        && !found.value.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    {
        let fault =
            found.complain(&rules::BAD_VALUE, "`token_env` is the name of an environment variable, not a token");
        faults.push(fault.hint("write the token into the environment and its variable's name here"));
    }
    for found in &entity_files {
        if let Err(error) = globset::Glob::new(&found.value) {
            faults.push(found.complain(&rules::BAD_VALUE, format!("`{}` is no glob: {}", found.value, error.kind())));
        }
    }
    SourceOptions {
        name: name.map(|found| found.value),
        web_url: web_url.map(|found| found.value),
        sub_path: sub_path.unwrap_or_default(),
        entity_files: entity_files.into_iter().map(|found| found.value).collect(),
        token_env: token_env.map(|found| found.value),
    }
}

/// A path beside `site.toml` where it looks like one; else a URL or an `ssh` address, as written.
fn git_source(url: &str, root: &Path, revision: Option<String>) -> SourceKind {
    let is_address = url.contains("://") || url.split('/').next().is_some_and(|first| first.contains(':'));
    let url = if is_address { url.to_owned() } else { root.join(url).to_string_lossy().into_owned() };
    SourceKind::Git { url, revision }
}

/// A folder, or every folder that a glob finds, in byte order.
fn directories(found: &Found<'_, String>, root: &Path, faults: &mut Vec<Diagnostic>) -> Vec<PathBuf> {
    let pattern = found.value.trim_end_matches('/');
    if !pattern.contains(['*', '?', '[', '{']) {
        let path = root.join(pattern);
        if path.is_dir() {
            return vec![path];
        }
        faults.push(found.complain(&rules::MISSING_FILE, format!("there is no folder `{}`", found.value)));
        return Vec::new();
    }
    let folders = match glob_folders(pattern, root) {
        Ok(folders) => folders,
        Err(error) => {
            faults.push(found.complain(&rules::BAD_VALUE, format!("`{}` is no glob: {}", found.value, error.kind())));
            return Vec::new();
        }
    };
    if folders.is_empty() {
        faults.push(found.complain(&rules::MISSING_FILE, format!("`{}` finds no folder", found.value)));
    }
    folders
}

/// Walks only as deep as the pattern is long, part by part; hidden folders are found only by a part that starts with a dot.
fn glob_folders(pattern: &str, root: &Path) -> Result<Vec<PathBuf>, globset::Error> {
    let base = if pattern.starts_with('/') { PathBuf::from("/") } else { root.to_owned() };
    let mut found = vec![base];
    for part in pattern.split('/').filter(|part| !part.is_empty() && *part != ".") {
        if part == ".." || !part.contains(['*', '?', '[', '{']) {
            found = found.into_iter().map(|path| path.join(part)).filter(|path| path.is_dir()).collect();
            continue;
        }
        let matcher = globset::Glob::new(part)?.compile_matcher();
        let mut next = Vec::new();
        for entry in found.iter().filter_map(|path| std::fs::read_dir(path).ok()).flatten().flatten() {
            let name = entry.file_name();
            let hidden = name.to_string_lossy().starts_with('.') && !part.starts_with('.');
            if !hidden && matcher.is_match(&name) && entry.path().is_dir() {
                next.push(entry.path());
            }
        }
        next.sort();
        found = next;
    }
    Ok(found)
}

/// A file with one repository a line; blank lines and `#` comments are skipped.
fn listed(found: &Found<'_, String>, root: &Path, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    match std::fs::read_to_string(root.join(&found.value)) {
        Ok(text) => text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty() && !line.starts_with('#'))
            .map(str::to_owned)
            .collect(),
        Err(error) => {
            faults.push(found.complain(&rules::MISSING_FILE, format!("cannot read `{}`: {error}", found.value)));
            Vec::new()
        }
    }
}
