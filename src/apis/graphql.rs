//! GraphQL's schema language (<https://spec.graphql.org>), by async-graphql's parser.

use std::collections::BTreeMap;

use async_graphql::parser::types::{
    BaseType, ConstDirective, EnumType, FieldDefinition, InputValueDefinition, Type, TypeDefinition, TypeKind,
    TypeSystemDefinition,
};
use async_graphql::parser::{Error, parse_schema};
use async_graphql::{Positioned, Value};

use super::depth::{self, Language};
use super::introspection;
use super::model::{Api, Content, Fact, Group, Message, NamedType, Node, Operation};
use super::text::{cut, html};

/// Fields and types that are read of one definition.
const MOST: usize = 10_000;
/// Words of an operation that search sees.
const WORDS: usize = 1_500;

/// The roots when the schema does not name them, with what callers do by them.
const ROOTS: [(&str, &str, &str); 3] = [
    ("Query", "QUERY", "Queries"),
    ("Mutation", "MUTATION", "Mutations"),
    ("Subscription", "SUBSCRIPTION", "Subscriptions"),
];

/// Reads a schema.
pub(super) fn read(text: &str) -> Result<Api, (u32, String)> {
    let converted = if text.trim_start().starts_with('{') { Some(introspection::schema(text)?) } else { None };
    let text = converted.as_deref().unwrap_or(text);
    depth::check(text, Language::GraphQl)?;
    let document = parse_schema(text).map_err(|error| told(&error))?;
    let mut roots = ROOTS.map(|(name, ..)| name.to_owned());
    let mut types = Vec::new();
    for definition in document.definitions {
        match definition {
            TypeSystemDefinition::Schema(schema) => {
                let named = [&schema.node.query, &schema.node.mutation, &schema.node.subscription];
                for (root, name) in roots.iter_mut().zip(named) {
                    if let Some(name) = name {
                        *root = name.node.to_string();
                    }
                }
            }
            TypeSystemDefinition::Type(definition) => types.push(definition.node),
            TypeSystemDefinition::Directive(_) => {}
        }
    }
    let names: BTreeMap<String, usize> =
        types.iter().enumerate().map(|(at, of)| (of.name.node.to_string(), at)).rev().collect();
    let reader = Reader { types: &types, names };
    let groups: Vec<Group> = roots
        .iter()
        .zip(ROOTS)
        .filter_map(|(root, (_, method, heading))| reader.group(root, method, heading))
        .collect();
    Ok(Api { format: "GraphQL".to_owned(), groups, types: reader.named(&roots), ..Api::default() })
}

fn told(error: &Error) -> (u32, String) {
    let line = error.positions().next().map_or(1, |place| u32::try_from(place.line).unwrap_or(u32::MAX));
    // The parser draws the place below its first words; pages show it themselves.
    let message = error.to_string();
    let last = message.lines().rev().find_map(|line| line.trim().strip_prefix("= "));
    (line, last.or_else(|| message.lines().next()).unwrap_or_default().to_owned())
}

struct Reader<'a> {
    types: &'a [TypeDefinition],
    names: BTreeMap<String, usize>,
}

impl<'a> Reader<'a> {
    /// The definitions of a name: it and its extensions.
    fn all(&self, name: &'a str) -> impl Iterator<Item = &'a TypeDefinition> {
        self.types.iter().filter(move |of| of.name.node == name)
    }

    fn group(&self, root: &'a str, method: &str, heading: &str) -> Option<Group> {
        let mut group = Group { name: heading.to_owned(), ..Group::default() };
        for definition in self.all(root) {
            if let TypeKind::Object(object) = &definition.kind {
                let room = MOST.saturating_sub(group.operations.len());
                group
                    .operations
                    .extend(object.fields.iter().take(room).map(|field| self.operation(method, &field.node)));
                if group.description.is_empty() {
                    group.description = html(words(definition.description.as_ref()));
                }
            }
        }
        (!group.operations.is_empty()).then_some(group)
    }

    fn operation(&self, method: &str, field: &FieldDefinition) -> Operation {
        let about = words(field.description.as_ref());
        let arguments: Vec<Node> = field.arguments.iter().map(|argument| self.input(&argument.node)).collect();
        let (deprecated, reason) = deprecation(&field.directives);
        let mut result = self.of_type("", &field.ty.node);
        result.children = self.fields(&base(&field.ty.node));
        let message = Message {
            heading: "Result".to_owned(),
            contents: vec![Content { schema: Some(result), ..Content::default() }],
            ..Message::default()
        };
        Operation {
            id: format!("{method} {}", field.name.node).to_lowercase(),
            method: method.to_owned(),
            path: field.name.node.to_string(),
            title: about.and_then(|about| about.trim().lines().next()).map(|line| cut(line, 200)).unwrap_or_default(),
            description: html(
                about.filter(|about| about.trim().lines().count() > 1 || about.len() > 200).or(reason.as_deref()),
            ),
            deprecated,
            inputs: if arguments.is_empty() { Vec::new() } else { vec![("Arguments".to_owned(), arguments)] },
            messages: vec![message],
            text: cut(about.unwrap_or_default(), WORDS),
            security: Vec::new(),
        }
    }

    /// The fields of a type, one level deep.
    fn fields(&self, name: &str) -> Vec<Node> {
        let Some(definition) = self.names.get(name).map(|at| &self.types[*at]) else { return Vec::new() };
        self.children(definition)
    }

    fn children(&self, definition: &TypeDefinition) -> Vec<Node> {
        let output = |field: &Positioned<FieldDefinition>| self.output(&field.node);
        match &definition.kind {
            TypeKind::Object(object) => object.fields.iter().take(200).map(output).collect(),
            TypeKind::Interface(interface) => interface.fields.iter().take(200).map(output).collect(),
            TypeKind::InputObject(input) => {
                input.fields.iter().take(200).map(|field| self.input(&field.node)).collect()
            }
            TypeKind::Union(union) => {
                let member = |name: &Positioned<async_graphql::Name>| Node {
                    role: "one of".to_owned(),
                    ..self.of_type("", &Type { base: BaseType::Named(name.node.clone()), nullable: true })
                };
                union.members.iter().take(200).map(member).collect()
            }
            TypeKind::Enum(of) => values(of),
            TypeKind::Scalar => Vec::new(),
        }
    }

    fn output(&self, field: &FieldDefinition) -> Node {
        let mut node = self.of_type(field.name.node.as_str(), &field.ty.node);
        note(&mut node, words(field.description.as_ref()), &field.directives);
        node.children = field.arguments.iter().map(|argument| self.input(&argument.node)).collect();
        node
    }

    fn input(&self, argument: &InputValueDefinition) -> Node {
        let mut node = self.of_type(argument.name.node.as_str(), &argument.ty.node);
        node.required = !argument.ty.node.nullable && argument.default_value.is_none();
        node.facts.extend(argument.default_value.as_ref().map(|value| Fact::new("default", value.node.to_string())));
        note(&mut node, words(argument.description.as_ref()), &argument.directives);
        node
    }

    fn of_type(&self, name: &str, of: &Type) -> Node {
        let (words, base) = (of.to_string(), base(of));
        let mut node = Node { name: name.to_owned(), ..Node::default() };
        if self.names.contains_key(&base) {
            node.link = Some((base, words));
        } else {
            node.words = words;
        }
        node
    }

    fn named(&self, roots: &[String]) -> Vec<NamedType> {
        let mut seen = BTreeMap::<String, usize>::new();
        let mut found = Vec::<NamedType>::new();
        for definition in
            self.types.iter().filter(|of| !roots.iter().any(|root| of.name.node == root.as_str())).take(MOST)
        {
            let name = definition.name.node.to_string();
            let children = self.children(definition);
            if let Some(at) = seen.get(&name) {
                found[*at].shape.children.extend(children);
                continue;
            }
            let (words, implements) = match &definition.kind {
                TypeKind::Object(object) => ("type", object.implements.as_slice()),
                TypeKind::Interface(interface) => ("interface", interface.implements.as_slice()),
                TypeKind::InputObject(_) => ("input", &[][..]),
                TypeKind::Union(_) => ("union", &[][..]),
                TypeKind::Enum(_) => ("enum", &[][..]),
                TypeKind::Scalar => ("scalar", &[][..]),
            };
            let mut shape = Node { children, ..Node::default() };
            note(&mut shape, self::words(definition.description.as_ref()), &definition.directives);
            let implements: Vec<&str> = implements.iter().map(|name| name.node.as_str()).collect();
            if !implements.is_empty() {
                shape.facts.push(Fact::new("implements", implements.join(", ")));
            }
            seen.insert(name.clone(), found.len());
            found.push(NamedType { id: String::new(), name, words: words.to_owned(), shape });
        }
        found
    }
}

fn values(of: &EnumType) -> Vec<Node> {
    let value = |value: &Positioned<async_graphql::parser::types::EnumValueDefinition>| {
        let mut node = Node { name: value.node.value.node.to_string(), ..Node::default() };
        note(&mut node, words(value.node.description.as_ref()), &value.node.directives);
        node
    };
    of.values.iter().take(500).map(value).collect()
}

/// Puts description and deprecation into a node.
fn note(node: &mut Node, about: Option<&str>, directives: &[Positioned<ConstDirective>]) {
    let (deprecated, reason) = deprecation(directives);
    node.description = html(about);
    node.deprecated = deprecated;
    node.facts.extend(reason.map(|reason| Fact::new("deprecated", reason)));
}

fn deprecation(directives: &[Positioned<ConstDirective>]) -> (bool, Option<String>) {
    let Some(found) = directives.iter().find(|directive| directive.node.name.node == "deprecated") else {
        return (false, None);
    };
    let reason =
        found.node.arguments.iter().find(|(name, _)| name.node == "reason").map(|(_, value)| match &value.node {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        });
    (true, reason)
}

fn words(description: Option<&Positioned<String>>) -> Option<&str> {
    description.map(|text| text.node.as_str())
}

/// The name below lists.
fn base(of: &Type) -> String {
    match &of.base {
        BaseType::Named(name) => name.to_string(),
        BaseType::List(inner) => base(inner),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_becomes_operations_and_types() {
        let api = read(
            "schema { query: Root }\ntype Root { \"Ships by name.\" ships(first: Int = 5, like: Filter!): [Ship!]! old: Int @deprecated(reason: \"Gone.\") }\n\
             type Ship implements Node { id: ID! }\ninterface Node { id: ID! }\nextend type Ship { crew: [String!] }\ninput Filter { name: String }\nenum Kind { FERRY \"Carries cars.\" RORO }\n",
        )
        .unwrap();
        let [ships, old] = api.groups[0].operations.as_slice() else { panic!("{:?}", api.groups) };
        assert_eq!(
            (ships.id.as_str(), ships.method.as_str(), ships.title.as_str()),
            ("query ships", "QUERY", "Ships by name.")
        );
        let arguments = &ships.inputs[0].1;
        assert_eq!((arguments[0].required, arguments[0].facts[0].value.as_str()), (false, "5"));
        assert!(arguments[1].required && arguments[1].link.as_ref().unwrap().0 == "Filter");
        assert_eq!(ships.messages[0].contents[0].schema.as_ref().unwrap().link.as_ref().unwrap().1, "[Ship!]!");
        assert!(old.deprecated);
        let ship = api.types.iter().find(|of| of.name == "Ship").unwrap();
        assert_eq!(ship.shape.children.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(), ["id", "crew"]);
        assert!(!api.types.iter().any(|of| of.name == "Root"));
    }

    #[test]
    fn what_cannot_be_read_says_where() {
        let (line, why) = read("type A {\n  b: !\n}\n").unwrap_err();
        assert_eq!(line, 2, "{why}");
        assert!(!why.contains('\n') && !why.is_empty());
        assert!(
            read(&format!("type A {{ b: {}Int{} }}", "[".repeat(5_000), "]".repeat(5_000)))
                .unwrap_err()
                .1
                .contains("deep")
        );
    }
}
