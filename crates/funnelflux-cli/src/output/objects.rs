//! Objects of the API, printed without changing their text.

use std::io::Write;

use funnelflux::model::Document;
use serde::Serialize;

use super::{Column, Format, Grid, indented, on_one_line};
use crate::failure::Failure;

/// Writes objects. JSON and NDJSON keep their text; CSV has a column for each member that any of them
/// has. A table shows indented JSON: its columns would depend on the objects.
pub(crate) fn write_objects(
    out: &mut impl Write,
    objects: &[&Document],
    format: Format,
) -> Result<(), Failure> {
    match format {
        Format::Table => {
            for object in objects {
                writeln!(out, "{}", indented(object.text()))?;
            }
        }
        Format::Ndjson => {
            for object in objects {
                writeln!(out, "{}", on_one_line(object.text()))?;
            }
        }
        Format::Json => {
            let texts: Vec<&str> = objects.iter().map(|object| object.text()).collect();
            if texts.is_empty() {
                writeln!(out, "[]")?;
            } else {
                writeln!(out, "[\n{}\n]", texts.join(",\n"))?;
            }
        }
        Format::Csv => csv(out, objects)?,
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

/// A row of ffx itself as an object, with its members in their order.
pub(crate) fn row(row: &impl Serialize) -> Result<Document, Failure> {
    let written = |cause: &dyn std::fmt::Display| {
        Failure::failed(format!("a row cannot be written: {cause}"))
    };
    let json = serde_json::to_string(row).map_err(|cause| written(&cause))?;
    Document::parse(&json).map_err(|cause| written(&cause))
}

pub(crate) fn write_rows<T: Serialize>(
    out: &mut impl Write,
    rows: &[T],
    format: Format,
) -> Result<(), Failure> {
    let rows: Vec<Document> = rows.iter().map(row).collect::<Result<_, _>>()?;
    write_objects(out, &rows.iter().collect::<Vec<_>>(), format)
}

/// Writes rows of ffx itself: as a table of these columns, or all of their members.
pub(crate) fn write_listing<T: Serialize>(
    out: &mut impl Write,
    rows: &[T],
    columns: Vec<Column>,
    format: Format,
) -> Result<(), Failure> {
    let rows: Vec<Document> = rows.iter().map(row).collect::<Result<_, _>>()?;
    write_table(out, &rows.iter().collect::<Vec<_>>(), columns, format)
}

/// Writes objects: as a table of these columns, or unchanged.
pub(crate) fn write_table(
    out: &mut impl Write,
    objects: &[&Document],
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
    write_object(out, &row(one)?, format)
}

fn csv(out: &mut impl Write, objects: &[&Document]) -> Result<(), Failure> {
    let mut columns: Vec<String> = Vec::new();
    for (name, _) in objects.iter().flat_map(|object| object.members()) {
        if !columns.iter().any(|column| *column == name) {
            columns.push(name.into_owned());
        }
    }
    if columns.is_empty() {
        return Ok(());
    }
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record(&columns)?;
    for object in objects {
        csv.write_record(columns.iter().map(|column| member_text(object, column)))?;
    }
    csv.flush()?;
    Ok(())
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
