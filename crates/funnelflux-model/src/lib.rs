//! Domain models of the FunnelFlux Pro API: lossless JSON, exact money, columnar reports.
//!
//! The crate does no I/O and depends on no HTTP client. It holds the bodies of requests and answers:
//!
//! - [`time`]: time zones and time ranges that cannot be built without a zone or an offset,
//! - [`reporting`]: the requests and answers of the reporting section; [`updates`] are its
//!   writes, [`logs`] and [`explorer`] its other look-ups,
//! - [`Document`]: a JSON object that is read and changed without respelling it,
//! - [`ledger`]: the assets, each a document with typed access to its known members,
//! - [`domains`]: the requests and answers about domains.
//!
//! # Grades
//!
//! The API is documented only in part. So every name and shape carries a [`Grade`], in its
//! documentation and, where it is a value, from a `grade()` method. Unknown data is kept unchanged,
//! never dropped and never given an invented meaning.
//!
//! # Examples
//!
//! ```
//! use funnelflux_model::reporting::{Attribute, DrilldownRequest, Metric, Report};
//! use funnelflux_model::time::{TimeRange, Zone};
//!
//! let zone: Zone = "Europe/Berlin".parse()?;
//! let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-31", &zone)?)
//!     .attribute(Attribute::ELEMENT_OFFER)
//!     .build()?;
//!
//! let answer = r#"{ "rows": [
//!     { "attributes": [{ "id": "2nIemJxCKbFX", "value": "Blue shoes" }],
//!       "conversions": 3, "revenue": "36.90" } ] }"#;
//! let report = Report::from_json(answer, &request)?;
//! assert_eq!(report.totals().get(&Metric::REVENUE), Some("36.90".parse()?));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod decode;
mod document;
pub mod domains;
mod edit_distance;
pub mod explorer;
mod extra;
mod generated;
pub mod json;
pub mod ledger;
pub mod links;
pub mod logs;
mod macros;
mod open;
pub mod reporting;
pub mod time;
pub mod updates;
mod validation;
mod wire;

pub use decode::DecodeError;
pub use document::{Document, EditError};
pub use edit_distance::edit_distance;
pub use funnelflux_contract::Grade;
pub use open::{OpenAnswer, OpenRow};
pub use validation::{ValidationError, Violation};
