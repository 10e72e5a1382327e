//! The search for the list in an answer of unknown shape.

use std::{borrow::Cow, fmt};

use serde_json::value::RawValue;

use super::members;
use crate::{DecodeError, document::describe, reporting::ReportCompleteness};

/// The list of an answer, with the members beside it.
#[derive(Clone)]
pub struct FoundList<'a> {
    name: Option<Cow<'a, str>>,
    items: Vec<&'a RawValue>,
    beside: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> FoundList<'a> {
    /// The items, each as it is spelled.
    #[must_use]
    pub fn items(&self) -> &[&'a RawValue] {
        &self.items
    }

    /// Returns the items.
    #[must_use]
    pub fn into_items(self) -> Vec<&'a RawValue> {
        self.items
    }

    /// The name of the member that holds the list; `None` if the answer is the list itself, or if
    /// several members are `null` and any of them may be the list.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// The members beside the list in the order of the text: totals, flags and others.
    #[must_use]
    pub fn beside(&self) -> &[(Cow<'a, str>, &'a RawValue)] {
        &self.beside
    }

    /// Whether the list is complete, by the members beside it and the same guesses as for reports.
    #[must_use]
    pub fn completeness(&self) -> ReportCompleteness {
        ReportCompleteness::of(self.items.len(), |name| self.get(name))
    }

    /// A member beside the list; of several of that name, the last.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.beside.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// The number of items, never their values: answers hold visitors' data.
impl fmt::Debug for FoundList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let beside: Vec<&str> = self.beside.iter().map(|(name, _)| name.as_ref()).collect();
        f.debug_struct("FoundList")
            .field("name", &self.name())
            .field("items", &self.items.len())
            .field("beside", &beside)
            .finish()
    }
}

/// Finds the list in an answer whose shape is not documented. Grade: *inferred*.
///
/// | answer | list |
/// |---|---|
/// | a bare list | the answer |
/// | `null` | empty |
/// | an object with one member that is a list | that member |
/// | an object without a list, and with `null` | empty: the member of the list is `null` |
/// | an object with several lists | an error that names them |
/// | an object without a list and without `null`; any other value | an error |
///
/// A nested list is neither used nor ignored: beside the one list, an object that holds a list is an
/// error; beside `null` or an empty list so is an object that holds objects, since it may have a row
/// per member. If the name is known or likely, use [`list_in_preferring`].
///
/// # Examples
///
/// ```
/// use funnelflux_model::json::list_in;
/// use serde_json::value::RawValue;
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "total": 2, "hits": [1.50, {}] }"#)?;
/// let found = list_in(answer)?;
/// assert_eq!(found.name(), Some("hits"));
/// assert_eq!(found.items()[0].get(), "1.50");
/// assert_eq!(found.get("total").map(RawValue::get), Some("2"));
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "hits": null, "hasMore": false }"#)?;
/// assert!(list_in(answer)?.items().is_empty());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// When the place of the list is unclear. The error names members and never shows a value.
pub fn list_in(answer: &RawValue) -> Result<FoundList<'_>, DecodeError> {
    list_in_preferring(answer, &[])
}

/// As [`list_in`], but prefers members of these names: the first one that is a list, even beside
/// other lists; else the first one that is `null`, if there is no list. An object of such a name
/// beside another list is an error.
///
/// ```
/// use funnelflux_model::json::list_in_preferring;
/// use serde_json::value::RawValue;
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "columns": ["a"], "rows": [[1], [2]] }"#)?;
/// assert_eq!(list_in_preferring(answer, &["rows"])?.items().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
///
/// As [`list_in`].
pub fn list_in_preferring<'a>(
    answer: &'a RawValue,
    names: &[&str],
) -> Result<FoundList<'a>, DecodeError> {
    match describe(answer.get()) {
        "an object" => in_object(members(answer.get()), names),
        "a list" | "null" => {
            Ok(FoundList { name: None, items: items(answer).unwrap_or_default(), beside: vec![] })
        }
        other => Err(DecodeError::shape(format!("a list was expected; the answer is {other}"))),
    }
}

fn in_object<'a>(
    members: Vec<(Cow<'a, str>, &'a RawValue)>,
    names: &[&str],
) -> Result<FoundList<'a>, DecodeError> {
    let place = place(&members, names)?;
    let mut found = FoundList { name: None, items: Vec::new(), beside: Vec::new() };
    for (at, (name, value)) in members.into_iter().enumerate() {
        if Some(at) == place {
            found.items = items(value).unwrap_or_default();
            found.name = Some(name);
        } else {
            found.beside.push((name, value));
        }
    }
    Ok(found)
}

/// The index of the member that is the list; `None` if several are `null` and any of them may be it.
fn place(
    members: &[(Cow<'_, str>, &RawValue)],
    names: &[&str],
) -> Result<Option<usize>, DecodeError> {
    let places = |wanted: &dyn Fn(&str, &RawValue) -> bool| -> Vec<usize> {
        let found = members.iter().enumerate().filter(|(_, (name, value))| wanted(name, value));
        found.map(|(at, _)| at).collect()
    };
    let preferred = |kind: fn(&RawValue) -> bool| {
        let found =
            names.iter().map(|wanted| places(&|name, value| name == *wanted && kind(value)));
        found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
    };
    let named = |places: &[usize]| {
        let names = places.iter().filter_map(|at| members.get(*at));
        names.map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(", ")
    };
    let several = |places: &[usize]| unclear(&format!("several members are: {}", named(places)));
    match preferred(is_list).as_slice() {
        [] => {}
        [one] => return Ok(Some(*one)),
        more => return Err(several(more)),
    }

    // From here on the place of the list is a guess, so no other member may look like it.
    let object_of_that_name =
        |name: &str, value: &RawValue| names.contains(&name) && holds(value, |_| true);
    let inside = places(&|name, value| holds(value, is_list) || object_of_that_name(name, value));
    // An empty list may be unrelated, and the rows may be an object with a row per member.
    let maybe_inside = places(&|name, value| {
        holds(value, |inner| is_list(inner) || is_object(inner)) || object_of_that_name(name, value)
    });
    let (null, nulls) = (preferred(is_null), places(&|_, value| is_null(value)));
    match (places(&|_, value| is_list(value)).as_slice(), nulls.as_slice()) {
        (lists @ [_, ..], _) if !null.is_empty() => Err(unclear(&format!(
            "{} is null, and there is another list: {}",
            named(&null),
            named(lists)
        ))),
        ([one], _) => {
            let empty = members
                .get(*one)
                .is_some_and(|(_, value)| items(value).is_none_or(|items| items.is_empty()));
            let elsewhere = if empty { maybe_inside } else { inside };
            if elsewhere.is_empty() {
                return Ok(Some(*one));
            }
            Err(unclear(&format!(
                "{} is one, but it may be inside of {}",
                named(&[*one]),
                named(&elsewhere)
            )))
        }
        (more @ [_, _, ..], _) => Err(several(more)),
        ([], []) => {
            let all: Vec<usize> = (0..members.len()).collect();
            let all = if all.is_empty() { "none".to_owned() } else { named(&all) };
            Err(unclear(&format!("no member is one; its members: {all}")))
        }
        ([], _) if !maybe_inside.is_empty() => Err(unclear(&format!(
            "no member is one, but it may be inside of {}",
            named(&maybe_inside)
        ))),
        ([], [one]) => Ok(Some(*one)),
        ([], _) => Ok(match null.as_slice() {
            [one] => Some(*one),
            _ => None,
        }),
    }
}

fn unclear(why: &str) -> DecodeError {
    DecodeError::shape(format!("it is unclear where the list of the answer is: {why}"))
}

/// The items of a list; none for `null`, and `None` for any other value.
fn items(json: &RawValue) -> Option<Vec<&RawValue>> {
    if is_null(json) { Some(Vec::new()) } else { serde_json::from_str(json.get()).ok() }
}

fn is_list(json: &RawValue) -> bool {
    json.get().trim_start().starts_with('[')
}

fn is_null(json: &RawValue) -> bool {
    json.get().trim() == "null"
}

fn is_object(json: &RawValue) -> bool {
    json.get().trim_start().starts_with('{')
}

/// Whether it is an object with a member that is `wanted`.
fn holds(json: &RawValue, wanted: impl Fn(&RawValue) -> bool) -> bool {
    members(json.get()).iter().any(|(_, value)| wanted(value))
}
