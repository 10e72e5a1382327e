//! The ways to decode.

use std::any::Any;

use funnelflux_model::reporting::{Attribute, DrilldownRequest, Report};
use funnelflux_model::time::{TimeRange, Zone};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::typed::{MapRow, Rows, TypedRow};
use crate::Result;

/// What was decoded, to be held while memory is counted.
type Held = Box<dyn Any>;

type Decode = Box<dyn Fn(&str) -> Result<Held>>;

pub(crate) struct Decoder {
    pub(crate) name: &'static str,
    decode: Decode,
}

impl Decoder {
    fn new(name: &'static str, decode: impl Fn(&str) -> Result<Held> + 'static) -> Self {
        Self { name, decode: Box::new(decode) }
    }

    fn serde<T: DeserializeOwned + 'static>(name: &'static str) -> Self {
        Self::new(name, |text| Ok(Box::new(serde_json::from_str::<T>(text)?)))
    }

    pub(crate) fn decode(&self, text: &str) -> Result<Held> {
        (self.decode)(text)
    }
}

pub(super) const BASE: &str = "serde_json::Value";
pub(super) const COLUMNS: &str = "funnelflux_model Report (columns)";

/// All of them, the baseline first.
pub(crate) fn decoders() -> Result<Vec<Decoder>> {
    let range = TimeRange::days("2026-10-01", "2026-10-28", &Zone::utc())?;
    let attributes = [
        Attribute::new("Third Parties: Traffic Source"),
        Attribute::new("Element: Offer"),
        Attribute::new("Location: Country"),
        Attribute::new("Time: 1-Hour Blocks"),
        Attribute::new("Connection: Referrer"),
    ];
    let request = DrilldownRequest::builder(range).attributes(attributes).build()?;
    Ok(vec![
        Decoder::serde::<Value>(BASE),
        Decoder::serde::<Rows<MapRow>>("rows, flattened HashMap"),
        Decoder::serde::<Rows<TypedRow>>("rows, fully typed"),
        Decoder::new(COLUMNS, move |text| Ok(Box::new(Report::from_json(text, &request)?))),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_of_them_read_the_text_and_the_columns_keep_every_row() {
        let text = super::super::text(50_000);
        let rows = serde_json::from_str::<Value>(&text).unwrap()["rows"].as_array().unwrap().len();
        for decoder in decoders().unwrap() {
            let held = decoder.decode(&text).unwrap_or_else(|e| panic!("{}: {e}", decoder.name));
            if let Some(report) = held.downcast_ref::<Report>() {
                assert_eq!(report.rows().count(), rows);
            }
        }
    }
}
