//! Settings: `site.toml` and the command line in, one [`Settings`] out, absolute and with every default filled in.

mod layout;
mod load;
mod proxy_table;
mod publish;
mod publish_table;
/// Codes of the findings of this module.
pub mod rules;
mod schema;
mod settings;
mod source_table;
mod table;

pub use load::{Choices, load, user_cache_dir};
pub use publish::{HeaderRule, MaxDelete, PublishSettings, PublishUrls};
pub use schema::json_schema;
pub use settings::{
    CatalogModel, CatalogSettings, Font, LayoutSettings, NavLink, Neighbours, PluginSettings, ProxySettings,
    SearchServer, SearchSettings, Settings, ThemeSettings,
};
