//! Markdown: one text in, one article out. Knows no files, no catalog, no site.
//!
//! Two pure steps, so that each can be remembered: [`read`] parses a text to a [`Page`] (its headings, links, code blocks,
//! sections for search, and HTML that is *not yet safe*), and [`compose`] puts resolved links and highlighted code in
//! and sanitises the whole fragment last. The dialect is that of MkDocs with mkdocs-techdocs-core 1.7, and GitHub's where
//! the two differ and MkDocs would print Markdown as text.

mod page;

pub use page::{CodeBlock, Dialect, FrontMatter, Heading, Link, LinkKind, Page, Section};
