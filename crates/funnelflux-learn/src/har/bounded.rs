//! A reader that shortens long strings of JSON, so that a body of any size costs no memory.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

/// Passes JSON on. A string of more than so many bytes ends early, with [`CUT`] at its end.
pub(super) struct Bounded<R> {
    inner: BufReader<R>,
    scan: Scan,
    /// What comes before the next byte of the source.
    pending: &'static [u8],
    /// The bytes that were read from the source.
    position: Rc<Cell<u64>>,
}

/// Marks the end of a string that was cut. No text of a person or a program has it.
pub(super) const CUT: char = '\u{10FFFE}';
const CUT_BYTES: &[u8] = "\u{10FFFE}".as_bytes();

struct Scan {
    most: usize,
    /// The bytes of the string that is being read; `None` outside of strings.
    string: Option<usize>,
    /// The bytes that are left of an escape.
    escape: usize,
    is_skipping: bool,
}

impl Scan {
    /// Copies from `source` to `out`. Returns the lengths that were read and written, and whether a cut
    /// comes next.
    fn pass(&mut self, source: &[u8], out: &mut [u8]) -> (usize, usize, bool) {
        let (mut read, mut written) = (0, 0);
        loop {
            let rest = source.get(read..).unwrap_or_default();
            let room = out.get_mut(written..).unwrap_or_default();
            let (Some(byte), Some(place)) = (rest.first().copied(), room.first_mut()) else {
                return (read, written, false);
            };
            let Some(length) = self.string else {
                // Nothing but the beginning of a string is of interest here.
                let until =
                    rest.iter().position(|byte| *byte == b'"').map_or(rest.len(), |at| at + 1);
                let length = until.min(room.len());
                if let (Some(from), Some(to)) = (rest.get(..length), room.get_mut(..length)) {
                    to.copy_from_slice(from);
                    self.string = (from.last() == Some(&b'"')).then_some(0);
                }
                (read, written) = (read + length, written + length);
                continue;
            };
            // A cut is made between characters, and not inside an escape.
            let is_boundary = self.escape == 0 && byte & 0xC0 != 0x80;
            if !self.is_skipping && length >= self.most && is_boundary && byte != b'"' {
                self.is_skipping = true;
                return (read, written, true);
            }
            read += 1;
            self.string = Some(length + 1);
            match byte {
                // The digits of a code and a second half are part of the escape, lest a pair be torn.
                b'u' if self.escape == 1 => self.escape = 4,
                _ if self.escape > 0 => self.escape -= 1,
                b'\\' => self.escape = 1,
                b'"' => (self.string, self.is_skipping) = (None, false),
                _ => {}
            }
            if !self.is_skipping || byte == b'"' && self.string.is_none() {
                *place = byte;
                written += 1;
            }
        }
    }
}

impl<R: Read> Bounded<R> {
    pub(super) fn new(inner: R, most: usize) -> Self {
        Self {
            inner: BufReader::with_capacity(1 << 16, inner),
            scan: Scan { most, string: None, escape: 0, is_skipping: false },
            pending: &[],
            position: Rc::new(Cell::new(0)),
        }
    }

    pub(super) fn position(&self) -> Rc<Cell<u64>> {
        Rc::clone(&self.position)
    }

    /// Skips a byte order mark at the beginning.
    pub(super) fn skip_mark(&mut self) -> io::Result<()> {
        if self.inner.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            self.inner.consume('\u{feff}'.len_utf8());
            self.position.set('\u{feff}'.len_utf8() as u64);
        }
        Ok(())
    }
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if out.is_empty() {
            return Ok(0);
        }
        loop {
            if !self.pending.is_empty() {
                return self.pending.read(out);
            }
            let source = self.inner.fill_buf()?;
            if source.is_empty() {
                return Ok(0);
            }
            let (read, written, is_cut) = self.scan.pass(source, out);
            self.inner.consume(read);
            self.position.set(self.position.get() + read as u64);
            if is_cut {
                self.pending = CUT_BYTES;
            }
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn through(text: &str, most: usize, chunk: usize) -> String {
        let mut bounded = Bounded::new(text.as_bytes(), most);
        let (mut all, mut buffer) = (Vec::new(), vec![0; chunk]);
        loop {
            match bounded.read(&mut buffer).unwrap() {
                0 => break,
                length => all.extend_from_slice(&buffer[..length]),
            }
        }
        assert_eq!(bounded.position().get(), text.len() as u64);
        String::from_utf8(all).unwrap()
    }

    #[test]
    fn a_long_string_is_cut_and_the_rest_stays() {
        let text = r#"{"a":"0123456789","bb":[1.50,"\"\\\u00e9xyz"],"c":"éééé"}"#;
        assert_eq!(through(text, 100, 7), text);
        let cut = through(text, 4, 7);
        let value: serde_json::Value = serde_json::from_str(&cut).unwrap();
        assert_eq!(value["a"], format!("0123{CUT}"));
        assert_eq!(value["bb"][1], format!("\"\\{CUT}"));
        assert_eq!(value["c"], format!("éé{CUT}"));
    }

    proptest! {
        #[test]
        fn what_is_cut_is_still_json(
            strings in prop::collection::vec("\\PC{0,12}|[\"\\\\\n]{0,6}", 1..6),
            most in 1usize..9,
            chunk in 1usize..20,
        ) {
            let text = serde_json::to_string(&strings).unwrap();
            let cut: Vec<String> = serde_json::from_str(&through(&text, most, chunk)).unwrap();
            for (whole, cut) in strings.iter().zip(cut) {
                match cut.strip_suffix(CUT) {
                    Some(start) => prop_assert!(whole.starts_with(start)),
                    None => prop_assert_eq!(whole, &cut),
                }
            }
        }
    }
}
