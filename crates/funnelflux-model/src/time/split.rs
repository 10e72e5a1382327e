use std::{num::NonZeroUsize, time::Duration};

use jiff::Timestamp;

use super::{TimeRange, range::start_of};

/// Cuts into windows: contiguous, without overlap, together exactly the range. Each keeps the zone
/// and the [`EndSpelling`](super::EndSpelling) of the whole.
impl TimeRange {
    /// At most `parts` windows of equal length, to the second. A range of fewer seconds than
    /// `parts` gives one window for each second.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use funnelflux_model::time::{TimeRange, Zone};
    ///
    /// let day = TimeRange::days("2026-01-01", "2026-01-01", &Zone::utc())?;
    /// let halves = day.split(NonZeroUsize::new(2).unwrap());
    /// assert_eq!(halves[0].end_rfc3339(), "2026-01-01T11:59:59+00:00");
    /// assert_eq!(halves[1].start_rfc3339(), "2026-01-01T12:00:00+00:00");
    /// # Ok::<(), funnelflux_model::ValidationError>(())
    /// ```
    pub fn split(&self, parts: NonZeroUsize) -> Vec<Self> {
        let seconds = u128::from(self.seconds());
        let parts = (parts.get() as u128).min(seconds);
        // seconds * part needs more than 64 bits only for absurd part counts, yet costs nothing.
        self.cut((1..parts).map(|part| seconds * part / parts))
    }

    /// Windows of `length`, counted in elapsed time from the start; the last may be shorter.
    /// Lengths are taken in whole seconds, at least one.
    pub fn split_by(&self, length: Duration) -> Vec<Self> {
        let step = length.as_secs().max(1);
        let inner = self.seconds().saturating_sub(1) / step;
        self.cut((1..=inner).map(|part| u128::from(step * part)))
    }

    /// One window for each day of the range's zone; the first and last may be parts of a day.
    pub fn split_at_days(&self) -> Vec<Self> {
        let (start, end) = self.bounds();
        let mut cuts = Vec::new();
        let mut day = self.zone().time_zone().to_datetime(start).date();
        while let Ok(next) = day.tomorrow() {
            match start_of(next, self.zone()) {
                Ok(midnight) if midnight < end => cuts.push(midnight),
                _ => break,
            }
            day = next;
        }
        self.windows(cuts.into_iter())
    }

    /// Windows within each of which the zone keeps its offset. A range whose clocks do not change is one.
    ///
    /// ```
    /// use funnelflux_model::time::{TimeRange, Zone};
    ///
    /// let new_york: Zone = "America/New_York".parse()?;
    /// let parts = TimeRange::days("2026-10-31", "2026-11-02", &new_york)?.split_at_clock_changes();
    /// assert_eq!(parts[0].end_rfc3339(), "2026-11-01T01:59:59-04:00");
    /// assert_eq!(parts[1].start_rfc3339(), "2026-11-01T01:00:00-05:00");
    /// # Ok::<(), funnelflux_model::ValidationError>(())
    /// ```
    pub fn split_at_clock_changes(&self) -> Vec<Self> {
        let ((start, end), zone) = (self.bounds(), self.zone().time_zone());
        // A zone may also change its name, or count its summer time otherwise.
        let mut offset = zone.to_offset(start);
        let changes = zone.following(start).map(|change| (change.timestamp(), change.offset()));
        let changes = changes.take_while(|(at, _)| *at < end);
        let moved = changes
            .filter_map(|(at, new)| (std::mem::replace(&mut offset, new) != new).then_some(at));
        self.windows(moved)
    }

    fn cut(&self, seconds_after_start: impl Iterator<Item = u128>) -> Vec<Self> {
        let (start, _) = self.bounds();
        self.windows(seconds_after_start.filter_map(|seconds| {
            Timestamp::from_second(start.as_second().checked_add(i64::try_from(seconds).ok()?)?)
                .ok()
        }))
    }

    fn windows(&self, cuts: impl Iterator<Item = Timestamp>) -> Vec<Self> {
        let (mut from, end) = self.bounds();
        let mut windows = Vec::new();
        for to in cuts.chain([end]) {
            // A day that a zone left out starts where the day after it starts.
            if from < to {
                windows.push(self.part(from, to));
                from = to;
            }
        }
        windows
    }
}
