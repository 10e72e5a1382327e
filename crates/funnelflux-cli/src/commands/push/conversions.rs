//! `ffx conversions push`.

use std::io::Write as _;
use std::num::NonZeroUsize;

use funnelflux::model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
use funnelflux::reporting::{Reporting, operations};
use funnelflux::transport::CallBuilder;
use funnelflux::{Error, FunnelFlux};
use rust_decimal::Decimal;
use serde::Serialize;

use super::table::{Line, Table, named_lines};
use super::transcript::Transcript;
use super::{Batch, SHOWN, Upload};
use crate::args::{ConversionsCommand, Postbacks};
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, Stdout, Terminal, counted};
use crate::settings::Settings;

/// Conversions per request. The server's own limit is unknown.
const PER_REQUEST: NonZeroUsize = NonZeroUsize::new(500).unwrap();

const COLUMNS: &[(&str, &[&str])] = &[
    ("hit", &["idHit", "hit_id", "hitId", "click_id"]),
    ("transaction", &["tx", "transaction_id", "transactionId"]),
    ("payout", &["revenue", "amount"]),
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

struct Conversions {
    table: Table,
    postbacks: Postbacks,
    update: ConversionsUpdate,
    batches: Vec<Batch<ConversionsUpdate>>,
    /// The sum of all payouts.
    paid: Decimal,
}

pub(in crate::commands) async fn run(
    command: &ConversionsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let ConversionsCommand::Push(args) = command;
    let table = Table::read(&args.table, COLUMNS)?;
    let calls = match args.postbacks {
        Postbacks::None => PostbackCalls::None,
        Postbacks::Once => PostbackCalls::OnlyOnce,
        Postbacks::All => PostbackCalls::All,
    };
    let update = ConversionsUpdate::builder(calls)
        .conversions(table.each(conversion)?)
        .build()
        .map_err(|cause| table.refused(&cause, "hits"))?;
    let paid = update.conversions().iter().filter(|one| !one.is_delete());
    let paid = table.sum("payouts", paid.filter_map(Conversion::amount))?;
    warn_of_odd_hits(&table.lines, &update, settings.terminal());
    let mut lines = 0..table.lines.len();
    let pieces = update.clone().split(PER_REQUEST).into_iter();
    let batches = pieces.map(|body| {
        let positions = lines.by_ref().take(body.conversions().len()).collect();
        Batch { body, positions }
    });
    let batches = batches.collect();
    let conversions = Conversions { table, postbacks: args.postbacks, update, batches, paid };
    super::run(&conversions, args.table.send, settings).await
}

/// Warns of hits that look wrong, because the server accepts a hit that does not exist and ignores
/// it.
fn warn_of_odd_hits(lines: &[Line], update: &ConversionsUpdate, terminal: Terminal) {
    let odd = lines.iter().zip(update.conversions());
    let odd = odd.filter(|(_, one)| !one.hit().has_known_form());
    let odd: Vec<u64> = odd.map(|(line, _)| line.number).collect();
    if !odd.is_empty() {
        terminal.warn(&format!(
            "{}: all known hit ids have 22, 24 or 26 characters of 0-9 and a-z; the server does not \
             report hits that do not exist",
            named_lines(&odd)
        ));
    }
}

fn conversion(line: &Line) -> Result<Conversion, String> {
    let hit = line.parse("hit")?;
    let (payout, transaction) = (line.get("payout"), line.get("transaction"));
    if payout.eq_ignore_ascii_case("delete") {
        return Ok(Conversion::delete(hit).transaction(transaction));
    }
    let conversion = Conversion::new(hit).transaction(transaction);
    if payout.is_empty() {
        return Ok(conversion);
    }
    let amount = line.amount("payout", "12.50")?;
    if amount.is_sign_negative() && !amount.is_zero() {
        return Err(format!(
            "payout {payout:?}: must not be negative; to delete the conversion write `delete`"
        ));
    }
    Ok(conversion.payout(amount))
}

impl Upload for Conversions {
    type Row = Row;
    type Body = ConversionsUpdate;

    const NOUN: &str = "conversion";

    fn batches(&self) -> &[Batch<ConversionsUpdate>] {
        &self.batches
    }

    fn transcript(&self, format: Format) -> Transcript<Row> {
        let rows = self.table.lines.iter().zip(self.update.conversions());
        let rows = rows.map(|(line, conversion)| {
            let row = Row {
                hit: conversion.hit().to_string(),
                transaction: conversion.transaction_id().to_owned(),
                action: if conversion.is_delete() { "delete" } else { "set" },
                payout: conversion.amount().map(|amount| amount.to_string()),
                postbacks: match self.postbacks {
                    Postbacks::None => "none",
                    Postbacks::Once => "once",
                    Postbacks::All => "all",
                },
            };
            (line.number, row)
        });
        Transcript::of_lines(format, rows, &self.batches)
    }

    /// The first lines, and every line that deletes.
    fn preview(&self, out: &mut Stdout) -> Result<(), Failure> {
        let all = self.update.conversions();
        let mut grid = Grid::new(vec![
            Column::figure("Line"),
            Column::word("Hit"),
            Column::text("Transaction"),
            Column::figure("Payout"),
        ]);
        let mut left_out = 0;
        for (at, (line, conversion)) in self.table.lines.iter().zip(all).enumerate() {
            if at >= SHOWN && !conversion.is_delete() {
                left_out += 1;
                continue;
            }
            grid.row(vec![
                line.number.to_string(),
                conversion.hit().to_string(),
                conversion.transaction_id().to_owned(),
                match conversion.amount() {
                    _ if conversion.is_delete() => "DELETE".to_owned(),
                    Some(amount) => amount.to_string(),
                    None => "the offer's".to_owned(),
                },
            ]);
        }
        write!(out, "{}", grid.draw().text)?;
        if left_out > 0 {
            writeln!(out, "… and {left_out} more, none of which deletes")?;
        }
        writeln!(
            out,
            "\n{}, payouts of {} in total; {}; postbacks: {}",
            counted(all.len(), Self::NOUN),
            self.paid,
            match all.iter().filter(|one| one.is_delete()).count() {
                0 => "none of them deletes".to_owned(),
                1 => "1 of them DELETES a conversion (payout -1)".to_owned(),
                deleted => format!("{deleted} of them DELETE conversions (payout -1)"),
            },
            match self.postbacks {
                Postbacks::None => "none",
                Postbacks::Once => "once for each hit",
                Postbacks::All => "ALL, including those sent before",
            }
        )?;
        Ok(())
    }

    fn call<'a>(client: &'a FunnelFlux, body: &ConversionsUpdate) -> CallBuilder<'a> {
        client.call(&operations::CONVERSIONS_UPDATE).json(body)
    }

    async fn send(reporting: &Reporting, body: &ConversionsUpdate) -> Result<(), Error> {
        reporting.conversions_update(body).await.map(drop)
    }
}
