//! From the wire into columns.
//!
//! A report repeats some 45 member names in every row, in the same order, and they are most of its
//! text. Serde's interface has a deserializer scan each name before the visitor may look at it;
//! here the expected name is compared in place, and a number is converted while it is scanned.
//! On 80 MB that makes 1000 MB/s instead of 600 MB/s.
//!
//! serde_json checks what this decoder does not check itself (nested values, escapes, unusual
//! numbers), and gives the error for a text that is not JSON.

use std::collections::HashMap;

use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use super::{
    AttributeColumn, Column, Report,
    attribute_column::NO_CODE,
    cursor::{self, Cursor},
};
use crate::{DecodeError, document::describe};

const ROWS: &str = "rows";
const ATTRIBUTES: &str = "attributes";

impl Report {
    pub(super) fn new(attributes: Vec<AttributeColumn>) -> Self {
        Self {
            attributes,
            columns: Vec::new(),
            index: HashMap::new(),
            rows: 0,
            extra: Vec::new(),
            completeness: None,
        }
    }

    /// Returns the index of the column of this name, and adds it if it is missing.
    pub(super) fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.index.get(name) {
            return *place;
        }
        let place = self.columns.len();
        self.columns.push(Column::new(name));
        self.index.insert(name.into(), place);
        place
    }

    pub(super) fn set(&mut self, name: &str, row: usize, json: &str) {
        let place = self.place(name);
        if let Some(column) = self.columns.get_mut(place) {
            column.set(row, json);
        }
    }

    /// Ends a row: its attributes are those of the codes, or none.
    pub(super) fn end_row(&mut self, codes: &[u32]) {
        for (at, column) in self.attributes.iter_mut().enumerate() {
            column.push(codes.get(at).copied().unwrap_or(NO_CODE));
        }
        self.rows += 1;
    }

    pub(super) fn finish(mut self) -> Self {
        self.columns.iter_mut().for_each(|column| column.finish(self.rows));
        self.attributes.iter_mut().for_each(AttributeColumn::finish);
        self
    }
}

pub(super) fn decode(text: &str, attributes: Vec<AttributeColumn>) -> Result<Report, DecodeError> {
    let report = Report::new(attributes);
    let mut decoder =
        Decoder { cursor: Cursor { text, at: 0 }, report, codes: Vec::new(), fault: None };
    if decoder.whole().is_some() {
        return Ok(decoder.report.finish());
    }
    serde_json::from_str::<IgnoredAny>(text).map_err(|error| DecodeError::from_json(&error))?;
    let fault = decoder
        .fault
        .unwrap_or_else(|| "the name of a member holds an escape that is no character".into());
    Err(DecodeError::at(&fault, text, decoder.cursor.at))
}

/// Each reader returns `None` at a fault.
struct Decoder<'t> {
    cursor: Cursor<'t>,
    report: Report,
    /// Codes of the row at hand; empty until its attributes have come.
    codes: Vec<u32>,
    /// Why the text is no report, if it is JSON at all.
    fault: Option<String>,
}

impl Decoder<'_> {
    fn whole(&mut self) -> Option<()> {
        if !self.cursor.take(b'{') {
            return self.expected("a report, an object with `rows`");
        }
        let mut found = false;
        self.entries(b'}', |decoder| {
            let name = decoder.cursor.name()?;
            if name != ROWS {
                let value = RawValue::from_string(decoder.cursor.value()?.to_owned()).ok()?;
                decoder.report.extra.push((name.into_owned(), value));
                return Some(());
            }
            if std::mem::replace(&mut found, true) {
                decoder.fault = Some("`rows` stands twice in the report".to_owned());
                return None;
            }
            decoder.rows()
        })?;
        if !found {
            let names = listed(self.report.extra.iter().map(|(name, _)| name.as_str()));
            self.fault =
                Some(format!("the answer is no report: it has no member `rows`, only {names}"));
        }
        (found && self.cursor.is_at_end()).then_some(())
    }

    fn rows(&mut self) -> Option<()> {
        // An account without traffic may well say null.
        if self.cursor.literal("null") {
            return Some(());
        }
        if !self.cursor.take(b'[') {
            return self.expected("`rows`, a list");
        }
        self.entries(b']', Self::row)
    }

    /// Reads what is in brackets up to the closing one, each entry by the reader.
    #[inline]
    fn entries(&mut self, end: u8, mut entry: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        let mut goes_on = !self.cursor.take(end);
        while goes_on {
            entry(self)?;
            goes_on = self.cursor.goes_on(end)?;
        }
        Some(())
    }

    fn row(&mut self) -> Option<()> {
        if !self.cursor.take(b'{') {
            return self.expected_in_row("", "a row, an object");
        }
        self.codes.clear();
        // Rows repeat their members in the same order almost always, so the next name is compared
        // with the column after the last one, and looked up only if that fails.
        let mut guess = 0;
        self.entries(b'}', |decoder| {
            decoder.cursor.blanks();
            let guessed = decoder.report.columns.get(guess).map(|column| &*column.key);
            if !guessed.is_some_and(|key| decoder.cursor.text_is(key)) {
                let name = decoder.cursor.name()?;
                if name == ATTRIBUTES {
                    return decoder.attributes();
                }
                guess = decoder.report.place(&name);
            }
            decoder.cell(guess)?;
            guess += 1;
            Some(())
        })?;
        self.report.end_row(&self.codes);
        Some(())
    }

    #[inline]
    fn cell(&mut self, place: usize) -> Option<()> {
        let row = self.report.rows;
        let column = self.report.columns.get_mut(place)?;
        self.cursor.blanks();
        if let Some((number, quoted)) = self.cursor.number() {
            column.set_number(row, number.mantissa, number.scale, quoted);
        } else {
            column.set(row, self.cursor.value()?);
        }
        Some(())
    }

    fn attributes(&mut self) -> Option<()> {
        self.codes.clear();
        if self.cursor.literal("null") {
            return Some(());
        }
        let list = self.cursor.at;
        if !self.cursor.take(b'[') {
            return self.expected_in_row(".attributes", "`attributes` of a row, a list");
        }
        let count = self.report.attributes.len();
        for (at, column) in self.report.attributes.iter_mut().enumerate() {
            self.cursor.blanks();
            // Rows come grouped, so the outer attributes are mostly those of the row before.
            let code = match column.last_object() {
                Some((code, json)) if self.cursor.text_is(json.as_bytes()) => Some(code),
                _ => self.cursor.extent().and_then(|json| column.encode(json, cursor::is_json)),
            };
            let goes_on = code.and_then(|_| self.cursor.goes_on(b']'));
            let (Some(code), Some(goes_on)) = (code, goes_on) else {
                return self.wrong_attributes(list);
            };
            self.codes.push(code);
            if goes_on != (at + 1 < count) {
                return self.wrong_attributes(list);
            }
        }
        Some(())
    }

    /// Counts the attributes of the list at a place, none of which is too many to be told apart.
    #[cold]
    fn wrong_attributes(&mut self, list: usize) -> Option<()> {
        self.cursor.at = list;
        let list: Vec<IgnoredAny> = serde_json::from_str(self.cursor.extent()?).ok()?;
        let (found, row, columns) = (list.len(), self.report.rows, &self.report.attributes);
        self.fault = Some(if found == columns.len() {
            format!("rows[{row}]: too many distinct values of an attribute")
        } else {
            format!(
                "rows[{row}].attributes: got {found} attributes; expected the {} that were asked \
                 for ({})",
                columns.len(),
                listed(columns.iter().map(|column| column.label.as_str()))
            )
        });
        None
    }

    #[cold]
    fn expected_in_row(&mut self, member: &str, expected: &str) -> Option<()> {
        self.expected(expected);
        let row = self.report.rows;
        self.fault = self.fault.take().map(|fault| format!("rows[{row}]{member}: {fault}"));
        None
    }

    /// Names the kind of value that is there, never the value: answers hold visitors' data.
    #[cold]
    fn expected(&mut self, expected: &str) -> Option<()> {
        let found = describe(self.cursor.rest());
        self.fault = Some(format!("expected {expected}, found {found}"));
        None
    }
}

fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.take(10).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none at all".to_owned() } else { names.join(", ") }
}
