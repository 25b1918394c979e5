use serde::Serialize;

use crate::base::Route;

/// Takes the files of an index as they are made.
pub(super) struct Files<'a> {
    generation: String,
    sink: &'a mut dyn FnMut(Route, Vec<u8>),
}

impl<'a> Files<'a> {
    pub(super) fn new(generation: &str, sink: &'a mut dyn FnMut(Route, Vec<u8>)) -> Self {
        Self { generation: generation.to_owned(), sink }
    }

    /// Writes a file of this generation.
    pub(super) fn json<T: Serialize>(&mut self, path: &[&str], value: &T) {
        let parts = ["search", &self.generation].into_iter().chain(path.iter().copied());
        (self.sink)(Route::file(parts), encode(value));
    }

    /// Writes a file that keeps its name from one generation to the next.
    pub(super) fn stable<T: Serialize>(&mut self, path: &[&str], value: &T) {
        (self.sink)(Route::file(["search"].iter().chain(path)), encode(value));
    }

    /// Writes a text that keeps its name.
    pub(super) fn text(&mut self, name: &str, text: String) {
        (self.sink)(Route::file(["search", name]), text.into_bytes());
    }
}

fn encode<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("columns and texts are JSON")
}
