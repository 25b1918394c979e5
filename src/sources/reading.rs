use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::shelf::Shelf;
use super::{Origin, Snapshot, SourceOptions, Web};
use crate::base::{Limits, Outcome, Rule};
use crate::net::Net;

/// How sources are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HarvestOptions {
    /// Where fetched repositories and listings are kept.
    pub cache_dir: PathBuf,
    /// Never open a socket: remote repositories come from the cache or not at all.
    pub offline: bool,
    /// After this time a fetch is given up.
    pub fetch_timeout: Duration,
    /// Most fetches at a time; they wait for the network, not for processors.
    pub fetches: usize,
    /// Folders that directories are read without: the site's output. The cache is always one of them.
    pub exclude: Vec<PathBuf>,
}

impl HarvestOptions {
    /// The defaults, with a cache folder: online, 120 seconds a fetch, 24 at a time.
    pub fn new(cache_dir: impl Into<PathBuf>) -> Self {
        Self {
            cache_dir: cache_dir.into(),
            offline: false,
            fetch_timeout: Duration::from_mins(2),
            fetches: 24,
            exclude: Vec::new(),
        }
    }
}

/// What happens during a harvest, for people who wait. Comes from several threads, in no certain order.
#[derive(Debug, Clone, Copy)]
pub enum HarvestEvent<'a> {
    /// A remote is asked.
    Fetching {
        /// Name of the source.
        name: &'a str,
    },
    /// A source is done.
    Done {
        /// Name of the source.
        name: &'a str,
        /// Files found; `None` if it gave nothing.
        files: Option<usize>,
    },
}

/// What all sources of one harvest share.
pub(super) struct Reading<'a> {
    pub(super) options: &'a HarvestOptions,
    pub(super) limits: &'a Limits,
    pub(super) net: Net,
    pub(super) shelf: Arc<Shelf>,
    pub(super) progress: &'a (dyn Fn(HarvestEvent<'_>) + Sync),
}

/// Works on all items with at most `threads` threads of its own.
pub(super) fn many<T: Send>(items: &[usize], threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let next = AtomicUsize::new(0);
    let results = Mutex::new(Vec::with_capacity(items.len()));
    std::thread::scope(|scope| {
        for _ in 0..items.len().min(threads.max(1)) {
            scope.spawn(|| {
                while let Some(&item) = items.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let result = work(item);
                    results.lock().unwrap_or_else(PoisonError::into_inner).push(result);
                }
            });
        }
    });
    results.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// A source that gave nothing, and why.
pub(super) fn nothing(rule: &Rule, name: &str, message: impl Into<String>) -> Outcome<Option<Snapshot>> {
    Outcome { value: None, diagnostics: vec![rule.diagnostic(message).about(name)] }
}

/// The repository's address for people: the configured one, else the remote's.
pub(super) fn web_of(options: &SourceOptions, remote: Option<&str>, origin: &Origin) -> Option<Web> {
    let revision = origin.revision.as_ref();
    let branch = revision.map_or("HEAD", |revision| revision.branch.as_deref().unwrap_or(&revision.commit));
    match &options.web_url {
        Some(url) => Web::configured(url, branch),
        None => Web::parse(remote?, branch),
    }
}
