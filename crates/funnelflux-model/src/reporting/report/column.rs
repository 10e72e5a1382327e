use super::{
    cell::{Cell, CellValue},
    ints::Ints,
    number,
    tags::{ABSENT, NULL, TEXT, Tag, Tags},
    texts::Texts,
};
use crate::reporting::{Metric, MetricKind};

/// One member of the rows, over all rows.
#[derive(Clone)]
pub struct Column {
    name: Box<str>,
    /// The name as it is written in a row, with quotes and colon, if that needs no escapes.
    pub(super) key: Box<[u8]>,
    tags: Tags,
    /// The mantissa of a number, or the place of a text. One entry for each tag.
    numbers: Ints,
    texts: Texts,
    seen: Seen,
}

/// The type of the cells of a [`Column`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ColumnType {
    /// No cell holds anything but null.
    Empty,
    /// Whole numbers only.
    Count,
    /// Numbers, some with decimals or in strings.
    Decimal,
    /// Numbers, and something else in some rows.
    Mixed,
    /// No number at all.
    Other,
}

#[derive(Clone, Copy, Default)]
struct Seen {
    count: bool,
    decimal: bool,
    other: bool,
}

impl Column {
    pub(super) fn new(name: &str) -> Self {
        let needs_escapes = name.bytes().any(|byte| matches!(byte, b'"' | b'\\' | ..0x20));
        let key = if needs_escapes { String::new() } else { format!("\"{name}\":") };
        Self {
            name: name.into(),
            key: key.into_bytes().into(),
            tags: Tags::new(),
            numbers: Ints::new(),
            texts: Texts::default(),
            seen: Seen::default(),
        }
    }

    /// The member's name on the wire.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The column's name as a metric, with its kind, additivity and grade.
    pub fn metric(&self) -> Metric {
        Metric::new(self.name.to_string())
    }

    /// The type of the cells.
    pub fn column_type(&self) -> ColumnType {
        match self.seen {
            Seen { count: false, decimal: false, other: false } => ColumnType::Empty,
            Seen { count: true, decimal: false, other: false } => ColumnType::Count,
            Seen { other: false, .. } => ColumnType::Decimal,
            Seen { count: false, decimal: false, .. } => ColumnType::Other,
            Seen { .. } => ColumnType::Mixed,
        }
    }

    /// Whether this is a metric: some row has a number here, or the name is that of a known figure.
    pub fn is_metric(&self) -> bool {
        let is_figure = !matches!(self.metric().kind(), MetricKind::Text | MetricKind::Unknown);
        self.seen.count || self.seen.decimal || is_figure
    }

    /// The cell of a row; absent beyond the last row.
    pub fn get(&self, row: usize) -> Cell<'_> {
        let tag = self.tags.get(row);
        let number = self.numbers.get(row).unwrap_or_default();
        let text = match tag {
            TEXT => self.texts.get(number),
            _ => None,
        };
        Cell::new(tag, number, text.unwrap_or_default())
    }

    /// The cells, one for each row.
    pub fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        (0..self.tags.len()).map(|row| self.get(row))
    }

    #[inline]
    pub(super) fn set_number(&mut self, row: usize, mantissa: i64, scale: u8, quoted: bool) {
        self.make_room(row);
        if scale == 0 && !quoted {
            self.seen.count = true;
        } else {
            self.seen.decimal = true;
        }
        self.put(Tag::number(scale, quoted), mantissa);
    }

    #[inline]
    fn make_room(&mut self, row: usize) {
        match self.tags.len() {
            len if len < row => self.fill(row),
            len if len > row => {
                self.tags.pop();
                self.numbers.pop();
            }
            _ => {}
        }
    }

    /// Rows come in order; a second value for the same row replaces the first.
    #[inline]
    pub(super) fn set(&mut self, row: usize, json: &str) {
        let (digits, quoted) = match json.as_bytes() {
            [b'"', inner @ .., b'"'] => (inner, true),
            bytes => (bytes, false),
        };
        if let Some((mantissa, scale)) = number::compact(digits) {
            self.set_number(row, mantissa, scale, quoted);
            return;
        }
        self.make_room(row);
        if json == "null" {
            self.put(NULL, 0);
        } else {
            self.set_text(json);
        }
    }

    #[inline]
    fn put(&mut self, tag: Tag, number: i64) {
        self.tags.push(tag);
        self.numbers.push(number);
    }

    #[cold]
    fn set_text(&mut self, json: &str) {
        let Some(place) = self.texts.push(json) else { return };
        match Cell::new(TEXT, 0, json).value() {
            CellValue::Decimal(_) => self.seen.decimal = true,
            _ => self.seen.other = true,
        }
        // A place beyond i64 would exceed the address space.
        self.put(TEXT, i64::try_from(place).unwrap_or(i64::MAX));
    }

    #[cold]
    pub(super) fn fill(&mut self, rows: usize) {
        while self.tags.len() < rows {
            self.put(ABSENT, 0);
        }
    }

    pub(super) fn finish(&mut self, rows: usize) {
        self.fill(rows);
        self.tags.shrink();
        self.numbers.shrink();
        self.texts.shrink();
    }
}

funnelflux_contract::shows! {
    /// Shape only: cells that are no numbers may hold visitors' data.
    Column, |it| name: it.name, type: it.column_type(), rows: it.tags.len()
}
