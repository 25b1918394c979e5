//! TechDocs: `mkdocs.yml` and `docs/` in, books out.
//!
//! In: the catalog (which entity has docs where), snapshots, parsed pages. Out: [`Book`]s with nav, pages and files.
//! Must not know: themes, templates, the rest of the portal. Behaviours are those of MkDocs 1.6 with
//! mkdocs-techdocs-core 1.7; nothing of a repository is ever executed.

mod book;

pub use book::{Book, BookFile, DocPage, NavItem};
