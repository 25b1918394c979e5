use std::sync::Arc;

use rayon::prelude::*;

use super::docs_page;
use super::kept::BookPages;
use super::machine_files;
use super::model::{self, SiteFile};
use super::view::{Chip, chip};
use super::world::World;
use crate::base::Digest;
use crate::techdocs::{Book, DocPage};

/// Pages and files of a book, and what the portal's lists say of it. Of `last` is taken what was made from the same.
pub(super) fn of_book(world: &World<'_>, at: usize, last: Option<&BookPages>) -> BookPages {
    let (book, ways) = (&world.books[at], &world.ways[at]);
    let around = around(world, book);
    let snapshot = world.snapshot(book.snapshot);
    let last = last.filter(|last| last.around == around);
    let whole = last.filter(|last| Arc::ptr_eq(&last.book, book));
    let in_place = |last: &&BookPages| match (&last.tree, snapshot) {
        (Some(tree), Some(snapshot)) => tree.is(&snapshot.tree),
        _ => false,
    };
    let files = match whole.filter(in_place) {
        Some(last) => last.files.clone(),
        None => known_files(model::each_file_once(docs_page::files(book, snapshot)), last),
    };
    let tree = snapshot.map(|snapshot| snapshot.tree.clone());
    if let Some(last) = whole {
        return BookPages { tree, files, ..last.clone() };
    }
    let alike = last.filter(|last| alike(&last.book, book));
    let pages = (0..book.pages.len()).into_par_iter().map(|at| {
        let known = alike.filter(|last| Arc::ptr_eq(&last.book.pages[at], &book.pages[at]));
        known.map_or_else(|| Arc::new(docs_page::page(world, book, ways, at)), |last| Arc::clone(&last.pages[at]))
    });
    BookPages {
        pages: pages.collect(),
        redirects: book.redirects.iter().map(|(old, new)| Arc::new(docs_page::redirect(old, new))).collect(),
        listed: machine_files::listed(book, ways, world.settings.base_url.as_deref().unwrap_or("")).into(),
        book: Arc::clone(book),
        ways: Arc::clone(ways),
        tree,
        around,
        files,
    }
}

/// The files, in the place of equal ones those of the last time, which are told by their address in memory.
fn known_files(files: Vec<Arc<SiteFile>>, last: Option<&BookPages>) -> Vec<Arc<SiteFile>> {
    let known = last.filter(|last| last.files.len() == files.len()).map(|last| last.files.iter());
    let Some(known) = known else { return files };
    files.into_iter().zip(known).map(|(file, known)| if file == *known { Arc::clone(known) } else { file }).collect()
}

/// Identity of what the pages of a book show of the rest of the portal.
fn around(world: &World<'_>, book: &Book) -> Digest {
    let chips: Vec<Chip> =
        book.entities.iter().take(docs_page::ENTITIES).map(|entity| chip(world, &book.home, entity, None)).collect();
    let source = world.snapshot(book.snapshot).map(|snapshot| (&snapshot.origin, &snapshot.stale));
    Digest::of("around a book", &(chips, source, &world.settings.base_url, docs_page::slots(world, book)))
}

/// Whether two books show the same around the articles of their pages.
fn alike(one: &Book, other: &Book) -> bool {
    let same = |(one, other): (&Arc<DocPage>, &Arc<DocPage>)| {
        Arc::ptr_eq(one, other) || (&one.title, &one.route) == (&other.title, &other.route)
    };
    (&one.title, &one.home, &one.nav, &one.entities) == (&other.title, &other.home, &other.nav, &other.entities)
        && one.pages.len() == other.pages.len()
        && one.pages.iter().zip(&other.pages).all(same)
}
