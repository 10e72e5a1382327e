//! The text of a file in pieces, without a copy of the whole.

use std::fs::File;
use std::io::{ErrorKind, Read, Result, Seek as _};

use crate::decode::LINE;

/// A file that is plain text, with one line end. Anything else is an error: NUL, or a line that no table has. That it is
/// UTF-8 is left to the reader of its rows.
pub(crate) struct Plain<'a> {
    file: &'a File,
    is_begun: bool,
    /// How much was read of the last line.
    line: usize,
    before: u8,
}

impl<'a> Plain<'a> {
    /// Reads a file from its beginning.
    pub(crate) const fn new(file: &'a File) -> Self {
        Self { file, is_begun: false, line: 0, before: 0 }
    }
}

impl Read for Plain<'_> {
    fn read(&mut self, space: &mut [u8]) -> Result<usize> {
        if !self.is_begun {
            self.file.rewind()?;
            self.is_begun = true;
        }
        loop {
            let read = self.file.read(space)?;
            let piece = space.get_mut(..read).unwrap_or_default();
            let end = memchr::memrchr2(b'\n', b'\r', piece);
            self.line = end.map_or(self.line + read, |end| read - end);
            if self.line >= LINE || memchr::memchr(0, piece).is_some() {
                return Err(ErrorKind::InvalidData.into());
            }
            let kept = one_line_end(piece, &mut self.before);
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

/// Puts `\n` in the place of `\r\n` and `\r`, and gives the length that is left. `before` is the last byte of the piece
/// before, and becomes that of this one.
pub(crate) fn one_line_end(piece: &mut [u8], before: &mut u8) -> usize {
    let last = piece.last().copied();
    let is_second =
        |piece: &[u8], at: usize, before| before == b'\r' && piece.get(at) == Some(&b'\n');
    let (mut from, mut kept) = (usize::from(is_second(piece, 0, *before)), 0);
    while from < piece.len() {
        let found = memchr::memchr(b'\r', piece.get(from..).unwrap_or_default());
        let end = found.map_or(piece.len(), |at| from + at + 1);
        if from > kept {
            piece.copy_within(from..end, kept);
        }
        kept += end - from;
        from = end;
        if found.is_some() {
            piece.get_mut(kept - 1).into_iter().for_each(|byte| *byte = b'\n');
            from += usize::from(is_second(piece, from, b'\r'));
        }
    }
    *before = last.unwrap_or(*before);
    kept
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    fn file(bytes: &[u8]) -> File {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        file
    }

    #[test]
    fn a_text_in_pieces_has_one_line_end() {
        let text = b"a\r\nb\rc\n\r\n\r\r\nd\n\n\re\r";
        for size in 1..=text.len() {
            let file = file(text);
            let (mut plain, mut all, mut piece) = (Plain::new(&file), Vec::new(), vec![0; size]);
            loop {
                match plain.read(&mut piece).unwrap() {
                    0 => break,
                    read => all.extend_from_slice(&piece[..read]),
                }
            }
            assert_eq!(String::from_utf8(all).unwrap(), "a\nb\nc\n\n\n\nd\n\n\ne\n", "{size}");
        }
    }

    #[test]
    fn what_is_no_plain_text_is_an_error() {
        for (bytes, is_plain) in [
            (b"a,b\n\0".to_vec(), false),
            (vec![b','; LINE], false),
            ([&[b','; LINE - 1][..], b"\n"].concat(), true),
        ] {
            let file = file(&bytes);
            let read = Plain::new(&file).read_to_end(&mut Vec::new());
            assert_eq!(read.is_ok(), is_plain, "{}", bytes.len());
        }
    }
}
