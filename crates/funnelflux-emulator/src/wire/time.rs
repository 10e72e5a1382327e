//! Times on the wire: RFC 3339 with an offset.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::fmt::temporal::Pieces;
use jiff::tz::Offset;

use super::{Refusal, Result};

const RIGHT: &str = "an RFC 3339 time with an offset, such as 2023-10-12T00:00:00+02:00";

/// An instant and the offset it was written with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct OffsetTime {
    pub(crate) millis: i64,
    pub(crate) offset: Offset,
}

impl OffsetTime {
    pub(crate) fn parse(field: &str, text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Refusal::bad_request(format!("`{field}`: {text:?} {why}; expected {RIGHT}"))
        };
        // RFC 3339 is narrower than what jiff reads: no space, no short offset, no name of a zone.
        let (clock, after) = text.split_at_checked(19).ok_or_else(|| wrong("is not a time"))?;
        if !shaped(clock, "dddd-dd-ddTdd:dd:dd") {
            return Err(wrong("is not a time"));
        }
        let zone = after.trim_start_matches(|at: char| at == '.' || at.is_ascii_digit());
        if zone.is_empty() {
            return Err(wrong("has no offset, and no time zone is assumed"));
        }
        let numeric = shaped(zone, "+dd:dd") || shaped(zone, "-dd:dd");
        if !(matches!(zone, "Z" | "z") || numeric && zone.get(1..3) < Some("24")) {
            return Err(wrong("does not end in an offset"));
        }
        let read = Pieces::parse(text).ok().and_then(|pieces| {
            let (offset, time) = (pieces.to_numeric_offset()?, pieces.time()?);
            let instant = offset.to_timestamp(DateTime::from_parts(pieces.date(), time)).ok()?;
            Some(Self { millis: instant.as_millisecond(), offset })
        });
        read.ok_or_else(|| wrong("is not on the calendar, or has no proper fraction of a second"))
    }
}

/// Whether `text` has the shape of `pattern`, in which `d` is a digit.
fn shaped(text: &str, pattern: &str) -> bool {
    text.len() == pattern.len()
        && text.bytes().zip(pattern.bytes()).all(|(byte, wanted)| match wanted {
            b'd' => byte.is_ascii_digit(),
            b'T' => byte == b'T' || byte == b't',
            _ => byte == wanted,
        })
}

/// Such as `2023-10-12T14:00:00+02:00`, with milliseconds where there are any.
pub(crate) fn stamp(millis: i64, offset: Offset) -> String {
    let at = Timestamp::from_millisecond(millis);
    at.map(|at| at.display_with_offset(offset).to_string()).unwrap_or_default()
}

pub(crate) fn civil(millis: i64, offset: Offset) -> DateTime {
    let at = Timestamp::from_millisecond(millis).unwrap_or(Timestamp::UNIX_EPOCH);
    offset.to_datetime(at)
}

/// The start of the block of `length` milliseconds of local time that holds the instant.
pub(crate) fn floor(millis: i64, length: i64, offset: Offset) -> i64 {
    let shift = i64::from(offset.seconds()) * 1000;
    (millis + shift).div_euclid(length) * length - shift
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_production_sample_is_read() {
        let start = OffsetTime::parse("timeStart", "2023-10-12T00:00:00+02:00").unwrap();
        assert_eq!(start.millis, 1_697_061_600_000);
        assert_eq!(start.offset.seconds(), 7200);
        let utc = OffsetTime::parse("timeStart", "2023-10-11T22:00:00.250Z").unwrap();
        assert_eq!(utc.millis, 1_697_061_600_250);
    }

    #[test]
    fn a_time_without_an_offset_is_refused_and_the_message_says_what_is_missing() {
        let refusal = OffsetTime::parse("timeStart", "2023-10-12T00:00:00").unwrap_err();
        assert_eq!(refusal.status, 400);
        for word in ["timeStart", "2023-10-12T00:00:00", "no offset", "+02:00"] {
            assert!(refusal.message.contains(word), "{}", refusal.message);
        }
    }

    #[test]
    fn everything_else_that_is_not_rfc_3339_is_refused() {
        for text in [
            "",
            "yesterday",
            "2023-10-12",
            "2023-10-12 00:00:00+02:00",
            "2023-10-12T00:00:00+0200",
            "2023-10-12T00:00:00+02",
            "2023-10-12T00:00:00.+02:00",
            "2023-10-12T00:00:00+02:00[Europe/Berlin]",
            "2023-13-12T00:00:00+02:00",
            "2023-02-30T00:00:00Z",
            "2023-10-12T00:00:00+02:99",
            "2023-10-12T00:00:00Ź",
            "1697061600",
        ] {
            assert!(OffsetTime::parse("timeStart", text).is_err(), "{text}");
        }
    }

    #[test]
    fn blocks_follow_the_local_clock() {
        let india = Offset::from_seconds(19_800).unwrap();
        let at = OffsetTime::parse("t", "2023-10-12T14:47:10+05:30").unwrap().millis;
        assert_eq!(stamp(floor(at, 3_600_000, india), india), "2023-10-12T14:00:00+05:30");
        assert_eq!(stamp(floor(at, 86_400_000, india), india), "2023-10-12T00:00:00+05:30");
        assert_eq!(stamp(at + 7, Offset::UTC), "2023-10-12T09:17:10.007+00:00");
    }
}
