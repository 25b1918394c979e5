//! AsyncAPI 2 and 3 (<https://www.asyncapi.com/docs/reference/specification>), read leniently.

use serde_json::Value;

use super::document::{Document, entries, flag, items, text};
use super::model::{Api, Content, Fact, Group, Message, Node, Operation, Server};
use super::openapi::{links, schemes, variables};
use super::schema::Schemas;
use super::text::{code, cut, example, html, inline};

/// Operations and types that are read of one definition.
const OPERATIONS: usize = 5_000;
const TYPES: usize = 5_000;
/// Words of an operation that search sees.
const WORDS: usize = 1_500;
/// Examples of one message.
const EXAMPLES: usize = 3;

/// Reads a document.
pub(super) fn read(document: &Document) -> Result<Api, (u32, String)> {
    let root = document.root();
    let version = document.version(&["asyncapi"])?;
    let named = &root["components"]["schemas"];
    let places = entries(&root["channels"]).count() * 3 + entries(&root["operations"]).count() + entries(named).count();
    let reader = Reader { document, root, schemas: Schemas::new(document, "#/components/schemas/", places) };
    let operations =
        if version.starts_with("2.") || version.starts_with("1.") { reader.channels() } else { reader.operations() };
    let left_out = operations.len().saturating_sub(OPERATIONS) + entries(named).count().saturating_sub(TYPES);
    let mut groups = Vec::<Group>::new();
    for (tag, operation) in operations.into_iter().take(OPERATIONS) {
        let name = tag.unwrap_or_else(|| "Channels".to_owned());
        match groups.iter_mut().find(|group| group.name == name) {
            Some(group) => group.operations.push(operation),
            None => groups.push(Group { name, operations: vec![operation], ..Group::default() }),
        }
    }
    let info = &root["info"];
    Ok(Api {
        format: format!("AsyncAPI {version}"),
        title: text(info, "title").unwrap_or_default().to_owned(),
        version: info.get("version").map(inline),
        description: html(text(info, "description")),
        links: links(info, root),
        servers: entries(&root["servers"])
            .take(50)
            .filter_map(|(name, written)| server(document, name, written))
            .collect(),
        schemes: schemes(&root["components"]["securitySchemes"], document),
        types: reader.schemas.types(named, TYPES),
        left_out,
        groups,
    })
}

fn server(document: &Document, name: &str, written: &Value) -> Option<Server> {
    let server = document.resolve(written)?;
    let protocol = text(server, "protocol");
    let url = text(server, "url").map(str::to_owned).or_else(|| {
        let host = text(server, "host")?;
        let scheme = protocol.map(|protocol| format!("{protocol}://")).unwrap_or_default();
        Some(format!("{scheme}{host}{}", text(server, "pathname").unwrap_or_default()))
    })?;
    let note = protocol.map_or_else(|| name.to_owned(), |protocol| format!("{name}, {protocol}"));
    Some(Server {
        url,
        note,
        description: html(text(server, "description").or_else(|| text(server, "summary"))),
        variables: variables(&server["variables"]),
    })
}

struct Reader<'a> {
    document: &'a Document,
    root: &'a Value,
    schemas: Schemas<'a>,
}

impl<'a> Reader<'a> {
    /// AsyncAPI 2: channels have `publish` and `subscribe`. Each operation comes with its first tag.
    fn channels(&self) -> Vec<(Option<String>, Operation)> {
        let mut found = Vec::new();
        for (address, written) in entries(&self.root["channels"]) {
            let channel = self.document.resolve(written).unwrap_or(written);
            let parameters = self.parameters(&channel["parameters"]);
            for method in ["publish", "subscribe"] {
                let Some(operation) = channel.get(method) else { continue };
                let message = &operation["message"];
                let several = message.get("oneOf").map_or(std::slice::from_ref(message), |list| items(list));
                let messages = several.iter().filter_map(|message| self.message("", message)).collect();
                let made = self.operation(method, address, channel, operation, &parameters, messages);
                found.push((tag(self.document, operation), made));
            }
        }
        found
    }

    /// AsyncAPI 3: operations stand beside channels; a channel that no operation names is shown as one.
    fn operations(&self) -> Vec<(Option<String>, Operation)> {
        let mut found = Vec::new();
        let mut used = Vec::new();
        for (name, written) in entries(&self.root["operations"]) {
            let operation = self.document.resolve(written).unwrap_or(written);
            let Some(channel) = self.document.resolve(&operation["channel"]) else { continue };
            used.push(channel);
            let mut messages = match items(&operation["messages"]) {
                [] => self.messages(&channel["messages"]),
                some => some.iter().filter_map(|message| self.message("", message)).collect(),
            };
            let reply = self.document.resolve(&operation["reply"]).unwrap_or(&Value::Null);
            let answers: Vec<Message> = match items(&reply["messages"]) {
                [] => self
                    .document
                    .resolve(&reply["channel"])
                    .map_or_else(Vec::new, |channel| self.messages(&channel["messages"])),
                some => some.iter().filter_map(|message| self.message("", message)).collect(),
            };
            messages.extend(
                answers.into_iter().map(|answer| Message { heading: format!("Reply: {}", answer.heading), ..answer }),
            );
            let parameters = self.parameters(&channel["parameters"]);
            let method = text(operation, "action").unwrap_or("send");
            let mut made = self.operation(method, address(name, channel), channel, operation, &parameters, messages);
            made.id = name.to_owned();
            found.push((tag(self.document, operation).or_else(|| tag(self.document, channel)), made));
        }
        for (name, written) in entries(&self.root["channels"]) {
            let Some(channel) = self.document.resolve(written) else { continue };
            if !used.iter().any(|known| std::ptr::eq(*known, channel)) {
                let parameters = self.parameters(&channel["parameters"]);
                let messages = self.messages(&channel["messages"]);
                let made = self.operation("channel", address(name, channel), channel, channel, &parameters, messages);
                found.push((tag(self.document, channel), made));
            }
        }
        found
    }

    fn operation(
        &self,
        method: &str,
        address: &str,
        channel: &Value,
        operation: &Value,
        parameters: &[Node],
        messages: Vec<Message>,
    ) -> Operation {
        let about = text(operation, "description").or_else(|| text(channel, "description"));
        let title = text(operation, "title").or_else(|| text(operation, "summary")).or_else(|| text(channel, "title"));
        let lead = text(operation, "title").and_then(|_| text(operation, "summary"));
        let inputs = if parameters.is_empty() {
            Vec::new()
        } else {
            vec![("Parameters of the address".to_owned(), parameters.to_vec())]
        };
        Operation {
            id: text(operation, "operationId").unwrap_or_default().to_owned(),
            method: method.to_uppercase(),
            path: address.to_owned(),
            title: title.unwrap_or_default().to_owned(),
            description: html(about.or(lead)),
            deprecated: flag(operation, "deprecated"),
            security: Vec::new(),
            inputs,
            messages,
            text: cut(about.unwrap_or_default(), WORDS),
        }
    }

    fn parameters(&self, written: &'a Value) -> Vec<Node> {
        let parameter = |(name, written): (&str, &'a Value)| {
            let parameter = self.document.resolve(written)?;
            let mut node = self.schemas.tree(name, parameter.get("schema").unwrap_or(parameter), true);
            let about = html(text(parameter, "description"));
            if !about.is_empty() {
                node.description = about;
            }
            if node.words == "any" {
                node.words = "string".to_owned();
            }
            Some(node)
        };
        entries(written).filter_map(parameter).collect()
    }

    fn messages(&self, written: &'a Value) -> Vec<Message> {
        entries(written).filter_map(|(name, message)| self.message(name, message)).collect()
    }

    fn message(&self, key: &str, written: &'a Value) -> Option<Message> {
        let message = self.document.resolve(written).filter(|message| message.is_object())?;
        let words = text(message, "title").or_else(|| text(message, "name")).or_else(|| text(message, "messageId"));
        let last = text(written, "$ref").and_then(|reference| reference.rsplit('/').next());
        let heading = words.or(last).unwrap_or(if key.is_empty() { "Message" } else { key });
        let headers = message.get("headers").map(|headers| self.schemas.tree("", headers, false).children);
        let mut facts: Vec<String> = Vec::new();
        facts.extend(text(message, "contentType").or_else(|| text(self.root, "defaultContentType")).map(str::to_owned));
        let payload = &message["payload"];
        let format = text(message, "schemaFormat").or_else(|| text(payload, "schemaFormat"));
        let payload = payload.get("schema").filter(|_| text(payload, "schemaFormat").is_some()).unwrap_or(payload);
        // Schemas of other languages are shown as they are.
        let foreign = format.filter(|format| {
            !format.contains("json") && !format.contains("aai.asyncapi") && !format.contains("openapi")
        });
        let mut content = Content { media_type: facts.pop().unwrap_or_default(), ..Content::default() };
        match foreign {
            Some(format) => {
                let source = payload
                    .as_str()
                    .map_or_else(|| serde_json::to_string_pretty(payload).unwrap_or_default(), str::to_owned);
                content.examples.push(code(&format!("Schema, {format}"), &source, "json"));
            }
            None if payload.is_object() => content.schema = Some(self.schemas.tree("", payload, false)),
            None => {}
        }
        for sample in items(&message["examples"]).iter().take(EXAMPLES) {
            let value = sample.get("payload").unwrap_or(sample);
            content.examples.push(example(
                text(sample, "name").or_else(|| text(sample, "summary")).unwrap_or_default(),
                value,
                "application/json",
            ));
        }
        let mut node = content.schema.take();
        if let Some(node) = &mut node {
            node.facts.extend(text(&message["correlationId"], "location").map(|place| Fact::new("correlation", place)));
        }
        content.schema = node;
        Some(Message {
            heading: heading.to_owned(),
            description: html(text(message, "description").or_else(|| text(message, "summary"))),
            headers: headers.unwrap_or_default(),
            contents: vec![content],
            ..Message::default()
        })
    }
}

fn address<'a>(name: &'a str, channel: &'a Value) -> &'a str {
    text(channel, "address").unwrap_or(name)
}

fn tag(document: &Document, of: &Value) -> Option<String> {
    let first = document.resolve(items(&of["tags"]).first()?)?;
    text(first, "name").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::super::{ApiJob, read};
    use crate::base::Limits;

    fn api(text: &str) -> super::Api {
        let job = ApiJob { kind: "asyncapi".to_owned(), definition: text.to_owned(), limits: Limits::default() };
        read(&job).api.unwrap_or_else(|| panic!("{:?}", read(&job).fault))
    }

    #[test]
    fn both_generations_come_to_the_same_operations() {
        let message =
            "payload: { type: object, required: [at], properties: { at: { type: string, format: date-time } } }";
        let two = format!(
            "asyncapi: 2.6.0\nservers: {{ quay: {{ url: 'kafka.example:9092', protocol: kafka }} }}\nchannels:\n  ships.{{id}}:\n    parameters: {{ id: {{ schema: {{ type: string }} }} }}\n    \
             subscribe:\n      operationId: onShip\n      summary: A ship moved.\n      message: {{ name: Moved, {message} }}\n"
        );
        let three = format!(
            "asyncapi: 3.0.0\nservers: {{ quay: {{ host: 'kafka.example:9092', protocol: kafka }} }}\nchannels:\n  ships:\n    address: ships.{{id}}\n    parameters: {{ id: {{}} }}\n    \
             messages: {{ moved: {{ name: Moved, {message} }} }}\n  unused: {{ address: other }}\n\
             operations:\n  onShip: {{ action: receive, channel: {{ $ref: '#/channels/ships' }}, summary: A ship moved. }}\n"
        );
        for (text, method) in [(two, "SUBSCRIBE"), (three, "RECEIVE")] {
            let api = api(&text);
            let operation = &api.groups[0].operations[0];
            assert_eq!(
                (operation.id.as_str(), operation.method.as_str(), operation.path.as_str()),
                ("op-onShip", method, "ships.{id}")
            );
            assert_eq!(operation.title, "A ship moved.");
            assert_eq!(operation.inputs[0].1[0].words, "string");
            assert_eq!(operation.messages[0].heading, "Moved");
            let schema = operation.messages[0].contents[0].schema.as_ref().unwrap();
            assert!(schema.children[0].required && schema.children[0].words == "string (date-time)");
        }
    }
}
