//! The answers of writes: their shape is unknown, so they are kept as they came.

use std::fmt;

use funnelflux_model::Document;
use funnelflux_transport::Error;

use crate::refusal::refusal;

/// What the server said to a write. Sibling answers are
/// `{"success": true, "processed": 3, "errors": []}` and, for copies, the new id and name.
#[derive(Clone)]
pub struct Accepted {
    text: String,
    document: Option<Document>,
}

impl Accepted {
    pub(crate) fn read(bytes: &[u8]) -> Result<Self, Error> {
        let text = String::from_utf8_lossy(bytes).into_owned();
        let document = Document::parse(&text).ok();
        if let Some(refusal) = document.as_ref().and_then(refusal) {
            return Err(refusal);
        }
        Ok(Self { text, document })
    }

    /// The answer as it came; may be empty.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The answer as an object, if it is one.
    #[must_use]
    pub fn document(&self) -> Option<&Document> {
        self.document.as_ref()
    }

    /// A member that is text, such as the id of a copy.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<String> {
        self.document.as_ref()?.read(name).ok().flatten()
    }
}

/// Names only: an answer may repeat what was sent.
impl fmt::Debug for Accepted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Accepted").field("document", &self.document).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_in_is_kept_as_it_came() {
        for answer in ["", "null", "{}", "ok", r#"{"success":true,"processed":2,"errors":[]}"#] {
            assert_eq!(Accepted::read(answer.as_bytes()).unwrap().text(), answer);
        }
        // An object's own member of this name is nobody's refusal.
        assert!(Accepted::read(br#"{"idPage":"x","errors":["y"]}"#).is_ok());
    }
}
