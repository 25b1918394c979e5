use std::collections::{BTreeMap, BTreeSet};

use super::links::{addresses, target};
use super::plan::Plan;
use super::remote::Remote;
use super::site::Site;

/// Files that may be written at the same time; one step is done before the next begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// Something stands under each key until its page comes.
    Announce(Vec<String>),
    /// The files themselves.
    Write(Vec<String>),
}

/// How many times new pages that link only to pages that are there are looked for; the rest is announced.
const WAVES: usize = 4;

/// The order of writing, such that no page ever links to something that is not there:
///
/// files that pages use; new pages, which nothing links to yet, those first whose own links are there already; then pages
/// that are there; last what tells programs about pages. New pages that link to each other in circles are announced first.
pub(super) fn steps(site: &Site, plan: &Plan, remote: &Remote) -> anyhow::Result<Vec<Step>> {
    let page = |key: &&String| is_page(key);
    let (new_pages, new_files): (Vec<_>, Vec<_>) = plan.new.iter().partition(page);
    let (pages, files): (Vec<_>, Vec<_>) = plan.changed.iter().partition(page);
    let (last, first): (Vec<_>, Vec<_>) =
        new_files.into_iter().chain(files).partition(|key| tells_about_pages(key, remote));
    let owned = |keys: Vec<&String>| Step::Write(keys.into_iter().cloned().collect());
    let mut steps = vec![owned(first)];
    steps.extend(new_page_steps(site, &new_pages.into_iter().cloned().collect())?);
    steps.push(owned(pages));
    steps.push(owned(last));
    steps.retain(|step| !matches!(step, Step::Announce(keys) | Step::Write(keys) if keys.is_empty()));
    Ok(steps)
}

/// Whether a file is a page.
pub(super) fn is_page(key: &str) -> bool {
    key.ends_with(".html") || key.ends_with(".htm")
}

/// The entrance of the search index, and lists of pages that are there already.
fn tells_about_pages(key: &str, remote: &Remote) -> bool {
    if key.starts_with("search/") {
        return key == "search/latest.json";
    }
    remote.exists(key) && [".json", ".xml", ".txt"].iter().any(|ending| key.ends_with(ending))
}

fn new_page_steps(site: &Site, new: &BTreeSet<String>) -> anyhow::Result<Vec<Step>> {
    let mut waiting: BTreeMap<&String, BTreeSet<String>> = BTreeMap::new();
    for key in new {
        let html = String::from_utf8_lossy(&site.text(key)?).into_owned();
        let mut links = BTreeSet::new();
        for range in addresses(&html) {
            let Some(found) = target(key, &html[range]) else { continue };
            // A folder may be written without its slash.
            for found in [format!("{found}/index.html"), found] {
                if found != *key && new.contains(&found) {
                    links.insert(found);
                }
            }
        }
        waiting.insert(key, links);
    }
    let mut steps = Vec::new();
    for _ in 0..WAVES {
        let ready: Vec<String> =
            waiting.iter().filter(|(_, links)| links.is_empty()).map(|(key, _)| (*key).clone()).collect();
        if ready.is_empty() {
            break;
        }
        for key in &ready {
            waiting.remove(key);
        }
        for links in waiting.values_mut() {
            links.retain(|link| !ready.contains(link));
        }
        steps.push(Step::Write(ready));
    }
    let announced: BTreeSet<String> = waiting.values().flatten().cloned().collect();
    steps.push(Step::Announce(announced.into_iter().collect()));
    steps.push(Step::Write(waiting.into_keys().cloned().collect()));
    Ok(steps)
}
