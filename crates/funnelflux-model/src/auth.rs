//! The answer of the token endpoint, `POST /auth/validate`.

mod instant;
mod node;
mod text;
mod validate;

pub use instant::unix_time;
pub use text::TokenText;
pub use validate::{TokenParts, ValidateAnswer};
