//! Short names of attributes, for typing.

use super::{Attribute, AttributeSelection, TrackingAliases, TrackingSlot, generated::ALIASES};
use crate::validation::{ValidationError, near, quoted};

const FIELD: &str = "field:";

impl Attribute {
    /// The attribute of a short name such as `offer`. Case is ignored; `_` and blanks count as `-`.
    pub fn from_alias(alias: &str) -> Option<Self> {
        let wanted = fold(alias);
        ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, attribute)| attribute.clone())
    }

    /// The short name of this attribute, if it has one.
    pub fn alias(&self) -> Option<&'static str> {
        ALIASES.iter().find(|(_, attribute)| attribute == self).map(|(alias, _)| *alias)
    }

    /// Every short name with its attribute.
    pub fn aliases() -> impl Iterator<Item = (&'static str, Self)> {
        ALIASES.iter().map(|(alias, attribute)| (*alias, attribute.clone()))
    }
}

impl AttributeSelection {
    /// Parses an attribute that a person types.
    ///
    /// - `offer`, `country`, `hour` …: a short name, see [`Attribute::aliases`],
    /// - `field:c1`, `field:campaign`: a tracking field by its slot,
    /// - `field:adset`: a tracking field by the alias that `fields` gives it,
    /// - `Element: Offer`: a name of the wire; one with a colon or a blank need not be known.
    ///
    /// # Errors
    /// When it is none of these, naming the nearest short names or the known aliases.
    ///
    /// ```
    /// use funnelflux_model::reporting::{Attribute, AttributeSelection, TrackingAliases};
    ///
    /// let none = TrackingAliases::default();
    /// let offer = AttributeSelection::parse("offer", &none)?;
    /// assert_eq!(offer.attribute(), &Attribute::ELEMENT_OFFER);
    /// let error = AttributeSelection::parse("ofer", &none).unwrap_err();
    /// assert!(error.to_string().contains("`offer`"));
    /// # Ok::<(), funnelflux_model::ValidationError>(())
    /// ```
    pub fn parse(text: &str, fields: &TrackingAliases) -> Result<Self, ValidationError> {
        let text = text.trim();
        if let Some(field) = text.strip_prefix(FIELD) {
            // A slot's own name always means the slot, even where an alias is spelled like one.
            return match field.parse::<TrackingSlot>() {
                Ok(slot) => Ok(Self::tracking_field(slot)),
                Err(_) => Self::by_alias(field, fields),
            };
        }
        let known = || Attribute::KNOWN.iter().find(|a| a.name().eq_ignore_ascii_case(text));
        if let Some(attribute) = Attribute::from_alias(text).or_else(|| known().cloned()) {
            return Ok(attribute.into());
        }
        if text.contains([':', ' ']) {
            return Ok(Attribute::new(text.to_owned()).into());
        }
        Err(ValidationError::one("attribute", quoted(text), expected(text)))
    }
}

fn expected(text: &str) -> String {
    const OTHER: &str = "`field:c1` for a tracking field, or a full name like `Element: Offer`";
    let wanted = fold(text);
    if wanted.parse::<TrackingSlot>().is_ok() {
        return format!("`{FIELD}{wanted}` for the tracking field");
    }
    let all: Vec<&str> = ALIASES.iter().map(|(alias, _)| *alias).collect();
    let near: Vec<String> = near(&wanted, &all).into_iter().map(quoted).collect();
    if near.is_empty() || wanted.len() < 3 {
        return format!("one of {}; {OTHER}", all.join(", "));
    }
    format!("a short name (near: {}); {OTHER}", near.join(", "))
}

fn fold(alias: &str) -> String {
    alias.trim().replace(['_', ' '], "-").to_ascii_lowercase()
}
