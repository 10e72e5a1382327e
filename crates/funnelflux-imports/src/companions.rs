//! Columns that no mapping names and that belong to those that one does.

use crate::reader::{FieldKind, Reader};
use crate::vocabulary::{are_same, is_end_of, is_one, split, titles};

impl Reader {
    /// The last days beside the first ones, the currency of the amounts, and the items of orders. `columns` have their
    /// titles and fields.
    pub(crate) fn companions(
        &self,
        columns: &[(&str, Option<String>)],
    ) -> Vec<(usize, &'static str)> {
        let is = |name: &str, field: &Option<String>| field.as_deref() == Some(name);
        let place = |name: &str| columns.iter().position(|(_, field)| is(name, field));
        let free = || {
            let all = (0..).zip(columns).filter(|(_, (_, field))| field.is_none());
            all.map(|(at, (title, _))| (at, *title))
        };
        let is_missing = |name: &str| place(name).is_none();
        let title = |at: Option<usize>| Some(columns.get(at?)?.0);
        let end = title(place("date")).filter(|_| is_missing("end"));
        let end = end.and_then(|first| free().find(|(_, last)| is_end_of(first, last)));
        let rank = |field, title: &str| titles(field).iter().position(|it| are_same(it, title));
        let amount = self.fields.iter().find(|field| field.kind == FieldKind::Amount);
        let amount = amount.and_then(|field| place(field.name));
        let of_amount: Vec<_> = title(amount).into_iter().flat_map(split).collect();
        let currency = |(at, title): (usize, &str)| {
            let (names, rest): (Vec<_>, Vec<_>) =
                split(title).partition(|word| is_one("currency", word));
            let has_rest = !names.is_empty() && !rest.is_empty();
            let is_of_amount = has_rest && rest.iter().all(|word| of_amount.contains(word));
            let rank = match is_of_amount {
                true => 0,
                false => rank("currency", title).filter(|_| is_missing("currency"))? + 1,
            };
            // Of equal ones that behind the amount.
            Some((rank, at.checked_sub(amount?).unwrap_or(usize::MAX), at))
        };
        let currency = free().filter(|_| !self.has("currency")).filter_map(currency).min();
        let item = free().filter(|_| !is_missing("hit") && is_missing("item"));
        let item = item.filter_map(|(at, title)| Some((rank("item", title)?, at))).min();
        let found = [
            end.map(|(at, _)| (at, "end")),
            currency.map(|(.., at)| (at, "currency")),
            item.map(|(_, at)| (at, "item")),
        ];
        found.into_iter().flatten().collect()
    }
}
