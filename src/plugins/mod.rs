//! Plugins: what the tools around an entity add to its page, and to the portal.
//!
//! In: the catalog, the plugins' manifests (bundled ones and the user's), files of repositories, answers of endpoints and of
//! programs. Out: an [`Enrichment`], data and sanitised HTML only. [`jobs`] holds what one plugin makes of one entity, for the
//! pipeline to run and remember. Must not know: pages and their addresses.

mod address;
mod answer_cache;
mod beside;
mod bundled;
mod chart;
mod checked;
mod condition;
mod coverage;
mod endpoint;
mod enrich;
mod enrichment;
mod fetch;
mod folders;
mod format;
mod given;
mod history;
mod job;
mod manifest;
mod manifest_audience;
mod manifest_parts;
mod manifest_rules;
mod part;
mod passage;
mod plugin;
mod prepare;
mod program;
mod protocol;
mod radar;
mod recording;
mod request;
/// Codes of the findings of this module.
pub mod rules;
mod said;
mod scorecard;
mod seen;
mod table;
mod template;
mod todo;
mod xml;

pub use beside::portal_paths;
pub use condition::{Condition, Subject, Test, Verdict};
pub use enrich::enrich;
pub use enrichment::{Enrichment, PluginFact, PluginLink, PluginPage, PluginView, Stamp, State};
pub use fetch::{FetchOptions, Fetched, Receipt, fetch, still_current};
pub use folders::load;
pub use history::recorded;
pub use job::{Enriched, Job, run};
pub use part::{Column, On, Slot};
pub use passage::{Passage, Passed};
pub use plugin::{Plugin, Setting};
pub use prepare::{Surroundings, jobs, page_route, requests, templates};
pub use program::{Ask, Said, converse};
pub use protocol::json_schema;
pub use request::{Answered, Answers, Request};
pub use said::{asks, by_plugin, docs_asks, document, harvest_asks, harvested};
pub use scorecard::{Scorecard, scorecards, standings};
