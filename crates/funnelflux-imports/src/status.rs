//! Columns of states: which column is one, and what its words may mean.

use std::collections::BTreeMap;

use crate::State;
use crate::grid::Row;
use crate::header::Header;
use crate::vocabulary::{has_word, is_one, split, state};

/// A column of states has few of them.
const MOST_VALUES: usize = 40;

/// How often a column has which value.
#[derive(Default)]
pub(crate) struct Values(BTreeMap<String, usize>);

impl Values {
    pub(crate) fn add(&mut self, cell: &str) {
        if self.0.len() <= MOST_VALUES {
            match self.0.get_mut(cell) {
                Some(count) => *count += 1,
                None => drop(self.0.insert(cell.to_owned(), 1)),
            }
        }
    }

    /// What each value may mean, if the column is one of states: most cells are words of states, whatever the title
    /// says, or it is that of a yes or no to a reversal.
    pub(crate) fn states(&self, title: &str) -> Option<Vec<(&str, Option<State>)>> {
        let Self(all) = self;
        let filled = || all.iter().filter(|(value, _)| !value.is_empty());
        let is_flag = |value: &str| is_one("yes", value) || is_one("no", value);
        let is_reversal = split(title).any(|it| state(&it) == Some((State::Delete, true)));
        if filled().next().is_none() || all.len() > MOST_VALUES {
            return None;
        }
        if is_reversal && filled().all(|(value, _)| is_flag(value)) {
            let state = |yes| if yes { State::Delete } else { State::Set };
            return Some(all.keys().map(|it| (&**it, Some(state(is_one("yes", it))))).collect());
        }
        let is_title = has_word("status", title);
        let is_sure = is_title || all.keys().any(|it| state(it).is_some_and(|(_, sure)| sure));
        let known: usize = filled().filter(|(it, _)| state(it).is_some()).map(|it| it.1).sum();
        let count: usize = filled().map(|it| it.1).sum();
        (is_sure && known * 2 > count)
            .then(|| all.keys().map(|it| (&**it, state(it).map(|it| it.0))).collect())
    }
}

/// The columns that no field takes.
pub(crate) struct Unread(Vec<(usize, String, Values)>);

impl Unread {
    /// Those of a file of sales whose states no column gives.
    pub(crate) fn new(header: &Header) -> Self {
        let has = |name: &str| header.columns.iter().any(|(_, field)| field == name);
        let free = header.free.iter().filter(|_| has("hit") && !has("status"));
        Self(free.map(|(at, title)| (*at, title.clone(), Values::default())).collect())
    }

    pub(crate) fn add(&mut self, row: &Row) {
        self.0.iter_mut().for_each(|(at, _, values)| values.add(row.get(*at)));
    }

    /// Says that one of them has states, some of which may be those of sales that do not count.
    pub(crate) fn problem(&self) -> Option<String> {
        self.0.iter().find_map(|(_, title, values)| {
            let states = values.states(title)?;
            states.iter().any(|(_, state)| *state != Some(State::Set)).then_some(())?;
            let values = states.iter().map(|(value, _)| format!("{value:?}")).collect::<Vec<_>>();
            Some(format!(
                "column {title:?} looks like the states of the sales ({}), which would all be booked; \
                 --map status={title:?} --status \"{}\" says what each means",
                values.join(", "),
                said(&states)
            ))
        })
    }
}

/// The option that says what the values mean, as far as a word tells.
fn said(states: &[(&str, Option<State>)]) -> String {
    let each = states.iter().map(|(value, state)| {
        let state = state.map_or("set|delete|skip".to_owned(), |it| it.to_string());
        format!("{}={state}", value.to_lowercase())
    });
    each.collect::<Vec<_>>().join(",")
}
