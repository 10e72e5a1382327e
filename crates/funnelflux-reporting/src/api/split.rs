//! Splitting a report's range where the server kills the query, and merging the windows.

use std::num::NonZeroUsize;
use std::time::{Duration, SystemTime};

use funnelflux_model::reporting::{
    DrilldownRequest, MergeError, MergeOptions, Merger, Metric, Report,
};
use funnelflux_model::time::{EndSpelling, TimeRange};
use funnelflux_transport::Error;

use super::ReportingApi;
use crate::query_limit::QueryLimit as _;

/// No window is split below the server's smallest block of time (`Time: 1-Hour Blocks`, proven).
const SMALLEST: Duration = Duration::from_secs(3600);

const DAY: Duration = Duration::from_secs(24 * 3600);

type Tell = Box<dyn FnMut(&Window) + Send>;

/// Options of [`Reporting::drilldown_split`](crate::Reporting::drilldown_split).
///
/// # Where windows meet
///
/// Each window's `timeEnd` is spelled as the range's is, by default as its last second, `…:59`
/// ([`EndSpelling::LastSecond`], *proven*). Whether the server counts that second is *unknown*: the
/// self-hosted product tests `start <= t < end` (*sibling*), and if that holds here, every window
/// loses its last second, so that a report made of 31 days lacks 31 seconds where the whole would
/// lack one. [`with_inner_ends`](Self::with_inner_ends) spells the ends within the range otherwise:
///
/// | spelling of inner ends | if `t < end` | if `t <= end` |
/// |---|---|---|
/// | `LastSecond` (the default of a range) | loses the last second of each window | exact, in whole seconds |
/// | `Exclusive` | exact | counts the instant where two windows meet twice |
/// | `LastMillisecond` | loses a millisecond at most | exact |
///
/// `LastMillisecond` is the safest, if the server takes fractions of a second, which is *unknown*.
///
/// # Where the clocks change
///
/// A report that groups or filters by time is cut where the clocks of the range's zone change, and
/// its days are those of the zone. What does not add up is asked for again for the whole day of the
/// change, without the date; where no such query gives it, it is [left out](SplitReport::left_out).
#[must_use = "it has an effect only where it is passed"]
pub struct SplitOptions {
    merge: MergeOptions,
    days: bool,
    smallest: Duration,
    inner_ends: Option<EndSpelling>,
    extra_members: bool,
    on_window: Option<Tell>,
}

/// One window that was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Window {
    /// The window, spelled as it was sent.
    pub range: TimeRange,
    /// The number of its rows; `None` if the server killed the query and the window was split.
    pub rows: Option<usize>,
}

/// A report with the windows it was made from.
///
/// If it [is split](Self::is_split), [`SplitOptions`] says what happens where windows meet. A
/// window from which the server left rows out shows in [`Report::completeness`].
#[derive(Debug)]
#[non_exhaustive]
pub struct SplitReport {
    /// The report.
    pub report: Report,
    /// Every window asked for, in the order of asking.
    pub windows: Vec<Window>,
    /// The metrics that have no value, or none in some rows, since they do not add up over windows.
    pub left_out: Vec<Metric>,
}

impl SplitReport {
    /// Whether more than one window was needed, so that `report` is a sum.
    pub fn is_split(&self) -> bool {
        self.windows.len() > 1
    }
}

impl SplitOptions {
    /// Splits only where it must, and merges as `merge` says.
    pub fn new(merge: MergeOptions) -> Self {
        Self {
            merge,
            days: false,
            smallest: SMALLEST,
            inner_ends: None,
            extra_members: false,
            on_window: None,
        }
    }

    funnelflux_contract::setters! {
        /// Asks day by day from the start, where it is known that the whole is too much.
        fn by_days() => days = true;
        /// Windows of this length are not split further (default: one hour).
        fn with_smallest(window: Duration) => smallest = window;
        /// Spells the ends of windows that lie within the range so, while the end of the range itself
        /// stays as it is: see [the table above](Self).
        fn with_inner_ends(spelling: EndSpelling) => inner_ends = Some(spelling);
        /// Splits requests with extra members too. Use it only if the members mean the same for a window
        /// as for the whole: one that shows archived assets does, while paging, a limit or
        /// an order of rows would be applied to each window by itself, and the sum would be false.
        fn with_extra_members() => extra_members = true;
        /// Calls `tell` after each window, for progress displays.
        fn on_window(tell: impl FnMut(&Window) + Send + 'static)
            => on_window = Some(Box::new(tell));
    }
}

funnelflux_contract::shows! {
    SplitOptions, |it|
        days: it.days, smallest: it.smallest, inner_ends: it.inner_ends,
        extra_members: it.extra_members
}

pub(crate) async fn run<A: ReportingApi + ?Sized>(
    api: &A,
    request: &DrilldownRequest,
    mut options: SplitOptions,
) -> Result<SplitReport, Error> {
    check(request, &options)?;
    let range = request.range();
    let end = range.end();
    let of_one_offset = request.windows_of_one_offset();
    let changes: Vec<_> = of_one_offset.iter().skip(1).map(TimeRange::start).collect();
    // The earliest last: a stack.
    let mut open = match options.days {
        true => of_one_offset.iter().flat_map(TimeRange::split_at_days).collect(),
        false => of_one_offset,
    };
    open.reverse();
    let mut windows = Vec::new();
    let mut whole = None;
    let mut merger: Option<Merger> = None;
    while let Some(range) = open.pop() {
        let only = windows.is_empty() && open.is_empty();
        let is_rest_of_day = changes.contains(&range.start());
        let parts = halves(&range, options.smallest);
        let range = match options.inner_ends {
            Some(spelling) if range.end() < end => range.with_end_spelling(spelling),
            _ => range,
        };
        let asked = request.with_range(range.clone());
        let rows = match (api.window(&asked, parts.is_some()).await, parts) {
            (Ok(report), _) if only => {
                let rows = report.len();
                whole = Some(report);
                Some(rows)
            }
            (Ok(report), _) => {
                let sum = merger.take().unwrap_or_else(|| Merger::new(options.merge.clone()));
                let mut sum = match is_rest_of_day {
                    true => sum.push_rest(&report),
                    false => sum.push(&report),
                }
                .map_err(unmergeable)?;
                if is_rest_of_day && !sum.open().is_empty() {
                    sum = settle(api, request, range.start(), sum).await?;
                }
                merger = Some(sum);
                Some(report.len())
            }
            (Err(error), Some((first, second))) if error.is_query_killed() => {
                tracing::debug!(start = %range.start_rfc3339(), "window killed by the server: splitting");
                open.push(second);
                open.push(first);
                None
            }
            (Err(error), _) => return Err(error),
        };
        let window = Window { range, rows };
        if let Some(tell) = &mut options.on_window {
            tell(&window);
        }
        windows.push(window);
    }
    let left_out = merger.as_ref().map(Merger::left_out).unwrap_or_default();
    let report = whole.or_else(|| merger.map(Merger::finish));
    let report = report.ok_or_else(|| Error::local("a report was split into no windows"))?;
    Ok(SplitReport { report, windows, left_out })
}

fn unmergeable(cause: MergeError) -> Error {
    Error::invalid_request("the range had to be split, and the windows cannot be merged")
        .with_source(cause)
}

/// Asks for what does not add up over the day whose clocks change, for that day alone.
async fn settle<A: ReportingApi + ?Sized>(
    api: &A,
    request: &DrilldownRequest,
    change: SystemTime,
    sum: Merger,
) -> Result<Merger, Error> {
    let days = request.range().split_at_days().into_iter();
    let Some(day) = days.rev().find(|day| day.start() < change) else { return Ok(sum) };
    let Some(asked) = request.without_date() else { return Ok(sum) };
    match api.window(&asked.with_range(day), false).await {
        Ok(report) => sum.settle(&report).map_err(unmergeable),
        // A part of the day was not too much, so what adds up is there.
        Err(error) if error.is_query_killed() => Ok(sum),
        Err(error) => Err(error),
    }
}

/// Refuses unknown members: they may page, limit or order the rows.
fn check(request: &DrilldownRequest, options: &SplitOptions) -> Result<(), Error> {
    if options.extra_members {
        return Ok(());
    }
    let selections = request.attributes().iter().chain(request.filters());
    let names: Vec<String> = request
        .extra_members()
        .chain(selections.flat_map(|selection| selection.extra_members()))
        .map(|(name, _)| format!("`{name}`"))
        .collect();
    if names.is_empty() {
        return Ok(());
    }
    Err(Error::invalid_request(format!(
        "a report with extra members cannot be split: {}; paging, a limit or an order of rows would \
         be applied to each window by itself, and the sum would be false",
        names.join(", ")
    ))
    .with_advice(
        "Leave them out, ask for the whole range at once, or say that they mean the same for a \
         window: `SplitOptions::with_extra_members`.",
    ))
}

/// Two windows for one: at a midnight if there is one near the middle, else in the middle.
fn halves(range: &TimeRange, smallest: Duration) -> Option<(TimeRange, TimeRange)> {
    if range.duration() < smallest.saturating_mul(2) {
        return None;
    }
    if range.duration() > DAY {
        let mut days = range.split_at_days();
        if days.len() > 1 {
            let second = days.split_off(days.len() / 2);
            return Some((joined(&days)?, joined(&second)?));
        }
    }
    let mut parts = range.split(NonZeroUsize::new(2)?).into_iter();
    Some((parts.next()?, parts.next()?))
}

fn joined(ranges: &[TimeRange]) -> Option<TimeRange> {
    let (first, last) = (ranges.first()?, ranges.last()?);
    let range = TimeRange::between(first.start(), last.end(), first.zone()).ok()?;
    Some(range.with_end_spelling(last.end_spelling()))
}
