//! `update`: read, change, save; nothing else is touched.

use funnelflux::Error;
use funnelflux::id::AssetId;
use funnelflux::model::Document;
use funnelflux::transport::BoxError;

use super::Context;
use super::items::Items;
use super::members::Assignment;
use super::outcome::{self, Outcome};
use super::preview::{self, Request};
use crate::args::UpdateArgs;
use crate::failure::Failure;

/// An object and what it is to have.
type Target = (AssetId, Vec<Assignment>);

pub(super) async fn run(context: &Context<'_>, args: &UpdateArgs) -> Result<(), Failure> {
    let targets = targets(context, args)?;
    if args.dry_run {
        return preview_all(context, &targets).await;
    }
    let mut outcomes = Vec::with_capacity(targets.len());
    for (id, assignments) in &targets {
        let edited = context.assets.edit(id, |object| apply(object, assignments)).await;
        match edited {
            Ok(edited) => outcomes.push(outcome_of(context, *id, &edited.asset, edited.changed)),
            Err(error) => return stopped(context, &outcomes, targets.len(), *id, error),
        }
        context.progress.tell(format!("{} of {}", outcomes.len(), targets.len()));
    }
    outcome::print(context, &outcomes)?;
    let changed = outcomes.iter().filter(|outcome| outcome.outcome == "changed").count();
    let unchanged = outcomes.len() - changed;
    let rest =
        if unchanged > 0 { format!(", {unchanged} had it so already") } else { String::new() };
    context.terminal().note(&format!("changed {}{rest}", context.count(changed)));
    Ok(())
}

fn targets(context: &Context<'_>, args: &UpdateArgs) -> Result<Vec<Target>, Failure> {
    let assets = &context.assets;
    let sets = Assignment::parse_all(&args.members.set, assets)?;
    let source = args.members.file.as_deref().map(Items::read).transpose()?;
    let objects = source.map_or_else(Vec::new, |source| source.objects);
    let with_sets = |object: Option<&Document>| {
        let mut all = object.map_or_else(Vec::new, |object| Assignment::of_members(object, assets));
        all.extend(sets.iter().cloned());
        all
    };
    if args.ids.is_empty() {
        if objects.is_empty() {
            return Err(Failure::usage(
                "no ID was given, and no file of objects that carry theirs",
            ));
        }
        let numbered = objects.iter().enumerate();
        return numbered
            .map(|(at, object)| match assets.id_of(object) {
                Some(id) => Ok((id, with_sets(Some(object)))),
                None => Err(Failure::usage(format!(
                    "item {} carries no id of 12 characters ({}); nothing was sent",
                    at + 1,
                    assets.id_members().join(" or ")
                ))),
            })
            .collect();
    }
    if objects.len() > 1 || objects.iter().any(|object| assets.id_of(object).is_some()) {
        return Err(Failure::usage(
            "with an ID the file holds one object without an id: the members to set in each",
        ));
    }
    Ok(args.ids.iter().map(|id| (*id, with_sets(objects.first()))).collect())
}

fn apply(object: &mut Document, assignments: &[Assignment]) -> Result<(), BoxError> {
    for assignment in assignments {
        assignment.apply(object)?;
    }
    Ok(())
}

fn outcome_of(
    context: &Context<'_>,
    id: AssetId,
    object: &Document,
    members: Vec<String>,
) -> Outcome {
    let mut outcome = Outcome::new(id, if members.is_empty() { "unchanged" } else { "changed" });
    outcome.name = context.assets.name_of(object);
    outcome.members = members;
    outcome
}

/// What was done before the failure is done.
pub(super) fn stopped(
    context: &Context<'_>,
    outcomes: &[Outcome],
    all: usize,
    at: AssetId,
    error: Error,
) -> Result<(), Failure> {
    outcome::print(context, outcomes)?;
    let failure = Failure::from(error).about(at);
    Err(if all == 1 {
        failure
    } else {
        failure.about(format!("{} of {} done", outcomes.len(), context.count(all)))
    })
}

async fn preview_all(context: &Context<'_>, targets: &[Target]) -> Result<(), Failure> {
    let mut requests = Vec::new();
    for (id, assignments) in targets {
        let about = |error: Error| Failure::from(error).about(id);
        let mut object = context.assets.find_by_id(id).await.map_err(about)?.into_inner();
        apply(&mut object, assignments)
            .map_err(|error| Failure::usage(format!("{id}: {error}")))?;
        if object.changed_members().is_empty() {
            context.progress.aside(|| {
                context.terminal().note(&format!("{id} has it so already: no request"));
            });
            continue;
        }
        let call = context.assets.update_call(&object).map_err(about)?;
        requests.push(Request::of(&call)?);
    }
    preview::print(context, &requests)
}
