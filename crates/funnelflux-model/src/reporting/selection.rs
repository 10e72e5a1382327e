use serde::{Serialize, Serializer, ser::SerializeMap};
use serde_json::Value;

use super::{Attribute, TrackingFieldFilter, TrackingSlot};
use crate::{ValidationError, Violations, extra::Extra, quoted};

/// An attribute of a report request, with filters of its values.
///
/// Both `attributes` (group by it) and `filters` (restrict only, *inferred*) have this shape:
/// `attribute` and `whitelistFilters` (*proven*), `blacklistFilters` (*sibling*).
///
/// ```
/// use funnelflux_model::reporting::{Attribute, AttributeSelection, TrackingSlot};
///
/// let offers = AttributeSelection::new(Attribute::ELEMENT_OFFER).blacklist(["Test*"]);
/// assert_eq!(
///     serde_json::to_string(&offers)?,
///     r#"{"attribute":"Element: Offer","blacklistFilters":["Test*"]}"#
/// );
///
/// // The patterns of a tracking field are plain; the JSON around them is added.
/// let ads = AttributeSelection::tracking_field(TrackingSlot::C1).whitelist(["summer*"]);
/// assert_eq!(
///     serde_json::to_string(&ads)?,
///     r#"{"attribute":"URL Tracking Field","whitelistFilters":["{\"c1\":\"summer*\"}"]}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq)]
#[must_use = "it has an effect only where it is passed"]
pub struct AttributeSelection {
    attribute: Attribute,
    slot: Option<TrackingSlot>,
    whitelist: Option<Vec<String>>,
    blacklist: Option<Vec<String>>,
    extra: Extra,
}

const ATTRIBUTE: &str = "attribute";
const WHITELIST: &str = "whitelistFilters";
const BLACKLIST: &str = "blacklistFilters";

impl AttributeSelection {
    /// An attribute, with all of its values.
    pub fn new(attribute: Attribute) -> Self {
        Self { attribute, slot: None, whitelist: None, blacklist: None, extra: Extra::default() }
    }

    /// A tracking field. Without a whitelist, all of its values (`*`).
    pub fn tracking_field(slot: TrackingSlot) -> Self {
        Self { slot: Some(slot), ..Self::new(Attribute::URL_TRACKING_FIELD) }
    }

    funnelflux_contract::setters! {
        /// Only values that match one of these patterns; `*` matches anything.
        fn whitelist<P: Into<String>>(patterns: impl IntoIterator<Item = P>),
            |it| it.whitelist.get_or_insert_default().extend(patterns.into_iter().map(Into::into));
        /// No value that matches one of these patterns. Grade of the member: *sibling*.
        fn blacklist<P: Into<String>>(patterns: impl IntoIterator<Item = P>),
            |it| it.blacklist.get_or_insert_default().extend(patterns.into_iter().map(Into::into));
        /// A member of the wire that this crate does not know. Grade: *unknown*.
        fn extra(member: impl Into<String>, value: impl Into<Value>),
            |it| it.extra.push(member, value);
    }

    /// Members that this crate does not know, with their values, in the order given.
    pub fn extra_members(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.extra.iter()
    }

    /// The attribute.
    pub fn attribute(&self) -> &Attribute {
        &self.attribute
    }

    /// The tracking field, if the attribute is `URL Tracking Field`.
    pub fn slot(&self) -> Option<TrackingSlot> {
        if !self.attribute.is_tracking_field() {
            return None;
        }
        // Filters given as JSON name the slot themselves.
        self.slot.or_else(|| self.slots_in_filters().first().copied())
    }

    fn slots_in_filters(&self) -> Vec<TrackingSlot> {
        let filters = self.whitelist.iter().chain(&self.blacklist).flatten();
        let mut slots = Vec::new();
        for filter in filters.filter_map(|filter| filter.parse::<TrackingFieldFilter>().ok()) {
            if !slots.contains(&filter.slot) {
                slots.push(filter.slot);
            }
        }
        slots
    }

    /// The name of this attribute's column: `Element: Offer`, `URL Tracking Field: c1`.
    pub fn label(&self) -> String {
        match self.slot() {
            Some(slot) => format!("{}: {slot}", self.attribute),
            None => self.attribute.to_string(),
        }
    }

    fn wire(&self, patterns: &[String]) -> Vec<String> {
        let spell = |pattern: &String| match self.slot {
            Some(slot) => TrackingFieldFilter::new(slot, pattern.as_str()).to_string(),
            None => pattern.clone(),
        };
        patterns.iter().map(spell).collect()
    }

    /// Adds every fault to the list. `restricts`: as a filter it must restrict something.
    pub(super) fn check(&self, field: &str, restricts: bool, found: &mut Violations) {
        let name = self.attribute.name();
        let has_filters = self.whitelist.is_some() || self.blacklist.is_some();
        let needs_slot = self.attribute.is_tracking_field() && self.slot.is_none();
        if name.trim().is_empty() {
            let field = format!("{field}.{ATTRIBUTE}");
            found.add(field, quoted(name), "the name of an attribute, like `Element: Offer`");
        }
        if restricts && !has_filters {
            let value = format!("`{}` without {WHITELIST} and without {BLACKLIST}", self.label());
            let expected = "at least one: a filter that restricts nothing lets everything through";
            found.add(field, value, expected);
        }
        for (member, patterns) in [(WHITELIST, &self.whitelist), (BLACKLIST, &self.blacklist)] {
            if let Some(patterns) = patterns {
                self.check_patterns(&format!("{field}.{member}"), patterns, found);
            }
        }
        if needs_slot && !has_filters {
            let expected = "a tracking field with its slot: `AttributeSelection::tracking_field`";
            found.add(field, quoted(name), expected);
        }
        let slots = self.slots_in_filters();
        if needs_slot && slots.len() > 1 {
            let named: Vec<String> = slots.iter().map(|slot| quoted(slot.as_str())).collect();
            let expected = "filters of one tracking field: each is a column, and needs a selection";
            found.add(field, format!("filters of {}", named.join(", ")), expected);
        }
        let known = [ATTRIBUTE, WHITELIST, BLACKLIST];
        self.extra.check(&format!("{field}.extra"), &known, found);
    }

    fn check_patterns(&self, field: &str, patterns: &[String], found: &mut Violations) {
        if patterns.is_empty() {
            let expected = "at least one pattern, or no list: an empty one may mean everything";
            found.add(field, "an empty list", expected);
        }
        for (at, pattern) in patterns.iter().enumerate() {
            let field = format!("{field}[{at}]");
            if pattern.trim().is_empty() {
                let expected = "a pattern that is not empty: an empty one may mean everything";
                found.add(field, quoted(pattern), expected);
            } else if self.attribute.is_tracking_field() && self.slot.is_none() {
                // The filter has to name the slot itself.
                let error = pattern.parse::<TrackingFieldFilter>().err();
                for wrong in error.iter().flat_map(ValidationError::violations) {
                    found.add(&field, quoted(pattern), &wrong.expected);
                }
            }
        }
    }
}

impl From<Attribute> for AttributeSelection {
    fn from(attribute: Attribute) -> Self {
        Self::new(attribute)
    }
}

impl From<TrackingSlot> for AttributeSelection {
    fn from(slot: TrackingSlot) -> Self {
        Self::tracking_field(slot)
    }
}

impl Serialize for AttributeSelection {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry(ATTRIBUTE, &self.attribute)?;
        match (&self.whitelist, self.slot) {
            (Some(patterns), _) => map.serialize_entry(WHITELIST, &self.wire(patterns))?,
            (None, Some(slot)) => {
                map.serialize_entry(WHITELIST, &[TrackingFieldFilter::any(slot).to_string()])?;
            }
            (None, None) => {}
        }
        if let Some(patterns) = &self.blacklist {
            map.serialize_entry(BLACKLIST, &self.wire(patterns))?;
        }
        self.extra.write(&mut map)?;
        map.end()
    }
}

funnelflux_contract::formats! {
    /// How many patterns, never which: a pattern may be a visitor's address or click id.
    Debug for AttributeSelection, |it, f| f.debug_struct("AttributeSelection")
        .field("attribute", &it.label())
        .field("whitelist", &it.whitelist.as_ref().map(Vec::len))
        .field("blacklist", &it.blacklist.as_ref().map(Vec::len))
        .field("extra", &it.extra)
        .finish()
}
