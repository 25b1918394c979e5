//! A small HTTP/1.1 server for previews: GET, HEAD, and POST where the handler takes it.
//!
//! In: a socket address and a [`Handler`]. Out: answers. Every connection has a thread of its own, and everything about it is
//! bounded: its head, its body, the time for each, and how many there are; the one that is longest of no use makes room for a
//! new one. Must not know: sites, catalogs, files on disk. It listens and never connects, so it needs no leave of `net`.

mod answer;
mod connection;
mod host;
mod request;
mod seat;
mod server;

pub use answer::{Answer, Body};
pub use host::Hosts;
pub use request::{Method, Request};
pub use server::Server;

/// Answers requests, on any thread.
pub trait Handler: Send + Sync + 'static {
    /// Whether a body may be posted to this path; bodies of others are not even read.
    fn takes_post(&self, path: &str) -> bool;

    /// The answer to a request whose form, host and size are sound.
    fn answer(&self, request: &Request) -> Answer;
}
