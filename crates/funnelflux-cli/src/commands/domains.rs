//! `ffx domains`: custom domains.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::time::Duration;

use funnelflux::domains::{WaitOptions, operations};
use funnelflux::model::Document;
use funnelflux::model::domains::{DomainInfo, DomainRequest};
use funnelflux::model::ledger::Model as _;

use super::confirm;
use super::interrupt::finish;
use super::preview;
use crate::args::DomainsCommand;
use crate::failure::Failure;
use crate::output::{Column, Format, Stdout, counted, indented, member_text, print};
use crate::output::{write_object, write_row, write_table};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

const BILL: &str = "beyond the free tier, adding or deleting a domain changes the add-on quantity of \
                    the subscription, and so the bill (documented, in an older copy of the vendor's page)";

pub(super) async fn run(command: &DomainsCommand, settings: &Settings) -> Result<(), Failure> {
    let terminal = settings.terminal;
    let session = Session::open(settings, "domains").await?;
    session.note_origin();
    let domains = session.client.domains();
    let format = settings.format();
    match command {
        DomainsCommand::List => {
            let listed = domains.list().await?;
            session.progress.finish();
            let documents: Vec<&Document> = listed.iter().map(|domain| domain.document()).collect();
            print(|out| write_list(out, &documents, format))?;
            terminal.note(&counted(documents.len(), "domain"));
            Ok(())
        }
        DomainsCommand::Add { domain, yes, dry } => {
            let request = DomainRequest::new(domain)?;
            if dry.dry_run {
                let call = session.client.call(&operations::DOMAINS_CREATE).json(&request);
                return preview::print(settings, &session.progress, [call]);
            }
            session.progress.warn(BILL);
            let what = format!("the domain {domain}");
            let (would, question) = (format!("{what} would be added"), format!("Add {what}?"));
            session.progress.aside(|| confirm::ask(&would, &question, "y", *yes))?;
            let domain = finish(domains.create(domain), &session.progress).await?;
            Failure::outcome(Ok(()), show(&domain, &session.progress, format))
        }
        DomainsCommand::Check { domain } => {
            let answer = domains.check(domain).await?.into_inner();
            document(answer.document(), &session.progress, format)
        }
        DomainsCommand::Get { id } => show(&domains.get(id).await?, &session.progress, format),
        DomainsCommand::Wait { id, minutes } => {
            let options = waiting(*minutes, settings, &session.progress);
            show(&domains.wait_until_active(id, options).await?, &session.progress, format)
        }
        DomainsCommand::Refresh { id, dry } => {
            if dry.dry_run {
                let call = session.client.call(&operations::DOMAINS_REFRESH).path_param("id", id);
                return preview::print(settings, &session.progress, [call]);
            }
            let answer = finish(domains.refresh(id), &session.progress).await?.into_inner();
            Failure::outcome(Ok(()), document(&answer, &session.progress, format))
        }
        DomainsCommand::Delete { id, yes, dry } => {
            let call = session.client.call(&operations::DOMAINS_DELETE).path_param("id", id);
            if dry.dry_run {
                return preview::print(settings, &session.progress, [call]);
            }
            call.preview()?;
            let what = format!("the domain {id}");
            session.progress.warn(BILL);
            session.progress.aside(|| confirm::deletion(&what, 1, *yes))?;
            finish(domains.delete(id), &session.progress).await?;
            // A table is empty: a note says that the domain was deleted.
            if format != Format::Table {
                let row = BTreeMap::from([("id", id.as_str()), ("outcome", "deleted")]);
                Failure::outcome(Ok(()), print(|out| write_row(out, &row, format)))?;
            }
            terminal.note(&format!("deleted {what}"));
            Ok(())
        }
    }
}

fn waiting(minutes: u64, settings: &Settings, progress: &Progress) -> WaitOptions {
    let (progress, terminal) = (progress.clone(), settings.terminal);
    WaitOptions::new().with_patience(Duration::from_secs(minutes.saturating_mul(60))).on_step(
        move |step| {
            let state = |name| match member_text(step.domain.document(), name) {
                state if state.is_empty() => "unknown".to_owned(),
                state => state,
            };
            let (status, certificate) = (state("status"), state("ssl_status"));
            let next = format!("next check in {} s", step.pause.as_secs());
            let state = format!("domain {status}, certificate {certificate}; {next}");
            match terminal.shows_progress() {
                true => progress.tell(state),
                false => terminal.note(&state),
            }
        },
    )
}

fn write_list(out: &mut Stdout, domains: &[&Document], format: Format) -> Result<(), Failure> {
    let columns = vec![
        Column::word("ID").of(&["id"]),
        Column::text("Domain").of(&["domain"]),
        Column::word("Status").of(&["status"]),
        Column::word("Certificate").of(&["ssl_status"]),
    ];
    write_table(out, domains, columns, format)
}

/// Prints a domain; in a table, its state and the records to paste into the zone.
fn show(domain: &DomainInfo, progress: &Progress, format: Format) -> Result<(), Failure> {
    if format != Format::Table {
        return document(domain.document(), progress, format);
    }
    progress.finish();
    print(|out| {
        write_list(out, &[domain.document()], format)?;
        match domain.dns_records().zone_snippet() {
            Some(records) => write!(out, "\n; DNS records\n{records}")?,
            // The place of the records is a guess; without it the whole domain is shown.
            None => writeln!(out, "\n{}", indented(domain.document().text()))?,
        }
        Ok(())
    })
}

fn document(answer: &Document, progress: &Progress, format: Format) -> Result<(), Failure> {
    progress.finish();
    print(|out| write_object(out, answer, format))
}
