//! HAR files: what a browser records of a session.
//!
//! A file is read in a stream, whatever its size. Of an entry only method, address, status, time and JSON
//! bodies are read; headers and cookies, which hold tokens, are skipped over.

mod scan;
#[cfg(test)]
mod tests;

use std::io::Read;

use base64::Engine as _;
use scan::{CUT, Copy, Scanner, Stop, mended};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::error::{Error, Result};

/// The longest body that is read. A longer one counts as one that was not recorded.
const LARGEST_BODY: usize = 2 << 20;
/// More than two such bodies and what is around them.
const LARGEST_ENTRY: usize = 8 << 20;
const MOST_TOLD: usize = 20;

/// What is read of one exchange. It holds what the account holds: never show it.
#[derive(Default, Deserialize)]
pub struct Entry {
    #[serde(rename = "startedDateTime")]
    started: Option<String>,
    request: Request,
    response: Response,
}

#[derive(Default, Deserialize)]
struct Request {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(rename = "postData")]
    body: Option<Content>,
}

#[derive(Default, Deserialize)]
struct Response {
    status: Option<f64>,
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    text: Option<String>,
    encoding: Option<String>,
    size: Option<f64>,
    #[serde(rename = "mimeType")]
    mime: Option<String>,
}

impl Content {
    fn has_text(&self) -> bool {
        self.text.as_deref().is_some_and(|text| !text.is_empty())
    }

    fn is_of(&self, kind: &str) -> bool {
        self.mime.as_deref().is_some_and(|mime| mime.to_ascii_lowercase().contains(kind))
    }

    /// An object or a list, if the body is whole and one of the two.
    fn json(&self) -> Option<serde_json::Value> {
        let text = self.text.as_deref().filter(|text| !text.ends_with(CUT))?;
        let is_coded = self.encoding.as_deref().is_some_and(|it| it.eq_ignore_ascii_case("base64"));
        let decoded = match is_coded {
            true => {
                let plain: String = text.split_ascii_whitespace().collect();
                let bytes = base64::engine::general_purpose::STANDARD.decode(plain).ok()?;
                Some(String::from_utf8(bytes).ok()?)
            }
            false => None,
        };
        let text = decoded.as_deref().unwrap_or(text).trim_start_matches('\u{feff}').trim_start();
        // Parsing a page of HTML would be for nothing.
        text.starts_with(['{', '[']).then(|| parsed(text))?
    }
}

impl Entry {
    /// The method.
    pub fn method(&self) -> &str {
        &self.request.method
    }

    /// The whole address.
    pub fn url(&self) -> &str {
        &self.request.url
    }

    /// The day of the request, such as `2026-11-27`, if the file says it.
    pub fn day(&self) -> Option<&str> {
        let day = self.started.as_deref()?.get(..10)?;
        day.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-').then_some(day)
    }

    /// The status; `None` where the browser had no answer.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is in range")]
    pub fn status(&self) -> Option<u16> {
        let status = self.response.status?;
        (100.0..600.0).contains(&status).then_some(status as u16)
    }

    /// The body of the request, if it was recorded whole and is an object or a list of JSON.
    pub fn body(&self) -> Option<serde_json::Value> {
        self.request.body.as_ref()?.json()
    }

    /// The same of the answer.
    pub fn answer(&self) -> Option<serde_json::Value> {
        self.response.content.as_ref()?.json()
    }

    /// Whether the answer was JSON, and the browser saved the file without it.
    pub fn lacks_content(&self) -> bool {
        let is_such = |it: &Content| it.size > Some(0.0) && !it.has_text() && it.is_of("json");
        self.response.content.as_ref().is_some_and(is_such)
    }

    /// Whether the call was answered with a web page, as if it went well: that proves nothing.
    pub fn is_page(&self) -> bool {
        let has_body = |it: &Content| it.size > Some(0.0) || it.has_text();
        let content = self.response.content.as_ref();
        matches!(self.status(), Some(200..300))
            && content.is_some_and(|it| it.is_of("html") && has_body(it))
            && self.answer().is_none()
    }
}

funnelflux_contract::shows! {
    /// Never what it holds.
    Entry, |it| status: it.status()
}

/// How far a file could be read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// The number of entries.
    pub entries: u64,
    /// Where and why it ended before its end, if it did.
    pub ended: Option<String>,
    /// The number of entries that could not be read, such as one without a request.
    pub skipped: u64,
    /// The numbers of the first of them.
    pub first_skipped: Vec<u64>,
}

impl Extent {
    fn skip(&mut self, number: u64) {
        self.skipped += 1;
        if self.first_skipped.len() < MOST_TOLD {
            self.first_skipped.push(number);
        }
    }

    /// Says which entries could not be read, if any.
    pub fn left_out(&self) -> Option<String> {
        let numbers: Vec<String> = self.first_skipped.iter().map(u64::to_string).collect();
        let more = if self.skipped > MOST_TOLD as u64 { ", …" } else { "" };
        let (count, numbers) = (self.skipped, numbers.join(", "));
        (count > 0).then(|| format!("entries that cannot be read: {count} ({numbers}{more})"))
    }
}

/// Calls `each` with every entry and its number, from 1. A file that is cut off gives what it holds, and an
/// entry that cannot be read is left out.
///
/// # Errors
/// When the text has no `log.entries`. The error shows nothing of the text.
pub fn read(name: &str, reader: impl Read, each: &mut dyn FnMut(u64, Entry)) -> Result<Extent> {
    let mut scanner = Scanner::new(reader);
    let why = match scanner.open_entries() {
        Ok(true) => None,
        Ok(false) => Some("it has no `log.entries`".to_owned()),
        Err(stop) => Some(format!("{} (expected `log.entries`)", told(&stop))),
    };
    if let Some(why) = why {
        return Err(Error::new(format!("{name}: is no HAR file: {why}")));
    }
    let mut extent = Extent::default();
    let mut copy = Copy::new(LARGEST_BODY, LARGEST_ENTRY);
    loop {
        let number = extent.entries + 1;
        match scanner.next_entry(&mut copy) {
            Ok(false) => return Ok(extent),
            Ok(true) => extent.entries = number,
            Err(stop) => {
                let (why, at) = (told(&stop), scanner.position);
                extent.ended = Some(format!("{why} in entry {number}, at byte {at}"));
                return Ok(extent);
            }
        }
        let text = String::from_utf8_lossy(&copy.bytes);
        match copy.is_whole.then(|| parsed(&text)).flatten() {
            Some(entry) => each(number, entry),
            None => extent.skip(number),
        }
    }
}

fn told(stop: &Stop) -> String {
    match stop {
        Stop::End => "the file ends".to_owned(),
        Stop::NoJson => "the file is not JSON".to_owned(),
        Stop::Failed(cause) => format!("the file cannot be read ({cause})"),
    }
}

/// Reads JSON, also where a half of a pair of surrogates stands alone: browsers write such texts.
fn parsed<T: DeserializeOwned>(json: &str) -> Option<T> {
    serde_json::from_str(json).or_else(|_| serde_json::from_str(&mended(json))).ok()
}
