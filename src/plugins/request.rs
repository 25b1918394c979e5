use std::collections::BTreeMap;
use std::sync::Arc;

use super::address;
use super::enrichment::Stamp;
use super::plugin::{Plugin, Setting};
use super::template::{Parts, Piece, Slot, Template};

/// Something that an endpoint is asked for.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Request {
    /// Name of the endpoint in `[proxies]`.
    pub proxy: String,
    /// Path and query below its address, percent-encoded.
    pub path: String,
}

/// What an endpoint answered.
#[derive(Debug, Clone)]
pub struct Answered {
    /// Its body.
    pub text: Arc<str>,
    /// From where and when.
    pub stamp: Stamp,
}

/// Answers by request; `Err` says for people why there is none.
pub type Answers = BTreeMap<Request, Result<Answered, String>>;

/// Stands for the endpoint's address while a path is filled in.
const BASE: &str = "https://endpoint.invalid";

/// The request that a path with its parts filled in means. No part can climb out of the path or bring a query of its own.
pub(super) fn request(plugin: &Plugin, proxy: &str, path: &Template, parts: &Parts<'_>) -> Result<Request, String> {
    let base = Setting {
        name: "proxy".to_owned(),
        title: String::new(),
        example: String::new(),
        is_address: true,
        value: Some(BASE.to_owned()),
    };
    let mut pieces = vec![Piece::Slot(Slot { name: base.name.clone(), joiner: None })];
    pieces.extend(path.pieces.iter().cloned());
    let mut settings = vec![base];
    settings.extend(plugin.settings.iter().cloned());
    let url = address::fill(&Template { pieces }, &settings, parts)
        .map_err(|reason| format!("`{proxy}` cannot be asked: {reason}"))?;
    let path = url.strip_prefix(BASE).unwrap_or(&url).to_owned();
    Ok(Request { proxy: proxy.to_owned(), path })
}
