use std::{collections::HashMap, fmt, num::NonZeroUsize};

use rust_decimal::Decimal;
use serde::Serialize;
use serde_json::Value;

use super::{Conversion, PostbackCalls, amount};
use crate::{
    extra::Extra,
    validation::{ValidationError, Violation},
};

/// The body of `PUT /reporting/update/conversions`: conversions to add, change and delete.
///
/// The body and its members `postbackCalls`, `overridePayout`, `disablePostbacks` and
/// `forcePostbacks` are *documented*; the names `hits`, `idHit`, `transaction` and `payout` are
/// *sibling*. A member override of the client replaces them.
///
/// # Examples
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
#[derive(Clone, PartialEq, Serialize)]
pub struct ConversionsUpdate {
    #[serde(rename = "hits")]
    conversions: Vec<Conversion>,
    #[serde(flatten)]
    settings: Settings,
}

#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Settings {
    postback_calls: PostbackCalls,
    #[serde(serialize_with = "amount::or_null")]
    override_payout: Option<Decimal>,
    disable_postbacks: bool,
    force_postbacks: bool,
    #[serde(flatten)]
    extra: Extra,
}

/// Builds a [`ConversionsUpdate`].
#[derive(Clone, Debug)]
#[must_use]
pub struct ConversionsUpdateBuilder {
    update: ConversionsUpdate,
}

/// The list of conversions. The list is *documented*, its name *sibling*, as are the names of the
/// members of its items.
const HITS: &str = "hits";

impl ConversionsUpdate {
    /// Begins an update without conversions. The choice of postback calls is required, because a call
    /// cannot be taken back.
    pub fn builder(postback_calls: PostbackCalls) -> ConversionsUpdateBuilder {
        ConversionsUpdateBuilder {
            update: Self {
                conversions: Vec::new(),
                settings: Settings {
                    postback_calls,
                    override_payout: None,
                    disable_postbacks: false,
                    force_postbacks: false,
                    extra: Extra::default(),
                },
            },
        }
    }

    /// The conversions, in their order. Never empty.
    #[must_use]
    pub fn conversions(&self) -> &[Conversion] {
        &self.conversions
    }

    /// Whether postbacks are called.
    #[must_use]
    pub fn postback_calls(&self) -> PostbackCalls {
        self.settings.postback_calls
    }

    /// The same update in pieces of at most `most` conversions, in their order. How many the server
    /// takes at once is *unknown*.
    #[must_use]
    pub fn split(self, most: NonZeroUsize) -> Vec<Self> {
        let pieces = self.conversions.chunks(most.get());
        pieces
            .map(|piece| Self { conversions: piece.to_vec(), settings: self.settings.clone() })
            .collect()
    }
}

impl ConversionsUpdateBuilder {
    /// Adds a conversion.
    pub fn conversion(mut self, conversion: Conversion) -> Self {
        self.update.conversions.push(conversion);
        self
    }

    /// Adds conversions.
    pub fn conversions(mut self, conversions: impl IntoIterator<Item = Conversion>) -> Self {
        self.update.conversions.extend(conversions);
        self
    }

    /// `overridePayout`: by its name, one payout for all of them. Grade: *documented*, its meaning
    /// *inferred*. Not together with a deletion, which is a payout itself on the wire.
    pub fn override_payout(mut self, payout: Decimal) -> Self {
        self.update.settings.override_payout = Some(payout);
        self
    }

    /// Sets `disablePostbacks` (false otherwise). Grade: *documented*.
    pub fn disable_postbacks(mut self) -> Self {
        self.update.settings.disable_postbacks = true;
        self
    }

    /// Sets `forcePostbacks` (false otherwise). Grade: *documented*.
    pub fn force_postbacks(mut self) -> Self {
        self.update.settings.force_postbacks = true;
        self
    }

    /// A member of the wire that this crate does not know. Grade: *unknown*.
    pub fn extra(mut self, member: impl Into<String>, value: impl Into<Value>) -> Self {
        self.update.settings.extra.push(member, value);
        self
    }

    /// Checks and returns the update.
    ///
    /// # Errors
    ///
    /// Every violation, in one error: no conversion at all, a negative payout, a conversion that is
    /// given twice (same hit, same transaction id), a deletion with a payout of its
    /// own or under an override, postbacks both disabled and forced, an extra member that is set
    /// already.
    pub fn build(self) -> Result<ConversionsUpdate, ValidationError> {
        let ConversionsUpdate { conversions, settings } = &self.update;
        let mut violations = Vec::new();
        if conversions.is_empty() {
            violations.push(Violation::new(HITS, "an empty list", "at least one conversion"));
        }
        let mut seen = HashMap::new();
        for (at, conversion) in conversions.iter().enumerate() {
            let field = format!("{HITS}[{at}]");
            conversion.check(&field, &mut violations);
            if conversion.is_delete() && settings.override_payout.is_some() {
                violations.push(Violation::new(
                    &field,
                    "a deletion in an update with overridePayout",
                    "an update of its own: a deletion is a payout on the wire, and could be \
                     overridden",
                ));
            }
            let first = *seen.entry((conversion.hit(), conversion.transaction_id())).or_insert(at);
            if first != at {
                violations.push(Violation::new(
                    field,
                    format!("hit `{}` with the same transaction id", conversion.hit()),
                    format!("each hit and transaction id once; it is {HITS}[{first}] already"),
                ));
            }
        }
        if let Some(payout) = settings.override_payout {
            amount::check("overridePayout", payout, "zero or more", &mut violations);
        }
        if settings.disable_postbacks && settings.force_postbacks {
            violations.push(Violation::new(
                "disablePostbacks, forcePostbacks",
                "both of them",
                "at most one of them",
            ));
        }
        let known = [HITS, "postbackCalls", "overridePayout", "disablePostbacks", "forcePostbacks"];
        settings.extra.check("extra", &known, &mut violations);
        ValidationError::check(violations)?;
        Ok(self.update)
    }
}

/// Shows how many conversions there are: there can be thousands.
impl fmt::Debug for ConversionsUpdate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let deletions = self.conversions.iter().filter(|c| c.is_delete()).count();
        f.debug_struct("ConversionsUpdate")
            .field("conversions", &self.conversions.len())
            .field("of_them_deletions", &deletions)
            .field("postback_calls", &self.settings.postback_calls)
            .field("override_payout", &self.settings.override_payout)
            .field("disable_postbacks", &self.settings.disable_postbacks)
            .field("force_postbacks", &self.settings.force_postbacks)
            .finish_non_exhaustive()
    }
}
