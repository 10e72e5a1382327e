//! A mapping for a file that no option describes yet, from its titles and a sample of its lines.

use std::collections::{BTreeMap, BTreeSet};

use crate::grid::{Row, Rows, Text};
use crate::header::{Header, matches};
use crate::lines::is_total;
use crate::problem::shown;
use crate::reader::{Field, FieldKind, Reader};
use crate::states::STATUS;
use crate::status::Values;
use crate::values::{HELPERS, IGNORED};
use crate::vocabulary::{self, are_same, has_part, has_word, normal};
use crate::{Problems, Profile, State, UploadKind, amount, day, decode::decoded};

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
    /// The network whose file it is, if its titles say so: they are those of no other network.
    pub network: Option<Profile>,
    /// The networks that would read it, too, where the titles are those of several or of any file.
    pub others: Vec<Profile>,
    /// Whether the titles are the names of fields, so that the file needs no option.
    pub is_plain: bool,
    /// The columns, in the order of the file.
    pub columns: Vec<ProposedColumn>,
    /// The fields without which the file cannot be sent, and that no column has.
    pub missing: Vec<&'static str>,
    /// The titles of columns that may be the amount as well as the one that is taken. Where none is taken since they
    /// differ, all of them.
    pub rivals: Vec<String>,
    /// What the words of the statuses may mean that nothing says.
    pub states: BTreeMap<String, State>,
}

/// Why a column may be a field, its rank among the columns for the same reason, its place, and the field.
type Score = (Reason, usize, usize, String);

struct Sample {
    titles: Row,
    rows: Vec<Row>,
}

/// How well a network's columns are those of a file: whether it is certain, their number, and their ranks.
type Fit = (bool, usize, std::cmp::Reverse<usize>);

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
        let text = Text::new(decoded(bytes, self.page.as_deref())?.text);
        let profiles: Vec<_> = profiles.iter().filter(|one| one.upload == upload).collect();
        let reader = self.without_assets();
        let found =
            |reader: &Self, is_first: bool| text.rows(|row| reader.header(row).ok(), is_first).ok();
        let is_plain = !self.is_mapped() && found(&reader, true).is_some();
        let mut fits = Vec::new();
        for profile in profiles.iter().filter(|_| !is_plain) {
            let reader = reader.clone().with_profile((*profile).clone());
            if let Some((header, rows)) = found(&reader, false) {
                fits.push((reader.fit(profile, &profiles, &header, rows.row()), *profile));
            }
        }
        // Of two that fit as well the first: one's own come before those that are built in.
        fits.sort_by_key(|(fit, _)| std::cmp::Reverse(*fit));
        let is_certain = fits.first().is_some_and(|(fit, _)| fit.0);
        let mut all = fits.into_iter().map(|(_, profile)| profile.clone());
        let network = if is_certain { all.next() } else { None };
        let others = all.filter(|_| !is_certain).collect();
        let reader = network.iter().cloned().fold(reader, Self::with_profile);
        let by_header = found(&reader, is_plain).filter(|_| is_plain || network.is_some());
        let sample = match by_header {
            Some((_, rows)) => Sample::new(rows),
            None => sample(&text, &reader).ok_or_else(|| {
                Problems::of("no row looks like a header: two titles of columns or more, and no values among them")
            })?,
        };
        let is_known = is_plain || network.is_some();
        let (columns, rivals) = reader.assigned(&sample, &profiles, is_known);
        let has = |name: &str| {
            let mut fields = columns.iter().filter_map(|column| column.field.as_ref());
            fields.any(|(field, _)| field == name)
                || self.given.iter().any(|(field, _)| *field == name)
        };
        let missing = self.fields.iter().filter(|field| field.is_required && !has(field.name));
        let mut missing: Vec<_> = missing.map(|field| field.name).collect();
        // What the customer paid is asked for, and never taken for what the affiliate gets.
        let payout = self.fields.iter().find(|field| field.name == "payout" && !has(field.name));
        let sales = || (0..columns.len()).filter(|at| is_of_sale(sample.titles.get(*at)));
        let is_asked =
            |field: &&Field| !rivals.is_empty() || sales().any(|at| sample.fits(at, field));
        missing.extend(payout.filter(is_asked).map(|field| field.name));
        let known = reader.all_states();
        let mut states = BTreeMap::new();
        for (at, column) in columns.iter().enumerate() {
            let field = column.field.as_ref().map_or("", |(field, _)| field);
            let values = sample.values(at);
            let found = values.states(&column.title).filter(|_| STATUS.contains(&field));
            // An empty cell of a further column says nothing.
            let is_said = |value: &str| field == "status" || !value.is_empty();
            let found = found.into_iter().flatten().filter(|(value, _)| is_said(value));
            states.extend(found.filter_map(|(value, state)| Some((value.to_lowercase(), state?))));
        }
        states.retain(|value, _| !known.contains_key(value));
        Ok(Proposal { network, others, is_plain, columns, missing, rivals, states })
    }

    /// How well the columns of a header are those of the profile of this reader.
    fn fit(&self, profile: &Profile, all: &[&Profile], header: &Header, titles: &Row) -> Fit {
        let is_built_in =
            Profile::find(&profile.name).is_some_and(|it| it.to_toml() == profile.to_toml());
        let is_of = |profile: &Profile, title: &str| {
            profile.columns.values().flatten().any(|known| matches(known, title))
        };
        let (mut ranks, mut is_only) = (Vec::new(), false);
        for (at, field) in &header.columns {
            let title = titles.get(*at);
            if is_of(profile, title) {
                let rank = self.rank(field, title);
                let others = all.iter().filter(|other| other.name != profile.name);
                is_only |= rank == 0 && !others.into_iter().any(|other| is_of(other, title));
                ranks.push(rank);
            }
        }
        // `Day`, `Cost` and `Campaign ID` are titles of any file, and a profile says more than they do: which number of
        // a date is the month, and what a status means.
        let is_alike = ranks.len() >= 4 && ranks.windows(2).all(|pair| pair.first() == pair.last());
        // A file of sales without what they pay is hardly that of the network.
        let has_payout = header.columns.iter().any(|(_, field)| field == "payout");
        let is_whole = profile.upload == UploadKind::Costs || has_payout;
        let is_certain = (is_only || is_alike) && is_whole || !is_built_in;
        (is_certain, ranks.len(), std::cmp::Reverse(ranks.iter().sum()))
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
    ) -> (Vec<ProposedColumn>, Vec<String>) {
        let columns: Vec<_> = (0..)
            .zip(sample.titles())
            .map(|(at, title)| {
                let mut cells = sample.column(at).peekable();
                let holds_ids =
                    cells.peek().is_some() && cells.all(|cell| looks_like_id(title, cell));
                let (title, sample) = (title.to_owned(), String::new());
                ProposedColumn { title, sample, field: None, holds_ids }
            })
            .collect();
        // A column of states that has some of sales which do not count goes before others.
        let states = |at: usize| {
            let title = sample.titles().nth(at)?;
            let values = sample.values(at);
            let states = values.states(title)?;
            let is_open = states.iter().any(|(_, state)| *state != Some(State::Set));
            Some(at + if is_open { 0 } else { columns.len() })
        };
        let has_states = (0..columns.len()).any(|at| states(at).is_some());
        let mut scores: Vec<Score> = Vec::new();
        for (at, title) in sample.titles().enumerate().filter(|(_, title)| !title.is_empty()) {
            if let Some(field) = self.field_of(title).filter(|field| is_known || field != "end") {
                // `Campaign` may be a name beside a column of ids.
                let is_id = columns.get(at).is_some_and(|column| column.holds_ids);
                let rank = match self.kind(&field) == FieldKind::Id && !is_known && !is_id {
                    true => usize::MAX,
                    false => self.rank(&field, title),
                };
                let (reason, rank) = match self.has(&field) {
                    true => (Reason::Given, rank),
                    // Of the names of a payout one says more than the others.
                    false if is_known => (Reason::Title, rank),
                    false => {
                        weighed(&field, title, Reason::Title, rank).unwrap_or((Reason::Word, rank))
                    }
                };
                scores.push((reason, rank, at, field));
            } else if !is_known {
                let names = self.fields.iter().map(|field| field.name).chain(HELPERS);
                let is_of_sales = |name: &str| ["status", "order", "item", "time"].contains(&name);
                let has_sales = self.fields.iter().any(|field| field.name == "hit");
                let names =
                    names.filter(|name| *name != "end" && (has_sales || !is_of_sales(name)));
                for name in names {
                    let fits = |field: &Field| sample.fits(at, field);
                    let is_field = self.fields.iter().find(|field| field.name == name);
                    let reason = match name {
                        "status" if has_states => states(at).map(|rank| (Reason::Content, rank)),
                        _ => reason(name, is_field, title, profiles)
                            .filter(|_| is_field.is_none_or(fits))
                            .and_then(|reason| weighed(name, title, reason, at)),
                    };
                    scores.extend(reason.map(|(it, rank)| (it, rank, at, name.to_owned())));
                }
            }
        }
        // The best reason first; of equal ones the first column.
        scores.sort_by(|one, other| other.0.cmp(&one.0).then(one.1.cmp(&other.1)));
        let (mut columns, mut taken) = (columns, BTreeSet::new());
        for (reason, _, at, field) in &scores {
            let Some(column) = columns.get_mut(*at).filter(|column| column.field.is_none()) else {
                continue;
            };
            if taken.insert(field) || field == IGNORED {
                column.field = Some((field.clone(), *reason));
            }
        }
        let rivals = if is_known { Vec::new() } else { self.rivals(sample, &scores, &mut columns) };
        let field = |column: &ProposedColumn| column.field.as_ref().map(|(field, _)| field.clone());
        let all: Vec<_> = sample.titles().zip(columns.iter().map(field)).collect();
        for (at, name) in self.companions(&all) {
            for (place, column) in columns.iter_mut().enumerate() {
                match &column.field {
                    None if place == at => column.field = Some((name.to_owned(), Reason::Title)),
                    Some((field, _)) if field == name => column.field = None,
                    _ => {}
                }
            }
        }
        let kind =
            |column: &ProposedColumn| column.field.as_ref().map(|(field, _)| self.kind(field));
        let kinds = (0..).zip(&columns).filter_map(|(at, column)| Some((at, kind(column)?)));
        let lines = sample.lines(&kinds.collect::<Vec<_>>());
        for (at, column) in columns.iter_mut().enumerate() {
            let mut cells = lines.iter().map(|row| row.get(at));
            column.sample = shown(cells.find(|cell| !cell.is_empty()).unwrap_or_default());
        }
        (columns, rivals)
    }

    /// The columns that may be the amount beside the one that is taken. Where titles say as much of one that differs,
    /// none is taken.
    fn rivals(
        &self,
        sample: &Sample,
        scores: &[Score],
        columns: &mut [ProposedColumn],
    ) -> Vec<String> {
        let amount = self.fields.iter().find(|field| field.kind == FieldKind::Amount);
        let mut all = scores.iter().filter(|it| amount.is_some_and(|field| field.name == it.3));
        let first = all.next().filter(|first| first.0 != Reason::Given);
        let Some((first, amount)) = first.zip(amount) else { return Vec::new() };
        let is_free = |at: usize| columns.get(at).is_some_and(|column| column.field.is_none());
        let others = all.filter(|it| is_free(it.2) && sample.fits(it.2, amount)).collect();
        // What may be either has the last rank.
        let weight = |it: &Score| (it.0, it.1 == usize::MAX);
        let differs = |at| sample.rows.iter().any(|row| row.get(at) != row.get(first.2));
        let (mut rivals, weaker): (Vec<_>, Vec<_>) = Vec::into_iter(others)
            .partition(|other| weight(other) == weight(first) && differs(other.2));
        if rivals.is_empty() {
            rivals = weaker;
        } else {
            rivals.push(first);
            columns.get_mut(first.2).into_iter().for_each(|column| column.field = None);
        }
        rivals.sort_by_key(|rival| rival.2);
        rivals.into_iter().map(|rival| sample.titles.get(rival.2).to_owned()).collect()
    }
}

/// The first row that may be a header: two titles or more, and no values. Rows above it may hold words as well, but not
/// as many.
fn sample(text: &Text<'_>, reader: &Reader) -> Option<Sample> {
    let is_value = |cell: &str| {
        amount::is_amount(cell)
            || amount::is_none(cell)
            || day::is_day(cell)
            || day::has_short_year(cell)
            || reader.fields.iter().filter_map(|field| field.fits).any(|fits| fits(cell))
    };
    [8, 5, 3, 2].into_iter().find_map(|least| {
        let header = |row: &Row| {
            let mut cells =
                (0..row.cells.len()).map(|at| row.get(at)).filter(|cell| !cell.is_empty());
            (row.filled().count() >= least && !cells.any(is_value)).then_some(())
        };
        let (_, rows) = text.rows(header, false).ok()?;
        Some(Sample::new(rows))
    })
}

impl Sample {
    fn new(mut rows: Rows<'_>) -> Self {
        let (titles, mut lines) = (rows.row().clone(), Vec::new());
        while let Some(row) = rows.next().filter(|_| lines.len() < SAMPLE) {
            // Footers have one cell.
            if row.filled().nth(1).is_some() {
                lines.push(row.clone());
            }
        }
        Self { titles, rows: lines }
    }

    fn titles(&self) -> impl Iterator<Item = &str> {
        (0..self.titles.cells.len()).map(|at| self.titles.get(at))
    }

    /// The rows without totals.
    fn lines(&self, kinds: &[(usize, FieldKind)]) -> Vec<&Row> {
        let amount = kinds.iter().find(|(_, kind)| *kind == FieldKind::Amount).map(|(at, _)| *at);
        let is_line = |row: &&Row| amount.is_none_or(|at| !is_total(row, kinds, &[], row.get(at)));
        self.rows.iter().filter(is_line).collect()
    }

    fn values(&self, at: usize) -> Values {
        let mut values = Values::default();
        self.rows.iter().for_each(|row| values.add(row.get(at)));
        values
    }

    fn column(&self, at: usize) -> impl Iterator<Item = &str> {
        self.rows.iter().map(move |row| row.get(at)).filter(|cell| !cell.is_empty())
    }

    /// Whether most cells of a column are what the field takes: titles and totals may be among them.
    fn fits(&self, at: usize, field: &Field) -> bool {
        let fits = |cell: &&str| match (field.fits, field.kind) {
            (Some(fits), _) => fits(cell),
            (None, FieldKind::Day) => day::is_day(cell) || day::has_short_year(cell),
            (None, FieldKind::Amount) => amount::is_amount(cell) || amount::is_none(cell),
            (None, _) => true,
        };
        let (all, good) = (self.column(at).count(), self.column(at).filter(fits).count());
        good > 0 && (good + 1 >= all || good * 10 >= all * 8)
    }
}

/// An id has many digits in a row, or letters among digits; ages (`25-34`), times and sizes (`300x250`) have neither. A
/// number that a count may be is one only under a title that says so.
fn looks_like_id(title: &str, cell: &str) -> bool {
    let inner = cell.trim_matches(['[', ']']);
    let runs = inner.split(|c: char| !c.is_ascii_digit()).map(str::len);
    let longest = runs.max().unwrap_or_default();
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ':' | '.');
    let letters = inner.bytes().filter(u8::is_ascii_alphabetic).count();
    let title = title.to_lowercase();
    let mut words = title.split(|c: char| !c.is_alphanumeric());
    let says_so = words.any(|word| {
        word.ends_with("id") || ["zone", "site", "sub"].iter().any(|it| word.starts_with(it))
    });
    inner.chars().all(is_word)
        && !day::is_day(cell)
        && match letters {
            0 => longest == inner.len() && (longest >= 12 || (longest >= 5 && says_so)),
            _ => longest >= 5 || (longest > 0 && inner.len() >= if says_so { 5 } else { 20 }),
        }
}

/// Whether a title is that of what the customer paid, rather than of what the affiliate gets of it.
fn is_of_sale(title: &str) -> bool {
    let has = |list| has_part(list, title);
    (has("price") || has("sale") && has("maybe")) && !has("own")
}

/// How much the title of an amount says; `None` if it is that of another one, such as of the sale in place of what the
/// affiliate gets of it, or a price of one click.
fn weighed(name: &str, title: &str, reason: Reason, rank: usize) -> Option<(Reason, usize)> {
    let is_exact = reason == Reason::Title;
    match name {
        "cost" if !is_exact && has_word("unit", title) => None,
        // Beside plain amounts millionths are the same once more.
        "cost" if has_word("micros", title) => Some((reason.min(Reason::Word), usize::MAX)),
        "payout" if has_part("own", title) => Some((reason, rank)),
        "payout" if is_of_sale(title) => None,
        "payout" if has_part("maybe", title) => Some((reason.min(Reason::Word), usize::MAX)),
        _ => Some((reason, rank)),
    }
}

/// Why a title may be that of a field.
fn reason(name: &str, field: Option<&Field>, title: &str, profiles: &[&Profile]) -> Option<Reason> {
    let known = || profiles.iter().filter_map(|profile| profile.columns.get(name)).flatten();
    let own = vocabulary::titles(name);
    let is_own = || field.is_none() && own.iter().any(|known| are_same(known, title));
    if known().any(|known| matches(known, title)) || is_own() {
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
    let own = own.iter().map(String::as_str).chain(field?.aliases.iter().copied()).chain([name]);
    let mut said = words(
        &known().map(|title| normal(title)).chain(own.map(normal)).collect::<Vec<_>>().join(" "),
    );
    // They are in titles of other columns as well.
    for word in ["reporting", "total", "transaction", "action", "event", "publisher"] {
        said.remove(word);
    }
    let is_own = name == "payout" && has_part("own", title);
    if is_own || !said.is_disjoint(&words(&normal(title))) {
        return Some(Reason::Word);
    }
    let says_itself = field?.fits.is_some() || kind == FieldKind::Day;
    says_itself.then_some(Reason::Content)
}
