//! `ffx costs push`.

use std::collections::BTreeMap;
use std::rc::Rc;

use funnelflux::id::AssetId;
use funnelflux::imports::{
    CostOptions, Costs, Line, Place, Reader, Subtotal, UploadKind, named_lines,
};
use funnelflux::model::time::{TimeRange, Zone};
use funnelflux::model::updates::{CostSegment, CostUpdate};
use funnelflux::reporting::operations;
use funnelflux::transport::{Timer as _, TokioTimer};
use rust_decimal::Decimal;
use serde::Serialize;

use super::assets::{Assets, Column as AssetColumn};
use super::entry::{DAY, Entry, SUM, time_of};
use super::files::Files;
use super::kept::Kept;
use super::missing::Missing;
use super::reading::Source;
use super::table::Table;
use super::verify::Verify;
use super::{Batch, MakeBody, OTHER_MONEY, Rows, SHOWN, Task, Upload, json};
use crate::args::CostsArgs;
use crate::failure::Failure;
use crate::output::{Column, Grid, Terminal, counted};
use crate::settings::Settings;

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    times: &'a Times,
    funnel: AssetId,
    funnel_name: Option<&'a str>,
    traffic_source: AssetId,
    traffic_source_name: Option<&'a str>,
    cost: String,
    cost_type: &'a str,
    restriction: BTreeMap<&'static str, Vec<&'a str>>,
    everything: bool,
}

/// The range of a row. A file has few of them, and to spell one takes longer than the rest of its row.
#[derive(Serialize)]
struct Times {
    date: String,
    zone: String,
    start: String,
    end: String,
}

impl Times {
    fn of(range: &TimeRange, zone: &Zone) -> Self {
        let start = range.start_rfc3339();
        let date = start.chars().take(DAY).collect();
        Self { date, zone: zone.to_string(), start, end: range.end_rfc3339() }
    }
}

pub(crate) async fn run(args: &CostsArgs, task: Task, settings: &Settings) -> Result<(), Failure> {
    let zone = settings.zone(args.tz.as_deref())?.ok_or_else(|| {
        Failure::usage("--tz is missing: the days of which time zone?")
            .hint("give the time zone of the ad account, such as --tz America/New_York")
    })?;
    let mut reader = Reader::costs();
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
    if table.sheet.is_empty() {
        if args.zero_missing {
            let why = "--zero-missing sets nothing to 0: every line is left out, so that none says for which day, \
                       funnel and traffic source";
            let hint = "`ffx costs undo` takes earlier uploads back, and a file of the default columns with the cost 0 \
                        sets a day to 0";
            return Err(Failure::usage(why).hint(hint));
        }
        return super::end_without_lines(settings);
    }
    let send = args.table.send;
    let assets = Box::pin(Assets::find(&table, args.unchecked_ids, send, settings)).await?;
    let mut options = CostOptions::new(zone.clone(), TokioTimer.wall());
    if let Some(cost_type) = &args.cost_type {
        options = options.with_cost_type(cost_type.as_str().into());
    }
    if args.everything {
        options = options.with_everything();
    }
    let money = table.money.clone();
    let (costs, files) = table.costs(&options, |column, cell| assets.id(column, cell))?;
    assets.tell_archived(&costs, settings.terminal);
    let line = |at| Some(costs.line(at)?.place());
    let crossings = costs.check().map_err(|cause| {
        let hint = "--sum adds up lines of the same day and fields, as of two accounts; of exports of one account that \
                    overlap, leave one out";
        files.refused(&cause, "costSegments", line).and_hint(hint)
    })?;
    tell_crossings(&costs, &crossings, settings.terminal);
    let subtotals = costs.subtotals().ok_or_else(|| files.too_large("costs"))?;
    let mut sums = subtotals.iter().map(|subtotal| subtotal.cost);
    let total = sums.try_fold(Decimal::ZERO, Decimal::checked_add);
    let total = total.ok_or_else(|| files.too_large("costs"))?;
    let network = args.table.shape.network.as_deref().unwrap_or_default();
    let files = Rc::new(files);
    // What is added up from several files goes on only as that.
    let is_sum = args.sum && files.names().len() > 1;
    let sum = if is_sum { SUM } else { "" };
    let mut plan = Plan {
        costs: Rc::new(costs),
        zeros: Rc::default(),
        money: money.into(),
        network: format!("{sum}{network}").into(),
        files: Rc::clone(&files),
    };
    let mut kept = Kept::open(UploadKind::Costs, task.writes(send), settings)?;
    kept.judge_each(plan.len(), plan.entries(), args.table.resend)?;
    let is_accepted = |flag: bool| flag || task == Task::Verify;
    if let Err(problems) = kept.other_money()
        && !is_accepted(args.table.accept_currency)
    {
        return Err(files.refusal(problems).and_hint(OTHER_MONEY));
    }
    let missing = Missing::find(&kept, &plan.costs)?;
    missing.overlap(is_accepted(args.accept_overlap), settings.terminal)?;
    missing.tell(args.zero_missing, settings.terminal);
    if args.zero_missing && !missing.zeros.is_empty() {
        plan.zeros = missing.zeros.into();
        kept.judge_each(plan.len(), plan.entries(), args.table.resend)?;
    }
    let sources = files.known().into_iter();
    let sources =
        sources.flat_map(|file| [format!("{network} {file}"), format!("{sum}{network} {file}")]);
    if let Some(replaced) =
        kept.replaced(&sources.collect::<Vec<_>>()).filter(|_| task == Task::Push)
    {
        let why =
            files.about(format!("{replaced}, of which no line is in the file as it was sent"));
        if !args.accept_replaced {
            let hint = "nothing was sent; if both are of the same account, --accept-replaced replaces what was sent; if \
                        not, both files in one command are added up with --sum";
            return Err(Failure::usage(why).hint(hint));
        }
        settings.terminal.warn(&why);
    }
    let plan = &plan;
    let name = |column, id| assets.name(column, &id);
    let times: Vec<Times> = plan.ranges().map(|range| Times::of(range, &zone)).collect();
    let row = |at| {
        let (costs, zero) = (&plan.costs, plan.zero(at));
        let (funnel, source, cost, cost_type) = match zero {
            Some(it) => (it.funnel(), it.traffic_source(), it.cost(), it.cost_type()),
            None => {
                let (funnel, source) = (costs.funnel(at)?, costs.traffic_source(at)?);
                (funnel, source, costs.cost(at)?, costs.cost_type())
            }
        };
        let (funnel, source) = (funnel.untyped(), source.untyped());
        let mut restriction: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for (slot, values) in zero.into_iter().flat_map(CostSegment::tracking_fields) {
            restriction.insert(slot.as_str(), values.iter().map(String::as_str).collect());
        }
        restriction
            .extend(costs.restrictions(at).map(|(slot, value)| (slot.as_str(), vec![value])));
        let row = Row {
            times: times.get(plan.range_place(at)?)?,
            funnel,
            funnel_name: name(AssetColumn::Funnel, funnel),
            traffic_source: source,
            traffic_source_name: name(AssetColumn::TrafficSource, source),
            cost: cost.to_string(),
            cost_type: cost_type.as_str(),
            everything: restriction.is_empty(),
            restriction,
        };
        Some((plan.line(at), row))
    };
    let notice = "a cost is set, not added (the vendor's help centre): a later upload for the same visits \
                  should replace it (inferred)";
    let upload = Upload {
        noun: "line",
        operation: &operations::COST_UPDATE,
        rows: Rows::Each(plan.len(), Box::new(row)),
        about: format!("{}\n{}", files.name(), super::verify_command()),
        kept,
        requests: Box::new(|positions| plan.requests(positions)),
        preview: Box::new(|requests| {
            Ok(preview(plan, (subtotals, total), &files.name(), &assets, &zone, requests))
        }),
        notice,
        verify: Some(Verify {
            kind: UploadKind::Costs,
            source: Source::Costs(Box::new(|at| plan.segment(at))),
            positions: Vec::new(),
            left_out: Vec::new(),
        }),
    };
    match task {
        Task::Push => Box::pin(super::run(upload, send, Some(args.table.wait), settings)).await,
        Task::Verify => Box::pin(super::read_back(upload, send, args.table.wait, settings)).await,
    }
}

/// The lines of the file, and after them costs of 0 for what it no longer has.
#[derive(Clone)]
struct Plan {
    costs: Rc<Costs>,
    zeros: Rc<[CostSegment]>,
    money: Rc<str>,
    network: Rc<str>,
    files: Rc<Files>,
}

impl Plan {
    fn len(&self) -> usize {
        self.costs.len() + self.zeros.len()
    }

    /// The cost of 0 at a position; `None` for a line.
    fn zero(&self, at: usize) -> Option<&CostSegment> {
        self.zeros.get(at.checked_sub(self.costs.len())?)
    }

    fn segment(&self, at: usize) -> Option<CostSegment> {
        self.zero(at).cloned().or_else(|| self.costs.segment(at))
    }

    /// The distinct ranges of the lines, and that of each cost of 0.
    fn ranges(&self) -> impl Iterator<Item = &TimeRange> {
        self.costs.ranges().chain(self.zeros.iter().map(CostSegment::range))
    }

    fn range_place(&self, at: usize) -> Option<usize> {
        let zero = at.checked_sub(self.costs.len());
        zero.map_or_else(
            || self.costs.range_place(at),
            |zero| Some(self.costs.ranges().count() + zero),
        )
    }

    fn line(&self, at: usize) -> Option<Place> {
        Some(self.costs.line(at)?.place())
    }

    fn entries(&self) -> Box<dyn Fn(usize) -> Option<Entry>> {
        let plan = self.clone();
        Box::new(move |at| {
            let mut entry = Entry::cost(plan.line(at), &plan.segment(at)?);
            if plan.zero(at).is_none() {
                let file = entry.value.file.as_deref();
                let file = plan.files.place(file.filter(|_| !plan.network.starts_with(SUM)));
                entry.value.source = Some(format!("{} {file}", plan.network));
                entry.value.money = Some(plan.money.to_string());
            }
            Some(entry)
        })
    }

    /// The requests that send the costs at these positions.
    fn requests(&self, positions: &[usize]) -> Result<Vec<Batch>, Failure> {
        let costs = Rc::clone(&self.costs);
        let body: Rc<MakeBody> = Rc::new(move |positions| {
            let plan = costs.update(positions)?.plan();
            let [body] = plan.as_slice() else {
                return Err(Failure::failed("lines of one request are several requests"));
            };
            json(body)
        });
        let later = |positions| Batch { body: Rc::clone(&body), positions };
        let mut all: Vec<Batch> = self.costs.requests(positions).into_iter().map(later).collect();
        let zeros: Vec<usize> =
            positions.iter().filter_map(|at| at.checked_sub(self.costs.len())).collect();
        // Costs that share visits, as of uploads one beside the other, cannot be in one request.
        let one_by_one = |_| {
            let each = zeros.iter().map(|at| requests(&self.zeros, &[*at]));
            Ok::<_, Failure>(each.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
        };
        for mut batch in requests(&self.zeros, &zeros).or_else(one_by_one)? {
            batch.positions.iter_mut().for_each(|at| *at += self.costs.len());
            all.push(batch);
        }
        Ok(all)
    }
}

/// Warns about lines that take money from each other: `campaign` in one and `c1` in another.
fn tell_crossings(costs: &Costs, crossings: &[(usize, usize)], terminal: Terminal) {
    let mut by_fields: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    for (at, _) in crossings {
        let Some(segment) = costs.segment(*at) else { continue };
        let fields = segment.tracking_fields().map(|(slot, _)| slot.as_str());
        let fields = fields.collect::<Vec<_>>().join(" and ");
        by_fields.entry(fields).or_default().extend(costs.line(*at).map(Line::place));
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
        Ok(Batch::new(json(&body)?, positions.collect()))
    });
    requests.collect()
}

/// The first lines, the sums by day, funnel and traffic source, and the sum of all.
fn preview(
    plan: &Plan,
    (subtotals, total): (Vec<Subtotal>, Decimal),
    files: &str,
    assets: &Assets,
    zone: &Zone,
    requests: usize,
) -> String {
    let funnel = |segment: &CostSegment| assets.shown(AssetColumn::Funnel, segment.funnel());
    let source =
        |segment: &CostSegment| assets.shown(AssetColumn::TrafficSource, segment.traffic_source());
    let mut lines = Grid::new(vec![
        Column::figure("Line"),
        Column::text("Funnel"),
        Column::text("Traffic source"),
        Column::word("Day"),
        Column::text("Only visits with"),
        Column::figure("Cost"),
    ]);
    for at in 0..plan.len().min(SHOWN) {
        let Some(segment) = plan.segment(at) else { continue };
        let fields = segment.tracking_fields();
        let fields = fields.map(|(slot, values)| format!("{slot}={}", values.join("|")));
        let fields = fields.collect::<Vec<_>>().join(" ");
        lines.rows.push(vec![
            plan.line(at).as_ref().map_or_else(String::new, Place::label),
            funnel(&segment),
            source(&segment),
            time_of(&segment.range().start_rfc3339(), &segment.range().end_rfc3339()),
            if fields.is_empty() { "EVERYTHING".to_owned() } else { fields },
            segment.cost().to_string(),
        ]);
    }
    let mut sums = Grid::new(vec![
        Column::word("Day"),
        Column::text("Funnel"),
        Column::text("Traffic source"),
        Column::figure("Lines"),
        Column::figure("Cost"),
    ]);
    for subtotal in subtotals.iter().take(SHOWN) {
        let Some(segment) = plan.segment(subtotal.first) else { continue };
        sums.rows.push(vec![
            segment.range().start_rfc3339().chars().take(DAY).collect(),
            funnel(&segment),
            source(&segment),
            subtotal.lines.to_string(),
            subtotal.cost.to_string(),
        ]);
    }
    let more = |count: usize| match count.saturating_sub(SHOWN) {
        0 => String::new(),
        more => format!("… and {more} more\n"),
    };
    let mut text = lines.draw().text + &more(plan.len());
    // Sums of single lines say nothing new.
    if (2..plan.costs.len()).contains(&subtotals.len()) {
        text += &format!("\n{}{}", sums.draw().text, more(subtotals.len()));
    }
    let wide = plan.costs.everything().count()
        + plan.zeros.iter().filter(|zero| zero.is_everything()).count();
    let wide = match wide {
        0 => String::new(),
        wide => format!("; {wide} without a restriction: spread over EVERYTHING"),
    };
    let lines = counted(plan.len(), "line");
    let requests = counted(requests, "request");
    text +=
        &format!("\n{lines} of {files}, {total} in total, in {requests}; days of {zone}{wide}\n");
    let first = plan.ranges().min_by_key(|range| range.start()).map(TimeRange::start_rfc3339);
    let last = plan.ranges().max_by_key(|range| range.end()).map(TimeRange::end_rfc3339);
    let period = first.zip(last).map(|(first, last)| format!("from {first} to {last}\n"));
    text + &period.unwrap_or_default()
}
