//! `ffx costs push`.

use std::io::Write as _;

use funnelflux::model::reporting::TrackingSlot;
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostRequest, CostSegment, CostUpdate};
use rust_decimal::Decimal;

use super::table::{Line, each, read};
use super::{SHOWN, not_sent};
use crate::args::{CostsArgs, CostsCommand};
use crate::failure::Failure;
use crate::output::{Column, Grid, stdout};
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
        Failure::usage(format!("{}: {cause}", args.file.display()))
            .hint("positions count the lines below the header, from 0; nothing was sent")
    })?;
    let plan = update.plan();
    preview(args, &zone, &update, &plan)?;
    if !args.yes {
        not_sent(terminal);
        return Ok(());
    }
    let progress = Progress::start(terminal, "costs");
    let session = Session::open(settings, &progress).await?;
    session.note_origin(terminal);
    let count = plan.len();
    // operation: reporting.cost.update
    let result = session.client().reporting().cost_submit(plan).await;
    progress.finish();
    match result {
        Ok(accepted) => {
            let said =
                format!("accepted: {} requests; the server works them off later", accepted.len());
            terminal.note(&said);
            Ok(())
        }
        Err(stopped) => {
            let numbers = stopped.failed().positions().iter().filter_map(|at| lines.get(*at));
            let numbers: Vec<String> = numbers.map(|line| line.number.to_string()).collect();
            let accepted = stopped.accepted().len();
            Err(Failure::from(stopped.into_error()).about(format!(
                "lines {} ({accepted} of {count} requests were accepted before)",
                numbers.join(", ")
            )))
        }
    }
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

fn preview(
    args: &CostsArgs,
    zone: &Zone,
    update: &CostUpdate,
    plan: &[CostRequest],
) -> Result<(), Failure> {
    let mut grid = Grid::new(vec![
        Column::word("Funnel"),
        Column::word("Traffic source"),
        Column::text("From"),
        Column::text("To"),
        Column::text("Only visits with"),
        Column::figure("Cost"),
    ]);
    for segment in update.segments().iter().take(SHOWN) {
        let fields = segment.tracking_fields();
        let fields: Vec<String> = fields
            .map(|(slot, values)| format!("{}={}", slot.as_str(), values.join("|")))
            .collect();
        grid.row(vec![
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
        "\n{count} lines of {}, {total} in all, in {} requests; days of {zone}",
        args.file.display(),
        plan.len()
    )?;
    out.flush()?;
    Ok(())
}
