//! JSON as text: everything that is not changed stays byte for byte.
//!
//! Parsing a JSON text into a value and writing it back loses what the value does not hold: the
//! spelling of numbers (`1.50`, `1e3`, 20 digits), escapes, white space, duplicate names. This crate
//! works on the text itself.
//!
//! | task | functions |
//! |---|---|
//! | locate members, elements and values | [`members`], [`items`], [`find`], [`repeated`] |
//! | change one value | [`set`], [`set_text`], [`remove`] |
//! | exchange names of members | [`Rename`], [`rename`] |
//! | visit and replace strings, numbers and names | [`rewrite`] |
//! | lay out | [`indent`], [`compact`] |
//! | compare | [`equal`] |
//!
//! The functions expect valid JSON, as `serde_json` accepts it. No function panics or recurses
//! without bound on other text; what it returns for such a text is unspecified unless documented.
//!
//! # Examples
//!
//! ```
//! let text = r#"{"id":"x", "payout":1.50, "meta":{"v":1e3}}"#;
//! let changed = funnelflux_json::set(text, &["meta", "v"], &7)?;
//! assert_eq!(changed.as_deref(), Some(r#"{"id":"x", "payout":1.50, "meta":{"v":7}}"#));
//! assert!(funnelflux_json::equal("1.50", "15e-1"));
//! # Ok::<(), funnelflux_json::EditError>(())
//! ```

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
pub use patch::{remove, set, set_text};
pub use rename::{Direction, Rename, rename};
pub use rewrite::{Part, rewrite};
pub use scan::{
    MemberSpan, describe, find, items, members, place, quote, repeated, slice, unquote,
};
