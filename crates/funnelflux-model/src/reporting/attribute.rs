use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use crate::Grade;

/// The name of something a report can be grouped or filtered by.
///
/// The constants are the names known to this crate; any other string works as well. The server's
/// own list ([`AttributeList`](super::AttributeList)) is the truth.
///
/// # Examples
///
/// ```
/// use funnelflux_model::{Grade, reporting::Attribute};
///
/// assert_eq!(Attribute::TIME_1_HOUR_BLOCKS.name(), "Time: 1-Hour Blocks");
/// let new = Attribute::new("Time: Moon Phase");
/// assert_eq!(new.grade(), Grade::Unknown);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Attribute(Cow<'static, str>);

macro_rules! attributes {
    ($( $constant:ident = $name:literal, $grade:ident, $source:literal; )*) => {
        impl Attribute {
            $(
                #[doc = concat!("`", $name, "`. ", $source)]
                pub const $constant: Self = Self(Cow::Borrowed($name));
            )*

            /// Every attribute that this crate knows by name.
            pub const KNOWN: &'static [Self] = &[$( Self::$constant, )*];
        }

        fn grade_of(name: &str) -> Grade {
            match name {
                $( $name => Grade::$grade, )*
                _ => Grade::Unknown,
            }
        }
    };
}

attributes! {
    URL_TRACKING_FIELD = "URL Tracking Field", Proven, "Which field is meant stands in its filter, see [`TrackingFieldFilter`](super::TrackingFieldFilter). Grade: *proven*, sent by an integration in production.";
    TIME_1_HOUR_BLOCKS = "Time: 1-Hour Blocks", Proven, "Its `id` is an ISO timestamp. Grade: *proven*, sent by an integration in production.";
    ELEMENT_OFFER = "Element: Offer", Proven, "Grade: *proven*, sent by an integration in production.";
    THIRD_PARTIES_OFFER_SOURCE = "Third Parties: Offer Source", Proven, "Grade: *proven*, sent by an integration in production.";

    ELEMENT_CAMPAIGN = "Element: Campaign", Sibling, "The user interface calls these funnel groups. Grade: *sibling*, a name of the self-hosted product.";
    ELEMENT_FUNNEL = "Element: Funnel", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    ELEMENT_LANDER = "Element: Lander", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    ELEMENT_LANDER_OFFER_CATEGORY = "Element: Lander-Offer Category", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    ELEMENT_NODE_ID = "Element: Node ID", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    ELEMENT_NODE_NAME = "Element: Node Name", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    INSIGHT_CONVERSION_PATH_ALL_NODES = "Insight: Conversion Path (All Nodes)", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    INSIGHT_CONVERSION_PATH_LANDERS_AND_OFFERS = "Insight: Conversion Path (Landers and Offers)", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    INSIGHT_MVT_COMBINATION = "Insight: MVT Combination", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    INSIGHT_MVT_KEY_VALUE_PAIRS = "Insight: MVT Key-Value Pairs", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    INSIGHT_TIME_ON_PAGE = "Insight: Time on Page", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    THIRD_PARTIES_TRAFFIC_SOURCE = "Third Parties: Traffic Source", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TRAFFIC_VISITOR_ID = "Traffic: Visitor ID", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TRAFFIC_VISITOR_TAG = "Traffic: Visitor Tag", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TRAFFIC_FILTERED_STATUS = "Traffic: Filtered Status", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_HIT_ID = "Hit: Hit ID", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_HIT_TIME = "Hit: Hit Time", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_CONVERSION_ID = "Hit: Conversion ID", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_CONVERSION_TXID = "Hit: Conversion TxID", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_CONVERSION_TIME = "Hit: Conversion Time", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    HIT_TIME_TO_CONVERSION = "Hit: Time to Conversion", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CLICK_ACTION_NUM = "Click: Action Num", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CLICK_CLICK_TIME = "Click: Click Time", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_DEVICE_TYPE = "Device: Device Type", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_BRAND = "Device: Brand", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_MODEL = "Device: Model", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_OS = "Device: OS", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_OS_VERSION = "Device: OS Version", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_BROWSER = "Device: Browser", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_BROWSER_VERSION = "Device: Browser Version", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_BROWSER_MAIN_LANGUAGE = "Device: Browser Main Language", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    DEVICE_USER_AGENT = "Device: User Agent", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_CONNECTION_TYPE = "Connection: Connection Type", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_ISP = "Connection: ISP", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_MOBILE_CARRIER = "Connection: Mobile Carrier", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_REFERRER = "Connection: Referrer", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_REFERRER_DOMAIN = "Connection: Referrer Domain", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_IP = "Connection: IP", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    CONNECTION_BLOCK_C_IP = "Connection: Block-C IP", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_CONTINENT = "Location: Continent", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_COUNTRY = "Location: Country", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_COUNTRY_CODE = "Location: Country Code", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_REGION = "Location: Region", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_CITY = "Location: City", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    LOCATION_TIMEZONE = "Location: Timezone", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TIME_DATE = "Time: Date", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TIME_HH_MM = "Time: HH:MM", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TIME_15_MINUTE_BLOCK = "Time: 15min. Block", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TIME_WEEK_PARTING = "Time: Week-Parting", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
    TIME_DAY_PARTING = "Time: Day-Parting", Sibling, "Grade: *sibling*, a name of the self-hosted product.";
}

impl Attribute {
    /// An attribute by its exact name on the wire.
    #[must_use]
    pub fn new(name: impl Into<Cow<'static, str>>) -> Self {
        Self(name.into())
    }

    /// The name on the wire.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// How surely this name is known; [`Grade::Unknown`] for a name of the user's own.
    #[must_use]
    pub fn grade(&self) -> Grade {
        grade_of(&self.0)
    }

    /// Whether this is `URL Tracking Field`, which needs a filter that says which field.
    #[must_use]
    pub fn is_tracking_field(&self) -> bool {
        *self == Self::URL_TRACKING_FIELD
    }
}

impl fmt::Display for Attribute {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

impl From<&'static str> for Attribute {
    fn from(name: &'static str) -> Self {
        Self(Cow::Borrowed(name))
    }
}

impl From<String> for Attribute {
    fn from(name: String) -> Self {
        Self(Cow::Owned(name))
    }
}
