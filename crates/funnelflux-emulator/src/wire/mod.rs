//! Forms on the wire: answers, refusals, request bodies, times and money.

pub(crate) mod fields;
pub(crate) mod money;
mod reply;
pub(crate) mod text;
pub(crate) mod time;

pub(crate) use fields::{Fields, Query, bearer, describe, json_kind};
pub(crate) use money::{TEN_THOUSANDTH, Units};
pub(crate) use reply::{Refusal, Reply, Result, Violations, Wire};
pub(crate) use time::OffsetTime;
