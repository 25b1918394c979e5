use super::checked;
use super::manifest_audience::audience;
use super::manifest_rules::{columns, program, rules};
use super::part::{Audience, DataPlace, DataSource, FactSpec, FactValue, Format, On, PageSpec, Slot, View, ViewPlace};
use super::plugin::Plugin;
use super::table::{Found, Table};
use crate::base::{Diagnostic, Severity, nearest};

/// Gives the text of a file in the plugin's folder.
pub(super) type ReadFile<'a> = dyn Fn(&str) -> Option<String> + 'a;

/// Reads everything of a manifest but its head, links and facts of annotations. A part with a mistake is left out alone.
pub(super) fn read(plugin: &mut Plugin, top: &mut Table<'_>, files: &ReadFile<'_>, faults: &mut Vec<Diagnostic>) {
    let given = match top.table("for", faults) {
        Some(mut table) => {
            let audience = audience(&mut table, &Audience::default(), faults);
            table.finish(faults);
            audience
        }
        None => Audience::default(),
    };
    for table in top.tables("data", faults) {
        let made = whole(faults, |faults| data(plugin, table, &given, faults));
        plugin.data.extend(made);
    }
    for (key, is_card) in [("card", true), ("tab", false)] {
        for table in top.tables(key, faults) {
            let made = whole(faults, |faults| view(plugin, table, is_card, &given, files, faults));
            plugin.views.extend(made);
        }
    }
    for table in top.tables("page", faults) {
        let made = whole(faults, |faults| page(plugin, table, &given, files, faults));
        plugin.pages.extend(made);
    }
    for table in top.tables("fact", faults).into_iter().filter(is_of_data) {
        let made = whole(faults, |faults| fact(plugin, table, &given, faults));
        plugin.facts.extend(made);
    }
    columns(plugin, top, faults);
    rules(plugin, top, &given, faults);
    program(plugin, top, &given, faults);
}

/// Whether a `[[fact]]` is taken from data and not from an annotation.
pub(super) fn is_of_data(table: &Table<'_>) -> bool {
    table.has("data") || table.has("template")
}

/// What `read` makes, unless it finds an error.
pub(super) fn whole<T>(
    faults: &mut Vec<Diagnostic>,
    read: impl FnOnce(&mut Vec<Diagnostic>) -> Option<T>,
) -> Option<T> {
    let before = faults.len();
    let made = read(faults);
    made.filter(|_| faults[before..].iter().all(|fault| fault.severity < Severity::Error))
}

fn data(plugin: &Plugin, mut table: Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) -> Option<DataSource> {
    let name = table.required("name", faults);
    let audience = audience(&mut table, given, faults);
    let template = |found: &Found, table: &Table<'_>, faults: &mut Vec<Diagnostic>| {
        checked::template(found, plugin, &audience.shapes, audience.annotation.is_some(), table, faults)
    };
    let templates = |key: &'static str, table: &mut Table<'_>, faults: &mut Vec<Diagnostic>| {
        let found = table.strings(key, faults);
        found.iter().filter_map(|found| template(found, table, faults)).collect::<Vec<_>>()
    };
    let file = templates("file", &mut table, faults);
    let files = templates("files", &mut table, faults);
    let portal = table.string("portal", faults).and_then(|found| template(&found, &table, faults));
    let proxy = table.string("proxy", faults);
    let path = table.string("path", faults).and_then(|found| template(&found, &table, faults));
    let pointer = table.string("pointer", faults).and_then(|found| {
        checked::pointer(&found, &table, faults);
        template(&found, &table, faults)
    });
    let format = one_of(&mut table, "format", &Format::ALL, faults);
    if let Some(found) = name.as_ref().filter(|found| !is_word(&found.text)) {
        let message = format!("`{}` is no name for data: it takes lower-case letters, digits and `_`", found.text);
        faults.push(table.bad(found.span.clone(), message));
    }
    let places: Vec<DataPlace> = [
        (!file.is_empty()).then_some(DataPlace::File(file)),
        (!files.is_empty()).then_some(DataPlace::Files(files)),
        portal.map(DataPlace::Portal),
        proxy.zip(path).map(|(proxy, path)| DataPlace::Proxy { proxy: proxy.text, path }),
    ]
    .into_iter()
    .flatten()
    .collect();
    if places.len() != 1 {
        faults.push(table.complain("data comes from one of `file`, `files`, `portal`, or `proxy` with `path`"));
    }
    table.finish(faults);
    Some(DataSource { name: name?.text, audience, place: places.into_iter().next()?, format, pointer })
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
        && text.starts_with(|c: char| c.is_ascii_lowercase())
}

/// One of some words.
fn one_of<T: Copy>(
    table: &mut Table<'_>,
    key: &'static str,
    words: &[(&'static str, T)],
    faults: &mut Vec<Diagnostic>,
) -> Option<T> {
    let found = table.string(key, faults)?;
    let known = words.iter().find(|(word, _)| *word == found.text).map(|(_, value)| *value);
    if known.is_none() {
        let fault = table.bad(found.span.clone(), format!("there is no {key} `{}`", found.text));
        let all: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        faults.push(match nearest(&found.text, all.iter().copied()) {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => fault.hint(format!("known: {}", all.join(", "))),
        });
    }
    known
}

/// Takes the template of a part: `template` holds its text, `file` names a file of the plugin's folder.
fn template_of(
    plugin: &mut Plugin,
    table: &mut Table<'_>,
    files: &ReadFile<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<String> {
    let inline = table.string("template", faults);
    let file = table.string("file", faults);
    match (inline, file) {
        (Some(inline), None) => Some(plugin.add_template(inline.text, "html")),
        (None, Some(file)) => {
            let Some(text) = files(&file.text) else {
                let message = format!("there is no `{}` in the plugin's folder", file.text);
                faults.push(table.bad(file.span, message));
                return None;
            };
            Some(plugin.add_template_file(&file.text, text))
        }
        _ => {
            faults.push(table.complain("one of `template` (the text) and `file` (its name) is needed"));
            None
        }
    }
}

/// Names of the data that a part is about: those it names, else all of the plugin.
fn needs(plugin: &Plugin, table: &mut Table<'_>, faults: &mut Vec<Diagnostic>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for source in &plugin.data {
        if !all.contains(&source.name) {
            all.push(source.name.clone());
        }
    }
    if !table.has("data") {
        return all;
    }
    let found = table.strings("data", faults);
    for unknown in found.iter().filter(|found| !all.contains(&found.text)) {
        faults.push(table.bad(unknown.span.clone(), format!("there is no `[[data]]` of the name `{}`", unknown.text)));
    }
    found.into_iter().map(|found| found.text).filter(|name| !name.is_empty()).collect()
}

fn view(
    plugin: &mut Plugin,
    mut table: Table<'_>,
    is_card: bool,
    given: &Audience,
    files: &ReadFile<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<View> {
    let title = table.required("title", faults);
    let audience = audience(&mut table, given, faults);
    let template = template_of(plugin, &mut table, files, faults);
    let needs = needs(plugin, &mut table, faults);
    let empty = table.string("empty", faults).map(|found| found.text);
    let place = if is_card {
        let slot = one_of(&mut table, "slot", &Slot::ALL, faults).unwrap_or(Slot::Content);
        ViewPlace::Card(slot, one_of(&mut table, "on", &On::ALL, faults).unwrap_or(On::Entity))
    } else {
        let path = table.string("path", faults).map(|found| found.text);
        ViewPlace::Tab(path.unwrap_or_else(|| slug(title.as_ref().map_or("", |title| &title.text))))
    };
    table.finish(faults);
    Some(View { audience, title: title?.text, template: template?, needs, empty, place })
}

fn page(
    plugin: &mut Plugin,
    mut table: Table<'_>,
    given: &Audience,
    files: &ReadFile<'_>,
    faults: &mut Vec<Diagnostic>,
) -> Option<PageSpec> {
    let title = table.required("title", faults);
    let audience = audience(&mut table, given, faults);
    let path = table.string("path", faults).map_or_else(String::new, |found| slug(&found.text));
    let template = template_of(plugin, &mut table, files, faults);
    let needs = needs(plugin, &mut table, faults);
    let menu = table.boolean("menu", faults).unwrap_or(false);
    table.finish(faults);
    Some(PageSpec { audience, title: title?.text, path, template: template?, needs, menu })
}

fn fact(plugin: &mut Plugin, mut table: Table<'_>, given: &Audience, faults: &mut Vec<Diagnostic>) -> Option<FactSpec> {
    let title = table.required("title", faults);
    let name = table.string("name", faults).map(|found| found.text);
    let audience = audience(&mut table, given, faults);
    let group = checked::group(&mut table, faults).map_or_else(|| "other".to_owned(), |found| found.text);
    let data = table.string("data", faults);
    let pointer = table.string("pointer", faults);
    let pointer = pointer.inspect(|found| checked::pointer(found, &table, faults)).map(|found| found.text);
    let text = table.string("template", faults);
    if let Some(found) = data.as_ref().filter(|found| plugin.data.iter().all(|data| data.name != found.text)) {
        faults.push(table.bad(found.span.clone(), format!("there is no `[[data]]` of the name `{}`", found.text)));
    }
    if data.is_some() == text.is_some() {
        faults.push(table.complain("a fact is `data` with a `pointer`, or a `template`"));
    }
    table.finish(faults);
    let value = match (data, text) {
        (Some(data), _) => FactValue::Pointer { data: data.text, pointer: pointer.unwrap_or_default() },
        (None, text) => FactValue::Template(plugin.add_template(text?.text, "txt")),
    };
    let title = title?.text;
    Some(FactSpec { audience, name: name.unwrap_or_else(|| slug(&title)), title, group, value })
}

/// A title as the last part of an address or the name of a fact.
pub(super) fn slug(title: &str) -> String {
    let dashed: String =
        title.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
    dashed.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-")
}
