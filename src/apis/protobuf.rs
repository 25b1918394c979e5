//! Protocol Buffers (<https://protobuf.dev/reference/protobuf/proto3-spec/>), by protox's parser.

use std::collections::{BTreeMap, BTreeSet};

use prost_types::field_descriptor_proto::{Label, Type};
use prost_types::{DescriptorProto, EnumDescriptorProto, FieldDescriptorProto, FileDescriptorProto};

use super::depth::{self, Language};
use super::model::{Api, Content, Fact, Group, Message, NamedType, Node, Operation};
use super::text::{cut, html};

/// Words of an operation that search sees.
const WORDS: usize = 1_500;
/// Fields of one message, and messages of one file, that are shown.
const FIELDS: usize = 400;
const TYPES: usize = 5_000;

/// Reads a file.
pub(super) fn read(text: &str) -> Result<Api, (u32, String)> {
    depth::check(text, Language::Protobuf)?;
    let file = protox_parse::parse("definition.proto", text).map_err(|error| {
        let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
        (before.matches('\n').count() as u32 + 1, error.to_string())
    })?;
    let mut reader = Reader::new(&file);
    for (at, message) in file.message_type.iter().enumerate() {
        reader.message("", message, &[4, step(at)]);
    }
    for (at, of) in file.enum_type.iter().enumerate() {
        reader.enumeration("", of, &[5, step(at)]);
    }
    let shapes: BTreeMap<&str, &NamedType> = reader.types.iter().map(|of| (of.name.as_str(), of)).collect();
    let mut groups = Vec::new();
    for (at, service) in file.service.iter().enumerate() {
        let path = [6, step(at)];
        let operations = service.method.iter().enumerate().map(|(number, method)| {
            let about = reader.comment(&[path[0], path[1], 2, step(number)]);
            let side = |heading: &str, name: &str, stream: bool| {
                let mut node = reader.of_type("", name, "");
                if stream {
                    node.words = format!("stream of {}", node.words);
                }
                let shape = node.link.as_ref().and_then(|(name, _)| shapes.get(name.as_str()));
                node.children = shape.map(|of| of.shape.children.clone()).unwrap_or_default();
                Message {
                    heading: heading.to_owned(),
                    contents: vec![Content { schema: Some(node), ..Content::default() }],
                    ..Message::default()
                }
            };
            let (asks, answers) = (method.client_streaming(), method.server_streaming());
            Operation {
                id: format!("{}.{}", service.name(), method.name()),
                method: if asks || answers { "STREAM" } else { "RPC" }.to_owned(),
                path: method.name().to_owned(),
                title: about.trim().lines().next().map(|line| cut(line.trim(), 200)).unwrap_or_default(),
                description: html(Some(about.as_str()).filter(|about| about.trim().lines().count() > 1)),
                deprecated: method.options.as_ref().is_some_and(prost_types::MethodOptions::deprecated),
                messages: vec![
                    side("Request", method.input_type(), asks),
                    side("Response", method.output_type(), answers),
                ],
                text: cut(&about, WORDS),
                ..Operation::default()
            }
        });
        groups.push(Group {
            name: service.name().to_owned(),
            description: html(Some(&reader.comment(&path))),
            operations: operations.collect(),
        });
    }
    let left_out = reader.types.len().saturating_sub(TYPES);
    let mut types = reader.types;
    types.truncate(TYPES);
    let syntax = if file.syntax().is_empty() { "proto2" } else { file.syntax() };
    let format = format!("Protocol Buffers, {syntax}");
    Ok(Api { format, title: file.package().to_owned(), groups, types, left_out, ..Api::default() })
}

struct Reader<'a> {
    package: String,
    /// Full names of the file's own types, without the package.
    known: BTreeSet<String>,
    comments: BTreeMap<&'a [i32], &'a str>,
    types: Vec<NamedType>,
}

impl<'a> Reader<'a> {
    fn new(file: &'a FileDescriptorProto) -> Self {
        let mut known = BTreeSet::new();
        for message in &file.message_type {
            names("", message, &mut known);
        }
        known.extend(file.enum_type.iter().map(|of| of.name().to_owned()));
        let locations = file.source_code_info.iter().flat_map(|info| &info.location);
        let comments = locations.filter_map(|location| {
            let comment = location.leading_comments.as_deref().or(location.trailing_comments.as_deref())?;
            Some((location.path.as_slice(), comment))
        });
        Self { package: file.package().to_owned(), known, comments: comments.collect(), types: Vec::new() }
    }

    /// The comment at a path of the descriptor, each line without the space behind its slashes.
    fn comment(&self, path: &[i32]) -> String {
        let text = self.comments.get(path).copied().unwrap_or_default();
        text.lines().map(|line| line.strip_prefix(' ').unwrap_or(line)).collect::<Vec<_>>().join("\n")
    }

    fn message(&mut self, above: &str, message: &DescriptorProto, path: &[i32]) {
        let name = join(above, message.name());
        let field =
            |(at, field): (usize, &FieldDescriptorProto)| self.field(&name, message, field, &join_path(path, 2, at));
        let mut children: Vec<Node> = message.field.iter().enumerate().take(FIELDS).map(field).collect();
        if message.field.len() > FIELDS {
            children.push(Node { name: format!("… and {} more", message.field.len() - FIELDS), ..Node::default() });
        }
        let description = html(Some(&self.comment(path)));
        let deprecated = message.options.as_ref().is_some_and(prost_types::MessageOptions::deprecated);
        let shape = Node { deprecated, description, children, ..Node::default() };
        self.types.push(NamedType { id: String::new(), name: name.clone(), words: "message".to_owned(), shape });
        for (at, nested) in message.nested_type.iter().enumerate().filter(|(_, nested)| !is_map_entry(nested)) {
            self.message(&name, nested, &join_path(path, 3, at));
        }
        for (at, nested) in message.enum_type.iter().enumerate() {
            self.enumeration(&name, nested, &join_path(path, 4, at));
        }
    }

    fn enumeration(&mut self, above: &str, of: &EnumDescriptorProto, path: &[i32]) {
        let value = |(at, value): (usize, &prost_types::EnumValueDescriptorProto)| Node {
            name: value.name().to_owned(),
            description: html(Some(&self.comment(&join_path(path, 2, at)))),
            facts: vec![Fact::new("number", value.number().to_string())],
            deprecated: value.options.as_ref().is_some_and(prost_types::EnumValueOptions::deprecated),
            ..Node::default()
        };
        let children = of.value.iter().enumerate().take(FIELDS).map(value).collect();
        let shape = Node { children, description: html(Some(&self.comment(path))), ..Node::default() };
        self.types.push(NamedType { id: String::new(), name: join(above, of.name()), words: "enum".to_owned(), shape });
    }

    fn field(&self, scope: &str, message: &DescriptorProto, field: &FieldDescriptorProto, path: &[i32]) -> Node {
        let entry = message
            .nested_type
            .iter()
            .find(|nested| is_map_entry(nested) && field.type_name().ends_with(nested.name()));
        let mut node = match entry.map(|entry| entry.field.as_slice()) {
            Some([key, value]) => {
                let mut node = self.of_field(field.name(), value, scope);
                node.words = format!("map from {} to {}", scalar(key.r#type()), node.words);
                node
            }
            _ => {
                let mut node = self.of_field(field.name(), field, scope);
                if field.label() == Label::Repeated {
                    node.words = format!("repeated {}", node.words);
                }
                node
            }
        };
        node.required = field.label() == Label::Required;
        node.description = html(Some(&self.comment(path)));
        node.deprecated = field.options.as_ref().is_some_and(prost_types::FieldOptions::deprecated);
        node.facts.push(Fact::new("number", field.number().to_string()));
        node.facts.extend(field.default_value.as_ref().map(|value| Fact::new("default", cut(value, 160))));
        let choice = field
            .oneof_index
            .filter(|_| !field.proto3_optional())
            .and_then(|at| message.oneof_decl.get(usize::try_from(at).ok()?));
        node.facts.extend(choice.map(|choice| Fact::new("one of", choice.name())));
        node
    }

    fn of_field(&self, name: &str, field: &FieldDescriptorProto, scope: &str) -> Node {
        if field.type_name().is_empty() {
            return Node { name: name.to_owned(), words: scalar(field.r#type()).to_owned(), ..Node::default() };
        }
        self.of_type(name, field.type_name(), scope)
    }

    /// A named type as written in a scope: the nearest of that name, looking outwards.
    fn of_type(&self, name: &str, written: &str, scope: &str) -> Node {
        let mut node = Node { name: name.to_owned(), ..Node::default() };
        let plain = written.trim_start_matches('.');
        let own = plain.strip_prefix(&self.package).and_then(|rest| rest.strip_prefix('.')).unwrap_or(plain);
        let mut at = scope;
        loop {
            let candidate = join(at, own);
            if self.known.contains(&candidate) {
                node.link = Some((candidate, own.to_owned()));
                return node;
            }
            if at.is_empty() {
                node.words = plain.to_owned();
                return node;
            }
            at = at.rsplit_once('.').map_or("", |(outer, _)| outer);
        }
    }
}

fn names(above: &str, message: &DescriptorProto, known: &mut BTreeSet<String>) {
    let name = join(above, message.name());
    known.extend(message.enum_type.iter().map(|of| join(&name, of.name())));
    for nested in message.nested_type.iter().filter(|nested| !is_map_entry(nested)) {
        names(&name, nested, known);
    }
    known.insert(name);
}

fn is_map_entry(message: &DescriptorProto) -> bool {
    message.options.as_ref().is_some_and(prost_types::MessageOptions::map_entry)
}

fn join(above: &str, name: &str) -> String {
    if above.is_empty() { name.to_owned() } else { format!("{above}.{name}") }
}

fn join_path(path: &[i32], field: i32, at: usize) -> Vec<i32> {
    let mut path = path.to_vec();
    path.extend([field, step(at)]);
    path
}

/// A step of a path in a descriptor; no definition has so many parts.
fn step(at: usize) -> i32 {
    i32::try_from(at).unwrap_or(i32::MAX)
}

fn scalar(of: Type) -> &'static str {
    match of {
        Type::Double => "double",
        Type::Float => "float",
        Type::Int64 => "int64",
        Type::Uint64 => "uint64",
        Type::Int32 => "int32",
        Type::Fixed64 => "fixed64",
        Type::Fixed32 => "fixed32",
        Type::Bool => "bool",
        Type::String => "string",
        Type::Group => "group",
        Type::Message => "message",
        Type::Bytes => "bytes",
        Type::Uint32 => "uint32",
        Type::Enum => "enum",
        Type::Sfixed32 => "sfixed32",
        Type::Sfixed64 => "sfixed64",
        Type::Sint32 => "sint32",
        Type::Sint64 => "sint64",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_and_messages_come_with_their_comments() {
        let api = read(
            "syntax = \"proto3\";\npackage a.b;\n// Ships.\nservice Ships {\n  // The last place.\n  rpc Last(Id) returns (stream Place);\n}\n\
             message Id { string name = 1; }\nmessage Place {\n  // Knots.\n  repeated float speed = 1;\n  Kind kind = 2;\n  map<string, .a.b.Id> by = 3;\n  other.Thing far = 4;\n  enum Kind { NONE = 0; }\n}\n",
        )
        .unwrap();
        let last = &api.groups[0].operations[0];
        assert_eq!(
            (last.id.as_str(), last.method.as_str(), last.title.as_str()),
            ("Ships.Last", "STREAM", "The last place.")
        );
        let answer = last.messages[1].contents[0].schema.as_ref().unwrap();
        assert_eq!(
            (answer.words.as_str(), answer.link.as_ref().unwrap().0.as_str(), answer.children.len()),
            ("stream of ", "Place", 4)
        );
        let place = &api.types[1].shape.children;
        assert!(place[0].description.as_str().contains("Knots") && place[0].words == "repeated float");
        assert_eq!(place[1].link.as_ref().unwrap().0, "Place.Kind");
        assert_eq!(
            (place[2].words.as_str(), place[2].link.as_ref().unwrap().0.as_str()),
            ("map from string to ", "Id")
        );
        assert_eq!((place[3].words.as_str(), place[3].link.is_none()), ("other.Thing", true));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let (line, why) = read("syntax = \"proto3\";\n\nmessage {\n").unwrap_err();
        assert_eq!(line, 3, "{why}");
        assert!(!why.is_empty() && !why.contains("definition.proto"));
    }
}
