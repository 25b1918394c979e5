//! Harvest: configured sources in, snapshots of repositories out.
//!
//! In: [`Source`]s, limits, the cache folder. Out: [`Snapshot`]s whose [`RepoTree`] is the only way to read harvested bytes.
//! Must not know: what the bytes mean (catalog, documents), nor that a site is made of them.

mod directory;
mod fetch;
mod finding;
mod git;
mod git_dir;
mod harvest;
mod host;
mod link;
mod listing;
mod listing_cache;
mod object_store;
mod origin;
mod reading;
mod remote;
mod revision;
mod rules;
mod snapshot;
mod source;
mod token;
mod tree;
mod web;

pub use harvest::harvest;
pub use host::HostKind;
pub use origin::{Origin, Revision};
pub use reading::{HarvestEvent, HarvestOptions};
pub use rules::RULES;
pub use snapshot::{Harvest, Snapshot};
pub use source::{Source, SourceKind, SourceOptions};
pub use tree::{ReadError, RepoTree, TreeFile};
pub use web::Web;
