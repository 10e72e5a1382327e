//! The rules of the address of an external URL.

use super::codes::{self, Rule};

/// What is wrong with an absolute address that may hold tokens of FunnelFlux, such as `{hit}`.
pub(super) fn wrong(
    url: &str,
    link_check: Option<fn(&str) -> Vec<String>>,
) -> Vec<(&'static Rule, String)> {
    let bad = |why: String| vec![(&codes::BAD_URL, why)];
    let is_bad = |letter: char| letter.is_control() || letter.is_whitespace();
    if let Some((at, letter)) = (1..).zip(url.chars()).find(|(_, letter)| is_bad(*letter)) {
        return bad(format!("character {at} of the address is {letter:?}; expected it encoded"));
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        return bad("the address has no scheme; expected https:// and a domain".to_owned());
    };
    let is_plain = scheme.eq_ignore_ascii_case("http");
    if !is_plain && !scheme.eq_ignore_ascii_case("https") {
        return bad("the scheme is neither http nor https".to_owned());
    }
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    let (user, host) = authority.rsplit_once('@').unwrap_or(("", authority));
    if user.len() + host.len() < authority.len() {
        return bad("a user before @ hides the true host; expected none".to_owned());
    }
    let name = host.split(':').next().unwrap_or_default();
    let port = host.rsplit_once(']').map_or(host, |(_, behind)| behind).split_once(':');
    if let Some((_, port)) = port.filter(|(_, port)| !port.starts_with('{'))
        && !port.parse::<u16>().is_ok_and(|port| port > 0)
    {
        return bad(format!("the port is `{port}`; expected a number from 1 to 65535"));
    }
    let is_address = host.starts_with('[') && host.contains(']');
    let is_name = name.split('.').all(|label| {
        !label.is_empty()
            && !label.starts_with('-')
            && label.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_')
    });
    // A whole host may be a token, such as `{data-host}`.
    let is_token = name.starts_with('{') && name.ends_with('}');
    if !is_address && !is_name && !is_token {
        return bad("the address has no domain".to_owned());
    }
    let mut found: Vec<_> = link_check
        .into_iter()
        .flat_map(|check| check(url))
        .map(|why| (&codes::BAD_URL, why))
        .collect();
    if is_plain {
        found.push((&codes::UNENCRYPTED_URL, "the address begins with http://".to_owned()));
    }
    found
}
