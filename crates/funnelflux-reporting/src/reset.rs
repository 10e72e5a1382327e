//! Resets: counted first, deleted only if the count still holds.

use std::fmt;

use funnelflux_model::updates::{ResetCount, ResetRequest};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Accepted, CallBuilder, Error, Operation, Response};

use crate::operations;
use crate::query_limit;
use crate::service::{Reporting, decode};

/// The right to perform one reset: the request, byte by byte, with the number of hits that it was
/// said to delete. Made by [`Reporting::reset_validate`], used up by [`Reporting::reset_perform`].
pub struct ResetToken {
    request: ResetRequest,
    json: Bytes,
    counted: Option<Bytes>,
    hits: u64,
    answer: Option<ResetCount>,
}

impl ResetToken {
    /// A token from a count that was shown and confirmed elsewhere, in another process or a mock.
    /// It gives no more than the validated one: the count is asked for again before anything is
    /// deleted, and has to be the same.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] when the request cannot be written as JSON.
    pub fn from_count(request: ResetRequest, hits: u64) -> Result<Self, Error> {
        let json = serde_json::to_vec(&request).map_err(|cause| {
            Error::invalid_request("the reset cannot be written as JSON").with_source(cause)
        })?;
        Ok(Self { request, json: json.into(), counted: None, hits, answer: None })
    }

    /// How many hits would be deleted.
    #[must_use]
    pub fn hits(&self) -> u64 {
        self.hits
    }

    /// The server's answer with the count, as it came; `None` for a token
    /// [from a count](Self::from_count).
    #[must_use]
    pub fn answer(&self) -> Option<&ResetCount> {
        self.answer.as_ref()
    }

    /// What is asked to be deleted.
    #[must_use]
    pub fn request(&self) -> &ResetRequest {
        &self.request
    }

    /// The body in the names of this SDK, before a client's
    /// [member overrides](funnelflux_transport::ClientBuilder::member_override). It can hold
    /// visitors' ids and addresses.
    #[must_use]
    pub fn json(&self) -> &[u8] {
        &self.json
    }

    /// The body that was counted, byte by byte as it was sent: in the server's names. No other body
    /// is ever sent to delete. `None` for a token [from a count](Self::from_count). It can hold
    /// visitors' ids and addresses.
    #[must_use]
    pub fn counted(&self) -> Option<&[u8]> {
        self.counted.as_deref()
    }
}

/// Never the bytes: they hold visitors' ids and addresses.
impl fmt::Debug for ResetToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetToken")
            .field("request", &self.request)
            .field("hits", &self.hits)
            .finish_non_exhaustive()
    }
}

impl Reporting {
    /// Asks how many hits a reset would delete, and deletes none
    /// (`POST /reporting/update/reset`, documented).
    ///
    /// ```no_run
    /// # async fn example(reporting: funnelflux_reporting::Reporting) -> Result<(), Box<dyn std::error::Error>> {
    /// use funnelflux_model::time::{TimeRange, Zone};
    /// use funnelflux_model::updates::ResetRequest;
    ///
    /// let day = TimeRange::days("2026-03-01", "2026-03-01", &"Europe/Berlin".parse::<Zone>()?)?;
    /// let request = ResetRequest::builder(day).funnels(["2nIemJxCKbFX".parse()?]).build()?;
    /// let token = reporting.reset_validate(&request).await?;
    /// if token.hits() < 1000 {
    ///     reporting.reset_perform(token).await?;
    /// }
    /// # Ok(()) }
    /// ```
    ///
    /// # Errors
    /// Every way a call can fail; [`Error::is_decode`] when the answer does not hold exactly one
    /// whole number; [`QueryLimit::is_query_killed`](crate::QueryLimit::is_query_killed) at the server's 30-second limit.
    pub async fn reset_validate(&self, request: &ResetRequest) -> Result<ResetToken, Error> {
        let mut token = ResetToken::from_count(request.clone(), 0)?;
        let call = self.reset_call(&operations::RESET_VALIDATE, &token);
        token.counted = body_of(&call)?;
        let count = count(call).await?.into_inner();
        token.hits = count.hits();
        token.answer = Some(count);
        Ok(token)
    }

    /// A count or a deletion: both with the names that overrides give the members for the count, so
    /// that what is deleted is what was counted.
    fn reset_call(&self, operation: &'static Operation, token: &ResetToken) -> CallBuilder<'_> {
        let call = self.client().call(operation).with_names_of(&operations::RESET_VALIDATE);
        call.json_text(token.json.clone())
    }

    /// Deletes the hits that were counted (`DELETE /reporting/update/reset`, path inferred), if
    /// they are as many as they were. There is no way back.
    ///
    /// They are counted once more, by the same bytes, right before. Hits that arrive between that
    /// and the deletion cannot be noticed; over a range that has ended there are few.
    ///
    /// The deletion carries byte for byte the body that was counted. Overrides of member names are
    /// therefore those of `reporting.reset.validate`, here too; any for `reporting.reset.perform` are
    /// not looked at.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] when the count has changed, with both counts named, or when this
    /// client's overrides would make another body of what another client counted: nothing was
    /// deleted. Else every way a call can fail; a lost answer to the deletion is
    /// [ambiguous](Error::is_ambiguous) and not asked for again.
    pub async fn reset_perform(&self, token: ResetToken) -> Result<Accepted, Error> {
        let counting = self.reset_call(&operations::RESET_VALIDATE, &token);
        let deletion = self.reset_call(&operations::RESET_PERFORM, &token);
        let body = body_of(&deletion)?;
        if body_of(&counting)? != body
            || token.counted.as_ref().is_some_and(|c| Some(c) != body.as_ref())
        {
            return Err(Error::invalid_request(
                "the reset was counted under other names of members than this client would send; \
                 nothing was deleted",
            )
            .with_advice("Validate and perform with clients of the same overrides."));
        }
        let fresh = count(counting).await?.hits();
        if fresh != token.hits {
            return Err(Error::invalid_request(format!(
                "the reset would delete {fresh} hits now, while {} were validated; nothing was \
                 deleted",
                token.hits
            ))
            .with_advice("Look at the new count, and validate again."));
        }
        deletion.send().await?.accepted().map(Response::into_inner)
    }
}

async fn count(call: CallBuilder<'_>) -> Result<Response<ResetCount>, Error> {
    let answer = call.send().await.map_err(query_limit::recognise)?;
    decode(answer, |bytes| ResetCount::from_json(bytes))
}

/// The body as it will be sent.
fn body_of(call: &CallBuilder<'_>) -> Result<Option<Bytes>, Error> {
    Ok(call.preview()?.2.map(Bytes::copy_from_slice))
}
