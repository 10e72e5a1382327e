//! The kinds of objects, by the contract.

use funnelflux_contract::{AssetKind, kinds};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A kind of stored object: the name of its schema. Two kinds of the contract may share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Kind(&'static str);

impl Kind {
    pub(crate) const TRAFFIC_SOURCE: Self = Self::of(&kinds::TRAFFIC_SOURCES);
    pub(crate) const OFFER_SOURCE: Self = Self::of(&kinds::OFFER_SOURCES);
    pub(crate) const FUNNEL_GROUP: Self = Self::of(&kinds::FUNNEL_GROUPS);
    pub(crate) const FUNNEL: Self = Self::of(&kinds::FUNNELS);
    pub(crate) const CONDITION: Self = Self::of(&kinds::CONDITIONS);
    pub(crate) const PAGE: Self = Self::of(&kinds::PAGES);
    pub(crate) const WEBHOOK_CONFIG: Self = Self::of(&kinds::WEBHOOK_CONFIGS);
    pub(crate) const MIDDLEWARE_CONFIG: Self = Self::of(&kinds::MIDDLEWARE_CONFIGS);
    pub(crate) const LOGIC_SCRIPT: Self = Self::of(&kinds::LOGIC_SCRIPTS);
    pub(crate) const CATEGORY: Self = Self::of(&kinds::CATEGORIES);

    pub(crate) const fn of(asset: &'static AssetKind) -> Self {
        Self(asset.schema.name)
    }

    /// The first kind of the contract with this schema.
    pub(crate) fn asset(self) -> Option<&'static AssetKind> {
        AssetKind::all().iter().copied().find(|asset| Self::of(asset) == self)
    }

    pub(crate) fn noun(self) -> &'static str {
        self.asset().map_or("object", |kind| kind.noun)
    }
}

/// The spellings of id or name, the kind's own first. They pair up: where the kind's queries use the
/// second id, its objects have the second name.
pub(crate) fn own_first(asset: &AssetKind, names: &[&'static str]) -> Vec<&'static str> {
    let own = asset.id_members.iter().position(|name| *name == asset.id_query);
    let mut names = names.to_vec();
    if let Some(head) = names.get_mut(..=own.unwrap_or(0)) {
        head.rotate_right(1);
    }
    names
}

/// As snapshots spell it: `offerSource`.
impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (first, rest) = self.0.split_at_checked(1).unwrap_or_default();
        serializer.serialize_str(&(first.to_ascii_lowercase() + rest))
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        let mut all = AssetKind::all().iter().map(|asset| Self::of(asset));
        all.find(|kind| kind.0.eq_ignore_ascii_case(&name))
            .ok_or_else(|| serde::de::Error::custom("a kind that the contract does not have"))
    }
}
