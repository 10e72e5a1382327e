//! The bearer token of a request, which must not be part of the address.

use http::{HeaderMap, header};

use super::Refusal;

/// Names of query parameters that carry tokens. Proxies log addresses.
const TOKEN_PARAMETERS: [&str; 5] = ["access_token", "refresh_token", "token", "apikey", "api_key"];

/// Reads the token of `Authorization: Bearer …`.
pub(crate) fn read(headers: &HeaderMap) -> Result<&str, Refusal> {
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

/// Refuses tokens in the address.
pub(crate) fn check_query(query: Option<&str>) -> Result<(), Refusal> {
    let names = query.unwrap_or_default().split('&').map(|pair| pair.split('=').next());
    for name in names.flatten() {
        if TOKEN_PARAMETERS.iter().any(|token| name.eq_ignore_ascii_case(token)) {
            return Err(Refusal::bad_request(format!(
                "the query parameter `{name}` holds a token; expected it in the `Authorization` \
                 header only"
            )));
        }
    }
    Ok(())
}
