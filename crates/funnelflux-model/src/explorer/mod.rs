//! The explorer: what one visitor did, and one hit of his.
//!
//! These answers are about one person. They are kept as they came, and nothing of them is ever in
//! a `Debug` text; nor are the ids in the requests.

mod hit;
mod lookup;
mod row;
mod visitor;

pub use hit::ExplorerHit;
pub use lookup::{HitLookup, VisitorLookup};
pub use row::ExplorerRow;
pub use visitor::ExplorerVisitor;
