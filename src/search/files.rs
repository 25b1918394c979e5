use serde::Serialize;

use crate::base::{Digest, Route};

/// Takes the files of an index as they are made.
pub(super) struct Files<'a> {
    /// Whether each is also written as a script.
    scripts: bool,
    sink: &'a mut dyn FnMut(Route, Vec<u8>),
}

/// Digits of the mark that tells one content of a file from another: 31 bits, beside a place that says which file it is.
pub(super) const MARK: usize = 6;

impl<'a> Files<'a> {
    pub(super) fn new(scripts: bool, sink: &'a mut dyn FnMut(Route, Vec<u8>)) -> Self {
        Self { scripts, sink }
    }

    /// Writes a file of a folder of the index; returns the mark in its name.
    pub(super) fn part<T: Serialize>(&mut self, folder: &str, place: &str, value: &T) -> String {
        self.parts(folder, &[(place.to_owned(), json(value))])
    }

    /// Writes files that get new names together: places in a folder with their content. Returns the mark in their names.
    ///
    /// Content never changes under a name, so that caches may keep it, and what an edit leaves as it was keeps its name.
    pub(super) fn parts(&mut self, folder: &str, parts: &[(String, Vec<u8>)]) -> String {
        let mark = mark(parts);
        for (place, bytes) in parts {
            self.put(&["i", folder, &format!("{place}.{mark}.json")], bytes);
        }
        mark
    }

    /// Writes a file that keeps its name whatever it holds.
    pub(super) fn stable<T: Serialize>(&mut self, path: &[&str], value: &T) {
        self.put(path, &json(value));
    }

    /// Writes a text that keeps its name.
    pub(super) fn text(&mut self, path: &[&str], text: String) {
        (self.sink)(Route::file(["search"].iter().chain(path)), text.into_bytes());
    }

    fn put(&mut self, path: &[&str], bytes: &[u8]) {
        if self.scripts {
            let name = path.join("/");
            let mut script = format!("callboard.put({},", serde_json::Value::from(name.as_str())).into_bytes();
            script.extend_from_slice(bytes);
            script.extend_from_slice(b");");
            let name = name.replace(".json", ".js");
            (self.sink)(Route::file(std::iter::once("search").chain(name.split('/'))), script);
        }
        (self.sink)(Route::file(["search"].iter().chain(path)), bytes.to_vec());
    }
}

/// The content of a file.
pub(super) fn json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("columns and texts are JSON")
}

/// Digits and small letters: some disks do not tell cases apart.
fn mark(parts: &[(String, Vec<u8>)]) -> String {
    let digests: Vec<Digest> = parts.iter().map(|(_, bytes)| Digest::of_bytes(bytes)).collect();
    let digest = Digest::of("part", &digests);
    let mut number = digest.as_bytes()[..8].iter().fold(0, |number: u64, &byte| number << 8 | u64::from(byte));
    let mut mark = String::with_capacity(MARK);
    for _ in 0..MARK {
        mark.push(char::from_digit((number % 36) as u32, 36).expect("a digit"));
        number /= 36;
    }
    mark
}
