use std::collections::{HashMap, HashSet};
use std::sync::{Arc, OnceLock};

use super::plan::{BookPlan, PageAt, PlannedFile, PlannedPage};
use super::read::ReadPage;
use crate::base::{RelPath, Route};
use crate::catalog::EntityRef;

/// All books with everything that links may name, ready to be looked up; each table is made when it is first asked for.
pub(super) struct Library<'a> {
    pub plans: &'a [BookPlan],
    pub pages: &'a [Vec<Arc<ReadPage>>],
    uris: Vec<OnceLock<HashMap<&'a RelPath, usize>>>,
    directories: Vec<OnceLock<HashMap<RelPath, usize>>>,
    routes: OnceLock<HashMap<&'a Route, PageAt>>,
    paths: OnceLock<HashMap<(usize, &'a RelPath), PageAt>>,
    files: OnceLock<Files<'a>>,
    entities: OnceLock<HashMap<&'a EntityRef, usize>>,
    anchors: Vec<OnceLock<Anchors<'a>>>,
}

/// By snapshot and path: the books that publish the file, and as what.
type Files<'a> = HashMap<(usize, &'a RelPath), Vec<(usize, &'a PlannedFile)>>;

/// The ids of each page of a book.
type Anchors<'a> = Vec<OnceLock<HashSet<&'a str>>>;

impl<'a> Library<'a> {
    /// Indexes the books.
    pub fn new(plans: &'a [BookPlan], pages: &'a [Vec<Arc<ReadPage>>]) -> Self {
        Self {
            plans,
            pages,
            uris: plans.iter().map(|_| OnceLock::new()).collect(),
            directories: plans.iter().map(|_| OnceLock::new()).collect(),
            routes: OnceLock::new(),
            paths: OnceLock::new(),
            files: OnceLock::new(),
            entities: OnceLock::new(),
            anchors: plans.iter().map(|_| OnceLock::new()).collect(),
        }
    }

    /// All pages as planned, with their places.
    fn all(&self) -> impl Iterator<Item = (PageAt, &'a BookPlan, &'a PlannedPage)> {
        let plans = self.plans.iter().enumerate();
        plans.flat_map(|(book, plan)| {
            plan.pages.iter().enumerate().map(move |(page, planned)| (PageAt { book, page }, plan, planned))
        })
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
        let plan = &self.plans[book];
        let uris =
            self.uris[book].get_or_init(|| plan.pages.iter().enumerate().map(|(at, page)| (&page.uri, at)).collect());
        uris.get(uri).map(|page| PageAt { book, page: *page })
    }

    /// The first page in reading order below a directory.
    pub fn first_below(&self, book: usize, directory: &RelPath) -> Option<PageAt> {
        let directories = self.directories[book].get_or_init(|| first_pages(&self.plans[book]));
        directories.get(directory).map(|page| PageAt { book, page: *page })
    }

    /// The page of an address.
    pub fn by_route(&self, route: &Route) -> Option<PageAt> {
        let routes = self.routes.get_or_init(|| self.all().map(|(at, _, planned)| (&planned.route, at)).collect());
        routes.get(route).copied()
    }

    /// The page of a file, in whatever book.
    pub fn by_path(&self, snapshot: usize, path: &RelPath) -> Option<PageAt> {
        let paths = self.paths.get_or_init(|| {
            let mut paths = HashMap::new();
            for (at, plan, planned) in self.all() {
                paths.entry((plan.snapshot, &planned.path)).or_insert(at);
            }
            paths
        });
        paths.get(&(snapshot, path)).copied()
    }

    /// A file that is part of some book, by its path; of `book` itself if it is.
    pub fn file_by_path(&self, book: usize, path: &RelPath) -> Option<&'a PlannedFile> {
        let files = self.files.get_or_init(|| {
            let mut files = HashMap::<_, Vec<_>>::new();
            for (book, plan) in self.plans.iter().enumerate() {
                for file in plan.files.values() {
                    files.entry((plan.snapshot, &file.path)).or_default().push((book, file));
                }
            }
            files
        });
        let found = files.get(&(self.plans[book].snapshot, path))?;
        found.iter().find(|(owner, _)| *owner == book).or(found.first()).map(|(_, file)| *file)
    }

    /// The book of an entity.
    pub fn by_entity(&self, entity: &EntityRef) -> Option<usize> {
        let entities = self.entities.get_or_init(|| {
            let mut entities = HashMap::new();
            for (book, plan) in self.plans.iter().enumerate() {
                for entity in &plan.entities {
                    entities.entry(entity).or_insert(book);
                }
            }
            entities
        });
        entities.get(entity).copied()
    }

    /// Whether a page has an id.
    pub fn has_anchor(&self, at: PageAt, id: &str) -> bool {
        let of_book =
            self.anchors[at.book].get_or_init(|| self.pages[at.book].iter().map(|_| OnceLock::new()).collect());
        let anchors = of_book[at.page].get_or_init(|| self.read(at).page.anchors.iter().map(String::as_str).collect());
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
