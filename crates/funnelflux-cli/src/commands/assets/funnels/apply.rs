//! Runs a plan exactly: nothing is sent if the account is another than when it was made, what is replaced is
//! kept, the first failure stops, and the same command again goes on.

use funnelflux::FunnelFlux;
use funnelflux::id::AssetId;
use funnelflux::ledger::AssetKind;
use funnelflux::model::Document;
use funnelflux::transport::Error;
use serde::{Deserialize, Serialize};

use super::plan::{Action, Plan, differing};
use crate::commands::assets::create::has_all_of;
use crate::commands::assets::journal::fingerprint;
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::journal::{self, Draft, RunId, State, Step, StepId, Writer};
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

/// The book of applied plans.
const BOOK: &str = "funnels";

/// What the journal keeps of a step: enough to take it back. Secrets are masked by the server.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    action: Action,
    kind: String,
    id: AssetId,
    name: String,
    /// The text before an update.
    before: Option<String>,
}

/// A step that is still to be done.
struct Todo {
    action: Action,
    kind: &'static AssetKind,
    id: AssetId,
    name: String,
    before: Option<String>,
    /// What is sent.
    object: Document,
    /// What has to be there afterwards.
    wanted: Document,
}

impl Todo {
    fn called(&self) -> String {
        format!("{} {} `{}`", self.kind.noun, self.id, self.name)
    }
}

fn writer(settings: &Settings) -> Result<Option<Writer>, Failure> {
    let Some(journal) = journal::open(settings, false)? else {
        if !settings.emulator {
            let why = "so what is replaced cannot be brought back";
            settings.terminal.warn(&format!("{}, {why}", journal::why_none(settings)));
        }
        return Ok(None);
    };
    let book = journal.book(BOOK, &journal::account(settings)).map_err(journal::unusable)?;
    let writer = book.write().map_err(journal::unusable)?;
    writer
        .map(Some)
        .ok_or_else(|| Failure::failed("another ffx is at work on funnels of this account"))
}

/// Runs the plan.
pub(super) async fn run(
    plan: &Plan,
    about: &str,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let account = journal::account(settings);
    if !settings.emulator && plan.account != account {
        let why = format!("the plan is for {}, and this is {account}", plan.account);
        return Err(Failure::usage(why).hint("nothing was sent; make the plan for this account"));
    }
    let writer = writer(settings)?;
    let (todo, done) = Box::pin(still_to_do(plan, &session.client)).await?;
    if done > 0 {
        session.progress.note(&format!("already there: {}", counted(done, "object")));
    }
    Box::pin(send(todo, about, writer.as_ref(), session, settings)).await
}

/// Compares the plan with the account as it is now. All that no longer fits is told at once.
async fn still_to_do(plan: &Plan, client: &FunnelFlux) -> Result<(Vec<Todo>, usize), Failure> {
    let (mut todo, mut done, mut wrong) = (Vec::new(), 0, Vec::new());
    for step in &plan.steps {
        let (kind, wanted) = (step.kind()?, step.object()?);
        let there = client.ledger().dynamic_of(kind).try_find_by_id(&step.id).await?;
        let called = format!("{} {} `{}`", kind.noun, step.id, step.name);
        let (object, before) = match (step.action, there) {
            (_, Some(there)) if has_all_of(&there, &wanted) => {
                done += 1;
                continue;
            }
            (Action::Create, None) => (wanted.clone(), None),
            (Action::Update, Some(there))
                if step.before.as_deref() == Some(&*fingerprint(there.text())) =>
            {
                let before = there.text().to_owned();
                (
                    changed(there, &wanted)
                        .map_err(|why| Failure::failed(format!("{called}: {why}")))?,
                    Some(before),
                )
            }
            (Action::Create, Some(_)) => {
                wrong.push(format!("{called} exists now, and is another"));
                continue;
            }
            (Action::Update | Action::Keep, Some(_)) => {
                wrong.push(format!("{called} was changed meanwhile"));
                continue;
            }
            (Action::Update | Action::Keep, None) => {
                wrong.push(format!("{called} is gone"));
                continue;
            }
        };
        let (id, name, action) = (step.id, step.name.clone(), step.action);
        todo.push(Todo { action, kind, id, name, before, object, wanted });
    }
    if wrong.is_empty() {
        return Ok((todo, done));
    }
    Err(Failure::failed(format!(
        "the plan no longer fits the account: {}; nothing was sent",
        wrong.join("; ")
    ))
    .hint("make a new plan: `ffx funnels plan FILE`"))
}

/// The object of the account with the members of the wanted one. Members that it lacks stay, secrets too.
fn changed(mut there: Document, wanted: &Document) -> Result<Document, String> {
    for name in differing(&there, wanted) {
        let Some(raw) = wanted.get(&name) else { continue };
        there.merge_at(&[&name], raw).map_err(|cause| cause.to_string())?;
    }
    Ok(there)
}

async fn send(
    todo: Vec<Todo>,
    about: &str,
    writer: Option<&Writer>,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    if todo.is_empty() {
        session.progress.note("nothing is to be done");
        return Ok(());
    }
    let drafts = todo.iter().map(|step| {
        let kept = Kept {
            action: step.action,
            kind: step.kind.name.to_owned(),
            id: step.id,
            name: step.name.clone(),
            before: step.before.clone(),
        };
        let payload = serde_json::to_string(&kept).unwrap_or_default();
        Draft::new(format!("{} {}", step.kind.name, step.id), payload)
            .with_digest(fingerprint(step.object.text()))
    });
    let begun =
        writer.map(|writer| writer.begin(about, drafts)).transpose().map_err(journal::unusable)?;
    let run: Option<RunId> = begun.as_ref().map(|(run, _)| *run);
    let steps: Vec<StepId> = begun.map(|(_, steps)| steps).unwrap_or_default();
    let interrupt = Interrupt::listen(&session.progress);
    let total = todo.len();
    for (at, step) in todo.iter().enumerate() {
        if interrupt.came() {
            return Err(stopped(Failure::failed("stopped"), &todo, at));
        }
        session.progress.tell(format!("{at} of {total}"));
        let ids = steps.get(at..=at).unwrap_or_default();
        if let Some(writer) = writer {
            writer.sending(ids)?;
        }
        let result = interrupt.guard(Box::pin(write(step, &session.client))).await;
        let after = match &result {
            Ok(()) => read_back(step, &session.client).await,
            Err(_) => None,
        };
        if let Some(writer) = writer {
            // A step that cannot be noted is looked at again by the next run.
            let _ = writer.settle(ids, State::after(&result), None);
            if let Some(after) = &after {
                let _ = writer.settle(ids, State::Confirmed, Some(after));
            }
        }
        if let Err(error) = result {
            return Err(stopped(Failure::from(error).about(step.called()), &todo, at));
        }
    }
    session.progress.finish();
    if let (Some(writer), Some(run)) = (writer, run) {
        writer.end(run)?;
        let rollback = format!("`ffx funnels rollback {run}` takes it back");
        settings.terminal.note(&format!("done: {}; {rollback}", counted(total, "object")));
    } else {
        settings.terminal.note(&format!("done: {}", counted(total, "object")));
    }
    Ok(())
}

async fn write(step: &Todo, client: &FunnelFlux) -> Result<(), Error> {
    let assets = client.ledger().dynamic_of(step.kind);
    match step.action {
        Action::Create => assets.create(&step.object).await.map(drop),
        _ => assets.update(&step.object).await.map(drop),
    }
}

/// The hash of what the account has now, if that is what was wanted.
async fn read_back(step: &Todo, client: &FunnelFlux) -> Option<String> {
    let there = client.ledger().dynamic_of(step.kind).try_find_by_id(&step.id).await.ok()??;
    has_all_of(&there, &step.wanted).then(|| fingerprint(there.text()))
}

/// Says what was done before the failure.
fn stopped(failure: Failure, todo: &[Todo], at: usize) -> Failure {
    let done: Vec<String> = todo.iter().take(at).map(Todo::called).collect();
    let done = if done.is_empty() { "nothing".to_owned() } else { done.join(", ") };
    let left = todo.len() - at;
    failure.and_hint(format!("Done before: {done}; {left} left. The same command again goes on."))
}

/// Brings back what a run replaced. Without a number it is the last one.
pub(super) async fn rollback(
    number: Option<u32>,
    yes: bool,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let none = || Failure::usage("the journal has no applied plan of this account to take back");
    let writer = writer(settings)?.ok_or_else(none)?;
    let run = match number {
        Some(number) => writer.run(RunId(number.into()))?,
        None => writer.last_run()?,
    };
    let run = run.ok_or_else(none)?;
    let (mut todo, mut created, mut wrong) = (Vec::new(), Vec::new(), Vec::new());
    for step in writer.steps(run.id)?.iter().rev() {
        let kept: Kept = serde_json::from_str(&step.payload).map_err(|_| {
            Failure::failed(format!("run {} was written by another version of ffx", run.id))
        })?;
        let kind = AssetKind::find(&kept.kind).ok_or_else(none)?;
        let there = session.client.ledger().dynamic_of(kind).try_find_by_id(&kept.id).await?;
        let called = format!("{} {} `{}`", kind.noun, kept.id, kept.name);
        match (kept.before, there) {
            _ if !matches!(step.state, State::Accepted | State::Confirmed | State::Ambiguous) => {}
            (None, Some(_)) => created.push(called),
            (None, None) => {}
            (Some(_), None) => wrong.push(format!("{called} is gone")),
            (Some(before), Some(there)) if there.text() == before => {}
            (Some(before), Some(there)) if is_untouched(step, &there) => {
                let wanted = Document::parse(&before)
                    .map_err(|cause| Failure::failed(format!("{called}: {cause}")))?;
                let (action, text) = (Action::Update, there.text().to_owned());
                let object = as_before(there, &wanted)
                    .map_err(|why| Failure::failed(format!("{called}: {why}")))?;
                let (id, name, before) = (kept.id, kept.name, Some(text));
                todo.push(Todo { action, kind, id, name, before, object, wanted });
            }
            (Some(_), Some(_)) => wrong.push(format!("{called} was changed since")),
        }
    }
    if !wrong.is_empty() {
        let wrong = wrong.join("; ");
        return Err(Failure::failed(format!(
            "run {} cannot be taken back: {wrong}; nothing was sent",
            run.id
        )));
    }
    for called in &created {
        settings.terminal.note(&format!("created by run {} and left as it is: {called}", run.id));
    }
    for step in &todo {
        settings.terminal.note(&format!(
            "back to what it was before run {}: {}",
            run.id,
            step.called()
        ));
    }
    if !yes {
        settings.terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let about = format!("rollback of run {}", run.id);
    Box::pin(send(todo, &about, Some(&writer), session, settings)).await
}

/// Whether the object is unchanged since the step. Without a read after it, that is not known.
fn is_untouched(step: &Step, there: &Document) -> bool {
    step.note.as_deref() == Some(&*fingerprint(there.text()))
}

/// The object of the account with exactly the members that it had before.
fn as_before(mut there: Document, before: &Document) -> Result<Document, String> {
    for (name, raw) in before.members() {
        if there.get(&name).is_none_or(|now| now.get() != raw.get()) {
            there.set(&name, raw).map_err(|cause| cause.to_string())?;
        }
    }
    let names: Vec<String> = there.members().map(|(name, _)| name.into_owned()).collect();
    for name in names.iter().filter(|name| !before.contains(name)) {
        there.remove(name);
    }
    Ok(there)
}
