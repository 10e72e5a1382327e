//! The words of links: segments of paths and names of parameters.

mod generated;

pub use generated::{LinkParameter, LinkPath};
