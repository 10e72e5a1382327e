//! `ffx costs push`.

use std::collections::BTreeMap;

use funnelflux::id::Id;
use funnelflux::imports::{Field, FieldKind, Reader, UploadKind};
use funnelflux::model::reporting::TrackingSlot;
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostSegment, CostUpdate};
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use serde::Serialize;

use super::assets::{Assets, Column as AssetColumn};
use super::entry::{Entry, Uploads};
use super::kept::Kept;
use super::missing::Missing;
use super::reading::Source;
use super::span::span;
use super::table::{Fault, Line, Table, field, named_lines};
use super::verify::Verify;
use super::{Batch, Rows, SHOWN, Task, Upload};
use crate::args::CostsArgs;
use crate::failure::Failure;
use crate::output::{Column, Grid, Terminal, counted};
use crate::settings::Settings;

const FIELDS: [Field; 6] = [
    field("date", FieldKind::Day, &["day"]).required(),
    field("hour", FieldKind::Text, &[]),
    field("end", FieldKind::Day, &[]),
    field("funnel", FieldKind::Asset, &["idFunnel", "funnel_id"]).required(),
    field("traffic_source", FieldKind::Asset, &["idTrafficSource", "traffic_source_id", "source"])
        .required(),
    field("cost", FieldKind::Amount, &["spend", "amount"]).required(),
];

pub(super) fn fields() -> Vec<Field> {
    let slots = TrackingSlot::KNOWN.iter().map(|slot| field(slot.as_str(), FieldKind::Id, &[]));
    FIELDS.into_iter().chain(slots).collect()
}

#[derive(Serialize)]
struct Row<'a> {
    date: String,
    zone: String,
    start: String,
    end: String,
    funnel: String,
    funnel_name: Option<&'a str>,
    traffic_source: String,
    traffic_source_name: Option<&'a str>,
    cost: String,
    cost_type: String,
    restriction: BTreeMap<&'static str, Vec<String>>,
    everything: bool,
}

pub(crate) async fn run(args: &CostsArgs, task: Task, settings: &Settings) -> Result<(), Failure> {
    let zone = settings.zone(args.tz.as_deref())?.ok_or_else(|| {
        Failure::usage("--tz is missing: the days of which time zone?")
            .hint("give the time zone of the ad account, such as --tz America/New_York")
    })?;
    let mut reader = Reader::new(&fields());
    for (name, value) in [("funnel", &args.funnel), ("traffic_source", &args.traffic_source)] {
        if let Some(value) = value {
            reader = reader.with_value(name, value);
        }
    }
    if args.sum {
        reader = reader.with_sums();
    }
    if args.periods {
        reader = reader.with_periods();
    }
    let table = Table::read(&args.table, reader, UploadKind::Costs, settings)?;
    let send = args.table.send;
    let assets = Box::pin(Assets::find(&table, args.unchecked_ids, send, settings)).await?;
    let mut segments = table.each(|line| segment(line, &zone, args, &assets))?;
    assets.tell_archived(&table, settings.terminal);
    let mut numbers: Vec<_> = table.lines().map(|line| Some(line.number())).collect();
    let mut kept = Kept::open(Uploads::Costs, task.writes(send), settings)?;
    let missing = Missing::find(kept.book(), &segments)?;
    missing.tell(args.zero_missing, settings.terminal);
    if args.zero_missing {
        segments.extend(missing.zeros);
        numbers.resize(segments.len(), None);
    }
    let wrong = |cause| table.refused(&cause, "costSegments");
    let update = CostUpdate::new(segments).map_err(wrong)?;
    tell_crossings(&update, &numbers, settings.terminal);
    let rows = numbers.into_iter().zip(update.segments()).map(|(line, segment)| {
        let fields = segment.tracking_fields();
        let row = Row {
            date: segment.range().start_rfc3339().chars().take("2026-03-29".len()).collect(),
            zone: zone.to_string(),
            start: segment.range().start_rfc3339(),
            end: segment.range().end_rfc3339(),
            funnel: segment.funnel().to_string(),
            funnel_name: assets.name(AssetColumn::Funnel, &segment.funnel().untyped()),
            traffic_source: segment.traffic_source().to_string(),
            traffic_source_name: assets
                .name(AssetColumn::TrafficSource, &segment.traffic_source().untyped()),
            cost: segment.cost().to_string(),
            cost_type: segment.cost_type().as_str().to_owned(),
            restriction: fields.map(|(slot, values)| (slot.as_str(), values.to_vec())).collect(),
            everything: segment.is_everything(),
        };
        (line, row)
    });
    let rows: Vec<_> = rows.collect();
    let entries = rows.iter().zip(update.segments());
    let entries = entries.map(|((line, _), segment)| Entry::cost(*line, segment)).collect();
    kept.judge(entries, args.table.resend)?;
    let preview = preview(&table, &rows, update.segments(), &zone)?;
    let notice = "a cost is set, not added (the vendor's help centre): a later upload for the same visits \
                  should replace it (inferred)";
    let upload = Upload {
        noun: "line",
        operation: &operations::COST_UPDATE,
        rows: Rows::Lines(rows),
        about: table.path().display().to_string(),
        kept,
        requests: Box::new(|positions| requests(update.segments(), positions)),
        preview: Box::new(preview),
        notice,
        verify: Some(Verify {
            kind: Uploads::Costs,
            source: Source::Costs(update.segments()),
            positions: Vec::new(),
            before: Vec::new(),
        }),
    };
    match task {
        Task::Push => Box::pin(super::run(upload, send, Some(args.table.wait), settings)).await,
        Task::Verify => Box::pin(super::read_back(upload, send, args.table.wait, settings)).await,
    }
}

/// Warns about lines that take money from each other: `campaign` in one and `c1` in another.
fn tell_crossings(update: &CostUpdate, numbers: &[Option<u64>], terminal: Terminal) {
    let mut by_fields: BTreeMap<String, Vec<u64>> = BTreeMap::new();
    for (at, _) in update.crossings() {
        let Some(segment) = update.segments().get(at) else { continue };
        let fields = segment.tracking_fields().map(|(slot, _)| slot.as_str());
        let fields = fields.collect::<Vec<_>>().join(" and ");
        by_fields.entry(fields).or_default().extend(numbers.get(at).copied().flatten());
    }
    if by_fields.is_empty() {
        return;
    }
    let lines =
        by_fields.iter().map(|(fields, lines)| format!("{} by {fields}", named_lines(lines)));
    let lines = lines.collect::<Vec<_>>().join(", ");
    terminal.warn(&format!(
        "restrictions cross: {lines} are of one funnel, traffic source and day; a visit that has the values of \
         two of them gets its cost from one, and the later may take the money of the earlier"
    ));
}

/// The requests that send the segments at these positions: each those of one funnel, traffic source and day.
pub(super) fn requests(
    segments: &[CostSegment],
    positions: &[usize],
) -> Result<Vec<Batch>, Failure> {
    if positions.is_empty() {
        return Ok(Vec::new());
    }
    let picked = positions.iter().filter_map(|at| segments.get(*at).cloned());
    let requests = CostUpdate::new(picked)?.plan().into_iter().map(|body| {
        let positions = body.positions().iter().filter_map(|at| positions.get(*at).copied());
        Batch::new(&body, positions.collect())
    });
    requests.collect()
}

fn segment(
    line: &Line<'_>,
    zone: &Zone,
    args: &CostsArgs,
    assets: &Assets,
) -> Result<CostSegment, Fault> {
    let funnel = Id::from_untyped(assets.id(AssetColumn::Funnel, line)?);
    let source = Id::from_untyped(assets.id(AssetColumn::TrafficSource, line)?);
    let range = span(line, zone, args.periods)?;
    if range.start() > TokioTimer.wall() {
        if line.get("hour").is_empty() {
            return Err(line.fault("date", format!("has not begun yet in {zone}")));
        }
        let start = range.start_rfc3339();
        return Err(format!("date: {start} has not begun yet in {zone}").into());
    }
    let cost = line.amount("cost", "153.20")?;
    let builder = CostSegment::builder(funnel, source, range);
    let mut builder = match &args.cost_type {
        Some(cost_type) => builder.cost(cost, cost_type.as_str().into()),
        None => builder.whole_segment(cost),
    };
    let accepted = &args.table.shape.accept_damaged;
    let mut restricted = false;
    for &slot in TrackingSlot::KNOWN {
        let value = line.get(slot.as_str());
        let is_accepted = |which: &String| matches!(&**which, "all" | "patterns") || which == value;
        if value.contains(['*', '%']) && !accepted.iter().any(is_accepted) {
            let why = "the server may take `*` and `%` for any text, and how to quote them is unknown \
                       (--accept-damaged=patterns sends them as they are)";
            return Err(line.fault(slot.as_str(), why));
        }
        if !value.is_empty() {
            builder = builder.tracking_field(slot, [value]);
            restricted = true;
        }
    }
    if !restricted {
        if !args.everything {
            let why = "no tracking field, so the cost would be spread over all visits that the traffic \
                       source sent to the funnel; --everything allows that";
            return Err(why.to_owned().into());
        }
        builder = builder.everything();
    }
    builder.build().map_err(|cause| cause.to_string().into())
}

/// `Blue shoes (2nIemJxCKbFX)`, or the id alone.
fn named(id: &str, name: Option<&str>) -> String {
    name.map_or_else(|| id.to_owned(), |name| format!("{name} ({id})"))
}

/// A day, or the first and the last of several; with the time where it is not of whole days.
fn time_of(range: &TimeRange) -> String {
    const DAY: usize = "2026-03-29".len();
    let (start, end) = (range.start_rfc3339(), range.end_rfc3339());
    let part = |text: &str, at: std::ops::Range<usize>| text.get(at).unwrap_or_default().to_owned();
    let (first, last) = (part(&start, 0..DAY), part(&end, 0..DAY));
    let clocks = (part(&start, DAY + 1..DAY + 6), part(&end, DAY + 1..DAY + 6));
    match clocks {
        (from, to) if from != "00:00" || to != "23:59" => format!("{first} {from}–{to}"),
        _ if first == last => first,
        _ => format!("{first} to {last}"),
    }
}

fn preview(
    table: &Table,
    rows: &[(Option<u64>, Row<'_>)],
    segments: &[CostSegment],
    zone: &Zone,
) -> Result<impl FnOnce(usize) -> Result<String, Failure> + use<>, Failure> {
    let total = table.sum("costs", segments.iter().map(CostSegment::cost))?;
    let mut grid = Grid::new(vec![
        Column::figure("Line"),
        Column::text("Funnel"),
        Column::text("Traffic source"),
        Column::word("Day"),
        Column::text("Only visits with"),
        Column::figure("Cost"),
    ]);
    for ((line, row), segment) in rows.iter().zip(segments).take(SHOWN) {
        let fields = segment.tracking_fields();
        let fields = fields.map(|(slot, values)| format!("{slot}={}", values.join("|")));
        let fields = fields.collect::<Vec<_>>().join(" ");
        grid.rows.push(vec![
            line.map_or_else(String::new, |line| line.to_string()),
            named(&row.funnel, row.funnel_name),
            named(&row.traffic_source, row.traffic_source_name),
            time_of(segment.range()),
            if fields.is_empty() { "EVERYTHING".to_owned() } else { fields },
            row.cost.clone(),
        ]);
    }
    let mut text = grid.draw().text;
    if rows.len() > SHOWN {
        text += &format!("… and {} more\n", rows.len() - SHOWN);
    }
    let wide = match rows.iter().filter(|(_, row)| row.everything).count() {
        0 => String::new(),
        wide => format!("; {wide} without a restriction: spread over EVERYTHING"),
    };
    let lines = counted(rows.len(), "line");
    let of = format!("{lines} of {}, {total} in total", table.path().display());
    let zone = zone.to_string();
    let ranges = || segments.iter().map(CostSegment::range);
    let first = ranges().min_by_key(|range| range.start()).map(TimeRange::start_rfc3339);
    let last = ranges().max_by_key(|range| range.end()).map(TimeRange::end_rfc3339);
    let period = first.zip(last).map(|(first, last)| format!("from {first} to {last}\n"));
    Ok(move |requests| {
        let requests = counted(requests, "request");
        text += &format!("\n{of}, in {requests}; days of {zone}{wide}\n");
        Ok(text + &period.unwrap_or_default())
    })
}
