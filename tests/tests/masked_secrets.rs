//! Secrets of middleware configs: the server masks what is stored, and no update of anything else
//! may write the mask over it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::future::ready;
use std::sync::{Arc, Mutex};

use funnelflux::emulator::Emulator;
use funnelflux::ledger::DynamicAssets;
use funnelflux::model::Document;
use funnelflux::prelude::*;
use funnelflux::transport::Body;
use funnelflux::transport::http::{Method, Request, Response as HttpResponse};
use serde_json::{Value, json};

const ID: &str = "2nIemJxCKbFX";
const MASK: &str = "********";

/// The two secrets: where each stands in the destination, and its flag.
const SECRETS: [(&str, &str); 2] =
    [("/basicAuth/password", "hasBasicAuthPassword"), ("/hmacSecret", "hasHmacSecret")];

type Sent = Arc<Mutex<Vec<String>>>;

/// A server that holds this config; and what is saved there.
fn serving(config: &str) -> (DynamicAssets, Sent) {
    let sent = Sent::default();
    let (config, notes) = (config.to_owned(), sent.clone());
    let service = tower::service_fn(move |request: Request<Body>| {
        let body = String::from_utf8(request.body().as_bytes().unwrap().to_vec()).unwrap();
        let answer = if *request.method() == Method::GET { config.clone() } else { body.clone() };
        if *request.method() != Method::GET {
            notes.lock().unwrap().push(body);
        }
        ready(Ok::<_, Error>(HttpResponse::new(Body::from(answer))))
    });
    let client = FunnelFlux::builder().transport(service).access_token("any").build().unwrap();
    (client.ledger().dynamic("middleware-configs").unwrap(), sent)
}

fn config(destination: &str) -> String {
    format!(
        r#"{{"idMiddlewareConfig":"{ID}","middlewareConfigName":"Check","destination":{destination},"description":"old"}}"#
    )
}

/// What `ffx middleware-configs update ID --set PATH=VALUE` does.
async fn set(configs: &DynamicAssets, path: &[&str], value: &str) -> Result<Vec<String>, Error> {
    let id = ID.parse().unwrap();
    let edited = configs.edit(&id, |object| Ok(object.set_at(path, value)?)).await?;
    Ok(edited.changed)
}

/// Every way in which a read may show stored secrets, and which of the two are stored.
const READS: [(&str, [bool; 2]); 6] = [
    (
        r#"{"url":"https://example.com/","basicAuth":{"username":"u","password":"********"},"hmacSecret":"********","hasBasicAuthPassword":true,"hasHmacSecret":true}"#,
        [true, true],
    ),
    // Blank, or nothing at all, with the flag true.
    (
        r#"{"basicAuth":{"username":"u","password":""},"hasBasicAuthPassword":true,"hasHmacSecret":true}"#,
        [true, true],
    ),
    // One of the two.
    (
        r#"{"hasHmacSecret":true,"hmacSecret":"********","hasBasicAuthPassword":false}"#,
        [false, true],
    ),
    (r#"{"basicAuth":{"password":"********"},"hasBasicAuthPassword":true}"#, [true, false]),
    // Masked, and the flag forgotten or false: it goes back put right.
    (
        r#"{"basicAuth":{"password":"********"},"hmacSecret":"********","hasHmacSecret":false}"#,
        [true, true],
    ),
    (r#"{"url":"https://example.com/"}"#, [false, false]),
];

fn check(destination: &Value, stored: [bool; 2]) {
    for ((path, flag), stored) in SECRETS.into_iter().zip(stored) {
        let secret = destination.pointer(path).and_then(Value::as_str).unwrap_or_default();
        assert!(secret.is_empty() || secret == MASK, "{path} in {destination}");
        assert_eq!(destination[flag] == json!(true), stored, "{flag} in {destination}");
    }
}

#[tokio::test]
async fn a_change_of_something_else_sends_the_mask_or_nothing_with_the_right_flags() {
    for (destination, stored) in READS {
        // The name of the member that holds the destination is a guess: another works as well.
        for name in ["destination", "target"] {
            let read = config(destination).replace("\"destination\"", &format!("\"{name}\""));
            let (configs, sent) = serving(&read);
            assert_eq!(set(&configs, &["description"], "x").await.unwrap(), ["description"]);
            let sent = sent.lock().unwrap().pop().unwrap();
            let json: Value = serde_json::from_str(&sent).unwrap();
            if name == "destination" || stored != [false, false] {
                check(&json[name], stored);
            }
            assert_eq!(json["description"], "x");
        }
    }
}

#[tokio::test]
async fn a_change_of_the_destination_leaves_the_secrets_in_it_alone() {
    for (destination, stored) in READS {
        let (configs, sent) = serving(&config(destination));
        set(&configs, &["destination", "url"], "https://example.com/new").await.unwrap();
        let json: Value = serde_json::from_str(&sent.lock().unwrap().pop().unwrap()).unwrap();
        check(&json["destination"], stored);
    }
}

#[tokio::test]
async fn a_mask_typed_by_a_user_is_never_stored() {
    for (destination, stored) in READS {
        for ((path, flag), stored) in SECRETS.into_iter().zip(stored) {
            let (configs, sent) = serving(&config(destination));
            let path: Vec<&str> = ["destination"].into_iter().chain(path[1..].split('/')).collect();
            let outcome = set(&configs, &path, MASK).await;
            let sent = sent.lock().unwrap().pop();
            if stored {
                // It stands for the stored secret: nothing is sent, or the flag goes with it.
                outcome.unwrap();
                let kept = sent.map(|sent| serde_json::from_str::<Value>(&sent).unwrap());
                assert!(kept.is_none_or(|kept| kept["destination"][flag] == json!(true)));
            } else {
                // It stands for nothing: refused, by name, before anything is sent.
                let error = outcome.unwrap_err();
                assert!(error.is_invalid_request(), "{error}");
                let text = error.to_string();
                assert!(
                    text.contains(&path.join(".")) && text.contains("nothing was sent"),
                    "{text}"
                );
                assert_eq!(sent, None);
            }
        }
    }
}

#[tokio::test]
async fn a_new_secret_goes_out_with_its_flag_and_leaves_the_other_alone() {
    for (destination, [_, hmac]) in READS {
        let (configs, sent) = serving(&config(destination));
        set(&configs, &["destination", "basicAuth", "password"], "n3w").await.unwrap();
        let json: Value = serde_json::from_str(&sent.lock().unwrap().pop().unwrap()).unwrap();
        let destination = &json["destination"];
        assert_eq!(destination["basicAuth"]["password"], "n3w");
        assert_eq!(destination["hasBasicAuthPassword"], true, "{destination}");
        assert_eq!(destination["hasHmacSecret"] == json!(true), hmac, "{destination}");
    }
}

#[tokio::test]
async fn the_account_still_has_its_secrets_after_an_update_of_something_else() {
    let emulator = Emulator::builder().visits_per_hour(1).build().unwrap();
    let client = FunnelFlux::builder()
        .transport(emulator.router())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .build()
        .unwrap();
    let configs = client.ledger().dynamic("middleware-configs").unwrap();
    let new = json!({
        "idMiddlewareConfig": ID, "middlewareConfigName": "Check",
        "destination": {
            "type": "http", "method": "POST", "url": "https://example.com/",
            "basicAuth": {"username": "u", "password": "pa55-of-the-house"},
            "hmacSecret": "k3y-of-the-house",
        },
        "routes": [{"idRoute": "default", "priority": 0, "isDefault": true}],
    });
    configs.create(&Document::parse(&new.to_string()).unwrap()).await.unwrap();
    assert_eq!(set(&configs, &["description"], "x").await.unwrap(), ["description"]);

    let saved = emulator.requests().pop().unwrap();
    assert_eq!(saved.operation, Some("ledger.middlewareconfig.update"));
    check(&saved.json().unwrap()["destination"], [true, true]);
    let account = emulator.snapshot();
    assert!(account.contains("k3y-of-the-house") && account.contains("pa55-of-the-house"));
    let shown = configs.find_by_id(&ID.parse().unwrap()).await.unwrap();
    assert!(!shown.text().contains("of-the-house"));
}
