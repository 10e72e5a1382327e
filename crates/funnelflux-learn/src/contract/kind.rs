//! What the contract's words for types mean.

/// A type as the contract writes it: `string`, `CostSegment[]`, `map<string[]>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    String,
    Bool,
    Integer,
    Number,
    Object,
    Id,
    IdList,
    Decimal,
    DecimalString,
    Timestamp,
    UnixTime,
    Unknown,
    List(Box<Type>),
    Map(Box<Type>),
    Schema(String),
}

impl Type {
    pub fn parse(written: &str) -> Self {
        if let Some(item) = written.strip_suffix("[]") {
            return Self::List(Box::new(Self::parse(item)));
        }
        if let Some(value) = written.strip_prefix("map<").and_then(|rest| rest.strip_suffix('>')) {
            return Self::Map(Box::new(Self::parse(value)));
        }
        match written {
            "string" => Self::String,
            "bool" => Self::Bool,
            "integer" => Self::Integer,
            "number" => Self::Number,
            "object" => Self::Object,
            "id" => Self::Id,
            "id-list" => Self::IdList,
            "decimal" => Self::Decimal,
            "decimal-string" => Self::DecimalString,
            "timestamp" => Self::Timestamp,
            "unix-time" => Self::UnixTime,
            "unknown" => Self::Unknown,
            name => Self::Schema(name.to_owned()),
        }
    }

    /// The schema inside, however deep in lists and maps.
    pub fn schema(&self) -> Option<&str> {
        match self {
            Self::Schema(name) => Some(name),
            Self::List(inner) | Self::Map(inner) => inner.schema(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_maps_nest() {
        let list = Type::List(Box::new(Type::String));
        assert_eq!(Type::parse("map<string[]>"), Type::Map(Box::new(list)));
        assert_eq!(Type::parse("map<X>[]").schema(), Some("X"));
        assert_eq!(Type::parse("id-list").schema(), None);
    }
}
