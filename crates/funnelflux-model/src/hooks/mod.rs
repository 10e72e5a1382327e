//! What FunnelFlux Pro sends to the servers of its users: webhooks, and requests to middleware nodes.

mod generated;

use funnelflux_json::{find, slice, unquote};

use crate::{Document, ledger::Model as _};

pub use generated::*;

impl WebhookPayload {
    /// The text of a member of an object of the body, as in
    /// [`MiddlewareRequest::text_in`](MiddlewareRequest::text_in).
    pub fn text_in(&self, object: &str, member: &str) -> Option<String> {
        text_in(self.document(), object, member)
    }
}

impl MiddlewareRequest {
    /// The text of a member of an object of the body, such as `email` of `action_data`; a number or a flag
    /// as its JSON text. `None` where any of it is missing or is something else: every part is optional
    /// (*documented*), and the names inside of the objects are *unknown*.
    ///
    /// ```
    /// use funnelflux_model::hooks::MiddlewareRequest;
    ///
    /// let request: MiddlewareRequest = serde_json::from_str(r#"{"visitor":{"country":"DE","age":7,"x":{}}}"#)?;
    /// assert_eq!(request.text_in("visitor", "country").as_deref(), Some("DE"));
    /// assert_eq!(request.text_in("visitor", "age").as_deref(), Some("7"));
    /// assert_eq!(request.text_in("visitor", "x"), None);
    /// assert_eq!(request.text_in("action_data", "email"), None);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    pub fn text_in(&self, object: &str, member: &str) -> Option<String> {
        text_in(self.document(), object, member)
    }
}

fn text_in(document: &Document, object: &str, member: &str) -> Option<String> {
    let text = document.text();
    let value = slice(text, &find(text, 0..text.len(), &[object, member])?);
    match value.as_bytes().first()? {
        b'{' | b'[' | b'n' => None,
        b'"' => Some(unquote(value).into_owned()),
        _ => Some(value.to_owned()),
    }
}
