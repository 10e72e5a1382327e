use jiff::{Timestamp, ToSpan};

/// The spelling of the end of a range as `timeEnd`.
///
/// A range holds its end as the first instant after it. Only this type decides which instant is sent
/// instead.
///
/// An integration in production sent a day's end as `23:59:59` (grade *proven*).
/// Whether the server then tests `t < end` or `t <= end` is *unknown* for FunnelFlux Pro; the
/// self-hosted product states `start <= t < end` (grade *sibling*). If that holds here too, the
/// last second of every range spelled [`LastSecond`](Self::LastSecond) is not in the answer, and
/// [`Exclusive`](Self::Exclusive) is right. [`LastMillisecond`](Self::LastMillisecond) loses no more
/// than a millisecond under either test, but whether the server takes fractions of a second is
/// *unknown*:
///
/// ```
/// use funnelflux_model::time::{EndSpelling, TimeRange, Zone};
///
/// let day = TimeRange::days("2026-01-31", "2026-01-31", &Zone::utc())?;
/// assert_eq!(day.end_rfc3339(), "2026-01-31T23:59:59+00:00");
/// let day = day.with_end_spelling(EndSpelling::Exclusive);
/// assert_eq!(day.end_rfc3339(), "2026-02-01T00:00:00+00:00");
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndSpelling {
    /// The last second that belongs to the range: `23:59:59`. Grade of the spelling: *proven*.
    #[default]
    LastSecond,
    /// The first second that no longer belongs to the range: `00:00:00` of the next day.
    /// Grade: *sibling*.
    Exclusive,
    /// The last millisecond that belongs to the range: `23:59:59.999`. Under `t <= end` it is exact;
    /// under `t < end` it loses one millisecond at most, and nothing where times are kept in whole
    /// seconds. Grade: *inferred*; no request with fractions of a second is known.
    LastMillisecond,
}

impl EndSpelling {
    /// The instant to send for a range that ends before `end`.
    pub(super) fn wire(self, end: Timestamp) -> Timestamp {
        match self {
            Self::LastSecond => end.checked_sub(1.second()).unwrap_or(end),
            Self::Exclusive => end,
            Self::LastMillisecond => end.checked_sub(1.millisecond()).unwrap_or(end),
        }
    }
}
