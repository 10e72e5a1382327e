//! What the lines of conversions come to: statuses, refunds, corrections, and the last state of each hit.

use std::collections::{BTreeMap, HashMap};

use rust_decimal::Decimal;

use crate::{Corrections, DayOrder, Line, Note, Problems, Sheet, State, day};

const DELETE: &str = "delete";

/// The lines that became of others, to be told.
#[derive(Default)]
struct Told {
    skipped: Vec<u64>,
    replaced: Vec<u64>,
    negative: Vec<u64>,
}

pub(crate) fn settle(
    sheet: &mut Sheet,
    states: &BTreeMap<String, State>,
    corrections: Option<Corrections>,
    is_mapped: bool,
    days: Option<DayOrder>,
) -> Result<(), Problems> {
    // A file of one's own says `delete` itself, and a negative amount in it is an error of the command.
    if !is_mapped {
        return Ok(());
    }
    let (mut told, mut problems) = (Told::default(), Problems::default());
    let mut kept: Vec<(Line, bool)> = Vec::with_capacity(sheet.lines.len());
    let names = sheet.lines.first().map(|line| line.names.clone()).unwrap_or_else(|| [].into());
    let place = |name: &str| names.iter().position(|own| **own == *name);
    let (payout, has_status) = (place("payout"), place("status").is_some());
    for line in sheet.lines.drain(..) {
        let status = line.get("status").trim().to_lowercase();
        let state = match states.get(&status) {
            Some(state) => *state,
            None if !has_status => State::Set,
            None => {
                let known = states
                    .keys()
                    .filter(|key| !key.is_empty())
                    .cloned()
                    .collect::<Vec<_>>()
                    .join(", ");
                let known =
                    if known.is_empty() { String::new() } else { format!("; known are {known}") };
                problems.add(line.number, format!("status {status:?} is unknown; --status \"{status}=set\", =delete or =skip says what it means{known}"));
                continue;
            }
        };
        if line.get("hit").is_empty() && state != State::Skip {
            problems.add(line.number, "no hit, so the sale is of no visit that is known");
            continue;
        }
        match state {
            State::Skip => told.skipped.push(line.number),
            State::Set | State::Delete => kept.push((line, state == State::Delete)),
        }
    }
    by_time(&mut kept, days);
    let mut last: HashMap<(String, String), usize> = HashMap::new();
    let mut settled: Vec<(Line, bool)> = Vec::with_capacity(kept.len());
    for (mut line, mut deletes) in kept {
        let key = (line.get("hit").to_owned(), line.get("transaction").to_owned());
        let amount = line.get("payout").parse::<Decimal>().ok();
        let known = last.get(&key).copied().and_then(|at| settled.get_mut(at));
        if let Some(amount) =
            amount.filter(|amount| !deletes && amount.is_sign_negative() && !amount.is_zero())
        {
            let earlier =
                known.as_ref().and_then(|(line, _)| line.get("payout").parse::<Decimal>().ok());
            match (earlier.and_then(|earlier| earlier.checked_add(amount)), corrections) {
                // All of it, or an amount whose first part is not in the file.
                (left, chosen)
                    if left.is_none_or(|left| left.is_zero())
                        || chosen == Some(Corrections::Delete) =>
                {
                    told.negative.push(line.number);
                    line.correction = left.is_none().then_some(amount);
                    deletes = true;
                }
                (_, Some(Corrections::Skip)) => {
                    told.skipped.push(line.number);
                    continue;
                }
                (Some(left), Some(Corrections::Set)) if !left.is_sign_negative() => {
                    if let Some(payout) = payout {
                        line.set(payout, left.to_string());
                    }
                }
                (left, _) => {
                    let left = left.unwrap_or_default();
                    problems.add(line.number, format!("corrects an earlier payout to {left}; --corrections set, delete or skip says what to do"));
                    continue;
                }
            }
        }
        let differs = |earlier: &Line| {
            !earlier.get("order").is_empty() && earlier.get("order") != line.get("order")
        };
        match known {
            Some((earlier, was_deleted)) if !deletes && !*was_deleted && differs(earlier) => {
                problems.add(line.number, format!("a second sale of the hit of line {}, which it would replace; --map transaction=COLUMN keeps both", earlier.number));
            }
            Some(earlier) => {
                told.replaced.push(earlier.0.number);
                *earlier = (line, deletes);
            }
            None => {
                last.insert(key, settled.len());
                settled.push((line, deletes));
            }
        }
    }
    problems.result(())?;
    if settled.iter().any(|(_, deletes)| *deletes) && payout.is_none() {
        return Err(Problems::of("no column of payouts, so that no line can say `delete`"));
    }
    sheet.lines = settled
        .into_iter()
        .map(|(mut line, deletes)| {
            if let Some(payout) = payout.filter(|_| deletes) {
                line.set(payout, DELETE.to_owned());
            }
            line
        })
        .collect();
    for (mut lines, note) in [
        (told.skipped, Note::Skipped as fn(_) -> _),
        (told.replaced, Note::Replaced),
        (told.negative, Note::Negative),
    ] {
        lines.sort_unstable();
        sheet.notes.extend((!lines.is_empty()).then(|| note(lines)));
    }
    Ok(())
}

/// Sorts by the times of the lines if each has one; else the order of the file is that of the events.
fn by_time(lines: &mut [(Line, bool)], days: Option<DayOrder>) {
    let times = lines.iter().map(|(line, _)| line.get("time"));
    let Ok(order) = day::decide(times, days) else { return };
    let moment = |line: &Line| {
        let cell = line.get("time");
        let day = day::day(cell, order)?;
        let clock = day::seconds(day::readings(cell).1).or_else(|| day::seconds(line.get("hour")));
        Some((day, clock?))
    };
    if lines.iter().all(|(line, _)| moment(line).is_some()) {
        lines.sort_by_key(|(line, _)| moment(line));
    }
}
