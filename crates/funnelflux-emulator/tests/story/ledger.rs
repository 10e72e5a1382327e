//! Assets, each by the same story: create, list, find, save, archive, delete.

use funnelflux_emulator::UnknownMembers;

use super::*;

/// One asset of the family, as a user of the API knows it.
pub(crate) struct Family {
    pub(crate) operation: &'static str,
    pub(crate) root: &'static str,
    pub(crate) id: &'static str,
    pub(crate) ids: &'static str,
    pub(crate) name: &'static str,
    /// Members that an object of this kind needs beside id and name.
    needs: fn(&Emulator) -> Value,
    pub(crate) archives: bool,
    unarchives: bool,
    deletes: bool,
    by_status: bool,
}

impl Family {
    const fn new(
        operation: &'static str,
        root: &'static str,
        id: &'static str,
        ids: &'static str,
        name: &'static str,
    ) -> Self {
        Self {
            operation,
            root,
            id,
            ids,
            name,
            needs: |_| json!({}),
            archives: true,
            unarchives: true,
            deletes: true,
            by_status: true,
        }
    }

    pub(crate) fn path(&self, segment: &str) -> String {
        format!("{}/{segment}", self.root)
    }

    fn calls(&self, emulator: &Emulator, verb: &str) -> u64 {
        emulator.calls().of(&format!("ledger.{}.{verb}", self.operation))
    }

    /// An object as text, spelled as no serializer would.
    pub(crate) fn text(&self, emulator: &Emulator, id: &str, name: &str) -> String {
        let mut needs = String::new();
        for (member, value) in (self.needs)(emulator).as_object().unwrap() {
            needs += &format!("  \"{member}\" : {value} ,\n");
        }
        format!(
            "{{ \"zzFuture\": {{\"n\": 1.50, \"big\": 12345678901234567890123, \"e\": 1e3}},\n\
             {needs}  \"{}\":\"{id}\",\t\"{}\" : \"{name}\", \"list\": [ 1, 2 , {{ }} ]}}",
            self.id, self.name
        )
    }
}

fn group(emulator: &Emulator) -> String {
    emulator.account().funnel_groups().next().unwrap().id().to_owned()
}

pub(crate) fn families() -> Vec<Family> {
    let new = Family::new;
    vec![
        new(
            "trafficsource",
            "/trafficsource",
            "idTrafficSource",
            "idTrafficSources",
            "trafficSourceName",
        ),
        new("offersource", "/offersource", "idOfferSource", "idOfferSources", "offerSourceName"),
        Family {
            unarchives: false,
            ..new("campaign", "/campaign", "idCampaign", "idCampaigns", "campaignName")
        },
        new("funnelgroup", "/funnelgroup", "idFunnelGroup", "idFunnelGroups", "funnelGroupName"),
        Family {
            needs: |emulator| {
                json!({"idFunnelGroup": group(emulator), "nodes": [],
                    "owner": emulator.account().user_id()})
            },
            archives: false,
            ..new("funnel", "/campaign/funnel", "idFunnel", "idFunnels", "funnelName")
        },
        new(
            "condition",
            "/campaign/funnel/condition",
            "idCondition",
            "idConditions",
            "conditionName",
        ),
        Family {
            needs: |_| json!({"pageType": "lander", "baseURL": "https://lander.example/"}),
            ..new("page", "/page", "idPage", "idPages", "pageName")
        },
        new("pagegroup", "/pagegroup", "idPageGroup", "idPageGroups", "pageGroupName"),
        new(
            "webhookconfig",
            "/webhookconfig",
            "idWebhookConfig",
            "idWebhookConfigs",
            "webhookConfigName",
        ),
        new(
            "middlewareconfig",
            "/middlewareconfig",
            "idMiddlewareConfig",
            "idMiddlewareConfigs",
            "middlewareConfigName",
        ),
        Family {
            needs: |emulator| {
                json!({"code": "return \"default\"", "status": "active",
                    "owner": emulator.account().user_id(),
                    "codeHash": "ef9a3c2e8d5b5c0a"})
            },
            archives: false,
            deletes: false,
            by_status: false,
            ..new(
                "logicscript",
                "/logicscript",
                "idLogicScript",
                "idLogicScripts",
                "logicScriptName",
            )
        },
        Family {
            needs: |_| json!({"categoryType": "lander"}),
            archives: false,
            deletes: false,
            by_status: false,
            ..new("category", "/category", "idCategory", "idCategories", "categoryName")
        },
        Family {
            archives: false,
            deletes: false,
            by_status: false,
            ..new("visitortag", "/visitortag", "idVisitorTag", "idVisitorTags", "visitorTagName")
        },
    ]
}

const ID: &str = "2nIemJxCKbFX";

/// The text with the hash that the server manages.
fn with_hash(text: &str, stored: &Value) -> String {
    match stored["codeHash"].as_str() {
        Some(hash) => text.replace("ef9a3c2e8d5b5c0a", hash),
        None => text.to_owned(),
    }
}

fn rows<'a>(answer: &'a Answer, family: &Family, id: &str) -> Vec<&'a Value> {
    assert_eq!(answer.status, 200, "{}: {}", family.operation, answer.text);
    answer.json.as_array().unwrap().iter().filter(|row| row[family.id] == id).collect()
}

#[tokio::test]
async fn a_created_object_is_listed_and_read_back_byte_for_byte() {
    for family in families() {
        let emulator = builder().build().unwrap();
        // A name may be spelled with escapes, too.
        let text = family.text(&emulator, ID, "Firs\\u0074");
        let created = send_text(&emulator, Method::POST, &family.path("save"), &text).await;
        assert_eq!(created.status, 200, "{}: {}", family.operation, created.text);

        let found = get(&emulator, &family.path(&format!("find/byId?{}={ID}", family.id))).await;
        let expected = with_hash(&text, &found.json);
        assert_eq!(found.text, expected, "{}", family.operation);
        assert_eq!(created.text, expected);
        let many = format!("find/byIds?{}={ID},2nIemJxCKbFY", family.ids);
        let many = get(&emulator, &family.path(&many)).await;
        assert_eq!(many.text, format!("[{expected}]"), "the unknown one is left out");

        let list = get(&emulator, &family.path("list")).await;
        let rows = rows(&list, &family, ID);
        assert_eq!(rows.len(), 1, "{}", family.operation);
        assert_eq!(
            (&rows[0][family.name], &rows[0]["status"]),
            (&json!("First"), &json!("active"))
        );
        assert!(rows[0].get("zzFuture").is_none(), "{}: the list is slim", family.operation);
        for verb in ["create", "find-by-id", "find-by-ids", "list"] {
            assert_eq!(family.calls(&emulator, verb), 1, "{} {verb}", family.operation);
        }
    }
}

#[tokio::test]
async fn a_save_replaces_the_object() {
    for family in families() {
        let emulator = builder().build().unwrap();
        let save = family.path("save");
        let text = family.text(&emulator, ID, "First");
        send_text(&emulator, Method::POST, &save, &text).await;
        let second = family.text(&emulator, ID, "Second").replace("1.50", "-0.250");
        let saved = send_text(&emulator, Method::PUT, &save, &second).await;
        assert_eq!(saved.status, 200, "{}: {}", family.operation, saved.text);
        let found = get(&emulator, &family.path(&format!("find/byId?{}={ID}", family.id))).await;
        assert_eq!(found.text, with_hash(&second, &found.json), "{}", family.operation);
        assert_eq!(family.calls(&emulator, "update"), 1);
    }
}

#[tokio::test]
async fn an_id_is_taken_once_and_saved_only_where_it_exists() {
    for family in families() {
        let emulator = builder().build().unwrap();
        let save = family.path("save");
        let text = family.text(&emulator, ID, "First");
        let early = send_text(&emulator, Method::PUT, &save, &text).await;
        assert_eq!(early.status, 404, "{}: {}", family.operation, early.text);
        assert!(early.message().contains(ID), "{}", early.message());
        assert_eq!(send_text(&emulator, Method::POST, &save, &text).await.status, 200);
        let again = send_text(&emulator, Method::POST, &save, &text).await;
        assert_eq!(again.status, 409, "{}", family.operation);
        assert!(again.message().contains(ID) && again.message().contains("PUT"));
    }
}

#[tokio::test]
async fn bad_ids_and_names_are_refused_with_the_field_and_a_right_value() {
    for family in families() {
        let emulator = builder().build().unwrap();
        let save = family.path("save");
        for (id, name, words) in [
            ("short", "N", vec![family.id, "\"short\"", "12 characters"]),
            ("2nIemJxCKb-X", "N", vec![family.id, "\"2nIemJxCKb-X\"", "12 characters"]),
            ("", "N", vec![family.id, "12 characters"]),
            (ID, "", vec![family.name, "empty", "a name"]),
            (ID, "  ", vec![family.name, "empty", "a name"]),
        ] {
            let text = family.text(&emulator, id, name);
            let refused = send_text(&emulator, Method::POST, &save, &text).await;
            assert_eq!(refused.status, 400, "{} {id:?} {name:?}", family.operation);
            for word in words {
                assert!(refused.message().contains(word), "{word}: {}", refused.message());
            }
        }
        for (body, word) in [("", "empty"), ("[]", "a list"), ("{", "not JSON"), ("{}", family.id)]
        {
            let refused = send_text(&emulator, Method::POST, &save, body).await;
            assert_eq!(refused.status, 400, "{} {body:?}", family.operation);
            assert!(refused.message().contains(word), "{word}: {}", refused.message());
        }
        let path = format!("find/byId?{}=2nIemJxCKbFY", family.id);
        let missing = get(&emulator, &family.path(&path)).await;
        assert_eq!(missing.status, 404, "{}", family.operation);
        assert!(missing.message().contains("2nIemJxCKbFY"), "{}", missing.message());
        let unasked = get(&emulator, &family.path("find/byId")).await;
        assert_eq!(unasked.status, 400);
        assert!(unasked.message().contains(family.id), "{}", unasked.message());
        let ids = get(&emulator, &family.path(&format!("find/byIds?{}={ID},x", family.ids))).await;
        assert!(ids.status == 400 && ids.message().contains("\"x\""), "{}", ids.message());
    }
}

#[tokio::test]
async fn lists_tell_archived_from_deleted_objects() {
    for family in families().iter().filter(|family| family.by_status) {
        let emulator = builder().build().unwrap();
        let text = family.text(&emulator, ID, "First");
        send_text(&emulator, Method::POST, &family.path("save"), &text).await;
        let set = async |verb: &str| {
            let answer = if family.archives {
                let body = json!({"ids": [ID]});
                put(&emulator, &family.path(verb), body).await
            } else {
                let path = family.path(&format!("{verb}?{}={ID}", family.id));
                call(&emulator, Method::PUT, &path, None).await
            };
            assert_eq!(answer.status, 200, "{} {verb}: {}", family.operation, answer.text);
            assert_eq!(answer.json["success"], true);
        };
        let shown = async |filter: &str| {
            let path = family.path(&format!("find/byStatus?status={filter}"));
            rows(&get(&emulator, &path).await, family, ID).len() == 1
        };
        assert!(shown("active").await && !shown("archived").await && shown("").await);
        set("archive").await;
        assert!(!shown("active").await && shown("archived").await && shown("not-deleted").await);
        let found = get(&emulator, &family.path(&format!("find/byId?{}={ID}", family.id))).await;
        assert_eq!(found.json["status"], "archived");
        assert!(found.text.starts_with(text.strip_suffix('}').unwrap()), "the rest is as it was");
        if family.unarchives {
            set("unarchive").await;
        } else {
            // The legacy set has no call of its own for it.
            let body = json!({"ids": [ID], "archive": false});
            assert_eq!(put(&emulator, &family.path("archive"), body).await.status, 200);
        }
        assert!(shown("active").await && !shown("archived").await);

        assert!(family.deletes);
        let delete = family.path(&format!("delete?{}={ID}", family.id));
        assert_eq!(call(&emulator, Method::DELETE, &delete, None).await.status, 200);
        assert!(!shown("").await && !shown("not-deleted").await && !shown("active").await);
        assert!(shown("deleted").await && shown("all").await);
        assert_eq!(call(&emulator, Method::DELETE, &delete, None).await.status, 404);
        let saved = send_text(&emulator, Method::PUT, &family.path("save"), &text).await;
        assert!(saved.status == 409 && saved.message().contains("deleted"), "{}", saved.message());
    }
}

#[tokio::test]
async fn every_operation_of_an_asset_refuses_strange_query_parameters() {
    let emulator = builder().build().unwrap();
    for family in families() {
        let path = family.path("list?statsu=active");
        let refused = get(&emulator, &path).await;
        assert_eq!(refused.status, 400, "{}", family.operation);
        assert!(refused.message().contains("`statsu`"), "{}", refused.message());
    }
    let refused = get(&emulator, "/trafficsource/list?status=gone").await;
    assert!(refused.message().contains("\"gone\"") && refused.message().contains("archived"));
    let twice = get(&emulator, "/trafficsource/list?status=active&status=archived").await;
    assert!(twice.message().contains("twice"), "{}", twice.message());
}

#[tokio::test]
async fn the_seeded_account_has_the_ids_of_the_reports() {
    let emulator = builder().build().unwrap();
    let account = emulator.account();
    let ids = async |path: &str, id: &str| -> std::collections::BTreeSet<String> {
        let answer = get(&emulator, path).await;
        let rows = answer.json.as_array().unwrap().iter();
        rows.map(|row| row[id].as_str().unwrap().to_owned()).collect()
    };
    let known = |assets: Vec<&funnelflux_emulator::Asset>| {
        assets.into_iter().map(|asset| asset.id().to_owned()).collect()
    };
    for (path, id, assets) in [
        ("/trafficsource/list", "idTrafficSource", known(account.traffic_sources().collect())),
        ("/offersource/list", "idOfferSource", known(account.offer_sources().collect())),
        ("/campaign/list", "idCampaign", known(account.funnel_groups().collect())),
        ("/funnelgroup/list", "idFunnelGroup", known(account.funnel_groups().collect())),
        ("/campaign/funnel/list", "idFunnel", known(account.funnels().collect())),
        ("/page/list?pageType=lander", "idPage", known(account.landers().collect())),
        ("/page/list?pageType=offer", "idPage", known(account.offers().collect())),
    ] {
        assert_eq!(ids(path, id).await, assets, "{path}");
    }
    // Every seeded object would be accepted as it is.
    for family in families() {
        for id in ids(&family.path("list"), family.id).await {
            let path = family.path(&format!("find/byId?{}={id}", family.id));
            let found = get(&emulator, &path).await;
            let saved = send_text(&emulator, Method::PUT, &family.path("save"), &found.text).await;
            assert_eq!(saved.text, found.text, "{}", family.operation);
        }
    }
}

#[tokio::test]
async fn the_next_report_shows_a_new_name() {
    let emulator = builder().build().unwrap();
    let source = emulator.account().traffic_sources().next().unwrap().id().to_owned();
    let path = format!("/trafficsource/find/byId?idTrafficSource={source}");
    let mut object = get(&emulator, &path).await.json;
    object["trafficSourceName"] = json!("Renamed");
    assert_eq!(put(&emulator, "/trafficsource/save", object).await.status, 200);
    let report = drilldown(&emulator, sample()).await;
    let cell = |row: &&Value| row["attributes"][0]["id"] == source.as_str();
    let row = report.rows().iter().find(cell).unwrap();
    assert_eq!(row["attributes"][0]["value"], "Renamed");
}

#[tokio::test]
async fn nothing_is_written_into_meta() {
    for (unknown, sent, refused) in [
        (UnknownMembers::Refuse, json!({"editVersion": 1}), false),
        (UnknownMembers::Refuse, json!({"editVersion": 1.0}), false),
        (UnknownMembers::Refuse, json!({"editVersion": 2}), true),
        (UnknownMembers::Refuse, json!({"editVersion": 1, "note": "mine"}), true),
        (UnknownMembers::Refuse, json!({}), true),
        (UnknownMembers::Refuse, json!(null), true),
        (UnknownMembers::Refuse, json!("x"), true),
        (UnknownMembers::Ignore, json!({"editVersion": 2}), false),
        (UnknownMembers::Ignore, json!({}), false),
    ] {
        let emulator = builder().unknown_members(unknown).build().unwrap();
        let source = emulator.account().offer_sources().next().unwrap();
        let mut object =
            get(&emulator, &format!("/offersource/find/byId?idOfferSource={}", source.id()))
                .await
                .json;
        object["meta"] = sent.clone();
        let answer = put(&emulator, "/offersource/save", object).await;
        assert_eq!(answer.status == 400, refused, "{sent}: {}", answer.text);
        assert_eq!(answer.message().contains("`meta`"), refused, "{}", answer.text);
    }
    let emulator = builder().build().unwrap();
    for (number, (meta, status)) in
        [(json!({}), 200), (json!(null), 200), (json!({"a": 1}), 400), (json!("x"), 400)]
            .into_iter()
            .enumerate()
    {
        let object = json!({"idOfferSource": format!("2nIemJxNew0{number}"),
            "offerSourceName": "New", "meta": meta});
        let answer = post(&emulator, "/offersource/save", object).await;
        assert_eq!(answer.status, status, "{meta}: {}", answer.text);
    }
}
