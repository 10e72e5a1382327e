//! Times moved by whole days, in place: what else a text says of them stays, such as its offset, its
//! precision and how it is spelled.

use std::ops::Range;
use std::time::{Duration, SystemTime};

/// 2000-01-01 and 2100-01-01, in days since 1970. What is earlier or later means *never* or *always*
/// (year 1 is Go's zero time, 1970 Unix's) and says nothing of when.
const SHIFTED: Range<i64> = 10_957..47_482;

const SECONDS: i128 = 86_400;

/// Members and parameters that hold a time as a number: Unix seconds, or a thousandth, a millionth,
/// a billionth of one. Numbers that are no time of this century stay, whatever their name.
const TIMES: &[&str] =
    &["date", "day", "exp", "expires", "iat", "nbf", "since", "time", "timestamp", "until"];

/// The same by how their names end: `expires_at`, `createdAt`, `check_timestamp`, `timeStart`'s
/// sisters `startTime` and `endTime`.
const TIME_ENDINGS: &[&str] =
    &["_at", "At", "_date", "Date", "_on", "_time", "Time", "_timestamp", "Timestamp"];

const TIME_BEGINNINGS: &[&str] = &["time", "date"];

/// Whether numbers of this name are times.
pub(super) fn is_time_name(name: &str) -> bool {
    TIMES.contains(&name)
        || TIME_ENDINGS.iter().any(|ending| name.ends_with(ending))
        || TIME_BEGINNINGS.iter().any(|beginning| {
            let rest = name.strip_prefix(beginning).unwrap_or_default();
            rest.starts_with(|first: char| first.is_ascii_uppercase() || first == '_')
        })
}

/// Whether it is a date, or one with a time of day behind it, and nothing more.
pub(super) fn is_time(text: &str) -> bool {
    let is_like = |text: &str, pattern: &str| {
        text.len() == pattern.len()
            && text.bytes().zip(pattern.bytes()).all(|(b, like)| match like {
                b'0' => b.is_ascii_digit(),
                b'T' => matches!(b, b'T' | b' '),
                like => b == like,
            })
    };
    let Some((date, time)) = text.split_at_checked(10) else { return false };
    if !is_like(date, "0000-00-00") {
        return false;
    }
    // The offset, then the fraction.
    let time = match time.strip_suffix('Z') {
        Some(time) => time,
        None => match time.rfind(['+', '-']).and_then(|at| time.split_at_checked(at)) {
            Some((time, offset)) => {
                let offset = offset.get(1..).unwrap_or_default();
                if !["00", "0000", "00:00"].iter().any(|pattern| is_like(offset, pattern)) {
                    return false;
                }
                time
            }
            None => time,
        },
    };
    let (time, fraction) = time.split_once('.').unwrap_or((time, ""));
    fraction.len() <= 9
        && fraction.bytes().all(|b| b.is_ascii_digit())
        && ["", "T00:00", "T00:00:00"].iter().any(|pattern| is_like(time, pattern))
}

/// Whether a time says *never* or *always*: Unix's zero time, Go's, SQL's, and the last day of all.
pub(super) fn is_never(time: &str) -> bool {
    let days = ["1970-01-01", "0001-01-01", "0000-00-00", "9999-12-31"];
    days.iter().any(|day| time.starts_with(day))
}

/// The text with every date in it moved; `None` if there is none. Dates are `2026-03-01` and
/// `2026/03/01`, with or without a time behind them, and HTTP's own.
pub(super) fn in_text(text: &str, days: i64) -> Option<String> {
    if let Ok(at) = httpdate::parse_http_date(text) {
        return Some(httpdate::fmt_http_date(moved(at, days)?));
    }
    let mut out = String::new();
    let mut rest = text;
    let mut digit_before = false;
    while let Some(next) = rest.chars().next() {
        let date = (!digit_before).then(|| rest.get(..10)).flatten();
        let digit_behind = rest.as_bytes().get(10).is_some_and(u8::is_ascii_digit);
        let date = date.filter(|_| !digit_behind).and_then(|date| moved_date(date, days));
        let length = match date {
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

fn moved(at: SystemTime, days: i64) -> Option<SystemTime> {
    let by = Duration::from_secs(days.unsigned_abs().checked_mul(86_400)?);
    if days < 0 { at.checked_sub(by) } else { at.checked_add(by) }
}

fn moved_date(date: &str, days: i64) -> Option<String> {
    let separator = date.get(4..5).filter(|s| matches!(*s, "-" | "/"))?;
    let mut parts = date.split(separator);
    let mut part = |length: usize| -> Option<i64> {
        let digits = parts.next().filter(|digits| digits.len() == length)?;
        digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
    };
    let (year, month, day) = (part(4)?, part(2)?, part(2)?);
    let number = number_of(year, month, day);
    if !SHIFTED.contains(&number) || date_of(number) != (year, month, day) {
        return None;
    }
    let (year, month, day) = date_of(number + days);
    Some(format!("{year:04}{separator}{month:02}{separator}{day:02}"))
}

/// The number, moved, if it is a Unix time of this century; spelled as it was, but for an exponent.
pub(super) fn in_number(number: &str, days: i64) -> Option<String> {
    let (whole, fraction) = match number.find(['.', 'e', 'E']) {
        None => (number.parse::<i128>().ok()?, ""),
        // `as` saturates, and no time is that large.
        Some(_) if number.contains(['e', 'E']) => (number.parse::<f64>().ok()? as i128, ""),
        Some(at) => (number.get(..at)?.parse().ok()?, number.get(at..)?),
    };
    [1_i128, 1_000, 1_000_000, 1_000_000_000].into_iter().find_map(|unit| {
        let day = SECONDS * unit;
        let of_this_century = i128::from(SHIFTED.start) * day..i128::from(SHIFTED.end) * day;
        let moved = whole + i128::from(days) * day;
        of_this_century.contains(&whole).then(|| format!("{moved}{fraction}"))
    })
}

/// Days since 1970-01-01. The years begin in March, so that the leap day is the last of them.
fn number_of(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

fn date_of(number: i64) -> (i64, i64, i64) {
    let number = number + 719_468;
    let (era, of_era) = (number.div_euclid(146_097), number.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (era * 400 + year + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_day_of_the_century_has_a_number_and_comes_back() {
        assert_eq!(SHIFTED, number_of(2000, 1, 1)..number_of(2100, 1, 1));
        assert_eq!(number_of(1970, 1, 1), 0);
        let mut before = (1999, 12, 31);
        for number in SHIFTED {
            let date @ (year, month, day) = date_of(number);
            assert_eq!(number_of(year, month, day), number);
            assert!(date > before && day <= 31, "{date:?}");
            before = date;
        }
        assert_eq!(date_of(number_of(2024, 2, 28) + 1), (2024, 2, 29));
    }

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
            assert_eq!(in_text(text, -2).as_deref(), expected, "{text}");
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
            assert_eq!(in_number(number, -1).as_deref(), expected, "{number}");
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
        ] {
            assert!(is_time(time), "{time}");
        }
        for text in [
            "2026-03-01 4917-0123-4567",
            "2026-03-01T491701234567",
            "2026-03-01T23:59:59.4917012345678",
            "2026-03-01T23:59:59+491701",
            "2026-03-01Lindenallee",
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
