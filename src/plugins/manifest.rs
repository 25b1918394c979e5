use super::address::{Beginning, base_address, beginning};
use super::plugin::{Addition, Plugin, Setting};
use super::table::{Found, Table, parse};
use super::template::{Shape, Template};
use crate::base::{Diagnostic, SourceFile};

/// Names that every template knows: parts of the entity's reference and the annotation's value as a whole.
pub(super) const ENTITY_NAMES: [&str; 3] = ["entity.kind", "entity.namespace", "entity.name"];

/// Groups of links on an entity's page, each with the icon of links that name none.
const GROUPS: [(&str, &str); 8] = [
    ("source", "source"),
    ("ci", "ci"),
    ("deployment", "deployment"),
    ("on-call", "alert"),
    ("quality", "quality"),
    ("observability", "dashboard"),
    ("docs", "docs"),
    ("other", "link"),
];

/// Reads a `plugin.toml` whose folder has the name `folder`. Without a usable head there is no plugin; a link or fact
/// with a mistake is left out alone.
pub(super) fn read(file: &SourceFile, folder: &str, faults: &mut Vec<Diagnostic>) -> Option<Plugin> {
    let text = file.text().clone();
    let tree = match parse(file, &text) {
        Ok(tree) => tree,
        Err(fault) => {
            faults.push(fault);
            return None;
        }
    };
    let mut top = Table::new(file, "", 0..0, tree.get_ref());
    let name = top.string("name", faults);
    if let Some(found) = name.as_ref().filter(|found| found.text != folder) {
        let fault = top.bad(found.span.clone(), format!("the plugin is named `{}`, its folder `{folder}`", found.text));
        faults.push(fault.hint("give both the same name"));
    }
    let title = top.string("title", faults).map_or_else(|| folder.to_owned(), |found| found.text);
    let description = top.string("description", faults).map_or_else(String::new, |found| found.text);
    let settings: Vec<Setting> =
        top.named_tables("settings", faults).into_iter().map(|(name, table)| setting(name, table, faults)).collect();
    let mut plugin = Plugin { name: folder.to_owned(), title, description, settings, additions: Vec::new() };
    for (key, is_link) in [("link", true), ("fact", false)] {
        for table in top.tables(key, faults) {
            let made = addition(&mut plugin, table, is_link, faults);
            plugin.additions.extend(made);
        }
    }
    top.finish(faults);
    for setting in &mut plugin.settings {
        setting.value = setting.value.take().and_then(|value| usable(setting, &value));
    }
    Some(plugin)
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
    let kinds = table.strings("kind", faults);
    let types = table.strings("type", faults);
    let shapes = table.strings("value", faults);
    let title = table.required("title", faults);
    let url = if is_link { table.required("url", faults) } else { None };
    let group = table.string("group", faults);
    let icon = table.string("icon", faults);
    if let Some(found) = group.as_ref().filter(|found| GROUPS.iter().all(|(known, _)| *known != found.text)) {
        let known: Vec<_> = GROUPS.iter().map(|(name, _)| *name).collect();
        let fault = table.bad(found.span.clone(), format!("there is no group `{}`", found.text));
        faults.push(fault.hint(format!("groups: {}", known.join(", "))));
    }
    let shapes = shapes_of(&shapes, annotation.is_some(), &table, faults);
    let title = title.and_then(|found| template(&found, plugin, &shapes, annotation.is_some(), &table, faults));
    let url = match url {
        Some(found) => Some(url_template(&found, plugin, &shapes, annotation.is_some(), &table, faults)?),
        None => None,
    };
    table.finish(faults);
    let unusable = faults[before..].iter().any(|fault| fault.severity == crate::base::Severity::Error);
    let title = title.filter(|_| !unusable)?;
    let group = group.map_or_else(|| "other".to_owned(), |found| found.text);
    let default_icon = GROUPS.iter().find(|(name, _)| *name == group).map_or("link", |(_, icon)| icon);
    let lower = |found: Vec<Found>| found.into_iter().map(|found| found.text.to_lowercase()).collect();
    Some(Addition {
        annotation: annotation.map(|found| found.text),
        kinds: lower(kinds),
        types: lower(types),
        shapes,
        title,
        url,
        group,
        icon: icon.map_or_else(|| default_icon.to_owned(), |found| found.text),
    })
}

fn shapes_of(found: &[Found], has_value: bool, table: &Table<'_>, faults: &mut Vec<Diagnostic>) -> Vec<Shape> {
    let mut shapes = Vec::new();
    for found in found {
        match Shape::parse(&found.text) {
            Ok(_) if !has_value => faults.push(table.bad(found.span.clone(), "`value` needs an `annotation`")),
            Ok(shape) => shapes.push(shape),
            Err(reason) => faults.push(table.bad(found.span.clone(), reason)),
        }
    }
    if shapes.is_empty() && has_value {
        shapes.push(Shape::any());
    }
    shapes
}

fn template(
    found: &Found,
    plugin: &Plugin,
    shapes: &[Shape],
    has_value: bool,
    table: &Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let template = match Template::parse(&found.text) {
        Ok(template) => template,
        Err(reason) => {
            faults.push(table.bad(found.span.clone(), reason));
            return None;
        }
    };
    for slot in template.slots() {
        let name = slot.name.as_str();
        let everywhere =
            ENTITY_NAMES.contains(&name) || plugin.setting(name).is_some() || (has_value && name == "value");
        let in_value = !shapes.is_empty() && shapes.iter().all(|shape| shape.names().any(|part| part == name));
        if !everywhere && !in_value {
            let fault = table.bad(found.span.clone(), format!("nothing says what `{{{name}}}` is"));
            faults.push(fault.hint("name it in every form of `value`, or declare it as `[settings.NAME]`"));
            return None;
        }
    }
    Some(template)
}

fn url_template(
    found: &Found,
    plugin: &mut Plugin,
    shapes: &[Shape],
    has_value: bool,
    table: &Table<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<Template> {
    let template = template(found, plugin, shapes, has_value, table, faults)?;
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
