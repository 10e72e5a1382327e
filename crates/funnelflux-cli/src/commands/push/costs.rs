//! `ffx costs push`.

use std::collections::BTreeMap;
use std::io::Write as _;

use funnelflux::model::reporting::TrackingSlot;
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostRequest, CostSegment, CostUpdate};
use funnelflux::reporting::{Reporting, operations};
use rust_decimal::Decimal;
use serde::Serialize;

use super::fate::Fate;
use super::table::{Line, by_line, each, read};
use super::{SHOWN, dry, not_sent, write_rows};
use crate::args::{CostsArgs, CostsCommand};
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, stdout};
use crate::progress::Progress;
use crate::session::Session;
use crate::settings::Settings;

pub(in crate::commands) async fn run(
    command: &CostsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let CostsCommand::Push(args) = command;
    let terminal = settings.terminal();
    let zone = settings.zone(args.tz.as_deref())?.ok_or_else(|| {
        Failure::usage("--tz is missing: whose days are they?")
            .hint("say the zone of the ad account, such as --tz America/New_York")
    })?;
    let slots: Vec<&str> = TrackingSlot::all().map(TrackingSlot::as_str).collect();
    let mut columns: Vec<(&str, &[&str])> = vec![
        ("date", &["day"]),
        ("funnel", &["idFunnel", "funnel_id"]),
        ("traffic_source", &["idTrafficSource", "traffic_source_id", "source"]),
        ("cost", &["spend", "amount"]),
    ];
    columns.extend(slots.iter().map(|slot| (*slot, &[] as &[&str])));
    let lines = read(&args.file, &columns)?;
    let segments = each(&args.file, &lines, |line| segment(line, &zone, args.everything))?;
    let update = CostUpdate::builder().segments(segments).build().map_err(|cause| {
        let cause = by_line(&cause.to_string(), "costSegments", &lines);
        Failure::usage(format!("{}: {cause}", args.file.display()))
            .hint("nothing was sent; every line is checked before the first request")
    })?;
    let plan = update.plan();
    if args.dry.dry_run {
        let progress = Progress::start(terminal, "costs");
        let session = Session::open(settings, &progress).await?;
        let calls = plan
            .iter()
            .map(|request| session.client().call_operation(&operations::COST_UPDATE).json(request));
        return dry(settings, &progress, calls);
    }
    let machine = settings.format() != Format::Table;
    let mut rows = rows(&lines, &zone, &update, &plan);
    if !machine {
        preview(args, &lines, &zone, &update, &plan)?;
    }
    if !args.yes {
        if machine {
            write_rows(&rows, settings.format())?;
        }
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "costs");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let interrupt = Interrupt::listen(&progress, terminal);
    let sent = send(&session.client().reporting(), &plan, &mut rows, &progress, &interrupt).await;
    progress.finish();
    if machine {
        write_rows(&rows, settings.format())?;
    }
    let said = requests(sent?);
    terminal.note(&format!("accepted: {said}; the server works them off later"));
    Ok(())
}

/// Request after request, up to the first that is not accepted: what comes after it may hang on it.
async fn send(
    reporting: &Reporting,
    plan: &[CostRequest],
    rows: &mut [Row],
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<usize, Failure> {
    for (done, request) in plan.iter().enumerate() {
        if interrupt.came() {
            let rest = requests(plan.len() - done);
            return Err(Failure::failed(format!("stopped: {done} accepted, {rest} not sent")));
        }
        // operation: reporting.cost.update
        let result = reporting.cost_update(request).await;
        let mut lines = Vec::with_capacity(request.positions().len());
        for at in request.positions() {
            if let Some(row) = rows.get_mut(*at) {
                row.outcome = Fate::of(&result);
                lines.push(row.line.to_string());
            }
        }
        result.map_err(|error| {
            let which = if lines.len() == 1 { "line" } else { "lines" };
            Failure::from(error).about(format!(
                "{which} {} ({done} of {} accepted before)",
                lines.join(", "),
                requests(plan.len()),
            ))
        })?;
        progress.tell(format!("{} of {}", done + 1, plan.len()));
    }
    Ok(plan.len())
}

fn requests(number: usize) -> String {
    if number == 1 { "1 request".to_owned() } else { format!("{number} requests") }
}

fn segment(line: &Line, zone: &Zone, everything: bool) -> Result<CostSegment, String> {
    let (funnel, source) = (line.get("funnel"), line.get("traffic_source"));
    let funnel = funnel.parse().map_err(|cause| format!("funnel {funnel:?}: {cause}"))?;
    let source = source.parse().map_err(|cause| format!("traffic_source {source:?}: {cause}"))?;
    let day = line.get("date");
    let range = TimeRange::days(day, day, zone).map_err(|cause| format!("date: {cause}"))?;
    let cost = line.get("cost");
    let cost: Decimal =
        cost.parse().map_err(|_| format!("cost {cost:?}: expected a decimal such as 153.20"))?;
    let mut builder = CostSegment::builder(funnel, source, range).whole_segment(cost);
    let mut restricted = false;
    for slot in TrackingSlot::all() {
        let value = line.get(slot.as_str());
        if !value.is_empty() {
            builder = builder.tracking_field(slot, [value]);
            restricted = true;
        }
    }
    if !restricted {
        if !everything {
            return Err(
                "no tracking field: the cost would be spread over all visits of the funnel \
                        from the source; --everything allows that"
                    .to_owned(),
            );
        }
        builder = builder.everything();
    }
    builder.build().map_err(|cause| cause.to_string())
}

/// A line of the file for programs.
#[derive(Serialize)]
struct Row {
    line: u64,
    request: usize,
    date: String,
    zone: String,
    start: String,
    end: String,
    funnel: String,
    traffic_source: String,
    /// Exact.
    cost: String,
    cost_type: String,
    restriction: BTreeMap<&'static str, Vec<String>>,
    everything: bool,
    outcome: Fate,
}

fn rows(lines: &[Line], zone: &Zone, update: &CostUpdate, plan: &[CostRequest]) -> Vec<Row> {
    let mut requests = vec![0; lines.len()];
    for (number, request) in (1..).zip(plan) {
        for at in request.positions() {
            if let Some(slot) = requests.get_mut(*at) {
                *slot = number;
            }
        }
    }
    let numbered = lines.iter().zip(update.segments()).zip(requests);
    let rows = numbered.map(|((line, segment), request)| Row {
        line: line.number,
        request,
        date: line.get("date").to_owned(),
        zone: zone.to_string(),
        start: segment.range().start_rfc3339(),
        end: segment.range().end_rfc3339(),
        funnel: segment.funnel().to_string(),
        traffic_source: segment.traffic_source().to_string(),
        cost: segment.cost().to_string(),
        cost_type: segment.cost_type().as_str().to_owned(),
        restriction: segment
            .tracking_fields()
            .map(|(slot, values)| (slot.as_str(), values.to_vec()))
            .collect(),
        everything: segment.is_everything(),
        outcome: Fate::NotSent,
    });
    rows.collect()
}

fn preview(
    args: &CostsArgs,
    lines: &[Line],
    zone: &Zone,
    update: &CostUpdate,
    plan: &[CostRequest],
) -> Result<(), Failure> {
    let mut grid = Grid::new(vec![
        Column::figure("Line"),
        Column::word("Funnel"),
        Column::word("Traffic source"),
        Column::text("From"),
        Column::text("To"),
        Column::text("Only visits with"),
        Column::figure("Cost"),
    ]);
    for (line, segment) in lines.iter().zip(update.segments()).take(SHOWN) {
        let fields = segment.tracking_fields();
        let fields: Vec<String> = fields
            .map(|(slot, values)| format!("{}={}", slot.as_str(), values.join("|")))
            .collect();
        grid.row(vec![
            line.number.to_string(),
            segment.funnel().to_string(),
            segment.traffic_source().to_string(),
            segment.range().start_rfc3339(),
            segment.range().end_rfc3339(),
            if fields.is_empty() { "EVERYTHING".to_owned() } else { fields.join(" ") },
            segment.cost().to_string(),
        ]);
    }
    let total: Decimal = update.segments().iter().map(CostSegment::cost).sum();
    let mut out = stdout();
    write!(out, "{}", grid.draw().text)?;
    let count = update.segments().len();
    if count > SHOWN {
        writeln!(out, "… and {} more", count - SHOWN)?;
    }
    writeln!(
        out,
        "\n{} of {}, {total} in all, in {}; days of {zone}{}",
        if count == 1 { "1 line".to_owned() } else { format!("{count} lines") },
        args.file.display(),
        requests(plan.len()),
        match update.segments().iter().filter(|segment| segment.is_everything()).count() {
            0 => String::new(),
            wide => format!("; {wide} without a restriction: spread over EVERYTHING"),
        }
    )?;
    out.flush()?;
    Ok(())
}
