use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::later::Later;
use crate::base::{Diagnostic, Digest};
use crate::catalog::Catalog;
use crate::plugins::Receipt;

/// What a build came to, apart from its files.
#[derive(Debug, Default)]
pub struct Built {
    /// Everything that was found in the input, by place.
    pub diagnostics: Vec<Diagnostic>,
    /// How much there was.
    pub counts: Counts,
    /// The catalog; none when the site of an earlier build was kept.
    pub catalog: Option<Arc<Catalog>>,
    /// The search index, if it was left for later.
    pub later: Option<Later>,
    /// Wall time of each stage, in order.
    pub times: Vec<(&'static str, Duration)>,
    /// Identity of everything that the site was made from.
    pub identity: Option<Digest>,
    /// What endpoints answered; the site is made from that, too.
    pub receipts: Vec<Receipt>,
}

/// How much there was.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Snapshots.
    pub repositories: usize,
    /// Snapshots that could not be fetched anew.
    pub stale: usize,
    /// Entities with a page.
    pub entities: usize,
    /// Doc sets.
    pub books: usize,
    /// Pages of doc sets.
    pub docs_pages: usize,
    /// Pages of the portal.
    pub pages: usize,
}

/// How far a build is.
#[derive(Debug, Clone, Copy)]
pub enum Event {
    /// A stage begins; it will advance `size` times.
    Stage {
        /// Its name.
        name: &'static str,
        /// How many steps it has.
        size: usize,
    },
    /// One step of the stage is done.
    Advance,
}
