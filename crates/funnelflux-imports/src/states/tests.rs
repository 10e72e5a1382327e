use crate::{Corrections, Field, FieldKind, LineOrder, Reader, State};

const FIELDS: [Field; 3] = [
    Field::new("hit", FieldKind::Id).required(),
    Field::new("transaction", FieldKind::Text),
    Field::new("payout", FieldKind::Amount),
];

/// Reads lines of `hit status amount order day time item`, `-` for an empty cell, and tells what is sent: the number of each
/// line and its payout, with what is taken back and booked again. ` / ` is between two files, `a` and `b`.
fn come_to(lines: &str, words: &str) -> Result<String, String> {
    let cells = |line: &str| {
        let mut cells: Vec<_> =
            line.split(' ').map(|cell| if cell == "-" { "" } else { cell }).collect();
        cells.resize(8, "");
        cells.join(";")
    };
    let titles = "Sub;Status;Amount;Order;Time;Hour;SKU;Shop";
    let order = if words == "tx" { "transaction" } else { "order" };
    let fields = ["hit", "status", "payout", order, "time", "hour"];
    let reader = Reader::new(&FIELDS);
    let mut reader = fields
        .iter()
        .zip(titles.split(';'))
        .fold(reader, |reader, (field, title)| reader.with_column(*field, title));
    for (status, state) in [("paid", State::Set), ("refund", State::Delete), ("open", State::Skip)]
    {
        reader = reader.with_state(status, state);
    }
    for word in words.split(' ') {
        reader = match word {
            "set" => reader.with_corrections(Corrections::Set),
            "delete" => reader.with_corrections(Corrections::Delete),
            "skip" => reader.with_corrections(Corrections::Skip),
            "items" => reader.with_column("item", "SKU"),
            "alike" => reader.with_column("item", "Shop"),
            "oldest" => reader.with_line_order(LineOrder::OldestFirst),
            "newest" => reader.with_line_order(LineOrder::NewestFirst),
            _ => reader,
        };
    }
    let file = |lines: &str| {
        let rows = lines.split(", ").map(cells).collect::<Vec<_>>().join("\n");
        format!("{titles}\n{rows}\n")
    };
    let sheet = match lines.split_once(" / ").map(|(one, other)| (file(one), file(other))) {
        None => reader.read(file(lines).as_bytes()),
        Some((a, b)) => reader.read_all([("a", a.as_bytes()), ("b", b.as_bytes())]),
    };
    let sheet = sheet.map_err(|problems| problems.to_string())?;
    let line = |line: crate::Line<'_>| {
        let by = line.correction().map(|by| format!(" by {by}")).unwrap_or_default();
        let booked = line
            .corrections()
            .filter(|(it, _)| line.correction().is_some() && it.is_sign_positive());
        let again: String = booked.map(|(it, _)| format!(" again {it}")).collect();
        format!("{} {}{by}{again}", line.place().label(), line.get("payout"))
    };
    Ok(sheet.lines().map(line).collect::<Vec<_>>().join(", "))
}

#[test]
fn lines_come_to_what_their_statuses_amounts_orders_and_times_say() {
    const ASKS: &str = "--corrections set, delete or skip";
    const SORTED: &str = "--order oldest-first or newest-first";
    const SECOND: &str = "second sale of the hit of line 2";
    for (lines, words, expected) in [
        // One line.
        ("h paid 27.31 A", "", "2 27.31"),
        ("h paid - A", "", "2 "),
        ("h open 27.31 A", "", ""),
        ("h refund 0.00 A", "", "2 delete"),
        ("h refund - A", "", "2 delete"),
        ("h refund -27.31 A", "", "2 delete by -27.31"),
        ("h refund 27.31 A", "", "2 delete by -27.31"),
        ("h paid -5 A", "", "2 delete by -5"),
        ("- paid 9 A, h paid 1 B", "", "3 1"),
        ("h odd 1 A", "", "status \"odd\" is unknown"),
        // All at once.
        ("1.2E+17 odd 1 A", "", "status \"odd\" is unknown"),
        ("1.2E+17 odd 1 A", "", "scientific"),
        // Totals of all lines, or of those that count.
        ("h paid 1 A, i open 2 B, - - 3", "", "2 1"),
        ("h paid 1 A, i open 2 B, - - 1", "", "2 1"),
        ("h paid 1 A, i open 2 B, - - 2", "", "--any-total"),
        // What cannot be a hit, by its form.
        ("2nIemJxCKbFX paid 1 A", "", "--accept-damaged=asset"),
        ("M8BSN4AS1RA9DPCDV1VYNRNH paid 1 A", "", "--accept-damaged=capitals"),
        ("m8bsn4as1ra9dpcdv1vynrnh paid 1 A", "", "2 1"),
        // A refund of a part, by its sign or by its status.
        ("h paid 27.31 A 2026-11-01, h refund (7.31) A 2026-11-02", "", ASKS),
        ("h paid 27.31 A 2026-11-01, h refund (7.31) A 2026-11-02", "set", "3 20.00"),
        ("h paid 27.31 A 2026-11-01, h refund (7.31) A 2026-11-02", "skip", "2 27.31"),
        ("h paid 27.31 A 2026-11-01, h refund (7.31) A 2026-11-02", "delete", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h refund 7.31 A 2026-11-02", "", ASKS),
        ("h paid 27.31 A 2026-11-01, h refund 7.31 A 2026-11-02", "set", "3 20.00"),
        ("h paid 27.31 A 2026-11-01, h paid -7.31 A 2026-11-02", "", ASKS),
        // All of it, at once, in parts, or more.
        ("h paid 27.31 A 2026-11-01, h refund (27.31) A 2026-11-02", "", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h refund 27.31 A 2026-11-02", "", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h refund 30 A 2026-11-02", "", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h refund (30) A 2026-11-02", "", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h refund 0 A 2026-11-02", "", "3 delete"),
        ("h paid 27.31 A 2026-11-01, h paid -30 A 2026-11-02", "set", ASKS),
        (
            "h paid 27.31 A 2026-11-01, h refund (7.31) A 2026-11-02, h refund (20) A 2026-11-03",
            "",
            "4 delete",
        ),
        (
            "h paid 27.31 A 2026-11-01, h refund (27.31) A 2026-11-02, h refund (27.31) A 2026-11-03",
            "",
            "4 delete",
        ),
        // Corrections whose first part is elsewhere add up.
        ("h paid -5 A 2026-11-01, h paid -5 A 2026-11-02", "", "3 delete by -10"),
        ("h refund 5 A 2026-11-01, h refund 5 A 2026-11-02", "", "3 delete by -10"),
        ("h refund 5 A 2026-11-01 10:00, h refund 5 A 2026-11-01 12:00", "", "3 delete by -10"),
        ("h refund 5 A 2026-11-01, h refund 5 A 2026-11-01", "", "the same refund as a line above"),
        (
            "h paid 20 A 2026-11-01, h refund 5 A 2026-11-02, h refund 5 A 2026-11-02",
            "set",
            "the same refund",
        ),
        ("h paid 20 A 2026-11-01, h refund 5 A 2026-11-02, h refund 5 A 2026-11-03", "set", "4 10"),
        // What is booked again.
        ("h paid 12.50 A 2026-11-01, h paid -12.50 A 2026-11-02, h paid 8 A 2026-11-03", "", "4 8"),
        ("h paid -12.50 A 2026-11-02, h paid 8 A 2026-11-03", "", "3 delete by -12.50 again 8"),
        (
            "h paid 12.50 A 2026-11-01, h paid -5 A 2026-11-02, h paid 3 A 2026-11-03",
            "",
            "which add up to 10.50",
        ),
        (
            "h paid 12.50 A 2026-11-01, h paid -5 A 2026-11-02, h paid 3 A 2026-11-03",
            "set",
            "4 10.50",
        ),
        (
            "h paid 12.50 A 2026-11-01, h paid 8 A 2026-11-01, h paid -8 A 2026-11-02",
            "",
            "add up to 12.50",
        ),
        // The times say which line is the last, in any order of the file, by instants.
        ("h refund 0 A 2026-11-02, h paid 27.31 A 2026-11-01", "", "2 delete"),
        ("h paid 27.31 A 2026-11-02, h refund 0 A 2026-11-01", "", "2 27.31"),
        ("h paid 9 A 2026-11-02, h paid 8 A 2026-11-01", "", "2 9"),
        ("h refund 0 - 2026-11-01 14:00EST, h paid 9 - 2026-11-01 18:30Z", "", "2 delete"),
        ("h refund 0 - 2026-11-01 14:00Z, h paid 9 - 2026-11-01 10:00-05:00", "", "3 9"),
        ("h paid 9 - 2026-11-01 2:00PM, h refund 0 - 2026-11-01 10:00AM", "", "2 9"),
        // Nothing says it: a reversal comes after the sale of its order, and the rest is asked for.
        ("h refund 0 A, h paid 27.31 A", "", "2 delete"),
        ("h refund (27.31) A, h paid 27.31 A", "", "2 delete"),
        ("h refund 0 A 2026-11-01 14:00:01, h paid 9 A 2026-11-01 14:00:01", "", "2 delete"),
        ("h refund 0 A 2026-11-01, h paid 9 A 2026-11-01 14:00", "", "2 delete"),
        ("h refund 0 -, h paid 27.31 -", "", SORTED),
        ("h refund 0 -, h paid 27.31 -", "newest", "2 delete"),
        ("h refund 0 -, h paid 27.31 -", "oldest", "3 27.31"),
        ("h refund 0 - 2026-11-01 14:00, h paid 9 - 2026-11-01 14:00", "", SORTED),
        ("h paid 10 A, h refund 0 A, h paid 10 A", "", "3 delete"),
        ("h paid 10 A, h refund 0 A, h paid 10 A", "oldest", "4 10"),
        ("h paid 10 A, h refund 0 A, h paid 12 A", "newest", "2 10"),
        ("h refund 10 A 2026-11-01, h paid 12 A 2026-11-01", "oldest", "3 delete by -10 again 12"),
        ("h refund 0 - 2026-11-01 14:00, h paid 9 - 2026-11-01 15:00Z", "", SORTED),
        ("h refund 0 - 03/04/2026, h paid 9 - 04/04/2026", "", "--dates month-first or day-first"),
        ("h refund 0 - 03/04/2026, h paid 9 - 13/03/2026", "", "2 delete"),
        ("h paid 8 A, h paid 9 A", "", SORTED),
        ("h paid 8 A, h paid 9 A", "newest", "2 8"),
        ("h paid 9 A, h paid 9.00 A", "", "3 9.00"),
        // Each order has its own states.
        ("h paid 8 A, h paid 9 B", "", SECOND),
        ("h paid 8 A, h paid 9 B", "tx", "2 8, 3 9"),
        ("h paid 8 A 2026-11-01, h refund 0 B 2026-11-02", "", "2 8"),
        ("h paid 8 A 2026-11-01, h refund (8) B 2026-11-02", "", "2 8"),
        ("h paid 8 A 2026-11-01, h refund (8) B 2026-11-02", "tx", "2 8, 3 delete by -8"),
        ("h paid 8 A, h refund 0 A, h paid 9 B", "", "4 9"),
        ("h refund 0 A, h refund 0 B", "", "3 delete"),
        ("h refund -5 A, h refund -3 B", "", "--map transaction=COLUMN tells them apart"),
        ("h paid 8 A, h paid 9 A, i paid 1 B", "oldest", "3 9, 4 1"),
        // Items of one order add up, each by its own states.
        ("h paid 3 A 2026-11-01 - S1, h paid 1 A 2026-11-01 - S2", "", "3 4"),
        ("h paid 3 A - - S1, h paid 3 A - - S2, h paid 0.5 A - - S3", "", "4 6.5"),
        ("h paid 3 A 2026-11-01 - S1, h paid 1 A 2026-11-01 - -", "", "--map item=COLUMN"),
        ("h paid 3 A 2026-11-01, h paid 1 A 2026-11-01", "", "--map item=COLUMN"),
        ("h paid 3 - 2026-11-01 - S1, h paid 1 - 2026-11-01 - S2", "", SORTED),
        ("h paid 3 A 2026-11-01 - S1, h paid 2 A 2026-11-02 - S1", "", "3 2"),
        ("h paid 3 A - - S1, h paid 1 A - - S2, h refund 0 A - - S1", "", "3 1"),
        ("h paid 3 A - - S1, h paid 1 A - - S2, h refund -1 A - - S2", "", "2 3"),
        ("h paid 3 A - - S1, h paid 2 A - - S2, h paid -1 A - - S2", "set", "4 4"),
        (
            "h paid 3 A - - S1, h refund 0 A - - S1, h paid 1 A - - S2, h refund 0 A - - S2",
            "",
            "3 delete",
        ),
        // A reversal of an item without a sale is asked about.
        ("h paid 20 A 1 - S1, h refund 0 A 1 - S2", "", "line 3: a reversal of an item"),
        ("h paid 20 A 1 - S1, h refund 30 A 1 - S2", "", "line 3: a reversal of an item"),
        ("h paid 20 A 1 - S1, h refund 0 A 1 - S2", "items", "2 20"),
        ("h refund 30 A 1 - S2, h paid 20 A 1 - S1", "items", "3 20"),
        ("h paid 20 A - - S1, h paid 7 A - - S3, h refund 5 A - - S2", "items", "3 27"),
        ("h paid 20 A 1 - S1, h refund 0 A 1 - S2", "alike", "3 delete"),
        ("h refund 0 A - - S1, h refund 0 A - - S2", "", "3 delete"),
        // A reversal under an id of its own is one of the order.
        ("h paid 3 A 2026-11-01 - S1, h refund -3 A 2026-11-02 - S2", "", "3 delete"),
        (
            "h paid - A - - S1, h paid 1 A - - S2",
            "",
            "line 3: an item whose amount cannot be added",
        ),
        (
            "h paid 3 A - - S1, h paid 1 A - - S2, h paid 9 B",
            "",
            SECOND.trim_end_matches(" of line 2"),
        ),
        ("h paid 3 A 1 - S1, h paid 1 A 1 - S2 / h paid 1 A 2026-11-01 - S2", "", "b:2 4"),
        // Two files, which may overlap.
        ("h paid 8 A / h refund 0 A", "", "b:2 delete"),
        ("h paid 8 A, i paid 1 B / j paid 2 C", "", "a:2 8, a:3 1, b:2 2"),
        (
            "h paid 8 A 2026-11-01 1:00, h paid -3 A 2026-11-02 1:00 / h paid 8 A 2026-11-01 1:00",
            "set",
            "a:3 5",
        ),
        ("h paid 8 A 2026-11-01, h paid -3 A 2026-11-02 / h paid -3 A 2026-11-02", "set", "a:3 5"),
        ("h paid 8 A 2026-11-01 / h paid -3 A 2026-11-02, h paid -3 A 2026-11-02", "set", "b:3 2"),
        (
            "h refund -5 A 2026-11-02, h refund -5 A 2026-11-02 / h refund -5 A 2026-11-02",
            "",
            "a:3 delete by -10",
        ),
        ("h refund -5 A / h refund -5 A", "", "b:2 delete by -10"),
        ("h paid 8 A / h paid 9 B", "", "b:2: a second sale of the hit of a:2"),
    ] {
        let found = come_to(lines, words);
        let is_right = match &found {
            Ok(found) => found == expected,
            Err(why) => !expected.is_empty() && why.contains(expected),
        };
        assert!(is_right, "{lines} ({words}): {found:?}, expected {expected:?}");
    }
}
