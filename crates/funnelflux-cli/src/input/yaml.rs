//! YAML to JSON text, in the order of the YAML.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

/// Converts YAML to JSON.
///
/// Booleans follow YAML 1.2: the country code NO and a member called `on` are text.
pub(super) fn to_json(yaml: &str) -> Result<String, String> {
    let mut options = serde_saphyr::Options::default();
    options.strict_booleans = true;
    // The file may hold secrets, so error messages must not quote it.
    options.with_snippet = false;
    let Json(json) =
        serde_saphyr::from_str_with_options(yaml, options).map_err(|error| explain(&error))?;
    Ok(json)
}

/// The place of an error, and its reason if this module gave it: the parser's own name Rust types.
fn explain(error: &serde_saphyr::Error) -> String {
    let text = error.to_string();
    let why = match [NO_NUMBER, NO_NAME].iter().find(|why| text.contains(**why)) {
        Some(why) => (*why).to_owned(),
        None => "it cannot be read as YAML or JSON".to_owned(),
    };
    match error.location() {
        Some(place) => format!("line {}, column {}: {why}", place.line(), place.column()),
        None => why,
    }
}

const NO_NUMBER: &str = "JSON has no such number; quote ids and other text";
const NO_NAME: &str = "a member without a name";

struct Json(String);

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Writer)
    }
}

struct Writer;

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

impl<'de> Visitor<'de> for Writer {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value that JSON can represent")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_i128<E>(self, value: i128) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_u128<E>(self, value: u128) -> Result<Json, E> {
        Ok(Json(value.to_string()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Json, E> {
        match serde_json::Number::from_f64(value) {
            Some(number) => Ok(Json(number.to_string())),
            None => Err(E::custom(NO_NUMBER)),
        }
    }

    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json(quoted(value)))
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json("null".to_owned()))
    }

    fn visit_none<E>(self) -> Result<Json, E> {
        Ok(Json("null".to_owned()))
    }

    fn visit_some<D: Deserializer<'de>>(self, value: D) -> Result<Json, D::Error> {
        Json::deserialize(value)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut json = Vec::new();
        while let Some(Json(item)) = items.next_element()? {
            json.push(item);
        }
        Ok(Json(format!("[{}]", json.join(","))))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Json, A::Error> {
        let mut json = Vec::new();
        while let Some((name, Json(value))) = members.next_entry::<String, Json>()? {
            if name.is_empty() {
                return Err(A::Error::custom(NO_NAME));
            }
            json.push(format!("{}:{value}", quoted(&name)));
        }
        Ok(Json(format!("{{{}}}", json.join(","))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn order_and_text_are_kept() {
        let yaml =
            "- z: NO\n  a: [1, -2.5, ~, true]\n  on: '1'\n  big: 12345678901234567890\n- {}\n";
        assert_eq!(
            to_json(yaml).unwrap(),
            r#"[{"z":"NO","a":[1,-2.5,null,true],"on":"1","big":12345678901234567890},{}]"#
        );
    }

    #[test]
    fn a_value_that_json_lacks_is_refused_with_its_line() {
        for (yaml, expected) in [("a: 1\nb: .inf\n", "line 2"), ("a: [b\nc: d\n", "line")] {
            let why = to_json(yaml).unwrap_err();
            assert!(why.contains(expected), "{why}");
        }
    }
}
