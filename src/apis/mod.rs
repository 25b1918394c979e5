//! Descriptions of APIs: the text of a definition in, a readable model of it out.
//!
//! Reads OpenAPI 3 and Swagger 2, AsyncAPI 2 and 3, GraphQL's schema language and Protocol Buffers into one model, so that
//! pages show all of them alike. Reads leniently: what is there is shown, and only a text that cannot be read at all is a
//! finding. Bounded: references are followed with a guard against circles, and trees have a budget.
//! Must not know: where pages stand, and how they look.

mod anchors;
mod asyncapi;
mod depth;
mod document;
mod format;
mod graphql;
mod introspection;
mod model;
mod openapi;
mod protobuf;
mod rules;
mod schema;
mod text;

use serde::{Deserialize, Serialize};

pub use format::Format;
pub use model::{Api, Content, Example, Fact, Group, Message, NamedLink, NamedType, Node, Operation, Scheme, Server};
pub use rules::RULES;

use crate::base::{Diagnostic, Limits, Place};
use crate::catalog::{Entity, Written};

/// A definition that is to be read.
#[derive(Debug, Clone, Serialize)]
pub struct ApiJob {
    /// `spec.type` of the entity.
    pub kind: String,
    /// The text.
    pub definition: String,
    /// What it may cost.
    pub limits: Limits,
}

/// What became of a definition.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct ApiRead {
    /// The model, if the text is in a format that is known and could be read.
    pub api: Option<Api>,
    /// Why a text of a known format could not be read: its line, from 1, and the reason.
    pub fault: Option<(u32, String)>,
}

/// The definition of an entity; `None` if it is no API or has none.
pub fn job(entity: &Entity, limits: &Limits) -> Option<ApiJob> {
    let definition = entity.spec_str("definition").filter(|_| entity.reference.kind() == "api")?;
    let kind = entity.spec_str("type").unwrap_or_default().to_owned();
    Some(ApiJob { kind, definition: definition.to_owned(), limits: limits.clone() })
}

/// Reads a definition.
pub fn read(job: &ApiJob) -> ApiRead {
    let Some(format) = Format::of(&job.kind, &job.definition) else { return ApiRead::default() };
    let result = match format {
        Format::OpenApi | Format::AsyncApi => {
            document::parse(&job.definition, &job.limits).and_then(|document| match format {
                Format::OpenApi => openapi::read(&document),
                _ => asyncapi::read(&document),
            })
        }
        Format::GraphQl => graphql::read(&job.definition),
        Format::Protobuf => protobuf::read(&job.definition),
    };
    match result {
        Ok(mut api) => {
            anchors::assign(&mut api);
            ApiRead { api: Some(api), fault: None }
        }
        Err(fault) => ApiRead { api: None, fault: Some(fault) },
    }
}

/// The finding about a definition that could not be read, at its line in the entity's file where that can be told.
pub fn finding(entity: &Entity, fault: &(u32, String), limits: &Limits) -> Diagnostic {
    let (line, why) = fault;
    let path = &["spec", "definition"];
    let written = Written::of(entity, limits);
    let place: Option<Place> =
        written.and_then(|written| written.place_of_line(path, *line).or_else(|| written.place(path)));
    rules::DEFINITION
        .diagnostic(format!("the definition cannot be read: {why} (line {line} of the definition)"))
        .at(place.unwrap_or_else(|| entity.place.clone()))
        .about(entity.reference.to_string())
}
