//! The time range of `--last`, or of `--from` and `--to`.

use std::time::{Duration, SystemTime};

use funnelflux::model::ValidationError;
use funnelflux::model::time::TimeRange;

use crate::args::RangeArgs;
use crate::failure::Failure;
use crate::settings::Settings;

/// The longest range in days, ten years. More is a typing error.
const MOST_DAYS: u32 = 3660;

pub(in crate::commands) fn resolve(
    args: &RangeArgs,
    settings: &Settings,
    now: SystemTime,
) -> Result<TimeRange, Failure> {
    let zone = settings.zone(args.tz.as_deref())?;
    if let Some(last) = &args.last {
        let zone = zone.ok_or_else(|| no_zone(settings))?;
        let range = match parse_last(last)? {
            (days, 'd') => TimeRange::last_days(days, now, &zone),
            (hours, _) => {
                let start = now.checked_sub(Duration::from_secs(3600) * hours).unwrap_or(now);
                TimeRange::between(start, now, &zone)
            }
        };
        return range.map_err(|error| Failure::usage(format!("--last: {error}")));
    }
    // clap allows both of these or neither.
    let (Some(from), Some(to)) = (&args.from, &args.to) else {
        return Err(Failure::usage("no time range was given; expected --last, or --from and --to")
            .hint("for example --last 7d, or --from 2026-03-01 --to 2026-03-31"));
    };
    let wrong = |error| Failure::usage(told(&error, "--from", "--to"));
    match (is_instant(from), is_instant(to)) {
        (false, false) => {
            let zone = zone.ok_or_else(|| no_zone(settings))?;
            TimeRange::days(from, to, &zone).map_err(wrong)
        }
        (true, true) => {
            let range = TimeRange::from_rfc3339(from, to).map_err(wrong)?;
            if range.duration() <= Duration::from_secs(1) {
                let why = format!("expected a later second than --from, `{from}`");
                return Err(Failure::usage(format!("--to: got `{to}`; {why}: the range is empty")));
            }
            // The instants stay the same and are spelled in the given zone.
            match zone {
                Some(zone) => Ok(TimeRange::between(range.start(), range.end(), &zone)?),
                None => Ok(range),
            }
        }
        _ => Err(Failure::usage(format!(
            "--from {from} and --to {to}: one is a day and the other an instant"
        ))
        .hint("use two days (2026-03-01) or two instants with offset (2026-03-01T00:00:00+01:00)")),
    }
}

/// The part of a range that has passed, for what must not change meanwhile: pages, and counted hits.
pub(in crate::commands) fn passed(range: TimeRange, now: SystemTime) -> Result<TimeRange, Failure> {
    let since = now.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    // The second that has begun is not over.
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(since.as_secs());
    if range.end() <= now {
        return Ok(range);
    }
    if range.start() >= now {
        let start = range.start_rfc3339();
        let why = format!("the range has not begun yet: it starts at {start}, which lies ahead");
        return Err(Failure::unsent(why));
    }
    Ok(TimeRange::between(range.start(), now, range.zone())?)
}

fn is_instant(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_digit()) && text.contains(['T', 't', ':'])
}

/// Reads `--last`: whole days (`d`), today included, or hours (`h`) up to now.
fn parse_last(text: &str) -> Result<(u32, char), Failure> {
    let of = |unit: char| {
        let number = text.strip_suffix(unit)?;
        let is_plain = number.bytes().all(|byte| byte.is_ascii_digit());
        number.parse::<u32>().ok().filter(|_| is_plain)
    };
    let days = of('d').or_else(|| of('w')?.checked_mul(7));
    let parsed = days.map(|days| (days, 'd')).or_else(|| of('h').map(|hours| (hours, 'h')));
    let most = |unit| if unit == 'd' { MOST_DAYS } else { MOST_DAYS * 24 };
    parsed.filter(|(count, unit)| (1..=most(*unit)).contains(count)).ok_or_else(|| {
        let expected = "expected days (7d), weeks (2w) or hours (24h), up to ten years";
        Failure::usage(format!("--last: got `{text}`; {expected}"))
    })
}

/// The text of an error, which names what holds the first day and the last one.
pub(in crate::commands) fn told(error: &ValidationError, from: &str, to: &str) -> String {
    let told = error.violations().iter().map(|violation| {
        let field = match violation.field.as_str() {
            "first day" | "timeStart" => from,
            "last day" | "timeEnd" => to,
            field => field,
        };
        format!("{field}: got {}; expected {}", violation.value, violation.expected)
    });
    told.collect::<Vec<_>>().join("; ")
}

fn no_zone(settings: &Settings) -> Failure {
    let file = settings.profile_file();
    let or = file.map(|file| format!(", or set tz = \"Europe/Berlin\" in {}", file.display()));
    let or = or.unwrap_or_default();
    Failure::usage("--tz is missing: days start and end at different times in each time zone")
        .hint(format!("give the time zone that your ad network reports in: --tz Europe/Berlin{or}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_takes_days_weeks_and_hours() {
        assert_eq!(parse_last("7d").unwrap(), (7, 'd'));
        assert_eq!(parse_last("2w").unwrap(), (14, 'd'));
        assert_eq!(parse_last("24h").unwrap(), (24, 'h'));
        for bad in ["", "d", "7", "0d", "-1d", "+7d", "7 d", "1.5d", "7y", "4294967295w", "7é"] {
            assert!(parse_last(bad).is_err(), "{bad}");
        }
    }
}
