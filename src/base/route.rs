use percent_encoding::{AsciiSet, utf8_percent_encode};
use serde::{Deserialize, Serialize};

use super::{Digest, RelPath, percent};

/// What is escaped in a path segment of a URL: everything that ends or changes a path, and what HTML would have to escape.
const SEGMENT: &AsciiSet = &percent::PATH.add(b'&').add(b'\'').add(b'/');

/// Where something stands in the site, from its root: a page (`a/b/`, written as `a/b/index.html`) or a file (`a/b.css`).
///
/// Parts are decoded text; each is made safe as a file name when the route is built. The empty route is the home page.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Route(String);

impl Route {
    /// The home page.
    pub fn home() -> Self {
        Self::default()
    }

    /// A page, by its parts.
    pub fn page<I: IntoIterator<Item = S>, S: AsRef<str>>(parts: I) -> Self {
        let mut path = String::new();
        for part in parts {
            path.push_str(&segment(part.as_ref()));
            path.push('/');
        }
        Self(path)
    }

    /// A file, by its parts.
    pub fn file<I: IntoIterator<Item = S>, S: AsRef<str>>(parts: I) -> Self {
        Self(Self::page(parts).0.trim_end_matches('/').to_owned())
    }

    /// A page below this one.
    #[must_use]
    pub fn child(&self, part: &str) -> Self {
        Self(format!("{}{}/", self.0, segment(part)))
    }

    /// A page below this one, at a path inside a tree.
    #[must_use]
    pub fn below(&self, path: &RelPath) -> Self {
        Self(format!("{}{}", self.0, Self::page(path.parts()).0))
    }

    /// A file below this page.
    #[must_use]
    pub fn below_file(&self, path: &RelPath) -> Self {
        Self(format!("{}{}", self.0, Self::file(path.parts()).0))
    }

    /// The path of the file that is written, relative to the site's root, `/`-separated.
    pub fn output_path(&self) -> String {
        if self.is_page() { format!("{}index.html", self.0) } else { self.0.clone() }
    }

    /// Whether it is a page and not a file.
    pub fn is_page(&self) -> bool {
        self.0.is_empty() || self.0.ends_with('/')
    }

    /// Percent-encoded URL from the site's root, without a leading slash.
    pub fn url(&self) -> String {
        self.0.split('/').map(|part| utf8_percent_encode(part, SEGMENT).to_string()).collect::<Vec<_>>().join("/")
    }

    /// Percent-encoded URL of this route relative to the page `from`, so that the site works below any sub-path.
    pub fn url_from(&self, from: &Route) -> String {
        let from_dir = &from.0[..from.0.rfind('/').map_or(0, |at| at + 1)];
        let mut shared = 0;
        for (at, (a, b)) in from_dir.bytes().zip(self.0.bytes()).enumerate() {
            if a != b {
                break;
            }
            if a == b'/' {
                shared = at + 1;
            }
        }
        let ups = from_dir[shared..].matches('/').count();
        let down = Self(self.0[shared..].to_owned()).url();
        match (ups, down.as_str()) {
            (0, "") => "./".to_owned(),
            // A first part with a colon would be read as a scheme.
            (0, down) if down.split('/').next().is_some_and(|first| first.contains(':')) => format!("./{down}"),
            _ => format!("{}{down}", "../".repeat(ups)),
        }
    }

    /// The way from this page to the site's root: `./`, `../`, `../../` …
    pub fn to_root(&self) -> String {
        Self::home().url_from(self)
    }

    /// As text, decoded.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for Route {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "/{}", self.0)
    }
}

/// One part as a file name that every file system takes: never empty, `.` or `..`, no separator or control character,
/// at most 200 bytes. What had to be changed gets a short digest, so that two different parts never meet.
fn segment(part: &str) -> String {
    let unsafe_char = |c: char| {
        c.is_control()
            || matches!(c, '/' | '\\' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    if !part.is_empty() && part != "." && part != ".." && part.len() <= 200 && !part.contains(unsafe_char) {
        return part.to_owned();
    }
    let kept: String = part.chars().map(|c| if unsafe_char(c) { '_' } else { c }).take(40).collect();
    format!("{}~{}", kept.trim_matches('.'), Digest::of_bytes(part.as_bytes()).short(8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relative_urls_lead_from_page_to_page() {
        let page = |path: &str| Route::page(path.split('/').filter(|part| !part.is_empty()));
        let css = Route::file(["assets", "app.css"]);
        for (from, to, url) in [
            (page(""), page(""), "./"),
            (page(""), page("catalog"), "catalog/"),
            (page("a/b"), page("a/c"), "../c/"),
            (page("a/b"), page("a/b"), "./"),
            (page("a/b"), page("a"), "../"),
            (page("a"), page("a/b/c"), "b/c/"),
            (page("a/b"), page("ab"), "../../ab/"),
            (page("a/b"), css.clone(), "../../assets/app.css"),
            (Route::file(["404.html"]), page("a"), "a/"),
            (page("a"), page("a/x y#ü"), "x%20y%23%C3%BC/"),
            (page("a"), page("a/b:c"), "./b:c/"),
        ] {
            assert_eq!(to.url_from(&from), url, "{from} to {to}");
        }
    }

    #[test]
    fn parts_become_file_names_that_stay_apart() {
        assert_eq!(Route::page(["a", "index"]).output_path(), "a/index/index.html");
        let strange: Vec<Route> =
            ["", ".", "..", "a/b", "a\\b", "a\nb"].iter().map(|part| Route::page(["x", part])).collect();
        for (at, route) in strange.iter().enumerate() {
            assert_eq!(route.as_str().matches('/').count(), 2, "{route}");
            assert!(!route.as_str().contains("..") && !strange[..at].contains(route), "{route}");
        }
    }
}
