//! The permission for a reset: a request with the count that was confirmed.

use funnelflux_model::updates::{ResetCount, ResetRequest};
use funnelflux_transport::Error;
use funnelflux_transport::bytes::Bytes;

/// The right to perform one reset: the request, byte by byte, and the count of hits to delete.
///
/// [`reset_validate`](crate::Reporting::reset_validate) makes it, and
/// [`reset_perform`](crate::Reporting::reset_perform) uses it up.
pub struct ResetToken {
    pub(crate) request: ResetRequest,
    pub(crate) json: Bytes,
    pub(crate) counted: Option<Bytes>,
    pub(crate) hits: u64,
    pub(crate) answer: Option<ResetCount>,
}

impl ResetToken {
    /// Makes a token from a count that was confirmed elsewhere, in another process or a mock. It
    /// permits no more than a validated one: the count is asked for again, and has to be the same.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] when the request cannot be written as JSON.
    pub fn from_count(request: ResetRequest, hits: u64) -> Result<Self, Error> {
        let json = serde_json::to_vec(&request).map_err(|cause| {
            Error::invalid_request("the reset cannot be written as JSON").with_source(cause)
        })?;
        Ok(Self { request, json: json.into(), counted: None, hits, answer: None })
    }

    /// The number of hits that would be deleted.
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// The server's answer with the count; `None` for a token [from a count](Self::from_count).
    pub fn answer(&self) -> Option<&ResetCount> {
        self.answer.as_ref()
    }

    /// The request: what is to be deleted.
    pub fn request(&self) -> &ResetRequest {
        &self.request
    }

    /// The body before a client's member overrides. It can hold visitors' ids and addresses.
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The body that was counted, in the server's names; no other is sent to delete. `None` for a
    /// token [from a count](Self::from_count). It can hold visitors' ids and addresses.
    pub fn counted(&self) -> Option<&[u8]> {
        self.counted.as_deref()
    }
}

funnelflux_contract::shows! {
    /// Without the bytes: they hold visitors' ids and addresses.
    ResetToken, |it| request: it.request, hits: it.hits
}
