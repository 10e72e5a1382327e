//! The rules of a reset.

use super::{ResetRequest, ResetRequestBuilder, tracking::check_everything};
use crate::{Violations, quoted, reporting::TrackingSlot};

/// Choices that are not sent.
#[derive(Clone, Default, PartialEq)]
pub(super) struct ResetRequestOptions {
    everything: bool,
    tracking_vouched: bool,
}

/// # Rules
///
/// At least one restriction, or [`everything`](ResetRequestBuilder::everything). A restriction has
/// a value, a country code two capital letters. Tracking fields alone, whose name is *inferred*,
/// need [`vouch_for_tracking_fields`](ResetRequestBuilder::vouch_for_tracking_fields).
///
/// ```
/// use funnelflux_model::time::{TimeRange, Zone};
/// use funnelflux_model::updates::ResetRequest;
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let request = ResetRequest::builder(day.clone())
///     .funnels(["2nIemJxCKbFX".parse()?])
///     .ips(["203.0.113.7".parse()?])
///     .build()?;
/// assert!(!format!("{request:?}").contains("203.0.113.7"));
///
/// // Neither an empty list nor a missing one widens the reset to everything.
/// assert!(ResetRequest::builder(day.clone()).funnels([]).build().is_err());
/// assert!(ResetRequest::builder(day.clone()).build().is_err());
/// assert!(ResetRequest::builder(day).everything().build().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl ResetRequest {
    /// Whether the reset deletes every hit of the range.
    pub fn is_everything(&self) -> bool {
        !self.has_documented_restriction() && self.tracking.is_empty()
    }

    fn has_documented_restriction(&self) -> bool {
        self.lists().iter().any(|(_, length)| length.is_some())
    }

    fn lists(&self) -> [(&'static str, Option<usize>); 6] {
        [
            ("restrictToCampaignIDs", self.funnel_groups.as_ref().map(Vec::len)),
            ("restrictToFunnelIDs", self.funnels.as_ref().map(Vec::len)),
            ("restrictToTrafficSourceIDs", self.traffic_sources.as_ref().map(Vec::len)),
            ("restrictToCountryCodes", self.country_codes.as_ref().map(Vec::len)),
            ("restrictToVisitorIDs", self.visitors.as_ref().map(Vec::len)),
            ("restrictToIPs", self.ips.as_ref().map(Vec::len)),
        ]
    }

    pub(super) fn check(&self, found: &mut Violations) {
        const TRACKING: &str = "restrictToTrackingFields";
        for (field, _) in self.lists().into_iter().filter(|(_, length)| *length == Some(0)) {
            let expected = "at least one value: an empty list means no restriction";
            found.add(field, "an empty list", expected);
        }
        for (at, code) in self.country_codes().iter().enumerate() {
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                let field = format!("restrictToCountryCodes[{at}]");
                found.add(field, quoted(code), "a country code of two capital letters, like `DE`");
            }
        }
        self.tracking.check(TRACKING, found);
        let (options, is_everything) = (&self.options, self.is_everything());
        let expected = "at least one restriction, or `everything()` for every hit of the range";
        check_everything("restrictTo…", is_everything, options.everything, expected, found);
        let is_guess = !self.has_documented_restriction() && !options.tracking_vouched;
        if is_guess && !is_everything && !options.everything {
            let value = "tracking fields alone, under a name that is a guess";
            let expected = "a documented restriction beside them, or `vouch_for_tracking_fields`: \
                            a server that ignores the name deletes every hit";
            found.add(TRACKING, value, expected);
        }
    }
}

impl ResetRequestBuilder {
    funnelflux_contract::setters! {
        /// Only hits whose tracking field has one of these values.
        ///
        /// One more restriction, shaped like an object, is *documented*; that it is this one is
        /// *sibling*, its name `restrictToTrackingFields` *inferred*. A server that does not know the
        /// name may ignore it, and delete every hit that the other restrictions leave. So tracking
        /// fields need a documented one beside them, or
        /// [`vouch_for_tracking_fields`](Self::vouch_for_tracking_fields). Check the count.
        ///
        /// ```
        /// use funnelflux_model::reporting::TrackingSlot;
        /// use funnelflux_model::time::{TimeRange, Zone};
        /// use funnelflux_model::updates::ResetRequest;
        ///
        /// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
        /// let builder = ResetRequest::builder(day).tracking_field(TrackingSlot::Campaign, ["1234"]);
        /// assert!(builder.clone().build().is_err());
        /// assert!(builder.clone().funnels(["2nIemJxCKbFX".parse()?]).build().is_ok());
        /// assert!(builder.vouch_for_tracking_fields().build().is_ok());
        /// # Ok::<(), Box<dyn std::error::Error>>(())
        /// ```
        fn tracking_field<V: Into<String>>(
            slot: TrackingSlot,
            values: impl IntoIterator<Item = V>
        ), |it| it.request.tracking.add(slot, values);
        /// Selects every hit of the range, in the whole account.
        fn everything() => request.options.everything = true;
        /// Confirms the name of the restriction by tracking fields, `restrictToTrackingFields` or its
        /// member override. The vendor's schema file, or a count that changed as expected, confirms it.
        ///
        /// From then on tracking fields count as a restriction of their own. **If the name is wrong, the
        /// server may ignore it, and the reset deletes every hit of the range.**
        fn vouch_for_tracking_fields() => request.options.tracking_vouched = true;
    }
}
