//! Pages of the portal's own.

use crate::portal_fixture::Portal;
use crate::site_links;

#[test]
fn pages_of_the_portal_show_the_catalog_and_stand_in_the_header() {
    let portal = Portal::new();
    let settings = std::fs::read_to_string(portal.path("site.toml")).unwrap();
    std::fs::write(portal.path("site.toml"), format!("pages = \"pages\"\n{settings}")).unwrap();
    let write = |name: &str, text: &str| {
        let path = portal.path("pages").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("index.md", "# Hello\n\nSee the [rules](rules/index.md).\n\n```team-card\ngroup:tills\n```\n");
    write(
        "rules/index.md",
        "---\ntitle: The rules\nnavigation: Rules\n---\n\nBe quibbledrumly.<script>alert(1)</script>\n\n```entity-list\nkind = component\n```\n\n\
         ```entity-card\ncomponent:orders\n```\n\n```entity-card\ncomponent:nobody\n```\n\n[gone](gone.md)\n\n```yaml\nkind: x\n```\n",
    );
    write("catalog.md", "# Mine\n");
    let summary = portal.build_json(&[]);
    let told = summary["diagnostics"].to_string();
    for words in ["component:default/nobody", "gone.md", "CB0911"] {
        assert!(told.contains(words), "no finding tells of {words}");
    }
    let home = portal.text("index.html");
    for part in ["See the <a href=\"rules/\">", "catalog/default/group/tills/", ">Rules</a>", "id=\"cb-hero-q\""] {
        assert!(home.contains(part), "the home page lacks {part}");
    }
    assert!(!home.contains(">Hello</h1>"));
    let rules = portal.text("rules/index.html");
    for part in [
        "<h1",
        "The rules",
        "../catalog/default/component/orders/",
        "survivor",
        "This component shows nothing",
        "language-yaml",
    ] {
        assert!(rules.contains(part), "the page lacks {part}");
    }
    assert!(!rules.contains("alert(1)") && !rules.contains("data-lang=\"entity-"));
    assert!(!portal.text("catalog/index.html").contains("Mine"));
    let dead: Vec<_> =
        site_links::dead(&portal.path("dist")).into_iter().filter(|link| !told.contains(&link.written)).collect();
    assert!(dead.is_empty(), "{dead:#?}");
    let mut search = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
    let found = search.args(["search", "quibbledrumly", "--site"]).arg(portal.path("dist")).output().unwrap();
    assert!(String::from_utf8_lossy(&found.stdout).contains("rules/"));
}
