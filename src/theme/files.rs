use std::collections::BTreeMap;
use std::path::Path;

use anyhow::Context;
use include_dir::{Dir, DirEntry, include_dir};

use super::rules::UNUSED_FILE;
use crate::base::{Diagnostic, Place};

static DEFAULT: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/themes/default");

/// The folders of a theme; anything else in a user's folder is a finding.
const FOLDERS: [&str; 4] = ["templates/", "css/", "js/", "static/"];

/// A theme's files by path, `/`-separated.
pub(super) type Files = BTreeMap<String, Vec<u8>>;

/// The embedded files, with those of `overlay` over them.
pub(super) fn collect(overlay: Option<&Path>) -> anyhow::Result<(Files, Vec<Diagnostic>)> {
    let mut files = Files::new();
    embedded(&DEFAULT, &mut files);
    let mut diagnostics = Vec::new();
    if let Some(root) = overlay {
        let mut own = Files::new();
        read_folder(root, "", &mut own)?;
        for (path, bytes) in own {
            if path == "theme.toml" || path == "patterns.json" || FOLDERS.iter().any(|folder| path.starts_with(folder))
            {
                files.insert(path, bytes);
            } else {
                diagnostics.push(
                    UNUSED_FILE
                        .diagnostic(format!("the theme's file `{path}` is not used"))
                        .at(Place::file("", root.join(&path).display().to_string()))
                        .hint("put templates in `templates/`, styles in `css/`, scripts in `js/`, other files in `static/`"),
                );
            }
        }
    }
    Ok((files, diagnostics))
}

fn embedded(dir: &Dir<'_>, files: &mut Files) {
    for entry in dir.entries() {
        match entry {
            DirEntry::Dir(dir) => embedded(dir, files),
            DirEntry::File(file) => {
                let path = file.path().to_string_lossy().replace('\\', "/");
                files.insert(path, file.contents().to_vec());
            }
        }
    }
}

fn read_folder(root: &Path, below: &str, files: &mut Files) -> anyhow::Result<()> {
    let folder = root.join(below);
    let entries =
        std::fs::read_dir(&folder).with_context(|| format!("cannot read the theme folder `{}`", folder.display()))?;
    for entry in entries {
        let entry = entry.with_context(|| format!("cannot read the theme folder `{}`", folder.display()))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let kind = entry.file_type().with_context(|| format!("cannot read `{}`", entry.path().display()))?;
        if kind.is_dir() {
            read_folder(root, &path, files)?;
        } else {
            let bytes =
                std::fs::read(entry.path()).with_context(|| format!("cannot read `{}`", entry.path().display()))?;
            files.insert(path, bytes);
        }
    }
    Ok(())
}
