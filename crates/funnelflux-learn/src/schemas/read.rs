//! Reading schema files, YAML or JSON, into one tree.

use std::path::Path;

use serde_json::Value;
use serde_saphyr::{Budget, Options};

use super::file::{About, SchemaFile};
use crate::error::{Error, Result};

impl SchemaFile {
    /// Reads a file, YAML or JSON.
    ///
    /// # Errors
    /// When it cannot be read, or is neither Swagger 2.0 nor OpenAPI 3.
    pub fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| Error::io(path, &error))?;
        Self::parse(path.display().to_string(), &text)
    }

    /// Parses the text of a file, YAML or JSON. Findings name the file by `name`.
    ///
    /// # Errors
    /// When it is neither Swagger 2.0 nor OpenAPI 3.
    pub fn parse(name: impl Into<String>, text: &str) -> Result<Self> {
        let name = name.into();
        let complaint = |complaint: String| Error::new(format!("{name}: {complaint}"));
        let value = tree(text).map_err(complaint)?;
        Self::understand(name.clone(), value).map_err(complaint)
    }

    /// As [`parse`](Self::parse), and takes any other object for a file of parts, to which the others refer
    /// by its name.
    ///
    /// # Errors
    /// When it is neither YAML nor JSON, or no object.
    pub fn parse_any(name: impl Into<String>, text: &str) -> Result<Self> {
        let name = name.into();
        let read = tree(text).and_then(|value| match &value {
            Value::Object(members)
                if ["swagger", "openapi"].iter().any(|it| members.contains_key(*it)) =>
            {
                Self::understand(name.clone(), value)
            }
            Value::Object(_) => {
                Ok(Self::of(About { name: name.clone(), ..About::default() }, value))
            }
            _ => Err("is no object".to_owned()),
        });
        read.map_err(|complaint| Error::new(format!("{name}: {complaint}")))
    }
}

/// JSON is YAML too, but its own parser is ten times as fast.
pub(super) fn tree(text: &str) -> std::result::Result<Value, String> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with(['{', '[']) {
        return serde_json::from_str(text).map_err(|error| error.to_string());
    }
    // Its way out is none for a user.
    let plain =
        |said: String| said.replace(", set DuplicateKeyPolicy in Options if acceptable", "");
    serde_saphyr::from_str_with_options(text, options()).map_err(|error| plain(error.to_string()))
}

/// Room for files of 100,000 lines, and still an end to files that unfold without one.
fn options() -> Options {
    let mut budget = Budget::default();
    budget.max_events = 8_000_000;
    budget.max_nodes = 4_000_000;
    budget.max_total_scalar_bytes = 256 << 20;
    let mut options = Options::default();
    options.budget = Some(budget);
    // A file that is not a schema file may hold secrets, and a printed error would quote it.
    options.with_snippet = false;
    // YAML 1.2: the country code NO and a member called `on` or `y` are strings.
    options.strict_booleans = true;
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yaml_and_json_give_the_same_tree() {
        let yaml = tree("swagger: '2.0'\nresponses:\n  200: {code: NO, on: 1.5, x: ~}\n").unwrap();
        let json = r#"{"swagger":"2.0","responses":{"200":{"code":"NO","on":1.5,"x":null}}}"#;
        assert_eq!(yaml, tree(json).unwrap());
    }

    #[test]
    fn a_broken_file_is_answered_with_the_line() {
        let said = tree("swagger: '2.0'\npaths: [a\nb: c\n").unwrap_err();
        assert!(said.contains("line 3"), "{said}");
        let said = tree("{\n\"swagger\": }").unwrap_err();
        assert!(said.contains("line 2"), "{said}");
    }

    #[test]
    fn a_member_that_stands_twice_is_refused_rather_than_lost() {
        let said = tree("paths:\n  /a: {}\n  /a: {}\n").unwrap_err();
        assert!(said.contains("duplicate mapping key: /a at line 3"), "{said}");
    }

    #[test]
    fn aliases_that_unfold_without_end_are_refused() {
        let mut bomb = String::from("a0: &a0 [x, x]\n");
        for level in 1..40 {
            let before = level - 1;
            bomb.push_str(&format!("a{level}: &a{level} [*a{before}, *a{before}]\n"));
        }
        assert!(tree(&bomb).is_err());
    }
}
