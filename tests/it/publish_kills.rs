//! A publish that is killed at any moment, while a reader follows every link: no page ever links to nothing.
//!
//! `CALLBOARD_TEST_KILLS` says how many are killed; some, without it.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use callboard::config::PublishSettings;
use callboard::net::Store;
use callboard::output::Manifest;

use crate::crash::thousandths;
use crate::publish::{linked_site, places, write};

/// How many publishes of each store are killed without `CALLBOARD_TEST_KILLS`.
const KILLS: usize = 6;

/// Reads pages from the home page on, and looks for every address that a page has: gives how many pages were read.
///
/// Nothing is deleted within its grace, so what a page links to has to be there also a moment later.
fn read_around(store: &Store, faults: &Mutex<Vec<String>>) -> usize {
    let (mut next, mut seen) = (vec!["index.html".to_owned()], std::collections::BTreeSet::new());
    while let Some(key) = next.pop() {
        if !seen.insert(key.clone()) {
            continue;
        }
        let Some(object) = store.read(&key, 1 << 20).unwrap() else {
            // Before the first publish there is no home page.
            if key != "index.html" {
                faults.lock().unwrap().push(key);
            }
            continue;
        };
        let html = String::from_utf8_lossy(&object.bytes).into_owned();
        if !key.ends_with(".html") {
            continue;
        }
        let values = ["href=\"", "src=\""].into_iter().flat_map(|name| html.split(name).skip(1));
        for value in values {
            let address = value.split('"').next().unwrap();
            let address = percent_encoding::percent_decode_str(address).decode_utf8().unwrap();
            let mut parts: Vec<&str> = key.split('/').collect();
            parts.pop();
            for part in address.split('/') {
                match part {
                    "" | "." => {}
                    ".." => drop(parts.pop()),
                    part => parts.push(part),
                }
            }
            let path = parts.join("/");
            next.push(match (address.ends_with('/'), path.is_empty()) {
                (true, true) => "index.html".to_owned(),
                (true, false) => format!("{path}/index.html"),
                (false, _) => path,
            });
        }
    }
    seen.len()
}

fn command(dir: &Path, place: &PublishSettings) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_callboard"));
    command.args(["publish", &place.url.to_string(), "--quiet", "--max-delete", "100%"]).arg("--site").arg(dir);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn killed_publishes_never_show_a_link_to_nothing() {
    let kills = std::env::var("CALLBOARD_TEST_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(KILLS);
    let (_folder, places) = places("kills");
    let sites: Vec<_> = [
        linked_site("0123456789", &["a", "b", "c", "d", "e", "f"]),
        linked_site("1111111111", &["a", "b", "c", "x", "y", "z"]),
        linked_site("2222222222", &["a", "d", "e", "f", "u", "v", "w"]),
    ]
    .map(|mut files| {
        // So much is different that each publish also writes a new list of files.
        let style = files[0].0.clone();
        files.extend((0..30).map(|number| (format!("docs/{number}.txt"), style.clone())));
        let dir = tempfile::tempdir().unwrap();
        write(dir.path(), &files);
        dir
    })
    .into();
    // One store is enough for many kills; the directory and the others have the cuts of `publish.rs`.
    let place = &places[places.len().min(2) - 1];
    // How long it takes to go from one site to another, after a first publish, which takes longer.
    let mut longest = Duration::ZERO;
    for site in &sites {
        let begun = Instant::now();
        assert!(command(site.path(), place).status().unwrap().success());
        longest = begun.elapsed();
    }
    let (faults, done, rounds, pages) =
        (Mutex::new(Vec::new()), AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let (mut killed, mut tries) = (0, 0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let store = Store::open(&place.url, &place.store).unwrap();
                while !done.load(Ordering::Relaxed) {
                    pages.fetch_add(read_around(&store, &faults), Ordering::Relaxed);
                    rounds.fetch_add(1, Ordering::Relaxed);
                }
            });
        }
        // Some end before their moment comes; those are no kills.
        for (at, moment) in thousandths(20_261_121).take(kills * 4).enumerate() {
            if killed == kills {
                break;
            }
            tries += 1;
            let dir = sites[(at + 1) % sites.len()].path();
            let mut child = command(dir, place).spawn().unwrap();
            // The moment of the kill is the matter of this test: a random part of the time that a publish takes.
            std::thread::park_timeout(longest * moment / 1_000);
            killed += usize::from(child.try_wait().unwrap().is_none());
            drop(child.kill());
            child.wait().unwrap();
            assert!(command(dir, place).status().unwrap().success(), "kill {at}: the next publish");
            let store = Store::open(&place.url, &place.store).unwrap();
            for path in Manifest::read(dir).unwrap().unwrap().files.keys() {
                let there = store.read(path, 1 << 20).unwrap().map(|object| object.bytes);
                assert_eq!(there, std::fs::read(dir.join(path)).ok(), "kill {at}: `{path}`");
            }
        }
        done.store(true, Ordering::Relaxed);
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{faults:?}");
    let (rounds, pages) = (rounds.into_inner(), pages.into_inner());
    eprintln!(
        "{killed} of {tries} publishes to {} were killed; readers went round {rounds} times, {pages} objects",
        place.url
    );
    assert!(killed > 0 && rounds > 0);
}
