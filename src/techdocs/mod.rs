//! TechDocs: `mkdocs.yml` and `docs/` in, books out.
//!
//! In: the catalog (which entity has docs where), snapshots, parsed pages. Out: [`Book`]s with nav, pages and files.
//! Must not know: themes, templates, the rest of the portal. Behaviours are those of MkDocs 1.6 with
//! mkdocs-techdocs-core 1.7; nothing of a repository is ever executed.
//!
//! In steps, each of pure functions, so that the middle ones can be remembered:
//!
//! ```text
//! plan       catalog, snapshots  → BookPlan: files, addresses, nav
//! read       ReadJob             → ReadPage          (read_pages: all of them)
//! highlight  HighlightJob        → SafeHtml          (highlight_jobs, highlighted)
//! draw       DrawJob             → Drawing           (draw_jobs, drawn)
//! link       plans, pages        → ComposeJobs: what every destination means
//! compose    ComposeJob          → SafeHtml
//! bind       all of it           → Book
//! ```

mod automatic;
mod awesome;
mod bind;
mod book;
mod book_plan;
mod composed;
mod decisions;
mod drawings;
mod edit;
mod files;
mod image_size;
mod include;
mod inherit;
mod library;
mod link;
mod locate;
mod mkdocs;
mod nav;
mod patterns;
mod places;
mod plain;
mod plan;
mod publish;
mod read;
mod resolve;
mod rules;
mod shelf;
mod standalone;
mod standalone_nav;
mod titles;
mod validation;
mod ways;
mod yaml;

pub use bind::{Bound, History, Leaves, bind};
pub use book::{Book, BookFile, BookKind, Decision, DocPage, NavItem};
pub use composed::ComposedPage;
pub use drawings::{Commands, Drawings, draw, draw_jobs, drawn};
pub use link::{
    ComposeJob, HighlightJob, Highlighted, LinkedPage, Linker, Seen, compose, highlight, highlight_jobs, highlighted,
};
pub use places::asked_of;
pub use plan::{BookPlan, PageAt, PlannedDialect, PlannedFile, PlannedItem, PlannedPage};
pub use publish::{Withheld, published};
pub use read::{ReadJob, ReadPage, read, read_pages};
pub use rules::RULES;
pub use shelf::{plan, plan_one, plan_pages};
pub use standalone::standalone;
pub use validation::{Level, Validation};
pub use ways::Ways;
