//! The names that most programs need: `use funnelflux::prelude::*;`.

pub use crate::FunnelFlux;
pub use crate::auth::Tokens;
pub use crate::id::AssetId;
pub use crate::model::reporting::{
    Attribute, AttributeSelection, DrilldownRequest, Metric, RawEventsRequest, Report, TrackingSlot,
};
pub use crate::model::time::{TimeRange, Zone};
#[cfg(feature = "reporting")]
pub use crate::reporting::{Reporting, ReportingApi};
pub use crate::transport::{Error, RateLimit, Response, RetryPolicy};
