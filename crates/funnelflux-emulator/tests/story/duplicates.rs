//! Copies.

use std::collections::HashSet;

use super::ledger::{Family, families};
use super::*;

const ID: &str = "2nIemJxCKbFX";
const NO_BODY: &str = "{}";

#[tokio::test]
async fn a_copy_differs_from_its_original_by_id_and_name_only() {
    let once = |it: &&Family| !["category", "visitortag"].contains(&it.operation);
    for family in families().iter().filter(once) {
        let emulator = builder().build().unwrap();
        let text = family.text(&emulator, ID, "First");
        let made = send_text(&emulator, Method::POST, &family.path("save"), &text).await;
        let parent = emulator.account().funnel_groups().next().unwrap().id();
        let mut body = json!({"name": "Copy"});
        if family.operation == "funnel" {
            body["parentId"] = json!(parent);
        }
        let path = family.path(&format!("duplicate?{}={ID}", family.id));
        let answer = post(&emulator, &path, body).await;
        assert_eq!(answer.status, 200, "{}: {}", family.operation, answer.text);
        let id = answer.json[family.id].as_str().unwrap();
        assert_eq!(answer.json[family.name], "Copy");
        id.parse::<funnelflux_id::Id<()>>().unwrap();
        assert_ne!(id, ID);
        let copy = get(&emulator, &family.path(&format!("find/byId?{}={id}", family.id))).await;
        let expected = made.text.replace(ID, id).replace("\"First\"", "\"Copy\"");
        let copied = match expected.contains("\"status\"") {
            true => copy.text,
            false => {
                assert_eq!(copy.json["status"], "active");
                funnelflux_json::remove(&copy.text, &["status"]).unwrap().unwrap()
            }
        };
        assert_eq!(copied, expected, "{}", family.operation);
    }
}

#[tokio::test]
async fn without_a_name_the_copy_gets_the_time_behind_the_old_one() {
    let emulator = builder().build().unwrap();
    let source = emulator.account().offer_sources().next().unwrap();
    let path = format!("/offersource/duplicate?idOfferSource={}", source.id());
    let (first, second) = (
        send_text(&emulator, Method::POST, &path, NO_BODY).await,
        call(&emulator, Method::POST, &path, None).await,
    );
    assert_eq!(first.json["offerSourceName"], format!("{} - {NOW}.1", source.name()));
    assert_ne!(first.json["idOfferSource"], second.json["idOfferSource"]);
    let path = "/offersource/duplicate?idOfferSource=2nIemJxNobdy";
    assert_eq!(post(&emulator, path, json!({})).await.status, 404);
}

#[tokio::test]
async fn overrides_are_merged_as_they_are_spelled_and_protected_ones_are_not() {
    let emulator = builder().build().unwrap();
    let offer = emulator.account().offers().next().unwrap().id().to_owned();
    let path = format!("/page/duplicate?idPage={offer}");
    let body = r#"{"name": "Copy", "bodyUpdates": {"baseURL": "https://new.example/", "price": 1.50,
        "idPage": "2nIemJxCKbFX", "status": "archived", "owner": "me", "meta": {"mine": 1}}}"#;
    let answer = send_text(&emulator, Method::POST, &path, body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.json["idPage"].as_str().unwrap();
    assert_ne!(id, ID);
    let copy = get(&emulator, &format!("/page/find/byId?idPage={id}")).await;
    assert_eq!(copy.json["baseURL"], "https://new.example/");
    let original = get(&emulator, &format!("/page/find/byId?idPage={offer}")).await.json;
    assert_eq!(copy.json["status"], "active");
    assert_eq!((&copy.json["owner"], &copy.json["meta"]), (&Value::Null, &original["meta"]));
    assert!(copy.text.contains("\"price\":1.50"), "{}", copy.text);
    for (body, words) in [
        (json!({"bodyUpdates": []}), "`bodyUpdates`"),
        (json!({"parentId": "x"}), "`parentId` is \"x\""),
        (json!({"parentId": "2nIemJxNobdy"}), "no such category"),
        (json!({"title": "x"}), "`title`"),
        (json!({"bodyUpdates": {"pageType": "page"}}), "one of `lander`, `offer`"),
    ] {
        let refused = post(&emulator, &path, body).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.message().contains(words), "{words}: {}", refused.message());
    }
}

#[tokio::test]
async fn a_copied_script_takes_documented_overrides_only() {
    let emulator = builder().build().unwrap();
    let script = json!({"idLogicScript": ID, "logicScriptName": "S", "code": "abc"});
    let original = post(&emulator, "/logicscript/save", script).await;
    let body = json!({"name": " Copy ", "bodyUpdates": {"description": "d", "code": "evil"}});
    let path = format!("/logicscript/duplicate?idLogicScript={ID}");
    let answer = post(&emulator, &path, body).await;
    let id = answer.json["idLogicScript"].as_str().unwrap();
    let copy = get(&emulator, &format!("/logicscript/find/byId?idLogicScript={id}")).await.json;
    assert_eq!((&copy["description"], &copy["code"]), (&json!("d"), &json!("abc")));
    assert_eq!(copy["logicScriptName"], "Copy");
    assert_eq!(copy["codeHash"], original.json["codeHash"]);
}

#[tokio::test]
async fn a_copied_funnel_has_nodes_and_connections_of_its_own() {
    let emulator = builder().build().unwrap();
    let funnel = emulator.account().funnels().next().unwrap().id().to_owned();
    let group = emulator.account().funnel_groups().nth(2).unwrap().id().to_owned();
    let source_path = format!("/campaign/funnel/find/byId?idFunnel={funnel}");
    let mut source = get(&emulator, &source_path).await.json;
    // One condition of the funnel's own, one for all.
    let (own, global) = (ID, "2nIemJxCKbFY");
    for (id, restricted) in [(own, funnel.as_str()), (global, "")] {
        let body =
            json!({"idCondition": id, "conditionName": id, "restrictToFunnelId": restricted});
        post(&emulator, "/campaign/funnel/condition/save", body).await;
    }
    for (index, id) in [own, global].into_iter().enumerate() {
        source["nodes"].as_array_mut().unwrap().push(json!({
            "idNode": format!("2nIemJxNode{index}"), "idFunnel": funnel, "nodeType": "condition",
            "nodeConditionParams": {"idCondition": id}
        }));
    }
    // A node that names a connection.
    let last = source["nodes"].as_array().unwrap().len() - 1;
    let first = source["connections"][0]["idConnection"].clone();
    source["nodes"][last]["nodeConditionParams"]["idConnection"] = first;
    let saved = put(&emulator, "/campaign/funnel/save", source.clone()).await;
    assert_eq!(saved.status, 200, "{}", saved.text);

    let path = format!("/campaign/funnel/duplicate?idFunnel={funnel}");
    let refused = post(&emulator, &path, json!({"name": "Copy"})).await;
    assert!(refused.message().contains("`parentId` is missing"), "{}", refused.message());
    let nowhere = json!({"name": "Copy", "parentId": "2nIemJxNobdy"});
    assert_eq!(post(&emulator, &path, nowhere).await.status, 400);
    let conditions = async || {
        let list = get(&emulator, "/campaign/funnel/condition/list").await.json;
        list.as_array().unwrap().len()
    };
    assert_eq!(conditions().await, 2, "a refused copy leaves nothing behind");

    let answer = post(&emulator, &path, json!({"name": "Copy", "parentId": group})).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let id = answer.json["idFunnel"].as_str().unwrap();
    let copy = get(&emulator, &format!("/campaign/funnel/find/byId?idFunnel={id}")).await.json;
    assert_eq!((&copy["idFunnelGroup"], &copy["idCampaign"]), (&json!(group), &json!(group)));
    let ids = |funnel: &Value, list: &str, name: &str| -> HashSet<String> {
        let parts = funnel[list].as_array().unwrap().iter();
        parts.map(|part| part[name].as_str().unwrap().to_owned()).collect()
    };
    for (list, name) in [("nodes", "idNode"), ("connections", "idConnection")] {
        let (old, new) = (ids(&source, list, name), ids(&copy, list, name));
        assert_eq!(old.len(), new.len());
        assert!(old.is_disjoint(&new), "{name}");
        assert_eq!(ids(&copy, list, "idFunnel"), HashSet::from([id.to_owned()]));
    }
    // The same shape: each connection joins the nodes at the same positions.
    let shape = |funnel: &Value| -> Vec<(Option<usize>, Option<usize>)> {
        let nodes = funnel["nodes"].as_array().unwrap();
        let at = |id: &Value| nodes.iter().position(|node| node["idNode"] == *id);
        let connections = funnel["connections"].as_array().unwrap().iter();
        connections.map(|it| (at(&it["idSourceNode"]), at(&it["idTargetNode"]))).collect()
    };
    assert_eq!(shape(&copy), shape(&source));
    let named = &copy["nodes"][last]["nodeConditionParams"]["idConnection"];
    assert_eq!(named, &copy["connections"][0]["idConnection"]);
    let condition = |index: usize| {
        let nodes = copy["nodes"].as_array().unwrap();
        nodes[nodes.len() - 2 + index]["nodeConditionParams"]["idCondition"].clone()
    };
    assert_eq!(condition(1), global);
    let copied = condition(0);
    assert_ne!(copied, own);
    let path =
        format!("/campaign/funnel/condition/find/byId?idCondition={}", copied.as_str().unwrap());
    assert_eq!(get(&emulator, &path).await.json["restrictToFunnelId"], id);
}
