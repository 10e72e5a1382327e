//! What a seed gives today, byte for byte: recordings and tests of users depend on it.
//!
//! `tests/golden/answers.txt` holds the SHA-256 of every answer, and a few literal lines beside them.
//! A deliberate change is written there by `GOLDEN=write cargo test -p funnelflux-emulator --test
//! golden`, and belongs into the changelog.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use funnelflux_emulator::{Clock, Emulator};
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tower::ServiceExt;

/// 2023-11-14T22:13:20Z.
const NOW: u64 = 1_700_000_000;
const RANGE: (&str, &str) = ("2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00");

/// The assets of today: more may come.
const FAMILIES: [&str; 14] = [
    "trafficsource",
    "offersource",
    "campaign",
    "funnelgroup",
    "funnel",
    "condition",
    "page",
    "pagegroup",
    "webhookconfig",
    "middlewareconfig",
    "logicscript",
    "category",
    "visitortag",
    "trafficsource-category",
];

/// The operation whose query has got a parameter since then, and that parameter.
const NEW_PARAMETER: (Option<&str>, Option<&str>) =
    (Some("ledger.condition.find-by-status"), Some("idFunnel"));

/// The members of a report row when the digests were written.
const METRICS: &str = include_str!("golden/metrics.txt");

/// One emulator, and the lines written about its answers.
struct Session {
    emulator: Emulator,
    lines: String,
}

impl Session {
    async fn start(seed: u64) -> Self {
        let start = SystemTime::UNIX_EPOCH + Duration::from_secs(NOW);
        let emulator = Emulator::builder().seed(seed).clock(Clock::fixed(start)).build().unwrap();
        Self { emulator, lines: format!("seed {seed}\n") }
    }

    /// Makes a call that must succeed, and notes the digest of its answer.
    async fn call(&mut self, method: &str, path: &str, body: Option<Value>) -> String {
        let text = body.as_ref().map(Value::to_string).unwrap_or_default();
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.emulator.base_url()))
            .header("authorization", format!("Bearer {}", self.emulator.access_token()))
            .header("content-type", "application/json")
            .body(Full::<bytes::Bytes>::from(text.clone()))
            .unwrap();
        let response = self.emulator.router().oneshot(request).await.unwrap();
        let (parts, answer) = response.into_parts();
        let answer = answer.collect().await.unwrap().to_bytes();
        let answer = String::from_utf8(answer.to_vec()).unwrap();
        assert_eq!(parts.status, StatusCode::OK, "{method} {path} {text}: {answer}");
        let asked = if text.is_empty() { String::new() } else { format!(" {}", digest(&text)) };
        let answer = match path {
            "/reporting/drilldown" => without_new_metrics(answer),
            _ => answer,
        };
        self.note(&format!("{method} {path}{asked}"), &answer);
        answer
    }

    fn note(&mut self, what: &str, text: &str) {
        writeln!(self.lines, "{} {:>8} {what}", digest(text), text.len()).unwrap();
    }

    fn literal(&mut self, what: &str, text: &str) {
        writeln!(self.lines, "= {what}: {text}").unwrap();
    }
}

/// The answer without the metrics that the contract got since then: the members of a row are scalars.
fn without_new_metrics(answer: String) -> String {
    let row = read(&answer)["rows"][0].as_object().cloned().unwrap_or_default();
    let new = row.keys().filter(|name| !METRICS.lines().any(|known| known == *name));
    new.fold(answer, |answer, name| {
        let key = format!(",\"{name}\":");
        let mut parts = answer.split(&key);
        let first = parts.next().unwrap().to_owned();
        parts.fold(first, |kept, part| kept + &part[part.find([',', '}']).unwrap()..])
    })
}

fn digest(text: &str) -> String {
    Sha256::digest(text).iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

fn ranged(mut body: Value) -> Value {
    body["timeStart"] = RANGE.0.into();
    body["timeEnd"] = RANGE.1.into();
    body
}

async fn account(session: &mut Session) {
    let account = session.emulator.account();
    let groups: [(&str, Vec<String>); 8] = {
        let lines = |assets: Vec<&funnelflux_emulator::Asset>| {
            assets.iter().map(|it| format!("{} {}", it.id(), it.name())).collect()
        };
        [
            ("traffic sources", lines(account.traffic_sources().collect())),
            ("offer sources", lines(account.offer_sources().collect())),
            ("funnel groups", lines(account.funnel_groups().collect())),
            ("funnels", lines(account.funnels().collect())),
            ("landers", lines(account.landers().collect())),
            ("offers", lines(account.offers().collect())),
            ("webhook configs", lines(account.webhook_configs().collect())),
            ("middleware configs", lines(account.middleware_configs().collect())),
        ]
    };
    let user = account.user_id().to_owned();
    session.literal("user", &user);
    for (name, lines) in groups {
        session.literal(name, &lines.join(", "));
    }
    let tokens = [session.emulator.access_token(), session.emulator.refresh_token()].join(" ");
    session.literal("tokens", &tokens);
}

/// Every list with every status, and every object that it shows.
async fn assets(session: &mut Session) {
    let about = read(&session.call("GET", "", None).await);
    // The version of the crate stands in the answer itself.
    session.lines.truncate(session.lines.trim_end().rfind('\n').unwrap() + 1);
    let operations = about["operations"].as_array().unwrap();
    let known = |id: &str| {
        id.split_once('.').is_some_and(|(section, rest)| {
            section != "ledger" || FAMILIES.contains(&rest.split('.').next().unwrap_or_default())
        })
    };
    let mut served: Vec<String> = operations
        .iter()
        .filter(|it| it["id"].as_str().is_some_and(known))
        .map(|it| {
            let new = |name: &&Value| (it["id"].as_str(), name.as_str()) == NEW_PARAMETER;
            let query = it["query"].as_array().unwrap().iter().filter(|name| !new(name));
            let query: Vec<_> = query.map(Value::to_string).collect();
            format!("{} {} {} {}", it["id"], it["method"], it["path"], query.join(" "))
        })
        .collect();
    served.sort();
    session.note("the operations, by id", &served.join("\n"));
    let path = |id: &str| {
        let found = operations.iter().find(|it| it["id"] == id)?;
        Some((found["path"].as_str()?.to_owned(), found["query"][0].as_str().map(str::to_owned)))
    };
    for family in FAMILIES {
        let (list, first) = path(&format!("ledger.{family}.list")).unwrap();
        let answer = session.call("GET", &list, None).await;
        if first.as_deref() == Some("status") {
            session.call("GET", &format!("{list}?status=all"), None).await;
        }
        if family == "campaign" || family == "trafficsource-category" {
            session.call("GET", &format!("{list}?includeChilds=true"), None).await;
        }
        let Some((by_id, Some(parameter))) = path(&format!("ledger.{family}.find-by-id")) else {
            continue;
        };
        for object in read(&answer).as_array().unwrap() {
            let id = object[&parameter].as_str().unwrap();
            session.call("GET", &format!("{by_id}?{parameter}={id}"), None).await;
        }
    }
}

async fn reports(session: &mut Session) {
    let list = read(&session.call("GET", "/reporting/attributes", None).await);
    for name in list.as_array().unwrap() {
        let mut attribute = json!({"attribute": name});
        if name == "URL Tracking Field" {
            attribute["whitelistFilters"] = json!(["{\"c1\":\"*\"}"]);
        }
        let body = ranged(json!({"attributes": [attribute], "filters": []}));
        session.call("POST", "/reporting/drilldown", Some(body)).await;
    }
    let by = json!([
        {"attribute": "Third Parties: Traffic Source"}, {"attribute": "Element: Funnel"},
        {"attribute": "Time: 1-Hour Blocks"}
    ]);
    let filters = json!([{"attribute": "Location: Country", "blacklistFilters": ["DE"]}]);
    let body = ranged(json!({"attributes": by, "filters": filters}));
    session.call("POST", "/reporting/drilldown", Some(body)).await;
    let body = ranged(json!({"attributes": [{"attribute": "Element: Offer"}], "filters": []}));
    let answer = session.call("POST", "/reporting/drilldown", Some(body)).await;
    session.literal("the first offer", &read(&answer)["rows"][0].to_string());
    let page = |start: usize| {
        ranged(json!({
            "includeHits": true, "includeClicks": true, "includeConversions": true,
            "pagingStart": start, "pagingLength": 1000
        }))
    };
    session.call("POST", "/reporting/hits", Some(page(1000))).await;
    let events = read(&session.call("POST", "/reporting/hits", Some(page(0))).await);
    let event = &events["rows"][0];
    session.literal("the newest event", &event.to_string());
    let visitor = ranged(json!({"visitorId": event["visitorId"]}));
    session.call("POST", "/reporting/explorer/visitor", Some(visitor)).await;
    for operation in ["visitor", "hit"] {
        let body = json!({"hitId": event["hitId"]});
        session.call("POST", &format!("/reporting/explorer/{operation}"), Some(body)).await;
    }
    for log in ["postback", "webhook/summary", "middleware/summary"] {
        session.call("POST", &format!("/reporting/logs/{log}"), Some(ranged(json!({})))).await;
    }
    let body = ranged(json!({"restrictToCountryCodes": ["DE"]}));
    session.call("POST", "/reporting/update/reset", Some(body)).await;
}

/// What the server writes into objects, and makes of ids of its own.
async fn writes(session: &mut Session) {
    let id = |text: &str| text.to_owned();
    let category = json!({"idCategory": "2nIemJx00001", "categoryName": "Mine", "categoryType": "offersources"});
    session.call("POST", "/category/save", Some(category)).await;
    let source = json!({
        "offerSourceName": "One", "idOfferSource": "2nIemJx00002", "x": [1.50, {"y": null}],
        "idCategory": "2nIemJx00001"
    });
    session.call("POST", "/offersource/save", Some(source)).await;
    session.call("GET", "/offersource/find/byCategory?idCategory=2nIemJx00001", None).await;
    let script = json!({
        "idLogicScript": "2nIemJx00003", "logicScriptName": " Script ", "code": "return 1;"
    });
    session.call("POST", "/logicscript/save", Some(script)).await;
    let funnel = session.emulator.account().funnels().next().map(|it| id(it.id())).unwrap();
    let group = session.emulator.account().funnel_groups().nth(1).map(|it| id(it.id())).unwrap();
    let copy = json!({"parentId": group, "bodyUpdates": {"canvasWidth": 7}});
    let copy = session
        .call("POST", &format!("/campaign/funnel/duplicate?idFunnel={funnel}"), Some(copy))
        .await;
    let copy = read(&copy)["idFunnel"].as_str().map(id).unwrap();
    session.call("GET", &format!("/campaign/funnel/find/byId?idFunnel={copy}"), None).await;
    session.call("PUT", &format!("/campaign/funnel/archive?idFunnel={copy}"), None).await;
    let body = json!({"ids": ["2nIemJx00002"], "idCategory": ""});
    session.call("PUT", "/offersource/move", Some(body)).await;
    session.call("PUT", "/offersource/archive", Some(json!({"ids": ["2nIemJx00002"]}))).await;
    session.call("DELETE", "/offersource/delete?idOfferSource=2nIemJx00002", None).await;
    session.call("GET", "/offersource/list?status=all", None).await;
    session.call("POST", "/billing/domains", Some(json!({"domain": "go.example.com"}))).await;
    session.call("GET", "/billing/domains", None).await;
    let segments =
        json!([{"cost": "12.34", "costType": "wholeSegment", "restrictToCountryCode": "US"}]);
    let body = ranged(json!({"funnelIDs": [], "trafficSourceIDs": [], "costSegments": segments}));
    session.call("PUT", "/reporting/update/cost", Some(body)).await;
    let saved = session.emulator.snapshot();
    session.note("the snapshot while a cost waits", &saved);
    session.emulator.advance(Duration::from_secs(60));
    let by = json!([{"attribute": "Location: Country"}]);
    let body = ranged(json!({"attributes": by, "filters": []}));
    session.call("POST", "/reporting/drilldown", Some(body)).await;
    let saved = session.emulator.snapshot();
    session.note("the snapshot after it", &saved);
}

#[tokio::test]
async fn a_seed_gives_the_bytes_it_always_gave() {
    let mut lines = String::new();
    for seed in [1, 2] {
        let mut session = Session::start(seed).await;
        account(&mut session).await;
        assets(&mut session).await;
        reports(&mut session).await;
        writes(&mut session).await;
        lines.push_str(&session.lines);
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/answers.txt");
    if std::env::var_os("GOLDEN").is_some_and(|it| it == "write") {
        std::fs::write(path, &lines).unwrap();
    }
    let golden = std::fs::read_to_string(path).unwrap();
    let changed: Vec<_> =
        golden.lines().zip(lines.lines()).filter(|(old, new)| old != new).collect();
    assert!(changed.is_empty(), "{} lines differ, the first: {:#?}", changed.len(), changed[0]);
    assert_eq!(golden.lines().count(), lines.lines().count());
}

#[tokio::test]
async fn a_snapshot_of_an_earlier_release_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/golden/snapshot.json");
    let text = std::fs::read_to_string(path).unwrap();
    let emulator = Emulator::builder().snapshot(text.as_str()).build().unwrap();
    assert_eq!(emulator.snapshot(), text.trim_end());
}
