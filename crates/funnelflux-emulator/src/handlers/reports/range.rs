//! The time range of a report.

use http::StatusCode;
use jiff::tz::Offset;

use crate::options::{Options, RangeEnd};
use crate::traffic::Window;
use crate::wire::fields::Fields;
use crate::wire::refusal::Refusal;
use crate::wire::time::OffsetTime;

/// The range asked for, and the offset of its start, in which times are answered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Range {
    pub(crate) window: Window,
    /// Of `timeStart`. Where `timeEnd` has another one (a day on which the clocks change), the
    /// labels of the time attributes still have this one: an instant is never ambiguous.
    pub(crate) offset: Offset,
}

impl Range {
    pub(crate) fn read(fields: &Fields<'_>, options: &Options) -> Result<Self, Refusal> {
        let range = Self::read_queued(fields, options)?;
        range.live_long_enough(options)?;
        Ok(range)
    }

    /// The range of an update: being queued, it may be of any length (documented).
    pub(crate) fn read_queued(fields: &Fields<'_>, options: &Options) -> Result<Self, Refusal> {
        let right = "an RFC 3339 time with an offset";
        let start = OffsetTime::parse("timeStart", fields.string("timeStart", right)?)?;
        let end = OffsetTime::parse("timeEnd", fields.string("timeEnd", right)?)?;
        if end.millis < start.millis {
            return Err(Refusal::bad_request(
                "`timeEnd` is before `timeStart`; expected a range that goes forward",
            ));
        }
        let last = match options.range_end {
            RangeEnd::InclusiveSecond => end.millis.div_euclid(1000) * 1000 + 999,
            RangeEnd::Exclusive => end.millis - 1,
        };
        Ok(Self { window: Window { start: start.millis, last }, offset: start.offset })
    }

    /// Documented: a report query is killed after 30 seconds. Here a query "takes longer" when its
    /// range does, so that a test need not wait for it. What a killed query looks like on the wire
    /// is unknown.
    fn live_long_enough(&self, options: &Options) -> Result<(), Refusal> {
        let Some(hours) = options.max_query_hours else { return Ok(()) };
        let asked = self.window.last + 1 - self.window.start;
        if asked <= i64::from(hours) * 3_600_000 {
            return Ok(());
        }
        Err(killed(options.killed_status))
    }
}

/// What a killed query looks like: a choice.
pub(crate) fn killed(status: StatusCode) -> Refusal {
    Refusal::new(status, "Query execution was interrupted: the query ran longer than 30 seconds")
}
