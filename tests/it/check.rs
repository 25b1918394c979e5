//! `callboard check` as people and pipelines use it.

use std::path::Path;
use std::process::{Command, Output};

const FLAWED: &str = "# the shop
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: shop
  annotations: {a/b: true} # yes
  tags: [Java]
spec:
  type: services
  lifecycle: production
  owner: team-a
  subComponentOf: big
  dependsOn: ['component:part', resource:db]
---
apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: part}
spec: {type: service, lifecycle: production, owner: teem-a, dependsOn: ['component:shop']}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata: {name: api}
spec:
  type: openapi
  lifecycle: production
  owner: team-a
  definition: |
    openapi: 3.0.0
    info: [
";

const CLEAN: &str = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata: {name: shop}
spec: {type: service, lifecycle: production, owner: team-a}
";

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    for (path, text) in files {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    dir
}

fn check(dir: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_callboard")).arg("check").args(arguments).current_dir(dir).output().unwrap()
}

fn lines(output: &Output) -> Vec<String> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| line.split(": ").take(2).collect::<Vec<_>>().join(": ")).collect()
}

#[test]
fn findings_point_at_the_value_and_set_the_exit_code() {
    let dir = folder(&[("shop/catalog-info.yaml", FLAWED), ("clean/catalog-info.yaml", CLEAN)]);
    let output = check(dir.path(), &["shop", "--format", "short"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        lines(&output),
        [
            "shop/catalog-info.yaml:6:22: error[CB0309]",
            "shop/catalog-info.yaml:7:10: error[CB0307]",
            "shop/catalog-info.yaml:9:9: warning[CB1104]",
            "shop/catalog-info.yaml:12:3: warning[CB0312]",
            "shop/catalog-info.yaml:17:18: warning[CB1102]",
            "shop/catalog-info.yaml:29:5: warning[CB1103]",
        ]
    );
    assert_eq!(check(dir.path(), &["clean"]).status.code(), Some(0));
    assert_eq!(check(dir.path(), &["nowhere"]).status.code(), Some(2));
    assert_eq!(check(dir.path(), &["clean", "--catalog", "nowhere"]).status.code(), Some(3));
    assert_eq!(check(dir.path(), &["clean", "--catalog", "clean/catalog-info.yaml"]).status.code(), Some(2));
}

#[test]
fn with_a_published_catalog_references_must_lead_somewhere() {
    let known = r#"[{"kind":"Group","metadata":{"name":"team-a","namespace":"default"}},{"kind":"Component","metadata":{"name":"big"}}]"#;
    let dir = folder(&[("catalog-info.yaml", FLAWED), ("known.json", known)]);
    let output = check(dir.path(), &["--catalog", "known.json", "--format", "json"]);
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let unknown: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["code"] == "CB1101")
        .map(|finding| format!("{}:{} {} {}", finding["line"], finding["column"], finding["message"], finding["hint"]))
        .collect();
    assert_eq!(
        unknown,
        [
            "13:33 \"`resource:default/db` does not exist\" null",
            "18:53 \"`group:default/teem-a` does not exist\" \"did you mean `team-a`?\"",
        ]
    );
}

#[test]
fn the_published_catalog_may_stand_on_a_server() {
    let known = r#"{"entities":[{"kind":"Group","metadata":{"name":"team-a","namespace":"default"}}]}"#;
    let server = tiny_http::Server::http("127.0.0.1:0").unwrap();
    let base = format!("http://{}", server.server_addr());
    std::thread::spawn(move || {
        for request in server.incoming_requests() {
            let answer = match request.url() {
                "/api/catalog/entities.json" => tiny_http::Response::from_string(known),
                "/words" => tiny_http::Response::from_string("words"),
                "/moved" => tiny_http::Response::from_string("")
                    .with_status_code(302)
                    .with_header("Location: http://localhost:1/".parse::<tiny_http::Header>().unwrap()),
                _ => tiny_http::Response::from_string("").with_status_code(404),
            };
            request.respond(answer).ok();
        }
    });
    let dir = folder(&[("catalog-info.yaml", CLEAN), ("other.yaml", &CLEAN.replace("team-a", "team-b"))]);
    let against = |path: &str, file: &str| {
        let output = check(dir.path(), &[file, "--catalog", &format!("{base}/{path}"), "--format", "short"]);
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    assert_eq!(against("api/catalog/entities.json", "catalog-info.yaml").0, 0);
    let (code, told) = against("api/catalog/entities.json", "other.yaml");
    assert!(code == 1 && told.contains("`group:default/team-b` does not exist"), "{told}");
    assert_eq!(against("words", "catalog-info.yaml").0, 2);
    for (path, why) in [("none", "answers 404"), ("moved", "redirects to `localhost`")] {
        let (code, told) = against(path, "catalog-info.yaml");
        assert!(code == 3 && told.contains(why), "{told}");
    }
}

#[test]
fn definitions_of_apis_are_read() {
    let api = |kind: &str, definition: &str| {
        let lines: String = definition.lines().map(|line| format!("    {line}\n")).collect();
        format!(
            "apiVersion: backstage.io/v1alpha1\nkind: API\nmetadata: {{name: {kind}}}\nspec:\n  type: {kind}\n  \
             lifecycle: production\n  owner: a\n  definition: |\n{lines}"
        )
    };
    let sound = [
        ("openapi", "openapi: 3.1.0\npaths: {}"),
        ("asyncapi", "asyncapi: 3.0.0"),
        ("graphql", "type Query { a: Int }"),
        ("grpc", "syntax = \"proto3\";\nmessage A {}"),
        ("other", "[{"),
    ];
    let broken = [
        ("openapi", "openapi: 3.1.0\npaths: {", 10),
        ("asyncapi", "async: 3.0.0", 9),
        ("graphql", "type Query {\n  a Int\n}", 10),
        ("grpc", "syntax = \"proto3\";\n\nmessage A { b }", 11),
    ];
    let write = |texts: Vec<String>| folder(&[("catalog-info.yaml", texts.join("---\n").as_str())]);
    let dir = write(sound.iter().map(|(kind, text)| api(kind, text)).collect());
    let output = check(dir.path(), &["--format", "short"]);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    for (kind, text, line) in broken {
        let dir = write(vec![api(kind, text)]);
        let told = lines(&check(dir.path(), &["--format", "short"]));
        assert!(told.len() == 1 && told[0].starts_with(&format!("catalog-info.yaml:{line}:")), "{kind}: {told:?}");
        assert!(told[0].ends_with("warning[CB1103]"), "{told:?}");
    }
}

#[test]
fn files_can_be_named_one_by_one_as_commit_hooks_do() {
    let dir = folder(&[
        ("a/catalog-info.yaml", &CLEAN.replace("shop", "other")),
        ("b/entity.yaml", FLAWED),
        ("catalog-info.yaml", "broken: ["),
        (".git/HEAD", "ref: refs/heads/main"),
    ]);
    assert_eq!(check(dir.path(), &["a/catalog-info.yaml"]).status.code(), Some(0));
    let output = check(dir.path(), &["a/catalog-info.yaml", "b/entity.yaml", "--format", "short"]);
    assert!(lines(&output).iter().all(|line| line.starts_with("b/entity.yaml:")), "{output:?}");
    assert_eq!(lines(&output).len(), 6);
}

#[test]
fn fix_repairs_what_is_safe_and_says_what_is_left() {
    let dir = folder(&[("catalog-info.yaml", FLAWED)]);
    let output = check(dir.path(), &["--fix", "--format", "short"]);
    assert_eq!(lines(&output).len(), 3, "{output:?}");
    let text = std::fs::read_to_string(dir.path().join("catalog-info.yaml")).unwrap();
    let wanted = FLAWED.replace("true", "\"true\"").replace("Java", "java").replace("subComponentOf", "subcomponentOf");
    assert_eq!(text, wanted);
}

#[test]
fn documentation_is_checked_too() {
    let entity = CLEAN.replace("{name: shop}", "{name: shop, annotations: {backstage.io/techdocs-ref: 'dir:.'}}");
    let dir = folder(&[
        ("catalog-info.yaml", entity.as_str()),
        ("mkdocs.yml", "site_name: x\nnav: [index.md, none.md]\n"),
        ("docs/index.md", "# Hi\n\n[gone](gone.md) ![no](no.png) [part](#none)\n"),
    ]);
    let output = check(dir.path(), &["--format", "short"]);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    for place in ["mkdocs.yml:2:", "docs/index.md:3:8:", "docs/index.md:3:", "docs/index.md:3:38:"] {
        assert!(text.contains(place), "{place} in {text}");
    }
    assert_eq!(check(dir.path(), &["--no-docs"]).status.code(), Some(0));
}

#[test]
fn a_portal_is_checked_as_a_whole() {
    let dir = folder(&[
        ("site.toml", "[[sources]]\ndir = \"repos/*\"\n"),
        ("repos/a/catalog-info.yaml", CLEAN),
        ("repos/b/catalog-info.yaml", &CLEAN.replace("shop", "other").replace("team-a", "team-b")),
        (
            "repos/c/catalog-info.yaml",
            "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: team-a}\nspec: {type: team, children: []}\n",
        ),
    ]);
    let output = check(dir.path(), &["--format", "short"]);
    assert_eq!(lines(&output), ["repos/b/catalog-info.yaml:4:53: warning[CB1101]"]);
    std::fs::write(dir.path().join("site.toml"), "titel = \"x\"\n").unwrap();
    assert_eq!(check(dir.path(), &["--format", "short"]).status.code(), Some(1));
}

#[test]
fn the_snippets_of_the_guide_are_yaml_and_their_commands_run() {
    let guide = include_str!("../../content/callboard/docs/guide/checking.md");
    let hooks = include_str!("../../.pre-commit-hooks.yaml");
    let mut snippets = vec![hooks.to_owned()];
    for block in guide.split("```yaml").skip(1) {
        let body = block.split("```").next().unwrap().lines().skip(1);
        snippets.push(body.map(|line| line.strip_prefix("    ").unwrap_or(line).to_owned() + "\n").collect());
    }
    assert_eq!(snippets.len(), 5);
    for snippet in &snippets {
        serde_yaml::from_str::<serde_json::Value>(snippet).unwrap();
    }
    let dir = folder(&[("clean/catalog-info.yaml", CLEAN)]);
    let formats = guide.split("callboard check --format ").chain(hooks.split("callboard check --format ").skip(1));
    let formats: Vec<&str> = formats.skip(1).map(|rest| rest.split([' ', '\n', '\'']).next().unwrap()).collect();
    assert_eq!(formats, ["github", "sarif", "gitlab", "sarif", "short", "short"]);
    for format in formats {
        assert_eq!(check(&dir.path().join("clean"), &["--format", format]).status.code(), Some(0), "{format}");
    }
}
