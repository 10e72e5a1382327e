//! Links of FunnelFlux Pro: built from their parts, and explained part by part. Nothing is sent.
//!
//! The vendor's help centre describes these links (grade *help*); the address of the editor is *proven*.
//! Each part of a link has its own grade: [`LinkPath::grade`], [`LinkPart::grade`].
//!
//! ```
//! use funnelflux::links::{TrackingFields, entrance, explain};
//!
//! let domain = "go.example.com".parse()?;
//! let source = TrackingFields::unknown("2n5JuOKWLTzd".parse()?);
//! let fields = [("campaign", "{{campaign.id}}"), ("c1", "spring & summer")];
//! let link = entrance(&domain, "2nIemJxCKbFX".parse()?, &source, fields)?;
//! assert_eq!(
//!     link.url,
//!     "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd\
//!      ?campaign={{campaign.id}}&c1=spring%20%26%20summer"
//! );
//! assert!(explain(&link.url, None).is_right());
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod explain;
mod fields;
mod tokens;

use std::str::FromStr;

use funnelflux_id::{Funnel, Id};
use funnelflux_model::reporting::TrackingSlot;

pub use explain::{Explanation, LinkPart, Verdict, explain};
pub use fields::TrackingFields;
pub use funnelflux_model::links::{LinkParameter, LinkPath};

/// The most characters of a link. No source states a limit; browsers and servers take at least 8,000.
pub const MOST_CHARACTERS: usize = 8_000;

/// The number of actions that a page can have (sibling).
const MOST_ACTIONS: u32 = 64;

/// A link cannot be built. The message names place, value and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkError {
    place: String,
    message: String,
}

impl LinkError {
    fn new(place: impl Into<String>, message: impl Into<String>) -> Self {
        Self { place: place.into(), message: message.into() }
    }

    /// The part of the link that is wrong.
    pub fn place(&self) -> &str {
        &self.place
    }
}

funnelflux_contract::formats! {
    Error for LinkError, |it, f| write!(f, "{}: {}", it.place, it.message)
}

/// The tracking domain, such as `go.example.com`. It determines the account of a link (help).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Domain(String);

impl FromStr for Domain {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        let name = text.to_ascii_lowercase();
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && !(label.starts_with('-') || label.ends_with('-'))
                && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let is_address = name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
        let is_name = name.contains('.') && name.len() <= 253 && name.split('.').all(is_label);
        if is_address || !is_name {
            let why =
                "expected a domain name such as go.example.com, without scheme, port and path";
            return Err(LinkError::new("domain", format!("got {:?}; {why}", shortened(text))));
        }
        Ok(Self(name))
    }
}

/// A link, ready to use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Link {
    /// The text of the link.
    pub url: String,
    /// The kind of link; [`LinkPath::grade`] is the grade of its form.
    pub path: LinkPath,
    /// The warnings to read before the link is used.
    pub warnings: Vec<String>,
}

impl Link {
    fn new(path: LinkPath, domain: &Domain, rest: &str) -> Self {
        Self { url: format!("https://{}/{path}/{rest}", domain.0), path, warnings: Vec::new() }
    }

    fn with(mut self, name: &str, value: &str, notes: Vec<String>) -> Result<Self, LinkError> {
        if let Some(bad) = value.chars().find(|letter| letter.is_control()) {
            let why = format!("its value holds {bad:?}; expected no control character");
            return Err(LinkError::new(name, why));
        }
        self.url.push(if self.url.contains('?') { '&' } else { '?' });
        self.url += &format!("{}={}", tokens::encoded(name), tokens::encoded(value));
        self.warnings.extend(notes.into_iter().map(|note| format!("{name}: {note}")));
        let length = self.url.len();
        if length > MOST_CHARACTERS {
            let why = format!("it has {length} characters; expected at most {MOST_CHARACTERS}");
            return Err(LinkError::new("link", why));
        }
        Ok(self)
    }
}

/// Builds an entrance link, for an ad network: from a traffic source into a funnel.
///
/// `fields` are tracking fields by slot or alias. Others get the placeholder of the traffic source,
/// if it has one (help). Tokens stay as they are; all else that a link cannot hold is encoded.
///
/// # Errors
/// When a field is unknown or set twice, a value has a control character, or the link is too long.
pub fn entrance<'a>(
    domain: &Domain,
    funnel: Id<Funnel>,
    source: &TrackingFields,
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<Link, LinkError> {
    let mut set: Vec<(TrackingSlot, &str)> = Vec::new();
    for (name, value) in fields {
        let slot = source.find(name)?;
        if set.iter().any(|(other, _)| *other == slot) {
            let why = "it is set twice; expected each tracking field once";
            return Err(LinkError::new(format!("field {slot}"), why));
        }
        set.push((slot, value));
    }
    let mut link = Link::new(LinkPath::Entrance, domain, &format!("{funnel}-{}", source.id()));
    for &slot in TrackingSlot::KNOWN {
        let placeholder = source.placeholder(slot);
        let value = set.iter().find(|(other, _)| *other == slot).map_or(placeholder, |(_, it)| it);
        if !value.is_empty() {
            let mut notes = tokens::notes(value, placeholder);
            notes.extend(source.is_unconfigured(slot).then(|| tokens::UNCONFIGURED.to_owned()));
            link = link.with(source.name_in_links(slot), value, notes)?;
        }
    }
    Ok(link)
}

/// Builds the link of an action of a lander or offer: the same for every page.
///
/// # Errors
/// When the number is not one from 1 to 64 (sibling).
pub fn action(domain: &Domain, number: u32) -> Result<Link, LinkError> {
    if !(1..=MOST_ACTIONS).contains(&number) {
        let why = format!("got {number}; expected a number from 1 to {MOST_ACTIONS}");
        return Err(LinkError::new("action", why));
    }
    Ok(Link::new(LinkPath::Action, domain, &number.to_string()))
}

/// Builds a postback, for an offer network, from values or the network's tokens for them.
///
/// # Errors
/// When a value is empty, holds a control character, or is neither what it should be nor a token.
pub fn postback(
    domain: &Domain,
    hit: &str,
    transaction: Option<&str>,
    revenue: Option<&str>,
) -> Result<Link, LinkError> {
    use LinkParameter::{Hit, Rev, Tx};

    let mut link = Link::new(LinkPath::Postback, domain, "");
    for (name, value) in [(Hit, Some(hit)), (Tx, transaction), (Rev, revenue)] {
        if let Some(value) = value {
            tokens::check_postback(name, value)
                .map_err(|why| LinkError::new(name.as_str(), why))?;
            link = link.with(name.as_str(), value, tokens::notes(value, ""))?;
        }
    }
    Ok(link)
}

/// Builds the address of a funnel in the app.
pub fn editor(funnel: Id<Funnel>) -> Link {
    let url = format!("https://{}/{funnel}", LinkPath::Editor);
    Link { url, path: LinkPath::Editor, warnings: Vec::new() }
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}
