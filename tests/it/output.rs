//! The output folder: always the old site or the new one, never somebody else's files.

use std::path::Path;

use callboard::base::Route;
use callboard::output::{MANIFEST, Manifest, Recovery, Sink, Stage, recover, verify};

fn write(dir: &Path, files: &[(&str, &str)]) -> callboard::output::Written {
    let stage = Stage::open(dir).unwrap().expect("the folder is ours");
    for (path, text) in files {
        assert_eq!(stage.put(&Route::file(path.split('/')), text.as_bytes()).unwrap(), None);
    }
    stage.commit().unwrap()
}

fn paths(dir: &Path) -> Vec<String> {
    Manifest::read(dir).unwrap().unwrap().files.into_keys().collect()
}

#[test]
fn only_what_changed_is_touched_and_stale_files_go() {
    let dir = tempfile::tempdir().unwrap();
    let first = write(dir.path(), &[("a/index.html", "1"), ("b.css", "2"), ("old/x/y.html", "3")]);
    assert_eq!((first.created, first.changed, first.unchanged, first.deleted), (3, 0, 0, 0));
    let before = std::fs::metadata(dir.path().join("b.css")).unwrap().modified().unwrap();
    let second = write(dir.path(), &[("a/index.html", "new"), ("b.css", "2"), ("c.txt", "4")]);
    assert_eq!((second.created, second.changed, second.unchanged, second.deleted), (1, 1, 1, 1));
    assert_eq!(std::fs::metadata(dir.path().join("b.css")).unwrap().modified().unwrap(), before);
    assert!(!dir.path().join("old").exists(), "empty folders go with their last file");
    assert_eq!(paths(dir.path()), ["a/index.html", "b.css", "c.txt"]);
    assert_eq!(verify(dir.path()).unwrap(), []);
    let names: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(names.len(), 4, "nothing else is left: {names:?}");
}

#[test]
fn a_file_may_become_a_folder_and_back() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a", "file"), ("x/y/z", "deep")]);
    write(dir.path(), &[("a/b", "below"), ("x", "flat")]);
    assert_eq!(verify(dir.path()).unwrap(), []);
    write(dir.path(), &[("a", "file"), ("x/y/z", "deep")]);
    assert_eq!(verify(dir.path()).unwrap(), []);
}

#[test]
fn a_file_that_somebody_changed_is_put_right() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a", "1"), ("b", "2")]);
    std::fs::write(dir.path().join("a"), "tampered").unwrap();
    std::fs::remove_file(dir.path().join("b")).unwrap();
    assert_eq!(verify(dir.path()).unwrap().len(), 2);
    write(dir.path(), &[("a", "1"), ("b", "2")]);
    assert_eq!(verify(dir.path()).unwrap(), []);
}

#[test]
fn foreign_folders_and_second_writers_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("thesis.txt"), "mine").unwrap();
    let refused = Stage::open(dir.path()).unwrap().expect_err("not ours");
    assert_eq!(refused.0.code, "CB0801");
    assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 1, "nothing was left there");
    let ours = tempfile::tempdir().unwrap();
    let first = Stage::open(ours.path()).unwrap().expect("ours");
    assert_eq!(Stage::open(ours.path()).unwrap().expect_err("locked").0.code, "CB0803");
    first.abandon().unwrap();
    assert_eq!(std::fs::read_dir(ours.path()).unwrap().count(), 0);
}

#[test]
fn what_died_before_the_decision_is_undone_and_after_it_finished() {
    let dir = tempfile::tempdir().unwrap();
    write(dir.path(), &[("a", "old"), ("gone", "old")]);
    // Died while staging: the lock went with it, the staged files stayed.
    let stage = Stage::open(dir.path()).unwrap().expect("ours");
    stage.put(&Route::file(["a"]), b"new").unwrap();
    drop(stage);
    assert_eq!(recover(dir.path()).unwrap(), Recovery::Undone);
    assert_eq!(std::fs::read_to_string(dir.path().join("a")).unwrap(), "old");
    assert_eq!(verify(dir.path()).unwrap(), []);
    // Died in the middle of the move: one file is in place, one is staged, the stale one is still there.
    let work = dir.path().join(".callboard");
    std::fs::create_dir_all(work.join("new")).unwrap();
    std::fs::write(work.join("new/1"), "new b").unwrap();
    std::fs::write(dir.path().join("a"), "new a").unwrap();
    let entry = |text: &str| serde_json::json!({"digest": callboard::base::Digest::of_bytes(text.as_bytes()), "size": text.len(), "media_type": "x"});
    let journal = serde_json::json!({
        "puts": [[0, "a"], [1, "b"]],
        "deletes": ["gone"],
        "manifest": {"version": 1, "files": {"a": entry("new a"), "b": entry("new b")}},
    });
    std::fs::write(work.join("journal"), journal.to_string()).unwrap();
    assert_eq!(recover(dir.path()).unwrap(), Recovery::Finished);
    assert_eq!(paths(dir.path()), ["a", "b"]);
    assert_eq!(verify(dir.path()).unwrap(), []);
    assert!(!work.exists() && !dir.path().join("gone").exists() && dir.path().join(MANIFEST).exists());
}
