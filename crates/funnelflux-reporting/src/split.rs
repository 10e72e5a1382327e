//! Splitting a report's range where the server kills the query, and merging the windows.

use std::num::NonZeroUsize;
use std::time::Duration;

use funnelflux_model::reporting::{DrilldownRequest, MergeOptions, Merger, Report};
use funnelflux_model::time::TimeRange;
use funnelflux_transport::{CallOptions, Error};

use crate::service::Reporting;

/// Below this a window is not split further: the server's own smallest block of time is an hour
/// (`Time: 1-Hour Blocks`, proven).
const SMALLEST: Duration = Duration::from_secs(3600);

const DAY: Duration = Duration::from_secs(24 * 3600);

type Tell = Box<dyn FnMut(&Window) + Send>;

/// How a report may be split.
#[must_use]
pub struct SplitOptions {
    merge: MergeOptions,
    days: bool,
    smallest: Duration,
    on_window: Option<Tell>,
}

/// One window that was asked for.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Window {
    /// The window.
    pub range: TimeRange,
    /// How many rows it brought; `None` if the server killed it and it was split.
    pub rows: Option<usize>,
}

/// A report with the windows it was made from.
#[derive(Debug)]
#[non_exhaustive]
pub struct SplitReport {
    /// The report.
    pub report: Report,
    /// Every window asked for, in the order of asking.
    pub windows: Vec<Window>,
}

impl SplitReport {
    /// Whether more than one window was needed, so that `report` is a sum.
    #[must_use]
    pub fn is_split(&self) -> bool {
        self.windows.len() > 1
    }
}

impl SplitOptions {
    /// Splits only where it must, and merges as `merge` says.
    pub fn new(merge: MergeOptions) -> Self {
        Self { merge, days: false, smallest: SMALLEST, on_window: None }
    }

    /// Asks day by day from the start, where it is known that the whole is too much.
    pub fn by_days(mut self) -> Self {
        self.days = true;
        self
    }

    /// Windows of this length are not split further (default: one hour).
    pub fn with_smallest(mut self, window: Duration) -> Self {
        self.smallest = window;
        self
    }

    /// Tells after each window, for progress displays.
    pub fn on_window(mut self, tell: impl FnMut(&Window) + Send + 'static) -> Self {
        self.on_window = Some(Box::new(tell));
        self
    }
}

impl std::fmt::Debug for SplitOptions {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SplitOptions")
            .field("days", &self.days)
            .field("smallest", &self.smallest)
            .finish_non_exhaustive()
    }
}

pub(crate) async fn run(
    reporting: &Reporting,
    request: &DrilldownRequest,
    mut options: SplitOptions,
) -> Result<SplitReport, Error> {
    let whole = request.range().clone();
    // The earliest last: a stack.
    let mut open = if options.days { whole.split_at_days() } else { vec![whole] };
    open.reverse();
    let mut windows = Vec::new();
    let mut merger: Option<Merger> = None;
    while let Some(range) = open.pop() {
        let only = windows.is_empty() && open.is_empty();
        let parts = halves(&range, options.smallest);
        // A window that can be made smaller is not asked for a second time as it is.
        let call = match parts {
            Some(_) => CallOptions::new().with_max_attempts(1),
            None => CallOptions::new(),
        };
        let asked = request.with_range(range.clone());
        let rows = match (reporting.drilldown_with(&asked, call).await, parts) {
            (Ok(report), _) if only => {
                let rows = Some(report.len());
                note(&mut options, &mut windows, range, rows);
                return Ok(SplitReport { report: report.into_inner(), windows });
            }
            (Ok(report), _) => {
                let sum = merger.take().unwrap_or_else(|| Merger::new(options.merge.clone()));
                merger = Some(sum.push(&report).map_err(|cause| {
                    Error::invalid_request(
                        "the range had to be split, and the windows cannot be merged",
                    )
                    .with_source(cause)
                })?);
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
        note(&mut options, &mut windows, range, rows);
    }
    let Some(merger) = merger else {
        return Err(Error::local("a report was split into no windows"));
    };
    Ok(SplitReport { report: merger.finish(), windows })
}

fn note(
    options: &mut SplitOptions,
    windows: &mut Vec<Window>,
    range: TimeRange,
    rows: Option<usize>,
) {
    let window = Window { range, rows };
    if let Some(tell) = &mut options.on_window {
        tell(&window);
    }
    windows.push(window);
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

/// One window from the start of the first to the end of the last.
fn joined(ranges: &[TimeRange]) -> Option<TimeRange> {
    let (first, last) = (ranges.first()?, ranges.last()?);
    let range = TimeRange::between(first.start(), last.end(), first.zone()).ok()?;
    Some(range.with_end_spelling(last.end_spelling()))
}
