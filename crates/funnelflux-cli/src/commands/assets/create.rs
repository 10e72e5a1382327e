//! `create`: writes the ids to disk, then creates the objects.

use std::collections::BTreeSet;

use funnelflux::Error;
use funnelflux::funnels::fingerprint;
use funnelflux::id::new_id;
use funnelflux::ledger::DynamicAssets;
use funnelflux::model::Document;
use funnelflux::model::ledger::rules;

use super::journal::{Draft, Hashes, Item, Journal};
use super::members::{Assignment, recognised, warn_if_unknown};
use super::outcome::{self, Account, Outcome};
use super::{Context, no_id_twice};
use crate::args::CreateArgs;
use crate::commands::preview;
use crate::failure::Failure;
use crate::input::{Input, Shape};

/// The number of new objects above which the vendor's rule about them is shown.
const MANY: usize = 100;

/// The outcome of an object that exists and was created from other input.
pub(super) const DIFFERS: &str = "exists, differs";

pub(super) async fn run(context: &Context<'_>, args: &CreateArgs) -> Result<(), Failure> {
    let (kind, assets, progress) = (context.kind, &context.assets, &context.progress);
    let assignments = Assignment::parse_all(&args.members.set, Shape::of(kind))?;
    let mut input = args.members.file.as_deref().map(|file| Input::read(file, true)).transpose()?;
    let read = |input: &mut Input| input.objects(Shape::of(kind));
    let given = input.as_mut().map_or_else(|| Ok(vec![Document::new()]), read)?;
    recognised(kind, &given)?;
    let journal = Journal::open(context, input.as_ref(), &given, args)?;
    let mut items = journal.assign(drafts(assets, &given, &assignments)?, || {
        new_id().map_err(|cause| Failure::failed(format!("no id can be made: {cause}")))
    })?;
    no_id_twice(&items.iter().map(|item| item.id).collect::<Vec<_>>())?;
    let mut left_out = BTreeSet::new();
    for item in &mut items {
        set_id(context, item)?;
        let names = rules::left_out(kind, &item.object);
        left_out.extend(names.into_iter().filter(|name| item.object.remove(name)));
    }
    if !left_out.is_empty() {
        let names = left_out.into_iter().collect::<Vec<_>>().join(", ");
        progress.note(&format!("not sent: {names}; the server and its app fill that themselves"));
    }
    valid(assets, &items)?;
    for (name, _) in items.iter().flat_map(|item| item.object.members()) {
        warn_if_unknown(context, &name);
    }

    let new = items.iter().filter(|item| !item.was_sent()).count();
    if new > MANY {
        let why = "the vendor limits accounts for excessive asset generation";
        let new = context.count(new);
        progress.warn(&format!("{new} are created: {why} (documented, without a figure)"));
    }
    if args.dry.dry_run {
        if items.iter().any(|item| item.is_new) {
            progress.note("each run makes new ids: the next one does not send those shown here");
        }
        let calls = items.iter().map(|item| assets.create_call(&item.object));
        let calls = calls.collect::<Result<Vec<_>, _>>()?;
        return preview::print(context.settings, progress, calls);
    }
    let begun = journal.begin(&items)?;
    let assets = &assets.with_patience(context.patience(items.len()));
    let named = items.iter().map(|item| (item.id, assets.name_of(&item.object)));
    let objects: Vec<_> = named.collect();
    // A 404 to a create concerns its path, and so all objects.
    let stops = |error: &Error| outcome::is_shared(error) || error.is_not_found();
    let work = async |(at, item): (usize, &Item)| {
        begun.sending(at)?;
        let result = one(assets, item).await;
        begun.settle(at, &result);
        result
    };
    let all = items.iter().enumerate();
    let account = outcome::each(context, &objects, all, stops, work, Outcome::new).await;
    if begun.end().is_err() {
        // What was sent is written down; only the end is missing.
        progress.warn("the journal cannot be written any more");
    }
    end(context, account, begun.is_kept())
}

fn drafts(
    assets: &DynamicAssets,
    given: &[Document],
    assignments: &[Assignment],
) -> Result<Vec<Draft>, Failure> {
    let drafts = (1..).zip(given).map(|(number, given)| {
        let mut object = given.clone();
        let wrong = |error| Failure::usage(format!("item {number}: {error}"));
        let mut sets = assignments.iter();
        sets.try_for_each(|set| set.apply(&mut object, false)).map_err(wrong)?;
        let (text, own) = (fingerprint(given.text()), assets.id_of(&object));
        let name = assets.name_of(&object).as_deref().map(fingerprint);
        Ok(Draft { hashes: Hashes { text, name }, own, object })
    });
    drafts.collect()
}

/// Sets the id in an object without one. An invalid id is left for the rules to report.
fn set_id(
    context: &Context<'_>,
    Item { object, id: own_id, .. }: &mut Item,
) -> Result<(), Failure> {
    let members = context.kind.id_members;
    let own = members.iter().find(|name| object.contains(name)).or(members.first());
    let is_missing = |name: &&&str| {
        let id = object.read::<Option<String>>(name);
        id.is_ok_and(|id| id.flatten().is_none_or(|id| id.is_empty()))
    };
    let Some(name) = own.filter(is_missing) else { return Ok(()) };
    object.set(name, own_id.as_str()).map_err(|error| Failure::failed(error.to_string()))
}

fn valid(assets: &DynamicAssets, items: &[Item]) -> Result<(), Failure> {
    let broken = (1..).zip(items).filter_map(|(number, item)| {
        let error = assets.create_call(&item.object).err()?;
        let said = error.cause().map_or_else(|| error.to_string(), ToString::to_string);
        Some(if items.len() == 1 { said } else { format!("item {number}: {said}") })
    });
    let broken: Vec<String> = broken.collect();
    match broken.is_empty() {
        true => Ok(()),
        false => Err(Failure::usage(format!("{} (nothing was sent)", broken.join("; ")))),
    }
}

async fn one(assets: &DynamicAssets, item: &Item) -> Result<&'static str, Error> {
    if item.was_sent() {
        if assets.create_if_missing(&item.object).await?.is_some() {
            return Ok("created");
        }
        if item.is_as_sent() {
            return Ok("exists");
        }
        let there = assets.find_by_id(&item.id).await?.into_inner();
        return Ok(if there.has_all_of(&item.object) { "exists" } else { DIFFERS });
    }
    assets.create(&item.object).await?;
    Ok("created")
}

fn end(context: &Context<'_>, account: Account, is_kept: bool) -> Result<(), Failure> {
    let progress = &context.progress;
    let (made, existed) = (account.count("created"), account.count("exists"));
    let differing = account.count(DIFFERS);
    let all = context.count(account.outcomes.len());
    let several = account.outcomes.len() > 1;
    let ended = account.end(context, "were not made");
    if several || ended.is_ok() {
        let existing = (existed > 0).then(|| format!(", {existed} existed already"));
        let existing = existing.unwrap_or_default();
        progress.note(&format!("created {}{existing}", context.count(made)));
    }
    match ended {
        ended if !is_kept => ended,
        Ok(()) if differing > 0 => {
            let why = format!("{differing} of {all} exist and differ from what is given now");
            let update = format!("`ffx {} update -f` changes what exists", context.kind.name);
            Err(Failure::failed(format!("{why}; what is there was not changed"))
                .hint(format!("{update}, each object with its id as printed here")))
        }
        Ok(()) => {
            let again = "the same command again makes nothing twice";
            progress.note(&format!("the journal keeps the ids: {again}"));
            Ok(())
        }
        Err(failure) if several => {
            Err(failure.and_hint("The same command again makes the missing ones only."))
        }
        failed => failed,
    }
}
