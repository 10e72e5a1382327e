//! `Retry-After`: seconds or a date (RFC 9110 §10.2.3).

use std::time::{Duration, SystemTime};

use http::HeaderMap;
use http::header::{DATE, RETRY_AFTER};

/// The longest wait that is told apart from longer ones: more than a century.
const LONGEST: Duration = Duration::from_secs(4_294_967_295);

/// The wait the server asks for, the longest of several. A date in the past is no wait, nonsense no header.
/// A date is told by the server's clock, so it is counted from the answer's own `Date` where it has one.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let server =
        headers.get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let texts = headers.get_all(RETRY_AFTER).iter().filter_map(|value| value.to_str().ok());
    texts.filter_map(|text| wait(text.trim(), server.unwrap_or(now))).max()
}

fn wait(text: &str, now: SystemTime) -> Option<Duration> {
    if text.starts_with(|c: char| c.is_ascii_digit())
        && let Ok(seconds) = text.parse::<f64>()
    {
        // A number too large for a duration is a long wait all the same.
        return Some(Duration::try_from_secs_f64(seconds).unwrap_or(LONGEST).min(LONGEST));
    }
    let at = httpdate::parse_http_date(text).ok()?;
    Some(at.duration_since(now).unwrap_or_default().min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(value: &str) -> Option<Duration> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, value.parse().unwrap());
        // 1994-11-06T08:49:37Z
        retry_after(&headers, SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777))
    }

    #[test]
    fn both_forms_are_understood() {
        assert_eq!(parsed("3"), Some(Duration::from_secs(3)));
        assert_eq!(parsed("0.5"), Some(Duration::from_millis(500)));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:47 GMT"), Some(Duration::from_secs(10)));
        assert_eq!(parsed("Sun, 06 Nov 1994 08:49:07 GMT"), Some(Duration::ZERO));
    }

    #[test]
    fn a_date_is_counted_from_the_server_s_own_clock() {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, "Sun, 06 Nov 1994 08:49:47 GMT".parse().unwrap());
        headers.insert(DATE, "Sun, 06 Nov 1994 08:49:37 GMT".parse().unwrap());
        // This machine is a day behind.
        let here = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777 - 86_400);
        assert_eq!(retry_after(&headers, here), Some(Duration::from_secs(10)));
    }

    #[test]
    fn a_huge_wait_is_a_long_one_and_not_none() {
        let century = Duration::from_secs(100 * 365 * 86_400);
        for huge in [
            "1e300",
            "1e400",
            "9".repeat(20).as_str(),
            "9".repeat(400).as_str(),
            "18446744073709551615",
            "18446744073709551616",
            "9223372036854775808",
            "100000000000",
            "4294967296",
            "99999999999.5",
            "Fri, 31 Dec 9999 23:59:59 GMT",
        ] {
            assert!(parsed(huge) > Some(century), "{huge}: {:?}", parsed(huge));
        }
        for (long, seconds) in [("1767225600", 1_767_225_600), ("4294967295", 4_294_967_295)] {
            assert_eq!(parsed(long), Some(Duration::from_secs(seconds)), "{long}");
        }
    }

    #[test]
    fn nonsense_is_ignored() {
        for nonsense in
            ["soon", "-1", "-0", "NaN", "inf", "+5", ".5", "3 s", "5, 6", "0x10", "1_000", ""]
        {
            assert_eq!(parsed(nonsense), None, "{nonsense:?}");
        }
    }
}
