//! Objects in JSON, NDJSON or YAML.

use funnelflux::model::Document;
use serde_json::value::RawValue;

use super::shape::Shape;
use super::{DEEPEST, yaml};

/// The most bytes of one object of NDJSON, as of an answer to a write.
const LONGEST_LINE: usize = 16 << 20;
const MOST_JSON: usize = 64 << 20;
const MOST_YAML: usize = 16 << 20;

/// The objects of a text. JSON keeps its spelling; in YAML the shape decides how words are read.
pub(super) fn parse(text: &str, shape: Shape) -> Result<Vec<Document>, String> {
    if !begins_like_json(text.trim_start()) {
        fits(text, MOST_YAML, "YAML")?;
        return yaml::objects(text, shape);
    }
    match json(text) {
        Ok(json) => {
            fits(text, MOST_JSON, "JSON")?;
            documents(json)
        }
        Err(why) => ndjson(text).unwrap_or(Err(why)),
    }
}

fn fits(text: &str, most: usize, format: &str) -> Result<(), String> {
    match text.len() > most {
        true => Err(format!(
            "{} MiB of {format}; expected at most {}: larger inputs go as NDJSON, an object a line",
            text.len().div_ceil(1 << 20),
            most >> 20
        )),
        false => Ok(()),
    }
}

/// Whether a text is meant as JSON. In braces without quotes, `{name: …}`, YAML is.
fn begins_like_json(text: &str) -> bool {
    let inner = text.trim_start_matches(|c: char| matches!(c, '{' | '[') || c.is_whitespace());
    let word = inner.trim_start_matches(|c: char| c.is_alphanumeric() || "_.-".contains(c));
    let is_name = word.len() < inner.len() && word.trim_start().starts_with(':');
    (text.starts_with(['{', '[']) && !is_name) || text.starts_with("//") || text.starts_with("/*")
}

/// Checks that a text is one JSON value that is not nested too deep.
pub(crate) fn json(text: &str) -> Result<&RawValue, String> {
    if funnelflux_json::is_deeper_than(text, DEEPEST) {
        return Err(format!("is JSON nested deeper than {DEEPEST} levels"));
    }
    serde_json::from_str(text).map_err(|cause| {
        let line = text.lines().nth(cause.line().saturating_sub(1)).unwrap_or_default();
        let there = line.as_bytes().get(cause.column().saturating_sub(1));
        let why = cause.to_string();
        let why = why.split(" at line ").next().unwrap_or_default();
        let advice = match there {
            _ if cause.is_eof() => "; the text ends too early",
            _ if why == "trailing characters" => {
                "; several objects go in a list, [{…}, {…}], or one a line without commas"
            }
            Some(b'\'') => "; names and texts are in double quotes",
            Some(b'/' | b'#') => "; JSON has no comments",
            Some(b'}' | b']') if !why.contains(" or ") => "; no comma goes behind the last one",
            _ if why.contains(" or ") => {
                "; items are separated by commas, and a quote inside of a text is written \\\""
            }
            _ if why.starts_with("control character") => "; a line break in a text is written \\n",
            _ if why.starts_with("key must") => "; names are in double quotes",
            _ if why.starts_with("expected `:`") => "",
            _ => "; texts are in double quotes, and numbers have no zeros in front",
        };
        format!("is not JSON (line {}, column {}): {why}{advice}", cause.line(), cause.column())
    })
}

fn document(json: &str) -> Result<Document, String> {
    let object = Document::parse(json).map_err(|_| "expected a JSON object".to_owned())?;
    match funnelflux_json::repeated(json) {
        Some(name) => Err(format!("the member `{name}` is there twice in one object")),
        None => Ok(object),
    }
}

/// One object per line; `None` if the first line is none.
fn ndjson(text: &str) -> Option<Result<Vec<Document>, String>> {
    let mut objects = Vec::new();
    for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
        // The mark of a file that was appended to another.
        let line = line.trim().trim_start_matches('\u{feff}');
        let object = match line.len() > LONGEST_LINE {
            true => Err(format!("more than {} MiB in one line", LONGEST_LINE >> 20)),
            false => json(line)
                .map_err(|why| why.replacen("(line 1, column", "(column", 1))
                .map_err(|why| format!("expected a JSON object; the line {why}"))
                .and_then(|json| document(json.get())),
        };
        match object {
            Ok(object) => objects.push(object),
            // A text whose first line is no object is not NDJSON.
            Err(_) if objects.is_empty() => return None,
            Err(why) => return Some(Err(format!("line {number}: {why}"))),
        }
    }
    Some(Ok(objects))
}

fn documents(json: &RawValue) -> Result<Vec<Document>, String> {
    let json = json.get();
    if !json.starts_with('[') {
        return Ok(vec![document(json)?]);
    }
    let items: Vec<&RawValue> = serde_json::from_str(json).map_err(|cause| cause.to_string())?;
    let numbered = (1..).zip(items);
    let named = |(number, item): (usize, &RawValue)| {
        document(item.get()).map_err(|why| format!("item {number}: {why}"))
    };
    numbered.map(named).collect()
}

pub(super) const NO_OBJECT: &str = "expected an object or a list of objects";
