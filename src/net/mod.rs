//! The gate to the network: nothing opens a socket, or lets a program open one, without a [`Permit`] from [`Net`].
//!
//! In: the hosts that `site.toml` names, whether the build is offline, addresses to be reached. Out: permits and refusals,
//! runs of programs that talk to a permitted host, answers of web servers, conversations with programs of the portal's owner,
//! and objects of a [`Store`], which the owner names. Must not know: repositories, plugins, what is transferred.

mod address;
mod converse;
mod gate;
mod http;
mod program;
mod store;

pub use address::{Address, AddressError, Scheme, without_credentials};
pub use converse::{Bounds, Conversation, Ending, RunError, converse};
pub use gate::{Net, Permit, Refusal};
pub use http::{Answer, FetchError, get};
pub use program::{Finished, filter, run};
pub use store::{
    Headers, Object, Store, StoreError, StoreKind, StoreOptions, StoreUrl, StoreUrlError, Traffic, Version,
};
