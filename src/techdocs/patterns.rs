use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::base::RelPath;

/// `.gitignore` patterns over paths of one documentation set (`exclude_docs`, `not_in_nav`).
#[derive(Debug, Clone)]
pub(super) struct Patterns(Gitignore);

impl Patterns {
    /// Patterns by line, later ones win; a line that is no pattern matches nothing.
    pub fn new<'a>(lines: impl IntoIterator<Item = &'a str>) -> Self {
        let mut builder = GitignoreBuilder::new("");
        for line in lines {
            // The only error is a malformed glob, and that line is then left out.
            let _ = builder.add_line(None, line);
        }
        Self(builder.build().unwrap_or_else(|_| Gitignore::empty()))
    }

    /// Whether a file is matched, itself or by a directory above it.
    pub fn matches(&self, path: &RelPath) -> bool {
        !self.0.is_empty() && self.0.matched_path_or_any_parents(path.as_str(), false).is_ignore()
    }
}
