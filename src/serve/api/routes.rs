use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::fields::{paths, project};
use super::filter::Filter;
use super::query::{Question, matching, order, sort};
use super::records::{Record, Records};
use crate::base::{Limits, RelPath, Severity};
use crate::catalog;
use crate::config::CatalogSettings;
use crate::http::{Answer, Method, Request};
use crate::sources::{Origin, RepoTree, Snapshot};

/// Why there is no answer, as Backstage says it.
struct Fault {
    status: u16,
    name: &'static str,
    message: String,
}

impl From<String> for Fault {
    fn from(message: String) -> Self {
        Self { status: 400, name: "InputError", message }
    }
}

fn missing(message: impl Into<String>) -> Fault {
    Fault { status: 404, name: "NotFoundError", message: message.into() }
}

/// The answer to a call of the read API; `path` is below `api/catalog/`. Paths that are none are left to the site's files.
pub(super) fn answer(records: &Records, request: &Request, path: &str) -> Option<Answer> {
    let parts: Vec<&str> = path.split('/').collect();
    let reads = request.method != Method::Post;
    let found = match (reads, parts.as_slice()) {
        (true, ["entities"]) => list(records, request),
        (true, ["entities", "by-query"]) => by_query(records, request),
        (false, ["entities", "by-query"]) => by_query_posted(records, request),
        (false, ["entities", "by-refs"]) => by_refs(records, request),
        (true, ["entities", "by-name", _, _, file]) if file.ends_with(".json") => return None,
        (true, ["entities", "by-name", kind, namespace, name]) => by_name(records, kind, namespace, name),
        (true, ["entities", "by-name", kind, namespace, name, "ancestry"]) => ancestry(records, kind, namespace, name),
        (true, ["entities", "by-uid", uid]) => {
            Err(missing(format!("No entity found by uid {uid}: entities of files have none")))
        }
        (_, ["entity-facets"]) => facets(records, request),
        (true, ["locations"]) => Ok(Answer::json(&Value::Array(records.locations.clone()))),
        (false, ["locations", "by-query"]) => locations_by_query(records, request),
        (true, ["locations", "by-entity", kind, namespace, name]) => location_of(records, kind, namespace, name),
        (true, ["locations", id]) => location(records, id),
        (false, ["validate-entity"]) => validate(request),
        (false, _) => Err(Fault {
            status: 403,
            name: "NotAllowedError",
            message: "the catalog is read from files and cannot be written".to_owned(),
        }),
        (true, _) => return None,
    };
    Some(found.unwrap_or_else(|fault| refusal(&fault, request)))
}

impl Answer {
    fn json(value: &Value) -> Self {
        Self::new(200, "application/json; charset=utf-8", value.to_string())
    }
}

fn refusal(fault: &Fault, request: &Request) -> Answer {
    let method = if request.method == Method::Post { "POST" } else { "GET" };
    let body = json!({
        "error": { "name": fault.name, "message": fault.message },
        "request": { "method": method, "url": request.raw_path },
        "response": { "statusCode": fault.status },
    });
    Answer { status: fault.status, ..Answer::json(&body) }
}

fn values(request: &Request, name: &str) -> Vec<String> {
    request.parameters().filter(|(key, _)| key == name).map(|(_, value)| value).collect()
}

fn value(request: &Request, name: &str) -> Option<String> {
    values(request, name).into_iter().next()
}

fn number(request: &Request, name: &str) -> Result<Option<usize>, String> {
    let Some(text) = value(request, name) else { return Ok(None) };
    text.parse().map(Some).map_err(|_| format!("Invalid {name}, not an integer"))
}

fn filter(request: &Request) -> Result<Filter, String> {
    Filter::parse(values(request, "filter").into_iter())
}

fn fields(request: &Request) -> Vec<String> {
    paths(values(request, "fields").into_iter())
}

fn body(request: &Request) -> Result<Value, String> {
    if request.body.is_empty() {
        return Ok(json!({}));
    }
    serde_json::from_slice(&request.body).map_err(|error| format!("Malformed body: {error}"))
}

fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) => vec![text.clone()],
        Value::Array(items) => items.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    }
}

fn list(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let mut found = matching(records, &filter(request)?, None)?;
    let orders: Result<Vec<_>, String> = values(request, "order").iter().map(|text| order(text)).collect();
    sort(&mut found, &orders?, false);
    let (mut limit, mut offset) = (number(request, "limit")?, number(request, "offset")?);
    if let Some(after) = value(request, "after") {
        let bytes = URL_SAFE_NO_PAD.decode(after).ok();
        let place: Option<(usize, usize)> = bytes.and_then(|bytes| serde_json::from_slice(&bytes).ok());
        let (next, size) = place.ok_or_else(|| "Malformed after cursor".to_owned())?;
        (limit, offset) = (limit.or(Some(size)), Some(next));
    }
    let fields = fields(request);
    let skipped = offset.unwrap_or(0);
    let shown = found.iter().skip(skipped).take(limit.unwrap_or(usize::MAX));
    let entities: Vec<Value> = shown.map(|record| project(&record.entity, &fields)).collect();
    let next = skipped.saturating_add(entities.len());
    let mut answer = Answer::json(&Value::Array(entities));
    if let Some(size) = limit.filter(|size| *size > 0 && next < found.len()) {
        let cursor = URL_SAFE_NO_PAD.encode(json!([next, size]).to_string());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(request.parameters().filter(|(name, _)| name != "after" && name != "offset"));
        query.append_pair("after", &cursor);
        let link = format!("<{}?{}>; rel=\"next\"", request.raw_path, query.finish());
        answer = answer.field("Link", link);
    }
    Ok(answer)
}

fn by_query(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let question = match value(request, "cursor") {
        Some(cursor) => Question { limit: number(request, "limit")?, ..Question::of_cursor(&cursor)? },
        None => Question {
            filter: values(request, "filter"),
            query: None,
            order: value(request, "orderField").map(|text| order(&text)).transpose()?,
            term: value(request, "fullTextFilterTerm").unwrap_or_default(),
            term_fields: paths(values(request, "fullTextFilterFields").into_iter()),
            limit: number(request, "limit")?,
            offset: number(request, "offset")?.unwrap_or(0),
        },
    };
    let count = value(request, "totalItems").as_deref() != Some("exclude");
    Ok(Answer::json(&question.answer(records, &fields(request), count)?))
}

fn by_query_posted(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let body = body(request)?;
    let size = |name: &str| body[name].as_u64().and_then(|number| usize::try_from(number).ok());
    let question = match body["cursor"].as_str() {
        Some(cursor) => Question { limit: size("limit"), ..Question::of_cursor(cursor)? },
        None => {
            let first = body["orderBy"].as_array().and_then(|orders| orders.first()).unwrap_or(&body["orderBy"]);
            Question {
                filter: Vec::new(),
                query: body.get("query").filter(|query| !query.is_null()).cloned(),
                order: first["field"].as_str().map(|field| (field.to_owned(), first["order"] == "desc")),
                term: body["fullTextFilter"]["term"].as_str().unwrap_or_default().to_owned(),
                term_fields: strings(&body["fullTextFilter"]["fields"]),
                limit: size("limit"),
                offset: size("offset").unwrap_or(0),
            }
        }
    };
    let count = body["totalItems"] != "exclude";
    Ok(Answer::json(&question.answer(records, &paths(strings(&body["fields"]).into_iter()), count)?))
}

fn by_refs(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let body = body(request)?;
    let asked = body["entityRefs"].as_array().ok_or_else(|| "entityRefs must be a list".to_owned())?;
    let filter = filter(request)?;
    let query = body.get("query").filter(|query| !query.is_null());
    let allowed: std::collections::HashSet<&str> =
        matching(records, &filter, query)?.into_iter().map(|record| record.reference.as_str()).collect();
    let fields = paths(strings(&body["fields"]).into_iter());
    let found = |reference: &Value| {
        let record = reference.as_str().and_then(|reference| records.get(reference));
        let record = record.filter(|record| allowed.contains(record.reference.as_str()));
        record.map_or(Value::Null, |record| project(&record.entity, &fields))
    };
    Ok(Answer::json(&json!({ "items": asked.iter().map(found).collect::<Vec<_>>() })))
}

fn named<'a>(records: &'a Records, kind: &str, namespace: &str, name: &str) -> Result<&'a Record, Fault> {
    let none = || missing(format!("No entity named '{name}' found, with kind '{kind}' in namespace '{namespace}'"));
    records.by_name(kind, namespace, name).ok_or_else(none)
}

fn by_name(records: &Records, kind: &str, namespace: &str, name: &str) -> Result<Answer, Fault> {
    Ok(Answer::json(&named(records, kind, namespace, name)?.entity))
}

const LOCATED: &str = "backstage.io/managed-by-location";

fn annotation<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    record.entity["metadata"]["annotations"][name].as_str()
}

/// The Locations through whose targets an entity's file is read, up to the registered one. Those that a server would make for
/// registered files are no entities here, and left out.
fn ancestry(records: &Records, kind: &str, namespace: &str, name: &str) -> Result<Answer, Fault> {
    let first = named(records, kind, namespace, name)?;
    let locations: Vec<&Record> = records.all.iter().filter(|record| record.entity["kind"] == "Location").collect();
    let mut items = Vec::new();
    let mut seen = vec![&first.reference];
    let mut ahead = vec![first];
    while let Some(record) = ahead.pop() {
        let parents: Vec<&&Record> = locations.iter().filter(|location| leads_to(location, record)).collect();
        let names: Vec<&String> = parents.iter().map(|parent| &parent.reference).collect();
        items.push(json!({ "entity": record.entity, "parentEntityRefs": names }));
        for parent in parents {
            if !seen.contains(&&parent.reference) {
                seen.push(&parent.reference);
                ahead.push(parent);
            }
        }
    }
    Ok(Answer::json(&json!({ "rootEntityRef": first.reference, "items": items })))
}

fn leads_to(location: &Record, record: &Record) -> bool {
    let place = |record| annotation(record, LOCATED)?.split_once(':').map(|(_, place)| place);
    let (Some(from), Some(to)) = (place(location), place(record)) else { return false };
    if from == to || location.reference == record.reference {
        return false;
    }
    let spec = &location.entity["spec"];
    let targets = strings(&spec["target"]).into_iter().chain(strings(&spec["targets"]));
    targets.into_iter().any(|target| {
        let joined = url::Url::parse(from).ok().and_then(|base| base.join(&target).ok());
        joined.map_or_else(
            || RelPath::new(from).and_then(|from| from.parent().resolve(&target)).is_ok_and(|path| path.as_str() == to),
            |url| url.as_str() == to,
        )
    })
}

fn facets(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let posted = if request.method == Method::Post { body(request)? } else { Value::Null };
    let mut names = values(request, "facet");
    names.extend(strings(&posted["facets"]));
    names.extend(strings(&posted["facet"]));
    if names.is_empty() {
        return Err("Missing facet parameter".to_owned().into());
    }
    let query = posted.get("query").filter(|query| !query.is_null());
    let found = matching(records, &filter(request)?, query)?;
    let mut facets = Map::new();
    for name in names {
        let key = name.to_lowercase();
        let mut counts = BTreeMap::<&str, usize>::new();
        for term in found.iter().flat_map(|record| record.terms()).filter(|term| term.key == key) {
            if let Some(written) = &term.written {
                *counts.entry(written).or_default() += 1;
            }
        }
        let counted = counts.into_iter().map(|(value, count)| json!({ "value": value, "count": count }));
        facets.insert(name, counted.collect());
    }
    Ok(Answer::json(&json!({ "facets": facets })))
}

fn location(records: &Records, id: &str) -> Result<Answer, Fault> {
    let found = records.locations.iter().find(|location| location["data"]["id"] == id);
    found
        .map(|location| Answer::json(&location["data"]))
        .ok_or_else(|| missing(format!("Found no location with ID {id}")))
}

fn location_of(records: &Records, kind: &str, namespace: &str, name: &str) -> Result<Answer, Fault> {
    let none = || missing(format!("found no location for entity {kind}:{namespace}/{name}"));
    let record = records.by_name(kind, namespace, name).ok_or_else(none)?;
    let origin =
        annotation(record, "backstage.io/managed-by-origin-location").and_then(|origin| origin.split_once(':'));
    let (kind, target) = origin.ok_or_else(none)?;
    let same = |location: &&Value| location["data"]["type"] == kind && location["data"]["target"] == target;
    records.locations.iter().find(same).map(|location| Answer::json(&location["data"])).ok_or_else(none)
}

fn locations_by_query(records: &Records, request: &Request) -> Result<Answer, Fault> {
    let body = body(request)?;
    let limit = body["limit"].as_u64().and_then(|limit| usize::try_from(limit).ok()).unwrap_or(1000);
    let offset = match body["cursor"].as_str() {
        Some(cursor) => Question::of_cursor(cursor)?.offset,
        None => 0,
    };
    let wanted = body["query"].as_object();
    let takes = |data: &Value| {
        wanted.is_none_or(|wanted| wanted.iter().all(|(key, value)| data.get(key).is_some_and(|found| found == value)))
    };
    let found: Vec<&Value> =
        records.locations.iter().map(|location| &location["data"]).filter(|data| takes(data)).collect();
    let items: Vec<&&Value> = found.iter().skip(offset).take(limit).collect();
    let mut info = Map::new();
    if offset + items.len() < found.len() {
        info.insert("nextCursor".to_owned(), Question::default().cursor(offset + limit).into());
    }
    Ok(Answer::json(&json!({ "items": items, "totalItems": found.len(), "pageInfo": info })))
}

/// Judges an entity as the catalog judges a file that holds it.
fn validate(request: &Request) -> Result<Answer, Fault> {
    let body = body(request)?;
    let text = serde_json::to_string_pretty(&body["entity"]).expect("a JSON value has string keys");
    let origin = Origin { name: "request".to_owned(), revision: None, web: None, sub_path: RelPath::root() };
    let tree = RepoTree::in_memory([("catalog-info.yaml", text)]);
    let snapshot = Snapshot { origin, tree, entity_files: Vec::new(), stale: None };
    let loaded = catalog::load(&[snapshot], &CatalogSettings::default(), &Limits::default());
    let published = loaded.value.entities.values().any(|entity| entity.published);
    let wrong = loaded.diagnostics.iter().filter(|finding| finding.severity == Severity::Error || !published);
    let errors: Vec<Value> = wrong.map(|finding| json!({ "name": "InputError", "message": finding.message })).collect();
    if published && errors.is_empty() {
        return Ok(Answer::json(&json!({})));
    }
    Ok(Answer { status: 400, ..Answer::json(&json!({ "errors": errors })) })
}
