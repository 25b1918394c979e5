//! Plugins: what the tools around an entity add to its page.
//!
//! In: the catalog and the plugins' manifests, bundled ones and the user's. Out: an [`Enrichment`], data only.
//! Must not know: pages, templates. Declarative only: a manifest is read, nothing of it is executed.

mod address;
mod bundled;
mod enrich;
mod enrichment;
mod folders;
mod manifest;
mod plugin;
/// Codes of the findings of this module.
pub mod rules;
mod table;
mod template;

pub use enrich::enrich;
pub use enrichment::{Enrichment, PluginFact, PluginLink};
pub use folders::load;
pub use plugin::{Plugin, Setting};
