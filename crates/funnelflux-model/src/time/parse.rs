//! Texts that people write, read strictly.

use jiff::{Timestamp, civil::Date, fmt::temporal::Pieces, tz::Offset};

use crate::validation::{ValidationError, quoted};

/// A calendar day spelled `2026-03-29`, and nothing else.
pub(super) fn day(field: &str, text: &str) -> Result<Date, ValidationError> {
    let refused = || {
        ValidationError::one(field, quoted(text), "a day of the calendar spelled like `2026-03-29`")
    };
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        return Err(refused());
    }
    text.parse().map_err(|_| refused())
}

/// An RFC 3339 text with its offset.
pub(super) fn instant(field: &str, text: &str) -> Result<(Timestamp, Offset), ValidationError> {
    const EXAMPLE: &str = "an RFC 3339 time with its offset, like `2026-03-29T00:00:00+01:00`";
    let refused = |why: &str| ValidationError::one(field, quoted(text), format!("{EXAMPLE}{why}"));
    let pieces = Pieces::parse(text).map_err(|_| refused(""))?;
    if pieces.time_zone_annotation().is_some() {
        return Err(refused(": the name in brackets is not part of RFC 3339"));
    }
    let time = pieces.time().ok_or_else(|| {
        refused(": this is a day without a time of day; whole days are `TimeRange::days`")
    })?;
    let offset = pieces.to_numeric_offset().ok_or_else(|| {
        refused(": this is a local time, which names a different instant in every zone")
    })?;
    if offset.seconds() % 60 != 0 {
        return Err(refused(": an offset has whole minutes"));
    }
    let instant = offset.to_timestamp(pieces.date().to_datetime(time)).map_err(|_| refused(""))?;
    Ok((instant, offset))
}
