//! The one place that decides whether a write was done, was refused, or has an unknown outcome.

use std::borrow::Cow;
use std::collections::HashMap;

use bytes::Bytes;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::value::RawValue;

use crate::error::{Error, looks_like_html};
use crate::response::Response;

const MOST_REASONS: usize = 5;
/// Arrays and objects nested deeper than this are no answer that any reader takes.
const DEEPEST: usize = 128;
/// The members of an answer that only reports on a call, as [`letters`] of them. An object with any
/// other member is an object of its own, and may have members `errors` and `status` too.
const REPORT: &str = "code data description detail details error errorcode errordescription errormessage \
errors exception extensions instance issuccess message ok path processed reason \
requestid result state status statuscode succeeded success timestamp title traceid type";
/// The words of a status that say no.
const NO: &[&str] = &["denied", "error", "fail", "failed", "failure", "invalid", "rejected"];

impl Response<Bytes> {
    pub(crate) fn judged(self) -> Result<Self, Error> {
        if self.is_to_a_read() { Ok(self) } else { self.agreed()?.unless(refusal_in_list) }
    }

    /// Passes the answer on, unless it is [unreadable](Self::readable) or [says no](Error::refusal_in).
    pub fn agreed(self) -> Result<Self, Error> {
        self.readable()?.unless(Error::refusal_in)
    }

    fn unless(self, refusal_in: fn(&[u8]) -> Option<Error>) -> Result<Self, Error> {
        match refusal_in(&self) {
            Some(refusal) => Err(self.error(refusal)),
            None => Ok(self),
        }
    }

    /// Passes the answer on, unless it is a web page, cut, no UTF-8 or nested too deep: something else
    /// than the API may have sent it. [`CallBuilder::send`](crate::CallBuilder::send) does it for
    /// answers to writes, whose outcome is unknown then.
    ///
    /// # Errors
    /// [`Error::is_decode`], [ambiguous](Error::is_ambiguous) unless the operation only reads.
    pub fn readable(self) -> Result<Self, Error> {
        let Some(why) = unreadable(&self) else { return Ok(self) };
        Err(self.error_of_write(Error::unexpected_answer(why).with_advice(
            "Something else than the API may have answered: check the base URL, and proxies on the \
             way.",
        )))
    }
}

/// Why an answer cannot be read. Plain words can: what answers look like is unknown.
fn unreadable(answer: &[u8]) -> Option<&'static str> {
    let Ok(text) = std::str::from_utf8(answer) else { return Some(not_utf8(answer)) };
    let text = text.trim();
    if looks_like_html(answer) {
        return Some("the answer is a web page");
    }
    // JSON escapes these; it may hold others, such as DEL, as they are.
    if text.contains(|c: char| c < ' ' && !c.is_whitespace()) {
        return Some("the answer is not text");
    }
    if !text.starts_with(['{', '[', '"']) {
        // Words before an object, such as a warning of the server or a call in JavaScript.
        return text.contains('{').then_some("the answer is neither JSON nor plain words");
    }
    if funnelflux_json::is_deeper_than(text, DEEPEST) {
        return Some("the answer is JSON nested too deep");
    }
    let is_json = serde_json::from_str::<IgnoredAny>(text).is_ok();
    (!is_json).then_some("the answer was cut, or is not JSON")
}

/// Names the encoding of a text that is not UTF-8, where its mark tells.
pub(crate) fn not_utf8(answer: &[u8]) -> &'static str {
    if answer.starts_with(b"\x1f\x8b") {
        return "the answer is gzip data, and no header says so";
    }
    if answer.starts_with(b"\xff\xfe\0\0") || answer.starts_with(b"\0\0\xfe\xff") {
        return "the answer is UTF-32 text, not UTF-8";
    }
    if answer.starts_with(b"\xff\xfe") || answer.starts_with(b"\xfe\xff") {
        return "the answer is UTF-16 text, not UTF-8";
    }
    "the answer is not UTF-8 text"
}

/// Finds the refusal of one of several things that a write asked for. The list that a read asked for may
/// well report a failure.
fn refusal_in_list(answer: &[u8]) -> Option<Error> {
    let answer = std::str::from_utf8(answer).ok()?.trim();
    if answer.trim_matches('"').eq_ignore_ascii_case("false") {
        return Some(Error::refused(None, "the server said no (`false`)"));
    }
    let wrapped = Members::of(answer).and_then(|answer| answer.only_inner());
    let items = serde_json::from_str::<Vec<&RawValue>>(wrapped.unwrap_or(answer)).ok()?;
    items.iter().find_map(|item| Members::of(item.get())?.refusal())
}

/// A name without what tells snake case from camel case.
fn letters(name: &str) -> String {
    name.replace('_', "").to_ascii_lowercase()
}

impl Error {
    /// Finds the refusal inside a normal answer: `success: false`, an error, a list of errors, a status
    /// or code that says no (all *sibling*, or *inferred* from what other APIs answer). An answer that
    /// says `success: true` and lists errors is one too: the server took a part and refused the rest.
    #[must_use]
    pub fn refusal_in(answer: &[u8]) -> Option<Self> {
        let answer = Members::of(std::str::from_utf8(answer).ok()?)?;
        answer.refusal().or_else(|| Members::of(answer.only_inner()?)?.refusal())
    }
}

/// The server's words: their shape is documented for domains (`error_description`), *sibling* for the rest.
pub(crate) fn server_message(answer: &[u8]) -> Option<String> {
    let answer = Members::of(std::str::from_utf8(answer).ok()?)?;
    answer
        .message()
        .or_else(|| Some(listed(&answer.errors()).join("; ")).filter(|it| !it.is_empty()))
}

/// The members of a JSON object, unread.
struct Members<'a>(HashMap<Cow<'a, str>, &'a RawValue>);

impl<'a> Members<'a> {
    fn of(json: &'a str) -> Option<Self> {
        serde_json::from_str(json).ok().map(Self)
    }

    fn inside(&self, name: &str) -> Option<Self> {
        Self::of(self.get(name)?)
    }

    /// The text of a member, in snake or camel case. `null` is no value.
    fn get(&self, name: &str) -> Option<&'a str> {
        let name = letters(name);
        let members = self.0.iter().filter(|(own, _)| letters(own) == name);
        members.map(|(_, value)| value.get()).find(|value| *value != "null")
    }

    fn read<T: Deserialize<'a>>(&self, name: &str) -> Option<T> {
        serde_json::from_str(self.get(name)?).ok()
    }

    fn text(&self, name: &str) -> Option<String> {
        self.read::<String>(name).filter(|text| !text.trim().is_empty())
    }

    /// The report inside of a wrapper.
    fn only_inner(&self) -> Option<&'a str> {
        let names = ["data", "response", "result", "body", "payload"].into_iter();
        names.filter(|_| self.0.len() == 1).find_map(|name| self.get(name))
    }

    /// A yes or no, as a boolean, a number or a word.
    fn flag(&self, name: &str) -> Option<bool> {
        match self.get(name)?.trim_matches('"').to_ascii_lowercase().as_str() {
            "true" | "1" | "yes" => Some(true),
            "false" | "0" | "no" => Some(false),
            _ => None,
        }
    }

    fn error_number(&self) -> Option<&'a str> {
        let names = ["code", "status", "status_code"].into_iter();
        let mut numbers = names.filter_map(|name| Some(self.get(name)?.trim_matches('"')));
        numbers.find(|number| matches!(number.parse::<i64>(), Ok(400..)))
    }

    fn message(&self) -> Option<String> {
        let words = ["error_description", "error_message", "message", "error", "detail", "title"];
        let (first, last) = words.split_at(2);
        let of = |members: &Self, names: &[&str]| names.iter().find_map(|name| members.text(name));
        // One level and no more: an answer may be nested without end.
        let inner = || of(&self.inside("error")?, &words);
        of(self, first).or_else(inner).or_else(|| of(self, last))
    }

    /// The errors of a list, of an object by member, or the only one.
    fn errors(&self) -> Vec<&'a RawValue> {
        let in_error = || self.read("error");
        let by_member = || Some(self.inside("errors")?.0.into_values().collect());
        let alone =
            || self.text("errors").and_then(|_| self.read("errors")).map(|error| vec![error]);
        let errors = self.read("errors").or_else(by_member).or_else(alone).or_else(in_error);
        errors.unwrap_or_default()
    }

    fn refusal(&self) -> Option<Error> {
        if let Some(error) = self.inside("error").filter(|error| !error.0.is_empty()) {
            return Some(error.coded());
        }
        let is_report = |(name, value): (&Cow<'_, str>, &&RawValue)| {
            let name = letters(name);
            value.get() == "null" || REPORT.split(' ').any(|own| own == name)
        };
        let only_reports = self.0.iter().all(is_report);
        // A script has a text member `code`, and a code below 400 is how some servers report success.
        let is_coded = || self.read::<i64>("code") >= Some(400) && self.get("message").is_some();
        if self.error_number().is_some() && (only_reports || is_coded()) {
            return Some(self.coded());
        }
        let says_no = |name| {
            self.get(name) == Some("false")
                || self.text(name).is_some_and(|s| NO.contains(&&*s.to_ascii_lowercase()))
        };
        let said = |name| self.flag(name).or_else(|| says_no(name).then_some(false));
        let rarer = || ["ok", "is_success", "succeeded"].into_iter().find_map(said);
        let success = said("success").or_else(|| rarer().filter(|_| only_reports));
        let errors = self.errors();
        let lists_errors = !errors.is_empty() && (success.is_some() || only_reports);
        let has = |name| self.text(name).is_some() || self.read::<i64>(name).is_some();
        let is = |name| self.flag(name).or_else(|| has(name).then_some(true));
        // A code of 0 with words is how some servers report success.
        let words = ["error", "error_code", "error_message", "error_description", "exception"];
        let is_error = words.into_iter().find_map(is).unwrap_or_default();
        let is_no =
            only_reports && (is_error || ["status", "result", "state"].into_iter().any(says_no));
        if success != Some(false) && !lists_errors && !is_no {
            return None;
        }
        let text = self.message();
        let code = self
            .text("error_code")
            .or_else(|| self.text("error").filter(|e| text.as_ref() != Some(e)));
        let mut reasons: Vec<String> = code.clone().into_iter().chain(text).collect();
        reasons.extend(listed(&errors));
        let message = match success {
            Some(true) => "the server took some of it in and refused the rest",
            Some(false) => "the server said no (`success: false`)",
            None => "the server said no",
        };
        let refusal = Error::refused(code, message);
        // The server's words go into the source, which is shown without secrets.
        Some(if reasons.is_empty() { refusal } else { refusal.with_source(reasons.join("; ")) })
    }

    /// The error of an object with a code, which is one of HTTP as far as is known.
    fn coded(&self) -> Error {
        let code = self.get("code").map(|code| code.trim_matches('"'));
        let code = code.or_else(|| self.error_number()).map(ToOwned::to_owned);
        let refusal = match code.as_deref() {
            Some("404") => Error::not_found("the server says that there is no such thing"),
            _ => Error::refused(code, "the server said no"),
        };
        match self.message() {
            Some(message) => refusal.with_source(message),
            None => refusal,
        }
    }
}

/// The count of the errors of a list, and the first of them.
fn listed(errors: &[&RawValue]) -> Vec<String> {
    let count = match errors.len() {
        0 => None,
        1 => Some("1 error".to_owned()),
        many => Some(format!("{many} errors")),
    };
    let more = errors.len().checked_sub(MOST_REASONS).filter(|more| *more > 0);
    let reasons = errors.iter().take(MOST_REASONS).map(|error| reason(error));
    count.into_iter().chain(reasons).chain(more.map(|more| format!("and {more} more"))).collect()
}

/// An error of the list, which is a text or an object with a message.
fn reason(error: &RawValue) -> String {
    let json = error.get();
    let text = serde_json::from_str(json).ok().or_else(|| Members::of(json)?.message());
    // The other members are unknown, so they are not shown.
    text.unwrap_or_else(|| "an error without a message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(answer: &str) -> String {
        let error = Error::refusal_in(answer.as_bytes()).unwrap_or_else(|| panic!("{answer}"));
        assert!(error.is_refused(), "{error}");
        error.to_string()
    }

    #[test]
    fn an_error_with_a_code_is_a_refusal_and_404_is_not_found() {
        for answer in
            [r#"{"error":{"code":409,"message":"taken"}}"#, r#"{"code":409,"message":"taken"}"#]
        {
            assert!(refused(answer).contains("taken"), "{answer}");
        }
        let none = br#"{"error":{"code":404,"message":"none"}}"#;
        assert!(Error::refusal_in(none).unwrap().is_not_found());
    }

    #[test]
    fn a_no_is_a_no_however_it_is_said() {
        for (answer, said) in [
            (r#"{"error":"x","error_description":"y"}"#, "y"),
            (r#"{"error":"no such funnel"}"#, "no such funnel"),
            (r#"{"error":true,"message":"taken"}"#, "taken"),
            (r#"{"Error":{"Code":400,"Message":"no"}}"#, "no"),
            (r#"{"error":{"errors":[{"message":"deep"}],"message":"outer"}}"#, "outer"),
            (r#"{"success":"false"}"#, "success: false"),
            (r#"{"success":"False","message":"no"}"#, "no"),
            (r#"{"success":0,"message":"no"}"#, "no"),
            (r#"{"Success":false,"data":null}"#, "said no"),
            (r#"{"ok":false,"error":"not_authed"}"#, "not_authed"),
            (r#"{"status":"error"}"#, "said no"),
            (r#"{"status":"FAILED","message":"quota"}"#, "quota"),
            (r#"{"status":"fail","data":null,"message":"bad"}"#, "bad"),
            (r#"{"result":"error","reason":"x"}"#, "said no"),
            (r#"{"status":422,"title":"Unprocessable","detail":"bad date"}"#, "bad date"),
            (r#"{"statusCode":500,"message":"boom"}"#, "boom"),
            (r#"{"status_code":500,"errorMessage":"bang"}"#, "bang"),
            (r#"{"code":"400","message":"bad"}"#, "bad"),
            (r#"{"errors":{"name":["is required"]}}"#, "1 error"),
            (r#"{"errors":"alone"}"#, "alone"),
            (r#"{"errors":["a"],"data":null}"#, "1 error; a"),
            (r#"{"errors":[{"message":"a"}],"data":{"saved":null}}"#, "1 error; a"),
            (r#"{"error":["a","b"]}"#, "2 errors; a; b"),
            (r#"{"error":"True","message":"taken"}"#, "taken"),
            (r#"{"status":"fail","data":{"name":"is required"}}"#, "said no"),
            (r#"{"status":"error","message":"quota","data":{}}"#, "quota"),
            (r#"{"type":"about:blank","title":"bad","status":400,"instance":"/x"}"#, "bad"),
            (r#"{"title":"bad","status":400,"traceId":"00-1","errors":{"a":["b"]}}"#, "bad"),
            (r#"{"data":{"success":false,"message":"inside"}}"#, "inside"),
            (r#"{"payload":{"success":false,"message":"inside"}}"#, "inside"),
            (r#"{"error":400,"message":"bad"}"#, "bad"),
            (r#"{"error":-1}"#, "said no"),
            (r#"{"errorCode":12,"message":"bad"}"#, "bad"),
            (r#"{"error_code":"QUOTA","error_message":"used up"}"#, "QUOTA; used up"),
            (r#"{"errorMessage":"boom"}"#, "boom"),
            (r#"{"exception":"boom","path":"/x"}"#, "said no"),
            (r#"{"status":false,"message":"taken"}"#, "taken"),
            (r#"{"state":"error"}"#, "said no"),
            (r#"{"result":false}"#, "said no"),
            (r#"{"success":"failed"}"#, "success: false"),
            (r#"{"isSuccess":false}"#, "success: false"),
            (r#"{"succeeded":"no","message":"taken"}"#, "taken"),
            (r#"{"data":null,"errors":[{"message":"a"}],"extensions":{}}"#, "1 error; a"),
            (r#"{"response":{"error":{"code":409,"message":"inside"}}}"#, "inside"),
        ] {
            assert!(refused(answer).contains(said), "{answer}: {}", refused(answer));
        }
    }

    #[test]
    fn other_answers_are_no_refusals() {
        for answer in [
            r#"{"error":"","message":"done"}"#,
            r#"{"error":false}"#,
            r#"{"error":"false","message":"done"}"#,
            r#"{"error":"0"}"#,
            r#"{"error":0,"message":"done"}"#,
            r#"{"errorCode":0,"errorMessage":"OK"}"#,
            r#"{"errorMessage":""}"#,
            r#"{"status":0,"message":"done"}"#,
            r#"{"state":"active"}"#,
            r#"{"result":{"idFunnel":"x"}}"#,
            r#"{"error":[],"status":"ok"}"#,
            r#"{"status":"success","data":{"idFunnel":"x","status":"failed"}}"#,
            r#"{"error":{}}"#,
            r#"{"errors":[],"status":"ok"}"#,
            r#"{"errors":null,"success":true}"#,
            r#"{"status":"success","message":"no error"}"#,
            r#"{"status":200,"message":"OK"}"#,
            r#"{"success":"true"}"#,
            r#"{"idFunnel":"x","status":"error"}"#,
            r#"{"idFunnel":"x","error":"shown on the page","status":"active"}"#,
            // The rows of a list: only a write is refused by one of them.
            r#"[{"idFunnel":"x","status":"failed"}]"#,
            r#"[{"idPostback":"x","success":false,"error":{"message":"no route"}}]"#,
            r#""error""#,
            r#"{"data":{"idFunnel":"x","errors":["y"]}}"#,
            "",
            "null",
            "ok",
            "[]",
            "{}",
            r#"{"code":200,"message":"OK","items":[]}"#,
            r#"{"code":0,"message":"created"}"#,
            r#"{"error":null}"#,
            r#"{"code":"return \"a\"","message":"m"}"#,
            r#"{"success":true,"processed":2,"errors":[]}"#,
            // An object with a member of its own of that name.
            r#"{"idOfIt":"x","errors":["y"]}"#,
        ] {
            assert!(Error::refusal_in(answer.as_bytes()).is_none(), "{answer}");
        }
    }

    #[test]
    fn an_answer_nested_without_end_does_not_exhaust_the_stack() {
        let deep = r#"{"error":"#.repeat(100_000) + "1" + &"}".repeat(100_000);
        assert_eq!(server_message(deep.as_bytes()), None);
        assert!(Error::refusal_in(deep.as_bytes()).is_some_and(|error| error.is_refused()));
        assert!(funnelflux_json::is_deeper_than(&deep, DEEPEST));
    }

    #[test]
    fn a_refusal_names_every_reason() {
        let said = refused(
            r#"{"success":false,"processed":0,"errors":["first",{"code":404,"message":"second"}]}"#,
        );
        assert!(said.contains("2 errors; first; second"), "{said}");
        assert!(refused(r#"{"success":false}"#).contains("success: false"));
        assert!(refused(r#"{"errors":["alone"]}"#).contains("1 error; alone"));
        let said = refused(r#"{"success":false,"error_code":"IN_USE","error_message":"in use"}"#);
        assert!(said.contains("IN_USE") && said.contains("in use"), "{said}");
    }

    #[test]
    fn a_partial_success_is_a_refusal() {
        let said = refused(r#"{"success":true,"processed":2,"errors":[{"message":"no such id"}]}"#);
        assert!(said.contains("took some of it in") && said.contains("no such id"), "{said}");
    }

    #[test]
    fn the_known_shapes_of_error_answers_give_their_message() {
        for (body, message) in [
            (r#"{"error":"x","error_description":"domain taken"}"#, Some("domain taken")),
            (r#"{"error":{"code":400,"message":"bad attribute"}}"#, Some("bad attribute")),
            (r#"{"code":400,"message":"bad filter"}"#, Some("bad filter")),
            (r#"{"error":"nope"}"#, Some("nope")),
            (r#"{"error":{"error":"inner"}}"#, Some("inner")),
            (
                r#"{"errors":[{"message":"no such id"},"second"]}"#,
                Some("2 errors; no such id; second"),
            ),
            (r#"{"errors":{"name":["is required"]}}"#, Some("1 error; an error without a message")),
            (r#"{"errors":[]}"#, None),
            ("<html>502</html>", None),
            ("[1]", None),
        ] {
            assert_eq!(server_message(body.as_bytes()).as_deref(), message, "{body}");
        }
    }
}
