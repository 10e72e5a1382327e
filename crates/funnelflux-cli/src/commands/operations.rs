//! The operations that each command calls, for the coverage page. The commands of assets are not in
//! the table: their operations follow from the contract.
//!
//! The integration tests include this file and compare the table with the calls of the commands.

/// What every command that needs a token may call, to refresh it.
pub(crate) const REFRESH: &str = "auth.validate";

/// What a look at the routes of an answer may call, for `--config` and `--node`.
const ROUTES: &[&str] = &[
    "ledger.middlewareconfig.find-by-id",
    "ledger.middlewareconfig.list",
    "ledger.funnel.find-by-id",
    "ledger.funnel.list",
];

/// The commands and the ids of their operations. `doctor`, `learn` and `api` may call any operation.
pub(crate) const OPERATIONS: &[(&str, &[&str])] = &[
    ("auth login", &["auth.login"]),
    ("auth status", &[]),
    ("auth logout", &[]),
    ("id new", &[]),
    ("id inspect", &[]),
    ("id check", &[]),
    ("report attributes", &["reporting.attributes"]),
    ("report metrics", &[]),
    ("report drilldown", &["reporting.drilldown"]),
    ("report raw", &["reporting.hits"]),
    ("logs postback", &["reporting.logs.postback"]),
    ("logs webhook-summary", &["reporting.logs.webhook-summary"]),
    ("logs middleware-summary", &["reporting.logs.middleware-summary"]),
    ("explore hit", &["reporting.explorer.hit", "reporting.explorer.visitor"]),
    ("explore visitor", &["reporting.explorer.visitor"]),
    (
        "links entrance",
        &["ledger.trafficsource.find-by-id", "ledger.funnel.list", "ledger.trafficsource.list"],
    ),
    ("links action", &[]),
    ("links postback", &[]),
    ("links editor", &["ledger.funnel.list"]),
    ("links check", &["ledger.trafficsource.find-by-id"]),
    ("hooks listen", ROUTES),
    ("hooks trigger webhook", &[]),
    ("hooks trigger middleware", ROUTES),
    ("hooks replay", ROUTES),
    ("domains list", &["billing.domains.list"]),
    ("domains add", &["billing.domains.create"]),
    ("domains check", &["billing.domains.check"]),
    ("domains get", &["billing.domains.get"]),
    ("domains wait", &["billing.domains.get", "billing.domains.refresh"]),
    ("domains refresh", &["billing.domains.refresh"]),
    ("domains delete", &["billing.domains.delete"]),
    ("conversions push", &["reporting.conversions.update", "reporting.explorer.visitor"]),
    ("conversions history", &[]),
    ("conversions verify", &["reporting.explorer.visitor"]),
    ("conversions map", &[]),
    ("conversions networks", &[]),
    ("conversions undo", &["reporting.conversions.update"]),
    ("costs push", &["reporting.cost.update", "ledger.funnel.list", "ledger.trafficsource.list"]),
    ("costs history", &[]),
    ("costs verify", &["reporting.drilldown", "ledger.funnel.list", "ledger.trafficsource.list"]),
    ("costs map", &[]),
    ("costs networks", &[]),
    ("costs undo", &["reporting.cost.update"]),
    ("custom-events push", &["reporting.customevents.update"]),
    (
        "reset",
        &[
            "reporting.reset.validate",
            "reporting.reset.perform",
            "ledger.campaign.list",
            "ledger.funnel.list",
            "ledger.trafficsource.list",
        ],
    ),
    ("emulator", &[]),
];
