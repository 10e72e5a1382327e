use funnelflux_id::HitId;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer, ser::SerializeMap};

use super::amount;
use crate::Violations;

const NOT_NEGATIVE: &str = "zero or more; −1 would delete the conversion, which is written \
                            `Conversion::delete`";

/// One conversion of a hit: to be added, changed or deleted.
///
/// A hit may hold several conversions with different transaction ids (*help*).
///
/// ```
/// use funnelflux_model::updates::Conversion;
///
/// // The offer's default payout.
/// let plain = Conversion::new("01dkezmsf3bat8xdbz8rt039rh".parse()?);
/// assert_eq!(plain.amount(), None);
///
/// let paid = Conversion::new("01dkezmsf3bat8xdbz8rt039rh".parse()?)
///     .transaction("order-7")
///     .payout("12.50".parse()?);
/// assert_eq!(paid.amount(), Some("12.50".parse()?));
///
/// let gone = Conversion::delete("01dkezmsf3bat8xdbz8rt039rh".parse()?).transaction("order-7");
/// assert!(gone.is_delete());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "it has an effect only where it is passed"]
pub struct Conversion {
    hit: HitId,
    transaction: String,
    payout: Option<Decimal>,
    delete: bool,
}

impl Serialize for Conversion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let payout = if self.delete { Some(Decimal::NEGATIVE_ONE) } else { self.payout };
        let mut map = serializer.serialize_map(Some(3))?;
        map.serialize_entry("idHit", &self.hit)?;
        map.serialize_entry("transaction", &self.transaction)?;
        map.serialize_entry("payout", &payout.map(amount::JsonNumber))?;
        map.end()
    }
}

impl Conversion {
    /// A conversion of this hit (`idHit`, *sibling*), with the default payout and no transaction id.
    pub fn new(hit: HitId) -> Self {
        Self { hit, transaction: String::new(), payout: None, delete: false }
    }

    /// Deletes the conversion of this hit that has the transaction id given, or else has none.
    /// On the wire it is a payout of −1 (*help*), and this is the only way to send that.
    pub fn delete(hit: HitId) -> Self {
        Self { delete: true, ..Self::new(hit) }
    }

    funnelflux_contract::setters! {
        /// The transaction id; an empty text is none. On the wire: `transaction` (*sibling*).
        fn transaction(transaction: impl Into<String>) => transaction = transaction.into();
        /// The payout, exact; by default that of the offer (*help*). `build` refuses negative amounts.
        /// On the wire: `payout`, a number or null (*sibling*).
        fn payout(payout: Decimal) => payout = Some(payout);
    }

    /// The hit.
    pub fn hit(&self) -> &HitId {
        &self.hit
    }

    /// The transaction id; empty for none.
    pub fn transaction_id(&self) -> &str {
        &self.transaction
    }

    /// The payout given; `None` for the offer's default and for a deletion.
    pub fn amount(&self) -> Option<Decimal> {
        self.payout
    }

    /// Whether this deletes the conversion.
    pub fn is_delete(&self) -> bool {
        self.delete
    }

    pub(super) fn check(&self, field: &str, found: &mut Violations) {
        let Some(payout) = self.payout else { return };
        let field = format!("{field}.payout");
        if self.delete {
            let value = format!("{payout} for a conversion that is to be deleted");
            found.add(field, value, "no payout: a conversion is either deleted or paid");
        } else {
            amount::check(&field, payout, NOT_NEGATIVE, found);
        }
    }
}

funnelflux_contract::formats! {
    /// Without the transaction id, which may be a customer's order.
    Debug for Conversion, |it, f| f.debug_struct("Conversion")
        .field("hit", &it.hit)
        .field("has_transaction", &!it.transaction.is_empty())
        .field("payout", &it.payout)
        .field("delete", &it.delete)
        .finish()
}
