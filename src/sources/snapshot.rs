use super::{Origin, RepoTree};

/// One repository at one revision: what the rest of the pipeline sees of it.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Which repository, which revision, where on its host.
    pub origin: Origin,
    /// Its files.
    pub tree: RepoTree,
    /// Entity files by path or glob, as configured; empty: found by name.
    pub entity_files: Vec<String>,
    /// Why this is an old snapshot, when the repository could not be fetched.
    pub stale: Option<String>,
}

/// All snapshots, in the order of the configuration (globs and lists expanded in byte order).
#[derive(Debug, Clone, Default)]
pub struct Harvest {
    /// The snapshots.
    pub snapshots: Vec<Snapshot>,
}
