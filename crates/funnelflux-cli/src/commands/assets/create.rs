//! `create`: ids first, on paper; then the objects.

use funnelflux::Error;
use funnelflux::id::{AssetId, new_id};
use funnelflux::ledger::AnyAssets;
use funnelflux::model::Document;

use super::Context;
use super::items::Items;
use super::members::Assignment;
use super::notes::Notes;
use super::outcome::{self, Account, Outcome};
use super::resume::{Plan, Planned};
use crate::args::CreateArgs;
use crate::commands::preview::{self, Request};
use crate::failure::Failure;

/// An object to make.
struct Item {
    object: Document,
    planned: Planned,
}

pub(super) async fn run(context: &Context<'_>, args: &CreateArgs) -> Result<(), Failure> {
    let assets = &context.assets;
    let assignments = Assignment::parse_all(&args.members.set, assets)?;
    let source = args.members.file.as_deref().map(Items::read).transpose()?;
    let given = source.as_ref().map_or_else(|| vec![Document::new()], |file| file.objects.clone());
    let notes = Notes::find(context, source.as_ref(), args)?;
    let earlier = match &notes {
        Some(notes) => Plan::read(notes.path(), assets.name())?,
        None => None,
    };

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
    let planned = Plan::assign(earlier.as_ref(), &texts, &own, || {
        new_id().map_err(|cause| Failure::failed(format!("no id can be made: {cause}")))
    })?;
    no_id_twice(&planned)?;
    let items: Vec<Item> = objects
        .into_iter()
        .zip(&planned)
        .map(|(object, planned)| with_id(assets, object, *planned))
        .collect::<Result<_, _>>()?;
    valid(assets, &items)?;

    if args.dry.dry_run {
        let calls = items.iter().map(|item| Request::of(&assets.create_call(&item.object)?));
        let requests: Vec<Request> = calls.collect::<Result<_, _>>()?;
        return preview::print(context.settings, &context.progress, &requests);
    }
    if let Some(notes) = &notes {
        let plan = Plan::new(assets.name(), &texts, &planned);
        if earlier.as_ref() != Some(&plan) {
            plan.write(notes.path())?;
        }
    }
    let report = outcome::writing(context)
        // A create has nothing to find but its path.
        .stop_when(|error| !outcome::is_about_one(error) || error.is_not_found())
        .run(items.iter(), |item| Box::pin(one(assets, item)))
        .await;
    let ids = items.iter().map(|item| item.planned.id);
    let mut account = Account::of(ids, report, Outcome::new);
    for (outcome, item) in account.outcomes.iter_mut().zip(&items) {
        outcome.name = assets.name_of(&item.object);
    }
    end(context, account, notes.as_ref())
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

/// Fills the id in where none stands. What stands there and is no id is left for the rules to name.
fn with_id(assets: &AnyAssets, mut object: Document, planned: Planned) -> Result<Item, Failure> {
    let members = assets.id_members();
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
    Ok(Item { object, planned })
}

/// All objects keep all rules, or nothing is sent.
fn valid(assets: &AnyAssets, items: &[Item]) -> Result<(), Failure> {
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

async fn one(assets: &AnyAssets, item: &Item) -> Result<&'static str, Error> {
    if item.planned.earlier {
        let is_made = assets.create_if_missing(&item.object).await?;
        return Ok(if is_made { "created" } else { "exists" });
    }
    assets.create_surely(&item.object).await?;
    Ok("created")
}

fn end(context: &Context<'_>, account: Account, notes: Option<&Notes>) -> Result<(), Failure> {
    let terminal = context.terminal();
    let (made, existed) = (account.count("created"), account.count("exists"));
    let several = account.outcomes.len() > 1;
    let ended = account.end(context, "were not made");
    let existing = if existed > 0 { format!(", {existed} existed already") } else { String::new() };
    if several || ended.is_ok() {
        terminal.note(&format!("created {}{existing}", context.count(made)));
    }
    match (ended, notes) {
        (Ok(()), Some(notes)) => {
            terminal.note(&format!(
                "the ids stay in {}: the same command again makes nothing twice",
                notes.path().display()
            ));
            Ok(())
        }
        (Err(failure), Some(_)) if several => {
            Err(failure.and_hint("The same command again makes the missing ones only."))
        }
        (ended, _) => ended,
    }
}
