use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::DomainInfo;

/// Candidate names of the members of DNS records, in order. Which of them the API uses is *unknown*:
/// the first are common names, the last those of Cloudflare's public API, which serves the domains.
const TYPE: [&str; 3] = ["type", "record_type", "recordType"];
const NAME: [&str; 5] = ["name", "host", "hostname", "record_name", "recordName"];
const VALUE: [&str; 7] =
    ["value", "content", "target", "data", "record_value", "recordValue", "points_to"];
const PAIRS: [(&str, &str, &str); 3] = [
    ("TXT", "txt_name", "txt_value"),
    ("CNAME", "cname", "cname_target"),
    ("CNAME", "cname_name", "cname_target"),
];

/// A DNS record that the user is to add. Grade of its shape: *unknown*.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DnsRecord {
    /// The type, in capitals: `TXT`, `CNAME` …
    pub record_type: String,
    /// The name, unchanged.
    pub name: String,
    /// The value, unchanged.
    pub value: String,
}

impl DnsRecord {
    /// The record as a line of a zone file; `None` for a type that this crate does not know how to
    /// write, and for text that a zone file could take for something else.
    pub fn zone_line(&self) -> Option<String> {
        let name = host(&self.name)?;
        let value = match self.record_type.as_str() {
            "TXT" => text(&self.value)?,
            "CNAME" | "NS" => host(&self.value)?,
            "A" => self.value.parse::<std::net::Ipv4Addr>().ok()?.to_string(),
            "AAAA" => self.value.parse::<std::net::Ipv6Addr>().ok()?.to_string(),
            _ => return None,
        };
        Some(format!("{name} IN {} {value}", self.record_type))
    }
}

/// A full name ends in a dot; `@` and names without a dot are relative to the zone.
fn host(name: &str) -> Option<String> {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "-_.*".contains(letter);
    match name {
        "@" => Some(name.to_owned()),
        "" => None,
        _ if !name.chars().all(fits) => None,
        _ if name.contains('.') && !name.ends_with('.') => Some(format!("{name}.")),
        _ => Some(name.to_owned()),
    }
}

/// Writes a text in quotes, as strings of at most 255 bytes, as DNS requires.
fn text(value: &str) -> Option<String> {
    if !value.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        return None;
    }
    let mut out = String::new();
    for chunk in value.as_bytes().chunks(255) {
        let escaped = String::from_utf8_lossy(chunk).replace('\\', "\\\\").replace('"', "\\\"");
        let space = if out.is_empty() { "" } else { " " };
        let _ = write!(out, "{space}\"{escaped}\"");
    }
    Some(if out.is_empty() { "\"\"".to_owned() } else { out })
}

/// The DNS records that were recognised in an answer; if there are none, its own text is still available.
///
/// ```
/// use funnelflux_model::domains::DomainInfo;
///
/// let domain: DomainInfo = serde_json::from_str(
///     r#"{"domain":"go.example.com","validation_records":[
///         {"type":"cname","name":"go.example.com","value":"edge.example.net"},
///         {"txt_name":"_acme.go.example.com","txt_value":"t0k3n"}]}"#,
/// )?;
/// assert_eq!(
///     domain.dns_records().zone_snippet().as_deref(),
///     Some("go.example.com. IN CNAME edge.example.net.\n_acme.go.example.com. IN TXT \"t0k3n\"\n")
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DnsRecords(pub Vec<DnsRecord>);

impl DnsRecords {
    fn collect(&mut self, value: &Value) {
        match value {
            Value::Array(items) => items.iter().for_each(|item| self.collect(item)),
            Value::Object(members) => {
                let found = records(members).filter(|found| !self.0.contains(found));
                let found: Vec<_> = found.collect();
                self.0.extend(found);
                members.values().for_each(|member| self.collect(member));
            }
            _ => {}
        }
    }

    /// The records as lines of a zone file; `None` if no record can be written as one.
    pub fn zone_snippet(&self) -> Option<String> {
        let lines: Vec<String> = self.0.iter().filter_map(DnsRecord::zone_line).collect();
        (!lines.is_empty()).then(|| lines.join("\n") + "\n")
    }
}

impl DomainInfo {
    /// Finds the DNS records in it, at any depth.
    pub fn dns_records(&self) -> DnsRecords {
        let mut records = DnsRecords::default();
        // Only its texts are read, so the spelling of numbers does not matter.
        if let Ok(value) = serde_json::from_str(self.0.text()) {
            records.collect(&value);
        }
        records
    }
}

fn records(members: &Map<String, Value>) -> impl Iterator<Item = DnsRecord> {
    let any = |names: &[&str]| names.iter().find_map(|name| members.get(*name)?.as_str());
    let record = move |record_type: &str, names: &[&str], values: &[&str]| {
        let (name, value) = (any(names)?.to_owned(), any(values)?.to_owned());
        Some(DnsRecord { record_type: record_type.to_ascii_uppercase(), name, value })
    };
    let whole = any(&TYPE).and_then(|record_type| record(record_type, &NAME, &VALUE));
    let pairs = PAIRS.iter();
    let pairs = pairs.filter_map(move |(kind, name, value)| record(kind, &[*name], &[*value]));
    whole.into_iter().chain(pairs)
}
