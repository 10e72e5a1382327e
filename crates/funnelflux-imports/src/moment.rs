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
        let after = rest.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, ':' | '.'));
        Some(Self { day, clock: day::seconds(rest), zone: zone(after)? })
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

/// Zones by the minutes by which they are ahead of UTC. A name that stands for several is left out.
const ZONES: &[(i32, &[&str])] = &[
    (0, &["Z", "UTC", "GMT", "WET"]),
    (60, &["CET", "MEZ", "WEST"]),
    (120, &["CEST", "MESZ", "EET"]),
    (180, &["EEST", "MSK"]),
    (540, &["JST", "KST"]),
    (600, &["AEST"]),
    (660, &["AEDT"]),
    (-240, &["EDT"]),
    (-300, &["EST", "CDT"]),
    (-360, &["CST", "MDT"]),
    (-420, &["MST", "PDT"]),
    (-480, &["PST", "AKDT"]),
    (-540, &["AKST"]),
    (-600, &["HST"]),
];

/// What comes after a clock: `None` inside where there is no zone, `None` where it is not understood.
fn zone(after: &str) -> Option<Option<i32>> {
    let mut text = after.trim().to_ascii_uppercase();
    for half in ["AM", "PM", "A.M.", "P.M."] {
        if let Some(rest) = text.strip_prefix(half) {
            text = rest.trim().to_owned();
        }
    }
    let name = text.trim_matches(['(', ')', ' ']);
    let (start, offset) = match name.find(['+', '-']) {
        Some(at) => name.split_at_checked(at)?,
        None => (name, ""),
    };
    let start = start.trim();
    if name.is_empty() {
        return Some(None);
    }
    let known = || ZONES.iter().find(|(_, names)| names.contains(&start));
    let minutes = if start.is_empty() { 0 } else { known()?.0 };
    if offset.is_empty() {
        return Some(Some(minutes * 60));
    }
    let (sign, digits) = offset.split_at_checked(1)?;
    let digits: String = digits.chars().filter(|c| *c != ':').collect();
    let (hours, more) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        4 => digits.split_at_checked(2)?,
        _ => return None,
    };
    let ahead = hours.parse::<i32>().ok()? * 60 + more.parse::<i32>().ok()?;
    Some(Some(60 * if sign == "-" { minutes - ahead } else { minutes + ahead }))
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
