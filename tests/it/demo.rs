//! The repository's own `site.toml`: the guide and the demo organisation build without a fault.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use crate::site_links;

/// Kinds that the demo organisation has, among them the model's younger one and one that no model knows.
const KINDS: [&str; 11] = [
    "airesource",
    "api",
    "component",
    "domain",
    "group",
    "location",
    "resource",
    "system",
    "template",
    "user",
    "vessel",
];

#[test]
fn the_demo_portal_has_every_kind_no_error_and_no_untold_dead_link() {
    let dir = tempfile::tempdir().unwrap();
    let site = dir.path().join("site");
    let output = Command::new(env!("CARGO_BIN_EXE_callboard"))
        .args(["build", "--json", "--offline", "--output"])
        .arg(&site)
        .arg("--cache-dir")
        .arg(dir.path().join("cache"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(summary["findings"]["errors"], 0, "{}", summary["diagnostics"]);

    for kind in KINDS {
        assert!(site.join("kinds").join(kind).join("index.html").is_file(), "`{kind}` has no list");
        let pages = std::fs::read_dir(site.join("catalog/default").join(kind)).unwrap();
        assert!(pages.flatten().any(|page| page.path().join("index.html").is_file()), "`{kind}` has no page");
    }
    let listed: BTreeSet<_> = std::fs::read_dir(site.join("kinds")).unwrap().map(|kind| name(&kind.unwrap())).collect();
    assert_eq!(listed, KINDS.map(str::to_owned).into(), "`KINDS` is not what the demo has");

    let told = summary["diagnostics"].to_string();
    let untold: Vec<_> =
        site_links::dead(&site).into_iter().filter(|link| !told.contains(link.written.as_str())).collect();
    assert!(untold.is_empty(), "{untold:#?}");
}

#[test]
fn every_page_of_the_guide_is_in_its_navigation() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/callboard");
    let navigation = std::fs::read_to_string(guide.join("mkdocs.yml")).unwrap();
    for folder in ["", "guide/"] {
        for entry in std::fs::read_dir(guide.join("docs").join(folder)).unwrap() {
            let name = name(&entry.unwrap());
            if name.ends_with(".md") {
                assert!(navigation.contains(&format!(": {folder}{name}\n")), "{folder}{name} is not in the nav");
            }
        }
    }
}

/// Output of the program, which must succeed.
fn help(arguments: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_callboard")).args(arguments).arg("--help").output().unwrap();
    assert!(output.status.success(), "{arguments:?}");
    String::from_utf8(output.stdout).unwrap()
}

/// First words of the lines below `Commands:`.
fn commands(help: &str) -> Vec<String> {
    let lines = help.lines().skip_while(|line| *line != "Commands:").skip(1).take_while(|line| !line.is_empty());
    lines.filter_map(|line| line.split_whitespace().next()).filter(|word| *word != "help").map(str::to_owned).collect()
}

#[test]
fn the_guide_lists_every_command_and_option() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/callboard/docs/guide");
    let page = std::fs::read_to_string(guide.join("command-line.md")).unwrap();
    let mut asked = 0;
    for command in commands(&help(&[])) {
        let below = commands(&help(&[&command]));
        let calls = if below.is_empty() {
            vec![vec![command.as_str()]]
        } else {
            below.iter().map(|next| vec![command.as_str(), next]).collect()
        };
        for call in calls {
            let heading = format!("\n## callboard {}\n", call.join(" "));
            let section = page.split_once(&heading).unwrap_or_else(|| panic!("no section of {call:?}")).1;
            let section = section.split("\n## ").next().unwrap();
            for option in help(&call).split_whitespace().filter(|word| word.starts_with("--") && word.len() > 2) {
                let option = option.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
                assert!(option == "--help" || section.contains(&format!("`{option}")), "{call:?} has `{option}`");
                asked += 1;
            }
        }
    }
    assert!(asked > 40, "{asked}");
}

#[test]
fn the_guide_lists_every_key_of_the_settings() {
    let guide = Path::new(env!("CARGO_MANIFEST_DIR")).join("content/callboard/docs/guide");
    let page = std::fs::read_to_string(guide.join("site-toml.md")).unwrap();
    let schema = callboard::config::json_schema();
    let mut keys = 0;
    for (key, value) in schema["properties"].as_object().unwrap() {
        let inner = value["properties"].as_object().or_else(|| value["items"]["properties"].as_object());
        let inner = inner.or_else(|| value["additionalProperties"]["properties"].as_object());
        let Some(inner) = inner else {
            assert!(page.contains(&format!("| `{key}` |")), "{key}");
            continue;
        };
        for name in inner.keys() {
            keys += 1;
            let ways = [format!("| `{name}`"), format!(", `{name}`"), format!("| `[[{key}.{name}]]`")];
            assert!(ways.iter().any(|way| page.contains(way)), "{key}.{name}");
        }
    }
    assert!(keys > 25, "{keys}");
}

fn name(entry: &std::fs::DirEntry) -> String {
    entry.file_name().to_string_lossy().into_owned()
}

/// What the plugins make of the demo organisation, without asking anybody.
fn demo_enrichment(cache: &Path) -> (callboard::plugins::Enrichment, Vec<String>) {
    use callboard::config::{self, Choices};
    use callboard::pipeline::{self, Memo};
    use callboard::plugins::{self, FetchOptions, Surroundings};
    use callboard::{catalog, sources, theme};
    let choices = Choices { offline: true, cache_dir: Some(cache.to_owned()), ..Choices::default() };
    let settings = config::load(Path::new(env!("CARGO_MANIFEST_DIR")), &choices).unwrap().value.unwrap();
    let options = sources::HarvestOptions { offline: true, ..sources::HarvestOptions::new(cache) };
    let harvest = sources::harvest(&settings.sources, &options, &settings.limits, &|_| {}).value;
    let catalog = catalog::load(&harvest.snapshots, &settings.catalog, &settings.limits).value;
    let mut plugins = plugins::load(&settings.plugins).unwrap().value;
    let theme = theme::load(None, &theme::Brand::default()).unwrap().value;
    let snippets = plugins::templates(&mut plugins, &theme).value;
    let known = settings.proxies.iter().map(|proxy| proxy.name.as_str()).collect();
    let requests = plugins::requests(&catalog, &plugins, &known).value;
    let fetch = FetchOptions {
        proxies: &settings.proxies,
        cache,
        offline: true,
        most_bytes: settings.limits.plugin_data_bytes,
    };
    let answers = plugins::fetch(&requests, &fetch).value.answers;
    let scorecards = plugins::scorecards(&settings.plugins).value;
    let around = Surroundings {
        plugins: &plugins,
        snippets: &snippets,
        theme: theme.digest(),
        catalog: &catalog,
        snapshots: &harvest.snapshots,
        scorecards: &scorecards,
        answers: &answers,
        limits: &settings.limits,
    };
    let made = pipeline::enrichment(around, &settings, &Memo::forgetful());
    (made.value, plugins.iter().map(|plugin| plugin.name.clone()).collect())
}

#[test]
fn the_demo_shows_every_bundled_plugin_with_data() {
    use callboard::plugins::State;
    let cache = tempfile::tempdir().unwrap();
    let (made, plugins) = demo_enrichment(cache.path());
    let views = || made.cards.values().chain(made.tabs.values()).flatten();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("plugins");
    let bundled: Vec<_> = plugins.iter().filter(|plugin| root.join(plugin).is_dir()).collect();
    assert_eq!(bundled.len(), std::fs::read_dir(&root).unwrap().count());
    for plugin in bundled {
        let links = made.links.values().flatten().any(|link| link.plugin == *plugin);
        let facts = made.facts.values().flatten().any(|fact| fact.plugin == *plugin);
        let seen = |name: &str, state: State| name == plugin && state == State::Ok;
        let shown = views().any(|view| seen(&view.plugin, view.state))
            || made.pages.iter().any(|page| seen(&page.plugin, page.state));
        // Those that show data have tests of their own in their folders.
        assert!(
            if root.join(plugin).join("tests").is_dir() { shown } else { links || facts },
            "the demo does not show `{plugin}`"
        );
    }
    let wrong: Vec<_> = views().filter(|view| !matches!(view.state, State::Ok | State::Empty)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    // What nobody could be asked for says so.
    let stamps: Vec<_> = views().flat_map(|view| &view.stamps).filter(|stamp| stamp.recorded).collect();
    let proxies: BTreeSet<_> = stamps.iter().map(|stamp| stamp.from.as_str()).collect();
    assert_eq!(proxies.len(), 11, "{proxies:?}");
    assert!(stamps.iter().all(|stamp| stamp.time.as_deref() == Some("2026-11-20T06:30:00Z")));
}
