//! Sent postbacks to the traffic sources, which stay in the log even where the conversion is deleted.

use serde::{Deserialize, Serialize};

use super::visit::{Event, Visit};
use crate::wire::money::Mills;

/// Whether an uploaded conversion sends a postback.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Calls {
    Never,
    /// Unless the same hit and transaction have sent one.
    Once,
    Always,
}

/// A sent postback.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Postback {
    pub(crate) at: i64,
    /// The number of the traffic source.
    pub(crate) source: usize,
    pub(crate) hit: String,
    pub(crate) conversion: String,
    pub(crate) transaction: String,
    pub(crate) revenue: Mills,
}

impl Postback {
    /// The postback of a conversion; `None` for any other event.
    pub(crate) fn of(event: &Event<'_>, at: i64) -> Option<Self> {
        Some(Self {
            at,
            source: event.visit.source,
            hit: event.hit_id(),
            conversion: event.conversion_id()?,
            transaction: event.transaction()?,
            revenue: event.conversion()?.revenue,
        })
    }

    /// The postback of the conversion with this transaction.
    pub(crate) fn of_transaction(visit: &Visit, transaction: &str, at: i64) -> Option<Self> {
        let of_it = |event: &Event<'_>| event.transaction().is_some_and(|own| own == transaction);
        visit.events().find(of_it).and_then(|event| Self::of(&event, at))
    }
}
