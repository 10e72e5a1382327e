//! `ffx custom-events push`: a body that nobody here knows the shape of, sent as it is.

use std::io::{Read as _, Write as _};
use std::path::Path;

use funnelflux::model::Document;
use funnelflux::reporting::operations;
use serde::Serialize;
use serde_json::value::RawValue;

use super::fate::Fate;
use super::{dry, not_sent, write_one};
use crate::args::{CustomEventsArgs, CustomEventsCommand};
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Format, harmless, indented, stdout};
use crate::progress::Progress;
use crate::session::{Session, anonymous};
use crate::settings::Settings;

#[derive(Serialize)]
struct Row<'a> {
    body: &'a RawValue,
    outcome: Fate,
}

pub(in crate::commands) async fn run(
    command: &CustomEventsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let CustomEventsCommand::Push(args) = command;
    let terminal = settings.terminal();
    let text = read(&args.file)?;
    if args.send.dry.dry_run {
        let progress = Progress::start(terminal, "custom events");
        let client = anonymous(settings)?;
        let call = client.call_operation(&operations::CUSTOMEVENTS_UPDATE);
        return dry(settings, &progress, [call.json_text(text)]);
    }
    let shown = show(args, settings, &text);
    if !args.send.yes {
        shown?;
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "custom events");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    // operation: reporting.customevents.update
    let reporting = session.client().reporting();
    let interrupt = Interrupt::guarding(&progress, terminal);
    let result = interrupt.guard(Box::pin(reporting.custom_events_update(&text))).await;
    progress.finish();
    let told = machine(settings, &text, Fate::of(&result));
    if result.is_ok() {
        terminal.note("accepted: queued; the server works it off later");
    }
    Failure::outcome(result.map(drop).map_err(Failure::from), shown.and(told))
}

/// The file, which has to hold a JSON object; nothing more is known of it.
fn read(file: &Path) -> Result<String, Failure> {
    let mut text = String::new();
    if file == Path::new("-") {
        std::io::stdin().read_to_string(&mut text)
    } else {
        std::fs::File::open(file).and_then(|mut file| file.read_to_string(&mut text))
    }
    .map_err(|cause| Failure::unreadable(file, &cause))?;
    match Document::parse(&text) {
        Ok(_) => Ok(text),
        Err(cause) => {
            Err(Failure::usage(format!("{}: expected one JSON object: {cause}", file.display()))
                .hint(
                    "nothing was sent; `ffx api PUT /reporting/update/customevents` sends any JSON",
                ))
        }
    }
}

/// The preview; a program gets one object, after all is over.
fn show(args: &CustomEventsArgs, settings: &Settings, text: &str) -> Result<(), Failure> {
    if settings.format() != Format::Table {
        return if args.send.yes { Ok(()) } else { machine(settings, text, Fate::NotSent) };
    }
    let mut out = stdout();
    writeln!(out, "{}", harmless(&indented(text.trim())))?;
    writeln!(out, "\nto be sent as it is; what its members mean is not known here")?;
    out.flush()?;
    Ok(())
}

fn machine(settings: &Settings, text: &str, outcome: Fate) -> Result<(), Failure> {
    if settings.format() == Format::Table {
        return Ok(());
    }
    let body = serde_json::from_str(text)
        .map_err(|cause| Failure::failed(format!("the object cannot be shown: {cause}")))?;
    write_one(&Row { body, outcome }, settings.format())
}
