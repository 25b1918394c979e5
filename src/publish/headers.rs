use globset::{GlobBuilder, GlobMatcher};

use super::list::is_base;
use crate::base::media_type;
use crate::config::{HeaderRule, PublishSettings};
use crate::net::{Headers, StoreKind};

/// Which headers each file gets.
pub(super) struct HeaderRules {
    rules: Vec<(GlobMatcher, Headers)>,
    packs: Packs,
}

/// What is stored compressed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Packs {
    /// Nothing: a directory could not tell that it is.
    Nothing,
    /// The search index: only programs of browsers read it, and few stores compress what they hand out.
    Index,
    /// All text.
    Text,
}

/// Content that changes gets another name: kept for a year, never asked for again.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";

/// Content that may change under its name is asked for each time; the answer is mostly "not modified".
const ASK: &str = "no-cache";

/// Pictures and downloads may be some minutes old.
const SHORT: &str = "public, max-age=300";

/// The parts of the search index, which are named by their content.
const INDEX: &str = "search/i/";

/// Smaller files do not get smaller.
const WORTH_PACKING: u64 = 1024;

impl HeaderRules {
    pub(super) fn new(settings: &PublishSettings) -> Self {
        let rule = |rule: &HeaderRule| {
            let glob = GlobBuilder::new(&rule.files).literal_separator(true).build().ok()?;
            Some((glob.compile_matcher(), rule.headers.clone()))
        };
        let packs = match settings.gzip {
            _ if settings.url.kind == StoreKind::Directory => Packs::Nothing,
            true => Packs::Text,
            false => Packs::Index,
        };
        Self { rules: settings.headers.iter().filter_map(rule).collect(), packs }
    }

    /// Headers of a file of `size` bytes.
    pub(super) fn of(&self, key: &str, size: u64) -> Headers {
        let content_type = media_type(key);
        let cache = if is_fingerprinted(key) {
            IMMUTABLE
        } else if is_asked_for(content_type) {
            ASK
        } else {
            SHORT
        };
        let mut headers = Headers {
            content_type: Some(content_type.to_owned()),
            cache_control: Some(cache.to_owned()),
            ..Headers::default()
        };
        let packs = self.packs == Packs::Text || self.packs == Packs::Index && key.starts_with(INDEX);
        if packs && size >= WORTH_PACKING && is_text(content_type) {
            headers.content_encoding = Some("gzip".to_owned());
        }
        for (_, rule) in self.rules.iter().filter(|(glob, _)| glob.is_match(key)) {
            let rule = rule.clone();
            headers.content_type = rule.content_type.or(headers.content_type);
            headers.cache_control = rule.cache_control.or(headers.cache_control);
            headers.content_disposition = rule.content_disposition.or(headers.content_disposition);
            headers.content_language = rule.content_language.or(headers.content_language);
            headers.metadata.extend(rule.metadata);
        }
        headers
    }
}

fn is_text(content_type: &str) -> bool {
    content_type.contains("charset=") || content_type.starts_with("image/svg")
}

/// Pages and what programs read beside them.
fn is_asked_for(content_type: &str) -> bool {
    ["text/html", "application/json", "text/javascript", "text/css", "text/plain", "application/xml"]
        .iter()
        .any(|start| content_type.starts_with(start))
}

/// Whether a file's address holds a digest of its content: the theme's assets, the parts of the search index, lists of files.
pub(super) fn is_fingerprinted(key: &str) -> bool {
    let is_asset = |below: &str| {
        let folder = below.split_once('/').map_or("", |(folder, _)| folder);
        folder.len() >= 8 && folder.bytes().all(|byte| byte.is_ascii_hexdigit())
    };
    key.strip_prefix("assets/").is_some_and(is_asset) || key.starts_with(INDEX) || is_base(key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::net::StoreUrl;

    #[test]
    fn caches_are_told_what_changes() {
        let mut settings = PublishSettings::new(StoreUrl::parse("s3://site", Path::new("/")).unwrap());
        settings.gzip = true;
        let pdf = Headers { content_disposition: Some("attachment".to_owned()), ..Headers::default() };
        settings.headers.push(HeaderRule { files: "docs/**/*.pdf".to_owned(), headers: pdf });
        let rules = HeaderRules::new(&settings);
        let cache = |key: &str| rules.of(key, 9).cache_control.unwrap();
        for key in ["assets/56b39a84eb/css/site.css", "search/i/t/2k9x.q1w2e3.json"] {
            assert_eq!(cache(key), IMMUTABLE, "{key}");
        }
        for key in [
            "index.html",
            "search/latest.json",
            "search/client.js",
            "search/x/06c15d505eb24a2b.json",
            "docs/deadbeef00/index.html",
            "llms.txt",
        ] {
            assert_eq!(cache(key), ASK, "{key}");
        }
        assert_eq!(cache("docs/x/a.png"), SHORT);
        let packed = |key: &str, size| rules.of(key, size).content_encoding.is_some();
        assert!(packed("a.html", 5000) && packed("a.svg", 5000) && !packed("a.html", 10) && !packed("a.png", 5000));
        let packs_in = |url: &str, gzip: bool, key: &str| {
            let mut settings = PublishSettings::new(StoreUrl::parse(url, Path::new("/")).unwrap());
            settings.gzip = gzip;
            HeaderRules::new(&settings).of(key, 5000).content_encoding.is_some()
        };
        let index = "search/i/t/2k9x.q1w2e3.json";
        assert!(packs_in("gs://site", false, index) && !packs_in("gs://site", false, "a.html"));
        assert!(!packs_in("./out", true, index), "a directory keeps no headers");
        assert_eq!(rules.of("docs/a/b.pdf", 9).content_disposition.as_deref(), Some("attachment"));
        assert_eq!(rules.of("a.html", 9).content_type.as_deref(), Some("text/html; charset=utf-8"));
    }
}
