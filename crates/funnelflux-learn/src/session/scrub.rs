//! A recording that can be shown to others: what the API is called stays, what the account holds does not.
//!
//! The file is written anew, entry by entry, with what [`har`](crate::har) reads of one; no other member is
//! copied. In paths, queries and bodies stay the names and values that the contract or the learned facts
//! have. Anything else is replaced by a pseudonym of the same kind, the same for equal texts.

use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher as _, RandomState};
use std::io::{Read, Write};

use funnelflux_contract::Schema;
use funnelflux_transport::{Error, Fact, Says};
use percent_encoding::{NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::{Map, Value, json};

use super::lexicon::of_contract;
use super::refusals::{LACKING, is_in};
use super::words::{are_ids, is_id, is_name, is_word, words};
use super::{Lessons, api_path};
use crate::error::{Error as Fault, Result};
use crate::har::{self, Entry, Extent};

/// The host of every call of the API.
const HOST: &str = "https://api.funnelflux.pro";

/// What stands for a request that is none of the API.
const OTHER: &str = "https://other.invalid/";

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD"];

/// The replacements of one session: equal texts of all its files get equal pseudonyms.
pub struct Scrubber {
    hosts: Vec<String>,
    server: String,
    names: BTreeSet<String>,
    values: BTreeSet<String>,
    segments: BTreeSet<String>,
    /// The members of nodes and connections whose numbers stay: positions and weights.
    numbers: BTreeSet<String>,
    /// The numbers that all nodes of a kind share, by member.
    defaults: BTreeMap<String, BTreeSet<String>>,
    /// The lists of nodes and connections.
    graphs: BTreeSet<String>,
    /// The members that are needed because a refusal names them: its words stay in texts.
    needed: BTreeSet<String>,
    keys: [RandomState; 2],
}

impl Scrubber {
    pub(super) fn new(hosts: &[String], lessons: &Lessons) -> Self {
        let mut scrubber = Self {
            hosts: hosts.to_vec(),
            server: lessons.server.clone(),
            names: BTreeSet::new(),
            values: BTreeSet::new(),
            segments: BTreeSet::new(),
            numbers: ["posX", "posY"].map(str::to_owned).into(),
            defaults: BTreeMap::new(),
            graphs: ["nodes", "connections"].map(str::to_owned).into(),
            needed: BTreeSet::new(),
            keys: [RandomState::new(), RandomState::new()],
        };
        scrubber.keep_contract();
        lessons
            .facts
            .facts()
            .chain(lessons.facts.likely())
            .for_each(|fact| scrubber.keep_fact(fact));
        for fact in lessons.facts.facts() {
            if let Says::Member { ours, theirs } = fact.says()
                && scrubber.needed.contains(ours)
            {
                scrubber.needed.insert(theirs.clone());
            }
        }
        scrubber
    }

    fn keep_contract(&mut self) {
        let own = || of_contract().iter().map(|name| (*name).to_owned());
        self.names.extend(own());
        self.segments.extend(own());
        for schema in Schema::all() {
            self.values.extend(schema.values.iter().map(|value| value.value.to_owned()));
        }
    }

    fn keep_path(&mut self, path: &str) {
        let names = path.split(['/', '?', '=', '&']);
        let names = names.filter(|part| !part.is_empty() && !part.starts_with('{'));
        self.segments.extend(names.map(str::to_owned));
    }

    fn keep_fact(&mut self, fact: &Fact) {
        let mut keep = |text: &str| {
            let parts = text.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-'));
            self.names.extend(parts.filter(|part| is_name(part)).map(str::to_owned));
        };
        match fact.says() {
            Says::BasePath(path) | Says::Path(path) => self.keep_path(path),
            Says::Query { theirs, .. } => keep(theirs),
            Says::Member { ours, theirs } => {
                keep(theirs);
                let own = ours.rsplit('.').next().unwrap_or_default();
                for words in [&mut self.numbers, &mut self.graphs] {
                    if words.contains(own) {
                        words.insert(theirs.clone());
                    }
                }
            }
            Says::AnswerIn(within) | Says::BodyIn(within) => keep(within),
            Says::Required(member) => {
                keep(member);
                self.needed.insert(member.clone());
            }
            Says::Value { theirs, .. } => {
                self.values.insert(theirs.clone());
            }
            Says::Note { text, .. } => keep(text),
            Says::Node { kind, part, is } => self.keep_word(kind, part, is),
            _ => {}
        }
    }

    fn keep_word(&mut self, kind: &str, part: &str, is: &str) {
        match part.split_once('.') {
            Some((_, member)) => {
                self.names.insert(member.to_owned());
                if is.parse::<f64>().is_ok() {
                    let same = self.defaults.entry(member.to_owned()).or_default();
                    same.insert(is.to_owned());
                }
            }
            None if part == "type" => _ = self.values.insert(is.to_owned()),
            None => _ = self.names.insert(is.to_owned()),
        }
        if part == "trigger" && matches!(kind, "root" | "rotator") {
            self.numbers.insert(is.to_owned());
        }
    }

    /// The creator that the copies name at their beginning.
    pub const CREATOR: &str = "ffx learn --scrub";

    /// Copies a HAR file without what the account holds. The copy of a file that is cut off is whole.
    ///
    /// # Errors
    /// When it is no HAR file, or the copy cannot be written. Nothing of the file is shown.
    pub fn har(&self, name: &str, reader: impl Read, mut writer: impl Write) -> Result<Extent> {
        let head = json!({"name": Self::CREATOR, "version": env!("CARGO_PKG_VERSION")});
        let mut written =
            write!(writer, "{{\"log\":{{\"version\":\"1.2\",\"creator\":{head},\"entries\":[");
        let mut count = 0;
        let extent = har::read(name, reader, &mut |number, entry| {
            // One that cannot be read keeps its place, so that numbers mean the same in both files.
            while written.is_ok() && count < number {
                count += 1;
                let entry = if count == number { &entry } else { &Entry::default() };
                let comma = if count > 1 { "," } else { "" };
                written = write!(writer, "{comma}\n{}", self.entry(entry));
            }
        })?;
        let written =
            written.and_then(|()| writeln!(writer, "\n]}}}}")).and_then(|()| writer.flush());
        written.map_err(|cause| Fault::new(format!("the copy cannot be written: {cause}")))?;
        Ok(extent)
    }

    fn entry(&self, entry: &Entry) -> Value {
        let method = entry.method().to_ascii_uppercase();
        let method = METHODS.iter().find(|known| **known == method).copied();
        let is_own = |(server, _): &(String, &str)| {
            *server == self.server && method.is_some() && !entry.is_page()
        };
        let path = api_path(&self.hosts, entry).filter(is_own).map(|(_, path)| path);
        let url =
            path.map_or_else(|| OTHER.to_owned(), |path| format!("{HOST}{}", self.path(path)));
        let json_of = |body: Option<Value>| {
            body.filter(|_| path.is_some()).map(|it| self.json(&it, false).to_string())
        };
        let mut request = json!({
            "method": method.unwrap_or("GET"), "url": url, "httpVersion": "HTTP/1.1", "cookies": [],
            "headers": [], "queryString": [], "headersSize": -1, "bodySize": -1,
        });
        if let (Some(text), Some(request)) = (json_of(entry.body()), request.as_object_mut()) {
            let body = json!({"mimeType": "application/json", "text": text});
            request.insert("postData".to_owned(), body);
        }
        let mut content = json!({"size": 0, "mimeType": "application/json"});
        if let (Some(text), Some(content)) = (json_of(entry.answer()), content.as_object_mut()) {
            content.insert("size".to_owned(), text.len().into());
            content.insert("text".to_owned(), text.into());
        }
        json!({
            "startedDateTime": format!("{}T00:00:00.000Z", entry.day().unwrap_or("1970-01-01")),
            "time": 0,
            "request": request,
            "response": {
                "status": entry.status().unwrap_or(0), "statusText": "", "httpVersion": "HTTP/1.1",
                "cookies": [], "headers": [], "content": content, "redirectURL": "",
                "headersSize": -1, "bodySize": -1,
            },
            "cache": {},
            "timings": {"send": 0, "wait": 0, "receive": 0},
        })
    }

    fn path(&self, path: &str) -> String {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        let mut scrubbed = String::new();
        for part in path.split('/').filter(|part| !part.is_empty()) {
            let part = percent_decode_str(part).decode_utf8_lossy();
            let kept = self.segments.contains(&*part);
            let other = if kept { part.into_owned() } else { self.segment(&part) };
            scrubbed.push('/');
            scrubbed.push_str(&encoded(&other));
        }
        scrubbed.push_str(if path.ends_with('/') { "/" } else { "" });
        for (number, (name, value)) in super::call::pairs(query).enumerate() {
            scrubbed.push(if number == 0 { '?' } else { '&' });
            scrubbed.push_str(&encoded(&self.name(&name)));
            scrubbed.push('=');
            scrubbed.push_str(&encoded(&self.text(&value)));
        }
        scrubbed
    }

    /// The copy of a value; `is_graph` where it is within nodes or connections.
    fn json(&self, json: &Value, is_graph: bool) -> Value {
        match json {
            Value::Object(members) => {
                let members = members.iter();
                let members = members.map(|(name, value)| {
                    let of_all = self.defaults.get(name);
                    let is_default = || of_all.is_some_and(|all| all.contains(&value.to_string()));
                    let is_code = || is_status(name) && matches!(value.as_u64(), Some(400..600));
                    let is_of_graph = || is_graph && (self.numbers.contains(name) || is_default());
                    let stays = value.is_number() && (is_code() || is_of_graph());
                    let is_graph = is_graph || (value.is_array() && self.graphs.contains(name));
                    let copy = if stays { value.clone() } else { self.json(value, is_graph) };
                    (self.name(name), copy)
                });
                Value::Object(members.collect::<Map<_, _>>())
            }
            Value::Array(items) => items.iter().map(|item| self.json(item, is_graph)).collect(),
            Value::String(text) => Value::String(self.text(text)),
            // Zero says no, and nothing else.
            Value::Number(number) if number.as_u64() == Some(0) => json.clone(),
            // Whether it has a fraction is of the API; which number it is, is not.
            Value::Number(number) if number.is_f64() => json!(1.5),
            Value::Number(_) => json!(1),
            Value::Bool(_) | Value::Null => json.clone(),
        }
    }

    fn name(&self, name: &str) -> String {
        match () {
            () if self.names.contains(name) || name.is_empty() => name.to_owned(),
            () if is_id(name) => self.id(name),
            () if is_name(name) => format!("x{}", self.letters(name)),
            () => format!("x.{}", self.letters(name)),
        }
    }

    fn segment(&self, part: &str) -> String {
        if is_id(part) { self.id(part) } else { format!("x{}", self.letters(part)) }
    }

    fn text(&self, text: &str) -> String {
        match () {
            () if text.is_empty() || self.values.contains(text) => text.to_owned(),
            // How an answer says no is of the API, too.
            () if self.needed.contains(text) || says_no(text) => text.to_owned(),
            () if is_id(text) => self.id(text),
            () if are_ids(text) => {
                let ids: Vec<String> = text.split(',').map(|id| self.id(id.trim())).collect();
                ids.join(",")
            }
            () if is_word(text) => format!("x{}", self.letters(text)),
            () => {
                let parts = text.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
                let is_needed = |part: &&str| self.needed.contains(*part);
                let is_kept = |part: &&str| is_needed(part) || is_in(LACKING, part);
                match parts.clone().any(|part| is_needed(&part)) {
                    true => parts.filter(is_kept).collect::<Vec<_>>().join(" "),
                    // No word that two texts would share.
                    false => format!(". {}", self.letters(text)),
                }
            }
        }
    }

    /// An id of the same form.
    fn id(&self, id: &str) -> String {
        let digits =
            |hash: u64| format!("{:015}", 100_000_000_000_000 + hash % 899_999_999_999_999);
        let [one, other] = self.hashes(id);
        match id.len() {
            // Of digits alone, whatever its length: a short one could be an amount.
            _ if id.bytes().all(|byte| byte.is_ascii_digit()) => digits(one),
            12 => format!("2{}", in_letters(one, 11)),
            36 => {
                let [a, b, c] = [one >> 32, one >> 16 & 0xffff, one & 0xffff];
                format!(
                    "{a:08x}-{b:04x}-4{:03x}-8{:03x}-{:012x}",
                    c & 0xfff,
                    other >> 52,
                    other & 0xffff_ffff_ffff
                )
            }
            16 => format!("1{one:015x}").chars().take(16).collect(),
            _ => format!("1{one:016x}{other:016x}").chars().take(id.len()).collect(),
        }
    }

    fn letters(&self, text: &str) -> String {
        let [one, other] = self.hashes(text);
        let letter = |hash: u64, place: u32| {
            let index = (hash >> (4 * place)) & 0xf;
            char::from(b'a' + u8::try_from(index).unwrap_or_default())
        };
        (0..10)
            .map(|place| letter(one, place))
            .chain((0..6).map(|place| letter(other, place)))
            .collect()
    }

    /// By keys that no one knows: a guessed text cannot be tried out.
    fn hashes(&self, text: &str) -> [u64; 2] {
        self.keys.each_ref().map(|key| key.hash_one(text))
    }
}

funnelflux_contract::formats! {
    Debug for Scrubber, |_it, f| f.debug_struct("Scrubber").finish_non_exhaustive()
}

/// Whether a member may hold the status of a call within its answer.
fn is_status(name: &str) -> bool {
    matches!(&*words(name).concat(), "code" | "status" | "statuscode" | "errorcode")
}

fn says_no(text: &str) -> bool {
    let answer = json!({"status": text}).to_string();
    // A number may be an amount.
    let is_refusal = || is_word(text) && Error::refusal_in(answer.as_bytes()).is_some();
    ["false", "no"].contains(&text) || is_refusal()
}

fn encoded(text: &str) -> String {
    const PLAIN: &percent_encoding::AsciiSet =
        &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b',');
    utf8_percent_encode(text, PLAIN).to_string()
}

fn in_letters(mut hash: u64, length: usize) -> String {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut text = String::new();
    for _ in 0..length {
        let digit = usize::try_from(hash % 62).ok().and_then(|index| DIGITS.get(index));
        text.push(digit.map_or('0', |byte| char::from(*byte)));
        hash /= 62;
    }
    text
}
