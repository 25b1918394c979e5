use std::collections::BTreeMap;

use crate::net::{Headers, StoreOptions, StoreUrl};

/// A place that the site is published to: `[publish.NAME]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublishSettings {
    /// Where.
    pub url: StoreUrl,
    /// How it is reached.
    pub store: StoreOptions,
    /// Most requests at a time.
    pub concurrency: usize,
    /// How long what is no longer part of the site stays, seconds.
    pub grace: u64,
    /// How much may go away at once.
    pub max_delete: MaxDelete,
    /// How links lead to pages.
    pub urls: PublishUrls,
    /// Whether all text is stored compressed, with `Content-Encoding: gzip`, and not only the search index.
    pub gzip: bool,
    /// A second place for the 404 page, where the host wants it under another name.
    pub error_page: Option<String>,
    /// Old paths of pages, and where they lead now.
    pub redirects: BTreeMap<String, String>,
    /// Headers by glob; later ones win.
    pub headers: Vec<HeaderRule>,
}

/// How links lead to pages (`publish.NAME.urls`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PublishUrls {
    /// `a/b/`: the host shows `a/b/index.html` for it.
    Directories,
    /// `a/b/index.html`, for hosts without index documents.
    Html,
}

/// Headers for the files that a glob finds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderRule {
    /// Glob of paths in the site.
    pub files: String,
    /// What is set; the rest stays.
    pub headers: Headers,
}

/// How much of a site may go away in one publish.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxDelete {
    /// At most this share of the published files, in percent.
    Percent(u64),
    /// At most this many files.
    Files(u64),
}

impl MaxDelete {
    /// Reads `30%`, or a number of files.
    pub fn parse(text: &str) -> Result<Self, String> {
        let number = |text: &str| text.trim().parse::<u64>().ok();
        match text.strip_suffix('%') {
            Some(percent) => number(percent).filter(|percent| *percent <= 100).map(Self::Percent),
            None => number(text).map(Self::Files),
        }
        .ok_or_else(|| format!("`{}` is no share of the files: write `30%`, or a number", text.escape_debug()))
    }

    /// Whether `gone` of `all` files may go.
    pub fn allows(self, gone: u64, all: u64) -> bool {
        match self {
            Self::Percent(percent) => gone * 100 <= all * percent,
            Self::Files(most) => gone <= most,
        }
    }
}

impl std::fmt::Display for MaxDelete {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Percent(percent) => write!(f, "{percent}%"),
            Self::Files(files) => write!(f, "{files}"),
        }
    }
}

impl PublishSettings {
    /// The defaults for a place: 24 requests at a time, an hour's grace, at most 30% go.
    pub fn new(url: StoreUrl) -> Self {
        Self {
            url,
            store: StoreOptions::default(),
            concurrency: 24,
            grace: 3600,
            max_delete: MaxDelete::Percent(30),
            urls: PublishUrls::Directories,
            gzip: false,
            error_page: None,
            redirects: BTreeMap::new(),
            headers: Vec::new(),
        }
    }

    /// Reads a time: `90s`, `30m`, `2h` or `7d`, as seconds.
    pub fn parse_grace(text: &str) -> Result<u64, String> {
        let wrong = || format!("`{}` is no time: write `90s`, `30m`, `2h` or `7d`", text.escape_debug());
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86400,
            _ => return Err(wrong()),
        };
        let number: u32 = text[..text.len() - 1].trim().parse().map_err(|_| wrong())?;
        Ok(u64::from(number) * unit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_shares_are_read() {
        for (text, seconds) in [("0s", 0), ("90s", 90), ("30m", 1800), ("2h", 7200), ("7d", 604_800)] {
            assert_eq!(PublishSettings::parse_grace(text), Ok(seconds));
        }
        for text in ["", "h", "1", "-1h", "1 week", "ü"] {
            assert!(PublishSettings::parse_grace(text).is_err(), "{text}");
        }
        assert!(MaxDelete::parse("30%").unwrap().allows(30, 100) && !MaxDelete::parse("30%").unwrap().allows(31, 100));
        assert!(MaxDelete::parse("5").unwrap().allows(5, 6) && !MaxDelete::parse("5").unwrap().allows(6, 600));
        assert!(MaxDelete::parse("101%").is_err() && MaxDelete::parse("some").is_err());
    }
}
