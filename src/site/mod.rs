//! The site: everything the stages found in, pages with their models out. Does no I/O and renders nothing.

mod model;

pub use model::{Page, Site, SiteFile};
