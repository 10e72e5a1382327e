//! Reading and writing the members of models, by kind.

use std::borrow::Cow;

use funnelflux_id::Id;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    DecodeError, Document,
    document::{quote, unquote},
    reporting::exact,
};

/// The JSON of a member that is present and not `null`.
fn some<'a>(document: &'a Document, name: &str) -> Option<&'a str> {
    document.json(name).filter(|json| *json != "null")
}

pub(crate) fn text<'a>(
    document: &'a Document,
    name: &str,
) -> Result<Option<Cow<'a, str>>, DecodeError> {
    match some(document, name) {
        None => Ok(None),
        Some(json) if json.starts_with('"') => Ok(Some(unquote(json))),
        Some(json) => Err(DecodeError::member(name, json, "text")),
    }
}

/// Text, or the JSON of a scalar: some ids of the self-hosted product are numbers.
pub(crate) fn any_text<'a>(document: &'a Document, name: &str) -> Cow<'a, str> {
    match some(document, name) {
        None => Cow::Borrowed(""),
        Some(json) if json.starts_with('"') => unquote(json),
        Some(json) => Cow::Borrowed(json),
    }
}

pub(crate) fn id<T>(document: &Document, name: &str) -> Result<Option<Id<T>>, DecodeError> {
    let Some(text) = text(document, name)?.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let wrong = |error| DecodeError::shape(format!("the member `{name}` is {error}"));
    text.parse().map(Some).map_err(wrong)
}

pub(crate) fn flag(document: &Document, name: &str) -> Result<Option<bool>, DecodeError> {
    match some(document, name) {
        None => Ok(None),
        Some("true") => Ok(Some(true)),
        Some("false") => Ok(Some(false)),
        Some(json) => Err(DecodeError::member(name, json, "a boolean")),
    }
}

pub(crate) fn integer(document: &Document, name: &str) -> Result<Option<u64>, DecodeError> {
    let Some(number) = decimal(document, name)? else { return Ok(None) };
    let whole = number.is_integer().then(|| u64::try_from(number).ok()).flatten();
    whole.map(Some).ok_or_else(|| {
        let json = some(document, name).unwrap_or_default();
        DecodeError::member(name, json, "a whole number that is not negative")
    })
}

pub(crate) fn decimal(document: &Document, name: &str) -> Result<Option<Decimal>, DecodeError> {
    let Some(json) = some(document, name) else { return Ok(None) };
    let number = if json.starts_with('"') { unquote(json) } else { Cow::Borrowed(json) };
    exact(&number)
        .map(Some)
        .ok_or_else(|| DecodeError::member(name, json, "a decimal of at most 28 digits"))
}

pub(crate) fn value<'a, T: Deserialize<'a>>(
    document: &'a Document,
    name: &str,
) -> Result<Option<T>, DecodeError> {
    document.read_or_null(name)
}

pub(crate) use value as part;
pub(crate) use value as parts;

pub(crate) fn set_link<T>(document: &mut Document, name: &str, id: &Option<Id<T>>) {
    document.put(name, &quote(id.as_ref().map_or("", Id::as_str)));
}

pub(crate) fn set_number(document: &mut Document, name: &str, value: &Decimal) {
    document.put(name, &value.to_string());
}

pub(crate) fn set_money(document: &mut Document, name: &str, value: &Decimal) {
    match some(document, name) {
        // Another spelling of the same amount is no change.
        Some(json) if json.starts_with('"') && exact(&unquote(json)) == Some(*value) => {}
        Some(json) if json.starts_with('"') => document.put(name, &quote(&value.to_string())),
        _ => document.put(name, &value.to_string()),
    }
}

/// Sets a text, an enumeration, a model or a list of them, which can always be written as JSON.
pub(crate) fn set_json<T: Serialize + ?Sized>(document: &mut Document, name: &str, value: &T) {
    let written = serde_json::to_string(value);
    debug_assert!(written.is_ok(), "models and enumerations are JSON");
    if let Ok(json) = written {
        document.put(name, &json);
    }
}
