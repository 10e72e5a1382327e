//! What is asked about rather than taken silently: states, amounts, days, and totals that differ.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use funnelflux_imports::{Field, FieldKind, Line, Profile, Proposal, Reader, State, UploadKind};

fn is_hit(cell: &str) -> bool {
    cell.len() == 24 && cell.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

const HITS: [&str; 3] =
    ["m8bsncyw6m510ea17282nmrh", "m8bsn4as1ra9dpcdv1vynrnh", "m8bsn4as1ra9dpcdv1vynrn1"];
const COSTS: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("end", FieldKind::Day),
    Field::new("cost", FieldKind::Amount).with_aliases(&["spend"]).required(),
    Field::new("campaign", FieldKind::Id),
];
const SALES: &[Field] = &[
    Field::new("hit", FieldKind::Id).with_test(is_hit).required(),
    Field::new("payout", FieldKind::Amount).with_aliases(&["revenue"]),
    Field::new("transaction", FieldKind::Text),
];

fn propose(file: &str, upload: UploadKind) -> Proposal {
    let fields = if upload == UploadKind::Costs { COSTS } else { SALES };
    let proposal = Reader::new(fields).propose(file.as_bytes(), upload, &Profile::all());
    proposal.unwrap_or_else(|problems| panic!("{problems}"))
}

fn title_of<'a>(proposal: &'a Proposal, field: &str) -> &'a str {
    let is = |column: &&funnelflux_imports::ProposedColumn| {
        column.field.as_ref().is_some_and(|(name, _)| name == field)
    };
    proposal.columns.iter().find(is).map_or("", |column| &column.title)
}

/// Reads a file, and gives these fields of its lines, or what is wrong with it.
fn read(reader: &Reader, file: &str, fields: &[&str]) -> String {
    let line = |line: Line<'_>| fields.iter().map(|it| line.get(it)).collect::<Vec<_>>().join(" ");
    match reader.read(file.as_bytes()) {
        Ok(sheet) => sheet.lines().map(line).collect::<Vec<_>>().join(", "),
        Err(problems) => problems.to_string(),
    }
}

#[test]
fn each_column_of_states_is_taken_harmless_or_asked_about() {
    const WORDS: &str = "approved=set,declined=delete,pending=skip,no=set,yes=delete";
    let asked = |title: &str| format!("column {title:?} looks like the states of the sales");
    let both = |title: &str| format!("--map status=\"Status\" --map status2={title:?} --status");
    for (titles, cells, map, expected) in [
        ("Status;Voided", "approved;No|approved;Yes|approved;No", "status=Status", asked("Voided")),
        ("Status;Voided", "approved;No|approved;Yes|approved;No", "status=Status", both("Voided")),
        (
            "Status;Voided",
            "approved;No|approved;Yes|approved;No",
            "status=Status",
            "--map ignored=\"Voided\"".to_owned(),
        ),
        (
            "commission_status;Status",
            "declined;approved|approved;approved|;pending",
            "status=Status",
            asked("commission_status"),
        ),
        ("Status;Refunded", "approved;|approved;1|approved;", "status=Status", both("Refunded")),
        (
            "Status;Payment state",
            "approved;paid|approved;unpaid|pending;open",
            "status=Status",
            both("Payment state"),
        ),
        // Nothing that does not count.
        (
            "Status;Voided",
            "approved;No|declined;No|approved;no",
            "status=Status",
            "5, delete, 5".to_owned(),
        ),
        (
            "Status;Validation",
            "approved;valid|pending;valid|approved;valid",
            "status=Status",
            "5, 5".to_owned(),
        ),
        (
            "Status;Customer",
            "approved;new|approved;returning|approved;new",
            "status=Status",
            "5, 5, 5".to_owned(),
        ),
        // Both: what counts least.
        (
            "Status;Voided",
            "approved;No|approved;Yes|pending;Yes",
            "status=Status,status2=Voided",
            "5, delete, delete".to_owned(),
        ),
        (
            "Status;Voided",
            "pending;No|declined;pending|approved;",
            "status=Status,status2=Voided",
            "delete, 5".to_owned(),
        ),
        (
            "Status;Check;Voided",
            "approved;approved;No|approved;pending;No|approved;approved;yes",
            "status=Status,status2=Check,status3=Voided",
            "5, delete".to_owned(),
        ),
        (
            "Status;Check;Voided",
            "approved;approved;No|approved;pending;No|approved;approved;yes",
            "status=Status,status2=Check",
            "--map status3=\"Voided\"".to_owned(),
        ),
        (
            "Status;Voided",
            "approved;No|approved;maybe|approved;No",
            "status=Status,status2=Voided",
            "line 3: status \"maybe\" is unknown".to_owned(),
        ),
        // It says nothing of the sales.
        (
            "Status;Voided",
            "approved;No|approved;Yes|approved;No",
            "status=Status,ignored=Voided",
            "5, 5, 5".to_owned(),
        ),
        (
            "Status;Voided;Check",
            "approved;No;void|approved;Yes;void|approved;No;void",
            "status=Status,ignored=Voided,ignored=Check",
            "5, 5, 5".to_owned(),
        ),
        (
            "Voided;Check",
            "No;void|Yes;void|No;void",
            "ignored=Voided,ignored=Check",
            "5, 5, 5".to_owned(),
        ),
        ("Voided;Check", "No;void|Yes;void|No;void", "ignored=Voided", asked("Check")),
        ("Voided", "No|Yes|No", "ignored=Voyded", "no column \"Voyded\" for ignored".to_owned()),
    ] {
        let lines =
            HITS.iter().zip(cells.split('|')).map(|(hit, cells)| format!("{hit};5;{cells}\n"));
        let file = format!("Sub;Payout;{titles}\n{}", lines.collect::<String>());
        let reader = Reader::new(SALES).with_column("hit", "Sub").with_column("payout", "Payout");
        let pairs = map.split(',').map(|pair| pair.split_once('=').unwrap());
        let reader = pairs.fold(reader, |it, (field, title)| it.with_column(field, title));
        let is_known = titles.starts_with("Status") || titles.contains(";Status");
        let words = WORDS.split(',').filter(|_| is_known);
        let reader = words.fold(reader, |it, pair| {
            let (word, state) = pair.split_once('=').unwrap();
            it.with_state(word, state.parse().unwrap())
        });
        let found = read(&reader, &file, &["payout"]);
        let is_right =
            if expected.contains('"') { found.contains(&expected) } else { found == expected };
        assert!(is_right, "{titles} {map}: {found}, expected {expected}");
        assert!(!found.contains("\"=set"), "what is empty would count in each column: {found}");
    }
    // In a network's file, too; the second of two files need not have the column.
    let network = Reader::new(SALES).with_profile(Profile::find("everflow").unwrap());
    let network = network.with_column("hit", "Sub");
    let one = format!("Sub;Payout;Status;Voided\n{};5;approved;Yes\n", HITS[0]);
    let other = format!("Sub;Payout;Status\n{};7;approved\n", HITS[1]);
    assert!(read(&network, &one, &[]).starts_with(&asked("Voided")));
    let both = network.with_column("status2", "Voided").with_state("yes", State::Delete);
    assert_eq!(read(&both, &one, &["payout"]), "delete");
    let mut profile = Profile::new("mine", UploadKind::Conversions).with_column("hit", "Sub");
    for (field, title) in [("payout", "Payout"), ("status", "Status"), ("status2", "Voided")] {
        profile = profile.with_column(field, title);
    }
    let profile = profile.with_state("yes", State::Delete).with_state("approved", State::Set);
    let reader = Reader::new(SALES).with_profile(profile);
    let sheet = reader.read_all([("a.csv", one.as_bytes()), ("b.csv", other.as_bytes())]);
    let sheet = sheet.unwrap_or_else(|problems| panic!("{problems}"));
    assert_eq!(sheet.lines().map(|line| line.get("payout")).collect::<Vec<_>>(), ["delete", "7"]);
}

#[test]
fn titles_are_read_by_their_words_however_these_are_joined() {
    for (title, field, cell) in [
        ("commissionAmount", "payout", "5.20"),
        ("publisherCommission", "payout", "5.20"),
        ("PublisherCommission", "payout", "5.20"),
        ("affiliate_payout", "payout", "5.20"),
        ("saleDate", "time", "2026-11-18"),
        ("TransactionDate", "time", "2026-11-18"),
        ("orderId", "order", "A-1"),
        ("OrderNumber", "order", "A-1"),
        ("ORDER_ID", "order", "A-1"),
        ("skuNumber", "item", "S1"),
        ("saleAmount", "missing", "52.00"),
        ("orderValue", "missing", "52.00"),
        ("commissionStatus", "status", "declined"),
        ("Prüfung", "status", "ChargeBack"),
        ("Prüfung", "status", "OnHold"),
        ("Prüfung", "status", "ChargedBack"),
    ] {
        let file = format!("Sub,{title}\n{},{cell}\n", HITS[0]);
        let proposal = propose(&file, UploadKind::Conversions);
        let is_found = match field {
            "missing" => proposal.missing == ["payout"],
            field => title_of(&proposal, field) == title,
        };
        assert!(is_found, "{title}: {:?}", proposal.columns);
    }
    for (titles, expected) in [
        ("startDate,endDate,adSpend,eCPM", ["startDate", "endDate", "adSpend"]),
        ("day,x,totalSpend,costPerClick", ["day", "", "totalSpend"]),
        ("reportDate,x,spend,dailyBudget", ["reportDate", "", "spend"]),
    ] {
        let proposal =
            propose(&format!("{titles}\n2026-11-25,2026-11-25,1.5,2.5\n"), UploadKind::Costs);
        assert_eq!(["date", "end", "cost"].map(|it| title_of(&proposal, it)), expected, "{titles}");
    }
    // A mapping and a network's shape are met by words or by letters.
    for (known, title) in [("order id", "orderId"), ("orderid", "orderId"), ("SubID", "SUBID")] {
        let reader = Reader::new(SALES).with_column("hit", known);
        assert_eq!(read(&reader, &format!("{title},x\n{},1\n", HITS[0]), &["hit"]), HITS[0]);
    }
}

#[test]
fn a_year_of_two_digits_is_explained_and_months_have_names() {
    const SHORT: &str = "the year has two digits; give it four, as in 2026-11-25";
    for (cell, expected) in [
        ("25/11/26", SHORT),
        ("11/25/26", SHORT),
        ("26-11-25", SHORT),
        ("25.11.26", SHORT),
        ("5.1.26", SHORT),
        ("25-Nov-26", SHORT),
        ("Nov 25, 26", SHORT),
        ("25. Dezember 26", SHORT),
        ("25/11/26 14:03", SHORT),
        ("25-Nov-2026", "2026-11-25"),
        ("2026-Nov-25", "2026-11-25"),
        ("25. November 2026", "2026-11-25"),
        ("25. Dez. 2026", "2026-12-25"),
        ("1er février 2026", "2026-02-01"),
        ("25 de noviembre de 2026", "2026-11-25"),
        ("3 März 2026", "2026-03-03"),
        ("25 ноября 2026", "2026-11-25"),
        ("Mittwoch, 25. November 2026", "2026-11-25"),
        ("mié 25 nov 2026 10:00", "2026-11-25"),
        ("Nov 25 10:30", "expected a day such as 2026-11-25"),
        ("Nov 2026", "expected a day such as 2026-11-25"),
        ("25 Monember 2026", "expected a day such as 2026-11-25"),
        ("31 Nov 2026", "expected a day such as 2026-11-25"),
        ("1.5", "expected a day such as 2026-11-25"),
    ] {
        let file = format!("When;Spend\n\"{cell}\";1.50\n");
        let reader = Reader::new(COSTS).with_column("date", "When").with_column("cost", "Spend");
        let found = read(&reader, &file, &["date"]);
        let found = found.rsplit_once(": ").map_or(&*found, |(_, cause)| cause);
        assert_eq!(found, expected, "{cell}");
        // The column is found all the same, so that reading it says what is wrong.
        let is_found = title_of(&propose(&file, UploadKind::Costs), "date") == "When";
        assert_eq!(is_found, !expected.starts_with("expected"), "{cell}");
    }
}

#[test]
fn amounts_are_read_with_odd_spaces_and_signs_and_shown_readable() {
    for (cell, expected) in [
        ("$\u{a0}12.5", "12.5"),
        ("-\u{a0}$\u{a0}12.5", "-12.5"),
        ("12.5\u{202f}$US", "12.5"),
        ("US $12.5", "12.5"),
        ("US\u{a0}$ 12.5", "12.5"),
        ("Rs.\u{a0}12.5", "12.5"),
        ("\u{200e}$12.5", "12.5"),
        ("\u{202a}12.5\u{202c}", "12.5"),
        ("$\u{a0}12.5x", "line 2: cost \"$ 12.5x\": expected a decimal"),
        ("12\u{a0}50", "line 2: cost \"12 50\": expected a decimal"),
        ("12\u{200b}50", "line 2: cost \"12\\u{200b}50\": expected a decimal"),
    ] {
        let file = format!("When;Spend\n2026-11-25;{cell}\n");
        let reader = Reader::new(COSTS).with_column("date", "When").with_column("cost", "Spend");
        let found = read(&reader, &file, &["cost"]);
        assert!(found == expected || found.contains(expected), "{cell}: {found}");
    }
    for (lines, currency, expected) in [
        ("$\u{a0}12.5", "EUR", "line 2: cost \"$ 12.5\": is in $"),
        ("€\u{a0}1,250", "EUR", "cost \"€ 1,250\": thousands or decimals?"),
        ("1.5\n2026-11-26;€\u{a0}1,5", "EUR", "line 3: cost \"€ 1,5\": its decimal mark"),
        ("1.5\nTotal;$\u{a0}1.5", "EUR", "line 3: the total \"$ 1.5\" is in $"),
    ] {
        let file = format!("When;Spend\n2026-11-25;{lines}\n");
        let reader = Reader::new(COSTS).with_column("date", "When").with_column("cost", "Spend");
        let found = read(&reader.with_currency(currency), &file, &[]);
        assert!(found.contains(expected), "{lines}: {found}");
    }
}

#[test]
fn totals_may_differ_by_what_rounding_makes() {
    const REFUSED: &str = "refused";
    for (costs, total, expected) in [
        (
            "3.33,3.33,3.33",
            "10.00",
            "3 lines; a total of 10.00, and the other lines add up to 9.99",
        ),
        ("3.33,3.33,3.33", "9.99", "3 lines; a total of 9.99, which the other lines add up to"),
        ("3.33,3.33,3.33", "10.01", REFUSED),
        ("3.33,3.33", "6.67", "2 lines; a total of 6.67, and the other lines add up to 6.66"),
        ("3.33", "3.34", REFUSED),
        ("8", "9", REFUSED),
        (
            "0.333,0.333,0.333",
            "1.000",
            "3 lines; a total of 1.000, and the other lines add up to 0.999",
        ),
        ("0.333,0.333,0.333", "1.01", REFUSED),
        ("3,3,3", "10", REFUSED),
        ("3.10,3.1,3", "9.5", REFUSED),
        ("1.005,2", "3.01", REFUSED),
    ] {
        let lines =
            costs.split(',').zip(1..).map(|(cost, at)| format!("2026-11-2{at},{at},{cost}\n"));
        let file = format!("When,ID,Spend\n{}Total,,{total}\n", lines.collect::<String>());
        let reader = Reader::new(COSTS).with_column("date", "When").with_column("cost", "Spend");
        let found = match reader.with_column("campaign", "ID").read(file.as_bytes()) {
            Ok(sheet) => {
                let notes = sheet.notes.iter().map(ToString::to_string);
                let mut note = notes.filter_map(|it| Some(it.split_once(": ")?.1.to_owned()));
                format!("{} lines; {}", sheet.len(), note.next_back().unwrap())
            }
            Err(problems) => {
                let told = problems.to_string();
                assert!(told.contains("--any-total"), "{told}");
                REFUSED.to_owned()
            }
        };
        assert_eq!(found, expected, "{costs} {total}");
    }
    // A total that does not say so, and that of a campaign above its ads.
    let reader = || Reader::new(COSTS).with_profile(Profile::find("google").unwrap());
    let last = "Day,Campaign ID,Cost\n2026-11-25,1,3.33\n2026-11-26,2,3.33\n2026-11-26,3,3.33\n2026-11-26,,10.00\n";
    assert_eq!(read(&reader(), last, &["cost"]), "3.33, 3.33, 3.33");
    let above = "Day,Campaign ID,Ad ID,Cost\n2026-11-25,1,,10.00\n2026-11-25,1,a,3.33\n2026-11-25,1,b,3.33\n\
                 2026-11-25,1,c,3.33\n";
    assert_eq!(read(&reader(), above, &["cost"]), "9.99");
}

#[test]
fn a_way_that_is_taken_already_is_not_recommended() {
    let sales = |map: &str, titles: &str, lines: &[&str]| {
        let lines = lines.iter().map(|line| format!("{},{line}\n", HITS[0]));
        let file = format!("Sub,{titles}\n{}", lines.collect::<String>());
        let pairs = map.split(',').filter_map(|pair| pair.split_once('='));
        let reader = Reader::new(SALES).with_column("hit", "Sub");
        let reader = pairs.fold(reader, |it, (field, title)| it.with_column(field, title));
        let reader = ["ok=set", "void=delete"].iter().fold(reader, |it, pair| {
            let (word, state) = pair.split_once('=').unwrap();
            it.with_state(word, state.parse().unwrap())
        });
        read(&reader, &file, &["payout"])
    };
    let items = "payout=P,status=S,order=O,item=I";
    for (map, titles, lines, told, way) in [
        ("payout=P,status=S,order=O", "P,S,O", &["5,ok,1", "7,ok,1"][..], "another state", "item"),
        (items, "P,S,O,I", &["5,ok,1,x", "7,ok,1,x"], "another state", "item"),
        (
            "payout=P,status=S,order=O",
            "P,S,O",
            &["5,ok,1", "7,ok,2"],
            "a second sale",
            "transaction",
        ),
        (
            "payout=P,status=S,order=O,transaction=T",
            "P,S,O,T",
            &["5,ok,1,t", "7,ok,2,t"],
            "a second sale",
            "transaction",
        ),
    ] {
        let found = sales(map, titles, lines);
        let is_given = map.contains(&format!("{way}="));
        let hint = format!("--map {way}=COLUMN");
        assert!(found.contains(told), "{map}: {found}");
        assert_eq!(found.contains(&hint), !is_given, "{map}: {found}");
        assert_eq!(found.contains(&format!("another column as {way}")), is_given, "{map}: {found}");
    }
    let twice = "When,Spend,Spend\n2026-11-25,1,2\n";
    let reader = Reader::new(COSTS).with_column("date", "When").with_column("cost", "Spend");
    let found = read(&reader, twice, &[]);
    assert!(found.contains("two columns cost") && !found.contains("--map"), "{found}");
}

#[test]
fn periods_are_recommended_with_the_zone_that_the_file_names() {
    for (titles, cells, expected) in [
        ("Start,End", "2026-11-01,2026-11-07", "or take it with --periods"),
        (
            "Start,End",
            "2026-11-01T00:00:00Z,2026-11-07T00:00:00Z",
            "or take it with --periods and the zone of its days, Z, as --tz",
        ),
        (
            "Start (PST),End (PST)",
            "2026-11-01,2026-11-07",
            "or take it with --periods and the zone of its days, PST, as --tz",
        ),
        ("Week", "2026-11-01", "--map end=COLUMN and --periods"),
        ("Week (UTC)", "2026-11-01 10:00 UTC - 2026-11-07", "expected a day such as 2026-11-25"),
    ] {
        let file = format!("{titles},Spend\n{cells},7\n");
        let reader = Reader::new(COSTS).with_column("cost", "Spend");
        let reader = reader.with_column("date", titles.split(',').next().unwrap());
        let found = read(&reader, &file, &["date", "end"]);
        assert!(found.contains(expected), "{titles}: {found}");
        let is_taken = found.ends_with("--periods");
        assert_eq!(is_taken, expected.ends_with("--periods"), "{titles}: {found}");
    }
    // It is given already.
    let reader = Reader::new(COSTS).with_column("cost", "Spend").with_column("date", "Week");
    let found = read(&reader.with_periods(), "Week,Spend\n2026-11-02,7\n", &[]);
    assert!(found.contains("--map end=COLUMN") && !found.contains("--periods"), "{found}");
}

#[test]
fn of_several_amounts_one_is_taken_by_its_title_or_they_are_asked_about() {
    let costs = "2026-11-25";
    for (titles, cells, expected, rivals) in [
        ("spend,Cost", "1.50,1.65", "", "spend, Cost"),
        (
            "spend,Cost,cost_micros,total cost",
            "1.5,1.65,1650000,1.7",
            "",
            "spend, Cost, total cost",
        ),
        ("Cost,Media cost", "1.50,1.65", "Cost", "Media cost"),
        ("total cost,Cost,costMicros", "1.65,1.5,1500000", "", "total cost, Cost"),
        ("Media cost,Ad cost", "1.50,1.65", "", "Media cost, Ad cost"),
        ("cost_micros,Media cost", "1500000,1.5", "Media cost", "cost_micros"),
        ("Spend,Cost", "1.50,1.50", "Spend", "Cost"),
        ("Spend,Cost", "1.50,n/a", "Spend", ""),
        ("Spend,CPC,Max. cost", "1.50,0.2,3", "Spend", ""),
        ("Cost of sale,spend", "9,1.50", "spend", "Cost of sale"),
        // Sales.
        ("payout,commission", "10,9", "", "payout, commission"),
        ("commission,payout", "9,9", "payout", "commission"),
        (
            "Publisher commission,Affiliate reward",
            "9,10",
            "Publisher commission",
            "Affiliate reward",
        ),
        ("Your commission,Affiliate reward", "9,10", "", "Your commission, Affiliate reward"),
        ("Commission,Amount,Sale amount", "9,80,90", "Commission", "Amount"),
        ("Revenue,Amount", "80,90", "", "Revenue, Amount"),
        ("Commission,Commission rate", "9,8%", "Commission", ""),
    ] {
        let is_cost = titles.to_lowercase().contains("cost");
        let (upload, field, first) = match is_cost {
            true => (UploadKind::Costs, "cost", costs),
            false => (UploadKind::Conversions, "payout", HITS[0]),
        };
        let file = format!("When,{titles}\n{first},{cells}\n");
        let proposal = propose(&file, upload);
        let found = (title_of(&proposal, field), proposal.rivals.join(", "));
        assert_eq!(found, (expected, rivals.to_owned()), "{titles}");
        assert_eq!(proposal.missing.contains(&field), expected.is_empty(), "{titles}");
        // A mapping answers it.
        let fields = if is_cost { COSTS } else { SALES };
        let last = titles.rsplit(',').next().unwrap();
        let reader = Reader::new(fields).with_column(field, last);
        let proposal = reader.propose(file.as_bytes(), upload, &Profile::all()).unwrap();
        assert_eq!((title_of(&proposal, field), proposal.rivals.len()), (last, 0), "{titles}");
    }
}
