use include_dir::{Dir, include_dir};

use super::manifest;
use super::plugin::Plugin;
use crate::base::{Diagnostic, SourceFile};

static FOLDERS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/plugins");

/// The plugins that Callboard comes with, in order of their names.
pub(super) fn plugins(faults: &mut Vec<Diagnostic>) -> Vec<Plugin> {
    let mut plugins: Vec<Plugin> = FOLDERS
        .dirs()
        .filter_map(|folder| {
            let text = folder.get_file(folder.path().join("plugin.toml"))?.contents_utf8()?;
            let name = folder.path().to_string_lossy();
            let files = |path: &str| folder.get_file(folder.path().join(path))?.contents_utf8().map(str::to_owned);
            manifest::read(&SourceFile::new("", format!("plugins/{name}/plugin.toml"), text), &name, &files, faults)
        })
        .collect();
    plugins.iter_mut().for_each(|plugin| plugin.bundled = true);
    plugins.sort_by(|a, b| a.name.cmp(&b.name));
    plugins
}
