//! Negative amounts whose first part the file does not have. One that takes back all of it deletes; of a part, or of
//! something unknown, the user is asked.

use std::collections::HashMap;

use funnelflux::imports::Problems;
use funnelflux::model::updates::Conversion;
use rust_decimal::Decimal;

use super::entry::{DEFAULT, DELETE, Entry, Value};
use super::kept::Kept;
use super::reading::{Reading, Source};
use super::table::Table;
use crate::args::{ConversionsArgs, Correct};
use crate::failure::Failure;
use crate::session::Session;
use crate::settings::Settings;

/// What a hit had before a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Amount(Decimal),
    /// No conversion, so that a deletion takes nothing away.
    Nothing,
    Unknown,
    /// This very correction was uploaded, and came to this.
    Corrected(Decimal),
}

/// What becomes of a correction.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Delete,
    Set(Decimal),
    Skip,
    Ask(String),
}

fn judge(before: Before, by: Decimal, chosen: Option<Correct>) -> Verdict {
    let left = match before {
        Before::Corrected(left) => return Verdict::Set(left),
        Before::Nothing => return Verdict::Delete,
        Before::Unknown => None,
        Before::Amount(earlier) => earlier.checked_add(by),
    };
    match (chosen, left) {
        (_, Some(left)) if left.is_zero() => Verdict::Delete,
        (Some(Correct::Delete), _) => Verdict::Delete,
        (Some(Correct::Skip), _) => Verdict::Skip,
        (Some(Correct::Set), Some(left)) if !left.is_sign_negative() => Verdict::Set(left),
        (_, left) => Verdict::Ask(match (before, left) {
            (Before::Amount(earlier), Some(left)) => {
                format!("corrects {earlier} to {left}, which is not the whole of it")
            }
            _ => "takes back an amount that neither the file, nor an earlier upload, nor the account \
                  is known to have"
                .to_owned(),
        }),
    }
}

/// The conversions after corrections, and by which amount each line that is set to a rest corrects.
pub(super) async fn corrected(
    mut conversions: Vec<Conversion>,
    table: &mut Table,
    kept: &mut Kept,
    args: &ConversionsArgs,
    settings: &Settings,
) -> Result<(Vec<Conversion>, HashMap<u64, Decimal>), Failure> {
    let mut rests = HashMap::new();
    if table.lines().all(|line| line.correction().is_none()) {
        return Ok((conversions, rests));
    }
    let pairs = table.lines().zip(&conversions);
    let entries = pairs.map(|(line, one)| Entry::conversion(Some(line.number()), one)).collect();
    kept.judge(entries, args.table.resend)?;
    let open = table.lines().enumerate();
    let open = open.filter_map(|(at, line)| Some((at, line.number(), line.correction()?)));
    let open: Vec<(usize, u64, Decimal)> = open.collect();
    let mut before: Vec<Before> =
        open.iter().map(|(at, _, by)| uploaded(kept.earlier(*at), *by)).collect();
    look_up(&open, &mut before, &conversions, settings).await?;
    let (mut left_out, mut problems) = (Vec::new(), Problems::default());
    for ((at, number, by), before) in open.into_iter().zip(before) {
        let Some(one) = conversions.get_mut(at) else { continue };
        match judge(before, by, args.corrections) {
            Verdict::Delete => {}
            Verdict::Skip => left_out.push(at),
            Verdict::Ask(why) => problems.add(number, why),
            Verdict::Set(left) => {
                if matches!(before, Before::Corrected(_)) {
                    settings.terminal.note(&format!(
                        "line {number}: the correction by {by} was uploaded before, and is not repeated"
                    ));
                }
                let transaction = one.transaction_id().to_owned();
                *one = Conversion::new(one.hit().clone()).transaction(&transaction).payout(left);
                rests.insert(number, by);
            }
        }
    }
    problems.result(()).map_err(|problems| {
        let hint = "--corrections set, delete or skip says what to do; nothing was sent";
        Failure::usage(format!("{}: {problems}", table.path().display())).hint(hint)
    })?;
    let mut keeps = vec![true; conversions.len()];
    left_out
        .into_iter()
        .for_each(|at| keeps.get_mut(at).into_iter().for_each(|it: &mut bool| *it = false));
    let mut kept_lines = keeps.iter();
    table.retain(|_| kept_lines.next().copied().unwrap_or(true));
    let mut kept_ones = keeps.iter();
    conversions.retain(|_| kept_ones.next().copied().unwrap_or(true));
    Ok((conversions, rests))
}

/// What the journal says of a hit.
fn uploaded(value: Option<Value>, by: Decimal) -> Before {
    let Some(value) = value else { return Before::Unknown };
    match (&*value.amount, value.amount.parse()) {
        (DELETE, _) => Before::Nothing,
        (DEFAULT, _) | (_, Err(_)) => Before::Unknown,
        (_, Ok(amount)) if value.corrects.and_then(|it| it.parse().ok()) == Some(by) => {
            Before::Corrected(amount)
        }
        (_, Ok(amount)) => Before::Amount(amount),
    }
}

/// The most hits that a preview looks up.
const MOST: usize = 200;

/// Asks the account for what neither the file nor the journal knows. Where it cannot be asked, that stays unknown.
async fn look_up(
    open: &[(usize, u64, Decimal)],
    before: &mut [Before],
    conversions: &[Conversion],
    settings: &Settings,
) -> Result<(), Failure> {
    let unknown = before.iter().enumerate().filter(|(_, one)| **one == Before::Unknown);
    let unknown: Vec<usize> = unknown.map(|(at, _)| at).take(MOST).collect();
    if unknown.is_empty() {
        return Ok(());
    }
    let why = |why: &str| {
        settings.terminal.warn(&format!("what hits had before corrections is unknown: {why}"));
    };
    let session = match Session::open(settings, "corrections").await {
        Ok(session) => session,
        Err(failure) => {
            why(failure.message());
            return Ok(());
        }
    };
    let places = unknown.iter().filter_map(|at| Some(open.get(*at)?.0));
    let places: Vec<usize> = places.collect();
    let total = places.len();
    let tell = |done| session.progress.tell(format!("reading {done} of {total}"));
    match Source::Conversions(conversions).read(&session.client, &places, tell).await {
        Err(error) => why(&error.to_string()),
        Ok(readings) => {
            for (at, reading) in unknown.into_iter().zip(readings) {
                let found = match reading {
                    Reading::Conversion(Some(amount)) => Before::Amount(amount),
                    Reading::Conversion(None) => Before::Nothing,
                    _ => Before::Unknown,
                };
                before.get_mut(at).into_iter().for_each(|one| *one = found);
            }
        }
    }
    session.progress.finish();
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_of_what_is_known_or_nothing_is_deleted_unasked() {
        use Before::{Amount, Corrected, Nothing, Unknown};
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        let (set, delete, skip) = (Some(Correct::Set), Some(Correct::Delete), Some(Correct::Skip));
        let ask = |verdict: Verdict| matches!(verdict, Verdict::Ask(_));
        for (before, by, expected) in [
            (Amount(dec("32.50")), "-32.5", ["delete", "delete", "delete", "delete"]),
            (Amount(dec("32.50")), "-5", ["ask", "27.50", "delete", "skip"]),
            // More than there was.
            (Amount(dec("32.50")), "-40", ["ask", "ask", "delete", "skip"]),
            (Amount(dec("0")), "-5", ["ask", "ask", "delete", "skip"]),
            (Nothing, "-5", ["delete", "delete", "delete", "delete"]),
            (Unknown, "-5", ["ask", "ask", "delete", "skip"]),
            // A second run takes nothing off again.
            (Corrected(dec("27.50")), "-5", ["27.50", "27.50", "27.50", "27.50"]),
        ] {
            for (chosen, expected) in [None, set, delete, skip].into_iter().zip(expected) {
                let verdict = judge(before, dec(by), chosen);
                match expected {
                    "ask" => assert!(ask(verdict), "{before:?} {by} {chosen:?}"),
                    "delete" => assert_eq!(verdict, Verdict::Delete, "{before:?} {by} {chosen:?}"),
                    "skip" => assert_eq!(verdict, Verdict::Skip, "{before:?} {by} {chosen:?}"),
                    left => assert_eq!(verdict, Verdict::Set(dec(left)), "{before:?} {chosen:?}"),
                }
            }
        }
    }
}
