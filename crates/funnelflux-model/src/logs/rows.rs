//! Where the rows of an answer are whose shape is unknown. The one place that guesses it.

use serde_json::value::RawValue;

use crate::{DecodeError, json::members};

/// The rows of an answer: of a bare list its items; of an object those of `rows` (as a drilldown
/// has it), else of its only list.
pub(crate) fn rows_of(answer: &RawValue) -> Result<Vec<&RawValue>, DecodeError> {
    if let Some(rows) = list_of(answer) {
        return Ok(rows);
    }
    let members = members(answer.get());
    let named = members.iter().rev().find(|(name, _)| name == "rows").map(|(_, value)| *value);
    if let Some(rows) = named {
        // null for none.
        return match list_of(rows) {
            None if rows.get() != "null" => {
                Err(DecodeError::shape("the member `rows` is no list".to_owned()))
            }
            rows => Ok(rows.unwrap_or_default()),
        };
    }
    let mut lists = members.iter().filter_map(|(_, value)| list_of(value));
    match (lists.next(), lists.next()) {
        (Some(rows), None) => Ok(rows),
        _ => {
            let names: Vec<String> = members.iter().map(|(name, _)| format!("`{name}`")).collect();
            Err(DecodeError::shape(format!(
                "it is unclear where the rows are: the answer is no list and does not have exactly \
                 one; its members: {}",
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            )))
        }
    }
}

/// The items of a list; `None` if it is none.
pub(crate) fn list_of(json: &RawValue) -> Option<Vec<&RawValue>> {
    serde_json::from_str(json.get()).ok()
}
