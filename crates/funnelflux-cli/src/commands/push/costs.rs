//! `ffx costs push`.

use std::collections::BTreeMap;
use std::io::Write as _;

use funnelflux::model::reporting::TrackingSlot;
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostRequest, CostSegment, CostUpdate};
use funnelflux::reporting::{Reporting, operations};
use funnelflux::transport::{CallBuilder, Timer as _, TokioTimer};
use funnelflux::{Error, FunnelFlux};
use rust_decimal::Decimal;
use serde::Serialize;

use super::table::{Line, Table};
use super::transcript::Transcript;
use super::{Batch, SHOWN, Upload};
use crate::args::CostsCommand;
use crate::failure::Failure;
use crate::output::{Column, Format, Grid, Stdout, counted};
use crate::settings::Settings;

const COLUMNS: [(&str, &[&str]); 4] = [
    ("date", &["day"]),
    ("funnel", &["idFunnel", "funnel_id"]),
    ("traffic_source", &["idTrafficSource", "traffic_source_id", "source"]),
    ("cost", &["spend", "amount"]),
];

#[derive(Serialize)]
struct Row {
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
}

struct Costs {
    table: Table,
    zone: Zone,
    update: CostUpdate,
    /// Each request sends the lines of one funnel, traffic source and day.
    batches: Vec<Batch<CostRequest>>,
    /// The sum of all costs.
    total: Decimal,
}

pub(in crate::commands) async fn run(
    command: &CostsCommand,
    settings: &Settings,
) -> Result<(), Failure> {
    let CostsCommand::Push(args) = command;
    let zone = settings.zone(args.tz.as_deref())?.ok_or_else(|| {
        Failure::usage("--tz is missing: the days of which time zone?")
            .hint("give the time zone of the ad account, such as --tz America/New_York")
    })?;
    let slots: Vec<&str> = TrackingSlot::all().map(TrackingSlot::as_str).collect();
    let slots = slots.iter().map(|slot| (*slot, &[] as &[&str]));
    let columns: Vec<_> = COLUMNS.into_iter().chain(slots).collect();
    let table = Table::read(&args.table, &columns)?;
    let update = CostUpdate::builder()
        .segments(table.each(|line| segment(line, &zone, args.everything))?)
        .build()
        .map_err(|cause| table.refused(&cause, "costSegments"))?;
    let total = table.sum("costs", update.segments().iter().map(CostSegment::cost))?;
    let requests = update.plan().into_iter();
    let batches = requests.map(|body| Batch { positions: body.positions().to_vec(), body });
    let batches = batches.collect();
    super::run(&Costs { table, zone, update, batches, total }, args.table.send, settings).await
}

fn segment(line: &Line, zone: &Zone, everything: bool) -> Result<CostSegment, String> {
    let (funnel, source) = (line.parse("funnel")?, line.parse("traffic_source")?);
    let day = line.get("date");
    let range = TimeRange::days(day, day, zone).map_err(|cause| format!("date: {cause}"))?;
    if range.start() > TokioTimer.wall() {
        return Err(format!("date: {day} has not begun yet in {zone}"));
    }
    let cost = line.amount("cost", "153.20")?;
    let mut builder = CostSegment::builder(funnel, source, range).whole_segment(cost);
    let mut restricted = false;
    for slot in TrackingSlot::all() {
        let value = line.get(slot.as_str());
        if value.contains(['*', '%']) {
            return Err(format!(
                "{slot} {value:?}: the server may take `*` and `%` for any text; write the value \
                 itself"
            ));
        }
        if !value.is_empty() {
            builder = builder.tracking_field(slot, [value]);
            restricted = true;
        }
    }
    if !restricted && !everything {
        return Err("no tracking field, so the cost would be spread over all visits that the \
                    traffic source sent to the funnel; --everything allows that"
            .to_owned());
    }
    if !restricted {
        builder = builder.everything();
    }
    builder.build().map_err(|cause| cause.to_string())
}

impl Costs {
    fn lines(&self) -> impl Iterator<Item = (&Line, &CostSegment)> {
        self.table.lines.iter().zip(self.update.segments())
    }
}

impl Upload for Costs {
    type Row = Row;
    type Body = CostRequest;

    const NOUN: &str = "line";

    fn batches(&self) -> &[Batch<CostRequest>] {
        &self.batches
    }

    fn transcript(&self, format: Format) -> Transcript<Row> {
        let rows = self.lines().map(|(line, segment)| {
            let fields = segment.tracking_fields();
            let row = Row {
                date: line.get("date").to_owned(),
                zone: self.zone.to_string(),
                start: segment.range().start_rfc3339(),
                end: segment.range().end_rfc3339(),
                funnel: segment.funnel().to_string(),
                traffic_source: segment.traffic_source().to_string(),
                cost: segment.cost().to_string(),
                cost_type: segment.cost_type().as_str().to_owned(),
                restriction: fields
                    .map(|(slot, values)| (slot.as_str(), values.to_vec()))
                    .collect(),
                everything: segment.is_everything(),
            };
            (line.number, row)
        });
        Transcript::of_lines(format, rows, &self.batches)
    }

    fn preview(&self, out: &mut Stdout) -> Result<(), Failure> {
        let mut grid = Grid::new(vec![
            Column::figure("Line"),
            Column::word("Funnel"),
            Column::word("Traffic source"),
            Column::word("Day"),
            Column::text("Only visits with"),
            Column::figure("Cost"),
        ]);
        for (line, segment) in self.lines().take(SHOWN) {
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
        write!(out, "{}", grid.draw().text)?;
        let segments = self.update.segments();
        if segments.len() > SHOWN {
            writeln!(out, "… and {} more", segments.len() - SHOWN)?;
        }
        writeln!(
            out,
            "\n{} of {}, {} in total, in {}; days of {}{}",
            counted(segments.len(), Self::NOUN),
            self.table.path().display(),
            self.total,
            counted(self.batches.len(), "request"),
            self.zone,
            match segments.iter().filter(|segment| segment.is_everything()).count() {
                0 => String::new(),
                wide => format!("; {wide} without a restriction: spread over EVERYTHING"),
            }
        )?;
        let ranges = || segments.iter().map(CostSegment::range);
        let first = ranges().min_by_key(|range| range.start());
        let last = ranges().max_by_key(|range| range.end());
        if let (Some(first), Some(last)) = (first, last) {
            writeln!(out, "from {} to {}", first.start_rfc3339(), last.end_rfc3339())?;
        }
        Ok(())
    }

    fn call<'a>(client: &'a FunnelFlux, body: &CostRequest) -> CallBuilder<'a> {
        client.call(&operations::COST_UPDATE).json(body)
    }

    async fn send(reporting: &Reporting, body: &CostRequest) -> Result<(), Error> {
        reporting.cost_update(body).await.map(drop)
    }
}
