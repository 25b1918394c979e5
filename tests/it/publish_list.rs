//! What the store's manifest says of a long list of files: little, for most of it is an object of its own.

use std::io::Read;
use std::path::Path;

use callboard::config::PublishSettings;
use callboard::net::{Headers, Store};
use callboard::output::MANIFEST;
use callboard::publish::Options;
use serde_json::{Value, json};

use crate::publish::{assert_holds, codes, cut, keys, linked_site, places, run, run_with, write};

/// Files beside the pages.
const FILES: usize = 60;

/// Writes a site with so many files that the manifest does not hold its list; some of them say something else.
fn write_long(dir: &Path, others: usize) {
    let mut files = linked_site("0123456789", &["a", "b"]);
    files.extend((0..FILES).map(|number| (format!("docs/{number}.txt"), format!("{number} {}", number < others))));
    write(dir, &files);
}

fn store(place: &PublishSettings) -> Store {
    Store::open(&place.url, &place.store).unwrap()
}

/// The lists that stand beside the manifest.
fn bases(place: &PublishSettings) -> Vec<String> {
    keys(place).into_iter().filter(|key| key.starts_with("callboard-manifest.")).collect()
}

fn read(place: &PublishSettings, key: &str) -> Value {
    let bytes = store(place).read(key, 1 << 20).unwrap().unwrap_or_else(|| panic!("no `{key}`")).bytes;
    let mut text = Vec::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
    } else {
        text = bytes;
    }
    serde_json::from_slice(&text).unwrap()
}

#[test]
fn a_long_list_is_not_sent_again_for_each_change() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("list");
    for mut place in places {
        let asked = |requests: u64, most: u64| {
            assert!(place.url.to_string().starts_with("file:") || requests == most, "{}: {requests}", place.url);
        };
        write_long(dir.path(), 0);
        run(dir.path(), &place);
        let first = bases(&place);
        assert_eq!(first.len(), 1, "{}", place.url);
        let unchanged = run(dir.path(), &place);
        asked(unchanged.traffic.requests, 1);
        assert!(unchanged.plan.is_nothing() && unchanged.traffic.sent == 0);

        // The manifest, the list, the claim, the file, the manifest.
        write_long(dir.path(), 1);
        let one = run(dir.path(), &place);
        assert_eq!((&one.plan.changed, one.plan.unchanged > FILES), (&vec!["docs/0.txt".to_owned()], true));
        asked(one.traffic.requests, 5);
        assert_eq!((bases(&place), read(&place, MANIFEST)["files"].as_object().unwrap().len()), (first.clone(), 1));
        assert!(one.traffic.sent < 2_000, "{}: {} bytes", place.url, one.traffic.sent);
        asked(run(dir.path(), &place).traffic.requests, 1);
        assert_holds(dir.path(), &place);

        // With many changes there is another list; the one before it stays as long as all that is not used any more.
        write_long(dir.path(), 40);
        let many = run(dir.path(), &place);
        assert_eq!((many.plan.changed.len(), &many.plan.retired), (39, &first));
        assert_eq!((bases(&place).len(), many.plan.changed_paths().len()), (2, 39));
        assert!(run(dir.path(), &place).plan.is_nothing());
        // It is used again, so it does not go with the other one.
        place.grace = 0;
        write_long(dir.path(), 0);
        run(dir.path(), &place);
        assert_eq!(bases(&place), first);
        assert!(run(dir.path(), &place).plan.is_nothing());
        write_long(dir.path(), 2);
        assert_eq!((run(dir.path(), &place).plan.changed.len(), bases(&place)), (2, first));
        assert_holds(dir.path(), &place);
    }
}

#[test]
fn without_its_list_everything_is_sent_and_nothing_deleted() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("list-lost");
    for mut place in places {
        place.grace = 0;
        store(&place).write("mine/thesis.txt", b"mine".to_vec(), &Headers::default()).unwrap();
        for broken in [None, Some(b"{}".to_vec()), Some(b"\x1f\x8bnothing".to_vec())] {
            write_long(dir.path(), 0);
            run(dir.path(), &place);
            write_long(dir.path(), 1);
            run(dir.path(), &place);
            let [base] = bases(&place).try_into().unwrap();
            match &broken {
                None => store(&place).delete(std::slice::from_ref(&base)).unwrap(),
                Some(bytes) => store(&place).write(&base, bytes.clone(), &Headers::default()).unwrap(),
            }
            assert!(run(dir.path(), &place).plan.is_nothing(), "the manifest tells that the site is there");
            // The list of this site has the name of the broken one.
            write_long(dir.path(), 0);
            let found = run(dir.path(), &place);
            assert_eq!((codes(&found), found.plan.unchanged), (vec!["CB1206"], 0), "{}", place.url);
            assert_eq!(bases(&place), [base]);
            assert!(keys(&place).contains("mine/thesis.txt"));
            assert_holds(dir.path(), &place);
            write_long(dir.path(), 2);
            let next = run(dir.path(), &place);
            assert_eq!((codes(&next), next.plan.changed.len()), (vec![], 2), "{}", place.url);
        }
    }
}

#[test]
fn a_publish_that_was_cut_off_leaves_no_list_behind() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("list-cut");
    let force = Options { force: true, ..Options::default() };
    for mut place in places {
        place.grace = 0;
        write_long(dir.path(), 0);
        run(dir.path(), &place);
        let before = bases(&place);
        for then in [40, 0, 3] {
            // Cut off when all files are written; the list may have been, too, whole or not.
            write_long(dir.path(), 40);
            assert!(cut(dir.path(), &place, 39));
            let claimed = read(&place, MANIFEST)["claim"]["writes"].clone();
            let named = claimed.as_array().unwrap().iter().filter_map(Value::as_str);
            let [base] =
                named.filter(|key| key.starts_with("callboard-manifest.")).collect::<Vec<_>>().try_into().unwrap();
            store(&place).write(base, b"{\"half".to_vec(), &Headers::default()).unwrap();
            write_long(dir.path(), then);
            let resumed = run_with(dir.path(), &place, &force, &|_| {});
            assert_eq!((resumed.plan.resumed, codes(&resumed)), (true, vec!["CB1208"]), "{}", place.url);
            assert_holds(dir.path(), &place);
            assert!(run(dir.path(), &place).plan.is_nothing());
            assert_eq!(bases(&place), if then == 40 { vec![base.to_owned()] } else { before.clone() });
            write_long(dir.path(), 0);
            assert_eq!(codes(&run(dir.path(), &place)), Vec::<&str>::new(), "{} after {then}", place.url);
            assert_eq!(bases(&place), before);
        }
    }
}

#[test]
fn a_site_that_the_last_version_published_is_taken_over() {
    let dir = tempfile::tempdir().unwrap();
    let (_folder, places) = places("list-old");
    for place in places {
        write_long(dir.path(), 0);
        run(dir.path(), &place);
        let [base] = bases(&place).try_into().unwrap();
        // It held the whole list.
        let old = json!({
            "version": 1, "id": "0123456789abcdef", "site": read(&place, MANIFEST)["site"],
            "files": read(&place, &base),
            "retired": { "docs/old.txt": { "since": 1, "sent": { "digest": "0123", "size": 4 } } },
        });
        let put = |manifest: &Value| {
            store(&place).write(MANIFEST, manifest.to_string().into_bytes(), &Headers::default()).unwrap();
        };
        store(&place).delete(&[base]).unwrap();
        let mut unclaimed = old.clone();
        unclaimed.as_object_mut().unwrap().remove("retired");
        put(&unclaimed);
        let unchanged = run(dir.path(), &place);
        assert!(unchanged.plan.is_nothing() && unchanged.traffic.requests <= 1 && unchanged.traffic.sent == 0);

        put(&old);
        write_long(dir.path(), 1);
        let next = run(dir.path(), &place);
        assert_eq!((codes(&next), next.plan.changed.len(), next.plan.new.len()), (vec![], 1, 0), "{}", place.url);
        assert_eq!((next.plan.deleted, bases(&place).len()), (vec!["docs/old.txt".to_owned()], 1));
        assert!(run(dir.path(), &place).plan.is_nothing());

        // One that it began and did not end.
        let mut claimed = old;
        let other = "0".repeat(64);
        claimed["claim"] = json!({ "site": other, "began": 1, "renewed": 1, "writes": ["docs/7.txt", "docs/new.txt"] });
        put(&claimed);
        store(&place).write("docs/7.txt", b"other".to_vec(), &Headers::default()).unwrap();
        let force = Options { force: true, ..Options::default() };
        let resumed = run_with(dir.path(), &place, &force, &|_| {});
        assert_eq!((codes(&resumed), resumed.plan.changed.len()), (vec!["CB1208"], 2), "{}", place.url);
        assert!(resumed.plan.retired.contains(&"docs/new.txt".to_owned()));
        assert_holds(dir.path(), &place);
        assert!(run(dir.path(), &place).plan.is_nothing());
    }
}
