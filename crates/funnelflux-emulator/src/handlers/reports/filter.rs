//! One entry of `attributes` or `filters`: an attribute and patterns of its values.

use serde_json::Value;

use super::attribute::{ALL, Attribute, Cell};
use crate::traffic::TrackingField;
use crate::wire::{Fields, Refusal, Result, fields::list};

#[derive(Debug, Clone)]
pub(crate) struct Filter {
    pub(crate) attribute: &'static Attribute,
    /// The tracking field, for `URL Tracking Field` only.
    pub(crate) slot: Option<TrackingField>,
    white: Vec<String>,
    black: Vec<String>,
}

impl Filter {
    pub(crate) fn read(fields: &Fields<'_>) -> Result<Self> {
        let name = fields.string("attribute", "the name of an attribute")?;
        let attribute = Attribute::parse(name).ok_or_else(|| {
            let known = list(ALL.iter().map(|known| known.name));
            let fault = format!("is {name:?}, which is not an attribute; known are {known}");
            Refusal::bad_request(format!("`{}` {fault}", fields.path("attribute")))
        })?;
        let mut filter = Self { attribute, slot: None, white: Vec::new(), black: Vec::new() };
        for (list, patterns) in
            [("whitelistFilters", &mut filter.white), ("blacklistFilters", &mut filter.black)]
        {
            for text in fields.texts(list, "a list of strings", ("a string", |_| true))? {
                if !attribute.is_tracking_field() {
                    patterns.push(text.to_owned());
                    continue;
                }
                let (slot, pattern) = slot_filter(&fields.path(list), text)?;
                let first = filter.slot.get_or_insert(slot).name();
                if first != slot.name() {
                    let fault = format_args!("names the slots `{first}` and `{}`", slot.name());
                    return Err(fields.fault(list, fault, "one slot per entry"));
                }
                patterns.push(pattern);
            }
        }
        if attribute.is_tracking_field() && filter.slot.is_none() {
            let why =
                "`URL Tracking Field` needs the slot in it, such as \"{\\\"c1\\\":\\\"*\\\"}\"";
            let at = fields.path("whitelistFilters");
            return Err(Refusal::bad_request(format!("`{at}` is empty; {why}")));
        }
        Ok(filter)
    }

    pub(crate) fn is_open(&self) -> bool {
        self.white.is_empty() && self.black.is_empty()
    }

    /// Whether the id or the value of a cell matches the whitelist, if any, and neither the blacklist.
    pub(crate) fn accepts(&self, cell: &Cell<'_>) -> bool {
        let hit = |pattern: &String| matches(pattern, &cell.id) || matches(pattern, &cell.value);
        (self.white.is_empty() || self.white.iter().any(hit)) && !self.black.iter().any(hit)
    }
}

/// A filter of a tracking field is itself JSON: `{"c1":"*"}`.
fn slot_filter(at: &str, text: &str) -> Result<(TrackingField, String)> {
    let wrong = |why: &str| {
        Refusal::bad_request(format!(
            "`{at}` holds {text:?}, which {why}; expected JSON with one slot (`campaign`, \
             `external`, `c1` to `c20`) and a pattern, such as {{\"c1\":\"*\"}}"
        ))
    };
    let parsed: Value = serde_json::from_str(text).map_err(|_| wrong("is not JSON"))?;
    let object = parsed.as_object().ok_or_else(|| wrong("is not a JSON object"))?;
    let mut members = object.iter();
    let (Some((name, pattern)), None) = (members.next(), members.next()) else {
        return Err(wrong("does not name exactly one slot"));
    };
    let slot = TrackingField::parse(name).ok_or_else(|| wrong("names no slot"))?;
    let pattern = pattern.as_str().ok_or_else(|| wrong("has a pattern that is not a string"))?;
    Ok((slot, pattern.to_owned()))
}

/// Whether a pattern matches a text: `*` matches any text, also an empty one.
pub(crate) fn matches(pattern: &str, text: &str) -> bool {
    let Some((first, rest)) = pattern.split_once('*') else { return text == pattern };
    let Some(mut left) = text.strip_prefix(first) else { return false };
    let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
    for piece in middle.split('*') {
        match left.split_once(piece) {
            Some((_, after)) => left = after,
            None => return false,
        }
    }
    left.ends_with(last)
}

#[cfg(test)]
mod tests {
    use funnelflux_contract::schemas;
    use serde_json::json;

    use super::*;
    use crate::options::UnknownMembers;

    fn read(value: &Value) -> Result<Filter> {
        let schema = &schemas::ATTRIBUTE_FILTER;
        Filter::read(&Fields::of(value, "attributes[0]", schema, UnknownMembers::Refuse)?)
    }

    #[test]
    fn the_production_shape_of_a_tracking_field_is_read() {
        let filter = read(&json!({
            "attribute": "URL Tracking Field", "whitelistFilters": ["{\"c1\":\"*\"}"]
        }))
        .unwrap();
        assert_eq!(filter.slot, TrackingField::parse("c1"));
    }

    #[test]
    fn a_tracking_field_whose_filter_is_not_json_is_refused() {
        for (filters, word) in [
            (json!(["c1"]), "not JSON"),
            (json!(["\"c1\""]), "not a JSON object"),
            (json!(["{}"]), "exactly one slot"),
            (json!(["{\"c1\":\"*\",\"c2\":\"*\"}"]), "exactly one slot"),
            (json!(["{\"c21\":\"*\"}"]), "names no slot"),
            (json!(["{\"c1\":1}"]), "not a string"),
            (json!(["{\"c1\":\"*\"}", "{\"c2\":\"*\"}"]), "one slot per entry"),
            (json!([]), "needs the slot"),
        ] {
            let entry = json!({"attribute": "URL Tracking Field", "whitelistFilters": filters});
            let message = read(&entry).unwrap_err().message;
            assert!(message.contains(word), "{entry}: {message}");
        }
    }

    #[test]
    fn an_unknown_attribute_is_named_and_the_known_ones_are_listed() {
        let message = read(&json!({"attribute": "Element: Funel"})).unwrap_err().message;
        assert!(message.contains("Element: Funel") && message.contains("`Element: Funnel`"));
    }

    #[test]
    fn the_blacklist_wins_over_the_whitelist() {
        let filter = read(&json!({
            "attribute": "Location: Country",
            "whitelistFilters": ["United *", "DE"],
            "blacklistFilters": ["GB"]
        }))
        .unwrap();
        let cell =
            |id: &'static str, value: &'static str| Cell { id: id.into(), value: value.into() };
        assert!(filter.accepts(&cell("US", "United States")));
        assert!(filter.accepts(&cell("DE", "Germany")));
        assert!(!filter.accepts(&cell("GB", "United Kingdom")));
        assert!(!filter.accepts(&cell("FR", "France")));
    }

    #[test]
    fn a_star_matches_any_text() {
        let cases = [
            ("*", "", true),
            ("*", "anything", true),
            ("US", "US", true),
            ("US", "us", false),
            ("US", "USA", false),
            ("U*", "USA", true),
            ("*A", "USA", true),
            ("U*S*A", "USA", true),
            ("U*S*A", "UA", false),
            ("a*a", "a", false),
            ("a**b", "ab", true),
            ("*mid*", "amidst", true),
            ("*mid*", "mad", false),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(matches(pattern, text), expected, "{pattern} against {text:?}");
        }
    }
}
