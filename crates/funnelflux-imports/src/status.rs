//! Columns of states: which column is one, and what its words may mean.

use std::collections::BTreeMap;

use crate::grid::Row;
use crate::header::Header;
use crate::problem::quoted;
use crate::states::STATUS;
use crate::values::IGNORED;
use crate::vocabulary::{has_word, is_one, split, state};
use crate::{Problems, State};

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

/// The columns of a file of sales that no field takes.
pub(crate) struct Unread {
    columns: Vec<(usize, String, Values)>,
    /// The options that give those of states which are known, and the field for a further one.
    known: String,
    next: &'static str,
}

impl Unread {
    pub(crate) fn new(header: &Header, titles: &Row) -> Self {
        let has_hits = header.columns.iter().any(|(_, field)| field == "hit");
        let free = header.free.iter().filter(|_| has_hits);
        let columns = free.map(|(at, title)| (*at, title.clone(), Values::default())).collect();
        let place = |name: &str| header.columns.iter().find(|(_, field)| field == name);
        let next = STATUS.into_iter().find(|name| place(name).is_none()).unwrap_or(IGNORED);
        let known = STATUS.iter().filter_map(|name| {
            Some(format!("--map {name}={} ", quoted(titles.get(place(name)?.0))))
        });
        Self { columns, known: known.collect(), next }
    }

    pub(crate) fn add(&mut self, row: &Row) {
        self.columns.iter_mut().for_each(|(at, _, values)| values.add(row.get(*at)));
    }

    /// Says which of them have states, some of which may be those of sales that do not count.
    pub(crate) fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        for (_, title, values) in &self.columns {
            let mut states = values.states(title).unwrap_or_default();
            // Beside a status an empty cell says nothing.
            states.retain(|(value, _)| self.known.is_empty() || !value.is_empty());
            if states.iter().all(|(_, state)| *state == Some(State::Set)) {
                continue;
            }
            let Self { known, next, .. } = self;
            let (title, said) = (quoted(title), said(&states));
            let values = states.iter().map(|(value, _)| quoted(value)).collect::<Vec<_>>();
            problems.extend(Problems::of(format!(
                "column {title} looks like the states of the sales ({}), which would all be booked; \
                 {known}--map {next}={title} --status \"{said}\" says what each means; \
                 --map {IGNORED}={title} that it says nothing of them",
                values.join(", ")
            )));
        }
        problems
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
