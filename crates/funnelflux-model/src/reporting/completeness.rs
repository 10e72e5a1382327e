//! Whether an answer holds every row. The candidate names of the members that say so are here only.

use serde_json::value::RawValue;

use super::report::unquoted;

/// *Documented* for the answer about a visitor, *inferred* for reports and pages of events.
const HAS_MORE: &str = "hasMore";
/// The total number of rows, in order of belief. All *inferred*. Names such as `count` are left out:
/// they are as likely to count the rows of the answer itself.
const TOTALS: [&str; 4] = ["totalRows", "totalCount", "total", "recordsTotal"];

/// Whether a report holds every row, according to the server's answer.
///
/// The limit beyond which the server leaves rows out is *unknown*; the self-hosted product sends 50
/// (*sibling*). So a report that does not say is [`Unknown`](Self::Unknown), not whole.
///
/// Two members of an answer say so, both *inferred*: `hasMore`, and a whole number under
/// `totalRows`, `totalCount`, `total` or `recordsTotal`. Member overrides map other names to these.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, DrilldownRequest, Report, ReportCompleteness};
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let day = TimeRange::days("2026-03-01", "2026-03-01", &Zone::utc())?;
/// let request = DrilldownRequest::builder(day).attribute(Attribute::ELEMENT_OFFER).build()?;
/// let answer = |rest: &str| {
///     let row = r#"{ "attributes": [{ "id": "a", "value": "A" }], "visits": 3 }"#;
///     Report::from_json(format!(r#"{{ "rows": [{row}] {rest} }}"#), &request)
/// };
/// assert_eq!(answer("")?.completeness(), ReportCompleteness::Unknown);
/// assert_eq!(answer(r#", "hasMore": true"#)?.completeness(), ReportCompleteness::Cut);
/// assert_eq!(answer(r#", "total": 73"#)?.completeness(), ReportCompleteness::Cut);
/// assert_eq!(answer(r#", "hasMore": false"#)?.completeness(), ReportCompleteness::Whole);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ReportCompleteness {
    /// No row is missing: `hasMore` is false, or the total is the number of rows.
    Whole,
    /// Rows are missing: `hasMore` is true, or the total is larger than the number of rows.
    Cut,
    /// The answer does not say. Rows may be missing.
    Unknown,
}

impl ReportCompleteness {
    /// Whether rows may be missing: anything but [`Whole`](Self::Whole).
    pub fn may_be_cut(self) -> bool {
        self != Self::Whole
    }

    pub(crate) fn of<'a>(rows: usize, beside: impl Fn(&str) -> Option<&'a RawValue>) -> Self {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let (more, total) = (has_more(&beside), total(&beside));
        if more == Some(true) || total.is_some_and(|total| total > rows) {
            Self::Cut
        } else if more == Some(false) || total == Some(rows) {
            Self::Whole
        } else {
            Self::Unknown
        }
    }

    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Cut, _) | (_, Self::Cut) => Self::Cut,
            (Self::Whole, Self::Whole) => Self::Whole,
            _ => Self::Unknown,
        }
    }
}

/// Finds members beside the rows; of several of one name, the last.
pub(super) fn in_list<'a>(
    beside: &'a [(String, Box<RawValue>)],
) -> impl Fn(&str) -> Option<&'a RawValue> {
    move |wanted| beside.iter().rev().find(|(name, _)| name == wanted).map(|(_, value)| &**value)
}

pub(crate) fn has_more<'a>(member: impl Fn(&str) -> Option<&'a RawValue>) -> Option<bool> {
    member(HAS_MORE)?.get().parse().ok()
}

/// Reads the total number of rows: a number, or a string that is one.
pub(super) fn total<'a>(member: impl Fn(&str) -> Option<&'a RawValue>) -> Option<u64> {
    TOTALS.iter().find_map(|wanted| unquoted(member(wanted)?.get())?.parse().ok())
}
