use serde::{Deserialize, Serialize};

/// A path inside a tree: `/`-separated, relative, without `.`, `..`, empty parts, control characters or `\`.
///
/// The only key that [`crate::sources::RepoTree`] takes, so no path can leave its tree. The empty path is the root.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct RelPath(String);

/// Why a text is no [`RelPath`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PathError {
    /// It leads out of the tree.
    #[error("the path `{0}` leaves the repository")]
    Escapes(String),
    /// It has an empty part, a control character or a backslash, or is over 4,096 bytes.
    #[error("`{0}` is no path inside a repository")]
    Malformed(String),
}

impl RelPath {
    /// The root of the tree.
    pub fn root() -> Self {
        Self::default()
    }

    /// Takes a path that is already in its plain form.
    pub fn new(path: &str) -> Result<Self, PathError> {
        if path.is_empty() {
            return Ok(Self::root());
        }
        let sound = |part: &str| {
            !part.is_empty() && part != "." && part != ".." && !part.chars().any(|c| c.is_control() || c == '\\')
        };
        if path.len() > 4096 || !path.split('/').all(sound) {
            return Err(PathError::Malformed(printable(path)));
        }
        Ok(Self(path.to_owned()))
    }

    /// Resolves `reference` as written in a file of the directory `self`: `x`, `./x`, `../x`, or `/x` from the root.
    pub fn resolve(&self, reference: &str) -> Result<Self, PathError> {
        let absolute = reference.starts_with('/');
        let mut parts: Vec<&str> = if absolute { Vec::new() } else { self.parts().collect() };
        for part in reference.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop().ok_or_else(|| PathError::Escapes(printable(reference)))?;
                }
                part => parts.push(part),
            }
        }
        Self::new(&parts.join("/"))
    }

    /// `self` with one more plain path below it.
    #[must_use]
    pub fn join(&self, below: &RelPath) -> Self {
        match (self.is_root(), below.is_root()) {
            (true, _) => below.clone(),
            (_, true) => self.clone(),
            _ => Self(format!("{}/{}", self.0, below.0)),
        }
    }

    /// The directory that holds it; the root's is the root.
    #[must_use]
    pub fn parent(&self) -> Self {
        self.0.rsplit_once('/').map_or_else(Self::root, |(parent, _)| Self(parent.to_owned()))
    }

    /// What is left below `base`, if it lies there.
    pub fn below(&self, base: &RelPath) -> Option<RelPath> {
        if base.is_root() {
            return Some(self.clone());
        }
        let rest = self.0.strip_prefix(&base.0)?;
        if rest.is_empty() { Some(Self::root()) } else { rest.strip_prefix('/').map(|rest| Self(rest.to_owned())) }
    }

    /// The last part; empty for the root.
    pub fn name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or("")
    }

    /// The ending of the last part, lower case, without the dot.
    pub fn extension(&self) -> Option<String> {
        self.name().rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, ending)| ending.to_ascii_lowercase())
    }

    /// The parts, from the root down.
    pub fn parts(&self) -> impl Iterator<Item = &str> {
        self.0.split('/').filter(|part| !part.is_empty())
    }

    /// Whether it is the root.
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// As text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for RelPath {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<RelPath> for String {
    fn from(path: RelPath) -> Self {
        path.0
    }
}

impl TryFrom<String> for RelPath {
    type Error = PathError;

    fn try_from(path: String) -> Result<Self, Self::Error> {
        Self::new(&path)
    }
}

fn printable(path: &str) -> String {
    path.chars().take(200).flat_map(char::escape_debug).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_are_taken() {
        for good in ["", "a", "a/b.md", "ü ~/..x/x..", "-rf"] {
            assert_eq!(RelPath::new(good).map(String::from), Ok(good.to_owned()));
        }
        for bad in ["/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", "a\\b", "a\0b", "a\nb"] {
            assert!(RelPath::new(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn references_resolve_like_links_and_never_leave() {
        let dir = RelPath::new("docs/guide").unwrap();
        let resolve = |reference: &str| dir.resolve(reference).map(String::from);
        assert_eq!(resolve("x.md").unwrap(), "docs/guide/x.md");
        assert_eq!(resolve("./../img/a.png").unwrap(), "docs/img/a.png");
        assert_eq!(resolve("/README.md").unwrap(), "README.md");
        assert_eq!(resolve("../..").unwrap(), "");
        assert!(matches!(dir.resolve("../../../etc/passwd"), Err(PathError::Escapes(_))));
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_resolved_stays_inside(reference in ".*") {
            let dir = RelPath::new("a/b").unwrap();
            if let Ok(path) = dir.resolve(&reference) {
                proptest::prop_assert!(RelPath::new(path.as_str()).is_ok());
            }
        }
    }
}
