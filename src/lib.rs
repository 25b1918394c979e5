//! Callboard, a static developer-portal generator.
//!
//! ```text
//! harvest → catalog → enrich → assemble → render → index → write
//! ```
//!
//! Modules in the order in which they are built on each other; `tests/it/layers.rs` holds them to it.
#![forbid(unsafe_code)]

pub mod base;
pub mod catalog;
pub mod check;
pub mod cli;
pub mod config;
pub mod export;
pub mod markdown;
pub mod net;
pub mod output;
pub mod pipeline;
pub mod plugins;
pub mod search;
pub mod site;
pub mod sources;
pub mod techdocs;
pub mod theme;
