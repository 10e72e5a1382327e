//! `ffx costs push`.

use std::collections::BTreeMap;
use std::io::Write as _;

use funnelflux::model::reporting::TrackingSlot;
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostRequest, CostSegment, CostUpdate};
use funnelflux::reporting::{Reporting, operations};
use funnelflux::transport::{Timer as _, TokioTimer};
use rust_decimal::Decimal;
use serde::Serialize;

use super::amount;
use super::fate::{Fate, tally};
use super::patience::Patience;
use super::said::Said;
use super::table::{Line, Reading, Table, by_line, each, named_lines};
use super::{SHOWN, dry, not_sent};
use crate::args::{CostsArgs, CostsCommand};
use crate::commands::interrupt::Interrupt;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, stdout};
use crate::progress::Progress;
use crate::session::{Session, anonymous};
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
    let reading = Reading { sends: args.table.send.sends(), from_line: args.table.from_line };
    let table = Table::read(&args.table.file, &columns, reading)?;
    let lines = &table.lines;
    let segments = each(&args.table.file, lines, |line| segment(line, &zone, args.everything))?;
    let update = CostUpdate::builder().segments(segments).build().map_err(|cause| {
        let cause = by_line(&cause.to_string(), "costSegments", lines);
        Failure::usage(format!("{}: {cause}", args.table.file.display()))
            .hint("nothing was sent; every line is checked before the first request")
    })?;
    let total = amount::sum(update.segments().iter().map(CostSegment::cost)).ok_or_else(|| {
        Failure::usage(format!("{}: the costs are too large to add up", args.table.file.display()))
            .hint("nothing was sent")
    })?;
    let plan = update.plan();
    if args.table.send.dry.dry_run {
        let progress = Progress::start(terminal, "costs");
        let client = anonymous(settings)?;
        let calls = plan
            .iter()
            .map(|request| client.call_operation(&operations::COST_UPDATE).json(request));
        return dry(settings, &progress, calls);
    }
    let mut rows = rows(lines, &zone, &update, &plan);
    let mut said = Said::new(settings.format(), rows.len());
    let shown = match settings.format() {
        Format::Table => preview(args, lines, &zone, &update, &plan, total),
        _ => Ok(()),
    };
    if !args.table.send.yes {
        shown?;
        said.end(&rows)?;
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "costs");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let reporting = session.client().reporting();
    let interrupt = Interrupt::guarding(&progress, terminal);
    let patience = Patience { interrupt: &interrupt, progress: &progress, terminal };
    let sent = send(&reporting, &plan, &mut rows, &mut said, &patience).await;
    progress.finish();
    if sent.is_ok() {
        let done = requests(plan.len());
        terminal.note(&format!("accepted: {done}; the server works them off later"));
    }
    // --yes was said: that nobody reads on stdout keeps nothing from being sent, and hides nothing.
    Failure::outcome(sent, shown.and(said.end(&rows)))
}

/// Request after request, up to the first that is not accepted: what comes after it may hang on it.
async fn send(
    reporting: &Reporting,
    plan: &[CostRequest],
    rows: &mut [Row],
    said: &mut Said,
    patience: &Patience<'_>,
) -> Result<(), Failure> {
    for (done, request) in plan.iter().enumerate() {
        if patience.interrupt.came() {
            let rest = requests(plan.len() - done);
            let stopped = Failure::failed(format!("stopped: {done} accepted, {rest} not sent"));
            return Err(rest_of(stopped, rows));
        }
        // operation: reporting.cost.update
        let result = patience.call(|| reporting.cost_update(request)).await;
        let mut lines = Vec::with_capacity(request.positions().len());
        for at in request.positions() {
            if let Some(row) = rows.get_mut(*at) {
                row.outcome = Fate::of(&result);
                lines.push(row.line);
            }
        }
        said.now(rows, request.positions().iter().copied());
        result.map_err(|error| {
            let failure = Failure::from(error).about(format!(
                "{} ({done} of {} accepted before; lines: {})",
                named_lines(&lines),
                requests(plan.len()),
                tally(rows, |row| row.outcome),
            ));
            rest_of(failure, rows)
        })?;
        patience.progress.tell(format!("{} of {}", done + 1, plan.len()));
    }
    Ok(())
}

/// How to send what was not accepted. Lines of one request may stand far apart in the file.
fn rest_of(failure: Failure, rows: &[Row]) -> Failure {
    let settled = |row: &&Row| matches!(row.outcome, Fate::Accepted | Fate::Unknown);
    let before = rows.iter().take_while(settled).count();
    let Some(next) = rows.get(before) else { return failure };
    if rows.iter().skip(before).any(|row| settled(&row)) {
        return failure.and_hint(
            "(-o ndjson tells the outcome of each line: put those that were not sent into a file of \
             their own)",
        );
    }
    failure.and_hint(format!("(--from-line {} sends what is left)", next.line))
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
    if range.start() > TokioTimer.wall() {
        return Err(format!("date: {day} has not begun yet in {zone}"));
    }
    let cost = amount::read("cost", line.get("cost"), "153.20")?;
    let mut builder = CostSegment::builder(funnel, source, range).whole_segment(cost);
    let mut restricted = false;
    for slot in TrackingSlot::all() {
        let value = line.get(slot.as_str());
        if value.contains(['*', '%']) {
            return Err(format!(
                "{slot} {value:?}: `*` and `%` may stand for any text; expected the value itself"
            ));
        }
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
    total: Decimal,
) -> Result<(), Failure> {
    let mut grid = Grid::new(vec![
        Column::figure("Line"),
        Column::word("Funnel"),
        Column::word("Traffic source"),
        Column::word("Day"),
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
            line.get("date").to_owned(),
            if fields.is_empty() { "EVERYTHING".to_owned() } else { fields.join(" ") },
            segment.cost().to_string(),
        ]);
    }
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
        args.table.file.display(),
        requests(plan.len()),
        match update.segments().iter().filter(|segment| segment.is_everything()).count() {
            0 => String::new(),
            wide => format!("; {wide} without a restriction: spread over EVERYTHING"),
        }
    )?;
    let ranges = || update.segments().iter().map(CostSegment::range);
    let first = ranges().min_by_key(|range| range.start());
    let last = ranges().max_by_key(|range| range.end());
    if let (Some(first), Some(last)) = (first, last) {
        writeln!(out, "from {} to {}", first.start_rfc3339(), last.end_rfc3339())?;
    }
    out.flush()?;
    Ok(())
}
