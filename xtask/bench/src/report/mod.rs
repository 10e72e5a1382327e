//! Speed and memory of decoding a drilldown report: a tree, rows, columns.

mod decoders;
mod measure;
mod text;
mod typed;

pub use decoders::{Decoder, Held, decoders};
pub use measure::{ONCE, once, run};
pub use text::text;
