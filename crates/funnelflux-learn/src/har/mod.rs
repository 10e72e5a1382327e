//! HAR files: what a browser records of a session.
//!
//! A file is read in a stream, whatever its size. Of an entry only method, address, status, time and JSON
//! bodies are read; headers and cookies, which hold tokens, are skipped over.

mod bounded;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::fmt;
use std::io::{BufReader, Read};
use std::rc::Rc;

use base64::Engine as _;
use bounded::{Bounded, CUT};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::error::Category;

use crate::error::{Error, Result};

/// The longest body that is read. A longer one counts as one that was not recorded.
const LARGEST_BODY: usize = 2 << 20;

/// What is read of one exchange. It holds what the account holds: never show it.
#[derive(Deserialize)]
pub struct Entry {
    #[serde(rename = "startedDateTime", default)]
    started: Option<String>,
    request: Request,
    response: Response,
}

#[derive(Deserialize)]
struct Request {
    #[serde(default)]
    method: String,
    #[serde(default)]
    url: String,
    #[serde(rename = "postData", default)]
    body: Option<Content>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(default)]
    status: f64,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    encoding: Option<String>,
    #[serde(default)]
    size: f64,
}

impl Content {
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
        text.starts_with(['{', '[']).then(|| serde_json::from_str(text).ok())?
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
        let status = self.response.status;
        (100.0..600.0).contains(&status).then_some(status as u16)
    }

    /// The body of the request, if it was recorded whole and is an object or a list of JSON.
    pub fn body(&self) -> Option<serde_json::Value> {
        self.request.body.as_ref()?.json()
    }

    /// Whether the answer had a body, and the browser saved the file without it.
    pub fn lacks_content(&self) -> bool {
        let content = self.response.content.as_ref();
        content.is_some_and(|it| it.size > 0.0 && it.text.as_deref().unwrap_or_default().is_empty())
    }

    /// The same of the answer.
    pub fn answer(&self) -> Option<serde_json::Value> {
        self.response.content.as_ref()?.json()
    }
}

/// Never what it holds.
impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry").field("status", &self.status()).finish_non_exhaustive()
    }
}

/// How far a file could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Extent {
    /// The number of entries.
    pub entries: u64,
    /// Where and why it ended before its end, if it did.
    pub ended: Option<String>,
}

/// Calls `each` with every entry and its number, from 1. A file that is cut off gives what it holds.
///
/// # Errors
/// When the text has no `log.entries`. The error shows nothing of the text.
pub fn read(name: &str, reader: impl Read, each: &mut dyn FnMut(u64, Entry)) -> Result<Extent> {
    let mut bounded = Bounded::new(reader, LARGEST_BODY);
    bounded.skip_mark().map_err(|cause| Error::new(format!("{name}: {cause}")))?;
    let position = bounded.position();
    let count = Rc::new(Cell::new(0));
    let mut json =
        serde_json::Deserializer::from_reader(BufReader::with_capacity(1 << 16, bounded));
    let found = Rc::new(Cell::new(false));
    let mut sink = Sink { each, count: Rc::clone(&count), found: Rc::clone(&found) };
    let outcome = At { level: Level::Top, sink: &mut sink }.deserialize(&mut json);
    let entries = count.get();
    match outcome {
        Ok(()) if found.get() => Ok(Extent { entries, ended: None }),
        Ok(()) => Err(Error::new(format!("{name}: is no HAR file: it has no `log.entries`"))),
        Err(cause) if found.get() => {
            let what = if cause.is_eof() { "the file ends" } else { "the file cannot be read" };
            let why = if cause.is_eof() { String::new() } else { format!(": {}", plain(&cause)) };
            let at = position.get();
            let ended = format!("{what} in entry {}, at byte {at}{why}", entries + 1);
            Ok(Extent { entries, ended: Some(ended) })
        }
        Err(cause) => Err(Error::new(format!(
            "{name}: is no HAR file: {} (expected `log.entries`)",
            plain(&cause)
        ))),
    }
}

/// The error without the place, which is that of the shortened text, and without a value, which may be
/// a secret.
fn plain(error: &serde_json::Error) -> &'static str {
    match error.classify() {
        Category::Eof => "it ends early",
        Category::Syntax => "it is not JSON",
        Category::Data => "a member has another type than in a HAR file",
        Category::Io => "it cannot be read",
    }
}

struct Sink<'a> {
    each: &'a mut dyn FnMut(u64, Entry),
    count: Rc<Cell<u64>>,
    found: Rc<Cell<bool>>,
}

/// Where the reader is: at the top, in `log`, or in its `entries`.
#[derive(Clone, Copy)]
enum Level {
    Top,
    Log,
    Entries,
}

struct At<'a, 'b> {
    level: Level,
    sink: &'a mut Sink<'b>,
}

impl<'de> DeserializeSeed<'de> for At<'_, '_> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, json: D) -> std::result::Result<(), D::Error> {
        match self.level {
            Level::Top | Level::Log => json.deserialize_map(self),
            Level::Entries => json.deserialize_seq(self),
        }
    }
}

impl<'de> Visitor<'de> for At<'_, '_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a HAR file")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<(), A::Error> {
        while let Some(name) = map.next_key::<String>()? {
            let below = match (self.level, &*name) {
                (Level::Top, "log") => Level::Log,
                (Level::Log, "entries") => {
                    self.sink.found.set(true);
                    Level::Entries
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            map.next_value_seed(At { level: below, sink: self.sink })?;
        }
        Ok(())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> std::result::Result<(), A::Error> {
        while let Some(entry) = seq.next_element::<Entry>()? {
            let number = self.sink.count.get() + 1;
            self.sink.count.set(number);
            (self.sink.each)(number, entry);
        }
        Ok(())
    }
}
