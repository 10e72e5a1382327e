use std::io;

use super::View;

impl View<'_> {
    /// Writes one JSON object for each row, each on a line.
    ///
    /// The members are named as the [columns](View#names-of-columns) are. Every value is the JSON
    /// text that came: a decimal in a string stays in a string, null stays null, and a member that
    /// the row does not have is left out. Line breaks inside nested values become blanks.
    ///
    /// # Errors
    ///
    /// Those of the writer.
    pub fn to_ndjson(&self, writer: impl io::Write) -> io::Result<()> {
        let mut writer = io::BufWriter::new(writer);
        let names: Vec<String> = self.column_names().into_iter().map(quoted).collect();
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
            for column in self.columns() {
                member(names.next(), column.get(row).json().as_deref());
            }
            line.push_str("}\n");
            io::Write::write_all(&mut writer, line.as_bytes())?;
        }
        io::Write::flush(&mut writer)
    }
}

fn quoted(name: String) -> String {
    serde_json::Value::String(name).to_string()
}

/// A line break inside a JSON string is always escaped, so those in the text are between tokens.
fn push_on_one_line(line: &mut String, json: &str) {
    if json.contains(['\n', '\r']) {
        line.push_str(&json.replace(['\n', '\r'], " "));
    } else {
        line.push_str(json);
    }
}
