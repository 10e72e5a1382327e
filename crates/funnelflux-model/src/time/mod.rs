//! Time zones and time ranges.
//!
//! The API takes instants; people think in days of a zone, which has to match their ad network's.
//! So no zone is assumed: a [`TimeRange`] needs a [`Zone`], or texts that carry an offset.
//!
//! ```
//! use funnelflux_model::time::{TimeRange, Zone};
//!
//! // The clocks go forward in Berlin on this day, so it has 23 hours.
//! let berlin: Zone = "Europe/Berlin".parse()?;
//! let day = TimeRange::days("2026-03-29", "2026-03-29", &berlin)?;
//! assert_eq!(day.start_rfc3339(), "2026-03-29T00:00:00+01:00");
//! assert_eq!(day.end_rfc3339(), "2026-03-29T23:59:59+02:00");
//! assert_eq!(day.duration().as_secs(), 23 * 3600);
//! # Ok::<(), funnelflux_model::ValidationError>(())
//! ```

mod end;
mod parse;
mod range;
mod split;
mod zone;

pub use end::EndSpelling;
pub use range::TimeRange;
pub use zone::Zone;

pub(crate) use range::members;
