//! What a server says in place of the thing that was asked for, inside a normal answer.

use std::borrow::Cow;

use funnelflux_model::Document;
use funnelflux_transport::Error;
use serde_json::value::RawValue;

/// More reasons than anybody reads.
const MOST_REASONS: usize = 5;

/// A no inside a normal answer: `success: false`, a list of errors, `{"error": {"code", "message"}}`
/// or `{"code", "message"}` (all *sibling*). An answer that says `success: true` and lists errors took
/// some objects in and others not, which is no success to whoever gave all of them.
pub(crate) fn refusal(answer: &Document) -> Option<Error> {
    if let Some(error) = answer.read_or_null::<Document>("error").ok().flatten() {
        return Some(coded(&error));
    }
    // A logic script has a member `code` too, which is text; and a code below those of HTTP's errors
    // is how some servers say that all is well.
    let is_error = matches!(answer.read::<i64>("code"), Ok(Some(400..)));
    if is_error && answer.contains("message") {
        return Some(coded(answer));
    }
    let text = |name| answer.read::<String>(name).ok().flatten();
    let success = answer.read::<bool>("success").ok().flatten();
    let errors = answer.read::<Vec<&RawValue>>("errors").ok().flatten().unwrap_or_default();
    if success != Some(false) && (success.is_none() || errors.is_empty()) {
        return None;
    }
    let said = text("error_message").or_else(|| text("message"));
    let mut reasons: Vec<String> = said.into_iter().collect();
    reasons.extend(errors.iter().take(MOST_REASONS).map(|error| reason(error.get())));
    if errors.len() > MOST_REASONS {
        reasons.push(format!("and {} more", errors.len() - MOST_REASONS));
    }
    let code = text("error_code");
    reasons.splice(..0, code.clone());
    let message = match success {
        Some(true) => "the server took some of it in and refused the rest",
        _ => "the server said no (`success: false`)",
    };
    let refusal = Error::refused(code, message);
    // What the server says goes behind the message, where it is shown without secrets.
    Some(if reasons.is_empty() { refusal } else { refusal.with_source(reasons.join("; ")) })
}

/// An error as an object with a code, that of HTTP as far as is known.
fn coded(error: &Document) -> Error {
    let code = error.get("code").map(|code| code.get().trim_matches('"').to_owned());
    let said = error.read::<Cow<'_, str>>("message").ok().flatten().map(Cow::into_owned);
    let refusal = if code.as_deref() == Some("404") {
        Error::not_found("the server says that there is no such thing")
    } else {
        Error::refused(code, "the server said no")
    };
    match said {
        Some(said) => refusal.with_source(said),
        None => refusal,
    }
}

/// An error of the list: a text, or an object around one.
fn reason(json: &str) -> String {
    if let Ok(text) = serde_json::from_str::<String>(json) {
        return text;
    }
    let object = Document::parse(json).ok();
    let text = |name| object.as_ref()?.read::<String>(name).ok().flatten();
    let found = ["message", "error_message", "error"].into_iter().find_map(text);
    // Nobody knows what else stands in it, so it is not shown.
    found.unwrap_or_else(|| "an error without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(answer: &str) -> Option<Error> {
        refusal(&Document::parse(answer).unwrap())
    }

    fn refused(answer: &str) -> String {
        let error = read(answer).unwrap();
        assert!(error.is_refused(), "{error}");
        error.to_string()
    }

    #[test]
    fn an_error_with_a_code_is_heard_and_404_is_not_found() {
        for answer in
            [r#"{"error":{"code":409,"message":"taken"}}"#, r#"{"code":409,"message":"taken"}"#]
        {
            let error = read(answer).unwrap();
            assert!(error.is_refused() && error.to_string().contains("taken"), "{error}");
        }
        assert!(read(r#"{"error":{"code":404,"message":"none"}}"#).unwrap().is_not_found());
        let well = r#"{"code":200,"message":"OK","items":[]}"#;
        for object in [
            "{}",
            well,
            r#"{"code":0,"message":"created"}"#,
            r#"{"error":null}"#,
            r#"{"code":"return \"a\"","message":"m"}"#,
        ] {
            assert!(read(object).is_none(), "{object}");
        }
    }

    #[test]
    fn a_refusal_names_every_reason() {
        let said = refused(
            r#"{"success":false,"processed":0,"errors":["first",{"code":404,"message":"second"}]}"#,
        );
        assert!(said.contains("first; second"), "{said}");
        assert!(refused(r#"{"success":false}"#).contains("success: false"));
        let said = refused(r#"{"success":false,"error_code":"IN_USE","error_message":"in use"}"#);
        assert!(said.contains("IN_USE") && said.contains("in use"), "{said}");
    }

    #[test]
    fn half_a_success_is_a_failure() {
        let said = refused(r#"{"success":true,"processed":2,"errors":[{"message":"no such id"}]}"#);
        assert!(said.contains("took some of it in") && said.contains("no such id"), "{said}");
    }
}
