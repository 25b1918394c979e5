//! A site in object storage: only what changed is sent, nobody is overtaken, and no page ever links to nothing.
//!
//! The stores are a directory, and whatever `CALLBOARD_TEST_STORES` names: `tests/run` starts emulators of S3, Google Cloud
//! Storage and Azure Blob Storage and sets it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use callboard::base::Route;
use callboard::config::{HeaderRule, MaxDelete, PublishSettings, PublishUrls};
use callboard::net::{Headers, Store, StoreUrl};
use callboard::output::{MANIFEST, Manifest, Sink, Stage};
use callboard::publish::{Event, Options, Pace, Published, Site, publish};
use tempfile::TempDir;

/// Writes a site: files with their text.
pub fn write(dir: &Path, files: &[(String, String)]) {
    let stage = Stage::open(dir).unwrap().expect("the folder is ours");
    for (path, text) in files {
        assert_eq!(stage.put(&Route::file(path.split('/')), text.as_bytes()).unwrap(), None);
    }
    stage.commit().unwrap();
}

/// A site of pages that all link to each other, to a stylesheet whose name holds a digest, and to a picture.
pub fn linked_site(style: &str, pages: &[&str]) -> Vec<(String, String)> {
    let mut files = vec![
        (format!("assets/{style}/site.css"), format!("/* {style} */")),
        ("docs/ü ~+%/a b.png".to_owned(), "picture".to_owned()),
        ("search/latest.json".to_owned(), format!("{{\"gen\":\"{style}\"}}")),
        (format!("search/i/t/1.{style}.json"), "[]".to_owned()),
        ("404.html".to_owned(), "<h1>Nothing</h1>".to_owned()),
    ];
    for page in pages.iter().copied().chain([""]) {
        let root = if page.is_empty() { "./" } else { "../" };
        let links: String = pages.iter().map(|to| format!("<a href=\"{root}{to}/\">{to}</a>")).collect();
        let text = format!(
            "<link rel=stylesheet href=\"{root}assets/{style}/site.css\"><a href=\"{root}\">home</a>{links}\
             <img src=\"{root}docs/%C3%BC%20~+%25/a%20b.png\">"
        );
        files.push((if page.is_empty() { "index.html".to_owned() } else { format!("{page}/index.html") }, text));
    }
    files
}

/// The stores to be tested, each with a place of its own for `name`; the directories live as long as the first value.
pub fn places(name: &str) -> (TempDir, Vec<PublishSettings>) {
    let folder = tempfile::tempdir().unwrap();
    let named = std::env::var("CALLBOARD_TEST_STORES").unwrap_or_default();
    let mut places = vec![PublishSettings::new(StoreUrl::parse("./out", folder.path()).unwrap())];
    for url in named.split_whitespace() {
        let place = format!("{name}-{}", std::process::id());
        places.push(PublishSettings::new(StoreUrl::parse(url, folder.path()).unwrap().below(&place).unwrap()));
    }
    if named.is_empty() {
        eprintln!("only a directory is tested: `tests/run` starts the stores");
    }
    (folder, places)
}

pub fn run_with(dir: &Path, place: &PublishSettings, options: &Options, events: &(dyn Fn(Event) + Sync)) -> Published {
    let opened = Site::open(dir, place).unwrap();
    let site = opened.value.unwrap_or_else(|| panic!("{:?}", opened.diagnostics));
    let store = Store::open(&place.url, &place.store).unwrap();
    publish(&site, &store, place, options, events).unwrap()
}

pub fn run(dir: &Path, place: &PublishSettings) -> Published {
    // However slow the machine is, no claim has to be renewed.
    let [lease, renewal] = [Duration::from_mins(10); 2];
    run_with(dir, place, &Options { pace: Pace { lease, renewal, ..Pace::default() }, ..Options::default() }, &|_| {})
}

pub fn codes(published: &Published) -> Vec<&str> {
    published.findings.iter().map(|finding| finding.code.as_str()).collect()
}

/// What the store holds, without its manifest.
pub fn keys(place: &PublishSettings) -> BTreeSet<String> {
    let store = Store::open(&place.url, &place.store).unwrap();
    store.list("").unwrap().into_iter().map(|(key, _)| key).filter(|key| key != MANIFEST).collect()
}

/// Publishes until so many files and one more are written; false if there are not so many.
pub fn cut(dir: &Path, place: &PublishSettings, after: usize) -> bool {
    let count = AtomicUsize::new(0);
    let options = Options { pace: Pace { lease: Duration::ZERO, ..Pace::default() }, ..Options::default() };
    catch_unwind(AssertUnwindSafe(|| {
        run_with(dir, place, &options, &|event| {
            assert!(event != Event::Wrote || count.fetch_add(1, Ordering::Relaxed) < after, "cut off");
        })
    }))
    .is_err()
}

/// Every file of the site is in the store with its bytes.
pub fn assert_holds(dir: &Path, place: &PublishSettings) {
    let store = Store::open(&place.url, &place.store).unwrap();
    for path in Manifest::read(dir).unwrap().unwrap().files.keys() {
        let object = store.read(path, 1 << 20).unwrap().unwrap_or_else(|| panic!("{}: no `{path}`", place.url));
        assert_eq!(object.bytes, std::fs::read(dir.join(path)).unwrap(), "{}: `{path}`", place.url);
    }
}

#[test]
fn only_what_changed_is_sent() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("changes");
    for place in places {
        let asked = |published: &Published, most: u64| {
            let requests = published.traffic.requests;
            assert!(place.url.to_string().starts_with("file:") || requests == most, "{}: {requests}", place.url);
        };
        let mut files = linked_site("0123456789", &["a", "b", "c"]);
        write(dir.path(), &files);
        let first = run(dir.path(), &place);
        assert_eq!(
            (first.plan.new.len(), first.plan.unchanged, codes(&first)),
            (files.len(), 0, vec![]),
            "{}",
            place.url
        );
        assert_holds(dir.path(), &place);

        let unchanged = run(dir.path(), &place);
        assert!(unchanged.plan.is_nothing());
        asked(&unchanged, 1);
        assert_eq!(unchanged.traffic.sent, 0);

        files[5].1 += "<p>One more word.</p>";
        write(dir.path(), &files);
        let one = run(dir.path(), &place);
        assert_eq!((one.plan.new.len(), &one.plan.changed), (0, &vec![files[5].0.clone()]));
        asked(&one, 4);
        assert_holds(dir.path(), &place);
        assert!(run(dir.path(), &place).plan.is_nothing());
    }
}

#[test]
fn what_is_gone_is_deleted_after_its_grace_and_foreign_files_stay() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("deletion");
    for mut place in places {
        write(dir.path(), &linked_site("0123456789", &["a", "b", "c", "d"]));
        run(dir.path(), &place);
        let store = Store::open(&place.url, &place.store).unwrap();
        store.write("mine/thesis.txt", b"mine".to_vec(), &Headers::default()).unwrap();

        write(dir.path(), &linked_site("9876543210", &["a", "b", "c"]));
        let second = run(dir.path(), &place);
        let gone = ["assets/0123456789/site.css", "d/index.html", "search/i/t/1.0123456789.json"];
        assert_eq!((second.plan.retired.as_slice(), second.plan.deleted.len()), (&gone.map(str::to_owned)[..], 0));
        assert!(gone.iter().all(|key| keys(&place).contains(*key)), "the last generation stays for its readers");

        // What comes back within its grace is not sent again.
        write(dir.path(), &linked_site("0123456789", &["a", "b", "c"]));
        assert!(!run(dir.path(), &place).plan.new.contains(&gone[0].to_owned()));
        write(dir.path(), &linked_site("9876543210", &["a", "b", "c"]));
        run(dir.path(), &place);

        place.grace = 0;
        assert_eq!(run(dir.path(), &place).plan.deleted, gone);
        let mut left: BTreeSet<String> = Manifest::read(dir.path()).unwrap().unwrap().files.into_keys().collect();
        left.insert("mine/thesis.txt".to_owned());
        assert_eq!(keys(&place), left, "{}", place.url);
        assert!(run(dir.path(), &place).plan.is_nothing());
    }
}

#[test]
fn a_site_that_shrinks_too_much_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, mut places) = places("shrinks");
    let place = &mut places[0];
    write(dir.path(), &linked_site("0123456789", &["a", "b", "c", "d", "e", "f"]));
    run(dir.path(), place);
    let before = keys(place);
    write(dir.path(), &linked_site("9876543210", &["a"]));
    let refused = run(dir.path(), place);
    assert_eq!((refused.refused, codes(&refused), keys(place)), (true, vec!["CB1204"], before));
    place.max_delete = MaxDelete::Percent(100);
    assert!(!run(dir.path(), place).refused);
}

#[test]
fn a_broken_site_is_not_published() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("broken");
    let codes = || {
        let opened = Site::open(dir.path(), &places[0]).unwrap();
        assert!(opened.value.is_none());
        opened.diagnostics.into_iter().map(|finding| finding.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(), ["CB0804", "CB1201"]);
    write(dir.path(), &linked_site("0123456789", &["a"]));
    std::fs::write(dir.path().join("a/index.html"), "half").unwrap();
    assert_eq!(codes(), ["CB0804", "CB1201"]);
    write(dir.path(), &linked_site("0123456789", &["a"]));
    let _building = Stage::open(dir.path()).unwrap().expect("ours");
    assert_eq!(codes(), ["CB0803"], "a build is under way");
}

#[test]
fn of_two_publishers_one_wins_and_the_other_stops() {
    let [first, second] = [(); 2].map(|()| tempfile::tempdir().unwrap());
    let (_folder, places) = places("race");
    // With so many other files that each publish writes a list of its own.
    let linked_site = |style: &str, pages: &[&str]| {
        let mut files = linked_site(style, pages);
        files.extend((0..40).map(|number| (format!("docs/{number}.txt"), style.to_owned())));
        files
    };
    // A directory is locked by the command, not by its manifest.
    for place in &places[1..] {
        write(first.path(), &linked_site("0123456789", &["a", "b"]));
        run(first.path(), place);
        write(first.path(), &linked_site("1111111111", &["a", "b"]));
        write(second.path(), &linked_site("2222222222", &["a", "b"]));

        // The second one finds the claim of a living one and stops; the first one wins.
        let pace = Pace {
            lease: Duration::from_mins(10),
            renewal: Duration::from_millis(100),
            look: Duration::from_millis(50),
        };
        let options = Options { pace, ..Options::default() };
        let once = AtomicBool::new(false);
        let refused = AtomicUsize::new(0);
        let won = run_with(first.path(), place, &options, &|event| {
            if event == Event::Wrote && !once.swap(true, Ordering::Relaxed) {
                let second = run_with(second.path(), place, &options, &|_| {});
                assert_eq!((second.refused, codes(&second)), (true, vec!["CB1202"]));
                refused.fetch_add(1, Ordering::Relaxed);
            }
        });
        assert_eq!((won.refused, refused.into_inner()), (false, 1), "{}", place.url);
        assert_holds(first.path(), place);

        // `--force` takes over at once; then it is the first one that stops, and the site is the second one's.
        write(first.path(), &linked_site("3333333333", &["a", "b"]));
        let force = Options { force: true, ..Options::default() };
        let once = AtomicBool::new(false);
        let lost = run_with(first.path(), place, &Options::default(), &|event| {
            if event == Event::Wrote && !once.swap(true, Ordering::Relaxed) {
                assert!(!run_with(second.path(), place, &force, &|_| {}).refused);
            }
        });
        assert_eq!((lost.refused, codes(&lost)), (true, vec!["CB1202"]), "{}", place.url);

        // A claim that nobody renews is dead after its lease.
        let pace = Pace { lease: Duration::ZERO, ..pace };
        let again = run_with(second.path(), place, &Options { pace, all: true, ..Options::default() }, &|_| {});
        assert!(!again.refused);
        assert_holds(second.path(), place);
    }
}

#[test]
fn an_older_site_does_not_replace_a_newer_one() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("older");
    let sequence = |number| Options { sequence: Some(number), ..Options::default() };
    write(dir.path(), &linked_site("0123456789", &["a"]));
    assert!(!run_with(dir.path(), &places[0], &sequence(12), &|_| {}).refused);
    let older = run_with(dir.path(), &places[0], &sequence(11), &|_| {});
    assert_eq!((older.refused, codes(&older)), (true, vec!["CB1203"]));
    assert!(!run_with(dir.path(), &places[0], &Options { force: true, ..sequence(11) }, &|_| {}).refused);
}

#[test]
fn a_publish_that_was_cut_off_is_finished_by_the_next() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("resume");
    let cut = |place: &PublishSettings, after: usize| cut(dir.path(), place, after);
    for place in places {
        let place = PublishSettings { concurrency: 2, grace: 0, max_delete: MaxDelete::Percent(100), ..place };
        write(dir.path(), &linked_site("0123456789", &["a", "b", "c"]));
        assert!(cut(&place, 4), "a first publish is cut off");
        assert!(run(dir.path(), &place).plan.resumed);
        assert_holds(dir.path(), &place);
        for after in [0, 2, 5] {
            // The cut-off site had pages that no other has; they go too.
            write(dir.path(), &linked_site("1111111111", &["a", "b", "x", "y"]));
            assert!(cut(&place, after), "{after}");
            write(dir.path(), &linked_site("0123456789", &["a", "b", "c"]));
            let options = Options { force: true, ..Options::default() };
            let resumed = run_with(dir.path(), &place, &options, &|_| {});
            assert_eq!((resumed.plan.resumed, codes(&resumed)), (true, vec!["CB1208"]));
            assert_holds(dir.path(), &place);
            let wanted: BTreeSet<String> = Manifest::read(dir.path()).unwrap().unwrap().files.into_keys().collect();
            assert_eq!(keys(&place), wanted, "{} after {after}", place.url);
            assert!(run(dir.path(), &place).plan.is_nothing());
        }
    }
}

#[test]
fn a_failing_store_is_asked_again_and_nothing_is_deleted_after_a_failure() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("failing");
    let Some(place) = places.iter().find(|place| place.url.to_string().starts_with("gs:")) else { return };
    let place = PublishSettings { grace: 0, ..place.clone() };
    write(dir.path(), &linked_site("0123456789", &["a", "b", "c", "d"]));
    run(dir.path(), &place);
    let mut files = linked_site("9876543210", &["a", "b", "c"]);
    files.push(("docs/refused.txt".to_owned(), "refused".to_owned()));
    write(dir.path(), &files);
    let site = Site::open(dir.path(), &place).unwrap().value.unwrap();
    let store = Store::open(&place.url, &place.store).unwrap();
    let failed = publish(&site, &store, &place, &Options::default(), &|_| {}).unwrap_err();
    assert!(failed.to_string().contains("docs/refused.txt"), "{failed}");
    drop(site);
    assert!(keys(&place).contains("d/index.html"), "nothing goes after a failure");

    files.pop();
    files.push(("docs/flaky.txt".to_owned(), "flaky".to_owned()));
    write(dir.path(), &files);
    let options = Options { force: true, ..Options::default() };
    assert!(!run_with(dir.path(), &place, &options, &|_| {}).refused);
    assert_holds(dir.path(), &place);
    let wanted: BTreeSet<String> = Manifest::read(dir.path()).unwrap().unwrap().files.into_keys().collect();
    assert_eq!(keys(&place), wanted);
}

#[test]
fn a_store_that_ignores_conditions_is_found_out() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("careless");
    let Some(place) = places.into_iter().find(|place| place.url.to_string().starts_with("gs:")) else { return };
    let place = PublishSettings { url: StoreUrl { bucket: "careless".to_owned(), ..place.url.clone() }, ..place };
    write(dir.path(), &linked_site("0123456789", &["a"]));
    assert_eq!(codes(&run(dir.path(), &place)), ["CB1205"]);
    write(dir.path(), &linked_site("0123456789", &["a", "b"]));
    assert_eq!(codes(&run(dir.path(), &place)), ["CB1205"]);
    assert_holds(dir.path(), &place);
}

#[test]
fn without_a_manifest_everything_is_sent_and_nothing_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("lost");
    for place in places {
        write(dir.path(), &linked_site("0123456789", &["a", "b"]));
        run(dir.path(), &place);
        let store = Store::open(&place.url, &place.store).unwrap();
        for broken in [None, Some(b"{\"version\": 1}".to_vec())] {
            store.delete(&[MANIFEST.to_owned(), "a/index.html".to_owned()]).unwrap();
            if let Some(bytes) = broken {
                store.write(MANIFEST, bytes, &Headers::default()).unwrap();
            }
            let found = run(dir.path(), &place);
            assert_eq!((codes(&found), found.plan.new.len()), (vec!["CB1206"], 1), "{}", place.url);
            assert_holds(dir.path(), &place);
        }
    }
}

#[test]
fn files_are_stored_with_their_headers_under_the_names_that_browsers_ask_for() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("headers");
    let mut files = linked_site("0123456789", &["a"]);
    files.push(("docs/large.bin".to_owned(), "large ".repeat(3_000_000)));
    files.push(("docs/long.html".to_owned(), "<p>long</p>".repeat(1000)));
    write(dir.path(), &files);
    for mut place in places.into_iter().skip(1) {
        place.gzip = true;
        let headers = Headers {
            content_disposition: Some("attachment".to_owned()),
            metadata: [("team".to_owned(), "portal".to_owned())].into(),
            ..Headers::default()
        };
        place.headers.push(HeaderRule { files: "docs/*.bin".to_owned(), headers });
        assert!(!run(dir.path(), &place).refused);
        let store = Store::open(&place.url, &place.store).unwrap();
        let read = |key: &str| store.read(key, 1 << 30).unwrap().unwrap_or_else(|| panic!("no `{key}`"));
        let of = |key: &str| {
            let headers = read(key).headers;
            (headers.content_type.unwrap_or_default(), headers.cache_control.unwrap_or_default())
        };
        let text = |kind: &str, cache: &str| (format!("{kind}; charset=utf-8"), cache.to_owned());
        assert_eq!(of("index.html"), text("text/html", "no-cache"));
        assert_eq!(of("assets/0123456789/site.css"), text("text/css", "public, max-age=31536000, immutable"));
        assert_eq!(of("search/latest.json"), text("application/json", "no-cache"));
        assert_eq!(of("docs/ü ~+%/a b.png").0, "image/png");
        let large = read("docs/large.bin");
        assert_eq!((large.bytes.len(), large.headers.content_disposition.as_deref()), (18_000_000, Some("attachment")));
        assert_eq!(large.headers.metadata.get("team").map(String::as_str), Some("portal"));
        let packed = read("docs/long.html");
        assert_eq!(packed.headers.content_encoding.as_deref(), Some("gzip"));
        assert!(packed.bytes.len() < 1000 && packed.bytes.starts_with(&[0x1f, 0x8b]));
    }
}

#[test]
fn hosts_without_index_documents_get_links_to_files() {
    let dir = tempfile::tempdir().unwrap();
    let (folder, mut places) = places("html");
    write(dir.path(), &linked_site("0123456789", &["a"]));
    let place = &mut places[0];
    place.urls = PublishUrls::Html;
    place.error_page = Some("error.html".to_owned());
    place.redirects.insert("old/page".to_owned(), "a/".to_owned());
    place.redirects.insert("a".to_owned(), "https://elsewhere.example/".to_owned());
    run(dir.path(), place);
    let read = |path: &str| std::fs::read_to_string(folder.path().join("out").join(path)).unwrap();
    assert!(
        read("a/index.html").contains("href=\"../a/index.html\"")
            && read("a/index.html").contains("href=\"../index.html\"")
    );
    assert_eq!(read("error.html"), read("404.html"));
    assert!(read("old/page/index.html").contains("url=../../a/index.html\""));
    assert!(!read("a/index.html").contains("elsewhere"), "a page wins over a redirect from its address");
    assert!(run(dir.path(), place).plan.is_nothing());
}

#[test]
fn the_plan_is_told_before_and_the_changed_addresses_after() {
    let dir = tempfile::tempdir().unwrap();
    let folder = tempfile::tempdir().unwrap();
    write(&dir.path().join("dist"), &linked_site("0123456789", &["a"]));
    let command = |arguments: &[&str]| {
        let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_callboard"));
        command.current_dir(dir.path()).arg("publish").args(arguments).env("AWS_PROFILE", "none-of-that-name");
        let output = command.output().unwrap();
        (
            output.status.code().unwrap(),
            String::from_utf8(output.stdout).unwrap() + &String::from_utf8_lossy(&output.stderr),
        )
    };
    let target = folder.path().join("out").to_string_lossy().into_owned();
    let (code, plan) = command(&[&target, "--dry-run"]);
    assert!(code == 0 && plan.contains("+ a/index.html") && plan.contains("would be 7 new"), "{plan}");
    assert_eq!(std::fs::read_dir(folder.path().join("out")).unwrap().count(), 0, "nothing was written");
    let (code, json) = command(&[&target, "--json", "--changed-paths", "changed.txt"]);
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, json["new"].as_array().unwrap().len(), json["refused"].as_bool()), (0, 7, Some(false)));
    let paths = std::fs::read_to_string(dir.path().join("changed.txt")).unwrap();
    assert!(paths.starts_with("/\n/404.html\n/a/\n/a/index.html\n/docs/%C3%BC%20~+%25/a%20b.png\n"), "{paths}");
    for (arguments, code) in [
        (&["s3://nowhere/x"][..], 3),
        (&["nowhere"], 2),
        (&[], 2),
        (&["./dist/below"], 2),
        (&["s3://a/b", "--below", "../x"], 2),
        (&["--site", "nothing", &target], 1),
        (&["--max-delete", "some", &target], 2),
    ] {
        let (found, text) = command(arguments);
        assert_eq!(found, code, "{arguments:?}: {text}");
    }
    std::fs::write(dir.path().join("site.toml"), format!("[publish.live]\nurl = \"{target}\"\n")).unwrap();
    assert_eq!(command(&[]).0, 0, "the only target needs no name");
    assert_eq!(command(&["live"]).0, 0);
}
