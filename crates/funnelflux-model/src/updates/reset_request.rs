use std::{fmt, net::IpAddr};

use funnelflux_id::{Funnel, FunnelGroup, Id, TrafficSource, VisitorId};
use serde::{Serialize, Serializer};
use serde_json::Value;

use super::tracking::{TrackingRestriction, check_everything};
use crate::{
    extra::Extra,
    reporting::TrackingSlot,
    time::TimeRange,
    validation::{ValidationError, Violation, quoted},
};

/// The hits that a reset deletes: the body of `POST` and `DELETE /reporting/update/reset`.
///
/// A hit must match each restriction (*inferred* from the names), with any of its values. The
/// members of the wire are *documented*, except the name of the restriction by tracking fields,
/// which is *inferred* and therefore never enough by itself: see
/// [`tracking_field`](ResetRequestBuilder::tracking_field).
///
/// # Examples
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
#[derive(Clone, PartialEq, Serialize)]
pub struct ResetRequest {
    #[serde(flatten, serialize_with = "crate::time::members")]
    range: TimeRange,
    #[serde(rename = "restrictToCampaignIDs", serialize_with = "list")]
    funnel_groups: Option<Vec<Id<FunnelGroup>>>,
    #[serde(rename = "restrictToFunnelIDs", serialize_with = "list")]
    funnels: Option<Vec<Id<Funnel>>>,
    #[serde(rename = "restrictToTrafficSourceIDs", serialize_with = "list")]
    traffic_sources: Option<Vec<Id<TrafficSource>>>,
    #[serde(rename = "restrictToCountryCodes", serialize_with = "list")]
    country_codes: Option<Vec<String>>,
    #[serde(rename = "restrictToVisitorIDs", serialize_with = "list")]
    visitors: Option<Vec<VisitorId>>,
    #[serde(rename = "restrictToIPs", serialize_with = "list")]
    ips: Option<Vec<IpAddr>>,
    #[serde(
        rename = "restrictToTrackingFields",
        skip_serializing_if = "TrackingRestriction::is_empty"
    )]
    tracking: TrackingRestriction,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`ResetRequest`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ResetRequestBuilder {
    request: ResetRequest,
    everything: bool,
    /// Whether the caller vouches for the name of the restriction by tracking fields.
    tracking_vouched: bool,
}

const FUNNEL_GROUPS: &str = "restrictToCampaignIDs";
const FUNNELS: &str = "restrictToFunnelIDs";
const TRAFFIC_SOURCES: &str = "restrictToTrafficSourceIDs";
const COUNTRY_CODES: &str = "restrictToCountryCodes";
const VISITORS: &str = "restrictToVisitorIDs";
const IPS: &str = "restrictToIPs";
/// The name that cost segments have it under (*proven* there). Here *inferred*.
const TRACKING: &str = "restrictToTrackingFields";

impl ResetRequest {
    /// A reset within a range of time. At least one restriction has to be added, or
    /// [`everything`](ResetRequestBuilder::everything).
    pub fn builder(range: TimeRange) -> ResetRequestBuilder {
        ResetRequestBuilder {
            request: Self {
                range,
                funnel_groups: None,
                funnels: None,
                traffic_sources: None,
                country_codes: None,
                visitors: None,
                ips: None,
                tracking: TrackingRestriction::default(),
                extra: Extra::default(),
            },
            everything: false,
            tracking_vouched: false,
        }
    }

    /// The range of time.
    #[must_use]
    pub fn range(&self) -> &TimeRange {
        &self.range
    }

    /// Whether the reset deletes every hit of the range.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        !self.has_documented_restriction() && self.tracking.is_empty()
    }

    fn has_documented_restriction(&self) -> bool {
        self.lists().iter().any(|(_, length)| length.is_some())
    }

    /// Each list of the wire with its length, if it was given.
    fn lists(&self) -> [(&'static str, Option<usize>); 6] {
        [
            (FUNNEL_GROUPS, self.funnel_groups.as_ref().map(Vec::len)),
            (FUNNELS, self.funnels.as_ref().map(Vec::len)),
            (TRAFFIC_SOURCES, self.traffic_sources.as_ref().map(Vec::len)),
            (COUNTRY_CODES, self.country_codes.as_ref().map(Vec::len)),
            (VISITORS, self.visitors.as_ref().map(Vec::len)),
            (IPS, self.ips.as_ref().map(Vec::len)),
        ]
    }
}

impl ResetRequestBuilder {
    /// Only hits in funnels of these groups. On the wire: `restrictToCampaignIDs` (*documented*).
    pub fn funnel_groups(mut self, ids: impl IntoIterator<Item = Id<FunnelGroup>>) -> Self {
        self.request.funnel_groups.get_or_insert_default().extend(ids);
        self
    }

    /// Only hits in these funnels. On the wire: `restrictToFunnelIDs` (*documented*).
    pub fn funnels(mut self, ids: impl IntoIterator<Item = Id<Funnel>>) -> Self {
        self.request.funnels.get_or_insert_default().extend(ids);
        self
    }

    /// Only hits from these traffic sources. On the wire: `restrictToTrafficSourceIDs`
    /// (*documented*).
    pub fn traffic_sources(mut self, ids: impl IntoIterator<Item = Id<TrafficSource>>) -> Self {
        self.request.traffic_sources.get_or_insert_default().extend(ids);
        self
    }

    /// Only hits from these countries, by their codes of two capital letters (ISO 3166-1). On the
    /// wire: `restrictToCountryCodes` (*documented*; that they are of this kind is *inferred*).
    pub fn country_codes<C: Into<String>>(mut self, codes: impl IntoIterator<Item = C>) -> Self {
        let list = self.request.country_codes.get_or_insert_default();
        list.extend(codes.into_iter().map(Into::into));
        self
    }

    /// Only hits of these visitors. On the wire: `restrictToVisitorIDs` (*documented*).
    pub fn visitors(mut self, ids: impl IntoIterator<Item = VisitorId>) -> Self {
        self.request.visitors.get_or_insert_default().extend(ids);
        self
    }

    /// Only hits from these addresses. On the wire: `restrictToIPs` (*documented*).
    pub fn ips(mut self, addresses: impl IntoIterator<Item = IpAddr>) -> Self {
        self.request.ips.get_or_insert_default().extend(addresses);
        self
    }

    /// Only hits whose tracking field has one of these values.
    ///
    /// That there is one more restriction, shaped like an object, is *documented*; that it is this
    /// one is *sibling*, and its name `restrictToTrackingFields` is *inferred*. A server that knows
    /// it under another name may ignore it, and would then delete every hit that the other
    /// restrictions leave. So tracking fields need a documented restriction beside them, or the
    /// caller's word for the name:
    /// [`vouch_for_tracking_fields`](Self::vouch_for_tracking_fields). In both cases check the count
    /// before you go on.
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
    pub fn tracking_field<V: Into<String>>(
        mut self,
        slot: TrackingSlot,
        values: impl IntoIterator<Item = V>,
    ) -> Self {
        self.request.tracking.add(slot, values);
        self
    }

    /// Selects every hit of the range, in the whole account.
    pub fn everything(mut self) -> Self {
        self.everything = true;
        self
    }

    /// A member of the wire that this crate does not know. Grade: *unknown*. It does not count as a
    /// restriction: a server that does not know it would ignore it.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.request.extra.push(member, value);
        self
    }

    /// Confirms that the server knows the restriction by tracking fields under the name that is sent:
    /// `restrictToTrackingFields`, or the name that a member override of the client replaces it with.
    /// The vendor's schema file, or a count that changed as expected, confirms it.
    ///
    /// From then on tracking fields count as a restriction of their own. **If the name is wrong, the
    /// server may ignore it, and the reset deletes every hit of the range.**
    pub fn vouch_for_tracking_fields(mut self) -> Self {
        self.tracking_vouched = true;
        self
    }

    /// Checks and returns the request.
    ///
    /// # Errors
    ///
    /// Every violation, in one error: no restriction and no
    /// [`everything`](Self::everything) or both of them, tracking fields alone without
    /// [`vouch_for_tracking_fields`](Self::vouch_for_tracking_fields), an empty list, an invalid
    /// country code, an empty value of a tracking field, a member that is set twice.
    pub fn build(self) -> Result<ResetRequest, ValidationError> {
        let request = self.request;
        let mut violations = Vec::new();
        for (field, length) in request.lists() {
            if length == Some(0) {
                violations.push(Violation::new(
                    field,
                    "an empty list",
                    "at least one value: an empty list means no restriction",
                ));
            }
        }
        for (at, code) in request.country_codes.iter().flatten().enumerate() {
            if code.len() != 2 || !code.bytes().all(|byte| byte.is_ascii_uppercase()) {
                violations.push(Violation::new(
                    format!("{COUNTRY_CODES}[{at}]"),
                    quoted(code),
                    "a country code of two capital letters, like `DE`",
                ));
            }
        }
        request.tracking.check(TRACKING, &mut violations);
        let is_everything = request.is_everything();
        let expected = "at least one restriction, or `everything()` for every hit of the range";
        check_everything("restrictTo…", is_everything, self.everything, expected, &mut violations);
        let is_guess = !request.has_documented_restriction() && !self.tracking_vouched;
        if is_guess && !is_everything && !self.everything {
            violations.push(Violation::new(
                TRACKING,
                "tracking fields alone, under a name that is a guess",
                "a documented restriction beside them, or `vouch_for_tracking_fields`: a server \
                 that ignores the name deletes every hit",
            ));
        }
        let mut known = vec!["timeStart", "timeEnd"];
        known.extend(request.lists().map(|(field, _)| field));
        known.push(TRACKING);
        request.extra.check("extra", &known, &mut violations);
        ValidationError::check(violations)?;
        Ok(request)
    }
}

/// Writes a restriction that was not given as an empty list.
fn list<T: Serialize, S: Serializer>(
    list: &Option<Vec<T>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    list.as_deref().unwrap_or_default().serialize(serializer)
}

/// Shows the numbers of visitors, addresses and tracking fields alone.
impl fmt::Debug for ResetRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResetRequest")
            .field("range", &self.range)
            .field("funnel_groups", &self.funnel_groups)
            .field("funnels", &self.funnels)
            .field("traffic_sources", &self.traffic_sources)
            .field("country_codes", &self.country_codes)
            .field("visitors", &self.visitors.as_ref().map(Vec::len))
            .field("ips", &self.ips.as_ref().map(Vec::len))
            .field("tracking_fields", &self.tracking)
            .finish_non_exhaustive()
    }
}
