//! The types' promises: size, traits, kinds.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail by panicking")]

use std::collections::{BTreeSet, HashSet};
use std::fmt::{Debug, Display};
use std::hash::Hash;

use funnelflux_id::{AssetId, Funnel, Id, Page, ParseIdError};
use static_assertions::{assert_eq_size, assert_impl_all, assert_not_impl_any};

assert_eq_size!(AssetId, [u8; 12]);
assert_eq_size!(Id<Funnel>, [u8; 12]);
assert_impl_all!(AssetId: Copy, Eq, Hash, Ord, Debug, Display, Send, Sync, Unpin);
assert_impl_all!(ParseIdError: std::error::Error, Clone, Send, Sync);

/// A marker that can do nothing at all, and may cross no thread.
struct Inert(#[allow(dead_code, reason = "makes the type neither Send nor Sync")] *const u8);
assert_not_impl_any!(Inert: Clone, Send, Sync);
assert_impl_all!(Id<Inert>: Copy, Eq, Hash, Ord, Debug, Display, Send, Sync, Unpin);

// Kinds are changed in so many words only.
assert_not_impl_any!(Id<Funnel>: From<Id<Page>>, From<AssetId>, Into<AssetId>, PartialEq<Id<Page>>);
assert_not_impl_any!(AssetId: From<Id<Funnel>>, PartialEq<Id<Funnel>>);

#[cfg(feature = "generate")]
mod generating {
    use funnelflux_id::{GenerateError, Generator};
    use static_assertions::assert_impl_all;

    assert_impl_all!(Generator: Send, Sync);
    assert_impl_all!(Generator<fn() -> i64, Box<dyn FnMut() -> Option<u64> + Send>>: Send, Sync);
    assert_impl_all!(GenerateError: std::error::Error, Clone, Send, Sync);
}

#[test]
fn an_id_works_as_a_key_in_both_kinds_of_set() {
    let ids = ["2nIemJxCKbFX", "2n5JuOKWLTzd", "2nIemJxCKbFX"];
    let ids = ids.map(|text| text.parse::<Id<Page>>().unwrap());
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), 2);
    let sorted: Vec<_> = BTreeSet::from(ids).into_iter().collect();
    assert_eq!(sorted, [ids[1], ids[0]]);
}
