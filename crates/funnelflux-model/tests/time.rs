#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Days, instants and windows, in zones with surprises.

use std::{
    num::NonZeroUsize,
    time::{Duration, SystemTime},
};

use funnelflux_model::time::{EndSpelling, TimeRange, Zone};
use proptest::prelude::*;

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn spelled(range: &TimeRange) -> [String; 2] {
    [range.start_rfc3339(), range.end_rfc3339()]
}

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

#[test]
fn a_day_is_spelled_as_integrations_in_production_spelled_it() {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &zone("+02:00")).unwrap();
    assert_eq!(spelled(&day), ["2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00"]);
    assert_eq!(day.duration(), Duration::from_secs(86_400));
}

#[test]
fn a_day_of_berlin_has_23_hours_in_march_and_25_in_october() {
    let berlin = zone("Europe/Berlin");
    let march = TimeRange::days("2026-03-29", "2026-03-29", &berlin).unwrap();
    assert_eq!(spelled(&march), ["2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59+02:00"]);
    assert_eq!(march.duration(), Duration::from_secs(23 * 3600));

    let october = TimeRange::days("2026-10-25", "2026-10-25", &berlin).unwrap();
    assert_eq!(spelled(&october), ["2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00"]);
    assert_eq!(october.duration(), Duration::from_secs(25 * 3600));
}

#[test]
fn a_day_without_midnight_starts_with_its_first_instant() {
    for (name, day, start, hours) in [
        ("America/Sao_Paulo", "2018-11-04", "2018-11-04T01:00:00-02:00", 23),
        ("Africa/Cairo", "2024-04-26", "2024-04-26T01:00:00+03:00", 23),
        ("Asia/Beirut", "2024-03-31", "2024-03-31T01:00:00+03:00", 23),
        // The hour before midnight came twice, so the day before has 25 hours.
        ("America/Sao_Paulo", "2019-02-16", "2019-02-16T00:00:00-02:00", 25),
    ] {
        let range = TimeRange::days(day, day, &zone(name)).unwrap();
        assert_eq!(range.start_rfc3339(), start, "{name}");
        assert_eq!(range.duration(), Duration::from_secs(hours * 3600), "{name}");
    }
}

#[test]
fn a_day_that_a_zone_left_out_is_refused() {
    let error = TimeRange::days("2011-12-30", "2011-12-30", &zone("Pacific/Apia")).unwrap_err();
    assert!(error.to_string().contains("a day that Pacific/Apia has"), "{error}");
}

#[test]
fn both_ends_of_a_range_of_days_are_inclusive() {
    let two = TimeRange::days("2026-02-28", "2026-03-01", &Zone::utc()).unwrap();
    assert_eq!(two.duration(), Duration::from_secs(2 * 86_400));
    assert_eq!(two.end_rfc3339(), "2026-03-01T23:59:59+00:00");
}

#[test]
fn the_last_days_end_with_the_day_of_now_in_that_zone() {
    // 2026-01-01T03:00:00Z: still the last evening of 2025 in New York.
    let now = at(1_767_236_400);
    let range = TimeRange::last_days(7, now, &zone("America/New_York")).unwrap();
    assert_eq!(spelled(&range), ["2025-12-25T00:00:00-05:00", "2025-12-31T23:59:59-05:00"]);
    let range = TimeRange::last_days(1, now, &Zone::utc()).unwrap();
    assert_eq!(spelled(&range), ["2026-01-01T00:00:00+00:00", "2026-01-01T23:59:59+00:00"]);
    assert!(TimeRange::last_days(0, now, &Zone::utc()).is_err());
    assert!(TimeRange::last_days(u32::MAX, now, &Zone::utc()).is_err());
}

#[test]
fn texts_are_sent_as_they_were_given() {
    for (start, end) in [
        ("2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00"),
        ("2026-10-25T00:00:00+02:00", "2026-10-25T23:59:59+01:00"),
        ("2026-10-25T10:00:00-03:30", "2026-10-25T10:00:00-03:30"),
    ] {
        let range = TimeRange::from_rfc3339(start, end).unwrap();
        assert_eq!(spelled(&range), [start, end]);
    }
    let range =
        TimeRange::from_rfc3339("2026-01-01T00:00:00Z", "2026-01-01T23:59:59.999Z").unwrap();
    assert_eq!(spelled(&range), ["2026-01-01T00:00:00+00:00", "2026-01-01T23:59:59+00:00"]);
    let day = TimeRange::days("2026-01-01", "2026-01-01", &zone("+00:00")).unwrap();
    assert_eq!(range, day);
}

#[test]
fn a_text_without_an_offset_is_refused_by_name() {
    let good = "2026-01-02T00:00:00Z";
    for (bad, why) in [
        ("2026-01-01T00:00:00", "local time"),
        ("2026-01-01", "day without a time of day"),
        ("2026-01-01T00:00:00+01:00[Europe/Berlin]", "brackets"),
        ("yesterday", "an RFC 3339 time"),
        ("", "an RFC 3339 time"),
        ("2026-02-30T00:00:00Z", "an RFC 3339 time"),
    ] {
        let error = TimeRange::from_rfc3339(bad, good).unwrap_err();
        let violation = &error.violations()[0];
        assert_eq!(violation.field, "timeStart");
        assert_eq!(violation.value, format!("`{bad}`"));
        assert!(violation.expected.contains(why), "{error}");
    }
    let error = TimeRange::from_rfc3339(good, "2026-01-03T00:00:00").unwrap_err();
    assert_eq!(error.violations()[0].field, "timeEnd");
}

#[test]
fn a_day_is_spelled_one_way_only() {
    for bad in ["20260101", "2026-1-1", "2026-02-30", "2026-01-01T00:00", "01.02.2026", "é026-01-1"]
    {
        let error = TimeRange::days(bad, "2026-12-31", &Zone::utc()).unwrap_err();
        assert_eq!(error.violations()[0].field, "first day", "{bad}");
    }
}

#[test]
fn empty_and_reversed_ranges_are_refused() {
    let utc = Zone::utc();
    assert!(TimeRange::days("2026-01-02", "2026-01-01", &utc).is_err());
    assert!(TimeRange::from_rfc3339("2026-01-01T00:00:01Z", "2026-01-01T00:00:00Z").is_err());
    assert!(TimeRange::between(at(5), at(5), &utc).is_err());
    assert!(TimeRange::between(at(6), at(5), &utc).is_err());
    // The same civil time, yet an hour apart: not reversed.
    assert!(
        TimeRange::from_rfc3339("2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00").is_ok()
    );
}

#[test]
fn fractions_of_a_second_widen_a_range_of_system_times() {
    let utc = Zone::utc();
    let half = Duration::from_millis(500);
    let range = TimeRange::between(at(10) + half, at(11) + half, &utc).unwrap();
    assert_eq!((range.start(), range.end()), (at(10), at(12)));
    let range = TimeRange::between(at(10), at(12), &utc).unwrap();
    assert_eq!((range.start(), range.end()), (at(10), at(12)));
    let before_1970 = SystemTime::UNIX_EPOCH - half;
    let range = TimeRange::between(before_1970, at(1), &utc).unwrap();
    assert_eq!(range.start(), SystemTime::UNIX_EPOCH - Duration::from_secs(1));
}

#[test]
fn the_end_can_be_spelled_as_the_instant_after() {
    let berlin = zone("Europe/Berlin");
    let day = TimeRange::days("2026-10-25", "2026-10-25", &berlin).unwrap();
    let exclusive = day.clone().with_end_spelling(EndSpelling::Exclusive);
    assert_eq!(exclusive.end_rfc3339(), "2026-10-26T00:00:00+01:00");
    assert_eq!(exclusive.end(), day.end());
    let halves = exclusive.split(NonZeroUsize::new(2).unwrap());
    assert_eq!(halves[0].end_rfc3339(), halves[1].start_rfc3339());
}

#[test]
fn zones_are_read_as_people_write_them() {
    for (text, name) in [
        ("UTC", "UTC"),
        ("utc", "UTC"),
        ("Z", "UTC"),
        ("europe/berlin", "Europe/Berlin"),
        ("+02:00", "+02:00"),
        ("+0200", "+02:00"),
        ("-03", "-03:00"),
        ("-03:30", "-03:30"),
    ] {
        assert_eq!(zone(text).name(), name, "{text}");
    }
    assert_eq!(serde_json::to_string(&zone("Asia/Tokyo")).unwrap(), "\"Asia/Tokyo\"");
    assert_eq!(serde_json::from_str::<Zone>("\"asia/tokyo\"").unwrap(), zone("Asia/Tokyo"));
}

#[test]
fn an_unknown_zone_is_answered_with_the_nearest_names() {
    for (text, near) in [
        ("Europe/Berlni", "`Europe/Berlin`"),
        ("berlin", "`Europe/Berlin`"),
        ("New York", "`America/New_York`"),
        ("+2", "`+02:00`"),
        ("+19:00", "+18:00"),
        ("+02:60", "`+02:00`"),
        ("Etc/Unknown", "IANA name"),
        ("", "IANA name"),
        ("Nowhere/AtAllButHere", "IANA name"),
        ("Rom", "`Europe/Rome`"),
        ("Oslp", "`Europe/Oslo`"),
        ("PST", "an IANA name like `Europe/Berlin`"),
        ("IST", "an IANA name like `Europe/Berlin`"),
        ("BST", "an IANA name like `Europe/Berlin`"),
    ] {
        let error = text.parse::<Zone>().unwrap_err();
        assert_eq!(error.violations()[0].field, "zone");
        assert!(error.to_string().contains(near), "{text}: {error}");
    }
}

#[test]
fn each_zone_of_a_place_that_several_zones_have_is_named() {
    for (text, names) in [
        ("Eastern", ["Canada/Eastern", "US/Eastern"]),
        ("Centrall", ["Canada/Central", "US/Central"]),
        ("mountian", ["Canada/Mountain", "US/Mountain"]),
        ("nicosia", ["Asia/Nicosia", "Europe/Nicosia"]),
        ("Istambul", ["Asia/Istanbul", "Europe/Istanbul"]),
    ] {
        let error = text.parse::<Zone>().unwrap_err().to_string();
        // A machine may be without the older names.
        for name in names.iter().filter(|name| name.parse::<Zone>().is_ok()) {
            assert_eq!(error.matches(&format!("`{name}`")).count(), 1, "{text}: {error}");
        }
    }
}

#[test]
fn a_range_is_cut_at_the_midnights_of_its_zone() {
    let beirut = zone("Asia/Beirut");
    let range = TimeRange::days("2024-03-30", "2024-04-01", &beirut).unwrap();
    let days: Vec<_> = range.split_at_days().iter().map(spelled).collect();
    assert_eq!(
        days,
        [
            ["2024-03-30T00:00:00+02:00", "2024-03-30T23:59:59+02:00"],
            ["2024-03-31T01:00:00+03:00", "2024-03-31T23:59:59+03:00"],
            ["2024-04-01T00:00:00+03:00", "2024-04-01T23:59:59+03:00"],
        ]
    );
    let parts = TimeRange::from_rfc3339("2026-01-01T18:00:00+02:00", "2026-01-03T05:59:59+01:00");
    let parts: Vec<_> = parts.unwrap().split_at_days().iter().map(spelled).collect();
    assert_eq!(
        parts,
        [
            ["2026-01-01T18:00:00+02:00", "2026-01-01T23:59:59+02:00"],
            ["2026-01-02T00:00:00+02:00", "2026-01-02T23:59:59+02:00"],
            ["2026-01-03T00:00:00+02:00", "2026-01-03T05:59:59+01:00"],
        ]
    );
    // Samoa went from the 29th to the 31st.
    let samoa = TimeRange::days("2011-12-29", "2011-12-31", &zone("Pacific/Apia")).unwrap();
    assert_eq!(samoa.split_at_days().len(), 2);
}

#[test]
fn a_length_cuts_elapsed_time_and_leaves_the_rest_to_the_last_window() {
    let berlin = zone("Europe/Berlin");
    let day = TimeRange::days("2026-03-29", "2026-03-29", &berlin).unwrap();
    let windows = day.split_by(Duration::from_secs(10 * 3600));
    let hours: Vec<u64> = windows.iter().map(|w| w.duration().as_secs() / 3600).collect();
    assert_eq!(hours, [10, 10, 3]);
    assert_eq!(day.split_by(Duration::from_secs(23 * 3600)).len(), 1);
    assert_eq!(day.split_by(Duration::MAX), [day]);
}

/// Contiguous, without overlap, together the whole.
fn assert_tiles(whole: &TimeRange, windows: &[TimeRange]) {
    assert_eq!(windows.first().unwrap().start(), whole.start());
    assert_eq!(windows.last().unwrap().end(), whole.end());
    assert_eq!(windows.last().unwrap().end_rfc3339(), whole.end_rfc3339());
    for pair in windows.windows(2) {
        assert_eq!(pair[0].end(), pair[1].start());
        assert!(pair[0].duration() >= Duration::from_secs(1));
    }
}

proptest! {
    #[test]
    fn windows_tile_the_range(
        start in 0_u64..4_000_000_000,
        length in 1_u64..3_000_000,
        parts in 1_usize..200,
        step in 0_u64..500_000,
        name in prop::sample::select(vec!["UTC", "Europe/Berlin", "Africa/Cairo", "-03:30"]),
    ) {
        let range = TimeRange::between(at(start), at(start + length), &zone(name)).unwrap();
        let equal = range.split(NonZeroUsize::new(parts).unwrap());
        assert_tiles(&range, &equal);
        prop_assert_eq!(equal.len() as u64, (parts as u64).min(length));
        let lengths: Vec<u64> = equal.iter().map(|window| window.duration().as_secs()).collect();
        prop_assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1);
        if step > 5_000 {
            assert_tiles(&range, &range.split_by(Duration::from_secs(step)));
        }
        assert_tiles(&range, &range.split_at_days());
    }

    #[test]
    fn what_is_sent_reads_back_as_the_same_range(
        start in 0_u64..4_000_000_000,
        length in 1_u64..3_000_000,
        name in prop::sample::select(vec!["UTC", "Europe/Berlin", "America/Sao_Paulo", "+05:45"]),
    ) {
        let range = TimeRange::between(at(start), at(start + length), &zone(name)).unwrap();
        let again = TimeRange::from_rfc3339(&range.start_rfc3339(), &range.end_rfc3339()).unwrap();
        prop_assert_eq!((again.start(), again.end()), (range.start(), range.end()));
    }
}

#[test]
fn an_end_can_be_spelled_to_the_millisecond() {
    let day = TimeRange::days("2026-01-31", "2026-01-31", &"+02:00".parse::<Zone>().unwrap());
    let day = day.unwrap().with_end_spelling(EndSpelling::LastMillisecond);
    assert_eq!(day.start_rfc3339(), "2026-01-31T00:00:00+02:00");
    assert_eq!(day.end_rfc3339(), "2026-01-31T23:59:59.999+02:00");
}
