//! The reader: which column is what, which lines count, and what their cells mean.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::words::words;
use crate::{DayOrder, DecimalMark, Profile, State};

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
    pub(crate) fits: Option<fn(&str) -> bool>,
}

impl Field {
    /// A field that may be missing.
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self { name, aliases: &[], kind, is_required: false, fits: None }
    }

    /// Sets other titles.
    #[must_use]
    pub const fn with_aliases(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }

    /// Sets a test that only cells of this field pass; it finds the column.
    #[must_use]
    pub const fn with_test(self, fits: fn(&str) -> bool) -> Self {
        Self { fits: Some(fits), ..self }
    }

    /// Makes a file without it no such file.
    #[must_use]
    pub const fn required(self) -> Self {
        Self { is_required: true, ..self }
    }
}

words! {
    /// What becomes of a negative amount that corrects a part of an earlier one.
    Corrections {
        /// The conversion gets what is left.
        Set = "set",
        /// The conversion is deleted.
        Delete = "delete",
        /// The line is left out.
        Skip = "skip",
    }
}

words! {
    /// How the lines of a file are sorted, where their times do not say it.
    LineOrder {
        /// The last line is the latest.
        OldestFirst = "oldest-first",
        /// The first line is the latest.
        NewestFirst = "newest-first",
    }
}

/// A reader of files.
///
/// Without a profile and a mapping the first row has to be the names of fields, and an unknown column is an error,
/// because a misspelt one would widen what is sent; a cell that is no day or no amount stays as it is, for the caller to
/// name with the rest of its line. With one of them the header is found, columns that no field takes
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
/// let line = sheet.line(0).unwrap();
/// assert_eq!((line.number(), line.get("date"), line.get("cost")), (4, "2026-11-25", "1210.00"));
/// let notes: Vec<String> = sheet.notes.iter().map(ToString::to_string).collect();
/// assert_eq!(notes, ["columns that are not used: Clicks", "line 5: a total of 1210.00, which the other lines add up to"]);
/// # Ok::<(), funnelflux_imports::Problems>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Reader {
    pub(crate) fields: Vec<Field>,
    pub(crate) profile: Option<Profile>,
    pub(crate) map: Vec<(String, String)>,
    pub(crate) aliases: Vec<(String, String)>,
    pub(crate) given: Vec<(&'static str, String)>,
    pub(crate) page: Option<String>,
    pub(crate) days: Option<DayOrder>,
    pub(crate) mark: Option<DecimalMark>,
    pub(crate) adds_up: bool,
    pub(crate) takes_periods: bool,
    pub(crate) accepted: Vec<String>,
    pub(crate) ignores_totals: bool,
    pub(crate) currency: Option<String>,
    pub(crate) rate: Option<Decimal>,
    pub(crate) states: BTreeMap<String, State>,
    pub(crate) corrections: Option<Corrections>,
    pub(crate) order: Option<LineOrder>,
}

impl Reader {
    /// A reader of lines with these fields.
    pub fn new(fields: &[Field]) -> Self {
        Self { fields: fields.to_vec(), ..Self::default() }
    }

    /// The fields of the lines.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    funnelflux_contract::setters! {
        /// Sets the shape of the file. Its breakdowns are added up.
        fn with_profile(profile: Profile) => profile = Some(profile);
        /// Reads this sheet of a workbook in place of the first, by its name or number.
        fn with_sheet(sheet: impl Into<String>) => page = Some(sheet.into());
        /// Sets which number of a date comes first.
        fn with_day_order(order: impl Into<Option<DayOrder>>) => days = order.into();
        /// Sets the decimal mark.
        fn with_decimal_mark(mark: impl Into<Option<DecimalMark>>) => mark = mark.into();
        /// Adds the amounts of lines whose other fields are the same.
        fn with_sums() => adds_up = true;
        /// Takes lines of several days, from `date` to `end`.
        fn with_periods() => takes_periods = true;
        /// Leaves totals unchecked.
        fn without_totals() => ignores_totals = true;
        /// Sets the currency that the file must be in: what its titles, cells or a column of currencies say of it has to be
        /// this one.
        fn with_currency(currency: impl Into<String>) => currency = Some(currency.into());
        /// Multiplies every amount, exactly.
        fn with_rate(rate: Decimal) => rate = Some(rate);
        /// Sets what becomes of corrections of a part of an amount.
        fn with_corrections(what: impl Into<Option<Corrections>>) => corrections = what.into();
        /// Sets how lines of a hit are sorted whose times do not say which is the last.
        fn with_line_order(order: impl Into<Option<LineOrder>>) => order = order.into();
        /// Takes a field from the column of this title.
        fn with_column(field: impl Into<String>, title: impl Into<String>), |it| {
            let field = field.into();
            let alias = it.aliases.iter().find(|(alias, _)| *alias == field);
            let field = alias.map_or(field, |(_, field)| field.clone());
            it.map.push((field, title.into()));
        };
        /// Gives a field another name, for the titles of files of one's own and for [`with_column`](Self::with_column).
        fn with_alias(alias: impl Into<String>, field: impl Into<String>), |it|
            it.aliases.push((alias.into(), field.into()));
        /// Gives every line this value of a field.
        fn with_value(field: &'static str, value: impl Into<String>), |it|
            it.given.push((field, value.into()));
        /// Takes damaged values, and tells them: this value, those of this [cause](crate::Damage::name), or `all`.
        fn with_damaged(which: impl Into<String>), |it| it.accepted.push(which.into());
        /// Sets what a status means, in place of what the profile says.
        fn with_state(status: &str, state: State), |it|
            it.states.insert(status.trim().to_lowercase(), state);
    }

    pub(crate) fn accepts(&self, damage: &crate::Damage, value: &str) -> bool {
        let is_meant = |which: &String| which == "all" || which == damage.name() || which == value;
        self.accepted.iter().any(is_meant)
    }

    /// Whether a field is mapped.
    pub(crate) fn has(&self, field: &str) -> bool {
        self.map.iter().any(|(mapped, _)| mapped == field)
    }

    /// The way to give a field a column.
    pub(crate) fn way(&self, field: &str) -> String {
        match self.has(field) {
            true => format!("another column as {field}"),
            false => format!("--map {field}=COLUMN"),
        }
    }

    pub(crate) fn is_mapped(&self) -> bool {
        self.profile.is_some() || !self.map.is_empty()
    }

    pub(crate) fn all_states(&self) -> BTreeMap<String, State> {
        let of_profile = self.profile.iter().flat_map(|profile| profile.status.clone());
        of_profile.chain(self.states.clone()).collect()
    }

    pub(crate) fn kind(&self, name: &str) -> FieldKind {
        let field = self.fields.iter().find(|field| field.name == name);
        field.map_or(FieldKind::Text, |field| field.kind)
    }
}
