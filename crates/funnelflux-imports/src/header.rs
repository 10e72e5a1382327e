//! The header: which column is what.

use std::collections::HashMap;

use crate::grid::Row;
use crate::problem::{quoted, shown};
use crate::reader::{Field, FieldKind, Reader};
use crate::values::{HELPERS, IGNORED};
use crate::vocabulary::{are_same, has_word, is_one, normal};
use crate::{Problems, currency, day};

/// The columns of a header: for each used column its place, its name, and the currency of its title.
pub(crate) struct Header {
    pub(crate) columns: Vec<(usize, String)>,
    /// The columns that no field takes, which have a title.
    pub(crate) free: Vec<(usize, String)>,
    pub(crate) currency: Option<String>,
    /// The zone of its days.
    pub(crate) zone: Option<String>,
    /// The title of days, where it says that each begins a longer time.
    pub(crate) period: Option<String>,
    pub(crate) width: usize,
}

impl Reader {
    /// The field of a title.
    pub(crate) fn field_of(&self, title: &str) -> Option<String> {
        if let Some((field, _)) = self.map.iter().find(|(_, mapped)| are_same(mapped, title)) {
            return Some(field.clone());
        }
        let of_profile = self.profile.iter().flat_map(|profile| &profile.columns);
        // A field takes the first of its titles that the file has, so places count.
        let found = of_profile.filter(|(field, _)| !self.has(field)).find_map(|(field, titles)| {
            titles.iter().any(|known| matches(known, title)).then(|| field.clone())
        });
        let own = || {
            let own = self.fields.iter().find(|field| {
                let is = |name: &&str| are_same(name, title);
                let mut aliases = self.aliases.iter().filter(|(_, name)| name == field.name);
                is(&field.name)
                    || field.aliases.iter().any(is)
                    || aliases.any(|(alias, _)| is(&&**alias))
            });
            // In a network's file `Campaign` is a name, and not the field of that name.
            let is_meant =
                |field: &&Field| self.profile.is_none() || field.kind == FieldKind::Asset;
            // `End` may be that of something else: the last day is found beside the first.
            let is_end = |field: &&Field| field.name == "end" && self.is_mapped();
            own.filter(|field| !self.has(field.name) && !is_end(field))
                .filter(is_meant)
                .map(|field| field.name.to_owned())
        };
        found.or_else(own)
    }

    /// Refuses a mapping to a field that no line has: a misspelt restriction would widen what is sent.
    pub(crate) fn only_known_fields(&self) -> Result<(), Problems> {
        let of_profile = self.profile.iter().flat_map(|profile| profile.columns.keys());
        let own = || self.fields.iter().map(|field| field.name);
        let known =
            || own().chain(HELPERS.into_iter().filter(move |it| !own().any(|name| name == *it)));
        let mut named = self.map.iter().map(|(field, _)| field).chain(of_profile);
        let is_other = |field: &&String| !known().any(|name| name == **field);
        let Some(field) = named.find(is_other) else { return Ok(()) };
        let known = known().collect::<Vec<_>>().join(", ");
        Err(Problems::of(format!("field {field:?}: expected {known}")))
    }

    /// How early a title is among those of its field in the profile.
    pub(crate) fn rank(&self, field: &str, title: &str) -> usize {
        let titles = self.profile.iter().filter_map(|profile| profile.columns.get(field)).flatten();
        titles.into_iter().position(|known| matches(known, title)).unwrap_or_default()
    }

    pub(crate) fn header(&self, row: &Row) -> Result<Header, Problems> {
        self.only_known_fields()?;
        let mut columns = Vec::<(usize, String)>::new();
        let (mut currency, mut zone, mut period) = (None, None, None);
        let mut ranks: HashMap<String, usize> = HashMap::new();
        let titles: Vec<&str> = (0..row.cells.len()).map(|at| row.get(at)).collect();
        for (at, title) in titles.iter().enumerate() {
            let Some(field) = self.field_of(title) else {
                if !self.is_mapped() {
                    let all =
                        self.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                    return Err(Problems::of(format!("column {:?}: expected {all}", shown(title))));
                }
                continue;
            };
            let rank = self.rank(&field, title);
            match ranks.get(&field).filter(|_| field != IGNORED) {
                Some(known) if self.is_mapped() && *known != rank => {
                    if rank < *known {
                        columns.retain(|(_, name)| *name != field);
                    } else {
                        continue;
                    }
                }
                Some(_) => {
                    let before = columns.iter().find(|(_, name)| *name == field);
                    let before = before.map_or("", |(at, _)| row.get(*at));
                    let mut why = format!("two columns {field}: {before:?} and {title:?}");
                    if self.has(&field) {
                        why += "; rename one of them in the file";
                    } else if self.is_mapped() {
                        why += &format!(
                            "; --map {field}=COLUMN says which of them, by a title of its own"
                        );
                    }
                    return Err(Problems::of(why));
                }
                None => {}
            }
            ranks.insert(field.clone(), rank);
            if self.kind(&field) == FieldKind::Amount {
                currency = currency::of_title(title).map(str::to_owned);
            }
            if self.kind(&field) == FieldKind::Day {
                zone = day::zone_of_title(title).map(str::to_owned).or(zone);
                period = Some((*title).to_owned()).filter(|it| is_one("period", it)).or(period);
            }
            columns.push((at, field));
        }
        if self.is_mapped() {
            let field = |at| columns.iter().find(|(place, _)| *place == at).map(|it| it.1.clone());
            let all = titles.iter().zip(0..).map(|(title, at)| (*title, field(at)));
            for (at, field) in self.companions(&all.collect::<Vec<_>>()) {
                columns.retain(|(_, name)| name != field);
                columns.push((at, field.to_owned()));
            }
        }
        let has = |name: &str| {
            columns.iter().any(|(_, field)| field == name)
                || self.given.iter().any(|(field, _)| *field == name)
        };
        for (field, title) in &self.map {
            if !has(field) {
                let titles = titles.iter().map(|title| shown(title)).collect::<Vec<_>>().join(", ");
                return Err(Problems::of(format!(
                    "no column {title:?} for {field}; the header has {titles}"
                )));
            }
        }
        let needed = self.fields.iter().filter(|field| field.is_required && self.is_mapped());
        let missing = needed.filter(|field| !has(field.name)).map(|field| self.titles(field.name));
        let missing = missing.collect::<Vec<_>>().join(" and ");
        if !missing.is_empty() {
            let what = self.profile.as_ref().map_or("the mapping", |profile| &profile.title);
            let why = format!("no header of {what} was found: expected columns {missing}");
            return Err(Problems::of(why));
        }
        let is_free = |at: &usize| !columns.iter().any(|(taken, _)| taken == at);
        let free = (0..).zip(titles).filter(|(at, title)| is_free(at) && !title.is_empty());
        let free = free.map(|(at, title)| (at, title.to_owned())).collect();
        columns.retain(|(_, field)| field != IGNORED);
        Ok(Header { columns, free, currency, zone, period, width: row.cells.len() })
    }

    /// Refuses amounts that their title says to be millionths.
    pub(crate) fn check_unit(&self, header: &Header, row: &Row) -> Result<(), Problems> {
        let is_amount = |field: &str| self.kind(field) == FieldKind::Amount && self.rate.is_none();
        let amounts = header.columns.iter().filter(|(_, field)| is_amount(field));
        let mut titles = amounts.map(|(at, _)| row.get(*at));
        let Some(title) = titles.find(|title| has_word("micros", title)) else { return Ok(()) };
        let title = quoted(title);
        Err(Problems::of(format!("column {title} has millionths; --rate 0.000001 divides them")))
    }

    pub(crate) fn titles(&self, field: &str) -> String {
        let titles = self.profile.as_ref().and_then(|profile| profile.columns.get(field));
        titles.map_or(field.to_owned(), |titles| {
            let titles: Vec<_> = titles.iter().map(|title| title.trim_end_matches(" *")).collect();
            format!("{field} ({})", titles.join(", "))
        })
    }
}

/// Whether a title is the known one; where that ends in `*`, with a currency in the place of it.
pub(crate) fn matches(known: &str, title: &str) -> bool {
    match known.strip_suffix('*') {
        None => are_same(known, title),
        Some(start) => [normal(title), normal(&title.to_lowercase())].iter().any(|title| {
            let rest = title.strip_prefix(&normal(start));
            rest.is_some_and(|rest| rest.is_empty() || currency::is_currency(rest))
        }),
    }
}
