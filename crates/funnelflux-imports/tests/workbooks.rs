//! Workbooks as spreadsheet programs write them.
#![cfg(feature = "xlsx")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "test code")]

use funnelflux_imports::{
    DayOrder, DecimalMark, Field, FieldKind, Note, Problems, Profile, Reader, Sheet,
};

const FIELDS: [Field; 3] = [
    Field::new("date", FieldKind::Day).required(),
    Field::new("cost", FieldKind::Amount).required(),
    Field::new("campaign", FieldKind::Id),
];

fn read(file: &str) -> Result<Sheet, Problems> {
    read_sheet(file, None)
}

fn read_sheet(file: &str, sheet: Option<&str>) -> Result<Sheet, Problems> {
    let path = format!("{}/tests/cases/workbooks/{file}.xlsx", env!("CARGO_MANIFEST_DIR"));
    let reader = Reader::new(&FIELDS).with_profile(Profile::find("meta").unwrap());
    let reader = sheet.into_iter().fold(reader, |it, sheet| it.with_sheet(sheet));
    reader.read(&std::fs::read(path).unwrap())
}

fn rows(sheet: &Sheet) -> Vec<(u64, [&str; 3])> {
    let cells =
        |at| sheet.line(at).map(|line| ["date", "campaign", "cost"].map(|name| line.get(name)));
    let numbers = sheet.lines().map(|line| line.number());
    numbers.enumerate().map(|(at, number)| (number, cells(at).unwrap())).collect()
}

fn sum(sheet: &Sheet) -> Option<String> {
    sheet.notes.iter().find_map(|note| match note {
        Note::Totals { sum, .. } => Some(sum.to_string()),
        _ => None,
    })
}

/// Merged titles, days as numbers with a format, ids as text, a second sheet, and a total that a formula computed.
#[test]
fn the_first_sheet_is_read_as_a_person_sees_it() {
    let sheet = read("report").unwrap();
    let expected = [
        (5, ["2026-11-25", "121791354005150485", "1210.5"]),
        (6, ["2026-11-25", "122278696309861927", "49.5"]),
        (7, ["2026-11-26", "121791354005150485", "0.07"]),
    ];
    assert_eq!(rows(&sheet), expected);
    assert_eq!(sum(&sheet).as_deref(), Some("1260.07"));
}

#[test]
fn ids_that_are_numbers_have_lost_digits_and_are_refused() {
    let wrong = read("numbers-as-ids").unwrap_err().to_string();
    let values = "campaign \"1.217913540051505E+17\", \"1.222786963098619E+17\"";
    for expected in ["lines 5 to 7: ", values, "scientific notation"] {
        assert!(wrong.contains(expected), "{expected}: {wrong}");
    }
}

#[test]
fn a_table_on_another_sheet_is_asked_for() {
    let wrong = read("cover").unwrap_err().to_string();
    assert!(wrong.contains("no header of Meta"), "{wrong}");
    assert!(wrong.contains("\"Data\" holds data, too (--sheet"), "{wrong}");
    assert_eq!(rows(&read_sheet("cover", Some("2")).unwrap()).len(), 1);
}

/// Its totals are formulas without a value: nothing to hold against the lines. A day may have a time.
#[test]
fn a_formula_that_was_never_computed_is_no_total() {
    let sheet = read("openpyxl").unwrap();
    let expected = [(2, ["2026-11-25", "1217", "1.5"]), (3, ["2026-11-25", "1218", "0.002"])];
    assert_eq!(rows(&sheet), expected);
    assert_eq!(sum(&sheet), None);
}

/// Each sheet of the workbook has one fault, or one thing to be read as a person sees it.
#[test]
fn money_is_what_the_sheet_shows() {
    let costs = |sheet| {
        let sheet = read_sheet("money", Some(sheet))?;
        let notes = sheet.notes.iter().map(|note| format!("; {note}")).collect::<String>();
        let costs =
            rows(&sheet).iter().map(|(_, [.., cost])| format!("{cost} ")).collect::<String>();
        Ok::<_, Problems>(costs + &notes)
    };
    for (sheet, expected) in [
        (
            "formulas",
            &[
                "line 3: cost \"=C2*2\": a formula that was never computed",
                "line 4: date \"=A2+1\": a formula",
            ][..],
        ),
        ("euro", &["1210.5 49.5 ;", "amounts in €", "a total of 1260.0"]),
        ("Dollars", &["1210.5 0 ;", "amounts in $"]),
        (
            "two currencies",
            &["the amounts are in several currencies: €, $", "line 3: cost \"$ 2.5\": is in $"],
        ),
        (
            "serial",
            &[
                "lines 3 to 4: date \"46351\", \"46352\"",
                "a day as spreadsheets count them; give the column a format of dates",
            ],
        ),
        ("6", &["1234.50 0 0.10 ;", "line 4: no amount", "amounts in $"]),
        ("computed", &["0.3 1234.56 ;", "a total of 1234.86"]),
        ("ids as money", &["campaign \"$\\u{a0}1201\": an invisible character"]),
        ("far", &["1.5 ;"]),
        ("empty", &["is empty"]),
        ("nothing", &["has no sheet \"nothing\"; its sheets are \"formulas\", \"euro\""]),
        ("0", &["has no sheet \"0\""]),
    ] {
        let found = costs(sheet).unwrap_or_else(|wrong| wrong.to_string());
        for part in expected {
            assert!(found.contains(part), "{sheet}: {part}: {found}");
        }
    }
}

/// Of a column with numbers and texts, or with dates and texts, neither decides what the other means.
#[test]
fn numbers_and_dates_of_a_sheet_do_not_decide_what_its_texts_mean() {
    let read = |sheet, more: fn(Reader) -> Reader| {
        let path = format!("{}/tests/cases/workbooks/mixed.xlsx", env!("CARGO_MANIFEST_DIR"));
        let reader = Reader::new(&FIELDS).with_profile(Profile::find("meta").unwrap());
        let sheet = more(reader.with_sheet(sheet)).read(&std::fs::read(path).unwrap())?;
        let notes = sheet.notes.iter().map(|note| format!("; {note}")).collect::<String>();
        let rows =
            rows(&sheet).into_iter().map(|(_, [day, id, cost])| format!("{day} {id} {cost}, "));
        Ok::<_, Problems>(rows.collect::<String>() + &notes)
    };
    let day_first = |reader: Reader| reader.with_day_order(DayOrder::DayFirst);
    let point = |reader: Reader| reader.with_decimal_mark(DecimalMark::Point);
    let plain = |reader: Reader| reader;
    for (sheet, more, expected) in [
        (
            "swapped",
            plain as fn(Reader) -> Reader,
            "date \"25/11/2026\" beside \"2026-05-11\": a spreadsheet may have taken the day for the month",
        ),
        ("swapped", day_first, "2026-05-11 1201 1.5, 2026-11-25 1201 2.5, "),
        ("text of thousands", plain, "cost \"1,234\": thousands or decimals? --decimal"),
        ("text of thousands", point, "2026-11-20 1201 1.5, 2026-11-21 1201 1234, "),
        (
            "text of decimals",
            plain,
            "2026-11-20 1201 1.5, 2026-11-21 1201 2.50, 2026-11-22 1201 1.234, ",
        ),
        ("before midnight", plain, "2026-11-20 1201 1.5, 2026-11-20 1202 1, "),
        (
            "hidden column",
            plain,
            "; hidden in the workbook, and READ all the same: the column of cost",
        ),
    ] {
        let found = read(sheet, more).unwrap_or_else(|wrong| wrong.to_string());
        assert!(found.contains(expected), "{sheet}: {found}");
    }
}

#[test]
fn lines_that_a_filter_hides_are_told_and_a_share_is_no_amount() {
    let sheet = read("hidden").unwrap();
    assert_eq!(sheet.len(), 3);
    let told = "line 3: hidden in the workbook, such as by a filter, and READ all the same";
    assert!(sheet.notes.iter().any(|note| note.to_string() == told), "{:?}", sheet.notes);
    let wrong = read_sheet("hidden", Some("share")).unwrap_err().to_string();
    assert!(wrong.contains("line 2: cost \"12.5%\": expected a decimal"), "{wrong}");
}
