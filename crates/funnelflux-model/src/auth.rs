//! The answer of the token endpoint, `POST /auth/validate`.

mod node;
mod text;
mod validate;

pub use text::TokenText;
pub use validate::{TokenParts, ValidateAnswer};
