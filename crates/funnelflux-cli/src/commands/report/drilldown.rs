//! `ffx report drilldown`.

use std::io::Write as _;
use std::time::Duration;

use funnelflux::Error;
use funnelflux::model::reporting::{
    Attribute, AttributeColumn, AttributeValue, DrilldownRequest, MergeOptions, Metric, MetricKind,
    Report, ReportCompleteness, View,
};
use funnelflux::model::time::TimeRange;
use funnelflux::reporting::{SplitOptions, Window};
use funnelflux::transport::{Timer as _, TokioTimer};

use super::{range, selections};
use crate::args::DrilldownArgs;
use crate::failure::Failure;
use crate::output::{self, Column, Format, Grid, JsonLines, counted};
use crate::session::{Session, print_heading};
use crate::settings::Settings;

/// The most rows of a table, since drawing takes ten times the memory of the report. Others are counted.
const MOST_DRAWN: usize = 1000;

const KNOWN_METRICS: &str = "`ffx report metrics` lists the known ones";

pub(crate) async fn run(args: &DrilldownArgs, settings: &Settings) -> Result<(), Failure> {
    let range = range::resolve(&args.range, settings, TokioTimer.wall())?;
    let request = selections::request(args, range, &settings.profile.fields(&settings.name)?)?;
    let metrics = selections::metrics(&args.metric);
    let session = Session::open(settings, "report").await?;
    let report = ask(args, settings, &session, &request, &metrics).await?;
    session.progress.finish();
    let view = match metrics.as_slice() {
        [] if settings.format() == Format::Table => report.select(&selections::usual(&report)),
        [] => Ok(report.view()),
        chosen => report.select(chosen),
    };
    let view = view.map_err(|error| Failure::usage(format!("--{error}")).hint(KNOWN_METRICS))?;
    let chosen = !metrics.is_empty();
    output::print(|out| {
        print_heading(out, &session, settings, Some(request.range()))?;
        match settings.format() {
            Format::Table => {
                let drawn = grid(&view, chosen).draw();
                out.write_all(drawn.text.as_bytes())?;
                let hidden = report.metrics().count().saturating_sub(view.metrics().count());
                writeln!(out, "\n{}", footer(report.len(), hidden, &drawn.dropped, chosen))?;
            }
            Format::Csv => view.to_csv(out)?,
            format => {
                let mut lines = JsonLines::new(out, format);
                view.to_ndjson(&mut lines)?;
                lines.finish()?;
            }
        }
        Ok(())
    })?;
    if let Some(day) = stray_day(&report, request.range()) {
        let zone = request.range().zone().name();
        settings.terminal.warn(&format!(
            "the server sent the day {day}, which lies outside the range: it counts days in another \
             zone than {zone}, so that the rows are not the days of that zone"
        ));
    }
    match report.completeness() {
        ReportCompleteness::Cut => settings.terminal.cut(&format!(
            "the server says that there are more rows than the {} it sent: ask for fewer attributes, \
             filter, or use a shorter time range",
            report.len()
        )),
        _ => Ok(()),
    }
}

fn stray_day(report: &Report, range: &TimeRange) -> Option<String> {
    let (start, end) = (range.start_rfc3339(), range.end_rfc3339());
    let days = start.get(..10)?..=end.get(..10)?;
    let is_date = |column: &&AttributeColumn| column.attribute == Attribute::TIME_DATE;
    let column = report.attributes().iter().find(is_date)?;
    let mut values = (0..).map_while(|code| column.distinct_value(code));
    values.find_map(|day| {
        let value = day.value()?;
        let day = value.get(..10).filter(|day| day.get(4..5) == Some("-"))?;
        (!days.contains(&day)).then(|| day.to_owned())
    })
}

async fn ask(
    args: &DrilldownArgs,
    settings: &Settings,
    session: &Session,
    request: &DrilldownRequest,
    metrics: &[Metric],
) -> Result<Report, Failure> {
    let reporting = session.client.reporting();
    let clocks_change = request.windows_of_one_offset().len() > 1;
    if !args.split && !clocks_change {
        let report = Box::pin(reporting.drilldown(request)).await;
        return Ok(report.map_err(explain)?.into_inner());
    }
    let mut merge = MergeOptions::new();
    if !metrics.is_empty() {
        // The day of a clock change is checked by a sum.
        merge = merge.select(metrics.iter().cloned().chain([Metric::VISITS]));
    }
    if args.drop_non_additive || (clocks_change && metrics.is_empty()) {
        merge = merge.drop_non_additive();
    }
    let spinner = session.progress.clone();
    let mut asked = 0_u32;
    // Without --split, only the clocks split the range.
    let smallest = if args.split { Duration::from_secs(3600) } else { Duration::MAX };
    let options = SplitOptions::new(merge).with_smallest(smallest);
    let options = options.on_window(move |window: &Window| {
        asked += 1;
        let result = window.rows.map(|rows| counted(rows, "row"));
        let result = result.unwrap_or_else(|| "killed by the server, splitting".to_owned());
        tracing::info!(target: "ffx", "window {}: {result}", window.range);
        spinner.tell(format!("window {asked}: {result}"));
    });
    let split = Box::pin(reporting.drilldown_split(request, options)).await.map_err(|error| {
        match error.is_invalid_request() {
            true => explain(error).hint(
                "choose metrics that add up (--metric visits,conversions,revenue,cost), or leave out \
                 the others with --split --drop-non-additive",
            ),
            false => explain(error),
        }
    })?;
    if split.is_split() {
        let windows = split.windows.iter().filter(|window| window.rows.is_some()).count();
        let why = if clocks_change { "the clocks change in this range: " } else { "" };
        let note = format!("{why}added up from {windows} time windows; -v lists them");
        session.progress.note(&note);
        // The merged report has the chosen metrics alone, so it cannot tell which others there are.
        if let Some(metric) = metrics.iter().find(|it| it.kind() == MetricKind::Unknown) {
            let why = "unknown, and only known metrics are added up over time windows";
            let why = format!("--metric {}: {why}", metric.name());
            return Err(Failure::usage(why).hint(KNOWN_METRICS));
        }
    }
    if let (Some(first), false) = (split.left_out.first(), args.drop_non_additive) {
        let others = split.left_out.len() - 1;
        let others = (others > 0).then(|| format!(" and {}", counted(others, "other metric")));
        let what = first.name().to_owned() + &others.unwrap_or_default();
        let why = "where several windows would have to be added up, which gives no true number";
        settings.terminal.warn(&format!("{what}: left out {why}"));
    }
    Ok(split.report)
}

fn explain(error: Error) -> Failure {
    let is_refusal = error.status().is_some_and(|status| status == 400);
    let hint = "`ffx report attributes` lists what the server can group by";
    let failure = Failure::from(error);
    if is_refusal { failure.or_hint(hint) } else { failure }
}

fn grid(view: &View<'_>, chosen: bool) -> Grid {
    let report = view.report();
    let attributes = report.attributes().iter().map(|it| Column::text(title(&it.label)));
    let figures = view.metrics().map(|metric| {
        let column = Column::figure(selections::title(metric));
        if chosen { column } else { column.or_none() }
    });
    let mut grid = Grid::new(attributes.chain(figures).collect());
    for row in report.rows().take(MOST_DRAWN) {
        let attributes = (0..report.attributes().len()).map(|place| name(row.attribute(place)));
        let figures = view.metrics().map(|metric| row.metric(metric).to_string());
        grid.rows.push(attributes.chain(figures).collect());
    }
    if report.len() > 1 {
        let total = std::iter::once("Total".to_owned());
        let blanks = report.attributes().iter().skip(1).map(|_| String::new());
        let totals = view.totals();
        let sums = totals.iter().map(|(_, sum)| sum.map_or_else(String::new, |s| s.to_string()));
        grid.totals = Some(total.chain(blanks).chain(sums).collect());
    }
    grid
}

/// `Traffic Source` for `Third Parties: Traffic Source`.
fn title(label: &str) -> &str {
    label.split_once(": ").map_or(label, |(_, name)| name)
}

/// The value of an attribute, else its id.
fn name(attribute: Option<AttributeValue<'_>>) -> String {
    let Some(attribute) = attribute else { return String::new() };
    let value = attribute.value().filter(|value| !value.is_empty());
    let id = || attribute.id().filter(|id| !id.is_empty());
    value.or_else(id).map_or_else(|| "(empty)".to_owned(), std::borrow::Cow::into_owned)
}

fn footer(rows: usize, hidden: usize, dropped: &[String], chosen: bool) -> String {
    let mut text = counted(rows, "row");
    if rows > MOST_DRAWN {
        text += &format!(", of which the first {MOST_DRAWN} are shown: -o csv has all");
    }
    if rows > 1 {
        text += "; Total adds up the rows, for metrics that can be added up";
    }
    if !dropped.is_empty() {
        text += &format!("; no room for {}", dropped.join(", "));
    }
    if hidden > 0 && !chosen {
        text += &format!("; {} with --metric NAME,… or -o csv", counted(hidden, "more metric"));
    }
    text
}
