//! Reading of JSON whose shape is known only in part.

use std::borrow::Cow;

use funnelflux_json::{MemberSpan, slice, unquote};
use serde_json::value::RawValue;

use crate::{DecodeError, document::raw};

mod list;

pub use list::{FoundList, list_in};

pub(crate) fn parse(json: &(impl AsRef<[u8]> + ?Sized)) -> Result<&RawValue, DecodeError> {
    let text = std::str::from_utf8(json.as_ref()).map_err(DecodeError::utf8)?;
    serde_json::from_str(text).map_err(|error| DecodeError::from_json(&error))
}

/// The members of a JSON object in the order of its text; none if it is not an object.
pub(crate) fn members(json: &str) -> Vec<(Cow<'_, str>, &RawValue)> {
    let spans = funnelflux_json::members(json, &(0..json.len())).unwrap_or_default();
    let member = |span: &MemberSpan| {
        Some((unquote(slice(json, &span.name)), raw(slice(json, &span.value))?))
    };
    spans.iter().filter_map(member).collect()
}

/// A member of a JSON object; of several of that name, the last.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a RawValue> {
    members(json).into_iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
}
