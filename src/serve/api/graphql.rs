use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use async_graphql::dynamic::{
    Field, FieldFuture, FieldValue, InputValue, Object, ResolverContext, Scalar, Schema, SchemaError, TypeRef,
};
use async_graphql::{Error, Request as Question, Value};
use serde_json::json;

use super::filter::Filter;
use super::query::{matching, order, sort};
use super::records::{Record, Records};
use crate::http::{Answer, Method, Request};

/// Deepest nesting of a question, and most fields in it.
const DEEPEST: usize = 15;
const MOST_FIELDS: usize = 500;
/// Most entities and relations in one answer: nested lists multiply.
const MOST_NODES: usize = 20_000;
/// Most entities of a list that does not say, and that says.
const PAGE: usize = 50;
const MOST: usize = 1000;

const CONSOLE: &str = include_str!("console.html");

/// The GraphQL endpoint over the records of one catalog.
pub(super) struct Endpoint(Result<Schema, SchemaError>);

/// What is left of [`MOST_NODES`].
struct Budget(AtomicUsize);

impl Endpoint {
    /// Of the records.
    pub fn new(records: Arc<Records>) -> Self {
        Self(schema(records))
    }

    /// Answers a posted question, or one in the query of the address; a browser that comes without one gets a page to try it.
    pub fn answer(&self, request: &Request) -> Answer {
        let question = match request.method {
            Method::Post => serde_json::from_slice::<Question>(&request.body).ok(),
            _ => request.parameters().find(|(name, _)| name == "query").map(|(_, text)| Question::new(text)),
        };
        let (Ok(schema), question) = (&self.0, question) else { return Answer::status(500) };
        let Some(question) = question else {
            if request.method == Method::Post {
                let errors = json!({ "errors": [{ "message": "the body is no question: {\"query\": \"…\"}" }] });
                return Answer::new(400, "application/json; charset=utf-8", errors.to_string());
            }
            let policy =
                "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'";
            return Answer::new(200, "text/html; charset=utf-8", CONSOLE).field("Content-Security-Policy", policy);
        };
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().build() else { return Answer::status(500) };
        let response = runtime.block_on(schema.execute(question.data(Budget(AtomicUsize::new(MOST_NODES)))));
        let text = serde_json::to_string(&response).unwrap_or_default();
        Answer::new(200, "application/json; charset=utf-8", text)
    }
}

fn spend(ctx: &ResolverContext<'_>, count: usize) -> Result<(), Error> {
    let budget = ctx.data::<Budget>()?;
    let spent = budget.0.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(count));
    spent
        .map(drop)
        .map_err(|_| Error::new(format!("the answer would have more than {MOST_NODES} entities and relations")))
}

fn schema(records: Arc<Records>) -> Result<Schema, SchemaError> {
    let query = Object::new("Query")
        .description("The catalog of this portal, as it is now.")
        .field(entity_field(Arc::clone(&records)))
        .field(entities_field(Arc::clone(&records)));
    Schema::build("Query", None, None)
        .register(Scalar::new("JSON").description("Any JSON value."))
        .register(query)
        .register(entity_type(&records))
        .register(relation_type(records))
        .register(page_type())
        .limit_depth(DEEPEST)
        .limit_complexity(MOST_FIELDS)
        .finish()
}

fn entity_field(records: Arc<Records>) -> Field {
    let field = Field::new("entity", TypeRef::named("Entity"), move |ctx| {
        let records = Arc::clone(&records);
        FieldFuture::new(async move {
            spend(&ctx, 1)?;
            let reference = ctx.args.try_get("ref")?;
            let found = records.get(reference.string()?).map(|record| index(&records, record));
            Ok(found.map(FieldValue::owned_any))
        })
    });
    field
        .description("An entity by its reference, such as `component:default/orders`.")
        .argument(InputValue::new("ref", TypeRef::named_nn(TypeRef::STRING)))
}

/// Place of a record among all; what values of the type `Entity` hold.
fn index(records: &Records, record: &Record) -> usize {
    records.all.partition_point(|other| other.reference < record.reference).min(records.all.len().saturating_sub(1))
}

/// A page of entities.
struct Page {
    total: usize,
    found: Vec<usize>,
    next: Option<usize>,
}

fn entities_field(records: Arc<Records>) -> Field {
    let field = Field::new("entities", TypeRef::named_nn("EntityPage"), move |ctx| {
        let records = Arc::clone(&records);
        FieldFuture::new(async move {
            let text = |name: &str| ctx.args.get(name).and_then(|value| value.string().ok().map(str::to_owned));
            let number = |name: &str| ctx.args.get(name).and_then(|value| value.u64().ok());
            let groups = ctx.args.get("filter").and_then(|value| value.deserialize::<Vec<String>>().ok());
            let filter = Filter::parse(groups.unwrap_or_default().into_iter()).map_err(Error::new)?;
            let mut found = matching(&records, &filter, None).map_err(Error::new)?;
            if let Some(text) = text("order") {
                sort(&mut found, &[order(&text).map_err(Error::new)?], false);
            }
            let size = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
            let first = number("first").map_or(PAGE, size).min(MOST);
            let skip = number("offset").map_or(0, size);
            let shown: Vec<usize> = found.iter().skip(skip).take(first).map(|record| index(&records, record)).collect();
            spend(&ctx, shown.len() + 1)?;
            let next = Some(skip + shown.len()).filter(|next| *next < found.len() && !shown.is_empty());
            Ok(Some(FieldValue::owned_any(Page { total: found.len(), found: shown, next })))
        })
    });
    field
        .description("Entities that pass, in order of their references. `filter` is that of the read API: `[\"kind=component,spec.type=service\"]`.")
        .argument(InputValue::new("filter", TypeRef::named_nn_list(TypeRef::STRING)))
        .argument(InputValue::new("order", TypeRef::named(TypeRef::STRING)).description("`metadata.name,asc`"))
        .argument(InputValue::new("first", TypeRef::named(TypeRef::INT)).description("50 without it, at most 1000"))
        .argument(InputValue::new("offset", TypeRef::named(TypeRef::INT)))
}

fn page_type() -> Object {
    let number = |name: &'static str, of: fn(&Page) -> Option<usize>| {
        Field::new(name, TypeRef::named(TypeRef::INT), move |ctx| {
            FieldFuture::new(async move { Ok(of(ctx.parent_value.try_downcast_ref::<Page>()?).map(Value::from)) })
        })
    };
    Object::new("EntityPage")
        .field(number("total", |page| Some(page.total)).description("How many pass."))
        .field(number("next", |page| page.next).description("`offset` of the next page."))
        .field(Field::new("items", TypeRef::named_nn_list_nn("Entity"), |ctx| {
            FieldFuture::new(async move {
                let page = ctx.parent_value.try_downcast_ref::<Page>()?;
                Ok(Some(FieldValue::list(page.found.iter().copied().map(FieldValue::owned_any))))
            })
        }))
}

fn entity_type(records: &Arc<Records>) -> Object {
    let text = |name: &'static str, path: &'static [&'static str]| {
        let records = Arc::clone(records);
        Field::new(name, TypeRef::named(TypeRef::STRING), move |ctx| {
            let records = Arc::clone(&records);
            FieldFuture::new(async move {
                let entity = &records.all[*ctx.parent_value.try_downcast_ref::<usize>()?].entity;
                let value = path.iter().fold(entity, |value, key| &value[*key]);
                Ok(value.as_str().map(Value::from))
            })
        })
    };
    let part = |name: &'static str, path: &'static [&'static str]| {
        let records = Arc::clone(records);
        Field::new(name, TypeRef::named("JSON"), move |ctx| {
            let records = Arc::clone(&records);
            FieldFuture::new(async move {
                let entity = &records.all[*ctx.parent_value.try_downcast_ref::<usize>()?].entity;
                let value = path.iter().fold(entity, |value, key| &value[*key]);
                Ok(Some(Value::from_json(value.clone())?).filter(|value| *value != Value::Null))
            })
        })
    };
    let reference = Arc::clone(records);
    Object::new("Entity")
        .field(Field::new("ref", TypeRef::named_nn(TypeRef::STRING), move |ctx| {
            let records = Arc::clone(&reference);
            FieldFuture::new(async move {
                Ok(Some(Value::from(records.all[*ctx.parent_value.try_downcast_ref::<usize>()?].reference.clone())))
            })
        }))
        .field(text("apiVersion", &["apiVersion"]))
        .field(text("kind", &["kind"]))
        .field(text("namespace", &["metadata", "namespace"]))
        .field(text("name", &["metadata", "name"]))
        .field(text("title", &["metadata", "title"]))
        .field(text("description", &["metadata", "description"]))
        .field(text("type", &["spec", "type"]))
        .field(text("lifecycle", &["spec", "lifecycle"]))
        .field(part("tags", &["metadata", "tags"]))
        .field(part("labels", &["metadata", "labels"]))
        .field(part("annotations", &["metadata", "annotations"]))
        .field(part("links", &["metadata", "links"]))
        .field(part("spec", &["spec"]))
        .field(part("document", &[]).description("The whole entity, as the read API gives it."))
        .field(relations_field(Arc::clone(records)))
}

/// A relation: its type, and the reference that it leads to.
struct Relation(String, String);

fn relations_field(records: Arc<Records>) -> Field {
    let field = Field::new("relations", TypeRef::named_nn_list_nn("Relation"), move |ctx| {
        let records = Arc::clone(&records);
        FieldFuture::new(async move {
            let record = &records.all[*ctx.parent_value.try_downcast_ref::<usize>()?];
            let wanted = ctx.args.get("type").and_then(|value| value.string().ok().map(str::to_lowercase));
            let pairs = record.entity["relations"].as_array().into_iter().flatten().filter_map(|relation| {
                Some(Relation(relation["type"].as_str()?.to_owned(), relation["targetRef"].as_str()?.to_owned()))
            });
            let found: Vec<Relation> =
                pairs.filter(|pair| wanted.as_ref().is_none_or(|wanted| pair.0.to_lowercase() == *wanted)).collect();
            spend(&ctx, found.len())?;
            Ok(Some(FieldValue::list(found.into_iter().map(FieldValue::owned_any))))
        })
    });
    field.argument(InputValue::new("type", TypeRef::named(TypeRef::STRING)).description("`ownedBy`, `partOf`, …"))
}

fn relation_type(records: Arc<Records>) -> Object {
    let text = |name: &'static str, of: fn(&Relation) -> &String| {
        Field::new(name, TypeRef::named_nn(TypeRef::STRING), move |ctx| {
            FieldFuture::new(async move {
                Ok(Some(Value::from(of(ctx.parent_value.try_downcast_ref::<Relation>()?).clone())))
            })
        })
    };
    let target = Field::new("target", TypeRef::named("Entity"), move |ctx| {
        let records = Arc::clone(&records);
        FieldFuture::new(async move {
            let relation = ctx.parent_value.try_downcast_ref::<Relation>()?;
            spend(&ctx, 1)?;
            Ok(records.get(&relation.1).map(|record| FieldValue::owned_any(index(&records, record))))
        })
    });
    Object::new("Relation")
        .field(text("type", |relation| &relation.0))
        .field(text("targetRef", |relation| &relation.1))
        .field(target.description("The entity that it leads to, if the catalog has it."))
}
