//! Readers of a request: members of its body, query parameters, the bearer token.

use std::fmt::Display;

use funnelflux_contract::Schema;
use http::{HeaderMap, header};
use serde_json::{Map, Value};

use super::{Refusal, Result};
use crate::options::UnknownMembers;

pub(crate) const ID: &str = "an id of 12 characters, each 0-9, A-Z or a-z";

/// Documented: 12 base-62 characters.
pub(crate) fn is_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// The form of a text: what is right, and whether one is.
pub(crate) type Form = (&'static str, fn(&str) -> bool);

pub(crate) fn check<'t>((right, fits): Form, at: &str, text: &'t str) -> Result<&'t str> {
    if fits(text) { Ok(text) } else { Err(Refusal::wrong(at, &text.into(), right)) }
}

pub(crate) fn check_id<'t>(at: &str, text: &'t str) -> Result<&'t str> {
    check((ID, is_id), at, text)
}

/// One of the values of an enumeration of the contract.
pub(crate) fn one_of<'v>(known: &Schema, at: &str, value: &'v Value) -> Result<&'v str> {
    let known: Vec<&str> = known.values.iter().map(|known| known.value).collect();
    let text = value.as_str().filter(|text| known.contains(text));
    text.ok_or_else(|| Refusal::wrong(at, value, format_args!("one of {}", list(&known))))
}

/// A JSON object of a request.
#[derive(Debug, Clone)]
pub(crate) struct Fields<'a> {
    object: &'a Map<String, Value>,
    /// Its place, for messages: empty for the body itself, else such as `attributes[1]`.
    at: String,
    unknown: UnknownMembers,
}

pub(crate) fn parse(body: &[u8], right: &str) -> Result<Value> {
    if body.is_empty() {
        return Err(Refusal::bad_request(format!("the body is empty; expected {right}")));
    }
    serde_json::from_slice(body).map_err(|error| {
        Refusal::bad_request(format!("the body is not JSON: {error}; expected {right}"))
    })
}

impl<'a> Fields<'a> {
    pub(crate) fn of(
        value: &'a Value,
        at: impl Into<String>,
        schema: &Schema,
        unknown: UnknownMembers,
    ) -> Result<Self> {
        let known: Vec<&str> = schema.members.iter().map(|member| member.name).collect();
        Self::new(value, at, &known, unknown)
    }

    pub(crate) fn new(
        value: &'a Value,
        at: impl Into<String>,
        known: &[&str],
        unknown: UnknownMembers,
    ) -> Result<Self> {
        let at = at.into();
        let Value::Object(object) = value else {
            let place = if at.is_empty() { "the body".to_owned() } else { format!("`{at}`") };
            let (is, right) = (json_kind(value), list(known));
            let message = format!("{place} is {is}; expected an object with the members {right}");
            return Err(Refusal::bad_request(message));
        };
        let fields = Self { object, at, unknown };
        if unknown == UnknownMembers::Refuse
            && let Some(name) = object.keys().find(|name| !known.contains(&name.as_str()))
        {
            let (at, known) = (fields.path(name), list(known));
            let message = format!("`{at}` is not a member of this request; known are {known}");
            return Err(Refusal::bad_request(message));
        }
        Ok(fields)
    }

    /// The full name of a member, for messages.
    pub(crate) fn path(&self, name: &str) -> String {
        if self.at.is_empty() { name.to_owned() } else { format!("{}.{name}", self.at) }
    }

    /// The value of a member, also `null`.
    pub(crate) fn get(&self, name: &str) -> Option<&'a Value> {
        self.object.get(name)
    }

    /// The value of a member. `null` counts as absent.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a Value> {
        self.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn require(&self, name: &str, right: &str) -> Result<&'a Value> {
        self.get(name).ok_or_else(|| self.fault(name, "is missing", right))
    }

    pub(crate) fn fault(&self, name: &str, fault: impl Display, right: impl Display) -> Refusal {
        Refusal::at(&self.path(name), fault, right)
    }

    fn wrong(&self, name: &str, value: &Value, right: &str) -> Refusal {
        Refusal::wrong(&self.path(name), value, right)
    }

    pub(crate) fn string(&self, name: &str, right: &str) -> Result<&'a str> {
        let value = self.require(name, right)?;
        value.as_str().ok_or_else(|| self.wrong(name, value, right))
    }

    pub(crate) fn id(&self, name: &str, right: &str) -> Result<&'a str> {
        check_id(&self.path(name), self.string(name, right)?)
    }

    /// The ids of a list, which must not be empty.
    pub(crate) fn ids(&self, name: &str) -> Result<Vec<&'a str>> {
        let right = "a list of ids";
        self.require(name, right)?;
        let ids = self.texts(name, right, (ID, is_id))?;
        if ids.is_empty() { Err(self.fault(name, "is empty", right)) } else { Ok(ids) }
    }

    /// The texts of a list, each of a form; absent is empty.
    pub(crate) fn texts(&self, name: &str, right: &str, form: Form) -> Result<Vec<&'a str>> {
        let (form, fits) = form;
        let items = self.get(name).map(|_| self.list(name, right)).transpose()?.unwrap_or_default();
        let text = |(index, item): (usize, &'a Value)| {
            let text = item.as_str().filter(|text| fits(text));
            text.ok_or_else(|| self.wrong(&format!("{name}[{index}]"), item, form))
        };
        items.iter().enumerate().map(text).collect()
    }

    /// A string. `null` counts as absent.
    pub(crate) fn optional_string(&self, name: &str, right: &str) -> Result<Option<&'a str>> {
        self.optional(name).map(|_| self.string(name, right)).transpose()
    }

    /// The objects in a list, each read by the schema when its turn comes.
    pub(crate) fn items(
        &self,
        name: &str,
        right: &str,
        schema: &Schema,
    ) -> Result<impl Iterator<Item = Result<Self>>> {
        let items = self.list(name, right)?.iter().enumerate();
        Ok(items.map(move |(index, item)| {
            Self::of(item, self.path(&format!("{name}[{index}]")), schema, self.unknown)
        }))
    }

    /// A string that no message may show. `null` counts as absent.
    pub(crate) fn optional_secret(&self, name: &str) -> Result<Option<&'a str>> {
        let Some(value) = self.optional(name) else { return Ok(None) };
        let fault = || self.fault(name, format_args!("is {}", json_kind(value)), "a string");
        value.as_str().map(Some).ok_or_else(fault)
    }

    /// A flag; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        let Some(value) = self.get(name) else { return Ok(false) };
        value.as_bool().ok_or_else(|| self.wrong(name, value, "true or false"))
    }

    pub(crate) fn count(&self, name: &str, right: &str) -> Result<usize> {
        let value = self.require(name, right)?;
        let count = value.as_u64().ok_or_else(|| self.wrong(name, value, right))?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    pub(crate) fn list(&self, name: &str, right: &str) -> Result<&'a [Value]> {
        let value = self.require(name, right)?;
        value.as_array().map(Vec::as_slice).ok_or_else(|| self.wrong(name, value, right))
    }
}

/// `null`, `a number`, …
pub(crate) fn json_kind(value: &Value) -> &'static str {
    funnelflux_json::describe(&value.to_string())
}

/// The value itself where it is short, else its kind.
pub(crate) fn describe(value: &Value) -> String {
    let text = value.to_string();
    if text.len() <= 60 { text } else { json_kind(value).to_owned() }
}

/// `a`, `b`, `c`
pub(crate) fn list(names: impl IntoIterator<Item: Display>) -> String {
    names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// Names of query parameters that carry tokens. Proxies log addresses.
const TOKEN_PARAMETERS: [&str; 5] = ["access_token", "refresh_token", "token", "apikey", "api_key"];

pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str> {
    let wrong = |why: &str| {
        Refusal::unauthorized(format!("{why}; expected `Authorization: Bearer ACCESS_TOKEN`"))
    };
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let value = values.next().ok_or_else(|| wrong("the `Authorization` header is missing"))?;
    if values.next().is_some() {
        return Err(wrong("there is more than one `Authorization` header"));
    }
    let text = value.to_str().map_err(|_| wrong("the `Authorization` header is not text"))?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    if !scheme.eq_ignore_ascii_case("bearer") || token.trim().is_empty() {
        return Err(wrong("the `Authorization` header holds no bearer token"));
    }
    Ok(token.trim())
}

/// The decoded parameters, in their order.
#[derive(Debug, Default)]
pub(crate) struct Query(pub(crate) Vec<(String, String)>);

impl Query {
    /// Refuses tokens, and by a strict reader the parameters that the operation does not take.
    pub(crate) fn read(query: &str, known: &[&str], strict: bool) -> Result<Self> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let is_token = |name: &str| TOKEN_PARAMETERS.iter().any(|it| name.eq_ignore_ascii_case(it));
        if let Some((name, _)) = pairs.iter().find(|(name, _)| is_token(name)) {
            let right = "it in the `Authorization` header only";
            return Err(Refusal::parameter(name, "holds a token", right));
        }
        for (index, (name, _)) in pairs.iter().enumerate() {
            if strict && !known.contains(&name.as_str()) {
                let right = if known.is_empty() {
                    "it takes none".to_owned()
                } else {
                    format!("it takes {}", list(known))
                };
                let fault = format!("`{name}` is not a query parameter of this operation; {right}");
                return Err(Refusal::bad_request(fault));
            }
            let mut later = pairs.iter().skip(index + 1);
            if known.contains(&name.as_str()) && later.any(|(other, _)| other == name) {
                return Err(Refusal::parameter(name, "is there twice", "it once"));
            }
        }
        Ok(Self(pairs))
    }

    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value of a parameter, under any of its spellings.
    pub(crate) fn require(&self, names: &[&str], right: &str) -> Result<&str> {
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            Refusal::parameter(names.first().copied().unwrap_or_default(), "is missing", right)
        })
    }

    /// A flag; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                Err(Refusal::parameter(name, format_args!("is {other:?}"), "true or false"))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const KNOWN: &[&str] = &["timeStart", "pagingStart"];

    #[test]
    fn a_misspelt_member_is_named_together_with_the_right_ones() {
        let body = json!({"timestart": "x"});
        let refusal = Fields::new(&body, "", KNOWN, UnknownMembers::Refuse).unwrap_err();
        assert!(refusal.message.contains("`timestart`"), "{}", refusal.message);
        assert!(refusal.message.contains("`timeStart`"), "{}", refusal.message);
        assert!(Fields::new(&body, "", KNOWN, UnknownMembers::Ignore).is_ok());
    }

    #[test]
    fn a_wrong_type_is_answered_with_the_value_and_the_right_type() {
        let body = json!({"pagingStart": -1});
        let fields = Fields::new(&body, "", KNOWN, UnknownMembers::Refuse).unwrap();
        let refusal = fields.count("pagingStart", "a whole number").unwrap_err();
        assert_eq!(refusal.message, "`pagingStart` is -1; expected a whole number");
        let refusal = fields.string("timeStart", "a time").unwrap_err();
        assert_eq!(refusal.message, "`timeStart` is missing; expected a time");
    }

    #[test]
    fn a_secret_of_the_wrong_type_is_not_repeated_in_the_message() {
        let body = json!({"refresh_token": ["hush"]});
        let fields = Fields::new(&body, "", &["refresh_token"], UnknownMembers::Refuse).unwrap();
        let refusal = fields.optional_secret("refresh_token").unwrap_err();
        assert!(!refusal.message.contains("hush"));
    }
}
