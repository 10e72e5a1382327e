//! Zones, days, instants and words of a status at their edges: each is read as it was meant, or refused
//! with the flag, the value and what would be right, before anything is sent.

use crate::support::{Ffx, Handmade, PRODUCTION_SHAPED, Reply};

const REPORT: [&str; 4] = ["report", "drilldown", "--by", "offer"];

fn answering() -> Handmade {
    Handmade::serve(|_, _| Reply::Json(200, PRODUCTION_SHAPED.into()))
}

#[test]
fn zones_are_read_as_they_were_meant() {
    let server = answering();
    let ffx = Ffx::against(&server.base_url);
    for (zone, offset) in [
        ("-05:00", "-05:00"),
        ("-0530", "-05:30"),
        ("-05", "-05:00"),
        ("+0530", "+05:30"),
        ("+05:30", "+05:30"),
        ("-00:30", "-00:30"),
        ("+00:00", "+00:00"),
        ("-18:00", "-18:00"),
        ("+18:00", "+18:00"),
        ("GMT", "+00:00"),
        ("gmt", "+00:00"),
        ("z", "+00:00"),
        ("Utc", "+00:00"),
        ("ASIA/KOLKATA", "+05:30"),
    ] {
        let joined = format!("--tz={zone}");
        for zone in [&["--tz", zone][..], &[joined.as_str()]] {
            let days = ["--from", "2026-01-02", "--to", "2026-01-02"];
            ffx.run(&[&REPORT[..], &days, zone].concat());
            let asked = server.seen().last().unwrap().json();
            assert_eq!(asked["timeStart"], format!("2026-01-02T00:00:00{offset}"), "{zone:?}");
        }
    }
    let csv = "date,funnel,traffic_source,cost,c1\n2026-03-29,x,y,1,x\n";
    let file = ffx.write("costs.csv", csv);
    let file = file.to_str().unwrap();
    let pushed = ffx.run(&["costs", "push", file, "--tz", "-05:00"]);
    assert!(!pushed.stderr.contains("unexpected argument"), "{}", pushed.stderr);
}

#[test]
fn a_zone_that_is_none_is_refused_with_the_right_form() {
    let server = answering();
    let ffx = Ffx::against(&server.base_url);
    for zone in [
        "0530",
        "530",
        "5",
        "-5",
        "+5",
        "05:30",
        "UTC+2",
        "UTC+02:00",
        "utc-5",
        "+25:00",
        "-25:00",
        "+18:01",
        "-99:99",
        "+05:60",
        "+02:00:30",
        "+1e3",
        "−05:00",
        "--05:00",
        "",
        " ",
        "local",
    ] {
        let value = format!("--tz: got `{zone}`");
        ffx.run(&[&REPORT[..], &["--last=1d", "--tz", zone]].concat())
            .failed(2, &[&value, "`+02:00`"]);
    }
    for zone in ["GMT+2", "GMT-2", "Etc/GMT-2", "gmt+2"] {
        ffx.run(&[&REPORT[..], &["--last=1d", "--tz", zone]].concat())
            .failed(2, &[zone, "opposite sign", "+02:00"]);
    }
    assert!(server.seen().is_empty());
}

#[test]
fn days_and_instants_that_are_none_are_refused_with_the_reason() {
    let server = answering();
    let ffx = Ffx::against(&server.base_url);
    for (from, to, words) in [
        ("0000-01-01", "2026-01-01", &["--from: got `0000-01-01`", "1970 to 9998"][..]),
        ("0001-01-01", "0001-01-02", &["--from: got `0001-01-01`", "1970 to 9998"]),
        ("1026-03-01", "2026-03-02", &["--from: got `1026-03-01`", "1970 to 9998"]),
        ("1969-12-31", "2026-03-02", &["--from: got `1969-12-31`", "1970 to 9998"]),
        ("2026-01-01", "9999-12-31", &["--to: got `9999-12-31`", "1970 to 9998"]),
        ("10000-01-01", "10000-01-02", &["--from: got `10000-01-01`", "four digits"]),
        ("2026-01-01", "10000-01-02", &["--to: got `10000-01-02`", "four digits"]),
        ("26-01-01", "26-01-02", &["--from: got `26-01-01`", "four digits"]),
        ("02026-01-01", "2026-01-02", &["--from: got `02026-01-01`", "four digits"]),
        ("2026-02-30", "2026-03-01", &["--from: got `2026-02-30`", "days 01 to 28"]),
        ("2024-02-01", "2024-02-30", &["--to: got `2024-02-30`", "days 01 to 29"]),
        ("2026-04-01", "2026-04-31", &["--to: got `2026-04-31`", "days 01 to 30"]),
        ("2026-01-00", "2026-01-02", &["--from: got `2026-01-00`", "days 01 to 31"]),
        ("2026-13-01", "2026-13-02", &["--from: got `2026-13-01`", "months 01 to 12"]),
        ("2026-00-10", "2026-01-10", &["--from: got `2026-00-10`", "months 01 to 12"]),
        ("2026-1-1", "2026-1-2", &["--from: got `2026-1-1`", "`2026-03-29`"]),
        ("01/02/2026", "01/03/2026", &["--from: got `01/02/2026`", "`2026-03-29`"]),
        ("today", "today", &["--from: got `today`", "`2026-03-29`"]),
        ("", "", &["--from: got ``", "`2026-03-29`"]),
        ("2026-03-02", "2026-03-01", &["--to: got `2026-03-01`", "not before", "`2026-03-02`"]),
        ("2026-03-01", "2026-03-02T00:00:00Z", &["one is a day and the other an instant"]),
        ("2026-03-01T00:00:00Z", "2026-03-02", &["one is a day and the other an instant"]),
        ("2026-02-30T00:00:00Z", "2026-03-02T00:00:00Z", &["--from", "days 01 to 28"]),
        ("2026-04-01T00:00:00Z", "2026-04-31T00:00:00Z", &["--to", "days 01 to 30"]),
        ("0000-01-01T00:00:00Z", "2026-03-02T00:00:00Z", &["--from", "1970 to 9998"]),
        ("2026-03-02T00:00:00Z", "10000-01-01T00:00:00Z", &["--to", "four digits"]),
        (
            "2026-03-01T00:00:00Z",
            "2026-03-01T00:00:00Z",
            &["--to: got `2026-03-01T00:00:00Z`", "the range is empty"],
        ),
        ("2026-03-01T01:00:00+01:00", "2026-03-01T00:00:00Z", &["--to", "the range is empty"]),
        ("2026-03-01T00:00:00.1Z", "2026-03-01T00:00:00.9Z", &["--to", "the range is empty"]),
        (
            "2026-03-01T02:00:00Z",
            "2026-03-01T01:59:59Z",
            &["--to: got `2026-03-01T01:59:59Z`", "after the start, `2026-03-01T02:00:00Z`"],
        ),
        ("2026-03-01T02:00:00.9Z", "2026-03-01T02:00:00.1Z", &["--to", "after the start"]),
        ("2026-03-29T02:30", "2026-03-29T05:00", &["--from", "local time", "with its offset"]),
        ("2026-03-29 02:30:00", "2026-03-29 05:00:00", &["--from", "local time"]),
        ("2026-03-29T00:00:00+25:00", "2026-03-29T05:00:00Z", &["--from", "-18:00 and +18:00"]),
        ("2026-03-29T24:00:00Z", "2026-03-30T05:00:00Z", &["--from", "RFC 3339"]),
        ("2026-03-29T00:00:00Z", "2026-03-30T25:00:00Z", &["--to", "RFC 3339"]),
    ] {
        let range = ["--from", from, "--to", to, "--tz=Europe/Berlin"];
        ffx.run(&[&REPORT[..], &range].concat()).failed(2, words);
    }
    let skipped = ["--from=2011-12-30", "--to=2011-12-30", "--tz=Pacific/Apia"];
    ffx.run(&[&REPORT[..], &skipped].concat())
        .failed(2, &["--to: got `2011-12-30`", "Pacific/Apia", "jumped over"]);
    assert!(server.seen().is_empty());
}

#[test]
fn words_of_a_status_are_the_same_in_either_case() {
    for (word, sent, shown) in [
        ("active", "active", "ACTIVE"),
        ("Active", "active", "active"),
        ("ACTIVE", "active", "Active"),
        (" active ", "active", "active"),
        ("Archived", "archived", "ARCHIVED"),
        ("ARCHIVED", "archived", "Archived"),
        ("Deleted", "deleted", "deleted"),
        ("DELETED", "deleted", "Deleted"),
        ("All", "all", "Active"),
        ("NOT-deleted", "not-deleted", "Archived"),
    ] {
        let server = Handmade::serve(move |_, _| {
            Reply::Json(200, format!(r#"[{{"idFunnel":"x","status":"{shown}"}}]"#))
        });
        let ffx = Ffx::against(&server.base_url);
        let run = ffx.run(&["funnels", "list", "-o=ndjson", "--status", word]).done();
        assert!(run.stdout.contains(&format!(r#""status":"{shown}""#)), "{word}: {}", run.stdout);
        ffx.run(&["conditions", "find", "--status", word]);
        let seen = server.seen();
        assert_eq!(seen.len(), 2, "{word}");
        for seen in seen {
            assert!(seen.line.contains(&format!("={sent} ")), "{word}: {}", seen.line);
        }
        // The filter is compared as it is meant, too: another state is no answer to it.
        if !["all", "not-deleted"].contains(&sent) {
            let server = Handmade::serve(|_, _| {
                Reply::Json(200, r#"[{"idFunnel":"x","status":"other"}]"#.into())
            });
            Ffx::against(&server.base_url)
                .run(&["funnels", "list", "--status", word])
                .failed(1, &["ignores the filter"]);
        }
    }
}

#[test]
fn a_wrong_number_or_address_of_a_flag_says_what_is_right() {
    let ffx = Ffx::new();
    for (line, expected) in [
        ("id new -n x", "'x' for '--count <N>': expected a whole number of at least 0"),
        ("id new -n=-1", "'-1' for '--count <N>': expected a whole number of at least 0"),
        ("id new -n 1.5", "'1.5' for '--count <N>': expected a whole number of at least 0"),
        ("id new -n -1", "'-1' for '--count <N>': expected a whole number of at least 0"),
        ("id new --count -1.5", "'-1.5' for '--count <N>': expected a whole number of at least 0"),
        ("id new -n -x", "unexpected argument '-x'"),
        ("report raw --limit -1", "'-1' for '--limit <N>': expected a whole number of at least 1"),
        ("report raw --page-length -5", "'-5' for '--page-length <N>': expected a whole number"),
        ("report raw --resume-at -3", "'-3' for '--resume-at <N>': expected a whole number"),
        ("costs push x.csv --from-line -2", "'-2' for '--from-line <N>': expected a whole number"),
        ("domains wait 1 --minutes -1", "'-1' for '--minutes <MINUTES>': expected a whole number"),
        ("links action --domain a.example -1", "'-1' for '<NUMBER>': expected a whole number"),
        ("emulator --port -1", "'-1' for '--port <PORT>': expected a whole number from 0 to 65535"),
        ("emulator --seed -1", "'-1' for '--seed <SEED>': expected a whole number"),
        ("emulator --visits-per-hour -40", "'-40' for '--visits-per-hour <N>': expected a whole"),
        ("emulator --token-lifetime -1", "'-1' for '--token-lifetime <SECONDS>': expected a whole"),
        ("emulator --max-query-hours -1", "'-1' for '--max-query-hours <HOURS>': expected a whole"),
        ("emulator --raw-event-cap -1", "'-1' for '--raw-event-cap <ROWS>': expected a whole"),
        ("emulator --update-delay -1", "'-1' for '--update-delay <SECONDS>': expected a whole"),
        ("id new --patience -5m", "'-5m' for '--patience <TIME>': expected a whole number"),
        (
            "id new --timeout -1",
            "'-1' for '--timeout <TIME>': expected a whole number and its unit",
        ),
        ("id new --timeout --quiet", "'--quiet' for '--timeout <TIME>': expected a whole number"),
        ("report raw --tz UTC --last -1d", "--last: got `-1d`"),
        ("report raw --tz UTC --from -1d --to 2026-03-01", "--from: got `-1d`"),
        ("report raw --tz UTC --from 2026-03-01 --to -1", "--to: got `-1`"),
        ("report raw --limit 0", "'--limit <N>': expected a whole number of at least 1"),
        ("report raw --limit many", "'--limit <N>': expected a whole number of at least 1"),
        ("report raw --page-length 0", "'--page-length <N>': expected a whole number"),
        ("report raw --resume-at=-3", "'--resume-at <N>': expected a whole number"),
        ("costs push x.csv --from-line 2nd", "'--from-line <N>': expected a whole number"),
        ("domains wait 1 --minutes 1h", "'--minutes <MINUTES>': expected a whole number"),
        ("links action --domain a.example 65", "'<NUMBER>': expected a whole number from 1 to 64"),
        ("links action --domain a.example one", "'<NUMBER>': expected a whole number from 1 to 64"),
        ("emulator --port 65536", "'--port <PORT>': expected a whole number from 0 to 65535"),
        ("emulator --seed 0x1", "'--seed <SEED>': expected a whole number of at least 0"),
        ("emulator --visits-per-hour 4294967296", "a whole number from 0 to 4294967295"),
        ("emulator --token-lifetime 1h", "'--token-lifetime <SECONDS>': expected a whole number"),
        ("emulator --max-query-hours -", "'--max-query-hours <HOURS>': expected a whole number"),
        ("emulator --raw-event-cap ten", "'--raw-event-cap <ROWS>': expected a whole number"),
        ("emulator --update-delay 1s", "'--update-delay <SECONDS>': expected a whole number"),
        ("reset --last 1h --tz UTC --ip 1.2.3", "'1.2.3' for '--ip <IP>...': expected an IP"),
        ("reset --last 1h --tz UTC --ip ::g", "an IP address, such as 203.0.113.7 or 2001:db8::1"),
        ("report drilldown --last 1d --tz UTC --by ,", "--by: got 0 attributes; expected 1 to 10"),
        ("report drilldown --last 1d --tz UTC --by offer,offer", "--by[1]: got `Element: Offer`"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        ffx.run(&arguments).failed(2, &[expected]);
    }
}
