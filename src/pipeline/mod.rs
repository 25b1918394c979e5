//! The pipeline: harvest, catalog, enrich, assemble, render, index, write.

mod memo;
mod segment;
mod step;

pub use memo::Memo;
pub use step::{Panicked, Step};
