//! Search: pages of text in, a tantivy index compiled to JSON files out. Knows no HTML and no templates.

mod document;

pub use document::{SearchPage, SearchSection};
