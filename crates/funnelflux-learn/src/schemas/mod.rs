//! The vendor's schema files, compared with the contract.
//!
//! The files are downloaded from the reference by hand, one for each section. An operation is found by
//! method and path, then by the alternatives of a guessed path, then by its title, so that a wrong
//! guess is one difference and not one missing and one new operation. A title alone settles nothing.

mod call;
mod compare;
mod file;
pub(crate) mod finding;
mod objects;
mod pair;
mod read;
mod references;
mod report;
mod shapes;
#[cfg(test)]
mod tests;
mod view;

pub use compare::compare;
pub use file::SchemaFile;
pub use finding::{Findings, Settled};

/// The root of the workspace.
#[cfg(test)]
pub(crate) fn root() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
