//! Forms on the wire: answers, refusals, request bodies, times and money.

pub(crate) mod fields;
pub(crate) mod money;
pub(crate) mod query;
mod reply;
pub(crate) mod text;
pub(crate) mod time;

pub(crate) use fields::{Fields, describe, json_kind};
pub(crate) use money::Mills;
pub(crate) use query::Query;
pub(crate) use reply::{Refusal, Reply, Violations, Wire};
pub(crate) use time::OffsetTime;
