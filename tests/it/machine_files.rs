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
    let feed = portal.text("feed.atom");
    assert!(feed.contains("<title>bookshop/orders changed</title>") || feed.contains("orders changed"), "{feed}");
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
