//! Finds links of a built site that lead nowhere in it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// A link that leads nowhere.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Dead {
    /// The page that holds it.
    pub page: String,
    /// Its URL as the page has it.
    pub written: String,
}

/// Every `href` and `src` of every page, resolved below the page's own address; external ones are not asked for.
pub fn dead(site: &Path) -> BTreeSet<Dead> {
    let mut files = BTreeSet::new();
    collect(site, "", &mut files);
    let pages: BTreeMap<&String, String> = files
        .iter()
        .filter(|path| path.ends_with(".html"))
        .map(|path| (path, std::fs::read_to_string(site.join(path)).unwrap()))
        .collect();
    let ids: BTreeMap<&String, BTreeSet<String>> =
        pages.iter().map(|(path, html)| (*path, attributes(html, &["id", "name"]).into_iter().collect())).collect();
    let mut dead = BTreeSet::new();
    for (page, html) in &pages {
        for written in attributes(html, &["href", "src", "action"]) {
            if page.as_str() != "404.html" && !leads_somewhere(page, &written, &files, &ids) {
                dead.insert(Dead { page: (*page).clone(), written });
            }
        }
    }
    dead
}

fn leads_somewhere(
    page: &str,
    written: &str,
    files: &BTreeSet<String>,
    ids: &BTreeMap<&String, BTreeSet<String>>,
) -> bool {
    let base = url::Url::parse("http://site.invalid/").unwrap().join(&page.replace('%', "%25")).unwrap();
    let Ok(target) = base.join(written) else { return false };
    if target.host_str() != Some("site.invalid") {
        return true;
    }
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let path = decode(target.path()).trim_start_matches('/').to_owned();
    let file = if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path };
    if !files.contains(&file) {
        return false;
    }
    match target.fragment().map(decode) {
        Some(fragment) if !fragment.is_empty() => ids.get(&file).is_none_or(|ids| ids.contains(&fragment)),
        _ => true,
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            collect(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name);
        }
    }
}

/// Values of attributes inside tags, entities decoded.
fn attributes(html: &str, names: &[&str]) -> Vec<String> {
    let mut values = Vec::new();
    for (at, _) in html.match_indices('<') {
        let tag = &html[at..html[at..].find('>').map_or(html.len(), |end| at + end)];
        for name in names {
            for (found, _) in tag.match_indices(&format!(" {name}=\"")) {
                let value = &tag[found + name.len() + 3..];
                let value = &value[..value.find('"').unwrap_or(value.len())];
                values.push(
                    value
                        .replace("&quot;", "\"")
                        .replace("&#39;", "'")
                        .replace("&#x27;", "'")
                        .replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&#x2F;", "/")
                        .replace("&amp;", "&"),
                );
            }
        }
    }
    values
}
