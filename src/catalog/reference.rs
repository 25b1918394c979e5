use serde::{Deserialize, Serialize};

/// A canonical entity reference: `kind:namespace/name`, lower case. Equal iff they name the same entity.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct EntityRef {
    kind: String,
    namespace: String,
    name: String,
}

/// A reference as written: parts may be missing and are filled in by the field that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawRef<'a> {
    /// Text before the first colon.
    pub kind: Option<&'a str>,
    /// Text between colon and slash.
    pub namespace: Option<&'a str>,
    /// All the rest.
    pub name: &'a str,
}

/// Why a text is no reference.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RefError {
    /// A part is there but empty.
    #[error("`{0}` has an empty part; write `[kind:][namespace/]name`")]
    EmptyPart(String),
    /// The field has no default kind and none is written.
    #[error("`{0}` does not say which kind it means; write `component:{0}` or `resource:{0}`")]
    NoKind(String),
}

impl<'a> RawRef<'a> {
    /// Splits a reference at its first `:` and its first `/` (grammar of catalog-model 1.10; nothing is trimmed).
    pub fn parse(text: &'a str) -> Result<Self, RefError> {
        let colon = text.find(':');
        let slash = text.find('/');
        let colon = colon.filter(|colon| slash.is_none_or(|slash| colon < &slash));
        let kind = colon.map(|at| &text[..at]);
        let namespace = slash.map(|at| &text[colon.map_or(0, |colon| colon + 1)..at]);
        let name = &text[slash.or(colon).map_or(0, |at| at + 1)..];
        if kind == Some("") || namespace == Some("") || name.is_empty() {
            return Err(RefError::EmptyPart(text.to_owned()));
        }
        Ok(Self { kind, namespace, name })
    }

    /// Fills in what is missing.
    pub fn resolve(&self, default_kind: Option<&str>, default_namespace: &str) -> Result<EntityRef, RefError> {
        let kind = self.kind.or(default_kind).ok_or_else(|| RefError::NoKind(self.name.to_owned()))?;
        Ok(EntityRef::new(kind, self.namespace.unwrap_or(default_namespace), self.name))
    }
}

impl EntityRef {
    /// From its parts, in any case.
    pub fn new(kind: &str, namespace: &str, name: &str) -> Self {
        Self { kind: kind.to_lowercase(), namespace: namespace.to_lowercase(), name: name.to_lowercase() }
    }

    /// Lower-case kind.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// Lower-case namespace.
    pub fn namespace(&self) -> &str {
        &self.namespace
    }

    /// Lower-case name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The shortest form that is clear where `default_kind` is meant: kind and namespace `default` are dropped.
    pub fn shortened(&self, default_kind: Option<&str>) -> String {
        let kind = if default_kind == Some(self.kind.as_str()) { String::new() } else { format!("{}:", self.kind) };
        let namespace = if self.namespace == "default" { String::new() } else { format!("{}/", self.namespace) };
        format!("{kind}{namespace}{}", self.name)
    }
}

impl std::fmt::Display for EntityRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}/{}", self.kind, self.namespace, self.name)
    }
}

impl From<EntityRef> for String {
    fn from(reference: EntityRef) -> Self {
        reference.to_string()
    }
}

impl TryFrom<String> for EntityRef {
    type Error = RefError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        RawRef::parse(&text)?.resolve(None, "default")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_split_at_the_first_colon_and_slash() {
        let parts = |text| RawRef::parse(text).map(|raw| (raw.kind, raw.namespace, raw.name));
        assert_eq!(parts("shop"), Ok((None, None, "shop")));
        assert_eq!(parts("Component:shop"), Ok((Some("Component"), None, "shop")));
        assert_eq!(parts("api:ns/x:y/z"), Ok((Some("api"), Some("ns"), "x:y/z")));
        assert_eq!(parts("ns/a:b"), Ok((None, Some("ns"), "a:b")));
        for bad in ["", ":x", "/x", "x/", "k:", "k:/x"] {
            assert!(matches!(parts(bad), Err(RefError::EmptyPart(_))), "{bad:?}");
        }
        assert!(matches!(RawRef::parse("ledger").unwrap().resolve(None, "default"), Err(RefError::NoKind(_))));
    }
}
