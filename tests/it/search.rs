//! Search as a reader's browser does it.

use std::fs;
use std::path::{Path, PathBuf};

use callboard::search::{self, SearchPage};

/// Writes the index of `CALLBOARD_PAGES` (JSON lines of pages) to `CALLBOARD_OUT`, for measurements.
#[test]
#[ignore = "a tool for tests/search/measure.mjs"]
fn write_index_of_pages() {
    let pages = read_pages(Path::new(&std::env::var("CALLBOARD_PAGES").expect("a file")));
    let out = PathBuf::from(std::env::var("CALLBOARD_OUT").expect("a directory"));
    search::index_into(&pages, &mut |route, bytes| {
        let path = out.join(route.output_path());
        fs::create_dir_all(path.parent().expect("below out")).expect("a directory");
        fs::write(path, bytes).expect("written");
    })
    .expect("indexed");
}

fn read_pages(path: &Path) -> Vec<SearchPage> {
    let text = fs::read_to_string(path).expect("pages");
    text.lines().map(|line| serde_json::from_str(line).expect("a page")).collect()
}
