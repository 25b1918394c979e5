//! Settings: `site.toml` and the command line in, one [`Settings`] out, absolute and with every default filled in.

mod settings;

pub use settings::{CatalogModel, CatalogSettings, NavLink, Neighbours, SearchSettings, Settings, ThemeSettings};
