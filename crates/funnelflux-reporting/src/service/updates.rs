//! Conversions, custom events, costs and resets.

use funnelflux_model::updates::{ConversionsUpdate, CostRequest, ResetCount, ResetRequest};
use funnelflux_transport::bytes::Bytes;
use funnelflux_transport::{Accepted, CallBuilder, Error, Response};
use serde_json::value::RawValue;

use super::{Reporting, ask};
#[cfg(doc)]
use crate::QueryLimit;
use crate::api::ReportingApi;
use crate::costs::{CostAccepted, CostStopped};
use crate::operations;
use crate::reset::ResetToken;

impl Reporting {
    /// Adds, changes and deletes conversions (`PUT /reporting/update/conversions`, documented).
    /// It can cause postbacks at the ad network, so it is **not** sent again after a lost answer: then
    /// [`Error::is_ambiguous`] holds, and a report shows what became of it.
    ///
    /// ```no_run
    /// # async fn example(reporting: funnelflux_reporting::Reporting) -> Result<(), Box<dyn std::error::Error>> {
    /// use funnelflux_model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
    ///
    /// let update = ConversionsUpdate::builder(PostbackCalls::OnlyOnce)
    ///     .conversion(Conversion::new("01dkezmsf3bat8xdbz8rt039rh".parse()?).payout("12.50".parse()?))
    ///     .build()?;
    /// match reporting.conversions_update(&update).await {
    ///     Ok(accepted) => println!("queued: {accepted:?}"),
    ///     Err(error) if error.is_ambiguous() => eprintln!("look at a report first: {error}"),
    ///     Err(error) => return Err(error.into()),
    /// }
    /// # Ok(()) }
    /// ```
    pub async fn conversions_update(&self, update: &ConversionsUpdate) -> Result<Accepted, Error> {
        accepted(self.client.call(&operations::CONVERSIONS_UPDATE).json(update)).await
    }

    /// Submits custom events (`PUT /reporting/update/customevents`, path inferred) by a body of the
    /// caller's: its shape is **unknown**, so it has no model and is sent unchanged.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] when `json` is not JSON.
    pub async fn custom_events_update(&self, json: &str) -> Result<Accepted, Error> {
        if let Err(cause) = serde_json::from_str::<&RawValue>(json) {
            return Err(Error::invalid_request("the custom events are not JSON").with_source(cause));
        }
        accepted(self.client.call(&operations::CUSTOMEVENTS_UPDATE).json_text(json.to_owned()))
            .await
    }

    /// Sends one request of a cost update (`PUT /reporting/update/cost`, documented). That an
    /// equal request replaces it is only inferred, from the app, which sets a cost (help). So it is
    /// **not** sent again after a lost answer: then [`Error::is_ambiguous`] holds.
    pub async fn cost_update(&self, request: &CostRequest) -> Result<Accepted, Error> {
        accepted(self.client.call(&operations::COST_UPDATE).json(request)).await
    }

    /// Sends a plan, request after request, and stops at the first that is not accepted.
    ///
    /// ```no_run
    /// # async fn example(
    /// #     reporting: funnelflux_reporting::Reporting,
    /// #     update: funnelflux_model::updates::CostUpdate,
    /// # ) {
    /// match reporting.cost_submit(update.plan()).await {
    ///     Ok(accepted) => println!("{} requests queued", accepted.len()),
    ///     Err(stopped) => {
    ///         eprintln!("{stopped}");
    ///         if stopped.error.is_ambiguous() {
    ///             eprintln!("may have arrived: rows {:?}", stopped.failed.positions());
    ///         }
    ///         for request in stopped.unsent {
    ///             eprintln!("not sent: rows {:?}", request.positions());
    ///         }
    ///     }
    /// }
    /// # }
    /// ```
    ///
    /// # Errors
    /// [`CostStopped`]: what was accepted, what failed and how, what was not sent.
    pub async fn cost_submit(
        &self,
        plan: Vec<CostRequest>,
    ) -> Result<Vec<CostAccepted>, CostStopped> {
        ReportingApi::cost_submit(self, plan).await
    }

    /// Asks how many hits a reset would delete (`POST /reporting/update/reset`, documented).
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
    /// [`Error::is_decode`] when the answer does not hold exactly one whole number;
    /// [`QueryLimit::is_query_killed`] at the server's 30-second limit; else as any call.
    pub async fn reset_validate(&self, request: &ResetRequest) -> Result<ResetToken, Error> {
        let token = ResetToken::from_count(request.clone(), 0)?;
        let call = self.client.call(&operations::RESET_VALIDATE).json_text(token.json.clone());
        let counted = Some(body_of(&call)?);
        let answer = count(call).await?;
        Ok(ResetToken { counted, hits: answer.hits, answer: Some(answer), ..token })
    }

    /// Deletes the hits that were counted (`DELETE /reporting/update/reset`, path inferred), if
    /// they are as many as they were. It cannot be undone.
    ///
    /// They are counted once more, by the same bytes, right before. Hits that arrive in between
    /// cannot be noticed; over a range that has ended there are few. The deletion carries byte for
    /// byte the body that was counted, with the member overrides of `reporting.reset.validate`.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`], and nothing was deleted, when the count has changed, or when this
    /// client's overrides would make another body of what another client counted. A lost answer to the
    /// deletion is [ambiguous](Error::is_ambiguous), and the deletion is not sent again.
    pub async fn reset_perform(&self, token: ResetToken) -> Result<Accepted, Error> {
        let counting = self.client.call(&operations::RESET_VALIDATE).json_text(token.json);
        let body = body_of(&counting)?;
        if token.counted.is_some_and(|counted| counted != body) {
            return Err(Error::invalid_request(
                "the reset was counted under other names of members than this client would send; \
                 nothing was deleted",
            )
            .with_advice("Validate and perform with clients of the same overrides."));
        }
        let fresh = count(counting).await?.hits;
        if fresh != token.hits {
            return Err(Error::invalid_request(format!(
                "the reset would delete {fresh} hits now, while {} were validated; nothing was \
                 deleted",
                token.hits
            ))
            .with_advice("Look at the new count, and validate again."));
        }
        accepted(self.client.call(&operations::RESET_PERFORM).json_as_is(body)).await
    }
}

async fn accepted(call: CallBuilder<'_>) -> Result<Accepted, Error> {
    call.send_write().await.map(Response::into_inner)
}

async fn count(call: CallBuilder<'_>) -> Result<ResetCount, Error> {
    ask(call, |bytes| ResetCount::from_json(bytes)).await.map(Response::into_inner)
}

fn body_of(call: &CallBuilder<'_>) -> Result<Bytes, Error> {
    Ok(Bytes::copy_from_slice(call.preview()?.2.unwrap_or_default()))
}
