//! The one integration-test binary: each topic is a module.

#![allow(clippy::unwrap_used, missing_docs)]

mod api_pages;
mod bombs;
mod catalog;
mod check;
mod crash;
mod custom_pages;
mod demo;
mod demo_theme;
mod diagrams;
mod dialect;
mod golden;
mod harvest;
mod house;
mod machine_files;
mod output;
mod page_sizes;
mod plugin_faults;
mod plugin_guide;
mod plugins;
mod portal;
mod portal_fixture;
mod publish;
mod publish_kills;
mod publish_list;
mod reader;
mod schema;
mod search;
mod search_reference;
mod serve;
mod serve_edits;
mod settings;
mod site_links;
mod snapshots;
mod techdocs;
