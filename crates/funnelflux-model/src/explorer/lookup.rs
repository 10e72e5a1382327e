use std::fmt;

use funnelflux_id::{HitId, VisitorId};
use serde::{Serialize, Serializer, ser::SerializeMap};

use crate::time::TimeRange;

/// Which visitor to look up: the body of `POST /reporting/explorer/visitor`.
///
/// All members are *documented*: `visitorId`, then with `timeStart` and `timeEnd`, or `hitId`.
///
/// # Examples
///
/// ```
/// use funnelflux_model::explorer::VisitorLookup;
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let lookup = VisitorLookup::by_visitor("01dkezmsf3bat8xdbz8rt039r0".parse()?, day);
/// assert!(serde_json::to_string(&lookup)?.contains("01dkezmsf3bat8xdbz8rt039r0"));
/// assert!(!format!("{lookup:?}").contains("01dkezmsf3bat8xdbz8rt039r0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct VisitorLookup(By);

#[derive(Clone, PartialEq, Eq)]
enum By {
    Visitor(VisitorId, TimeRange),
    Hit(HitId),
}

impl VisitorLookup {
    /// The visitor of an id, in a range of time, which the server requires (*documented*).
    #[must_use]
    pub fn by_visitor(visitor: VisitorId, range: TimeRange) -> Self {
        Self(By::Visitor(visitor, range))
    }

    /// The visitor whose hit this is.
    #[must_use]
    pub fn by_hit(hit: HitId) -> Self {
        Self(By::Hit(hit))
    }
}

impl Serialize for VisitorLookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.0 {
            By::Visitor(visitor, range) => {
                map.serialize_entry("visitorId", visitor)?;
                map.serialize_entry("timeStart", &range.start_rfc3339())?;
                map.serialize_entry("timeEnd", &range.end_rfc3339())?;
            }
            By::Hit(hit) => map.serialize_entry("hitId", hit)?,
        }
        map.end()
    }
}

/// Never the ids: they are a person's.
impl fmt::Debug for VisitorLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            By::Visitor(_, range) => {
                f.debug_struct("VisitorLookup").field("range", range).finish_non_exhaustive()
            }
            By::Hit(_) => f.write_str("VisitorLookup(by hit)"),
        }
    }
}

/// Which hit to look up: the body of `POST /reporting/explorer/hit`, `hitId` (*inferred* from the
/// visitor look-up).
///
/// ```
/// use funnelflux_model::explorer::HitLookup;
///
/// let lookup = HitLookup::new("dkezmsf3bat8xdbz8rt039r0".parse()?);
/// assert_eq!(serde_json::to_string(&lookup)?, r#"{"hitId":"dkezmsf3bat8xdbz8rt039r0"}"#);
///
/// let lookup = lookup.with_member("idHit");
/// assert_eq!(serde_json::to_string(&lookup)?, r#"{"idHit":"dkezmsf3bat8xdbz8rt039r0"}"#);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct HitLookup {
    hit: HitId,
    member: String,
}

impl HitLookup {
    /// One hit.
    #[must_use]
    pub fn new(hit: HitId) -> Self {
        Self { hit, member: "hitId".to_owned() }
    }

    /// Another name for the member, whose own is a guess.
    #[must_use]
    pub fn with_member(mut self, member: impl Into<String>) -> Self {
        self.member = member.into();
        self
    }
}

impl From<HitId> for HitLookup {
    fn from(hit: HitId) -> Self {
        Self::new(hit)
    }
}

impl Serialize for HitLookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(1))?;
        map.serialize_entry(&self.member, &self.hit)?;
        map.end()
    }
}

/// Never the id: it is a person's.
impl fmt::Debug for HitLookup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HitLookup").field("member", &self.member).finish_non_exhaustive()
    }
}
