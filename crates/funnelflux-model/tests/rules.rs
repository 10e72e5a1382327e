#![allow(clippy::panic, clippy::unwrap_used, reason = "a test stops at its first surprise")]
//! The rules of assets: ids inside, `meta`, slots, and what is never touched.

use funnelflux_contract::AssetKind;
use funnelflux_model::{
    Document, ValidationError,
    ledger::{Condition, LedgerAsset, Model, OfferSource, rules},
};

const ID: &str = "2nIemJxCKbFX";

fn kind(name: &str) -> &'static AssetKind {
    AssetKind::find(name).unwrap()
}

fn fetched(text: &str) -> Document {
    let mut document = Document::parse(text).unwrap();
    document.mark_saved();
    document
}

fn fields(error: &ValidationError) -> Vec<&str> {
    error.violations().iter().map(|violation| violation.field.as_str()).collect()
}

/// A funnel with these further members.
fn funnel(more: &str) -> String {
    format!(r#"{{"idFunnel":"{ID}","funnelName":"F","idFunnelGroup":"{ID}"{more}}}"#)
}

#[test]
fn every_id_inside_of_a_new_asset_is_checked() {
    let no_fields: [&str; 0] = [];
    for (name, text, wrong) in [
        ("funnels", funnel(r#","nodes":[],"connections":[]"#), &no_fields[..]),
        (
            "funnels",
            funnel(r#","nodes":[{"idNode":"badid","idFunnel":"2nIemJxCKbFX"},{"idNode":"badid"}]"#),
            &["nodes[0].idNode", "nodes[1].idNode"],
        ),
        (
            "funnels",
            funnel(
                r#","connections":[{"idConnection":"c","idSourceNode":"a","idTargetNode":"b"}]"#,
            ),
            &[
                "connections[0].idConnection",
                "connections[0].idSourceNode",
                "connections[0].idTargetNode",
            ],
        ),
        (
            "funnels",
            funnel(
                r#","nodes":[{"nodePageParams":{"idPage":"x","additionalTokens":[{"idPage":""}]}}]"#,
            ),
            &["nodes[0].nodePageParams.idPage"],
        ),
        // A link may be empty; the id of a part of a funnel may not.
        (
            "funnels",
            funnel(
                r#","nodes":[{"idNode":"","idFunnel":"","nodePageParams":{"idPage":""}}],"connections":[{"idConnection":"","idSourceNode":"","idTargetNode":""}]"#,
            ),
            &[
                "nodes[0].idNode",
                "connections[0].idConnection",
                "connections[0].idSourceNode",
                "connections[0].idTargetNode",
            ],
        ),
        ("offer-sources", r#"{"idOfferSource":""}"#.to_owned(), &["idOfferSource"]),
        // Under names that are nowhere in the contract.
        (
            "funnels",
            funnel(r#","new":{"list":[[{"idCondition":7}]],"idOfferSource":null}"#),
            &["new.list[0][0].idCondition", "new.idOfferSource"],
        ),
        // Short names of ids outside of assets may mean anything inside of one.
        (
            "funnels",
            funnel(r#","nodes":[{"ts":1722606672853,"p":0.5,"n":"x","idLander":"x"}],"f":true"#),
            &[],
        ),
        // The key of a route is no id, and `meta` belongs to the app.
        (
            "funnels",
            funnel(r#","connections":[{"idRoute":"approved"}],"meta":{"idNode":"x"}"#),
            &[],
        ),
        (
            "pages",
            format!(r#"{{"idPage":"{ID}","offerParams":{{"idOfferSource":"bad"}}}}"#),
            &["offerParams.idOfferSource"],
        ),
        (
            "conditions",
            format!(r#"{{"idCondition":"{ID}","restrictToFunnelId":"x","idCategory":null}}"#),
            &["restrictToFunnelId", "idCategory"],
        ),
        ("offer-sources", format!(r#"{{"idOfferSource":"{ID}","idCategory":""}}"#), &[]),
        ("offer-sources", r#"{"idOfferSource":"x"}"#.to_owned(), &["idOfferSource"]),
    ] {
        let document = Document::parse(&text).unwrap();
        match rules::for_create(kind(name), &document) {
            Ok(_) => assert_eq!(wrong, no_fields, "{text}"),
            Err(error) => assert_eq!(fields(&error), wrong, "{text}"),
        }
    }
}

#[test]
fn a_null_where_a_link_is_meant_is_answered_with_the_empty_text() {
    let document =
        Document::parse(&format!(r#"{{"idOfferSource":"{ID}","idCategory":null}}"#)).unwrap();
    assert_eq!(
        rules::for_create(kind("offer-sources"), &document).unwrap_err().to_string(),
        "idCategory: got `null`; expected 12 characters of 0-9, A-Z, a-z, or the empty text for none"
    );
}

#[test]
fn a_long_value_in_the_place_of_an_id_is_not_shown() {
    let token = "eyJhbGciOiJIUzI1NiJ9".repeat(3);
    for text in [
        format!(r#"{{"idOfferSource":"{ID}","idCategory":"{token}"}}"#),
        format!(r#"{{"idOfferSource":"{ID}","idCategory":["{token}"]}}"#),
        format!(r#"{{"idOfferSource":"{token}"}}"#),
    ] {
        let new = Document::parse(&text).unwrap();
        let error = rules::for_create(kind("offer-sources"), &new).unwrap_err();
        assert!(!error.to_string().contains("eyJ"), "{error}");
        let mut saved = fetched(&format!(r#"{{"idOfferSource":"{ID}"}}"#));
        new.members().for_each(|(name, value)| saved.set(&name, value).unwrap());
        let error = rules::for_save(kind("offer-sources"), &saved).unwrap_err();
        assert!(!error.to_string().contains("eyJ"), "{error}");
    }
}

#[test]
fn an_id_that_the_server_has_may_stay_and_move() {
    let stored = funnel(
        r#","idCategory":null,"nodes":[{"idNode":"n1","x":1.50},{"idNode":"n2"}],"connections":[{"idSourceNode":"n1"}]"#,
    );
    let swap = r#"[{"idNode":"n2"},{"idNode":"n1"},{"idNode":"2n5JuOKWLTzd"}]"#;
    for (path, value, wrong) in [
        (&["funnelName"][..], r#""G""#, &[][..]),
        (&["nodes"], swap, &[]),
        (&["nodes", "0", "idNode"], r#""n3""#, &["nodes[0].idNode"]),
        (&["nodes", "1", "idFunnel"], r#""n1""#, &["nodes[1].idFunnel"]),
        (&["connections", "0", "idTargetNode"], r#""n2""#, &["connections[0].idTargetNode"]),
        (&["connections", "0", "idSourceNode"], r#""n1""#, &[]),
        (&["idCampaign"], "null", &["idCampaign"]),
        (&["idCategory"], r#""""#, &[]),
    ] {
        let mut document = fetched(&stored);
        let value: &serde_json::value::RawValue = serde_json::from_str(value).unwrap();
        document.set_at(path, value).unwrap();
        match rules::for_save(kind("funnels"), &document) {
            Ok(body) => {
                assert!(wrong.is_empty(), "{path:?}");
                assert_eq!(body.text(), document.text(), "{path:?}");
            }
            Err(error) => assert_eq!(fields(&error), wrong, "{path:?}: {error}"),
        }
    }
    // Created again, all of it is new.
    let error = rules::for_create(kind("funnels"), &fetched(&stored)).unwrap_err();
    assert_eq!(
        fields(&error),
        ["idCategory", "nodes[0].idNode", "nodes[1].idNode", "connections[0].idSourceNode"]
    );
}

#[test]
fn a_copy_is_asked_for_with_ids_that_are_some() {
    let request = |rest: &str| Document::parse(&format!(r#"{{"name":"Copy"{rest}}}"#)).unwrap();
    for (name, rest, wrong) in [
        ("offer-sources", "", &[][..]),
        ("offer-sources", r#","parentId":"x""#, &["parentId"]),
        ("funnels", r#","parentId":"x""#, &["parentId"]),
        ("pages", r#","bodyUpdates":{"idCategory":null}"#, &["bodyUpdates.idCategory"]),
        (
            "pages",
            r#","bodyUpdates":{"offerParams":{"idOfferSource":"x"}}"#,
            &["bodyUpdates.offerParams.idOfferSource"],
        ),
        (
            "offer-sources",
            r#","bodyUpdates":{"idOfferSource":"x"}"#,
            &["bodyUpdates.idOfferSource"],
        ),
    ] {
        match rules::check_copy(kind(name), &request(rest)) {
            Ok(()) => assert!(wrong.is_empty(), "{rest}"),
            Err(error) => assert_eq!(fields(&error), wrong, "{rest}"),
        }
    }
}

#[test]
fn a_document_of_any_depth_is_checked_without_a_fault() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let text = format!(r#"{{"idOfferSource":"{ID}","x":{deep}}}"#);
    let document = Document::parse(&text);
    assert!(
        document.is_err() || rules::for_create(kind("offer-sources"), &document.unwrap()).is_ok()
    );
}

#[test]
fn meta_is_sent_back_as_it_was_read_and_never_written() {
    let stored = format!(r#"{{"idOfferSource":"{ID}", "meta":{{"editVersion":7.0, "a":[1]}}}}"#);
    for (path, value, refused) in [
        (&["meta"][..], r#"{"a":[1],"editVersion":7}"#, false),
        (&["meta", "editVersion"], "7", false),
        (&["meta", "editVersion"], "8", true),
        (&["meta", "note"], r#""hello""#, true),
        (&["meta"], r#"{"a":1}"#, true),
        (&["meta"], "null", true),
        (&["offerSourceName"], r#""New""#, false),
    ] {
        let mut source = OfferSource::from_document(fetched(&stored));
        let value: &serde_json::value::RawValue = serde_json::from_str(value).unwrap();
        source.document_mut().set_at(path, value).unwrap();
        match source.for_save() {
            Ok(body) => {
                assert!(!refused, "{path:?}");
                let meta = body.get("meta").unwrap().get();
                assert_eq!(meta, r#"{"editVersion":7.0, "a":[1]}"#, "{path:?}");
            }
            Err(error) => {
                assert!(refused, "{path:?}: {error}");
                assert_eq!(fields(&error), ["meta"]);
                assert!(!error.to_string().contains("hello"), "{error}");
            }
        }
    }
    let mut without = fetched(&stored);
    without.remove("meta");
    let error = rules::for_save(kind("offer-sources"), &without).unwrap_err();
    assert_eq!(
        error.to_string(),
        "meta: got nothing; expected the value that was read: only the app writes it"
    );

    // A text that this client did not read is sent with the `meta` that it was parsed with.
    let mut parsed = Document::parse(&stored).unwrap();
    let body = rules::for_save(kind("offer-sources"), &parsed).unwrap();
    assert_eq!(body.text(), stored);
    parsed.set_at(&["meta", "note"], "hello").unwrap();
    let mut made = Document::parse(&format!(r#"{{"idOfferSource":"{ID}"}}"#)).unwrap();
    made.set_at(&["meta", "note"], "hello").unwrap();
    for written in [parsed, made] {
        let error = rules::for_save(kind("offer-sources"), &written).unwrap_err();
        assert_eq!(fields(&error), ["meta"]);
    }

    // A new asset has none.
    let new = Document::parse(&stored).unwrap();
    let body = rules::for_create(kind("offer-sources"), &new).unwrap();
    assert_eq!(body.text(), format!(r#"{{"idOfferSource":"{ID}"}}"#));
    assert_eq!(rules::left_out(kind("offer-sources"), &new), ["meta"]);
    let funnel = Document::parse(&funnel(r#","owner":"me","meta":{}"#)).unwrap();
    assert_eq!(rules::left_out(kind("funnels"), &funnel), ["owner", "meta"]);
    assert!(rules::left_out(kind("funnels"), &body).is_empty());
}

#[test]
fn only_the_slots_that_a_hit_has_are_taken() {
    let text =
        |slots: &str| format!(r#"{{"idTrafficSource":"{ID}","trackingFieldSlots":{slots}}}"#);
    for (slots, refused) in [
        (r#"{"campaign":{},"external":{},"c1":{},"c20":{}}"#, None),
        (r#"{"c21":{}}"#, Some("`c21`")),
        (r#"{"c0":{}}"#, Some("`c0`")),
        (r#"{"C1":{}}"#, Some("`C1`")),
        (r#"{"c1":{},"sub1":{}}"#, Some("`sub1`")),
        ("{}", None),
        ("null", None),
    ] {
        let document = Document::parse(&text(slots)).unwrap();
        let error = rules::for_create(kind("traffic-sources"), &document).err();
        let value = error.as_ref().map(|error| error.violations().first().unwrap().value.as_str());
        assert_eq!(value, refused, "{slots}");
    }
    // What the server has may stay.
    let mut source = fetched(&text(r#"{"c21":{"name":"a"}}"#));
    source.set_at(&["trackingFieldSlots", "c21", "name"], "b").unwrap();
    assert!(rules::for_save(kind("traffic-sources"), &source).is_ok());
    source.set_at(&["trackingFieldSlots", "c22", "name"], "b").unwrap();
    assert!(rules::for_save(kind("traffic-sources"), &source).is_err());
}

#[test]
fn both_formats_of_conditions_are_kept_untouched() {
    for rest in [
        r#""orTests":[ {"andTests":[{"test":"Time: Date","operator":"IS","testAgainstTimeDateParams":{"date":{"year":2026,"month":1,"day":1.0}}}]} ]"#,
        r#""version":2, "routes":[{"idRoute":"r1","name":"DE","priority":1,"groups":[{"rules":[{"attribute":"UTC offset","values":["+01:00"]},{"attribute":"IP","values":["123.123.X.X"]}]}]}]"#,
    ] {
        let text = format!(
            r#"{{"idCondition":"{ID}","conditionName":"Old", {rest} ,"meta":{{"v":1e0}}}}"#
        );
        let mut condition = Condition::from_document(fetched(&text));
        condition.set_name("New");
        let saved = condition.for_save().unwrap();
        assert_eq!(saved.text(), text.replace("Old", "New"));
    }
}
