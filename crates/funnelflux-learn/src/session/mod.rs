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
mod places;
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

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

pub use lessons::Lessons;
pub use scrub::Scrubber;
pub use settled::{Settled, settled};

use crate::error::{Error, Result};
use crate::har::{self, Entry, Extent};
use crate::schemas::SchemaFile;
use call::{Account, Calls, Exchange};
use funnelflux_contract::AssetKind;
use funnelflux_transport::{BaseUrl, Overlay};
use seen::Seen;
use serde_json::Value;
use sight::{At, Day};

/// The hosts of the vendor end so.
const VENDOR: &str = "funnelflux.pro";
const MOST_SERVERS: usize = 16;

/// Recorded calls, before they are matched.
#[derive(Default)]
pub struct Session {
    /// The calls of each server, by its host and port.
    calls: BTreeMap<String, Calls>,
    account: Account,
    hosts: Vec<String>,
    files: Vec<String>,
    ignored: u64,
    objects: Vec<(&'static AssetKind, Seen)>,
    known: Overlay,
    /// The server and the base path of the client.
    base: Option<(String, String)>,
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

    funnelflux_contract::setters! {
        /// Takes what is known of the account before: it helps to tell the kinds of nodes.
        fn under(known: Overlay) => known = known;
    }

    /// Says the base URL of the client that will use the facts. Calls to its server count before those to others. A
    /// word of its path may be a name of the account: such a one is in no fact, and need not be, where the client has
    /// it.
    #[must_use]
    pub fn base_url(mut self, base: &BaseUrl) -> Self {
        self.base =
            Some((server(&format!("{}:{}", base.host(), base.port())), base.prefix().to_owned()));
        self.host(base.host())
    }

    /// Reads a HAR file. Facts call it `name`.
    ///
    /// # Errors
    /// When it is no HAR file. One that is cut off gives what it holds.
    pub fn har(&mut self, name: &str, reader: impl Read) -> Result<Extent> {
        // Of another file of this name the numbers of entries mean others.
        let file = self.files.len();
        self.files.push(name.to_owned());
        har::read(name, reader, &mut |number, entry| {
            let at = At { file, entry: number, day: Day::of(entry.day()) };
            self.ignored += u64::from(!self.take(at, &entry));
        })
    }

    /// Takes an answer that a client of this SDK got, by the names of the server. `entry` names it in facts.
    pub fn answer(&mut self, name: &str, number: u64, method: &str, path: &str, answer: &Value) {
        let at = self.at(name, number);
        let (status, body, answer) = (200, None, Some(answer));
        let server = self.base.as_ref().map(|(server, _)| server.clone()).unwrap_or_default();
        let calls = self.calls.entry(server).or_default();
        calls.add(&Exchange { at, method, path, status, body, answer }, &mut self.account);
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
        self.account.texts.note(&value);
        let mut seen = Seen::default();
        seen.add(&value, at);
        let whole =
            kinds::payload(&seen, &BTreeSet::new()).filter(|payload| payload.within.is_empty());
        let kinds = whole.and_then(|payload| payload.certain());
        let Some(kind) = kinds.and_then(|kinds| kinds.first().copied()) else { return Ok(false) };
        if kind.name == "funnels" {
            self.account.funnels.note(&value, at);
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

    /// Whether what a server shows may be said of the client's: it is the same, was named, or one is a stand-in.
    fn counts(&self, server: &str) -> bool {
        let is_named = self.hosts.iter().any(|named| host(server) == Some(named));
        let is_local = |server: &str| host(server).is_some_and(is_loopback);
        let is_stand_in = |own: &str| is_local(own) || is_local(server);
        is_named || self.base.as_ref().is_none_or(|(own, _)| is_stand_in(own))
    }

    /// Adds the call, if it is one of the API.
    fn take(&mut self, at: At, entry: &Entry) -> bool {
        let Some((server, path)) = api_path(&self.hosts, entry) else { return false };
        let method = entry.method().to_ascii_uppercase();
        if !matches!(&*method, "GET" | "POST" | "PUT" | "PATCH" | "DELETE") {
            return false;
        }
        self.account.without_content += u64::from(entry.lacks_content());
        if entry.is_page() {
            return false;
        }
        let (Some(status), body, answer) = (entry.status(), entry.body(), entry.answer()) else {
            return false;
        };
        self.account.texts.note_text(&server, false);
        // Pages, scripts and images of the app.
        if answer.is_none() && body.is_none() && method == "GET" {
            return false;
        }
        if self.calls.len() >= MOST_SERVERS && !self.calls.contains_key(&server) {
            return false;
        }
        let (body, answer) = (body.as_ref(), answer.as_ref());
        let calls = self.calls.entry(server).or_default();
        calls.add(&Exchange { at, method: &method, path, status, body, answer }, &mut self.account)
    }
}

/// The server, and path and query of the request, if it is to the API.
fn api_path<'e>(hosts: &[String], entry: &'e Entry) -> Option<(String, &'e str)> {
    let (authority, path) = split(entry.url())?;
    let server = server(authority);
    let host = host(&server)?.to_owned();
    let is_vendor = host == VENDOR || host.ends_with(&format!(".{VENDOR}"));
    (is_vendor || is_loopback(&host) || hosts.contains(&host)).then_some((server, path))
}

/// Host and port of a server, without the port of its scheme.
fn server(authority: &str) -> String {
    let all = authority.to_ascii_lowercase();
    let short = all.strip_suffix(":443").or_else(|| all.strip_suffix(":80"));
    short.unwrap_or(&all).to_owned()
}

/// Host with port, and path with query.
fn split(url: &str) -> Option<(&str, &str)> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    let start = rest.find('/').unwrap_or(rest.len());
    Some((rest.get(..start)?, rest.get(start..)?.split('#').next()?))
}

/// The host of a server.
fn host(server: &str) -> Option<&str> {
    match server.strip_prefix('[') {
        Some(address) => address.split(']').next(),
        None => server.split(':').next(),
    }
}

fn is_loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
