//! The body of a request, read as a JSON object.

use funnelflux_json::is_deeper_than;
use funnelflux_model::Document;

use crate::Rejection;

/// The most levels of objects and lists. The documented bodies have three.
const MOST_LEVELS: usize = 128;

pub(crate) fn document(body: &[u8]) -> Result<Document, Rejection> {
    let text =
        std::str::from_utf8(body).map_err(|_| Rejection::malformed("the body is not UTF-8"))?;
    if is_deeper_than(text, MOST_LEVELS) {
        let why = format!("the body is nested deeper than {MOST_LEVELS} levels");
        return Err(Rejection::malformed(why));
    }
    // The error of the parser quotes the text.
    Document::parse(text).map_err(|_| Rejection::malformed("the body is not a JSON object"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_is_limited_and_brackets_in_texts_do_not_count() {
        let nested =
            |levels: usize| format!("{}{}", r#"{"a":"#.repeat(levels), "1") + &"}".repeat(levels);
        for (body, is_good) in [
            (nested(1), true),
            (nested(MOST_LEVELS), true),
            (nested(MOST_LEVELS + 1), false),
            (format!(r#"{{"a":{}1{}}}"#, "[".repeat(200), "]".repeat(200)), false),
            (format!(r#"{{"a":"{}"}}"#, "[{".repeat(500)), true),
            (format!(r#"{{"a":"\"{}"}}"#, "[".repeat(500)), true),
            (format!(r#"{{"a":[{}]}}"#, vec!["{}"; 500].join(",")), true),
        ] {
            assert_eq!(document(body.as_bytes()).is_ok(), is_good, "{body}");
        }
    }

    #[test]
    fn what_is_no_object_is_refused_without_being_quoted() {
        for body in
            ["", " ", "null", "[]", "\"s3cret\"", "{", r#"{"a":s3cret}"#, "{}x", "\u{feff}{}"]
        {
            let error = document(body.as_bytes()).unwrap_err();
            assert!(error.is_malformed(), "{body}");
            assert_eq!(error.to_string(), "the body is not a JSON object");
        }
        assert_eq!(document(b"{\"a\":\"\xff\"}").unwrap_err().to_string(), "the body is not UTF-8");
    }
}
