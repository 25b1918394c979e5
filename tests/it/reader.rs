//! What a page of documentation offers its reader besides the article.

use crate::portal_fixture::Portal;

#[test]
fn a_page_tells_its_last_change_and_leads_to_a_filled_issue() {
    let portal = Portal::new();
    portal.edit("orders", |files| {
        files.insert("docs/guide/start.md".into(), b"# Start\n\nPush the green button.\n".to_vec());
    });
    portal.build(&[]);
    let page = portal.text("docs/default/component/orders/guide/start/index.html");
    let changed = page.split_once("Last changed by ").expect("an author").1.split_once("</p>").unwrap().0;
    let (names, time) = changed.split_once(", <time datetime=\"").expect("a date");
    assert_eq!(names, "Mira Okonjo");
    assert!(time[..10].bytes().all(|byte| byte.is_ascii_digit() || byte == b'-'), "{time}");
    let issue = page.split_once("id=\"cb-issue\" href=\"").expect("a link").1.split('"').next().unwrap();
    for part in [
        "https://github.com/bookshop/orders/issues/new?title=Documentation%3A%20Start&",
        "Page%3A%20https%3A%2F%2Fportal.bookshop.example%2Fdev%2Fdocs%2Fdefault%2Fcomponent%2Forders%2Fguide%2Fstart%2F%0A",
        "Source%3A%20https%3A%2F%2Fgithub.com%2Fbookshop%2Forders%2Fblob%2F",
    ] {
        assert!(issue.replace("&amp;", "&").contains(part), "{part} in {issue}");
    }
}

#[test]
fn a_repository_tells_its_changes_once_its_history_is_whole() {
    let portal = Portal::new();
    let repository = git2::Repository::open(portal.repository("orders")).unwrap();
    let shallow = repository.path().join("shallow");
    std::fs::write(&shallow, format!("{}\n", repository.head().unwrap().target().unwrap())).unwrap();
    let page = "docs/default/component/orders/guide/start/index.html";
    portal.build(&[]);
    assert!(!portal.text(page).contains("Last changed"));
    std::fs::remove_file(&shallow).unwrap();
    portal.build(&[]);
    assert!(portal.text(page).contains("Last changed"), "nothing but the history is new");
}

#[test]
fn a_folder_without_history_tells_no_change() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(dir.path().join("docs")).unwrap();
    std::fs::write(dir.path().join("mkdocs.yml"), "site_name: Harbour\nplugins: [techdocs-core]\n").unwrap();
    std::fs::write(dir.path().join("docs/index.md"), "# Harbour\n").unwrap();
    std::fs::write(
        dir.path().join("catalog-info.yaml"),
        "apiVersion: backstage.io/v1alpha1\nkind: Component\nmetadata:\n  name: harbour\n  annotations:\n    \
         backstage.io/techdocs-ref: dir:.\nspec: {type: service, lifecycle: production, owner: pilots}\n",
    )
    .unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["build", "--cache-dir"]).arg(dir.path().join("cache")).current_dir(dir.path());
    assert!(command.output().unwrap().status.success());
    let page = std::fs::read_to_string(dir.path().join("dist/docs/default/component/harbour/index.html")).unwrap();
    assert!(!page.contains("Last changed") && !page.contains("cb-issue"));
}

#[test]
fn a_set_that_is_built_alone_tells_its_last_change() {
    let dir = tempfile::tempdir().unwrap();
    let set = dir.path().join("set");
    let repository = git2::Repository::init(&set).unwrap();
    std::fs::create_dir_all(set.join("docs")).unwrap();
    std::fs::write(set.join("mkdocs.yml"), "site_name: Harbour\n").unwrap();
    std::fs::write(set.join("docs/index.md"), "# Harbour\n").unwrap();
    let mut index = repository.index().unwrap();
    index.add_all(["*"], git2::IndexAddOption::DEFAULT, None).unwrap();
    let tree = repository.find_tree(index.write_tree().unwrap()).unwrap();
    let author =
        git2::Signature::new("Mira & Co", "mira@bookshop.example", &git2::Time::new(1_790_000_000, 0)).unwrap();
    repository.commit(Some("HEAD"), &author, &author, "Begin", &tree, &[]).unwrap();
    std::fs::write(set.join("docs/new.md"), "# New\n").unwrap();
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["techdocs", "generate", "--source-dir", "set", "--output-dir", "out", "--cache-dir", "cache"]);
    assert!(command.current_dir(dir.path()).output().unwrap().status.success());
    let page = |path: &str| std::fs::read_to_string(dir.path().join("out").join(path)).unwrap();
    let home = page("index.html");
    assert!(home.contains("Last changed by Mira &amp; Co, <time datetime=\"2026-09-21\">"), "{home}");
    assert!(!page("new/index.html").contains("Last changed"), "what is not committed has no change");
}

#[test]
fn a_set_that_did_not_change_is_kept_and_says_what_it_said() {
    let dir = tempfile::tempdir().unwrap();
    let path = |below: &str| dir.path().join(below);
    std::fs::create_dir_all(path("set/docs")).unwrap();
    std::fs::write(path("set/docs/index.md"), "# Harbour\n\n[gone](gone.md)\n").unwrap();
    let generate = |name: &str| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.args(["techdocs", "generate", "--source-dir", "set", "--output-dir", "out", "--cache-dir", "cache"]);
        let done = command.args(["--site-name", name]).current_dir(dir.path()).output().unwrap();
        assert!(done.status.success());
        (String::from_utf8(done.stderr).unwrap(), std::fs::read_to_string(path("out/index.html")).unwrap())
    };
    let first = generate("Harbour");
    assert!(first.0.contains("gone.md") && first.1.contains("Harbour"));
    let identity = || std::os::unix::fs::MetadataExt::ino(&std::fs::metadata(path("out/index.html")).unwrap());
    let before = identity();
    assert_eq!((generate("Harbour"), identity()), (first.clone(), before));
    std::fs::write(path("out/index.html"), "of somebody else").unwrap();
    assert_eq!(generate("Harbour"), first);
    std::fs::write(path("set/docs/index.md"), "# Quay\n").unwrap();
    let edited = generate("Harbour");
    assert!(edited.0.is_empty() && edited.1.contains("Quay"), "{}", edited.0);
    assert!(generate("Port").1.contains("Quay - Port"), "what is told by the command counts, too");
}
