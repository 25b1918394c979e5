use std::path::Path;

use anyhow::Context;

use super::plugin::Plugin;
use super::{bundled, manifest, rules};
use crate::base::{Diagnostic, Outcome, SourceFile, nearest};
use crate::config::PluginSettings;

/// Largest manifest that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// All plugins that are on: bundled ones by name, then the user's in order of `plugins.dirs`, each told what
/// `site.toml` says. A folder of `dirs` is a plugin itself or holds plugins; one with a bundled plugin's name takes its place.
pub fn load(settings: &PluginSettings) -> anyhow::Result<Outcome<Vec<Plugin>>> {
    let mut faults = Vec::new();
    let mut plugins = bundled::plugins(&mut faults);
    let bundled = plugins.len();
    for dir in &settings.dirs {
        for plugin in read_dir(dir, &mut faults)? {
            match plugins.iter().position(|known| known.name == plugin.name) {
                Some(at) if at < bundled => plugins[at] = plugin,
                Some(_) => {
                    let message = format!("the plugin `{}` of `{}` is left out", plugin.name, dir.display());
                    faults.push(
                        rules::SAME_NAME
                            .diagnostic(message)
                            .hint("an earlier folder of `plugins.dirs` has one of that name"),
                    );
                }
                None => plugins.push(plugin),
            }
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
    Ok(manifest::read(&SourceFile::new("", shown, text), &name, faults))
}
