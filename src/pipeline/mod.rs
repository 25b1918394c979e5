//! The pipeline: theme, plugins and harvest, then catalog, enrich, docs, assemble, and the files of the site: render, files,
//! index, export.
//!
//! In: [`Settings`]. Out: every file of the site, handed to the stage as soon as it is made, and [`Built`], what is to be said.
//! Stages are pure where they fan out; [`step`] runs their jobs in parallel and remembers their products.

mod apis;
mod build;
mod built;
mod docs;
mod enrich;
mod histories;
mod index;
mod kept;
mod later;
mod memo;
mod own_pages;
mod parts;
mod programs;
/// Codes of the findings of this module.
pub mod rules;
mod run;
mod segment;
/// Parallelism, memory and order for stages that fan out.
pub mod step;
mod whole;
mod write;

pub use build::{build, build_again, diagram_commands, open_memo, search_pages, standings, unusable_output};
pub use built::{Built, Counts, Event};
pub use docs::{Tools, bound as bind_books};
pub use enrich::enrichment;
pub use kept::Kept;
pub use later::Later;
pub use memo::Memo;
pub use whole::{identity, in_place, remember};
