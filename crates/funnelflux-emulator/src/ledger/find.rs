//! Lists and look-ups.

use std::collections::HashSet;

use super::family::{self, Family, Kind};
use super::slim::{group_of, slim, slim_with};
use super::status::{Filter, Status};
use super::store::{Entry, Store};
use super::{Call, ids, missing};
use crate::options::DeletedAssets;
use crate::wire::query::Query;
use crate::wire::refusal::Refusal;
use crate::wire::text;

/// An id in the query, as a filter: absent and empty are different things.
fn filter_id<'q>(query: &'q Query, name: &str) -> Result<Option<&'q str>, Refusal> {
    match query.get(name) {
        None => Ok(None),
        Some("") => Ok(Some("")),
        Some(id) => ids::check(name, id).map(Some),
    }
}

pub(crate) fn list(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let (family, query) = (call.family, call.query);
    let status = Filter::parse(query.get("status").unwrap_or_default())?;
    let category = filter_id(query, "idCategory")?;
    let funnel = filter_id(query, "idFunnel")?;
    let global_only = query.flag("globalOnly")?;
    let childs = query.flag("includeChilds")?;
    let member = |entry: &Entry, name: &str| {
        query.get(name).is_none_or(|wanted| wanted.is_empty() || entry.string(name) == wanted)
    };
    let chosen = store.of(family.kind).filter(|entry| {
        let restricted = entry.string("restrictToFunnelId");
        status.admits(entry.status)
            && category.is_none_or(|category| entry.string("idCategory") == category)
            && match funnel {
                // The global ones and its own: those it can use.
                Some(funnel) => restricted.is_empty() || restricted == funnel,
                None => !global_only || restricted.is_empty(),
            }
            && ["pageType", "funnelType", "categoryType"].iter().all(|name| member(entry, name))
    });
    Ok(text::list(chosen.map(|entry| {
        if !childs {
            return slim(store, family, entry);
        }
        let funnels = store
            .of(Kind::Funnel)
            .filter(|funnel| group_of(funnel) == entry.id && funnel.status != Status::Deleted);
        let funnels = text::list(funnels.map(|funnel| slim(store, &family::FUNNEL, funnel)));
        slim_with(store, family, entry, "funnels", &funnels)
    })))
}

/// The categories of traffic sources, by the older list.
pub(crate) fn list_categories(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let status = Filter::parse(call.query.get("status").unwrap_or_default())?;
    let childs = call.query.flag("includeChilds")?;
    let chosen = store.of(Kind::Category).filter(|entry| {
        status.admits(entry.status) && entry.string("categoryType") == "trafficsources"
    });
    Ok(text::list(chosen.map(|entry| {
        if !childs {
            return slim(store, &family::CATEGORY, entry);
        }
        let inside = store.of(Kind::TrafficSource).filter(|source| {
            source.string("idCategory") == entry.id && source.status != Status::Deleted
        });
        let inside = text::list(inside.map(|source| slim(store, call.family, source)));
        slim_with(store, &family::CATEGORY, entry, "trafficSources", &inside)
    })))
}

/// An object that a look-up by id may show.
fn visible<'s>(store: &'s Store, call: &Call<'_>, id: &str) -> Option<&'s Entry> {
    let shown =
        |entry: &&Entry| call.deleted == DeletedAssets::Findable || entry.status != Status::Deleted;
    store.get(call.family.kind, id).filter(shown)
}

pub(crate) fn by_id(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let id = call.query_id()?;
    visible(store, call, id)
        .map(|entry| entry.text.clone())
        .ok_or_else(|| missing(call.family.kind, call.family.id_name(), id, ""))
}

/// Those that are there, in the order they were asked for, each once.
pub(crate) fn by_ids(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let family: &Family = call.family;
    let at = family.ids.first().copied().unwrap_or("ids");
    let list = call.query.require(family.ids, "ids separated by commas")?;
    let mut seen = HashSet::new();
    let ids = ids::separated(at, list)?;
    let found = ids
        .into_iter()
        .filter(|id| seen.insert(*id))
        .filter_map(|id| visible(store, call, id))
        .map(|entry| entry.text.as_str());
    Ok(text::list(found))
}

pub(crate) fn by_status(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let right = "active, archived, deleted, not-deleted, all or nothing";
    let status = Filter::parse(call.query.require(&["status"], right)?)?;
    let chosen = store.of(call.family.kind).filter(|entry| status.admits(entry.status));
    Ok(text::list(chosen.map(|entry| slim(store, call.family, entry))))
}

/// Those of a category that are not deleted; the empty one has the uncategorised. What a funnel's
/// category is, nobody says: here a member `idCategory`, or else its group.
pub(crate) fn by_category(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let name = "idCategory";
    call.query.require(&[name], "the id of a category, or nothing for the uncategorised")?;
    let category = filter_id(call.query, name)?.unwrap_or_default();
    let chosen = store.of(call.family.kind).filter(|entry| {
        let own = entry.string(name);
        let of =
            if call.family.kind == Kind::Funnel && own.is_empty() { group_of(entry) } else { own };
        entry.status != Status::Deleted && of == category
    });
    Ok(text::list(chosen.map(|entry| slim(store, call.family, entry))))
}

pub(crate) fn by_type(store: &Store, call: &Call<'_>) -> Result<String, Refusal> {
    let wanted = call.query.require(&["funnelType"], "a type of funnel")?;
    let chosen = store
        .of(call.family.kind)
        .filter(|entry| entry.status != Status::Deleted && entry.string("funnelType") == wanted);
    Ok(text::list(chosen.map(|entry| slim(store, call.family, entry))))
}
