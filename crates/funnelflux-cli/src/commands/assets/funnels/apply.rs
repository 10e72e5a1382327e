//! `ffx funnels apply` and `rollback`: a plan is sent exactly, and what it replaced is brought back.

use funnelflux::funnels::{Application, Plan};

use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::journal::{self, Writer};
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

/// The book of applied plans.
const BOOK: &str = "funnels";

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
    // An emulator has another port each time.
    let again =
        settings.emulator.then(|| plan.clone().with_account(session.client.base_url().to_string()));
    let writer = writer(settings)?;
    let application = Box::pin(Application::of(&session.client, again.as_ref().unwrap_or(plan)));
    let application = application.await?;
    if application.already_there() > 0 {
        let there = counted(application.already_there(), "object");
        session.progress.note(&format!("already there: {there}"));
    }
    Box::pin(send(application, about, writer.as_ref(), session, settings)).await
}

async fn send<'a>(
    application: Application<'a>,
    about: &str,
    writer: Option<&'a Writer>,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let total = application.writes().len();
    if total == 0 {
        session.progress.note("nothing is to be done");
        return Ok(());
    }
    let (mut application, run) =
        journal::kept(application, writer, about).map_err(journal::unusable)?;
    let interrupt = Interrupt::listen(&session.progress);
    loop {
        let done = application.done();
        let called = application.writes().get(done).map(|write| write.called());
        if called.is_some() && interrupt.came() {
            return Err(Failure::failed("stopped").and_hint(application.told()));
        }
        session.progress.tell(format!("{done} of {total}"));
        match interrupt.guard(Box::pin(application.send_next())).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let failure = Failure::from(error).about(called.unwrap_or_default());
                return Err(failure.and_hint(application.told()));
            }
        }
    }
    session.progress.finish();
    let rollback = run.map(|run| format!("; `ffx funnels rollback {run}` takes it back"));
    let rollback = rollback.unwrap_or_default();
    settings.terminal.note(&format!("done: {}{rollback}", counted(total, "object")));
    Ok(())
}

/// Brings back what a run replaced. Without a number it is the last one.
#[cfg(feature = "journal")]
pub(super) async fn rollback(
    number: Option<u32>,
    yes: bool,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    use funnelflux::funnels::rollback_of;

    let writer = writer(settings)?.ok_or_else(nothing)?;
    let run = number.map(|number| journal::RunId(number.into()));
    let rollback = Box::pin(rollback_of(&session.client, &writer, run)).await?;
    let rollback = rollback.ok_or_else(nothing)?;
    let run = rollback.run;
    for called in &rollback.created {
        settings.terminal.note(&format!("created by run {run} and left as it is: {called}"));
    }
    for write in rollback.application.writes() {
        let called = write.called();
        settings.terminal.note(&format!("back to what it was before run {run}: {called}"));
    }
    if !yes {
        settings.terminal.note("nothing was sent; --yes sends it");
        return Ok(());
    }
    let about = format!("rollback of run {run}");
    Box::pin(send(rollback.application, &about, Some(&writer), session, settings)).await
}

/// There is nothing to bring back without a journal.
#[cfg(not(feature = "journal"))]
pub(super) async fn rollback(
    _: Option<u32>,
    _: bool,
    _: &Session,
    _: &Settings,
) -> Result<(), Failure> {
    Err(nothing())
}

fn nothing() -> Failure {
    Failure::usage("the journal has no applied plan of this account to take back")
}
