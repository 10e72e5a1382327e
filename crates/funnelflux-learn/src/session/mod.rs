//! What recorded sessions and schema files show of the API.
//!
//! [`Session`] takes the files one after the other. [`Session::lessons`] matches what was seen to the
//! operations of the contract: a match is certain, likely or none, and facts come from certain ones only.
//! A session holds what the account holds; lessons hold names of the API, counts, and places in files.

mod call;
#[cfg(test)]
mod canary;
mod documents;
mod draft;
mod funnels;
mod kinds;
mod known;
mod lessons;
mod lexicon;
mod members;
mod pair;
mod params;
mod prefix;
mod refusals;
mod scrub;
mod seen;
mod settled;
mod sight;
#[cfg(test)]
mod tests;
mod traits;
mod values;
mod words;

use std::io::Read;

pub use lessons::{Lessons, Maybe};
pub use scrub::Scrubber;
pub use settled::{Settled, settled};

use crate::error::{Error, Result};
use crate::har::{self, Entry, Extent};
use crate::schemas::SchemaFile;
use call::{Calls, Exchange};
use funnelflux_contract::AssetKind;
use funnelflux_transport::Overlay;
use seen::Seen;
use serde_json::Value;
use sight::{At, Day};

/// The hosts of the vendor end so.
const VENDOR: &str = "funnelflux.pro";

/// Recorded calls, before they are matched.
#[derive(Default)]
pub struct Session {
    calls: Calls,
    hosts: Vec<String>,
    files: Vec<String>,
    ignored: u64,
    objects: Vec<(&'static AssetKind, Seen)>,
    known: Overlay,
    base: Option<String>,
    documents: Vec<SchemaFile>,
}

impl Session {
    /// Begins without a call. Of the recorded hosts, those of the vendor and loopback addresses count.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts another host.
    #[must_use]
    pub fn host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into().to_ascii_lowercase());
        self
    }

    /// Takes what is known of the account before: it helps to tell the kinds of nodes.
    #[must_use]
    pub fn under(mut self, known: Overlay) -> Self {
        self.known = known;
        self
    }

    /// Says the base path of the client that will use the facts. A word of it may be a name of the account:
    /// such a one is in no fact, and need not be, where the client has it.
    #[must_use]
    pub fn base_path(mut self, path: impl Into<String>) -> Self {
        self.base = Some(path.into());
        self
    }

    /// Reads a HAR file. Facts call it `name`.
    ///
    /// # Errors
    /// When it is no HAR file. One that is cut off gives what it holds.
    pub fn har(&mut self, name: &str, reader: impl Read) -> Result<Extent> {
        // Of another file of this name the numbers of entries mean others.
        let file = self.files.len();
        self.files.push(name.to_owned());
        let mut own = std::mem::take(&mut self.calls);
        let mut ignored = 0;
        let hosts = &self.hosts;
        let extent = har::read(name, reader, &mut |number, entry| {
            if !take(&mut own, hosts, At { file, entry: number, day: Day::of(entry.day()) }, &entry)
            {
                ignored += 1;
            }
        });
        self.calls = own;
        self.ignored += ignored;
        extent
    }

    /// Takes an answer that a client of this SDK got, by the names of the server. `entry` names it in facts.
    pub fn answer(&mut self, name: &str, number: u64, method: &str, path: &str, answer: &Value) {
        let at = self.at(name, number);
        self.calls.add(&Exchange {
            at,
            method,
            path,
            status: 200,
            body: None,
            answer: Some(answer),
        });
    }

    /// Takes the JSON of an object, or of a list of objects, as `ffx` prints them. Our names and values in it prove
    /// nothing, since `ffx` puts them in place of those that its profile knows; others can only be the account's.
    /// Returns whether it is clear which kind of asset they are.
    ///
    /// # Errors
    /// When the text is no JSON.
    pub fn objects(&mut self, name: &str, text: &str) -> Result<bool> {
        let value: Value =
            serde_json::from_str(text).map_err(|_| Error::new(format!("{name}: is no JSON")))?;
        let at = self.at(name, 1);
        self.calls.texts.note(&value);
        let mut seen = Seen::default();
        seen.add(&value, at);
        let whole = kinds::payload(&seen).filter(|payload| payload.within.is_empty());
        let kinds = whole.and_then(|payload| payload.certain());
        let Some(kind) = kinds.and_then(|kinds| kinds.first().copied()) else { return Ok(false) };
        if kind.name == "funnels" {
            self.calls.funnels.note(&value, at);
        }
        self.objects.push((kind, seen));
        Ok(true)
    }

    /// Takes a schema file of the vendor. Files that refer to each other find each other by their names. Where
    /// a recording shows something else than a schema file says, the recording counts.
    pub fn document(&mut self, file: SchemaFile) {
        self.documents.push(file);
    }

    fn at(&mut self, name: &str, entry: u64) -> At {
        let known = self.files.iter().position(|known| known == name);
        let file = known.unwrap_or(self.files.len());
        if known.is_none() {
            self.files.push(name.to_owned());
        }
        At { file, entry, day: Day::default() }
    }

    /// Makes copies of the files for others. What was learned of them all stays readable in each.
    pub fn scrubber(&self) -> Scrubber {
        Scrubber::new(&self.hosts, &self.lessons())
    }

    /// Matches the calls to the operations of the contract.
    pub fn lessons(&self) -> Lessons {
        lessons::draw(self)
    }
}

/// Adds the call, if it is one of the API.
fn take(calls: &mut Calls, hosts: &[String], at: At, entry: &Entry) -> bool {
    let Some(path) = api_path(hosts, entry) else { return false };
    let method = entry.method().to_ascii_uppercase();
    if !matches!(&*method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
        return false;
    }
    calls.without_content += u64::from(entry.lacks_content());
    if entry.is_page() {
        return false;
    }
    let (Some(status), body, answer) = (entry.status(), entry.body(), entry.answer()) else {
        return false;
    };
    if let Some((host, _)) = split(entry.url()) {
        calls.texts.note_text(host, false);
    }
    // Pages, scripts and images of the app.
    if answer.is_none() && body.is_none() && method == "GET" {
        return false;
    }
    let (body, answer) = (body.as_ref(), answer.as_ref());
    calls.add(&Exchange { at, method: &method, path, status, body, answer })
}

/// Path and query of the request, if it is to the API.
fn api_path<'e>(hosts: &[String], entry: &'e Entry) -> Option<&'e str> {
    let (host, path) = split(entry.url())?;
    let host = host.to_ascii_lowercase();
    let is_vendor = host == VENDOR || host.ends_with(&format!(".{VENDOR}"));
    (is_vendor || is_loopback(&host) || hosts.contains(&host)).then_some(path)
}

/// Host without port, and path with query.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let start = rest.find('/').unwrap_or(rest.len());
    let (authority, path) = (rest.get(..start)?, rest.get(start..)?);
    let host = match authority.strip_prefix('[') {
        Some(address) => address.split(']').next()?,
        None => authority.split(':').next()?,
    };
    Some((host, path.split('#').next()?))
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
