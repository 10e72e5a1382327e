//! What an answer says of the rows that it does not hold. The one place that guesses under which
//! names.

use serde_json::value::RawValue;

use super::report::unquoted;

/// Whether there is more than came. *Documented* in the answer about a visitor; that reports and
/// pages of events have it is *inferred*.
const HAS_MORE: &str = "hasMore";
/// How many rows there are in all, in order of belief. All *inferred*. Names such as `count`, which
/// are as likely to count the rows of the answer itself, are left out.
const TOTALS: [&str; 4] = ["totalRows", "totalCount", "total", "recordsTotal"];

/// Whether a report holds every row that there is, as far as the server's answer tells.
///
/// Nothing is known of how long a report can become before rows are left out: the self-hosted
/// product sends pages of 50 rows unless it is asked for more (*sibling*). So a report that says
/// nothing is [`Unknown`](Self::Unknown), not whole.
///
/// Two members of an answer are understood, both *inferred*: `hasMore`, and a whole number under
/// `totalRows`, `totalCount`, `total` or `recordsTotal`. Where an account has them under other names,
/// the client's member overrides put that right.
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
    /// The answer says that there is no more: `hasMore` is false, or the total is the number of
    /// rows.
    Whole,
    /// The answer says that there is more: `hasMore` is true, or the total is larger than the number
    /// of rows.
    Cut,
    /// The answer says nothing of it. Rows may be missing.
    Unknown,
}

impl ReportCompleteness {
    /// Whether rows may be missing: anything but [`Whole`](Self::Whole).
    #[must_use]
    pub fn may_be_cut(self) -> bool {
        self != Self::Whole
    }

    /// Of so many rows with these members beside them.
    pub(crate) fn of(rows: usize, beside: &[Member]) -> Self {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        let (more, total) = (has_more(beside), total(beside));
        if more == Some(true) || total.is_some_and(|total| total > rows) {
            Self::Cut
        } else if more == Some(false) || total == Some(rows) {
            Self::Whole
        } else {
            Self::Unknown
        }
    }

    /// Of two windows together: one that is cut cuts both.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Cut, _) | (_, Self::Cut) => Self::Cut,
            (Self::Whole, Self::Whole) => Self::Whole,
            _ => Self::Unknown,
        }
    }
}

/// A member beside the rows.
type Member = (String, Box<RawValue>);

fn member<'a>(beside: &'a [Member], wanted: &str) -> Option<&'a str> {
    beside.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.get())
}

/// Whether the members say that there is more than came; `None` if they do not tell.
pub(super) fn has_more(beside: &[Member]) -> Option<bool> {
    match member(beside, HAS_MORE)? {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// How many rows there are in all, if the members tell: as a number, or as a string that is one.
pub(super) fn total(beside: &[Member]) -> Option<u64> {
    TOTALS.iter().find_map(|wanted| unquoted(member(beside, wanted)?)?.parse().ok())
}
