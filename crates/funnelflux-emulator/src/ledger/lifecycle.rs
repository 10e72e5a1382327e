//! Deleting, archiving, moving.

use serde_json::{Value, json};

use super::save::GROUP;
use super::store::{Status, Store};
use super::{Call, Kind, conflict, missing, references};
use crate::wire::fields::{ID, check_id};
use crate::wire::{Fields, Refusal, Result, text};

/// The answer to a change of several objects (sibling). `errors` lists those that failed.
fn bulk(processed: usize, errors: Vec<Value>) -> String {
    text::object(&[
        ("success", errors.is_empty().into()),
        ("processed", processed.into()),
        ("errors", Value::Array(errors)),
    ])
}

pub(crate) fn delete(store: &mut Store, call: &Call<'_>) -> Result<String> {
    let kind = call.kind();
    let id = call.query_id()?;
    let entry = store.living(kind, id).ok_or_else(|| call.missing(id))?;
    if let Some((other, at)) = references::referrer(store, entry) {
        let (own, noun, other) = (kind.noun(), other.kind.noun(), &other.id);
        return Err(conflict(format!(
            "the {own} \"{id}\" is still in use: the {noun} \"{other}\" refers to it in `{at}`; expected \
             that reference to be removed first"
        )));
    }
    for entry in store.all_mut() {
        let own = kind == Kind::FUNNEL && entry.kind == Kind::CONDITION;
        let own = own && entry.string("restrictToFunnelId") == id;
        if own || (entry.kind == kind && entry.id == id) {
            entry.set_status(Status::Deleted);
        }
    }
    Ok(bulk(1, Vec::new()))
}

/// Archives or unarchives: the one in the query, or those in the body.
pub(crate) fn set(store: &mut Store, call: &Call<'_>, one: bool, status: Status) -> Result<String> {
    if one {
        call.living(store, call.query_id()?)?.set_status(status);
        return Ok(bulk(1, Vec::new()));
    }
    let body = call.json("an object such as {\"ids\": [\"…\"]}")?;
    let fields = call.fields(&body)?;
    let right = "true to archive or false to unarchive";
    let status = match fields.get("archive") {
        // Sibling: `archive: false` takes out of the archive.
        Some(Value::Bool(false)) if status == Status::Archived => Status::Active,
        None | Some(Value::Bool(_)) => status,
        Some(other) => return Err(Refusal::wrong("archive", other, right)),
    };
    each(store, &fields, |store, id| {
        call.living(store, id)?.set_status(status);
        Ok(())
    })
}

/// Moves the objects in the body to a category; an empty id means uncategorised.
pub(crate) fn move_all(store: &mut Store, call: &Call<'_>) -> Result<String> {
    let body = call.json("an object such as {\"ids\": [\"…\"], \"idCategory\": \"…\"}")?;
    let fields = call.fields(&body)?;
    let right = "the id of a category, or the empty string";
    let category = fields.string("idCategory", right)?;
    if !category.is_empty() {
        check_id("idCategory", category)?;
        if store.living(Kind::CATEGORY, category).is_none() {
            return Err(missing(Kind::CATEGORY, "idCategory", category, ""));
        }
    }
    each(store, &fields, |store, id| {
        let known = store.get(Kind::CATEGORY, category);
        if let (Some(category), Some(entry)) = (known, store.living(call.kind(), id)) {
            references::check_category("idCategory", entry, category)?;
        }
        call.living(store, id)?.set(&["idCategory"], category);
        Ok(())
    })
}

/// Changes each object of the body's `ids`, as far as `work` takes it.
fn each(
    store: &mut Store,
    fields: &Fields<'_>,
    mut work: impl FnMut(&mut Store, &str) -> Result<()>,
) -> Result<String> {
    let mut processed = 0;
    let mut errors = Vec::new();
    for id in fields.ids("ids")? {
        match work(store, id) {
            Ok(()) => processed += 1,
            Err(refusal) => errors.push(json!({"id": id, "message": refusal.message})),
        }
    }
    Ok(bulk(processed, errors))
}

/// Moves a funnel to another group (sibling: both ids in the body).
pub(crate) fn move_one(store: &mut Store, call: &Call<'_>) -> Result<String> {
    let body = call.json("an object such as {\"idFunnel\": \"…\", \"idCampaign\": \"…\"}")?;
    // The current name of the group is taken beside that of the contract.
    let known = ["idFunnel", "idCampaign", "idFunnelGroup"];
    let fields = Fields::new(&body, "", &known, call.options.unknown_members)?;
    let id = fields.id("idFunnel", ID)?;
    let alias = body.get("idFunnelGroup").is_some() && body.get("idCampaign").is_none();
    let name = if alias { "idFunnelGroup" } else { "idCampaign" };
    let group = fields.id(name, "the id of a funnel group")?;
    if store.living(Kind::FUNNEL_GROUP, group).is_none() {
        return Err(missing(Kind::FUNNEL_GROUP, name, group, ""));
    }
    call.living(store, id)?.spell(&GROUP, group);
    Ok(bulk(1, Vec::new()))
}
