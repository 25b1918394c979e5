use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::Route;

/// HTML that may stand in a page as it is: the sanitiser's output, or made here from escaped text.
///
/// There are few doors into this type: [`SafeHtml::text`] escapes, and [`SafeHtml::vouched`] is for the sanitiser
/// and for renderers that escape everything they are given (a test counts its callers). Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SafeHtml(Arc<str>);

impl SafeHtml {
    /// Plain text, escaped.
    pub fn text(text: &str) -> Self {
        Self(escape_html(text).into())
    }

    /// An element with plain text in it, escaped, and a line break behind it.
    pub fn element(name: &'static str, text: &str) -> Self {
        Self(format!("<{name}>{}</{name}>\n", escape_html(text)).into())
    }

    /// A link from one address of the site to another, with plain text in it, escaped.
    pub fn link(from: &Route, to: &Route, text: &str) -> Self {
        Self(format!("<a href=\"{}\">{}</a>", escape_html(&to.url_from(from)), escape_html(text)).into())
    }

    /// An element around this.
    #[must_use]
    pub fn within(self, name: &'static str) -> Self {
        Self(format!("<{name}>{}</{name}>", self.0).into())
    }

    /// Several pieces, one behind the other.
    pub fn joined(parts: impl IntoIterator<Item = Self>) -> Self {
        let mut html = String::new();
        parts.into_iter().for_each(|part| html.push_str(&part.0));
        Self(html.into())
    }

    /// HTML that the caller has sanitised or built from escaped parts only.
    pub(crate) fn vouched(html: String) -> Self {
        Self(html.into())
    }

    /// The HTML.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Nothing at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Escapes `& < > " '` for text and quoted attribute values.
pub fn escape_html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}
