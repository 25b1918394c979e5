//! Plugins: what the tools around an entity add to its page.
//!
//! In: the catalog and the plugins' manifests. Out: an [`Enrichment`], data only.

mod enrichment;

pub use enrichment::{Enrichment, PluginLink};
