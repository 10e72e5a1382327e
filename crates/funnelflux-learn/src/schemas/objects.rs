//! What the kinds of assets say of a body or an answer, where the contract does not have its shape, or where the
//! names of its members are guesses.

use std::collections::BTreeSet;

use funnelflux_contract::{AssetKind, Schema, Verb};

use super::file::Spot;
use super::finding::Aspect;
use super::pair::{DEPTH, gather};
use super::view::{Basic, View};
use crate::contract::Type;

#[cfg(feature = "sessions")]
fn kind_of(id: &str) -> Option<(&'static AssetKind, Verb)> {
    AssetKind::of_operation(id)
}

/// Without the tables of the contract, as in the generator of them, no kind is known.
#[cfg(not(feature = "sessions"))]
const fn kind_of(_: &str) -> Option<(&'static AssetKind, Verb)> {
    None
}

/// What an operation of a kind sends or gets, where the contract does not say: objects of the kind, whole or as
/// lists have them, whichever has more of the members.
pub(super) fn expected(id: &str, aspect: Aspect, spot: &Spot<'_>) -> Option<Type> {
    let (kind, verb) = kind_of(id)?;
    let mut names = BTreeSet::new();
    gather(spot, &mut names, DEPTH);
    let found = |schema: &Schema| names.iter().filter(|it| schema.member(it).is_some()).count();
    let is_slim = found(kind.info_schema) > found(kind.schema);
    let schema = if is_slim { kind.info_schema } else { kind.schema };
    let one = Type::Schema(schema.name.to_owned());
    match (aspect, verb) {
        (Aspect::Body, Verb::Create | Verb::Update) | (Aspect::Response, Verb::FindById) => {
            Some(one)
        }
        (
            Aspect::Response,
            Verb::List
            | Verb::FindByIds
            | Verb::FindByStatus
            | Verb::FindByCategory
            | Verb::FindByType,
        ) => Some(Type::List(Box::new(one))),
        _ => None,
    }
}

/// Whether it has the id or the name of the kind of asset that the operation is of, or is a list of what has.
pub(super) fn is_one(id: &str, wanted: &Type, spot: &Spot<'_>) -> bool {
    let Some((kind, _)) = kind_of(id) else { return false };
    let view = View::of(spot);
    let is_own = |name: &str| name == kind.schema.name || name == kind.info_schema.name;
    let has_name = |view: &View<'_>| {
        kind.id_members.iter().chain(kind.name_members).any(|name| view.member(name).is_some())
    };
    match wanted {
        Type::Schema(name) => is_own(name) && has_name(&view),
        Type::List(inner) if inner.schema().is_some_and(is_own) => {
            view.item.is_some_and(|item| has_name(&View::of(&item)))
        }
        _ => false,
    }
}

/// Whether it is a list of objects.
pub(super) fn is_list(spot: &Spot<'_>) -> bool {
    let item = View::of(spot).item;
    item.is_some_and(|item| View::of(&item).kinds.contains(&Basic::Object))
}

/// Whether the account may want a member in each object that is saved: the contract does not say so already, and
/// neither the server nor its app writes it.
pub(super) fn may_need(id: &str, member: &str) -> bool {
    let Some((kind, Verb::Create | Verb::Update)) = kind_of(id) else { return false };
    let known = kind.schema.member(member);
    known.is_some_and(|it| !it.required && !it.server_managed && !it.reserved)
        && !kind.id_members.contains(&member)
}
