//! `ffx domains`: custom domains.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::domains::{WaitOptions, operations};
use funnelflux::model::Document;
use funnelflux::model::domains::{CreateDomainRequest, DomainInfo};
use funnelflux::model::ledger::Model as _;
use funnelflux::transport::CallBuilder;
use serde::Serialize;

use super::confirm;
use super::interrupt::finish;
use super::preview::{self, Request};
use crate::args::{DomainsCommand, WaitArgs};
use crate::failure::Failure;
use crate::output::{
    Column, Format, Grid, Stdout, counted, harmless, indented, member_text, print, write_object,
    write_objects, write_row,
};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

/// A deleted domain, for programs. A table is empty: a note says that it was deleted.
#[derive(Serialize)]
struct Deleted<'a> {
    id: &'a str,
    outcome: &'static str,
}

pub(super) async fn run(command: &DomainsCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let progress = Progress::start(terminal, "domains");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let domains = session.client().domains();
    let format = settings.format();
    match command {
        DomainsCommand::List => {
            let listed = domains.list().await?;
            progress.finish();
            let documents: Vec<&Document> = listed.iter().map(|domain| domain.document()).collect();
            print(|out| write_list(out, &documents, format))?;
            terminal.note(&counted(documents.len(), "domain"));
            Ok(())
        }
        DomainsCommand::Add(args) => {
            if args.dry.dry_run {
                let request = CreateDomainRequest::new(&args.name.domain)?;
                let call = session.client().call(&operations::DOMAINS_CREATE);
                return dry(settings, &progress, call.json(&request));
            }
            let domain = finish(domains.create(&args.name.domain), &progress, terminal).await?;
            Failure::outcome(Ok(()), show(&domain, format))
        }
        DomainsCommand::Check(args) => {
            let answer = domains.check(&args.domain).await?.into_inner();
            progress.finish();
            document(answer.document(), format)
        }
        DomainsCommand::Get(args) => {
            let domain = domains.get(&args.id).await?;
            progress.finish();
            show(&domain, format)
        }
        DomainsCommand::Wait(args) => {
            let options = waiting(args, settings, &progress);
            let domain = domains.wait_until_active(&args.of.id, options).await?;
            progress.finish();
            show(&domain, format)
        }
        DomainsCommand::Refresh(args) => {
            if args.dry.dry_run {
                let call = session.client().call(&operations::DOMAINS_REFRESH);
                return dry(settings, &progress, call.path_param("id", &args.of.id));
            }
            let refresh = domains.refresh(&args.of.id);
            let answer = finish(refresh, &progress, terminal).await?.into_inner();
            Failure::outcome(Ok(()), document(&answer, format))
        }
        DomainsCommand::Delete(args) => {
            if args.dry.dry_run {
                let call = session.client().call(&operations::DOMAINS_DELETE);
                return dry(settings, &progress, call.path_param("id", &args.of.id));
            }
            let what = format!("the domain {}", args.of.id);
            progress.aside(|| confirm::deletion(&what, 1, args.yes))?;
            finish(domains.delete(&args.of.id), &progress, terminal).await?;
            if format != Format::Table {
                let row = Deleted { id: &args.of.id, outcome: "deleted" };
                Failure::outcome(Ok(()), print(|out| write_row(out, &row, format)))?;
            }
            terminal.note(&format!("deleted {what}"));
            Ok(())
        }
    }
}

/// Prints the call that the client's own method sends; a test compares the two.
fn dry(settings: &Settings, progress: &Progress, call: CallBuilder<'_>) -> Result<(), Failure> {
    preview::print(settings, progress, &Request::all([call])?)
}

/// Reports each check: in the spinner, or on a line of its own if there is none.
fn waiting(args: &WaitArgs, settings: &Settings, progress: &Progress) -> WaitOptions {
    let (progress, terminal) = (progress.clone(), settings.terminal());
    WaitOptions::new().with_patience(Duration::from_secs(args.minutes.saturating_mul(60))).on_step(
        move |step| {
            let state = |name| match member_text(step.domain.document(), name) {
                state if state.is_empty() => "unknown".to_owned(),
                state => state,
            };
            let state = format!(
                "domain {}, certificate {}; next check in {} s",
                state("status"),
                state("ssl_status"),
                step.pause.as_secs()
            );
            if terminal.shows_progress() {
                progress.tell(state);
            } else {
                terminal.note(&state);
            }
        },
    )
}

fn write_list(out: &mut Stdout, domains: &[&Document], format: Format) -> Result<(), Failure> {
    if format != Format::Table {
        return write_objects(out, domains, format);
    }
    let mut grid = Grid::new(vec![
        Column::word("ID"),
        Column::text("Domain"),
        Column::word("Status"),
        Column::word("Certificate"),
    ]);
    for domain in domains {
        let members = ["id", "domain", "status", "ssl_status"];
        grid.row(members.iter().map(|name| member_text(domain, name)).collect());
    }
    Ok(write!(out, "{}", grid.draw().text)?)
}

/// Prints a domain; in a table, its state and the records to paste into the zone.
fn show(domain: &DomainInfo, format: Format) -> Result<(), Failure> {
    if format != Format::Table {
        return document(domain.document(), format);
    }
    print(|out| {
        write_list(out, &[domain.document()], format)?;
        match domain.dns_records().zone_snippet() {
            Some(records) => write!(out, "\n; DNS records\n{records}")?,
            // The place of the records is a guess; without it the whole domain is shown.
            None => writeln!(out, "\n{}", harmless(&indented(domain.document().text())))?,
        }
        Ok(())
    })
}

fn document(answer: &Document, format: Format) -> Result<(), Failure> {
    print(|out| write_object(out, answer, format))
}
