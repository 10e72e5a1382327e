//! What the lines of conversions come to: statuses, refunds, corrections, and the last state of each hit.

use std::collections::BTreeMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::moment::Moment;
use crate::note::SKIPPED;
use crate::sheet::{Corrected, Reversal};
use crate::values::which_first;
use crate::{
    Corrections, Line, LineOrder, Note, Place, Problems, Reader, Sheet, State, day, vocabulary,
};

const DELETE: &str = "delete";

/// The fields of states: of several the one that counts least is that of the line.
pub(crate) const STATUS: [&str; 3] = ["status", "status2", "status3"];

/// A line that counts.
#[derive(Clone)]
struct Event {
    at: usize,
    place: Place,
    deletes: bool,
    amount: Option<Decimal>,
    moment: Option<Moment>,
    item: String,
    /// Names it as a correction.
    mark: String,
}

impl Event {
    fn is_negative(&self) -> bool {
        self.amount.is_some_and(|amount| amount < Decimal::ZERO)
    }

    fn takes(&self) -> bool {
        self.deletes || self.is_negative()
    }
}

/// What the lines of an order come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    Nothing,
    /// The payout of the offer, where there is no amount.
    Set(Option<Decimal>),
    /// What corrections left of it.
    Left(Decimal),
    Gone,
    /// An amount is taken back that the file does not have.
    Open,
}

struct Outcome {
    now: Now,
    /// The line that says it.
    at: usize,
    corrected: Corrected,
    /// Whether what takes back is left out.
    is_skipped: bool,
}

/// What the states of each line come to, or the word of it that is unknown.
pub(crate) fn of_lines(
    sheet: &Sheet,
    states: &BTreeMap<String, State>,
) -> Vec<Result<State, String>> {
    let fields: Vec<_> = STATUS.into_iter().filter(|it| sheet.place(it).is_some()).collect();
    let of_line = |line: Line<'_>| {
        let mut all = Vec::new();
        for field in &fields {
            let word = line.get(field).trim().to_lowercase();
            match states.get(&word) {
                Some(state) => all.push(*state),
                // A flag beside the status may be there where it is set.
                None if word.is_empty() && *field != "status" => {}
                None => return Err(word),
            }
        }
        let least = [State::Delete, State::Skip].into_iter().find(|state| all.contains(state));
        Ok(least.unwrap_or(State::Set))
    };
    sheet.lines().map(of_line).collect()
}

/// Which lines count, by their statuses, and whether they delete.
pub(crate) fn counted(
    sheet: &mut Sheet,
    states: &BTreeMap<String, State>,
    problems: &mut Problems,
) -> Vec<(usize, bool)> {
    let (mut kept, mut skipped, mut without) = (Vec::new(), Vec::new(), Vec::new());
    for (at, (line, state)) in sheet.lines().zip(of_lines(sheet, states)).enumerate() {
        match state {
            Err(status) => {
                let known = states.keys().filter(|key| !key.is_empty()).cloned();
                let known = known.collect::<Vec<_>>().join(", ");
                let known =
                    if known.is_empty() { String::new() } else { format!("; known are {known}") };
                let likely = vocabulary::state(&status).map_or(State::Set, |(state, _)| state);
                problems.add(line.place(), format!("status {status:?} is unknown; --status \"{status}={likely}\" or another of set, delete and skip says what it means{known}"));
            }
            Ok(State::Skip) => skipped.push(line.place()),
            Ok(_) if line.get("hit").is_empty() => without.push(line.place()),
            Ok(state) => kept.push((at, state == State::Delete)),
        }
    }
    sheet.notes.extend(Note::of(skipped, SKIPPED));
    sheet.notes.extend(Note::of(without, "a sale without a hit, so of no visit, and left out"));
    kept
}

/// Leaves one line of each hit and transaction: what all of its lines come to.
pub(crate) fn settle(
    sheet: &mut Sheet,
    counted: &[(usize, bool)],
    moments: &[Option<Moment>],
    reader: &Reader,
) -> Result<(), Problems> {
    let mut hits: BTreeMap<(&str, &str), BTreeMap<&str, Vec<Event>>> = BTreeMap::new();
    for (at, deletes) in counted {
        let Some(line) = sheet.line(*at) else { continue };
        let (order, payout) = (line.order(), line.get("payout"));
        let amount = payout.parse::<Decimal>().ok();
        let moment = moments.get(*at).copied().flatten();
        let time = moment.map(|moment| moment.to_string());
        let time = time.unwrap_or_else(|| format!("{} {}", line.get("time"), line.get("hour")));
        let item = line.get("item").to_owned();
        let space = if item.is_empty() { "" } else { " " };
        let mark = format!("{order} {item}{space}{time}");
        let deletes = *deletes || payout.eq_ignore_ascii_case(DELETE);
        let event = Event { at: *at, place: line.place(), deletes, amount, moment, item, mark };
        let hit = hits.entry((line.get("hit"), line.get("transaction"))).or_default();
        hit.entry(order).or_default().push(event);
    }
    let (mut problems, mut settled) = (Problems::default(), Vec::new());
    let (mut replaced, mut negative) = (Vec::new(), Vec::new());
    let (mut skipped, mut others, mut repeated) = (Vec::new(), Vec::new(), Vec::new());
    let mut added = Vec::new();
    for orders in hits.into_values() {
        let mut outcomes = Vec::new();
        for (order, mut events) in orders {
            repeated.extend(repeats(&mut events).into_iter().map(|event| event.place));
            let mut items = Vec::new();
            let parts = by_item(events, order, reader).unwrap_or_else(|place| {
                problems.add(place, "a reversal of an item that has no sale in the file, beside other items of its order; --map item=COLUMN with the column of items leaves the others as they are, with one that all lines of an order have alike it counts for all of them");
                Vec::new()
            });
            let is_split = parts.len() > 1;
            for events in parts {
                let outcome = match last_state(&events, !order.is_empty(), reader) {
                    // Nothing of the item counts in the sum of the order.
                    Ok(it) if is_split && events.iter().all(Event::takes) => {
                        Outcome { now: Now::Gone, corrected: Corrected::default(), ..it }
                    }
                    Ok(outcome) => outcome,
                    Err((place, why)) => {
                        problems.add(place, why);
                        continue;
                    }
                };
                for event in &events {
                    let lines = match () {
                        () if outcome.is_skipped && event.takes() => &mut skipped,
                        () if event.is_negative() => &mut negative,
                        () if event.at != outcome.at => &mut replaced,
                        () => continue,
                    };
                    lines.push(event.place.clone());
                }
                items.push(outcome);
            }
            let all = items.iter().map(|item| sheet.place_of(item.at)).collect::<Vec<_>>();
            match added_up(items) {
                Ok(Some(outcome)) => {
                    added.extend(all.into_iter().filter(|it| *it != sheet.place_of(outcome.at)));
                    outcomes.push(outcome);
                }
                Ok(None) => {}
                Err(at) => problems.add(
                    sheet.place_of(at),
                    "an item whose amount cannot be added to those of the other items of its order",
                ),
            }
        }
        outcomes.sort_by_key(|outcome| outcome.at);
        let is_sale = |it: &Outcome| matches!(it.now, Now::Set(_) | Now::Left(_));
        let sales: Vec<usize> = outcomes.iter().filter(|it| is_sale(it)).map(|it| it.at).collect();
        let opened = outcomes.iter().filter(|it| it.now == Now::Open).count();
        match sales.as_slice() {
            [] if opened > 1 => {
                let last = outcomes.last().map_or(0, |it| it.at);
                problems.add(sheet.place_of(last), format!("takes back an amount of another order of the same hit than a line above; {} tells them apart", reader.way("transaction")));
            }
            // An open one says more than that of an order which is gone.
            [] => {
                let place = outcomes.iter().rposition(|it| it.now == Now::Open || opened == 0);
                settled.extend(place.map(|place| outcomes.swap_remove(place)));
            }
            [sale] => {
                // A reversal counts for its own order.
                let rest = outcomes.iter().filter(|it| it.at != *sale);
                others.extend(rest.map(|it| sheet.place_of(it.at)));
                settled.extend(outcomes.into_iter().find(|it| it.at == *sale));
            }
            [first, rest @ ..] => {
                let first = sheet.place_of(*first);
                for at in rest {
                    problems.add(sheet.place_of(*at), format!("a second sale of the hit of {first}, which it would replace; {} keeps both", reader.way("transaction")));
                }
            }
        }
    }
    problems.result(())?;
    let payout = sheet.place("payout");
    settled.sort_by_key(|outcome| outcome.at);
    for Outcome { now, at, corrected, .. } in &mut settled {
        let left = match now {
            Now::Left(left) => Some(left.to_string()),
            Now::Gone | Now::Open => Some(DELETE.to_owned()),
            Now::Set(_) | Now::Nothing => None,
        };
        match (left, payout.and_then(|place| sheet.columns.get_mut(place))) {
            (Some(left), Some(column)) => column.set(*at, &left),
            (Some(_), None) => {
                return Err(Problems::of("no column of payouts, so that no line can say `delete`"));
            }
            (None, _) => {}
        }
        if !corrected.parts.is_empty() {
            sheet.corrections.insert(sheet.number(*at), std::mem::take(corrected));
        }
    }
    // Later files are compared with these times.
    if let Some(column) = sheet.place("time").and_then(|place| sheet.columns.get_mut(place)) {
        let times = moments.iter().enumerate().filter_map(|(at, it)| Some((at, (*it)?)));
        times.for_each(|(at, moment)| column.set(at, &moment.to_string()));
    }
    sheet.pick(&settled.into_iter().map(|it| it.at).collect::<Vec<_>>());
    for (mut lines, why) in [
        (skipped, SKIPPED),
        (replaced, "replaced by a later state of the same hit"),
        (negative, "a negative amount, which takes an earlier one back"),
        (added, "another item of the same order, added to that of another line"),
        (others, "of another order than the sale of the hit, which stays, so left out"),
        (repeated, "in another file, too, so left out"),
    ] {
        lines.sort_unstable();
        sheet.notes.extend(Note::of(lines, why));
    }
    Ok(())
}

/// Takes out the events that another file has, too, since exports overlap: each counts as often as in the file that has it
/// most often.
fn repeats(events: &mut Vec<Event>) -> Vec<Event> {
    if events.len() < 2 {
        return Vec::new();
    }
    let mut known: BTreeMap<_, BTreeMap<Option<Arc<str>>, usize>> = BTreeMap::new();
    let is_repeat = |event: &mut Event| {
        let key = (event.mark.clone(), event.deletes, event.amount);
        let (counts, file) = (known.entry(key).or_default(), &event.place.file);
        let others = counts.iter().filter(|(other, _)| *other != file).map(|(_, count)| *count);
        let most = others.max().unwrap_or_default();
        let own = counts.entry(file.clone()).or_default();
        *own += 1;
        event.moment.is_some() && *own <= most
    };
    events.extract_if(.., is_repeat).collect()
}

/// The events of each item, where each item of the order has a sale, which tells items from states of one sale, or where
/// the column of items was given. Fails at the reversal of one that may be either.
fn by_item(events: Vec<Event>, order: &str, reader: &Reader) -> Result<Vec<Vec<Event>>, Place> {
    let mut items: BTreeMap<&str, Vec<&Event>> = BTreeMap::new();
    events.iter().for_each(|event| items.entry(&event.item).or_default().push(event));
    let is_sold = |events: &Vec<&Event>| events.iter().any(|event| !event.takes());
    let is_one = order.is_empty() || items.contains_key("") || !items.values().any(is_sold);
    let mut unsold = items.values().filter(|events| !is_sold(events)).flatten();
    // An amount that is taken back under an id of its own is one of the order.
    if is_one || unsold.clone().any(|event| event.is_negative()) {
        return Ok(vec![events]);
    }
    match unsold.next().filter(|_| !reader.has("item")) {
        Some(event) => Err(event.place.clone()),
        None => Ok(items.into_values().map(|it| it.into_iter().cloned().collect()).collect()),
    }
}

/// What the items of an order come to together, or the line of one that cannot be added.
fn added_up(items: Vec<Outcome>) -> Result<Option<Outcome>, usize> {
    items.into_iter().try_fold(None, |all: Option<Outcome>, item| {
        let Some(mut all) = all else { return Ok(Some(item)) };
        all.at = match (all.now, item.now) {
            (_, Now::Gone) => all.at,
            (Now::Gone, _) => item.at,
            _ => all.at.max(item.at),
        };
        all.now = match (all.now, item.now) {
            (now, Now::Gone) | (Now::Gone, now) => now,
            (Now::Set(Some(one)) | Now::Left(one), Now::Set(Some(more)) | Now::Left(more)) => {
                Now::Left(one.checked_add(more).ok_or(item.at)?)
            }
            (Now::Set(None), Now::Set(None)) => Now::Set(None),
            _ => return Err(item.at),
        };
        all.is_skipped |= item.is_skipped;
        all.corrected.reversal = all.corrected.reversal.or(item.corrected.reversal);
        all.corrected.parts.extend(item.corrected.parts);
        Ok(Some(all))
    })
}

/// What the lines of an order come to by their times. Where these do not tell, a reversal comes after the sale of its
/// order, and the rest has to come to the same whichever line is the first.
fn last_state(
    events: &[Event],
    has_order: bool,
    reader: &Reader,
) -> Result<Outcome, (Place, String)> {
    let moments: Vec<_> = events.iter().map(|event| event.moment).collect();
    let times = Moment::compared(&moments).unwrap_or_else(|| vec![0; events.len()]);
    let sorted = |is_reversed: bool| {
        let mut all: Vec<_> = times.iter().zip(events).collect();
        if is_reversed {
            all.reverse();
        }
        let is_last = |event: &Event| has_order && reader.order.is_none() && event.takes();
        all.sort_by_key(|(time, event)| (**time, is_last(event)));
        come_to(&all.into_iter().map(|(_, event)| event).collect::<Vec<_>>(), reader)
    };
    match reader.order {
        Some(order) => sorted(order == LineOrder::NewestFirst),
        None => {
            let (one, other) = (sorted(false), sorted(true));
            if one.as_ref().ok().map(|it| it.now) == other.as_ref().ok().map(|it| it.now) {
                return one;
            }
            let last = events.last().map(|event| event.place.clone());
            Err((
                last.unwrap_or_default(),
                format!(
                    "another state of the hit than a line above, and no time says which of them is the last; --order oldest-first or newest-first says how the file is sorted, and {} that they are items of one order, which are added up",
                    reader.way("item")
                ),
            ))
        }
    }
}

/// What these lines come to, one after the other. Where an order has negative amounts, its amounts add up.
fn come_to(events: &[&Event], reader: &Reader) -> Result<Outcome, (Place, String)> {
    let takes = events.iter().any(|event| event.is_negative());
    let corrected = Corrected::default();
    let mut all = Outcome { now: Now::Nothing, at: 0, corrected, is_skipped: false };
    let (mut sale, mut adds_up, mut last) = (None, false, Place::default());
    for event in events {
        let amount = event.amount.filter(|amount| !amount.is_zero());
        let by = match (all.now, amount) {
            (_, Some(amount)) if amount < Decimal::ZERO => Some(amount),
            (Now::Set(Some(had)) | Now::Left(had), Some(amount))
                if event.deletes && amount < had =>
            {
                Some(-amount)
            }
            (Now::Nothing | Now::Open, Some(amount)) if event.deletes => Some(-amount),
            _ => None,
        };
        let corrected = &mut all.corrected;
        if event.deletes && corrected.reversal != Some(Reversal::Amount) {
            let is_part = event.is_negative();
            corrected.reversal = Some(if is_part { Reversal::Amount } else { Reversal::Status });
        }
        last = event.place.clone();
        let booked = amount.filter(|_| all.now == Now::Open && !event.deletes);
        if let Some(by) = by.or(booked) {
            let mark = format!("{} {}", event.mark, by.normalize());
            let is_same = |known: &str| known.rsplit_once(' ').is_some_and(|(it, _)| it == mark);
            let again = corrected.parts.iter().filter(|(_, known)| is_same(known)).count();
            if again > 0 && event.deletes && !event.is_negative() {
                let (time, order) = (reader.way("time"), reader.way("order"));
                let why = "the same refund as a line above, by its order, time and amount; leave one of them out if it is \
                           the same, else";
                return Err((last, format!("{why} {time} or {order} tells them apart")));
            }
            corrected.parts.push((by, format!("{mark} {again}")));
        }
        all.now = match (all.now, by) {
            (Now::Set(Some(had)) | Now::Left(had), Some(by)) => match had.checked_add(by) {
                // A refund may be of more, such as of taxes.
                Some(left) if left.is_zero() || (event.deletes && left < Decimal::ZERO) => {
                    Now::Gone
                }
                Some(left) => Now::Left(left),
                None => return Err((last, "the amounts are too large to add up".to_owned())),
            },
            (Now::Gone, Some(_)) => Now::Gone,
            (_, Some(_)) => Now::Open,
            (_, None) if event.deletes => Now::Gone,
            (Now::Open, None) => Now::Open,
            (Now::Set(Some(had)) | Now::Left(had), None) if takes => {
                adds_up = true;
                Now::Left(had.checked_add(amount.unwrap_or_default()).unwrap_or_default())
            }
            (_, None) => {
                sale = Some((event.at, event.amount));
                Now::Set(event.amount)
            }
        };
        all.at = event.at;
    }
    all.corrected.is_open = all.now == Now::Open;
    let Now::Left(left) = all.now else { return Ok(all) };
    match (reader.corrections, sale) {
        (Some(Corrections::Set), _) if left >= Decimal::ZERO => {}
        (Some(Corrections::Delete), _) => all.now = Now::Gone,
        (Some(Corrections::Skip), Some((at, amount))) if !adds_up => {
            let (now, corrected) = (Now::Set(amount), Corrected::default());
            all = Outcome { now, at, corrected, is_skipped: true };
        }
        _ => {
            let (what, ways) = match adds_up {
                true => ("is one of several amounts of an order, which add up to", "set or delete"),
                false => ("corrects an earlier payout to", "set, delete or skip"),
            };
            return Err((last, format!("{what} {left}; --corrections {ways} says what to do")));
        }
    }
    Ok(all)
}

impl Reader {
    /// The moments of the lines, where their times can be read.
    pub(crate) fn times(&self, sheet: &mut Sheet) -> Result<Vec<Option<Moment>>, Problems> {
        let mut notes = Vec::new();
        let (order, first) = {
            let cells = sheet.lines().map(|line| line.get("time")).filter(|it| day::is_day(it));
            (self.day_order(cells.clone(), &mut notes), cells.take(1).collect::<String>())
        };
        let order = match order {
            Ok(order) => order,
            Err(None) => return Err(which_first("time", &first)),
            Err(Some(_)) => return Ok(Vec::new()),
        };
        sheet.notes.extend(notes);
        let moment = |line: Line<'_>| Moment::read(line.get("time"), line.get("hour"), order);
        Ok(sheet.lines().map(moment).collect())
    }
}

#[cfg(test)]
mod tests;
