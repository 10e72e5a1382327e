//! The header: which column is what.

use std::collections::HashMap;

use crate::grid::Row;
use crate::problem::shown;
use crate::reader::{Field, FieldKind, Reader};
use crate::values::HELPERS;
use crate::{Problems, currency, day};

/// The columns of a header: for each used column its place, its name, and the currency of its title.
pub(crate) struct Header {
    pub(crate) columns: Vec<(usize, String)>,
    pub(crate) ignored: Vec<String>,
    pub(crate) currency: Option<String>,
    /// The zone of its days.
    pub(crate) zone: Option<String>,
    pub(crate) width: usize,
}

impl Reader {
    /// The field of a title.
    pub(crate) fn field_of(&self, title: &str) -> Option<String> {
        let title = normal(title);
        if let Some((field, _)) = self.map.iter().find(|(_, mapped)| normal(mapped) == title) {
            return Some(field.clone());
        }
        let is_mapped = |field: &str| self.map.iter().any(|(mapped, _)| mapped == field);
        let of_profile = self.profile.iter().flat_map(|profile| &profile.columns);
        // A field takes the first of its titles that the file has, so places count.
        let found =
            of_profile.filter(|(field, _)| !is_mapped(field)).find_map(|(field, titles)| {
                titles.iter().any(|known| matches(known, &title)).then(|| field.clone())
            });
        let own = || {
            let own = self.fields.iter().find(|field| {
                let is = |name: &&str| normal(name) == title;
                let mut aliases = self.aliases.iter().filter(|(_, name)| name == field.name);
                is(&field.name)
                    || field.aliases.iter().any(is)
                    || aliases.any(|(alias, _)| is(&&**alias))
            });
            // In a network's file `Campaign` is a name, and not the field of that name.
            let is_meant =
                |field: &&Field| self.profile.is_none() || field.kind == FieldKind::Asset;
            own.filter(|field| !is_mapped(field.name))
                .filter(is_meant)
                .map(|field| field.name.to_owned())
        };
        // A column that no mapping names holds the currency of the lines all the same.
        let is_currency = || {
            self.is_mapped() && !is_mapped("currency") && currency::TITLES.contains(&title.as_str())
        };
        found.or_else(own).or_else(|| is_currency().then(|| "currency".to_owned()))
    }

    /// Refuses a mapping to a field that no line has: a misspelt restriction would widen what is sent.
    pub(crate) fn only_known_fields(&self) -> Result<(), Problems> {
        let of_profile = self.profile.iter().flat_map(|profile| profile.columns.keys());
        let own = || self.fields.iter().map(|field| field.name);
        let known =
            || own().chain(HELPERS.into_iter().filter(move |it| !own().any(|name| name == *it)));
        let mut named = self.map.iter().map(|(field, _)| field).chain(of_profile);
        match named.find(|field| !known().any(|name| name == **field)) {
            None => Ok(()),
            Some(field) => {
                let known = known().collect::<Vec<_>>().join(", ");
                Err(Problems::of(format!("field {field:?}: expected {known}")))
            }
        }
    }

    /// How early a title is among those of its field in the profile.
    pub(crate) fn rank(&self, field: &str, title: &str) -> usize {
        let title = normal(title);
        let titles = self.profile.iter().filter_map(|profile| profile.columns.get(field)).flatten();
        let own = currency::TITLES.iter().filter(|_| field == "currency").copied();
        let mut all = titles.map(String::as_str).chain(own);
        all.position(|known| matches(known, &title)).unwrap_or_default()
    }

    pub(crate) fn header(&self, row: &Row) -> Result<Header, Problems> {
        self.only_known_fields()?;
        let (mut columns, mut ignored, mut currency, mut zone) =
            (Vec::<(usize, String)>::new(), Vec::new(), None, None);
        let mut ranks: HashMap<String, usize> = HashMap::new();
        for at in 0..row.cells.len() {
            let title = row.get(at);
            let Some(field) = self.field_of(title) else {
                if !self.is_mapped() {
                    let all =
                        self.fields.iter().map(|field| field.name).collect::<Vec<_>>().join(", ");
                    return Err(Problems::of(format!("column {:?}: expected {all}", shown(title))));
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
                Some(_) => {
                    let before = columns.iter().find(|(_, name)| *name == field);
                    let before = before.map_or("", |(at, _)| row.get(*at));
                    let mut why = format!("two columns {field}: {before:?} and {title:?}");
                    if self.is_mapped() {
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
            }
            columns.push((at, field));
        }
        let has = |name: &str| {
            columns.iter().any(|(_, field)| field == name)
                || self.given.iter().any(|(field, _)| *field == name)
        };
        for (field, title) in &self.map {
            if !has(field) {
                let titles = (0..row.cells.len())
                    .map(|at| shown(row.get(at)))
                    .collect::<Vec<_>>()
                    .join(", ");
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
        Ok(Header { columns, ignored, currency, zone, width: row.cells.len() })
    }

    pub(crate) fn titles(&self, field: &str) -> String {
        let titles = self.profile.as_ref().and_then(|profile| profile.columns.get(field));
        titles.map_or(field.to_owned(), |titles| {
            let titles: Vec<_> = titles.iter().map(|title| title.trim_end_matches(" *")).collect();
            format!("{field} ({})", titles.join(", "))
        })
    }
}

pub(crate) fn normal(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether a title is the known one; where that ends in `*`, with a currency in the place of it.
pub(crate) fn matches(known: &str, title: &str) -> bool {
    match known.strip_suffix('*') {
        None => normal(known) == title,
        Some(start) => title
            .strip_prefix(&normal(start))
            .is_some_and(|rest| rest.is_empty() || currency::is_currency(rest)),
    }
}
