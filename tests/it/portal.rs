//! The whole pipeline on real git repositories, by the real program.

use std::collections::BTreeSet;

use crate::portal_fixture::{Portal, REPOSITORIES};
use crate::site_links;

#[test]
fn everything_has_its_page_and_flaws_are_told() {
    let portal = Portal::new();
    let summary = portal.build_json(&[]);
    assert_eq!(summary["counts"]["repositories"], REPOSITORIES.len());
    for page in [
        "index.html",
        "404.html",
        "catalog/index.html",
        "catalog/default/component/orders/index.html",
        "catalog/default/api/orders-api/index.html",
        "catalog/default/resource/orders-db/index.html",
        "catalog/default/system/shop/index.html",
        "catalog/default/domain/trade/index.html",
        "catalog/default/group/tills/index.html",
        "catalog/default/user/mira/index.html",
        "catalog/default/template/new-service/index.html",
        "catalog/default/location/people/index.html",
        "catalog/default/component/survivor/index.html",
        "kinds/component/index.html",
        "docs/index.html",
        "docs/default/component/orders/index.html",
        "docs/default/component/orders/guide/start/index.html",
        "docs/default/component/orders/unlisted/index.html",
        "docs/default/component/orders/img/till.png",
        "search/index.html",
        "health/index.html",
        "health/-/unowned/index.html",
        "health/-/undescribed/index.html",
        "health/-/orphans/index.html",
        "org/index.html",
        "decisions/index.html",
    ] {
        assert!(portal.path("dist").join(page).exists(), "{page} is missing");
    }
    let orders = portal.text("catalog/default/component/orders/index.html");
    for words in ["Tills and baskets", "orders-api", "ledger", "https://status.bookshop.example/orders", "flawed"] {
        assert!(orders.contains(words), "the page of orders does not show {words}");
    }
    assert!(
        portal.text("catalog/default/api/orders-api/definition/index.html").contains("List the orders"),
        "$text is resolved"
    );
    assert!(portal.text("org/index.html").contains("catalog/default/group/tills/"));
    assert!(portal.text("health/index.html").contains("By team"));
    let docs = portal.text("docs/default/component/orders/guide/start/index.html");
    for words in ["href=\"../../\"", "href=\"../refunds/\"", "order.py", "Refunds"] {
        assert!(docs.contains(words), "the page of the guide does not hold {words}");
    }
    let flawed = portal.text("docs/default/component/survivor/index.html");
    assert!(!flawed.contains("alert(\"no\")") && !flawed.contains("1337") && flawed.contains("7*191"));

    let findings: Vec<String> = summary["diagnostics"].as_array().unwrap().iter().map(ToString::to_string).collect();
    for words in ["not-there.md", "nowhere.md", "no-such", "component:default/orders"] {
        assert!(findings.iter().any(|finding| finding.contains(words)), "no finding tells of {words}");
    }
    let places: Vec<&str> = summary["diagnostics"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|finding| finding["place"]["origin"].as_str())
        .collect();
    assert!(
        places.iter().any(|origin| origin.starts_with("bookshop/flawed@") || origin.starts_with("flawed@")),
        "{places:?}"
    );
}

#[test]
fn search_finds_entities_people_and_sections() {
    let portal = Portal::new();
    portal.build(&[]);
    for (words, address) in [
        ("quibbledrum", "docs/default/component/orders/unlisted/"),
        ("partial refunds", "docs/default/component/orders/guide/refunds/#partial-refunds"),
        ("orders-api", "catalog/default/api/orders-api/"),
        ("Mira Okonjo", "catalog/default/user/mira/"),
        ("house library", "docs/"),
    ] {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
        let output =
            command.args(["search", words, "--limit", "3", "--site"]).arg(portal.path("dist")).output().unwrap();
        let found = String::from_utf8_lossy(&output.stdout);
        assert!(found.contains(address), "{words}: {found}");
    }
}

#[test]
fn no_internal_link_leads_nowhere_unless_a_finding_says_so() {
    let portal = Portal::new();
    let summary = portal.build_json(&[]);
    let told = summary["diagnostics"].to_string();
    let dead = site_links::dead(&portal.path("dist"));
    let untold: Vec<_> = dead.iter().filter(|link| !told.contains(link.written.as_str())).collect();
    assert!(untold.is_empty(), "{untold:#?}");
    assert!(dead.len() <= 3, "{dead:#?}");
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let portal = Portal::new();
    portal.build(&["--cold", "--output", "first"]);
    for (at, threads) in ["1", "2", "8"].iter().enumerate() {
        let output = format!("again-{at}");
        let mut command = portal.command(&["--cold", "--output", &output]);
        command.env("RAYON_NUM_THREADS", threads).env("TZ", "Asia/Kathmandu").env("LC_ALL", "tr_TR.UTF-8");
        assert!(command.output().unwrap().status.success());
        assert_eq!(portal.digests("first"), portal.digests(&output), "with {threads} threads");
    }
}

type Edit = (&'static str, &'static str, fn(&Portal));

/// What is edited, and how. Each is followed by a warm build and a cold one.
const EDITS: &[Edit] = &[
    ("a page", "docs/", |portal| {
        portal.edit("orders", |files| {
            files.insert("docs/unlisted.md".into(), b"# Runbook\n\nNow it says something else.\n".to_vec());
        });
    }),
    ("a new page", "docs/", |portal| {
        portal.edit("orders", |files| {
            files.insert("docs/guide/new.md".into(), b"# New\n\n[back](start.md)\n".to_vec());
        });
    }),
    ("a page that is gone", "docs/", |portal| {
        portal.edit("orders", |files| {
            files.remove("docs/guide/refunds.md");
        });
    }),
    ("an entity", "", |portal| {
        portal.edit("orders", |files| {
            let text = String::from_utf8(files["catalog-info.yaml"].clone()).unwrap();
            files.insert("catalog-info.yaml".into(), text.replace("Takes orders", "Accepts orders").into_bytes());
        });
    }),
    ("a person's name", "", |portal| {
        portal.edit("people", |files| {
            let text = String::from_utf8(files["teams/users.yaml"].clone()).unwrap();
            files.insert("teams/users.yaml".into(), text.replace("Mira Okonjo", "Mira O.").into_bytes());
        });
    }),
    ("an image", "docs/", |portal| {
        portal.edit("orders", |files| {
            files.get_mut("docs/img/till.png").unwrap().push(0);
        });
    }),
    ("the nav", "docs/", |portal| {
        portal.edit("orders", |files| {
            files.insert("mkdocs.yml".into(), b"site_name: Orders\n".to_vec());
        });
    }),
    ("the title", "", |portal| {
        let path = portal.path("site.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(path, text.replace("The bookshop", "Bookshop")).unwrap();
    }),
    ("a repository that is gone", "", |portal| {
        let path = portal.path("site.toml");
        let text = std::fs::read_to_string(&path).unwrap();
        let rest =
            text.replace("[[sources]]\ngit = \"templates.git\"\nurl = \"https://github.com/bookshop/templates\"\n", "");
        assert_ne!(text, rest);
        std::fs::write(path, rest).unwrap();
    }),
];

#[test]
fn a_warm_build_equals_a_cold_one_after_each_edit() {
    let portal = Portal::new();
    portal.build(&[]);
    for (what, _, edit) in EDITS {
        edit(&portal);
        portal.build(&[]);
        portal.build(&["--cold", "--output", "cold"]);
        assert_eq!(portal.digests("dist"), portal.digests("cold"), "after an edit of {what}");
    }
}

#[test]
fn a_second_build_makes_and_writes_nothing() {
    let portal = Portal::new();
    portal.build(&[]);
    let second = portal.build_json(&[]);
    assert_eq!(
        (&second["memo"]["made"], &second["written"]["new"], &second["written"]["changed"]),
        (&0.into(), &0.into(), &0.into())
    );
}

#[test]
fn an_edit_touches_only_the_routes_it_must() {
    let portal = Portal::new();
    portal.build(&[]);
    let before = portal.digests("dist");
    portal.edit("orders", |files| {
        files.insert("docs/unlisted.md".into(), b"# Runbook\n\nWords that nobody else shows.\n".to_vec());
    });
    portal.build(&[]);
    let after = portal.digests("dist");
    let touched: BTreeSet<&str> = after
        .iter()
        .filter(|(path, digest)| before.get(*path) != Some(digest))
        .map(|(path, _)| path.as_str())
        .filter(|path| !path.starts_with("search/"))
        .collect();
    // The page itself, its Markdown twin where there is one, and what tells the repositories' commits and the latest changes.
    let allowed = |path: &&str| {
        path.starts_with("docs/default/component/orders/unlisted")
            || path.starts_with("about/")
            || path.starts_with("sources/")
            || ["changes/index.html", "index.html", "feed.atom"].contains(path)
    };
    assert!(touched.iter().any(|path| path.contains("unlisted")), "{touched:?}");
    assert!(touched.iter().all(allowed), "{touched:?}");
}

#[test]
fn a_broken_repository_changes_no_page_of_the_others() {
    let portal = Portal::new();
    portal.build(&[]);
    let before = portal.digests("dist");
    portal.edit("flawed", |files| {
        files.insert("catalog-info.yaml".into(), b"{ this is : [ no yaml\n".to_vec());
        files.insert("docs/index.md".into(), vec![0xff, 0xfe, 0x00]);
        files.insert("mkdocs.yml".into(), b"nav: {{{\n".to_vec());
    });
    portal.build(&[]);
    let after = portal.digests("dist");
    for (path, digest) in &before {
        let of_others = path.starts_with("docs/default/component/orders/") || path.starts_with("catalog/default/api/");
        if of_others {
            assert_eq!(after.get(path), Some(digest), "{path}");
        }
    }
}

#[test]
fn one_repository_needs_no_settings() {
    let portal = Portal::new();
    let folder = portal.path("checkout");
    std::fs::create_dir_all(folder.join("docs")).unwrap();
    std::fs::write(folder.join("mkdocs.yml"), "site_name: Alone\n").unwrap();
    std::fs::write(folder.join("docs/index.md"), "# Alone\n\nhello\n").unwrap();
    let mut command = portal.command(&[]);
    let output = command.current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    // A second build does not take the first one's site for content.
    let mut command = portal.command(&["--json"]);
    let output = command.current_dir(&folder).output().unwrap();
    let summary: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&summary["written"]["new"], &summary["written"]["deleted"]), (&0.into(), &0.into()), "{summary}");
}

#[test]
fn an_owner_from_codeowners_is_shown_with_its_line() {
    let portal = Portal::new();
    let folder = portal.path("owned");
    std::fs::create_dir_all(folder.join("repo/.github")).unwrap();
    let entity = "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata: {name: a}\n\
                  spec: {type: service, lifecycle: production}\n";
    std::fs::write(folder.join("repo/catalog-info.yaml"), entity).unwrap();
    std::fs::write(folder.join("repo/.github/CODEOWNERS"), "# who\n* @acme/harbour\n").unwrap();
    let settings =
        "[[sources]]\ndir = \"repo\"\nurl = \"https://github.com/acme/repo\"\n[catalog]\ncodeowners = true\n";
    std::fs::write(folder.join("site.toml"), settings).unwrap();
    let output = portal.command(&[]).current_dir(&folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let page = std::fs::read_to_string(folder.join("dist/catalog/default/component/a/index.html")).unwrap();
    assert!(page.contains("group/harbour"), "the owner: {page}");
    let line = "<a href=\"https://github.com/acme/repo/blob/HEAD/.github/CODEOWNERS#L2\"";
    assert!(page.contains("Owner from") && page.contains(line) && page.contains(".github/CODEOWNERS:2</a>"), "{page}");
}

#[test]
fn warnings_fail_a_strict_build_only() {
    let portal = Portal::new();
    let output = portal.command(&["--strict", "--quiet"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(portal.path("dist/index.html").exists(), "the site is written all the same");
}

#[test]
fn the_site_is_never_written_over_its_sources() {
    let portal = Portal::new();
    let output = portal.command(&["--output", "."]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("CB0802"));
}
