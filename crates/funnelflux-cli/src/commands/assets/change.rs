//! `duplicate`, `archive`, `unarchive`, `delete`, `move`.

use std::collections::HashSet;
use std::io::{IsTerminal as _, Write as _};

use funnelflux::id::{AssetId, Id};
use funnelflux::ledger::Capability;
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    DuplicateRequest, FunnelDuplicateRequest, LogicScriptDuplicateRequest,
};
use funnelflux::transport::CallBuilder;

use super::Context;
use super::catalogue::Unknown;
use super::members::Assignment;
use super::outcome::{self, Account, Outcome};
use crate::args::{ChangeArgs, DeleteArgs, DuplicateArgs, MoveArgs};
use crate::commands::confirm;
use crate::commands::interrupt::Interrupt;
use crate::commands::preview::{self, Request};
use crate::failure::Failure;
use crate::output::{Format, harmless, stdout, write_object};

pub(super) async fn duplicate(context: &Context<'_>, args: &DuplicateArgs) -> Result<(), Failure> {
    let request = copy_request(context, args)?;
    let sets = Assignment::parse_all(&args.set, &context.assets)?;
    let told = Unknown::default().in_assignments(&context.assets, &Document::new(), &sets);
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
    let told = show_copy(answer.document(), answer.text(), context.settings.format());
    Failure::outcome(Ok(()), told)?;
    context.terminal().note(&format!("copied {} as {}", args.id, args.name));
    Ok(())
}

fn show_copy(object: Option<&Document>, text: &str, format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    match object {
        Some(object) => write_object(&mut out, object, format)?,
        // What is no object can only be shown as it is; a program expects some JSON.
        None if text.trim().is_empty() && format == Format::Json => writeln!(out, "null")?,
        None if text.trim().is_empty() => {}
        None if std::io::stdout().is_terminal() => writeln!(out, "{}", harmless(text))?,
        None => writeln!(out, "{text}")?,
    }
    out.flush()?;
    Ok(())
}

/// The kinds differ in what they ask for and what they honour (documented).
fn copy_request(context: &Context<'_>, args: &DuplicateArgs) -> Result<Document, Failure> {
    if args.name.trim().is_empty() {
        return Err(Failure::usage("--name: got an empty text; expected the name of the copy"));
    }
    let sets = Assignment::parse_all(&args.set, &context.assets)?;
    if let Some(inner) = sets.iter().find(|assignment| !assignment.is_top()) {
        return Err(Failure::usage(format!(
            "--set: a copy takes whole members; set all of `{}`",
            inner.top()
        )));
    }
    macro_rules! checked {
        ($request:expr) => {{
            let mut request = $request;
            for assignment in &sets {
                request = request
                    .set(assignment.top(), assignment.value())
                    .map_err(|error| Failure::usage(error.to_string()))?;
            }
            request.validate()?;
            request.document()
        }};
    }
    Ok(match (context.assets.name(), args.parent) {
        ("funnels", Some(group)) => {
            checked!(FunnelDuplicateRequest::new(&args.name, Id::from_untyped(group)))
        }
        ("funnels", None) => {
            return Err(Failure::usage("--parent is missing: the group that the copy goes to"));
        }
        ("logic-scripts", None) => checked!(LogicScriptDuplicateRequest::new(&args.name)),
        ("logic-scripts", Some(_)) => {
            return Err(Failure::usage("--parent: copies of logic scripts do not take it")
                .hint("--set idCategory=ID"));
        }
        (_, Some(parent)) => checked!(DuplicateRequest::new(&args.name).parent_id(parent)),
        (_, None) => checked!(DuplicateRequest::new(&args.name)),
    })
}

pub(super) async fn archive(context: &Context<'_>, args: &ChangeArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        return dry(context, assets.archive_calls(&ids)?);
    }
    let account = if assets.operation(Capability::ArchiveOne).is_some() {
        let report = assets.archive_all(&ids, outcome::writing(context)).await;
        Account::of(ids.iter().copied(), report, |id, _| Outcome::new(id, "archived"))
    } else {
        let _guard = Interrupt::listen(&context.progress, context.terminal());
        Account::of_one_request(&ids, assets.archive(&ids).await, "archived")
    };
    ended(context, account, "archived", "were not archived")
}

pub(super) async fn unarchive(context: &Context<'_>, args: &ChangeArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        return dry(context, assets.unarchive_calls(&ids)?);
    }
    let account = if assets.operation(Capability::UnarchiveOne).is_some() {
        let report = assets.unarchive_all(&ids, outcome::writing(context)).await;
        Account::of(ids.iter().copied(), report, |id, _| Outcome::new(id, "unarchived"))
    } else {
        let _guard = Interrupt::listen(&context.progress, context.terminal());
        Account::of_one_request(&ids, assets.unarchive(&ids).await, "unarchived")
    };
    ended(context, account, "unarchived", "were not unarchived")
}

pub(super) async fn move_to(context: &Context<'_>, args: &MoveArgs) -> Result<(), Failure> {
    let (assets, ids, to) = (&context.assets, once_each(&args.ids), args.to.as_ref());
    let one_by_one = assets.operation(Capability::MoveOne).is_some();
    if one_by_one && to.is_none() {
        return Err(Failure::usage(
            "--uncategorised: a funnel is always in a group; expected --to with the group's id",
        ));
    }
    if args.dry.dry_run {
        return dry(context, assets.move_calls(&ids, to)?);
    }
    let account = if one_by_one {
        let report = assets.move_all(&ids, to, outcome::writing(context)).await;
        Account::of(ids.iter().copied(), report, |id, _| Outcome::new(id, "moved"))
    } else {
        let _guard = Interrupt::listen(&context.progress, context.terminal());
        Account::of_one_request(&ids, assets.move_to(&ids, to).await, "moved")
    };
    ended(context, account, "moved", "were not moved")
}

pub(super) async fn delete(context: &Context<'_>, args: &DeleteArgs) -> Result<(), Failure> {
    let (assets, ids) = (&context.assets, once_each(&args.ids));
    if args.dry.dry_run {
        let calls: Result<Vec<_>, _> = ids.iter().map(|id| assets.delete_call(id)).collect();
        return dry(context, calls?);
    }
    let what = context.count(ids.len());
    context.progress.aside(|| confirm::deletion(&what, ids.len(), args.yes))?;
    let report = assets.delete_all(&ids, outcome::writing(context)).await;
    let account = Account::of(ids.iter().copied(), report, |id, _| Outcome::new(id, "deleted"));
    ended(context, account, "deleted", "were not deleted")
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

fn ended(
    context: &Context<'_>,
    account: Account,
    done: &str,
    not_done: &str,
) -> Result<(), Failure> {
    let count = account.count(done);
    account.end(context, not_done)?;
    context.terminal().note(&format!("{done} {}", context.count(count)));
    Ok(())
}
