//! The entries of a HAR file, cut out one by one: a fault in one ends nothing but itself.

use std::io::{self, BufRead, BufReader, Read};

/// Stands for a string that was too long. No text of a person or a program has it.
pub(super) const CUT: char = '\u{10FFFE}';

/// Reads JSON without understanding more of it than strings and brackets.
pub(super) struct Scanner<R> {
    inner: BufReader<R>,
    /// The bytes that were read.
    pub(super) position: u64,
}

/// Why no more can be read.
pub(super) enum Stop {
    End,
    NoJson,
    Failed(io::Error),
}

impl From<io::Error> for Stop {
    fn from(cause: io::Error) -> Self {
        Self::Failed(cause)
    }
}

/// What is kept of a value: all of it but long strings, up to a length.
pub(super) struct Copy {
    pub(super) bytes: Vec<u8>,
    longest_string: usize,
    most: usize,
    /// Whether there was room for all of it.
    pub(super) is_whole: bool,
}

impl Copy {
    pub(super) fn new(longest_string: usize, most: usize) -> Self {
        Self { bytes: Vec::new(), longest_string, most, is_whole: true }
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.is_whole = true;
    }

    fn push(&mut self, bytes: &[u8]) {
        self.is_whole &= self.bytes.len() + bytes.len() <= self.most;
        if self.is_whole {
            self.bytes.extend_from_slice(bytes);
        }
    }
}

impl<R: Read> Scanner<R> {
    pub(super) fn new(reader: R) -> Self {
        Self { inner: BufReader::with_capacity(1 << 16, reader), position: 0 }
    }

    /// Goes to the first entry of `log.entries`. Returns whether there is such a list.
    pub(super) fn open_entries(&mut self) -> Result<bool, Stop> {
        if self.inner.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            self.step('\u{feff}'.len_utf8());
        }
        Ok(self.enter(b'{')?
            && self.find("log")?
            && self.enter(b'{')?
            && self.find("entries")?
            && self.enter(b'[')?)
    }

    /// Cuts out the next entry; `false` at the end of the list.
    pub(super) fn next_entry(&mut self, copy: &mut Copy) -> Result<bool, Stop> {
        copy.clear();
        loop {
            match self.peek()? {
                // A stray bracket is of the entry before.
                b',' | b'}' => self.step(1),
                b']' => {
                    self.step(1);
                    // A file that was put together may have a second list; what is not one ends it.
                    let is_more = self.find("entries").unwrap_or(false) && self.enter(b'[')?;
                    if !is_more {
                        return Ok(false);
                    }
                }
                _ => return self.value(copy).map(|()| true),
            }
        }
    }

    fn step(&mut self, length: usize) {
        self.inner.consume(length);
        self.position += length as u64;
    }

    /// The next byte that is no white space, unread.
    fn peek(&mut self) -> Result<u8, Stop> {
        self.until(|byte| !byte.is_ascii_whitespace(), |_| {})
    }

    fn enter(&mut self, bracket: u8) -> Result<bool, Stop> {
        let is_it = self.peek()? == bracket;
        if is_it {
            self.step(1);
        }
        Ok(is_it)
    }

    /// Goes to the value of the member, within an object.
    fn find(&mut self, name: &str) -> Result<bool, Stop> {
        let (mut own, mut nothing) = (Copy::new(64, 128), Copy::new(0, 0));
        loop {
            match self.peek()? {
                b'}' => return Ok(false),
                b',' => self.step(1),
                b'"' => {
                    own.clear();
                    self.string(&mut own)?;
                    if !self.enter(b':')? {
                        return Err(Stop::NoJson);
                    }
                    if own.bytes.get(1..).and_then(|it| it.strip_suffix(b"\""))
                        == Some(name.as_bytes())
                    {
                        return Ok(true);
                    }
                    self.value(&mut nothing)?;
                }
                _ => return Err(Stop::NoJson),
            }
        }
    }

    /// Passes a value: up to the bracket that closes it, or to what cannot be of it.
    fn value(&mut self, copy: &mut Copy) -> Result<(), Stop> {
        let mut depth = 0_u64;
        loop {
            let is_of_structure =
                |byte: u8| matches!(byte, b'"' | b'{' | b'}' | b'[' | b']' | b',');
            let byte = self.until(is_of_structure, |bytes| copy.push(bytes))?;
            match byte {
                b'"' => self.string(copy)?,
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                _ if depth > 0 => {}
                _ => return Ok(()),
            }
            if byte != b'"' {
                self.step(1);
                copy.push(&[byte]);
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }

    /// Passes a string. One that is too long is replaced.
    fn string(&mut self, copy: &mut Copy) -> Result<(), Stop> {
        self.step(1);
        copy.push(b"\"");
        let start = copy.bytes.len();
        let mut length = 0;
        loop {
            let byte = self.until(
                |byte| matches!(byte, b'"' | b'\\'),
                |bytes| {
                    length += bytes.len();
                    if length <= copy.longest_string {
                        copy.push(bytes);
                    }
                },
            )?;
            self.step(1);
            if byte == b'"' {
                break;
            }
            // The byte behind it is of the escape, even a quote.
            let escaped = self.until(|_| true, |_| {})?;
            self.step(1);
            length += 2;
            if length <= copy.longest_string {
                copy.push(&[byte, escaped]);
            }
        }
        if length > copy.longest_string {
            copy.bytes.truncate(start);
            copy.push(CUT.to_string().as_bytes());
        }
        copy.push(b"\"");
        Ok(())
    }

    /// Passes bytes up to one of a sort, which stays unread.
    fn until(
        &mut self,
        is_it: impl Fn(u8) -> bool,
        mut pass: impl FnMut(&[u8]),
    ) -> Result<u8, Stop> {
        loop {
            let bytes = self.inner.fill_buf()?;
            if bytes.is_empty() {
                return Err(Stop::End);
            }
            let at = bytes.iter().position(|byte| is_it(*byte));
            let length = at.unwrap_or(bytes.len());
            pass(bytes.get(..length).unwrap_or_default());
            let found = at.and_then(|at| bytes.get(at)).copied();
            self.step(length);
            if let Some(byte) = found {
                return Ok(byte);
            }
        }
    }
}

/// JSON with a replacement character for each half of a pair that stands alone, which no text can hold.
pub(super) fn mended(json: &str) -> String {
    let half = |at: usize| {
        let digits = json.get(at..)?.strip_prefix("\\u")?.get(..4)?;
        u16::from_str_radix(digits, 16).ok().filter(|code| (0xd800..0xe000).contains(code))
    };
    let mut text = String::with_capacity(json.len());
    let mut at = 0;
    while let Some(found) = json.get(at..).and_then(|rest| rest.find('\\')) {
        let escape = at + found;
        text.push_str(json.get(at..escape).unwrap_or_default());
        let (length, is_alone) = match (half(escape), half(escape + 6)) {
            (Some(..0xdc00), Some(0xdc00..)) => (12, false),
            (Some(_), _) => (6, true),
            // The character behind it, of any length, is of the escape.
            _ => (
                1 + json
                    .get(escape + 1..)
                    .and_then(|it| it.chars().next())
                    .map_or(0, char::len_utf8),
                false,
            ),
        };
        at = escape + length;
        text.push_str(if is_alone { "\\ufffd" } else { json.get(escape..at).unwrap_or_default() });
    }
    text.push_str(json.get(at..).unwrap_or_default());
    text
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The entries as they are cut out, read in pieces of a size.
    fn cut_out(text: &str, longest: usize, piece: usize) -> Vec<String> {
        let inner = BufReader::with_capacity(piece, text.as_bytes());
        let mut scanner = Scanner { inner, position: 0 };
        let mut copy = Copy::new(longest, 1 << 20);
        let mut all = Vec::new();
        assert!(scanner.open_entries().is_ok_and(|is_there| is_there));
        while let Ok(true) = scanner.next_entry(&mut copy) {
            all.push(String::from_utf8(copy.bytes.clone()).unwrap());
        }
        all
    }

    proptest! {
        #[test]
        fn entries_are_cut_out_as_they_stand_and_long_strings_are_replaced(
            strings in prop::collection::vec("\\PC{0,12}|[\"\\\\\n{}\\[\\],]{0,6}", 0..6),
            longest in 1usize..30,
            piece in 1usize..20,
        ) {
            let entries: Vec<_> = strings.iter().map(|it| serde_json::json!({"a": [it, 1.5, null]})).collect();
            let text = serde_json::json!({"log": {"a": entries, "entries": entries}}).to_string();
            let found = cut_out(&text, longest, piece);
            prop_assert_eq!(found.len(), strings.len());
            for (own, found) in strings.iter().zip(found) {
                let found: serde_json::Value = serde_json::from_str(&found).unwrap();
                let is_long = serde_json::to_string(own).unwrap().len() - 2 > longest;
                let expected = if is_long { CUT.to_string() } else { own.clone() };
                prop_assert_eq!(&found["a"][0], &expected);
            }
        }

        #[test]
        fn what_is_mended_is_json_and_what_is_json_stays(text in "\\PC{0,20}", code in 0xd800_u16..0xe000) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(&mended(&json), &json);
            let torn = format!("{{\"\\\\\\u{code:04x}x\":[\"{}\\\\u{code:04x}\"]}}", json.trim_matches('"'));
            prop_assert!(serde_json::from_str::<serde_json::Value>(&mended(&torn)).is_ok(), "{}", torn);
        }
    }

    #[test]
    fn a_second_list_of_entries_is_read_too() {
        let text = r#"{"log":{"entries":[1,2],"pages":[],"entries":[3]}}"#;
        assert_eq!(cut_out(text, 9, 4), ["1", "2", "3"]);
    }

    #[test]
    fn a_pair_stays_and_a_half_does_not() {
        for (json, expected) in [
            (r#""😀""#, r#""😀""#),
            (r#""\ud83d""#, r#""\ufffd""#),
            (r#""\ud83dx\ude00\n""#, r#""\ufffdx\ufffd\n""#),
            (r#""\\ud83d\""#, r#""\\ud83d\""#),
            (r#""\ud83d\ud83d\ude00""#, r#""\ufffd\ud83d\ude00""#),
        ] {
            assert_eq!(mended(json), expected);
        }
    }
}
