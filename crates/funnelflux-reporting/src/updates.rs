//! Conversions and custom events.

use funnelflux_model::updates::ConversionsUpdate;
use funnelflux_transport::{Accepted, Error, Response};
use serde_json::value::RawValue;

use crate::operations;
use crate::service::Reporting;

impl Reporting {
    /// Adds, changes and deletes conversions (`PUT /reporting/update/conversions`, documented).
    ///
    /// Postbacks at the ad network hang on it, so a lost answer is **not** asked for again: then
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
    ///
    /// # Errors
    /// Every way a call can fail.
    pub async fn conversions_update(&self, update: &ConversionsUpdate) -> Result<Accepted, Error> {
        let call = self.client().call(&operations::CONVERSIONS_UPDATE).json(update);
        call.send().await?.accepted().map(Response::into_inner)
    }

    /// Submits custom events (`PUT /reporting/update/customevents`, path inferred) by a body of the
    /// caller's: what stands in it is **unknown**, so there is no model of it, and it goes out
    /// letter by letter.
    ///
    /// # Errors
    /// [`Error::is_invalid_request`] when `json` is no JSON; else as
    /// [`conversions_update`](Self::conversions_update).
    pub async fn custom_events_update(&self, json: &str) -> Result<Accepted, Error> {
        if let Err(cause) = serde_json::from_str::<&RawValue>(json) {
            return Err(Error::invalid_request("the custom events are not JSON").with_source(cause));
        }
        let call = self.client().call(&operations::CUSTOMEVENTS_UPDATE).json_text(json.to_owned());
        call.send().await?.accepted().map(Response::into_inner)
    }
}
