use super::address::{Beginning, base_address, beginning};
use super::checked;
use super::manifest_parts::{self, ReadFile, is_of_data};
use super::plugin::{Addition, Plugin, Setting};
use super::table::{Found, Table, parse};
use super::template::{Shape, Template};
use crate::base::{Diagnostic, SourceFile};

/// Reads a `plugin.toml` whose folder has the name `folder` and the other files that `files` gives. Without a usable head
/// there is no plugin; a part with a mistake is left out alone.
pub(super) fn read(
    file: &SourceFile,
    folder: &str,
    files: &ReadFile<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Plugin> {
    let text = file.text().clone();
    let tree = match parse(file, &text) {
        Ok(tree) => tree,
        Err(fault) => {
            faults.push(fault);
            return None;
        }
    };
    Some(of_table(Table::new(file, "", 0..0, tree.get_ref()), folder, files, faults))
}

/// Reads the plugins that stand in `site.toml` itself, `[[plugins.inline]]`: each is a manifest without a folder.
pub(super) fn read_inline(file: &SourceFile, faults: &mut Vec<Diagnostic>) -> Vec<Plugin> {
    let text = file.text().clone();
    // What is no TOML was told when the settings were read.
    let Ok(tree) = parse(file, &text) else { return Vec::new() };
    let mut top = Table::new(file, "", 0..0, tree.get_ref());
    let Some(mut plugins) = top.table("plugins", faults) else { return Vec::new() };
    let mut made = Vec::new();
    for (at, table) in plugins.tables("inline", faults).into_iter().enumerate() {
        let name = table.text("name").map_or_else(|| format!("inline-{}", at + 1), str::to_owned);
        made.push(of_table(table, &name, &|_| None, faults));
    }
    made
}

fn of_table(mut top: Table<'_>, folder: &str, files: &ReadFile<'_>, faults: &mut Vec<Diagnostic>) -> Plugin {
    let name = top.string("name", faults);
    if let Some(found) = name.as_ref().filter(|found| found.text != folder) {
        let fault = top.bad(found.span.clone(), format!("the plugin is named `{}`, its folder `{folder}`", found.text));
        faults.push(fault.hint("give both the same name"));
    }
    let title = top.string("title", faults).map_or_else(|| folder.to_owned(), |found| found.text);
    let description = top.string("description", faults).map_or_else(String::new, |found| found.text);
    let settings: Vec<Setting> =
        top.named_tables("settings", faults).into_iter().map(|(name, table)| setting(name, table, faults)).collect();
    let mut plugin = Plugin { name: folder.to_owned(), title, description, settings, ..Plugin::default() };
    for (key, is_link) in [("link", true), ("fact", false)] {
        for table in top.tables(key, faults).into_iter().filter(|table| is_link || !is_of_data(table)) {
            let made = addition(&mut plugin, table, is_link, faults);
            plugin.additions.extend(made);
        }
    }
    manifest_parts::read(&mut plugin, &mut top, files, faults);
    top.finish(faults);
    for setting in &mut plugin.settings {
        setting.value = setting.value.take().and_then(|value| usable(setting, &value));
    }
    plugin
}

/// The value in the form that URLs are made of, if the setting can hold it.
pub(super) fn usable(setting: &Setting, value: &str) -> Option<String> {
    if setting.is_address {
        base_address(value)
    } else {
        Some(value.trim().to_owned()).filter(|value| !value.is_empty())
    }
}

fn setting(name: String, mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> Setting {
    let title = table.required("title", faults).map_or_else(|| name.clone(), |found| found.text);
    let default = table.string("default", faults).map(|found| found.text);
    let example = table.string("example", faults).map(|found| found.text);
    let example = example.or_else(|| default.clone()).unwrap_or_else(|| "…".to_owned());
    table.finish(faults);
    Setting { name, title, example, is_address: false, value: default }
}

fn addition(
    plugin: &mut Plugin,
    mut table: Table<'_>,
    is_link: bool,
    faults: &mut Vec<Diagnostic>,
) -> Option<Addition> {
    let before = faults.len();
    let annotation = if is_link { table.string("annotation", faults) } else { table.required("annotation", faults) };
    let kinds = checked::kinds(&mut table, faults);
    let types = table.strings("type", faults);
    let shapes = table.strings("value", faults);
    let title = table.required("title", faults);
    let url = if is_link { table.required("url", faults) } else { None };
    let group = checked::group(&mut table, faults);
    let icon = table.string("icon", faults);
    let shapes = checked::shapes_of(&shapes, annotation.is_some(), &table, faults);
    let title =
        title.and_then(|found| checked::template(&found, plugin, &shapes, annotation.is_some(), &table, faults));
    let url = match url {
        Some(found) => Some(url_template(&found, plugin, &shapes, annotation.is_some(), &table, faults)?),
        None => None,
    };
    table.finish(faults);
    let unusable = faults[before..].iter().any(|fault| fault.severity == crate::base::Severity::Error);
    let title = title.filter(|_| !unusable)?;
    let group = group.map_or_else(|| "other".to_owned(), |found| found.text);
    let default_icon = checked::GROUPS.iter().find(|(name, _)| *name == group).map_or("link", |(_, icon)| icon);
    Some(Addition {
        annotation: annotation.map(|found| found.text),
        kinds,
        types: checked::lower(types),
        shapes,
        title,
        url,
        group,
        icon: icon.map_or_else(|| default_icon.to_owned(), |found| found.text),
    })
}

fn url_template(
    found: &Found,
    plugin: &mut Plugin,
    shapes: &[Shape],
    has_value: bool,
    table: &Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let template = checked::template(found, plugin, shapes, has_value, table, faults)?;
    match beginning(&template, |name| plugin.setting(name).is_some()) {
        Ok(Beginning::Setting(name)) => {
            if let Some(setting) = plugin.settings.iter_mut().find(|setting| setting.name == name) {
                setting.is_address = true;
            }
        }
        Ok(_) => {}
        Err(reason) => {
            faults.push(table.bad(found.span.clone(), reason));
            return None;
        }
    }
    Some(template)
}
