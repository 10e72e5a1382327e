#![doc = include_str!("../README.md")]

mod edit_error;
mod equal;
mod layout;
mod patch;
mod rename;
mod rewrite;
mod scan;
mod token;

pub use edit_error::EditError;
pub use equal::equal;
pub use layout::{compact, indent};
pub use patch::{merge, remove, set, set_text};
pub use rename::{Direction, Rename, rename};
pub use rewrite::{Part, rewrite};
pub use scan::{
    MemberSpan, describe, find, is_deeper_than, items, members, place, quote, repeated, slice,
    unquote, value_end,
};
