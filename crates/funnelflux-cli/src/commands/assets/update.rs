//! `update`: read, change, save; nothing else is touched.

use funnelflux::id::AssetId;
use funnelflux::ledger::Edited;
use funnelflux::model::{Document, EditError};
use funnelflux::transport::CallBuilder;

use super::members::{Assignment, recognised, warn_if_unknown};
use super::outcome::{self, Outcome};
use super::{Context, no_id_twice, once_each};
use crate::args::UpdateArgs;
use crate::commands::preview;
use crate::failure::Failure;
use crate::input::{Input, Shape};
use crate::names::Found;
use crate::progress::Progress;

type Target = (AssetId, Vec<Assignment>);

pub(super) async fn run(context: &Context<'_>, args: &UpdateArgs) -> Result<(), Failure> {
    let found = once_each(context.names.find_all(context.kind, &args.ids).await?);
    let targets = targets(context, args, &found)?;
    if args.dry.dry_run {
        return dry(context, &targets, args.replace).await;
    }
    let assets = &context.assets.with_patience(context.patience(targets.len()));
    let done = |id, edited: Edited<Document>| {
        let word = if edited.changed.is_empty() { "unchanged" } else { "changed" };
        let name = context.assets.name_of(&edited.asset);
        Outcome { name, members: edited.changed, ..Outcome::new(id, word) }
    };
    let work = async |(id, what): &Target| {
        assets.edit(id, |object| Ok(change(context, object, what, args.replace)?)).await
    };
    // The names are read with the objects.
    let objects: Vec<_> = targets.iter().map(|(id, _)| (*id, Some(String::new()))).collect();
    let (stops, targets) = (outcome::is_shared, targets.iter());
    let account = outcome::each(context, &objects, targets, stops, work, done).await;
    let (changed, unchanged) = (account.count("changed"), account.count("unchanged"));
    account.end(context, "were not changed")?;
    let rest = (unchanged > 0).then(|| format!(", {unchanged} had it so already"));
    let rest = rest.unwrap_or_default();
    context.progress.note(&format!("changed {}{rest}", context.count(changed)));
    Ok(())
}

fn targets(
    context: &Context<'_>,
    args: &UpdateArgs,
    found: &[Found],
) -> Result<Vec<Target>, Failure> {
    let (kind, assets) = (context.kind, &context.assets);
    let sets = Assignment::parse_all(&args.members.set, Shape::of(kind))?;
    if let Some(id) = sets.iter().find(|set| kind.id_members.contains(&set.top())) {
        let why = "cannot be changed: under another id it would be saved over another object";
        return Err(Failure::usage(format!(
            "--set: `{}` is the object's id, which {why}",
            id.top()
        )));
    }
    let mut input = args.members.file.as_deref().map(|file| Input::read(file, true)).transpose()?;
    let read = |input: &mut Input| input.objects(Shape::of(kind));
    let objects = input.as_mut().map_or_else(|| Ok(Vec::new()), read)?;
    recognised(kind, &objects)?;
    let with_sets = |object: Option<&Document>| {
        let own = object.into_iter().flat_map(|object| Assignment::of_members(object, kind));
        own.chain(sets.iter().cloned()).collect::<Vec<_>>()
    };
    if args.ids.is_empty() {
        if objects.is_empty() {
            let why = "no ID was given, and no file of objects that carry theirs";
            return Err(Failure::usage(why));
        }
        let members = kind.id_members.join(" or ");
        let targets = (1..).zip(&objects).map(|(number, object)| {
            let id = assets.id_of(object).ok_or_else(|| {
                let why = format!("item {number} carries no id of 12 characters ({members})");
                Failure::usage(format!("{why}; nothing was sent"))
            });
            Ok((id?, with_sets(Some(object))))
        });
        let targets: Vec<Target> = targets.collect::<Result<_, Failure>>()?;
        no_id_twice(&targets.iter().map(|(id, _)| *id).collect::<Vec<_>>())?;
        return Ok(targets);
    }
    if objects.len() > 1 || objects.iter().any(|object| assets.id_of(object).is_some()) {
        let why = "with an ID the file holds one object without an id: the members to set in each";
        return Err(Failure::usage(why));
    }
    Ok(found.iter().map(|(id, _)| (*id, with_sets(objects.first()))).collect())
}

fn change(
    context: &Context<'_>,
    object: &mut Document,
    what: &[Assignment],
    replaces: bool,
) -> Result<(), EditError> {
    let new = what.iter().map(Assignment::top).filter(|name| !object.contains(name));
    new.for_each(|name| warn_if_unknown(context, name));
    let lists = what.iter().flat_map(|assignment| assignment.replaced_lists(object));
    lists.for_each(|list| context.once(&list, Progress::note));
    what.iter().try_for_each(|assignment| assignment.apply(object, replaces))
}

async fn dry(context: &Context<'_>, targets: &[Target], replaces: bool) -> Result<(), Failure> {
    let ids: Vec<AssetId> = targets.iter().map(|(id, _)| *id).collect();
    let read = context.assets.find_all(&ids, outcome::options(context, ids.len())).await;
    let (mut calls, mut failure) = (Vec::new(), None);
    for ((id, what), object) in targets.iter().zip(read.results) {
        let object = object.map_err(Failure::from);
        match object.and_then(|object| save(context, object, what, replaces)) {
            Ok(None) => context.progress.note(&format!("{id} has it so already: no request")),
            Ok(call) => calls.extend(call),
            Err(failed) => {
                failure.get_or_insert_with(|| failed.about(id));
            }
        }
    }
    match failure {
        Some(failure) if calls.is_empty() => Err(failure),
        // What can be shown is shown, as the others would be changed, too.
        failure => {
            let told = preview::print(context.settings, &context.progress, calls);
            failure.map_or(told, |failure| Err(failure.after_others_were_done()))
        }
    }
}

/// The call that saves the changed object; `None` if nothing changes.
fn save<'a>(
    context: &'a Context<'_>,
    mut object: Document,
    what: &[Assignment],
    replaces: bool,
) -> Result<Option<CallBuilder<'a>>, Failure> {
    change(context, &mut object, what, replaces)
        .map_err(|error| Failure::usage(error.to_string()))?;
    let is_changed = !object.changed_members().is_empty();
    Ok(is_changed.then(|| context.assets.update_call(&object)).transpose()?)
}
