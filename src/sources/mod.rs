//! Harvest: configured sources in, snapshots of repositories out.
//!
//! In: [`Source`]s, limits, the cache folder. Out: [`Snapshot`]s whose [`RepoTree`] is the only way to read harvested bytes.
//! Must not know: what the bytes mean (catalog, documents), nor that a site is made of them.

mod host;
mod origin;
mod snapshot;
mod source;
mod tree;

pub use host::HostKind;
pub use origin::{Origin, Revision, Web};
pub use snapshot::{Harvest, Snapshot};
pub use source::{Source, SourceKind, SourceOptions};
pub use tree::{ReadError, RepoTree, TreeFile};
