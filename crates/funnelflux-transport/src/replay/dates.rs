//! Times moved by whole days, in place: offset, precision and spelling stay.

use std::ops::RangeInclusive;

use jiff::civil::{Date, DateTime};
use jiff::{SignedDuration, Timestamp};

/// Years outside of this range mean *never* or *always*, or belong to a person's life.
const YEARS: RangeInclusive<i16> = 2000..=2099;
/// Names of numbers that are Unix times, in seconds, milli-, micro- or nanoseconds, if within [`YEARS`].
const TIMES: &[&str] =
    &["date", "day", "exp", "expires", "iat", "nbf", "since", "time", "timestamp", "until"];
const TIME_ENDINGS: &[&str] =
    &["_at", "At", "_date", "Date", "_on", "_time", "Time", "_timestamp", "Timestamp"];
const TIME_BEGINNINGS: &[&str] = &["time", "date"];
/// Dates that mean *never* or *always*: Unix's zero time, Go's, SQL's, and the last day of all.
const NEVER: &[&str] = &["1970-01-01", "0001-01-01", "0000-00-00", "9999-12-31"];

pub(super) fn is_time_name(name: &str) -> bool {
    TIMES.contains(&name)
        || TIME_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || TIME_BEGINNINGS.iter().any(|beginning| {
            let rest = name.strip_prefix(beginning).unwrap_or_default();
            rest.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        })
}

/// Whether a text is a date, with a time of day or without, and nothing more.
pub(super) fn is_time(text: &str) -> bool {
    let Some((date, rest)) = text.split_at_checked(10) else { return false };
    if !NEVER.contains(&date) && date.parse::<Date>().is_err() {
        return false;
    }
    // Offsets to the second, and annotations in brackets, could hide data.
    let offset = rest.find(['+', '-', 'Z']).and_then(|at| rest.get(at..)).unwrap_or_default();
    if offset.len() > 6 || !rest.bytes().all(|b| b.is_ascii_digit() || b"-:.+TZ ".contains(&b)) {
        return false;
    }
    let time = format!("2000-01-01{rest}");
    rest.is_empty() || time.parse::<DateTime>().is_ok() || time.parse::<Timestamp>().is_ok()
}

pub(super) fn is_never(time: &str) -> bool {
    NEVER.iter().any(|day| time.starts_with(day))
}

/// A number of days.
#[derive(Clone, Copy)]
pub(super) struct Shift(pub(super) i64);

funnelflux_contract::formats! {
    /// Never the number: it would undo the shift.
    Debug for Shift, |_it, f| f.write_str("Shift")
}

impl Shift {
    /// The text with every date in it moved; `None` if there is none. Dates are `2026-03-01` and
    /// `2026/03/01`, with or without a time behind them, and HTTP's own.
    pub(super) fn text(self, text: &str) -> Option<String> {
        if let Ok(at) = httpdate::parse_http_date(text) {
            let moved = Timestamp::try_from(at).ok()?.checked_add(self.time()).ok()?;
            return Some(httpdate::fmt_http_date(moved.into()));
        }
        let mut out = String::new();
        let mut rest = text;
        let mut digit_before = false;
        while let Some(next) = rest.chars().next() {
            let digit_behind = rest.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
            let date = if digit_before || digit_behind { None } else { rest.get(..10) };
            let length = match date.and_then(|date| self.date(date)) {
                Some(date) => {
                    out += &date;
                    date.len()
                }
                None => {
                    out.push(next);
                    next.len_utf8()
                }
            };
            digit_before = next.is_ascii_digit();
            rest = rest.get(length..).unwrap_or_default();
        }
        (out != text).then_some(out)
    }

    /// The number, moved, if it is a Unix time; spelled as it was, but for an exponent.
    pub(super) fn number(self, number: &str) -> Option<String> {
        let (whole, fraction) = match number.find(['.', 'e', 'E']) {
            None => (number.parse::<i128>().ok()?, ""),
            // `as` saturates, and no time is that large.
            Some(_) if number.contains(['e', 'E']) => (number.parse::<f64>().ok()? as i128, ""),
            Some(at) => (number.get(..at)?.parse().ok()?, number.get(at..)?),
        };
        [1_i128, 1_000, 1_000_000, 1_000_000_000].into_iter().find_map(|unit| {
            let time = Timestamp::from_second(i64::try_from(whole.div_euclid(unit)).ok()?).ok()?;
            let is_time = YEARS.contains(&jiff::tz::Offset::UTC.to_datetime(time).year());
            let moved = whole + i128::from(self.0) * 86_400 * unit;
            is_time.then(|| format!("{moved}{fraction}"))
        })
    }

    fn time(self) -> SignedDuration {
        SignedDuration::from_hours(24 * self.0)
    }

    fn date(self, text: &str) -> Option<String> {
        let separator = text.get(4..5).filter(|s| matches!(*s, "-" | "/"))?;
        if text.get(7..8) != Some(separator) {
            return None;
        }
        let date: Date = text.replace('/', "-").parse().ok()?;
        let moved = date.checked_add(self.time()).ok()?;
        YEARS.contains(&date.year()).then(|| moved.to_string().replace('-', separator))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_move_and_all_else_of_a_time_stays() {
        for (text, expected) in [
            ("2026-03-01T23:59:59+01:00", Some("2026-02-27T23:59:59+01:00")),
            ("2026-03-01T23:59:59.123456789Z", Some("2026-02-27T23:59:59.123456789Z")),
            ("2026-03-01 14:00", Some("2026-02-27 14:00")),
            ("2026-01-01", Some("2025-12-30")),
            ("2024-03-01", Some("2024-02-28")),
            ("2026/03/02", Some("2026/02/28")),
            ("from 2026-03-03 to 2026-03-04.", Some("from 2026-03-01 to 2026-03-02.")),
            ("2026-03-01T00%3A00%3A00%2B01%3A00", Some("2026-02-27T00%3A00%3A00%2B01%3A00")),
            ("Sun, 01 Mar 2026 08:49:37 GMT", Some("Fri, 27 Feb 2026 08:49:37 GMT")),
            ("é2026-03-01é", Some("é2026-02-27é")),
            // No dates, or none that say when.
            ("1999-12-31", None),
            ("2100-01-01", None),
            ("2026-03/01", None),
            ("2026-13-01", None),
            ("2026-02-29", None),
            ("12026-03-01", None),
            ("2026-03-011", None),
            ("0001-01-01T00:00:00Z", None),
            ("1970-01-01T00:00:00Z", None),
            ("9999-12-31", None),
            ("14:00", None),
            ("", None),
        ] {
            assert_eq!(Shift(-2).text(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn unix_times_move_in_whatever_unit_and_other_numbers_stay() {
        for (number, expected) in [
            ("1767225600", Some("1767139200")),
            ("1767225600.250", Some("1767139200.250")),
            ("1767225600123", Some("1767139200123")),
            ("1767225600123456", Some("1767139200123456")),
            ("1.7672256e9", Some("1767139200")),
            ("0", None),
            ("12", None),
            ("-1767225600", None),
            ("20260101", None),
            ("no number", None),
        ] {
            assert_eq!(Shift(-1).number(number).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn a_time_is_a_time_and_nothing_more() {
        for time in [
            "2026-03-01",
            "2026-03-01T23:59",
            "2026-03-01 23:59:59",
            "2026-03-01T23:59:59Z",
            "2026-03-01T23:59:59.123456789+01:00",
            "2026-03-01T23:59:59-0500",
            "0000-00-00",
            "0001-01-01T00:00:00Z",
            "9999-12-31T23:59:59Z",
        ] {
            assert!(is_time(time), "{time}");
        }
        for text in [
            "2026-03-01 4917-0123-4567",
            "2026-03-01T491701234567",
            "2026-03-01T23:59:59.4917012345678",
            "2026-03-01T23:59:59+491701",
            "2026-03-01Lindenallee",
            "2026-03-01T23:59[Europe/Berlin]",
            "2026-03-01T23:59:59.25+01:00:00",
            "2026-03-01T12+491701",
            "2026-13-01",
            "é026-03-01",
            "491701234567",
            "",
        ] {
            assert!(!is_time(text), "{text}");
        }
    }

    #[test]
    fn times_are_known_by_their_names() {
        for name in [
            "expires_at",
            "created_at",
            "createdAt",
            "check_timestamp",
            "hitTime",
            "timeStart",
            "exp",
        ] {
            assert!(is_time_name(name), "{name}");
        }
        for name in ["format", "runtime", "timeoutMs", "timed", "costs", "datetimes", ""] {
            assert!(!is_time_name(name), "{name}");
        }
    }
}
