//! Costs that an undo sends again: those of other times or restrictions that share visits with what is set back. Sent in
//! the order in which they were sent first, they leave every visit the cost of the last of them.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use super::entry::{Entry, Visits};
use super::history::Past;
use super::reading::ROUNDED;
use crate::failure::Failure;
use crate::journal::{Book, RunId, State};

/// What is sent again, and the upload that had it. What no upload had comes before all of them.
pub(super) struct Layer {
    pub(super) upload: Option<RunId>,
    pub(super) entry: Entry,
    state: State,
    /// Of a cost.
    visits: Option<Visits>,
}

impl Layer {
    pub(super) fn new(upload: Option<RunId>, entry: Entry, state: State) -> Self {
        Self { upload, visits: entry.visits(), entry, state }
    }

    fn total(&self) -> Option<Decimal> {
        let is_total = self.entry.value.cost_type.as_deref().is_none_or(|it| it == "wholeSegment");
        self.entry.value.amount.parse().ok().filter(|_| is_total)
    }

    pub(super) fn shares(&self, other: &Self) -> bool {
        let both = self.visits.as_ref().zip(other.visits.as_ref());
        both.is_some_and(|(one, other)| one.shares(other))
    }

    fn covers(&self, other: &Self) -> bool {
        let both = self.visits.as_ref().zip(other.visits.as_ref());
        both.is_some_and(|(one, other)| one.covers(other))
    }

    /// Whether these others, which share visits with it, say all that its visits had without it. `before` is what they had
    /// together.
    pub(super) fn is_under(&self, others: &[&Self], before: Option<Decimal>) -> bool {
        let sum = others.iter().try_fold(Decimal::ZERO, |sum, it| {
            sum.checked_add(it.total().filter(|_| self.covers(it))?)
        });
        let rest = before.zip(sum).map(|(before, sum)| (before - sum).abs());
        let is_exact = rest.is_some_and(|it| it < ROUNDED);
        !others.is_empty() && (is_exact || others.iter().any(|it| it.covers(self)))
    }

    /// Whether nothing but a read says what the account has of it.
    pub(super) fn is_in_doubt(&self) -> bool {
        !matches!(self.state, State::Accepted | State::Confirmed)
    }
}

/// The costs of other keys in effect that share visits with these.
pub(super) fn beside<'a>(
    book: &Book,
    layers: impl Iterator<Item = &'a Layer>,
    undos: &mut HashMap<RunId, Option<RunId>>,
) -> Result<Vec<Layer>, Failure> {
    let (mut keys, mut by_pair) = (HashSet::new(), HashMap::<_, Vec<&Visits>>::new());
    for layer in layers {
        keys.insert(&*layer.entry.key);
        layer.visits.iter().for_each(|it| by_pair.entry(it.pair).or_default().push(it));
    }
    let mut found = Vec::new();
    if !by_pair.is_empty() {
        book.each_sent(|step| {
            let entry = Entry::of(&step).filter(|entry| !keys.contains(&*entry.key));
            let visits = entry.and_then(|entry| entry.visits());
            let is_near = |visits: &Visits| {
                by_pair.get(&visits.pair).into_iter().flatten().any(|it| it.shares(visits))
            };
            if visits.is_some_and(|visits| is_near(&visits)) {
                found.push(step.key);
            }
        })?;
    }
    let mut all = Vec::new();
    for key in found {
        let step = Past::of(book, &key, undos).next()?;
        let step = step.filter(|step| step.state != State::Unmatched);
        all.extend(step.and_then(|it| Some(Layer::new(Some(it.run), Entry::of(&it)?, it.state))));
    }
    Ok(all)
}

/// Adds the costs that were sent after one of these to visits of it, and sorts all as they were sent.
pub(super) fn complete(
    book: &Book,
    layers: &mut Vec<Layer>,
    undos: &mut HashMap<RunId, Option<RunId>>,
) -> Result<(), Failure> {
    loop {
        let mut later = beside(book, layers.iter(), undos)?;
        let is_over = |it: &Layer, known: &Layer| known.upload < it.upload && known.shares(it);
        later.retain(|it| layers.iter().any(|known| is_over(it, known)));
        if later.is_empty() {
            break;
        }
        layers.extend(later);
    }
    layers.sort_by_key(|it| it.upload);
    Ok(())
}
