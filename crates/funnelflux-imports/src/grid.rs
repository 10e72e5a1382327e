//! The text of a file as rows of cells: separator, header, lines below it.

use std::borrow::Cow;

/// The separators that files use, the usual one first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The header is among so many rows from the top. Microsoft writes eleven above it.
const MOST_TITLES: usize = 60;

/// A row and the number of its first line in the file.
#[derive(Clone, Default)]
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: csv::StringRecord,
}

impl Row {
    pub(crate) fn get(&self, at: usize) -> &str {
        trimmed(self.cells.get(at).unwrap_or_default())
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.filled().next().is_none()
    }

    /// The cells that hold something.
    pub(crate) fn filled(&self) -> impl Iterator<Item = &str> {
        self.cells.iter().map(trimmed).filter(|cell| !cell.is_empty())
    }
}

/// The cell without white space around it. Most have none.
pub(crate) fn trimmed(cell: &str) -> &str {
    let is_plain = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_graphic);
    let bytes = cell.as_bytes();
    if is_plain(bytes.first()) && is_plain(bytes.last()) { cell } else { cell.trim() }
}

const SENTINEL: &str = "\u{1}end";
const END: &str = "\n\u{1}end";

/// The rows of a text. A quote that is never closed takes the rest of the text into its cell; then the last row is
/// not the sentinel.
pub(crate) struct Rows<'a> {
    text: &'a str,
    reader: csv::Reader<std::io::Chain<&'a [u8], &'a [u8]>>,
    row: Row,
    separator: u8,
    is_open: bool,
}

impl<'a> Rows<'a> {
    fn new(text: &'a str, separator: u8) -> Self {
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(separator);
        let bytes = std::io::Read::chain(text.as_bytes(), END.as_bytes());
        let reader = reader.from_reader(bytes);
        Self { text, reader, row: Row::default(), separator, is_open: true }
    }

    /// The number of the last row's cell, from 1, that holds the end of its line and the beginning of a later one,
    /// because a quote in it is not closed. A text of several lines has fewer separators in these.
    pub(crate) fn swallowed(&self, width: usize) -> Option<usize> {
        memchr::memchr(b'\n', self.row.cells.as_slice().as_bytes())?;
        let count = |line: &str| line.bytes().filter(|byte| *byte == self.separator).count();
        (1..).zip(&self.row.cells).find_map(|(number, cell)| {
            let ((first, _), (_, last)) = cell.split_once('\n').zip(cell.rsplit_once('\n'))?;
            let is_torn = count(first) + number >= width && count(last) + 1 >= number;
            (is_torn && width > 1).then_some(number)
        })
    }

    /// The last row that was read.
    pub(crate) fn row(&self) -> &Row {
        &self.row
    }

    /// The next row, in the place of the one before.
    pub(crate) fn next(&mut self) -> Option<&Row> {
        let Row { cells, line } = &mut self.row;
        // The text is UTF-8, and rows may have any number of cells, so that reading cannot fail.
        self.reader.read_record(cells).ok().filter(|more| *more)?;
        let start = cells.position().map_or(0, csv::Position::byte);
        // The position of a row is before the empty lines above it.
        let from = self.text.as_bytes().get(usize::try_from(start).ok()?..).unwrap_or_default();
        let blank = from.iter().take_while(|byte| **byte == b'\n').count();
        if blank == from.len() && cells.get(0) == Some(SENTINEL) {
            self.is_open = false;
            return None;
        }
        *line = cells.position().map_or(0, csv::Position::line) + u64::try_from(blank).ok()?;
        Some(&self.row)
    }

    /// The line of a quote that was not closed, once all rows were read.
    pub(crate) fn open(&self) -> Option<u64> {
        self.is_open.then_some(self.row.line)
    }
}

/// A text with one line end, and the separator that its first line declares (`sep=;`).
pub(crate) struct Text<'a> {
    text: Cow<'a, str>,
    declared: Option<u8>,
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: Cow<'a, str>) -> Self {
        let has_returns = memchr::memchr(b'\r', text.as_bytes()).is_some();
        let text = if has_returns { one_line_end(text.into_owned()).into() } else { text };
        let first = text.lines().next().unwrap_or_default().trim().to_ascii_lowercase();
        let declared = first.strip_prefix("sep=").map(|rest| rest.bytes().next().unwrap_or(b'\t'));
        Self { text, declared }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.text.len()
    }

    /// The rows from the header on, by the separator under which a row is one; `is_header` says which columns it has.
    /// `Err` has the rows of the first line, for an error.
    pub(crate) fn rows<H>(
        &self,
        is_header: impl Fn(&Row) -> Option<H>,
        is_first: bool,
    ) -> Result<(H, Rows<'_>), Row> {
        let separators: Vec<u8> =
            self.declared.map_or_else(|| SEPARATORS.to_vec(), |one| vec![one]);
        let mut best: Option<(usize, (H, Rows<'_>))> = None;
        for separator in &separators {
            let mut rows = Rows::new(&self.text, *separator);
            let mut seen = 0;
            while let Some(row) = rows.next() {
                let is_declaration = seen == 0
                    && self.declared.is_some()
                    && row.get(0).to_ascii_lowercase().starts_with("sep=");
                seen += 1;
                if row.is_blank() || is_declaration {
                    continue;
                }
                if let Some(header) = is_header(row) {
                    let width = row.cells.len();
                    if best.as_ref().is_none_or(|(most, _)| width > *most) {
                        best = Some((width, (header, rows)));
                    }
                    break;
                }
                if is_first || seen > MOST_TITLES {
                    break;
                }
            }
        }
        best.map(|(_, found)| found).ok_or_else(|| {
            // The first row, by the separator that gives it the most cells.
            let first = |separator: &u8| {
                let mut rows = Rows::new(&self.text, *separator);
                loop {
                    match rows.next() {
                        Some(row) if row.is_blank() => {}
                        row => return row.cloned(),
                    }
                }
            };
            let firsts = separators.iter().filter_map(first);
            firsts.max_by_key(|row| row.cells.len()).unwrap_or(Row { line: 1, ..Row::default() })
        })
    }
}

/// `\n` in the place of `\r\n` and `\r`, without a second copy of a large text.
fn one_line_end(text: String) -> String {
    let mut bytes = text.into_bytes();
    let mut before = 0;
    bytes.retain_mut(|byte| {
        let is_second = *byte == b'\n' && before == b'\r';
        before = *byte;
        if *byte == b'\r' {
            *byte = b'\n';
        }
        !is_second
    });
    // Only ASCII was changed.
    String::from_utf8(bytes).unwrap_or_default()
}
