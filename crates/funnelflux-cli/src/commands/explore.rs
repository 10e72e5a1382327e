//! `ffx logs` and `ffx explore`, whose answers are of unknown shape and printed unchanged.

use std::io::Write as _;

use funnelflux::model::Document;
use funnelflux::model::explorer::{HitLookup, VisitorLookup};
use funnelflux::model::logs::LogRequest;
use funnelflux::transport::{Timer as _, TokioTimer};
use futures_util::future::Either::{Left, Right};

use super::report::range;
use crate::args::{ExploreCommand, LogsCommand};
use crate::failure::Failure;
use crate::output::{Format, Terminal, indented, print, write_object, write_objects};
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn logs(command: &LogsCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let (LogsCommand::Postback(range)
    | LogsCommand::WebhookSummary(range)
    | LogsCommand::MiddlewareSummary(range)) = command;
    let range = range::resolve(range, settings, TokioTimer.wall())?;
    let request = LogRequest::builder(range.clone()).build()?;
    let session = Session::open(settings, "log").await?;
    let reporting = session.client.reporting();
    let answer = match command {
        LogsCommand::Postback(_) => reporting.postback_log(&request).await?,
        LogsCommand::WebhookSummary(_) => reporting.webhook_summary(&request).await?,
        LogsCommand::MiddlewareSummary(_) => reporting.middleware_summary(&request).await?,
    };
    session.progress.finish();
    session.note_origin();
    terminal.note(&range.to_string());
    let rows = answer.rows().ok().and_then(|rows| {
        let rows = rows.iter().map(|row| Document::parse(row.json().get()).ok());
        rows.collect::<Option<Vec<Document>>>()
    });
    match rows {
        Some(rows) => print(|out| write_objects(out, &rows, settings.format())),
        // The answer is no list of objects.
        None => whole(answer.json().get(), settings.format()),
    }?;
    all(answer.has_more(), terminal)
}

fn all(has_more: Option<bool>, terminal: Terminal) -> Result<(), Failure> {
    match has_more {
        Some(true) => terminal.cut("the answer is incomplete: the server has more (hasMore)"),
        _ => Ok(()),
    }
}

pub(super) async fn explore(command: &ExploreCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let lookup = match command {
        ExploreCommand::Visitor { id, range } => {
            let range = range::resolve(range, settings, TokioTimer.wall())?;
            Left(VisitorLookup::by_visitor(id.clone(), range))
        }
        ExploreCommand::Hit { id, visitor: true } => Left(VisitorLookup::by_hit(id.clone())),
        ExploreCommand::Hit { id, .. } => Right(HitLookup::new(id.clone())),
    };
    let session = Session::open(settings, "looking up").await?;
    let reporting = session.client.reporting();
    let (json, has_more) = match lookup {
        Left(visitor) => {
            let found = reporting.explore_visitor(&visitor).await?;
            (found.json().get().to_owned(), found.has_more())
        }
        Right(hit) => (reporting.explore_hit(&hit).await?.json().get().to_owned(), None),
    };
    session.progress.finish();
    session.note_origin();
    whole(&json, settings.format())?;
    all(has_more, terminal)
}

fn whole(json: &str, format: Format) -> Result<(), Failure> {
    print(|out| match (format, Document::parse(json)) {
        (Format::Json, _) => Ok(writeln!(out, "{json}")?),
        (Format::Table, _) | (_, Err(_)) => Ok(writeln!(out, "{}", indented(json))?),
        (format, Ok(object)) => write_object(out, &object, format),
    })
}
