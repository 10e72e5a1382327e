//! `ffx logs` and `ffx explore`. The shape of their answers is unknown, so they are printed
//! unchanged.

use std::io::Write as _;

use funnelflux::model::Document;
use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::logs::LogRequest;
use funnelflux::transport::{Timer as _, TokioTimer};

use super::report::range;
use crate::args::{ExploreCommand, LogsCommand, VisitorArgs};
use crate::failure::Failure;
use crate::output::{Format, harmless, indented, print, write_object, write_objects};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn logs(command: &LogsCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let range = range::resolve(command.range(), settings, TokioTimer.wall())?;
    let request = LogRequest::builder(range.clone())
        .build()
        .map_err(|cause| Failure::usage(cause.to_string()))?;
    let progress = Progress::start(terminal, "log");
    let session = Session::open(settings, &progress).await?;
    let reporting = session.client().reporting();
    let answer = match command {
        LogsCommand::Postback(_) => reporting.postback_log(&request).await?,
        LogsCommand::WebhookSummary(_) => reporting.webhook_summary(&request).await?,
        LogsCommand::MiddlewareSummary(_) => reporting.middleware_summary(&request).await?,
    };
    progress.finish();
    session.note_origin(terminal);
    terminal.note(&range.to_string());
    let rows = answer.rows().ok().and_then(|rows| {
        let rows = rows.iter().map(|row| Document::parse(row.json().get()).ok());
        rows.collect::<Option<Vec<Document>>>()
    });
    match rows {
        Some(rows) => {
            let rows: Vec<&Document> = rows.iter().collect();
            print(|out| write_objects(out, &rows, settings.format()))
        }
        // The answer is no list of objects.
        None => whole(answer.json().get(), settings.format()),
    }
}

pub(super) async fn explore(command: &ExploreCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let progress = Progress::start(terminal, "looking up");
    match command {
        ExploreCommand::Visitor(VisitorArgs { id, range, .. }) => {
            let range = range::resolve(range, settings, TokioTimer.wall())?;
            visitor(VisitorLookup::by_visitor(id.clone(), range), settings, &progress).await
        }
        ExploreCommand::Hit(args) if args.visitor => {
            visitor(VisitorLookup::by_hit(args.id.clone()), settings, &progress).await
        }
        ExploreCommand::Hit(args) => {
            let session = Session::open(settings, &progress).await?;
            let reporting = session.client().reporting();
            let hit = reporting.explore_hit(&HitLookup::new(args.id.clone())).await?;
            progress.finish();
            session.note_origin(terminal);
            whole(hit.json().get(), settings.format())
        }
    }
}

async fn visitor(
    lookup: VisitorLookup,
    settings: &Settings,
    progress: &Progress,
) -> Result<(), Failure> {
    let session = Session::open(settings, progress).await?;
    let found = session.client().reporting().explore_visitor(&lookup).await?;
    progress.finish();
    session.note_origin(settings.terminal());
    whole(found.json().get(), settings.format())?;
    if found.has_more() == Some(true) {
        settings.terminal().warn("the answer is incomplete: the server has more (hasMore)");
    }
    Ok(())
}

/// Prints an answer of unknown shape.
fn whole(json: &str, format: Format) -> Result<(), Failure> {
    print(|out| match (format, Document::parse(json)) {
        (Format::Json, _) => Ok(writeln!(out, "{json}")?),
        (Format::Table, _) | (_, Err(_)) => Ok(writeln!(out, "{}", harmless(&indented(json)))?),
        (format, Ok(object)) => write_object(out, &object, format),
    })
}
