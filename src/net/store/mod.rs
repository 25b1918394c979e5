//! Object storage: buckets of S3 and what speaks like it, of Google Cloud Storage and Azure Blob Storage, and directories.
//!
//! In: an address that a setting or the command line names, options, keys, bytes. Out: objects. Must not know: sites, manifests.

mod address;
mod count;
mod error;
mod object;
mod open;
mod profile;
mod transfer;

pub use address::{StoreKind, StoreUrl, StoreUrlError};
pub use count::Traffic;
pub use error::StoreError;
pub use object::{Headers, Object, Version};
pub use open::StoreOptions;
pub use transfer::Store;
