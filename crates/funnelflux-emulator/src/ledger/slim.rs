//! The slim objects of lists.

use std::collections::HashSet;

use funnelflux_contract::AssetKind;
use serde_json::Value;

use super::{Entry, Kind, Store, kind};
use crate::wire::text;

pub(crate) fn slim(store: &Store, asset: &AssetKind, entry: &Entry) -> String {
    let names = names(asset, entry);
    let members: Vec<_> =
        names.into_iter().filter_map(|name| Some((name, member(store, entry, name)?))).collect();
    text::object(&members)
}

/// Ids, names and status, then the other members in the order of the contract.
fn names(asset: &AssetKind, entry: &Entry) -> Vec<&'static str> {
    let mut names = kind::id_names(asset);
    names.extend(kind::name_names(asset));
    names.push("status");
    names.extend(asset.info_schema.members.iter().map(|member| member.name));
    names.extend((entry.kind == Kind::CATEGORY).then_some("meta"));
    let mut seen = HashSet::new();
    names.retain(|name| seen.insert(*name));
    names
}

fn member(store: &Store, entry: &Entry, name: &str) -> Option<Value> {
    let asset = entry.kind.asset()?;
    let name_of = |kind, id| store.get(kind, id).map_or("", |it| it.name.as_str());
    let destination = |member| entry.value.get("destination").and_then(|it| it.get(member));
    Some(match name {
        id if asset.id_members.contains(&id) => entry.id.as_str().into(),
        own if asset.name_members.contains(&own) => entry.name.as_str().into(),
        "status" => entry.status.name().into(),
        "idCategory" => entry.string(name).into(),
        "categoryName" => name_of(Kind::CATEGORY, entry.string("idCategory")).into(),
        "idFunnelGroup" => group_of(entry).into(),
        "funnelGroupName" => name_of(Kind::FUNNEL_GROUP, group_of(entry)).into(),
        "destinationType" => destination("type")?.clone(),
        "destinationMethod" => destination("method")?.clone(),
        other => entry.value.get(other)?.clone(),
    })
}

pub(crate) fn group_of(funnel: &Entry) -> &str {
    match funnel.string("idFunnelGroup") {
        "" => funnel.string("idCampaign"),
        id => id,
    }
}
