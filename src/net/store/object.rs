use std::collections::BTreeMap;

use object_store::{Attribute, Attributes, PutResult, UpdateVersion};
use serde::{Deserialize, Serialize};

/// What a store sends with an object.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headers {
    /// `Content-Type`.
    pub content_type: Option<String>,
    /// `Cache-Control`.
    pub cache_control: Option<String>,
    /// `Content-Encoding`.
    pub content_encoding: Option<String>,
    /// `Content-Disposition`.
    pub content_disposition: Option<String>,
    /// `Content-Language`.
    pub content_language: Option<String>,
    /// Names and values of the store's own metadata (`x-amz-meta-…` and the like).
    pub metadata: BTreeMap<String, String>,
}

impl Headers {
    pub(super) fn attributes(&self) -> Attributes {
        let named = [
            (Attribute::ContentType, &self.content_type),
            (Attribute::CacheControl, &self.cache_control),
            (Attribute::ContentEncoding, &self.content_encoding),
            (Attribute::ContentDisposition, &self.content_disposition),
            (Attribute::ContentLanguage, &self.content_language),
        ];
        let named = named.into_iter().filter_map(|(name, value)| Some((name, value.clone()?)));
        let free = self.metadata.iter().map(|(name, value)| (Attribute::Metadata(name.clone().into()), value.clone()));
        named.chain(free).collect()
    }

    pub(super) fn of(attributes: &Attributes) -> Self {
        let mut headers = Self::default();
        for (name, value) in attributes {
            let value = value.to_string();
            match name {
                Attribute::ContentType => headers.content_type = Some(value),
                Attribute::CacheControl => headers.cache_control = Some(value),
                Attribute::ContentEncoding => headers.content_encoding = Some(value),
                Attribute::ContentDisposition => headers.content_disposition = Some(value),
                Attribute::ContentLanguage => headers.content_language = Some(value),
                Attribute::Metadata(name) => drop(headers.metadata.insert(name.to_string(), value)),
                _ => {}
            }
        }
        headers
    }
}

/// An object that was read.
#[derive(Debug, Clone)]
pub struct Object {
    /// Its content.
    pub bytes: Vec<u8>,
    /// Which writing of it this is.
    pub version: Version,
    /// When it was written, seconds since 1970 by the store's clock.
    pub modified: i64,
    /// What is sent with it; empty for a file of a directory.
    pub headers: Headers,
}

/// Names one writing of an object, for writing it again only if nobody else did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    pub(super) e_tag: Option<String>,
    pub(super) version: Option<String>,
}

impl From<PutResult> for Version {
    fn from(result: PutResult) -> Self {
        Self { e_tag: result.e_tag, version: result.version }
    }
}

impl From<Version> for UpdateVersion {
    fn from(version: Version) -> Self {
        Self { e_tag: version.e_tag, version: version.version }
    }
}
