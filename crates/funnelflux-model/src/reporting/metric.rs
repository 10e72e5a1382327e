use std::borrow::Cow;

/// The name of a figure in a report's rows.
///
/// The constants are the names known to this crate; any other member of a row that is a number, or
/// a decimal in a string, is a metric too. Money is in the currency of the account.
///
/// ```
/// use funnelflux_model::reporting::{Metric, MetricKind};
///
/// assert_eq!(Metric::REVENUE.kind(), MetricKind::Money);
/// assert!(Metric::REVENUE.is_additive());
/// // A visitor of Monday and of Tuesday is one visitor, so visitors do not add up.
/// assert!(!Metric::VISITORS.is_additive());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Metric(pub(super) Cow<'static, str>);

/// The kind of figure that a metric is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// A number of events or visitors: a whole number.
    Count,
    /// An amount of the account's currency: an exact decimal.
    Money,
    /// One figure in relation to another: a rate, a share, or money per visit.
    Ratio,
    /// No figure but a text of the asset, such as an offer's address.
    Text,
    /// A metric of which this crate knows only the name.
    Unknown,
}

impl Metric {
    /// The kind of figure.
    pub fn kind(&self) -> MetricKind {
        self.known().map_or(MetricKind::Unknown, |(kind, _)| kind)
    }

    /// Whether the figures of separate groups or windows may be summed: sums of counts and of money,
    /// but not unique counts, rates, shares, lifetime figures, payouts, texts, and unknown metrics.
    pub fn is_additive(&self) -> bool {
        self.known().is_some_and(|(_, is_additive)| is_additive)
    }
}
