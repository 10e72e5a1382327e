//! The search for the list in an answer of unknown shape.

use std::borrow::Cow;

use serde_json::value::RawValue;

use super::members;
use crate::{DecodeError, document::describe, reporting::ReportCompleteness};

/// The list of an answer, with the members beside it.
#[derive(Clone)]
#[non_exhaustive]
pub struct FoundList<'a> {
    /// The name of the member that holds the list; `None` if the answer is the list itself, or if
    /// several members are `null` and any of them may be the list.
    pub name: Option<Cow<'a, str>>,
    /// The items, each as it is spelled.
    pub items: Vec<&'a RawValue>,
    /// The members beside the list in the order of the text: totals, flags and others.
    pub beside: Vec<(Cow<'a, str>, &'a RawValue)>,
}

impl<'a> FoundList<'a> {
    /// Whether the list is complete, by the members beside it and the same guesses as for reports.
    pub fn completeness(&self) -> ReportCompleteness {
        ReportCompleteness::of(self.items.len(), |name| self.get(name))
    }

    /// A member beside the list; of several of that name, the last.
    pub fn get(&self, name: &str) -> Option<&'a RawValue> {
        self.beside.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

funnelflux_contract::formats! {
    /// The number of items, never their values: answers hold visitors' data.
    Debug for FoundList<'_>, |it, f| {
        let beside: Vec<&str> = it.beside.iter().map(|(name, _)| name.as_ref()).collect();
        f.debug_struct("FoundList")
            .field("name", &it.name)
            .field("items", &it.items.len())
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
/// An object that holds a list is an error beside the one list. Beside `null` or an empty list, so
/// is an object that holds objects, since it may have a row per member.
///
/// Members of `names` come first: the first that is a list, even beside other lists; if there is no
/// list, the first that is `null`. An object of such a name beside another list is an error.
///
/// ```
/// use funnelflux_model::json::list_in;
/// use serde_json::value::RawValue;
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "total": 2, "hits": [1.50, {}] }"#)?;
/// let found = list_in(answer, &[])?;
/// assert_eq!(found.name.as_deref(), Some("hits"));
/// assert_eq!(found.items[0].get(), "1.50");
/// assert_eq!(found.get("total").map(RawValue::get), Some("2"));
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "hits": null, "hasMore": false }"#)?;
/// assert!(list_in(answer, &[])?.items.is_empty());
///
/// let answer: &RawValue = serde_json::from_str(r#"{ "columns": ["a"], "rows": [[1], [2]] }"#)?;
/// assert_eq!(list_in(answer, &["rows"])?.items.len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// When the place of the list is unclear. The error names members and never shows a value.
pub fn list_in<'a>(answer: &'a RawValue, names: &[&str]) -> Result<FoundList<'a>, DecodeError> {
    let mut found = FoundList { name: None, items: Vec::new(), beside: Vec::new() };
    match describe(answer.get()) {
        "an object" => {
            let members = members(answer.get());
            let place = place(&members, names)?;
            for (at, (name, value)) in members.into_iter().enumerate() {
                if Some(at) == place {
                    found.items = items(value);
                    found.name = Some(name);
                } else {
                    found.beside.push((name, value));
                }
            }
        }
        "a list" | "null" => found.items = items(answer),
        other => {
            let why = format!("a list was expected; the answer is {other}");
            return Err(DecodeError::shape(why));
        }
    }
    Ok(found)
}

/// The index of the member that is the list; `None` if several are `null` and any of them may be it.
fn place(
    members: &[(Cow<'_, str>, &RawValue)],
    names: &[&str],
) -> Result<Option<usize>, DecodeError> {
    let is_list = |value: &RawValue| value.get().starts_with('[');
    let is_object = |value: &RawValue| value.get().starts_with('{');
    let is_null = |value: &RawValue| value.get() == "null";
    let places = |wanted: &dyn Fn(&str, &RawValue) -> bool| -> Vec<usize> {
        let found = members.iter().enumerate().filter(|(_, (name, value))| wanted(name, value));
        found.map(|(at, _)| at).collect()
    };
    let preferred = |kind: fn(&RawValue) -> bool| {
        let mut found =
            names.iter().map(|wanted| places(&|name, value| name == *wanted && kind(value)));
        found.find(|found| !found.is_empty()).unwrap_or_default()
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
    let why = match (places(&|_, value| is_list(value)).as_slice(), nulls.as_slice()) {
        (lists @ [_, ..], _) if !null.is_empty() => {
            format!("{} is null, and there is another list: {}", named(&null), named(lists))
        }
        ([one], _) => {
            let is_empty = members.get(*one).is_none_or(|(_, value)| items(value).is_empty());
            let elsewhere = if is_empty { maybe_inside } else { inside };
            if elsewhere.is_empty() {
                return Ok(Some(*one));
            }
            format!("{} is one, but it may be inside of {}", named(&[*one]), named(&elsewhere))
        }
        (more @ [_, _, ..], _) => return Err(several(more)),
        ([], []) if members.is_empty() => "no member is one; its members: none".to_owned(),
        ([], []) => {
            format!("no member is one; its members: {}", named(&places(&|_, _| true)))
        }
        ([], _) if !maybe_inside.is_empty() => {
            format!("no member is one, but it may be inside of {}", named(&maybe_inside))
        }
        ([], [one]) => return Ok(Some(*one)),
        ([], _) => return Ok(null.first().copied().filter(|_| null.len() == 1)),
    };
    Err(unclear(&why))
}

fn unclear(why: &str) -> DecodeError {
    DecodeError::shape(format!("it is unclear where the list of the answer is: {why}"))
}

/// The items of a list; none for any other value, such as `null`.
fn items(json: &RawValue) -> Vec<&RawValue> {
    serde_json::from_str(json.get()).unwrap_or_default()
}

fn holds(json: &RawValue, wanted: impl Fn(&RawValue) -> bool) -> bool {
    members(json.get()).iter().any(|(_, value)| wanted(value))
}
