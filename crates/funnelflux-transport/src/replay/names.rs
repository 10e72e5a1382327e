//! What the API itself is made of: names and words that say nothing of an account.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Whether it is a name of members and parameters, and no key of a map: by id, by tag, by what a
/// visitor typed.
pub(super) fn is_member(name: &str) -> bool {
    MEMBERS.contains(name) || is_custom_event(name)
}

/// Whether numbers of this name are counts, money, shares, positions, sizes, ranks or versions.
pub(super) fn is_figure(name: &str) -> bool {
    FIGURES.contains(name) || is_custom_event(name)
}

/// Whether texts of this name are words of the API: kinds, statuses, names of columns, and what it
/// says of a mistake.
pub(super) fn is_saying(name: &str) -> bool {
    SAYINGS.contains(name)
}

/// Whether it is a fixed part of a path: one of the API's, or its version.
pub(super) fn is_path_word(segment: &str) -> bool {
    let is_version =
        |digits: &str| matches!(digits.len(), 1 | 2) && digits.bytes().all(|b| b.is_ascii_digit());
    segment.is_empty()
        || PATH_WORDS.contains(segment)
        || segment.strip_prefix('v').is_some_and(is_version)
}

/// Whether the API's values and error texts are made of such words, or a name is one.
pub(super) fn is_word(word: &str) -> bool {
    is_member(word) || WORDS.contains(word.to_ascii_lowercase().as_str())
}

/// `customEvent1Count` to `customEvent10Revenue`.
fn is_custom_event(name: &str) -> bool {
    let number = name
        .strip_prefix("customEvent")
        .and_then(|rest| rest.strip_suffix("Count").or_else(|| rest.strip_suffix("Revenue")));
    number.is_some_and(|digits| matches!(digits.parse(), Ok(1_u8..=10)))
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split_ascii_whitespace().collect()
}

/// Known or guessed, of any operation of the contract and of its sibling.
static MEMBERS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    words(
        "\
    access_token acculumatedUrlParams accumulateUrlParams accumulatedUrlParams action
    actionNumber action_data action_number additionalTokens after andTests
    applyToFilteredTraffic archive attribute attributes averageLatencyMs baseURL basicAuth
    before blacklistFilters body bodyUpdates brand browser c1 c10 c11 c12 c13 c14 c15 c16 c17
    c18 c19 c2 c20 c3 c4 c5 c6 c7 c8 c9 calls campaign campaignName canvasHeight canvasWidth
    carrier categoryName categoryType check_timestamp city clicks cloudflare_id
    cloudflare_ssl_status cloudflare_status cname cname_name cname_target code codeHash
    columnFilters columnName columns condition conditionName connectionCodeParams
    connectionConditionParams connectionLogicParams connectionMiddlewareParams
    connectionPageParams connectionRotatorParams connections content continent conversionId
    conversionPerUniqueVisitor conversionPerVisit conversionPerVisitor
    conversionPercentVsParent conversionPercentVsTopLevel conversionRevenue conversions
    conversionsLifetime cost costPerConversion costPerUniqueVisitor costPerVisit
    costPerVisitor costSegments costType count country countryCode country_code created_at
    customFields customTokens data date day default defaultCost description destination
    destinationMethod destinationOverrides destinationType device disablePostbacks
    disableZeroRevenuePostbacks distinct dns_records domain domains editVersion email_verified
    entries error error_code error_description error_message error_uri errors event eventName
    eventTime eventType event_type execute_timeout_ms expires_at expires_in external filtered
    filters forcePostbacks found from funnel funnelGroupName funnelIDs funnelName funnelType
    globalOnly groupBy groupings hasBasicAuthPassword hasHmacSecret hasMore headers height hit
    hitID hitId hitTime hits hmacSecret host hostname hour httpStatus http_status id
    idCampaign idCampaigns idCategories idCategory idCode idCondition idConditions
    idConnection idFunnel idFunnelGroup idFunnelGroups idFunnels idHit idLogicScript
    idLogicScripts idMiddlewareConfig idMiddlewareConfigs idNode idOfferSource idOfferSources
    idPage idPageGroup idPageGroups idPages idRoute idSourceNode idTargetNode idTrafficSource
    idTrafficSources idVisitor idVisitorTag idVisitorTags idWebhookConfig idWebhookConfigs
    id_hit ids includeChilds includeClicks includeConversions includeHits incomingCostModifier
    incomingTrafficCostOverrides index indirectConversions ip ipAnonymizer isConversion
    isDefault is_action isp item items key kind label labelLocation lander landerClicks
    landerClicksUnique landerClickthroughRate landerViews landerViewsUnique language length
    limit logicScriptName matchedRouteID message meta method metrics middlewareConfigName
    minute model name node nodeCodeParams nodeConditionParams nodeExternalUrlParams
    nodeMiddlewareRefParams nodeName nodePageParams nodeRotatorParams nodeType
    nodeVisitorTagParams nodes notes number numberOfActions number_of_actions offer
    offerClicks offerClicksUnique offerClickthroughRate offerParams offerSourceName offerViews
    offerViewsUnique offset onActionNumber onDoneNumber onRouteId onRouteKeys
    onlyConvertedHits operator options orTests order os outgoingPostbackProbability
    outgoingRevenueModifier overridePayout owner page pageGroupName pageName pageSize pageType
    paging pagingLength pagingStart parentId password path payout payoutType perPage points_to
    posX posY postback postbackCalls postbackCode postbackOverrides postbackPayout
    postbackSubId postbackTxId postbackType postbackURL postbackUrl previousName priority
    processed profitAndLoss query querySeparator reason recordName recordType recordValue
    record_name record_type record_value redirectType referrer refresh refresh_token region
    request requestId request_id response response_time_ms restrictToCampaignIDs
    restrictToCountryCode restrictToCountryCodes restrictToFunnelIDs restrictToFunnelId
    restrictToIPs restrictToTrackingFields restrictToTrafficSourceIDs restrictToVisitorIDs
    result results returnOnInvestment revenue revenueIndirect revenueLifetime
    revenuePerConversion revenuePerUniqueVisitor revenuePerVisit revenuePerVisitor rotatorType
    routes rows schemaVersion schema_version search segment session showArchivedAssets
    showFilteredTraffic since sort sorting sortingColumns ssl_error ssl_status ssl_valid start
    status statusCode status_code subId success summary table tags target test
    testAgainstGenericParams text time timeAttribution timeEnd timeStart timeoutMs timestamp
    timezone title to tokens topLevelFilters total totalRows totals trackingFieldSlots
    trackingFields tracking_fields trafficSourceIDs trafficSourceName traffic_source
    transaction tx txt_name txt_value type umrDomainOverride uniqueness until updated_at url
    url_buffer user userAgent user_agent user_id username valid value values
    verification_errors version viewType visitPercentVsParent visitPercentVsTopLevel visitor
    visitorID visitorId visitorTagName visitor_tags visitors visits warnings webhookConfigName
    weekday weight weightings whitelistFilters width x y",
    )
});

/// Money is here, too: without it a report is none. So are the HTTP statuses.
static FIGURES: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    words(
        "\
    actionNumber action_number averageLatencyMs canvasHeight canvasWidth clicks
    conversionPerUniqueVisitor conversionPerVisit conversionPerVisitor
    conversionPercentVsParent conversionPercentVsTopLevel conversionRevenue conversions
    conversionsLifetime cost costPerConversion costPerUniqueVisitor costPerVisit
    costPerVisitor count defaultCost distinct editVersion email_verified execute_timeout_ms
    expires_in height hour httpStatus http_status incomingCostModifier index
    indirectConversions labelLocation landerClicks landerClicksUnique landerClickthroughRate
    landerViews landerViewsUnique length limit minute numberOfActions number_of_actions
    offerClicks offerClicksUnique offerClickthroughRate offerViews offerViewsUnique offset
    onActionNumber onDoneNumber outgoingPostbackProbability outgoingRevenueModifier
    overridePayout page pageSize pagingLength pagingStart payout perPage posX posY priority
    processed profitAndLoss redirectType response_time_ms returnOnInvestment revenue
    revenueIndirect revenueLifetime revenuePerConversion revenuePerUniqueVisitor
    revenuePerVisit revenuePerVisitor schemaVersion schema_version start statusCode
    status_code timeoutMs total totalRows uniqueness version visitPercentVsParent
    visitPercentVsTopLevel visitors visits weight width x y",
    )
});

/// Of their texts the words stay that are known below; what else they hold does not.
static SAYINGS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    words(
        "\
    attribute categoryType cloudflare_ssl_status cloudflare_status code columnName condition
    costType destinationMethod destinationType error error_code error_description
    error_message errors eventType event_type funnelType globalOnly groupBy includeChilds kind
    message method metrics nodeType operator order pageType payoutType postbackCalls
    postbackType reason redirectType rotatorType ssl_error ssl_status status test
    timeAttribution verification_errors viewType warnings",
    )
});

/// As they stand in the contract, alternatives included.
static PATH_WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    words(
        "\
    archive attributes auth billing byCategory byId byIds byStatus byType campaign category
    check clone condition config conversions cost customevents delete domains drilldown
    duplicate explorer find funnel funnelgroup group hit hits list logicscript login logs
    middleware middlewareconfig move offersource page pagegroup postback refresh reporting
    reset save summary tag trafficsource unarchive update validate visitor visitortag webhook
    webhookconfig",
    )
});

/// In lower case.
static WORDS: LazyLock<BTreeSet<&str>> = LazyLock::new(|| {
    words(
        "\
    1-hour 15min a about above accepted access account action active actual after again agent
    all allow allowed already also among an and another any api archived are argument array as
    asset at attempt authentication authorised authorization authorized bad base be bearer
    because been before being below between block block-c blocked blocks body bool boolean
    both brand browser but by c call called calls campaign can cannot cap carrier category
    certificate change changed characters check city click client cname code column columns
    combination complete completed condition conflict connect connection contact contains
    continent conversion could count country cpa cpe create created credentials currency
    current data date day days default delete deleted denied device did different disabled dns
    do does domain done draft due duplicate duplicated during each either element empty
    enabled end entity entrance entry error errors event exceeded except exist existing exists
    expected expired expires externalurl fail failed failure false field fields file filter
    filtered filters finished first flat fluxify for forbidden format found from funnel
    funnels gateway get given globally greater group groups had has have header headers hh hit
    hits host hour hours id identifier ids if ifno ifyes ignored in inactive include incorrect
    initializing input insight insufficient integer internal into invalid ip is isp issue it
    item items its javascript jscode json key keys kind lander landergroup landers language
    last later least length less limit limited limits list live location logicscript long
    longer lookup main malformed many match matching maximum member message method middleware
    middlewareconfig minimum minute minutes missing mixed mm mobile model month more most
    moved must mvt name names network new no node nodes none not nothing null num number
    object of off offer offergroup offers offersources offline on one online only onlyonce
    operation or order os other our out over owned owner page pages pairs parameter parameters
    parent parse parties parting password path paused payload pending perconversion permission
    permissions permitted phpcode pixelurl please positive post postbackurl processed
    processing provided quantity query queue queued quota random range rate reached read
    received record records redacted referrer refresh refused region rejected report request
    requested requests required reserved reset resource response restricted result retry
    revoked revshare root rotator route routes row rows running s same save saved schema scope
    script second seconds see seems segment send sent server service session set should since
    size small some source sources ssl start state status still stopped stored string success
    successful such support supported tag take taken temporarily temporary than that the their
    then there these they third this time timed timeout times timezone tls to today token
    tokens too tracking traffic trafficsources tree true try txid type types umr unable
    unauthorised unauthorized unavailable unexpected unique unknown unprocessable unsupported
    until up update updated upstream url use used user uses using valid validation value
    values verification verified verify version visitor visitors visitortag visits wait was we
    webhook webhookconfig week were when where which while who wholesegment will with within
    without word would write wrong year yes yet you your zero zone",
    )
});
