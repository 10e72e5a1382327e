//! Lines of costs are checked and split into requests as the update of all of them is.
#![cfg(feature = "costs")]
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::time::{Duration, SystemTime};

use funnelflux_imports::{CostOptions, Costs, Problems, Reader};
use funnelflux_model::updates::CostUpdate;
use proptest::prelude::*;

const FUNNELS: [(&str, &str); 3] =
    [("Shoes", "2nIemJxCKbFX"), ("2nIemJxCKbFX", "2nIemJxCKbFX"), ("Hats", "2nIemJxCKbFY")];

fn now() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
}

fn options() -> CostOptions {
    CostOptions::new("Europe/Berlin".parse().unwrap(), now()).with_everything()
}

fn read(file: &str, options: &CostOptions) -> Result<Costs, Problems> {
    let sheet = Reader::costs().read(file.as_bytes())?;
    Costs::of(sheet, options, |_, text| {
        let known = FUNNELS.iter().find(|(name, _)| *name == text);
        known.map_or(text, |(_, id)| id).parse().map_err(|_| format!("no {text:?}"))
    })
}

/// Lines of a few funnels, days and campaigns, so that many meet.
fn lines() -> impl Strategy<Value = Vec<(usize, u8, &'static str, &'static str)>> {
    let value = || prop::sample::select(vec!["", "1", "2", "3"]);
    prop::collection::vec((0..FUNNELS.len(), 1..4_u8, value(), value()), 1..12)
}

proptest! {
    #[test]
    fn lines_that_meet_are_refused_and_others_become_the_same_requests(lines in lines(), is_even in any::<bool>()) {
        let mut file = "date,funnel,traffic_source,campaign,c1,cost\n".to_owned();
        for (at, (funnel, day, campaign, c1)) in lines.iter().enumerate() {
            let (name, c1) = (FUNNELS[*funnel].0, if is_even { "" } else { c1 });
            let campaign = if is_even && campaign.is_empty() { "4" } else { campaign };
            file += &format!("2026-10-{day:02},{name},2n5JuOKWLTzd,{campaign},{c1},{at}.50\n");
        }
        let costs = read(&file, &options()).unwrap();
        let segments: Vec<_> = (0..costs.len()).map(|at| costs.segment(at).unwrap()).collect();
        let whole = CostUpdate::new(segments);
        prop_assert_eq!(costs.check(), whole.clone().map(|whole| whole.crossings()));
        if let Ok(whole) = whole {
            let all: Vec<usize> = (0..costs.len()).collect();
            let plan = whole.plan();
            let positions: Vec<_> = plan.iter().map(|request| request.positions().to_vec()).collect();
            prop_assert_eq!(costs.requests(&all), positions);
            for (request, positions) in plan.iter().zip(costs.requests(&all)) {
                let own = costs.update(&positions).unwrap().plan();
                prop_assert_eq!(own.len(), 1);
                prop_assert_eq!(own[0].segments(), request.segments());
            }
            prop_assert_eq!(costs.sum().unwrap(), whole.segments().iter().map(|it| it.cost()).sum());
        }
    }
}

#[test]
fn a_request_has_at_most_as_many_lines_as_the_plan_gives_it() {
    let mut file = "date,funnel,traffic_source,campaign,cost\n".to_owned();
    for at in 0..1201 {
        file += &format!("2026-10-01,Shoes,2n5JuOKWLTzd,{at},1.00\n");
    }
    let costs = read(&file, &options()).unwrap();
    assert_eq!(costs.check(), Ok(Vec::new()));
    let all: Vec<usize> = (0..costs.len()).collect();
    let sizes: Vec<usize> = costs.requests(&all).iter().map(Vec::len).collect();
    assert_eq!(sizes, [500, 500, 201]);
    assert_eq!(costs.requests(&[7, 1200]), [[7, 1200]]);
    assert_eq!(costs.sum().unwrap().to_string(), "1201.00");
}

#[test]
fn a_line_is_of_a_day_an_hour_or_of_days_that_were_asked_for() {
    let head = "date,hour,end,funnel,traffic_source,campaign,cost";
    let costs = |reader: Reader, lines: &[&str]| {
        let lines = lines.iter().map(|line| format!("{line},Shoes,2n5JuOKWLTzd,1,1.50\n"));
        let sheet = reader.read(format!("{head}\n{}", lines.collect::<String>()).as_bytes())?;
        Costs::of(sheet, &options(), |_, _| Ok("2n5JuOKWLTzd".parse().unwrap()))
    };
    let lines =
        ["2026-10-24,,", "2026-10-25,2,", "2026-10-25,07:00,2026-10-25", "2026-10-26,,2026-10-28"];
    let read = costs(Reader::costs().with_periods(), &lines).unwrap();
    let ranges = (0..read.len()).map(|at| read.range(at).unwrap().to_string());
    let expected = [
        "2026-10-24T00:00:00+02:00 to 2026-10-24T23:59:59+02:00 (Europe/Berlin)",
        "2026-10-25T02:00:00+02:00 to 2026-10-25T02:59:59+01:00 (+02:00)",
        "2026-10-25T07:00:00+01:00 to 2026-10-25T07:59:59+01:00 (+01:00)",
        "2026-10-26T00:00:00+01:00 to 2026-10-28T23:59:59+01:00 (Europe/Berlin)",
    ];
    assert_eq!(ranges.collect::<Vec<_>>(), expected);
    assert_eq!(read.check(), Ok(Vec::new()));
    // By day, whatever the hours are.
    let subtotals = read.subtotals().unwrap();
    let found = subtotals.iter().map(|one| (one.first, one.lines, one.cost.to_string()));
    let expected = [(0, 1, "1.50"), (1, 2, "3.00"), (3, 1, "1.50")];
    let expected = expected.map(|(first, lines, cost)| (first, lines, cost.to_owned()));
    assert_eq!(found.collect::<Vec<_>>(), expected);
    // A day and an hour of it meet, and so do a day and a period.
    for lines in [["2026-10-24,,", "2026-10-24,3,"], ["2026-10-24,,", "2026-10-23,,2026-10-24"]] {
        assert!(costs(Reader::costs().with_periods(), &lines).unwrap().check().is_err());
    }
    for (line, told) in [
        ("2026-10-26,24,", "line 2: hour \"24\": expected an hour of one day, such as 7 or 07:00"),
        ("2026-03-29,2,", "line 2: hour \"2\": 2026-03-29 has none in Europe/Berlin"),
        ("2030-10-26,3,", "line 2: hour \"3\": has not begun yet in Europe/Berlin"),
        ("2026-10-26,3,2026-10-27", "line 2: hour \"3\": expected an hour of one day"),
        (
            "2026-10-26,,2026-10-25",
            "line 2: end \"2026-10-25\": expected a day not before the first",
        ),
    ] {
        let wrong = costs(Reader::costs().with_periods(), &[line]).unwrap_err().to_string();
        assert!(wrong.starts_with(told), "{told}: {wrong}");
    }
    let wrong = costs(Reader::costs(), &lines).unwrap_err().to_string();
    assert!(wrong.starts_with("line 5: ") && wrong.contains("--periods"), "{wrong}");
}

#[test]
fn a_pattern_is_sent_where_it_is_accepted_and_a_star_alone_never() {
    let read = |value: &str, accepted: &[&str]| {
        let head = "date,funnel,traffic_source,campaign,cost";
        let mut reader = Reader::costs();
        for which in accepted {
            reader = reader.with_damaged(*which);
        }
        let sheet =
            reader.read(format!("{head}\n2026-10-01,Shoes,2n5JuOKWLTzd,{value},1\n").as_bytes())?;
        Costs::of(sheet, &options(), |_, _| Ok("2n5JuOKWLTzd".parse().unwrap()))
    };
    for (value, accepted, told) in [
        ("summer*", &[][..], "any text"),
        ("50% off", &[], "--accept-damaged=patterns"),
        ("*", &[], "any text"),
        ("*", &["all"], "may mean every value"),
        ("summer*", &["patterns"], ""),
        ("50% off", &["50% off"], ""),
    ] {
        match read(value, accepted) {
            Ok(costs) => {
                assert_eq!(told, "", "{value}");
                let segment = costs.segment(0).unwrap();
                assert_eq!(segment.tracking_fields().next().unwrap().1, [value]);
            }
            Err(wrong) => assert!(!told.is_empty() && wrong.to_string().contains(told), "{wrong}"),
        }
    }
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let options = CostOptions::new("Europe/Berlin".parse().unwrap(), SystemTime::UNIX_EPOCH);
    let file = "date,funnel,traffic_source,campaign,cost\n\
                2026-10-01,Shoes,2n5JuOKWLTzd,1,1\n\
                1969-10-32,Boots,2n5JuOKWLTzd,a,1e5\n\
                1969-10-01,Boots,2n5JuOKWLTzd,,-5\n\
                1969-10-01,Shoes,2n5JuOKWLTzd,1,2000000000\n";
    let wrong = read(file, &options).unwrap_err().to_string();
    for expected in [
        "line 2: date \"2026-10-01\": has not begun yet in Europe/Berlin",
        "lines 3 to 5: date \"1969-10-32\", \"1969-10-01\": expected a day",
        "lines 3 to 4: funnel \"Boots\": no \"Boots\"",
        "line 3: cost \"1e5\": expected a decimal such as 153.20",
        "line 4: cost \"-5\": expected zero or more",
        "line 4: no tracking field",
        "line 5: cost \"2000000000\": expected at most 1000000000 in one line",
    ] {
        assert!(wrong.contains(expected), "{expected}: {wrong}");
    }
}

#[test]
fn days_of_another_zone_than_that_of_the_command_are_refused() {
    for (title, day, zone, is_taken) in [
        ("date", "2026-07-25T00:00:00Z", "UTC", true),
        ("date", "2026-07-25T00:00:00Z", "America/New_York", false),
        ("date", "2026-07-25 00:00 EDT", "America/New_York", true),
        // A name for all year.
        ("date", "2026-07-25 00:00 EST", "America/New_York", true),
        ("date", "2026-07-25 00:00 EST", "Europe/Berlin", false),
        ("date", "2026-07-25 00:00 MEZ", "Europe/Berlin", true),
        ("date", "2026-07-25 00:00 +02:00", "Europe/Berlin", true),
        ("date", "2026-01-25 00:00 +02:00", "Europe/Berlin", false),
        ("date", "2026-07-25 Europe/Paris", "Europe/Berlin", true),
        ("date", "2026-07-25 Asia/Tokyo", "Europe/Berlin", false),
        ("date", "2026-07-25 00:00 XYZ", "Europe/Berlin", false),
        ("Date (UTC)", "2026-07-25", "UTC", true),
        ("Date (UTC)", "2026-07-25", "Europe/Berlin", false),
        ("Date", "2026-07-25", "Europe/Berlin", true),
    ] {
        let file = format!("{title},funnel,source,cost\n{day},Shoes,2n5JuOKWLTzd,1.50\n");
        let own =
            [("date", title), ("funnel", "funnel"), ("traffic_source", "source"), ("cost", "cost")];
        let reader = own
            .iter()
            .fold(Reader::costs(), |reader, (field, title)| reader.with_column(*field, *title));
        let options = CostOptions::new(zone.parse().unwrap(), now()).with_everything();
        let read = reader.read(file.as_bytes()).and_then(|sheet| {
            Costs::of(sheet, &options, |_, text| {
                let known = FUNNELS.iter().find(|(name, _)| *name == text);
                known.map_or(text, |(_, id)| id).parse().map_err(|_| format!("no {text:?}"))
            })
        });
        assert_eq!(read.is_ok(), is_taken, "{title} {day} {zone}: {:?}", read.err());
    }
}
