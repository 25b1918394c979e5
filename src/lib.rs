//! Callboard, a static developer-portal generator.
//!
//! ```text
//! theme, plugins, harvest → catalog → enrich → docs → assemble → render, files, index, export
//! ```
//!
//! `tests/it/house.rs` says which module may import which, and holds them to it; the guide's page `architecture.md` explains.
#![forbid(unsafe_code)]

pub mod apis;
pub mod base;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod diagrams;
pub mod export;
pub mod http;
pub mod markdown;
pub mod net;
pub mod output;
pub mod pipeline;
pub mod plugins;
pub mod publish;
pub mod search;
pub mod serve;
pub mod site;
pub mod sources;
pub mod techdocs;
pub mod theme;
