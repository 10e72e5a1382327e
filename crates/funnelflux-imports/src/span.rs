//! The time that a cost is of: a day, an hour of it, or several days.

use std::time::{Duration, SystemTime};

use funnelflux_model::time::{TimeRange, Zone};

use crate::{Line, day};

pub(crate) const DATE: &str = "date";
pub(crate) const HOUR: &str = "hour";
pub(crate) const END: &str = "end";

/// Reads the fields of a line, or says which of them is wrong, and why.
pub(crate) fn span(
    line: Line<'_>,
    zone: &Zone,
    now: SystemTime,
) -> Result<TimeRange, (&'static str, String)> {
    let (first, hour) = (line.get(DATE), line.get(HOUR));
    let last = Some(line.get(END)).filter(|end| !end.is_empty()).unwrap_or(first);
    let days = TimeRange::days(first, last, zone).map_err(|cause| {
        let wrong = cause.violations().first();
        let is_last = first != last && wrong.is_some_and(|wrong| wrong.field == "last day");
        let expected = wrong.map_or("a day", |wrong| &wrong.expected);
        let (field, cell) = if is_last { (END, last) } else { (DATE, first) };
        (field, day::oddity(cell).map_or_else(|| format!("expected {expected}"), str::to_owned))
    })?;
    let (field, range) = if hour.is_empty() {
        (DATE, days)
    } else {
        let number = hour.strip_suffix(":00").unwrap_or(hour).parse::<u8>().ok();
        let number = number.filter(|hour| *hour < 24 && last == first);
        let expected = || "expected an hour of one day, such as 7 or 07:00".to_owned();
        let number = number.ok_or_else(|| (HOUR, expected()))?;
        let none = || (HOUR, format!("{first} has none in {zone}"));
        (HOUR, of_hour(&days, number).ok_or_else(none)?)
    };
    if range.start() > now {
        return Err((field, format!("has not begun yet in {zone}")));
    }
    Ok(range)
}

/// An hour of a day by the clock of its zone. Where clocks go back it is twice as long, and where they go forward there
/// may be none.
fn of_hour(day: &TimeRange, hour: u8) -> Option<TimeRange> {
    let is_meant = |part: &TimeRange| {
        let start = part.start_rfc3339();
        start.get("2026-03-29T".len()..).and_then(|clock| clock.get(..2)?.parse().ok())
            == Some(hour)
    };
    let mut parts = day.split_by(Duration::from_secs(3600)).into_iter().filter(is_meant);
    let first = parts.next()?;
    let last = parts.next_back().unwrap_or_else(|| first.clone());
    TimeRange::from_rfc3339(&first.start_rfc3339(), &last.end_rfc3339()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_hour_is_that_of_the_clock() {
        for (day, hour, expected) in [
            ("2026-03-28", 3, Some(("03:00:00+01:00", "03:59:59+01:00"))),
            ("2026-03-29", 1, Some(("01:00:00+01:00", "01:59:59+01:00"))),
            ("2026-03-29", 2, None),
            ("2026-03-29", 3, Some(("03:00:00+02:00", "03:59:59+02:00"))),
            ("2026-10-25", 2, Some(("02:00:00+02:00", "02:59:59+01:00"))),
            ("2026-10-25", 23, Some(("23:00:00+01:00", "23:59:59+01:00"))),
        ] {
            let day = TimeRange::days(day, day, &"Europe/Berlin".parse().unwrap()).unwrap();
            let found = of_hour(&day, hour);
            let clock = |text: String| text.split_once('T').unwrap().1.to_owned();
            let found = found.map(|it| (clock(it.start_rfc3339()), clock(it.end_rfc3339())));
            let found = found.as_ref().map(|(start, end)| (&**start, &**end));
            assert_eq!(found, expected, "{hour}");
        }
    }
}
