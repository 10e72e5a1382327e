//! The contract's word for a value decides how a word without quotes is read.

use funnelflux::ledger::{AssetKind, Schema};
use serde_json::Value;
use serde_json::value::RawValue;

/// The kind of the value at a place, in the contract's words.
#[derive(Clone, Copy)]
pub(crate) struct Shape(&'static str);

impl Shape {
    pub(crate) const UNKNOWN: Self = Self("unknown");

    pub(crate) fn of(kind: &AssetKind) -> Self {
        Self::of_schema(kind.schema)
    }

    pub(crate) fn of_schema(schema: &Schema) -> Self {
        Self(schema.name)
    }

    pub(crate) fn item(self) -> Self {
        self.0.strip_suffix("[]").map_or(Self::UNKNOWN, Self)
    }

    pub(crate) fn member(self, name: &str) -> Self {
        let map = self.0.strip_prefix("map<").and_then(|inner| inner.strip_suffix('>'));
        let mut members = Schema::find(self.0).into_iter().flat_map(|schema| schema.members);
        let known = members.find(|m| m.name == name || m.alternatives.contains(&name));
        map.or(known.map(|member| member.kind)).map_or(Self::UNKNOWN, Self)
    }

    pub(crate) fn at(self, path: &[String]) -> Self {
        path.iter().fold(self, |shape, name| match shape.0.ends_with("[]") {
            true => shape.item(),
            false => shape.member(name),
        })
    }

    pub(crate) fn is_text(self) -> bool {
        matches!(self.0, "string" | "id" | "timestamp" | "decimal-string")
            || Schema::find(self.0).is_some_and(|schema| !schema.values.is_empty())
    }

    /// The JSON of a word without quotes: as it is spelled in a text, digit for digit in a number.
    pub(crate) fn json_of(self, word: &str) -> Result<String, &'static str> {
        let is_scalar = |word: &str| !word.starts_with(['"', '{', '[']);
        let is_json = serde_json::from_str::<&RawValue>(word).is_ok_and(|raw| raw.get() == word);
        match self.0 {
            _ if word == "null" => Ok(word.to_owned()),
            _ if self.is_text() => Ok(Value::from(word).to_string()),
            _ if is_json && is_scalar(word) => Ok(word.to_owned()),
            "bool" => Err("expected true or false; quote a text"),
            "integer" | "number" | "decimal" | "unix-time" => Err(
                "expected a number such as 7 or 12.50, without leading zeros, separators or signs \
                 other than -; quote a text",
            ),
            _ => Ok(Value::from(word).to_string()),
        }
    }
}
