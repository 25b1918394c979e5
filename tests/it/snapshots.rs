//! Snapshots in object storage: the portal made of them is the one made of the repositories, and nothing in them is trusted.

use std::io::{Read, Write};
use std::path::Path;
use std::process::Command;

use callboard::base::{Digest, Limits};
use callboard::net::{Headers, Store, StoreKind, StoreOptions, StoreUrl};
use callboard::sources::{Harvest, HarvestOptions, Source, SourceKind, SourceOptions, harvest};
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::portal_fixture::{Portal, REPOSITORIES};
use crate::publish::places;

fn callboard(folder: &Path, cache: &Path, arguments: &[&str]) -> (i32, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.current_dir(folder).args(arguments).env("CALLBOARD_CACHE_DIR", cache);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code().unwrap(), text)
}

/// The fixture with its sources in order of their names, as snapshots are read.
fn portal() -> Portal {
    let portal = Portal::new();
    let mut names = REPOSITORIES;
    names.sort_unstable();
    let mut settings = "title = \"The bookshop\"\n".to_owned();
    for name in names {
        settings += &format!("[[sources]]\ngit = \"{name}.git\"\nurl = \"https://github.com/bookshop/{name}\"\n");
    }
    std::fs::write(portal.path("site.toml"), settings).unwrap();
    portal
}

#[test]
fn a_portal_of_snapshots_is_the_one_of_the_repositories() {
    let (_folder, places) = places("snapshots");
    for place in places {
        let portal = portal();
        portal.build(&["--output", "of-repositories", "--cold"]);
        let url = place.url.to_string();
        // Each repository in its own CI, as its owners would.
        for name in REPOSITORIES {
            let arguments = [
                "harvest",
                &format!("{name}.git"),
                "--publish",
                &url,
                "--url",
                &format!("https://github.com/bookshop/{name}"),
            ];
            let (code, text) = callboard(&portal.path(""), &portal.path("other-cache"), &arguments);
            assert!(code == 0 && text.contains("stored as"), "{text}");
            let (code, text) = callboard(&portal.path(""), &portal.path("other-cache"), &arguments);
            assert!(code == 0 && text.contains("unchanged"), "{text}");
        }
        let settings = format!("title = \"The bookshop\"\n[[sources]]\nsnapshots = \"{url}\"\n");
        std::fs::write(portal.path("site.toml"), settings).unwrap();
        portal.build(&["--output", "of-snapshots", "--cold"]);
        assert_eq!(portal.digests("of-snapshots"), portal.digests("of-repositories"), "{url}");
        // The cache stands in, offline or when the store is gone.
        portal.build(&["--output", "of-the-cache", "--cold", "--offline"]);
        assert_eq!(portal.digests("of-the-cache"), portal.digests("of-repositories"), "{url}");
    }
}

#[test]
fn an_older_commit_does_not_replace_a_newer_one() {
    let portal = portal();
    let store = portal.path("store").to_string_lossy().into_owned();
    let repository = git2::Repository::open_bare(portal.repository("orders")).unwrap();
    let first = repository.head().unwrap().peel_to_commit().unwrap();
    let author = git2::Signature::new("A", "a@b.example", &git2::Time::new(first.time().seconds() + 60, 0)).unwrap();
    repository.commit(Some("HEAD"), &author, &author, "Later", &first.tree().unwrap(), &[&first]).unwrap();
    let harvest = |more: &[&str]| {
        let arguments = [&["harvest", "orders.git", "--publish", &store], more].concat();
        callboard(&portal.path(""), &portal.path("cache"), &arguments)
    };
    assert_eq!(harvest(&[]).0, 0);
    let (code, text) = harvest(&["--revision", &first.id().to_string()]);
    assert!(code == 1 && text.contains("later commit"), "{text}");
    assert_eq!(harvest(&["--revision", &first.id().to_string(), "--force"]).0, 0);
    assert_eq!(callboard(&portal.path(""), &portal.path("cache"), &["harvest", "nowhere", "--publish", &store]).0, 2);
}

/// A directory of snapshots, one of which is made worse.
struct Stored {
    folder: tempfile::TempDir,
    store: Store,
}

impl Stored {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["good", "other"] {
            std::fs::create_dir_all(folder.path().join(name)).unwrap();
            std::fs::write(folder.path().join(name).join("README.md"), format!("# {name}")).unwrap();
            let (code, text) =
                callboard(folder.path(), &folder.path().join("cache"), &["harvest", name, "--publish", "./store"]);
            assert_eq!(code, 0, "{text}");
        }
        let store = Store::open(&StoreUrl::parse("./store", folder.path()).unwrap(), &StoreOptions::default()).unwrap();
        Self { folder, store }
    }

    fn pointer(&self) -> (String, serde_json::Value) {
        let keys = self.store.list("repositories").unwrap();
        let key = keys.into_iter().map(|(key, _)| key).find(|key| key.contains("other")).unwrap();
        let bytes = self.store.read(&key, 10_000).unwrap().unwrap().bytes;
        (key, serde_json::from_slice(&bytes).unwrap())
    }

    /// Changes the text of the pack and gives it the digest that it then has.
    fn change(&self, from: &str, to: &str) {
        let (key, mut pointer) = self.pointer();
        let pack = self.store.read(&format!("packs/{}", pointer["pack"].as_str().unwrap()), 1 << 20).unwrap().unwrap();
        let mut text = String::new();
        GzDecoder::new(pack.bytes.as_slice()).read_to_string(&mut text).unwrap();
        assert!(text.contains(from), "{text}");
        let text = text.replacen(from, to, 1);
        let digest = Digest::of_bytes(text.as_bytes());
        let mut packer = GzEncoder::new(Vec::new(), flate2::Compression::fast());
        packer.write_all(text.as_bytes()).unwrap();
        self.store.write(&format!("packs/{digest}"), packer.finish().unwrap(), &Headers::default()).unwrap();
        pointer["pack"] = digest.to_string().into();
        self.store.write(&key, pointer.to_string().into_bytes(), &Headers::default()).unwrap();
    }

    fn read(&self, limits: &Limits) -> (Harvest, Vec<String>) {
        let url =
            StoreUrl { kind: StoreKind::Directory, bucket: String::new(), prefix: self.store.url().prefix.clone() };
        let kind = SourceKind::Snapshots { url, store: StoreOptions::default() };
        let source = Source { kind, options: SourceOptions::default() };
        let options = HarvestOptions::new(self.folder.path().join("cache"));
        let outcome = harvest(&[source], &options, limits, &|_| {});
        (outcome.value, outcome.diagnostics.into_iter().map(|finding| finding.code).collect())
    }
}

#[test]
fn nothing_in_a_snapshot_is_trusted() {
    for (from, to) in [
        ("\"README.md\"", "\"../README.md\""),
        ("\"README.md\"", "\"/README.md\""),
        ("\"README.md\"", "\".git/config\""),
        ("\"README.md\"", "\"\""),
        ("\"name\":\"other\"", "\"name\":\"oth\\u001ber\""),
        ("\"revision\":null", "\"revision\":{\"commit\":\"../../x\",\"branch\":null,\"time\":0}"),
        ("\"web\":null", "\"web\":{\"host\":\"GitHub\",\"url\":\"javascript:alert(1)\",\"branch\":\"main\"}"),
        (
            "\"web\":null",
            "\"web\":{\"host\":\"GitHub\",\"url\":\"https://x.example/\\\"onclick=\",\"branch\":\"main\"}",
        ),
        ("\"sub_path\":\"\"", "\"sub_path\":\"../..\""),
        ("callboard snapshot 1", "callboard snapshot 9"),
        ("\"origin\"", "\"origins\""),
    ] {
        let stored = Stored::new();
        stored.change(from, to);
        let (harvest, codes) = stored.read(&Limits::default());
        let names: Vec<&str> = harvest.snapshots.iter().map(|snapshot| snapshot.origin.name.as_str()).collect();
        assert_eq!((names, codes), (vec!["good"], vec!["CB0214".to_owned()]), "{from} → {to}");
    }
}

#[test]
fn snapshots_that_are_damaged_too_large_or_missing_cost_themselves_only() {
    // A content that is not what its digest says is a file that cannot be read.
    let stored = Stored::new();
    stored.change("# other", "# OTHER");
    let (harvest, codes) = stored.read(&Limits::default());
    assert!(codes.is_empty());
    let read = |at: usize| {
        let tree = &harvest.snapshots[at].tree;
        let path = tree.files().next().unwrap().0.clone();
        tree.read_text(&path, (1 << 20, "page_bytes"))
    };
    assert_eq!(read(0).unwrap(), "# good");
    assert!(read(1).is_err());

    let stored = Stored::new();
    let small = Limits { bytes_per_repository: 6, ..Limits::default() };
    let (harvest, codes) = stored.read(&small);
    assert_eq!((harvest.snapshots.len(), codes), (1, vec!["CB0214".to_owned()]));

    let stored = Stored::new();
    let (key, pointer) = stored.pointer();
    let pack = format!("packs/{}", pointer["pack"].as_str().unwrap());
    stored.store.write(&pack, b"no gzip".to_vec(), &Headers::default()).unwrap();
    assert_eq!(stored.read(&Limits::default()).1, ["CB0214"]);
    stored.store.delete(&[pack]).unwrap();
    assert_eq!(stored.read(&Limits::default()).1, ["CB0214"]);
    stored.store.write(&key, b"{}".to_vec(), &Headers::default()).unwrap();
    let (harvest, codes) = stored.read(&Limits::default());
    assert_eq!((harvest.snapshots.len(), codes), (1, vec!["CB0214".to_owned()]));
}
