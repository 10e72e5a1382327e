//! `create`: writes the ids to disk, then creates the objects.

use std::path::Path;

use funnelflux::Error;
use funnelflux::id::{AssetId, new_id};
use funnelflux::ledger::DynamicAssets;
use funnelflux::model::Document;
use serde_json::Value;

use super::Context;
use super::journal::{Journal, Planned, fingerprint};
use super::outcome::{self, Account, Outcome};
use super::set::Assignment;
use super::unknown::Unknown;
use crate::args::CreateArgs;
use crate::commands::preview::{self, Request};
use crate::failure::Failure;
use crate::input::Input;

/// The outcome of an object that exists and was created from other input.
const DIFFERS: &str = "exists, differs";

/// An object to make.
struct Item {
    object: Document,
    planned: Planned,
    /// The fingerprint of the object, and of what was sent under its id.
    fingerprint: String,
    sent: String,
}

impl Item {
    fn is_as_sent(&self) -> bool {
        self.fingerprint == self.sent
    }
}

pub(super) async fn run(context: &Context<'_>, args: &CreateArgs) -> Result<(), Failure> {
    let (kind, assets) = (context.kind, &context.assets);
    let assignments = Assignment::parse_all(&args.members.set, kind)?;
    let input = args.members.file.as_deref().map(Input::lock).transpose()?;
    let given = input.as_ref().map_or_else(|| Ok(vec![Document::new()]), Input::objects)?;
    let journal = Journal::open(context, input.as_ref(), &given, args)?;

    let mut objects = given.clone();
    for (at, object) in objects.iter_mut().enumerate() {
        for assignment in &assignments {
            assignment
                .apply(object)
                .map_err(|error| Failure::usage(format!("item {}: {error}", at + 1)))?;
        }
    }
    let texts: Vec<&str> = given.iter().map(Document::text).collect();
    let own: Vec<Option<AssetId>> = objects.iter().map(|object| assets.id_of(object)).collect();
    let planned = journal.assign(&texts, &own, || {
        new_id().map_err(|cause| Failure::failed(format!("no id can be made: {cause}")))
    })?;
    no_id_twice(&planned)?;
    let items: Vec<Item> = objects
        .into_iter()
        .zip(&planned)
        .map(|(object, planned)| with_id(context, object, *planned, &journal))
        .collect::<Result<_, _>>()?;
    valid(assets, &items)?;
    let unknown = Unknown::default();
    for warning in items.iter().flat_map(|item| unknown.in_object(kind, &item.object)) {
        context.progress.aside(|| context.terminal().warn(&warning));
    }

    if args.dry.dry_run {
        if planned.iter().zip(&own).any(|(planned, own)| own.is_none() && !planned.earlier) {
            context.progress.aside(|| {
                context.terminal().note("new ids are made for each run: the ids shown will differ");
            });
        }
        let calls = items.iter().map(|item| Request::of(&assets.create_call(&item.object)?));
        let requests: Vec<Request> = calls.collect::<Result<_, _>>()?;
        return preview::print(context.settings, &context.progress, &requests);
    }
    let sent: Vec<String> = items.iter().map(|item| item.sent.clone()).collect();
    journal.write(kind.name(), &texts, &sent, &planned)?;
    let report = outcome::writing(context)
        // A 404 to a create concerns its path, and so all objects.
        .stop_when(|error| !outcome::is_about_one(error) || error.is_not_found())
        .run(items.iter(), |item| Box::pin(one(assets, item)))
        .await;
    let ids = items.iter().map(|item| item.planned.id);
    let mut account = Account::of(ids, report, Outcome::new);
    for (outcome, item) in account.outcomes.iter_mut().zip(&items) {
        outcome.name = assets.name_of(&item.object);
    }
    if items.iter().any(|item| !item.is_as_sent()) {
        let settled = account.outcomes.iter().map(|o| matches!(o.outcome, "created" | "exists"));
        let sent = items.iter().zip(settled).map(|(item, settled)| match settled {
            true => item.fingerprint.clone(),
            false => item.sent.clone(),
        });
        let sent: Vec<String> = sent.collect();
        // The ids were written before; only the hashes of what was sent are missing.
        if let (Err(_), Some(path)) =
            (journal.write(kind.name(), &texts, &sent, &planned), journal.path())
        {
            context.progress.aside(|| {
                context.terminal().warn(&format!("{} cannot be updated", path.display()));
            });
        }
    }
    end(context, account, journal.path())
}

fn no_id_twice(planned: &[Planned]) -> Result<(), Failure> {
    let mut ids: Vec<&str> = planned.iter().map(|planned| planned.id.as_str()).collect();
    ids.sort_unstable();
    let twice = ids.windows(2).find_map(|pair| match pair {
        [one, other] if one == other => Some(*one),
        _ => None,
    });
    match twice {
        Some(id) => Err(Failure::usage(format!("two objects have the id {id}; nothing was sent"))),
        None => Ok(()),
    }
}

/// Sets the id in an object without one. An invalid id is left for the rules to report.
fn with_id(
    context: &Context<'_>,
    mut object: Document,
    planned: Planned,
    journal: &Journal,
) -> Result<Item, Failure> {
    let fingerprint = fingerprint(object.text());
    let sent = journal.sent(planned.id).unwrap_or(&fingerprint).to_owned();
    let members = context.kind.id_members();
    let present = members.iter().find(|name| object.contains(name)).or(members.first());
    if let Some(member) = present
        && object
            .read::<Option<String>>(member)
            .is_ok_and(|id| id.flatten().is_none_or(|id| id.is_empty()))
    {
        object
            .set(member, planned.id.as_str())
            .map_err(|error| Failure::failed(error.to_string()))?;
    }
    Ok(Item { object, planned, fingerprint, sent })
}

/// Checks the rules of all objects: nothing is sent if one is broken.
fn valid(assets: &DynamicAssets, items: &[Item]) -> Result<(), Failure> {
    let mut broken = Vec::new();
    for (at, item) in items.iter().enumerate() {
        if let Err(error) = assets.create_call(&item.object) {
            let said = std::error::Error::source(&error)
                .map_or_else(|| error.to_string(), ToString::to_string);
            broken.push(if items.len() == 1 { said } else { format!("item {}: {said}", at + 1) });
        }
    }
    if broken.is_empty() {
        Ok(())
    } else {
        Err(Failure::usage(format!("{} (nothing was sent)", broken.join("; "))))
    }
}

async fn one(assets: &DynamicAssets, item: &Item) -> Result<&'static str, Error> {
    if item.planned.earlier {
        if assets.create_if_missing(&item.object).await?.is_some() {
            return Ok("created");
        }
        if item.is_as_sent() {
            return Ok("exists");
        }
        let there = assets.find_by_id(&item.planned.id).await?.into_inner();
        return Ok(if has_all_of(&there, &item.object) { "exists" } else { DIFFERS });
    }
    assets.create(&item.object).await?;
    Ok("created")
}

/// Whether the object on the server has all members that were given; it may have others.
fn has_all_of(there: &Document, wanted: &Document) -> bool {
    fn has(there: &Value, wanted: &Value) -> bool {
        match (there, wanted) {
            (Value::Object(there), Value::Object(wanted)) => wanted
                .iter()
                .all(|(name, wanted)| there.get(name).is_some_and(|there| has(there, wanted))),
            (Value::Array(there), Value::Array(wanted)) => {
                there.len() == wanted.len()
                    && there.iter().zip(wanted).all(|(there, wanted)| has(there, wanted))
            }
            _ => there == wanted,
        }
    }
    let values = |object: &Document| serde_json::from_str::<Value>(object.text()).ok();
    values(there).zip(values(wanted)).is_some_and(|(there, wanted)| has(&there, &wanted))
}

fn end(context: &Context<'_>, account: Account, ids: Option<&Path>) -> Result<(), Failure> {
    let terminal = context.terminal();
    let (made, existed) = (account.count("created"), account.count("exists"));
    let differing = account.count(DIFFERS);
    let all = context.count(account.outcomes.len());
    let several = account.outcomes.len() > 1;
    let ended = account.end(context, "were not made");
    let existing = if existed > 0 { format!(", {existed} existed already") } else { String::new() };
    if several || ended.is_ok() {
        terminal.note(&format!("created {}{existing}", context.count(made)));
    }
    match (ended, ids) {
        (Ok(()), Some(path)) if differing > 0 => Err(Failure::failed(format!(
            "{differing} of {all} exist and differ from what is given now; what is there was not \
             changed"
        ))
        .hint(format!(
            "`ffx {} update -f` changes what exists, each object with its id, as in {}",
            context.kind.name(),
            path.display()
        ))),
        (Ok(()), Some(path)) => {
            terminal.note(&format!(
                "the ids stay in {}: the same command again makes nothing twice",
                path.display()
            ));
            Ok(())
        }
        (Err(failure), Some(_)) if several => {
            Err(failure.and_hint("The same command again makes the missing ones only."))
        }
        (ended, _) => ended,
    }
}
