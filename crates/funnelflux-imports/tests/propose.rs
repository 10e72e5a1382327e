//! Files that no option describes: which network's they are, and which column is which field.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "test code")]

use std::path::PathBuf;

use funnelflux_imports::{Field, FieldKind, Profile, Proposal, Reader, UploadKind};

fn is_hit(cell: &str) -> bool {
    cell.len() == 24 && cell.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

const COSTS: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("funnel", FieldKind::Asset).required(),
    Field::new("cost", FieldKind::Amount).with_aliases(&["spend"]).required(),
    Field::new("campaign", FieldKind::Id),
    Field::new("c1", FieldKind::Id),
];
const SPENT: &[Field] = &[
    Field::new("date", FieldKind::Day).required(),
    Field::new("end", FieldKind::Day),
    Field::new("cost", FieldKind::Amount).required(),
];
const CONVERSIONS: &[Field] = &[
    Field::new("hit", FieldKind::Id).with_test(is_hit).required(),
    Field::new("payout", FieldKind::Amount).with_aliases(&["revenue"]),
    Field::new("transaction", FieldKind::Text),
];

fn propose(bytes: &[u8], upload: UploadKind) -> Proposal {
    let fields = if upload == UploadKind::Costs { COSTS } else { CONVERSIONS };
    let reader = Reader::new(fields).with_alias("adset", "c1");
    reader.propose(bytes, upload, &Profile::all()).unwrap_or_else(|problems| panic!("{problems}"))
}

fn fields(proposal: &Proposal) -> Vec<(&str, &str)> {
    let columns = proposal.columns.iter();
    let found = columns.filter_map(|column| Some((&*column.field.as_ref()?.0, &*column.title)));
    found.collect()
}

#[test]
fn the_file_of_each_network_is_known_by_its_titles() {
    let cases = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut seen = 0;
    for (folder, upload) in [("costs", UploadKind::Costs), ("conversions", UploadKind::Conversions)]
    {
        for entry in std::fs::read_dir(cases.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_stem().unwrap().to_str().unwrap().to_owned();
            let proposal = propose(&std::fs::read(&path).unwrap(), upload);
            let network = proposal.network.as_ref().map(|profile| &*profile.name);
            let network = network.unwrap_or_else(|| panic!("{file}: {:?}", fields(&proposal)));
            assert!(network.starts_with(file.split('-').next().unwrap()), "{file}: {network}");
            assert!(proposal.missing.iter().all(|field| *field == "funnel"), "{file}");
            seen += 1;
        }
    }
    assert_eq!(seen, 16);
}

#[test]
fn columns_of_other_files_are_found_by_titles_and_content() {
    let hit = "m8bsncyw6m510ea17282nmrh";
    for (upload, text, expected) in [
        (
            UploadKind::Costs,
            "Konto: Blau\n\nDatum;Kampagne;Ausgaben;Klicks\n25.11.2026;Blau;12,50;3\n26.11.2026;Rot;1,00;9\nSumme;;13,50;12\n",
            // Neither `Kampagne`, a name, nor `Ausgaben`, which no title of a network has a word of.
            &[("date", "Datum")][..],
        ),
        (
            UploadKind::Costs,
            "When,Ad spend,Clicks,Adset\n2026-11-25,12.50,3,120001\n2026-11-26,7.1,3,120002\n",
            &[("date", "When"), ("cost", "Ad spend"), ("c1", "Adset")],
        ),
        (
            UploadKind::Costs,
            "date\tfunnel\tspend\tc1\n2026-11-25\tBlue\t1.00\tx\n",
            &[("date", "date"), ("funnel", "funnel"), ("cost", "spend"), ("c1", "c1")],
        ),
        (
            UploadKind::Costs,
            "Campaign,Date,Campaign ID,Spend\nA,2026-11-25,12345678901,12.50\n",
            &[("date", "Date"), ("campaign", "Campaign ID"), ("cost", "Spend")],
        ),
        // In the shapes of Snapchat, X, Awin, Rakuten and Admitad.
        (
            UploadKind::Costs,
            "Start Time,End Time,Ad ID,Ad Status,Daily Budget,Amount Spent,eCPM\n2026-11-25,2026-11-25,120001,active,50,12,1\n",
            &[("date", "Start Time"), ("end", "End Time"), ("cost", "Amount Spent")],
        ),
        (
            UploadKind::Costs,
            "Time period,Start,End,Spend\n2026-11-25 00:00:00,2026-11-01,2026-12-31,12.50\n",
            &[("date", "Time period"), ("cost", "Spend")],
        ),
        (
            UploadKind::Conversions,
            &format!(
                "clickRefs.clickRef,saleAmount.amount,commissionAmount.amount,commissionAmount.currency,saleAmount.currency,\
                 commissionStatus,transactionDate\n{hit},52.00,5.20,USD,GBP,pending,2026-11-18T11:00:00\n"
            ),
            &[
                ("hit", "clickRefs.clickRef"),
                ("payout", "commissionAmount.amount"),
                ("currency", "commissionAmount.currency"),
                ("status", "commissionStatus"),
                ("time", "transactionDate"),
            ],
        ),
        (
            UploadKind::Conversions,
            &format!(
                "Member ID (U1),Order ID,Transaction Date,Transaction Time,SKU Number,Sales,Total Commission\n\
                 {hit},A1,11/18/2026,10:00:00,S1,$50.00,$5.00\n"
            ),
            &[
                ("hit", "Member ID (U1)"),
                ("order", "Order ID"),
                ("time", "Transaction Date"),
                ("hour", "Transaction Time"),
                ("item", "SKU Number"),
                ("payout", "Total Commission"),
            ],
        ),
        (
            UploadKind::Conversions,
            &format!(
                "Action date;SubID;SubID1;Order ID;Cart;Payment;Currency;Status\n2026-11-18;{hit};;O1;99;7;EUR;declined\n"
            ),
            &[
                ("time", "Action date"),
                ("hit", "SubID"),
                ("order", "Order ID"),
                ("payout", "Payment"),
                ("currency", "Currency"),
                ("status", "Status"),
            ],
        ),
        (
            UploadKind::Conversions,
            &format!("Sale,Sub 3,Net revenue,State\n1,{hit},12.50,ok\n2,{hit},1.00,ok\n"),
            &[("hit", "Sub 3"), ("payout", "Net revenue"), ("status", "State")],
        ),
        (
            UploadKind::Conversions,
            &format!("Sale amount,Click,Amount,Commission,State\n80,{hit},90,12.50,ok\n"),
            &[("hit", "Click"), ("payout", "Commission"), ("status", "State")],
        ),
        (
            UploadKind::Conversions,
            &format!("Sub,Amount,Your payout,State\n{hit},90,12.50,ok\n"),
            &[("hit", "Sub"), ("payout", "Your payout"), ("status", "State")],
        ),
    ] {
        let proposal = propose(text.as_bytes(), upload);
        assert_eq!(fields(&proposal), expected, "{text}");
        assert!(proposal.network.is_none(), "{text}");
        assert_eq!(proposal.is_plain, text.starts_with("date\t"), "{text}");
    }
}

/// Whatever its title says; and a file that is read without it is refused, unless all of its sales count.
#[test]
fn a_column_of_states_is_known_by_its_words() {
    let hits = ["m8bsncyw6m510ea17282nmrh", "m8bsn4as1ra9dpcdv1vynrnh", "m8bsn4as1ra9dpcdv1vynrn1"];
    for (title, cells, expected) in [
        (
            "commission_status",
            "approved,declined,pending",
            "approved=set,declined=delete,pending=skip",
        ),
        ("Transaction status", "Approved,Declined,", "approved=set,declined=delete"),
        (
            "Bearbeitungsstatus",
            "bestätigt,storniert,offen",
            "bestätigt=set,offen=skip,storniert=delete",
        ),
        ("Estado", "Aprobado,Rechazado,Pendiente", "aprobado=set,pendiente=skip,rechazado=delete"),
        ("Statut", "Validé,Refusé,En attente", "en attente=skip,refusé=delete,validé=set"),
        ("Event type", "sale,Chargeback,refund", "chargeback=delete,refund=delete,sale=set"),
        ("Event", "purchase,charge-back,other", "charge-back=delete,purchase=set"),
        ("State", "confirmed,void,open", "confirmed=set,open=skip,void=delete"),
        ("Validation", "Refused (fraud),valid,valid", "refused (fraud)=delete,valid=set"),
        ("Process", "approved,approved,approved", "approved=set"),
        ("Voided", "No,Yes,No", "no=set,yes=delete"),
        ("Is refunded", ",1,", "=set,1=delete"),
        ("Reversal", "false,TRUE,false", "false=set,true=delete"),
        ("Cancelled", "No,No,No", "no=set"),
        // Words of other columns, too.
        ("Customer", "new,returning,new", ""),
        ("Type", "sale,lead,sale", ""),
        ("Country", "NO,DE,US", ""),
        ("Product", "Open shoe,Return gift,Sale shoe", ""),
        ("Approved by", "Ann,Bob,Ann", ""),
    ] {
        let lines =
            hits.iter().zip(cells.split(',')).map(|(hit, cell)| format!("{hit};5;{cell}\n"));
        let file = format!("Sub;Payout;{title}\n{}", lines.collect::<String>());
        let proposal = propose(file.as_bytes(), UploadKind::Conversions);
        let states = proposal.states.iter().map(|(word, state)| format!("{word}={state}"));
        assert_eq!(states.collect::<Vec<_>>().join(","), expected, "{title}");
        let is_status = fields(&proposal).contains(&("status", title));
        assert_eq!(is_status, !expected.is_empty(), "{title}");
        let reader = Reader::new(CONVERSIONS).with_column("hit", "Sub");
        let read = reader.clone().with_column("payout", "Payout").read(file.as_bytes());
        match expected.replace("=set", "").contains('=') {
            true => {
                let told = read.unwrap_err().to_string();
                let asked = format!("column {title:?} looks like the states of the sales");
                assert!(told.starts_with(&asked) && told.contains("--map status="), "{told}");
            }
            false => assert_eq!(read.unwrap().len(), 3, "{title}"),
        }
    }
}

#[test]
fn the_amount_is_what_the_affiliate_gets_and_a_cost_is_no_price_of_one_click() {
    let hit = "m8bsncyw6m510ea17282nmrh";
    for (titles, cells, expected) in [
        ("revenue,payout", "100,10", "payout"),
        ("Revenue,Your commission", "100,10", "Your commission"),
        ("Amount,Earnings", "100,10", "Earnings"),
        ("Sale amount,Provision", "100,10", "Provision"),
        ("Order ID,Order value,Affiliate reward,Payout", "77,100,9,10", "Payout"),
        ("Umsatz,Provision (EUR)", "100,10", "Provision (EUR)"),
        ("RATE", "12.50", "RATE"),
        ("RATE,Commission", "10%,12.50", "Commission"),
        ("Rate,Commission", "0.10,12.50", "Commission"),
        ("Order ID,Revenue", "77,10", "Revenue"),
        ("Order ID,Offer", "77,Shoes", ""),
        // Asked for.
        ("Sale amount", "100", "missing"),
        ("Order value,Order ID", "100,77", "missing"),
        ("Cart total", "100", "missing"),
        ("Umsatz", "100", "missing"),
    ] {
        let file = format!("Sub,{titles}\n{hit},{cells}\n");
        let proposal = propose(file.as_bytes(), UploadKind::Conversions);
        let found = fields(&proposal).into_iter().find(|(field, _)| *field == "payout");
        let is_asked = proposal.missing == ["payout"];
        let found = found.map_or(if is_asked { "missing" } else { "" }, |(_, title)| title);
        assert_eq!(found, expected, "{titles}");
    }
    for (titles, expected) in [
        ("Cost / conv.,Avg. cost,Budget", ""),
        ("CPC,CPM,Daily spend limit,Cost per result", ""),
        ("Kosten pro Klick,Coste por clic", ""),
        ("Cost per click,Max. cost,Total spend", "Total spend"),
        ("Spend (%),Ad spend", "Ad spend"),
        ("cost_micros", "cost_micros"),
    ] {
        let cells = vec!["1.50"; titles.split(',').count()].join(",");
        let proposal =
            propose(format!("When,{titles}\n2026-11-25,{cells}\n").as_bytes(), UploadKind::Costs);
        let found = fields(&proposal).into_iter().find(|(field, _)| *field == "cost");
        assert_eq!(found.map_or("", |(_, title)| title), expected, "{titles}");
    }
}

/// Titles of a file, the columns that are read, and what is said of its currency or of its times.
#[test]
fn columns_that_belong_together_are_read_together() {
    let hit = "m8bsncyw6m510ea17282nmrh";
    let currency = |titles: &str, cells: &str, map: &[(&str, &str)]| {
        let reader = Reader::new(CONVERSIONS).with_column("hit", "Sub");
        let reader =
            map.iter().fold(reader, |reader, (field, title)| reader.with_column(*field, *title));
        let sheet = reader.read(format!("Sub,{titles}\n{hit},{cells}\n").as_bytes()).unwrap();
        let notes = sheet.notes.iter().map(ToString::to_string);
        notes.filter(|note| note.starts_with("amounts in")).collect::<String>()
    };
    for (titles, cells, amount, expected) in [
        (
            "sale_amount,sale_currency,commission,commission_currency",
            "9,GBP,1,USD",
            "commission",
            "USD",
        ),
        ("Payout,Payout currency,Sale amount,Currency", "1,EUR,9,USD", "Payout", "EUR"),
        ("Currency,Payout", "EUR,1", "Payout", "EUR"),
        ("Sale amount,Currency,Payout,Currency", "9,GBP,1,USD", "Payout", "USD"),
        ("Provision,Währung (Provision)", "1,CHF", "Provision", "CHF"),
        ("Payout,account_currency", "1,EUR", "Payout", "EUR"),
    ] {
        let told = currency(titles, cells, &[("payout", amount)]);
        assert_eq!(told, format!("amounts in {expected}"), "{titles}");
    }
    let titles = "Payout,Payout currency,Currency";
    let told = currency(titles, "1,EUR,USD", &[("payout", "Payout"), ("currency", "Currency")]);
    assert_eq!(told, "amounts in USD");

    let times = |titles: &str, cells: &str, takes: bool| {
        let first = titles.split(',').next().unwrap();
        let reader = Reader::new(SPENT).with_column("date", first).with_column("cost", "Spend");
        let reader = if takes { reader.with_periods() } else { reader };
        let sheet = reader.read(format!("{titles},Spend\n{cells},7\n").as_bytes());
        let sheet = sheet.map_err(|wrong| wrong.to_string())?;
        let line = sheet.line(0).unwrap();
        Ok::<_, String>(format!("{} {}", line.get("date"), line.get("end")))
    };
    for (titles, cells, expected) in [
        ("Start Time,End Time", "2026-11-01,2026-11-07", "2026-11-01 2026-11-07"),
        ("date_start,date_stop", "2026-11-01,2026-11-07", "2026-11-01 2026-11-07"),
        ("Berichtsbeginn,Berichtsende", "01.11.2026,07.11.2026", "2026-11-01 2026-11-07"),
        ("Von,Bis", "01.11.2026,07.11.2026", "2026-11-01 2026-11-07"),
        ("Week start,Week end", "11/16/2026,11/22/2026", "2026-11-16 2026-11-22"),
        ("Start,End", "2026-11-01 00:00,2026-11-08 00:00", "2026-11-01 2026-11-07"),
        ("Date range", "2026-11-01 - 2026-11-07", "2026-11-01 2026-11-07"),
        ("Week", "2026-11-02 – 2026-11-08", "2026-11-02 2026-11-08"),
        ("Period", "11/16/2026-11/22/2026", "2026-11-16 2026-11-22"),
        ("Zeitraum", "01.11.2026 bis 07.11.2026", "2026-11-01 2026-11-07"),
        ("Period", "\"Nov 1, 2026 - Nov 7, 2026\"", "2026-11-01 2026-11-07"),
    ] {
        let told = times(titles, cells, false).unwrap_err();
        assert!(
            told.contains("the line is of 2026-11-") && told.contains("--periods"),
            "{titles}: {told}"
        );
        assert_eq!(times(titles, cells, true).as_deref(), Ok(expected), "{titles}");
    }
    for (titles, cells) in [
        ("Start,End", "2026-11-01,2026-11-01"),
        ("Start Time,End Time", "2026-11-01 00:00:00,2026-11-02 00:00:00"),
        ("Start,End", "2026-11-01 00:00,2026-11-01 00:00"),
        ("Date range", "2026-11-01 - 2026-11-01"),
        ("Date,Campaign end date", "2026-11-01,2026-12-31"),
    ] {
        let told = times(titles, cells, false).unwrap();
        assert!(told == "2026-11-01 " || told == "2026-11-01 2026-11-01", "{titles}: {told}");
    }
    for title in ["Week", "Week of", "Month", "Monat", "Quarter", "semaine"] {
        for takes in [false, true] {
            let told = times(title, "2026-11-02", takes).unwrap_err();
            assert!(told.contains("is of longer times"), "{title}: {told}");
        }
    }
    let told = Reader::new(SPENT).with_column("date", "day").with_column("cost", "cost_micros");
    let file = b"day,cost_micros\n2026-11-25,1250000\n";
    assert!(told.read(file).unwrap_err().to_string().contains("--rate 0.000001"));
    let sheet = told.with_rate("0.000001".parse().unwrap()).read(file).unwrap();
    assert_eq!(sheet.line(0).unwrap().get("cost").trim_end_matches('0'), "1.25");
}

#[test]
fn titles_of_any_file_make_no_network() {
    for (titles, others) in [
        ("Date,Campaign ID,Spend", &["microsoft", "tiktok", "outbrain"][..]),
        ("Day,Campaign ID,Cost", &["google"]),
        ("Date,Zone,Cost", &["propeller"]),
    ] {
        let proposal =
            propose(format!("{titles}\n05/11/2026,1201,3\n").as_bytes(), UploadKind::Costs);
        assert!(proposal.network.is_none(), "{titles}: {:?}", proposal.network);
        let found: Vec<_> = proposal.others.iter().map(|profile| &*profile.name).collect();
        assert!(others.iter().all(|other| found.contains(other)), "{titles}: {found:?}");
        assert_eq!(fields(&proposal).len(), 3, "{titles}: {:?}", fields(&proposal));
    }
    // A shape of one's own goes before a built-in one with the same titles.
    let own = Profile::find("meta").unwrap().with_name("mine").with_currency("EUR");
    let profiles = [vec![own], Profile::all()].concat();
    let file = b"Day,Campaign ID,Amount spent (EUR)\n2026-11-25,1201,3\n";
    let proposal = Reader::new(COSTS).propose(file, UploadKind::Costs, &profiles).unwrap();
    assert_eq!(proposal.network.unwrap().name, "mine");
}

#[test]
fn headers_are_found_below_titles_and_with_odd_titles_and_samples_are_of_lines() {
    let hit = "m8bsncyw6m510ea17282nmrh";
    let file = format!(
        "Affiliate report;Sleep\n\n#;Status;Country;%;Sub;Payout\nTotal;;;;;45,00\n1;ok;US;5;{hit};32,50\n2;ok;DE;6;{hit};12,50\n"
    );
    let proposal = propose(file.as_bytes(), UploadKind::Conversions);
    assert_eq!(fields(&proposal), [("status", "Status"), ("hit", "Sub"), ("payout", "Payout")]);
    let samples: Vec<_> = proposal.columns.iter().map(|column| &*column.sample).collect();
    assert_eq!(samples, ["1", "ok", "US", "5", hit, "32,50"]);
}

#[test]
fn ages_sizes_times_and_counts_are_no_ids() {
    for (title, cell, is_id) in [
        ("Age", "25-34", false),
        ("Age", "18-24", false),
        ("Size", "300x250", false),
        ("Time", "14:03:22", false),
        ("Impressions", "104233", false),
        ("Amount", "1234.50", false),
        ("Month", "2026-11", false),
        ("Ad ID", "120001", true),
        ("Adset", "121791354005150485", true),
        ("Site Id", "zone-5988310", true),
        ("Zone", "44100", true),
        ("Campaign ID", "[371234567]", true),
        ("click", "wj7y5680dz26p1g9p0101", true),
    ] {
        let file = format!("Date,Ad spend,{title}\n2026-11-25,1.50,{cell}\n");
        let proposal = propose(file.as_bytes(), UploadKind::Costs);
        assert_eq!(proposal.columns[2].holds_ids, is_id, "{title} {cell}");
    }
}

#[test]
fn what_is_no_table_has_no_proposal() {
    for text in ["", "\n\n", "one\ntwo\n", "1,2,3\n4,5,6\n", "{\"a\": 1}"] {
        let found = Reader::new(COSTS).propose(text.as_bytes(), UploadKind::Costs, &Profile::all());
        assert!(found.is_err(), "{text:?}: {:?}", found.map(|it| format!("{:?}", fields(&it))));
    }
}

#[test]
fn a_profile_of_ones_own_is_written_and_read_and_has_only_known_fields() {
    let own = Profile::new("mine", UploadKind::Costs)
        .with_column("date", "When")
        .with_column("cost", "Ad spend \"net\" *")
        .with_currency("EUR")
        .with_state("Ok", funnelflux_imports::State::Set);
    let text = own.to_toml();
    let read = Profile::parse(&text).map_err(|cause| cause.to_string()).unwrap();
    assert_eq!(format!("{read:?}"), format!("{own:?}"), "{text}");
    let file = b"When,\"Ad spend \"\"net\"\" (EUR)\"\n2026-11-25,1.50\n";
    let fields: Vec<_> = COSTS.iter().copied().filter(|field| field.name != "funnel").collect();
    let sheet = Reader::new(&fields).with_profile(read).read(file).unwrap();
    assert_eq!(sheet.line(0).unwrap().get("cost"), "1.50");

    let wrong = [
        Reader::new(&fields).with_profile(own.with_column("campain", "When")),
        Reader::new(&fields).with_column("campain", "When"),
    ];
    for reader in wrong {
        let told = reader.read(file).unwrap_err().to_string();
        assert!(told.starts_with("field \"campain\": expected date, cost, campaign, c1"), "{told}");
    }
}
