//! Lists and look-ups, and the slim objects of lists.

use std::collections::HashSet;

use funnelflux_contract::{AssetKind, kinds};
use serde_json::Value;

use super::store::{Entry, Store, admitted};
use super::{Call, Kind, kind};
use crate::options::DeletedAssets;
use crate::wire::fields::check_id;
use crate::wire::{Query, Result, text};

/// An id in the query, as a filter. Absent and empty differ.
fn filter_id<'q>(query: &'q Query, name: &str) -> Result<Option<&'q str>> {
    let check = |id: &'q str| if id.is_empty() { Ok(id) } else { check_id(name, id) };
    query.get(name).map(check).transpose()
}

/// The category of a funnel is unknown: here it is a member `idCategory`, or else the group.
fn category_of(entry: &Entry) -> &str {
    match entry.string("idCategory") {
        "" if entry.kind == Kind::FUNNEL => entry.group(),
        own => own,
    }
}

/// Lists the objects that every filter of the query lets through. `needed` is the name of the filter
/// that the operation demands, and what would be right.
pub(crate) fn list(store: &Store, call: &Call<'_>, needed: Option<(&str, &str)>) -> Result<String> {
    let (asset, query) = (call.asset, call.query);
    if let Some((name, right)) = needed {
        query.require(&[name], right)?;
    }
    let status = admitted(query.get("status").unwrap_or_default())?;
    // Empty means uncategorised.
    let category = filter_id(query, "idCategory")?;
    let funnel = filter_id(query, "idFunnel")?;
    let global_only = query.flag("globalOnly")?;
    let childs = query.flag("includeChilds")?;
    let member = |entry: &Entry, name: &str| {
        query.get(name).is_none_or(|wanted| wanted.is_empty() || entry.string(name) == wanted)
    };
    let of_sources = std::ptr::eq(asset, &kinds::TRAFFIC_SOURCE_CATEGORIES);
    let chosen = store.of(call.kind()).filter(|entry| {
        let restricted = entry.string("restrictToFunnelId");
        let own_types = kinds::TRAFFIC_SOURCES.category_types;
        status.contains(&entry.status)
            && (!of_sources || own_types.contains(&entry.string("categoryType")))
            && category.is_none_or(|category| category_of(entry) == category)
            && match funnel {
                // Those that are limited to it (documented).
                Some(funnel) => restricted == funnel,
                None => !global_only || restricted.is_empty(),
            }
            && ["pageType", "funnelType", "categoryType"].iter().all(|name| member(entry, name))
    });
    let (name, child) = match of_sources {
        true => ("trafficSources", &kinds::TRAFFIC_SOURCES),
        false => ("funnels", &kinds::FUNNELS),
    };
    Ok(text::list(chosen.map(|entry| {
        let mut text = slim(store, asset, entry);
        if childs {
            let inside = |it: &&Entry| {
                let parent = if of_sources { it.string("idCategory") } else { it.group() };
                !it.is_deleted() && parent == entry.id
            };
            let childs = store.of(Kind::of(child)).filter(inside).map(|it| slim(store, child, it));
            text::set_raw(&mut text, &[name], &text::list(childs));
        }
        text
    })))
}

fn visible<'s>(store: &'s Store, call: &Call<'_>, id: &str) -> Option<&'s Entry> {
    match call.options.deleted_assets {
        DeletedAssets::Findable => store.get(call.kind(), id),
        DeletedAssets::Hidden => store.living(call.kind(), id),
    }
}

pub(crate) fn by_id(store: &Store, call: &Call<'_>) -> Result<String> {
    let id = call.query_id()?;
    visible(store, call, id).map(|entry| entry.text.clone()).ok_or_else(|| call.missing(id))
}

/// The found objects in the order of the query, each once.
pub(crate) fn by_ids(store: &Store, call: &Call<'_>) -> Result<String> {
    let (at, list) = call.first_parameter("ids separated by commas")?;
    let ids = list.split(',').map(|id| check_id(at, id.trim()));
    let ids = ids.collect::<Result<Vec<_>, _>>()?;
    let mut seen = HashSet::new();
    let ids = ids.into_iter().filter(|id| seen.insert(*id));
    let found = ids.filter_map(|id| visible(store, call, id)).map(|entry| entry.text.as_str());
    Ok(text::list(found))
}

fn slim(store: &Store, asset: &AssetKind, entry: &Entry) -> String {
    let members = names(asset, entry).into_iter();
    let members = members.filter_map(|name| Some((name, member(store, entry, name)?)));
    text::object(&members.collect::<Vec<_>>())
}

/// Ids, names and status, then the other members in the order of the contract.
fn names(asset: &AssetKind, entry: &Entry) -> Vec<&'static str> {
    let mut names = kind::own_first(asset, asset.id_members);
    names.extend(kind::own_first(asset, asset.name_members));
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
        "status" => entry.status.as_str().into(),
        "idCategory" => entry.string(name).into(),
        "categoryName" => name_of(Kind::CATEGORY, entry.string("idCategory")).into(),
        "idFunnelGroup" => entry.group().into(),
        "funnelGroupName" => name_of(Kind::FUNNEL_GROUP, entry.group()).into(),
        "destinationType" => destination("type")?.clone(),
        "destinationMethod" => destination("method")?.clone(),
        other => entry.value.get(other)?.clone(),
    })
}
