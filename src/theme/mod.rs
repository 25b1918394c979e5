//! The theme: templates and assets in, HTML out. Renders any serialisable model; knows no entity and no document.
//!
//! In: the embedded default theme and, over it file by file, a folder of the user's. Out: a [`Theme`] that renders a template
//! by name and lists its assets under fingerprinted addresses. Templates are pure: they see what they are given and can
//! look nothing up. Must not know: what the pages are about.

mod assets;
mod brand;
#[cfg(test)]
mod budget;
#[cfg(test)]
mod contrast;
mod files;
mod filters;
mod fixtures;
mod manifest;
mod patterns;
mod policy;
mod rules;
mod templates;

use std::path::Path;

pub use assets::Asset;
pub use brand::{Brand, BrandFont};
pub use patterns::Pattern;
pub use rules::RULES;
pub use templates::{Seen, Snippets, Theme, Values};

use crate::base::Outcome;

/// Loads the default theme with the files of `overlay` over it, and `brand` over both.
///
/// Findings are about files of the overlay that nothing uses. `Err`: the folder cannot be read, or a template or
/// `theme.toml` of it is wrong; the message names file, line and column. Or the logo cannot be read.
pub fn load(overlay: Option<&Path>, brand: &Brand) -> anyhow::Result<Outcome<Theme>> {
    let (mut files, diagnostics) = files::collect(overlay)?;
    brand::apply(brand, &mut files)?;
    Ok(Outcome { value: templates::compile(&files, &brand.servers)?, diagnostics })
}
