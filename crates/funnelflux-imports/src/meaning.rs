//! What the cells of the lines mean, each distinct one read once.

use std::borrow::Cow;
use std::hash::Hash;

use hashbrown::HashMap;

use crate::groups::groups;
use crate::{Line, Problems, Sheet};

/// What the lines have in a column, or in several.
#[derive(Clone, Debug)]
pub(crate) struct Meaning<T> {
    lines: usize,
    /// The place of each line's value; empty where it is the first for all.
    codes: Vec<u32>,
    values: Vec<Option<T>>,
}

impl<T> Meaning<T> {
    /// Reads the lines by these columns, and tells the fields that are wrong: each distinct line of them is read once.
    pub(crate) fn of(
        sheet: &Sheet,
        names: &[&str],
        problems: &mut Problems,
        mut read: impl FnMut(Line<'_>) -> Result<T, (&'static str, String)>,
    ) -> Self {
        let columns = names.iter().filter_map(|name| sheet.columns.get(sheet.place(name)?));
        let columns = columns.map(|column| column.codes().into());
        // Numbered in the order of their first lines.
        let codes = groups(columns, sheet.len());
        let (mut values, mut wrong) = (Vec::new(), HashMap::new());
        for (line, code) in sheet.lines().zip(&*codes) {
            if *code as usize == values.len() {
                let value = read(line).map_err(|cause| wrong.insert(*code, cause));
                values.push(value.ok());
            }
            if !wrong.is_empty()
                && let Some((field, cause)) = wrong.get(code)
            {
                problems.add_value(line.place(), field, line.get(field), cause.clone());
            }
        }
        let codes = if values.len() > 1 { codes.into_owned() } else { Vec::new() };
        Self { lines: sheet.len(), codes, values }
    }

    pub(crate) fn get(&self, at: usize) -> Option<&T> {
        self.values.get(self.place(at)?)?.as_ref()
    }

    /// The place of a line's value among the values.
    pub(crate) fn place(&self, at: usize) -> Option<usize> {
        let code = self.codes.get(at).map(|code| *code as usize);
        code.or((at < self.lines && self.codes.is_empty()).then_some(0))
    }

    /// The values, in the order of their first lines.
    pub(crate) fn values(&self) -> impl Iterator<Item = &T> {
        self.values.iter().flatten()
    }

    /// A number for each line: those of the same meaning, by a key of it, have the same. A name and an id may mean the
    /// same, and so may an hour that is spelled in two ways.
    pub(crate) fn keys<K: Hash + Eq>(&self, key: impl Fn(&T) -> K) -> Cow<'_, [u32]> {
        let mut known = HashMap::new();
        let numbers = (0..).zip(&self.values);
        let numbers =
            numbers.map(|(at, value)| *known.entry(value.as_ref().map(&key)).or_insert(at));
        let numbers: Vec<u32> = numbers.collect();
        if numbers.iter().zip(0..).all(|(number, at)| *number == at) {
            return self.codes.as_slice().into();
        }
        let codes = self.codes.iter();
        codes.map(|code| numbers.get(*code as usize).copied().unwrap_or(u32::MAX)).collect()
    }
}
