//! Names the sources that the program is built from, so that remembered products of other sources are never used.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;

fn main() {
    let mut files = BTreeMap::new();
    for place in ["src", "themes", "plugins", "Cargo.lock"] {
        println!("cargo::rerun-if-changed={place}");
        collect(Path::new(place), &mut files);
    }
    let mut hasher = DefaultHasher::new();
    files.hash(&mut hasher);
    println!("cargo::rustc-env=CALLBOARD_SOURCES={:016x}", hasher.finish());
}

fn collect(path: &Path, files: &mut BTreeMap<String, Vec<u8>>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), files);
        }
    } else if let Ok(bytes) = std::fs::read(path) {
        files.insert(path.to_string_lossy().replace('\\', "/"), bytes);
    }
}
