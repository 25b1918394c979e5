//! Diagrams: the source of one in, a figure with an SVG out. Knows no pages and no files.
//!
//! Mermaid and Graphviz's `dot` are drawn here; other languages by a program that the portal's owner names. What comes from a
//! renderer is not trusted: it is checked against the source (a picture that lost a label is no picture), written anew through
//! an allow list, and painted in the colours of the theme. What cannot be drawn is shown as its source, with a fault to be told.
//!
//! ```text
//! source ─ bounds ─ strict reading ─ renderer, in its own thread ─ labels found? ─ allow list, colours ─ figure
//! ```

mod bounded;
mod color;
mod command;
mod dot;
mod draw;
mod expected;
mod fault;
mod figure;
mod flowchart;
mod labels;
mod mermaid;
mod paint;
mod rendered;
mod rules;
mod sheet;
mod svg;

pub use command::Command;
pub use draw::{DrawJob, Drawing, draw};
pub use fault::{Fault, FaultKind};
pub use rules::{COMMAND_FAILED, NO_COMMAND, NOT_DRAWN, RULES};
