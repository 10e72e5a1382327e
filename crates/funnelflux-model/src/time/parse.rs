//! Texts that people write, read strictly.

use jiff::{Timestamp, civil::Date, fmt::temporal::Pieces, tz::Offset};

use super::Zone;
use crate::{ValidationError, quoted};

/// The years of the days that are read: others are typing errors, and reports of them never end.
const YEARS: std::ops::RangeInclusive<i16> = 1970..=9998;

pub(super) fn day(field: &str, text: &str) -> Result<Date, ValidationError> {
    const EXAMPLE: &str = "a day of the calendar spelled like `2026-03-29`";
    named_day(text)
        .map_err(|why| ValidationError::one(field, quoted(text), format!("{EXAMPLE}{why}")))
}

/// The day that a text names, or why there is none.
fn named_day(text: &str) -> Result<Date, String> {
    let shape = |(at, byte): (usize, u8)| match at {
        4 | 7 => byte == b'-',
        _ => byte.is_ascii_digit(),
    };
    if text.len() != 10 || !text.bytes().enumerate().all(shape) {
        let year = text.split_once('-').map(|(year, _)| year);
        let is_year = |year: &str| year.len() != 4 && year.bytes().all(|b| b.is_ascii_digit());
        let why = if year.is_some_and(is_year) { ": a year has four digits" } else { "" };
        return Err(why.to_owned());
    }
    let (month, _) = text.split_at("2026-03".len());
    let first =
        format!("{month}-01").parse::<Date>().map_err(|_| ": a year has the months 01 to 12")?;
    if !YEARS.contains(&first.year()) {
        return Err(format!(": the years are {} to {}", YEARS.start(), YEARS.end()));
    }
    text.parse().map_err(|_| format!(": {month} has the days 01 to {}", first.days_in_month()))
}

pub(super) fn instant(field: &str, text: &str) -> Result<(Timestamp, Offset), ValidationError> {
    const EXAMPLE: &str = "an RFC 3339 time with its offset, like `2026-03-29T00:00:00+01:00`";
    let refused = |why: &str| ValidationError::one(field, quoted(text), format!("{EXAMPLE}{why}"));
    let day = text.split_once(['T', 't', ' ']).map_or(text, |(day, _)| day);
    named_day(day).map_err(|why| refused(&why))?;
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
    Zone::fixed(offset.seconds() / 60)
        .map_err(|_| refused(": an offset lies between -18:00 and +18:00"))?;
    let instant = offset.to_timestamp(pieces.date().to_datetime(time)).map_err(|_| refused(""))?;
    Ok((instant, offset))
}
