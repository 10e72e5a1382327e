//! Negative amounts whose first part the file does not have. One that takes back all of it deletes; of a part, or of
//! something unknown, the user is asked.

use std::collections::HashSet;

use funnelflux::imports::{Corrections, Line, Problems, Reversal};
use funnelflux::model::updates::Conversion;
use rust_decimal::Decimal;

use super::earlier::{Earlier, Uploaded, leave_out, names};
use super::entry::{DELETE, digest};
use super::reading::Reading;
use super::table::Table;
use crate::args::ConversionsArgs;
use crate::failure::Failure;
use crate::journal::State;
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

/// What becomes of a correction.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Delete,
    Set(Decimal),
    Skip,
    Ask(String),
}

fn judge(before: Before, taken: Taken, chosen: Option<Corrections>) -> Verdict {
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
        (Some(Corrections::Delete), _) => Verdict::Delete,
        (Some(Corrections::Skip), _) => Verdict::Skip,
        (Some(Corrections::Set), Some(left)) if !left.is_sign_negative() => Verdict::Set(left),
        (_, left) => Verdict::Ask(match (before, left) {
            (Before::Amount(earlier), Some(left)) if by.is_zero() => {
                format!("is booked after a refund that left {earlier}, with which it comes to {left}")
            }
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

/// The conversions after corrections.
pub(super) fn corrected(
    conversions: &mut Vec<Conversion>,
    earlier: &Earlier,
    table: &mut Table,
    args: &ConversionsArgs,
    settings: &Settings,
) -> Result<(), Failure> {
    let (mut left_out, mut problems) = (HashSet::new(), Problems::default());
    for (at, (line, one)) in table.sheet.lines().zip(conversions.iter_mut()).enumerate() {
        let again = earlier.booked_again(line, one);
        if line.correction().is_none() && again.is_none() {
            continue;
        }
        let (mut before, taken) = uploaded(line, earlier.same(one), again);
        if before == Before::Unknown {
            before = match earlier.found(&line.place()).map(|found| found.reading) {
                Some(Reading::Conversion(Some(amount))) => Before::Amount(amount),
                Some(Reading::Conversion(None) | Reading::NoHit) => Before::Missing,
                _ => Before::Unknown,
            };
        }
        let is_again = matches!(before, Before::Corrected(_));
        let in_doubt = earlier.same(one).filter(|known| {
            let is_vague = is_again && line.get("time").is_empty();
            (is_vague && earlier.of_other_files.contains(&known.run)) || may_be_same(line, known)
        });
        match in_doubt {
            Some(_) if args.corrections == Some(Corrections::Skip) => {
                left_out.insert(at);
                continue;
            }
            Some(Uploaded { run, .. }) => {
                problems.add(line.place(), format!("takes back the same amount as upload {run} of another file, and no time tells whether it is the same refund: --map time=COLUMN does where both spell it alike, and --corrections skip leaves it out"));
                continue;
            }
            None => {}
        }
        match judge(before, taken, args.corrections) {
            Verdict::Delete => {
                *one = Conversion::delete(one.hit().clone()).transaction(one.transaction_id());
            }
            Verdict::Skip => {
                left_out.insert(at);
            }
            Verdict::Ask(why) => problems.add(line.place(), why),
            Verdict::Set(left) => {
                let (line, by) = (line.place(), taken.by);
                if is_again {
                    settings.terminal.note(&format!(
                        "{line}: the correction by {by} was uploaded before, and is not repeated"
                    ));
                } else if let Some(again) = again {
                    let told =
                        format!("{line}: {again} is booked again after a refund: {left} in all");
                    settings.terminal.note(&told);
                }
                let transaction = one.transaction_id().to_owned();
                *one = Conversion::new(one.hit().clone()).transaction(&transaction).payout(left);
            }
        }
    }
    let hint = "--corrections set, delete or skip says what to do";
    problems.result(()).map_err(|all| table.files.refusal(all).and_hint(hint))?;
    leave_out(conversions, table, &left_out);
    Ok(())
}

/// What the journal says of the hit of a line: of its corrections, those that were uploaded are in the amount, unless
/// the account has something else: then none is known to be.
fn uploaded(line: Line<'_>, earlier: Option<&Uploaded>, again: Option<Decimal>) -> (Before, Taken) {
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
    let mut all = taken(&parts, line.correction().unwrap_or_default());
    let Some(Uploaded { value, state, .. }) = earlier else { return (Before::Unknown, all) };
    let known = |mark: &str| value.corrections.contains(&digest(mark));
    let new = line.corrections().filter(|(_, mark)| !known(mark)).map(|(by, _)| by);
    let new: Vec<Decimal> = new.chain(again).collect();
    let (is_new, is_different) = (!new.is_empty(), *state == State::Different);
    let before = match (&*value.amount, value.amount.parse()) {
        (DELETE, _) if !is_different => Before::Deleted,
        (_, Ok(left)) if !is_new => Before::Corrected(left),
        _ if state.is_unsettled() => Before::Ambiguous,
        (_, Ok(amount)) if !is_different => Before::Amount(amount),
        _ => Before::Unknown,
    };
    if is_new && !is_different {
        all = taken(&new, Decimal::ZERO);
    }
    if before == Before::Deleted && !is_new {
        all.again = None;
    }
    (before, all)
}

/// Whether a correction of the line may be one that was uploaded with another spelling of its time.
fn may_be_same(line: Line<'_>, known: &Uploaded) -> bool {
    let has = |name: &String| known.value.corrections.contains(name);
    known.is_sale()
        && line
            .corrections()
            .map(|(_, mark)| names(mark))
            .any(|(own, others)| !own.first().is_some_and(has) && others.iter().any(has))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_of_what_is_known_or_nothing_is_deleted_unasked() {
        use Before::{Ambiguous, Amount, Corrected, Deleted, Missing, Unknown};
        let dec = |text: &str| text.parse::<Decimal>().unwrap();
        let (set, delete, skip) =
            (Some(Corrections::Set), Some(Corrections::Delete), Some(Corrections::Skip));
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
            // After a refund of an earlier upload.
            (Amount(dec("27.50")), "0", Some("3"), None, "ask 30.50 delete skip"),
            (Deleted, "0", Some("3"), None, "3 3 3 3"),
            (Ambiguous, "0", Some("3"), None, "ask ask delete skip"),
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
