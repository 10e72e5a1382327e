//! A mapping for a file that no option describes yet, from its titles and a sample of its lines.

use std::collections::BTreeSet;

use crate::grid::{Row, Rows, Text};
use crate::header::{matches, normal};
use crate::reader::{Field, FieldKind, Reader};
use crate::values::HELPERS;
use crate::{Problems, Profile, UploadKind, amount, day, decode::decoded};

/// The lines that the sample has.
const SAMPLE: usize = 200;

/// What a title and a sample say about a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Reason {
    /// Its cells look like the field, and its title says nothing.
    Content,
    /// Its title has a word of the field.
    Word,
    /// A network calls the field so.
    Title,
    /// The mapping says so.
    Given,
}

/// A column of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ProposedColumn {
    /// Its title.
    pub title: String,
    /// The first of its cells that holds something.
    pub sample: String,
    /// The field that it may be, and why.
    pub field: Option<(String, Reason)>,
    /// Whether its cells look like ids.
    pub holds_ids: bool,
}

/// A mapping of a file's columns to fields, to be looked at before it is used.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Proposal {
    /// The network with the most of the columns, if there is one such network.
    pub network: Option<Profile>,
    /// Whether the titles are the names of fields, so that the file needs no option.
    pub is_plain: bool,
    /// The columns, in the order of the file.
    pub columns: Vec<ProposedColumn>,
    /// The fields without which the file cannot be sent, and that no column has.
    pub missing: Vec<&'static str>,
}

struct Sample {
    titles: Vec<String>,
    cells: Vec<Vec<String>>,
}

impl Reader {
    /// Proposes a mapping. Columns that the mapping of this reader gives are taken as given.
    ///
    /// ```
    /// use funnelflux_imports::{Field, FieldKind, Profile, Reader, UploadKind};
    ///
    /// let fields = [
    ///     Field::new("date", FieldKind::Day).required(),
    ///     Field::new("cost", FieldKind::Amount).required(),
    ///     Field::new("campaign", FieldKind::Id),
    /// ];
    /// let file = b"Report of ads\n\nThe day;Ad spend;Clicks\n25.11.2026;12,50;9\n";
    /// let proposal = Reader::new(&fields).propose(file, UploadKind::Costs, &Profile::all())?;
    /// let fields = proposal.columns.iter().map(|column| Some(column.field.as_ref()?.0.as_str()));
    /// assert_eq!(fields.collect::<Vec<_>>(), [Some("date"), Some("cost"), None]);
    /// # Ok::<(), funnelflux_imports::Problems>(())
    /// ```
    ///
    /// # Errors
    /// When the file has no row that may be a header.
    pub fn propose(
        &self,
        bytes: &[u8],
        upload: UploadKind,
        profiles: &[Profile],
    ) -> Result<Proposal, Problems> {
        self.only_known_fields()?;
        let (text, _) = decoded(bytes).map_err(|error| Problems::of(error.to_string()))?;
        let text = Text::new(text);
        let profiles: Vec<_> = profiles.iter().filter(|one| one.upload == upload).collect();
        let reader = self.without_assets();
        let found =
            |reader: &Self, is_first: bool| text.rows(|row| reader.header(row).ok(), is_first).ok();
        let is_plain = !self.is_mapped() && found(&reader, true).is_some();
        let mut best = Vec::new();
        for profile in &profiles {
            let reader = reader.clone().with_profile((*profile).clone());
            if let Some((header, rows)) = found(&reader, false) {
                let ranks = header
                    .columns
                    .iter()
                    .map(|(at, field)| reader.rank(field, rows.row().get(*at)));
                // The network that has the most of the columns, under their usual titles.
                best.push((
                    (std::cmp::Reverse(header.columns.len()), ranks.sum::<usize>()),
                    *profile,
                ));
            }
        }
        best.sort_by_key(|(fit, _)| *fit);
        let network = match best.as_slice() {
            [(fit, one), rest @ ..] if rest.first().is_none_or(|(next, _)| next > fit) => {
                Some(*one)
            }
            _ => None,
        };
        let network = network.filter(|_| !is_plain).cloned();
        let reader = match &network {
            Some(profile) => reader.with_profile(profile.clone()),
            None => reader,
        };
        let by_header = found(&reader, is_plain).filter(|_| is_plain || network.is_some());
        let sample = match by_header {
            Some((_, rows)) => Sample::new(rows),
            None => sample(&text, &reader).ok_or_else(|| {
                Problems::of("no row looks like a header with the titles of columns")
            })?,
        };
        let columns = reader.assigned(&sample, &profiles, is_plain || network.is_some());
        let has = |name: &str| {
            let mut fields = columns.iter().filter_map(|column| column.field.as_ref());
            fields.any(|(field, _)| field == name)
                || self.given.iter().any(|(field, _)| *field == name)
        };
        let missing = self.fields.iter().filter(|field| field.is_required && !has(field.name));
        let missing = missing.map(|field| field.name).collect();
        Ok(Proposal { network, is_plain, columns, missing })
    }

    /// Assets are said by options as well as by columns.
    fn without_assets(&self) -> Self {
        let mut reader = self.clone();
        for field in &mut reader.fields {
            field.is_required &= field.kind != FieldKind::Asset;
        }
        reader
    }

    fn assigned(
        &self,
        sample: &Sample,
        profiles: &[&Profile],
        is_known: bool,
    ) -> Vec<ProposedColumn> {
        let mut columns: Vec<_> = (0..)
            .zip(&sample.titles)
            .map(|(at, title)| {
                let cells = || sample.column(at);
                ProposedColumn {
                    title: title.clone(),
                    sample: cells().next().unwrap_or_default().to_owned(),
                    field: None,
                    holds_ids: cells().next().is_some() && cells().all(looks_like_id),
                }
            })
            .collect();
        let mut scores = Vec::new();
        for (at, title) in sample.titles.iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            if let Some(field) = self.field_of(title) {
                let given = self.map.iter().any(|(mapped, _)| *mapped == field);
                let reason = if given { Reason::Given } else { Reason::Title };
                scores.push((reason, self.rank(&field, title), at, field));
            } else if !is_known {
                let names = self.fields.iter().map(|field| field.name).chain(HELPERS);
                for name in names.filter(|name| *name != "end") {
                    let fits = |field: &Field| sample.fits(at, field);
                    let is_field = self.fields.iter().find(|field| field.name == name);
                    if let Some(reason) = reason(name, is_field, title, profiles)
                        .filter(|_| is_field.is_none_or(fits))
                    {
                        scores.push((reason, at, at, name.to_owned()));
                    }
                }
            }
        }
        // The best reason first; of equal ones the first column.
        scores.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let mut taken = BTreeSet::new();
        for (reason, _, at, field) in scores {
            let Some(column) = columns.get_mut(at).filter(|column| column.field.is_none()) else {
                continue;
            };
            if taken.insert(field.clone()) {
                column.field = Some((field, reason));
            }
        }
        columns
    }
}

/// The first row that may be a header: two words or more, and nothing else.
fn sample(text: &Text<'_>, reader: &Reader) -> Option<Sample> {
    let is_word = |cell: &str| {
        !cell.is_empty()
            && cell.chars().any(char::is_alphabetic)
            && day::readings(cell).0 == [None; 2]
            && !looks_like_hit(reader, cell)
    };
    let header = |row: &Row| {
        let words = (0..row.cells.len()).filter(|at| is_word(row.get(*at))).count();
        let is_header = words >= 2 && words == row.filled();
        is_header.then_some(())
    };
    let (_, rows) = text.rows(header, false).ok()?;
    Some(Sample::new(rows))
}

impl Sample {
    fn new(mut rows: Rows<'_>) -> Self {
        let texts =
            |row: &Row| (0..row.cells.len()).map(|at| row.get(at).to_owned()).collect::<Vec<_>>();
        let (titles, mut cells) = (texts(rows.row()), Vec::new());
        while let Some(row) = rows.next().filter(|_| cells.len() < SAMPLE) {
            // Footers and totals have empty cells where lines have none.
            if row.filled() > 1 {
                cells.push(texts(row));
            }
        }
        Self { titles, cells }
    }

    fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        let cells = self.cells.iter().filter_map(move |row| row.get(at));
        cells.map(String::as_str).filter(|cell| !cell.is_empty())
    }

    /// Whether most cells of a column are what the field takes: titles and totals may be among them.
    fn fits(&self, at: usize, field: &Field) -> bool {
        let fits = |cell: &&str| match (field.fits, field.kind) {
            (Some(fits), _) => fits(cell),
            (None, FieldKind::Day) => day::readings(cell).0 != [None; 2],
            (None, FieldKind::Amount) => amount::is_amount(cell) || amount::is_none(cell),
            (None, _) => true,
        };
        let (all, good) = (self.column(at).count(), self.column(at).filter(fits).count());
        good > 0 && (good + 1 >= all || good * 10 >= all * 8)
    }
}

fn looks_like_hit(reader: &Reader, cell: &str) -> bool {
    reader.fields.iter().filter_map(|field| field.fits).any(|fits| fits(cell))
}

/// An id is long and has a digit, and no point or comma as amounts have.
fn looks_like_id(cell: &str) -> bool {
    let inner = cell.trim_matches(['[', ']']);
    inner.len() >= 5
        && inner.contains(|c: char| c.is_ascii_digit())
        && inner.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':'))
        && day::readings(cell).0 == [None; 2]
}

/// Why a title may be that of a field.
fn reason(name: &str, field: Option<&Field>, title: &str, profiles: &[&Profile]) -> Option<Reason> {
    let title = normal(title);
    let known = || profiles.iter().filter_map(|profile| profile.columns.get(name)).flatten();
    if known().any(|known| matches(known, &title)) {
        return Some(Reason::Title);
    }
    // Only what is certain to be one: `Campaign` may be a name, and `Transaction ID` a hit.
    let kind = field?.kind;
    if !matches!(kind, FieldKind::Day | FieldKind::Amount) && field?.fits.is_none() {
        return None;
    }
    let words = |text: &str| {
        let words = text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned);
        words.filter(|word| word.chars().count() > 2).collect::<BTreeSet<_>>()
    };
    let own = field?.aliases.iter().copied().chain([name]);
    let mut said = words(
        &known().map(|title| normal(title)).chain(own.map(normal)).collect::<Vec<_>>().join(" "),
    );
    // They are in titles of other columns as well.
    for word in ["reporting", "total", "transaction", "action", "event", "publisher"] {
        said.remove(word);
    }
    if !said.is_disjoint(&words(&title)) {
        return Some(Reason::Word);
    }
    let says_itself = field?.fits.is_some() || kind == FieldKind::Day;
    says_itself.then_some(Reason::Content)
}
