//! Plugins: what a reader sees on an entity's page for an annotation, and what a plugin's author is told.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

use callboard::base::{Limits, RelPath};
use callboard::catalog::{self, Catalog};
use callboard::config::{CatalogSettings, PluginSettings};
use callboard::plugins::{self, Enrichment};
use callboard::sources::{Origin, RepoTree, Snapshot};
use serde::Deserialize;
use serde_json::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    plugin: String,
    annotation: String,
    value: String,
    #[serde(default)]
    told: BTreeMap<String, String>,
    #[serde(default)]
    links: Vec<(String, String)>,
    fact: Option<String>,
    refused: Option<String>,
}

#[derive(Deserialize)]
struct Cases {
    case: Vec<Case>,
}

/// A component as the catalog reads it.
fn entity(name: &str, annotations: &[(&str, &str)]) -> String {
    let annotations: BTreeMap<_, _> = annotations.iter().copied().collect();
    json!({
        "apiVersion": "backstage.io/v1alpha1", "kind": "Component",
        "metadata": { "name": name, "annotations": annotations },
        "spec": { "type": "service", "lifecycle": "production", "owner": "pilots" },
    })
    .to_string()
}

fn catalog(entities: &[String]) -> Catalog {
    let origin = Origin { name: "harbour".to_owned(), revision: None, web: None, sub_path: RelPath::root() };
    let tree = RepoTree::in_memory([("catalog-info.yaml", entities.join("\n---\n"))]);
    let snapshot = Snapshot { origin, tree, entity_files: Vec::new(), stale: None };
    catalog::load(&[snapshot], &CatalogSettings::default(), &Limits::default()).value
}

fn enriched(settings: &PluginSettings, entities: Vec<String>) -> (Enrichment, Vec<String>) {
    let loaded = plugins::load(settings).unwrap();
    let made = plugins::enrich(&catalog(&entities), &loaded.value);
    let findings = loaded.diagnostics.iter().chain(&made.diagnostics);
    let shown = |finding: &callboard::base::Diagnostic| {
        let place = finding.place.as_ref().map(|place| format!("{place}: ")).unwrap_or_default();
        let hint = finding.hint.as_ref().map(|hint| format!(" ({hint})")).unwrap_or_default();
        format!("{} {place}{}{hint}", finding.code, finding.message)
    };
    let findings = findings.map(shown).collect();
    (made.value, findings)
}

#[test]
fn every_bundled_plugin_makes_its_links() {
    let cases: Cases = toml::from_str(include_str!("../plugins/bundled.toml")).unwrap();
    for case in &cases.case {
        let Case { plugin, annotation, value, .. } = case;
        let told = BTreeMap::from([(plugin.clone(), case.told.clone())]);
        let settings = PluginSettings { told, ..PluginSettings::default() };
        let (made, findings) = enriched(&settings, vec![entity("berths", &[(annotation, value)])]);
        let links: Vec<_> = made
            .links
            .values()
            .flatten()
            .map(|link| {
                assert_eq!((&link.plugin, link.annotation.as_ref()), (plugin, Some(annotation)));
                (link.title.clone(), link.url.clone())
            })
            .collect();
        assert_eq!(links, case.links, "{plugin}: {annotation}: {value}");
        let facts: Vec<_> = made.facts.values().flatten().map(|fact| (&fact.title, &fact.value)).collect();
        assert_eq!(facts, case.fact.iter().map(|title| (title, value)).collect::<Vec<_>>(), "{annotation}");
        assert_eq!(findings.len(), usize::from(case.refused.is_some()), "{annotation}: {value}: {findings:?}");
    }
    let tried: BTreeSet<_> = cases.case.iter().map(|case| case.plugin.as_str()).collect();
    let bundled = plugins::load(&PluginSettings::default()).unwrap();
    // Plugins that read no annotation have tests of their own, in their folders.
    let has_tests =
        |name: &str| Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins").join(name).join("tests").is_dir();
    let named: BTreeSet<_> = bundled.value.iter().map(|plugin| plugin.name.as_str()).collect();
    assert!(tried.is_subset(&named), "every plugin that has a case is there");
    for name in named.difference(&tried) {
        assert!(has_tests(name), "{name} has neither a case nor tests of its own");
    }
    for plugin in &bundled.value {
        assert_eq!(plugin.description.lines().count(), 2, "{}", plugin.name);
    }
}

#[test]
fn a_plugin_without_its_address_is_mentioned_once() {
    let entities = |key| (0..3).map(|n| entity(&format!("c{n}"), &[(key, "x")])).collect();
    let (made, findings) = enriched(&PluginSettings::default(), entities("sonarqube.org/project-key"));
    assert!(made.links.is_empty());
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("3 entities have `sonarqube.org/project-key`"), "{}", findings[0]);
    assert!(findings[0].contains("`[plugins.sonarqube]`") && findings[0].contains("base_url = "), "{}", findings[0]);
    let off = PluginSettings { off: vec!["sonarqube".to_owned()], ..PluginSettings::default() };
    assert!(enriched(&off, entities("sonarqube.org/project-key")).1.is_empty());
    assert!(enriched(&PluginSettings::default(), entities("someone.example/else")).1.is_empty());
}

#[test]
fn misspelt_settings_are_named_with_the_near_miss() {
    let told = |plugin: &str, key: &str, value: &str| {
        let told = BTreeMap::from([(key.to_owned(), value.to_owned())]);
        let told = BTreeMap::from([(plugin.to_owned(), told)]);
        enriched(&PluginSettings { told, ..PluginSettings::default() }, Vec::new()).1.join("\n")
    };
    assert!(told("sonarcube", "base_url", "https://x.org").contains("did you mean `sonarqube`?"));
    assert!(told("sonarqube", "baseurl", "https://x.org").contains("did you mean `base_url`?"));
    assert!(told("sonarqube", "base_url", "x.org").contains("no address"));
    assert_eq!(told("sonarqube", "base_url", "https://x.org/sub/"), "");
}

#[test]
fn the_guide_names_every_limit() {
    let page = include_str!("../../content/callboard/docs/guide/site-toml.md");
    for (key, value) in Limits::default().entries() {
        assert!(page.contains(&format!("| `{key}` | {value} |")), "{key}");
    }
}

const OWN: &str = r#"
title = "Wiki"
[[link]]
title = "Page of {entity.name}"
url = "https://wiki.example.com/{entity.kind}/{entity.name}"
"#;

#[test]
fn five_lines_make_a_plugin() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        std::fs::create_dir_all(folder.path().join(name)).unwrap();
        std::fs::write(folder.path().join(name).join("plugin.toml"), text).unwrap();
    };
    write("wiki", OWN);
    // One with a bundled plugin's name takes its place.
    write(
        "github",
        "[[link]]\nannotation = \"github.com/project-slug\"\ntitle = \"Code\"\nurl = \"https://code.example.com/{value/}\"\n",
    );
    let settings = PluginSettings { dirs: vec![folder.path().to_owned()], ..PluginSettings::default() };
    let (made, findings) = enriched(&settings, vec![entity("berths", &[("github.com/project-slug", "a/b")])]);
    let urls: Vec<_> = made.links.values().flatten().map(|link| link.url.as_str()).collect();
    assert_eq!(urls, ["https://code.example.com/a/b", "https://wiki.example.com/component/berths"]);
    assert_eq!(findings, [""; 0]);
}

const FLAWED: &str = r#"titel = "Wiki"
[settings.base_url]
title = "Address"
[[link]]
annotation = "a/b"
title = "One"
url = "https://{value}.example.com/"
[[link]]
annotation = "a/b"
title = "{nobody}"
url = "{base_url}/x"
[[link]]
annotation = 7
title = "Three"
url = "{base_url}/x"
[[link]]
annotation = "a/b"
value = "{x}{y}"
title = "Four"
[[link]]
annotation = "a/b"
title = "Five"
url = "{base_url}/{value}"
group = "quallity"
[[link]]
kind = ["Components", "Ship"]
title = "Six"
url = "https://example.com/"
"#;

#[test]
fn names_and_pointers_that_lead_nowhere_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("quay");
    std::fs::create_dir_all(&plugin).unwrap();
    let manifest = "[[data]]\nname = \"last\"\nfile = \"last.json\"\n[[data]]\nname = \"odd\"\nfile = \"odd.json\"\npointer = \"a.b\"\n\
        [[fact]]\nname = \"minutes\"\ntitle = \"Minutes\"\ndata = \"last\"\npointer = \"/minutes\"\n\
        [[fact]]\nname = \"day\"\ntitle = \"Day\"\ndata = \"last\"\npointer = \"day\"\n\
        [[column]]\ntitle = \"M\"\nfact = \"minute\"\n[[rule]]\ntitle = \"R\"\nfact = \"hours\"\nat_most = 5\n\
        [[rule]]\ntitle = \"S\"\nfact = \"todo.count\"\nat_most = 5\n";
    std::fs::write(plugin.join("plugin.toml"), manifest).unwrap();
    let settings = PluginSettings { dirs: vec![plugin], ..PluginSettings::default() };
    insta::assert_snapshot!(enriched(&settings, Vec::new()).1.join("\n"), @r"
    CB0603 quay/plugin.toml:7:11: `a.b` is no JSON pointer (it begins with `/`: `/a/b`)
    CB0603 quay/plugin.toml:17:11: `day` is no JSON pointer (it begins with `/`: `/day`)
    CB0603 quay/plugin.toml:20:8: this plugin has no fact `minute` (did you mean `minutes`?)
    CB0603 quay/plugin.toml:23:8: this plugin has no fact `hours` (a fact of another plugin has that plugin's name in front: `code-coverage.lines`)
    ");
}

#[test]
fn mistakes_in_a_manifest_have_their_place() {
    let folder = tempfile::tempdir().unwrap();
    let plugin = folder.path().join("wiki");
    std::fs::create_dir_all(&plugin).unwrap();
    std::fs::write(plugin.join("plugin.toml"), FLAWED).unwrap();
    let settings = PluginSettings { dirs: vec![plugin.clone()], ..PluginSettings::default() };
    let findings = enriched(&settings, Vec::new()).1;
    insta::assert_snapshot!(findings.join("\n"), @r"
    CB0603 wiki/plugin.toml:7:7: a URL begins with `https://`, a complete host and `/`, or with a setting
    CB0603 wiki/plugin.toml:10:9: nothing says what `{nobody}` is (name it in every form of `value`, or declare it as `[settings.NAME]`)
    CB0603 wiki/plugin.toml:13:14: `annotation` must be a string, not integer
    CB0603 wiki/plugin.toml:16:1: `url` is missing
    CB0603 wiki/plugin.toml:18:9: nothing stands between `{x}` and `{y}`
    CB0603 wiki/plugin.toml:24:9: there is no group `quallity` (groups: source, ci, deployment, on-call, quality, observability, docs, other)
    CB0615 wiki/plugin.toml:26:9: the catalog has no kind `Components` (did you mean `Component`?)
    CB0602 wiki/plugin.toml:1:1: unknown key `titel` (did you mean `title`?)
    ");
    std::fs::write(plugin.join("plugin.toml"), "name = \n").unwrap();
    let broken = enriched(&settings, Vec::new()).1;
    assert!(broken.len() == 1 && broken[0].starts_with("CB0601 wiki/plugin.toml:1:"), "{broken:?}");
}

fn plugin_command(folder: &Path, arguments: &[&str]) -> (bool, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .arg("plugin")
        .args(arguments)
        .current_dir(folder)
        .env("CALLBOARD_CACHE_DIR", folder.join("cache"))
        .output()
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[test]
fn bundled_plugins_show_recorded_data_as_expected() {
    let folder = tempfile::tempdir().unwrap();
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins");
    let (passed, said) = plugin_command(folder.path(), &["test", plugins.to_str().unwrap()]);
    assert!(passed, "{said}");
}

#[test]
fn a_new_plugin_passes_its_test_and_a_changed_one_tells_the_difference() {
    let folder = tempfile::tempdir().unwrap();
    let has = |program: &str| Command::new(program).arg("--version").output().is_ok_and(|done| done.status.success());
    let mut made = vec![("plain", vec!["new", "plain"])];
    for (name, language, program) in
        [("in-python", "python", "python3"), ("in-node", "node", "node"), ("in-sh", "sh", "jq")]
    {
        if has(program) {
            made.push((name, vec!["new", name, "--program", language]));
        }
    }
    for (name, arguments) in &made {
        let (passed, said) = plugin_command(folder.path(), arguments);
        assert!(passed, "{said}");
        let (passed, said) = plugin_command(folder.path(), &["test", &format!("plugins/{name}")]);
        assert!(passed && said.contains(&format!("ok      {name}: first")), "{said}");
    }
    let (passed, said) = plugin_command(folder.path(), &["new", "plain"]);
    assert!(!passed && said.contains("already"), "{said}");
    assert!(!plugin_command(folder.path(), &["new", "../x"]).0);
    std::fs::write(folder.path().join("plugins/plain/tests/first/release.json"), r#"{"version":"9","day":"today"}"#)
        .unwrap();
    let (passed, said) = plugin_command(folder.path(), &["test", "plugins/plain"]);
    assert!(!passed && said.contains("+   fact plain.version (Version) = \"9\""), "{said}");
    let (_, said) = plugin_command(folder.path(), &["list"]);
    assert!(said.contains("sonarqube") && said.contains("wants `base_url`"), "{said}");
}

#[test]
fn a_plugin_stands_in_five_lines_of_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("repo/catalog-info.yaml", &entity("berths", &[]));
    write(
        "site.toml",
        "[[sources]]\ndir = \"repo\"\n[layout.slots]\nhello = \"secondary-sidebar\"\n[layout.groups]\nGreetings = [\"hello\"]\n\
         [[plugins.inline]]\nname = \"hello\"\n[[plugins.inline.card]]\ntitle = \"Hello\"\ntemplate = \"<p>Hello, {{ entity.metadata.name }}!</p>\"\n\
         [[plugins.inline.card]]\ntitle = \"Broken\"\ntemplate = \"{{ data.nothing.there }}\"\n",
    );
    let build = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--json"])
        .current_dir(folder.path())
        .env("CALLBOARD_CACHE_DIR", folder.path().join("cache"))
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let page = std::fs::read_to_string(folder.path().join("dist/catalog/default/component/berths/index.html")).unwrap();
    let side = &page[page.find("cb-entity-side").unwrap()..];
    assert!(side.contains("<h2>Greetings</h2>") && side.contains("<p>Hello, berths!</p>"), "{side}");
    assert!(side.contains("It could not be shown"));
    let said = String::from_utf8(build.stdout).unwrap();
    assert!(said.contains("the plugin `hello` cannot show `Broken`"), "{said}");
}

#[test]
fn scorecards_say_how_far_entities_and_teams_are() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("repo/coverage")).unwrap();
    let covered = entity("covered", &[("backstage.io/code-coverage", "enabled")]);
    let group = json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": { "name": "pilots" }, "spec": { "type": "team", "children": [] } });
    let documents = [covered, entity("bare", &[]), group.to_string()].join("\n---\n");
    std::fs::write(folder.path().join("repo/catalog-info.yaml"), documents).unwrap();
    std::fs::write(folder.path().join("repo/coverage/lcov.info"), "SF:a\nLF:10\nLH:9\nend_of_record\n").unwrap();
    let settings = "[[sources]]\ndir = \"repo\"\n[[scorecards]]\ntitle = \"Sea<worthy\"\nname = \"sea\"\nkind = \"Component\"\n\
        [[scorecards.levels]]\ntitle = \"Bronze\"\n[[scorecards.levels.rules]]\ntitle = \"Owned\"\nfield = \"/spec/owner\"\npresent = true\n\
        [[scorecards.levels]]\ntitle = \"Silver\"\n[[scorecards.levels.rules]]\ntitle = \"Tested\"\nfact = \"code-coverage.lines\"\nat_least = 80\n";
    std::fs::write(folder.path().join("site.toml"), settings).unwrap();
    build(folder.path());
    let page = |path: &str| std::fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    let silver = page("catalog/default/component/covered/index.html");
    assert!(silver.contains("✓ Tested") && silver.contains("<dt>Sea&lt;worthy</dt><dd>Silver</dd>"), "{silver}");
    let bronze = page("catalog/default/component/bare/index.html");
    assert!(
        bronze.contains("✓ Owned") && bronze.contains("? Tested") && bronze.contains("<dd>Bronze</dd>"),
        "{bronze}"
    );
    let team = page("catalog/default/group/pilots/index.html");
    assert!(
        team.contains("what this team owns") && team.contains("Silver</span> <span class=\"cb-count\">1</span>"),
        "{team}"
    );
    let all = page("plugins/scorecards/index.html");
    assert!(all.contains("../../catalog/default/component/covered/") && all.contains("Sea&lt;worthy"), "{all}");
    assert!(
        page("kinds/component/index.html").contains("<td class=\"cb-fact\" data-label=\"Sea&lt;worthy\">Bronze</td>")
    );
}

#[test]
fn cards_stand_on_documentation_in_backstages_slots() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("repo/catalog-info.yaml", &entity("berths", &[("backstage.io/techdocs-ref", "dir:.")]));
    write("repo/mkdocs.yml", "site_name: Berths\n");
    write("repo/docs/index.md", "# Berths\n\nThe text.\n\n## More\n\nText.\n");
    let card = |title: &str, more: &str| {
        format!(
            "[[plugins.inline.card]]\ntitle = \"{title}\"\n{more}\ntemplate = \"<p>shown {title} of {{{{ entity.metadata.name }}}}</p>\"\n"
        )
    };
    let slots = ["header", "settings", "subheader", "primary-sidebar", "content", "secondary-sidebar"];
    let cards: String =
        slots.map(|slot| card(&format!("in {slot}"), &format!("on = \"docs\"\nslot = \"{slot}\""))).concat();
    let settings = format!(
        "[[sources]]\ndir = \"repo\"\n[layout]\ndocs = [\"placed\"]\n[layout.slots]\nplaced = \"secondary-sidebar\"\n\
         [[plugins.inline]]\nname = \"placed\"\n{}[[plugins.inline]]\nname = \"hello\"\n{cards}{}{}",
        card("by the settings", ""),
        card("everywhere", "on = \"both\""),
        card("at home", ""),
    );
    write("site.toml", &settings);
    build(folder.path());
    let page = |path: &str| std::fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    let docs = page("docs/default/component/berths/index.html");
    // In the order in which they stand on the page.
    let order = [
        "shown in primary-sidebar of berths",
        "shown in header",
        "cb-reading-head",
        "shown in settings",
        "shown in subheader",
        "The text.",
        "shown in content",
        "shown everywhere",
        "cb-contents",
        "shown by the settings",
        "shown in secondary-sidebar",
    ];
    let places: Vec<_> = order.iter().map(|word| docs.rfind(word).unwrap_or_else(|| panic!("{word}"))).collect();
    assert!(places.is_sorted(), "{places:?}");
    let overview = page("catalog/default/component/berths/index.html");
    let shown: Vec<_> = ["everywhere", "at home", "by the settings"].map(|title| format!("shown {title}")).into();
    assert!(shown.iter().all(|text| overview.contains(text)) && !overview.contains("shown in "));
    assert!(!docs.contains("shown at home"));
}

#[test]
fn what_is_recorded_of_scorecards_is_drawn_and_a_broken_history_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    let run = |arguments: &[&str]| {
        let done = Command::new(env!("CARGO_BIN_EXE_callboard"))
            .args(arguments)
            .current_dir(folder.path())
            .env("CALLBOARD_CACHE_DIR", folder.path().join("cache"))
            .output()
            .unwrap();
        (done.status.code(), String::from_utf8([done.stdout, done.stderr].concat()).unwrap())
    };
    let group = json!({ "apiVersion": "backstage.io/v1alpha1", "kind": "Group", "metadata": { "name": "pilots" }, "spec": { "type": "team", "children": [] } });
    let catalog = |described: &[&str]| {
        let one = |name: &str| {
            let text = entity(name, &[]);
            if described.contains(&name) { text.replace("\"name\"", "\"description\":\"x\",\"name\"") } else { text }
        };
        write("repo/catalog-info.yaml", &[one("berths"), one("tugs"), group.to_string()].join("\n---\n"));
    };
    let settings = "[[sources]]\ndir = \"repo\"\n[[scorecards]]\ntitle = \"Ready\"\nkind = \"Component\"\nHISTORY\n[[scorecards.levels]]\ntitle = \"Good\"\n\
        [[scorecards.levels.rules]]\ntitle = \"Described\"\nfield = \"/metadata/description\"\npresent = true\n";
    catalog(&[]);
    write("site.toml", &settings.replace("HISTORY", ""));
    let (code, said) = run(&["scorecards", "--record"]);
    assert!(code == Some(2) && said.contains("no scorecard has a `history`"), "{said}");
    write("site.toml", &settings.replace("HISTORY", "history = \"ready.json\""));
    assert_eq!(run(&["scorecards", "--record", "--date", "2026-11-01"]), (Some(0), "Ready: 2 none\n".to_owned()));
    catalog(&["berths"]);
    assert_eq!(run(&["scorecards", "--record", "--date", "2026-11-08"]).1, "Ready: 1 Good, 1 none\n");
    catalog(&["berths", "tugs"]);
    assert_eq!(run(&["build", "--quiet"]).0, Some(0));
    let page = |path: &str| std::fs::read_to_string(folder.path().join("dist").join(path)).unwrap();
    let drawn = "aria-label=\"Level since 2026-11-01: from 0 to 1, newest now: 1 of 1\"";
    let tugs = page("catalog/default/component/tugs/index.html");
    assert!(tugs.contains(drawn) && tugs.contains("points=\"0.0,78.0 160.0,78.0 320.0,2.0\""), "{tugs}");
    let team = page("catalog/default/group/pilots/index.html");
    assert!(team.contains("points=\"0.0,78.0 160.0,40.0 320.0,2.0\""), "{team}");
    assert!(page("plugins/scorecards/index.html").contains("Mean level since 2026-11-01"));
    // A history is part of what a site is made from.
    write("ready.json", "no history");
    let (code, said) = run(&["build"]);
    assert!(code == Some(0) && said.contains("the history of a scorecard cannot be read: `ready.json`"), "{said}");
    let (code, said) = run(&["scorecards", "--record"]);
    assert!(code == Some(2) && said.contains("the history of a scorecard cannot be read"), "{said}");
    assert_eq!(std::fs::read_to_string(folder.path().join("ready.json")).unwrap(), "no history");
}

/// Builds the portal of a folder; the build must succeed.
fn build(folder: &Path) {
    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--quiet"])
        .current_dir(folder)
        .env("CALLBOARD_CACHE_DIR", folder.join("cache"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
