use funnelflux_contract::AssetKind;
use funnelflux_funnels::{PlanAction, as_before, fingerprint};
use funnelflux_journal::{RunId, State, Step, Writer};
use funnelflux_model::Document;
use funnelflux_transport::Error;

use super::apply::{Application, PlannedWrite};
use super::record::journal::KeptStep;
use crate::FunnelFlux;

/// What brings back what a run replaced.
#[derive(Debug)]
#[non_exhaustive]
pub struct Rollback<'a> {
    /// The run that is taken back.
    pub run: RunId,
    /// What the run created, for messages: it stays.
    pub created: Vec<String>,
    /// The updates that bring back what was there.
    pub application: Application<'a>,
}

/// Finds out what a run replaced, and how to bring it back. Without a number it is the last run; `None` if there is
/// no such run.
///
/// # Errors
/// If an object was changed since the run: all of them in one error. And as any read.
pub async fn rollback_of<'a>(
    api: &FunnelFlux,
    writer: &'a Writer,
    run: Option<RunId>,
) -> Result<Option<Rollback<'a>>, Error> {
    let run = match run {
        Some(run) => writer.run(run)?,
        None => writer.last_run()?,
    };
    let Some(run) = run else { return Ok(None) };
    let other = || Error::local(format!("run {} was written by another version", run.id));
    let (mut writes, mut created, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for step in writer.steps(run.id)?.iter().rev() {
        let kept: KeptStep = serde_json::from_str(&step.payload).map_err(|_| other())?;
        let kind = AssetKind::find(&kept.kind).ok_or_else(other)?;
        let there = api.ledger().dynamic_of(kind).try_find_by_id(&kept.id).await?;
        let called = format!("{} {} `{}`", kind.noun, kept.id, kept.name);
        match (kept.before, there) {
            _ if !matches!(step.state, State::Accepted | State::Confirmed | State::Ambiguous) => {}
            (None, Some(_)) if !created.contains(&called) => created.push(called),
            (None, _) => {}
            (Some(_), None) => wrong.push(format!("{called} is gone")),
            (Some(before), Some(there)) if there.text() == before => {}
            (Some(before), Some(there)) if is_untouched(step, &there) => {
                let cannot = |why: String| Error::local(format!("{called}: {why}"));
                let wanted = Document::parse(&before).map_err(|it| cannot(it.to_string()))?;
                let before = Some(there.text().to_owned());
                let object = as_before(there, &wanted).map_err(|it| cannot(it.to_string()))?;
                let (id, name) = (kept.id, kept.name);
                let (action, object) = (PlanAction::Update, Some(object));
                writes.push(PlannedWrite { kind, id, name, action, before, object, wanted });
            }
            (Some(_), Some(_)) => wrong.push(format!("{called} was changed since")),
        }
    }
    if wrong.is_empty() {
        let application = Application::new(api, writes, 0);
        return Ok(Some(Rollback { run: run.id, created, application }));
    }
    let wrong = wrong.join("; ");
    Err(Error::local(format!("run {} cannot be taken back: {wrong}; nothing was sent", run.id)))
}

/// Whether the object is unchanged since the step. Without a read after it, that is not known.
fn is_untouched(step: &Step, there: &Document) -> bool {
    step.note.as_deref() == Some(&*fingerprint(there.text()))
}
