//! The catalog's rules, as tables of small documents (`tests/catalog/`), and its manners as a whole.

use std::path::Path;

use callboard::base::{Diagnostic, Limits, Outcome, Severity};
use callboard::catalog::{self, Catalog, EntityRef};
use callboard::config::{CatalogModel, CatalogSettings, Neighbours};
use callboard::sources::{HostKind, Origin, RepoTree, Snapshot, Web};
use serde_json::json;

const SUBJECT: &str = "area/subject.yaml";

/// What every case starts from: paths and YAML values, in order.
fn skeleton(kind: &str) -> Vec<(String, String)> {
    let spec: &[(&str, &str)] = match kind {
        "Component" | "AiResource" => &[("type", "service"), ("lifecycle", "production"), ("owner", "team-z")],
        "API" => &[("type", "openapi"), ("lifecycle", "production"), ("owner", "team-z"), ("definition", "words")],
        "Resource" => &[("type", "database"), ("owner", "team-z")],
        "System" | "Domain" => &[("owner", "team-z")],
        "Group" => &[("type", "team"), ("children", "[]")],
        "User" => &[("memberOf", "[]")],
        "Location" => &[("x", "1")],
        "Template" => &[("type", "service"), ("steps", "[]")],
        other => panic!("no skeleton for {other}"),
    };
    let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
    let mut lines = vec![
        ("apiVersion".to_owned(), version.to_owned()),
        ("kind".to_owned(), kind.to_owned()),
        ("metadata".to_owned(), String::new()),
        ("metadata.name".to_owned(), "subject".to_owned()),
        ("spec".to_owned(), String::new()),
    ];
    lines.extend(spec.iter().map(|(key, value)| (format!("spec.{key}"), (*value).to_owned())));
    lines
}

/// Applies the changes of a case and writes the document.
pub fn compose(kind: &str, changes: &str) -> String {
    let mut lines = skeleton(kind);
    for change in changes.split(" ; ").map(str::trim) {
        if let Some(path) = change.strip_prefix('-') {
            lines.retain(|(at, _)| at != path && !at.starts_with(&format!("{path}.")));
            continue;
        }
        let (path, value) = change.split_once(':').expect("a change is `path: value`");
        let section = path.split('.').next().unwrap();
        if path == section {
            // The whole section is replaced.
            lines.retain(|(at, _)| !at.starts_with(&format!("{path}.")));
        }
        let entry = (path.to_owned(), value.trim().to_owned());
        match lines.iter_mut().find(|(at, _)| at == path) {
            Some(line) => *line = entry,
            None => {
                let end = lines.iter().rposition(|(at, _)| at.split('.').next() == Some(section));
                lines.insert(end.map_or(lines.len(), |end| end + 1), entry);
            }
        }
    }
    let indented = |(path, value): &(String, String)| match path.split_once('.') {
        Some((_, key)) => format!("  {key}: {value}\n"),
        None => format!("{path}: {value}\n"),
    };
    lines.iter().map(indented).collect()
}

fn snapshot<'a>(name: &str, files: impl IntoIterator<Item = (&'a str, &'a str)>, entity_files: &[&str]) -> Snapshot {
    let url = format!("https://github.com/acme/{name}");
    let web = Web { host: HostKind::GitHub, url, branch: "main".to_owned() };
    Snapshot {
        origin: Origin {
            name: name.to_owned(),
            revision: None,
            web: Some(web),
            sub_path: callboard::base::RelPath::root(),
        },
        tree: RepoTree::in_memory(files),
        entity_files: entity_files.iter().map(|file| (*file).to_owned()).collect(),
        stale: None,
    }
}

fn load_all(snapshots: &[Snapshot], settings: &CatalogSettings) -> Outcome<Catalog> {
    catalog::load(snapshots, settings, &Limits::default())
}

/// One file named `catalog-info.yaml`, by default rules.
fn load_one(text: &str) -> Outcome<Catalog> {
    load_all(&[snapshot("shop", [("catalog-info.yaml", text)], &[])], &CatalogSettings::default())
}

fn other() -> String {
    compose("User", "metadata.name: other")
}

fn load_subject(document: &str, settings: &CatalogSettings) -> Outcome<Catalog> {
    let other = other();
    let files = [
        (SUBJECT, document),
        ("area/other.yaml", &other),
        ("area/api.txt", "words"),
        ("root.txt", "words"),
        ("area/data.json", "{\"a\": 1}"),
        ("area/word.json", "\"word\""),
        ("area/data.yaml", "a: 1"),
        ("area/two.yaml", "a: 1\n---\nb: 2\n"),
        ("area/broken.yaml", "a: [\n"),
        ("area/empty.yaml", "# nothing\n"),
        ("area/whole.yaml", "openapi: 3.1.0\nx: {$ref: 'parts.yaml#/part'}\ny: {$ref: 'parts.yaml#/part'}\n"),
        ("area/parts.yaml", "part: {self: {$ref: '#/part'}}\n"),
        ("area/lost.yaml", "x: {$ref: 'none.yaml'}\n"),
        ("area/away.yaml", "x: {$ref: 'https://example.com/x.yaml'}\n"),
    ];
    load_all(&[snapshot("shop", files, &[SUBJECT])], settings)
}

/// What a finding points at, as the caret shows it.
fn marked(finding: &Diagnostic) -> String {
    let place = finding.place.as_ref().expect("a finding about a document has a place");
    place.text.chars().skip(place.column as usize - 1).take(place.width as usize).collect()
}

/// Runs a case; the answer says what is wrong with the outcome.
fn check(kind: &str, changes: &str, outcome: &str, settings: &CatalogSettings) -> Result<(), String> {
    let document = compose(kind, changes);
    let loaded = load_subject(&document, settings);
    let catalog = loaded.value;
    let subject = catalog.entities.values().find(|entity| entity.path.as_str() == SUBJECT);
    let state = match subject {
        Some(entity) if entity.published => "ok",
        Some(entity) if !entity.recognised => "unknown",
        Some(_) => "no",
        None if catalog.unpublished.is_empty() => "stranger",
        None => "bad",
    };
    let (wanted, finding) = outcome.split_once(' ').map_or((outcome, None), |(state, rest)| (state, Some(rest)));
    let told: Vec<&Diagnostic> = loaded
        .diagnostics
        .iter()
        .filter(|finding| {
            finding.severity > Severity::Note || ["CB0315", "CB0317", "CB0329"].contains(&finding.code.as_str())
        })
        .collect();
    let shown: Vec<String> = told.iter().map(|finding| format!("{} {}", finding.code, marked(finding))).collect();
    if state != wanted {
        return Err(format!("is `{state}`, with {shown:?}"));
    }
    match finding {
        Some(finding) if !shown.iter().any(|shown| shown == finding) => Err(format!("is told {shown:?}")),
        None if !shown.is_empty() => Err(format!("is told {shown:?}")),
        _ => Ok(()),
    }
}

/// The cases of a table: skeleton, changes, outcome.
pub fn cases(file: &str) -> Vec<(String, String, String)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/catalog").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let case = |line: &str| {
        let parts: Vec<&str> = line.split(" | ").map(str::trim).collect();
        let [kind, changes, outcome] = parts[..] else { panic!("{file}: three parts: {line}") };
        (kind.to_owned(), changes.to_owned(), outcome.to_owned())
    };
    lines.map(case).collect()
}

fn run_table(file: &str, settings: &CatalogSettings) -> usize {
    let cases = cases(file);
    let mut wrong = Vec::new();
    for (kind, changes, outcome) in &cases {
        if let Err(what) = check(kind, changes, outcome, settings) {
            wrong.push(format!("{kind} | {changes} | {outcome}\n    {what}"));
        }
    }
    assert!(wrong.is_empty(), "{file}: {} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
    cases.len()
}

#[test]
fn every_rule_of_a_document_holds_just_inside_and_just_outside() {
    let layers = CatalogSettings { model: CatalogModel::Layers, ..CatalogSettings::default() };
    let count = run_table("fields.cases", &CatalogSettings::default()) + run_table("layers.cases", &layers);
    assert!(count >= 300, "{count} cases");
}

fn codes(loaded: &Outcome<Catalog>) -> Vec<&str> {
    loaded.diagnostics.iter().map(|finding| finding.code.as_str()).collect()
}

fn names(catalog: &Catalog) -> Vec<String> {
    catalog.entities.keys().map(ToString::to_string).collect()
}

fn component(name: &str) -> String {
    compose("Component", &format!("metadata.name: {name}"))
}

fn strict() -> CatalogSettings {
    CatalogSettings { neighbours: Neighbours::Strict, ..CatalogSettings::default() }
}

#[test]
fn a_broken_document_costs_itself_or_in_strict_mode_its_file() {
    for broken in
        ["a: [", "apiVersion: v1\nkind: X\nmetadata: {name: 123}", "a: 1\na: 2", "metadata: {name: x}\nkind: A"]
    {
        let text = format!("{}---\n{broken}\n---\n{}", component("one"), component("two"));
        let loaded = load_one(&text);
        assert_eq!(names(&loaded.value), ["component:default/one", "component:default/two"], "{broken}");
        assert_eq!(loaded.value.unpublished.len(), 1, "{broken}");
        let loaded = load_all(&[snapshot("shop", [("catalog-info.yaml", text.as_str())], &[])], &strict());
        assert!(loaded.value.entities.is_empty(), "{broken}");
        assert_eq!(codes(&loaded).iter().filter(|code| **code == "CB0324").count(), 2, "{broken}");
    }
}

#[test]
fn a_missing_target_costs_itself_or_in_strict_mode_its_location() {
    let location = compose("Location", "spec.targets: [./one.yaml, ./none.yaml]");
    let one = component("one");
    let files = [("catalog-info.yaml", location.as_str()), ("one.yaml", &one)];
    let loaded = load_all(&[snapshot("shop", files, &[])], &CatalogSettings::default());
    assert_eq!(names(&loaded.value), ["component:default/one", "location:default/subject"]);
    let loaded = load_all(&[snapshot("shop", files, &[])], &strict());
    assert!(loaded.value.entities.is_empty());
}

#[test]
fn locations_lead_through_globs_other_repositories_and_circles() {
    let shop = compose(
        "Location",
        "metadata.name: root ; spec.targets: [./parts/**/*.yaml, \"https://github.com/acme/people/blob/trunk/org/catalog.yaml\"]",
    );
    let circle = compose("Location", "metadata.name: circle ; spec.target: /catalog-info.yaml");
    let (one, two, hidden) = (component("one"), component("two"), component("hidden"));
    let group = compose("Group", "metadata.name: team-z");
    let snapshots = [
        snapshot(
            "shop",
            [
                ("catalog-info.yaml", shop.as_str()),
                ("parts/one.yaml", &one),
                ("parts/deep/er/two.yaml", &two),
                ("parts/.hidden/x.yaml", &hidden),
                ("parts/circle.yaml", &circle),
            ],
            &[],
        ),
        snapshot("people", [("org/catalog.yaml", group.as_str())], &[]),
    ];
    let loaded = load_all(&snapshots, &CatalogSettings::default());
    assert_eq!(
        names(&loaded.value),
        [
            "component:default/one",
            "component:default/two",
            "group:default/team-z",
            "location:default/circle",
            "location:default/root"
        ]
    );
    let team = loaded.value.get(&EntityRef::new("group", "default", "team-z")).unwrap();
    assert_eq!(
        team.annotation("backstage.io/managed-by-origin-location"),
        Some("url:https://github.com/acme/shop/blob/main/catalog-info.yaml")
    );
    assert_eq!(
        team.annotation("backstage.io/managed-by-location"),
        Some("url:https://github.com/acme/people/tree/main/org/catalog.yaml")
    );
    assert_eq!(team.related("ownerOf").count(), 2);
    assert_eq!(loaded.value.locations.len(), 1);
}

#[test]
fn names_claimed_twice_have_a_stated_winner() {
    let titled = |title: &str, more: &str| compose("Component", &format!("metadata.title: {title}{more}"));
    let first = format!("{}---\n{}", titled("one", ""), titled("two", " ; metadata.name: Subject"));
    let (second, third) = (titled("three", ""), titled("four", ""));
    let snapshots = [
        snapshot("a", [("x/catalog-info.yaml", second.as_str()), ("b/catalog-info.yaml", &first)], &[]),
        snapshot("b", [("catalog-info.yaml", third.as_str())], &[]),
    ];
    let loaded = load_all(&snapshots, &CatalogSettings::default());
    let entity = &loaded.value.entities[0];
    // The first source, its first path, in it the last document.
    assert_eq!((entity.display_name(), entity.name()), ("two", "Subject"));
    let rivals: Vec<String> = entity.rivals.iter().map(|rival| rival.place.to_string()).collect();
    assert_eq!(rivals, ["a:b/catalog-info.yaml:4:9", "a:x/catalog-info.yaml:4:9", "b:catalog-info.yaml:4:9"]);
    assert_eq!(codes(&loaded), ["CB0322", "CB0320", "CB0319", "CB0319"]);
}

#[test]
fn a_name_goes_to_who_can_be_published_unless_backstage_is_followed() {
    let (bad, good) = (compose("Component", "-spec.owner"), component("subject"));
    let snapshots = [snapshot("a", [("a/catalog-info.yaml", bad.as_str()), ("b/catalog-info.yaml", &good)], &[])];
    let loaded = load_all(&snapshots, &CatalogSettings::default());
    assert_eq!(loaded.value.entities[0].path.as_str(), "b/catalog-info.yaml");
    assert!(load_all(&snapshots, &strict()).value.entities.is_empty());
}

#[test]
fn relations_go_both_ways_and_take_the_namespace_of_their_entity() {
    let text = [
        compose("Component", "metadata.name: a ; metadata.namespace: ns ; spec.system: S ; spec.dependsOn: [\"component:a\", \"resource:default/none\"]"),
        compose("System", "metadata.name: s ; metadata.namespace: ns"),
        compose("Group", "metadata.name: team-z ; metadata.namespace: ns ; spec.parent: team-z ; spec.children: [b]"),
        compose("Group", "metadata.name: b ; metadata.namespace: ns ; spec.parent: team-z"),
    ]
    .join("---\n");
    let catalog = load_one(&text).value;
    let shown = |name: &str| -> Vec<String> {
        let entity = catalog.get(&name.to_owned().try_into().unwrap()).unwrap();
        entity.relations.iter().map(|relation| format!("{} {}", relation.kind, relation.target)).collect()
    };
    assert_eq!(
        shown("component:ns/a"),
        [
            "dependencyOf component:ns/a",
            "dependsOn component:ns/a",
            "dependsOn resource:default/none",
            "ownedBy group:ns/team-z",
            "partOf system:ns/s"
        ]
    );
    assert_eq!(shown("system:ns/s"), ["hasPart component:ns/a", "ownedBy group:ns/team-z"]);
    assert_eq!(
        shown("group:ns/team-z"),
        [
            "childOf group:ns/team-z",
            "ownerOf component:ns/a",
            "ownerOf system:ns/s",
            "parentOf group:ns/b",
            "parentOf group:ns/team-z"
        ]
    );
    assert_eq!(catalog.dangling().len(), 1);
}

fn reference(text: &str) -> EntityRef {
    text.to_owned().try_into().unwrap()
}

#[test]
fn codeowners_stand_in_for_an_owner_that_is_not_written() {
    let text = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a, namespace: n}\n\
                spec: {type: service, lifecycle: production}\n---\n"
        .to_owned()
        + &component("b");
    let team = "apiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: t, namespace: n}\n\
                spec: {type: team, children: []}\n";
    let files =
        [("catalog-info.yaml", text.as_str()), ("g/catalog-info.yaml", team), ("CODEOWNERS", "# x\n* @o/T @ann\n")];
    let snapshots = [snapshot("r", files, &["**/catalog-info.yaml"])];
    let settings = CatalogSettings { codeowners: true, ..CatalogSettings::default() };
    let loaded = load_all(&snapshots, &settings).value;
    let a = &loaded.entities[&reference("component:n/a")];
    let owners: Vec<(String, bool)> = a
        .relations
        .iter()
        .map(|relation| (format!("{} {}", relation.kind, relation.target), relation.published))
        .collect();
    assert_eq!(owners, [("ownedBy group:n/t".to_owned(), false), ("ownedBy user:n/ann".to_owned(), false)]);
    assert!(!a.published, "Backstage still refuses it");
    assert_eq!(a.codeowners.as_ref().unwrap().place.to_string(), "r:CODEOWNERS:2:1");
    let group = &loaded.entities[&reference("group:n/t")];
    assert!(group.relations.iter().any(|relation| relation.kind == "ownerOf" && !relation.published));
    assert!(loaded.entities[&reference("component:default/b")].codeowners.is_none(), "what is written counts");
    assert!(
        load_all(&snapshots, &CatalogSettings::default()).value.entities[&reference("component:n/a")]
            .codeowners
            .is_none()
    );
    for bytes in [vec![0xff], b"*  @o/t\n".repeat(100_000)] {
        let mut unusable = snapshot("r", [], &[]);
        unusable.tree =
            RepoTree::in_memory([("catalog-info.yaml", text.clone().into_bytes()), (".github/CODEOWNERS", bytes)]);
        let loaded = load_all(&[unusable], &settings);
        assert!(codes(&loaded).contains(&"CB0330"), "{:?}", loaded.diagnostics);
        assert!(loaded.value.entities[&reference("component:n/a")].codeowners.is_none());
    }
}

#[test]
fn a_definition_in_several_files_is_made_whole() {
    let definition = |file: &str| {
        let document = compose("API", &format!("spec.definition: {{$openapi: {file}}}"));
        let loaded = load_subject(&document, &CatalogSettings::default()).value;
        let entity = loaded.entities.values().find(|entity| entity.path.as_str() == SUBJECT).unwrap();
        entity.spec_str("definition").unwrap().to_owned()
    };
    let whole = "openapi: 3.1.0\nx:\n  self:\n    $ref: '#/x'\ny:\n  $ref: '#/x'\n";
    assert_eq!(definition("./whole.yaml"), whole);
    assert_eq!(definition("./away.yaml"), "x: {$ref: 'https://example.com/x.yaml'}\n", "nothing is fetched");
}

#[test]
fn layers_keep_relations_to_their_kinds() {
    let settings = CatalogSettings { model: CatalogModel::Layers, ..CatalogSettings::default() };
    let text = [
        compose("Component", "metadata.name: a ; spec.owner: \"component:b\" ; spec.system: \"domain:d\""),
        compose("Domain", "metadata.name: d"),
        compose("Component", "metadata.name: b"),
    ]
    .join("---\n");
    let catalog = load_all(&[snapshot("shop", [("catalog-info.yaml", text.as_str())], &[])], &settings).value;
    let relations = |at: usize| -> Vec<String> {
        catalog.entities[at].relations.iter().map(|relation| format!("{} {}", relation.kind, relation.target)).collect()
    };
    assert_eq!(relations(0), ["partOf domain:default/d"]);
    assert_eq!(relations(1), ["ownedBy group:default/team-z"]);
    assert_eq!(relations(2), ["ownedBy group:default/team-z"], "the reverse is not declared for a domain");
}

#[test]
fn the_document_is_published_as_backstage_publishes_it() {
    let text = "apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: Shop
  uid: mine
  annotations: {backstage.io/view-url: \"java\\nscript:alert(1)\", backstage.io/managed-by-location: mine, a: \"\"}
spec: {type: service, lifecycle: x, owner: o, dependsOn: ['resource:b', 'Resource:a', 'resource:b'], v: 1.10, d: 2020-01-01, n: ~}
";
    let files = [("area/catalog-info.yaml", text)];
    let catalog = load_all(&[snapshot("shop", files, &[])], &CatalogSettings::default()).value;
    assert_eq!(
        catalog.entities[0].document,
        json!({
            "apiVersion": "backstage.io/v1alpha1",
            "kind": "Component",
            "metadata": {
                "name": "Shop",
                "namespace": "default",
                "annotations": {
                    "backstage.io/view-url": "https://backstage.io/annotation-rejected-for-security-reasons",
                    "backstage.io/managed-by-location": "url:https://github.com/acme/shop/tree/main/area/catalog-info.yaml",
                    "a": "",
                    "backstage.io/managed-by-origin-location": "url:https://github.com/acme/shop/blob/main/area/catalog-info.yaml",
                    "backstage.io/edit-url": "https://github.com/acme/shop/edit/main/area/catalog-info.yaml",
                    "backstage.io/source-location": "url:https://github.com/acme/shop/tree/main/area/",
                },
            },
            "spec": {
                "type": "service", "lifecycle": "x", "owner": "o",
                "dependsOn": ["Resource:a", "resource:b", "resource:b"],
                "v": 1.1, "d": "2020-01-01", "n": null,
            },
        })
    );
}

#[test]
fn skeletons_of_templates_are_set_aside_in_one_note() {
    let template = compose("Template", "spec.steps: [{action: \"fetch:template\", input: {url: ./skeleton}}]");
    let named = compose("Component", "metadata.name: ${{ values.name | dump }}");
    let cookie =
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: {{ cookiecutter.name | jsonify }}\n";
    let block = "apiVersion: backstage.io/v1alpha1\n{%- if x %}\nkind: Component\n{%- endif %}\n";
    let plain = component("plain");
    let files = [
        ("t/catalog-info.yaml", template.as_str()),
        ("t/skeleton/catalog-info.yaml", &plain),
        ("u/catalog-info.yaml", &named),
        ("v/catalog-info.yaml", cookie),
        ("w/catalog-info.yaml", block),
        ("x/${{ values.name }}/catalog-info.yaml", &plain),
    ];
    let loaded = load_all(&[snapshot("shop", files, &[])], &CatalogSettings::default());
    assert_eq!(names(&loaded.value), ["template:default/subject"]);
    assert_eq!(codes(&loaded), ["CB0323"]);
    assert_eq!(loaded.diagnostics[0].message, "5 files of template skeletons set aside");
    assert!(loaded.value.unpublished.is_empty());
}

#[test]
fn hostile_files_cost_a_finding_each_and_their_neighbours_nothing() {
    let mut bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned();
    for level in 1..30 {
        let inner = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{inner}]\n");
    }
    let good = component("good");
    let sound = |name: &str, more: &str| compose("Component", &format!("metadata.name: {name}{more}"));
    let hostile: Vec<(&str, Vec<u8>, &str)> = vec![
        ("bomb", bomb.into_bytes(), "CB0303"),
        ("lists", "[".repeat(10_000).into_bytes(), "CB0303"),
        ("closed", format!("{}{}", "[".repeat(10_000), "]".repeat(10_000)).into_bytes(), "CB0303"),
        ("dashes", "- ".repeat(10_000).into_bytes(), "CB0303"),
        ("maps", "{a: ".repeat(10_000).into_bytes(), "CB0303"),
        ("keys", "? ".repeat(10_000).into_bytes(), "CB0303"),
        ("deep", (0..300).map(|at| format!("{}a:\n", " ".repeat(at))).collect::<String>().into_bytes(), "CB0303"),
        ("aliases", format!("a: &a 1\nb: [{}]\n", vec!["*a"; 101].join(", ")).into_bytes(), "CB0303"),
        ("many", "--- 1\n".repeat(20_000).into_bytes(), "CB0303"),
        ("wide", format!("a: [{}]\n", "1,".repeat(600_000)).into_bytes(), "CB0303"),
        ("large", vec![b' '; 5 << 20], "CB0303"),
        ("huge", b"a: b\n".repeat(20 << 20), "CB0303"),
        ("self", b"a: &a [*a]\n".to_vec(), "CB0301"),
        ("twice", (sound("twice", " ; spec.a: 1") + "  a: 2\n").into_bytes(), "CB0302"),
        (
            "latin",
            sound("latin", " ; metadata.title: x").replace('x', "\u{e9}").chars().map(|c| c as u8).collect(),
            "CB0304",
        ),
        ("utf16", good.encode_utf16().flat_map(u16::to_le_bytes).collect(), "CB0301"),
        ("tabs", sound("tabs", "").replace("  ", "\t").into_bytes(), "CB0301"),
        ("mark", format!("\u{feff}{}", sound("mark", "")).into_bytes(), "CB0327"),
        ("zero", sound("zero", " ; metadata.title: x\0y").into_bytes(), "CB0301"),
        ("proto", sound("proto", " ; spec.__proto__: {polluted: true}").into_bytes(), "CB0326"),
        ("names", sound("\"a\\u202eb\"", "").into_bytes(), "CB0307"),
        ("quote", b"a: \"never closed\n".to_vec(), "CB0301"),
        ("directive", b"%YAML 9.9\n%TAG ! !\n---\na: 1\n".to_vec(), "CB0328"),
        ("binary", (0..=255).cycle().take(4096).collect(), "CB0304"),
    ];
    for (name, bytes, code) in hostile {
        let path = format!("{name}/catalog-info.yaml");
        let files = [(path.as_str(), bytes), ("z/catalog-info.yaml", good.clone().into_bytes())];
        let mut plain = snapshot("shop", [], &[]);
        plain.tree = RepoTree::in_memory(files);
        let loaded = load_all(&[plain], &CatalogSettings::default());
        assert!(names(&loaded.value).contains(&"component:default/good".to_owned()), "{name}");
        assert!(codes(&loaded).contains(&code), "{name}: {:?}", loaded.diagnostics);
    }
}

#[test]
fn the_same_snapshots_give_the_same_catalog_whatever_the_threads() {
    let texts: Vec<(String, String)> = (0..60)
        .map(|at| {
            let more = format!("metadata.name: c{} ; spec.dependsOn: [\"component:c{}\"]", at % 40, at * 7 % 40);
            (format!("d{at}/catalog-info.yaml"), compose("Component", &more))
        })
        .collect();
    let load = |threads: usize| {
        let files = texts.iter().map(|(path, text)| (path.as_str(), text.as_str()));
        let snapshots = [snapshot("shop", files, &[])];
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let loaded = pool.install(|| load_all(&snapshots, &CatalogSettings::default()));
        format!("{:?}{:?}", loaded.value.entities, loaded.diagnostics)
    };
    assert_eq!(load(1), load(4));
}

proptest::proptest! {
    #[test]
    fn no_text_makes_the_catalog_panic(parts in proptest::collection::vec(
        "(a|b: |- |\\? |: |\\[|\\]|\\{|\\}|,|&a |\\*a|!x |!!str |'|\"|\\||>|#|%|---\n|\\.\\.\\.\n|\n|  |\t|\\\\|ä|\u{feff}|kind: X\n|metadata: \\{name: x\\}\n|apiVersion: v1\n)",
        0..40,
    )) {
        load_one(&parts.concat());
    }
}
