//! The explorer: one visitor and their hits, or one hit.
//!
//! The answers are about one person and kept unchanged; `Debug` shows neither them nor the ids.

use funnelflux_id::{HitId, VisitorId};
use serde::{Serialize, Serializer, ser::SerializeMap as _};

use crate::time::TimeRange;

/// The answer of `POST /reporting/explorer/hit`. Its shape is *unknown*.
pub type ExplorerHit = crate::OpenAnswer;

/// The answer of `POST /reporting/explorer/visitor`. *Documented* are three parts: a summary of the
/// session, a list of hits, and `hasMore`. The names of the first two are *unknown*.
pub type ExplorerVisitor = crate::OpenAnswer;

/// The body of `POST /reporting/explorer/visitor`: `visitorId` with `timeStart` and `timeEnd`, or
/// `hitId`, all *documented*.
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
    Visitor { visitor: VisitorId, range: TimeRange },
    Hit(HitLookup),
}

impl Serialize for VisitorLookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            By::Visitor { visitor, range } => {
                let mut map = serializer.serialize_map(None)?;
                map.serialize_entry("visitorId", visitor)?;
                crate::time::members(range, &mut map)?;
                map.end()
            }
            By::Hit(hit) => hit.serialize(serializer),
        }
    }
}

impl VisitorLookup {
    /// Looks a visitor up by id, in a range of time, which the server requires (*documented*).
    pub fn by_visitor(visitor: VisitorId, range: TimeRange) -> Self {
        Self(By::Visitor { visitor, range })
    }

    /// Looks up the visitor of a hit.
    pub fn by_hit(hit: HitId) -> Self {
        Self(By::Hit(HitLookup::new(hit)))
    }
}

funnelflux_contract::formats! {
    /// Never shows the ids: they belong to a person.
    Debug for VisitorLookup, |_it, f| f.write_str("VisitorLookup(…)")
}

/// The body of `POST /reporting/explorer/hit`: `hitId` (*inferred* from the visitor look-up).
#[derive(Clone, PartialEq, Eq)]
pub struct HitLookup {
    hit: HitId,
}

impl Serialize for HitLookup {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map([("hitId", &self.hit)])
    }
}

impl HitLookup {
    /// Looks up one hit.
    pub fn new(hit: HitId) -> Self {
        Self { hit }
    }
}

funnelflux_contract::formats! {
    /// Never shows the id: it belongs to a person.
    Debug for HitLookup, |_it, f| f.write_str("HitLookup(…)")
}
