//! The tracking fields of a traffic source, as links need them.

use std::borrow::Cow;

use funnelflux_id::{Id, TrafficSource};
use funnelflux_model::reporting::TrackingSlot;
use funnelflux_model::{DecodeError, ledger};

use super::{LinkError, shortened};

/// A traffic source with its tracking fields: the slots, their aliases and their placeholders.
#[derive(Clone, Debug)]
pub struct TrackingFields {
    source: Id<TrafficSource>,
    /// `None` where only the id is known.
    configured: Option<Vec<Field>>,
    by_alias: bool,
}

#[derive(Clone, Debug)]
struct Field {
    slot: TrackingSlot,
    alias: String,
    placeholder: String,
}

impl TrackingFields {
    /// A source of which only the id is known.
    pub fn unknown(source: Id<TrafficSource>) -> Self {
        Self { source, configured: None, by_alias: false }
    }

    /// The tracking fields of a source.
    ///
    /// # Errors
    /// When it has no valid id, or its slots are not what they should be.
    pub fn of(source: &ledger::TrafficSource) -> Result<Self, LinkError> {
        let wrong = |cause: DecodeError| LinkError::new("traffic source", cause.to_string());
        let text = |text: Option<Cow<'_, str>>| text.unwrap_or_default().into_owned();
        let id = source.id().map_err(wrong)?;
        let id = id.ok_or_else(|| LinkError::new("traffic source", "it carries no id"))?;
        let mut configured = Vec::new();
        for &slot in TrackingSlot::KNOWN {
            if let Some(field) = source.tracking_field(slot).map_err(wrong)? {
                let alias = text(field.name().map_err(wrong)?);
                let placeholder = text(field.value().map_err(wrong)?);
                configured.push(Field { slot, alias, placeholder });
            }
        }
        Ok(Self { source: id, configured: Some(configured), by_alias: false })
    }

    funnelflux_contract::setters! {
        /// Names the parameters of links by alias, where there is one. By default they are named by slot,
        /// as in the vendor's samples (help); that the tracker takes aliases is a guess (inferred).
        fn by_alias() => by_alias = true;
    }

    pub(super) fn id(&self) -> Id<TrafficSource> {
        self.source
    }

    fn named(&self) -> impl Iterator<Item = &Field> {
        self.configured.iter().flatten().filter(|field| !field.alias.is_empty())
    }

    fn get(&self, slot: TrackingSlot) -> Option<&Field> {
        self.configured.iter().flatten().find(|field| field.slot == slot)
    }

    pub(super) fn is_unconfigured(&self, slot: TrackingSlot) -> bool {
        self.configured.is_some() && self.get(slot).is_none()
    }

    pub(super) fn placeholder(&self, slot: TrackingSlot) -> &str {
        self.get(slot).map_or("", |field| &field.placeholder)
    }

    pub(super) fn alias(&self, slot: TrackingSlot) -> Option<&str> {
        self.get(slot).map(|field| field.alias.as_str()).filter(|alias| !alias.is_empty())
    }

    pub(super) fn name_in_links(&self, slot: TrackingSlot) -> &str {
        self.alias(slot).filter(|_| self.by_alias).unwrap_or(slot.as_str())
    }

    pub(super) fn of_alias(&self, alias: &str) -> Vec<TrackingSlot> {
        let named = self.named();
        named.filter(|own| own.alias.eq_ignore_ascii_case(alias)).map(|own| own.slot).collect()
    }

    pub(super) fn find(&self, name: &str) -> Result<TrackingSlot, LinkError> {
        if let Ok(slot) = name.parse() {
            return Ok(slot);
        }
        let why = match (self.of_alias(name).as_slice(), &self.configured) {
            ([slot], _) => return Ok(*slot),
            ([], None) => "expected campaign, external, or c1 to c20; for an alias, the traffic \
                           source is needed"
                .to_owned(),
            ([], Some(_)) => {
                let aliases: Vec<&str> = self.named().map(|own| own.alias.as_str()).collect();
                let aliases = aliases.join(", ");
                format!("expected campaign, external, c1 to c20, or one of the aliases: {aliases}")
            }
            (slots, _) => {
                let slots: Vec<&str> = slots.iter().map(|slot| slot.as_str()).collect();
                format!("it is the alias of {}; expected one of these", slots.join(" and "))
            }
        };
        Err(LinkError::new(format!("field {:?}", shortened(name)), why))
    }
}
