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
    let mut kept: Vec<(usize, bool)> = Vec::with_capacity(sheet.len());
    let (payout, has_status) = (sheet.place("payout"), sheet.place("status").is_some());
    for (at, line) in sheet.lines().enumerate() {
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
                problems.add(line.number(), format!("status {status:?} is unknown; --status \"{status}=set\", =delete or =skip says what it means{known}"));
                continue;
            }
        };
        if line.get("hit").is_empty() && state != State::Skip {
            problems.add(line.number(), "no hit, so the sale is of no visit that is known");
            continue;
        }
        match state {
            State::Skip => told.skipped.push(line.number()),
            State::Set | State::Delete => kept.push((at, state == State::Delete)),
        }
    }
    by_time(sheet, &mut kept, days);
    let code = |sheet: &Sheet, name: &str, at| {
        sheet.place(name).and_then(|place| sheet.columns.get(place)).map(|column| column.code(at))
    };
    let text = |sheet: &Sheet, at, name: &str| {
        sheet.line(at).map_or_else(String::new, |line| line.get(name).to_owned())
    };
    let mut last: HashMap<(Option<u32>, Option<u32>), usize> = HashMap::new();
    let mut settled: Vec<(usize, bool)> = Vec::with_capacity(kept.len());
    for (at, mut deletes) in kept {
        let number = sheet.number(at);
        let key = (code(sheet, "hit", at), code(sheet, "transaction", at));
        let amount_of = |sheet: &Sheet, at| text(sheet, at, "payout").parse::<Decimal>().ok();
        let known = last.get(&key).copied().and_then(|at| settled.get_mut(at));
        if let Some(amount) = amount_of(sheet, at)
            .filter(|amount| !deletes && amount.is_sign_negative() && !amount.is_zero())
        {
            let before =
                known.as_ref().and_then(|(at, _)| sheet.corrections.get(&sheet.number(*at)));
            let mut corrected = before.cloned().unwrap_or_default();
            let (order, time) = (text(sheet, at, "order"), text(sheet, at, "time"));
            let mark = format!("{order} {time} {}", amount.normalize());
            let is_same = |known: &str| known.rsplit_once(' ').is_some_and(|(it, _)| it == mark);
            let again = corrected.parts.iter().filter(|(_, known)| is_same(known)).count();
            corrected.parts.push((amount, format!("{mark} {again}")));
            let earlier = known.as_ref().filter(|_| !corrected.is_open);
            let earlier = earlier.and_then(|(at, _)| amount_of(sheet, *at));
            match (earlier.and_then(|earlier| earlier.checked_add(amount)), corrections) {
                // All of it, or an amount whose first part is not in the file.
                (left, chosen)
                    if left.is_none_or(|left| left.is_zero())
                        || chosen == Some(Corrections::Delete) =>
                {
                    told.negative.push(number);
                    // Of several corrections without their first part, the sum counts.
                    corrected.is_open = left.is_none();
                    sheet.corrections.insert(number, corrected);
                    deletes = true;
                }
                (_, Some(Corrections::Skip)) => {
                    told.skipped.push(number);
                    continue;
                }
                (Some(left), Some(Corrections::Set)) if !left.is_sign_negative() => {
                    sheet.corrections.insert(number, corrected);
                    set(sheet, payout, at, &left.to_string());
                }
                (left, _) => {
                    let left = left.unwrap_or_default();
                    problems.add(number, format!("corrects an earlier payout to {left}; --corrections set, delete or skip says what to do"));
                    continue;
                }
            }
        }
        let order = |at| text(sheet, at, "order");
        let differs = |earlier| !order(earlier).is_empty() && order(earlier) != order(at);
        match known {
            Some((earlier, was_deleted)) if !deletes && !*was_deleted && differs(*earlier) => {
                problems.add(number, format!("a second sale of the hit of line {}, which it would replace; --map transaction=COLUMN keeps both", sheet.number(*earlier)));
            }
            Some(earlier) => {
                told.replaced.push(sheet.number(earlier.0));
                *earlier = (at, deletes);
            }
            None => {
                last.insert(key, settled.len());
                settled.push((at, deletes));
            }
        }
    }
    problems.result(())?;
    if settled.iter().any(|(_, deletes)| *deletes) && payout.is_none() {
        return Err(Problems::of("no column of payouts, so that no line can say `delete`"));
    }
    for (at, _) in settled.iter().filter(|(_, deletes)| *deletes) {
        set(sheet, payout, *at, DELETE);
    }
    sheet.pick(&settled.into_iter().map(|(at, _)| at).collect::<Vec<_>>());
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

fn set(sheet: &mut Sheet, column: Option<usize>, at: usize, text: &str) {
    if let Some(column) = column.and_then(|place| sheet.columns.get_mut(place)) {
        column.set(at, text);
    }
}

/// Sorts by the times of the lines if each has one; else the order of the file is that of the events.
fn by_time(sheet: &Sheet, places: &mut [(usize, bool)], days: Option<DayOrder>) {
    let lines = || places.iter().filter_map(|(at, _)| sheet.line(*at));
    let Ok(order) = day::decide(lines().map(|line| line.get("time")), days) else { return };
    let moment = |line: Line<'_>| {
        let cell = line.get("time");
        let day = day::day(cell, order)?;
        let clock = day::seconds(day::readings(cell).1).or_else(|| day::seconds(line.get("hour")));
        Some((day, clock?))
    };
    if lines().all(|line| moment(line).is_some()) {
        places.sort_by_cached_key(|(at, _)| sheet.line(*at).and_then(moment));
    }
}
