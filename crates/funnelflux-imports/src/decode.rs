//! The bytes of a file as text: compression, encodings, workbooks.

use std::borrow::Cow;
use std::fmt;
use std::io::Read as _;

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use flate2::read::MultiGzDecoder;

/// The most bytes of a text, also of one that was compressed.
const MOST: usize = 512 << 20;
/// As much of a text without a mark is looked at to see whether it is UTF-16.
const SAMPLE: usize = 4096;

/// A file that is no text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodeError(Cow<'static, str>);

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for DecodeError {}

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
/// # Ok::<(), funnelflux_imports::DecodeError>(())
/// ```
///
/// # Errors
/// When it is no text, is cut off, or is larger than 512 MiB.
pub fn decode(bytes: &[u8]) -> Result<(String, Option<&'static str>), DecodeError> {
    decoded(bytes).map(|(text, encoding)| (text.into_owned(), encoding))
}

/// Does the same without a copy of what is UTF-8 already.
pub(crate) fn decoded(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), DecodeError> {
    let wrong = |why: &'static str| DecodeError(why.into());
    match bytes {
        [0x1f, 0x8b, ..] => {
            let mut text = Vec::new();
            let most = u64::try_from(MOST).unwrap_or(u64::MAX).saturating_add(1);
            let read = MultiGzDecoder::new(bytes).take(most).read_to_end(&mut text);
            read.map_err(|_| wrong("is gzip, and damaged or cut off"))?;
            if matches!(text.as_slice(), [0x1f, 0x8b, ..]) {
                return Err(wrong("is compressed twice"));
            }
            Ok((decode(&text)?.0.into(), Some("gzip")))
        }
        [b'P', b'K', 3, 4, ..] => Ok((workbook(bytes)?.into(), Some("a workbook"))),
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => {
            Err(wrong("is UTF-32; save it as UTF-8"))
        }
        _ if bytes.len() > MOST => {
            Err(wrong("is larger than 512 MiB; split it into smaller files"))
        }
        _ => text(bytes),
    }
}

fn text(bytes: &[u8]) -> Result<(Cow<'_, str>, Option<&'static str>), DecodeError> {
    let encoding = Encoding::for_bom(bytes).map(|(encoding, _)| encoding);
    let encoding = encoding.or_else(|| utf16_without_mark(bytes));
    // `contains` looks at many bytes at once.
    if encoding.is_none_or(|it| it == UTF_8)
        && bytes.contains(&0)
        && let Some(at) = bytes.iter().position(|byte| *byte == 0)
    {
        return Err(DecodeError(format!("is no text: byte {} is NUL", at + 1).into()));
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
        return Err(DecodeError(why.into()));
    }
    Ok((text, (encoding != UTF_8).then(|| encoding.name())))
}

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
fn workbook(_: &[u8]) -> Result<String, DecodeError> {
    Err(DecodeError("is a zip archive or a workbook; save it as CSV".into()))
}

/// The first sheet as CSV, so that one reader serves all files.
#[cfg(feature = "xlsx")]
fn workbook(bytes: &[u8]) -> Result<String, DecodeError> {
    use calamine::{Reader as _, Xlsx};
    let wrong = |why: String| DecodeError(why.into());
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(std::io::Cursor::new(bytes))
        .map_err(|cause| wrong(format!("is no workbook that can be read: {cause}")))?;
    let sheet = book
        .worksheet_range_at(0)
        .ok_or_else(|| wrong("is a workbook without sheets".to_owned()))?;
    let sheet = sheet
        .map_err(|cause| wrong(format!("is a workbook whose first sheet is damaged: {cause}")))?;
    let mut csv = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    // Line numbers count from the top of the sheet.
    for _ in 0..sheet.start().map_or(0, |(row, _)| row) {
        csv.write_record([""]).map_err(|cause| wrong(cause.to_string()))?;
    }
    for row in sheet.rows() {
        csv.write_record(row.iter().map(cell)).map_err(|cause| wrong(cause.to_string()))?;
    }
    let csv = csv.into_inner().map_err(|cause| wrong(cause.to_string()))?;
    String::from_utf8(csv).map_err(|cause| wrong(cause.to_string()))
}

#[cfg(feature = "xlsx")]
fn cell(value: &calamine::Data) -> String {
    use calamine::Data;
    /// Above this a number in a workbook has lost digits.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match value {
        Data::DateTime(time) => {
            let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                day
            } else {
                format!("{day} {hour:02}:{minute:02}:{second:02}")
            }
        }
        // As a spreadsheet shows it, so that it is found to be damaged.
        Data::Float(number) if number.abs() >= EXACT => format!("{number:E}").replace('E', "E+"),
        Data::Empty => String::new(),
        other => other.to_string(),
    }
}

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
            assert_eq!(decode(&bytes).unwrap(), (text.to_owned(), told));
        }
        assert_eq!(decode(b"").unwrap(), (String::new(), None));
    }

    #[test]
    fn what_is_no_text_is_told() {
        let mut cut = gzip(b"date,cost\n");
        cut.truncate(cut.len() - 5);
        for (bytes, expected) in [
            (cut, "damaged or cut off"),
            (gzip(&gzip(b"x")), "compressed twice"),
            (b"a,b\n\0".to_vec(), "byte 5 is NUL"),
            (vec![0xff, 0xfe, 0, 0, 1], "UTF-32"),
            (b"PK\x03\x04nonsense".to_vec(), "workbook"),
        ] {
            assert!(decode(&bytes).unwrap_err().to_string().contains(expected), "{expected}");
        }
    }
}
