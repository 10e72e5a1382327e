//! Secrets of middleware configs are never read back, and no save loses them.

use super::*;

const ID: &str = "2nIemJxCKbFX";
const SAVE: &str = "/middlewareconfig/save";
const CANARY: &str = "canary-5c1d";

fn config(destination: &Value) -> Value {
    json!({"idMiddlewareConfig": ID, "middlewareConfigName": "M", "destination": destination})
}

/// A destination with a password and a secret.
fn full() -> Value {
    json!({"type": "url", "method": "POST", "url": "https://mw.example/",
        "headers": {"X-Key": "shown"}, "basicAuth": {"username": "u", "password": CANARY},
        "hmacSecret": CANARY})
}

async fn read(emulator: &Emulator) -> Value {
    get(emulator, &format!("/middlewareconfig/find/byId?idMiddlewareConfig={ID}")).await.json
}

#[tokio::test]
async fn a_read_shows_placeholders_and_flags() {
    let emulator = builder().build().unwrap();
    let created = post(&emulator, SAVE, config(&full())).await;
    assert_eq!(created.status, 200, "{}", created.text);
    assert!(!created.text.contains(CANARY));
    let destination = &read(&emulator).await["destination"];
    assert_eq!(destination["basicAuth"], json!({"username": "u", "password": "********"}));
    assert_eq!(destination["hmacSecret"], "********");
    assert_eq!(destination["hasBasicAuthPassword"], true);
    assert_eq!(destination["hasHmacSecret"], true);
    assert_eq!(destination["headers"]["X-Key"], "shown", "documented: headers are not masked");
    let list = get(&emulator, "/middlewareconfig/list").await;
    let slim = list.json.as_array().unwrap().iter().find(|row| row["idMiddlewareConfig"] == ID);
    assert_eq!(slim.unwrap()["destinationType"], "url");
    assert_eq!(slim.unwrap()["destinationMethod"], "POST");
    assert!(!list.text.contains("destination\""), "{}", list.text);
    assert!(!format!("{emulator:?} {:?}", emulator.requests()).contains(CANARY));
}

#[tokio::test]
async fn a_stored_secret_is_kept_by_placeholder_blank_or_absence_with_its_flag() {
    for kept in [json!("********"), json!(""), json!("  "), Value::Null] {
        let emulator = builder().build().unwrap();
        post(&emulator, SAVE, config(&full())).await;
        let mut object = read(&emulator).await;
        object["description"] = json!("changed");
        object["destination"]["hmacSecret"] = kept.clone();
        object["destination"]["basicAuth"]["password"] = kept.clone();
        let saved = put(&emulator, SAVE, object.clone()).await;
        assert_eq!(saved.status, 200, "{}", saved.text);
        assert_eq!(read(&emulator).await["destination"]["hmacSecret"], "********");
        // Absent altogether, with the flags: still there.
        let flags = json!({"hasHmacSecret": true, "hasBasicAuthPassword": true});
        assert_eq!(put(&emulator, SAVE, config(&flags)).await.status, 200);
        let destination = &read(&emulator).await["destination"];
        assert_eq!(destination["hmacSecret"], "********");
        assert_eq!(destination["basicAuth"]["password"], "********");
    }
}

#[tokio::test]
async fn a_secret_without_its_flag_is_neither_lost_nor_overwritten() {
    let emulator = builder().build().unwrap();
    post(&emulator, SAVE, config(&full())).await;
    for (destination, words) in [
        (json!({"hmacSecret": "********"}), ["hmacSecret", "placeholder", "flag true"]),
        (
            json!({"hasBasicAuthPassword": true}),
            ["`destination.hasHmacSecret` is missing", "true to keep", "false to remove"],
        ),
        (
            json!({"hasBasicAuthPassword": true, "hmacSecret": "********", "hasHmacSecret": false}),
            ["`destination.hmacSecret`", "placeholder", "`destination.hasHmacSecret` true"],
        ),
        (json!({"hasBasicAuthPassword": 1}), ["hasBasicAuthPassword", "a number", "true or false"]),
        (json!({"basicAuth": {"password": [CANARY]}}), ["password", "a list", "a string"]),
    ] {
        let mut destination = destination;
        if destination.get("hasBasicAuthPassword").is_none()
            && destination.get("basicAuth").is_none()
        {
            destination["hasBasicAuthPassword"] = json!(true);
        }
        let refused = put(&emulator, SAVE, config(&destination)).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        for word in words {
            assert!(refused.message().contains(word), "{word}: {}", refused.message());
        }
        assert!(!refused.text.contains(CANARY), "{}", refused.text);
    }
    assert_eq!(put(&emulator, SAVE, config(&json!({}))).await.status, 400);
    assert_eq!(read(&emulator).await["destination"]["hmacSecret"], "********");
    // A flag of false takes the secret away, after which true has nothing to keep.
    let gone = json!({"hasHmacSecret": false, "hasBasicAuthPassword": false});
    assert_eq!(put(&emulator, SAVE, config(&gone)).await.status, 200);
    assert!(read(&emulator).await["destination"].get("hmacSecret").is_none());
    let refused = put(&emulator, SAVE, config(&json!({"hasHmacSecret": true}))).await;
    assert!(refused.message().contains("no secret is stored"), "{}", refused.message());
}

#[tokio::test]
async fn a_repeated_secret_is_refused_before_one_of_the_two_can_be_read_back() {
    let emulator = builder().build().unwrap();
    let secret = format!("{{\"hmacSecret\": \"{CANARY}\"}}");
    let twice_inside = format!("{{\"hmacSecret\": \"{CANARY}\", \"hmacSecret\": \"x\"}}");
    for destinations in [
        format!("\"destination\": {secret}, \"destination\": {{}}"),
        format!("\"destination\": {twice_inside}"),
    ] {
        let text = format!(
            "{{\"idMiddlewareConfig\": \"{ID}\", \"middlewareConfigName\": \"M\", {destinations}}}"
        );
        let refused = send_text(&emulator, Method::POST, SAVE, &text).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.message().contains("occurs twice in one object"), "{}", refused.message());
        assert!(!refused.text.contains(CANARY));
    }
}

#[tokio::test]
async fn a_copy_and_a_funnel_node_keep_their_secrets_too() {
    let emulator = builder().build().unwrap();
    post(&emulator, SAVE, config(&full())).await;
    let path = format!("/middlewareconfig/duplicate?idMiddlewareConfig={ID}");
    let copy = post(&emulator, &path, json!({})).await;
    assert_eq!(copy.status, 200, "{}", copy.text);

    let group = emulator.account().funnel_groups().next().unwrap().id().to_owned();
    let (funnel, node) = ("2nIemJxFunnl", "2nIemJxNode1");
    let body = json!({"idFunnel": funnel, "funnelName": "F", "idFunnelGroup": group, "nodes": [
        {"idNode": node, "nodeMiddlewareRefParams": {"idMiddlewareConfig": ID,
            "destinationOverrides": {"hmacSecret": CANARY}}}]});
    let created = post(&emulator, "/campaign/funnel/save", body).await;
    assert_eq!(created.status, 200, "{}", created.text);
    assert!(!created.text.contains(CANARY));
    let overrides = "/nodes/0/nodeMiddlewareRefParams/destinationOverrides";
    let flagged = json!({"hmacSecret": "********", "hasHmacSecret": true});
    assert_eq!(created.json.pointer(overrides), Some(&flagged));
    assert_eq!(put(&emulator, "/campaign/funnel/save", created.json).await.status, 200);
    let path = format!("/campaign/funnel/duplicate?idFunnel={funnel}");
    let copy = post(&emulator, &path, json!({"parentId": group})).await;
    let path =
        format!("/campaign/funnel/find/byId?idFunnel={}", copy.json["idFunnel"].as_str().unwrap());
    assert_eq!(get(&emulator, &path).await.json.pointer(overrides), Some(&flagged));
}

#[tokio::test]
async fn routes_have_one_default_and_ordered_priorities() {
    let emulator = builder().build().unwrap();
    let with = |routes: Value| {
        let mut config = config(&json!({}));
        config["routes"] = routes;
        config
    };
    let default = json!({"idRoute": "default", "priority": 0, "isDefault": true});
    for (routes, words) in [
        (json!([{"idRoute": "yes", "priority": 1}]), "0 default routes"),
        (json!([default, {"idRoute": "Yes", "priority": 1}]), "`routes[1].idRoute` is \"Yes\""),
        (json!([default, {"idRoute": "yes", "priority": 0}]), "1 to 255"),
        (json!([default, {"idRoute": "yes", "priority": 256}]), "1 to 255"),
        (json!([default, default]), "no other route"),
        (json!([{"idRoute": "d", "priority": 0, "isDefault": true}]), "\"default\""),
        (json!([{"idRoute": "default", "priority": 1, "isDefault": true}]), "0 for the default"),
    ] {
        let refused = post(&emulator, SAVE, with(routes)).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.message().contains(words), "{words}: {}", refused.message());
    }
    let fine = with(json!([default, {"idRoute": "yes", "priority": 255}]));
    assert_eq!(post(&emulator, SAVE, fine).await.status, 200);
}

#[tokio::test]
async fn a_timeout_is_clamped_to_ten_seconds_at_either_place() {
    let emulator = builder().build().unwrap();
    let mut object = config(&json!({"timeoutMs": 10001}));
    object["timeoutMs"] = json!(60000);
    let created = post(&emulator, SAVE, object.clone()).await;
    assert_eq!(created.json["timeoutMs"], 10000);
    assert_eq!(created.json["destination"]["timeoutMs"], 10000);
    object["timeoutMs"] = json!(0);
    let refused = put(&emulator, SAVE, object).await;
    assert!(refused.message().contains("`timeoutMs` is 0"), "{}", refused.message());
}
