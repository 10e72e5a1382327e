//! Domains: added, pending, active, gone.

use super::*;

const DOMAINS: &str = "/billing/domains";

async fn add(emulator: &Emulator, name: &str) -> Answer {
    post(emulator, DOMAINS, json!({"domain": name})).await
}

#[tokio::test]
async fn a_new_domain_becomes_active_after_the_delay() {
    let emulator = builder().domain_delay(Duration::from_secs(100)).build().unwrap();
    let added = add(&emulator, "Go.Example.com").await;
    assert_eq!(added.json["success"], true, "{}", added.text);
    let domain = &added.json["domain"];
    assert_eq!(domain["domain"], "go.example.com");
    for record in domain["dns_records"].as_array().unwrap() {
        for member in ["type", "name", "value", "purpose"] {
            assert!(!record[member].as_str().unwrap().is_empty(), "{record}");
        }
        assert!(record["name"].as_str().unwrap().ends_with("go.example.com"));
    }
    let id = domain["id"].as_str().unwrap().to_owned();
    let check = async || {
        post(&emulator, "/billing/domains/check", json!({"domain": "go.example.com"})).await.json
    };
    for (wait, status, ssl) in [
        (0, "pending", "initializing"),
        (50, "pending", "pending_validation"),
        (49, "pending", "pending_validation"),
        (1, "active", "active"),
    ] {
        emulator.advance(Duration::from_secs(wait));
        for answer in [
            get(&emulator, &format!("{DOMAINS}/{id}")).await,
            post(&emulator, &format!("{DOMAINS}/{id}/refresh"), json!({})).await,
        ] {
            assert_eq!(answer.json["domain"]["status"], status, "{}", answer.text);
            assert_eq!(answer.json["domain"]["ssl_status"], ssl);
        }
        let checked = check().await;
        assert_eq!(checked["found"], true);
        assert_eq!(checked["ssl_valid"], status == "active");
        assert_eq!(checked["cloudflare_status"], status);
        assert_eq!(checked["cloudflare_ssl_status"], ssl);
    }
    assert_eq!(emulator.calls().of("billing.domains.refresh"), 4);
    assert_eq!(check().await["check_timestamp"], NOW + 100);
}

#[tokio::test]
async fn the_list_has_exactly_the_members_of_the_documented_sample() {
    let emulator = builder().build().unwrap();
    add(&emulator, "go.example.com").await;
    let list = get(&emulator, DOMAINS).await.json;
    let names = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&list), ["domains", "error_code", "error_message", "success"]);
    assert_eq!(
        names(&list["domains"][0]),
        [
            "cloudflare_id",
            "created_at",
            "domain",
            "id",
            "ssl_status",
            "status",
            "verification_errors"
        ]
    );
    assert_eq!(list["domains"][0]["created_at"], "2023-11-14T22:13:20+00:00");
}

#[tokio::test]
async fn a_refusal_arrives_as_200_with_a_code() {
    let emulator = builder().build().unwrap();
    add(&emulator, "go.example.com").await;
    let unknown = format!("{DOMAINS}/0000");
    for (answer, code) in [
        (add(&emulator, "GO.example.com").await, "DOMAIN_EXISTS"),
        (add(&emulator, "owned.example").await, "DOMAIN_ALREADY_OWNED"),
        (add(&emulator, "www.owned.example").await, "DOMAIN_ALREADY_OWNED"),
        (get(&emulator, &unknown).await, "NOT_FOUND"),
        (call(&emulator, Method::DELETE, &unknown, None).await, "NOT_FOUND"),
        (post(&emulator, &format!("{unknown}/refresh"), json!({})).await, "NOT_FOUND"),
    ] {
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(answer.json["success"], false);
        assert_eq!(answer.json["error_code"], code);
        assert!(!answer.json["error_message"].as_str().unwrap().is_empty());
    }
    assert_eq!(add(&emulator, "disowned.example").await.json["success"], true);
}

#[tokio::test]
async fn a_deleted_domain_is_gone_and_its_name_free() {
    let emulator = builder().build().unwrap();
    let id = add(&emulator, "go.example.com").await.json["domain"]["id"].clone();
    let path = format!("{DOMAINS}/{}", id.as_str().unwrap());
    let deleted = call(&emulator, Method::DELETE, &path, None).await;
    assert_eq!(deleted.json["success"], true);
    assert_eq!(get(&emulator, &path).await.json["error_code"], "NOT_FOUND");
    let checked =
        post(&emulator, "/billing/domains/check", json!({"domain": "go.example.com"})).await.json;
    assert_eq!((&checked["found"], &checked["ssl_valid"]), (&json!(false), &json!(false)));
    let again = add(&emulator, "go.example.com").await.json;
    assert_eq!(again["success"], true);
    assert_ne!(again["domain"]["id"], id, "ids are not given out again");
}

#[tokio::test]
async fn a_wrong_request_is_refused_in_the_documented_shape() {
    let emulator = builder().build().unwrap();
    for (body, words) in [
        (json!({}), "`domain` is missing"),
        (json!({"domain": "nodots"}), "\"nodots\""),
        (json!({"domain": "https://go.example.com/"}), "a domain name such as"),
        (json!({"domain": "a..b"}), "\"a..b\""),
        (json!({"domain": 5}), "`domain` is 5"),
        (json!({"name": "go.example.com"}), "`name`"),
    ] {
        let refused = post(&emulator, DOMAINS, body).await;
        assert_eq!(refused.status, 400);
        let message = refused.json["error_description"].as_str().unwrap();
        assert!(message.contains(words), "{words}: {message}");
    }
    let wrong = call(&emulator, Method::PUT, "/billing/domains/0000", None).await;
    assert!(wrong.message().contains("GET or DELETE"), "{}", wrong.message());
    let stranger = call_as(&emulator, "not-a-token", Method::GET, DOMAINS, None).await;
    assert_eq!(stranger.status, 401);
    assert_eq!(stranger.json["error"], "invalid_token");
    assert!(stranger.json["error_description"].is_string(), "{}", stranger.text);
}
