//! Serve: the portal in memory, made again after every edit, and browsers that see it at once.
//!
//! In: what a site is made from ([`Maker`]), an address. Out: answers over HTTP, and events for the pages that are open.
//! It is the pipeline run again with what is kept of the last run; nothing here knows how a page is made.
//!
//! ```text
//! watch    files that changed          ─►  Changes
//! run      Changes, Maker              ─►  MemorySite, the last good one stays through any error
//! portal   requests                    ─►  files of the MemorySite, the catalog's read API, GraphQL, events
//! ```

mod api;
mod events;
mod file_answer;
mod indexing;
mod memory_site;
mod poll;
mod portal;
mod problems;
mod proxy;
/// Codes of the findings of this module.
pub mod rules;
mod run;
mod watch;

pub use memory_site::{Draft, MemorySite};
pub use proxy::Proxy;
pub use run::{Made, Maker, Options, Remark, run};
pub use watch::{Watched, Watching};
