use super::files::{is_index, stem};
use super::plan::PlannedPage;
use super::read::ReadPage;
use crate::base::RelPath;

/// Nav title, `title:`, the first heading, or words made from the name (MkDocs' order).
pub(super) fn title(page: &PlannedPage, read: &ReadPage) -> String {
    let said = |title: &Option<String>| title.clone().filter(|title| !title.trim().is_empty());
    said(&page.nav_title)
        .or_else(|| said(&read.page.front_matter.title))
        .or_else(|| said(&read.page.title))
        .unwrap_or_else(|| title_of_page(&page.uri))
}

/// Title of a page from its name: `Home` for the set's home page.
fn title_of_page(uri: &RelPath) -> String {
    if is_index(uri) {
        let directory = uri.parent();
        return if directory.is_root() { "Home".to_owned() } else { title_of_directory(directory.name()) };
    }
    title_of_directory(stem(uri))
}

/// `a-b_c` as words: MkDocs' rule for titles of directories and of pages without any other title.
pub(super) fn title_of_directory(name: &str) -> String {
    let words = name.replace(['-', '_'], " ");
    if words.to_lowercase() == words { capitalised(&words) } else { words }
}

fn capitalised(words: &str) -> String {
    let mut characters = words.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
