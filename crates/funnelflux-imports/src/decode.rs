//! The bytes of a file as text: compression, encodings, workbooks.

use std::borrow::Cow;
use std::io::Read as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

use crate::Problems;

/// The most bytes of a text, also of one that was compressed.
pub(crate) const MOST: usize = 512 << 20;
/// A line of a table is shorter.
pub(crate) const LINE: usize = 1 << 20;
/// So much is unpacked before its size is held against that of the file. Tables shrink to a fiftieth at most.
const UNPACKED: usize = 32 << 20;
const SHRINKS: usize = 100;
/// As much of a text without a mark is looked at to see whether it is UTF-16.
const SAMPLE: usize = 4096;

/// Decodes a file: gzip, UTF-8 and UTF-16 with and without a mark, the old encodings of Windows, and, with the
/// feature `xlsx`, the first sheet of a workbook, which becomes CSV. Also says what it was, unless it is plain UTF-8.
///
/// ```
/// use funnelflux_imports::decode;
///
/// assert_eq!(decode(b"a,b")?, ("a,b".to_owned(), None));
/// assert_eq!(decode(b"\xff\xfea\0;\0b\0")?, ("a;b".to_owned(), Some("UTF-16LE")));
/// assert_eq!(decode(b"W\xe4hrung")?, ("Währung".to_owned(), Some("windows-1252")));
/// assert_eq!(decode(b"a\0b").unwrap_err().to_string(), "is no text: byte 2 is NUL");
/// # Ok::<(), funnelflux_imports::Problems>(())
/// ```
///
/// # Errors
/// When it is no text, is cut off, or is larger than 512 MiB, or a line of it is longer than 1 MiB.
pub fn decode(bytes: &[u8]) -> Result<(String, Option<&'static str>), Problems> {
    decoded(bytes, None).map(|it| (it.text.into_owned(), it.encoding))
}

/// A text, what it was, and the sheets of its workbook that were not read.
#[derive(Default)]
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: Option<&'static str>,
    pub(crate) others: Vec<String>,
    /// Its rows that the spreadsheet does not show.
    pub(crate) hidden: Vec<u64>,
    pub(crate) hidden_columns: Vec<usize>,
}

/// Does the same without a copy of what is UTF-8 already. `sheet` is that of a workbook.
pub(crate) fn decoded<'a>(bytes: &'a [u8], sheet: Option<&str>) -> Result<Decoded<'a>, Problems> {
    let decoded = unchecked(bytes, sheet)?;
    // It ends the rows of a text.
    let has_nul = memchr::memchr(0, decoded.text.as_bytes()).is_some();
    if has_nul { Err(Problems::of("is no text: it has a NUL")) } else { Ok(decoded) }
}

fn unchecked<'a>(bytes: &'a [u8], sheet: Option<&str>) -> Result<Decoded<'a>, Problems> {
    let wrong = |why: &'static str| Problems::of(why);
    if let [b'P', b'K', 3, 4, ..] = bytes {
        return workbook(bytes, sheet);
    }
    if sheet.is_some() {
        return Err(wrong("is no workbook, so it has no sheets"));
    }
    let (text, encoding) = match bytes {
        [0x1f, 0x8b, ..] => {
            let unpacked = unpacked(bytes)?;
            let other = match text(&unpacked)? {
                (Cow::Borrowed(text), _) if text.len() == unpacked.len() => None,
                (text, _) => Some(text.into_owned()),
            };
            // Without a second copy where it is UTF-8.
            let own = match other {
                Some(text) => text,
                None => String::from_utf8(unpacked).map_err(|_| wrong("is no text"))?,
            };
            (own.into(), Some("gzip"))
        }
        [0xd0, 0xcf, 0x11, 0xe0, ..] => {
            return Err(wrong("is a workbook of the old format; save it as XLSX or CSV"));
        }
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            return Err(wrong("is UTF-32; save it as UTF-8"));
        }
        _ if bytes.len() > MOST => {
            return Err(wrong(LARGE));
        }
        _ => text(bytes)?,
    };
    Ok(Decoded { text, encoding, ..Decoded::default() })
}

fn text(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), Problems> {
    let has_end = |part: &[u8]| part.contains(&b'\n') || part.contains(&b'\r');
    if !bytes.chunks_exact(LINE).all(has_end) {
        return Err(Problems::of(LONG));
    }
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = encoding.or_else(|| utf16_without_mark(bytes));
    if encoding.is_none_or(|it| it == UTF_8)
        && let Some(at) = memchr::memchr(0, bytes)
    {
        return Err(Problems::of(format!("is no text: byte {} is NUL", at + 1)));
    }
    if encoding.is_none()
        && let Ok(text) = std::str::from_utf8(bytes)
    {
        return Ok((text.into(), None));
    }
    let encoding = encoding.unwrap_or_else(|| {
        let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
        detector.feed(bytes, true);
        detector.guess(None, Utf8Detection::Deny)
    });
    let (text, _, is_broken) = encoding.decode(bytes);
    if is_broken {
        let why = format!(
            "is no {}: it has bytes that mean nothing there; save it as UTF-8",
            encoding.name()
        );
        return Err(Problems::of(why));
    }
    Ok((text, (encoding != UTF_8).then(|| encoding.name())))
}

/// What a gzip file holds. A small file may hold more than the memory does, so it ends with the first line that no table
/// has, and where it is out of all proportion.
fn unpacked(bytes: &[u8]) -> Result<Vec<u8>, Problems> {
    let wrong = |why: &'static str| Problems::of(why);
    let (mut reader, mut all, mut line) = (MultiGzDecoder::new(bytes), Vec::new(), 0);
    let mut piece = vec![0; 64 << 10];
    loop {
        let read = reader.read(&mut piece).map_err(|_| wrong("is gzip, and damaged or cut off"))?;
        let piece = piece.get(..read).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        let end = piece.iter().rposition(|byte| matches!(byte, b'\n' | b'\r'));
        line = end.map_or(line + read, |end| read - end);
        all.extend_from_slice(piece);
        if line > LINE {
            return Err(wrong(LONG));
        }
        if all.len() > MOST || (all.len() > UNPACKED && all.len() / SHRINKS > bytes.len()) {
            return Err(wrong(
                "is gzip, and unpacks to more than any table; unpack it and look at it",
            ));
        }
    }
    if matches!(all.as_slice(), [0x1f, 0x8b, ..]) {
        return Err(wrong("is compressed twice"));
    }
    Ok(all)
}

pub(crate) const LARGE: &str = "is larger than 512 MiB; split it into smaller files";
const LONG: &str = "has a line of more than 1 MiB, so it is no table";

/// Mostly ASCII in two bytes each: every other byte is zero.
fn utf16_without_mark(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = bytes.get(..SAMPLE.min(bytes.len()) & !1)?;
    let zeros = |at: usize| sample.iter().skip(at).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    match half {
        0 | 1 => None,
        _ if odd * 10 >= half * 7 && even * 10 < half => Some(UTF_16LE),
        _ if even * 10 >= half * 7 && odd * 10 < half => Some(UTF_16BE),
        _ => None,
    }
}

#[cfg(not(feature = "xlsx"))]
fn workbook<'a>(_: &[u8], _: Option<&str>) -> Result<Decoded<'a>, Problems> {
    Err(Problems::of("is a zip archive or a workbook; save it as CSV"))
}

#[cfg(feature = "xlsx")]
use crate::workbook::read as workbook;

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn utf16(text: &str, is_big: bool, has_mark: bool) -> Vec<u8> {
        let mark = has_mark.then_some('\u{feff}');
        let units = mark.into_iter().chain(text.chars()).collect::<String>();
        let pair = |unit: u16| if is_big { unit.to_be_bytes() } else { unit.to_le_bytes() };
        units.encode_utf16().flat_map(pair).collect()
    }

    #[test]
    fn every_usual_encoding_is_read() {
        let text = "Währung;Betrag\r\n€;1,50\n";
        let latin = b"W\xe4hrung;Betrag\r\n\x80;1,50\n".to_vec();
        for (bytes, told) in [
            (text.as_bytes().to_vec(), None),
            ([b"\xef\xbb\xbf", text.as_bytes()].concat(), None),
            (utf16(text, false, true), Some("UTF-16LE")),
            (utf16(text, true, true), Some("UTF-16BE")),
            (utf16(text, false, false), Some("UTF-16LE")),
            (utf16(text, true, false), Some("UTF-16BE")),
            (latin, Some("windows-1252")),
            (gzip(text.as_bytes()), Some("gzip")),
            (gzip(&utf16(text, false, true)), Some("gzip")),
            (
                [gzip(b"W\xc3\xa4hrung;Betrag\r\n"), gzip("€;1,50\n".as_bytes())].concat(),
                Some("gzip"),
            ),
        ] {
            let found = decoded(&bytes, None).unwrap();
            assert_eq!((&*found.text, found.encoding), (text, told));
        }
        assert_eq!(decoded(b"", None).unwrap().text, "");
    }

    #[test]
    fn what_is_no_text_is_told() {
        let mut cut = gzip(b"date,cost\n");
        cut.truncate(cut.len() - 5);
        for (bytes, expected) in [
            (cut, "damaged or cut off"),
            (gzip(&gzip(b"x")), "compressed twice"),
            (b"a,b\n\0".to_vec(), "byte 5 is NUL"),
            (utf16("a,b\n\0", false, true), "it has a NUL"),
            (vec![0xff, 0xfe, 0, 0, 1], "UTF-32"),
            (b"PK\x03\x04nonsense".to_vec(), "workbook"),
            (b"\xd0\xcf\x11\xe0".to_vec(), "old format"),
            (gzip(&[b'a'; 9 << 20]), "a line of more than 1 MiB"),
            ([&[b','; 3 << 20][..], b"\n"].concat(), "a line of more than 1 MiB"),
            (gzip(&[&[b'1'; 1023][..], b"\n"].concat().repeat(33 << 10)), "more than any table"),
        ] {
            let wrong = decoded(&bytes, None).err().unwrap().to_string();
            assert!(wrong.contains(expected), "{expected}: {wrong}");
        }
    }
}
