//! `ffx domains`: custom domains.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::domains::WaitOptions;
use funnelflux::model::Document;
use funnelflux::model::domains::DomainInfo;
use funnelflux::model::ledger::Model as _;

use super::confirm;
use crate::args::{DomainsCommand, WaitArgs};
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, indented, member_text, stdout, write_objects};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(command: &DomainsCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal();
    let progress = Progress::start(terminal, "domains");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let domains = session.client().domains();
    let format = settings.format();
    match command {
        // operation: billing.domains.list
        DomainsCommand::List(_) => {
            let listed = domains.list().await?;
            progress.finish();
            let documents: Vec<&Document> = listed.iter().map(|domain| domain.document()).collect();
            list(&documents, format)
        }
        // operation: billing.domains.create
        DomainsCommand::Add(args) => {
            let domain = domains.create(&args.domain).await?;
            progress.finish();
            show(&domain, format)
        }
        // operation: billing.domains.check
        DomainsCommand::Check(args) => {
            let answer = domains.check(&args.domain).await?.into_inner();
            progress.finish();
            document(answer.document(), format)
        }
        // operation: billing.domains.get
        DomainsCommand::Get(args) => {
            let domain = domains.get(&args.id).await?;
            progress.finish();
            show(&domain, format)
        }
        DomainsCommand::Wait(args) => {
            let options = waiting(args, settings, &progress);
            let domain = domains.wait_until_active(&args.id, options).await?;
            progress.finish();
            show(&domain, format)
        }
        // operation: billing.domains.refresh
        DomainsCommand::Refresh(args) => {
            let answer = domains.refresh(&args.id).await?.into_inner();
            progress.finish();
            document(&answer, format)
        }
        // operation: billing.domains.delete
        DomainsCommand::Delete(args) => {
            let what = format!("the domain {}", args.id);
            progress.aside(|| confirm::deletion(&what, 1, args.yes))?;
            domains.delete(&args.id).await?;
            progress.finish();
            terminal.note(&format!("deleted {what}"));
            Ok(())
        }
    }
}

/// Tells of each look: on the line of the spinner, or in a line of its own where there is none.
fn waiting(args: &WaitArgs, settings: &Settings, progress: &Progress) -> WaitOptions {
    let (progress, terminal) = (progress.clone(), settings.terminal());
    WaitOptions::new().with_patience(Duration::from_secs(args.minutes.saturating_mul(60))).on_step(
        move |step| {
            let state = |name| match member_text(step.domain.document(), name) {
                state if state.is_empty() => "unknown".to_owned(),
                state => state,
            };
            let said = format!(
                "domain {}, certificate {}; next look in {} s",
                state("status"),
                state("ssl_status"),
                step.pause.as_secs()
            );
            if terminal.shows_progress() {
                progress.tell(said);
            } else {
                terminal.note(&said);
            }
        },
    )
}

fn list(domains: &[&Document], format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    if format == Format::Table {
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
        write!(out, "{}", grid.draw().text)?;
    } else {
        write_objects(&mut out, domains, format)?;
    }
    out.flush()?;
    Ok(())
}

/// A table is for people: the state, and the records to paste into the zone.
fn show(domain: &DomainInfo, format: Format) -> Result<(), Failure> {
    if format != Format::Table {
        return document(domain.document(), format);
    }
    list(&[domain.document()], format)?;
    let mut out = stdout();
    match domain.dns_records().zone_snippet() {
        Some(records) => write!(out, "\n; DNS records\n{records}")?,
        // Where the records stand is not known for sure, so all of it is shown.
        None => writeln!(out, "\n{}", indented(domain.document().text()))?,
    }
    out.flush()?;
    Ok(())
}

fn document(answer: &Document, format: Format) -> Result<(), Failure> {
    let mut out = stdout();
    match format {
        Format::Json => writeln!(out, "{}", answer.text())?,
        format => write_objects(&mut out, &[answer], format)?,
    }
    out.flush()?;
    Ok(())
}
