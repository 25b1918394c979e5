use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::base::{Problem, Span};

/// What a doc set asks of the dialect (its `markdown_extensions`), and the texts that a page may splice in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dialect {
    /// `{{ name }}` values of the macros plugin: `extra` of mkdocs.yml, flattened with dots. Empty: left as text.
    pub variables: BTreeMap<String, String>,
    /// Texts for `--8<-- "path"`, by the path as written; a path that is not here is a problem.
    pub snippets: BTreeMap<String, String>,
    /// Texts spliced in at the end of every page (`auto_append`).
    pub append: Vec<String>,
    /// `$…$` and `$$…$$` are math (arithmatex).
    pub math: bool,
    /// Where `#12` and `@name` lead (magiclink with `repo_url_shorthand`); without it they are text.
    pub shorthand: Option<Shorthand>,
    /// Deepest nesting of blocks (`limits.page_depth`).
    pub depth: u32,
}

/// The repository that short forms such as `#12` mean.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shorthand {
    /// `github`, `gitlab` or `bitbucket`: how its addresses are made.
    pub forge: String,
    /// `https://github.com`, without a slash at its end.
    pub base: String,
    /// Whose repository; empty if unknown.
    pub owner: String,
    /// Its name; empty if unknown.
    pub name: String,
    /// `!12` and `?12` are shown as `#12` (`normalize_issue_symbols`).
    pub normalise: bool,
}

/// One Markdown text, parsed.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Page {
    /// Metadata before the text.
    pub front_matter: FrontMatter,
    /// Text of the first block if it is a level-1 heading.
    pub title: Option<String>,
    /// Headings made by Markdown, in order.
    pub headings: Vec<Heading>,
    /// Every id that a link may name: headings, `attr_list`, raw HTML `id`/`name`, GitHub's form of heading ids.
    pub anchors: Vec<String>,
    /// Every link and image destination, also of raw HTML, in order.
    pub links: Vec<Link>,
    /// Every code block that may be highlighted, in order.
    pub code: Vec<CodeBlock>,
    /// Which of them are diagrams.
    pub diagrams: Vec<DiagramPlace>,
    /// Text by heading, for search; the first has level 0 and the page's text before any heading.
    pub sections: Vec<Section>,
    /// How many items the lists of annotations have, by group.
    pub(super) annotations: Vec<u32>,
    /// HTML with places for links and code; only [`super::compose`] reads it.
    pub(super) body: String,
    /// What was found in the text; spans are bytes of the text as it was given.
    pub problems: Vec<Problem>,
}

/// Metadata of a page.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct FrontMatter {
    /// `title:`.
    pub title: Option<String>,
    /// `description:`.
    pub description: Option<String>,
    /// `hide:`: `navigation`, `toc`, `footer`.
    pub hide: Vec<String>,
    /// `tags:`.
    pub tags: Vec<String>,
    /// `status:`.
    pub status: Option<String>,
    /// `date:`, as written.
    pub date: Option<String>,
}

/// A heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 1 to 6.
    pub level: u8,
    /// Its id in the page, by Python-Markdown's slug rule.
    pub id: String,
    /// Its words.
    pub text: String,
}

/// What a destination is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum LinkKind {
    /// `a[href]`.
    Link,
    /// `img[src]` and other embedded files.
    Image,
}

/// A destination as written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Link {
    /// Link or image.
    pub kind: LinkKind,
    /// As written, entities and escapes decoded.
    pub destination: String,
    /// Where it stands.
    pub span: Span,
}

/// A code block.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CodeBlock {
    /// The author's word for the language, lower case; empty without one.
    pub language: String,
    /// The code.
    pub text: String,
}

/// Where a diagram stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiagramPlace {
    /// Which of [`Page::code`].
    pub code: usize,
    /// The whole block.
    pub span: Span,
    /// The section that its words belong to, of [`Page::sections`].
    pub section: usize,
}

/// The text under one heading, for search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// Id of the heading; empty for the text before the first.
    pub anchor: String,
    /// Level of the heading; 0 for the text before the first.
    pub level: u8,
    /// Words of the heading.
    pub heading: String,
    /// Words below it, up to the next heading.
    pub text: String,
}
