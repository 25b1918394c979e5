//! OpenAPI 3.0, 3.1 and Swagger 2.0 (<https://spec.openapis.org>), read leniently.

use std::collections::BTreeMap;

use serde_json::Value;

use super::document::{Document, entries, flag, items, text};
use super::model::{Api, Content, Fact, Group, Message, NamedLink, Node, Operation, Scheme, Server};
use super::schema::Schemas;
use super::text::{cut, example, html, inline};

/// Operations and types that are read of one definition.
const OPERATIONS: usize = 5_000;
const TYPES: usize = 5_000;
/// Words of an operation that search sees.
const WORDS: usize = 1_500;
/// Examples of one content.
const EXAMPLES: usize = 3;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Reads a document.
pub(super) fn read(document: &Document) -> Result<Api, (u32, String)> {
    let root = document.root();
    let version = document.version(&["openapi", "swagger"])?;
    let old = root.get("openapi").is_none();
    let named = if old { &root["definitions"] } else { &root["components"]["schemas"] };
    let prefix = if old { "#/definitions/" } else { "#/components/schemas/" };
    let paths: Vec<(&str, &Value)> = entries(&root["paths"]).collect();
    let places = paths.iter().map(|(_, path)| entries(path).count()).sum::<usize>() * 3 + entries(named).count();
    let reader = Reader { document, root, old, schemas: Schemas::new(document, prefix, places) };
    let groups = reader.groups(&paths);
    let count: usize = groups.iter().map(|group| group.operations.len()).sum();
    let all: usize = paths.iter().map(|(_, path)| operations(document, path).len()).sum();
    let info = &root["info"];
    let name = if old { "Swagger" } else { "OpenAPI" };
    Ok(Api {
        format: format!("{name} {version}"),
        title: text(info, "title").unwrap_or_default().to_owned(),
        version: info.get("version").map(inline),
        description: html(text(info, "description").or_else(|| text(info, "summary"))),
        links: links(info, root),
        servers: if old { old_servers(root) } else { servers(&root["servers"]) },
        schemes: schemes(
            if old { &root["securityDefinitions"] } else { &root["components"]["securitySchemes"] },
            document,
        ),
        types: reader.schemas.types(named, TYPES),
        left_out: all.saturating_sub(count) + entries(named).count().saturating_sub(TYPES),
        groups,
    })
}

/// Contact, licence, terms and further documentation, in OpenAPI and AsyncAPI.
pub(super) fn links(info: &Value, root: &Value) -> Vec<NamedLink> {
    let mut links = Vec::new();
    let mut add = |label: &str, words: Option<&str>, url: Option<String>| {
        if let Some(words) = words.map(str::to_owned).or_else(|| url.clone()) {
            links.push(NamedLink { label: label.to_owned(), text: words, url });
        }
    };
    let url = |of: &Value| text(of, "url").map(str::to_owned);
    let contact = &info["contact"];
    let mail = text(contact, "email").map(|email| format!("mailto:{email}"));
    add("Contact", text(contact, "name").or(text(contact, "email")), mail.or_else(|| url(contact)));
    add("Licence", text(&info["license"], "name").or(text(&info["license"], "identifier")), url(&info["license"]));
    add("Terms", text(info, "termsOfService"), text(info, "termsOfService").map(str::to_owned));
    let docs = if root["externalDocs"].is_object() { &root["externalDocs"] } else { &info["externalDocs"] };
    add("More", text(docs, "description"), url(docs));
    links
}

/// Ways to authenticate, in OpenAPI and AsyncAPI.
pub(super) fn schemes(written: &Value, document: &Document) -> Vec<Scheme> {
    let read = |(name, scheme)| {
        let scheme: &Value = document.resolve(scheme)?;
        let kind = text(scheme, "type").unwrap_or("unknown");
        let words = match kind {
            "apiKey" | "httpApiKey" => {
                let place = text(scheme, "in").unwrap_or("request");
                format!(
                    "key in the {place}{}",
                    text(scheme, "name").map(|name| format!(" as `{name}`")).unwrap_or_default()
                )
            }
            "http" => format!(
                "HTTP {}{}",
                text(scheme, "scheme").unwrap_or_default(),
                text(scheme, "bearerFormat").map(|format| format!(" ({format})")).unwrap_or_default()
            ),
            "basic" => "HTTP basic".to_owned(),
            "oauth2" => "OAuth 2".to_owned(),
            "openIdConnect" => "OpenID Connect".to_owned(),
            "mutualTLS" | "X509" => "client certificate".to_owned(),
            other => other.to_owned(),
        };
        let mut facts = Vec::new();
        let mut flow = |prefix: &str, flow: &Value| {
            for key in ["authorizationUrl", "tokenUrl", "refreshUrl"] {
                facts.extend(text(flow, key).map(|url| Fact::new(&format!("{prefix}{key}"), url)));
            }
            let scopes = if flow["scopes"].is_object() { &flow["scopes"] } else { &flow["availableScopes"] };
            for (scope, about) in entries(scopes).take(100) {
                facts.push(Fact::new(scope, inline(about)));
            }
        };
        flow("", scheme);
        for (name, value) in entries(&scheme["flows"]) {
            flow(&format!("{name} "), value);
        }
        facts.extend(text(scheme, "openIdConnectUrl").map(|url| Fact::new("openIdConnectUrl", url)));
        Some(Scheme { name: String::from(name), words, description: html(text(scheme, "description")), facts })
    };
    entries(written).take(50).filter_map(read).collect()
}

fn servers(written: &Value) -> Vec<Server> {
    let server = |server: &Value| Server {
        url: text(server, "url").unwrap_or("/").to_owned(),
        note: text(server, "name").unwrap_or_default().to_owned(),
        description: html(text(server, "description")),
        variables: variables(&server["variables"]),
    };
    items(written).iter().take(50).map(server).collect()
}

/// Variables of a server's address, in OpenAPI and AsyncAPI.
pub(super) fn variables(written: &Value) -> Vec<Node> {
    let variable = |(name, variable): (&str, &Value)| Node {
        name: name.to_owned(),
        description: html(text(variable, "description")),
        facts: variable.get("default").map(|value| Fact::new("default", inline(value))).into_iter().collect(),
        values: items(&variable["enum"]).iter().map(inline).collect(),
        ..Node::default()
    };
    entries(written).take(50).map(variable).collect()
}

fn old_servers(root: &Value) -> Vec<Server> {
    let path = text(root, "basePath").unwrap_or("/");
    let server = |url: String| Server { url, note: String::new(), description: html(None), variables: Vec::new() };
    match text(root, "host") {
        None if path == "/" => Vec::new(),
        None => vec![server(path.to_owned())],
        Some(host) => {
            let schemes: Vec<&str> = items(&root["schemes"]).iter().filter_map(Value::as_str).collect();
            let schemes = if schemes.is_empty() { vec!["https"] } else { schemes };
            schemes.into_iter().map(|scheme| server(format!("{scheme}://{host}{path}"))).collect()
        }
    }
}

/// The operations of a path: method and value.
fn operations<'a>(document: &'a Document, path: &'a Value) -> Vec<(&'static str, &'a Value)> {
    let path = document.resolve(path).unwrap_or(path);
    METHODS
        .into_iter()
        .filter_map(|method| Some((method, path.get(method).filter(|value| value.is_object())?)))
        .collect()
}

struct Reader<'a> {
    document: &'a Document,
    root: &'a Value,
    old: bool,
    schemas: Schemas<'a>,
}

impl<'a> Reader<'a> {
    /// By the first tag of each operation, declared tags first; then those without a tag, then webhooks.
    fn groups(&self, paths: &[(&'a str, &'a Value)]) -> Vec<Group> {
        let mut groups: Vec<Group> = items(&self.root["tags"])
            .iter()
            .filter_map(|tag| {
                Some(Group {
                    name: text(tag, "name")?.to_owned(),
                    description: html(text(tag, "description")),
                    ..Group::default()
                })
            })
            .collect();
        let mut places: BTreeMap<String, usize> = BTreeMap::new();
        for (at, group) in groups.iter().enumerate() {
            places.entry(group.name.clone()).or_insert(at);
        }
        let webhooks: Vec<(&str, &Value)> = entries(&self.root["webhooks"]).collect();
        let all = paths.iter().map(|path| (path, "Operations")).chain(webhooks.iter().map(|hook| (hook, "Webhooks")));
        let mut count = 0;
        for ((path, written), rest) in all {
            let shared = self.document.resolve(written).unwrap_or(written);
            for (method, operation) in operations(self.document, written) {
                if count == OPERATIONS {
                    break;
                }
                count += 1;
                let name = items(&operation["tags"]).first().and_then(Value::as_str).unwrap_or(rest);
                let at = *places.entry(name.to_owned()).or_insert_with(|| {
                    groups.push(Group { name: name.to_owned(), ..Group::default() });
                    groups.len() - 1
                });
                groups[at].operations.push(self.operation(method, path, shared, operation));
            }
        }
        groups.retain(|group| !group.operations.is_empty());
        groups
    }

    fn operation(&self, method: &str, path: &str, shared: &'a Value, operation: &'a Value) -> Operation {
        let title = text(operation, "summary").or_else(|| text(shared, "summary")).unwrap_or_default();
        let about = text(operation, "description").or_else(|| text(shared, "description"));
        let parameters = self.parameters(shared, operation);
        let mut messages: Vec<Message> = if self.old {
            self.old_body(&parameters, operation).into_iter().collect()
        } else {
            operation.get("requestBody").and_then(|body| self.body(body)).into_iter().collect()
        };
        for (status, response) in entries(&operation["responses"]) {
            messages.push(self.response(status, response, operation));
        }
        Operation {
            id: text(operation, "operationId").unwrap_or_default().to_owned(),
            method: method.to_uppercase(),
            path: path.to_owned(),
            title: title.to_owned(),
            description: html(about),
            deprecated: flag(operation, "deprecated"),
            security: security(operation.get("security").unwrap_or(&self.root["security"])),
            inputs: self.inputs(&parameters),
            messages,
            text: cut(about.unwrap_or_default(), WORDS),
        }
    }

    /// Parameters of the path and of the operation; the latter win.
    fn parameters(&self, shared: &'a Value, operation: &'a Value) -> Vec<&'a Value> {
        let mut found: Vec<&Value> = Vec::new();
        for written in items(&shared["parameters"]).iter().chain(items(&operation["parameters"])) {
            let Some(parameter) = self.document.resolve(written) else { continue };
            let same =
                |known: &&Value| known.get("name") == parameter.get("name") && known.get("in") == parameter.get("in");
            match found.iter_mut().find(|known| same(known)) {
                Some(known) => *known = parameter,
                None => found.push(parameter),
            }
        }
        found
    }

    fn inputs(&self, parameters: &[&'a Value]) -> Vec<(String, Vec<Node>)> {
        let places = [
            ("path", "Path parameters"),
            ("query", "Query parameters"),
            ("header", "Headers"),
            ("cookie", "Cookies"),
            ("formData", "Form fields"),
        ];
        let of = |place: &str| -> Vec<Node> {
            let here = parameters.iter().filter(|parameter| text(parameter, "in") == Some(place));
            here.map(|parameter| self.parameter(text(parameter, "name").unwrap_or_default(), parameter)).collect()
        };
        places
            .into_iter()
            .map(|(place, heading)| (heading.to_owned(), of(place)))
            .filter(|(_, nodes)| !nodes.is_empty())
            .collect()
    }

    /// A parameter or header: its schema, with what it says itself over it.
    fn parameter(&self, name: &str, parameter: &'a Value) -> Node {
        let content = || entries(&parameter["content"]).next().map(|(_, content)| &content["schema"]);
        // Swagger's parameters are schemas themselves.
        let schema = parameter.get("schema").or_else(content).unwrap_or(parameter);
        let mut node = self.schemas.tree(name, schema, flag(parameter, "required"));
        let about = html(text(parameter, "description"));
        if !about.is_empty() {
            node.description = about;
        }
        node.deprecated |= flag(parameter, "deprecated");
        let sample = parameter.get("example").filter(|_| !std::ptr::eq(schema, parameter));
        node.facts.extend(sample.map(|value| Fact::new("example", inline(value))));
        node
    }

    fn body(&self, written: &'a Value) -> Option<Message> {
        let body = self.document.resolve(written)?;
        Some(Message {
            heading: "Request body".to_owned(),
            description: html(text(body, "description")),
            required: flag(body, "required"),
            contents: self.contents(&body["content"]),
            ..Message::default()
        })
    }

    fn old_body(&self, parameters: &[&'a Value], operation: &'a Value) -> Option<Message> {
        let body = parameters.iter().find(|parameter| text(parameter, "in") == Some("body"))?;
        let media_type = self.media_type("consumes", operation);
        Some(Message {
            heading: "Request body".to_owned(),
            description: html(text(body, "description")),
            required: flag(body, "required"),
            contents: vec![Content {
                media_type,
                schema: body.get("schema").map(|schema| self.schemas.tree("", schema, false)),
                examples: Vec::new(),
            }],
            ..Message::default()
        })
    }

    fn media_type(&self, key: &str, operation: &Value) -> String {
        let own = items(&operation[key]).first().or_else(|| items(&self.root[key]).first());
        own.and_then(Value::as_str).unwrap_or("application/json").to_owned()
    }

    fn response(&self, status: &str, written: &'a Value, operation: &Value) -> Message {
        let response = self.document.resolve(written).unwrap_or(written);
        let contents = match response.get("schema").filter(|_| self.old) {
            Some(schema) => {
                let samples = entries(&response["examples"]).take(EXAMPLES);
                vec![Content {
                    media_type: self.media_type("produces", operation),
                    schema: Some(self.schemas.tree("", schema, false)),
                    examples: samples.map(|(media_type, value)| example("", value, media_type)).collect(),
                }]
            }
            None => self.contents(&response["content"]),
        };
        let header = |(name, header)| Some(self.parameter(name, self.document.resolve(header)?));
        Message {
            heading: "Response".to_owned(),
            status: Some(status.to_owned()),
            description: html(text(response, "description")),
            headers: entries(&response["headers"]).filter_map(header).collect(),
            contents,
            ..Message::default()
        }
    }

    fn contents(&self, written: &'a Value) -> Vec<Content> {
        let content = |(media_type, content): (&str, &'a Value)| Content {
            media_type: media_type.to_owned(),
            schema: content.get("schema").map(|schema| self.schemas.tree("", schema, false)),
            examples: self.examples(content, media_type),
        };
        entries(written).take(12).map(content).collect()
    }

    fn examples(&self, content: &'a Value, media_type: &str) -> Vec<super::model::Example> {
        let own = content.get("example").map(|value| example("", value, media_type));
        let named = entries(&content["examples"]).filter_map(|(name, written)| {
            let written = self.document.resolve(written)?;
            let title = text(written, "summary").unwrap_or(name);
            Some(example(title, written.get("value")?, media_type))
        });
        let schema = content.get("schema").and_then(|schema| self.document.resolve(schema));
        let of_schema = || {
            let value = schema?.get("example").or_else(|| items(&schema?["examples"]).first());
            Some(example("", value.filter(|value| value.is_object() || value.is_array())?, media_type))
        };
        let mut found: Vec<_> = own.into_iter().chain(named).take(EXAMPLES).collect();
        if found.is_empty() {
            found.extend(of_schema());
        }
        found
    }
}

/// What an operation asks for: one line for each way that is enough.
fn security(written: &Value) -> Vec<String> {
    let way = |way: &Value| {
        let all: Vec<String> = entries(way)
            .map(|(name, scopes)| {
                let scopes: Vec<&str> = items(scopes).iter().filter_map(Value::as_str).collect();
                if scopes.is_empty() { name.to_owned() } else { format!("{name} ({})", scopes.join(", ")) }
            })
            .collect();
        if all.is_empty() { "nothing".to_owned() } else { all.join(" and ") }
    };
    items(written).iter().take(20).map(way).collect()
}

#[cfg(test)]
mod tests {
    use super::super::{ApiJob, read};
    use crate::base::Limits;

    fn api(text: &str) -> super::Api {
        let job = ApiJob { kind: "openapi".to_owned(), definition: text.to_owned(), limits: Limits::default() };
        read(&job).api.unwrap_or_else(|| panic!("{:?}", read(&job).fault))
    }

    #[test]
    fn references_are_followed_and_circles_end() {
        let api = api(
            "openapi: 3.1.0\npaths:\n  /trees:\n    get:\n      responses:\n        '200':\n          description: A tree.\n          \
                       content: { application/json: { schema: { $ref: '#/components/schemas/Tree' } } }\n\
                       components:\n  schemas:\n    Tree:\n      required: [name]\n      properties:\n        name: { type: [string, 'null'] }\n        \
                       children: { type: array, items: { $ref: '#/components/schemas/Tree' } }\n        other: { $ref: 'other.yaml#/Leaf' }\n",
        );
        let tree = api.groups[0].operations[0].messages[0].contents[0].schema.as_ref().unwrap();
        assert_eq!(tree.link.as_ref().unwrap().0, "Tree");
        let [name, children, other] = tree.children.as_slice() else { panic!("{tree:?}") };
        assert!(name.required && name.nullable && name.words == "string");
        assert_eq!((children.words.as_str(), children.children.len()), ("list of ", 0));
        assert_eq!((other.words.as_str(), other.link.is_none()), ("Leaf", true));
    }

    #[test]
    fn the_parts_of_all_of_are_one_object() {
        let api = api(
            "openapi: 3.0.0\npaths: {}\ncomponents:\n  schemas:\n    A: { type: object, required: [x], properties: { x: { type: integer, minimum: 3 } } }\n    \
                       B:\n      allOf:\n        - { $ref: '#/components/schemas/A' }\n        - { properties: { y: { enum: [a, b] } }, required: [y] }\n    \
                       C:\n      oneOf: [{ $ref: '#/components/schemas/A' }, { type: string }]\n",
        );
        let fields: Vec<_> =
            api.types[1].shape.children.iter().map(|node| (node.name.as_str(), node.required)).collect();
        assert_eq!(fields, [("x", true), ("y", true)]);
        assert_eq!(api.types[1].shape.children[0].facts[0].value, "3");
        assert_eq!(api.types[1].shape.children[1].values, ["a", "b"]);
        let roles: Vec<_> = api.types[2].shape.children.iter().map(|node| node.role.as_str()).collect();
        assert_eq!(roles, ["one of", "one of"]);
    }

    #[test]
    fn swagger_has_bodies_among_its_parameters() {
        let api = api(
            "swagger: '2.0'\nhost: api.example\nbasePath: /v1\nschemes: [https]\nconsumes: [application/json]\n\
                       paths:\n  /pets/{id}:\n    parameters: [{ name: id, in: path, required: true, type: string, format: uuid }]\n    put:\n      tags: [pets]\n      \
                       deprecated: true\n      parameters: [{ name: pet, in: body, schema: { $ref: '#/definitions/Pet' } }]\n      responses: { 204: { description: Done. } }\n\
                       definitions: { Pet: { properties: { name: { type: string } } } }\n",
        );
        assert_eq!(api.servers[0].url, "https://api.example/v1");
        let put = &api.groups[0].operations[0];
        assert_eq!((put.id.as_str(), put.deprecated, api.groups[0].name.as_str()), ("op-PUT-pets-id", true, "pets"));
        assert_eq!((put.inputs[0].1[0].words.as_str(), put.inputs[0].1[0].required), ("string (uuid)", true));
        let headings: Vec<_> =
            put.messages.iter().map(|message| (message.heading.as_str(), message.status.as_deref())).collect();
        assert_eq!(headings, [("Request body", None), ("Response", Some("204"))]);
        assert_eq!(put.messages[0].contents[0].schema.as_ref().unwrap().children[0].name, "name");
    }

    #[test]
    fn a_tree_has_a_budget_however_large_its_types_are() {
        let fields: String =
            (0..2_000).map(|at| format!("        f{at}: {{ $ref: '#/components/schemas/Big' }}\n")).collect();
        let text =
            format!("openapi: 3.1.0\npaths: {{}}\ncomponents:\n  schemas:\n    Big:\n      properties:\n{fields}");
        let api = api(&text);
        assert!(api.types[0].shape.children.len() <= 150, "{}", api.types[0].shape.children.len());
    }
}
