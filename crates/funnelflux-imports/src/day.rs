//! Columns of days. Which of two numbers is the month is decided for the whole column.

use jiff::civil::Date;

use crate::amount;
use crate::vocabulary::{ALL, is_one, month};
use crate::words::words;

words! {
    /// Which of the numbers of `03/04/2026` comes first.
    DayOrder {
        /// 4 March.
        MonthFirst = "month-first",
        /// 3 April.
        DayFirst = "day-first",
    }
}

/// The readings of a cell: by month first, and by day first. A cell of another format has twice the same.
type Readings = [Option<Date>; 2];

/// The day at the beginning of a cell, and what comes after it.
pub(crate) fn readings(cell: &str) -> (Readings, &str) {
    let cell = cell.trim();
    let by_name = || by_name(cell).map_or(([None; 2], ""), |(date, rest)| ([Some(date); 2], rest));
    // A month by its name, in front or after the day: Nov 25, 2026; 25 November 2026.
    if cell.chars().any(char::is_alphabetic)
        && !cell.starts_with(|c: char| c.is_ascii_digit() && cell.contains(['-', '/', '.']))
    {
        return by_name();
    }
    let end = cell
        .find(|c: char| !c.is_ascii_digit() && !matches!(c, '-' | '/' | '.'))
        .unwrap_or(cell.len());
    let (day, rest) = cell.split_at_checked(end).unwrap_or((cell, ""));
    let is_end = rest.is_empty() || rest.starts_with([' ', 'T', ',', '\u{a0}']);
    if !is_end {
        return by_name();
    }
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let number = |text: &str| text.parse::<i16>().ok();
    let date = |year: &str, month: &str, day: &str| {
        let is_sized =
            year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
        let (month, day) = (number(month)?, number(day)?);
        Date::new(
            number(year).filter(|_| is_sized)?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        )
        .ok()
    };
    match parts.as_slice() {
        [one] if one.len() == 8 => {
            let found = one.get(..4).zip(one.get(4..6)).zip(one.get(6..));
            ([found.and_then(|((y, m), d)| date(y, m, d)); 2], rest)
        }
        [year, month, day] if year.len() == 4 => ([date(year, month, day); 2], rest),
        [first, second, year] if day.contains('.') => ([date(year, second, first); 2], rest),
        [first, second, year] => ([date(year, first, second), date(year, second, first)], rest),
        _ => by_name(),
    }
}

/// Whether a cell is a day as ISO 8601 writes it, and one that every month has. Most cells of large files are.
pub(crate) fn is_iso(cell: &str) -> bool {
    let [year @ .., b'-', m, n, b'-', d, e] = cell.as_bytes() else { return false };
    let is_number = |text: &[u8]| text.iter().all(u8::is_ascii_digit);
    let is_month = matches!((m, n), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'2'));
    let is_day = matches!((d, e), (b'0', b'1'..=b'9') | (b'1', b'0'..=b'9') | (b'2', b'0'..=b'8'));
    year.len() == 4 && is_number(year) && is_month && is_day
}

/// A month by its name, beside a day and a year of four digits: `Wed, Nov 25th, 2026`, `25. novembre 2026`.
fn by_name(cell: &str) -> Option<(Date, &str)> {
    let (mut year, mut named, mut day, mut rest) = (None, None, None, cell);
    while year.is_none() || named.is_none() || day.is_none() {
        rest = rest.trim_start_matches([' ', ',', '-', '.', '/', '\u{a0}']);
        let end = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (word, after) = rest.split_at_checked(end)?;
        let digits = word.bytes().take_while(u8::is_ascii_digit).count();
        let (number, letters) = word.split_at_checked(digits)?;
        match digits {
            0 if named.is_none() && month(word).is_some() => named = month(word),
            0 if is_one("of", word) || (rest == cell && is_one("weekday", word)) => {}
            1 | 2 if day.is_none() && is_one("ordinal", letters) => day = number.parse().ok(),
            4 if year.is_none() && letters.is_empty() => year = number.parse().ok(),
            _ => return None,
        }
        rest = after;
    }
    let date = Date::new(year.filter(|year| *year >= 1000)?, named?, day?).ok()?;
    // In place of the day or the year it may be an hour.
    (!rest.starts_with(':')).then_some((date, rest))
}

/// Whether a cell begins with a day.
pub(crate) fn is_day(cell: &str) -> bool {
    readings(cell).0 != [None; 2]
}

/// Whether a cell would begin with a day if its year had four digits.
pub(crate) fn has_short_year(cell: &str) -> bool {
    let is_digit = |c: char| c.is_ascii_digit();
    let is_year = |(at, _): (usize, &str)| {
        let (before, after) = cell.split_at_checked(at).unwrap_or_default();
        let is_two = after.chars().take_while(|c| is_digit(*c)).count() == 2;
        is_two && !before.ends_with(is_digit) && is_day(&format!("{before}20{after}"))
    };
    !is_day(cell) && cell.match_indices(is_digit).any(is_year)
}

/// Which order a column has: `Err` with the place of a cell that fits none, or with `None` if each fits both.
pub(crate) fn decide<'a>(
    cells: impl Iterator<Item = &'a str>,
    set: Option<DayOrder>,
) -> Result<DayOrder, Option<usize>> {
    let (mut fits, mut differs) = ([true; 2], false);
    if let Some(order) = set {
        fits = [order == DayOrder::MonthFirst, order == DayOrder::DayFirst];
    }
    for (at, cell) in cells.enumerate() {
        let (found, _) = readings(cell);
        for (fits, found) in fits.iter_mut().zip(found) {
            *fits &= found.is_some();
        }
        let [one, other] = found;
        differs |= one != other;
        if fits == [false; 2] {
            return Err(Some(at));
        }
    }
    match fits {
        [true, true] if differs => Err(None),
        [true, _] => Ok(DayOrder::MonthFirst),
        _ => Ok(DayOrder::DayFirst),
    }
}

pub(crate) fn day(cell: &str, order: DayOrder) -> Option<Date> {
    let ([month_first, day_first], _) = readings(cell);
    if order == DayOrder::MonthFirst { month_first } else { day_first }
}

/// The zone that comes after a day, as in `10:00 EST` or `T10:00:00+02:00`; `Err` with what is neither a time nor a zone.
pub(crate) fn zone(rest: &str) -> Result<Option<&str>, &str> {
    const SPACE: [char; 6] = [' ', 'T', ',', '\u{a0}', '\u{202f}', '('];
    let rest = rest.trim_start_matches(SPACE).trim_end_matches([' ', ')', '\u{a0}']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && !matches!(c, ':' | '.'));
    let (clock, mut after) = rest.split_at_checked(end.unwrap_or(rest.len())).unwrap_or((rest, ""));
    if !clock.is_empty() && seconds(clock).is_none() {
        return Err(rest);
    }
    after = after.trim_start_matches(SPACE);
    for word in ["AM", "PM", "am", "pm", "a.m.", "p.m.", "Uhr"] {
        let without = after.strip_prefix(word).filter(|it| !it.starts_with(char::is_alphabetic));
        after = without.unwrap_or(after).trim_start_matches(SPACE);
    }
    match after {
        "" => Ok(None),
        zone if is_zone(zone) => Ok(Some(zone)),
        day if is_one("weekday", day) => Ok(None),
        other => Err(other),
    }
}

/// The zone that the title of a column names: `Date (UTC)`, `Zeit (MEZ)`, `Day, GMT+02:00`.
pub(crate) fn zone_of_title(title: &str) -> Option<&str> {
    let mut words = title.split([' ', '(', ')', '[', ']', ',']);
    words.rfind(|word| word.chars().any(char::is_alphabetic) && is_zone(word))
}

fn is_zone(text: &str) -> bool {
    let is_name =
        || text.contains('/') && text.chars().all(|c| c.is_alphabetic() || "/_-".contains(c));
    !offsets(text).is_empty() || is_name()
}

/// The offsets that a zone may have, such as `+02:00`; none for one that is not known, or whose rules say it.
pub(crate) fn offsets(zone: &str) -> Vec<String> {
    if let Some(offsets) = ALL.zones.get(zone) {
        return offsets.split(' ').map(str::to_owned).collect();
    }
    let offset = ["UTC", "GMT"].iter().find_map(|name| zone.strip_prefix(name)).unwrap_or(zone);
    let Some(digits) = offset.strip_prefix(['+', '-', '−']) else { return Vec::new() };
    let sign = if offset.starts_with('+') { '+' } else { '-' };
    let plain = digits.replacen(':', "", 1);
    let hours = match plain.len() {
        1 | 2 => format!("{plain:0>2}00"),
        3 | 4 => format!("{plain:0>4}"),
        _ => return Vec::new(),
    };
    let is_good = hours.parse::<u16>().is_ok_and(|it| it <= 1400);
    let parts = hours.split_at_checked(2).filter(|_| is_good);
    parts.into_iter().map(|(hours, minutes)| format!("{sign}{hours}:{minutes}")).collect()
}

/// What is wrong with a cell that a spreadsheet made.
pub(crate) fn oddity(cell: &str) -> Option<&'static str> {
    // Of the years 1982 to 2064.
    let is_count = cell.parse::<u32>().is_ok_and(|days| (30_000..60_000).contains(&days));
    let why = "a day as spreadsheets count them; give the column a format of dates";
    let short = "the year has two digits; give it four, as in 2026-11-25";
    let short = || has_short_year(cell).then_some(short);
    amount::formula(cell).or(is_count.then_some(why)).or_else(short)
}

/// The seconds of the day that a time says, as `14:03`, `2:03:22 PM` or `T14:03:22Z`, to tell which of two lines is
/// the later one.
pub(crate) fn seconds(rest: &str) -> Option<u32> {
    let rest = rest.trim_start_matches(['T', ' ', ',', '\u{a0}']);
    let end = rest.find(|c: char| !c.is_ascii_digit() && c != ':').unwrap_or(rest.len());
    let (clock, after) = rest.split_at_checked(end)?;
    let mut parts = clock.split(':').map(|part| part.parse::<u32>().ok());
    let (hours, minutes) = (parts.next()??, parts.next()??);
    let after = after.trim().to_ascii_lowercase();
    let hours = match (after.starts_with("pm"), after.starts_with("am"), hours) {
        (true, _, 1..=11) => hours + 12,
        (_, true, 12) => 0,
        _ => hours,
    };
    Some(hours * 3600 + minutes * 60 + parts.next().flatten().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_decides_the_order() {
        use DayOrder::{DayFirst, MonthFirst};
        for (cells, expected) in [
            (&["2026-11-25", "2026-11-24"][..], Ok(MonthFirst)),
            (&["25.11.2026"], Ok(MonthFirst)),
            (&["11/25/2026", "11/05/2026"], Ok(MonthFirst)),
            (&["25/11/2026", "05/11/2026"], Ok(DayFirst)),
            (&["11/05/2026", "11/06/2026"], Err(None)),
            (&["11/11/2026"], Ok(MonthFirst)),
            (&["11/25/2026", "25/11/2026"], Err(Some(1))),
            (&["2026-11-25", "soon"], Err(Some(1))),
            (&["Nov 25, 2026", "November 24, 2026"], Ok(MonthFirst)),
        ] {
            assert_eq!(decide(cells.iter().copied(), None), expected, "{cells:?}");
        }
        assert_eq!(decide(["11/05/2026"].into_iter(), Some(DayFirst)), Ok(DayFirst));
        assert_eq!(decide(["11/25/2026"].into_iter(), Some(DayFirst)), Err(Some(0)));
    }

    #[test]
    fn days_are_read_in_every_usual_form() {
        for cell in [
            "2026-11-25",
            "2026/11/25",
            "2026.11.25",
            "20261125",
            "25.11.2026",
            "11/25/2026",
            "11-25-2026",
            "Nov 25, 2026",
            "November 25, 2026",
            "25 Nov 2026",
            "25-Nov-2026",
            "25. November 2026",
            "Wed, Nov 25, 2026",
            "Nov 25th, 2026",
            "25th November 2026",
            "25 Nov. 2026",
            "nov 25, 2026 10:00",
            "NOVEMBER 25 2026",
            "2026-11-25 14:03:22",
            "2026-11-25T14:03:22Z",
            "11/25/2026 14:03:22 EST",
            " 11/25/2026 2:03:22 PM ",
            "25.11.2026 14:03",
        ] {
            let found = day(cell, DayOrder::MonthFirst).unwrap_or_else(|| panic!("{cell}"));
            assert_eq!(found.to_string(), "2026-11-25", "{cell}");
        }
        for day in 0..4 * 100 * 100 {
            let cell =
                format!("{:04}-{:02}-{:02}", 1999 + day / 10_000, day / 100 % 100, day % 100);
            assert!(!is_iso(&cell) || is_day(&cell), "{cell}");
        }
        for (cell, expected) in [("2026-11-25", true), ("2026-11-29", false), ("226-11-25", false)]
        {
            assert_eq!(is_iso(cell), expected, "{cell}");
        }
        for cell in [
            "",
            "2026-13-01",
            "2026-02-30",
            "31/31/2026",
            "26-11-25",
            "Nov 2026",
            "Nov 25, 26",
            "Nov 25, 20261",
            "Novembers 25, 2026",
            "46351",
            "2026-11",
            "yesterday",
            "25/11/26",
        ] {
            assert_eq!(day(cell, DayOrder::DayFirst), None, "{cell}");
        }
    }

    #[test]
    fn every_name_of_a_month_is_one() {
        for (cell, expected) in [
            ("Sept 3rd, 2026", "2026-09-03"),
            ("August 31st 2026", "2026-08-31"),
            ("2nd may 2026", "2026-05-02"),
            ("1-MAR-2026", "2026-03-01"),
            ("Thu, December 24th, 2026", "2026-12-24"),
        ] {
            assert_eq!(day(cell, DayOrder::DayFirst).unwrap().to_string(), expected, "{cell}");
        }
    }

    #[test]
    fn a_zone_after_a_day_is_found_and_other_words_are_told() {
        for (cell, expected) in [
            ("2026-11-25", Ok(None)),
            ("2026-11-25 10:00", Ok(None)),
            ("2026-11-25 10:00:00.000", Ok(None)),
            ("11/25/2026 2:03 PM", Ok(None)),
            ("25.11.2026 14:03 Uhr", Ok(None)),
            ("2026-11-25 (Wed)", Ok(None)),
            ("2026-11-25 10:00 EST", Ok(Some("EST"))),
            ("2026-11-25 10:00 AM EST", Ok(Some("EST"))),
            ("Nov 25, 2026 10:00 (PDT)", Ok(Some("PDT"))),
            ("2026-11-25T10:00:00Z", Ok(Some("Z"))),
            ("2026-11-25T10:00:00+02:00", Ok(Some("+02:00"))),
            ("2026-11-25 10:00 +0200", Ok(Some("+0200"))),
            ("2026-11-25 10:00 UTC+2", Ok(Some("UTC+2"))),
            ("2026-11-25 Europe/Berlin", Ok(Some("Europe/Berlin"))),
            ("2026-11-25 - 2026-11-30", Err("- 2026-11-30")),
            ("2026-11-25 10:00 XYZ", Err("XYZ")),
        ] {
            assert_eq!(zone(readings(cell).1), expected, "{cell}");
        }
        for (zone, expected) in [
            ("EST", &["-05:00"][..]),
            ("CST", &["-06:00", "+08:00"]),
            ("+0530", &["+05:30"]),
            ("GMT-3", &["-03:00"]),
            ("+99", &[]),
            ("Soon", &[]),
        ] {
            assert_eq!(offsets(zone), expected, "{zone}");
        }
        for (title, expected) in [
            ("Date (UTC)", Some("UTC")),
            ("Zeit (MEZ)", Some("MEZ")),
            ("Day, GMT+02:00", Some("GMT+02:00")),
            ("Day", None),
            ("Date of sale", None),
        ] {
            assert_eq!(zone_of_title(title), expected, "{title}");
        }
    }

    #[test]
    fn times_tell_which_line_is_later() {
        for (rest, expected) in [
            (" 14:03:22", Some(50602)),
            ("T14:03:22Z", Some(50602)),
            (" 2:03:22 PM", Some(50602)),
            (" 14:03", Some(50580)),
            (" 12:00 AM", Some(0)),
            (" 12:00 PM", Some(43200)),
            ("", None),
            (" later", None),
        ] {
            assert_eq!(seconds(rest), expected, "{rest}");
        }
    }
}
