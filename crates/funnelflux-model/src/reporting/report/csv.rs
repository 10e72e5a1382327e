use std::{borrow::Cow, io};

use super::View;

impl View<'_> {
    /// Writes the view as CSV (RFC 4180, lines ended by a line feed), a header line first.
    ///
    /// Numbers keep their spelling. Null and absent members are both empty fields;
    /// [`to_ndjson`](Self::to_ndjson) distinguishes them.
    ///
    /// Anyone who follows a link chooses the values of tracking fields. A leading `=`, which
    /// spreadsheets take for a formula, is not escaped: that would change the data.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn to_csv(&self, writer: impl io::Write) -> io::Result<()> {
        let mut csv = ::csv::Writer::from_writer(writer);
        csv.write_record(self.column_names())?;
        let empty = Cow::Borrowed("");
        let mut field = String::new();
        for row in 0..self.report().len() {
            for attribute in self.report().attributes() {
                let attribute = attribute.get(row);
                let value = attribute.and_then(|attribute| attribute.value());
                csv.write_field(value.as_ref().unwrap_or(&empty).as_bytes())?;
                let id = attribute.and_then(|attribute| attribute.id());
                csv.write_field(id.as_ref().unwrap_or(&empty).as_bytes())?;
            }
            for column in self.columns() {
                field.clear();
                // Writing to a String cannot fail.
                let _ = std::fmt::write(&mut field, format_args!("{}", column.get(row)));
                csv.write_field(&field)?;
            }
            csv.write_record(None::<&[u8]>)?;
        }
        csv.flush()
    }
}
