#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! Answers of which little is known: raw events and the list of attributes.

use funnelflux_model::reporting::{Attribute, AttributeList, RawEvent, RawEvents};

#[test]
fn events_are_found_under_rows_or_in_a_bare_list() {
    let event = r#"{ "idHit": "dkezmsf3bat8xdbz8rt039r0", "payout": 1.10 }"#;
    for (json, extra) in [
        (format!("[{event}]"), 0),
        (format!("{{\"rows\":[{event}]}}"), 0),
        (format!("{{\"total\":1,\"rows\":[{event}],\"more\":false}}"), 2),
    ] {
        let page = RawEvents::from_json(&json).unwrap();
        assert_eq!(page.rows.len(), 1);
        assert_eq!(page.rows[0].json().get(), event);
        assert_eq!(page.extra().count(), extra);
        assert_eq!(page.rows.len(), 1);
    }
    for nothing in ["null", "[]", r#"{"rows":null}"#, r#"{"hits":null,"hasMore":false}"#] {
        assert!(RawEvents::from_json(nothing).unwrap().rows.is_empty(), "{nothing}");
    }
    // Under a name that is no guess of the contract; and never half of the answer.
    let page = RawEvents::from_json(r#"{"hits":[{"n":1},{"n":2}],"note":"x"}"#).unwrap();
    assert_eq!((page.rows.len(), page.extra().count()), (2, 1));
    let error = RawEvents::from_json(r#"{"hits":[{"n":1}],"clicks":[{"n":2}]}"#).unwrap_err();
    assert!(error.to_string().contains("`hits`, `clicks`"), "{error}");
}

#[test]
fn what_a_page_says_of_others_is_heard_under_the_likely_names() {
    for (json, more, total) in [
        (r#"{"rows":[1]}"#, None, None),
        (r#"{"rows":[1],"hasMore":true,"total":7}"#, Some(true), Some(7)),
        (r#"{"total":{"visits":7},"rows":[1],"hasMore":false}"#, Some(false), None),
        (r#"{"rows":[1],"totalRows":"12","total":3}"#, None, Some(12)),
        (r#"{"rows":[1],"hasMore":"yes","totalCount":-1,"recordsTotal":4}"#, None, Some(4)),
        // As likely a number of the page's own rows.
        (r#"{"rows":[1],"count":1,"size":9}"#, None, None),
        ("[1]", None, None),
    ] {
        let page = RawEvents::from_json(json).unwrap();
        assert_eq!((page.has_more(), page.total()), (more, total), "{json}");
    }
}

#[test]
fn an_event_is_read_by_the_names_of_its_members() {
    let page = RawEvents::from_json(
        r#"[{"type":"click","time":"2023-10-12T14:00:00Z","visitorId":42,"payout":"12.50",
             "fraction":0.1,"big":12345678901234567890,"note":"a\"b","gone":null,"flag":true},
            17, "text"]"#,
    )
    .unwrap();
    let event = &page.rows[0];
    assert_eq!(event.kind().unwrap(), "click");
    assert_eq!(event.time().unwrap(), "2023-10-12T14:00:00Z");
    assert_eq!(event.visitor_id().unwrap(), "42");
    assert_eq!(event.hit_id(), None);
    assert_eq!(event.decimal("payout").unwrap().to_string(), "12.50");
    assert_eq!(event.decimal("fraction").unwrap().to_string(), "0.1");
    assert_eq!(event.decimal("big").unwrap().to_string(), "12345678901234567890");
    assert_eq!(event.text("note").unwrap(), "a\"b");
    assert_eq!((event.text("gone"), event.decimal("gone")), (None, None));
    assert_eq!(event.get("gone").unwrap().get(), "null");
    assert_eq!((event.decimal("flag"), event.decimal("type")), (None, None));
    assert_eq!(event.members().len(), 9);
    assert_eq!(page.rows[1].json().get(), "17");
    assert!(page.rows[2].members().is_empty());
}

#[test]
fn the_first_candidate_that_an_event_has_is_taken() {
    let page = RawEvents::from_json(r#"[{"hitId":"second","idHit":"first"}]"#).unwrap();
    assert_eq!(page.rows[0].hit_id().unwrap(), "first");
}

#[test]
fn events_show_nothing_of_a_visitor_in_debug_or_errors() {
    let page = RawEvents::from_json(r#"[{"ip":"203.0.113.9","email":"a@example.com"}]"#).unwrap();
    assert_eq!(format!("{page:?}"), "RawEvents(1 rows)");
    assert_eq!(format!("{:?}", page.rows), "[OpenRow(2 members)]");
    for json in [r#""203.0.113.9""#, r#"{"rows":"203.0.113.9"}"#, r#"{"ip":"203.0.113.9"}"#, "{"] {
        let error = format!("{0} {0:?}", RawEvents::from_json(json).unwrap_err());
        assert!(!error.contains("203"), "{error}");
    }
}

#[test]
fn the_list_of_attributes_is_found_in_any_likely_shape() {
    for json in [
        r#"["Element: Offer","Time: New"]"#,
        r#"[{"attribute":"Element: Offer","label":"x"},{"name":"Time: New"}]"#,
        r#"[{"value":"Element: Offer"},{"label":"Time: New"},{"other":1}, 5]"#,
        r#"{"attributes":["Element: Offer","Time: New"],"other":["x"]}"#,
        r#"{"whatever":["Element: Offer","Time: New"],"count":2}"#,
    ] {
        let list = AttributeList::from_json(json).unwrap();
        assert_eq!(
            list.attributes,
            [Attribute::ELEMENT_OFFER, Attribute::new("Time: New")],
            "{json}"
        );
        assert_eq!(list.raw.get(), json);
    }
    for json in ["null", r#"{"attributes":null}"#, r#"{"whatever":null,"count":0}"#] {
        assert!(AttributeList::from_json(json).unwrap().attributes.is_empty(), "{json}");
    }
    for json in ["{}", "17", r#"{"a":[],"b":[]}"#] {
        assert!(AttributeList::from_json(json).is_err(), "{json}");
    }
}

static_assertions::assert_impl_all!(RawEvents: Send, Sync);
static_assertions::assert_impl_all!(RawEvent: Send, Sync);
static_assertions::assert_impl_all!(AttributeList: Send, Sync);
