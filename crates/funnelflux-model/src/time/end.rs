use jiff::{Timestamp, ToSpan};

/// The spelling of the end of a range as `timeEnd`.
///
/// A range holds the first instant after it; only this type decides which instant is sent instead.
///
/// An integration in production sent `23:59:59` (*proven*). Whether the server tests `t < end` or
/// `t <= end` is *unknown*; the self-hosted product states `start <= t < end` (*sibling*). If that
/// holds here, [`LastSecond`](Self::LastSecond) loses the last second of every range, and
/// [`Exclusive`](Self::Exclusive) is right. [`LastMillisecond`](Self::LastMillisecond) loses a
/// millisecond at most in both cases, if the server takes fractions (*unknown*):
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
    /// The first second after the range: `00:00:00` of the next day. Grade: *sibling*.
    Exclusive,
    /// The last millisecond that belongs to the range: `23:59:59.999`. Under `t <= end` it is exact;
    /// under `t < end` it loses one millisecond at most, and nothing where times are kept in whole
    /// seconds. Grade: *inferred*; no request with fractions of a second is known.
    LastMillisecond,
}

impl EndSpelling {
    pub(super) fn wire(self, end: Timestamp) -> Timestamp {
        match self {
            Self::LastSecond => end.checked_sub(1.second()).unwrap_or(end),
            Self::Exclusive => end,
            Self::LastMillisecond => end.checked_sub(1.millisecond()).unwrap_or(end),
        }
    }
}
