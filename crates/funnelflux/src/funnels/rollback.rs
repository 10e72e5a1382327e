use std::collections::BTreeSet;

use funnelflux_funnels::{PlanAction, PlanUndo};
use funnelflux_journal::{RunId, Writer};
use funnelflux_model::Document;
use funnelflux_transport::Error;

use super::apply::{Aim, Application, PlannedWrite, Purpose};
use super::record::journal::{steps_of, taken_back_by};
use crate::FunnelFlux;

/// What brings back what a run replaced.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rollback<'a> {
    /// The run that is taken back.
    pub run: RunId,
    /// What the run created, for messages: it stays.
    pub created: Vec<String>,
    /// What was changed or deleted since the run, and how, for messages: it stays as it is.
    pub left: Vec<String>,
    /// The updates that bring back what was there. [`with_journal`](Application::with_journal) makes a run of them,
    /// which can be taken back by its number.
    pub application: Application<'a>,
}

/// Finds out what a run replaced, and how to bring it back. Without a number it is the latest plan that is not taken
/// back; a rollback that was cut off, or left objects as they are, goes on. `None` if there is no such run.
///
/// # Errors
/// As any read.
pub async fn rollback_of<'a>(
    api: &FunnelFlux,
    writer: &'a Writer,
    run: Option<RunId>,
) -> Result<Option<Rollback<'a>>, Error> {
    let run = match run {
        Some(run) => writer.run(run)?.map(|run| run.id),
        None => latest(writer)?,
    };
    let Some(run) = run else { return Ok(None) };
    let mut application = Application::new(api, Purpose::Rollback(run.0));
    let (mut created, mut left) = (Vec::new(), Vec::new());
    let mut steps = steps_of(writer, run)?;
    steps.retain(|(step, _)| step.state.was_sent());
    for (step, kept) in steps.into_iter().rev() {
        let other = || Error::local(format!("run {run} was written by another version"));
        let kind = kept.kind().ok_or_else(other)?;
        let (id, name) = (kept.id, kept.name);
        let Some(before) = kept.before else {
            let called = format!("{} {id} `{name}`", kind.noun);
            let is_known = created.contains(&called);
            if !is_known && api.ledger().dynamic_of(kind).try_find_by_id(&id).await?.is_some() {
                created.push(called);
            }
            continue;
        };
        let document = |text: &str| Document::parse(text).map_err(|_| other());
        let sent = kept.sent.as_deref().map(document).transpose()?;
        let undo = PlanUndo::new(kind, id, &name, document(&before)?);
        let aim = Aim::Undo(undo.after(sent, step.note));
        let (action, before) = (PlanAction::Update, None);
        let write =
            PlannedWrite { kind, id, name, action, before, object: None, is_done: false, aim };
        left.extend(application.add(write).await?);
    }
    Ok(Some(Rollback { run, created, left, application }))
}

/// The latest plan that may have had an effect and is not taken back, unless a rollback has to go on.
fn latest(writer: &Writer) -> Result<Option<RunId>, Error> {
    let mut taken_back = BTreeSet::new();
    for run in writer.runs()? {
        let of = taken_back_by(&run);
        let was_sent = run.counts.iter().any(|(state, count)| state.was_sent() && *count > 0);
        match of {
            _ if taken_back.contains(&run.id) => {}
            Some(of) if run.ended.is_some() => {
                taken_back.insert(of);
            }
            Some(of) if !taken_back.contains(&of) => return Ok(Some(of)),
            None if was_sent => return Ok(Some(run.id)),
            _ => {}
        }
    }
    Ok(None)
}
