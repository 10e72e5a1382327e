//! `create`: ids first, on paper; then the objects.

use std::cell::Cell;

use funnelflux::Error;
use funnelflux::id::{AssetId, new_id};
use funnelflux::ledger::AnyAssets;
use funnelflux::model::Document;
use futures_util::{StreamExt as _, stream};

use super::items::Items;
use super::members::Assignment;
use super::outcome::{self, Outcome};
use super::preview::{self, Request};
use super::resume::{Plan, Planned, beside};
use super::{CONCURRENCY, Context};
use crate::args::CreateArgs;
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
    let notes = source.as_ref().and_then(|file| file.path.as_deref()).map(beside);
    let earlier = match &notes {
        Some(notes) => Plan::read(notes, assets.name())?,
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

    if args.dry_run {
        let calls = items.iter().map(|item| Request::of(&assets.create_call(&item.object)?));
        return preview::print(context, &calls.collect::<Result<Vec<_>, _>>()?);
    }
    if let Some(notes) = &notes {
        let plan = Plan::new(assets.name(), &texts, &planned);
        if earlier.as_ref() != Some(&plan) {
            plan.write(notes)?;
        }
    }
    if notes.is_none() && items.len() > 1 && own.contains(&None) {
        context.progress.aside(|| {
            context.terminal().warn(
                "objects from stdin: their ids are written nowhere, so the same command again \
                 makes them a second time",
            );
        });
    }
    let results = make(context, &items).await;
    report(context, &items, results, notes.as_deref())
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

type Made = Option<Result<&'static str, Error>>;

/// Makes what does not exist yet, a few at a time. After a failure that is not about one object
/// alone nothing new is begun; what is under way comes to its end.
async fn make(context: &Context<'_>, items: &[Item]) -> Vec<Made> {
    let stopped = Cell::new(false);
    let work = items.iter().enumerate().map(|(at, item)| {
        let (stopped, assets) = (&stopped, &context.assets);
        async move {
            if stopped.get() {
                return (at, None);
            }
            let result = Box::pin(one(assets, item)).await;
            if result.as_ref().is_err_and(|error| !is_about_one(error)) {
                stopped.set(true);
            }
            (at, Some(result))
        }
    });
    let mut results: Vec<Made> = std::iter::repeat_with(|| None).take(items.len()).collect();
    let mut under_way = stream::iter(work).buffer_unordered(CONCURRENCY);
    let mut done = 0_usize;
    while let Some((at, result)) = under_way.next().await {
        done += 1;
        context.progress.tell(format!("{done} of {}", items.len()));
        if let Some(slot) = results.get_mut(at) {
            *slot = result;
        }
    }
    results
}

async fn one(assets: &AnyAssets, item: &Item) -> Result<&'static str, Error> {
    if item.planned.earlier && assets.try_find_by_id(&item.planned.id).await?.is_some() {
        return Ok("exists");
    }
    assets.create_surely(&item.object).await?;
    Ok("created")
}

/// Whether the other objects may fare better.
fn is_about_one(error: &Error) -> bool {
    let of_content = |status: u16| matches!(status, 400 | 409 | 413 | 422);
    !error.needs_authorisation()
        && !error.is_ambiguous()
        && (error.is_invalid_request()
            || error.is_refused()
            || error.status().is_some_and(|status| of_content(status.as_u16())))
}

fn report(
    context: &Context<'_>,
    items: &[Item],
    results: Vec<Made>,
    notes: Option<&std::path::Path>,
) -> Result<(), Failure> {
    let mut outcomes = Vec::with_capacity(items.len());
    let (mut made, mut existed, mut failures) = (0_usize, 0_usize, Vec::new());
    for (at, (item, result)) in items.iter().zip(results).enumerate() {
        let said = match result {
            Some(Ok(said)) => {
                *(if said == "created" { &mut made } else { &mut existed }) += 1;
                said
            }
            Some(Err(error)) => {
                let said = if error.is_ambiguous() { "unknown" } else { "failed" };
                failures.push((at + 1, item.planned.id, error));
                said
            }
            None => "not tried",
        };
        let mut outcome = Outcome::new(item.planned.id, said);
        outcome.name = context.assets.name_of(&item.object);
        outcomes.push(outcome);
    }
    outcome::print(context, &outcomes)?;
    let terminal = context.terminal();
    let existing = if existed > 0 { format!(", {existed} existed already") } else { String::new() };
    terminal.note(&format!("created {}{existing}", context.count(made)));
    if failures.is_empty() {
        if let Some(notes) = notes {
            terminal.note(&format!(
                "the ids stay in {}: the same command again makes nothing twice",
                notes.display()
            ));
        }
        return Ok(());
    }
    let missing = items.len() - made - existed;
    let all = context.count(items.len());
    // Doubt is what one has to know of first.
    failures.sort_by_key(|(_, _, error)| !error.is_ambiguous());
    let Some((number, id, error)) = failures.into_iter().next() else { return Ok(()) };
    let failure = Failure::from(error);
    if items.len() == 1 {
        return Err(failure.about(id));
    }
    let failure = failure.about(format!("{missing} of {all} were not made; item {number}, {id}"));
    Err(match notes {
        Some(_) => failure.and_hint("The same command again makes the missing ones only."),
        None => failure,
    })
}
