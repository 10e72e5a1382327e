use super::{AttributeSelection, TrackingSlot};
use crate::{ValidationError, quoted};

/// The aliases of one traffic source's tracking fields: `adset` may be `c3` here and `c1` there.
///
/// A source may give two slots the same alias; such an alias is refused when it is used.
///
/// ```
/// use funnelflux_model::reporting::{AttributeSelection, TrackingAliases, TrackingSlot};
///
/// let facebook = TrackingAliases::from_iter([
///     ("adset", TrackingSlot::C3),
///     ("ad", TrackingSlot::C4),
/// ]);
/// let by_adset = AttributeSelection::by_alias("adset", &facebook)?;
/// assert_eq!(by_adset.slot(), Some(TrackingSlot::C3));
///
/// let error = AttributeSelection::by_alias("adgroup", &facebook).unwrap_err();
/// assert!(error.to_string().contains("adset (c3), ad (c4)"));
/// # Ok::<(), funnelflux_model::ValidationError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrackingAliases {
    aliases: Vec<(String, TrackingSlot)>,
}

impl TrackingAliases {
    /// Adds an alias.
    pub fn insert(&mut self, alias: impl Into<String>, slot: TrackingSlot) {
        self.aliases.push((alias.into(), slot));
    }

    /// Every alias with its slot, in the order they were added.
    pub fn iter(&self) -> impl Iterator<Item = (&str, TrackingSlot)> {
        self.aliases.iter().map(|(alias, slot)| (alias.as_str(), *slot))
    }

    /// The slot of an alias: an exact match or, if there is none, one that ignores case.
    ///
    /// # Errors
    /// When the alias is unknown, naming the known ones, or when it means several slots.
    pub fn slot(&self, alias: &str) -> Result<TrackingSlot, ValidationError> {
        let mut slots = self.slots(&|known| known == alias);
        if slots.is_empty() {
            slots = self.slots(&|known| known.eq_ignore_ascii_case(alias));
        }
        match slots.as_slice() {
            [slot] => Ok(*slot),
            [] => Err(self.refused(alias, "one of the known aliases")),
            _ => Err(self.refused(alias, "an alias of one slot, or the slot itself")),
        }
    }

    fn slots(&self, matches: &dyn Fn(&str) -> bool) -> Vec<TrackingSlot> {
        let mut slots = Vec::new();
        for (alias, slot) in self.iter() {
            if matches(alias) && !slots.contains(&slot) {
                slots.push(slot);
            }
        }
        slots
    }

    fn refused(&self, alias: &str, expected: &str) -> ValidationError {
        let known: Vec<String> =
            self.iter().map(|(alias, slot)| format!("{alias} ({slot})")).collect();
        let none = "no aliases are known here; use a slot: `campaign`, `external`, `c1` to `c20`";
        let known = if known.is_empty() { none.to_owned() } else { known.join(", ") };
        ValidationError::one("tracking field alias", quoted(alias), format!("{expected}: {known}"))
    }
}

impl<A: Into<String>> FromIterator<(A, TrackingSlot)> for TrackingAliases {
    fn from_iter<I: IntoIterator<Item = (A, TrackingSlot)>>(aliases: I) -> Self {
        Self { aliases: aliases.into_iter().map(|(alias, slot)| (alias.into(), slot)).collect() }
    }
}

impl AttributeSelection {
    /// A tracking field by the name that a traffic source gives it.
    ///
    /// # Errors
    /// See [`TrackingAliases::slot`].
    pub fn by_alias(alias: &str, aliases: &TrackingAliases) -> Result<Self, ValidationError> {
        aliases.slot(alias).map(Self::tracking_field)
    }
}
