//! What a process keeps of the pages of the last time: after an edit of one entity only pages that show it are made again.

use std::collections::BTreeMap;
use std::sync::Arc;

use callboard::base::RelPath;
use callboard::catalog;
use callboard::config::{self, Choices, Settings};
use callboard::site::{self, Input, KeptPages, Page};
use callboard::sources::{Origin, RepoTree, Snapshot};

fn entity(kind: &str, name: &str, title: &str, spec: &str) -> String {
    format!(
        "---\napiVersion: backstage.io/v1alpha1\nkind: {kind}\nmetadata: {{name: {name}, title: {title}}}\nspec: {spec}\n"
    )
}

/// A crew with four components: `crane` needs `quay`, `buoy` says that it is like `quay` in an annotation, `tide` is of another team.
fn descriptions(quay: &str) -> String {
    let spec = |rest: &str| format!("{{type: service, lifecycle: production, owner: crew{rest}}}");
    let alike = entity("Component", "buoy", "Buoy", &spec(""))
        .replace("title: Buoy", "title: Buoy, annotations: {x.example/like: 'component:default/quay'}");
    [
        entity("Group", "crew", "Crew", "{type: team, children: []}"),
        entity("Component", "crane", "Crane", &spec(", dependsOn: ['component:quay']")),
        alike,
        entity("Component", "tide", "Tide", "{type: service, lifecycle: production, owner: pilots}"),
        quay.to_owned(),
    ]
    .concat()
}

fn assemble(kept: &mut KeptPages, settings: &Settings, descriptions: &str) -> Vec<Arc<Page>> {
    let origin = Origin { name: "port".to_owned(), revision: None, web: None, sub_path: RelPath::root() };
    let tree = RepoTree::in_memory([("catalog-info.yaml", descriptions)]);
    let snapshots = [Snapshot { origin, tree, entity_files: Vec::new(), stale: None }];
    let catalog = Arc::new(catalog::load(&snapshots, &settings.catalog, &settings.limits).value);
    let input = Input {
        settings,
        snapshots: &snapshots,
        catalog: &catalog,
        books: &[],
        pages: None,
        patterns: None,
        apis: &Arc::default(),
        enrichment: &Arc::default(),
        code: &Arc::default(),
        changes: &BTreeMap::new(),
        diagnostics: &[],
    };
    site::assemble(&input, kept).value.pages
}

#[test]
fn after_an_edit_of_an_entity_only_pages_that_show_it_are_made_again() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("site.toml"), "title = \"Port\"\n").unwrap();
    let settings = config::load(dir.path(), &Choices::default()).unwrap().value.unwrap();
    let quay = |title: &str| entity("Component", "quay", title, "{type: service, lifecycle: production, owner: crew}");
    let mut kept = KeptPages::default();
    let mut last = assemble(&mut kept, &settings, &descriptions(&quay("Quay")));
    // Another title; gone; there again.
    for text in [quay("Pier"), String::new(), quay("Quay")] {
        let now = assemble(&mut kept, &settings, &descriptions(&text));
        let cold = assemble(&mut KeptPages::default(), &settings, &descriptions(&text));
        let shown = |pages: &[Arc<Page>]| -> Vec<_> {
            pages.iter().map(|page| (page.route.to_string(), page.identity)).collect()
        };
        assert_eq!(shown(&now), shown(&cold));
        let same = |name: &str| {
            let of = |pages: &[Arc<Page>]| pages.iter().find(|page| page.route.url().ends_with(name)).cloned();
            of(&last).zip(of(&now)).is_some_and(|(last, now)| Arc::ptr_eq(&last, &now))
        };
        assert!(same("component/tide/"), "{text}");
        for name in ["component/quay/", "component/crane/", "component/buoy/", "group/crew/"] {
            assert!(!same(name), "{name}: {text}");
        }
        last = now;
    }
}
