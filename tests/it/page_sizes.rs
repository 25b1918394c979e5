//! No page grows with the catalog: an organisation of ten thousand entities that hang together in the worst ways.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::sync::Arc;

use callboard::base::{Diagnostic, RelPath};
use callboard::site::{Input, KeptPages, Page};
use callboard::sources::{Origin, RepoTree, Revision, Snapshot};
use callboard::theme::Brand;
use callboard::{catalog, config, pipeline, site, techdocs, theme};

/// Entities of the organisation.
const ENTITIES: usize = 10_000;
/// Most bytes of a page as it is sent, packed.
const PAGE: usize = 30_000;

/// Words without sense, the same in each run: they pack as badly as real names do.
struct Words(u64);

impl Words {
    fn next(&mut self) -> u64 {
        // Knuth's MMIX generator; its high bits are good.
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        self.0 >> 33
    }

    fn word(&mut self) -> String {
        const PARTS: [&str; 32] = [
            "ba", "cor", "den", "fi", "gul", "hem", "ist", "jo", "ka", "lur", "mi", "nor", "op", "pel", "qua", "ras",
            "sti", "tor", "ur", "vel", "wi", "xan", "yor", "ze", "bri", "cla", "dro", "eft", "fro", "gli", "hau",
            "ing",
        ];
        (0..3).map(|_| PARTS[(self.next() % 32) as usize]).collect()
    }

    fn sentence(&mut self, words: usize) -> String {
        (0..words).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

/// Everything belongs to one team, one system, one tag; half of all refers to one component; a tenth of each kind.
fn descriptors() -> String {
    let mut words = Words(7);
    let names: Vec<String> = (0..ENTITIES).map(|at| format!("{}-{}-{at}", words.word(), words.word())).collect();
    let kinds =
        ["Group", "User", "System", "Template", "API", "Resource", "Component", "Component", "Component", "Vessel"];
    let mut text =
        String::from("apiVersion: backstage.io/v1alpha1\nkind: Domain\nmetadata: {name: all}\nspec: {owner: root}\n");
    text += "---\napiVersion: backstage.io/v1alpha1\nkind: Group\nmetadata: {name: root}\nspec: {type: organization, children: []}\n";
    text += "---\napiVersion: backstage.io/v1alpha1\nkind: System\nmetadata: {name: hub}\nspec: {owner: root, domain: all}\n";
    text += "---\napiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: hub}\nspec: {owner: root, type: hub, lifecycle: old}\n";
    for (at, name) in names.iter().enumerate() {
        let kind = kinds[at % kinds.len()];
        let version = if kind == "Template" { "scaffolder.backstage.io/v1beta3" } else { "backstage.io/v1alpha1" };
        let other = &names[at / 10 * 10 + 4];
        let next = &names[at / 10 * 10 + 6];
        let spec = match kind {
            "Group" => "type: team, parent: root, children: []".to_owned(),
            "User" => "memberOf: [root]".to_owned(),
            "System" => "owner: root, domain: all".to_owned(),
            "Template" => "owner: root, type: service, parameters: [], steps: [{id: a, name: a, action: b}]".to_owned(),
            "API" => {
                "owner: root, type: openapi, lifecycle: old, system: hub, definition: \"openapi: 3.0.0\"".to_owned()
            }
            "Resource" => {
                format!("owner: {}, type: database, system: hub, dependencyOf: [component:hub]", words.word())
            }
            "Vessel" => "owner: root".to_owned(),
            _ => format!(
                "owner: root, type: {}, lifecycle: {}, system: hub, providesApis: [{other}], consumesApis: [{other}], \
                 dependsOn: [component:hub, component:{next}, component:nobody, component:no-{name}]",
                words.word(),
                words.word(),
            ),
        };
        let about = words.sentence(30);
        let docs = if kind == "Component" && at < 1_000 {
            format!(", annotations: {{backstage.io/techdocs-ref: 'dir:./d{at}'}}")
        } else {
            String::new()
        };
        let tags = format!("all, {}", words.word());
        let _ = write!(
            text,
            "---\napiVersion: {version}\nkind: {kind}\nmetadata: {{name: {name}, title: {} {name}, description: {about}, tags: [{tags}]{docs}}}\nspec: {{{spec}}}\n",
            words.word()
        );
    }
    text
}

/// Repositories: one that describes everything and has three hundred doc sets, and a thousand with a mistake each.
fn snapshots() -> Vec<Snapshot> {
    let mut words = Words(11);
    let mut files = BTreeMap::from([("catalog-info.yaml".to_owned(), descriptors())]);
    for at in (0..1_000).filter(|at| matches!(at % 10, 6..=8)) {
        files.insert(format!("d{at}/mkdocs.yml"), format!("site_name: {}\n", words.sentence(3)));
        let pages = if at == 6 { 600 } else { 1 };
        for page in 0..pages {
            let name = if page == 0 { "index".to_owned() } else { format!("{}-{page}", words.word()) };
            files.insert(
                format!("d{at}/docs/{name}.md"),
                format!("# {}\n\n{}\n", words.sentence(3), words.sentence(30)),
            );
        }
    }
    let snapshot = |name: String, tree: RepoTree| {
        let revision = Revision { commit: "0".repeat(40), branch: Some("main".to_owned()), time: 1_700_000_000 };
        let origin = Origin { name, revision: Some(revision), web: None, sub_path: RelPath::root() };
        Snapshot { origin, tree, entity_files: Vec::new(), stale: None }
    };
    let mut all = vec![snapshot("everything".to_owned(), RepoTree::in_memory(files))];
    all.extend((0..1_000).map(|_| {
        let text = format!(
            "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {{title: {}}}\n",
            words.sentence(40)
        );
        snapshot(format!("{}/{}", words.word(), words.word()), RepoTree::in_memory([("catalog-info.yaml", text)]))
    }));
    all
}

/// The portal of the snapshots, with its pages not yet rendered, and what a page is rendered with.
fn portal(snapshots: &[Snapshot]) -> (site::Site, theme::Theme) {
    let dir = tempfile::tempdir().unwrap();
    let settings = "title = \"Ten thousand\"\nbase_url = \"https://portal.example/\"\n[limits]\ndocuments_per_file = 20000\nentity_file_bytes = 20000000\n";
    std::fs::write(dir.path().join("site.toml"), settings).unwrap();
    let settings = config::load(dir.path(), &config::Choices::default()).unwrap().value.unwrap();
    let mut found: Vec<Diagnostic> = Vec::new();
    let catalog = Arc::new(catalog::load(snapshots, &settings.catalog, &settings.limits).drain_into(&mut found));
    assert!(catalog.entities.len() > ENTITIES, "{}", catalog.entities.len());
    let plans = techdocs::plan(&catalog, snapshots, &settings.limits).drain_into(&mut found);
    let (memo, commands) = (pipeline::Memo::forgetful(), techdocs::Commands::new());
    let tools = pipeline::Tools { snapshots, commands: &commands, limits: &settings.limits, memo: &memo };
    let books = pipeline::bind_books(&plans, tools, &mut found);
    assert!(books.len() >= 300, "{}", books.len());
    let input = Input {
        settings: &settings,
        snapshots,
        catalog: &catalog,
        books: &books,
        pages: None,
        patterns: None,
        apis: &Arc::default(),
        enrichment: &Arc::default(),
        code: &Arc::default(),
        changes: &BTreeMap::new(),
        diagnostics: &found,
    };
    let site = site::assemble(&input, &mut KeptPages::default()).value;
    (site, theme::load(None, &Brand::default()).unwrap().value)
}

fn packed(html: &str) -> usize {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(html.as_bytes()).unwrap();
    gzip.finish().unwrap().len()
}

#[test]
fn no_page_of_ten_thousand_entities_is_large() {
    let snapshots = snapshots();
    let (site, theme) = portal(&snapshots);
    // Pages of one kind differ by what they list: the largest models tell of all.
    let mut kinds = BTreeMap::<(&str, String), Vec<(usize, &Page)>>::new();
    for page in &site.pages {
        let model = serde_json::to_value(&page.model).unwrap();
        let kind = model["head"]["kind"].as_str().unwrap_or_default().to_owned();
        let size = model.to_string().len();
        kinds.entry((page.template, kind)).or_default().push((size, page));
    }
    let mut large = Vec::new();
    for ((template, kind), mut pages) in kinds {
        pages.sort_by_key(|(size, page)| (std::cmp::Reverse(*size), page.route.to_string()));
        for (_, page) in pages.iter().take(2) {
            let html = theme.render(template, &site.globals, &page.model).unwrap();
            let size = packed(&html);
            println!("{size:6} bytes packed, {:7} as they are: {template} {kind} {}", html.len(), page.route);
            if size > PAGE {
                large.push(format!("{} has {size} bytes", page.route));
            }
        }
    }
    assert!(large.is_empty(), "{}", large.join("\n"));
    for path in
        ["tags/page/2/", "docs/page/2/", "about/page/2/", "health/-/repositories/page/2/", "health/-/documents/page/2/"]
    {
        assert!(site.pages.iter().any(|page| page.route.url() == path), "{path}");
    }
    // What an entity's page does not list is one link away, whole.
    let hub = "catalog/default/component/hub/relations/dependencyOf/";
    let listed: usize = site
        .pages
        .iter()
        .filter(|page| page.route.url().starts_with(hub))
        .map(|page| serde_json::to_value(&page.model).unwrap()["targets"].as_array().map_or(0, Vec::len))
        .sum();
    assert_eq!(listed, 3_000);
}
