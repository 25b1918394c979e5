//! The catalog's read API, live: Backstage's routes below `api/catalog/`, and GraphQL over the same records.
//!
//! Answers hold what `callboard catalog export` prints: entities without what a server would add (`uid`, `etag`). The rules are
//! those of Backstage's catalog backend 4.0.

mod fields;
mod filter;
mod graphql;
mod query;
mod records;
mod routes;
mod terms;

use std::sync::Arc;

use crate::catalog::Catalog;
use crate::http::{Answer, Request};
use graphql::Endpoint;
use records::Records;

/// The catalog of one site, ready to be asked.
pub(super) struct ReadApi {
    records: Arc<Records>,
    graphql: Endpoint,
}

impl std::fmt::Debug for ReadApi {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReadApi").field("entities", &self.records.all.len()).finish_non_exhaustive()
    }
}

impl ReadApi {
    /// Of a catalog.
    pub fn new(catalog: &Catalog) -> Self {
        let records = Arc::new(Records::new(catalog));
        Self { graphql: Endpoint::new(Arc::clone(&records)), records }
    }

    /// The answer to a request for `path`, which is below the portal's base; none if it is not part of the API, and there is
    /// perhaps a file of that name.
    pub fn answer(&self, request: &Request, path: &str) -> Option<Answer> {
        if path == "api/graphql" {
            return Some(self.graphql.answer(request));
        }
        routes::answer(&self.records, request, path.strip_prefix("api/catalog/")?)
    }
}
