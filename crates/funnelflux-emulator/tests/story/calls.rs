//! Webhooks and middleware are called by the traffic, along the ways that the funnels show.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

const WEBHOOKS: &str = "/reporting/logs/webhook/summary";
const MIDDLEWARE: &str = "/reporting/logs/middleware/summary";

fn within(start: &str, end: &str) -> Value {
    json!({"timeStart": start, "timeEnd": end})
}

fn day() -> Value {
    within("2023-10-12T00:00:00+02:00", "2023-10-12T23:59:59+02:00")
}

/// The summary of a range by the id of the config.
async fn summary(emulator: &Emulator, path: &str, range: Value) -> BTreeMap<String, Value> {
    let id = if path == WEBHOOKS { "idWebhookConfig" } else { "idMiddlewareConfig" };
    let answer = post(emulator, path, range).await;
    let row = |row: &Value| (row[id].as_str().unwrap().to_owned(), row.clone());
    answer.rows().iter().map(row).collect()
}

/// One metric of a range by the id of the funnel.
async fn by_funnel(emulator: &Emulator, range: &Value, metric: &str) -> BTreeMap<String, u64> {
    let mut body = sample();
    body["timeStart"] = range["timeStart"].clone();
    body["timeEnd"] = range["timeEnd"].clone();
    body["attributes"] = json!([{"attribute": "Element: Funnel"}]);
    let answer = drilldown(emulator, body).await;
    let id = |row: &Value| row["attributes"][0]["id"].as_str().unwrap().to_owned();
    answer.rows().iter().map(|row| (id(row), row[metric].as_u64().unwrap())).collect()
}

/// The objects of the funnels, as the ledger has them.
async fn funnels(emulator: &Emulator) -> Vec<Value> {
    let ids: Vec<&str> = emulator.account().funnels().map(|funnel| funnel.id()).collect();
    let path = format!("/campaign/funnel/find/byIds?idFunnels={}", ids.join(","));
    let found = get(emulator, &path).await.json.as_array().unwrap().clone();
    assert_eq!(found.len(), ids.len());
    found
}

fn items<'v>(funnel: &'v Value, member: &str) -> &'v [Value] {
    funnel[member].as_array().unwrap()
}

/// The funnels that have a node of that config in them, by the config.
fn callers(funnels: &[Value], pointer: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut callers: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for funnel in funnels {
        for node in items(funnel, "nodes") {
            if let Some(config) = node.pointer(pointer) {
                let own = funnel["idFunnel"].as_str().unwrap().to_owned();
                callers.entry(config.as_str().unwrap().to_owned()).or_default().insert(own);
            }
        }
    }
    callers
}

#[tokio::test]
async fn the_calls_are_the_clicks_and_views_of_the_funnels_that_have_the_node() {
    let emulator = builder().build().unwrap();
    let funnels = funnels(&emulator).await;
    for (path, pointer, metric) in [
        (WEBHOOKS, "/nodeWebhookRefParams/idWebhookConfig", "landerClicks"),
        (MIDDLEWARE, "/nodeMiddlewareRefParams/idMiddlewareConfig", "offerViews"),
    ] {
        let callers = callers(&funnels, pointer);
        for range in [day(), within("2023-10-12T07:00:00Z", "2023-10-12T09:30:00Z")] {
            let rows = summary(&emulator, path, range.clone()).await;
            assert_eq!(rows.keys().collect::<Vec<_>>(), callers.keys().collect::<Vec<_>>());
            let passed = by_funnel(&emulator, &range, metric).await;
            let visits = by_funnel(&emulator, &day(), "visits").await;
            for (id, row) in rows {
                let of = |counts: &BTreeMap<String, u64>| -> u64 {
                    callers[&id].iter().map(|funnel| counts[funnel]).sum()
                };
                let count = |name: &str| row[name].as_u64().unwrap();
                assert_eq!(count("requests"), of(&passed), "{row}");
                assert!(count("requests") > 0 && count("requests") <= of(&visits), "{row}");
                assert_eq!(count("successes") + count("failures"), count("requests"));
                let latency = row["averageLatencyMs"].as_f64();
                if path == MIDDLEWARE {
                    assert!((100.0..1_500.0).contains(&latency.unwrap()), "{row}");
                } else {
                    assert_eq!(latency, None, "a visit does not wait for a webhook");
                }
            }
        }
    }
}

#[tokio::test]
async fn some_calls_fail_and_middleware_fails_by_timeout() {
    let emulator = builder().build().unwrap();
    let month = within("2023-10-01T00:00:00Z", "2023-10-31T23:59:59Z");
    let hooks = summary(&emulator, WEBHOOKS, month.clone()).await;
    assert!(hooks.values().all(|row| row["failures"].as_u64().unwrap() > 0), "{hooks:?}");
    let rows = summary(&emulator, MIDDLEWARE, month).await;
    for (id, row) in rows {
        let path = format!("/middlewareconfig/find/byId?idMiddlewareConfig={id}");
        let timeout = get(&emulator, &path).await.json["timeoutMs"].as_u64().unwrap();
        // On the way to an offer a visitor is for no more than 1.5 seconds.
        assert_eq!(row["failures"].as_u64().unwrap() > 0, timeout < 1_500, "{row}");
    }
}

#[tokio::test]
async fn the_parts_of_a_range_add_up_and_the_future_has_no_calls() {
    let emulator = builder().build().unwrap();
    for path in [WEBHOOKS, MIDDLEWARE] {
        let whole = summary(&emulator, path, day()).await;
        let mut parts = Vec::new();
        for (start, end) in [
            ("2023-10-12T00:00:00+02:00", "2023-10-12T07:59:59+02:00"),
            ("2023-10-12T08:00:00+02:00", "2023-10-12T08:00:00+02:00"),
            ("2023-10-12T08:00:01+02:00", "2023-10-12T23:59:59+02:00"),
        ] {
            parts.push(summary(&emulator, path, within(start, end)).await);
        }
        for (id, row) in &whole {
            for count in ["requests", "successes", "failures"] {
                let sum: u64 = parts.iter().map(|part| part[id][count].as_u64().unwrap()).sum();
                assert_eq!(row[count].as_u64().unwrap(), sum, "{path} {count}");
            }
        }
        let tomorrow = within("2023-11-15T00:00:00Z", "2023-11-15T23:59:59Z");
        for row in summary(&emulator, path, tomorrow).await.values() {
            assert_eq!(row["requests"], 0, "{row}");
        }
    }
}

#[tokio::test]
async fn deleted_visits_take_their_calls_with_them() {
    let emulator = builder().update_delay(Duration::ZERO).build().unwrap();
    // The visits of the day before may still click on this one.
    let evening = within("2023-10-12T12:00:00+02:00", "2023-10-12T23:59:59+02:00");
    let before = summary(&emulator, WEBHOOKS, evening.clone()).await;
    assert!(before.values().all(|row| row["requests"].as_u64().unwrap() > 0));
    call(&emulator, Method::DELETE, "/reporting/update/reset", Some(day())).await;
    for path in [WEBHOOKS, MIDDLEWARE] {
        for row in summary(&emulator, path, evening.clone()).await.values() {
            assert_eq!(row["requests"], 0, "{row}");
        }
    }
}

#[tokio::test]
async fn a_config_without_calls_has_a_row_of_zeros_under_its_present_name() {
    let emulator = builder().build().unwrap();
    let id = "2nIemJxCKbFX";
    let body = json!({"idMiddlewareConfig": id, "middlewareConfigName": "M"});
    post(&emulator, "/middlewareconfig/save", body).await;
    let zeros = json!({"idMiddlewareConfig": id, "middlewareConfigName": "M", "requests": 0,
        "successes": 0, "failures": 0, "averageLatencyMs": 0});
    assert_eq!(summary(&emulator, MIDDLEWARE, day()).await[id], zeros);

    let known = emulator.account().webhook_configs().next().unwrap().id().to_owned();
    let path = format!("/webhookconfig/find/byId?idWebhookConfig={known}");
    let mut config = get(&emulator, &path).await.json;
    config["webhookConfigName"] = json!("Renamed");
    assert_eq!(put(&emulator, "/webhookconfig/save", config).await.status, 200);
    assert_eq!(summary(&emulator, WEBHOOKS, day()).await[&known]["webhookConfigName"], "Renamed");
}

#[tokio::test]
async fn a_config_in_a_funnel_cannot_be_deleted() {
    let emulator = builder().build().unwrap();
    let hook = emulator.account().webhook_configs().next().unwrap().id();
    let middleware = emulator.account().middleware_configs().next().unwrap().id();
    for path in [
        format!("/webhookconfig/delete?idWebhookConfig={hook}"),
        format!("/middlewareconfig/delete?idMiddlewareConfig={middleware}"),
    ] {
        let refused = call(&emulator, Method::DELETE, &path, None).await;
        assert_eq!(refused.status, 409, "{}", refused.text);
        assert!(refused.message().contains("RefParams.id"), "{}", refused.message());
    }
}

/// The rules that the vendor's editor enforces (sibling), and those of middleware (documented).
#[tokio::test]
async fn the_seeded_funnels_are_ones_that_the_editor_would_take() {
    let emulator = builder().build().unwrap();
    for funnel in funnels(&emulator).await {
        let nodes: BTreeMap<&str, &Value> =
            items(&funnel, "nodes").iter().map(|it| (it["idNode"].as_str().unwrap(), it)).collect();
        let connections = items(&funnel, "connections");
        let end = |edge: &Value, name: &str| edge[name].as_str().unwrap().to_owned();
        let mut seen = BTreeSet::new();
        for edge in connections {
            let (source, target) = (end(edge, "idSourceNode"), end(edge, "idTargetNode"));
            assert_ne!(source, target);
            assert_ne!(nodes[target.as_str()]["nodeType"], "root");
            let trigger =
                ["connectionPageParams", "connectionRotatorParams", "connectionMiddlewareParams"]
                    .map(|name| edge[name].to_string());
            assert!(seen.insert((source, target, trigger)), "twice: {edge}");
        }
        let roots = nodes.values().filter(|node| node["nodeType"] == "root").count();
        assert_eq!(roots, 1);
        for (id, node) in &nodes {
            let out: Vec<&Value> =
                connections.iter().filter(|edge| edge["idSourceNode"] == *id).collect();
            let reached = connections.iter().any(|edge| edge["idTargetNode"] == *id);
            assert!(reached || node["nodeType"] == "root", "{node}");
            for axis in ["posX", "posY"] {
                assert!((0.0..=1.0).contains(&node[axis].as_f64().unwrap()), "{node}");
            }
            match node["nodeType"].as_str().unwrap() {
                "root" | "rotator" => {
                    let weight =
                        |edge: &&Value| edge["connectionRotatorParams"]["weight"].as_f64().unwrap();
                    let sum: f64 = out.iter().map(weight).sum();
                    assert!((sum - 1.0).abs() < 1e-9, "{sum}");
                }
                "lander" => {
                    let page = node["nodePageParams"]["idPage"].as_str().unwrap();
                    let page = get(&emulator, &format!("/page/find/byId?idPage={page}")).await.json;
                    let actions: BTreeSet<u64> = out
                        .iter()
                        .map(|edge| {
                            edge["connectionPageParams"]["onActionNumber"].as_u64().unwrap()
                        })
                        .collect();
                    let all = 1..=page["numberOfActions"].as_u64().unwrap();
                    assert_eq!(actions, all.collect(), "each action leads on");
                }
                "offer" => assert!(out.is_empty()),
                "webhook" => assert_eq!(out.len(), 1, "it is passed through"),
                "middleware" => {
                    let config =
                        node["nodeMiddlewareRefParams"]["idMiddlewareConfig"].as_str().unwrap();
                    let path = format!("/middlewareconfig/find/byId?idMiddlewareConfig={config}");
                    let config = get(&emulator, &path).await.json;
                    let routes: BTreeSet<&str> = items(&config, "routes")
                        .iter()
                        .map(|route| route["idRoute"].as_str().unwrap())
                        .collect();
                    let connected: BTreeSet<&str> = out
                        .iter()
                        .map(|edge| {
                            edge["connectionMiddlewareParams"]["onRouteId"].as_str().unwrap()
                        })
                        .collect();
                    assert_eq!(connected, routes, "every route is connected, the default too");
                    assert_eq!(out.len(), routes.len());
                }
                other => panic!("{other}"),
            }
        }
    }
}
