//! Files in the shapes of sixteen networks' exports, and what each comes to.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::path::PathBuf;

use funnelflux_imports::{DayOrder, Field, FieldKind, Note, Profile, Reader, UploadKind};
use serde_json::Value;

const COSTS: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("cost", FieldKind::Amount).required(),
    Field::new("campaign", FieldKind::Id),
    Field::new("c1", FieldKind::Id),
];
const CONVERSIONS: &[Field] = &[
    Field::new("hit", FieldKind::Id).required(),
    Field::new("payout", FieldKind::Amount),
    Field::new("transaction", FieldKind::Text),
];

fn fixtures() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases")
}

/// The network of a file, from the beginning of its name.
fn profile(file: &str, kind: UploadKind) -> Profile {
    let all = Profile::all().into_iter().filter(|profile| profile.upload == kind);
    let mut found = all.filter(|profile| {
        file.split(['-', '.']).next().is_some_and(|start| profile.name.starts_with(start))
    });
    found.next().unwrap_or_else(|| panic!("no network for {file}"))
}

fn expected() -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join("expected.json")).unwrap()).unwrap()
}

#[test]
fn every_file_of_costs_comes_to_what_it_should() {
    let expected = expected();
    for (file, expected) in expected["costs"].as_object().unwrap() {
        let bytes = std::fs::read(fixtures().join("costs").join(file)).unwrap();
        let reader = Reader::new(COSTS).with_profile(profile(file, UploadKind::Costs));
        let sheet = reader.read(&bytes).unwrap_or_else(|problems| panic!("{file}: {problems}"));
        let rows = sheet.lines().map(|line| {
            let key = [line.get("campaign"), line.get("c1")]
                .into_iter()
                .find(|key| !key.is_empty())
                .unwrap();
            serde_json::json!([line.get("date"), key, line.get("cost")])
        });
        let rows: Vec<_> = rows.collect();
        assert_eq!(Value::from(rows), expected["rows"], "{file}");
        let currency = sheet.notes.iter().find_map(|note| match note {
            Note::Currency(currency) => Some(currency.as_str()),
            _ => None,
        });
        assert_eq!(currency, expected["currency"].as_str(), "{file}");
        if let Some(Note::Totals { sum, .. }) =
            sheet.notes.iter().find(|note| matches!(note, Note::Totals { .. }))
        {
            assert_eq!(sum.to_string(), expected["total"].as_str().unwrap(), "{file}");
        }
    }
}

#[test]
fn every_file_of_conversions_comes_to_what_it_should() {
    let expected = expected();
    for (file, expected) in expected["conversions"].as_object().unwrap() {
        let bytes = std::fs::read(fixtures().join("conversions").join(file)).unwrap();
        let reader = Reader::new(CONVERSIONS).with_profile(profile(file, UploadKind::Conversions));
        let sheet = reader.read(&bytes).unwrap_or_else(|problems| panic!("{file}: {problems}"));
        let is_delete = |line: &funnelflux_imports::Line<'_>| line.get("payout") == "delete";
        let sets = sheet
            .lines()
            .filter(|line| !is_delete(line))
            .map(|line| serde_json::json!([line.get("hit"), line.get("payout")]));
        assert_eq!(Value::from(sets.collect::<Vec<_>>()), expected["set"], "{file}");
        let deletes =
            sheet.lines().filter(|line| is_delete(line)).map(|line| Value::from(line.get("hit")));
        assert_eq!(Value::from(deletes.collect::<Vec<_>>()), expected["delete"], "{file}");
        let skipped = sheet.notes.iter().find_map(|note| match note {
            Note::Lines(lines, why) if why.contains("status") => Some(lines.len()),
            _ => None,
        });
        assert_eq!(
            skipped.unwrap_or_default(),
            expected["skip"].as_array().unwrap().len(),
            "{file}"
        );
    }
}

#[test]
fn a_line_of_more_than_one_day_is_refused() {
    let reader = Reader::new(COSTS).with_profile(Profile::find("meta").unwrap());
    let file = |last: &str| {
        format!(
            "Reporting starts,Reporting ends,Campaign ID,Amount spent (USD)\n2026-10-01,{last},1201,310.00\n"
        )
    };
    let refused = reader.read(file("2026-10-31").as_bytes()).unwrap_err().to_string();
    assert!(refused.contains("line 2: the line is of 2026-10-01 to 2026-10-31"), "{refused}");
    assert_eq!(reader.read(file("2026-10-01").as_bytes()).unwrap().len(), 1);
    // Beside a column of days the end is that day.
    let daily = "Day,Reporting starts,Reporting ends,Campaign ID,Amount spent (USD)\n\
                 2026-10-02,2026-10-02,2026-10-02,1201,1.00\n";
    assert_eq!(reader.read(daily.as_bytes()).unwrap().line(0).unwrap().get("date"), "2026-10-02");
}

/// A file of two lines with these costs and currencies, and what is wrong with it or which currency is told.
fn currency(title: &str, lines: [&str; 2], network: &str, wanted: Option<&str>) -> String {
    let row = |line: &str| format!("2026-11-25;1201;{line}\n");
    let file = format!("Date;Zone ID;{title}\n{}{}", row(lines[0]), row(lines[1]));
    let reader = Reader::new(COSTS);
    let cost = title.split(';').next().unwrap();
    let reader = match network {
        "" => reader
            .with_column("date", "Date")
            .with_column("c1", "Zone ID")
            .with_column("cost", cost)
            .with_sums(),
        name => reader.with_profile(Profile::find(name).unwrap()),
    };
    let reader = wanted.into_iter().fold(reader, |reader, wanted| reader.with_currency(wanted));
    match reader.read(file.as_bytes()) {
        Err(problems) => problems.to_string(),
        Ok(sheet) => {
            let is_told = |note: &&Note| matches!(note, Note::Currency(_) | Note::NoCurrency(_));
            sheet.notes.iter().find(is_told).map_or_else(String::new, Note::to_string)
        }
    }
}

#[test]
fn all_lines_of_a_file_are_in_one_currency() {
    let (usd, eur) = (Some("USD"), Some("EUR"));
    for (title, lines, wanted, expected) in [
        ("Spent", ["1.00", "2.00"], None, ""),
        ("Spent", ["1.00", "2.00"], usd, "nothing in the file says that its amounts are in USD"),
        ("Spent", ["$1.00", "$2.00"], None, "amounts in $"),
        ("Spent", ["$1.00", "2.00"], usd, "amounts in USD"),
        ("Spent", ["$1.00", "2.00"], Some("cad"), "amounts in CAD"),
        (
            "Spent",
            ["$1.00", "$2.00"],
            eur,
            "the amounts are in $; --currency says EUR; lines 2 to 3: cost \"$1.00\", \"$2.00\": is in $",
        ),
        (
            "Spent",
            ["$1.00", "€2.00"],
            None,
            "the amounts are in several currencies: $, €; line 2: cost \"$1.00\": is in $; line 3: cost \"€2.00\": is in €",
        ),
        (
            "Spent",
            ["$1.00", "€2.00"],
            usd,
            "the amounts are in $, €; --currency says USD; line 3: cost \"€2.00\": is in €",
        ),
        (
            "Spent",
            ["1.00 USD", "2.00 EUR"],
            usd,
            "the amounts are in USD, EUR; --currency says USD; line 3: cost \"2.00 EUR\": is in EUR",
        ),
        (
            "Spent",
            ["US$1.00", "A$2.00"],
            None,
            "the amounts are in several currencies: US$, A$; line 2: cost \"US$1.00\": is in US$; line 3: cost \"A$2.00\": is in A$",
        ),
        ("Spent", ["US$1.00", "$2.00"], None, "amounts in US$"),
        ("Spent;Currency", ["1.00;USD", "2.00;USD"], None, "amounts in USD"),
        ("Spent;Currency", ["1.00;usd", "2.00;--"], usd, "amounts in USD"),
        (
            "Spent;Currency",
            ["1.00;USD", "2.00;EUR"],
            usd,
            "the amounts are in USD, EUR; --currency says USD; line 3: currency \"EUR\": is in EUR",
        ),
        (
            "Spent;Currency code",
            ["1.00;USD", "2.00;EUR"],
            None,
            "the amounts are in several currencies: USD, EUR; line 2: currency \"USD\": is in USD; line 3: currency \"EUR\": is in EUR",
        ),
        (
            "Spent;Currency",
            ["$1.00;USD", "€2.00;USD"],
            None,
            "the amounts are in several currencies: $, €, USD; line 2: cost \"$1.00\": is in $; line 3: cost \"€2.00\": is in €; lines 2 to 3: currency \"USD\": is in USD",
        ),
        (
            "Spent (EUR)",
            ["1.00", "$2.00"],
            None,
            "the amounts are in several currencies: EUR, $; line 3: cost \"$2.00\": is in $",
        ),
        ("Spent (EUR)", ["1.00", "2.00"], usd, "the amounts are in EUR; --currency says USD"),
        ("Spent (€)", ["1.00", "2.00"], None, "amounts in €"),
        ("Spent EUR", ["1.00", "2.00"], usd, "the amounts are in EUR; --currency says USD"),
        ("Spent (net)", ["1.00", "2.00"], None, ""),
    ] {
        let told = currency(title, lines, "", wanted);
        assert_eq!(told, expected, "{title} {lines:?} {wanted:?}");
        // The same for every network, as far as it knows the title.
        if title.starts_with("Spent;") || title == "Spent" {
            assert_eq!(currency(title, lines, "propeller", wanted), expected, "{title} {lines:?}");
        }
    }
}

#[test]
fn two_columns_of_one_field_are_named() {
    let file = b"Day,Zone ID,Spent,Spent\n2026-11-25,1201,1,2\n";
    let reader = Reader::new(COSTS).with_profile(Profile::find("propeller").unwrap());
    let told = reader.read(file).unwrap_err().to_string();
    assert!(
        told.starts_with("two columns cost: \"Spent\" and \"Spent\"; --map cost=COLUMN"),
        "{told}"
    );
}

#[test]
fn several_files_are_read_as_one_and_each_by_its_own_header() {
    let refused = "the same day and fields as a.csv:2; --sum adds them up";
    for (a, b, words, expected) in [
        (
            "Day;Campaign ID;Cost\n2026-11-24;1;1.50",
            "Cost,Clicks,Day,Campaign ID\n2.50,7,2026-11-25,2",
            "",
            "a.csv:2 1.50, b.csv:2 2.50; b.csv: columns that are not used: Clicks",
        ),
        // What a comma means is not decided by the other file.
        (
            "Day;Campaign ID;Cost\n03.04.2026;1;1,500",
            "Day,Campaign ID,Cost\n25.11.2026,2,\"2,50\"",
            "",
            "a.csv: cost \"1,500\": thousands or decimals?",
        ),
        (
            "Day;Campaign ID;Cost\n24.11.2026;1;1,50\nTotal;;1,50",
            "Day,Campaign ID,Cost\n25.11.2026,2,2.50\nTotal,,2.50",
            "",
            "a.csv:2 1.50, b.csv:2 2.50; a.csv:3: a total of 1.50",
        ),
        (
            "Day;Campaign ID;Cost\n24.11.2026;1;1.234,50",
            "Day,Campaign ID,Cost\n25.11.2026,2,\"1,234.50\"",
            "",
            "a.csv:2 1234.50, b.csv:2 1234.50",
        ),
        (
            "Day,Campaign ID,Cost\n24.11.2026,1,1.50",
            "Day,Campaign ID,Cost\n25.11.2026,2,2.50\n26.11.2026,2,\"2,5\"",
            "",
            "b.csv:3: cost \"2,5\": its decimal mark",
        ),
        (
            "Day,Campaign ID,Cost\n2026-05-11,1,1\n25/11/2026,1,2",
            "Day,Campaign ID,Cost\n25.11.2026,2,2.50",
            "",
            "a.csv: date \"25/11/2026\" beside \"2026-05-11\"",
        ),
        (
            "Day,Campaign ID,Cost\n2026-05-11,1,1",
            "Day,Campaign ID,Cost\n25/11/2026,2,2",
            "",
            "a.csv:2 1, b.csv:2 2",
        ),
        (
            "Day,Campaign ID,Cost\n24/11/2026,1,1",
            "Day,Campaign ID,Cost\n11/25/2026,2,2",
            "",
            "b.csv:2: date \"11/25/2026\": expected a day",
        ),
        // Totals are of their files.
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1.50\nTotal,,1.50",
            "Day,Campaign ID,Cost\n2026-11-25,2,2.50\n2026-11-26,2,1\n,,3.50",
            "",
            "a.csv:2 1.50, b.csv:2 2.50, b.csv:3 1",
        ),
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1.50\nTotal,,1.50",
            "Day,Campaign ID,Cost\n2026-11-25,2,2.50\nTotal,,4.00",
            "",
            "b.csv:3: cost: the file says 4.00 in total, its lines add up to 2.50",
        ),
        (
            "Day,Campaign ID,Amount spent (EUR)\n2026-11-24,1,1",
            "Day,Campaign ID,Amount spent (USD)\n2026-11-25,1,2",
            "meta",
            "several currencies: EUR, USD; a.csv: a title is in EUR; b.csv: a title is in USD",
        ),
        (
            "Day,Campaign ID,Cost,Currency\n2026-11-24,1,1,EUR",
            "Day,Campaign ID,Cost\n2026-11-25,1,2",
            "",
            "b.csv: nothing in the file says that its amounts are in EUR; amounts in EUR",
        ),
        // Within a file breakdowns are added up; two files may overlap.
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1\n2026-11-24,1,2",
            "Day,Campaign ID,Cost\n2026-11-25,1,4",
            "",
            "a.csv:2 3, b.csv:2 4; a.csv:3: added",
        ),
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1",
            "Day,Campaign ID,Cost\n2026-11-25,1,4\n2026-11-24,1,2",
            "",
            refused,
        ),
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1",
            "Day,Campaign ID,Cost\n2026-11-25,1,4\n2026-11-24,1,2",
            "sum",
            "a.csv:2 3, b.csv:2 4; b.csv:3: added",
        ),
        ("Day,Campaign ID,Cost\n2026-11-24,1,1", "", "", "b.csv: is empty"),
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1",
            "Day,Campaign ID,Cost",
            "",
            "b.csv: has no lines below its header",
        ),
        (
            "Day,Campaign ID,Cost\n2026-11-24,1,1",
            "Day,Campaign ID,Cost\nTotal,,0",
            "",
            "a.csv:2 1; b.csv:2: a total of 0",
        ),
    ] {
        let network = if words == "meta" { words } else { "google" };
        let reader = Reader::new(COSTS).with_profile(Profile::find(network).unwrap());
        let reader = if words == "sum" { reader.with_sums() } else { reader };
        let found = match reader.read_all([("a.csv", a.as_bytes()), ("b.csv", b.as_bytes())]) {
            Err(problems) => problems.to_string(),
            Ok(sheet) => {
                let line = |line: funnelflux_imports::Line<'_>| {
                    format!("{} {}", line.place().label(), line.get("cost"))
                };
                let lines = sheet.lines().map(line).collect::<Vec<_>>().join(", ");
                let notes = sheet.notes.iter().map(|note| format!("; {note}"));
                lines + &notes.collect::<String>()
            }
        };
        assert!(found.contains(expected), "{a} and {b}: {found:?}, expected {expected:?}");
    }
}

#[test]
fn a_campaign_called_total_is_a_line() {
    let file = b"Campaign,Day,Campaign ID,Cost\nTotal War,2026-11-25,1201,1.00\nTotal,--,--,1.00\n";
    let sheet =
        Reader::new(COSTS).with_profile(Profile::find("google").unwrap()).read(file).unwrap();
    assert_eq!(sheet.lines().map(|line| line.number()).collect::<Vec<_>>(), [2]);
}

/// Lines below `Day,Name,Campaign ID,Cost,Note`, and how many of them are read; `None` where one swallows another.
#[test]
fn a_quote_that_is_not_closed_swallows_no_line() {
    for (lines, expected) in [
        ("2026-11-24,\"Fall, B,C1,10,\n2026-11-24,\"B\",C2,20,\n2026-11-24,C,C3,30,\n", None),
        ("2026-11-24,A,C1,10,\"x\n2026-11-24,B,C2,20,\"y\"\n2026-11-24,C,C3,30,\n", None),
        ("2026-11-24,\"A,C1,10,\n2026-11-24,B,C2,20,\n2026-11-24,\"C\",C3,30,\n", None),
        ("\"2026-11-24,A,C1,10,\n\"2026-11-24,B,C2,20,\n2026-11-24,C,C3,30,\n", None),
        // Texts of several lines, with a comma, a quote and no more.
        ("2026-11-24,\"Fall\nPromo\",C1,10,\n2026-11-24,B,C2,20,\n", Some(2)),
        ("2026-11-24,\"Fall, now\nor \"\"never\"\"\",C1,10,\n2026-11-24,B,C2,20,\n", Some(2)),
        ("2026-11-24,A,C1,10,\"one, two\nthree, four\"\n2026-11-24,B,C2,20,\n", Some(2)),
        ("2026-11-24,A,C1,10,\"one\ntwo\"\n2026-11-24,B,C2,20,\"three\nfour\"\n", Some(2)),
    ] {
        let reader = Reader::new(COSTS).with_column("date", "Day").with_column("cost", "Cost");
        let reader = reader.with_column("campaign", "Campaign ID");
        let sheet = reader.read(format!("Day,Name,Campaign ID,Cost,Note\n{lines}").as_bytes());
        match (sheet, expected) {
            (Ok(sheet), expected) => assert_eq!(Some(sheet.len()), expected, "{lines}"),
            (Err(problems), None) => {
                let told = problems.to_string();
                assert!(told.contains("line 2: a quote (\") in cell"), "{lines}: {told}");
            }
            (Err(problems), _) => panic!("{lines}: {problems}"),
        }
    }
}

#[test]
fn a_total_is_left_out_in_whatever_place_it_says_so() {
    for (last, is_line) in [
        // A day beside it, in a column of ids, as another word, or not said at all.
        ("Total,2026-11-25,,3.50", false),
        ("Summe,2026-11-26,--,3.50", false),
        (",2026-11-25,Total,3.50", false),
        ("--,,Gesamtsumme,3.50", false),
        ("Toplam:,,,3.50", false),
        (",2026-11-26,,3.50", false),
        ("Total War,2026-11-25,1203,3.50", true),
        ("Totally new,2026-11-25,1203,3.50", true),
        ("Sum,2026-11-25,1203,3.50", true),
    ] {
        let lines = "A,2026-11-25,1201,1.00\nB,2026-11-26,1202,2.50\n";
        let file = format!("Campaign,Day,Campaign ID,Cost\n{lines}{last}\n");
        let reader = Reader::new(COSTS).with_profile(Profile::find("google").unwrap());
        let sheet = reader.read(file.as_bytes()).unwrap_or_else(|wrong| panic!("{last}: {wrong}"));
        assert_eq!(sheet.len(), if is_line { 3 } else { 2 }, "{last}");
    }
}

#[test]
fn lines_of_ones_own_file_are_added_up_on_demand() {
    let file =
        b"date,campaign,cost\n2026-11-25,1201,1.00\n2026-11-25,1201,2.50\n2026-11-25,1201,x\n";
    let cells = |reader: Reader| {
        let sheet = reader.read(file).unwrap();
        sheet.lines().map(|line| line.get("cost").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(cells(Reader::new(COSTS).with_sums()), ["3.50", "x"]);
    assert_eq!(cells(Reader::new(COSTS)), ["1.00", "2.50", "x"]);
}

#[test]
fn corrections_are_told_with_a_mark_of_their_order_and_time() {
    let line = |time: &str, order: &str, amount: &str| {
        format!("closed,m8bsn4as1ra9dpcdv1vynrnh,{amount},{order},{time}\n")
    };
    let read = |lines: &str, corrections: Option<funnelflux_imports::Corrections>| {
        let file = format!("Status,SID,Commission (USD),Order ID,Event Date\n{lines}");
        let reader = Reader::new(CONVERSIONS).with_profile(Profile::find("cj").unwrap());
        let reader = corrections.into_iter().fold(reader, Reader::with_corrections);
        let sheet = reader.read(file.as_bytes()).unwrap();
        let line = sheet.line(0).unwrap();
        let marks: Vec<_> = line.corrections().map(|(by, mark)| format!("{by} {mark}")).collect();
        (line.correction().map(|by| by.to_string()), line.get("payout").to_owned(), marks)
    };
    let twice = line("2026-11-25", "O1", "-5.00") + &line("2026-11-25", "O1", "-5.00");
    let (sum, _, marks) = read(&twice, None);
    assert_eq!(sum.as_deref(), Some("-10.00"));
    assert_eq!(marks, ["-5.00 O1 2026-11-25 -5 0", "-5.00 O1 2026-11-25 -5 1"]);
    // With its first part in the file a correction is settled there, and known all the same.
    let sale = line("2026-11-24", "O1", "32.50") + &twice;
    let (sum, payout, again) = read(&sale, Some(funnelflux_imports::Corrections::Set));
    assert_eq!((sum, payout.as_str(), again), (None, "22.50", marks));
}

/// Of costs and of conversions alike: the cells say it, else the shape of the network, else it is asked.
#[test]
fn which_number_of_a_date_is_the_month_is_never_guessed_silently() {
    use DayOrder::{DayFirst, MonthFirst};
    const ASKED: &str = "is the month or the day first? --dates";
    for (network, cell, said, expected, is_told) in [
        ("everflow", "11/05/2026 14:00:00", None, "2026-11-05T14:00:00", true),
        ("everflow", "11/05/2026 14:00:00", Some(MonthFirst), "2026-11-05T14:00:00", false),
        ("everflow", "11/05/2026 14:00:00", Some(DayFirst), "2026-05-11T14:00:00", false),
        ("everflow", "25/11/2026 14:00:00", None, "2026-11-25T14:00:00", false),
        ("impact", "11/05/2026", None, ASKED, false),
        ("impact", "11/05/2026", Some(DayFirst), "2026-05-11", false),
        ("impact", "11/11/2026", None, "2026-11-11", false),
        ("outbrain", "11/05/2026", None, "2026-11-05", true),
        ("outbrain", "25/11/2026", None, "2026-11-25", false),
        ("tiktok", "11/05/2026", None, ASKED, false),
    ] {
        let profile = Profile::find(network).unwrap();
        let (fields, day) = match profile.upload {
            UploadKind::Costs => (COSTS, "date"),
            _ => (CONVERSIONS, "time"),
        };
        let (titles, cells): (Vec<&str>, Vec<&str>) = profile
            .columns
            .iter()
            .filter(|(field, _)| *field != "currency")
            .map(|(field, titles)| {
                let cell = match field.as_str() {
                    "hit" => "m8bsn4as1ra9dpcdv1vynrnh",
                    "cost" | "payout" => "1.50",
                    "status" => "approved",
                    field if field == day => cell,
                    _ => "1201",
                };
                (titles[0].trim_end_matches([' ', '*']), cell)
            })
            .unzip();
        let reader = Reader::new(fields).with_profile(profile.clone());
        let reader = said.into_iter().fold(reader, Reader::with_day_order);
        let read = reader.read(format!("{}\n{}\n", titles.join(";"), cells.join(";")).as_bytes());
        let (found, is_noted) = match &read {
            Ok(sheet) => (
                sheet.line(0).unwrap().get(day).to_owned(),
                sheet.notes.iter().any(|note| matches!(note, Note::Days(..))),
            ),
            Err(problems) => (problems.to_string(), false),
        };
        assert!(found.contains(expected), "{network} {cell} {said:?}: {found}");
        assert_eq!(is_noted, is_told, "{network} {cell} {said:?}");
    }
}
