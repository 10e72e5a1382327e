//! `ffx funnels check`: all findings of funnels at once.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::sync::Arc;

use funnelflux::funnels::{
    Account, CheckedFunnel, Finding, FunnelDialect, FunnelExt as _, Plan, PlanAction, Report,
    Severity, account_of, account_with, link_faults, sarif,
};
use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::{Funnel, Identified as _, Model as _};

use super::source::{self, FUNNELS, Given};
use crate::args::FunnelsCheckArgs;
use crate::failure::Failure;
use crate::names::Names;
use crate::output::{Column, Format, Row, counted, print, write_listing};
use crate::session::Session;
use crate::settings::Settings;

pub(super) async fn run(args: &FunnelsCheckArgs, settings: &Settings) -> Result<(), Failure> {
    let names = Names::new(settings, "funnels check");
    let given = match args.all {
        true => Box::pin(source::all(&names)).await?,
        false => Box::pin(source::read(&args.funnels, &names)).await?,
    };
    let dialect = super::dialect(&args.words, &names, settings).await?;
    let is_looked_up = |one: &&Given| args.account || !one.is_file;
    let looked_up: Vec<Funnel> =
        given.iter().filter(is_looked_up).map(|one| one.funnel.clone()).collect();
    let offline = Account::offline().with_link_check(link_faults);
    let account = if looked_up.is_empty() {
        offline.clone()
    } else {
        let session = Box::pin(names.session()).await?;
        let account = Box::pin(account_of(session.client.ledger(), &looked_up, &dialect)).await?;
        session.progress.finish();
        account
    };
    let mut reports: Vec<Report> = Vec::with_capacity(given.len());
    for file in given.chunk_by(|one, next| Arc::ptr_eq(&one.assets, &next.assets)) {
        let known = |one: &Given| if is_looked_up(&one) { &account } else { &offline };
        // What a file holds goes before what the account has.
        let own = file.first().filter(|one| !one.assets.is_empty()).map(|one| {
            one.assets.iter().fold(known(one).clone(), |mut all, asset| {
                all.add(asset.kind, asset.id.as_str(), asset.document.clone());
                all
            })
        });
        let check = |one: &Given| one.funnel.check_in(&dialect, own.as_ref().unwrap_or(known(one)));
        reports.extend(file.iter().map(check));
    }
    show(&given, &reports, settings)?;
    conclude(&reports, settings)
}

/// Refuses a plan that would send a funnel with errors, but for those with codes that are allowed.
pub(super) async fn plan(
    plan: &Plan,
    allowed: &[&str],
    dialect: &FunnelDialect,
    session: &Session,
    settings: &Settings,
) -> Result<(), Failure> {
    let mut account = Account::offline();
    let mut funnels = Vec::new();
    for step in plan.steps() {
        let (kind, result) = (step.object.kind, step.result().clone());
        if kind.name == FUNNELS.name && step.action != PlanAction::Keep {
            funnels.push((step.called(), Funnel::from_document(result.clone())));
        }
        if !step.completes() {
            account.add(kind, step.object.id.as_str(), result);
        }
    }
    let all: Vec<Funnel> = funnels.iter().map(|(_, funnel)| funnel.clone()).collect();
    let account = account_with(session.client.ledger(), account, &all, dialect).await?;
    let spoken = spoken(&funnels, dialect, session).await?;
    let mut codes = BTreeSet::new();
    for (called, funnel) in &funnels {
        let errors = funnel.check_in(dialect, &account).findings.into_iter();
        let errors = errors.filter(|finding| finding.severity() == Severity::Error);
        let words = spoken.iter().flat_map(|(dialect, types)| words(funnel, dialect, types));
        for finding in errors.chain(words).filter(|it| !allowed.contains(&it.rule.code)) {
            settings.terminal.warn(&format!("{called}: {finding}"));
            codes.insert(finding.rule.code);
        }
    }
    if codes.is_empty() {
        return Ok(());
    }
    let codes = codes.into_iter().collect::<Vec<_>>().join(",");
    let why = format!("`ffx funnels check` finds {codes}; nothing was sent");
    Err(Failure::failed(why).hint(format!("mend them, or take them by --allow-findings {codes}")))
}

/// The words of the account, and the types of nodes in some of its funnels: those to be changed, and others. `None` if
/// nothing is known of its words.
async fn spoken(
    funnels: &[(String, Funnel)],
    known: &FunnelDialect,
    session: &Session,
) -> Result<Option<(FunnelDialect, BTreeSet<String>)>, Failure> {
    const ENOUGH: usize = 20;
    let mut ids: Vec<_> = funnels.iter().filter_map(|(_, it)| it.asset_id().ok()?).collect();
    if ids.is_empty() {
        return Ok(None);
    }
    let assets = session.client.ledger().funnels();
    let listed = assets.list(&ListFilter::new()).await?.into_inner();
    ids.extend(listed.iter().filter_map(|info| info.asset_id().ok()?).take(ENOUGH));
    let examples = match assets.find_by_ids(&ids).await {
        // The path may be a wrong guess.
        Err(error) if error.is_not_found() => Vec::new(),
        found => found?,
    };
    let spoken = known.clone().learn_from(&examples).0;
    let graphs = examples.iter().map(|example| example.graph_in(&spoken));
    let types = graphs.flat_map(|graph| graph.nodes).map(|node| node.node_type);
    let types = types.collect();
    Ok((spoken != FunnelDialect::shipped()).then_some((spoken, types)))
}

/// The words of a funnel that its account does not have: it would be refused, or be read as something else.
fn words(funnel: &Funnel, spoken: &FunnelDialect, types: &BTreeSet<String>) -> Vec<Finding> {
    let graph = funnel.graph_in(spoken);
    let mut found = funnel.check_in(spoken, &Account::offline()).findings;
    found.retain(|finding| match finding.rule.code {
        "FF070" => {
            let node = finding.node.and_then(|at| graph.nodes.get(at));
            node.is_some_and(|node| !types.contains(&node.node_type))
        }
        code => code == "FF073",
    });
    found
}

fn show(given: &[Given], reports: &[Report], settings: &Settings) -> Result<(), Failure> {
    let names: Vec<(String, String)> = given
        .iter()
        .map(|one| (one.funnel.asset_id_text().into_owned(), one.funnel.asset_name().into_owned()))
        .collect();
    if settings.format() == Format::Sarif {
        let checked: Vec<CheckedFunnel<'_>> = (given.iter().zip(&names).zip(reports))
            .map(|((one, (_, name)), report)| {
                CheckedFunnel::new(&one.origin, name, report).with_text(&one.text)
            })
            .collect();
        return print(|out| Ok(writeln!(out, "{}", sarif(&checked))?));
    }
    let rows = names.iter().zip(reports).flat_map(|((funnel, name), report)| {
        report.findings.iter().map(move |finding| {
            Row([
                ("funnel", funnel.as_str()),
                ("name", name),
                ("code", finding.rule.code),
                ("severity", finding.severity().as_str()),
                ("place", &finding.place),
                ("message", &finding.message),
                ("mend", finding.rule.mend),
            ])
        })
    });
    let funnel = Column::text("Funnel").of(&["name", "funnel"]);
    let columns = vec![
        Column::word("Code").of(&["code"]),
        Column::word("Severity").of(&["severity"]),
        Column::text("Finding").of(&["message"]),
        Column::text("To mend it").of(&["mend"]).or_none(),
        Column::text("Place").of(&["place"]).or_none(),
    ];
    let columns = match given {
        [_] => columns,
        _ => [funnel].into_iter().chain(columns).collect(),
    };
    let rows: Vec<_> = rows.collect();
    if rows.is_empty() && settings.format() == Format::Table {
        return Ok(());
    }
    print(|out| write_listing(out, &rows, columns, settings.format()))
}

fn conclude(reports: &[Report], settings: &Settings) -> Result<(), Failure> {
    let count = |severity| reports.iter().map(|report| report.count(severity)).sum::<usize>();
    let not_looked_up: usize = reports.iter().map(|report| report.not_looked_up).sum();
    if not_looked_up > 0 {
        let what = counted(not_looked_up, "reference");
        settings.terminal.note(&format!("{what} not looked up in the account"));
    }
    let told = [
        (count(Severity::Error), "error"),
        (count(Severity::Warning), "warning"),
        (count(Severity::Note), "note"),
    ];
    let told: Vec<String> = told
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, noun)| counted(*count, noun))
        .collect();
    let funnels = counted(reports.len(), "funnel");
    if reports.iter().all(Report::is_sound) {
        let found = if told.is_empty() { "no finding".to_owned() } else { told.join(", ") };
        settings.terminal.note(&format!("{funnels}: {found}"));
        return Ok(());
    }
    Err(Failure::failed(format!("{funnels}: {}", told.join(", "))))
}
