//! Operations at other paths than those of the contract, as after a wrong guess.

use funnelflux_contract::Operation;
use funnelflux_transport::Overlay;

use super::*;

/// All operations below `from`, but those below `from/condition`, below `to`.
fn root(from: &str, to: &str) -> Overlay {
    let other = format!("{from}/condition");
    let own = Operation::all().filter(|it| !it.path().starts_with(&other));
    let own = own.filter_map(|it| Some((it.id(), it.path().strip_prefix(from)?)));
    own.fold(Overlay::new(), |overlay, (id, rest)| overlay.path(id, format!("{to}{rest}")))
}

fn path(id: &str, path: &str) -> Overlay {
    Overlay::new().path(id, path)
}

#[tokio::test]
async fn a_moved_operation_is_at_its_new_path_and_nothing_is_at_the_old_one() {
    let emulator = builder().overlay(path("ledger.funnel.list", "/funnel/list")).build().unwrap();
    let moved = get(&emulator, "/funnel/list?status=active").await;
    assert_eq!(moved.json.as_array().unwrap().len(), emulator.account().funnels().count());
    assert_eq!(get(&emulator, "/funnel/list/").await.status, 200);
    assert_eq!(emulator.calls().of("ledger.funnel.list"), 2);

    let old = get(&emulator, "/campaign/funnel/list").await;
    let unknown = get(&emulator, "/campaign/funnel/lst").await;
    assert_eq!((old.status, unknown.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(old.message().replace("funnel/list;", "funnel/lst;"), unknown.message());
    assert!(old.message().contains("GET /v1/campaign/list"), "{}", old.message());
    assert!(!unknown.message().contains("/v1/campaign/funnel/list"), "{}", unknown.message());
    // Its sisters stay.
    assert_eq!(get(&emulator, "/campaign/funnel/find/byStatus?status=").await.status, 200);
    let wrong = post(&emulator, "/funnel/list", json!({})).await;
    assert_eq!(wrong.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(wrong.message().contains("takes GET, not POST"), "{}", wrong.message());
}

#[tokio::test]
async fn a_moved_root_takes_its_whole_family_and_leaves_the_one_below_it() {
    let emulator = builder().overlay(root("/campaign/funnel", "/funnel")).build().unwrap();
    let group = emulator.account().funnel_groups().next().unwrap().id();
    let funnel = json!({"idFunnel": "2nIemJxCKbFX", "funnelName": "F", "idFunnelGroup": group});
    assert_eq!(post(&emulator, "/campaign/funnel/save", funnel.clone()).await.status, 404);
    assert_eq!(post(&emulator, "/funnel/save", funnel.clone()).await.status, 200);
    assert_eq!(put(&emulator, "/funnel/save", funnel).await.status, 200);
    let one = get(&emulator, "/funnel/find/byId?idFunnel=2nIemJxCKbFX").await;
    assert_eq!(one.json["funnelName"], "F");
    assert_eq!(get(&emulator, "/campaign/funnel/condition/list").await.status, 200);
    assert_eq!(get(&emulator, "/funnel/condition/list").await.status, 404);
    assert_eq!(get(&emulator, "/campaign/list").await.status, 200);
}

#[tokio::test]
async fn an_id_is_found_in_any_segment_of_the_path() {
    let emulator = builder()
        .overlay(root("/billing/domains", "/domain"))
        .overlay(path("billing.domains.refresh", "/refresh/{id}/now"))
        .build()
        .unwrap();
    let added = post(&emulator, "/domain", json!({"domain": "go.example.com"})).await;
    let id = added.json["domain"]["id"].as_str().unwrap();
    for (method, path) in
        [(Method::GET, format!("/domain/{id}")), (Method::POST, format!("/refresh/{id}/now"))]
    {
        let found = call(&emulator, method, &path, None).await;
        assert_eq!(found.json["domain"]["domain"], "go.example.com", "{path}: {}", found.text);
    }
    assert_eq!(get(&emulator, &format!("/billing/domains/{id}")).await.status, 404);
}

#[tokio::test]
async fn the_list_of_operations_shows_the_paths_as_served() {
    let emulator = builder()
        .overlay(root("/campaign/funnel", "/funnel"))
        .overlay(path("auth.validate", "/token"))
        .start()
        .await
        .unwrap();
    let root = emulator.base_url().strip_suffix("/v1").unwrap().to_owned();
    let about = exchange(&client(), Method::GET, &root, "", Value::Null).await.unwrap();
    let about: Value = serde_json::from_slice(&whole(about).await.unwrap()).unwrap();
    let listed = about["operations"].as_array().unwrap();
    let path = |id: &str| listed.iter().find(|it| it["id"] == id).unwrap()["path"].clone();
    assert_eq!(path("ledger.funnel.list"), "/funnel/list");
    assert_eq!(path("ledger.condition.list"), "/campaign/funnel/condition/list");
    assert_eq!(path("auth.validate"), "/token");
    let valid = post(&emulator, "/token", json!({})).await;
    assert_eq!(valid.json["tokens"]["access_token"], emulator.access_token());
}

#[test]
fn a_move_that_makes_no_sense_is_an_error_that_says_which() {
    for (overlay, words) in [
        (path("ledger.funnel.lst", "/x"), ["`overlay`", "ledger.funnel.list"]),
        (path("ledger.funnel.list", "x"), ["`overlay`", "slash"]),
        (path("ledger.funnel.list", "/page/list"), ["`overlay`", "`ledger.page.list`"]),
        (root("/funnelgroup", "/campaign"), ["`overlay`", "`ledger.campaign.list`"]),
        (Overlay::new().query("ledger.page.find-by-id", "idPge", "id"), ["`overlay`", "idPage"]),
    ] {
        let error = builder().overlay(overlay).build().unwrap_err();
        assert!(error.is_setting(), "{error}");
        for word in words {
            assert!(error.to_string().contains(word), "{word}: {error}");
        }
    }
}
