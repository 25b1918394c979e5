use std::collections::BTreeMap;

use super::document::SearchPage;
use super::files::json;
use super::vlq;

/// Which pages have which values: by name of the facet, value, numbers of the pages.
#[derive(Debug, Default)]
pub(super) struct Facets(BTreeMap<String, BTreeMap<String, Vec<u32>>>);

impl Facets {
    /// Adds the kind, tags and facets of a page.
    pub(super) fn add(&mut self, number: u32, page: &SearchPage) {
        let own = page.facets.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let tags = page.tags.iter().map(|tag| ("tag", tag.as_str()));
        for (name, value) in std::iter::once(("kind", page.kind.as_str())).chain(own).chain(tags) {
            if value.is_empty() {
                continue;
            }
            let pages = self.0.entry(name.to_owned()).or_default().entry(value.to_owned()).or_default();
            if pages.last() != Some(&number) {
                pages.push(number);
            }
        }
    }

    /// A file for each facet, whose place is its name; and the names.
    pub(super) fn files(self) -> (Vec<(String, Vec<u8>)>, Vec<String>) {
        let (mut files, mut names) = (Vec::with_capacity(self.0.len()), Vec::with_capacity(self.0.len()));
        for (name, values) in self.0 {
            let columns: BTreeMap<String, String> =
                values.into_iter().map(|(value, pages)| (value, vlq::gaps(pages))).collect();
            files.push((name.clone(), json(&columns)));
            names.push(name);
        }
        (files, names)
    }
}
