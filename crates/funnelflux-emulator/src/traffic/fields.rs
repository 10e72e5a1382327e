//! Tracking fields: `campaign`, `external`, `c1` … `c20`.

use std::borrow::Cow;

use funnelflux_contract::schemas::TRACKING_SLOT;
use serde::{Deserialize, Serialize};

use super::Visit;
use crate::account::{Account, Slot};
use crate::rng::hash;
use crate::wire::Refusal;

/// A tracking-field slot, by its place in the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct TrackingField(u8);

/// The fields that the account's traffic sources fill.
const FILLED: u8 = 7;

impl TrackingField {
    pub(crate) fn parse(name: &str) -> Option<Self> {
        let index = TRACKING_SLOT.values.iter().position(|known| known.value == name)?;
        u8::try_from(index).ok().map(Self)
    }

    /// The field of a name, which is at a place of a request.
    pub(crate) fn named(at: &str, name: &str) -> Result<Self, Refusal> {
        let right = "campaign, external or c1 to c20";
        Self::parse(name).ok_or_else(|| Refusal::at(at, "is not a tracking field", right))
    }

    pub(crate) fn name(self) -> &'static str {
        TRACKING_SLOT.values.get(usize::from(self.0)).map_or("", |slot| slot.value)
    }

    /// The slots that hold values in this account.
    pub(crate) fn filled() -> impl Iterator<Item = Self> {
        (0..FILLED).map(Self)
    }

    /// The value on a visit; empty where the source has none.
    pub(crate) fn value(self, account: &Account, visit: &Visit) -> Cow<'static, str> {
        let slot = account
            .sources
            .get(visit.source)
            .and_then(|source| source.slots.get(usize::from(self.0)))
            .unwrap_or(&Slot::Empty);
        let source = u64::try_from(visit.source).unwrap_or(0);
        let salt = [account.salt, source, u64::from(self.0)];
        match slot {
            Slot::Empty => Cow::Borrowed(""),
            Slot::Pool(values) => {
                let length = u64::try_from(values.len()).unwrap_or(1).max(1);
                let pick = hash(&[salt[0], salt[2], visit.key]) % length;
                let value = usize::try_from(pick).ok().and_then(|at| values.get(at));
                Cow::Borrowed(value.copied().unwrap_or_default())
            }
            Slot::Label(text) => Cow::Owned(format!("{text} {}", visit.ad.campaign + 1)),
            Slot::Number(depth) => {
                let ad = visit.ad;
                let path = match depth {
                    0 => [u64::from(ad.campaign), 99, 99],
                    1 => [u64::from(ad.campaign), u64::from(ad.group), 99],
                    _ => [u64::from(ad.campaign), u64::from(ad.group), u64::from(ad.creative)],
                };
                let tail = hash(&[salt[0], salt[1], path[0], path[1], path[2]]);
                // 18 digits, as ad networks number their objects.
                Cow::Owned(format!("12{:016}", tail % 10_000_000_000_000_000))
            }
            Slot::ClickId => Cow::Owned(format!("clk{:016x}", hash(&[salt[0], 0xC11C, visit.key]))),
        }
    }
}
