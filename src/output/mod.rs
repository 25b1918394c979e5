//! Output: files in, a folder out that is always the old site or the new one.
//!
//! In: routes and bytes, in any order, from many threads. Out: a folder with a [`Manifest`] of every file in it.
//! Must not know: what the files mean.
//!
//! New and changed files are staged in the folder's `.callboard/new`; a journal is the moment of decision: before it
//! is there, the next command throws the staged files away; once it is there, the next command finishes the move.

mod journal;
mod manifest;
/// Codes of the findings of this module.
pub mod rules;
mod sink;
mod stage;
mod verify;

pub use journal::{Recovery, recover};
pub use manifest::{FileEntry, MANIFEST, Manifest};
pub use sink::{Note, Sink};
pub use stage::{Held, Refused, Stage, Written, hold};
pub use verify::verify;
