//! serde: strings in and out, and errors that say what is wrong.

#![cfg(feature = "serde")]
#![allow(clippy::unwrap_used, reason = "a test may fail by panicking")]

use std::collections::HashMap;

use funnelflux_id::{AssetId, Funnel, HitId, Id, TrafficSource, VisitorId};
use proptest::prelude::*;
use serde_json::{from_str, from_value, json, to_value};

#[test]
fn every_kind_of_id_is_a_string() {
    let asset: AssetId = from_str(r#""2nIemJxCKbFX""#).unwrap();
    let funnel: Id<Funnel> = from_str(r#""2nIemJxCKbFX""#).unwrap();
    let hit: HitId = from_str(r#""dkezmsf3bat8xdbz8rt039r0""#).unwrap();
    let visitor: VisitorId = from_str(r#""dkezmsf3bat8xdbz8rt039r0""#).unwrap();
    assert_eq!(
        to_value((asset, funnel, hit, visitor)).unwrap(),
        json!([
            "2nIemJxCKbFX",
            "2nIemJxCKbFX",
            "dkezmsf3bat8xdbz8rt039r0",
            "dkezmsf3bat8xdbz8rt039r0"
        ])
    );
}

#[test]
fn an_escaped_and_an_owned_string_are_read_as_well() {
    let id: AssetId = from_str(r#""\u0032nIemJxCKbFX""#).unwrap();
    assert_eq!(id, from_value::<AssetId>(json!("2nIemJxCKbFX")).unwrap());
}

#[test]
fn an_id_is_the_key_of_an_object() {
    let text = r#"{"2n5JuOKWLTzd":"0.05"}"#;
    let costs: HashMap<Id<TrafficSource>, String> = from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&costs).unwrap(), text);
}

#[test]
fn a_bad_id_is_refused_with_its_reason() {
    let reason = |text| from_str::<Id<Funnel>>(text).unwrap_err().to_string();
    let message = reason(r#""2nIem-xCKbFX""#);
    assert!(message.starts_with("not an asset id: character 6 is '-'; "), "{message}");
    // An uncategorised asset has an empty `idCategory`: the reader decides what that means.
    let message = reason(r#""""#);
    assert!(message.starts_with("not an asset id: it is empty; "), "{message}");
    let message = reason("8001000000000001");
    assert!(message.contains("expected an asset id of 12 characters"), "{message}");
    let message = from_str::<HitId>(r#"" ""#).unwrap_err().to_string();
    assert!(message.starts_with("not a hit id: character 1 is ' '; "), "{message}");
}

proptest! {
    #[test]
    fn every_id_comes_back_from_json(text in "[0-9A-Za-z]{12}") {
        let id: Id<Funnel> = text.parse().unwrap();
        let value = to_value(id).unwrap();
        prop_assert_eq!(&value, &json!(text));
        prop_assert_eq!(from_value::<Id<Funnel>>(value).unwrap(), id);
    }
}
