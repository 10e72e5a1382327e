//! `ffx report attributes` and `ffx report drilldown`.

use funnelflux::emulator::Emulator;

use crate::support::{DRILLDOWN, Ffx, Handmade, PRODUCTION_SHAPED, Reply, serve};

fn production() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, PRODUCTION_SHAPED.into()))
}

#[test]
fn csv_has_exact_decimals_and_stable_names_and_the_instants_go_to_stderr() {
    let server = production();
    let outcome = Ffx::against(&server.base_url).run(&DRILLDOWN).done();
    assert_eq!(
        outcome.stdout,
        "Time: 1-Hour Blocks,Time: 1-Hour Blocks ID,Element: Offer,Element: Offer ID,offerViews,conversions,revenue\n\
         14:00,2023-10-12T14:00:00+02:00,Blue shoes,2nIemJxCKbFX,120,3,36.90\n\
         15:00,2023-10-12T15:00:00+02:00,\"Red, \"\"loud\"\" shoes\",2n5JuOKWLTzd,7,0,\n\
         16:00,2023-10-12T16:00:00+02:00,Blue shoes,2nIemJxCKbFX,1,1,0.100\n"
    );
    let instants = "2023-10-12T00:00:00+02:00 to 2023-10-12T23:59:59+02:00 (Europe/Berlin)\n";
    assert_eq!(outcome.stderr, instants);

    let asked = server.seen();
    assert_eq!(asked[0].line, "POST /v1/reporting/drilldown HTTP/1.1");
    assert!(asked[0].headers.contains("ffx/"), "{}", asked[0].headers);
    let expected = r#"{"timeStart":"2023-10-12T00:00:00+02:00","timeEnd":"2023-10-12T23:59:59+02:00",
        "attributes":[{"attribute":"Time: 1-Hour Blocks"},{"attribute":"Element: Offer"}],"filters":[]}"#;
    assert_eq!(asked[0].json(), serde_json::from_str::<serde_json::Value>(expected).unwrap());
}

#[test]
fn an_incomplete_report_is_printed_and_fails_unless_that_is_allowed() {
    let cut = PRODUCTION_SHAPED.trim_end().strip_suffix('}').unwrap().to_owned();
    let cut = format!("{cut}, \"hasMore\": true }}");
    let server = Handmade::serve(move |_, _| Reply::Json(200, cut.clone()));
    let ffx = Ffx::against(&server.base_url);
    let outcome = ffx.run(&DRILLDOWN).failed(1, &["more rows than the 3", "--allow-cut"]);
    assert_eq!(outcome.stdout.lines().count(), 4);
    let outcome = ffx.run(&[&DRILLDOWN[..], &["--allow-cut"]].concat()).done();
    assert_eq!(outcome.stdout.lines().count(), 4);
    assert!(outcome.stderr.contains("warning: the server says"), "{}", outcome.stderr);
}

#[test]
fn a_table_has_a_thousand_rows_at_most_and_counts_the_rest() {
    let row = |n: usize| format!(r#"{{"attributes":[{{"id":"{n}"}}],"visits":2}}"#);
    let rows: Vec<String> = (0..2500).map(row).collect();
    let answer = format!(r#"{{"rows":[{}]}}"#, rows.join(","));
    let server = Handmade::serve(move |_, _| Reply::Json(200, answer.clone()));
    let ffx = Ffx::against(&server.base_url);
    let day =
        ["report", "drilldown", "--by=offer", "--from=2026-01-02", "--to=2026-01-02", "--tz=UTC"];
    let table = ffx.run(&day).done().stdout;
    assert!(table.contains("\n999  ") && !table.contains("\n1000 "), "{}", table.len());
    assert!(table.contains("2500 rows, of which the first 1000 are shown"));
    assert!(table.lines().any(|line| line.split_whitespace().eq(["Total", "5000"])));
    assert_eq!(ffx.run(&[&day[..], &["-o", "csv"]].concat()).done().stdout.lines().count(), 2501);
}

fn of_days(days: &[&str]) -> String {
    let row = |day: &&str| {
        format!(r#"{{"attributes":[{{"id":"{day}","value":"{day}"}}],"visits":2,"visitors":1}}"#)
    };
    format!(r#"{{"rows":[{}]}}"#, days.iter().map(row).collect::<Vec<_>>().join(","))
}

#[test]
fn days_across_a_clock_change() {
    let served = serve(Emulator::builder().visits_per_hour(12));
    let ffx = Ffx::at(&served.emulator);
    let days = |from: &str, to: &str, more: &[&str]| {
        let range = ["--from", from, "--to", to, "--tz=America/New_York", "-o", "csv", "-q"];
        let by = ["report", "drilldown", "--by=day"];
        let csv = ffx.run(&[&by[..], &range, more].concat()).done().stdout;
        csv.lines().skip(1).map(str::to_owned).collect::<Vec<String>>()
    };
    for (from, changed, to) in [
        ("2025-10-30", "2025-11-02", "2025-11-03"),
        ("2025-11-02", "2025-11-02", "2025-11-04"),
        ("2025-03-07", "2025-03-09", "2025-03-09"),
    ] {
        for metrics in [&["--metric=visits,visitors"][..], &["--metric=visitors"], &[]] {
            let week = days(from, to, metrics);
            let split = days(from, to, &[metrics, &["--split"]].concat());
            assert_eq!(week, split, "{changed} {metrics:?}");
            let day = days(changed, changed, metrics);
            assert_eq!(day.len(), 1, "{day:?}");
            assert!(week.contains(&day[0]), "{week:?}\n{day:?}");
            let dates: Vec<&str> = week.iter().map(|row| &row[..10]).collect();
            assert_eq!((dates[0], *dates.last().unwrap()), (from, to));
        }
    }
    // Where the query of the whole day is killed, what does not add up is left out of that day.
    let server = Handmade::serve(|_, before| match before {
        0 => Reply::Json(200, of_days(&["2025-11-01", "2025-11-02"])),
        1 => Reply::Json(200, of_days(&["2025-11-02", "2025-11-03"])),
        _ => Reply::Json(504, r#"{"message":"query execution was interrupted"}"#.into()),
    });
    let by_day = ["report", "drilldown", "--by=day", "-o", "csv", "--tz=America/New_York"];
    let range = ["--from=2025-11-01", "--to=2025-11-03", "--metric=visits,visitors"];
    let outcome = Ffx::against(&server.base_url).run(&[&by_day[..], &range].concat()).done();
    assert!(outcome.stdout.contains("2025-11-02,2025-11-02,4,\n"), "{}", outcome.stdout);
    assert!(outcome.stderr.contains("visitors: left out"), "{}", outcome.stderr);
    // A server that counts days in a zone of its own shows it where the range begins or ends.
    let stray = ["2025-11-05", "2025-10-31", "2026-01-02", "2025-11-05T00:00:00Z"];
    for (day, is_told) in stray.map(|day| (day, true)).into_iter().chain([
        ("2025-11-03", false),
        ("2025-11-04", false),
        ("5 November", false),
        ("", false),
        ("2025", false),
    ]) {
        let answer = of_days(&[day]);
        let server = Handmade::serve(move |_, _| Reply::Json(200, answer.clone()));
        let range = ["--from=2025-11-03", "--to=2025-11-04", "--metric=visits,visitors"];
        let outcome = Ffx::against(&server.base_url).run(&[&by_day[..], &range].concat()).done();
        let told = "which lies outside the range: it counts days in another zone than America";
        assert_eq!(outcome.stderr.contains(told), is_told, "{day}: {}", outcome.stderr);
    }
    // Hours of the day are the same in both parts, so what does not add up is left out of them.
    let hours = ["report", "drilldown", "--by=hour-of-day", "--from=2025-11-01", "--to=2025-11-03"];
    let hours = [&hours[..], &["--tz=America/New_York", "-o", "csv"]].concat();
    let csv = ffx.run(&hours).done().stdout;
    assert_eq!(csv.lines().count(), 25);
    assert!(csv.contains(",visits,") && !csv.contains("visitors"), "{csv}");
    let hours = [&hours[..], &["--metric=visitors"]].concat();
    ffx.run(&hours).failed(2, &["visitors cannot be summed", "--drop-non-additive"]);
    // A merged report has the chosen metrics alone, so it names no others as those that there are.
    for metrics in ["--metric=nosuch", "--metric=visits,nosuch"] {
        let week = ["report", "drilldown", "--by=day", "--from=2025-11-01", "--to=2025-11-03"];
        let week = [&week[..], &["--tz=America/New_York", metrics]].concat();
        let told = ["--metric nosuch: unknown", "ffx report metrics"];
        ffx.run(&week).failed(2, &told);
        let split = ffx.run(&[&week[..], &["--split", "--drop-non-additive"]].concat());
        let outcome = split.failed(2, &told);
        assert!(!outcome.stderr.contains("visits"), "{}", outcome.stderr);
    }
}

#[test]
fn json_and_ndjson_keep_the_spelling_of_the_server() {
    let server = production();
    let ffx = Ffx::against(&server.base_url);
    let asked = |format| {
        let mut arguments = DRILLDOWN;
        arguments[7] = format;
        ffx.run(&arguments).done()
    };
    let lines = asked("ndjson").stdout;
    assert!(
        lines
            .lines()
            .next()
            .unwrap()
            .ends_with(r#""offerViews":120,"conversions":3,"revenue":"36.90"}"#)
    );
    let array = asked("json").json();
    assert_eq!(array.as_array().unwrap().len(), lines.lines().count());
    assert_eq!(array[1]["revenue"], serde_json::Value::Null);
}

#[test]
fn a_table_names_its_source_and_ends_with_exact_totals() {
    let ffx = Ffx::new();
    let asked = ["--emulator", "report", "drilldown", "--by", "traffic-source", "--by", "funnel"];
    let time = ["--last", "7d", "--tz", "UTC"];
    let table = ffx.run(&[&asked[..], &time[..]].concat()).done().stdout;
    let lines: Vec<&str> = table.lines().collect();
    assert!(lines[0].starts_with("EMULATED DATA"), "{table}");
    assert!(lines[1].ends_with("+00:00 (UTC)"), "{table}");
    for title in ["Traffic Source", "Funnel", "Visits", "Conversions", "Revenue", "Cost"] {
        assert!(lines[3].contains(title), "{table}");
    }
    assert!(lines.iter().any(|line| line.starts_with("Total ")), "{table}");

    let csv = ffx.run(&[&asked[..], &time[..], &["-o", "csv"]].concat()).done();
    assert!(csv.stderr.contains("EMULATED DATA"), "{}", csv.stderr);
    assert!(csv.stdout.starts_with("Third Parties: Traffic Source,"), "{}", csv.stdout);
}

#[test]
fn totals_are_of_metrics_that_add_up() {
    let server = production();
    let mut arguments = DRILLDOWN;
    arguments[7] = "table";
    let table = Ffx::against(&server.base_url).run(&arguments).done().stdout;
    let total = table.lines().find(|line| line.starts_with("Total")).unwrap();
    let figures: Vec<&str> = total.split_whitespace().skip(1).collect();
    assert_eq!(figures, ["4", "37.000", "128"], "{table}");
}

#[test]
fn filters_of_one_attribute_are_combined_in_the_list_that_is_proven_to_work() {
    let server = production();
    let ffx = Ffx::against(&server.base_url);
    let filters =
        ["--filter", "offer=Blue*", "offer=Red*", "field:c1=a=b", "--exclude", "country=*unknown*"];
    ffx.run(&[&DRILLDOWN[..], &filters[..]].concat()).done();
    let asked = server.seen()[0].json();
    let expected: serde_json::Value = serde_json::from_str(
        r#"{"attributes":[{"attribute":"Time: 1-Hour Blocks"},
             {"attribute":"Element: Offer","whitelistFilters":["Blue*","Red*"]}],
            "filters":[{"attribute":"URL Tracking Field","whitelistFilters":["{\"c1\":\"a=b\"}"]},
             {"attribute":"Location: Country","blacklistFilters":["*unknown*"]}]}"#,
    )
    .unwrap();
    assert_eq!(asked["attributes"], expected["attributes"]);
    assert_eq!(asked["filters"], expected["filters"]);
}

#[test]
fn metrics_are_chosen_by_name_and_a_misspelt_one_is_named() {
    let server = production();
    let ffx = Ffx::against(&server.base_url);
    let csv = ffx.run(&[&DRILLDOWN[..], &["--metric", "Revenue,offer-views"]].concat()).done();
    assert!(csv.stdout.starts_with("Time: 1-Hour Blocks,Time: 1-Hour Blocks ID,Element: Offer,Element: Offer ID,revenue,offerViews\n"));
    ffx.run(&[&DRILLDOWN[..], &["--metric", "revenu"]].concat())
        .failed(2, &["--metric: got `revenu`", "near: revenue"]);
    // A report of the emulator has more than a hundred metrics.
    let emulated =
        |metric| Ffx::new().run(&[&["--emulator"], &DRILLDOWN[..], &["--metric", metric]].concat());
    let unknown =
        emulated("nope").failed(2, &["metrics, such as visits, ", "`ffx report metrics`"]);
    assert!(unknown.stderr.lines().all(|line| line.len() < 200), "{}", unknown.stderr);
    emulated("clicks").failed(2, &["(near: offerClicks, landerClicks, "]);
}

#[test]
fn bad_input_is_refused_before_anything_is_sent() {
    let server = production();
    let ffx = Ffx::against(&server.base_url);
    let report = |rest: &[&str]| ffx.run(&[&["report", "drilldown"][..], rest].concat());
    report(&["--by", "offer", "--last", "7d"])
        .failed(2, &["--tz is missing", "--tz Europe/Berlin"]);
    let zone = ["--by", "offer", "--last", "7d", "--tz", "Europe/Berlni"];
    report(&zone).failed(2, &["--tz: got `Europe/Berlni`", "Europe/Berlin"]);
    report(&["--by", "ofer", "--last", "7d", "--tz", "UTC"]).failed(2, &["`ofer`", "`offer`"]);
    report(&["--by", "offer", "--last", "7", "--tz", "UTC"]).failed(2, &["--last: got `7`"]);
    report(&["--by", "offer", "--from", "2026-03-01", "--tz", "UTC"]).failed(2, &["--to"]);
    report(&["--last", "7d", "--tz", "UTC"]).failed(2, &["--by"]);
    let empty = ["--by", "offer", "--filter", "country=", "--last", "7d", "--tz", "UTC"];
    report(&empty).failed(2, &["empty pattern"]);
    let mixed = ["--by=offer", "--from=2026-03-01", "--to=2026-03-02T00:00:00Z", "--tz=UTC"];
    report(&mixed).failed(2, &["one is a day and the other an instant"]);
    let backward = ["--by=offer", "--from=2026-03-02", "--to=2026-03-01", "--tz=UTC"];
    report(&backward).failed(2, &["2026-03-01"]);
    assert!(server.seen().is_empty());
}

#[test]
fn instants_need_no_zone_and_days_have_the_length_of_the_zone() {
    let server = production();
    let ffx = Ffx::against(&server.base_url);
    let asked = |time: &[&str]| {
        ffx.run(&[&["report", "drilldown", "--by", "offer"][..], time].concat())
            .failed(1, &["expected"]);
        let seen = server.seen().last().unwrap().json();
        (
            seen["timeStart"].as_str().unwrap().to_owned(),
            seen["timeEnd"].as_str().unwrap().to_owned(),
        )
    };
    let instants = ["--from", "2026-03-01T06:00:00-05:00", "--to", "2026-03-01T06:59:59-05:00"];
    assert_eq!(
        asked(&instants),
        ("2026-03-01T06:00:00-05:00".into(), "2026-03-01T06:59:59-05:00".into())
    );
    let in_zone = [&instants[..], &["--tz", "Europe/Berlin"]].concat();
    assert_eq!(
        asked(&in_zone),
        ("2026-03-01T12:00:00+01:00".into(), "2026-03-01T12:59:59+01:00".into())
    );
    let short = ["--from", "2026-03-29", "--to", "2026-03-29", "--tz", "Europe/Berlin"];
    assert_eq!(
        asked(&short),
        ("2026-03-29T00:00:00+01:00".into(), "2026-03-29T23:59:59+02:00".into())
    );
}

#[test]
fn a_killed_query_can_be_split_and_only_additive_metrics_are_added() {
    let served = serve(Emulator::builder().max_query_hours(48));
    let whole = serve(Emulator::builder());
    let report = |emulator: &Emulator, rest: &[&str]| {
        let arguments =
            ["report", "drilldown", "--by=funnel", "--from=2024-03-04", "--to=2024-03-10"];
        Ffx::at(emulator).run(&[&arguments[..], &["--tz=UTC", "-o", "csv"], rest].concat())
    };
    report(&served.emulator, &[]).failed(1, &["limit of 30 s", "--split"]);
    report(&served.emulator, &["--split"]).failed(2, &["visitors", "--drop-non-additive"]);
    let metrics = ["--metric", "visits,conversions,revenue,cost"];
    let split = report(&served.emulator, &[&["--split"][..], &metrics].concat()).done();
    assert!(split.stderr.contains("added up from 4 time windows"), "{}", split.stderr);
    // Merged rows are unordered, and a sum has the most decimals of its parts.
    let comparable = |csv: &str| {
        let field = |field: &str| match field.split_once('.') {
            Some(_) => field.trim_end_matches('0').to_owned(),
            None => field.to_owned(),
        };
        let line = |line: &str| line.split(',').map(field).collect::<Vec<_>>();
        csv.lines().map(line).collect::<std::collections::BTreeSet<_>>()
    };
    let expected = report(&whole.emulator, &metrics).done().stdout;
    assert_eq!(comparable(&split.stdout), comparable(&expected));
    let dropped = report(&served.emulator, &["--split", "--drop-non-additive"]).done().stdout;
    assert!(dropped.starts_with("Element: Funnel,Element: Funnel ID,visits,"), "{dropped}");
    assert!(!dropped.contains("visitors"), "{dropped}");
}

#[test]
fn attributes_are_listed_with_their_short_names() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let list = ffx.run(&["report", "attributes", "-o", "json"]).done().json();
    let offer = list.as_array().unwrap().iter().find(|a| a["attribute"] == "Element: Offer");
    let offer = offer.unwrap();
    assert_eq!((&offer["alias"], &offer["grade"]), (&"offer".into(), &"proven".into()));
    let csv = ffx.run(&["report", "attributes", "-o", "csv"]).done().stdout;
    assert!(csv.starts_with("attribute,alias,grade,meaning\n"), "{csv}");
    assert_eq!(csv.lines().count() - 1, list.as_array().unwrap().len());
    let hit = list.as_array().unwrap().iter().find(|a| a["attribute"] == "Hit: Hit ID").unwrap();
    assert!(hit["meaning"].as_str().unwrap().contains("the API may not have it"), "{hit}");
}

#[test]
fn metrics_are_listed_with_their_kind_and_whether_they_add_up() {
    let served = serve(Emulator::builder());
    let ffx = Ffx::at(&served.emulator);
    let list = ffx.run(&["report", "metrics", "-o", "json"]).done().json();
    let list = list.as_array().unwrap();
    for (name, kind, adds_up, grade) in [
        ("visits", "count", true, "sibling"),
        ("visitors", "count", false, "sibling"),
        ("revenue", "money", true, "proven"),
        ("customEvent7Revenue", "money", true, "sibling"),
        ("offerPayout", "money", false, "sibling"),
        ("offerURL", "text", false, "sibling"),
        ("costPerUniqueLanderView", "ratio", false, "sibling"),
        ("customEvent10PerVisit", "ratio", false, "sibling"),
    ] {
        let metric = list.iter().find(|metric| metric["metric"] == name).unwrap();
        assert_eq!((&metric["kind"], &metric["grade"]), (&kind.into(), &grade.into()), "{name}");
        assert_eq!(metric["adds_up"], adds_up, "{name}");
    }
    assert!(list.iter().filter(|metric| metric["adds_up"] == true).count() >= 32);
    let table = ffx.run(&["report", "metrics"]).done().stdout;
    assert!(table.contains("revenue per view of the node"), "{table}");
    assert!(served.emulator.requests().is_empty());
}
