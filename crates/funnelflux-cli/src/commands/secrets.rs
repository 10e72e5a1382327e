//! Secrets of objects that leave their account: which texts hold them, and the mask that replaces them.

use funnelflux::model::Document;
use funnelflux::model::ledger::PLACEHOLDER as MASK;
use serde_json::Value;
use serde_json::value::RawValue;

use crate::output::is_secret;

/// The names of members and numbers of items that lead to a value.
type Path = Vec<String>;

/// Hides the secrets of an object, and returns their places. What the server says of stored ones is removed, since
/// it sets that itself.
///
/// # Errors
/// If a text in it is no text, such as half of a character: nothing is hidden then.
pub(in crate::commands) fn hide(document: &mut Document) -> serde_json::Result<Vec<Path>> {
    let mut flags = Vec::new();
    walk(document, &mut |path, value, _| {
        if value.is_boolean() && path.last().is_some_and(|name| is_flag(name)) {
            flags.push(path.to_vec());
        }
    })?;
    let places = mask(document)?;
    for path in &flags {
        // It was just found in this text.
        let _ = document.remove_at(&names(path));
    }
    Ok(places)
}

fn mask(document: &mut Document) -> serde_json::Result<Vec<Path>> {
    let mut places = Vec::new();
    walk(document, &mut |path, value, around| {
        let hidden = value.as_str().and_then(|text| hidden(path, text, around));
        places.extend(hidden.map(|hidden| (path.to_vec(), hidden)));
    })?;
    for (path, hidden) in &places {
        let _ = document.set_at(&names(path), hidden);
    }
    Ok(places.into_iter().map(|(path, _)| path).collect())
}

/// The JSON of a request, its secrets hidden; `None` if it is no JSON, or a text in it is no text.
pub(in crate::commands) fn masked(body: &str) -> Option<Box<RawValue>> {
    const BODY: &str = "body";
    let mut document = Document::parse(&format!("{{\"{BODY}\":{body}}}")).ok()?;
    mask(&mut document).ok()?;
    document.get(BODY).map(ToOwned::to_owned)
}

/// Whether an object has texts that are hidden.
pub(in crate::commands) fn are_hidden(document: &Document) -> serde_json::Result<bool> {
    Ok(texts(document)?.iter().any(|(_, text)| is_masked(text)))
}

fn is_masked(text: &str) -> bool {
    let has = |part: &str| text.contains(&part.replace('*', MASK));
    text == MASK || has("://*@") || (text.contains("://") && has("=*"))
}

/// Takes over the secrets that the object of the account has at the same places, and returns the places that are
/// still hidden. A secret goes where it went before: what is around it must be the same, and so must the address.
pub(in crate::commands) fn fill(
    document: &mut Document,
    there: Option<&Document>,
) -> serde_json::Result<Vec<Path>> {
    let mut left = texts(document)?;
    left.retain(|(_, text)| is_masked(text));
    let Some(there) = there.filter(|_| !left.is_empty()) else {
        return Ok(left.into_iter().map(|(path, _)| path).collect());
    };
    let known = texts(there)?;
    let (mut own, mut now_hidden) = (document.clone(), there.clone());
    hide(&mut own)?;
    hide(&mut now_hidden)?;
    let masks = texts(&now_hidden)?;
    let at = |all: &[(Path, String)], path: &Path| {
        all.iter().find(|(own, _)| own == path).map(|(_, text)| text.clone())
    };
    let member = |document: &Document, name: &str| document.read::<Value>(name).ok().flatten();
    let is_same = |name: &str| member(&own, name) == member(&now_hidden, name);
    let goes_there = !own.contains("url") || is_same("url");
    left.retain(|(path, text)| {
        let known = at(&known, path).filter(|_| at(&masks, path).as_ref() == Some(text));
        match known {
            // A mask that the server sent keeps what is stored.
            Some(known) if known == MASK => false,
            Some(known) if goes_there && path.first().is_some_and(|name| is_same(name)) => {
                document.set_at(&names(path), &known).is_err()
            }
            _ => true,
        }
    });
    Ok(left.into_iter().map(|(path, _)| path).collect())
}

fn names(path: &[String]) -> Vec<&str> {
    path.iter().map(String::as_str).collect()
}

fn texts(document: &Document) -> serde_json::Result<Vec<(Path, String)>> {
    let mut found = Vec::new();
    walk(document, &mut |path, value, _| {
        found.extend(value.as_str().map(|text| (path.to_vec(), text.to_owned())));
    })?;
    Ok(found)
}

/// Visits every value with its path and the object around it.
fn walk(
    document: &Document,
    visit: &mut impl FnMut(&[String], &Value, &Value),
) -> serde_json::Result<()> {
    fn inner(
        path: &mut Path,
        value: &Value,
        around: &Value,
        visit: &mut impl FnMut(&[String], &Value, &Value),
    ) {
        visit(path, value, around);
        let inside: Vec<(String, &Value)> = match value {
            Value::Object(members) => members.iter().map(|(name, it)| (name.clone(), it)).collect(),
            Value::Array(items) => {
                items.iter().enumerate().map(|(at, it)| (at.to_string(), it)).collect()
            }
            _ => return,
        };
        for (name, it) in inside {
            path.push(name);
            inner(path, it, value, visit);
            path.pop();
        }
    }
    // No deeper than the parser allows.
    let json: Value = serde_json::from_str(document.text())?;
    inner(&mut Vec::new(), &json, &Value::Null, visit);
    Ok(())
}

/// The text without its secrets; `None` if it has none.
fn hidden(path: &[String], text: &str, around: &Value) -> Option<String> {
    if text == MASK {
        return Some(text.to_owned());
    }
    let name = path.iter().rev().find(|name| name.parse::<usize>().is_err());
    let is_secret = name.is_some_and(|name| is_secret(name)) || is_header_value(path, text, around);
    match is_secret && !text.is_empty() && !is_token(text) {
        true => Some(MASK.to_owned()),
        false => without_credentials(text),
    }
}

/// Whether a member says that a secret is stored, such as `hasHmacSecret`.
fn is_flag(name: &str) -> bool {
    name.starts_with("has") && (name.ends_with("Secret") || name.ends_with("Password"))
}

/// Whether a text is a value of a custom header, which the server does not mask. Their shape is unknown: an object by
/// names, a list of objects with name and value, or lines.
fn is_header_value(path: &[String], text: &str, around: &Value) -> bool {
    const NAMES: [&str; 3] = ["name", "key", "header"];
    let is_headers = |name: &String| name.to_ascii_lowercase().ends_with("headers");
    let Some(at) = path.iter().position(is_headers) else { return false };
    let own = path.last().map(String::as_str).unwrap_or_default();
    let named = NAMES.iter().find_map(|name| around.get(*name)?.as_str());
    match named.filter(|_| path.len() > at + 2) {
        Some(header) => !NAMES.contains(&own) && !is_harmless(header),
        None => match text.split_once(':') {
            Some((line, _)) => !is_harmless(line),
            // A text in place of all headers names none.
            None => path.len() > at + 1 && !is_harmless(own),
        },
    }
}

fn is_harmless(header: &str) -> bool {
    const HARMLESS: [&str; 6] = [
        "accept",
        "accept-encoding",
        "accept-language",
        "cache-control",
        "content-type",
        "user-agent",
    ];
    HARMLESS.iter().any(|name| header.trim().eq_ignore_ascii_case(name))
}

/// Whether a text is a token of FunnelFlux alone, such as `{hit}`.
fn is_token(text: &str) -> bool {
    text.starts_with('{') && text.ends_with('}') && !text.contains(['"', ' ', ':'])
}

/// The text with users and secret parameters of its addresses hidden; `None` if there are none.
fn without_credentials(text: &str) -> Option<String> {
    const END: [char; 8] = ['"', '\'', '<', '>', ' ', '\n', '\t', '\\'];
    const NAMES: [&str; 7] = ["auth", "key", "pass", "pwd", "sig", "signature", "token"];
    let (mut out, mut rest, mut is_changed) = (String::with_capacity(text.len()), text, false);
    while let Some((before, after)) = rest.split_once("://") {
        // An address may hold another one.
        let ends = [after.find(END), after.find("://")];
        let end = ends.into_iter().flatten().min().unwrap_or(after.len());
        let (address, behind) = after.split_at(end);
        out = out + before + "://";
        let (authority, target) =
            address.split_at(address.find(['/', '?', '#']).unwrap_or(address.len()));
        match authority.rsplit_once('@') {
            Some((user, host)) if !user.is_empty() => {
                (out, is_changed) = (out + MASK + "@" + host, true);
            }
            _ => out += authority,
        }
        for part in target.split_inclusive(['?', '&', '#']) {
            let value_end = part.trim_end_matches(['?', '&', '#']).len();
            let (pair, sign) = part.split_at(value_end);
            let pair = match pair.split_once('=') {
                Some((name, value))
                    if !value.is_empty()
                        && !value.starts_with(['{', '['])
                        && (is_secret(name)
                            || NAMES.iter().any(|it| name.eq_ignore_ascii_case(it))) =>
                {
                    is_changed = true;
                    format!("{name}={MASK}")
                }
                _ => pair.to_owned(),
            };
            out = out + &pair + sign;
        }
        rest = behind;
    }
    is_changed.then(|| out + rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hidden_of(json: &str) -> (String, Vec<String>) {
        let mut document = Document::parse(json).unwrap();
        let places = hide(&mut document).unwrap();
        (document.text().to_owned(), places.iter().map(|path| path.join(".")).collect())
    }

    #[test]
    fn secrets_are_hidden_and_nothing_else_is() {
        let rows: [(&str, &str, &[&str]); 17] = [
            (
                r#"{"d":{"hmacSecret":"********","hasHmacSecret":true}}"#,
                r#"{"d":{"hmacSecret":"********"}}"#,
                &["d.hmacSecret"],
            ),
            (
                r#"{"apiKey":"k1","api_key":""}"#,
                r#"{"apiKey":"********","api_key":""}"#,
                &["apiKey"],
            ),
            (
                r#"{"headers":{"X-A":"s","Content-Type":"text/plain","X-Hit":"{hit}"}}"#,
                r#"{"headers":{"X-A":"********","Content-Type":"text/plain","X-Hit":"{hit}"}}"#,
                &["headers.X-A"],
            ),
            (
                r#"{"headers":[{"name":"X-A","value":"s"},{"name":"Accept","value":"*/*"}]}"#,
                r#"{"headers":[{"name":"X-A","value":"********"},{"name":"Accept","value":"*/*"}]}"#,
                &["headers.0.value"],
            ),
            (
                r#"{"customHeaders":["X-A: s","Accept: */*"]}"#,
                r#"{"customHeaders":["********","Accept: */*"]}"#,
                &["customHeaders.0"],
            ),
            (
                r#"{"url":"https://user:pass@example.com/a?api_key=1&x=2"}"#,
                r#"{"url":"https://********@example.com/a?api_key=********&x=2"}"#,
                &["url"],
            ),
            (
                r#"{"url":"https://example.com/?x=1&TOKEN=abc#token=no"}"#,
                r#"{"url":"https://example.com/?x=1&TOKEN=********#token=********"}"#,
                &["url"],
            ),
            (
                r#"{"code":"<img src='https://a.example/?key=1&b=2'> <a href='https://b.example/?sig=3'>"}"#,
                r#"{"code":"<img src='https://a.example/?key=********&b=2'> <a href='https://b.example/?sig=********'>"}"#,
                &["code"],
            ),
            (
                r#"{"url":"https://a.example/?to=https://u:p@b.example/"}"#,
                r#"{"url":"https://a.example/?to=https://********@b.example/"}"#,
                &["url"],
            ),
            (r#"{"url":"https://example.com/?token={hit}&key="}"#, "", &[]),
            (r#"{"url":"https://example.com/?monkey=1&tokens=2"}"#, "", &[]),
            (r#"{"mail":"a@example.com","text":"key=1"}"#, "", &[]),
            (r#"{"code":"/******** x ********/"}"#, "", &[]),
            (
                r#"{"code":"/******** x ********/ get('https://u:p@a.example/?key=1')"}"#,
                r#"{"code":"/******** x ********/ get('https://********@a.example/?key=********')"}"#,
                &["code"],
            ),
            (
                r#"{"url":"https://********@a.example/?key=1"}"#,
                r#"{"url":"https://********@a.example/?key=********"}"#,
                &["url"],
            ),
            (r#"{"username":"u","hasKey":true,"n":[1,null]}"#, "", &[]),
            (
                r#"{"basicAuth":{"username":"u","password":"p"}}"#,
                r#"{"basicAuth":{"username":"u","password":"********"}}"#,
                &["basicAuth.password"],
            ),
        ];
        for (json, expected, places) in rows {
            let (text, found) = hidden_of(json);
            assert_eq!(text, if expected.is_empty() { json } else { expected });
            assert_eq!(found, places, "{json}");
        }
    }

    #[test]
    fn what_the_account_has_is_taken_over_and_the_rest_is_told() {
        let there = r#"{"a":{"hmacSecret":"********"},"headers":{"K":"stored"},"url":"https://u:p@a.example/",
            "list":{"headers":[{"name":"A","value":"1"},{"name":"B","value":"2"}]},
            "destination":{"url":"https://a.example/","headers":{"K":"stored"},"hasHmacSecret":true}}"#;
        let there = Document::parse(there).unwrap();
        let rows: [(&str, &str, &[&str]); 13] = [
            (r#"{"headers":{"K":"********"}}"#, r#"{"headers":{"K":"stored"}}"#, &[]),
            (r#"{"a":{"hmacSecret":"********"}}"#, r#"{"a":{"hmacSecret":"********"}}"#, &[]),
            (r#"{"headers":{"L":"********"}}"#, r#"{"headers":{"L":"********"}}"#, &["headers.L"]),
            (r#"{"headers":{"K":"new"}}"#, r#"{"headers":{"K":"new"}}"#, &[]),
            // Another host is another address: its user is not that of the account.
            (
                r#"{"url":"https://********@b.example/"}"#,
                r#"{"url":"https://********@b.example/"}"#,
                &["url"],
            ),
            (
                r#"{"headers":{"K":"********"},"url":"https://********@b.example/"}"#,
                "",
                &["headers.K", "url"],
            ),
            (r#"{"headers":{"K":"********"},"url":"https://b.example/"}"#, "", &["headers.K"]),
            (
                r#"{"headers":{"K":"********"},"url":"https://********@a.example/"}"#,
                r#"{"headers":{"K":"stored"},"url":"https://u:p@a.example/"}"#,
                &[],
            ),
            (
                r#"{"list":{"headers":[{"name":"A","value":"********"},{"name":"B","value":"********"}]}}"#,
                r#"{"list":{"headers":[{"name":"A","value":"1"},{"name":"B","value":"2"}]}}"#,
                &[],
            ),
            (
                r#"{"list":{"headers":[{"name":"B","value":"********"},{"name":"A","value":"********"}]}}"#,
                "",
                &["list.headers.0.value", "list.headers.1.value"],
            ),
            (
                r#"{"destination":{"headers":{"K":"********"},"url":"https://a.example/"}}"#,
                r#"{"destination":{"headers":{"K":"stored"},"url":"https://a.example/"}}"#,
                &[],
            ),
            (
                r#"{"destination":{"url":"https://b.example/","headers":{"K":"********"}}}"#,
                "",
                &["destination.headers.K"],
            ),
            (r#"{"code":"/******** x ********/"}"#, "", &[]),
        ];
        for (json, expected, left) in rows {
            let expected = if expected.is_empty() { json } else { expected };
            let mut document = Document::parse(json).unwrap();
            let found = fill(&mut document, Some(&there)).unwrap();
            let found: Vec<String> = found.iter().map(|path| path.join(".")).collect();
            assert_eq!(
                (document.text(), found),
                (expected, left.iter().map(ToString::to_string).collect())
            );
        }
        let mut alone = Document::parse(r#"{"headers":{"K":"********"}}"#).unwrap();
        assert_eq!(fill(&mut alone, None).unwrap().len(), 1);
    }

    #[test]
    fn what_cannot_be_searched_is_no_object_without_secrets() {
        let mut half = Document::parse(r#"{"name":"\ud83d","apiKey":"k1"}"#).unwrap();
        assert!(hide(&mut half).is_err() && are_hidden(&half).is_err());
        assert!(fill(&mut half, None).is_err());
    }

    #[test]
    fn secrets_and_the_values_of_headers_are_masked_and_nothing_else() {
        for (body, shown) in [
            (
                r#"{"destination":{"url":"https://a", "headers":{"X-Key":"k3y","X-B":["k3y"]},"hmacSecret":"k3y"}}"#,
                r#"{"destination":{"url":"https://a", "headers":{"X-Key":"********","X-B":["********"]},"hmacSecret":"********"}}"#,
            ),
            (
                r#"{"nodes":[{"p":{"headers":[{"name":"X-Key","value":"k3y"}]}}],"value":"approved"}"#,
                r#"{"nodes":[{"p":{"headers":[{"name":"X-Key","value":"********"}]}}],"value":"approved"}"#,
            ),
            (
                r#"{"headers":{},"basicAuth":{"password":""}}"#,
                r#"{"headers":{},"basicAuth":{"password":""}}"#,
            ),
            (
                r#"{"headers":"x","conditions":[1.50,"y"]}"#,
                r#"{"headers":"x","conditions":[1.50,"y"]}"#,
            ),
            ("[[{\"headers\":{\"a\":\"k3y\"}}]]", "[[{\"headers\":{\"a\":\"********\"}}]]"),
        ] {
            assert_eq!(masked(body).unwrap().get(), shown);
        }
    }
}
