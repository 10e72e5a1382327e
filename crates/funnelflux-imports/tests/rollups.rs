//! Lines that are totals of others of their file, and lines that are there twice.
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use funnelflux_imports::{Field, FieldKind, Line, Profile, Reader};

const COSTS: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("cost", FieldKind::Amount).required(),
    Field::new("campaign", FieldKind::Id),
    Field::new("c1", FieldKind::Id),
];

#[test]
fn a_total_of_other_lines_is_left_out_and_no_line_is_added_twice() {
    const TOLD: &str = "a total of other lines, which have more columns filled, so left out";
    let ads = "Day,Campaign ID,Ad set ID,Ad ID,Cost";
    let placed = "Day,Campaign ID,Placement,Clicks,Cost";
    for (titles, lines, words, expected) in [
        // A campaign above its ad sets, which a field takes or not.
        (ads, "20,A,,,30|20,A,x,1,10|20,A,y,2,20", "", "3 30; line 2: TOTAL; line 4: ADDED"),
        (ads, "20,A,,,30|20,A,x,1,10|20,A,y,2,20", "c1", "3 10, 4 20; line 2: TOTAL"),
        (ads, "20,A,x,1,10|20,A,y,2,20|20,A,--,--,30", "c1", "2 10, 3 20; line 4: TOTAL"),
        (ads, "20,A,,,5|20,A,x,1,5|20,B,,,1|20,B,y,2,1", "c1", "3 5, 5 1; lines 2, 4: TOTAL"),
        // Above its ad sets, and these above their ads.
        (
            ads,
            "20,A,,,30|20,A,x,,10|20,A,x,1,4|20,A,x,2,6|20,A,y,,20|20,A,y,3,20",
            "",
            "4 30; lines 2 to 3, 6: TOTAL; lines 5, 7: ADDED",
        ),
        // A total of each day.
        (
            ads,
            "20,,,,3|20,A,x,1,1|20,B,y,2,2|21,,,,4|21,A,x,1,4",
            "",
            "3 1, 4 2, 6 4; lines 2, 5: TOTAL",
        ),
        // Its own totals are held against what is left.
        (ads, "20,A,,,30|20,A,x,1,10|20,A,y,2,20|Total,,,,30", "c1", "3 10, 4 20; line 2: TOTAL"),
        (
            ads,
            "20,A,,,\"1,234.50\"|20,A,x,1,1000|20,A,y,2,234.5",
            "c1",
            "3 1000, 4 234.5; line 2: TOTAL",
        ),
        // Breakdowns, some of which have no name.
        (placed, "20,A,,7,30|20,A,feed,2,10|20,A,reels,3,20.5", "", "2 60.5; lines 3 to 4: ADDED"),
        (placed, "20,A,feed,2,10|20,A,reels,3,10", "", "2 20; line 3: ADDED"),
        (placed, "20,A,feed,2,0|20,A,feed,2,0", "", "2 0; line 3: ADDED"),
        // The same in every cell.
        (
            placed,
            "20,A,feed,2,10|20,A,feed,2,10",
            "",
            "line 3: the same as line 2 in every cell; --sum",
        ),
        (placed, "20,A,feed,2,10|20,A,feed,2,10", "sum", "2 20; line 3: ADDED"),
        (placed, "20,A,feed,2,10|21,A,feed,2,10", "", "2 10, 3 10"),
    ] {
        let lines = lines.replace('|', "\n2026-11-");
        let file = format!("{titles}\n2026-11-{}\n", lines.replace("2026-11-Total", "Total"));
        let reader = Reader::new(COSTS).with_profile(Profile::find("google").unwrap());
        let reader = match words {
            "c1" => reader.with_column("c1", "Ad set ID"),
            "sum" => reader.with_sums(),
            _ => reader,
        };
        let found = match reader.read(file.as_bytes()) {
            Err(problems) => problems.to_string(),
            Ok(sheet) => {
                let line = |line: Line<'_>| format!("{} {}", line.number(), line.get("cost"));
                let notes = sheet.notes.iter().map(ToString::to_string);
                let notes = notes.filter(|it| it.contains(TOLD) || it.contains("added to"));
                let notes = notes.map(|note| format!("; {note}")).collect::<String>();
                sheet.lines().map(line).collect::<Vec<_>>().join(", ") + &notes
            }
        };
        let told = found.replace(TOLD, "TOTAL");
        let told = told.replace("added to an earlier line of the same day and fields", "ADDED");
        let is_right =
            if expected.contains("--") { told.starts_with(expected) } else { told == expected };
        assert!(is_right, "{file} ({words}): {told:?}, expected {expected:?}");
    }
}
