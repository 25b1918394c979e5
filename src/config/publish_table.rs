use std::collections::BTreeMap;
use std::path::Path;

use super::publish::{HeaderRule, MaxDelete, PublishSettings, PublishUrls};
use super::rules;
use super::table::{Found, Table};
use crate::base::{Diagnostic, RelPath};
use crate::net::{Headers, StoreUrl};

/// One `[publish.NAME]` table.
pub(super) fn read(
    name: &str,
    mut table: Table<'_>,
    root: &Path,
    faults: &mut Vec<Diagnostic>,
) -> Option<PublishSettings> {
    let url = match table.string("url", faults) {
        Some(found) => StoreUrl::parse(&found.value, root)
            .map_err(|error| faults.push(found.complain(&rules::BAD_VALUE, error.to_string())))
            .ok(),
        None => {
            faults.push(table.complain(&rules::MISSING_KEY, format!("`publish.{name}` needs `url`")));
            None
        }
    };
    let placeholder = StoreUrl::parse("/", root).expect("a path is an address");
    let mut settings = PublishSettings::new(url.clone().unwrap_or(placeholder));
    for (key, slot) in [
        ("endpoint", &mut settings.store.endpoint),
        ("region", &mut settings.store.region),
        ("profile", &mut settings.store.profile),
        ("account", &mut settings.store.account),
    ] {
        *slot = table.string(key, faults).map(|found| found.value);
    }
    settings.store.path_style = table.boolean("path_style", faults);
    if let Some(found) = table.number("concurrency", faults) {
        match usize::try_from(found.value).ok().filter(|number| (1..=256).contains(number)) {
            Some(number) => settings.concurrency = number,
            None => faults.push(found.complain(&rules::BAD_VALUE, "`concurrency` is a number from 1 to 256")),
        }
    }
    if let Some(found) = table.string("grace", faults) {
        parsed(&found, PublishSettings::parse_grace, &mut settings.grace, faults);
    }
    if let Some(found) = table.string("max_delete", faults) {
        parsed(&found, MaxDelete::parse, &mut settings.max_delete, faults);
    }
    if let Some(found) = table.string("urls", faults) {
        match found.value.as_str() {
            "directories" => settings.urls = PublishUrls::Directories,
            "html" => settings.urls = PublishUrls::Html,
            _ => faults.push(found.complain(&rules::BAD_VALUE, "`urls` is `directories` or `html`")),
        }
    }
    settings.gzip = table.boolean("gzip", faults).unwrap_or(false);
    settings.error_page = table.string("error_page", faults).and_then(|found| path(&found, faults));
    settings.redirects = redirects(table.table("redirects", faults), faults);
    for rule in table.tables("headers", faults) {
        settings.headers.extend(header_rule(rule, faults));
    }
    table.finish(faults);
    url.map(|_| settings)
}

fn parsed<T>(
    found: &Found<'_, String>,
    parse: impl Fn(&str) -> Result<T, String>,
    slot: &mut T,
    faults: &mut Vec<Diagnostic>,
) {
    match parse(&found.value) {
        Ok(value) => *slot = value,
        Err(why) => faults.push(found.complain(&rules::BAD_VALUE, why)),
    }
}

fn path(found: &Found<'_, String>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    match RelPath::new(found.value.trim_start_matches('/')) {
        Ok(path) if !path.is_root() => Some(path.as_str().to_owned()),
        _ => {
            faults.push(found.complain(&rules::BAD_VALUE, format!("`{}` is no path in the site", found.value)));
            None
        }
    }
}

/// `old = "new"`: pages that are no more, and where they are now.
fn redirects(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (from, to) in table.free_texts(faults) {
        let place = from.trim_matches('/');
        if place.is_empty() || RelPath::new(place).is_err() {
            faults.push(to.complain(&rules::BAD_VALUE, format!("`{from}` is no path in the site")));
            continue;
        }
        let scheme = url::Url::parse(&to.value).map(|url| url.scheme().to_owned());
        if !matches!(scheme.as_deref(), Ok("http" | "https") | Err(_)) {
            faults.push(to.complain(&rules::BAD_VALUE, format!("`{}` is no web address and no path", to.value)));
            continue;
        }
        found.insert(place.to_owned(), to.value);
    }
    found
}

fn header_rule(mut table: Table<'_>, faults: &mut Vec<Diagnostic>) -> Option<HeaderRule> {
    let files = table.string("files", faults);
    if files.is_none() {
        faults.push(table.complain(&rules::MISSING_KEY, "a rule for headers needs `files`, a glob"));
    }
    let mut headers = Headers::default();
    for (key, slot) in [
        ("content_type", &mut headers.content_type),
        ("cache_control", &mut headers.cache_control),
        ("content_disposition", &mut headers.content_disposition),
        ("content_language", &mut headers.content_language),
    ] {
        *slot = table.string(key, faults).and_then(|found| header_value(&found, faults));
    }
    for (name, value) in table.table("metadata", faults).free_texts(faults) {
        if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-') {
            faults.push(value.complain(&rules::BAD_VALUE, format!("`{name}` is no name for metadata")));
        } else if let Some(value) = header_value(&value, faults) {
            headers.metadata.insert(name.to_owned(), value);
        }
    }
    table.finish(faults);
    let files = files?;
    match globset::GlobBuilder::new(&files.value).literal_separator(true).build() {
        Ok(_) => Some(HeaderRule { files: files.value, headers }),
        Err(error) => {
            faults.push(files.complain(&rules::BAD_VALUE, format!("`{}` is no glob: {}", files.value, error.kind())));
            None
        }
    }
}

fn header_value(found: &Found<'_, String>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    if found.value.chars().all(|c| (' '..='~').contains(&c)) {
        return Some(found.value.clone());
    }
    faults.push(found.complain(&rules::BAD_VALUE, "the value of a header is plain ASCII text"));
    None
}
