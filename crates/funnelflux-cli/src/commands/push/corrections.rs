//! Negative amounts whose first part the file does not have. One that takes back all of it deletes; of a part, or of
//! something unknown, the user is asked.

use std::collections::{HashMap, HashSet};

use funnelflux::imports::{Problems, Reversal};
use funnelflux::model::updates::Conversion;
use rust_decimal::Decimal;

use super::entry::{DELETE, Entry, Value};
use super::kept::Kept;
use super::reading::{Reading, Source};
use super::table::{Line, Table};
use crate::args::{ConversionsArgs, Correct};
use crate::failure::Failure;
use crate::journal::{Draft, State};
use crate::session::Session;
use crate::settings::Settings;

/// What a hit had before a correction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Before {
    Amount(Decimal),
    /// It was deleted from here, so that a deletion takes nothing away.
    Deleted,
    /// The account shows no conversion, as far as its answer is understood.
    Missing,
    Unknown,
    /// An upload of the hit may have arrived or not.
    Ambiguous,
    /// All corrections of the line were uploaded, and came to this.
    Corrected(Decimal),
}

/// What a line takes off.
#[derive(Clone, Copy, Debug)]
struct Taken {
    by: Decimal,
    /// What was booked after it for the same order.
    again: Option<Decimal>,
    /// What says that the conversion does not count any more.
    reversal: Option<Reversal>,
}

/// A line that corrects what the file does not have.
struct Open {
    at: usize,
    line: u64,
    taken: Taken,
    before: Before,
    /// What the earlier upload of the same corrections took off.
    took: Option<String>,
}

/// What becomes of a correction.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Delete,
    Set(Decimal),
    Skip,
    Ask(String),
}

fn judge(before: Before, taken: Taken, chosen: Option<Correct>) -> Verdict {
    let Taken { by, again, reversal } = taken;
    let all = again.map_or(Verdict::Delete, Verdict::Set);
    let rest = match before {
        Before::Corrected(left) => return Verdict::Set(left),
        Before::Deleted => return all,
        // There is nothing that a reversal could take a part of.
        Before::Missing if again.is_some() || reversal.is_some() => return all,
        // The amount beside such a status is what the conversion had.
        Before::Unknown if reversal == Some(Reversal::Status) => return all,
        Before::Missing | Before::Unknown | Before::Ambiguous => None,
        Before::Amount(earlier) => earlier.checked_add(by),
    };
    let left = rest.and_then(|rest| rest.checked_add(again.unwrap_or_default()));
    match (chosen, left) {
        _ if rest.is_some_and(|it| it.is_zero() || (reversal.is_some() && it < Decimal::ZERO)) => {
            all
        }
        (Some(Correct::Delete), _) => Verdict::Delete,
        (Some(Correct::Skip), _) => Verdict::Skip,
        (Some(Correct::Set), Some(left)) if !left.is_sign_negative() => Verdict::Set(left),
        (_, left) => Verdict::Ask(match (before, left) {
            (Before::Amount(earlier), Some(left)) => {
                format!("corrects {earlier} to {left}, which is not the whole of it")
            }
            (Before::Missing, _) => {
                "takes back an amount of a hit of which the account shows no conversion".to_owned()
            }
            (Before::Ambiguous, _) => "takes back a part of an upload whose outcome is unknown; \
                  `ffx conversions verify` reads it"
                .to_owned(),
            _ => "takes back an amount that neither the file, nor an earlier upload, nor the account \
                  is known to have"
                .to_owned(),
        }),
    }
}

/// What a line takes off, and digests of its corrections, for the journal.
pub(super) type Rests = HashMap<u64, (Option<String>, Vec<String>)>;

/// The conversions after corrections, and what is kept of the corrections of each line.
pub(super) async fn corrected(
    mut conversions: Vec<Conversion>,
    table: &mut Table,
    kept: &mut Kept,
    args: &ConversionsArgs,
    settings: &Settings,
) -> Result<(Vec<Conversion>, Rests), Failure> {
    let marks = |line: &Line<'_>| line.corrections().map(|(_, mark)| digest(mark)).collect();
    let with = table.lines().filter(|line| line.corrections().next().is_some());
    let mut rests: Rests = with.map(|line| (line.number(), (None, marks(&line)))).collect();
    if table.lines().all(|line| line.correction().is_none()) {
        return Ok((conversions, rests));
    }
    let pairs = table.lines().zip(&conversions);
    let entries = pairs.map(|(line, one)| Entry::conversion(Some(line.number()), one)).collect();
    kept.judge(entries, args.table.resend)?;
    let open = table.lines().enumerate();
    let open = open
        .filter_map(|(at, line)| Some(uploaded(at, &line, kept.earlier(at), line.correction()?)));
    let mut open: Vec<Open> = open.collect();
    look_up(&mut open, &conversions, settings).await?;
    let (mut left_out, mut problems) = (HashSet::new(), Problems::default());
    for Open { at, line, taken, before, took } in open {
        let Some(one) = conversions.get_mut(at) else { continue };
        match judge(before, taken, args.corrections) {
            Verdict::Delete => {}
            Verdict::Skip => {
                left_out.insert(at);
            }
            Verdict::Ask(why) => problems.add(line, why),
            Verdict::Set(left) => {
                if matches!(before, Before::Corrected(_)) {
                    settings.terminal.note(&format!(
                        "line {line}: the correction by {} was uploaded before, and is not repeated",
                        taken.by
                    ));
                }
                let transaction = one.transaction_id().to_owned();
                *one = Conversion::new(one.hit().clone()).transaction(&transaction).payout(left);
                if let Some((takes, _)) = rests.get_mut(&line) {
                    let by = taken.by.saturating_add(taken.again.unwrap_or_default());
                    *takes = took.or_else(|| Some(by.to_string()));
                }
            }
        }
    }
    problems.result(()).map_err(|problems| {
        let hint = "--corrections set, delete or skip says what to do; nothing was sent";
        Failure::usage(format!("{}: {problems}", table.path().display())).hint(hint)
    })?;
    let mut at = 0..;
    table.retain(|_| at.next().is_none_or(|at| !left_out.contains(&at)));
    let mut at = 0..;
    conversions.retain(|_| at.next().is_none_or(|at| !left_out.contains(&at)));
    if conversions.is_empty() {
        let why = format!("{}: no line to send: all of them are left out", table.path().display());
        return Err(Failure::usage(why));
    }
    Ok((conversions, rests))
}

/// A mark names an order of a visitor, so that the journal keeps its digest.
fn digest(mark: &str) -> String {
    Draft::new("", mark).digest().to_owned()
}

/// What the journal says of the hit of a line: of its corrections, those that were uploaded are in the amount, unless
/// the account has something else: then none is known to be.
fn uploaded(at: usize, line: &Line<'_>, earlier: Option<(Value, State)>, by: Decimal) -> Open {
    let taken = |parts: &[Decimal], by| {
        let sum = |is_wanted: fn(&&Decimal) -> bool| {
            let mut parts = parts.iter().filter(is_wanted).peekable();
            parts.peek()?;
            Some(parts.fold(Decimal::ZERO, |sum, part| sum.saturating_add(*part)))
        };
        let by = sum(|part| part.is_sign_negative()).unwrap_or(by);
        Taken { by, again: sum(|part| part.is_sign_positive()), reversal: line.reversal() }
    };
    let parts: Vec<Decimal> = line.corrections().map(|(by, _)| by).collect();
    let (line_number, before) = (line.number(), Before::Unknown);
    let mut open = Open { at, line: line_number, taken: taken(&parts, by), before, took: None };
    let Some((value, state)) = earlier else { return open };
    let known = |mark: &str| value.corrections.contains(&digest(mark));
    let new = line.corrections().filter(|(_, mark)| !known(mark)).map(|(by, _)| by);
    let new: Vec<Decimal> = new.collect();
    let (is_new, is_different) = (!new.is_empty(), state == State::Different);
    open.before = match (&*value.amount, value.amount.parse()) {
        (DELETE, _) if !is_different => Before::Deleted,
        (_, Ok(left)) if !is_new => Before::Corrected(left),
        _ if state.is_unsettled() => Before::Ambiguous,
        (_, Ok(amount)) if !is_different => Before::Amount(amount),
        _ => Before::Unknown,
    };
    if !is_new {
        open.took = value.corrects;
    } else if !is_different {
        open.taken = taken(&new, Decimal::ZERO);
    }
    if open.before == Before::Deleted && !is_new {
        open.taken.again = None;
    }
    open
}

/// Asks the account for what neither the file nor the journal knows. Where it cannot be asked, that stays unknown.
async fn look_up(
    open: &mut [Open],
    conversions: &[Conversion],
    settings: &Settings,
) -> Result<(), Failure> {
    let unknown: Vec<&mut Open> =
        open.iter_mut().filter(|one| one.before == Before::Unknown).collect();
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
    let places: Vec<usize> = unknown.iter().map(|one| one.at).collect();
    let total = places.len();
    let tell = |done| session.progress.tell(format!("reading {done} of {total}"));
    match Source::Conversions(conversions).read(&session.client, &places, tell).await {
        Err(error) => why(&error.to_string()),
        Ok(readings) => {
            for (one, reading) in unknown.into_iter().zip(readings) {
                one.before = match reading {
                    Reading::Conversion(Some(amount)) => Before::Amount(amount),
                    Reading::Conversion(None) => Before::Missing,
                    _ => Before::Unknown,
                };
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
        use Before::{Ambiguous, Amount, Corrected, Deleted, Missing, Unknown};
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        let (set, delete, skip) = (Some(Correct::Set), Some(Correct::Delete), Some(Correct::Skip));
        let (status, amount) = (Some(Reversal::Status), Some(Reversal::Amount));
        for (before, by, again, reversal, expected) in [
            (Amount(dec("32.50")), "-32.5", None, None, "delete delete delete delete"),
            (Amount(dec("32.50")), "-5", None, None, "ask 27.50 delete skip"),
            // More than there was: of a refund, it is the whole.
            (Amount(dec("32.50")), "-40", None, None, "ask ask delete skip"),
            (Amount(dec("32.50")), "-40", None, status, "delete delete delete delete"),
            (Amount(dec("32.50")), "-40", None, amount, "delete delete delete delete"),
            (Amount(dec("32.50")), "-32.50", None, amount, "delete delete delete delete"),
            (Amount(dec("32.50")), "-7.31", None, amount, "ask 25.19 delete skip"),
            (Amount(dec("32.50")), "-7.31", None, status, "ask 25.19 delete skip"),
            (Amount(dec("0")), "-5", None, None, "ask ask delete skip"),
            // Booked again: in place of the whole, or in addition to a part.
            (Amount(dec("32.50")), "-32.50", Some("8"), None, "8 8 8 8"),
            (Amount(dec("32.50")), "-5", Some("3"), None, "ask 30.50 delete skip"),
            (Deleted, "-5", None, None, "delete delete delete delete"),
            (Deleted, "-5", Some("8"), None, "8 8 8 8"),
            // That the account shows none may be a wrong reading of its answer.
            (Missing, "-5", None, None, "ask ask delete skip"),
            (Missing, "-5", Some("8"), None, "8 8 8 8"),
            (Missing, "-5", None, status, "delete delete delete delete"),
            (Missing, "-5", None, amount, "delete delete delete delete"),
            (Ambiguous, "-5", None, status, "ask ask delete skip"),
            (Unknown, "-5", None, None, "ask ask delete skip"),
            (Unknown, "-5", None, amount, "ask ask delete skip"),
            (Unknown, "-5", None, status, "delete delete delete delete"),
            // A second run takes nothing off again.
            (Corrected(dec("27.50")), "-5", None, None, "27.50 27.50 27.50 27.50"),
        ] {
            let taken = Taken { by: dec(by), again: again.map(dec), reversal };
            for (chosen, expected) in [None, set, delete, skip].into_iter().zip(expected.split(' '))
            {
                let verdict = judge(before, taken, chosen);
                let is_right = match expected {
                    "ask" => matches!(verdict, Verdict::Ask(_)),
                    "delete" => verdict == Verdict::Delete,
                    "skip" => verdict == Verdict::Skip,
                    left => verdict == Verdict::Set(dec(left)),
                };
                assert!(is_right, "{before:?} {taken:?} {chosen:?}: {verdict:?}");
            }
        }
    }
}
