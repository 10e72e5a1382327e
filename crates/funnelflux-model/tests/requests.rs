#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! What is asked of the reporting section.

use funnelflux_model::{
    Grade, ValidationError,
    reporting::{
        Attribute, AttributeSelection, DrilldownRequest, DrilldownRequestBuilder, Metric,
        MetricKind, RawEventsRequest, TrackingAliases, TrackingFieldFilter, TrackingSlot,
    },
    time::{TimeRange, Zone},
};
use proptest::prelude::*;
use serde_json::json;

fn day() -> TimeRange {
    TimeRange::days("2023-10-12", "2023-10-12", &"+02:00".parse::<Zone>().unwrap()).unwrap()
}

fn drilldown() -> DrilldownRequestBuilder {
    DrilldownRequest::builder(day())
}

fn faults(error: &ValidationError) -> Vec<&str> {
    error.violations().iter().map(|violation| violation.field.as_str()).collect()
}

/// The request of an integration that ran in production, without its blanks.
const SENT_IN_PRODUCTION: &str = concat!(
    r#"{"timeStart":"2023-10-12T00:00:00+02:00","timeEnd":"2023-10-12T23:59:59+02:00","#,
    r#""attributes":[{"attribute":"URL Tracking Field","whitelistFilters":["{\"campaign\":\"*\"}"]},"#,
    r#"{"attribute":"URL Tracking Field","whitelistFilters":["{\"c1\":\"*\"}"]},"#,
    r#"{"attribute":"Time: 1-Hour Blocks"},{"attribute":"Element: Offer"},"#,
    r#"{"attribute":"Third Parties: Offer Source"}],"filters":[]}"#,
);

#[test]
fn a_request_is_spelled_as_in_production() {
    let request = drilldown()
        .attribute(TrackingSlot::Campaign)
        .attribute(TrackingSlot::C1)
        .attributes([
            Attribute::TIME_1_HOUR_BLOCKS,
            Attribute::ELEMENT_OFFER,
            Attribute::THIRD_PARTIES_OFFER_SOURCE,
        ])
        .build()
        .unwrap();
    assert_eq!(serde_json::to_string(&request).unwrap(), SENT_IN_PRODUCTION);
}

#[test]
fn filters_given_as_json_are_sent_as_they_are() {
    let field =
        |json: &str| AttributeSelection::new(Attribute::URL_TRACKING_FIELD).whitelist([json]);
    let request = drilldown()
        .attribute(field(r#"{"campaign":"*"}"#))
        .attribute(field(r#"{"c1":"*"}"#))
        .attribute(Attribute::TIME_1_HOUR_BLOCKS)
        .attribute("Element: Offer".parse_attribute())
        .attribute(Attribute::THIRD_PARTIES_OFFER_SOURCE)
        .build()
        .unwrap();
    assert_eq!(serde_json::to_string(&request).unwrap(), SENT_IN_PRODUCTION);
    assert_eq!(request.attributes()[1].label(), "URL Tracking Field: c1");
}

trait ParseAttribute {
    fn parse_attribute(self) -> AttributeSelection;
}

impl ParseAttribute for &str {
    fn parse_attribute(self) -> AttributeSelection {
        AttributeSelection::parse(self, &TrackingAliases::default()).unwrap()
    }
}

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let error = drilldown()
        .attribute(Attribute::ELEMENT_OFFER)
        .attribute(Attribute::URL_TRACKING_FIELD)
        .attribute(Attribute::ELEMENT_OFFER)
        .attribute(
            AttributeSelection::new(Attribute::LOCATION_CITY).whitelist(Vec::<String>::new()),
        )
        .attribute(AttributeSelection::new(Attribute::DEVICE_OS).blacklist(["Linux", " "]))
        .attribute(AttributeSelection::new(Attribute::URL_TRACKING_FIELD).whitelist(["c1"]))
        .attribute(Attribute::new(""))
        .filter(Attribute::LOCATION_COUNTRY)
        .filter(TrackingSlot::C3)
        .extra("filters", json!([]))
        .extra("paging", 1)
        .extra("paging", 2)
        .build()
        .unwrap_err();
    assert_eq!(
        faults(&error),
        [
            "attributes[1]",
            "attributes[2]",
            "attributes[3].whitelistFilters",
            "attributes[4].blacklistFilters[1]",
            "attributes[5].whitelistFilters[0]",
            "attributes[5]",
            "attributes[6].attribute",
            "filters[0]",
            "filters[1]",
            "extra",
            "extra",
        ]
    );
    let text = error.to_string();
    assert!(text.contains("attributes[2]: got `Element: Offer`; expected each attribute once"));
    assert!(text.contains(r#"got `c1`; expected JSON that names one slot"#), "{text}");
}

#[test]
fn filters_given_as_json_name_one_tracking_field() {
    let fields = |white: &[&str], black: &[&str]| {
        let selection = AttributeSelection::new(Attribute::URL_TRACKING_FIELD);
        let selection = selection.whitelist(white.iter().copied());
        let selection =
            if black.is_empty() { selection } else { selection.blacklist(black.iter().copied()) };
        drilldown().attribute(selection).build()
    };
    assert!(fields(&[r#"{"c1":"a"}"#, r#"{"c1":"b"}"#], &[r#"{"c1":"c"}"#]).is_ok());
    for (white, black) in [
        (&[r#"{"c1":"a"}"#, r#"{"c2":"b"}"#][..], &[][..]),
        (&[r#"{"c1":"a"}"#], &[r#"{"c2":"b"}"#]),
    ] {
        let error = fields(white, black).unwrap_err();
        assert_eq!(faults(&error), ["attributes[0]"]);
        assert!(error.to_string().contains("filters of `c1`, `c2`"), "{error}");
    }
}

#[test]
fn what_is_filtered_by_never_reaches_debug() {
    let by_ip = AttributeSelection::new(Attribute::CONNECTION_IP)
        .whitelist(["203.0.113.201"])
        .blacklist(["203.0.113.202"])
        .extra("like", "canary");
    let by_click = AttributeSelection::tracking_field(TrackingSlot::External).whitelist(["canary"]);
    let builder = drilldown()
        .attribute(by_click.clone())
        .filter(by_ip.clone())
        .extra("only", json!({ "visitor": "canary" }));
    let events = RawEventsRequest::builder(day()).hits().extra("ip", "203.0.113.201");
    for (text, says) in [
        (format!("{by_ip:?}"), "Connection: IP"),
        (format!("{by_click:#?}"), "URL Tracking Field: external"),
        (format!("{builder:?}"), "only"),
        (format!("{:?}", builder.clone().build().unwrap()), "only"),
        (format!("{events:?}"), "\"ip\""),
        (format!("{:#?}", events.clone().build().unwrap()), "\"ip\""),
        (format!("{:?}", TrackingFieldFilter::new(TrackingSlot::External, "canary")), "External"),
    ] {
        assert!(!text.contains("canary") && !text.contains("203.0.113"), "{text}");
        assert!(text.contains(says), "{text}");
    }
    let request = builder.build().unwrap();
    assert_eq!(request.extra_members().next().unwrap().0, "only");
    assert_eq!(request.filters()[0].extra_members().count(), 1);
}

#[test]
fn a_report_has_one_to_ten_attributes_unless_the_caller_knows_better() {
    assert_eq!(faults(&drilldown().build().unwrap_err()), ["attributes"]);
    let slots = || TrackingSlot::KNOWN.iter().copied().take(11);
    assert!(drilldown().attributes(slots().take(10)).build().is_ok());
    let error = drilldown().attributes(slots()).build().unwrap_err();
    assert_eq!(error.to_string(), "attributes: got 11 attributes; expected 1 to 10");
    assert!(drilldown().attributes(slots()).with_most_attributes(12).build().is_ok());
}

#[test]
fn tracking_fields_may_repeat_with_another_slot_only() {
    assert!(drilldown().attributes([TrackingSlot::C1, TrackingSlot::C2]).build().is_ok());
    let error = drilldown().attributes([TrackingSlot::C1, TrackingSlot::C1]).build().unwrap_err();
    assert_eq!(error.violations()[0].value, "`URL Tracking Field: c1`");
}

#[test]
fn patterns_of_a_tracking_field_are_wrapped_and_escaped() {
    let selection = AttributeSelection::tracking_field(TrackingSlot::C20)
        .whitelist(["say \"hi\"", "a\\b"])
        .blacklist(["x*"]);
    let wire = serde_json::to_value(&selection).unwrap();
    assert_eq!(wire["whitelistFilters"][0], r#"{"c20":"say \"hi\""}"#);
    assert_eq!(wire["whitelistFilters"][1], r#"{"c20":"a\\b"}"#);
    assert_eq!(wire["blacklistFilters"], json!([r#"{"c20":"x*"}"#]));
    // Without a whitelist, a tracking field still says which one it is.
    let only_not = AttributeSelection::tracking_field(TrackingSlot::C1).blacklist(["x"]);
    let wire = serde_json::to_value(&only_not).unwrap();
    assert_eq!(wire["whitelistFilters"], json!([r#"{"c1":"*"}"#]));
}

#[test]
fn unknown_members_are_passed_on_where_the_user_puts_them() {
    let request = drilldown()
        .attribute(AttributeSelection::new(Attribute::ELEMENT_OFFER).extra("showArchived", true))
        .extra("sorting", json!({ "by": "visits" }))
        .build()
        .unwrap();
    let wire = serde_json::to_value(&request).unwrap();
    assert_eq!(wire["sorting"]["by"], "visits");
    assert_eq!(wire["attributes"][0]["showArchived"], true);
}

#[test]
fn short_names_lead_to_attributes() {
    for (text, name) in [
        ("offer", "Element: Offer"),
        ("funnel", "Element: Funnel"),
        ("traffic-source", "Third Parties: Traffic Source"),
        ("Traffic_Source", "Third Parties: Traffic Source"),
        ("country", "Location: Country"),
        ("hour", "Time: 1-Hour Blocks"),
        ("day", "Time: Date"),
        ("field:c1", "URL Tracking Field: c1"),
        ("field:campaign", "URL Tracking Field: campaign"),
        ("element: offer", "Element: Offer"),
        ("Time: Moon Phase", "Time: Moon Phase"),
    ] {
        assert_eq!(text.parse_attribute().label(), name, "{text}");
    }
    for (alias, attribute) in Attribute::aliases() {
        assert_eq!(Attribute::from_alias(alias), Some(attribute.clone()));
        assert!(Attribute::KNOWN.contains(&attribute), "{alias}");
    }
}

#[test]
fn a_slip_in_a_short_name_is_answered_with_what_would_be_right() {
    let none = TrackingAliases::default();
    for (text, right) in [
        ("ofer", "`offer`"),
        ("traffic-sorce", "`traffic-source`"),
        ("trafficsource", "`traffic-source`"),
        ("c1", "`field:c1`"),
        ("campaign", "`field:campaign`"),
        ("", "one of hour, offer, "),
        ("xyzzy", "one of hour, offer, "),
        ("field:adset", "`c1` to `c20`"),
    ] {
        let error = AttributeSelection::parse(text, &none).unwrap_err();
        assert!(error.to_string().contains(right), "{text}: {error}");
    }
}

#[test]
fn tracking_fields_are_found_by_the_names_of_their_traffic_source() {
    let mut fields = TrackingAliases::from_iter([("adset", TrackingSlot::C3)]);
    fields.insert("Ad", TrackingSlot::C4);
    fields.insert("ad", TrackingSlot::C5);
    fields.insert("twice", TrackingSlot::C6);
    fields.insert("twice", TrackingSlot::C7);
    fields.insert("c1", TrackingSlot::C9);
    assert_eq!(fields.slot("ADSET"), Ok(TrackingSlot::C3));
    assert_eq!(fields.slot("Ad"), Ok(TrackingSlot::C4));
    assert_eq!(fields.slot("ad"), Ok(TrackingSlot::C5));
    assert!(fields.slot("AD").unwrap_err().to_string().contains("Ad (c4), ad (c5)"));
    assert!(fields.slot("twice").unwrap_err().to_string().contains("an alias of one slot"));
    assert!(fields.slot("adgroup").unwrap_err().to_string().contains("adset (c3)"));
    // A slot's own name is the slot.
    let slot = AttributeSelection::parse("field:c1", &fields).unwrap().slot();
    assert_eq!(slot, Some(TrackingSlot::C1));
    let slot = AttributeSelection::parse("field:adset", &fields).unwrap().slot();
    assert_eq!(slot, Some(TrackingSlot::C3));
}

#[test]
fn there_are_22_slots_and_no_more() {
    assert_eq!(TrackingSlot::KNOWN.len(), 22);
    for &slot in TrackingSlot::KNOWN {
        assert_eq!(slot.as_str().parse(), Ok(slot));
    }
    assert_eq!(TrackingSlot::custom(20), Some(TrackingSlot::C20));
    assert_eq!((TrackingSlot::custom(0), TrackingSlot::custom(21)), (None, None));
    assert!("c0".parse::<TrackingSlot>().is_err());
    for bad in ["", "{}", "*", r#"{"c1":""}"#, r#"{"c1":1}"#, r#"{"c21":"*"}"#] {
        assert!(bad.parse::<TrackingFieldFilter>().is_err(), "{bad}");
    }
}

#[test]
fn what_is_known_only_of_the_sibling_does_not_claim_more() {
    let proven: Vec<&str> = Attribute::KNOWN
        .iter()
        .filter(|attribute| attribute.grade() == Grade::Proven)
        .map(Attribute::name)
        .collect();
    let in_production = [
        "URL Tracking Field",
        "Time: 1-Hour Blocks",
        "Element: Offer",
        "Third Parties: Offer Source",
    ];
    assert_eq!(proven, in_production);
    let others = Attribute::KNOWN.iter().filter(|a| !in_production.contains(&a.name()));
    assert!(others.clone().count() > 40);
    assert!(others.into_iter().all(|attribute| attribute.grade() == Grade::Sibling));
    assert_eq!(Attribute::new("Made: Up").grade(), Grade::Unknown);

    let proven: Vec<&str> = Metric::KNOWN
        .iter()
        .filter(|metric| metric.grade() == Grade::Proven)
        .map(Metric::name)
        .collect();
    assert_eq!(proven, ["offerViews", "conversions", "revenue"]);
    assert_eq!(Metric::new("somethingNew").grade(), Grade::Unknown);
}

#[test]
fn only_sums_of_counts_and_money_add_up() {
    for metric in Metric::KNOWN {
        let name = metric.name();
        let unique = name.contains("nique") || name.contains("visitors");
        let lifetime = name.ends_with("Lifetime");
        let sums = matches!(metric.kind(), MetricKind::Count | MetricKind::Money);
        let expected = sums && !unique && !lifetime && name != "offerPayout";
        assert_eq!(metric.is_additive(), expected, "{name}");
        assert_ne!(metric.kind(), MetricKind::Unknown, "{name}");
    }
    assert!(!Metric::new("somethingNew").is_additive());
    assert_eq!(Metric::new("somethingNew").kind(), MetricKind::Unknown);
    let metrics = funnelflux_contract::Schema::find("MetricName").unwrap().values.iter();
    let metrics: Vec<&str> = metrics.map(|value| value.value).collect();
    assert_eq!(Metric::KNOWN.iter().map(Metric::name).collect::<Vec<_>>(), metrics);
    assert!(metrics.len() >= 126, "a metric is missing: {metrics:?}");
}

#[test]
fn raw_events_are_asked_for_page_by_page() {
    let first = RawEventsRequest::builder(day()).hits().conversions().build().unwrap();
    assert_eq!(
        serde_json::to_string(&first).unwrap(),
        concat!(
            r#"{"timeStart":"2023-10-12T00:00:00+02:00","timeEnd":"2023-10-12T23:59:59+02:00","#,
            r#""includeHits":true,"includeClicks":false,"includeConversions":true,"#,
            r#""pagingStart":0,"pagingLength":1000}"#
        )
    );
    let next = first.with_page(1000, 500);
    assert_eq!((next.page_start(), next.page_length()), (1000, 500));

    let error =
        RawEventsRequest::builder(day()).page(0, 0).extra("includeHits", true).build().unwrap_err();
    assert_eq!(
        faults(&error),
        ["includeHits, includeClicks, includeConversions", "pagingLength", "extra"]
    );
}

proptest! {
    #[test]
    fn a_tracking_field_filter_reads_back_whatever_the_pattern(
        slot in prop::sample::select(TrackingSlot::KNOWN),
        pattern in "\\PC*[^ ]",
    ) {
        let filter = TrackingFieldFilter::new(slot, pattern);
        prop_assume!(!filter.pattern.trim().is_empty());
        prop_assert_eq!(filter.to_string().parse(), Ok(filter));
    }

    #[test]
    fn no_text_breaks_the_reading_of_attributes(text in "\\PC{0,30}") {
        let _ = AttributeSelection::parse(&text, &TrackingAliases::default());
        let _ = text.parse::<Zone>();
    }
}
