use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::given;
use super::part::{DataPlace, PortalFile};
use super::plugin::Plugin;
use super::template::Parts;
use crate::base::RelPath;
use crate::config::PluginSettings;

/// The files beside `site.toml` that a plugin's data names.
fn names(plugin: &Plugin) -> BTreeSet<String> {
    let known = given::with_config(plugin, Parts::new(), None);
    let places = plugin.data.iter().filter_map(|source| match &source.place {
        DataPlace::Portal(path) => Some(path.fill_text(&known)),
        _ => None,
    });
    places.filter(|path| !path.is_empty()).collect()
}

/// The files beside `site.toml` that the data of plugins names, whether they are there or not.
pub fn portal_paths(plugins: &[Plugin], settings: &PluginSettings) -> Vec<PathBuf> {
    let inside = |path: String| Some(settings.root.join(RelPath::root().resolve(&path).ok()?.as_str()));
    plugins.iter().flat_map(names).filter_map(inside).collect()
}

/// Reads the files beside `site.toml` that a plugin's data names, for they are part of what a site is made from.
pub(super) fn read(plugin: &Plugin, root: &Path) -> Vec<PortalFile> {
    let files = names(plugin).into_iter().filter_map(|path| {
        let text = match RelPath::root().resolve(&path) {
            Ok(inside) => match read_bounded(&root.join(inside.as_str())) {
                Ok(text) => Ok(text.into()),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => return None,
                Err(error) => Err(format!("`{path}` cannot be read: {error}")),
            },
            Err(error) => Err(error.to_string()),
        };
        Some(PortalFile { path, text })
    });
    files.collect()
}

/// A text of at most 64 MiB.
pub(super) fn read_bounded(path: &Path) -> std::io::Result<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path)?.take(64 << 20).read_to_string(&mut text)?;
    Ok(text)
}
