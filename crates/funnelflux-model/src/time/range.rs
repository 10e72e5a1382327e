use std::time::{Duration, SystemTime};

use jiff::{RoundMode, Timestamp, TimestampRound, ToSpan, Unit, civil::Date};
use serde::ser::SerializeMap;

use super::{EndSpelling, Zone, parse};
use crate::{ValidationError, quoted};

/// A stretch of time: at least one second long, in whole seconds, with a zone or offsets.
///
/// A request has [`start_rfc3339`](Self::start_rfc3339) and [`end_rfc3339`](Self::end_rfc3339) with
/// whole seconds and offset (*proven*). [`EndSpelling`] explains how the server reads the end.
///
/// ```
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let october = TimeRange::days("2026-10-01", "2026-10-31", &"Europe/Berlin".parse::<Zone>()?)?;
/// assert_eq!(
///     october.to_string(),
///     "2026-10-01T00:00:00+02:00 to 2026-10-31T23:59:59+01:00 (Europe/Berlin)"
/// );
///
/// let error = TimeRange::from_rfc3339("2026-10-01T00:00:00", "2026-10-02T00:00:00Z").unwrap_err();
/// assert!(error.to_string().starts_with("timeStart: got `2026-10-01T00:00:00`"));
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct TimeRange {
    start: Timestamp,
    /// The first instant after the range.
    end: Timestamp,
    zone: Zone,
    /// Set when the end was given at another offset than the start.
    end_zone: Option<Zone>,
    end_spelling: EndSpelling,
}

impl TimeRange {
    /// A range from two texts, each with its own offset, sent as they are (`Z` as `+00:00`).
    ///
    /// `end` is the last second that belongs to the range, as it is in `timeEnd`: a whole day is
    /// `…T00:00:00+02:00` to `…T23:59:59+02:00`. Fractions of a second are dropped.
    ///
    /// # Errors
    /// When a text has no offset or is no RFC 3339 time, or when the end is before the start.
    pub fn from_rfc3339(start: &str, end: &str) -> Result<Self, ValidationError> {
        let (first, start_offset) = parse::instant("timeStart", start)?;
        let (last, end_offset) = parse::instant("timeEnd", end)?;
        let zone = Zone::from_offset(start_offset);
        let end_zone = (end_offset != start_offset).then(|| Zone::from_offset(end_offset));
        if last < first {
            return Err(reversed(start, end));
        }
        let after = second(last, RoundMode::Floor).checked_add(1.second());
        let after = after.map_err(|_| out_of_reach("timeEnd", end))?;
        Self::new(first, after, zone).map(|range| Self { end_zone, ..range })
    }

    /// Whole days of a zone, both inclusive, each spelled `2026-03-29`.
    /// A day has 23 or 25 hours where clocks change, and starts with its first instant.
    ///
    /// # Errors
    /// When a text is no day, when the last day is before the first, or when the days do not exist
    /// in that zone (Samoa left out 2011-12-30).
    pub fn days(first: &str, last: &str, zone: &Zone) -> Result<Self, ValidationError> {
        let first_day = parse::day("first day", first)?;
        let last_day = parse::day("last day", last)?;
        if last_day < first_day {
            let expected = format!("a day not before the first, {}", quoted(first));
            return Err(ValidationError::one("last day", quoted(last), expected));
        }
        let start = start_of(first_day, zone)?;
        let next = last_day.tomorrow().map_err(|_| out_of_reach("last day", last))?;
        let after = start_of(next, zone)?;
        if after <= start {
            let expected = format!("a day that {zone} has: its clocks jumped over this one");
            return Err(ValidationError::one("last day", quoted(last), expected));
        }
        Self::new(start, after, zone.clone())
    }

    /// The `count` whole days of a zone of which the last is the day of `now`.
    /// Today counts whole, from its midnight to the next: the part that lies ahead has no data yet.
    ///
    /// # Errors
    /// When `count` is zero or the range leaves the years -9999 to 9999.
    pub fn last_days(count: u32, now: SystemTime, zone: &Zone) -> Result<Self, ValidationError> {
        let expected = || {
            ValidationError::one("days", count.to_string(), "at least one day, within the calendar")
        };
        let back = i64::from(count.checked_sub(1).ok_or_else(expected)?);
        let now = Timestamp::try_from(now).map_err(|_| expected())?;
        let today = zone.time_zone().to_datetime(now).date();
        let first = today.checked_sub(jiff::SignedDuration::from_hours(24 * back));
        let first = first.map_err(|_| expected())?;
        let next = today.tomorrow().map_err(|_| expected())?;
        Self::new(start_of(first, zone)?, start_of(next, zone)?, zone.clone())
    }

    /// From `from` up to, not including, `to`, widened to whole seconds as requests have them.
    ///
    /// # Errors
    /// When `to` is not after `from`, or when either leaves the years -9999 to 9999.
    pub fn between(from: SystemTime, to: SystemTime, zone: &Zone) -> Result<Self, ValidationError> {
        let instant = |field, time| {
            Timestamp::try_from(time).map_err(|_| out_of_reach(field, "a system time"))
        };
        let (start, end) = (instant("timeStart", from)?, instant("timeEnd", to)?);
        if end <= start {
            return Err(reversed(&zone.spell(start), &zone.spell(end)));
        }
        Self::new(start, second(end, RoundMode::Ceil), zone.clone())
    }

    fn new(start: Timestamp, end: Timestamp, zone: Zone) -> Result<Self, ValidationError> {
        let start = second(start, RoundMode::Floor);
        if end <= start {
            return Err(reversed(&zone.spell(start), &zone.spell(end)));
        }
        Ok(Self { start, end, zone, end_zone: None, end_spelling: EndSpelling::default() })
    }

    /// The same range with its end spelled differently on the wire.
    #[must_use]
    pub fn with_end_spelling(self, end_spelling: EndSpelling) -> Self {
        Self { end_spelling, ..self }
    }

    /// How the end is spelled on the wire.
    pub fn end_spelling(&self) -> EndSpelling {
        self.end_spelling
    }

    /// `timeStart`: the first second of the range.
    pub fn start_rfc3339(&self) -> String {
        self.zone.spell(self.start)
    }

    /// `timeEnd`: by default the last second of the range, see [`EndSpelling`].
    pub fn end_rfc3339(&self) -> String {
        self.end_zone.as_ref().unwrap_or(&self.zone).spell(self.end_spelling.wire(self.end))
    }

    /// The first instant of the range.
    pub fn start(&self) -> SystemTime {
        self.start.into()
    }

    /// The first instant after the range, whatever [`EndSpelling`] sends.
    pub fn end(&self) -> SystemTime {
        self.end.into()
    }

    /// The zone of the range (of its start, when the ends were given at different offsets).
    pub fn zone(&self) -> &Zone {
        &self.zone
    }

    /// How long the range is; at least a second.
    pub fn duration(&self) -> Duration {
        Duration::from_secs(self.seconds())
    }

    pub(super) fn seconds(&self) -> u64 {
        u64::try_from(self.end.as_second() - self.start.as_second()).unwrap_or_default()
    }

    pub(super) fn bounds(&self) -> (Timestamp, Timestamp) {
        (self.start, self.end)
    }

    /// A part of this range. Parts that end where the whole ends are spelled as the whole is.
    pub(super) fn part(&self, start: Timestamp, end: Timestamp) -> Self {
        let end_zone = self.end_zone.clone().filter(|_| end == self.end);
        Self { start, end, zone: self.zone.clone(), end_zone, end_spelling: self.end_spelling }
    }
}

/// The first instant of a day: midnight, or where the clocks jump over it, the instant after.
pub(super) fn start_of(day: Date, zone: &Zone) -> Result<Timestamp, ValidationError> {
    zone.time_zone()
        .to_timestamp(day.at(0, 0, 0, 0))
        .map_err(|_| out_of_reach("day", &day.to_string()))
}

fn second(instant: Timestamp, mode: RoundMode) -> Timestamp {
    let whole = TimestampRound::new().smallest(Unit::Second).mode(mode);
    instant.round(whole).unwrap_or(instant)
}

fn reversed(start: &str, end: &str) -> ValidationError {
    let expected = format!("a time after the start, {}", quoted(start));
    ValidationError::one("timeEnd", quoted(end), expected)
}

fn out_of_reach(field: &str, value: &str) -> ValidationError {
    ValidationError::one(field, quoted(value), "a time within the years -9999 to 9999")
}

pub(crate) fn members<M: SerializeMap>(range: &TimeRange, map: &mut M) -> Result<(), M::Error> {
    map.serialize_entry("timeStart", &range.start_rfc3339())?;
    map.serialize_entry("timeEnd", &range.end_rfc3339())
}

funnelflux_contract::formats! {
    /// Exactly the instants that are sent, and the zone.
    Display for TimeRange, |it, f|
        write!(f, "{} to {} ({})", it.start_rfc3339(), it.end_rfc3339(), it.zone)
}

funnelflux_contract::formats! {
    Debug for TimeRange, |it, f| f.debug_tuple("TimeRange").field(&it.to_string()).finish()
}
