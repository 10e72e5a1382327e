#![doc = include_str!("../README.md")]

mod book;
mod file;
mod journal;
mod rows;
mod step;
mod writer;

pub use book::Book;
#[doc(hidden)]
pub use file::Lock;
pub use journal::Journal;
pub use step::{Draft, Run, RunId, State, Step, StepId};
pub use writer::Writer;
