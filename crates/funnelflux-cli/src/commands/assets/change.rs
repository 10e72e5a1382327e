//! `duplicate`, `archive`, `unarchive`, `delete`, `move`.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Write as _};

use funnelflux::Error;
use funnelflux::id::AssetId;
use funnelflux::ledger::{Accepted, BulkReport, Verb};
use funnelflux::model::ledger::{DuplicateRequest, rules};
use funnelflux::model::{Document, EditError};
use funnelflux::transport::CallBuilder;

use super::Context;
use super::outcome::{self, Account, Outcome};
use super::set::Assignment;
use super::unknown::Unknown;
use crate::args::{ChangeArgs, DeleteArgs, DuplicateArgs, MoveArgs};
use crate::commands::confirm;
use crate::commands::interrupt::Interrupt;
use crate::commands::preview::{self, Request};
use crate::failure::Failure;
use crate::output::{self, Format, harmless, write_object};

pub(super) async fn duplicate(context: &Context<'_>, args: &DuplicateArgs) -> Result<(), Failure> {
    let request = copy_request(context, args)?;
    let sets = Assignment::parse_all(&args.set, context.kind)?;
    let told = Unknown::default().in_assignments(context.kind, &Document::new(), &sets);
    told.iter().for_each(|warning| context.progress.aside(|| context.terminal().warn(warning)));
    if args.dry.dry_run {
        return dry(context, [context.assets.duplicate_call(&args.id, &request)?]);
    }
    let guard = Interrupt::listen(&context.progress, context.terminal());
    let answer = context.assets.duplicate(&args.id, &request).await.map_err(|error| {
        let failure = Failure::from(error);
        failure.about(args.id)
    })?;
    drop(guard);
    context.progress.finish();
    let told = show_copy(&answer, context.settings.format());
    Failure::outcome(Ok(()), told)?;
    context.terminal().note(&format!("copied {} as {}", args.id, args.name));
    Ok(())
}

fn show_copy(answer: &Accepted, format: Format) -> Result<(), Failure> {
    let text = answer.text();
    output::print(|out| {
        match answer.read::<Document>() {
            Some(object) => write_object(out, &object, format)?,
            // Another answer is printed unchanged; with -o json an empty one is `null`.
            None if text.trim().is_empty() && format == Format::Json => writeln!(out, "null")?,
            None if text.trim().is_empty() => {}
            None if std::io::stdout().is_terminal() => writeln!(out, "{}", harmless(&text))?,
            None => writeln!(out, "{text}")?,
        }
        Ok(())
    })
}

/// The kinds differ in the members that they require and accept (documented).
fn copy_request(context: &Context<'_>, args: &DuplicateArgs) -> Result<Document, Failure> {
    if args.name.trim().is_empty() {
        return Err(Failure::usage("--name: got an empty text; expected the name of the copy"));
    }
    let sets = Assignment::parse_all(&args.set, context.kind)?;
    if let Some(inner) = sets.iter().find(|assignment| !assignment.is_top()) {
        return Err(Failure::usage(format!(
            "--set: a copy takes whole members; set all of `{}`",
            inner.top()
        )));
    }
    let takes_parent =
        context.kind.copy_schema().is_some_and(|schema| schema.member("parentId").is_some());
    if args.parent.is_some() && !takes_parent {
        let name = context.kind.name().replace('-', " ");
        return Err(Failure::usage(format!("--parent: copies of {name} do not take it"))
            .hint("--set idCategory=ID"));
    }
    let request = written(args, &sets).map_err(|error| Failure::usage(error.to_string()))?;
    if let Err(broken) = rules::check_copy(context.kind, &request) {
        let asks_parent = broken.violations().iter().any(|broken| broken.field() == "parentId");
        return Err(match args.parent {
            None if asks_parent => {
                Failure::usage("--parent is missing: the group that the copy goes to")
            }
            _ => broken.into(),
        });
    }
    Ok(request)
}

fn written(args: &DuplicateArgs, sets: &[Assignment]) -> Result<Document, EditError> {
    let mut request = DuplicateRequest::new(&args.name);
    if let Some(parent) = args.parent {
        request = request.parent_id(parent);
    }
    for assignment in sets {
        request = request.set(assignment.top(), assignment.value())?;
    }
    Ok(request.document())
}

pub(super) async fn archive(context: &Context<'_>, args: &ChangeArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        return dry(context, assets.archive(&ids).calls()?);
    }
    let account = match context.kind.takes_one(Verb::Archive) {
        true => {
            each(&ids, assets.archive(&ids).send_each(outcome::writing(context)).await, "archived")
        }
        false => at_once(context, &ids, assets.archive(&ids).into_future(), "archived").await,
    };
    ended(context, account, "archived")
}

pub(super) async fn unarchive(context: &Context<'_>, args: &ChangeArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        return dry(context, assets.unarchive(&ids).calls()?);
    }
    let account = match context.kind.takes_one(Verb::Unarchive) {
        true => each(
            &ids,
            assets.unarchive(&ids).send_each(outcome::writing(context)).await,
            "unarchived",
        ),
        false => at_once(context, &ids, assets.unarchive(&ids).into_future(), "unarchived").await,
    };
    ended(context, account, "unarchived")
}

pub(super) async fn move_to(context: &Context<'_>, args: &MoveArgs) -> Result<(), Failure> {
    let (assets, ids, to) = (&context.assets, once_each(&args.ids), args.to.as_ref());
    let one_by_one = context.kind.takes_one(Verb::Move);
    if one_by_one && to.is_none() {
        return Err(Failure::usage(
            "--uncategorised: a funnel is always in a group; expected --to with the group's id",
        ));
    }
    if args.dry.dry_run {
        return dry(context, assets.move_to(&ids, to).calls()?);
    }
    let account = match one_by_one {
        true => {
            each(&ids, assets.move_to(&ids, to).send_each(outcome::writing(context)).await, "moved")
        }
        false => at_once(context, &ids, assets.move_to(&ids, to).into_future(), "moved").await,
    };
    ended(context, account, "moved")
}

pub(super) async fn delete(context: &Context<'_>, args: &DeleteArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        return dry(context, assets.delete(&ids).calls()?);
    }
    let what = context.count(ids.len());
    context.progress.aside(|| confirm::deletion(&what, ids.len(), args.yes))?;
    let report = assets.delete(&ids).send_each(outcome::writing(context)).await;
    ended(context, each(&ids, report, "deleted"), "deleted")
}

/// An id that is named twice is one object.
pub(super) fn once_each(ids: &[AssetId]) -> Vec<AssetId> {
    let mut seen = HashSet::new();
    ids.iter().copied().filter(|id| seen.insert(*id.as_bytes())).collect()
}

fn dry<'a>(
    context: &Context<'_>,
    calls: impl IntoIterator<Item = CallBuilder<'a>>,
) -> Result<(), Failure> {
    preview::print(context.settings, &context.progress, &Request::all(calls)?)
}

/// After a request for each object.
fn each(ids: &[AssetId], report: BulkReport<Accepted>, done: &'static str) -> Account {
    Account::of(ids.iter().copied(), report, |id, _| Outcome::new(id, done))
}

/// One request for all objects, which Ctrl-C does not cut off.
async fn at_once<T>(
    context: &Context<'_>,
    ids: &[AssetId],
    answer: impl Future<Output = Result<T, Error>>,
    done: &'static str,
) -> Account {
    let _guard = Interrupt::listen(&context.progress, context.terminal());
    Account::of_one_request(ids, answer.await.map(drop), done)
}

fn ended(context: &Context<'_>, account: Account, done: &str) -> Result<(), Failure> {
    let count = account.count(done);
    account.end(context, &format!("were not {done}"))?;
    context.terminal().note(&format!("{done} {}", context.count(count)));
    Ok(())
}
