//! The reader: which column is what, which lines count, and what their cells mean.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::amount::{self, Unclear};
use crate::grid::{Row, Rows, Text};
use crate::{
    DayOrder, DecimalMark, Line, Note, Problems, Profile, Sheet, State, damage, day, decode, states,
};

/// What the cells of a field are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FieldKind {
    /// A day.
    Day,
    /// Money.
    Amount,
    /// A value that has to equal what a visit has: an id, or a tracking field.
    Id,
    /// An asset, by its id or name.
    Asset,
    /// Anything else.
    Text,
}

/// A field of the lines, with the titles that its column may have in a file of one's own.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// Other titles of its column.
    pub aliases: &'static [&'static str],
    /// What its cells are.
    pub kind: FieldKind,
    /// Whether a file without it is no such file.
    pub is_required: bool,
}

impl Field {
    /// A field that may be missing.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self { name, aliases: &[], kind, is_required: false }
    }

    /// Sets other titles.
    #[must_use]
    pub const fn with_aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Makes a file without it no such file.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

/// What becomes of a negative amount that corrects a part of an earlier one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Corrections {
    /// The conversion gets what is left.
    Set,
    /// The conversion is deleted.
    Delete,
    /// The line is left out.
    Skip,
}

/// A reader of files.
///
/// Without a profile and a mapping the first row has to be the names of fields, and an unknown column is an error,
/// because a misspelt one would widen what is sent. With one of them the header is found, columns that no field takes
/// are ignored and told, and so are lines of totals and footers.
///
/// ```
/// use funnelflux_imports::{Field, FieldKind, Profile, Reader};
///
/// let fields = [
///     Field::new("date", FieldKind::Day).required(),
///     Field::new("cost", FieldKind::Amount).required(),
///     Field::new("campaign", FieldKind::Id),
/// ];
/// let reader = Reader::new(&fields).with_profile(Profile::find("google").unwrap());
/// let sheet = reader.read(
///     b"Campaign report\n\nDay;Campaign ID;Cost;Clicks\n25.11.2026;123603864642272667;1.210,00;90\nTotal;;1.210,00;90\n",
/// )?;
/// let line = &sheet.lines[0];
/// assert_eq!((line.number, line.get("date"), line.get("cost")), (4, "2026-11-25", "1210.00"));
/// let notes: Vec<String> = sheet.notes.iter().map(ToString::to_string).collect();
/// assert_eq!(notes, ["columns that are not used: Clicks", "line 5: a total of 1210.00, which the other lines add up to"]);
/// # Ok::<(), funnelflux_imports::Problems>(())
/// ```
#[derive(Clone, Debug)]
pub struct Reader {
    fields: Vec<Field>,
    profile: Option<Profile>,
    map: Vec<(String, String)>,
    given: Vec<(&'static str, String)>,
    days: Option<DayOrder>,
    mark: Option<DecimalMark>,
    adds_up: bool,
    takes_damaged: bool,
    ignores_totals: bool,
    currency: Option<String>,
    rate: Option<Decimal>,
    states: BTreeMap<String, State>,
    corrections: Option<Corrections>,
}

/// The fields that a profile may have beside those of the lines.
const HELPERS: [&str; 5] = ["status", "order", "time", "clock", "currency"];

/// The columns of a header: for each used column its place, its name, and the currency of its title.
struct Header {
    columns: Vec<(usize, String)>,
    ignored: Vec<String>,
    currency: Option<String>,
    width: usize,
}

impl Reader {
    /// A reader of lines with these fields.
    pub fn new(fields: &[Field]) -> Self {
        Self {
            fields: fields.to_vec(),
            profile: None,
            map: Vec::new(),
            given: Vec::new(),
            days: None,
            mark: None,
            adds_up: false,
            takes_damaged: false,
            ignores_totals: false,
            currency: None,
            rate: None,
            states: BTreeMap::new(),
            corrections: None,
        }
    }

    /// Sets the shape of the file. Its breakdowns are added up.
    #[must_use]
    pub fn with_profile(self, profile: Profile) -> Self {
        let days = self.days.or(profile.dates.map(Into::into));
        Self { days, adds_up: true, profile: Some(profile), ..self }
    }

    /// Takes a field from the column of this title.
    #[must_use]
    pub fn with_column(mut self, field: impl Into<String>, title: impl Into<String>) -> Self {
        self.map.push((field.into(), title.into()));
        self
    }

    /// Gives every line this value of a field.
    #[must_use]
    pub fn with_value(mut self, field: &'static str, value: impl Into<String>) -> Self {
        self.given.push((field, value.into()));
        self
    }

    /// Sets which number of a date comes first.
    #[must_use]
    pub fn with_day_order(self, order: DayOrder) -> Self {
        Self { days: Some(order), ..self }
    }

    /// Sets the decimal mark.
    #[must_use]
    pub fn with_decimal_mark(self, mark: DecimalMark) -> Self {
        Self { mark: Some(mark), ..self }
    }

    /// Adds the amounts of lines whose other fields are the same.
    #[must_use]
    pub fn with_sums(self) -> Self {
        Self { adds_up: true, ..self }
    }

    /// Takes damaged values, and tells them.
    #[must_use]
    pub fn with_damaged(self) -> Self {
        Self { takes_damaged: true, ..self }
    }

    /// Leaves totals unchecked.
    #[must_use]
    pub fn without_totals(self) -> Self {
        Self { ignores_totals: true, ..self }
    }

    /// Sets the currency that the file must be in, if it names one.
    #[must_use]
    pub fn with_currency(self, currency: impl Into<String>) -> Self {
        Self { currency: Some(currency.into()), ..self }
    }

    /// Multiplies every amount, exactly.
    #[must_use]
    pub fn with_rate(self, rate: Decimal) -> Self {
        Self { rate: Some(rate), ..self }
    }

    /// Sets what a status means, in place of what the profile says.
    #[must_use]
    pub fn with_state(mut self, status: &str, state: State) -> Self {
        self.states.insert(status.trim().to_lowercase(), state);
        self
    }

    /// Sets what becomes of corrections of a part of an amount.
    #[must_use]
    pub fn with_corrections(self, corrections: Corrections) -> Self {
        Self { corrections: Some(corrections), ..self }
    }

    fn is_mapped(&self) -> bool {
        self.profile.is_some() || !self.map.is_empty()
    }

    /// Reads a file.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn read(&self, bytes: &[u8]) -> Result<Sheet, Problems> {
        let (text, encoding) = decode(bytes).map_err(|error| Problems::of(error.to_string()))?;
        let mut sheet = self.read_text(text)?;
        if let Some(encoding) = encoding {
            sheet.notes.insert(0, Note::Encoding(encoding));
        }
        Ok(sheet)
    }

    /// Reads a text.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_text(&self, text: String) -> Result<Sheet, Problems> {
        let text = Text::new(text);
        if text.is_empty() {
            return Err(Problems::of("is empty"));
        }
        let found = text.rows(|row| self.header(row).ok(), !self.is_mapped());
        let (header, _, rows) =
            found.map_err(|first| self.header(&first).err().unwrap_or_default())?;
        let mut sheet = Sheet::default();
        if !header.ignored.is_empty() {
            sheet.notes.push(Note::Ignored(header.ignored.clone()));
        }
        let totals = self.lines(&header, rows, &mut sheet)?;
        if sheet.lines.is_empty() {
            return Err(Problems::of("has no lines below its header"));
        }
        let mut problems = Problems::default();
        self.read_days(&header, &mut sheet, &mut problems);
        let currency = self.read_amounts(&header, &mut sheet, totals, &mut problems);
        self.check_currency(&header, currency, &mut sheet, &mut problems);
        self.check_ids(&header, &mut sheet, &mut problems);
        problems.result(())?;
        if header.columns.iter().any(|(_, name)| name == "hit") {
            states::settle(
                &mut sheet,
                &self.all_states(),
                self.corrections,
                self.is_mapped(),
                self.days,
            )?;
        }
        if self.is_mapped() {
            self.add_up(&header, &mut sheet)?;
        }
        self.convert(&header, &mut sheet)?;
        if sheet.lines.is_empty() {
            return Err(Problems::of("has no line to send: all of them are left out"));
        }
        Ok(sheet)
    }

    fn all_states(&self) -> BTreeMap<String, State> {
        let mut all =
            self.profile.as_ref().map(|profile| profile.status.clone()).unwrap_or_default();
        all.extend(self.states.clone());
        all
    }

    fn kind(&self, name: &str) -> FieldKind {
        self.fields
            .iter()
            .find(|field| field.name == name)
            .map_or(FieldKind::Text, |field| field.kind)
    }

    /// The field of a title, and the currency that the title names.
    fn field_of(&self, title: &str) -> Option<(String, Option<String>)> {
        let title = normal(title);
        if let Some((field, _)) = self.map.iter().find(|(_, mapped)| normal(mapped) == title) {
            return Some((field.clone(), currency_of(&title)));
        }
        let is_mapped = |field: &str| self.map.iter().any(|(mapped, _)| mapped == field);
        let of_profile = self.profile.iter().flat_map(|profile| &profile.columns);
        // A field takes the first of its titles that the file has, so places count.
        let found =
            of_profile.filter(|(field, _)| !is_mapped(field)).find_map(|(field, titles)| {
                titles.iter().find_map(|known| Some((field.clone(), matches(known, &title)?)))
            });
        found.or_else(|| {
            let own = self.fields.iter().find(|field| {
                let is = |name: &&str| normal(name) == title;
                is(&field.name) || field.aliases.iter().any(is)
            });
            // In a network's file `Campaign` is a name, and not the field of that name.
            let is_meant =
                |field: &&Field| self.profile.is_none() || field.kind == FieldKind::Asset;
            own.filter(|field| !is_mapped(field.name))
                .filter(is_meant)
                .map(|field| (field.name.to_owned(), None))
        })
    }

    /// How early a title is among those of its field in the profile.
    fn rank(&self, field: &str, title: &str) -> usize {
        let title = normal(title);
        let titles = self.profile.as_ref().and_then(|profile| profile.columns.get(field));
        titles
            .and_then(|titles| titles.iter().position(|known| matches(known, &title).is_some()))
            .unwrap_or_default()
    }

    fn header(&self, row: &Row) -> Result<Header, Problems> {
        let (mut columns, mut ignored, mut currency) =
            (Vec::<(usize, String)>::new(), Vec::new(), None);
        let mut ranks: HashMap<String, usize> = HashMap::new();
        for at in 0..row.cells.len() {
            let title = row.get(at);
            let Some((field, named)) = self.field_of(title) else {
                if !self.is_mapped() {
                    let all =
                        self.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                    return Err(Problems::of(format!("column {title:?}: expected {all}")));
                }
                ignored.extend(Some(title.to_owned()).filter(|title| !title.is_empty()));
                continue;
            };
            let rank = self.rank(&field, title);
            match ranks.get(&field) {
                Some(known) if self.is_mapped() && *known != rank => {
                    if rank < *known {
                        columns.retain(|(_, name)| *name != field);
                    } else {
                        ignored.push(title.to_owned());
                        continue;
                    }
                }
                Some(_) => return Err(Problems::of(format!("two columns {field}"))),
                None => {}
            }
            ranks.insert(field.clone(), rank);
            if self.kind(&field) == FieldKind::Amount {
                currency = named;
            }
            columns.push((at, field));
        }
        let has = |name: &str| {
            columns.iter().any(|(_, field)| field == name)
                || self.given.iter().any(|(field, _)| *field == name)
        };
        for (field, title) in &self.map {
            if !has(field) {
                let titles =
                    (0..row.cells.len()).map(|at| row.get(at)).collect::<Vec<_>>().join(", ");
                return Err(Problems::of(format!(
                    "no column {title:?} for {field}; the header has {titles}"
                )));
            }
        }
        let missing: Vec<String> = self
            .fields
            .iter()
            .filter(|field| field.is_required && self.is_mapped() && !has(field.name))
            .map(|field| self.titles(field.name))
            .collect();
        if !missing.is_empty() {
            let what = self
                .profile
                .as_ref()
                .map_or("the mapping".to_owned(), |profile| profile.title.clone());
            return Err(Problems::of(format!(
                "no header of {what} was found: expected columns {}",
                missing.join(" and ")
            )));
        }
        Ok(Header { columns, ignored, currency, width: row.cells.len() })
    }

    fn titles(&self, field: &str) -> String {
        let titles = self.profile.as_ref().and_then(|profile| profile.columns.get(field));
        titles.map_or(field.to_owned(), |titles| {
            let titles: Vec<_> = titles.iter().map(|title| title.trim_end_matches(" *")).collect();
            format!("{field} ({})", titles.join(", "))
        })
    }

    /// Reads the lines. Gives the totals: each with its line.
    fn lines(
        &self,
        header: &Header,
        mut rows: Rows,
        sheet: &mut Sheet,
    ) -> Result<Vec<(u64, String)>, Problems> {
        let given = self
            .given
            .iter()
            .filter(|(field, _)| !header.columns.iter().any(|(_, name)| name == field));
        let given: Vec<_> = given.collect();
        let names = header
            .columns
            .iter()
            .map(|(_, name)| name.as_str())
            .chain(given.iter().map(|(field, _)| *field));
        let names: Arc<[Box<str>]> = names.map(Box::from).collect();
        let strip = self.profile.as_ref().map_or("", |profile| &profile.strip);
        let amount_at = header
            .columns
            .iter()
            .find(|(_, name)| self.kind(name) == FieldKind::Amount)
            .map(|(at, _)| *at);
        let needs_amount =
            self.fields.iter().any(|field| field.kind == FieldKind::Amount && field.is_required);
        let (mut totals, mut problems) = (Vec::new(), Problems::default());
        let (mut without, mut footer) = (Vec::new(), Vec::new());
        for row in rows.by_ref() {
            if row.is_blank() {
                continue;
            }
            let amount = amount_at.map_or("", |at| row.get(at));
            if self.is_mapped() {
                if self.is_total(&row, header, amount) {
                    totals.push((row.line, amount.to_owned()));
                    continue;
                }
                if row.filled() == 1 && header.columns.len() > 1 {
                    footer.push(row.line);
                    continue;
                }
            }
            let extra = (header.width..row.cells.len()).any(|at| !row.get(at).is_empty());
            if row.cells.len() < header.width
                || (row.cells.len() > header.width && (extra || !self.is_mapped()))
            {
                let cells = if row.cells.len() == 1 { "cell" } else { "cells" };
                problems.add(
                    row.line,
                    format!(
                        "got {} {cells}; expected {}, as in the header",
                        row.cells.len(),
                        header.width
                    ),
                );
                continue;
            }
            if self.is_mapped() && needs_amount && amount::is_none(amount) {
                without.push(row.line);
                continue;
            }
            for (at, name) in &header.columns {
                if let Some(control) = row.get(*at).chars().find(|c| c.is_control()) {
                    let what = match control {
                        '\t' => "a tab".to_owned(),
                        '\n' => "a line break".to_owned(),
                        other => format!("the control character U+{:04X}", u32::from(other)),
                    };
                    problems.add(row.line, format!("{name} contains {what}"));
                }
            }
            let cell = |at: usize, name: &str| match self.kind(name) {
                FieldKind::Id => row.get(at).trim_matches(|c| strip.contains(c)).into(),
                _ => row.get(at).into(),
            };
            let cells = header.columns.iter().map(|(at, name)| cell(*at, name));
            let cells = cells.chain(given.iter().map(|(_, value)| value.as_str().into()));
            sheet.lines.push(Line {
                number: row.line,
                names: Arc::clone(&names),
                cells: cells.collect(),
            });
        }
        if rows.is_open() {
            return Err(Problems::of("a quote (\") is never closed"));
        }
        for (lines, note) in [(without, Note::NoAmount as fn(_) -> _), (footer, Note::Footer)] {
            sheet.notes.extend((!lines.is_empty()).then(|| note(lines)));
        }
        problems.result(totals)
    }

    /// A total says so in its first cell, or has an amount and nothing that an amount belongs to.
    fn is_total(&self, row: &Row, header: &Header, amount: &str) -> bool {
        if amount.is_empty() {
            return false;
        }
        let first = (0..row.cells.len())
            .map(|at| row.get(at))
            .find(|cell| !cell.is_empty())
            .unwrap_or_default();
        let first = first.to_lowercase();
        const WORDS: [&str; 14] = [
            "total",
            "totals",
            "grand total",
            "gesamt",
            "summe",
            "insgesamt",
            "totale",
            "suma",
            "sum",
            "totaal",
            "итого",
            "всего",
            "合計",
            "总计",
        ];
        let is_word = WORDS.iter().any(|word| {
            first.strip_prefix(word).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
        });
        let mut others = header
            .columns
            .iter()
            .filter(|(_, name)| matches!(self.kind(name), FieldKind::Day | FieldKind::Id));
        is_word || others.all(|(at, _)| row.get(*at).is_empty())
    }

    fn read_days(&self, header: &Header, sheet: &mut Sheet, problems: &mut Problems) {
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Day)
        {
            let cells = sheet.lines.iter().map(|line| line.at(field));
            let is_day = |cell: &&str| day::readings(cell).0 != [None; 2];
            let order = match day::decide(cells.filter(is_day), self.days) {
                Ok(order) => order,
                Err(None) => {
                    let first = sheet.lines.first().map_or("", |line| line.at(field));
                    problems.extend(Problems::of(format!("{name} {first:?}: is the month or the day first? --dates month-first or day-first says it")));
                    continue;
                }
                // Each cell that does not fit is told below.
                Err(Some(_)) => self.days.unwrap_or(DayOrder::DayFirst),
            };
            for line in &mut sheet.lines {
                match day::day(line.at(field), order) {
                    Some(day) => line.set(field, day.to_string()),
                    None => problems.add(
                        line.number,
                        format!("{name} {:?}: expected a day such as 2026-11-25", line.at(field)),
                    ),
                }
            }
        }
    }

    /// Spells every amount as a plain decimal, and holds the totals against their sum. Gives the currencies of cells.
    fn read_amounts(
        &self,
        header: &Header,
        sheet: &mut Sheet,
        totals: Vec<(u64, String)>,
        problems: &mut Problems,
    ) -> Vec<String> {
        let mut currencies: Vec<String> = header.currency.clone().into_iter().collect();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Amount)
        {
            let cells = sheet.lines.iter().map(|line| (line.number, line.at(field)));
            let cells = cells.chain(totals.iter().map(|(line, cell)| (*line, cell.as_str())));
            let mark = match amount::decide(cells.clone().map(|(_, cell)| cell), self.mark) {
                Ok(mark) => mark,
                Err(Unclear::Ambiguous) => {
                    let unclear = cells
                        .map(|(_, cell)| cell)
                        .find(|cell| cell.contains([',', '.']))
                        .unwrap_or_default();
                    problems.extend(Problems::of(format!(
                        "{name} {unclear:?}: thousands or decimals? --decimal point or comma says it"
                    )));
                    continue;
                }
                Err(Unclear::Mixed(at)) => {
                    let (line, cell) = cells.clone().nth(at).unwrap_or_default();
                    problems.add(
                        line,
                        format!(
                            "{name} {cell:?}: its decimal mark is not that of the lines before"
                        ),
                    );
                    continue;
                }
            };
            let (mut sum, mut is_whole) = (Decimal::ZERO, true);
            for line in &mut sheet.lines {
                let cell = line.at(field);
                if cell.is_empty() || cell.eq_ignore_ascii_case("delete") {
                    continue;
                }
                let Some((value, currency)) = amount::amount(cell, mark) else {
                    problems.add(
                        line.number,
                        format!("{name} {cell:?}: expected a decimal such as 12.50"),
                    );
                    is_whole = false;
                    continue;
                };
                if let Some(currency) =
                    currency.filter(|it| !currencies.iter().any(|known| known == it))
                {
                    currencies.push(currency.to_owned());
                }
                match sum.checked_add(value) {
                    Some(more) => sum = more,
                    None => is_whole = false,
                }
                line.set(field, value.to_string());
            }
            if is_whole && !totals.is_empty() {
                self.check_totals(name, &totals, mark, sum, sheet, problems);
            }
        }
        currencies
    }

    fn check_totals(
        &self,
        name: &str,
        totals: &[(u64, String)],
        mark: DecimalMark,
        sum: Decimal,
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        let read = totals
            .iter()
            .map(|(line, cell)| (*line, amount::amount(cell, mark).map(|(amount, _)| amount)));
        // A file may total parts, too: one of its totals must be that of all.
        let fits = |(_, total): &(u64, Option<Decimal>)| *total == Some(sum);
        if read.clone().any(|it| fits(&it)) || self.ignores_totals {
            let lines = totals.iter().map(|(line, _)| *line).collect();
            sheet.notes.push(Note::Totals { lines, sum });
            return;
        }
        for (line, total) in read {
            let total = total.map_or("no amount".to_owned(), |total| total.to_string());
            problems.add(line, format!("{name}: the file says {total} in total, its lines add up to {sum}; --any-total sends them all the same"));
        }
    }

    fn check_currency(
        &self,
        header: &Header,
        mut found: Vec<String>,
        sheet: &mut Sheet,
        problems: &mut Problems,
    ) {
        if let Some(field) = header.columns.iter().position(|(_, name)| name == "currency") {
            for line in &sheet.lines {
                let currency = line.at(field).to_uppercase();
                if !currency.is_empty() && !found.contains(&currency) {
                    found.push(currency);
                }
            }
        }
        found.extend(self.profile.as_ref().and_then(|profile| profile.currency.clone()));
        found.sort();
        found.dedup();
        match found.as_slice() {
            [] => {}
            [one] => {
                if let Some(wanted) =
                    self.currency.as_ref().filter(|wanted| !wanted.eq_ignore_ascii_case(one))
                {
                    problems.extend(Problems::of(format!(
                        "the amounts are in {one}; --currency says {wanted}"
                    )));
                }
                sheet.notes.push(Note::Currency(one.clone()));
            }
            several => problems.extend(Problems::of(format!(
                "the amounts are in several currencies: {}",
                several.join(", ")
            ))),
        }
    }

    fn check_ids(&self, header: &Header, sheet: &mut Sheet, problems: &mut Problems) {
        let mut damaged = Vec::new();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Id)
        {
            for line in &sheet.lines {
                let value = line.at(field);
                let Some(what) = damage(value) else { continue };
                if self.takes_damaged {
                    damaged.push(line.number);
                } else {
                    problems.add(line.number, format!("{name} {value:?}: {what}; no visit can have it (--accept-damaged sends it all the same)"));
                }
            }
        }
        damaged.sort_unstable();
        damaged.dedup();
        sheet.notes.extend((!damaged.is_empty()).then(|| Note::Damaged(damaged)));
    }

    /// Adds the amounts of lines whose other fields are the same.
    fn add_up(&self, header: &Header, sheet: &mut Sheet) -> Result<(), Problems> {
        let Some(amount) =
            header.columns.iter().position(|(_, name)| self.kind(name) == FieldKind::Amount)
        else {
            return Ok(());
        };
        if header.columns.iter().any(|(_, name)| name == "hit") {
            return Ok(());
        }
        let (mut first, mut added, mut problems) =
            (HashMap::<Vec<Box<str>>, usize>::new(), Vec::new(), Problems::default());
        let mut kept: Vec<Line> = Vec::with_capacity(sheet.lines.len());
        for line in sheet.lines.drain(..) {
            let is_key =
                |name: &str| !HELPERS.contains(&name) && self.kind(name) != FieldKind::Amount;
            let key = line
                .names
                .iter()
                .zip(&line.cells)
                .filter(|(name, _)| is_key(name))
                .map(|(_, cell)| cell.clone());
            let at = *first.entry(key.collect()).or_insert(kept.len());
            let Some(known) = kept.get_mut(at) else {
                kept.push(line);
                continue;
            };
            if !self.adds_up {
                problems.add(
                    line.number,
                    format!("the same day and fields as line {}; --sum adds them up", known.number),
                );
                continue;
            }
            let sum = |one: &str, other: &str| {
                one.parse::<Decimal>().ok()?.checked_add(other.parse().ok()?)
            };
            match sum(known.at(amount), line.at(amount)) {
                Some(sum) => known.set(amount, sum.to_string()),
                None => problems.add(line.number, "the amounts are too large to add up"),
            }
            added.push(line.number);
        }
        sheet.lines = kept;
        sheet.notes.extend((!added.is_empty()).then(|| Note::Added(added)));
        problems.result(())
    }

    fn convert(&self, header: &Header, sheet: &mut Sheet) -> Result<(), Problems> {
        let Some(rate) = self.rate else { return Ok(()) };
        let mut problems = Problems::default();
        for (field, (_, name)) in header
            .columns
            .iter()
            .enumerate()
            .filter(|(_, (_, name))| self.kind(name) == FieldKind::Amount)
        {
            for line in &mut sheet.lines {
                let Ok(value) = line.at(field).parse::<Decimal>() else { continue };
                // `checked_mul` rounds where 28 digits do not suffice.
                match value
                    .checked_mul(rate)
                    .filter(|it| it.scale() == value.scale() + rate.scale())
                {
                    Some(product) => line.set(field, product.to_string()),
                    None => problems.add(
                        line.number,
                        format!("{name} {value}: times {rate} it has more than 28 digits"),
                    ),
                }
            }
        }
        sheet.notes.push(Note::Rate(rate));
        problems.result(())
    }
}

fn normal(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a title is the known one; where that ends in `*`, with the currency in the place of it.
fn matches(known: &str, title: &str) -> Option<Option<String>> {
    match known.strip_suffix('*') {
        None => (normal(known) == title).then_some(None),
        Some(start) => {
            let rest = title.strip_prefix(&normal(start))?.trim();
            if rest.is_empty() { Some(None) } else { currency_of(title).map(Some) }
        }
    }
}

/// The currency at the end of a title: `amount spent (usd)`.
fn currency_of(title: &str) -> Option<String> {
    let (_, code) = title.strip_suffix(')')?.rsplit_once('(')?;
    (code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_lowercase()))
        .then(|| code.to_uppercase())
}
