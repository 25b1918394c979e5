//! Publish: a built site in, the same site in a store out, at no moment with a link that leads nowhere.
//!
//! In: the output folder with its manifest, a store, `[publish.NAME]`. Out: what was done, for people and for caches that
//! are to be told. Must not know: what the site was made from.
//!
//! The store holds a manifest of its own, `callboard-manifest.json`: what was sent of every file, what is no longer part of
//! the site but stays a while, and, during a publish, the *claim*: who writes, and which files may differ from the manifest
//! until then. Every writing of the manifest is conditional on the last one, so two publishers never both believe to own it.
//! As each publish writes it twice, it tells a long list of files by a *base*, `callboard-manifest.<digest>.json`, which is
//! written once, and the changes since; a new base is written when those are many.

mod headers;
mod links;
mod list;
mod order;
mod plan;
mod remote;
mod rewrite;
/// Codes of the findings of this module.
pub mod rules;
mod run;
mod site;

pub use list::MANIFEST_KEY;
pub use plan::Plan;
pub use run::{Event, Options, Pace, Published, publish};
pub use site::Site;
