//! Ids in requests.

use serde_json::Value;

use crate::wire::Refusal;

pub(crate) const RIGHT: &str = "an id of 12 characters, each 0-9, A-Z or a-z";

/// Documented: 12 base-62 characters.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

pub(crate) fn check<'t>(at: &str, text: &'t str) -> Result<&'t str, Refusal> {
    if is_id(text) {
        return Ok(text);
    }
    Err(Refusal::wrong(at, &text.into(), RIGHT))
}

pub(crate) fn listed<'v>(body: &'v Value, at: &str) -> Result<Vec<&'v str>, Refusal> {
    let wrong = |is: &str| Refusal::bad_request(format!("`{at}` {is}; expected a list of ids"));
    match body.get(at) {
        None => Err(wrong("is missing")),
        Some(Value::Array(items)) if items.is_empty() => Err(wrong("is empty")),
        Some(Value::Array(items)) => items
            .iter()
            .enumerate()
            .map(|(index, item)| {
                let at = format!("{at}[{index}]");
                check(&at, item.as_str().ok_or_else(|| Refusal::wrong(&at, item, RIGHT))?)
            })
            .collect(),
        Some(other) => Err(Refusal::wrong(at, other, "a list of ids")),
    }
}
