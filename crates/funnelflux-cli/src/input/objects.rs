//! Objects in JSON, NDJSON or YAML.

use funnelflux::model::Document;
use serde_json::value::RawValue;

use super::yaml;

/// The objects of a text. JSON keeps its spelling; everything else is read as YAML.
pub(super) fn parse(text: &str) -> Result<Vec<Document>, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(json) = serde_json::from_str::<&RawValue>(text) {
        return documents(json.get());
    }
    if let Some(lines) = ndjson(text)? {
        return Ok(lines);
    }
    documents(&yaml::to_json(text)?)
}

/// One object per line; `None` if the text is not NDJSON.
fn ndjson(text: &str) -> Result<Option<Vec<Document>>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut objects = Vec::new();
    for (at, line) in lines {
        match Document::parse(line.trim()) {
            Ok(object) => objects.push(object),
            // A text whose first line is no object is not NDJSON.
            Err(_) if objects.is_empty() => return Ok(None),
            Err(_) => {
                return Err(format!(
                    "line {}: expected a JSON object, as on the lines before",
                    at + 1
                ));
            }
        }
    }
    Ok(Some(objects).filter(|objects| !objects.is_empty()))
}

fn documents(json: &str) -> Result<Vec<Document>, String> {
    if !json.starts_with('[') {
        let one = Document::parse(json);
        return Ok(vec![one.map_err(|_| "expected an object or a list of objects".to_owned())?]);
    }
    let items: Vec<&RawValue> =
        serde_json::from_str(json).map_err(|_| "expected a list of objects".to_owned())?;
    let numbered = items.into_iter().enumerate();
    numbered
        .map(|(at, item)| {
            let parsed = Document::parse(item.get());
            parsed.map_err(|_| format!("item {}: expected an object, each member once", at + 1))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_keeps_its_spelling_and_yaml_is_converted() {
        let texts = |text: &str| {
            let objects = parse(text).unwrap();
            objects.iter().map(|object| object.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(r#"[{"a":1.50}, {"b": 1e3}]"#), [r#"{"a":1.50}"#, r#"{"b": 1e3}"#]);
        assert_eq!(texts("- a: x\n- {b: 2}\n"), [r#"{"a":"x"}"#, r#"{"b":2}"#]);
        assert_eq!(texts("a: x"), [r#"{"a":"x"}"#]);
        assert_eq!(texts("{\"a\":1.50}\n\n{\"b\":2}\n"), [r#"{"a":1.50}"#, r#"{"b":2}"#]);
        assert_eq!(texts("{a: 1,\n b: 2}"), [r#"{"a":1,"b":2}"#]);
    }

    #[test]
    fn an_item_that_is_no_object_is_named_by_its_number() {
        assert!(parse("- {a: 1}\n- 7\n").unwrap_err().starts_with("item 2: "));
        assert!(parse("{\"a\":1}\n7\n").unwrap_err().starts_with("line 2: "));
        assert!(parse("just words").unwrap_err().contains("expected an object"));
    }
}
