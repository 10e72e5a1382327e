//! The slim objects of lists.

use serde_json::Value;

use super::family::{Family, Kind, Slim};
use super::store::{Entry, Store};
use crate::wire::text;

/// The slim form of an object.
pub(crate) fn slim(store: &Store, family: &Family, entry: &Entry) -> String {
    text::object(&members(store, family, entry))
}

/// The same with one more member.
pub(crate) fn slim_with(
    store: &Store,
    family: &Family,
    entry: &Entry,
    name: &str,
    json: &str,
) -> String {
    let mut text = slim(store, family, entry);
    text::set_raw(&mut text, &[text::Step::Member(name)], json);
    text
}

fn members(store: &Store, family: &Family, entry: &Entry) -> Vec<(&'static str, Value)> {
    let mut members: Vec<(&'static str, Value)> = Vec::new();
    for part in family.slim {
        match part {
            Slim::Core => {
                members.extend(family.id.iter().map(|name| (*name, entry.id.as_str().into())));
                members.extend(family.name.iter().map(|name| (*name, entry.name.as_str().into())));
                members.push(("status", entry.status.name().into()));
            }
            Slim::Category => {
                let id = entry.string("idCategory");
                let name = store.get(Kind::Category, id).map_or("", |it| it.name.as_str());
                members.push(("idCategory", id.into()));
                members.push(("categoryName", name.into()));
            }
            Slim::Group => {
                let id = group_of(entry);
                let name = store.get(Kind::FunnelGroup, id).map_or("", |it| it.name.as_str());
                members.push(("idFunnelGroup", id.into()));
                members.push(("funnelGroupName", name.into()));
            }
            Slim::Member(name) => {
                if let Some(value) = entry.value.get(*name) {
                    members.push((name, value.clone()));
                }
            }
            Slim::Destination(name, member) => {
                let value = entry.value.get("destination").and_then(|it| it.get(*member));
                if let Some(value) = value {
                    members.push((name, value.clone()));
                }
            }
        }
    }
    members
}

/// The funnel group of a funnel.
pub(crate) fn group_of(funnel: &Entry) -> &str {
    match funnel.string("idFunnelGroup") {
        "" => funnel.string("idCampaign"),
        id => id,
    }
}
