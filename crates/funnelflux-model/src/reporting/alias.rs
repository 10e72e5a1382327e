//! Short names of attributes, for typing.

use super::{Attribute, AttributeSelection, TrackingAliases, TrackingSlot};
use crate::{
    edit_distance,
    validation::{ValidationError, quoted},
};

/// Short name → attribute. The first short name of an attribute is the one that is suggested.
const ALIASES: &[(&str, Attribute)] = &[
    ("offer", Attribute::ELEMENT_OFFER),
    ("offer-source", Attribute::THIRD_PARTIES_OFFER_SOURCE),
    ("hour", Attribute::TIME_1_HOUR_BLOCKS),
    ("funnel", Attribute::ELEMENT_FUNNEL),
    ("funnel-group", Attribute::ELEMENT_CAMPAIGN),
    ("lander", Attribute::ELEMENT_LANDER),
    ("page-category", Attribute::ELEMENT_LANDER_OFFER_CATEGORY),
    ("node", Attribute::ELEMENT_NODE_NAME),
    ("node-id", Attribute::ELEMENT_NODE_ID),
    ("traffic-source", Attribute::THIRD_PARTIES_TRAFFIC_SOURCE),
    ("day", Attribute::TIME_DATE),
    ("date", Attribute::TIME_DATE),
    ("minute", Attribute::TIME_HH_MM),
    ("quarter-hour", Attribute::TIME_15_MINUTE_BLOCK),
    ("weekday", Attribute::TIME_WEEK_PARTING),
    ("hour-of-day", Attribute::TIME_DAY_PARTING),
    ("continent", Attribute::LOCATION_CONTINENT),
    ("country", Attribute::LOCATION_COUNTRY),
    ("country-code", Attribute::LOCATION_COUNTRY_CODE),
    ("region", Attribute::LOCATION_REGION),
    ("city", Attribute::LOCATION_CITY),
    ("timezone", Attribute::LOCATION_TIMEZONE),
    ("device", Attribute::DEVICE_DEVICE_TYPE),
    ("brand", Attribute::DEVICE_BRAND),
    ("model", Attribute::DEVICE_MODEL),
    ("os", Attribute::DEVICE_OS),
    ("os-version", Attribute::DEVICE_OS_VERSION),
    ("browser", Attribute::DEVICE_BROWSER),
    ("browser-version", Attribute::DEVICE_BROWSER_VERSION),
    ("language", Attribute::DEVICE_BROWSER_MAIN_LANGUAGE),
    ("user-agent", Attribute::DEVICE_USER_AGENT),
    ("connection", Attribute::CONNECTION_CONNECTION_TYPE),
    ("isp", Attribute::CONNECTION_ISP),
    ("carrier", Attribute::CONNECTION_MOBILE_CARRIER),
    ("referrer", Attribute::CONNECTION_REFERRER),
    ("referrer-domain", Attribute::CONNECTION_REFERRER_DOMAIN),
    ("ip", Attribute::CONNECTION_IP),
    ("ip-block", Attribute::CONNECTION_BLOCK_C_IP),
    ("visitor", Attribute::TRAFFIC_VISITOR_ID),
    ("visitor-tag", Attribute::TRAFFIC_VISITOR_TAG),
    ("filtered", Attribute::TRAFFIC_FILTERED_STATUS),
    ("hit", Attribute::HIT_HIT_ID),
    ("hit-time", Attribute::HIT_HIT_TIME),
    ("conversion", Attribute::HIT_CONVERSION_ID),
    ("transaction", Attribute::HIT_CONVERSION_TXID),
    ("conversion-time", Attribute::HIT_CONVERSION_TIME),
    ("time-to-conversion", Attribute::HIT_TIME_TO_CONVERSION),
    ("action", Attribute::CLICK_ACTION_NUM),
    ("click-time", Attribute::CLICK_CLICK_TIME),
    ("time-on-page", Attribute::INSIGHT_TIME_ON_PAGE),
    ("path", Attribute::INSIGHT_CONVERSION_PATH_ALL_NODES),
    ("page-path", Attribute::INSIGHT_CONVERSION_PATH_LANDERS_AND_OFFERS),
    ("mvt", Attribute::INSIGHT_MVT_COMBINATION),
    ("mvt-pairs", Attribute::INSIGHT_MVT_KEY_VALUE_PAIRS),
];

/// The prefix of a tracking field: `field:c1`.
const FIELD: &str = "field:";

impl Attribute {
    /// The attribute of a short name such as `offer`, `traffic-source` or `hour`.
    ///
    /// Short names are this crate's own. Case does not matter; `_` and blanks count as `-`.
    #[must_use]
    pub fn from_alias(alias: &str) -> Option<Self> {
        let wanted = fold(alias);
        ALIASES.iter().find(|(alias, _)| *alias == wanted).map(|(_, attribute)| attribute.clone())
    }

    /// The short name of this attribute, if it has one.
    #[must_use]
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
    ///
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
            return Ok(Attribute::from(text.to_owned()).into());
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
    let near: Vec<String> = ALIASES
        .iter()
        .map(|(alias, _)| *alias)
        .filter(|alias| {
            edit_distance(&wanted, alias) <= 2 || (wanted.len() > 3 && alias.starts_with(&wanted))
        })
        .map(quoted)
        .collect();
    if near.is_empty() || wanted.len() < 3 {
        let all: Vec<&str> = ALIASES.iter().map(|(alias, _)| *alias).collect();
        return format!("one of {}; {OTHER}", all.join(", "));
    }
    format!("a short name (near: {}); {OTHER}", near.join(", "))
}

fn fold(alias: &str) -> String {
    alias.trim().replace(['_', ' '], "-").to_ascii_lowercase()
}
