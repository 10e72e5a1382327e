//! `ffx conversions push`.

use std::time::Duration;

use funnelflux::id::HitId;
use funnelflux::imports::{Field, FieldKind, Line, Place, Reader, UploadKind, money, named_lines};
use funnelflux::model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use rust_decimal::Decimal;
use serde::Serialize;

use super::corrections::corrected;
use super::earlier::Earlier;
use super::entry::{DELETE, Entry};
use super::kept::Kept;
use super::reading::Source;
use super::table::Table;
use super::verify::Verify;
use super::{Batch, OTHER_MONEY, Rows, SHOWN, Task, Upload, json};
use crate::args::{ConversionsArgs, Postbacks};
use crate::failure::Failure;
use crate::output::{Column, Grid, counted, rfc3339};
use crate::settings::Settings;

/// Conversions per request. The server's own limit is unknown.
const PER_REQUEST: usize = 500;

pub(super) const FIELDS: [Field; 3] = [
    Field::new("hit", FieldKind::Id)
        .with_aliases(&["idHit", "hit_id", "hitId", "click_id"])
        // Any word is a hit that the API may take; what finds a column has to look like one.
        .with_test(|cell| cell.parse::<HitId>().is_ok_and(|hit| hit.has_known_form()))
        .required(),
    Field::new("transaction", FieldKind::Id).with_aliases(&[
        "tx",
        "transaction_id",
        "transactionId",
    ]),
    Field::new("payout", FieldKind::Amount).with_aliases(&["revenue", "amount"]),
];

#[derive(Serialize)]
struct Row {
    hit: String,
    transaction: String,
    action: &'static str,
    /// Exact; `None` is the payout of the offer.
    payout: Option<String>,
    postbacks: &'static str,
}

pub(crate) async fn run(
    args: &ConversionsArgs,
    task: Task,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut reader = Reader::new(&FIELDS);
    for (status, state) in &args.status {
        reader = reader.with_state(status, *state);
    }
    reader = reader.with_corrections(args.corrections).with_line_order(args.order);
    let mut table = Table::read(&args.table, reader, UploadKind::Conversions, settings)?;
    if table.sheet.is_empty() {
        return super::end_without_lines(settings);
    }
    warn_of_future(&table, settings);
    let send = args.table.send;
    let mut kept = Kept::open(UploadKind::Conversions, task.writes(send), settings)?;
    let mut conversions = table.each(conversion)?;
    let earlier = Earlier::hold(&mut conversions, &mut table, &mut kept, (args, task), settings);
    let earlier = Box::pin(earlier).await?;
    corrected(&mut conversions, &earlier, &mut table, args, settings)?;
    if conversions.is_empty() {
        return super::end_without_lines(settings);
    }
    let (calls, postbacks, told) = match args.postbacks {
        Postbacks::None => (PostbackCalls::None, "none", "none"),
        Postbacks::Once => (PostbackCalls::OnlyOnce, "once", "once for each hit"),
        Postbacks::All => (PostbackCalls::All, "all", "ALL, including those sent before"),
    };
    let update =
        ConversionsUpdate::builder(calls).conversions(conversions).build().map_err(|cause| {
            table.files.refused(&cause, "hits", |at| Some(table.sheet.line(at)?.place()))
        })?;
    let paid = update.conversions().iter().filter(|one| !one.is_delete());
    let mut paid = paid.filter_map(Conversion::amount);
    let paid = paid.try_fold(Decimal::ZERO, Decimal::checked_add);
    let paid = paid.ok_or_else(|| table.files.too_large("payouts"))?;
    let lines = table.sheet.lines().zip(update.conversions());
    let rows = lines.map(|(line, conversion)| {
        let row = Row {
            hit: conversion.hit().to_string(),
            transaction: conversion.transaction_id().to_owned(),
            action: if conversion.is_delete() { DELETE } else { "set" },
            payout: conversion.amount().map(|amount| amount.to_string()),
            postbacks,
        };
        (Some(line.place()), row)
    });
    let rows: Vec<_> = rows.collect();
    let preview = preview(&rows, paid, told);
    let entries = table.sheet.lines().zip(update.conversions()).map(|(line, conversion)| {
        let mut entry = Entry::conversion(Some(line.place()), conversion);
        entry.value.money = Some(table.money.clone());
        earlier.complete(&mut entry, line, conversion);
        entry
    });
    kept.judge(entries.collect(), args.table.resend)?;
    if let Err(problems) = kept.other_money()
        && !(args.table.accept_currency || task == Task::Verify)
    {
        return Err(table.files.refusal(problems).and_hint(OTHER_MONEY));
    }
    let notice = "an upload cannot set the time of a conversion (the vendor's help centre): a report does \
                  not show it on the day of the sale";
    let upload = Upload {
        noun: "conversion",
        operation: &operations::CONVERSIONS_UPDATE,
        rows: Rows::Each(
            rows.len(),
            Box::new(|at| rows.get(at).map(|(line, row)| (line.clone(), row))),
        ),
        about: [table.files.name(), super::verify_command(), table.files.place(None)].join("\n"),
        kept,
        requests: Box::new(|positions| requests(calls, update.conversions(), positions)),
        preview: Box::new(|_| Ok(preview)),
        notice,
        verify: Some(Verify {
            kind: UploadKind::Conversions,
            source: Source::Conversions(update.conversions()),
            positions: Vec::new(),
            left_out: Vec::new(),
        }),
    };
    match task {
        Task::Push => Box::pin(super::run(upload, send, Some(args.table.wait), settings)).await,
        Task::Verify => Box::pin(super::read_back(upload, send, args.table.wait, settings)).await,
    }
}

/// Warns of times in the future: of instants after now, and of local times after now in every zone.
fn warn_of_future(table: &Table, settings: &Settings) {
    let now = |hours: u64| rfc3339(TokioTimer.wall() + Duration::from_secs(hours * 3600));
    let (instant, local) = (now(0), now(14));
    let is_future =
        |time: &str| time > if time.ends_with('Z') { instant.as_str() } else { local.as_str() };
    let lines = table.sheet.lines().filter(|line| line.moment().is_some_and(is_future));
    let lines: Vec<_> = lines.map(|line| line.place()).collect();
    if !lines.is_empty() {
        let which = named_lines(&lines);
        settings.terminal.warn(&format!(
            "{which}: the time is in the future; --dates says which number of a date comes first"
        ));
    }
}

/// The requests that send the conversions at these positions.
pub(super) fn requests(
    calls: PostbackCalls,
    conversions: &[Conversion],
    positions: &[usize],
) -> Result<Vec<Batch>, Failure> {
    let requests = positions.chunks(PER_REQUEST).map(|positions| {
        let picked = positions.iter().filter_map(|at| conversions.get(*at).cloned());
        let body = ConversionsUpdate::builder(calls).conversions(picked).build()?;
        Ok(Batch::new(json(&body)?, positions.to_vec()))
    });
    requests.collect()
}

/// Reads a line, or says which of its columns is wrong, and why.
fn conversion(line: Line<'_>) -> Result<Conversion, (&'static str, String)> {
    let hit = line.get("hit").parse().map_err(|cause| ("hit", format!("{cause}")))?;
    let (payout, transaction) = (line.get("payout"), line.get("transaction"));
    if payout.eq_ignore_ascii_case("delete") {
        return Ok(Conversion::delete(hit).transaction(transaction));
    }
    let conversion = Conversion::new(hit).transaction(transaction);
    if payout.is_empty() {
        return Ok(conversion);
    }
    let amount = money(payout, "12.50").map_err(|cause| ("payout", cause))?;
    if amount.is_sign_negative() && !amount.is_zero() {
        let why = "must not be negative; to delete the conversion write `delete`";
        return Err(("payout", why.to_owned()));
    }
    Ok(conversion.payout(amount))
}

/// The first lines, and every line that deletes.
fn preview(rows: &[(Option<Place>, Row)], paid: Decimal, postbacks: &str) -> String {
    let mut grid = Grid::new(vec![
        Column::figure("Line"),
        Column::word("Hit"),
        Column::text("Transaction"),
        Column::figure("Payout"),
    ]);
    let mut left_out = 0;
    let deletes = |row: &Row| row.action == DELETE;
    for (at, (line, row)) in rows.iter().enumerate() {
        let payout = match &row.payout {
            _ if deletes(row) => "DELETE",
            _ if at >= SHOWN => {
                left_out += 1;
                continue;
            }
            payout => payout.as_deref().unwrap_or("the offer's"),
        };
        let line = line.as_ref().map_or_else(String::new, Place::label);
        grid.rows.push([&line, &row.hit, &row.transaction, payout].map(str::to_owned).to_vec());
    }
    let mut text = grid.draw().text;
    if left_out > 0 {
        text += &format!("… and {left_out} more, none of which deletes\n");
    }
    let deletes = match rows.iter().filter(|(_, row)| deletes(row)).count() {
        0 => "none of them deletes".to_owned(),
        1 => "1 of them DELETES a conversion (payout -1)".to_owned(),
        deleted => format!("{deleted} of them DELETE conversions (payout -1)"),
    };
    let count = counted(rows.len(), "conversion");
    text + &format!("\n{count}, payouts of {paid} in total; {deletes}; postbacks: {postbacks}\n")
}
