//! Harvest: configured sources in, snapshots of repositories out.
//!
//! In: [`Source`]s, limits, the cache folder. Out: [`Snapshot`]s whose [`RepoTree`] is the only way to read harvested bytes.
//! Must not know: what the bytes mean (catalog, documents), nor that a site is made of them.

mod changes;
mod directory;
mod fetch;
mod finding;
mod git;
mod git_blobs;
mod git_dir;
mod harvest;
mod history;
mod host;
mod last_change;
mod link;
mod listing;
mod origin;
mod reading;
mod remote;
mod revision;
mod rules;
mod shelf;
mod slot;
mod snapshot;
mod snapshot_pack;
mod snapshots;
mod source;
mod token;
mod trace;
mod tree;
mod web;

pub use changes::Changes;
pub use harvest::{LastHarvest, harvest, harvest_again};
pub use host::HostKind;
pub use last_change::LastChange;
pub use origin::{Origin, Revision};
pub use reading::{HarvestEvent, HarvestOptions};
pub use rules::RULES;
pub use snapshot::{Harvest, Snapshot};
pub use snapshots::{StoredSnapshot, store_snapshot};
pub use source::{Source, SourceKind, SourceOptions};
pub use trace::Traces;
pub use tree::{ReadError, RepoTree, TreeFile};
pub use web::Web;
