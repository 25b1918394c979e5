//! Words that every layer speaks. Knows nothing of catalogs, documents or sites.

mod day;
mod diagnostic;
mod diagram_language;
mod digest;
mod html;
mod limits;
mod media_type;
mod named_pages;
mod outcome;
mod path;
pub mod percent;
mod route;
mod source_file;
mod suggest;
pub mod yaml;

pub use day::day;
pub use diagnostic::{Diagnostic, Note, Place, Problem, Rule, Severity};
pub use diagram_language::DiagramLanguage;
pub use digest::Digest;
pub use html::{SafeHtml, escape_html};
pub use limits::Limits;
pub use media_type::{MediaType, media_type};
pub use named_pages::with_named_pages;
pub use outcome::Outcome;
pub use path::{PathError, RelPath};
pub use route::Route;
pub use source_file::{SourceFile, Span};
pub use suggest::nearest;
