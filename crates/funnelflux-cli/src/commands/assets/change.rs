//! `duplicate`, `archive`, `unarchive`, `delete`, `move`.

use std::io::Write as _;

use funnelflux::Error;
use funnelflux::id::{AssetId, Id};
use funnelflux::ledger::Capability;
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    DuplicateRequest, FunnelDuplicateRequest, LogicScriptDuplicateRequest,
};

use super::Context;
use super::members::Assignment;
use super::outcome::{self, Outcome};
use super::update::stopped;
use crate::args::{DeleteArgs, DuplicateArgs, MoveArgs};
use crate::commands::confirm;
use crate::failure::Failure;
use crate::output::{Format, indented, stdout};

pub(super) async fn duplicate(context: &Context<'_>, args: &DuplicateArgs) -> Result<(), Failure> {
    let request = copy_request(context, args)?;
    let answer = context.assets.duplicate(&args.id, &request).await.map_err(|error| {
        let failure = Failure::from(error);
        failure.about(args.id)
    })?;
    context.progress.finish();
    let text = answer.text();
    let mut out = stdout();
    if context.settings.format() == Format::Table && answer.document().is_some() {
        writeln!(out, "{}", indented(text))?;
    } else if !text.is_empty() {
        writeln!(out, "{text}")?;
    }
    out.flush()?;
    context.terminal().note(&format!("copied {} as {}", args.id, args.name));
    Ok(())
}

/// The kinds differ in what they ask for and what they honour (documented).
fn copy_request(context: &Context<'_>, args: &DuplicateArgs) -> Result<Document, Failure> {
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

pub(super) async fn archive(context: &Context<'_>, ids: &[AssetId]) -> Result<(), Failure> {
    let one_by_one = Capability::ArchiveOne;
    in_pieces(context, ids, one_by_one, "archived", async |ids| context.assets.archive(ids).await)
        .await
}

pub(super) async fn unarchive(context: &Context<'_>, ids: &[AssetId]) -> Result<(), Failure> {
    let one_by_one = Capability::UnarchiveOne;
    in_pieces(context, ids, one_by_one, "unarchived", async |ids| {
        context.assets.unarchive(ids).await
    })
    .await
}

pub(super) async fn move_to(context: &Context<'_>, args: &MoveArgs) -> Result<(), Failure> {
    let to = args.to.as_ref();
    in_pieces(context, &args.ids, Capability::MoveOne, "moved", async |ids| {
        context.assets.move_to(ids, to).await
    })
    .await
}

pub(super) async fn delete(context: &Context<'_>, args: &DeleteArgs) -> Result<(), Failure> {
    let count = args.ids.len();
    let what = context.count(count);
    context.progress.aside(|| confirm::deletion(&what, count, args.yes))?;
    pieces(context, args.ids.chunks(1), count, "deleted", async |ids| {
        for id in ids {
            context.assets.delete(id).await?;
        }
        Ok(())
    })
    .await
}

/// In one call, or one by one where the API has only that: then it is known which were done.
async fn in_pieces(
    context: &Context<'_>,
    ids: &[AssetId],
    one_by_one: Capability,
    outcome: &'static str,
    work: impl AsyncFn(&[AssetId]) -> Result<(), Error>,
) -> Result<(), Failure> {
    let single = context.assets.operation(one_by_one).is_some();
    let size = if single { 1 } else { ids.len().max(1) };
    pieces(context, ids.chunks(size), ids.len(), outcome, work).await
}

async fn pieces<'a>(
    context: &Context<'_>,
    pieces: impl Iterator<Item = &'a [AssetId]>,
    all: usize,
    outcome: &'static str,
    work: impl AsyncFn(&[AssetId]) -> Result<(), Error>,
) -> Result<(), Failure> {
    let mut outcomes = Vec::with_capacity(all);
    for piece in pieces {
        if let Err(error) = work(piece).await {
            return match piece {
                [id] => stopped(context, &outcomes, all, *id, error),
                _ => Err(error.into()),
            };
        }
        outcomes.extend(piece.iter().map(|id| Outcome::new(*id, outcome)));
        context.progress.tell(format!("{} of {all}", outcomes.len()));
    }
    outcome::print(context, &outcomes)?;
    context.terminal().note(&format!("{outcome} {}", context.count(all)));
    Ok(())
}
