//! `-f FILE`: objects to make or to change.

use std::fs::{File, TryLockError};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use funnelflux::model::Document;
use serde_json::value::RawValue;

use super::yaml;
use crate::failure::Failure;

/// The objects of a file.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) objects: Vec<Document>,
    /// None for stdin, and for what is no regular file.
    pub(super) path: Option<PathBuf>,
    /// Locked while it lives, so that two runs cannot make the same objects.
    _file: Option<File>,
}

impl Items {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let mut text = String::new();
        let unreadable = |cause| Failure::unreadable(path, &cause);
        let file = if path == Path::new("-") {
            std::io::stdin().read_to_string(&mut text).map_err(unreadable)?;
            None
        } else {
            let mut file = File::open(path).map_err(unreadable)?;
            // Where locks are not to be had, one goes without.
            if let Err(TryLockError::WouldBlock) = file.try_lock() {
                return Err(Failure::failed(format!(
                    "another ffx is at work on {}",
                    path.display()
                )));
            }
            file.read_to_string(&mut text).map_err(unreadable)?;
            Some(file)
        };
        let objects = objects(&text)
            .map_err(|why| Failure::usage(format!("-f {}: {why}", path.display())))?;
        if objects.is_empty() {
            return Err(Failure::usage(format!("-f {}: it holds no objects", path.display())));
        }
        // Beside a pipe, such as /dev/fd/63, nothing can be written down.
        let is_file = file.as_ref().is_some_and(|file| file.metadata().is_ok_and(|m| m.is_file()));
        Ok(Self { objects, path: is_file.then(|| path.to_owned()), _file: file })
    }
}

/// JSON is taken as it is spelled, anything else is YAML.
fn objects(text: &str) -> Result<Vec<Document>, String> {
    let text = text.trim_start_matches('\u{feff}').trim();
    if let Ok(json) = serde_json::from_str::<&RawValue>(text) {
        return documents(json.get());
    }
    if let Some(lines) = ndjson(text)? {
        return Ok(lines);
    }
    documents(&yaml::to_json(text)?)
}

/// Objects, one a line; none if the text is something else.
fn ndjson(text: &str) -> Result<Option<Vec<Document>>, String> {
    let lines = text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty());
    let mut objects = Vec::new();
    for (at, line) in lines {
        match Document::parse(line.trim()) {
            Ok(object) => objects.push(object),
            // A file that begins otherwise was not meant so.
            Err(_) if objects.is_empty() => return Ok(None),
            Err(_) => return Err(format!("line {}: expected a JSON object, as before", at + 1)),
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
    fn json_keeps_its_spelling_and_yaml_may_stand_for_it() {
        let texts = |text: &str| {
            let objects = objects(text).unwrap();
            objects.iter().map(|object| object.text().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(texts(r#"[{"a":1.50}, {"b": 1e3}]"#), [r#"{"a":1.50}"#, r#"{"b": 1e3}"#]);
        assert_eq!(texts("- a: x\n- {b: 2}\n"), [r#"{"a":"x"}"#, r#"{"b":2}"#]);
        assert_eq!(texts("a: x"), [r#"{"a":"x"}"#]);
        assert_eq!(texts("{\"a\":1.50}\n\n{\"b\":2}\n"), [r#"{"a":1.50}"#, r#"{"b":2}"#]);
        assert_eq!(texts("{a: 1,\n b: 2}"), [r#"{"a":1,"b":2}"#]);
    }

    #[test]
    fn what_is_no_object_is_named_by_its_number() {
        assert!(objects("- {a: 1}\n- 7\n").unwrap_err().starts_with("item 2: "));
        assert!(objects("{\"a\":1}\n7\n").unwrap_err().starts_with("line 2: "));
        assert!(objects("just words").unwrap_err().contains("expected an object"));
    }
}
