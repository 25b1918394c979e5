use super::Manifest;
use crate::base::{Diagnostic, Route};

/// Takes the files of a site, from any thread and in any order: a folder on disk, or memory.
pub trait Sink: Sync {
    /// Takes a file. The first claim of an address wins; a later one is returned as a finding.
    fn put(&self, route: &Route, bytes: &[u8]) -> anyhow::Result<Option<Diagnostic>>;

    /// As `put`, for a file that is what it was in the last site that this process made. `None`: it is not kept, so its bytes
    /// are needed.
    fn again(&self, _route: &Route) -> Option<Option<Diagnostic>> {
        None
    }

    /// Takes a whole site that is in place already: true if every file of `manifest` is there with exactly its bytes. Else
    /// nothing is taken.
    fn keep(&self, manifest: &Manifest) -> bool;
}
