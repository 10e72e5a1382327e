//! Output of JSON in another layout, never respelled.

use std::borrow::Cow;
use std::io::{self, Write};

use super::Format;

/// Writes lines of JSON: as one array in the format JSON, else as they are.
pub(crate) struct JsonLines<W> {
    to: W,
    is_array: bool,
    lines: u64,
    at_start: bool,
}

impl<W: Write> JsonLines<W> {
    pub(crate) fn new(to: W, format: Format) -> Self {
        Self { to, is_array: format == Format::Json, lines: 0, at_start: true }
    }

    pub(crate) fn finish(&mut self) -> io::Result<()> {
        if self.is_array {
            self.to.write_all(if self.lines == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.to.flush()
    }
}

impl<W: Write> Write for JsonLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if !self.is_array {
            return self.to.write(bytes);
        }
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            if self.at_start {
                self.to.write_all(if self.lines == 0 { b"[\n" } else { b",\n" })?;
                self.lines += 1;
            }
            let content = line.strip_suffix(b"\n");
            self.at_start = content.is_some();
            self.to.write_all(content.unwrap_or(line))?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

/// Puts a JSON text on one line: its line breaks are between tokens, since strings escape theirs.
pub(crate) fn on_one_line(json: &str) -> Cow<'_, str> {
    match json.contains(['\n', '\r']) {
        true => Cow::Owned(json.replace(['\n', '\r'], " ")),
        false => Cow::Borrowed(json),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_an_array_however_they_are_cut() {
        let write = |pieces: &[&str]| {
            let mut out = Vec::new();
            let mut array = JsonLines::new(&mut out, Format::Json);
            for piece in pieces {
                array.write_all(piece.as_bytes()).unwrap();
            }
            array.finish().unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(write(&[]), "[]\n");
        assert_eq!(write(&["{\"a\":1}\n{\"a\":2}\n"]), "[\n{\"a\":1},\n{\"a\":2}\n]\n");
        assert_eq!(write(&["{\"a\"", ":1}\n{", "\"a\":2}", "\n"]), "[\n{\"a\":1},\n{\"a\":2}\n]\n");
    }
}
