//! Moments of conversions: which of two lines is the later one.

use std::fmt;

use jiff::civil::Date;

use crate::{DayOrder, day};

/// What a line says of its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moment {
    day: Date,
    /// The seconds of the day.
    clock: Option<u32>,
    /// The seconds by which its clock is ahead of UTC.
    zone: Option<i32>,
}

impl Moment {
    /// Reads the cell of a time, and that of an hour beside it.
    pub(crate) fn read(cell: &str, hour: &str, order: DayOrder) -> Option<Self> {
        let day = day::day(cell, order)?;
        let rest = [day::readings(cell).1, hour].into_iter().find(|it| day::seconds(it).is_some());
        let Some(rest) = rest else { return Some(Self { day, clock: None, zone: None }) };
        let rest = rest.trim_start_matches(['T', ' ', ',', '\u{a0}']);
        let zone = day::zone(rest).ok()?;
        let zone = zone.map_or(Some(None), |zone| ahead(zone).map(Some))?;
        Some(Self { day, clock: day::seconds(rest), zone })
    }

    /// Numbers by which these moments can be compared: instants, or days where a clock is missing. `None` where some of
    /// them have a zone and others have none.
    pub(crate) fn compared(all: &[Option<Self>]) -> Option<Vec<i64>> {
        let all = all.iter().copied().collect::<Option<Vec<_>>>()?;
        let (has_clocks, has_zones) =
            (all.iter().all(|it| it.clock.is_some()), all.iter().all(|it| it.zone.is_some()));
        let is_clear = has_zones || all.iter().all(|it| it.zone.is_none());
        let number = |it: &Self| if has_clocks { it.seconds() } else { it.midnight() };
        is_clear.then(|| all.iter().map(number).collect())
    }

    fn midnight(&self) -> i64 {
        self.day.duration_since(jiff::civil::date(1970, 1, 1)).as_secs()
    }

    fn seconds(&self) -> i64 {
        self.midnight() + i64::from(self.clock.unwrap_or_default())
            - i64::from(self.zone.unwrap_or_default())
    }
}

/// `2026-11-25`, `2026-11-25T14:03:22`, or as an instant `2026-11-25T19:03:22Z`: texts of one form sort by time.
impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.clock.is_none() {
            return self.day.fmt(f);
        }
        let Ok(instant) = jiff::Timestamp::from_second(self.seconds()) else {
            return Err(fmt::Error);
        };
        let text = instant.to_string();
        f.write_str(if self.zone.is_some() { &text } else { text.trim_end_matches('Z') })
    }
}

/// The seconds by which a zone is ahead of UTC; `None` for one that is not known, or has several.
fn ahead(zone: &str) -> Option<i32> {
    let offsets = day::offsets(zone);
    let [offset] = offsets.as_slice() else { return None };
    let (hours, minutes) = offset.split_once(':')?;
    let (sign, hours) = hours.split_at_checked(1)?;
    let seconds = 60 * (hours.parse::<i32>().ok()? * 60 + minutes.parse::<i32>().ok()?);
    Some(if sign == "-" { -seconds } else { seconds })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_with_their_zones() {
        for (cell, hour, expected) in [
            ("11/25/2026 14:03:22 EST", "", "2026-11-25T19:03:22Z"),
            ("11/25/2026 2:03:22 PM", "", "2026-11-25T14:03:22"),
            ("11/25/2026 2:03 PM PST", "", "2026-11-25T22:03:00Z"),
            ("2026-11-25T14:03:22Z", "", "2026-11-25T14:03:22Z"),
            ("2026-11-25T14:03:22.250Z", "", "2026-11-25T14:03:22Z"),
            ("2026-11-25T14:03:22-05:00", "", "2026-11-25T19:03:22Z"),
            ("2026-11-25 23:03:22 +0530", "", "2026-11-25T17:33:22Z"),
            ("2026-11-25 14:03 GMT+2", "", "2026-11-25T12:03:00Z"),
            ("2026-11-25 14:03 (MEZ)", "", "2026-11-25T13:03:00Z"),
            ("2026-11-25", "14:03", "2026-11-25T14:03:00"),
            ("2026-11-25", "", "2026-11-25"),
            ("2026-11-25 14:03 somewhere", "", "none"),
            ("soon", "", "none"),
        ] {
            let found = Moment::read(cell, hour, DayOrder::MonthFirst);
            let found = found.map_or_else(|| "none".to_owned(), |it| it.to_string());
            assert_eq!(found, expected, "{cell}");
        }
    }
}
