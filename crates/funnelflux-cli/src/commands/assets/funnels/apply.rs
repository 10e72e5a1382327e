//! `ffx funnels apply` and `rollback`: a plan is sent exactly, and what it replaced is brought back.

use funnelflux::funnels::{Application, Plan, Rollback, rollback_of};

use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::journal::{self, Writer};
use crate::output::counted;
use crate::session::Session;
use crate::settings::Settings;

/// The book of applied plans.
pub(super) const BOOK: &str = "funnels";

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
    let mut application = match writer {
        Some(writer) => application.with_journal(writer, about).map_err(journal::unusable)?,
        None => application,
    };
    let total = application.writes().len();
    let interrupt = Interrupt::listen(&session.progress);
    loop {
        let done = application.done();
        let called = application.writes().get(done).map(|write| write.called());
        if called.is_some() && interrupt.came() {
            return Err(Failure::failed("stopped").and_hint(application.told(None)));
        }
        session.progress.tell(format!("{done} of {total}"));
        match interrupt.guard(Box::pin(application.send_next())).await {
            Ok(true) => {}
            Ok(false) => break,
            Err(error) => {
                let told = application.told(Some(&error));
                let failure = Failure::from(error).about(called.unwrap_or_default());
                return Err(failure.and_hint(told));
            }
        }
    }
    session.progress.finish();
    for called in application.different() {
        let why = "accepted, but the account has something else than was sent";
        settings.terminal.warn(&format!("{called}: {why}"));
    }
    if total == 0 {
        session.progress.note("nothing is to be done");
        return Ok(());
    }
    let run = application.run().map(|run| format!("; `ffx funnels rollback {run}` takes it back"));
    settings.terminal.note(&format!(
        "done: {}{}",
        counted(total, "object"),
        run.unwrap_or_default()
    ));
    Ok(())
}

/// Brings back what a run replaced. Without a number it is the latest plan that is not taken back.
pub(super) async fn rollback(
    number: Option<u32>,
    yes: bool,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let nothing = || Failure::usage("the journal has no applied plan of this account to take back");
    let writer = writer(settings)?.ok_or_else(nothing)?;
    let run = number.map(|number| journal::RunId(number.into()));
    let rollback = Box::pin(rollback_of(&session.client, &writer, run)).await?;
    let Rollback { run, created, left, application, .. } = rollback.ok_or_else(nothing)?;
    for called in created {
        settings.terminal.note(&format!("created by run {run} and left as it is: {called}"));
    }
    for how in &left {
        settings.terminal.warn(&format!("left as it is: {how}"));
    }
    for write in application.writes() {
        let called = write.called();
        settings.terminal.note(&format!("back to what it was before run {run}: {called}"));
    }
    let is_sent = yes && (left.is_empty() || !application.writes().is_empty());
    if is_sent {
        Box::pin(send(application, "", Some(&writer), session, settings)).await?;
    } else {
        settings.terminal.note(match (left.is_empty(), application.writes().is_empty()) {
            (true, true) => {
                "nothing is to be taken back; after --yes the run before it is the next"
            }
            (false, true) => "nothing was sent",
            _ => "nothing was sent; --yes sends it",
        });
    }
    if left.is_empty() {
        return Ok(());
    }
    let left = counted(left.len(), "object");
    let why = format!("{left} changed since run {run}, and not taken back");
    Err(Failure::failed(why).hint(
        "when the object is again as the run left it, the same command takes it back; to take back another \
         run, give its number",
    ))
}
