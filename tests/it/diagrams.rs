//! Diagrams of documentation, from the fence to the page, by the real program.

use std::path::Path;
use std::process::{Command, Output};

const MKDOCS: &str = "site_name: Harbour\nplugins: [techdocs-core]\n";

/// A folder with one documentation set and its settings.
fn portal(page: &str, settings: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().unwrap();
    let put = |path: &str, text: &str| {
        let path = dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    put("repo/mkdocs.yml", MKDOCS);
    put("repo/docs/index.md", page);
    put(
        "repo/catalog-info.yaml",
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: harbour\n  annotations:\n    \
         backstage.io/techdocs-ref: dir:.\nspec:\n  type: service\n  lifecycle: production\n  owner: pilots\n",
    );
    put("site.toml", &format!("title = \"Port\"\n{settings}\n[[sources]]\ndir = \"repo\"\n"));
    dir
}

fn build(dir: &Path) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["build", "--json", "--cache-dir"]).arg(dir.join("cache")).current_dir(dir);
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output
}

fn article(dir: &Path) -> String {
    let page = std::fs::read_to_string(dir.join("dist/docs/default/component/harbour/index.html")).unwrap();
    page.split_once("<article").unwrap().1.split_once("</article>").unwrap().0.to_owned()
}

/// `code line: message` of every finding about diagrams.
fn findings(output: &Output) -> Vec<String> {
    let said: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = said["diagnostics"].as_array().unwrap();
    let told = all.iter().filter(|finding| finding["code"].as_str().unwrap().starts_with("CB07"));
    told.map(|finding| {
        let line = &finding["places"][0]["line"];
        let line = if line.is_null() { &finding["place"]["line"] } else { line };
        format!("{} {line}: {}", finding["code"].as_str().unwrap(), finding["message"].as_str().unwrap())
    })
    .collect()
}

#[test]
fn mermaid_and_dot_are_drawn_in_colours_of_the_theme() {
    let page = "# Port\n\n```mermaid\nflowchart LR\n  tug[Tug & <b>boat</b>] -->|pulls| ship\n```\n\n\
                ```dot\ndigraph { pilot -> captain [label=\"talks to\"] }\n```\n\n\
                ```mermaid title=\"Again\"\nflowchart LR\n  tug[Tug & <b>boat</b>] -->|pulls| ship\n```\n";
    let dir = portal(page, "");
    assert_eq!(findings(&build(dir.path())), Vec::<String>::new());
    let html = article(dir.path());
    for part in [
        "role=\"img\"",
        ">pulls</text",
        "var(--fg,",
        ">Source</button>",
        "-s\" popover>",
        "flowchart LR\n  tug[Tug &amp; &lt;b&gt;boat",
        "pilot",
        "talks to",
        "<figcaption>Again</figcaption>",
    ] {
        assert!(html.contains(part) || html.replace("</tspan>", "").contains(part), "{part} in {html}");
    }
    for never in ["style=", "<script", "<foreignObject", "<b>boat"] {
        assert!(!html.contains(never), "{never} in {html}");
    }
    let ids: Vec<&str> = html.split(" id=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(distinct.len(), ids.len(), "an id stands twice: {ids:?}");
    for named in html.split("url(#").skip(1).map(|rest| rest.split(')').next().unwrap()) {
        assert!(ids.contains(&named), "{named} is no id");
    }
}

#[test]
fn what_cannot_be_drawn_is_told_at_its_line_and_shown_as_source() {
    for (fence, line, told) in [
        ("mermaid\nflowchart LR\n  a --> b[open", 6, "CB0701 6: this `[` is never closed"),
        ("mermaid\nflowchart LR\n  a[] --> b\n  b > c", 7, "CB0701 7: there is `> c` where a link is expected"),
        ("mermaid\nnonsense", 5, "CB0701 5: `nonsense` is no kind of Mermaid diagram that is drawn here"),
        (
            "mermaid\nsequenceDiagram\n  a-)b: async words",
            4,
            "CB0701 4: the picture would lose the label `async words`",
        ),
        ("mermaid\n", 4, "CB0701 4: there is nothing in it"),
        ("dot\ndigraph { a -> ", 4, "CB0701 4: it does not parse"),
        ("dot\ndigraph { subgraph cluster_a { x } }", 4, "CB0701 4: the frame of `cluster_a` would not be drawn"),
        ("plantuml\nA -> B: <script>", 4, "CB0702 4: nothing draws PlantUML diagrams here"),
    ] {
        let dir = portal(&format!("# Port\n\nWords.\n\n```{fence}\n```\n").replacen("\n\nWords", "\nWords", 1), "");
        let said = findings(&build(dir.path()));
        assert!(said.len() == 1 && said[0].starts_with(told), "line {line} of {fence}: {said:?}");
        let html = article(dir.path());
        assert!(html.contains(" diagram, not drawn\">") && !html.contains("<svg"), "{html}");
        let source = fence.split_once('\n').unwrap().1.replace('<', "&lt;").replace('>', "&gt;");
        assert!(html.contains(source.lines().next().unwrap_or_default()), "{html}");
    }
}

#[test]
fn labels_are_searched_and_sources_are_not() {
    let page = "# Port\n\n```mermaid\nflowchart LR\n  quayside[Harbourmaster]\n```\n";
    let dir = portal(page, "");
    build(dir.path());
    let search = |word: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        let output = command.args(["search", word]).current_dir(dir.path()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).contains("docs/default/component/harbour")
    };
    assert!(search("harbourmaster"));
    assert!(!search("quayside"));
}

/// A program of the portal's owner that stands for PlantUML: what it does is told by the source that it reads.
const DRAWER: &str = "read -r order\ncase $order in\n  ok*) echo called >> calls\n    \
    printf '<svg width=\"90\" height=\"40\"><style>.n{fill:#abcdef}</style><rect class=\"n\" onclick=\"x()\" width=\"9\" height=\"9\"/>\
    <script>1</script><text>Ferry %s</text></svg>' \"$SECRET_TOKEN\";;\n  \
    exit*) echo 'line 3: syntax' >&2; exit 1;;\n  hang*) sleep 1000;;\n  html*) echo '<p>hello';;\n  *) echo nothing;;\nesac\n";

#[test]
fn a_configured_program_draws_and_its_failures_are_told() {
    let settings = "[diagrams.plantuml]\ncommand = [\"sh\", \"draw.sh\"]\n[limits]\ndiagram_seconds = 1\n";
    for (source, told) in [
        ("ok", None),
        ("exit", Some("`sh` exited with an error: line 3: syntax")),
        ("hang", Some("it took more than 1 seconds")),
        ("html", Some("the renderer wrote no SVG")),
        ("else", Some("the renderer wrote no SVG")),
    ] {
        let dir = portal(&format!("# Port\n\n```puml\n{source}\n```\n"), settings);
        std::fs::write(dir.path().join("draw.sh"), DRAWER).unwrap();
        let said = findings(&build(dir.path()));
        let html = article(dir.path());
        match told {
            None => {
                assert_eq!(said, Vec::<String>::new());
                assert!(html.contains("fill=\"#abcdef\"") && html.contains("cb-paper"), "{html}");
                assert!(!html.contains("onclick") && !html.contains("<script"), "{html}");
                // The same source is drawn once, also by the next build.
                build(dir.path());
                std::fs::write(dir.path().join("repo/docs/more.md"), "# More\n\n```puml\nok\n```\n").unwrap();
                build(dir.path());
                assert_eq!(std::fs::read_to_string(dir.path().join("calls")).unwrap(), "called\n");
            }
            Some(words) => {
                assert!(said.len() == 1 && said[0].starts_with("CB0703") && said[0].contains(words), "{said:?}");
                assert!(html.contains("cb-undrawn"), "{html}");
                // A failure is not remembered: the next build asks again.
                std::fs::write(dir.path().join("draw.sh"), "echo '<svg width=\"90\" height=\"40\"><rect/></svg>'")
                    .unwrap();
                assert_eq!(findings(&build(dir.path())), Vec::<String>::new());
                assert!(article(dir.path()).contains("<svg"));
            }
        }
    }
}

#[test]
fn a_program_that_is_not_there_is_told_and_sees_no_tokens() {
    let dir = portal("# Port\n\n```d2\na -> b\n```\n", "[diagrams.d2]\ncommand = [\"no-such-program\", \"-\"]\n");
    let said = findings(&build(dir.path()));
    assert!(said.len() == 1 && said[0].contains("`no-such-program` is not installed"), "{said:?}");
    let settings = "[diagrams.d2]\ncommand = [\"sh\", \"-c\", \"echo \\\"<svg width='90' height='40'><text>[$GIT_TOKEN]</text></svg>\\\"\"]\n";
    let dir = portal("# Port\n\n```d2\na -> b\n```\n", settings);
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["build", "--cache-dir"]).arg(dir.path().join("cache")).current_dir(dir.path());
    assert!(command.env("GIT_TOKEN", "secret").output().unwrap().status.success());
    assert!(article(dir.path()).contains("<text>[]</text>"));
}

#[test]
fn a_set_that_is_built_alone_is_drawn_by_the_programs_of_settings() {
    let dir = portal("# Port\n\n```puml\nok\n```\n", "[diagrams.plantuml]\ncommand = [\"sh\", \"draw.sh\"]\n");
    std::fs::write(dir.path().join("draw.sh"), DRAWER).unwrap();
    std::fs::write(dir.path().join("wrong.toml"), "diagrams = 1\n").unwrap();
    let generate = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.args(["techdocs", "generate", "--source-dir", "repo", "--output-dir", "out", "--cache-dir", "cache"]);
        command.args(arguments).current_dir(dir.path()).output().unwrap().status.code()
    };
    for (arguments, drawn) in [(&[][..], false), (&["--config", "site.toml"], true)] {
        assert_eq!(generate(arguments), Some(0));
        let html = std::fs::read_to_string(dir.path().join("out/index.html")).unwrap();
        assert_eq!(html.contains("Ferry"), drawn, "{html}");
        assert_eq!(html.contains("aria-label=\"PlantUML diagram, not drawn\""), !drawn, "{html}");
    }
    assert_eq!(generate(&["--config", "wrong.toml"]), Some(2));
}
