use std::any::Any;
use std::sync::Arc;

use super::Manifest;
use crate::base::{Diagnostic, Digest, Route};

/// What a site is made of, in the words of the one who makes it.
pub type Note = Arc<dyn Any + Send + Sync>;

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

    /// Takes all files of the last site that this process made, but those at `gone`. False: nothing was taken, because there is
    /// no such site, or its files are not those of the new one.
    fn carry(&self, _gone: &[Route]) -> bool {
        false
    }

    /// Forgets all files that were taken so far.
    fn drop_all(&self) {}

    /// What the last site was made of, as it was noted with [`note`](Sink::note).
    fn noted(&self) -> Option<Note> {
        None
    }

    /// Notes what this site is made of, for the one who makes the next.
    fn note(&self, _of: Note) {}

    /// Takes a whole site that is in place already: true if every file of `manifest` is there with exactly its bytes. Else
    /// nothing is taken.
    fn keep(&self, manifest: &Manifest) -> bool;
}
