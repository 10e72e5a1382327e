//! The text of a file as rows of cells: separator, header, lines below it.

/// The separators that files use, the usual one first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// The header is among so many rows from the top. Microsoft writes eleven above it.
const MOST_TITLES: usize = 60;

/// A row and the number of its first line in the file.
pub(crate) struct Row {
    pub(crate) line: u64,
    pub(crate) cells: csv::StringRecord,
}

impl Row {
    pub(crate) fn get(&self, at: usize) -> &str {
        self.cells.get(at).unwrap_or_default().trim()
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.trim().is_empty())
    }

    /// How many cells hold something.
    pub(crate) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.trim().is_empty()).count()
    }
}

/// The rows of a text. A quote that is never closed takes the rest of the text into its cell; then the last row is
/// not the sentinel.
pub(crate) struct Rows {
    reader: csv::Reader<std::io::Cursor<Vec<u8>>>,
    next: Option<Row>,
    is_open: bool,
    last: u64,
}

const SENTINEL: &str = "\u{1}end";

impl Rows {
    fn new(text: &str, separator: u8) -> Self {
        let mut text = text.to_owned();
        text.push('\n');
        text += SENTINEL;
        let mut reader = csv::ReaderBuilder::new();
        reader.has_headers(false).flexible(true).delimiter(separator);
        let mut rows = Self {
            reader: reader.from_reader(std::io::Cursor::new(text.into_bytes())),
            next: None,
            is_open: true,
            last: 0,
        };
        rows.next = rows.read();
        rows
    }

    fn read(&mut self) -> Option<Row> {
        let mut cells = csv::StringRecord::new();
        // The text is UTF-8, and rows may have any number of cells, so that reading cannot fail.
        self.reader.read_record(&mut cells).ok().filter(|more| *more)?;
        let start = cells.position().map_or(0, csv::Position::byte);
        // The position of a row is before the empty lines above it.
        let text = self.reader.get_ref().get_ref();
        let from = text.get(usize::try_from(start).ok()?..).unwrap_or_default();
        let blank = from.iter().take_while(|byte| **byte == b'\n').count();
        let line = cells.position().map_or(0, csv::Position::line) + u64::try_from(blank).ok()?;
        Some(Row { line, cells })
    }

    /// The line of a quote that was not closed, once all rows were read.
    pub(crate) fn open(&self) -> Option<u64> {
        self.is_open.then_some(self.last)
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        let row = self.next.take()?;
        if row.cells.len() == 1 && row.get(0) == SENTINEL {
            self.is_open = false;
            return None;
        }
        self.last = row.line;
        self.next = self.read();
        Some(row)
    }
}

/// A text with one line end, and the separator that its first line declares (`sep=;`).
pub(crate) struct Text {
    text: String,
    declared: Option<u8>,
}

impl Text {
    pub(crate) fn new(text: String) -> Self {
        let text =
            if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text };
        let first = text.lines().next().unwrap_or_default().trim().to_ascii_lowercase();
        let declared = first.strip_prefix("sep=").map(|rest| rest.bytes().next().unwrap_or(b'\t'));
        Self { text, declared }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// The rows from the header on, by the separator under which a row is one; `is_header` says which columns it has.
    /// `Err` has the rows of the first line, for an error.
    pub(crate) fn rows<H>(
        &self,
        is_header: impl Fn(&Row) -> Option<H>,
        is_first: bool,
    ) -> Result<(H, Row, Rows), Row> {
        let separators: Vec<u8> =
            self.declared.map_or_else(|| SEPARATORS.to_vec(), |one| vec![one]);
        let mut best: Option<(usize, (H, Row, Rows))> = None;
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
                if let Some(header) = is_header(&row) {
                    let width = row.cells.len();
                    if best.as_ref().is_none_or(|(most, _)| width > *most) {
                        best = Some((width, (header, row, rows)));
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
            let firsts = separators.iter().filter_map(|separator| {
                Rows::new(&self.text, *separator).find(|row| !row.is_blank())
            });
            firsts
                .max_by_key(|row| row.cells.len())
                .unwrap_or(Row { line: 1, cells: csv::StringRecord::new() })
        })
    }
}
