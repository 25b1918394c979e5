use std::sync::Arc;

use super::book::BookFile;
use super::drawings::{self, Drawings};
use super::link::{LinkedPage, Seen};
use super::read::ReadPage;
use crate::base::{Diagnostic, Digest, SafeHtml};
use crate::markdown::Section;

/// A page with everything that follows from its content and its links: what a process keeps of it from build to build.
#[derive(Debug, Clone)]
pub struct ComposedPage {
    /// The page as read.
    pub read: Arc<ReadPage>,
    /// Identity of the article.
    pub identity: Digest,
    /// The article, sanitised.
    pub article: SafeHtml,
    /// Text by heading, for search.
    pub sections: Arc<Vec<Section>>,
    /// What is to be said about it.
    pub findings: Vec<Diagnostic>,
    /// Pictures that it shows and that stand beside the documentation.
    pub pictures: Vec<BookFile>,
    /// What its links were judged by.
    pub seen: Seen,
    /// Whether making it once more would give the same.
    pub lasts: bool,
}

impl ComposedPage {
    /// Puts together what was made of a page. `whole`: nothing of it is missing for a fault of ours.
    pub fn new(read: Arc<ReadPage>, linked: LinkedPage, article: SafeHtml, drawings: &Drawings, whole: bool) -> Self {
        Self {
            identity: linked.job.identity(),
            article,
            sections: Arc::new(drawings::sections(&read.page, drawings)),
            findings: linked.findings,
            pictures: linked.pictures,
            seen: linked.seen,
            lasts: whole && !drawings::may_pass(&read.page, drawings),
            read,
        }
    }
}
