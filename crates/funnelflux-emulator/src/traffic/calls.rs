//! Calls that a visit causes and that do not change it: of webhooks and middleware, and postbacks to
//! the traffic sources, which stay in the log even where the conversion is deleted.

use std::collections::{HashMap, VecDeque};

use serde::{Deserialize, Serialize};

use super::visit::{Event, Visit};
use crate::account::DATA;
use crate::hooks::Trigger;
use crate::rng::hash;
use crate::wire::Units;

/// Per mille of failed webhook calls.
const WEBHOOK_FAILURES: u64 = 15;

/// The most exchanges that are remembered for the logs.
const MOST_REMEMBERED: usize = 10_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Call {
    /// Which webhook or middleware of the account.
    pub(crate) callee: usize,
    pub(crate) at: i64,
    pub(crate) failed: bool,
    pub(crate) latency_millis: i64,
}

/// The call of the webhook that the visit passed, at the time of the click. Documented: the visit does
/// not wait for the answer, so there is no latency.
pub(crate) fn webhook(visit: &Visit) -> Option<Call> {
    let callee = DATA.funnels.get(visit.funnel)?.webhook?;
    let at = visit.lander_click?;
    let failed = hash(&[visit.key, 0x3EB]) % 1000 < WEBHOOK_FAILURES;
    Some(Call { callee, at, failed, latency_millis: 0 })
}

/// The call of the middleware that the visit passed, at the time when it led to the offer. Documented:
/// without an answer in time the default route is taken, which leads to the last offer. So a visit of
/// another offer was answered in time.
pub(crate) fn middleware(visit: &Visit) -> Option<Call> {
    let funnel = DATA.funnels.get(visit.funnel)?;
    let callee = funnel.middleware?;
    let timeout = DATA.middleware.get(callee)?.timeout_millis;
    let (clicked, at) = (visit.lander_click?, visit.offer_view?);
    // Redirects take the rest of the time between click and view.
    let share = 700 + i64::try_from(hash(&[visit.key, 0x31D]) % 250).unwrap_or(0);
    let took = (at - clicked) * share / 1000;
    let by_default = visit.offer.is_some() && visit.offer == funnel.offers.last().copied();
    let failed = by_default && took >= timeout;
    let latency_millis = if failed { timeout } else { took.min(timeout - 1) };
    Some(Call { callee, at, failed, latency_millis })
}

/// The last calls that were made, each with the key of its visit.
#[derive(Default)]
pub(crate) struct Log(VecDeque<(Trigger, u64, Call)>);

impl Log {
    pub(crate) fn add(&mut self, event: Trigger, key: u64, call: Call) {
        if self.0.len() >= MOST_REMEMBERED {
            self.0.pop_front();
        }
        self.0.push_back((event, key, call));
    }

    /// What came of the calls of an event, by visit.
    pub(crate) fn of(&self, event: Trigger) -> HashMap<u64, Call> {
        let of_it = self.0.iter().filter(|(of, ..)| *of == event);
        of_it.map(|(_, key, call)| (*key, *call)).collect()
    }

    /// The calls for conversions, which the traffic alone does not make.
    pub(crate) fn of_conversions(&self) -> Vec<Call> {
        let of_them = |event: &Trigger| matches!(event, Trigger::Conversion(_));
        self.0.iter().filter(|(event, ..)| of_them(event)).map(|(.., call)| *call).collect()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Postbacks {
    Never,
    /// Unless the same hit and transaction have sent one.
    Once,
    Always,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Postback {
    pub(crate) at: i64,
    pub(crate) source: usize,
    pub(crate) hit: String,
    pub(crate) conversion: String,
    pub(crate) transaction: String,
    pub(crate) revenue: Units,
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
            revenue: event.sold?.revenue,
        })
    }

    pub(crate) fn of_transaction(visit: &Visit, transaction: &str, at: i64) -> Option<Self> {
        let of_it = |event: &Event<'_>| event.transaction().is_some_and(|own| own == transaction);
        visit.events().find(of_it).and_then(|event| Self::of(&event, at))
    }
}

#[cfg(test)]
mod tests {
    use super::super::hour;
    use super::*;

    #[test]
    fn a_visit_makes_the_calls_of_its_funnel_and_waits_no_longer_than_for_its_offer() {
        let (mut webhooks, mut answered, mut late) = (0, 0, 0);
        for visit in (472_000..472_200).flat_map(|hour| hour::visits(1, hour, 40)) {
            let funnel = &DATA.funnels[visit.funnel];
            let hook = webhook(&visit);
            assert_eq!(hook.is_some(), funnel.webhook.is_some() && visit.lander_click.is_some());
            webhooks += usize::from(hook.is_some_and(|call| call.failed));
            let Some(call) = middleware(&visit) else {
                assert!(funnel.middleware.is_none() || visit.offer_view.is_none());
                continue;
            };
            let waited = visit.offer_view.unwrap() - visit.lander_click.unwrap();
            assert!((50..=waited).contains(&call.latency_millis), "{call:?} of {waited}");
            let timeout = DATA.middleware[call.callee].timeout_millis;
            assert_eq!(call.failed, call.latency_millis == timeout);
            if call.failed {
                assert_eq!(visit.offer, funnel.offers.last().copied(), "the default route");
                late += 1;
            } else {
                answered += 1;
            }
        }
        assert!(webhooks > 0 && late > 0 && answered > 10 * late, "{webhooks} {late} {answered}");
    }
}
