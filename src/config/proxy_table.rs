use std::collections::BTreeMap;
use std::path::Path;

use super::rules;
use super::settings::ProxySettings;
use super::table::{Found, Table};
use crate::base::Diagnostic;

/// `[proxies.NAME]`: an endpoint that plugins may ask.
pub(super) fn read(
    name: &str,
    mut table: Table<'_>,
    root: &Path,
    faults: &mut Vec<Diagnostic>,
) -> Option<ProxySettings> {
    let url = table.string("url", faults);
    let recorded = table.string("recorded", faults);
    if url.is_none() && recorded.is_none() {
        let fault = table.complain(&rules::MISSING_KEY, format!("`proxies.{name}` needs a `url`"));
        faults.push(fault.hint("or `recorded`, a file of answers that stand for it"));
    }
    let recorded = match recorded {
        Some(found) => Some(found.existing(root, faults)?),
        None => None,
    };
    let mut headers = BTreeMap::new();
    for (key, found) in table.table("headers", faults).free_texts(faults) {
        let plain = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        if plain && !found.value.chars().any(char::is_control) {
            headers.insert(key.to_owned(), found.value);
        } else {
            faults.push(found.complain(&rules::BAD_VALUE, format!("`{key}` is no header that can be sent")));
        }
    }
    let allow = table.strings("allow", faults);
    for found in &allow {
        if globset::Glob::new(&found.value).is_err() || !found.value.starts_with('/') {
            let fault = found.complain(&rules::BAD_VALUE, format!("`{}` is no glob of paths", found.value));
            faults.push(fault.hint("it begins with `/`, such as `/repos/**`"));
        }
    }
    let mut number = |key, default| table.number(key, faults).map_or(default, |found| found.value);
    let timeout_seconds = number("timeout_seconds", 20).max(1);
    let retries = number("retries", 2).min(10);
    let requests_per_second = number("requests_per_second", 10).max(1);
    let cache_minutes = number("cache_minutes", 60);
    table.finish(faults);
    let url = match url {
        Some(url) => address(name, &url, faults)?,
        None => recorded.as_ref().map(|_| String::new())?,
    };
    Some(ProxySettings {
        name: name.to_owned(),
        url,
        recorded,
        headers,
        allow: allow.into_iter().map(|found| found.value).collect(),
        timeout_seconds,
        retries,
        requests_per_second,
        cache_minutes,
    })
}

/// An address that paths can follow, without a slash at the end.
fn address(name: &str, url: &Found<'_, String>, faults: &mut Vec<Diagnostic>) -> Option<String> {
    let parsed = url::Url::parse(&url.value).ok().filter(|parsed| {
        matches!(parsed.scheme(), "http" | "https")
            && parsed.host_str().is_some()
            && parsed.username().is_empty()
            && parsed.password().is_none()
            && parsed.query().is_none()
            && parsed.fragment().is_none()
    });
    let Some(parsed) = parsed else {
        let fault =
            url.complain(&rules::BAD_VALUE, format!("`proxies.{name}.url` is no address that paths can follow"));
        faults.push(fault.hint("write `https://host/path`, and secrets as `headers` with `${VARIABLE}`"));
        return None;
    };
    Some(parsed.as_str().trim_end_matches('/').to_owned())
}
