use serde_json::{Value, value::RawValue};

use super::Attribute;
use crate::{
    DecodeError,
    json::{list_in, parse},
};

/// The answer of `GET /reporting/attributes`: the server's own list of attributes.
///
/// Its shape is *unknown*. Accepted are a list of names or of objects with a name in `attribute`,
/// `name`, `value` or `label`, and an object that holds such a list, or `null` in its place; see
/// [`list_in`](crate::json::list_in). The answer is kept unchanged, in case the guess is wrong.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, AttributeList};
///
/// let list = AttributeList::from_json(r#"[{ "name": "Element: Offer" }, "Time: Moon Phase"]"#)?;
/// assert!(list.contains(&Attribute::ELEMENT_OFFER));
/// assert_eq!(list.attributes.len(), 2);
/// # Ok::<(), funnelflux_model::DecodeError>(())
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct AttributeList {
    /// The attributes by name, in the server's order. An entry in which no name was found is
    /// missing here, but not from [`raw`](Self::raw).
    pub attributes: Vec<Attribute>,
    /// The whole answer, unchanged.
    pub raw: Box<RawValue>,
}

/// Where an object may hold the name, in order of belief. Grade: *inferred*.
const NAMES: [&str; 4] = ["attribute", "name", "value", "label"];
/// Where an object may hold the list, in order of belief. Grade: *inferred*.
const LISTS: [&str; 4] = ["attributes", "rows", "data", "items"];

impl AttributeList {
    /// Decodes the answer.
    ///
    /// # Errors
    /// When the text is no JSON, or when no list is in it.
    pub fn from_json(json: impl AsRef<[u8]>) -> Result<Self, DecodeError> {
        let raw = parse(&json)?;
        let attributes = list_in(raw, &LISTS)?.items.into_iter().filter_map(name).collect();
        Ok(Self { attributes, raw: raw.to_owned() })
    }

    /// Whether the server has this attribute.
    pub fn contains(&self, attribute: &Attribute) -> bool {
        self.attributes.contains(attribute)
    }
}

fn name(entry: &RawValue) -> Option<Attribute> {
    let entry: Value = serde_json::from_str(entry.get()).ok()?;
    let named = || NAMES.iter().find_map(|name| entry.get(*name)?.as_str());
    Some(Attribute::new(entry.as_str().or_else(named)?.to_owned()))
}

funnelflux_contract::shows! { AttributeList, |it| attributes: it.attributes }
