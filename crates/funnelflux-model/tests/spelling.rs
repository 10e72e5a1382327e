#![allow(clippy::unwrap_used, reason = "a test stops at its first surprise")]
//! The text of each request, byte by byte: the order of its members, empty lists, and extra members at the
//! end.

use funnelflux_model::{
    domains::DomainRequest,
    explorer::{HitLookup, VisitorLookup},
    ledger::{DuplicateRequest, FunnelDuplicateRequest, KeyValue, LogicScriptDuplicateRequest},
    logs::LogRequest,
    reporting::{Attribute, AttributeSelection, DrilldownRequest, RawEventsRequest, TrackingSlot},
    time::{TimeRange, Zone},
    updates::{
        Conversion, ConversionsUpdate, CostSegment, CostUpdate, PostbackCalls, ResetRequest,
    },
};

const ID: &str = "2nIemJxCKbFX";
const HIT: &str = "dkezmsf3bat8xdbz8rt039rh";

fn range() -> TimeRange {
    TimeRange::days("2026-03-01", "2026-03-02", &"+02:00".parse::<Zone>().unwrap()).unwrap()
}

fn text<T: serde::Serialize>(request: &T) -> String {
    serde_json::to_string(request).unwrap()
}

#[test]
fn each_request_has_its_members_in_this_order() {
    let days = r#""timeStart":"2026-03-01T00:00:00+02:00","timeEnd":"2026-03-02T23:59:59+02:00""#;
    let selection = AttributeSelection::tracking_field(TrackingSlot::C1).whitelist(["a"]);
    let cost = CostSegment::builder(ID.parse().unwrap(), ID.parse().unwrap(), range())
        .whole_segment("1.50".parse().unwrap());
    let reset = || ResetRequest::builder(range());
    let rows = [
        (
            text(
                &DrilldownRequest::builder(range())
                    .attribute(Attribute::ELEMENT_OFFER)
                    .build()
                    .unwrap(),
            ),
            r#"{DAYS,"attributes":[{"attribute":"Element: Offer"}],"filters":[]}"#,
        ),
        (
            text(
                &DrilldownRequest::builder(range())
                    .extra("z", "1e3")
                    .filter(selection.blacklist(["b"]).extra("own", 1))
                    .attribute(TrackingSlot::Campaign)
                    .extra("a", serde_json::json!({"b": [null]}))
                    .build()
                    .unwrap(),
            ),
            r#"{DAYS,"attributes":[{"attribute":"URL Tracking Field","whitelistFilters":["{\"campaign\":\"*\"}"]}],"filters":[{"attribute":"URL Tracking Field","whitelistFilters":["{\"c1\":\"a\"}"],"blacklistFilters":["{\"c1\":\"b\"}"],"own":1}],"z":"1e3","a":{"b":[null]}}"#,
        ),
        (
            text(
                &RawEventsRequest::builder(range())
                    .clicks()
                    .page(5, 20)
                    .extra("x", true)
                    .build()
                    .unwrap(),
            ),
            r#"{DAYS,"includeHits":false,"includeClicks":true,"includeConversions":false,"pagingStart":5,"pagingLength":20,"x":true}"#,
        ),
        (text(&LogRequest::builder(range()).build().unwrap()), "{DAYS}"),
        (
            text(&LogRequest::builder(range()).extra("b", 1).extra("a", "2").build().unwrap()),
            r#"{DAYS,"b":1,"a":"2"}"#,
        ),
        (
            text(
                &ConversionsUpdate::builder(PostbackCalls::All)
                    .conversion(
                        Conversion::new(HIT.parse().unwrap()).payout("0.10".parse().unwrap()),
                    )
                    .override_payout("2.00".parse().unwrap())
                    .force_postbacks()
                    .extra("x", 1)
                    .build()
                    .unwrap(),
            ),
            r#"{"hits":[{"idHit":"HIT","transaction":"","payout":0.10}],"postbackCalls":"all","overridePayout":2.00,"disablePostbacks":false,"forcePostbacks":true,"x":1}"#,
        ),
        (
            text(&CostUpdate::new([cost.clone().everything().build().unwrap()]).unwrap().plan()),
            r#"[{"funnelIDs":["ID"],"trafficSourceIDs":["ID"],DAYS,"costSegments":[{"cost":"1.50","costType":"wholeSegment","restrictToTrackingFields":{}}]}]"#,
        ),
        (
            text(&cost.tracking_field(TrackingSlot::C2, ["b"]).extra("x", 1).build().unwrap()),
            r#"{"cost":"1.50","costType":"wholeSegment","restrictToTrackingFields":{"c2":["b"]},"x":1}"#,
        ),
        (
            text(&reset().everything().build().unwrap()),
            r#"{DAYS,"restrictToCampaignIDs":[],"restrictToFunnelIDs":[],"restrictToTrafficSourceIDs":[],"restrictToCountryCodes":[],"restrictToVisitorIDs":[],"restrictToIPs":[]}"#,
        ),
        (
            text(
                &reset()
                    .extra("x", 1)
                    .tracking_field(TrackingSlot::C1, ["a"])
                    .vouch_for_tracking_fields()
                    .ips(["192.0.2.7".parse().unwrap()])
                    .funnels([ID.parse().unwrap()])
                    .build()
                    .unwrap(),
            ),
            r#"{DAYS,"restrictToCampaignIDs":[],"restrictToFunnelIDs":["ID"],"restrictToTrafficSourceIDs":[],"restrictToCountryCodes":[],"restrictToVisitorIDs":[],"restrictToIPs":["192.0.2.7"],"restrictToTrackingFields":{"c1":["a"]},"x":1}"#,
        ),
        (
            text(&VisitorLookup::by_visitor("v1".parse().unwrap(), range())),
            r#"{"visitorId":"v1",DAYS}"#,
        ),
        (text(&VisitorLookup::by_hit(HIT.parse().unwrap())), r#"{"hitId":"HIT"}"#),
        (text(&HitLookup::new(HIT.parse().unwrap())), r#"{"hitId":"HIT"}"#),
        (text(&DomainRequest::new("go.example.com").unwrap()), r#"{"domain":"go.example.com"}"#),
        (text(&DuplicateRequest::new("A \"b\"")), r#"{"name":"A \"b\""}"#),
        (
            text(&FunnelDuplicateRequest::new("A", ID.parse().unwrap()).set("x", &1.5).unwrap()),
            r#"{"name":"A","parentId":"ID","bodyUpdates":{"x":1.5}}"#,
        ),
        (
            text(&LogicScriptDuplicateRequest::new("A").set("description", "b").unwrap()),
            r#"{"name":"A","bodyUpdates":{"description":"b"}}"#,
        ),
        (text(&KeyValue::new("a", "b")), r#"{"key":"a","value":"b"}"#),
    ];
    for (sent, expected) in rows {
        let expected =
            expected.replace("DAYS", days).replace("HIT", HIT).replace("ID\"", &format!("{ID}\""));
        assert_eq!(sent, expected);
    }
}
