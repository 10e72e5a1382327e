//! `ffx funnels apply` and `rollback`: a plan is sent exactly, and what it replaced is brought back.

use funnelflux::Error;
use funnelflux::funnels::{Application, Plan, Rollback, rollback_of};

use crate::commands::assets::outcome::is_shared;
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
    let busy = "another ffx is at work on funnels of this account";
    journal::book(&journal, (BOOK, &journal::account(settings)), true, busy).map(|(_, it)| it)
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
    let stop = |_: &_| true;
    let sent = Box::pin(send(application, about, stop, writer.as_ref(), session, settings));
    sent.await.map(drop)
}

/// Sends all writes, up to a failure that `stops`; says why others were passed over.
async fn send<'a>(
    application: Application<'a>,
    about: &str,
    stops: fn(&Error) -> bool,
    writer: Option<&'a Writer>,
    session: &Session,
    settings: &Settings,
) -> Result<Vec<String>, Failure> {
    let mut passed = Vec::new();
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
            Err(error) if !stops(&error) => {
                passed.push(format!("{}: {error}", called.unwrap_or_default()));
                application.pass_over();
            }
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
        return Ok(passed);
    }
    let run = application.run().map(|run| format!("; `ffx funnels rollback {run}` takes it back"));
    settings.terminal.note(&format!(
        "done: {}{}",
        counted(total - passed.len(), "object"),
        run.unwrap_or_default()
    ));
    Ok(passed)
}

/// Brings back what a run replaced. Without a number it is the latest plan that is not taken back.
pub(super) async fn rollback(
    number: Option<u32>,
    yes: bool,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let none = "the journal has no applied plan of this account to take back";
    let writer = writer(settings)?.ok_or_else(|| Failure::usage(none))?;
    let run = number.map(|number| journal::RunId(number.into()));
    let rollback = Box::pin(rollback_of(&session.client, &writer, run)).await?;
    let Some(rollback) = rollback else {
        return Err(number.map_or(Ok(Failure::usage(none)), |number| no_run(number, &writer))?);
    };
    let Rollback { run, created, mut left, application, .. } = rollback;
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
        let sent = Box::pin(send(application, "", is_shared, Some(&writer), session, settings));
        for how in sent.await? {
            settings.terminal.warn(&format!("left as it is: {how}"));
            left.push(how);
        }
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
    Err(Failure::failed(format!("{left} of run {run} not taken back")).hint(
        "once the cause is gone, such as a change since, the same command takes it back; to take back another run, \
         give its number",
    ))
}

/// Says which runs there are.
fn no_run(number: u32, writer: &Writer) -> Result<Failure, Failure> {
    const SHOWN: usize = 8;
    let runs = writer.runs().map_err(journal::unusable)?;
    let about = |about: &str| about.lines().next().unwrap_or_default().to_owned();
    let shown = runs.iter().take(SHOWN).map(|run| format!("{} ({})", run.id, about(&run.about)));
    let shown = match shown.collect::<Vec<_>>().join(", ") {
        none if none.is_empty() => "there is none".to_owned(),
        shown if runs.len() > SHOWN => format!("the latest are {shown}"),
        shown => format!("there are {shown}"),
    };
    Ok(Failure::usage(format!("the journal has no run {number} of this account; {shown}")))
}
