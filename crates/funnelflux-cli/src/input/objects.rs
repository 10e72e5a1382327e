//! Objects in JSON, NDJSON or YAML.

use funnelflux::model::Document;
use serde_json::value::RawValue;

use super::shape::Shape;
use super::{DEEPEST, MARK, yaml};

/// The most bytes of one object of NDJSON, as of an answer to a write.
const LONGEST_LINE: usize = 16 << 20;
const MOST_JSON: usize = 64 << 20;
const MOST_YAML: usize = 16 << 20;
/// Each is a request, and all are held: at the default of 20 a second, so many take over an hour.
const MOST_OBJECTS: usize = 100_000;

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
    let (size, most) = (text.len().div_ceil(1 << 20), most >> 20);
    let instead = "larger inputs go as NDJSON, an object a line";
    match size > most {
        true => Err(format!("{size} MiB of {format}; expected at most {most}: {instead}")),
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
            Some(b'}' | b']') if !why.contains(" or ") => "; no comma follows the last one",
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

fn document(json: &RawValue) -> Result<Document, String> {
    let object = Document::from_raw(json.to_owned());
    each_member_once(json)?;
    object.map_err(|_| "expected a JSON object".to_owned())
}

pub(crate) fn each_member_once(json: &RawValue) -> Result<&RawValue, String> {
    match funnelflux_json::repeated(json.get()) {
        Some(name) => Err(format!("the member `{name}` is there twice in one object")),
        None => Ok(json),
    }
}

/// One object per line; `None` if the first line is none.
fn ndjson(text: &str) -> Option<Result<Vec<Document>, String>> {
    let lines = (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty());
    let mut objects = lines.map(|(number, line)| {
        // A file that was appended to another has kept its mark.
        let line = line.trim().trim_start_matches(MARK);
        let object = match line.len() > LONGEST_LINE {
            true => Err(format!("more than {} MiB in one line", LONGEST_LINE >> 20)),
            false => json(line)
                .map_err(|why| why.replacen("(line 1, column", "(column", 1))
                .map_err(|why| format!("expected a JSON object; the line {why}"))
                .and_then(document),
        };
        object.map_err(|why| format!("line {number}: {why}"))
    });
    let first = objects.next()?.ok()?;
    Some(collect(std::iter::once(Ok(first)).chain(objects)))
}

fn documents(json: &RawValue) -> Result<Vec<Document>, String> {
    if !json.get().starts_with('[') {
        return Ok(vec![document(json)?]);
    }
    let items: Vec<&RawValue> = serde_json::from_str(json.get()).map_err(|it| it.to_string())?;
    collect(
        (1..)
            .zip(items)
            .map(|(number, item)| document(item).map_err(|why| format!("item {number}: {why}"))),
    )
}

pub(super) fn collect(
    objects: impl Iterator<Item = Result<Document, String>>,
) -> Result<Vec<Document>, String> {
    let mut all = Vec::new();
    for object in objects {
        if all.len() == MOST_OBJECTS {
            return Err(format!("more than {MOST_OBJECTS} objects; split it into smaller files"));
        }
        all.push(object?);
    }
    Ok(all)
}

pub(super) const NO_OBJECT: &str = "expected an object or a list of objects";
