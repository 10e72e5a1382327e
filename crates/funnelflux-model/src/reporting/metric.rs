use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::Grade;

/// The name of a figure in a report's rows.
///
/// The constants are the names known to this crate; any other member of a row that is a number or
/// a decimal in a string is a metric too, under its own name. Money has no currency in the API: it
/// is the account's.
///
/// # Examples
///
/// ```
/// use funnelflux_model::reporting::{Metric, MetricKind};
///
/// assert_eq!(Metric::REVENUE.kind(), MetricKind::Money);
/// assert!(Metric::REVENUE.is_additive());
/// // Who came on Monday and on Tuesday is one visitor, so visitors do not add up.
/// assert!(!Metric::VISITORS.is_additive());
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Metric(Cow<'static, str>);

/// What a metric measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MetricKind {
    /// How many: a whole number.
    Count,
    /// An amount of the account's currency: an exact decimal.
    Money,
    /// One figure in relation to another: a rate, a share, or money per visit.
    Ratio,
    /// A metric of which this crate knows no more than its name.
    Unknown,
}

struct Known {
    name: &'static str,
    kind: MetricKind,
    additive: bool,
    grade: Grade,
}

macro_rules! additive {
    (additive) => {
        true
    };
    (not_additive) => {
        false
    };
}

macro_rules! metrics {
    ($( $constant:ident = $name:literal, $kind:ident, $additive:ident, $grade:ident, $doc:literal; )*) => {
        impl Metric {
            $(
                #[doc = concat!("`", $name, "`: ", $doc)]
                pub const $constant: Self = Self(Cow::Borrowed($name));
            )*

            /// Every metric that this crate knows by name.
            pub const KNOWN: &'static [Self] = &[$( Self::$constant, )*];
        }

        const KNOWN: &[Known] = &[$(
            Known {
                name: $name,
                kind: MetricKind::$kind,
                additive: additive!($additive),
                grade: Grade::$grade,
            },
        )*];
    };
}

// Kinds and additivity follow from what the help centre says: sums of counts and money add up,
// unique counts and per-visitor rates do not.
metrics! {
    VISITS = "visits", Count, additive, Sibling, "Entrances into a funnel. Grade: *sibling*, a name of the vendor's interface code.";
    VISITORS = "visitors", Count, not_additive, Sibling, "Different visitors. Grade: *sibling*, a name of the vendor's interface code.";
    LANDER_VIEWS = "landerViews", Count, additive, Sibling, "Views of landers. Grade: *sibling*, a name of the vendor's interface code.";
    LANDER_VIEWS_UNIQUE = "landerViewsUnique", Count, not_additive, Sibling, "Different visitors who viewed a lander. Grade: *sibling*, a name of the vendor's interface code.";
    LANDER_CLICKS = "landerClicks", Count, additive, Sibling, "Clicks on landers. Grade: *sibling*, a name of the vendor's interface code.";
    LANDER_CLICKS_UNIQUE = "landerClicksUnique", Count, not_additive, Sibling, "Different visitors who clicked on a lander. Grade: *sibling*, a name of the vendor's interface code.";
    OFFER_VIEWS = "offerViews", Count, additive, Proven, "Views of offers. Grade: *proven*, read by an integration in production.";
    OFFER_VIEWS_UNIQUE = "offerViewsUnique", Count, not_additive, Sibling, "Different visitors who viewed an offer. Grade: *sibling*, a name of the vendor's interface code.";
    OFFER_CLICKS = "offerClicks", Count, additive, Sibling, "Clicks on offers. Grade: *sibling*, a name of the vendor's interface code.";
    OFFER_CLICKS_UNIQUE = "offerClicksUnique", Count, not_additive, Sibling, "Different visitors who clicked on an offer. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSIONS = "conversions", Count, additive, Proven, "Conversions. Grade: *proven*, read by an integration in production.";
    INDIRECT_CONVERSIONS = "indirectConversions", Count, additive, Sibling, "Conversions credited indirectly. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSIONS_LIFETIME = "conversionsLifetime", Count, not_additive, Sibling, "Conversions over a lifetime. Whose lifetime is *unknown*: windows may overlap, so sums are not offered. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE = "revenue", Money, additive, Proven, "Revenue: a decimal in a string, or null. Grade: *proven*, read by an integration in production.";
    CONVERSION_REVENUE = "conversionRevenue", Money, additive, Sibling, "Revenue of conversions. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_INDIRECT = "revenueIndirect", Money, additive, Sibling, "Revenue credited indirectly. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_LIFETIME = "revenueLifetime", Money, not_additive, Sibling, "Revenue over a lifetime. Whose lifetime is *unknown*: windows may overlap, so sums are not offered. Grade: *sibling*, a name of the vendor's interface code.";
    COST = "cost", Money, additive, Sibling, "Cost of the traffic. Grade: *sibling*, a name of the vendor's interface code.";
    PROFIT_AND_LOSS = "profitAndLoss", Money, additive, Sibling, "Revenue less cost. Grade: *sibling*, a name of the vendor's interface code.";
    RETURN_ON_INVESTMENT = "returnOnInvestment", Ratio, not_additive, Sibling, "Profit in relation to cost. Grade: *sibling*, a name of the vendor's interface code.";
    UNIQUENESS = "uniqueness", Ratio, not_additive, Sibling, "Share of unique visits. Grade: *sibling*, a name of the vendor's interface code.";
    COST_PER_VISIT = "costPerVisit", Ratio, not_additive, Sibling, "Cost per visit. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_PER_VISIT = "revenuePerVisit", Ratio, not_additive, Sibling, "Revenue per visit. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSION_PER_VISIT = "conversionPerVisit", Ratio, not_additive, Sibling, "Conversions per visit. Grade: *sibling*, a name of the vendor's interface code.";
    COST_PER_VISITOR = "costPerVisitor", Ratio, not_additive, Sibling, "Cost per visitor. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_PER_VISITOR = "revenuePerVisitor", Ratio, not_additive, Sibling, "Revenue per visitor. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSION_PER_VISITOR = "conversionPerVisitor", Ratio, not_additive, Sibling, "Conversions per visitor. Grade: *sibling*, a name of the vendor's interface code.";
    COST_PER_UNIQUE_VISITOR = "costPerUniqueVisitor", Ratio, not_additive, Sibling, "Cost per unique visitor. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_PER_UNIQUE_VISITOR = "revenuePerUniqueVisitor", Ratio, not_additive, Sibling, "Revenue per unique visitor. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSION_PER_UNIQUE_VISITOR = "conversionPerUniqueVisitor", Ratio, not_additive, Sibling, "Conversions per unique visitor. Grade: *sibling*, a name of the vendor's interface code.";
    VISIT_PERCENT_VS_TOP_LEVEL = "visitPercentVsTopLevel", Ratio, not_additive, Sibling, "Share of the visits of the top level. Grade: *sibling*, a name of the vendor's interface code.";
    VISIT_PERCENT_VS_PARENT = "visitPercentVsParent", Ratio, not_additive, Sibling, "Share of the visits of the parent. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSION_PERCENT_VS_TOP_LEVEL = "conversionPercentVsTopLevel", Ratio, not_additive, Sibling, "Share of the conversions of the top level. Grade: *sibling*, a name of the vendor's interface code.";
    CONVERSION_PERCENT_VS_PARENT = "conversionPercentVsParent", Ratio, not_additive, Sibling, "Share of the conversions of the parent. Grade: *sibling*, a name of the vendor's interface code.";
    LANDER_CLICKTHROUGH_RATE = "landerClickthroughRate", Ratio, not_additive, Sibling, "Clicks on landers per view. Grade: *sibling*, a name of the vendor's interface code.";
    OFFER_CLICKTHROUGH_RATE = "offerClickthroughRate", Ratio, not_additive, Sibling, "Clicks on offers per view. Grade: *sibling*, a name of the vendor's interface code.";
    COST_PER_CONVERSION = "costPerConversion", Ratio, not_additive, Sibling, "Cost per conversion. Grade: *sibling*, a name of the vendor's interface code.";
    REVENUE_PER_CONVERSION = "revenuePerConversion", Ratio, not_additive, Sibling, "Revenue per conversion. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_1_COUNT = "customEvent1Count", Count, additive, Sibling, "How often custom event 1 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_2_COUNT = "customEvent2Count", Count, additive, Sibling, "How often custom event 2 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_3_COUNT = "customEvent3Count", Count, additive, Sibling, "How often custom event 3 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_4_COUNT = "customEvent4Count", Count, additive, Sibling, "How often custom event 4 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_5_COUNT = "customEvent5Count", Count, additive, Sibling, "How often custom event 5 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_6_COUNT = "customEvent6Count", Count, additive, Sibling, "How often custom event 6 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_7_COUNT = "customEvent7Count", Count, additive, Sibling, "How often custom event 7 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_8_COUNT = "customEvent8Count", Count, additive, Sibling, "How often custom event 8 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_9_COUNT = "customEvent9Count", Count, additive, Sibling, "How often custom event 9 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_10_COUNT = "customEvent10Count", Count, additive, Sibling, "How often custom event 10 happened. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_1_REVENUE = "customEvent1Revenue", Money, additive, Sibling, "Revenue of custom event 1. Grade: *sibling*, a name of the vendor's interface code.";
    CUSTOM_EVENT_2_REVENUE = "customEvent2Revenue", Money, additive, Inferred, "Revenue of custom event 2. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_3_REVENUE = "customEvent3Revenue", Money, additive, Inferred, "Revenue of custom event 3. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_4_REVENUE = "customEvent4Revenue", Money, additive, Inferred, "Revenue of custom event 4. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_5_REVENUE = "customEvent5Revenue", Money, additive, Inferred, "Revenue of custom event 5. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_6_REVENUE = "customEvent6Revenue", Money, additive, Inferred, "Revenue of custom event 6. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_7_REVENUE = "customEvent7Revenue", Money, additive, Inferred, "Revenue of custom event 7. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_8_REVENUE = "customEvent8Revenue", Money, additive, Inferred, "Revenue of custom event 8. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_9_REVENUE = "customEvent9Revenue", Money, additive, Inferred, "Revenue of custom event 9. Grade: *inferred* from the name for event 1.";
    CUSTOM_EVENT_10_REVENUE = "customEvent10Revenue", Money, additive, Inferred, "Revenue of custom event 10. Grade: *inferred* from the name for event 1.";
}

impl Metric {
    /// A metric by its exact name on the wire.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    fn known(&self) -> Option<&'static Known> {
        KNOWN.iter().find(|known| known.name == self.0)
    }

    /// What the metric measures.
    #[must_use]
    pub fn kind(&self) -> MetricKind {
        self.known().map_or(MetricKind::Unknown, |known| known.kind)
    }

    /// Whether the figures of separate groups or windows may be summed.
    ///
    /// True for sums of counts and of money. False for unique counts, rates, shares, lifetime
    /// figures, and for every metric that this crate does not know.
    #[must_use]
    pub fn is_additive(&self) -> bool {
        self.known().is_some_and(|known| known.additive)
    }

    /// How surely this name is known; [`Grade::Unknown`] for a name that only a report brought.
    #[must_use]
    pub fn grade(&self) -> Grade {
        self.known().map_or(Grade::Unknown, |known| known.grade)
    }
}

impl fmt::Display for Metric {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&'static str> for Metric {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<String> for Metric {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}
