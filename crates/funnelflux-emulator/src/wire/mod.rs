//! Forms on the wire: answers, refusals, request bodies, times and money.

pub(crate) mod bearer;
pub(crate) mod fields;
pub(crate) mod money;
pub(crate) mod query;
pub(crate) mod refusal;
pub(crate) mod reply;
pub(crate) mod text;
pub(crate) mod time;

pub(crate) use fields::{Fields, describe, json_kind};
pub(crate) use money::Mills;
pub(crate) use query::Query;
pub(crate) use refusal::Refusal;
pub(crate) use reply::{Reply, Wire};
pub(crate) use time::OffsetTime;
