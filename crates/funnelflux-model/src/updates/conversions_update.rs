//! The rules of an update of conversions.

use std::{collections::HashMap, num::NonZeroUsize};

use super::{ConversionsUpdate, amount};
use crate::Violations;

const HITS: &str = "hits";

/// # Rules
///
/// At least one conversion, each hit and transaction id once, no negative payout. A deletion has no
/// payout of its own and no override. Postbacks are not both disabled and forced.
///
/// ```
/// use funnelflux_model::updates::{Conversion, ConversionsUpdate, PostbackCalls};
///
/// let hit = "01dkezmsf3bat8xdbz8rt039rh";
/// let update = ConversionsUpdate::builder(PostbackCalls::None)
///     .conversion(Conversion::new(hit.parse()?).transaction("order-7").payout("12.50".parse()?))
///     .build()?;
/// assert_eq!(
///     serde_json::to_string(&update)?,
///     r#"{"hits":[{"idHit":"01dkezmsf3bat8xdbz8rt039rh","transaction":"order-7","payout":12.50}],"#
///         .to_owned()
///         + r#""postbackCalls":"none","overridePayout":null,"disablePostbacks":false,"forcePostbacks":false}"#
/// );
///
/// let error = ConversionsUpdate::builder(PostbackCalls::None)
///     .conversion(Conversion::new(hit.parse()?).payout("-1".parse()?))
///     .build()
///     .unwrap_err();
/// assert!(error.to_string().contains("`Conversion::delete`"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
impl ConversionsUpdate {
    /// The same update in pieces of at most `most` conversions. The server's limit is *unknown*.
    #[must_use]
    pub fn split(mut self, most: NonZeroUsize) -> Vec<Self> {
        let conversions = self.conversions.take().unwrap_or_default();
        let piece = |piece: &[_]| Self { conversions: Some(piece.to_vec()), ..self.clone() };
        conversions.chunks(most.get()).map(piece).collect()
    }

    pub(super) fn check(&self, found: &mut Violations) {
        if self.conversions().is_empty() {
            found.add(HITS, "an empty list", "at least one conversion");
        }
        let mut seen = HashMap::new();
        for (at, conversion) in self.conversions().iter().enumerate() {
            let field = format!("{HITS}[{at}]");
            conversion.check(&field, found);
            if conversion.is_delete() && self.override_payout.is_some() {
                let value = "a deletion in an update with overridePayout";
                let expected = "an update of its own: a deletion is a payout on the wire, and \
                                could be overridden";
                found.add(&field, value, expected);
            }
            let first = *seen.entry((conversion.hit(), conversion.transaction_id())).or_insert(at);
            if first != at {
                let value = format!("hit `{}` with the same transaction id", conversion.hit());
                let already = format!("it is {HITS}[{first}] already");
                found.add(field, value, format!("each hit and transaction id once; {already}"));
            }
        }
        if let Some(payout) = self.override_payout {
            amount::check("overridePayout", payout, "zero or more", found);
        }
        if self.disable_postbacks && self.force_postbacks {
            found.add("disablePostbacks, forcePostbacks", "both of them", "at most one of them");
        }
    }
}
