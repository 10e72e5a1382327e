//! `ffx conversions push`.

use std::io::Write as _;
use std::num::NonZeroUsize;

use funnelflux::model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
use funnelflux::reporting::{Reporting, operations};
use rust_decimal::Decimal;
use serde::Serialize;

use super::fate::Fate;
use super::table::{Line, by_line, each, read};
use super::{SHOWN, dry, not_sent, write_rows};
use crate::args::{ConversionsArgs, ConversionsCommand, Postbacks};
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

/// How many conversions go into one request: how many the server takes is unknown.
const PER_REQUEST: NonZeroUsize = NonZeroUsize::new(500).unwrap();

const COLUMNS: &[(&str, &[&str])] = &[
    ("hit", &["idHit", "hit_id", "hitId", "click_id"]),
    ("transaction", &["tx", "transaction_id", "transactionId"]),
    ("payout", &["revenue", "amount"]),
];

/// A line of the file for programs.
#[derive(Serialize)]
struct Row {
    line: u64,
    request: usize,
    hit: String,
    transaction: String,
    action: &'static str,
    /// Exact; none is the offer's own.
    payout: Option<String>,
    postbacks: &'static str,
    outcome: Fate,
}

pub(in crate::commands) async fn run(
    command: &ConversionsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let ConversionsCommand::Push(args) = command;
    let terminal = settings.terminal();
    let lines = read(&args.file, COLUMNS)?;
    let conversions = each(&args.file, &lines, conversion)?;
    let update = ConversionsUpdate::builder(calls(args.postbacks))
        .conversions(conversions)
        .build()
        .map_err(|cause| {
            let cause = by_line(&cause.to_string(), "hits", &lines);
            Failure::usage(format!("{}: {cause}", args.file.display()))
                .hint("nothing was sent; every line is checked before the first request")
        })?;
    if args.dry.dry_run {
        let progress = Progress::start(terminal, "conversions");
        let session = Session::open(settings, &progress).await?;
        let calls = update.split(PER_REQUEST).into_iter().map(|piece| {
            session.client().call_operation(&operations::CONVERSIONS_UPDATE).json(&piece)
        });
        return dry(settings, &progress, calls);
    }
    let mut rows = rows(args, &lines, &update);
    if settings.format() == Format::Table {
        preview(args, &lines, &update)?;
    }
    if !args.yes {
        if settings.format() != Format::Table {
            write_rows(&rows, settings.format())?;
        }
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "conversions");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    let interrupt = Interrupt::listen(&progress, terminal);
    let sent = send(&reporting, update, &mut rows, &progress, &interrupt).await;
    progress.finish();
    if settings.format() != Format::Table {
        write_rows(&rows, settings.format())?;
    }
    let done = sent?;
    terminal.note(&format!("accepted: {}; the server works them off later", counted(done)));
    Ok(())
}

/// Request after request, up to the first that is not accepted: what comes after it may hang on it.
async fn send(
    reporting: &Reporting,
    update: ConversionsUpdate,
    rows: &mut [Row],
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<usize, Failure> {
    let total = rows.len();
    let mut done = 0;
    for (piece, rows) in
        update.split(PER_REQUEST).into_iter().zip(rows.chunks_mut(PER_REQUEST.get()))
    {
        if interrupt.came() {
            let rest = counted(total - done);
            return Err(Failure::failed(format!("stopped: {done} accepted, {rest} not sent")));
        }
        // operation: reporting.conversions.update
        let result = reporting.conversions_update(&piece).await;
        let fate = Fate::of(&result);
        rows.iter_mut().for_each(|row| row.outcome = fate);
        result.map_err(|error| {
            let (first, last) = (rows.first(), rows.last());
            let line = |row: Option<&Row>| row.map_or(0, |row| row.line);
            Failure::from(error).about(format!(
                "lines {} to {} ({done} of {total} conversions were accepted before)",
                line(first),
                line(last),
            ))
        })?;
        done += rows.len();
        progress.tell(format!("{done} of {total}"));
    }
    Ok(done)
}

fn counted(number: usize) -> String {
    if number == 1 { "1 conversion".to_owned() } else { format!("{number} conversions") }
}

fn calls(postbacks: Postbacks) -> PostbackCalls {
    match postbacks {
        Postbacks::None => PostbackCalls::None,
        Postbacks::Once => PostbackCalls::OnlyOnce,
        Postbacks::All => PostbackCalls::All,
    }
}

fn conversion(line: &Line) -> Result<Conversion, String> {
    let hit = line.get("hit");
    let hit = hit.parse().map_err(|cause| format!("hit {hit:?}: {cause}"))?;
    let (payout, transaction) = (line.get("payout"), line.get("transaction"));
    if payout.eq_ignore_ascii_case("delete") {
        return Ok(Conversion::delete(hit).transaction(transaction));
    }
    let conversion = Conversion::new(hit).transaction(transaction);
    if payout.is_empty() {
        return Ok(conversion);
    }
    let amount: Decimal = payout
        .parse()
        .map_err(|_| format!("payout {payout:?}: expected a decimal such as 12.50"))?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(format!(
            "payout {payout:?}: expected no negative amount; to delete the conversion write `delete`"
        ));
    }
    Ok(conversion.payout(amount))
}

fn rows(args: &ConversionsArgs, lines: &[Line], update: &ConversionsUpdate) -> Vec<Row> {
    let numbered = lines.iter().zip(update.conversions()).enumerate();
    let rows = numbered.map(|(at, (line, conversion))| Row {
        line: line.number,
        request: at / PER_REQUEST + 1,
        hit: conversion.hit().to_string(),
        transaction: conversion.transaction_id().to_owned(),
        action: if conversion.is_delete() { "delete" } else { "set" },
        payout: conversion.amount().map(|amount| amount.to_string()),
        postbacks: match args.postbacks {
            Postbacks::None => "none",
            Postbacks::Once => "once",
            Postbacks::All => "all",
        },
        outcome: Fate::NotSent,
    });
    rows.collect()
}

/// The first lines, and every line that deletes.
fn preview(
    args: &ConversionsArgs,
    lines: &[Line],
    update: &ConversionsUpdate,
) -> Result<(), Failure> {
    let all = update.conversions();
    let mut grid = Grid::new(vec![
        Column::figure("Line"),
        Column::word("Hit"),
        Column::text("Transaction"),
        Column::figure("Payout"),
    ]);
    let mut left_out = 0;
    for (at, (line, conversion)) in lines.iter().zip(all).enumerate() {
        if at >= SHOWN && !conversion.is_delete() {
            left_out += 1;
            continue;
        }
        let payout = match conversion.amount() {
            _ if conversion.is_delete() => "DELETE".to_owned(),
            Some(amount) => amount.to_string(),
            None => "the offer's".to_owned(),
        };
        let hit = conversion.hit().to_string();
        grid.row(vec![
            line.number.to_string(),
            hit,
            conversion.transaction_id().to_owned(),
            payout,
        ]);
    }
    let deleted = all.iter().filter(|c| c.is_delete()).count();
    let paid: Decimal = all.iter().filter(|c| !c.is_delete()).filter_map(|c| c.amount()).sum();
    let mut out = stdout();
    write!(out, "{}", grid.draw().text)?;
    if left_out > 0 {
        writeln!(out, "… and {left_out} more, none of which deletes")?;
    }
    let deletions = match deleted {
        0 => "none of them deletes".to_owned(),
        1 => "1 of them DELETES a conversion (payout -1)".to_owned(),
        deleted => format!("{deleted} of them DELETE conversions (payout -1)"),
    };
    writeln!(
        out,
        "\n{}, payouts of {paid} in all; {deletions}; postbacks: {}",
        counted(all.len()),
        match args.postbacks {
            Postbacks::None => "none",
            Postbacks::Once => "once for each hit",
            Postbacks::All => "ALL, also those sent before",
        }
    )?;
    out.flush()?;
    Ok(())
}
