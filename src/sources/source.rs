use std::path::PathBuf;

use crate::base::RelPath;
use crate::net::{StoreOptions, StoreUrl};

/// Where repositories come from, as `site.toml` says it, with paths made absolute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// What it is.
    pub kind: SourceKind,
    /// What holds for every repository of it.
    pub options: SourceOptions,
}

/// A directory, a git repository, or a store of snapshots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceKind {
    /// A directory, read as it is.
    Directory(PathBuf),
    /// A git repository: a URL, an `ssh` address, or the path of a local one.
    Git {
        /// URL or path, as written.
        url: String,
        /// Branch, tag or commit; the remote's `HEAD` without it.
        revision: Option<String>,
    },
    /// Snapshots that `callboard harvest` has stored, of any number of repositories.
    Snapshots {
        /// Where they are.
        url: StoreUrl,
        /// How the store is reached.
        store: StoreOptions,
    },
}

/// Options of one source.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// Name shown to people; made from the URL or folder without it.
    pub name: Option<String>,
    /// The repository's address on its host, when the source itself does not tell (`https://host/org/repo`).
    pub web_url: Option<String>,
    /// Only this part of the tree is read; paths are relative to it.
    pub sub_path: RelPath,
    /// Entity files by path or glob; every `catalog-info.yaml`/`.yml` without it.
    pub entity_files: Vec<String>,
    /// Environment variable that holds an access token, sent only to the source's own host.
    pub token_env: Option<String>,
}
