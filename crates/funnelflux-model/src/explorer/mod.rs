//! The explorer: one visitor and their hits, or one hit.
//!
//! The answers are about one person. They are kept unchanged, and neither they nor the ids in the
//! requests are ever shown by `Debug`.

mod lookup;

pub use lookup::{HitLookup, VisitorLookup};

/// The answer of `POST /reporting/explorer/hit`. Its shape is *unknown*.
pub type ExplorerHit = crate::OpenAnswer;

/// The answer of `POST /reporting/explorer/visitor`. *Documented* are three parts: a summary of the
/// session, a list of hits, and `hasMore`. The names of the first two are *unknown*.
pub type ExplorerVisitor = crate::OpenAnswer;
