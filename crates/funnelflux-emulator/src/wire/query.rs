//! The head of a request: its query parameters and its bearer token.

use http::{HeaderMap, header};

use super::{Refusal, fields::list};

/// Names of query parameters that carry tokens. Proxies log addresses.
const TOKEN_PARAMETERS: [&str; 5] = ["access_token", "refresh_token", "token", "apikey", "api_key"];

/// Reads the token of `Authorization: Bearer …`.
pub(crate) fn bearer(headers: &HeaderMap) -> Result<&str, Refusal> {
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
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads the parameters. Tokens are refused, and by a strict reader those that the operation does
    /// not take.
    pub(crate) fn read(query: &str, known: &[&str], strict: bool) -> Result<Self, Refusal> {
        let pairs: Vec<(String, String)> =
            form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        let is_token =
            |name: &&str| TOKEN_PARAMETERS.iter().any(|it| name.eq_ignore_ascii_case(it));
        let mut names = query.split('&').filter_map(|pair| pair.split('=').next());
        if let Some(name) = names.find(is_token) {
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
                return Err(Refusal::bad_request(format!(
                    "`{name}` is not a query parameter of this operation; {right}"
                )));
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
    pub(crate) fn require(&self, names: &[&str], right: &str) -> Result<&str, Refusal> {
        names.iter().find_map(|name| self.get(name)).ok_or_else(|| {
            Refusal::parameter(names.first().copied().unwrap_or_default(), "is missing", right)
        })
    }

    /// A flag; absent is false.
    pub(crate) fn flag(&self, name: &str) -> Result<bool, Refusal> {
        match self.get(name) {
            None | Some("false") => Ok(false),
            Some("true") => Ok(true),
            Some(other) => {
                Err(Refusal::parameter(name, format_args!("is {other:?}"), "true or false"))
            }
        }
    }
}
