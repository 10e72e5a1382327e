//! Objects of the API, printed without changing their text.

use std::borrow::Borrow;
use std::io::Write;

use funnelflux::model::Document;
use serde::{Serialize, Serializer};

use super::{Column, Format, Grid, indented, on_one_line};
use crate::failure::Failure;

/// Writes objects. JSON and NDJSON keep their text; CSV has a column for each member that any of them
/// has. A table shows indented JSON: its columns would depend on the objects.
pub(crate) fn write_objects(
    out: &mut impl Write,
    objects: &[impl Borrow<Document>],
    format: Format,
) -> Result<(), Failure> {
    let mut texts = objects.iter().map(|object| object.borrow().text());
    match format {
        Format::Csv => return write_csv(out, objects, true),
        Format::Table => texts.try_for_each(|text| writeln!(out, "{}", indented(text)))?,
        Format::Ndjson => texts.try_for_each(|text| writeln!(out, "{}", on_one_line(text)))?,
        Format::Json | Format::Sarif if objects.is_empty() => writeln!(out, "[]")?,
        Format::Json | Format::Sarif => {
            writeln!(out, "[\n{}\n]", texts.collect::<Vec<_>>().join(",\n"))?;
        }
    }
    Ok(())
}

/// Writes one object; in JSON, not as a list of one.
pub(crate) fn write_object(
    out: &mut impl Write,
    object: &Document,
    format: Format,
) -> Result<(), Failure> {
    match format {
        Format::Json => writeln!(out, "{}", object.text())?,
        format => write_objects(out, &[object], format)?,
    }
    Ok(())
}

/// A row of ffx itself: its members, in the order in which they are written.
pub(crate) struct Row<V, const N: usize>(pub(crate) [(&'static str, V); N]);

impl<V: Serialize, const N: usize> Serialize for Row<V, N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// Rows of ffx itself as objects, with their members in their order.
pub(crate) fn rows(rows: impl IntoIterator<Item: Serialize>) -> Result<Vec<Document>, Failure> {
    let row = |row| {
        let json = serde_json::to_string(&row).map_err(|cause| cause.to_string())?;
        Document::parse(&json).map_err(|cause| cause.to_string())
    };
    let rows = rows.into_iter().map(row).collect::<Result<_, String>>();
    rows.map_err(|cause| Failure::failed(format!("a row cannot be written: {cause}")))
}

/// Writes rows of ffx itself: as a table of these columns, or all of their members.
pub(crate) fn write_listing<T: Serialize>(
    out: &mut impl Write,
    listed: impl IntoIterator<Item = T>,
    columns: Vec<Column>,
    format: Format,
) -> Result<(), Failure> {
    write_table(out, &rows(listed)?, columns, format)
}

pub(crate) fn write_table(
    out: &mut impl Write,
    objects: &[impl Borrow<Document>],
    columns: Vec<Column>,
    format: Format,
) -> Result<(), Failure> {
    match format {
        Format::Table => Ok(write!(out, "{}", Grid::of(columns, objects).draw().text)?),
        format => write_objects(out, objects, format),
    }
}

pub(crate) fn write_row(
    out: &mut impl Write,
    one: &impl Serialize,
    format: Format,
) -> Result<(), Failure> {
    rows([one])?.iter().try_for_each(|row| write_object(out, row, format))
}

/// Writes CSV. The header is left out for the next rows of a listing.
pub(crate) fn write_csv(
    out: &mut impl Write,
    objects: &[impl Borrow<Document>],
    with_header: bool,
) -> Result<(), Failure> {
    let objects = || objects.iter().map(Borrow::borrow);
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in objects().flat_map(Document::members) {
        if !columns.iter().any(|column| *column == name) {
            columns.push(name.into_owned());
        }
    }
    if columns.is_empty() {
        return Ok(());
    }
    let mut csv = csv::Writer::from_writer(out);
    if with_header {
        csv.write_record(&columns)?;
    }
    for object in objects() {
        csv.write_record(columns.iter().map(|column| member_text(object, column)))?;
    }
    Ok(csv.flush()?)
}

/// The value of a member: text without quotes, nothing for `null`, JSON for anything else.
pub(crate) fn member_text(object: &Document, name: &str) -> String {
    match object.read::<Option<String>>(name) {
        Ok(text) => text.flatten().unwrap_or_default(),
        Err(_) => object.get(name).map_or_else(String::new, |json| json.get().to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(format: Format) -> String {
        let one = Document::parse(r#"{"a":1.50, "b":"x, y"}"#).unwrap();
        let other = Document::parse("{\"b\":null,\n\"c\":{\"d\":1e3}}").unwrap();
        let mut out = Vec::new();
        write_objects(&mut out, &[&one, &other], format).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn objects_are_printed_as_they_are_spelled() {
        assert_eq!(
            written(Format::Json),
            "[\n{\"a\":1.50, \"b\":\"x, y\"},\n{\"b\":null,\n\"c\":{\"d\":1e3}}\n]\n"
        );
        assert_eq!(
            written(Format::Ndjson),
            "{\"a\":1.50, \"b\":\"x, y\"}\n{\"b\":null, \"c\":{\"d\":1e3}}\n"
        );
        assert_eq!(written(Format::Csv), "a,b,c\n1.50,\"x, y\",\n,,\"{\"\"d\"\":1e3}\"\n");
    }
}
