//! The reporting operations: attributes, drilldown, raw events, updates, logs, look-ups.

pub(super) mod attribute;
pub(super) mod drilldown;
mod filter;
pub(super) mod hits;
pub(super) mod logs;
mod metrics;
pub(super) mod updates;

use http::StatusCode;
use jiff::tz::Offset;

use crate::options::{EmulatorBuilder, RangeEnd};
use crate::traffic::Window;
use crate::wire::{Fields, OffsetTime, Refusal, Result};

/// Of raw events, and of a log. Written: the one length in the code of the third-party integration.
const MOST_ROWS: usize = 1000;

/// The range of a request, and the offset of the times and labels in the answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) window: Window,
    /// That of `timeStart`. `timeEnd` may have another, on a day on which the clocks change.
    pub(crate) offset: Offset,
}

impl Range {
    pub(crate) fn read(fields: &Fields<'_>, options: &EmulatorBuilder) -> Result<Self> {
        let range = Self::read_queued(fields, options)?;
        // Documented: a query is killed after 30 seconds. Here its range decides, so that no test waits.
        let asked = range.window.last + 1 - range.window.start;
        if asked > i64::from(options.max_query_hours) * 3_600_000 {
            return Err(killed(options.killed_status));
        }
        Ok(range)
    }

    /// Reads the range of an update, which is queued and may have any length (documented).
    pub(crate) fn read_queued(fields: &Fields<'_>, options: &EmulatorBuilder) -> Result<Self> {
        let right = "an RFC 3339 time with an offset";
        let start = OffsetTime::parse("timeStart", fields.string("timeStart", right)?)?;
        let end = OffsetTime::parse("timeEnd", fields.string("timeEnd", right)?)?;
        if end.millis < start.millis {
            let right = "a range that goes forward";
            return Err(Refusal::at("timeEnd", "is before `timeStart`", right));
        }
        let last = match options.range_end {
            RangeEnd::InclusiveSecond => end.millis.div_euclid(1000) * 1000 + 999,
            RangeEnd::Exclusive => end.millis - 1,
        };
        Ok(Self { window: Window { start: start.millis, last }, offset: start.offset })
    }
}

/// The answer to a killed query. Its form is a choice, since the live one is unknown.
pub(crate) fn killed(status: StatusCode) -> Refusal {
    Refusal::new(status, "Query execution was interrupted: the query ran longer than 30 seconds")
}
