//! An account whose names differ from the contract's: it knows its own, and not those of the contract.

use funnelflux_emulator::UnknownMembers;
use funnelflux_transport::{Fact, Overlay, Says};

use super::ledger::{Family, families};
use super::*;

const ID: &str = "2nIemJxCKbFX";
const BOTH: [UnknownMembers; 2] = [UnknownMembers::Refuse, UnknownMembers::Ignore];

/// The account calls the id, the name and the parameter of the id otherwise.
fn renamed(family: &Family) -> Overlay {
    let of = format!("ledger.{}.*", family.operation);
    Overlay::new()
        .member(&of, family.id, "ownId")
        .member(&of, family.name, "ownName")
        .query(&of, family.id, "own")
        .query(&of, family.ids, "owns")
}

#[tokio::test]
async fn every_kind_knows_the_names_of_the_account_alone() {
    for (family, unknown) in families().iter().flat_map(|it| BOTH.map(|unknown| (it, unknown))) {
        let kind = family.operation;
        let plain = builder().unknown_members(unknown).build().unwrap();
        let overlaid = builder().unknown_members(unknown).overlay(renamed(family));
        let emulator = overlaid.build().unwrap();
        let text = family.text(&plain, ID, "One");
        let (id, name) = (format!("\"{}\"", family.id), format!("\"{}\"", family.name));
        let save = family.path("save");
        for (text, fits) in [
            (text.clone(), false),
            (text.replace(&id, "\"ownId\""), false),
            (text.replace(&name, "\"ownName\""), false),
            (text.replace(&id, "\"ownId\"").replace(&name, "\"ownName\""), true),
        ] {
            let answer = send_text(&emulator, Method::POST, &save, &text).await;
            assert_eq!(answer.status == 200, fits, "{kind}: {text}: {}", answer.text);
        }
        for (query, fits) in [
            (format!("{}={ID}", family.id), false),
            (format!("id={ID}"), false),
            (format!("own={ID}"), true),
        ] {
            let answer = get(&emulator, &family.path(&format!("find/byId?{query}"))).await;
            assert_eq!(answer.status == 200, fits, "{kind}: {query}: {}", answer.text);
            if fits {
                assert_eq!(
                    (&answer.json["ownId"], &answer.json["ownName"]),
                    (&json!(ID), &json!("One"))
                );
                assert_eq!(answer.json.get(family.id).or(answer.json.get(family.name)), None);
            }
        }
        for (query, fits) in [(family.ids, false), ("ids", false), ("owns", true)] {
            let answer = get(&emulator, &family.path(&format!("find/byIds?{query}={ID}"))).await;
            assert_eq!(answer.status == 200, fits, "{kind}: {query}: {}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_copy_takes_the_changes_by_the_names_of_the_account() {
    let of = "ledger.page.*";
    let overlay = Overlay::new().member(of, "pageName", "name").member(of, "baseURL", "url");
    let emulator = builder().overlay(overlay).build().unwrap();
    let page =
        json!({"idPage": ID, "name": "One", "pageType": "lander", "url": "https://one.example/"});
    assert_eq!(post(&emulator, "/page/save", page).await.status, 200);
    for (updates, url) in [
        (json!({"url": "https://two.example/"}), "https://two.example/"),
        (json!({"baseURL": "https://two.example/"}), "https://one.example/"),
    ] {
        let body = json!({"name": "Copy", "bodyUpdates": updates});
        let made = post(&emulator, &format!("/page/duplicate?idPage={ID}"), body).await;
        assert_eq!(
            (made.status, &made.json["name"]),
            (StatusCode::OK, &json!("Copy")),
            "{}",
            made.text
        );
        let id = made.json["idPage"].as_str().unwrap();
        let copy = get(&emulator, &format!("/page/find/byId?idPage={id}")).await;
        assert_eq!((&copy.json["url"], &copy.json["name"]), (&json!(url), &json!("Copy")));
    }
}

#[tokio::test]
async fn refusals_have_the_words_of_the_account() {
    let of = "ledger.page.*";
    let overlay = Overlay::new()
        .member(of, "pageName", "title")
        .member(of, "pageType", "kind")
        .query(of, "idPage", "site")
        .member(of, "offerParams", "offer")
        .member(of, "offerParams.payoutType", "model")
        .value("PageType", "lander", "landing")
        .value("Status", "archived", "paused")
        .value("AssetStatus", "archived", "paused")
        .fact(Fact::new("ledger.page.create", Says::Required("offerParams.payoutType".to_owned())));
    let emulator = builder().overlay(overlay).build().unwrap();
    let page = |more: &str| format!(r#"{{"idPage":"{ID}"{more}}}"#);
    let saved = |more: &str| (Method::POST, "/page/save".to_owned(), page(more));
    let asked = |rest: &str| (Method::GET, format!("/page/{rest}"), String::new());
    for ((method, path, body), right, wrong) in [
        (saved(""), &["`title` is missing"][..], "pageName"),
        (saved(r#","title":"x","kind":"odd""#), &["`kind` is \"odd\"", "`landing`"], "pageType"),
        (saved(r#","title":"x","kind":"lander""#), &["`kind` is \"lander\""], "`lander`"),
        (
            saved(r#","title":"x","status":"archived""#),
            &["is \"archived\"", "`paused`"],
            "`archived`",
        ),
        (saved(r#","title":"x","kind":"offer","offer":{}"#), &["no \"offer.model\""], "ayout"),
        (asked("list?status=archived"), &["`status` is \"archived\"", "`paused`"], "`archived`"),
        (asked("find/byId"), &["`site` is missing"], "idPage"),
        (asked("find/byId?site=x"), &["`site` is \"x\""], "idPage"),
        (asked(&format!("find/byId?site={ID}")), &["`site` is"], "idPage"),
        (asked("find/byId?idPage=x"), &["`idPage` is not", "it takes `site`"], "it takes `id"),
    ] {
        let answer = send_text(&emulator, method, &path, &body).await;
        assert!(answer.status.is_client_error(), "{path} {body}: {}", answer.text);
        let message = answer.json["error"]["message"].as_str().unwrap();
        assert!(right.iter().all(|it| message.contains(it)), "{path} {body}: {message}");
        assert!(!message.contains(wrong), "{path} {body}: {message}");
    }
}

#[tokio::test]
async fn a_place_of_each_id_and_a_slash_at_the_end_are_as_the_client_sends_them() {
    let overlay = Overlay::new()
        .path("ledger.page.list", "/sites/")
        .path("ledger.page.delete", "/sites/{ids}/remove")
        .path("ledger.offersource.delete", "/networks/remove?key={ids}")
        .path("ledger.page.archive", "/sites/{ids}/archive/");
    let emulator = builder().overlay(overlay).build().unwrap();
    let page = json!({"idPage": ID, "pageName": "x", "pageType": "lander", "baseURL": "https://x.example/"});
    let source = json!({"idOfferSource": ID, "offerSourceName": "x"});
    assert_eq!(post(&emulator, "/page/save", page).await.status, 200);
    assert_eq!(post(&emulator, "/offersource/save", source).await.status, 200);
    let archive = r#"{"archive":true}"#;
    for (method, path, body, status) in [
        (Method::GET, "/sites".to_owned(), "", 404),
        (Method::GET, "/sites/".to_owned(), "", 200),
        (Method::GET, "/sites//".to_owned(), "", 404),
        (Method::GET, "/offersource/list/".to_owned(), "", 200),
        (Method::PUT, format!("/sites/{ID}/archive"), archive, 404),
        (Method::PUT, format!("/sites/{ID}/archive/"), archive, 200),
        (Method::DELETE, "/sites/x/remove".to_owned(), "", 400),
        (Method::DELETE, format!("/sites/{ID}/remove"), "", 200),
        (Method::DELETE, format!("/sites/{ID}/remove/"), "", 404),
        (Method::DELETE, format!("/networks/remove?idOfferSource={ID}"), "", 400),
        (Method::DELETE, format!("/networks/remove?key={ID}"), "", 200),
    ] {
        let answer = send_text(&emulator, method.clone(), &path, body).await;
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text);
    }
}
