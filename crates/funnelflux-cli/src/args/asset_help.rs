//! The longer help texts of the verbs on assets. `KIND`, `NAME_MEMBER` and `REQUESTS` stand for the
//! name of the kind, the member that holds the name of an object, and how many requests are sent.

use funnelflux::ledger::{AssetKind, Verb};

pub(super) fn of_kind(text: &str, kind: &AssetKind) -> String {
    let member = kind.name_members().first().copied().unwrap_or("name");
    let requests = match kind.takes_one(Verb::Archive) {
        true => "Sends one request for each id, because the API takes only one.",
        false => "All ids are sent in one request.",
    };
    text.replace("KIND", kind.name()).replace("NAME_MEMBER", member).replace("REQUESTS", requests)
}

pub(super) const LIST: &str = include_str!("help/asset-list.txt");
pub(super) const GET: &str = include_str!("help/asset-get.txt");
pub(super) const FIND: &str = include_str!("help/asset-find.txt");
pub(super) const CREATE: &str = include_str!("help/asset-create.txt");
pub(super) const UPDATE: &str = include_str!("help/asset-update.txt");
pub(super) const DUPLICATE: &str = include_str!("help/asset-duplicate.txt");
pub(super) const CHANGE: &str = include_str!("help/asset-change.txt");
pub(super) const DELETE: &str = include_str!("help/asset-delete.txt");
pub(super) const MOVE: &str = include_str!("help/asset-move.txt");
pub(super) const MEMBERS: &str = include_str!("help/asset-members.txt");
