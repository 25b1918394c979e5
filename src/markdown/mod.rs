//! Markdown: one text in, one article out. Knows no files, no catalog, no site.
//!
//! Two pure steps, so that each can be remembered: [`read`] parses a text to a [`Page`] (its headings, links, code blocks,
//! sections for search, and HTML that is *not yet safe*), and [`compose`] puts resolved links and highlighted code in
//! and sanitises the whole fragment last. The dialect is that of MkDocs with mkdocs-techdocs-core 1.7, and GitHub's where
//! the two differ and MkDocs would print Markdown as text.
//!
//! ```text
//! text ─ front matter ─ line passes ─ pulldown-cmark ─ inline passes ─ well-formed HTML with places
//!      ─ links put in ─ sanitised ─ code put in ─ article
//! ```

mod abbreviations;
mod annotations;
mod attribute_lists;
mod attributes;
mod autolinks;
mod block_html;
mod blocks;
mod boxes;
mod code;
mod compose;
mod container;
mod definitions;
mod delimiters;
mod emoji;
mod footnotes;
mod fragment;
mod front_matter;
mod headings;
mod highlight;
mod inline;
mod items;
mod keys;
mod leaf;
mod lines;
mod lists;
mod mapped;
mod marks;
mod math;
mod openings;
mod page;
mod passes;
mod placeholders;
#[cfg(test)]
mod properties;
mod raw_html;
mod read;
mod render;
mod rules;
#[cfg(test)]
mod safety_tests;
mod sanitise;
mod sections;
mod shorthand;
mod slug;
mod snippets;
mod starts;
mod symbols;
mod tabs;
mod text_lines;
mod writer;

pub use compose::Resolved;
pub use fragment::Draw;
pub use page::{CodeBlock, DiagramPlace, Dialect, FrontMatter, Heading, Link, LinkKind, Page, Section, Shorthand};
pub use rules::RULES;

use crate::base::SafeHtml;

/// Parses a page: the text as its author wrote it (front matter and byte order mark included), and what its doc set asks of the
/// dialect. Never fails; what is wrong with the text is in [`Page::problems`].
pub fn read(text: &str, dialect: &Dialect) -> Page {
    read::read_page(text, dialect)
}

/// Makes the article of a page: destinations replaced by what they resolve to, `code` (highlighted blocks in the order of
/// [`Page::code`]; a block that is missing is shown plain) put in, everything sanitised.
///
/// The sanitiser sees the whole fragment, with a word made of the page's digest where a code block belongs; the block replaces
/// that word afterwards. This is sound because [`SafeHtml`] is made of escaped text only and content cannot name its own
/// digest. A block whose HTML begins with `<figure` (a diagram) replaces the whole block.
pub fn compose(page: &Page, resolved: &Resolved, code: &[SafeHtml]) -> SafeHtml {
    compose::compose_page(page, resolved, code)
}

/// Highlights a code block: the text exactly, in spans of about fifteen classes (`h-k`, `h-s`, …) that never cross lines.
/// Blocks of more than `limit_bytes`, with very long lines or in an unknown language are only escaped.
pub fn highlight(code: &CodeBlock, limit_bytes: u64) -> SafeHtml {
    highlight::highlight_block(code, limit_bytes)
}

/// Markdown of a description or a footer: blocks and inline, sanitised, code not highlighted, links as written.
pub fn brief(text: &str) -> SafeHtml {
    read::read_brief(text)
}

/// HTML that somebody else made, such as a plugin, as it may stand in a page: at most 1 MiB, elements at most 48 deep, everything
/// through the allow list that articles go through. An element `cb-NAME` is replaced by what `draw` makes of it, since SVG
/// is nothing that the sanitiser lets pass.
pub fn fragment(html: &str, draw: &Draw<'_>) -> SafeHtml {
    fragment::safe_fragment(html, draw)
}

/// The paths that a text asks for with `--8<--`, as written, each once: the caller supplies them as [`Dialect::snippets`].
pub fn snippet_paths(text: &str) -> Vec<String> {
    snippets::snippet_paths(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn article(text: &str) -> String {
        let page = read(text, &Dialect { depth: 100, ..Dialect::default() });
        let code: Vec<SafeHtml> = page.code.iter().map(|code| highlight(code, 1 << 20)).collect();
        compose(&page, &Resolved::default(), &code).as_str().to_owned()
    }

    #[test]
    fn a_page_comes_out_whole() {
        let text = "---\ntitle: T\n---\n# Über *uns*\n\nSee [b](b.md#x \"t\") and ![i](i.png).\n\n```rust title=\"a.rs\"\nfn x() {}\n```\n\n## Notes[^n]\n\n[^n]: Foot.\n";
        let page = read(text, &Dialect { depth: 100, ..Dialect::default() });
        assert_eq!(page.title.as_deref(), Some("Über uns"));
        let ids: Vec<&str> = page.headings.iter().map(|heading| heading.id.as_str()).collect();
        assert_eq!(ids, ["uber-uns", "notes"]);
        let words: Vec<&str> = page.links.iter().map(|link| &text[link.span.range()]).collect();
        assert_eq!(words, ["b.md#x", "i.png"]);
        let mut resolved = Resolved::default();
        resolved.insert(LinkKind::Link, "b.md#x", "../b/#x");
        let html = compose(&page, &resolved, &[highlight(&page.code[0], 1 << 20)]);
        for part in
            ["href=\"../b/#x\"", "src=\"i.png\"", "<h1 id=\"uber-uns\">", "<span class=\"h-k\">fn", "id=\"fn:n\""]
        {
            assert!(html.as_str().contains(part), "{part} in {}", html.as_str());
        }
    }

    #[test]
    fn what_an_author_writes_cannot_run_or_leak() {
        for (text, never) in [
            ("<img src=x onerror=alert(1)>", "onerror"),
            ("[a](javascript:alert(1))", "javascript:"),
            ("<a href=\"java&#x0a;script:alert(1)\">x</a>", "script:"),
            ("<script>alert(1)</script>", "alert"),
            ("<iframe src=x></iframe>", "<iframe"),
            ("<div class=\"cb-search\" id=\"cb-x\">x</div>", "cb-"),
            ("<div>\n\nopen", "</div></div>"),
            ("```\"><b>\nx\n```", "<b>"),
            ("# a {#cb-x}", "id=\"cb-"),
            ("<form action=x><input name=q></form>", "<input"),
        ] {
            assert!(!article(text).contains(never), "{text}: {}", article(text));
        }
    }

    #[test]
    fn a_brief_lowers_headings_and_keeps_its_words() {
        assert_eq!(brief("# A\n*b*").as_str(), "<h3>A</h3><p><em>b</em></p>");
    }
}
