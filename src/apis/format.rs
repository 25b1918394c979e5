/// What a definition is written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// OpenAPI 3, or Swagger 2 before it.
    OpenApi,
    /// AsyncAPI 2 or 3.
    AsyncApi,
    /// GraphQL's schema language.
    GraphQl,
    /// Protocol Buffers with services: gRPC.
    Protobuf,
}

impl Format {
    /// The format by the entity's type; other types by what the text begins with, since `type` is a free word.
    pub fn of(kind: &str, definition: &str) -> Option<Self> {
        if definition.trim().is_empty() {
            return None;
        }
        match kind.to_lowercase().as_str() {
            "openapi" | "swagger" => Some(Self::OpenApi),
            "asyncapi" => Some(Self::AsyncApi),
            "graphql" => Some(Self::GraphQl),
            "grpc" | "protobuf" | "proto" => Some(Self::Protobuf),
            _ => definition.lines().take(200).find_map(by_line),
        }
    }
}

/// A line that says what the text is: the version field at its top.
fn by_line(line: &str) -> Option<Format> {
    let key = line.trim_start_matches(['{', ' ', '"', '\'']);
    let says = |word: &str| {
        let rest = key.strip_prefix(word).map(|rest| rest.trim_start_matches(['"', '\'', ' ']));
        rest.is_some_and(|rest| rest.starts_with(':'))
            && (line.starts_with(word) || line.trim_start().starts_with(['{', '"', '\'']))
    };
    if says("openapi") || says("swagger") {
        Some(Format::OpenApi)
    } else if says("asyncapi") {
        Some(Format::AsyncApi)
    } else if line.starts_with("syntax = \"proto") {
        Some(Format::Protobuf)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_that_says_nothing_leaves_it_to_the_text() {
        for (kind, text, format) in [
            ("openapi", "x", Some(Format::OpenApi)),
            ("rest", "# mine\nopenapi: 3.0.0", Some(Format::OpenApi)),
            ("rest", "{\"swagger\": \"2.0\"}", Some(Format::OpenApi)),
            ("events", "asyncapi: '2.0.0'", Some(Format::AsyncApi)),
            ("rpc", "syntax = \"proto3\";", Some(Format::Protobuf)),
            ("trpc", "export type openapi = {}", None),
            ("openapi", " ", None),
        ] {
            assert_eq!(Format::of(kind, text), format, "{kind} {text}");
        }
    }
}
