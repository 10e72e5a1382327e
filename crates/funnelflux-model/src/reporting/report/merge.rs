use crate::reporting::{Metric, MetricKind};

/// How reports of separate windows of time are merged into one.
///
/// Rows with the same attributes (by id and value) become one, and its metrics are summed. That is
/// true of additive metrics only, so any other is refused by name, unless it is left out: by
/// [`select`](Self::select)ing others, or by [`drop_non_additive`](Self::drop_non_additive). In
/// reports by date or by hour this concerns only rows that become one.
///
/// ```
/// use funnelflux_model::reporting::{Attribute, DrilldownRequest, MergeOptions, Metric, Report};
/// use funnelflux_model::time::{TimeRange, Zone};
///
/// let request = DrilldownRequest::builder(TimeRange::days("2026-03-01", "2026-03-02", &Zone::utc())?)
///     .attribute(Attribute::ELEMENT_OFFER)
///     .build()?;
/// let row = |visits, visitors| format!(
///     r#"{{"rows":[{{"attributes":[{{"id":"1"}}],"visits":{visits},"visitors":{visitors}}}]}}"#
/// );
/// let monday = Report::from_json(row(10, 7), &request)?;
/// let tuesday = Report::from_json(row(5, 4), &request)?;
///
/// let error = monday.merge(&tuesday, &MergeOptions::new()).unwrap_err();
/// assert_eq!(error.metrics(), [Metric::VISITORS]);
///
/// let both = monday.merge(&tuesday, &MergeOptions::new().drop_non_additive())?;
/// assert_eq!(both.totals().get(&Metric::VISITS), Some(15.into()));
/// assert!(both.column("visitors").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "it has an effect only where it is passed"]
pub struct MergeOptions {
    selected: Option<Vec<Metric>>,
    pub(super) drops_non_additive: bool,
    vouched: Vec<Metric>,
}

impl MergeOptions {
    /// All metrics, each of which has to add up.
    pub fn new() -> Self {
        Self::default()
    }

    funnelflux_contract::setters! {
        /// Leaves out metrics that do not add up, instead of refusing them.
        fn drop_non_additive() => drops_non_additive = true;
        /// These metrics only.
        fn select(metrics: impl IntoIterator<Item = Metric>),
            |it| it.selected.get_or_insert_default().extend(metrics);
        /// Sums these metrics as well: the caller knows that they add up.
        fn treat_as_additive(metrics: impl IntoIterator<Item = Metric>),
            |it| it.vouched.extend(metrics);
    }

    pub(super) fn adds_up(&self, metric: &Metric) -> bool {
        metric.is_additive() || self.vouched.contains(metric)
    }

    /// The names that stay and those left out, or an error with all that do not add up.
    pub(super) fn keep<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
        rows_are_of_their_own: bool,
    ) -> Result<(Vec<&'n str>, Vec<Metric>), MergeError> {
        let mut kept = Vec::new();
        let mut refused = Vec::new();
        for name in names {
            let metric = Metric::new(name.to_owned());
            if self.selected.as_ref().is_some_and(|selected| !selected.contains(&metric)) {
                continue;
            }
            let is_of_its_row =
                metric.kind() != MetricKind::Unknown && !OF_ALL_ROWS.contains(&metric);
            if self.adds_up(&metric) || (rows_are_of_their_own && is_of_its_row) {
                kept.push(name);
            } else {
                refused.push(metric);
            }
        }
        if refused.is_empty() || self.drops_non_additive {
            Ok((kept, refused))
        } else {
            Err(MergeError::new(Fault::NonAdditive, refused))
        }
    }
}

/// Metrics that relate a row to the other rows of its report.
const OF_ALL_ROWS: [Metric; 4] = [
    Metric::VISIT_PERCENT_VS_TOP_LEVEL,
    Metric::VISIT_PERCENT_VS_PARENT,
    Metric::CONVERSION_PERCENT_VS_TOP_LEVEL,
    Metric::CONVERSION_PERCENT_VS_PARENT,
];

/// Reports that cannot be merged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeError {
    kind: Fault,
    metrics: Vec<Metric>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    NonAdditive,
    Attributes,
    NotANumber,
    Inexact,
    TooMany,
}

impl MergeError {
    pub(super) fn new(kind: Fault, metrics: Vec<Metric>) -> Self {
        Self { kind, metrics }
    }

    /// Whether metrics were to be summed that do not add up: select others, drop these, or ask for
    /// the whole range with fewer attributes.
    pub fn is_non_additive(&self) -> bool {
        self.kind == Fault::NonAdditive
    }

    /// Whether the reports were grouped by different attributes.
    pub fn is_attribute_mismatch(&self) -> bool {
        self.kind == Fault::Attributes
    }

    /// The metrics at fault.
    pub fn metrics(&self) -> &[Metric] {
        &self.metrics
    }
}

funnelflux_contract::formats! {
    Error for MergeError, |it, f| {
        let names: Vec<&str> = it.metrics.iter().map(Metric::name).collect();
        let names = names.join(", ");
        f.write_str("reports cannot be merged: ")?;
        match it.kind {
            Fault::NonAdditive => write!(
                f,
                "{names} cannot be summed over windows of time; select only metrics that can, or \
                 drop the others"
            ),
            Fault::Attributes => f.write_str("they are grouped by different attributes"),
            Fault::NotANumber => write!(f, "{names} holds something that is no number"),
            Fault::Inexact => {
                write!(f, "a sum of {names} has more than 28 digits and would be rounded")
            }
            Fault::TooMany => f.write_str("an attribute has more than 4 billion distinct values"),
        }
    }
}
