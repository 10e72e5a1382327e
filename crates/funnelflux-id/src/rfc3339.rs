//! [`Rfc3339`]: an id's instant as text, without a calendar library.

use core::fmt;

use crate::format::BASE_MS;

const LENGTH: usize = 24;
const MS_PER_DAY: i64 = 86_400_000;

/// An instant as RFC 3339 in UTC with milliseconds: `2024-08-02T13:51:12.853Z`.
///
/// Made by [`AssetId::created_at_rfc3339`](crate::AssetId::created_at_rfc3339). It holds its 24
/// characters in itself, and orders by time.
///
/// ```
/// use funnelflux_id::AssetId;
///
/// assert_eq!(AssetId::MIN.created_at_rfc3339().to_string(), "2019-07-23T00:00:00.000Z");
/// assert_eq!(AssetId::MAX.created_at_rfc3339().to_string(), "2131-02-25T10:16:46.207Z");
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Rfc3339([u8; LENGTH]);

impl Rfc3339 {
    /// `unix_millis` must be of the years 0 to 9999: an id's are of 2019 to 2131.
    pub(crate) fn of(unix_millis: i64) -> Self {
        let (year, month, day) = civil_date(unix_millis.div_euclid(MS_PER_DAY));
        let of_day = unix_millis.rem_euclid(MS_PER_DAY);
        let [y1, y2, y3, y4] = digits(year);
        let [m1, m2] = digits(month);
        let [d1, d2] = digits(day);
        let [h1, h2] = digits(of_day / 3_600_000);
        let [n1, n2] = digits(of_day / 60_000 % 60);
        let [s1, s2] = digits(of_day / 1_000 % 60);
        let [f1, f2, f3] = digits(of_day % 1_000);
        Self([
            y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', h1, h2, b':', n1, n2, b':', s1, s2,
            b'.', f1, f2, f3, b'Z',
        ])
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits and punctuation, so the default is never taken.
        core::str::from_utf8(&self.0).unwrap_or_default()
    }
}

/// The last `N` decimal digits of a number that is not negative.
fn digits<const N: usize>(mut number: i64) -> [u8; N] {
    let mut digits = [b'0'; N];
    for place in digits.iter_mut().rev() {
        *place += (number % 10) as u8;
        number /= 10;
    }
    digits
}

/// Year, month and day of a day counted from the Unix epoch.
///
/// The days are counted from 1 March of the year 0, so that the leap day is the last of its year:
/// the months' lengths then follow one rule (153 days in 5 months).
fn civil_date(days_since_epoch: i64) -> (i64, i64, i64) {
    const DAYS_TO_EPOCH: i64 = 719_468;
    const DAYS_OF_400_YEARS: i64 = 146_097;
    let days = days_since_epoch + DAYS_TO_EPOCH;
    let era = days.div_euclid(DAYS_OF_400_YEARS);
    let day_of_era = days.rem_euclid(DAYS_OF_400_YEARS);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let (month, year_on) = match month_from_march {
        0..=9 => (month_from_march + 3, 0),
        _ => (month_from_march - 9, 1),
    };
    (era * 400 + year_of_era + year_on, month, day)
}

impl AsRef<str> for Rfc3339 {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Rfc3339 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Rfc3339({self})")
    }
}

/// The base itself, for messages.
pub(crate) fn earliest() -> Rfc3339 {
    Rfc3339::of(BASE_MS)
}

/// The end, for messages.
pub(crate) fn latest() -> Rfc3339 {
    Rfc3339::of(crate::format::LAST_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::borrow::ToOwned;

    /// An independent calendar: day after day, with the school-book rule for leap years.
    #[test]
    fn every_day_an_id_can_hold_has_its_civil_date() {
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for since_epoch in 0..=(crate::format::LAST_MS / MS_PER_DAY) {
            assert_eq!(civil_date(since_epoch), (year, month, day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = match month {
                2 if leap => 29,
                2 => 28,
                4 | 6 | 9 | 11 => 30,
                _ => 31,
            };
            day += 1;
            if day > length {
                (day, month) = (1, month + 1);
            }
            if month > 12 {
                (month, year) = (1, year + 1);
            }
        }
        assert_eq!((year, month, day), (2131, 2, 26));
    }

    #[test]
    fn the_time_of_day_is_written_in_full() {
        let of = |unix_millis| Rfc3339::of(unix_millis).as_str().to_owned();
        assert_eq!(of(951_782_400_000), "2000-02-29T00:00:00.000Z");
        assert_eq!(of(951_868_799_999), "2000-02-29T23:59:59.999Z");
        assert_eq!(of(4_107_542_399_001), "2100-02-28T23:59:59.001Z");
        assert_eq!(of(4_107_542_400_000), "2100-03-01T00:00:00.000Z");
    }
}
