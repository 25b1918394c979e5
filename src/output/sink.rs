use super::Manifest;
use crate::base::{Diagnostic, Digest, Route};

/// Takes the files of a site, from any thread and in any order: a folder on disk, or memory.
pub trait Sink: Sync {
    /// Takes a file. The first claim of an address wins; a later one is returned as a finding.
    fn put(&self, route: &Route, bytes: &[u8]) -> anyhow::Result<Option<Diagnostic>>;

    /// As `put`, with the identity of what the file was made from, by which it is known [`again`](Sink::again).
    fn put_from(&self, route: &Route, bytes: &[u8], _from: &Digest) -> anyhow::Result<Option<Diagnostic>> {
        self.put(route, bytes)
    }

    /// As `put`, for a file that was made from the same in the last site that this process made. `None`: it was not, or is not
    /// kept, so its bytes are needed.
    fn again(&self, _route: &Route, _from: &Digest) -> Option<Option<Diagnostic>> {
        None
    }

    /// Takes a whole site that is in place already: true if every file of `manifest` is there with exactly its bytes. Else
    /// nothing is taken.
    fn keep(&self, manifest: &Manifest) -> bool;
}
