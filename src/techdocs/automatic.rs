use std::collections::{BTreeMap, HashSet};

use super::awesome::{self, PagesFile};
use super::files::DocFiles;
use super::nav::{RawItem, title_of_directory};
use crate::base::RelPath;

/// Directories of a documentation set with their pages and directories in MkDocs' order.
pub(super) struct Directories<'a> {
    below: BTreeMap<RelPath, Vec<Child<'a>>>,
    /// `.pages` files by directory; empty without the awesome-pages plugin.
    pub pages_files: BTreeMap<RelPath, PagesFile>,
}

/// What stands in a directory.
#[derive(Debug, Clone)]
pub(super) enum Child<'a> {
    Page(&'a RelPath),
    Directory(RelPath),
}

impl Child<'_> {
    /// Its path among the documentation's names.
    pub fn path(&self) -> &RelPath {
        match self {
            Self::Page(path) => path,
            Self::Directory(path) => path,
        }
    }
}

impl<'a> Directories<'a> {
    /// The directories of configuration `site`; pages of `not_in_nav` are left out.
    pub fn new(files: &'a DocFiles, site: usize, pages_files: BTreeMap<RelPath, PagesFile>) -> Self {
        let mut below: BTreeMap<RelPath, Vec<Child<'a>>> = BTreeMap::new();
        let mut known: HashSet<RelPath> = HashSet::new();
        for file in files.iter().filter(|file| file.site == site && file.is_page && !file.hidden) {
            let mut directory = file.uri.parent();
            below.entry(directory.clone()).or_default().push(Child::Page(&file.uri));
            while !directory.is_root() && known.insert(directory.clone()) {
                let parent = directory.parent();
                below.entry(parent.clone()).or_default().push(Child::Directory(directory));
                directory = parent;
            }
        }
        Self { below, pages_files }
    }

    /// What stands in a directory.
    pub fn children(&self, directory: &RelPath) -> &[Child<'a>] {
        self.below.get(directory).map_or(&[], Vec::as_slice)
    }
}

/// The nav of a directory that has none written: its pages, then its directories as sections.
pub(super) fn items(directories: &Directories<'_>, directory: &RelPath) -> Vec<RawItem> {
    match directories.pages_files.get(directory) {
        Some(file) => awesome::arranged(file, directories, directory),
        None => directories.children(directory).iter().filter_map(|child| item(directories, child)).collect(),
    }
}

/// One child as a nav entry; none if `.pages` hides it.
pub(super) fn item(directories: &Directories<'_>, child: &Child<'_>) -> Option<RawItem> {
    let path = match child {
        Child::Page(uri) => return Some(RawItem::Page { title: None, uri: (*uri).clone() }),
        Child::Directory(path) => path,
    };
    let file = directories.pages_files.get(path);
    if file.is_some_and(|file| file.hide) {
        return None;
    }
    let title = file.and_then(|file| file.title.clone()).unwrap_or_else(|| title_of_directory(path.name()));
    let mut items = items(directories, path);
    if file.is_some_and(|file| file.collapse_single) && items.len() == 1 {
        return items.pop();
    }
    (!items.is_empty()).then_some(RawItem::Section { title, items })
}
