//! The differences of a request from a recorded one, in words.

use serde_json::Value;

use super::recording::RecordedRequest;

/// A request to a replay.
pub(super) struct Asked<'a> {
    pub(super) method: &'a str,
    pub(super) path: &'a str,
    pub(super) body: &'a [u8],
}

/// The differences, the largest first; empty if the two match.
pub(super) fn differences(asked: &Asked<'_>, recorded: &RecordedRequest) -> Vec<String> {
    let mut found = Vec::new();
    if asked.method != recorded.method {
        found.push(format!("method: asked {}, recorded {}", asked.method, recorded.method));
    }
    let (path, query) = split(asked.path);
    let (recorded_path, recorded_query) = split(&recorded.path);
    if path != recorded_path {
        found.push(format!("path: asked {path}, recorded {recorded_path}"));
    }
    if query != recorded_query {
        found.push(format!("query: asked {query:?}, recorded {recorded_query:?}"));
    }
    let recorded_body = recorded.content.to_bytes().unwrap_or_default();
    if asked.body != recorded_body {
        match (serde_json::from_slice(asked.body), serde_json::from_slice(&recorded_body)) {
            (Ok(ours), Ok(theirs)) => json("body", &ours, &theirs, &mut found),
            _ => {
                let (asked, recorded) = (asked.body.len(), recorded_body.len());
                found.push(format!("body: asked {asked} bytes, recorded {recorded} bytes"));
            }
        }
    }
    found
}

/// The distance of two requests: a difference of path or method counts more than one of the body.
pub(super) fn distance(differences: &[String]) -> usize {
    let each = differences.iter().map(|difference| match difference.split_once(':') {
        Some(("path", _)) => 1000,
        Some(("method", _)) => 500,
        Some(("query", _)) => 50,
        _ => 1,
    });
    each.sum()
}

/// The path, and the pairs of the query in a fixed order, since their order has no meaning.
fn split(path: &str) -> (&str, Vec<&str>) {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let mut pairs: Vec<&str> = query.split('&').filter(|p| !p.is_empty()).collect();
    pairs.sort_unstable();
    (path, pairs)
}

fn json(at: &str, asked: &Value, recorded: &Value, found: &mut Vec<String>) {
    match (asked, recorded) {
        (Value::Object(a), Value::Object(r)) => {
            for (name, value) in a {
                match r.get(name) {
                    Some(other) => json(&format!("{at}.{name}"), value, other, found),
                    None => found.push(format!("{at}.{name}: asked, not recorded")),
                }
            }
            for name in r.keys().filter(|name| !a.contains_key(*name)) {
                found.push(format!("{at}.{name}: recorded, not asked"));
            }
        }
        (Value::Array(a), Value::Array(r)) => {
            for (index, (x, y)) in a.iter().zip(r).enumerate() {
                json(&format!("{at}[{index}]"), x, y, found);
            }
            if a.len() != r.len() {
                found.push(format!("{at}: asked {} items, recorded {}", a.len(), r.len()));
            }
        }
        _ if asked == recorded => {}
        // Never the values, which may be secret.
        _ => found.push(format!("{at}: the values differ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::replay::Content;

    fn recorded(path: &str, body: &str) -> RecordedRequest {
        RecordedRequest {
            method: "POST".into(),
            path: path.into(),
            content: Content::of(body.as_bytes()),
        }
    }

    #[test]
    fn order_of_members_and_of_query_pairs_means_nothing() {
        let asked = Asked { method: "POST", path: "/x?b=2&a=1", body: br#"{"a":1,"b":[2]}"# };
        assert_eq!(
            differences(&asked, &recorded("/x?a=1&b=2", r#"{ "b": [2], "a": 1 }"#)),
            Vec::<String>::new()
        );
    }

    #[test]
    fn differences_are_named_by_their_place_and_never_by_their_value() {
        let asked =
            Asked { method: "POST", path: "/x", body: br#"{"ip":"203.0.113.7","n":[1,2]}"# };
        let found = differences(&asked, &recorded("/x", r#"{"ip":"203.0.113.8","n":[1],"z":0}"#));
        assert_eq!(
            found,
            [
                "body.ip: the values differ",
                "body.n: asked 2 items, recorded 1",
                "body.z: recorded, not asked"
            ]
        );
    }
}
