use std::path::Path;

use anyhow::Context;

use super::plugin::Plugin;
use super::{beside, bundled, manifest, rules};
use crate::base::{Diagnostic, Digest, Outcome, RelPath, SourceFile, nearest};
use crate::config::PluginSettings;

/// Largest manifest that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// All plugins that are on: bundled ones by name, then the user's in order of `plugins.dirs`, each told what
/// `site.toml` says. A folder of `dirs` is a plugin itself or holds plugins; one with a bundled plugin's name takes its place.
pub fn load(settings: &PluginSettings) -> anyhow::Result<Outcome<Vec<Plugin>>> {
    let mut faults = Vec::new();
    let mut plugins = bundled::plugins(&mut faults);
    let bundled = plugins.len();
    let mut own = Vec::new();
    for dir in &settings.dirs {
        own.extend(read_dir(dir, &mut faults)?.into_iter().map(|plugin| (dir.display().to_string(), plugin)));
    }
    if let Some((path, text)) = &settings.inline {
        let file = SourceFile::new("", path.as_str(), text.as_str());
        own.extend(manifest::read_inline(&file, &mut faults).into_iter().map(|plugin| (path.clone(), plugin)));
    }
    for (dir, plugin) in own {
        match plugins.iter().position(|known| known.name == plugin.name) {
            Some(at) if at < bundled => plugins[at] = plugin,
            Some(_) => {
                let message = format!("the plugin `{}` of `{}` is left out", plugin.name, dir);
                faults.push(
                    rules::SAME_NAME
                        .diagnostic(message)
                        .hint("an earlier folder of `plugins.dirs` has one of that name"),
                );
            }
            None => plugins.push(plugin),
        }
    }
    let names: Vec<String> = plugins.iter().map(|plugin| plugin.name.clone()).collect();
    let off = settings.off.iter().map(|name| (format!("`plugins.off` names `{name}`"), name));
    let told = settings.told.keys().map(|name| (format!("`[plugins.{name}]` is for `{name}`"), name));
    for (message, name) in off.chain(told).filter(|(_, name)| !names.contains(name)) {
        let fault = rules::UNKNOWN_PLUGIN.diagnostic(format!("{message}, and there is no such plugin"));
        faults.push(with_near(fault, name, &names));
    }
    plugins.retain(|plugin| !settings.off.contains(&plugin.name));
    for plugin in &mut plugins {
        for (key, value) in settings.told.get(&plugin.name).into_iter().flatten() {
            tell(plugin, key, value, &mut faults);
        }
    }
    for plugin in &mut plugins {
        plugin.portal_files = beside::read(plugin, &settings.root);
    }
    Ok(Outcome { value: plugins, diagnostics: faults })
}

fn tell(plugin: &mut Plugin, key: &str, value: &str, faults: &mut Vec<Diagnostic>) {
    let name = &plugin.name;
    let Some(setting) = plugin.settings.iter_mut().find(|setting| setting.name == key) else {
        let fault = rules::BAD_SETTING.diagnostic(format!("`{name}` has no setting `{key}`"));
        let keys: Vec<String> = plugin.settings.iter().map(|setting| setting.name.clone()).collect();
        faults.push(with_near(fault, key, &keys));
        return;
    };
    match manifest::usable(setting, value) {
        Some(value) => setting.value = Some(value),
        None => {
            let message = format!("`plugins.{name}.{key}` is no address that links can begin with: `{value}`");
            faults.push(rules::BAD_SETTING.diagnostic(message).hint(format!("write it like `{}`", setting.example)));
        }
    }
}

/// Identity of the files of a folder and the folders in it, without those whose names begin with `.` or `__`.
fn folder_digest(folder: &Path) -> std::io::Result<Digest> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(at) = folders.pop() {
        for entry in std::fs::read_dir(&at)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') || name.starts_with("__") {
                continue;
            }
            let kind = entry.file_type()?;
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let path = entry.path().strip_prefix(folder).unwrap_or(&entry.path()).display().to_string();
                files.push((path, Digest::of_bytes(&std::fs::read(entry.path())?)));
            }
        }
    }
    files.sort();
    Ok(Digest::of("folder", &files))
}

fn with_near(fault: Diagnostic, word: &str, known: &[String]) -> Diagnostic {
    match nearest(word, known.iter().map(String::as_str)) {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint(format!("known: {}", known.join(", "))),
    }
}

/// The plugin that a folder is, or those that it holds, by name.
fn read_dir(dir: &Path, faults: &mut Vec<Diagnostic>) -> anyhow::Result<Vec<Plugin>> {
    if dir.join("plugin.toml").is_file() {
        return Ok(read_one(dir, faults)?.into_iter().collect());
    }
    let listing =
        std::fs::read_dir(dir).with_context(|| format!("cannot read the plugin folder `{}`", dir.display()))?;
    let mut folders = Vec::new();
    for entry in listing {
        let path = entry.with_context(|| format!("cannot read the plugin folder `{}`", dir.display()))?.path();
        if path.join("plugin.toml").is_file() {
            folders.push(path);
        }
    }
    folders.sort();
    let mut plugins = Vec::new();
    for folder in folders {
        plugins.extend(read_one(&folder, faults)?);
    }
    Ok(plugins)
}

fn read_one(folder: &Path, faults: &mut Vec<Diagnostic>) -> anyhow::Result<Option<Plugin>> {
    let path = folder.join("plugin.toml");
    let name = folder.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let shown = format!("{name}/plugin.toml");
    let unreadable = || format!("cannot read `{}`", path.display());
    if std::fs::metadata(&path).with_context(unreadable)?.len() > LARGEST {
        let file = SourceFile::new("", shown, "");
        faults.push(rules::SYNTAX.diagnostic("the manifest has more than 1 MiB").at(file.whole()));
        return Ok(None);
    }
    let bytes = std::fs::read(&path).with_context(unreadable)?;
    let Ok(text) = String::from_utf8(bytes) else {
        let file = SourceFile::new("", shown, "");
        faults.push(rules::SYNTAX.diagnostic("the manifest is not UTF-8").at(file.whole()));
        return Ok(None);
    };
    let files = |path: &str| {
        let path = RelPath::new(path).ok()?;
        std::fs::read_to_string(folder.join(path.as_str())).ok().filter(|text| text.len() as u64 <= LARGEST)
    };
    let mut plugin = manifest::read(&SourceFile::new("", shown, text), &name, &files, faults);
    if let Some(plugin) = &mut plugin {
        plugin.folder = Some(folder.to_owned());
        if plugin.program.is_some() {
            plugin.folder_digest = Some(folder_digest(folder).with_context(unreadable)?);
        }
    }
    Ok(plugin)
}
