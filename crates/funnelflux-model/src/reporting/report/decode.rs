//! From the wire into columns.

use std::{collections::HashMap, fmt};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::value::RawValue;

use super::{AttributeColumn, Column, Report, attribute_column::NO_CODE};
use crate::json::{Name, refuse_scalars};

const ROWS: &str = "rows";
const ATTRIBUTES: &str = "attributes";

pub(super) struct ReportVisitor {
    report: Report,
    /// Codes of the row at hand; empty until its attributes have come.
    codes: Vec<u32>,
}

impl ReportVisitor {
    pub(super) fn new(attributes: Vec<AttributeColumn>) -> Self {
        let codes = Vec::with_capacity(attributes.len());
        Self { report: Report::new(attributes), codes }
    }
}

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

    /// Sets a cell of the row at hand, or of an earlier one in order.
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

    /// Gives back the room for growth.
    pub(super) fn finish(mut self) -> Self {
        self.columns.iter_mut().for_each(|column| column.finish(self.rows));
        self.attributes.iter_mut().for_each(AttributeColumn::finish);
        self
    }
}

impl<'de> Visitor<'de> for ReportVisitor {
    type Value = Report;

    refuse_scalars!("a report, an object with `rows`");

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Report, A::Error> {
        let mut found = false;
        while let Some(Name(name)) = map.next_key()? {
            if name != ROWS {
                let value: &RawValue = map.next_value()?;
                self.report.extra.push((name.into_owned(), value.to_owned()));
            } else if found {
                return Err(A::Error::custom("`rows` stands twice in the report"));
            } else {
                found = true;
                map.next_value_seed(RowsSeed(&mut self))?;
            }
        }
        if !found {
            return Err(A::Error::custom(format!(
                "the answer is no report: it has no member `rows`, only {}",
                listed(self.report.extra.iter().map(|(name, _)| name.as_str()))
            )));
        }
        Ok(self.report.finish())
    }
}

/// Names for a message, but not a thousand of them.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<String> = names.take(10).map(|name| format!("`{name}`")).collect();
    if names.is_empty() { "none at all".to_owned() } else { names.join(", ") }
}

struct RowsSeed<'r>(&'r mut ReportVisitor);

impl<'de> DeserializeSeed<'de> for RowsSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowsSeed<'_> {
    type Value = ();

    refuse_scalars!("`rows`, a list");

    // An account without traffic may well say null.
    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut rows: A) -> Result<(), A::Error> {
        while rows.next_element_seed(RowSeed(self.0))?.is_some() {}
        Ok(())
    }
}

struct RowSeed<'r>(&'r mut ReportVisitor);

impl<'de> DeserializeSeed<'de> for RowSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for RowSeed<'_> {
    type Value = ();

    refuse_scalars!("a row, an object");

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let ReportVisitor { report, codes } = self.0;
        codes.clear();
        // Rows repeat their members in the same order almost always, so the next name is compared
        // with the column after the last one, and looked up only if that fails.
        let mut guess = 0;
        while let Some(member) = map.next_key_seed(MemberSeed { report: &mut *report, guess })? {
            match member {
                Member::Attributes => {
                    codes.clear();
                    map.next_value_seed(AttributesSeed {
                        report: &mut *report,
                        codes: &mut *codes,
                    })?;
                }
                Member::Column(place) => {
                    let value: &RawValue = map.next_value()?;
                    let row = report.rows;
                    if let Some(column) = report.columns.get_mut(place) {
                        column.set(row, value.get());
                    }
                    guess = place + 1;
                }
            }
        }
        report.end_row(codes);
        Ok(())
    }
}

enum Member {
    Attributes,
    Column(usize),
}

struct MemberSeed<'r> {
    report: &'r mut Report,
    guess: usize,
}

impl<'de> DeserializeSeed<'de> for MemberSeed<'_> {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Member, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for MemberSeed<'_> {
    type Value = Member;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a member")
    }

    #[inline]
    fn visit_str<E>(self, name: &str) -> Result<Member, E> {
        if self.report.columns.get(self.guess).is_some_and(|column| column.is_named(name)) {
            return Ok(Member::Column(self.guess));
        }
        if name == ATTRIBUTES {
            return Ok(Member::Attributes);
        }
        Ok(Member::Column(self.report.place(name)))
    }
}

/// Reads the attributes of a row into codes; null leaves the codes empty.
struct AttributesSeed<'r> {
    report: &'r mut Report,
    codes: &'r mut Vec<u32>,
}

impl<'de> DeserializeSeed<'de> for AttributesSeed<'_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for AttributesSeed<'_> {
    type Value = ();

    refuse_scalars!("`attributes` of a row, a list");

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<(), A::Error> {
        let row = self.report.rows;
        for column in &mut self.report.attributes {
            let Some(json) = seq.next_element::<&RawValue>()? else { break };
            let code = column.encode(json.get()).ok_or_else(|| {
                A::Error::custom(format!("rows[{row}]: too many distinct values of an attribute"))
            })?;
            self.codes.push(code);
        }
        let mut found = self.codes.len();
        while seq.next_element::<IgnoredAny>()?.is_some() {
            found += 1;
        }
        let expected = self.report.attributes.len();
        if found != expected {
            let labels = listed(self.report.attributes.iter().map(AttributeColumn::label));
            return Err(A::Error::custom(format!(
                "rows[{row}].attributes: got {found} attributes; expected the {expected} that were \
                 asked for ({labels})"
            )));
        }
        Ok(())
    }
}
