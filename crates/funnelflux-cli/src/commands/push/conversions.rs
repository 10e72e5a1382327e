//! `ffx conversions push`.

use std::io::Write as _;
use std::num::NonZeroUsize;

use funnelflux::model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
use funnelflux::reporting::{Reporting, operations};
use rust_decimal::Decimal;
use serde::Serialize;

use super::amount;
use super::fate::{Fate, tally};
use super::patience::Patience;
use super::said::Said;
use super::table::{Line, Reading, Table, by_line, each, named_lines};
use super::{SHOWN, dry, not_sent};
use crate::args::{ConversionsArgs, ConversionsCommand, Postbacks};
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, Terminal, stdout};
use crate::progress::Progress;
use crate::session::{Session, anonymous};
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
    let reading = Reading { sends: args.table.send.sends(), from_line: args.table.from_line };
    let table = Table::read(&args.table.file, COLUMNS, reading)?;
    let lines = &table.lines;
    let conversions = each(&args.table.file, lines, conversion)?;
    let update = ConversionsUpdate::builder(calls(args.postbacks))
        .conversions(conversions)
        .build()
        .map_err(|cause| {
            let cause = by_line(&cause.to_string(), "hits", lines);
            Failure::usage(format!("{}: {cause}", args.table.file.display()))
                .hint("nothing was sent; every line is checked before the first request")
        })?;
    let paid = update.conversions().iter().filter(|one| !one.is_delete());
    let paid = amount::sum(paid.filter_map(Conversion::amount)).ok_or_else(|| {
        Failure::usage(format!(
            "{}: the payouts are too large to add up",
            args.table.file.display()
        ))
        .hint("nothing was sent")
    })?;
    doubt(lines, &update, terminal);
    if args.table.send.dry.dry_run {
        let progress = Progress::start(terminal, "conversions");
        let client = anonymous(settings)?;
        let calls = update
            .split(PER_REQUEST)
            .into_iter()
            .map(|piece| client.call_operation(&operations::CONVERSIONS_UPDATE).json(&piece));
        return dry(settings, &progress, calls);
    }
    let mut rows = rows(args, lines, &update);
    let mut said = Said::new(settings.format(), rows.len());
    let shown = match settings.format() {
        Format::Table => preview(args, lines, &update, paid),
        _ => Ok(()),
    };
    if !args.table.send.yes {
        shown?;
        said.end(&rows)?;
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "conversions");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    let interrupt = Interrupt::guarding(&progress, terminal);
    let patience = Patience { interrupt: &interrupt, progress: &progress, terminal };
    let sent = send(&reporting, update, &mut rows, &mut said, &patience).await;
    progress.finish();
    if sent.is_ok() {
        let done = counted(rows.len());
        terminal.note(&format!("accepted: {done}; the server works them off later"));
    }
    // --yes was said: that nobody reads on stdout keeps nothing from being sent, and hides nothing.
    Failure::outcome(sent, shown.and(said.end(&rows)))
}

/// Request after request, up to the first that is not accepted: what comes after it may hang on it.
async fn send(
    reporting: &Reporting,
    update: ConversionsUpdate,
    rows: &mut [Row],
    said: &mut Said,
    patience: &Patience<'_>,
) -> Result<(), Failure> {
    let total = rows.len();
    let mut done = 0;
    for piece in update.split(PER_REQUEST) {
        if patience.interrupt.came() {
            let rest = counted(total - done);
            let stopped = Failure::failed(format!("stopped: {done} accepted, {rest} not sent"));
            return Err(match rows.get(done) {
                Some(row) => stopped.hint(format!("--from-line {} sends the rest", row.line)),
                None => stopped,
            });
        }
        let end = total.min(done + PER_REQUEST.get());
        // operation: reporting.conversions.update
        let result = patience.call(|| reporting.conversions_update(&piece)).await;
        let fate = Fate::of(&result);
        let mut lines = Vec::with_capacity(PER_REQUEST.get());
        for row in rows.iter_mut().take(end).skip(done) {
            row.outcome = fate;
            lines.push(row.line);
        }
        said.now(rows, done..end);
        result.map_err(|error| {
            let tally = tally(rows, |row| row.outcome);
            let failure = Failure::from(error).about(format!(
                "{} (of {}: {tally})",
                named_lines(&lines),
                counted(total)
            ));
            let (again, next) = (lines.first().copied(), rows.get(end).map(|row| row.line));
            rest(failure, fate, again, next)
        })?;
        done = end;
        patience.progress.tell(format!("{done} of {total}"));
    }
    Ok(())
}

/// What to do about the lines that were not accepted.
fn rest(failure: Failure, fate: Fate, again: Option<u64>, next: Option<u64>) -> Failure {
    match (fate, again, next) {
        (Fate::Unknown, _, Some(next)) => {
            failure.and_hint(format!("(--from-line {next} sends what comes after these lines)"))
        }
        (Fate::Failed, Some(again), _) => {
            failure.and_hint(format!("(--from-line {again} sends these lines and the rest)"))
        }
        _ => failure,
    }
}

/// A hit that does not exist is accepted like any other, and nothing comes of it.
fn doubt(lines: &[Line], update: &ConversionsUpdate, terminal: Terminal) {
    let odd = lines.iter().zip(update.conversions());
    let odd = odd.filter(|(_, one)| !matches!(one.hit().to_string().len(), 24 | 26));
    let odd: Vec<u64> = odd.map(|(line, _)| line.number).collect();
    if !odd.is_empty() {
        terminal.warn(&format!(
            "{}: hits of another length than 24 or 26 characters; of a hit that does not exist the \
             server says nothing",
            named_lines(&odd)
        ));
    }
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
    let amount = amount::read("payout", payout, "12.50")?;
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
    paid: Decimal,
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
