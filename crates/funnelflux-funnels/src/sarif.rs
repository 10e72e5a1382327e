//! Reports as SARIF 2.1.0, which code hosts and editors read.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use crate::{Finding, Report, Rule};

/// One checked funnel, for [`sarif`].
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct CheckedFunnel<'a> {
    /// Where the funnel is from: a path or an address. A path is escaped, as SARIF takes references only.
    pub uri: &'a str,
    /// Its name.
    pub name: &'a str,
    /// What was found.
    pub report: &'a Report,
    /// The text of the file, to name lines; empty if there is none.
    pub text: &'a str,
}

impl<'a> CheckedFunnel<'a> {
    /// A funnel without a file.
    pub fn new(uri: &'a str, name: &'a str, report: &'a Report) -> Self {
        Self { uri, name, report, text: "" }
    }

    funnelflux_contract::setters! {
        /// Adds the text of the file, which is the JSON of the funnel: findings then have lines.
        fn with_text(text: &'a str) => text = text;
    }
}

/// The page that explains the codes.
const HELP: &str = "https://docs.rs/funnelflux-funnels/latest/funnelflux_funnels/";

/// Writes reports as one SARIF 2.1.0 log.
///
/// ```
/// use funnelflux_funnels::{Account, CheckedFunnel, FunnelExt, sarif};
///
/// let report = funnelflux_model::ledger::Funnel::default().check(&Account::offline());
/// let log = sarif(&[CheckedFunnel::new("funnel.json", "Shoes", &report)]);
/// assert!(log.contains("\"FF001\""));
/// ```
pub fn sarif(checked: &[CheckedFunnel<'_>]) -> String {
    let rules: Vec<Value> = Rule::all().iter().map(|rule| rule_of(rule)).collect();
    let results: Vec<Value> = checked
        .iter()
        .flat_map(|one| one.report.findings.iter().map(move |finding| result(one, finding)))
        .collect();
    let driver = json!({
        "name": "ffx", "version": env!("CARGO_PKG_VERSION"), "informationUri": HELP, "rules": rules
    });
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{ "tool": { "driver": driver }, "results": results }]
    });
    format!("{log:#}")
}

fn rule_of(rule: &Rule) -> Value {
    json!({
        "id": rule.code,
        "shortDescription": { "text": rule.title },
        "help": { "text": rule.mend },
        "defaultConfiguration": { "level": rule.severity.as_str() }
    })
}

fn result(checked: &CheckedFunnel<'_>, finding: &Finding) -> Value {
    let index = Rule::all().iter().position(|rule| rule.code == finding.rule.code);
    let mut physical = json!({ "artifactLocation": { "uri": reference(checked.uri) } });
    if let (Some(line), Some(physical)) =
        (line(checked.text, &finding.place), physical.as_object_mut())
    {
        physical.insert("region".to_owned(), json!({ "startLine": line }));
    }
    json!({
        "ruleId": finding.rule.code,
        "ruleIndex": index,
        "level": finding.severity().as_str(),
        "message": { "text": format!("{}: {}; {}", checked.name, finding.message, finding.rule.mend) },
        "locations": [{
            "physicalLocation": physical,
            "logicalLocations": [{ "fullyQualifiedName": finding.place }]
        }]
    })
}

/// What a path keeps as it is.
const PATH: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// An address as it is, and a path with every byte escaped that a reference cannot have.
fn reference(uri: &str) -> Cow<'_, str> {
    if uri.contains("://") {
        return uri.into();
    }
    let path = if cfg!(windows) { uri.replace('\\', "/").into() } else { Cow::Borrowed(uri) };
    utf8_percent_encode(&path, PATH).to_string().into()
}

/// The line of a place in the JSON of a funnel; of a member that is absent, that of what should have it.
fn line(text: &str, place: &str) -> Option<usize> {
    if !text.trim_start().starts_with('{') {
        return None;
    }
    let start = text.len() - text.trim_start().len();
    let parts = place.replace('[', ".").replace(']', "");
    let parts: Vec<&str> = parts.split('.').filter(|part| !part.is_empty()).collect();
    let whole = start..text.len();
    let found = (0..=parts.len()).rev().find_map(|count| {
        funnelflux_json::find(text, whole.clone(), parts.get(..count).unwrap_or_default())
    });
    let at = found.map_or(start, |span| span.start);
    Some(text.get(..at)?.matches('\n').count() + 1)
}
