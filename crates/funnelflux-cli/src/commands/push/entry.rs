//! What an upload writes, as the journal keeps it: nothing of a visitor but the hit that is converted.

use std::collections::BTreeMap;
use std::time::SystemTime;

use funnelflux::id::{AssetId, HitId, Id};
use funnelflux::imports::{Note, Place, Sheet, UploadKind, may_be_same};
use funnelflux::model::time::TimeRange;
use funnelflux::model::updates::{Conversion, CostSegment, CostSegmentType};
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::journal::{Draft, Step};

pub(super) const DELETE: &str = "delete";
/// Begins the source of what is added up from several files.
pub(super) const SUM: &str = "sum of ";
/// The payout of the offer.
pub(super) const DEFAULT: &str = "default";

/// The visits that a cost is put on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct CostKey {
    pub(super) funnel: AssetId,
    pub(super) traffic_source: AssetId,
    pub(super) start: String,
    pub(super) end: String,
    pub(super) fields: BTreeMap<String, Vec<String>>,
}

/// The conversion of a hit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ConversionKey {
    pub(super) hit: String,
    pub(super) transaction: String,
}

/// What is written to a key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Value {
    /// The line of the file, if it was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) line: Option<u64>,
    /// The file, if it was one of several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) file: Option<String>,
    /// What the amount is in. `None` if an earlier version wrote it, or what it set to 0 is in no file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) money: Option<String>,
    /// An amount as it was spelled, [`DELETE`] or [`DEFAULT`].
    pub(super) amount: String,
    /// What a cost means.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cost_type: Option<String>,
    /// What the account had before, if it was read: an amount, or [`DELETE`] where there was nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) before: Option<String>,
    /// The digest of the order of a conversion.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) order: Option<String>,
    /// The time of the state of a conversion, by the file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) time: Option<String>,
    /// The network and the file of a cost, or those of the earlier upload that the file goes on with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<String>,
    /// Digests of the corrections that are in the amount: none of them is repeated.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) corrections: Vec<String>,
}

/// What the amounts of a sheet are in, as far as it says so: `USD`, `EUR times 1.0823`.
pub(super) fn money_of(sheet: &Sheet) -> String {
    let (mut currency, mut rate) = (UNNAMED, String::new());
    for note in &sheet.notes {
        match note {
            Note::Currency(name) | Note::NoCurrency(name) => currency = name,
            Note::Rate(by) => rate = format!("{TIMES}{}", by.normalize()),
            _ => {}
        }
    }
    format!("{currency}{rate}")
}

const TIMES: &str = " times ";
const UNNAMED: &str = "an unnamed currency";

/// Whether amounts in both may be added up. A currency that is not named may be any.
fn may_be_same_money(one: &str, other: &str) -> bool {
    let [(one, rate), (other, by)] =
        [one, other].map(|money| money.split_once(TIMES).unwrap_or((money, "")));
    rate == by && (one == UNNAMED || other == UNNAMED || may_be_same(one, other))
}

impl Value {
    fn at(place: Option<Place>, amount: String) -> Self {
        let file = place.as_ref().and_then(|place| Some(place.file.as_deref()?.to_owned()));
        Self { line: place.map(|place| place.line), file, amount, ..Self::default() }
    }

    pub(super) fn place(&self) -> Option<Place> {
        Some(Place::new(self.file.as_deref(), self.line?))
    }

    /// Whether there is an amount of any currency.
    pub(super) fn is_money(&self) -> bool {
        self.amount.parse::<Decimal>().is_ok_and(|amount| !amount.is_zero())
    }

    /// What both amounts are in, where that differs.
    pub(super) fn other_money<'a>(&'a self, other: &'a Self) -> Option<(&'a str, &'a str)> {
        let both = self.money.as_deref().zip(other.money.as_deref());
        let both = both.filter(|(one, other)| !may_be_same_money(one, other));
        both.filter(|_| self.is_money() && other.is_money())
    }
}

/// A key and what is written to it.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) value: Value,
}

impl Entry {
    pub(super) fn cost(line: Option<Place>, segment: &CostSegment) -> Self {
        let fields = segment.tracking_fields().map(|(slot, values)| {
            let mut values = values.to_vec();
            values.sort_unstable();
            values.dedup();
            (slot.as_str().to_owned(), values)
        });
        let key = CostKey {
            funnel: segment.funnel().untyped(),
            traffic_source: segment.traffic_source().untyped(),
            start: segment.range().start_rfc3339(),
            end: segment.range().end_rfc3339(),
            fields: fields.collect(),
        };
        let cost_type = Some(segment.cost_type().as_str().to_owned());
        let amount = segment.cost().to_string();
        let value = Value { cost_type, ..Value::at(line, amount) };
        Self { key: json(&key), value }
    }

    pub(super) fn conversion(line: Option<Place>, conversion: &Conversion) -> Self {
        let (hit, transaction) = (conversion.hit().to_string(), conversion.transaction_id().into());
        let amount = match conversion.amount() {
            _ if conversion.is_delete() => DELETE.to_owned(),
            Some(amount) => amount.to_string(),
            None => DEFAULT.to_owned(),
        };
        let key = ConversionKey { hit, transaction };
        Self { key: json(&key), value: Value::at(line, amount) }
    }

    /// The same value spelled otherwise (`1.50`, `1.5`) is the same step.
    pub(super) fn digest(&self) -> String {
        let amount = match self.value.amount.parse::<Decimal>() {
            Ok(amount) => amount.normalize().to_string(),
            Err(_) => self.value.amount.clone(),
        };
        let cost_type = self.value.cost_type.as_deref().unwrap_or_default();
        format!("{amount} {cost_type}").trim_end().to_owned()
    }

    pub(super) fn draft(&self) -> Draft {
        Draft::new(&*self.key, json(&self.value)).with_digest(self.digest())
    }

    /// What a step of the journal wrote; `None` if another program wrote it.
    pub(super) fn of(step: &Step) -> Option<Self> {
        Some(Self { key: step.key.clone(), value: read(&step.payload)? })
    }

    pub(super) fn cost_key(&self) -> Option<CostKey> {
        read(&self.key)
    }

    pub(super) fn conversion_key(&self) -> Option<ConversionKey> {
        read(&self.key)
    }

    /// The segment again; `None` where it is none, or of another version.
    pub(super) fn segment(&self) -> Option<CostSegment> {
        let key = self.cost_key()?;
        let range = TimeRange::from_rfc3339(&key.start, &key.end).ok()?;
        let cost = self.value.amount.parse().ok()?;
        let cost_type = match &self.value.cost_type {
            Some(cost_type) => cost_type.as_str().into(),
            None => CostSegmentType::WholeSegment,
        };
        let (funnel, source) = (Id::from_untyped(key.funnel), Id::from_untyped(key.traffic_source));
        let mut builder = CostSegment::builder(funnel, source, range).cost(cost, cost_type);
        if key.fields.is_empty() {
            builder = builder.everything();
        }
        for (slot, values) in key.fields {
            builder = builder.tracking_field(slot.parse().ok()?, values);
        }
        builder.build().ok()
    }

    /// The visits of a cost.
    pub(super) fn visits(&self) -> Option<Visits> {
        let CostKey { funnel, traffic_source, start, end, fields } = self.cost_key()?;
        let range = TimeRange::from_rfc3339(&start, &end).ok()?;
        let (pair, start, end) = ((funnel, traffic_source), range.start(), range.end());
        Some(Visits { pair, start, end, fields })
    }

    /// The conversion again.
    pub(super) fn as_conversion(&self) -> Option<Conversion> {
        let key = self.conversion_key()?;
        let hit: HitId = key.hit.parse().ok()?;
        let conversion = match &*self.value.amount {
            DELETE => Conversion::delete(hit),
            DEFAULT => Conversion::new(hit),
            amount => Conversion::new(hit).payout(amount.parse().ok()?),
        };
        Some(conversion.transaction(key.transaction))
    }
}

/// The visits that a cost is put on.
#[derive(Debug)]
pub(super) struct Visits {
    /// The funnel and the traffic source.
    pub(super) pair: (AssetId, AssetId),
    pub(super) start: SystemTime,
    pub(super) end: SystemTime,
    fields: BTreeMap<String, Vec<String>>,
}

impl Visits {
    /// Whether a visit may be of both.
    pub(super) fn shares(&self, other: &Self) -> bool {
        let meets = |(slot, values): (&String, &Vec<String>)| {
            let others = other.fields.get(slot);
            others.is_none_or(|others| values.iter().any(|value| others.contains(value)))
        };
        self.pair == other.pair
            && self.start < other.end
            && other.start < self.end
            && self.fields.iter().all(meets)
    }

    /// Whether every visit of the other is of this.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let has = |(slot, values): (&String, &Vec<String>)| {
            let others = other.fields.get(slot);
            others.is_some_and(|others| others.iter().all(|value| values.contains(value)))
        };
        self.pair == other.pair
            && self.start <= other.start
            && other.end <= self.end
            && self.fields.iter().all(has)
    }
}

/// The digest of what names an order of a visitor.
pub(super) fn digest(text: &str) -> String {
    Draft::new("", text).digest().to_owned()
}

/// What a key names, in words.
pub(super) fn described(kind: UploadKind, key: &str) -> String {
    match kind {
        UploadKind::Costs => read::<CostKey>(key).map(|key| {
            let day = time_of(&key.start, &key.end);
            let fields =
                key.fields.iter().map(|(slot, values)| format!(" {slot}={}", values.join("|")));
            format!("{day} {} {}{}", key.funnel, key.traffic_source, fields.collect::<String>())
        }),
        _ => read::<ConversionKey>(key)
            .map(|key| format!("{} {}", key.hit, key.transaction).trim_end().to_owned()),
    }
    .unwrap_or_else(|| "?".to_owned())
}

/// The length of `2026-03-29`.
pub(super) const DAY: usize = 10;

/// A day, or the first and the last of several; with the time where it is not of whole days.
pub(super) fn time_of(start: &str, end: &str) -> String {
    let day = |text: &str| text.get(..DAY).unwrap_or_default().to_owned();
    let clock = |text: &str| text.get(DAY + 1..DAY + 6).unwrap_or_default().to_owned();
    let (first, last, from, to) = (day(start), day(end), clock(start), clock(end));
    let is_whole = from == "00:00" && to == "23:59";
    match (first == last, is_whole) {
        (true, true) => first,
        (true, false) => format!("{first} {from}–{to}"),
        (false, true) => format!("{first} to {last}"),
        (false, false) => format!("{first} {from} to {last} {to}"),
    }
}

fn json(value: &impl Serialize) -> String {
    // Texts and maps of texts always can be written.
    serde_json::to_string(value).unwrap_or_default()
}

fn read<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_told_as_shortly_as_it_can_be() {
        for (start, end, told) in [
            ("01T00:00:00+01:00", "01T23:59:59+01:00", "2026-03-01"),
            ("01T10:00:00Z", "01T10:59:59Z", "2026-03-01 10:00–10:59"),
            ("01T00:00:00Z", "07T23:59:59Z", "2026-03-01 to 2026-03-07"),
            ("01T10:00:00Z", "02T09:59:59Z", "2026-03-01 10:00 to 2026-03-02 09:59"),
        ] {
            assert_eq!(time_of(&format!("2026-03-{start}"), &format!("2026-03-{end}")), told);
        }
    }

    #[test]
    fn a_segment_and_a_conversion_are_read_as_they_were_written() {
        let range =
            TimeRange::from_rfc3339("2026-03-29T00:00:00+01:00", "2026-03-29T23:59:59+02:00");
        let segment = |cost: &str, values: [&str; 2]| {
            let (funnel, source) =
                ("2nIemJxCKbFX".parse().unwrap(), "2n5JuOKWLTzd".parse().unwrap());
            CostSegment::builder(funnel, source, range.clone().unwrap())
                .cost(cost.parse().unwrap(), "perVisit".into())
                .tracking_field("c1".parse().unwrap(), values)
                .build()
                .unwrap()
        };
        let entry = Entry::cost(Some(Place::new(None, 7)), &segment("1.50", ["a", "b"]));
        assert_eq!(entry.segment(), Some(segment("1.50", ["a", "b"])));
        let other = Entry::cost(None, &segment("1.5", ["b", "a"]));
        assert_eq!(entry.key, other.key);
        assert_eq!(entry.draft().digest(), other.draft().digest());
        assert_ne!(
            entry.draft().digest(),
            Entry::cost(None, &segment("1.51", ["a", "b"])).draft().digest()
        );

        let hit = || "01dkezmsf3bat8xdbz8rt039rh".parse().unwrap();
        let conversions = [
            Conversion::new(hit()),
            Conversion::delete(hit()).transaction("x"),
            Conversion::new(hit()).payout("12.50".parse().unwrap()),
        ];
        for conversion in conversions {
            let entry = Entry::conversion(None, &conversion);
            assert_eq!(entry.as_conversion(), Some(conversion));
        }
    }
}
