//! `ffx conversions push`.

use std::io::Write as _;
use std::num::NonZeroUsize;

use funnelflux::model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
use rust_decimal::Decimal;

use super::table::{Line, each, read};
use super::{SHOWN, not_sent};
use crate::args::{ConversionsArgs, ConversionsCommand, Postbacks};
use crate::failure::Failure;
use crate::output::{Column, Grid, stdout};
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
        .map_err(|cause| Failure::usage(format!("{}: {cause}", args.file.display())))?;
    preview(args, &update)?;
    if !args.yes {
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "conversions");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    let total = update.conversions().len();
    let mut done = 0;
    for piece in update.split(PER_REQUEST) {
        let count = piece.conversions().len();
        // operation: reporting.conversions.update
        reporting.conversions_update(&piece).await.map_err(|error| {
            let last = (done + count).min(total);
            let (first, end) = (line_of(&lines, done), line_of(&lines, last - 1));
            Failure::from(error).about(format!(
                "lines {first} to {end} ({done} of {total} conversions were accepted before)"
            ))
        })?;
        done += count;
        progress.tell(format!("{done} of {total}"));
    }
    progress.finish();
    terminal.note(&format!("accepted: {done} conversions; the server works them off later"));
    Ok(())
}

fn line_of(lines: &[Line], at: usize) -> u64 {
    lines.get(at).map_or(0, |line| line.number)
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

fn preview(args: &ConversionsArgs, update: &ConversionsUpdate) -> Result<(), Failure> {
    let all = update.conversions();
    let mut grid =
        Grid::new(vec![Column::word("Hit"), Column::text("Transaction"), Column::figure("Payout")]);
    for conversion in all.iter().take(SHOWN) {
        let payout = match conversion.amount() {
            _ if conversion.is_delete() => "DELETE".to_owned(),
            Some(amount) => amount.to_string(),
            None => "the offer's".to_owned(),
        };
        let hit = conversion.hit().to_string();
        grid.row(vec![hit, conversion.transaction_id().to_owned(), payout]);
    }
    let deleted = all.iter().filter(|c| c.is_delete()).count();
    let paid: Decimal = all.iter().filter(|c| !c.is_delete()).filter_map(|c| c.amount()).sum();
    let mut out = stdout();
    write!(out, "{}", grid.draw().text)?;
    if all.len() > SHOWN {
        writeln!(out, "… and {} more", all.len() - SHOWN)?;
    }
    writeln!(
        out,
        "\n{} conversions, payouts of {paid} in all; {deleted} of them DELETE theirs; postbacks: {}",
        all.len(),
        match args.postbacks {
            Postbacks::None => "none",
            Postbacks::Once => "once for each hit",
            Postbacks::All => "ALL, also those sent before",
        }
    )?;
    out.flush()?;
    Ok(())
}
