//! Views as CSV and NDJSON.

use std::{
    borrow::Cow,
    io::{self, Write as _},
};

use serde_json::Value;

use super::View;

impl View<'_> {
    /// Writes the view as CSV (RFC 4180, lines ended by a line feed), a header line first.
    ///
    /// Numbers keep their spelling; null and absent members are empty, unlike in NDJSON.
    ///
    /// Anyone who follows a link chooses the values of tracking fields. A leading `=`, which
    /// spreadsheets take for a formula, is not escaped: that would change the data.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_csv(&self, writer: impl io::Write) -> io::Result<()> {
        let mut writer = io::BufWriter::new(writer);
        let mut line = String::new();
        for name in self.column_names() {
            push_field(&mut line, &name);
        }
        end_line(&mut line, &mut writer)?;
        let empty = Cow::Borrowed("");
        let mut figure = String::new();
        for row in 0..self.report().len() {
            for attribute in self.report().attributes() {
                let attribute = attribute.get(row);
                let value = attribute.and_then(|attribute| attribute.value());
                push_field(&mut line, value.as_ref().unwrap_or(&empty));
                let id = attribute.and_then(|attribute| attribute.id());
                push_field(&mut line, id.as_ref().unwrap_or(&empty));
            }
            for column in &self.columns {
                figure.clear();
                // Writing to a String cannot fail.
                let _ = std::fmt::write(&mut figure, format_args!("{}", column.get(row)));
                push_field(&mut line, &figure);
            }
            end_line(&mut line, &mut writer)?;
        }
        writer.flush()
    }

    /// Writes one JSON object for each row, each on a line.
    ///
    /// The members are named as the [columns](View#names-of-columns) are. Every value is the JSON
    /// text that came: a decimal in a string stays in a string, null stays null, and a member that
    /// the row does not have is left out. Line breaks inside nested values become blanks.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn to_ndjson(&self, writer: impl io::Write) -> io::Result<()> {
        let mut writer = io::BufWriter::new(writer);
        let names = self.column_names().into_iter().map(|name| Value::String(name).to_string());
        let names: Vec<String> = names.collect();
        for row in 0..self.report().len() {
            let mut line = String::from("{");
            let mut names = names.iter();
            let mut member = |name: Option<&String>, json: Option<&str>| {
                if let (Some(name), Some(json)) = (name, json) {
                    if line.len() > 1 {
                        line.push(',');
                    }
                    line.push_str(name);
                    line.push(':');
                    push_on_one_line(&mut line, json);
                }
            };
            for attribute in self.report().attributes() {
                let attribute = attribute.get(row);
                member(names.next(), attribute.and_then(|attribute| attribute.value));
                member(names.next(), attribute.and_then(|attribute| attribute.id));
            }
            for column in &self.columns {
                member(names.next(), column.get(row).json().as_deref());
            }
            line.push_str("}\n");
            writer.write_all(line.as_bytes())?;
        }
        writer.flush()
    }
}

/// Adds a field of CSV and a comma. By hand, because the crate csv adds 0.8 s to each clean build.
fn push_field(line: &mut String, field: &str) {
    if field.contains(['"', ',', '\r', '\n']) {
        line.push('"');
        line.push_str(&field.replace('"', "\"\""));
        line.push('"');
    } else {
        line.push_str(field);
    }
    line.push(',');
}

fn end_line(line: &mut String, writer: &mut impl io::Write) -> io::Result<()> {
    line.pop();
    // A single empty field would be a blank line, which readers skip.
    line.push_str(if line.is_empty() { "\"\"\n" } else { "\n" });
    writer.write_all(line.as_bytes())?;
    line.clear();
    Ok(())
}

/// A line break inside a JSON string is always escaped, so those in the text are between tokens.
fn push_on_one_line(line: &mut String, json: &str) {
    if json.contains(['\n', '\r']) {
        line.push_str(&json.replace(['\n', '\r'], " "));
    } else {
        line.push_str(json);
    }
}
