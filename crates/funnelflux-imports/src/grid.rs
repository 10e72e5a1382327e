//! The text of a file as rows of cells: separator, header, lines below it.

use std::borrow::Cow;
use std::cell::Cell;
use std::fs::{File, Metadata};
use std::io::Read;

use crate::decode::MOST;
use crate::plain::{Plain, one_line_end};

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

/// A row that no text has, behind its last one.
const SENTINEL: &str = "\0";
const END: &[u8] = b"\n\0\n";
/// So much of a text is read at once.
const PIECE: usize = 64 << 10;

/// The rows of a text. A quote that is never closed takes the rest of the text into its cell; then the last row is
/// not the sentinel.
pub(crate) struct Rows<'a> {
    reader: csv::Reader<Box<dyn Read + 'a>>,
    row: Row,
    separator: u8,
    has_breaks: bool,
    is_open: bool,
    /// Of the text.
    is_broken: &'a Cell<bool>,
}

impl<'a> Rows<'a> {
    fn new(text: impl Read + 'a, separator: u8, is_broken: &'a Cell<bool>) -> Self {
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(separator).buffer_capacity(PIECE);
        let reader = reader.from_reader(Box::new(text.chain(END)) as _);
        let row = Row::default();
        Self { reader, row, separator, has_breaks: false, is_open: true, is_broken }
    }

    /// The number of the last row's cell, from 1, that holds the end of its line and the beginning of a later one,
    /// because a quote in it is not closed. A text of several lines has fewer separators in these.
    pub(crate) fn swallowed(&self, width: usize) -> Option<usize> {
        self.has_breaks.then_some(())?;
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
        // Rows may have any number of cells, so that only reading the text can fail.
        let more = self.reader.read_record(cells);
        let more = more.inspect_err(|_| self.is_broken.set(true));
        more.ok().filter(|more| *more)?;
        if cells.get(0) == Some(SENTINEL) {
            self.is_open = false;
            return None;
        }
        let text = cells.as_slice().as_bytes();
        self.has_breaks = memchr::memchr(b'\n', text).is_some();
        let breaks = if self.has_breaks { memchr::memchr_iter(b'\n', text).count() } else { 0 };
        // The position is that behind the row: below its line, unless it takes the end of the text into its cell.
        let lines = breaks as u64 + u64::from(!text.ends_with(END));
        *line = self.reader.position().line().saturating_sub(lines);
        Some(&self.row)
    }

    /// The line of a quote that was not closed, once all rows were read.
    pub(crate) fn open(&self) -> Option<u64> {
        self.is_open.then_some(self.row.line)
    }
}

/// A text with one line end, and the separator that its first line declares (`sep=;`).
pub(crate) struct Text<'a> {
    source: Source<'a>,
    size: usize,
    declared: Option<u8>,
    is_empty: bool,
    is_broken: Cell<bool>,
}

enum Source<'a> {
    Whole(Cow<'a, str>),
    /// Read in pieces, since the first touch of memory takes longer than the reading.
    File(&'a File),
}

impl<'a> Text<'a> {
    pub(crate) fn new(text: Cow<'a, str>) -> Self {
        let has_returns = memchr::memchr(b'\r', text.as_bytes()).is_some();
        let text = if has_returns { with_one_line_end(text.into_owned()).into() } else { text };
        let (size, declared, is_empty) = (text.len(), declared(&text), text.trim().is_empty());
        let is_broken = Cell::new(false);
        Self { source: Source::Whole(text), size, declared, is_empty, is_broken }
    }

    /// The text of a file, which is read in pieces; `None` where a whole text is needed. Where it turns out to be no plain
    /// UTF-8, its rows end early, and it [is broken](Self::is_broken).
    pub(crate) fn of_file(file: &'a File) -> Option<Self> {
        let size = file.metadata().ok().filter(Metadata::is_file)?.len();
        let size = usize::try_from(size).ok().filter(|size| (PIECE..=MOST).contains(size))?;
        let mut start = vec![0; PIECE];
        Plain::new(file).read_exact(&mut start).ok()?;
        let start = String::from_utf8_lossy(&start);
        let first = start.trim_start_matches('\u{feff}');
        let is_text = !first.trim().is_empty() && !first.starts_with("PK\u{3}\u{4}");
        let (source, declared, is_broken) = (Source::File(file), declared(first), Cell::new(false));
        is_text.then_some(Self { source, size, declared, is_empty: false, is_broken })
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(crate) fn len(&self) -> usize {
        self.size
    }

    /// Whether it could not be read to its end.
    pub(crate) fn is_broken(&self) -> bool {
        self.is_broken.get()
    }

    fn open(&self, separator: u8) -> Rows<'_> {
        match &self.source {
            Source::Whole(text) => Rows::new(text.as_bytes(), separator, &self.is_broken),
            Source::File(file) => Rows::new(Plain::new(file), separator, &self.is_broken),
        }
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
        let mut best: Option<(usize, H, u8, usize)> = None;
        for separator in &separators {
            let mut rows = self.open(*separator);
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
                    if best.as_ref().is_none_or(|(most, ..)| width > *most) {
                        best = Some((width, header, *separator, seen));
                    }
                    break;
                }
                if is_first || seen > MOST_TITLES {
                    break;
                }
            }
        }
        if let Some((_, header, separator, seen)) = best {
            let mut rows = self.open(separator);
            (0..seen).for_each(|_| {
                rows.next();
            });
            return Ok((header, rows));
        }
        // The first row, by the separator that gives it the most cells.
        let first = |separator: &u8| {
            let mut rows = self.open(*separator);
            loop {
                match rows.next() {
                    Some(row) if row.is_blank() => {}
                    row => return row.cloned(),
                }
            }
        };
        let firsts = separators.iter().filter_map(first);
        Err(firsts.max_by_key(|row| row.cells.len()).unwrap_or(Row { line: 1, ..Row::default() }))
    }
}

/// Without a second copy of a large text.
fn with_one_line_end(text: String) -> String {
    let mut bytes = text.into_bytes();
    let kept = one_line_end(&mut bytes, &mut 0);
    bytes.truncate(kept);
    // Only ASCII was changed.
    String::from_utf8(bytes).unwrap_or_default()
}

fn declared(text: &str) -> Option<u8> {
    let first = text.lines().next().unwrap_or_default().trim().to_ascii_lowercase();
    first.strip_prefix("sep=").map(|rest| rest.bytes().next().unwrap_or(b'\t'))
}
