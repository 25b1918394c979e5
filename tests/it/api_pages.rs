//! The pages that explain APIs: readable, complete, small, and found by search.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::Command;

use crate::site_links;

const ENTITY: &str = "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: { name: NAME }\n\
                      spec: { type: TYPE, lifecycle: production, owner: crew, definition: { $text: ./NAME.txt } }\n---\n";

/// Builds a portal of APIs, each with its name, type and definition; gives what the build printed.
fn build(dir: &Path, apis: &[(&str, &str, &str)]) -> serde_json::Value {
    let mut entities = String::new();
    for (name, kind, definition) in apis {
        entities += &ENTITY.replace("NAME", name).replace("TYPE", kind);
        std::fs::write(dir.join(format!("{name}.txt")), definition).unwrap();
    }
    std::fs::write(dir.join("catalog-info.yaml"), entities).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--json"])
        .current_dir(dir)
        .env("CALLBOARD_CACHE_DIR", dir.join(".cache"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn page(dir: &Path, path: &str) -> String {
    let path = dir.join("dist/catalog/default/api").join(path).join("index.html");
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn every_format_becomes_operations_with_addresses_of_their_own() {
    let dir = tempfile::tempdir().unwrap();
    build(
        dir.path(),
        &[
            (
                "shop",
                "openapi",
                "openapi: 3.1.0\ninfo: { title: Shop, version: '7', description: 'Sells **books**. <script>alert(1)</script>' }\n\
                 paths:\n  /orders/{id}:\n    get:\n      operationId: readOrder\n      tags: [orders & more]\n      summary: One quibbledrum\n      \
                 parameters: [{ name: id, in: path, required: true, schema: { type: string, maxLength: 12 } }]\n      \
                 responses: { '200': { description: It. , content: { application/json: { schema: { $ref: '#/components/schemas/Order' } } } } }\n\
                 components: { schemas: { Order: { type: object, properties: { state: { enum: [open, paid] } } } } }\n",
            ),
            (
                "events",
                "asyncapi",
                "asyncapi: 2.6.0\nchannels: { orders.v1: { publish: { message: { name: Placed, payload: { type: object } } } } }\n",
            ),
            ("graph", "graphql", "type Query { order(id: ID!): Order }\ntype Order { id: ID! }\n"),
            (
                "rpc",
                "grpc",
                "syntax = \"proto3\";\n// Tills.\nservice Tills { rpc Ring(Sum) returns (Sum); }\nmessage Sum { int64 cents = 1; }\n",
            ),
            ("free", "trpc", "export const router = {};\n"),
        ],
    );
    let dir = dir.path();
    let overview = page(dir, "shop/definition");
    assert!(overview.contains("<strong>books</strong>") && !overview.contains("alert(1)"));
    assert!(overview.contains("href=\"operations/orders%20%26%20more/#op-readOrder\""), "{overview}");
    let orders = page(dir, "shop/definition/operations/orders & more");
    for part in ["id=\"op-readOrder\"", "One quibbledrum", "longest", "open</code>", "../../types/#type-Order"] {
        assert!(orders.contains(part), "{part}");
    }
    assert!(page(dir, "events/definition/operations/Channels").contains("orders.v1"));
    assert!(page(dir, "graph/definition/operations/Queries").contains("../../types/#type-Order"));
    assert!(page(dir, "rpc/definition/operations/Tills").contains("cents"));
    assert!(page(dir, "free/definition").contains("router"));
    assert!(dir.join("dist/catalog/default/api/rpc/definition/rpc.proto").exists());
    assert_eq!(site_links::dead(&dir.join("dist")), std::collections::BTreeSet::new());

    let found = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["search", "quibbledrum", "--site"])
        .arg(dir.join("dist"))
        .output()
        .unwrap();
    let found = String::from_utf8_lossy(&found.stdout).into_owned();
    assert!(found.contains("definition/operations/orders%20%26%20more/#op-readOrder"), "{found}");
}

#[test]
fn what_cannot_be_read_is_shown_as_written_with_a_finding_at_its_line() {
    let dir = tempfile::tempdir().unwrap();
    let summary = build(
        dir.path(),
        &[
            ("torn", "openapi", "openapi: 3.0.0\npaths: [\n"),
            ("mute", "asyncapi", "channels: {}\n"),
            ("query", "graphql", "type A {\n  b: !\n}\n"),
            ("wire", "grpc", "syntax = \"proto3\";\nmessage {\n"),
        ],
    );
    let findings = summary["diagnostics"].as_array().unwrap();
    for (name, line) in [("torn", "line 2"), ("mute", "asyncapi"), ("query", "line 2"), ("wire", "line 2")] {
        let told = findings
            .iter()
            .find(|found| found["code"] == "CB1103" && found["subject"] == format!("api:default/{name}"));
        let message =
            told.unwrap_or_else(|| panic!("nothing about {name}: {findings:#?}"))["message"].as_str().unwrap();
        assert!(message.contains(line), "{name}: {message}");
        assert!(page(dir.path(), &format!("{name}/definition")).contains("<pre"), "{name}");
        assert!(page(dir.path(), name).contains("cannot be read"), "{name}");
    }
}

#[test]
fn pages_of_a_large_definition_stay_small_and_show_all_of_it() {
    let mut text = "openapi: 3.0.3\npaths:\n".to_owned();
    for at in 0..400 {
        // Words that hardly pack.
        let noise = blake3_words(at);
        write!(
            text,
            "  /things/{at}/{{id}}:\n    post:\n      operationId: op{at}\n      description: {noise}\n      \
             requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/M{}' }} }} }} }}\n      responses: {{ '200': {{ description: Done. }} }}\n",
            at % 200
        )
        .unwrap();
    }
    text += "components:\n  schemas:\n";
    for at in 0..200 {
        write!(text, "    M{at}:\n      description: {}\n      properties:\n", blake3_words(10_000 + at)).unwrap();
        for field in 0..12 {
            let next = (at * 7 + field) % 200;
            writeln!(
                text,
                "        f{field}: {{ description: {}, $ref: '#/components/schemas/M{next}' }}",
                blake3_words(at * 100 + field)
            )
            .unwrap();
        }
    }
    let dir = tempfile::tempdir().unwrap();
    build(dir.path(), &[("large", "openapi", &text)]);
    let tab = dir.path().join("dist/catalog/default/api/large/definition");
    let mut seen = 0;
    let mut folders = vec![tab];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "html") {
                let html = std::fs::read(&path).unwrap();
                let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                packed.write_all(&html).unwrap();
                let size = packed.finish().unwrap().len();
                assert!(size <= 30 * 1024, "{} is {size} bytes", path.display());
                seen += String::from_utf8_lossy(&html).matches("<section class=\"cb-card cb-operation\"").count();
            }
        }
    }
    assert_eq!(seen, 600);
}

/// Forty hexadecimal words that differ for each number.
fn blake3_words(number: usize) -> String {
    (0..5).map(|part| format!("w{} ", callboard::base::Digest::of("words", &(number, part)).short(16))).collect()
}
