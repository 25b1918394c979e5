//! What programs read: the site map, the feed, `llms.txt`, and drawings of relations.

use super::portal_fixture::Portal;

#[test]
fn programs_find_every_page_by_its_address() {
    let portal = Portal::new();
    portal.build(&[]);
    let base = "https://portal.bookshop.example/dev/";
    let map = portal.text("sitemap.xml");
    let pages = portal.digests("dist").into_keys().filter(|path| path.ends_with("index.html"));
    let mut found = 0;
    for path in pages {
        let page = portal.text(&path);
        let moved = page.contains("http-equiv=\"refresh\"");
        let address = path.trim_end_matches("index.html").replace(' ', "%20");
        assert_eq!(map.contains(&format!("<loc>{base}{address}</loc>")), !moved, "{path}");
        found += 1;
    }
    assert!(found > 20, "{found}");
    assert!(portal.text("robots.txt").contains(&format!("Sitemap: {base}sitemap.xml")));
    assert!(portal.text("opensearch.xml").contains(&format!("template=\"{base}search/?q={{searchTerms}}\"")));
    assert!(portal.text("llms.txt").contains(&format!("]({base}docs/default/component/orders/")));
}

#[test]
fn what_changed_last_is_told_by_history_alone() {
    let portal = Portal::new();
    portal.build(&[]);
    let change = |text: &str| {
        portal.edit("orders", |files| {
            let page = files.get_mut("docs/index.md").expect("its documentation");
            page.extend_from_slice(text.as_bytes());
        });
    };
    change("\nOne more line.\n");
    portal.build(&[]);
    let page = portal.text("changes/index.html");
    let first = &page[page.find("id=\"commit-").expect("a change")..];
    let first = &first[..first.find("</li></ul>").expect("its things")];
    let commit = &first[11..23];
    for part in [
        "Change files",
        "Mira Okonjo",
        "</time> in orders",
        &format!("https://github.com/bookshop/orders/commit/{commit}"),
    ] {
        assert!(first.contains(part), "{part}: {first}");
    }
    // The page of documentation changed, the entity's description did not: that stands with the commit before.
    assert!(
        first.contains("docs/default/component/orders/\"") && !first.contains("catalog/default/component/orders/\""),
        "{first}"
    );
    assert!(page.contains("catalog/default/component/orders/\""), "{page}");
    assert!(portal.text("index.html").contains("Recent changes"));
    let feed = portal.text("feed.atom");
    let entry = format!("<id>https://portal.bookshop.example/dev/changes/#commit-{commit}</id>");
    assert!(feed.contains(&entry) && feed.contains("<author><name>Mira Okonjo</name></author>"), "{feed}");
    // A build from nothing says the same: nothing is compared with what an earlier build left.
    portal.build(&["--cold", "--output", "cold"]);
    assert_eq!(portal.digests("dist"), portal.digests("cold"));
}

#[test]
fn without_history_no_change_is_invented() {
    let portal = Portal::new();
    portal.build(&[]);
    for name in super::portal_fixture::REPOSITORIES {
        let repository = portal.repository(name);
        let head = std::fs::read_to_string(repository.join("refs/heads/main")).unwrap();
        std::fs::write(repository.join("shallow"), head).unwrap();
    }
    portal.build(&[]);
    let page = portal.text("changes/index.html");
    assert!(page.contains("No history at hand") && page.contains("5 repositories are here without history"), "{page}");
    assert!(!page.contains("id=\"commit-") && !portal.text("index.html").contains("<h2><a href=\"changes/\">"));
    assert!(portal.text("feed.atom").contains("<title>orders changed</title>"));
}

#[test]
fn relations_are_drawn_with_a_link_for_every_box() {
    let portal = Portal::new();
    portal.build(&[]);
    for path in ["graph/index.html", "catalog/default/component/orders/index.html"] {
        let page = portal.text(path);
        let start = page.find("<svg class=\"cb-graph-svg\"").unwrap_or_else(|| panic!("no drawing in {path}"));
        let drawing = &page[start..start + page[start..].find("</svg>").expect("an end")];
        let boxes = drawing.matches("<rect ").count();
        assert!(boxes > 1 && boxes == drawing.matches("<a class=\"cb-graph-box").count(), "{path}: {boxes}");
        assert!(!drawing.contains(" style="), "the page's policy forbids inline styles");
    }
}
