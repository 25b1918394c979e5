use std::collections::{HashMap, HashSet};
use std::sync::OnceLock;

use super::plan::{BookPlan, PlannedFile, PlannedPage};
use super::read::ReadPage;
use crate::base::{RelPath, Route};
use crate::catalog::EntityRef;

/// A page, by its book and its place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PageAt {
    pub book: usize,
    pub page: usize,
}

/// All books with everything that links may name, ready to be looked up.
pub(super) struct Library<'a> {
    pub plans: &'a [BookPlan],
    pub pages: &'a [Vec<ReadPage>],
    uris: Vec<HashMap<&'a RelPath, usize>>,
    directories: Vec<HashMap<RelPath, usize>>,
    routes: HashMap<&'a Route, PageAt>,
    paths: HashMap<(usize, &'a RelPath), PageAt>,
    files: HashMap<(usize, &'a RelPath), Vec<(usize, &'a PlannedFile)>>,
    entities: HashMap<&'a EntityRef, usize>,
    anchors: Vec<Vec<OnceLock<HashSet<&'a str>>>>,
}

impl<'a> Library<'a> {
    /// Indexes the books.
    pub fn new(plans: &'a [BookPlan], pages: &'a [Vec<ReadPage>]) -> Self {
        let mut library = Self {
            plans,
            pages,
            uris: Vec::with_capacity(plans.len()),
            directories: Vec::with_capacity(plans.len()),
            routes: HashMap::new(),
            paths: HashMap::new(),
            files: HashMap::new(),
            entities: HashMap::new(),
            anchors: pages.iter().map(|pages| pages.iter().map(|_| OnceLock::new()).collect()).collect(),
        };
        for (book, plan) in plans.iter().enumerate() {
            library.uris.push(plan.pages.iter().enumerate().map(|(at, page)| (&page.uri, at)).collect());
            library.directories.push(first_pages(plan));
            for (page, planned) in plan.pages.iter().enumerate() {
                let at = PageAt { book, page };
                library.routes.insert(&planned.route, at);
                library.paths.entry((plan.snapshot, &planned.path)).or_insert(at);
            }
            for file in plan.files.values() {
                library.files.entry((plan.snapshot, &file.path)).or_default().push((book, file));
            }
            for entity in &plan.entities {
                library.entities.entry(entity).or_insert(book);
            }
        }
        library
    }

    /// The page as planned.
    pub fn planned(&self, at: PageAt) -> &'a PlannedPage {
        &self.plans[at.book].pages[at.page]
    }

    /// The page as read.
    pub fn read(&self, at: PageAt) -> &'a ReadPage {
        &self.pages[at.book][at.page]
    }

    /// The page of a name.
    pub fn by_uri(&self, book: usize, uri: &RelPath) -> Option<PageAt> {
        self.uris[book].get(uri).map(|page| PageAt { book, page: *page })
    }

    /// The first page in reading order below a directory.
    pub fn first_below(&self, book: usize, directory: &RelPath) -> Option<PageAt> {
        self.directories[book].get(directory).map(|page| PageAt { book, page: *page })
    }

    /// The page of an address.
    pub fn by_route(&self, route: &Route) -> Option<PageAt> {
        self.routes.get(route).copied()
    }

    /// The page of a file, in whatever book.
    pub fn by_path(&self, snapshot: usize, path: &RelPath) -> Option<PageAt> {
        self.paths.get(&(snapshot, path)).copied()
    }

    /// A file that is part of some book, by its path; of `book` itself if it is.
    pub fn file_by_path(&self, book: usize, path: &RelPath) -> Option<&'a PlannedFile> {
        let found = self.files.get(&(self.plans[book].snapshot, path))?;
        found.iter().find(|(owner, _)| *owner == book).or(found.first()).map(|(_, file)| *file)
    }

    /// The book of an entity.
    pub fn by_entity(&self, entity: &EntityRef) -> Option<usize> {
        self.entities.get(entity).copied()
    }

    /// Whether a page has an id.
    pub fn has_anchor(&self, at: PageAt, id: &str) -> bool {
        let anchors = self.anchors[at.book][at.page]
            .get_or_init(|| self.read(at).page.anchors.iter().map(String::as_str).collect());
        anchors.contains(id)
    }
}

fn first_pages(plan: &BookPlan) -> HashMap<RelPath, usize> {
    let mut first = HashMap::new();
    for (at, page) in plan.pages.iter().enumerate() {
        let mut directory = page.uri.parent();
        while !directory.is_root() && !first.contains_key(&directory) {
            first.insert(directory.clone(), at);
            directory = directory.parent();
        }
    }
    first
}
