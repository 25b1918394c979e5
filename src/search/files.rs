use serde::Serialize;

use crate::base::Route;

/// Takes the files of an index as they are made.
pub(super) struct Files<'a> {
    generation: String,
    /// Whether each is also written as a script.
    scripts: bool,
    sink: &'a mut dyn FnMut(Route, Vec<u8>),
}

impl<'a> Files<'a> {
    pub(super) fn new(generation: &str, scripts: bool, sink: &'a mut dyn FnMut(Route, Vec<u8>)) -> Self {
        Self { generation: generation.to_owned(), scripts, sink }
    }

    /// Writes a file of this generation.
    pub(super) fn json<T: Serialize>(&mut self, path: &[&str], value: &T) {
        let generation = self.generation.clone();
        let parts: Vec<&str> = std::iter::once(generation.as_str()).chain(path.iter().copied()).collect();
        self.stable(&parts, value);
    }

    /// Writes a file that keeps its name from one generation to the next.
    pub(super) fn stable<T: Serialize>(&mut self, path: &[&str], value: &T) {
        let bytes = serde_json::to_vec(value).expect("columns and texts are JSON");
        if self.scripts {
            let name = path.join("/");
            let mut script = format!("callboard.put({},", serde_json::Value::from(name.as_str())).into_bytes();
            script.extend_from_slice(&bytes);
            script.extend_from_slice(b");");
            let name = name.replace(".json", ".js");
            (self.sink)(Route::file(std::iter::once("search").chain(name.split('/'))), script);
        }
        (self.sink)(Route::file(["search"].iter().chain(path)), bytes);
    }

    /// Writes a text that keeps its name.
    pub(super) fn text(&mut self, path: &[&str], text: String) {
        (self.sink)(Route::file(["search"].iter().chain(path)), text.into_bytes());
    }
}
