//! Categories, moves, and what lists show.

use funnelflux_emulator::DeletedAssets;

use super::ledger::families;
use super::*;

const ID: &str = "2nIemJxCKbFX";
const OTHER: &str = "2nIemJxCKbFY";

/// A category of the given type.
async fn category(emulator: &Emulator, id: &str, kind: &str) {
    let body = json!({"idCategory": id, "categoryName": "Mine", "categoryType": kind});
    assert_eq!(post(emulator, "/category/save", body).await.status, 200);
}

#[tokio::test]
async fn assets_move_into_categories_of_their_own_type_only() {
    let emulator = builder().build().unwrap();
    for (family, kind) in [
        ("trafficsource", "trafficsources"),
        ("offersource", "offersources"),
        ("condition", "condition"),
        ("page", "lander"),
        ("pagegroup", "offerGroup"),
        ("webhookconfig", "webhookconfig"),
        ("middlewareconfig", "middlewareconfig"),
    ] {
        let emulator = builder().build().unwrap();
        category(&emulator, OTHER, kind).await;
        category(&emulator, "2nIemJxCKbFZ", "visitorTag").await;
        let families = families();
        let family = families.iter().find(|known| known.operation == family).unwrap();
        let text = family.text(&emulator, ID, "First");
        send_text(&emulator, Method::POST, &family.path("save"), &text).await;
        let list = async |category: &str| {
            let path = family.path(&format!("find/byCategory?idCategory={category}"));
            let rows = get(&emulator, &path).await.json;
            rows.as_array().unwrap().iter().find(|row| row[family.id] == ID).cloned()
        };
        assert!(list("").await.is_some() && list(OTHER).await.is_none(), "{}", family.root);
        let moved = json!({"ids": [ID], "idCategory": OTHER});
        let answer = put(&emulator, &family.path("move"), moved).await;
        assert_eq!(answer.json, json!({"success": true, "processed": 1, "errors": []}));
        assert_eq!(list(OTHER).await.unwrap()["categoryName"], "Mine", "{}", family.root);

        let wrong = json!({"ids": [ID], "idCategory": "2nIemJxCKbFZ"});
        let answer = put(&emulator, &family.path("move"), wrong).await;
        assert_eq!(answer.json["success"], false);
        let message = answer.json["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains("visitorTag") && message.contains(kind), "{message}");

        let back = json!({"ids": [ID], "idCategory": ""});
        assert_eq!(put(&emulator, &family.path("move"), back).await.json["success"], true);
        assert!(list("").await.is_some());
    }
    let body = json!({"ids": [ID], "idCategory": OTHER});
    let refused = put(&emulator, "/page/move", body).await;
    assert_eq!(refused.status, 404, "{}", refused.text);
    assert!(refused.message().contains("no such category"), "{}", refused.message());
}

#[tokio::test]
async fn a_bulk_call_changes_the_good_ids_and_names_the_others() {
    let emulator = builder().build().unwrap();
    let source = emulator.account().offer_sources().next().unwrap().id().to_owned();
    let body = json!({"ids": [OTHER, source]});
    let answer = put(&emulator, "/offersource/archive", body).await;
    assert_eq!((&answer.json["success"], &answer.json["processed"]), (&json!(false), &json!(1)));
    assert_eq!(answer.json["errors"][0]["id"], OTHER);
    for (body, words) in [
        (json!({"ids": []}), "`ids` is empty"),
        (json!({}), "`ids` is missing"),
        (json!({"ids": OTHER}), "a list of ids"),
        (json!({"ids": ["x"]}), "`ids[0]` is \"x\""),
        (json!({"ids": [7]}), "`ids[0]` is 7"),
        (json!({"id": [OTHER]}), "`id` is not a member"),
        (json!({"ids": [OTHER], "archive": 1}), "`archive`"),
    ] {
        let refused = put(&emulator, "/offersource/archive", body).await;
        assert_eq!(refused.status, 400, "{}", refused.text);
        assert!(refused.message().contains(words), "{words}: {}", refused.message());
    }
}

#[tokio::test]
async fn a_funnel_moves_to_another_group_and_the_groups_list_it() {
    let emulator = builder().build().unwrap();
    let funnel = emulator.account().funnels().next().unwrap().id().to_owned();
    let groups: Vec<String> =
        emulator.account().funnel_groups().map(|group| group.id().to_owned()).collect();
    let inside = async |group: &str| {
        let list = get(&emulator, "/campaign/list?includeChilds=true").await.json;
        let row = list.as_array().unwrap().iter().find(|row| row["idCampaign"] == group).cloned();
        row.unwrap()["funnels"].as_array().unwrap().iter().any(|it| it["idFunnel"] == funnel)
    };
    assert!(inside(&groups[0]).await && !inside(&groups[2]).await);
    let body = json!({"idFunnel": funnel, "idCampaign": groups[2]});
    assert_eq!(put(&emulator, "/campaign/funnel/move", body).await.status, 200);
    assert!(!inside(&groups[0]).await && inside(&groups[2]).await);
    let path = format!("/campaign/funnel/find/byId?idFunnel={funnel}");
    let moved = get(&emulator, &path).await.json;
    assert_eq!(
        (&moved["idFunnelGroup"], &moved["idCampaign"]),
        (&json!(groups[2]), &json!(groups[2]))
    );
    let body = json!({"idFunnel": funnel, "idCampaign": OTHER});
    assert_eq!(put(&emulator, "/campaign/funnel/move", body).await.status, 404);
}

#[tokio::test]
async fn a_deleted_asset_is_found_with_its_status_or_not_at_all() {
    for (choice, status) in [(DeletedAssets::Findable, 200), (DeletedAssets::Hidden, 404)] {
        let emulator = builder().deleted_assets(choice).build().unwrap();
        let body = json!({"idPageGroup": ID, "pageGroupName": "Mine"});
        post(&emulator, "/pagegroup/save", body).await;
        let path = format!("/pagegroup/delete?idPageGroup={ID}");
        assert_eq!(call(&emulator, Method::DELETE, &path, None).await.status, 200);
        let found = get(&emulator, &format!("/pagegroup/find/byId?idPageGroup={ID}")).await;
        assert_eq!(found.status.as_u16(), status);
        if status == 200 {
            assert_eq!(found.json["status"], "deleted");
        }
    }
}

#[tokio::test]
async fn a_save_keeps_the_status_that_it_does_not_mention_and_cannot_delete() {
    let emulator = builder().build().unwrap();
    let body = json!({"idPageGroup": ID, "pageGroupName": "Mine"});
    post(&emulator, "/pagegroup/save", body.clone()).await;
    put(&emulator, "/pagegroup/archive", json!({"ids": [ID]})).await;
    let saved = put(&emulator, "/pagegroup/save", body.clone()).await;
    assert_eq!(saved.json["status"], "archived");
    for status in ["deleted", "paused", "not-deleted"] {
        let mut body = body.clone();
        body["status"] = json!(status);
        let refused = put(&emulator, "/pagegroup/save", body).await;
        assert_eq!(refused.status, 400);
        assert!(refused.message().contains(status), "{}", refused.message());
    }
}

#[tokio::test]
async fn local_conditions_are_hidden_from_global_lists_and_found_by_id() {
    let emulator = builder().build().unwrap();
    let funnels: Vec<String> =
        emulator.account().funnels().map(|funnel| funnel.id().to_owned()).collect();
    for (id, funnel) in [(ID, ""), (OTHER, funnels[0].as_str())] {
        let body = json!({"idCondition": id, "conditionName": id, "restrictToFunnelId": funnel});
        let created = post(&emulator, "/campaign/funnel/condition/save", body).await;
        assert_eq!(created.status, 200, "{}", created.text);
    }
    let list = async |tail: &str| {
        let path = format!("/campaign/funnel/condition/{tail}");
        let rows = get(&emulator, &path).await.json;
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| row["idCondition"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (own, other) = (&funnels[0], &funnels[1]);
    for (tail, expected) in [
        ("list", &[ID, OTHER][..]),
        ("list?globalOnly=true", &[ID]),
        (&*format!("list?globalOnly=true&idFunnel={own}"), &[OTHER]),
        (&*format!("list?idFunnel={other}"), &[]),
        ("find/byStatus?status=active", &[ID, OTHER]),
        (&*format!("find/byStatus?status=active&idFunnel={own}"), &[OTHER]),
        (&*format!("find/byStatus?status=active&idFunnel={other}"), &[]),
        (&*format!("find/byStatus?status=archived&idFunnel={own}"), &[]),
    ] {
        assert_eq!(list(tail).await, expected, "{tail}");
    }
    let path = format!("/campaign/funnel/condition/find/byId?idCondition={OTHER}");
    assert_eq!(get(&emulator, &path).await.status, 200);
}

#[tokio::test]
async fn the_older_list_of_categories_has_the_sources_inside() {
    let emulator = builder().build().unwrap();
    let plain = get(&emulator, "/trafficsource/category/list").await.json;
    assert!(!plain.as_array().unwrap().is_empty());
    assert!(plain[0].get("trafficSources").is_none());
    let full = get(&emulator, "/trafficsource/category/list?includeChilds=true").await.json;
    assert!(!full[0]["trafficSources"].as_array().unwrap().is_empty());
    assert_eq!(emulator.calls().of("ledger.trafficsource-category.list"), 2);
}
