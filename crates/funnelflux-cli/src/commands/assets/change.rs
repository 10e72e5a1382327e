//! `duplicate`, `archive`, `unarchive`, `delete`, `move`.

use std::io::Write as _;

use funnelflux::id::AssetId;
use funnelflux::ledger::{Accepted, Verb};
use funnelflux::model::Document;
use funnelflux::model::ledger::{DuplicateRequest, rules};
use funnelflux::transport::CallBuilder;

use super::members::{Assignment, warn_if_unknown};
use super::outcome::{self, Outcome};
use super::{Context, once_each};
use crate::args::{ChangeArgs, DuplicateArgs, takes_parent};
use crate::commands::confirm;
use crate::commands::interrupt::finish;
use crate::commands::preview;
use crate::failure::Failure;
use crate::input::Shape;
use crate::names::AssetRef;
use crate::output::{self, Format, first_few, write_object};

pub(super) async fn duplicate(context: &Context<'_>, args: &DuplicateArgs) -> Result<(), Failure> {
    let sets = Assignment::parse_all(&args.set, Shape::of(context.kind))?;
    let parent = match &args.parent {
        Some(parent) if takes_parent(context.kind) => {
            Some(context.names.find_parent(context.kind, parent).await?)
        }
        Some(_) => {
            let name = context.kind.name.replace('-', " ");
            return Err(Failure::usage(format!("--parent: copies of {name} do not take it"))
                .hint("--set idCategory=ID"));
        }
        None => None,
    };
    let request = copy_request(context, args, parent, &sets)?;
    let id = context.names.find(context.kind, &[], &args.id).await?;
    sets.iter().for_each(|set| warn_if_unknown(context, set.top()));
    if args.dry.dry_run {
        let call = context.assets.duplicate_call(&id, &request)?;
        return preview::print(context.settings, &context.progress, [call]);
    }
    let copy = context.assets.duplicate(&id, &request);
    let answer = finish(copy, &context.progress).await;
    let answer = answer.map_err(|error| Failure::from(error).about(id))?;
    let told = show_copy(&answer, context.settings.format());
    Failure::outcome(Ok(()), told)?;
    context.progress.note(&format!("copied {id} as {}", args.name));
    Ok(())
}

fn show_copy(answer: &Accepted, format: Format) -> Result<(), Failure> {
    let text = answer.text();
    output::print(|out| match answer.read::<Document>() {
        Some(object) => write_object(out, &object, format),
        // Another answer is printed unchanged; with -o json an empty one is `null`.
        None if text.trim().is_empty() && format == Format::Json => Ok(writeln!(out, "null")?),
        None if text.trim().is_empty() => Ok(()),
        None => Ok(writeln!(out, "{text}")?),
    })
}

/// The kinds differ in the members that they require and accept (documented).
fn copy_request(
    context: &Context<'_>,
    args: &DuplicateArgs,
    parent: Option<AssetId>,
    sets: &[Assignment],
) -> Result<Document, Failure> {
    if args.name.trim().is_empty() {
        return Err(Failure::usage("--name: got an empty text; expected the name of the copy"));
    }
    if let Some(inner) = sets.iter().find(|assignment| assignment.path.len() > 1) {
        let why = format!("--set: a copy takes whole members; set all of `{}`", inner.top());
        return Err(Failure::usage(why));
    }
    let mut request = DuplicateRequest::new(&args.name);
    if let Some(parent) = parent {
        request = request.parent_id(parent);
    }
    let request = sets.iter().try_fold(request, |request, set| request.set(set.top(), &set.value));
    let request: Document = request.map_err(|error| Failure::usage(error.to_string()))?.into();
    rules::check_copy(context.kind, &request).map_err(|broken| {
        let asks_parent = broken.violations().iter().any(|broken| broken.field == "parentId");
        match parent {
            None if asks_parent => Failure::usage("--parent is missing: the group of the copy"),
            _ => broken.into(),
        }
    })?;
    Ok(request)
}

pub(super) async fn change(
    context: &Context<'_>,
    verb: Verb,
    args: &ChangeArgs,
    to: Option<&AssetRef>,
    yes: bool,
) -> Result<(), Failure> {
    let objects = once_each(context.names.find_all(context.kind, &args.ids).await?);
    let ids: Vec<AssetId> = objects.iter().map(|(id, _)| *id).collect();
    let to = match to {
        Some(to) => Some(context.names.find_parent(context.kind, to).await?),
        None => None,
    };
    let assets = &context.assets.with_patience(context.patience(ids.len()));
    let (writes, done) = match verb {
        Verb::Archive => (assets.archive(&ids), "archived"),
        Verb::Unarchive => (assets.unarchive(&ids), "unarchived"),
        Verb::Move if to.is_none() && context.kind.takes_one(verb) => {
            let why = "a funnel is always in a group; expected --to with the group's id";
            return Err(Failure::usage(format!("--uncategorised: {why}")));
        }
        Verb::Move => (assets.move_to(&ids, to.as_ref()), "moved"),
        _ => (assets.delete(&ids), "deleted"),
    };
    let calls = writes.calls()?;
    if args.dry.dry_run {
        return preview::print(context.settings, &context.progress, calls);
    }
    if verb == Verb::Delete {
        let objects = objects.iter().map(|(id, name)| match name {
            Some(name) => format!("{id} {name}"),
            None => id.to_string(),
        });
        let what = format!("{} ({})", context.count(ids.len()), first_few(objects));
        context.progress.aside(|| confirm::deletion(&what, ids.len(), yes))?;
    }
    let mut calls = calls.into_iter();
    let account = match calls.next() {
        Some(call) if calls.len() == 0 && ids.len() > 1 => {
            Box::pin(outcome::at_once(context, &objects, call.send_write(), done)).await
        }
        first => {
            let calls: Vec<_> = first.into_iter().chain(calls).collect();
            let send = async |call: CallBuilder<'_>| call.send_write().await;
            let done = |id, _| Outcome::new(id, done);
            let (stops, calls) = (outcome::is_shared, calls.into_iter());
            Box::pin(outcome::each(context, &objects, calls, stops, send, done)).await
        }
    };
    let count = account.count(done);
    account.end(context, &format!("were not {done}"))?;
    context.progress.note(&format!("{done} {}", context.count(count)));
    Ok(())
}
