//! References of objects, and the rules of their members.

use super::*;

const ID: &str = "2nIemJxCKbFX";
const NODE: &str = "2nIemJxNode1";
const NODE_2: &str = "2nIemJxNode2";
const NOBODY: &str = "2nIemJxNobdy";

/// An object that is refused, and words of the refusal.
async fn refused(emulator: &Emulator, path: &str, body: Value, words: &[&str]) {
    let answer = post(emulator, path, body.clone()).await;
    assert_eq!(answer.status, 400, "{body}: {}", answer.text);
    for word in words {
        assert!(answer.message().contains(word), "{word} in {}", answer.message());
    }
}

fn seeded(emulator: &Emulator) -> [String; 3] {
    let account = emulator.account();
    [
        account.funnel_groups().next().unwrap().id().to_owned(),
        account.offers().next().unwrap().id().to_owned(),
        account.funnels().next().unwrap().id().to_owned(),
    ]
}

#[tokio::test]
async fn references_to_nothing_are_refused() {
    let emulator = builder().build().unwrap();
    let [group, ..] = seeded(&emulator);
    let page = |rest: Value| {
        let mut page = json!({"idPage": ID, "pageName": "P", "pageType": "offer"});
        page.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        page
    };
    let funnel = |rest: Value| {
        let mut funnel = json!({"idFunnel": ID, "funnelName": "F", "idFunnelGroup": group});
        funnel.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        funnel
    };
    let node = |rest: Value| {
        let mut node = json!({"idNode": NODE});
        node.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
        json!({"nodes": [node]})
    };
    let save = "/campaign/funnel/save";
    for (path, body, words) in [
        (
            "/page/save",
            page(json!({"offerParams": {"idOfferSource": NOBODY}})),
            ["`offerParams.idOfferSource`", "no such offer source"],
        ),
        ("/page/save", page(json!({"idCategory": NOBODY})), ["`idCategory`", "no such category"]),
        ("/page/save", page(json!({"idCategory": null})), ["`idCategory` is null", "empty string"]),
        (
            save,
            funnel(json!({"idFunnelGroup": NOBODY})),
            ["`idFunnelGroup`", "no such funnel group"],
        ),
        (
            save,
            funnel(json!({"idFunnelGroup": ""})),
            ["`idFunnelGroup` is missing", "funnel group"],
        ),
        (
            save,
            funnel(json!({"idCampaign": NOBODY})),
            ["`idFunnelGroup` is", "expected the same in both"],
        ),
        (
            save,
            funnel(node(json!({"nodePageParams": {"idPage": NOBODY}}))),
            ["`nodes[0].nodePageParams.idPage`", "no such page"],
        ),
        (
            save,
            funnel(node(json!({"nodeMiddlewareRefParams": {"idMiddlewareConfig": NOBODY}}))),
            ["`nodes[0].nodeMiddlewareRefParams.idMiddlewareConfig`", "no such middleware config"],
        ),
        (
            save,
            funnel(node(json!({"nodeWebhookRefParams": {"idWebhookConfig": NOBODY}}))),
            ["`nodes[0].nodeWebhookRefParams.idWebhookConfig`", "no such webhook config"],
        ),
        (
            save,
            funnel(json!({"incomingTrafficCostOverrides": {NOBODY: "0.1"}})),
            [NOBODY, "no such traffic source"],
        ),
        (
            "/campaign/funnel/condition/save",
            json!({"idCondition": ID, "conditionName": "C", "restrictToFunnelId": NOBODY}),
            ["`restrictToFunnelId`", "no such funnel"],
        ),
    ] {
        refused(&emulator, path, body, &words).await;
    }
}

#[tokio::test]
async fn a_funnels_graph_hangs_together() {
    let emulator = builder().build().unwrap();
    let [group, ..] = seeded(&emulator);
    let funnel = |nodes: Value, connections: Value| {
        json!({"idFunnel": ID, "funnelName": "F", "idFunnelGroup": group, "nodes": nodes,
            "connections": connections})
    };
    let nodes = json!([{"idNode": NODE}, {"idNode": NODE_2}]);
    let edge = |to: &str| json!([{"idConnection": "2nIemJxEdge1", "idSourceNode": NODE, "idTargetNode": to}]);
    let save = "/campaign/funnel/save";
    for (body, words) in [
        (funnel(json!([{"idNode": "n1"}]), json!([])), ["`nodes[0].idNode` is \"n1\"", "12"]),
        (funnel(json!([{}]), json!([])), ["`nodes[0].idNode` is null", "12"]),
        (
            funnel(json!([{"idNode": NODE}, {"idNode": NODE}]), json!([])),
            ["`nodes[1].idNode`", "once"],
        ),
        (
            funnel(json!([{"idNode": NODE, "idFunnel": NOBODY}]), json!([])),
            ["`nodes[0].idFunnel`", ID],
        ),
        (
            funnel(nodes.clone(), edge(NOBODY)),
            ["`connections[0].idTargetNode`", "a node of this funnel"],
        ),
    ] {
        refused(&emulator, save, body, &words).await;
    }
    let created = post(&emulator, save, funnel(nodes, edge(NODE_2))).await;
    assert_eq!(created.status, 200, "{}", created.text);
    assert_eq!(created.json["owner"], emulator.account().user_id());
}

#[tokio::test]
async fn documented_ranges_hold() {
    let emulator = builder().build().unwrap();
    let source = |name: &str, value: Value| {
        let mut source = json!({"idTrafficSource": ID, "trafficSourceName": "T"});
        source.as_object_mut().unwrap().insert(name.to_owned(), value);
        source
    };
    for (name, value, right) in [
        ("incomingCostModifier", json!(500.5), "0 to 500"),
        ("outgoingRevenueModifier", json!(-1), "0 to 500"),
        ("outgoingPostbackProbability", json!(101), "0 to 100"),
        ("outgoingPostbackProbability", json!("50"), "0 to 100"),
        ("trackingFieldSlots", json!({"c21": {}}), "c1 to c20"),
        ("trackingFieldSlots", json!({"c01": {}}), "c1 to c20"),
        ("trafficSourceName", json!(7), "a string"),
        ("idTrafficSource", json!(7), "a string"),
    ] {
        refused(&emulator, "/trafficsource/save", source(name, value), &[name, right]).await;
    }
    let edge = source("incomingCostModifier", json!(500));
    assert_eq!(post(&emulator, "/trafficsource/save", edge).await.status, 200);
    let category = json!({"idCategory": ID, "categoryName": "C", "categoryType": "offersource"});
    refused(&emulator, "/category/save", category, &["\"offersource\"", "offersources"]).await;
}

#[tokio::test]
async fn an_object_in_use_cannot_be_deleted() {
    let emulator = builder().build().unwrap();
    let [group, offer, funnel] = seeded(&emulator);
    for path in [
        format!("/funnelgroup/delete?idFunnelGroup={group}"),
        format!("/page/delete?idPage={offer}"),
    ] {
        let refused = call(&emulator, Method::DELETE, &path, None).await;
        assert_eq!(refused.status, 409, "{path}");
        assert!(refused.message().contains("still in use"), "{}", refused.message());
        assert!(refused.message().contains(&funnel), "{}", refused.message());
    }
    // A funnel takes its own conditions with it.
    let condition = json!({"idCondition": ID, "conditionName": "C", "restrictToFunnelId": funnel});
    assert_eq!(post(&emulator, "/campaign/funnel/condition/save", condition).await.status, 200);
    let path = format!("/campaign/funnel/delete?idFunnel={funnel}");
    assert_eq!(call(&emulator, Method::DELETE, &path, None).await.status, 200);
    let path = format!("/campaign/funnel/condition/find/byId?idCondition={ID}");
    assert_eq!(get(&emulator, &path).await.json["status"], "deleted");
}

#[tokio::test]
async fn a_save_cannot_invalidate_references_of_others() {
    let emulator = builder().build().unwrap();
    let [_, offer, funnel] = seeded(&emulator);
    let other = emulator.account().funnels().nth(1).unwrap().id().to_owned();
    let read = async |path: &str| get(&emulator, path).await.json;
    let condition = |funnel: &str| json!({"idCondition": ID, "conditionName": "C", "restrictToFunnelId": funnel});
    let conditions = "/campaign/funnel/condition/save";
    assert_eq!(post(&emulator, conditions, condition("")).await.status, 200);
    let mut user = read(&format!("/campaign/funnel/find/byId?idFunnel={other}")).await;
    user["nodes"].as_array_mut().unwrap().push(json!({"idNode": NODE, "idFunnel": other,
        "nodeType": "condition", "nodeConditionParams": {"idCondition": ID}}));
    assert_eq!(put(&emulator, "/campaign/funnel/save", user.clone()).await.status, 200);
    let refused = put(&emulator, conditions, condition(&funnel)).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    for word in ["`restrictToFunnelId`", &funnel, &other, "nodeConditionParams.idCondition"] {
        assert!(refused.message().contains(word), "{word}: {}", refused.message());
    }
    // To the one funnel that uses it, it may be restricted.
    assert_eq!(put(&emulator, conditions, condition(&other)).await.status, 200);
    assert_eq!(put(&emulator, conditions, condition("")).await.status, 200);
    assert_eq!(put(&emulator, "/campaign/funnel/save", user).await.status, 200);

    let category = |of: &str| json!({"idCategory": ID, "categoryName": "C", "categoryType": of});
    assert_eq!(post(&emulator, "/category/save", category("offer")).await.status, 200);
    // It has no reference yet.
    assert_eq!(put(&emulator, "/category/save", category("lander")).await.status, 200);
    assert_eq!(put(&emulator, "/category/save", category("offer")).await.status, 200);
    let mut page = read(&format!("/page/find/byId?idPage={offer}")).await;
    page["idCategory"] = json!(ID);
    assert_eq!(put(&emulator, "/page/save", page.clone()).await.status, 200);
    let refused = put(&emulator, "/category/save", category("lander")).await;
    assert_eq!(refused.status, 400, "{}", refused.text);
    for word in ["`categoryType` is \"lander\"", &offer, "`idCategory`"] {
        assert!(refused.message().contains(word), "{word}: {}", refused.message());
    }
    assert_eq!(put(&emulator, "/page/save", page).await.status, 200);
}

#[tokio::test]
async fn funnel_groups_are_the_same_under_both_roots_and_spellings() {
    let emulator = builder().build().unwrap();
    let created =
        post(&emulator, "/campaign/save", json!({"idCampaign": ID, "campaignName": "One"})).await;
    assert_eq!(created.status, 200, "{}", created.text);
    let found = get(&emulator, &format!("/funnelgroup/find/byId?idFunnelGroup={ID}")).await;
    assert_eq!(found.text, created.text);
    let [group, ..] = seeded(&emulator);
    let path = format!("/campaign/find/byId?idFunnelGroup={group}");
    let mut seeded = get(&emulator, &path).await.json;
    // One spelling is changed: the other follows.
    seeded["campaignName"] = json!("Two");
    let saved = put(&emulator, "/funnelgroup/save", seeded.clone()).await;
    assert_eq!(saved.json["funnelGroupName"], "Two");
    seeded["funnelGroupName"] = json!("Three");
    seeded["campaignName"] = json!("Four");
    let refused = put(&emulator, "/funnelgroup/save", seeded).await;
    assert!(refused.message().contains("the same in both"), "{}", refused.message());
}

#[tokio::test]
async fn a_logic_script_has_a_trimmed_name_an_owner_and_the_hash_of_its_code() {
    let emulator = builder().build().unwrap();
    let script = |code: String| {
        json!({"idLogicScript": ID, "logicScriptName": "  Tiers ", "code": code,
            "codeHash": "mine", "owner": "me"})
    };
    let created = post(&emulator, "/logicscript/save", script("abc".into())).await;
    assert_eq!(created.json["logicScriptName"], "Tiers");
    assert_eq!(created.json["owner"], emulator.account().user_id());
    assert_eq!(created.json["status"], "active");
    // The published test vector of SHA-256.
    let hash = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    assert_eq!(created.json["codeHash"], hash);
    let list = get(&emulator, "/logicscript/list").await.json;
    assert_eq!(list[0]["codeHash"], hash);
    assert!(list[0].get("code").is_none());
    let fits = script("x".repeat(10 * 1024));
    assert_eq!(put(&emulator, "/logicscript/save", fits).await.status, 200);
    let mut long = script("x".repeat(10 * 1024 + 1));
    long["idLogicScript"] = json!(NOBODY);
    refused(&emulator, "/logicscript/save", long, &["`code`", "10241", "10240"]).await;
}

#[tokio::test]
async fn everything_that_is_wrong_with_one_object_is_said_at_once() {
    let emulator = builder().build().unwrap();
    let funnel = json!({"idFunnel": ID, "funnelName": "", "status": "gone",
        "nodes": [{"idNode": NODE, "idFunnel": NOBODY}, {"idNode": "n2",
            "nodePageParams": {"idPage": NOBODY}}],
        "connections": [{"idConnection": NODE, "idSourceNode": NODE, "idTargetNode": "n2"},
            {"idConnection": NODE, "idSourceNode": NODE, "idTargetNode": NODE_2}]});
    refused(
        &emulator,
        "/campaign/funnel/save",
        funnel,
        &[
            "8 things are wrong: (1) `funnelName` is empty",
            "(2) `idFunnelGroup` is missing",
            "(3) `status` is \"gone\"",
            "(4) `nodes[0].idFunnel`",
            "(5) `nodes[1].idNode` is \"n2\"",
            "(6) `connections[1].idConnection`",
            "(7) `connections[1].idTargetNode`",
            "(8) `nodes[1].nodePageParams.idPage`",
        ],
    )
    .await;
    let config = json!({"idMiddlewareConfig": ID, "middlewareConfigName": "M", "timeoutMs": 0,
        "routes": [{"idRoute": "Yes", "priority": 256}],
        "destination": {"hmacSecret": "********", "hasBasicAuthPassword": true}});
    refused(
        &emulator,
        "/middlewareconfig/save",
        config,
        &[
            "6 things are wrong: (1) `timeoutMs` is 0",
            "(2) `routes[0].idRoute` is \"Yes\"",
            "(3) `routes[0].priority` is 256",
            "(4) `routes` has 0 default routes",
            "(5) `destination.hasBasicAuthPassword` is true, but no secret",
            "(6) `destination.hmacSecret` is the placeholder",
        ],
    )
    .await;
    // One alone is said as ever.
    let page = json!({"idPage": ID, "pageName": "P", "numberOfActions": 65});
    let alone = post(&emulator, "/page/save", page).await;
    let right = "`numberOfActions` is 65; expected a whole number from 1 to 64";
    assert_eq!(alone.message(), right);
}
