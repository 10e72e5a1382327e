#![allow(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test stops at its first surprise"
)]
//! What is written into the statistics: exact, and never wider than was said.

use std::{collections::BTreeMap, num::NonZeroUsize};

use funnelflux_id::{Funnel, HitId, Id, TrafficSource};
use funnelflux_model::{
    ValidationError,
    explorer::{ExplorerHit, ExplorerVisitor, HitLookup, VisitorLookup},
    logs::{LogAnswer, LogRequest},
    reporting::TrackingSlot,
    time::{TimeRange, Zone},
    updates::{
        Conversion, ConversionsUpdate, CostRequest, CostSegment, CostSegmentBuilder,
        CostSegmentType, CostUpdate, PostbackCalls, ResetCount, ResetRequest, ResetRequestBuilder,
    },
};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde_json::value::RawValue;

const OFFER_HIT: &str = "01dkezmsf3bat8xdbz8rt039rh";
const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";

fn hit() -> HitId {
    OFFER_HIT.parse().unwrap()
}

fn day() -> TimeRange {
    TimeRange::days("2026-03-01", "2026-03-01", &"+02:00".parse::<Zone>().unwrap()).unwrap()
}

fn segment() -> CostSegmentBuilder {
    CostSegment::builder(FUNNEL.parse().unwrap(), SOURCE.parse().unwrap(), day())
        .whole_segment("10.00".parse().unwrap())
}

fn campaign(value: &str) -> CostSegment {
    segment().tracking_field(TrackingSlot::Campaign, [value]).build().unwrap()
}

fn reset() -> ResetRequestBuilder {
    ResetRequest::builder(day())
}

fn faults(error: &ValidationError) -> Vec<&str> {
    error.violations().iter().map(|violation| violation.field.as_str()).collect()
}

fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap()
}

/// The text of a member of an object, as it stands there.
fn raw(json: &str, name: &str) -> String {
    serde_json::from_str::<BTreeMap<String, Box<RawValue>>>(json).unwrap()[name].get().to_owned()
}

#[test]
fn only_a_deletion_is_sent_as_minus_one() {
    let sent = ConversionsUpdate::builder(PostbackCalls::OnlyOnce)
        .conversion(Conversion::delete(hit()).transaction("a"))
        .conversion(Conversion::new(hit()))
        .disable_postbacks()
        .build()
        .unwrap();
    assert_eq!(
        json(&sent),
        format!(
            r#"{{"hits":[{{"idHit":"{OFFER_HIT}","transaction":"a","payout":-1}},{{"idHit":"{OFFER_HIT}","transaction":"","payout":null}}],"postbackCalls":"onlyOnce","overridePayout":null,"disablePostbacks":true,"forcePostbacks":false}}"#
        )
    );

    for negative in ["-1", "-0.01", "-1.00"] {
        let paid = Conversion::new(hit()).payout(negative.parse().unwrap());
        let update = ConversionsUpdate::builder(PostbackCalls::None).conversion(paid);
        let error = update.build().unwrap_err();
        assert_eq!(faults(&error), ["hits[0].payout"], "{negative}");
        assert!(error.to_string().contains("`Conversion::delete`"), "{error}");
    }
}

#[test]
fn everything_that_is_wrong_with_conversions_is_said_at_once() {
    let paid = |payout: &str| Conversion::new(hit()).payout(payout.parse().unwrap());
    let error = ConversionsUpdate::builder(PostbackCalls::All)
        .conversions([paid("1"), Conversion::delete(hit()).payout(Decimal::ONE)])
        .conversion(paid("2").transaction("secret-order"))
        .conversion(paid("-3").transaction("secret-order"))
        .override_payout("-4".parse().unwrap())
        .disable_postbacks()
        .force_postbacks()
        .extra("hits", 1)
        .build()
        .unwrap_err();
    assert_eq!(
        faults(&error),
        [
            "hits[1].payout",
            "hits[1]",
            "hits[1]",
            "hits[3].payout",
            "hits[3]",
            "overridePayout",
            "disablePostbacks, forcePostbacks",
            "extra",
        ]
    );
    let text = error.to_string();
    assert!(text.contains("it is hits[0] already") && text.contains("it is hits[2] already"));
    assert!(!text.contains("secret-order"), "{text}");

    let error = ConversionsUpdate::builder(PostbackCalls::None).build().unwrap_err();
    assert_eq!(faults(&error), ["hits"]);
}

#[test]
fn a_long_update_is_split_in_its_order_with_its_settings() {
    let conversions = (0..5).map(|n| Conversion::new(hit()).transaction(n.to_string()));
    let update =
        ConversionsUpdate::builder(PostbackCalls::All).conversions(conversions).build().unwrap();
    let pieces = update.clone().split(NonZeroUsize::new(2).unwrap());
    let sizes: Vec<usize> = pieces.iter().map(|piece| piece.conversions().len()).collect();
    assert_eq!(sizes, [2, 2, 1]);
    assert!(pieces.iter().all(|piece| piece.postback_calls() == PostbackCalls::All));
    let again: Vec<Conversion> = pieces.iter().flat_map(|p| p.conversions().to_vec()).collect();
    assert_eq!(again, update.conversions());
}

#[test]
fn a_cost_goes_out_as_an_exact_string_with_its_own_funnel_and_source() {
    let segment = segment()
        .tracking_field(TrackingSlot::C3, ["b", "a"])
        .tracking_field(TrackingSlot::Campaign, ["1234"])
        .extra("applyToFilteredTraffic", true)
        .build()
        .unwrap();
    let plan = CostUpdate::new([segment]).unwrap().plan();
    assert_eq!(plan.len(), 1);
    assert_eq!(
        json(&plan[0]),
        concat!(
            r#"{"funnelIDs":["2nIemJxCKbFX"],"trafficSourceIDs":["2n5JuOKWLTzd"],"#,
            r#""timeStart":"2026-03-01T00:00:00+02:00","timeEnd":"2026-03-01T23:59:59+02:00","#,
            r#""costSegments":[{"cost":"10.00","costType":"wholeSegment","restrictToTrackingFields""#,
            r#":{"campaign":["1234"],"c3":["b","a"]},"applyToFilteredTraffic":true}]}"#
        )
    );
}

#[test]
fn a_long_plan_is_cut_at_five_hundred_segments_in_its_order() {
    let of = |n: u8, campaign: usize| {
        CostSegment::builder(funnel(n), source(0), day())
            .whole_segment(Decimal::ONE)
            .tracking_field(TrackingSlot::Campaign, [campaign.to_string()])
            .build()
            .unwrap()
    };
    // Two of three lines are of the first funnel: 1001 of it, 500 of the second.
    let funnels = (0..1501).map(|n| u8::from(n % 3 == 1));
    let segments = funnels.enumerate().map(|(at, funnel)| of(funnel, at));
    let update = CostUpdate::new(segments).unwrap();
    let plan = update.plan();

    let shape: Vec<_> =
        plan.iter().map(|r| (r.funnel(), r.segments().len(), r.positions()[0])).collect();
    assert_eq!(
        shape,
        [(funnel(0), 500, 0), (funnel(1), 500, 1), (funnel(0), 500, 750), (funnel(0), 1, 1500)]
    );
    for request in &plan {
        assert!(request.positions().is_sorted());
        for (at, segment) in request.positions().iter().zip(request.segments()) {
            assert_eq!(segment, &update.segments()[*at]);
        }
    }
    let mut all: Vec<usize> = plan.iter().flat_map(|r| r.positions().to_vec()).collect();
    all.sort_unstable();
    assert_eq!(all, (0..1501).collect::<Vec<_>>());
}

#[test]
fn a_cost_without_a_restriction_has_to_be_said() {
    for (builder, field) in [
        (segment(), "restrictToTrackingFields"),
        (
            segment().everything().tracking_field(TrackingSlot::C1, ["a"]),
            "restrictToTrackingFields",
        ),
        (
            segment().tracking_field(TrackingSlot::C1, Vec::<String>::new()),
            "restrictToTrackingFields.c1",
        ),
        (segment().tracking_field(TrackingSlot::C1, ["a", " "]), "restrictToTrackingFields.c1[1]"),
        (segment().tracking_field(TrackingSlot::C1, ["*"]), "restrictToTrackingFields.c1[0]"),
        // A member that the server may not know restricts nothing.
        (segment().extra("restrictToCountryCode", "DE"), "restrictToTrackingFields"),
        (segment().everything().whole_segment("-1".parse().unwrap()), "cost"),
        (
            segment().everything().cost(Decimal::ONE, CostSegmentType::Unknown(" ".to_owned())),
            "costType",
        ),
        (
            CostSegment::builder(FUNNEL.parse().unwrap(), SOURCE.parse().unwrap(), day())
                .everything(),
            "cost",
        ),
    ] {
        assert_eq!(faults(&builder.clone().build().unwrap_err()), [field], "{builder:?}");
    }
    let everything = segment().everything().build().unwrap();
    assert!(everything.is_everything());
    assert_eq!(raw(&json(&everything), "restrictToTrackingFields"), "{}");
}

#[test]
fn costs_that_would_meet_on_a_visit_are_refused_by_their_positions() {
    let build = |segments: Vec<CostSegment>| CostUpdate::new(segments);
    let fields = |list: &[&str]| {
        segment().tracking_field(TrackingSlot::C1, list.iter().copied()).build().unwrap()
    };
    let all = || segment().everything().build().unwrap();

    assert_eq!(faults(&build(Vec::new()).unwrap_err()), ["costSegments"]);
    for (segments, at, first) in [
        (vec![campaign("1"), campaign("2"), campaign("1")], 2, 0),
        (vec![campaign("1"), fields(&["a", "b"]), fields(&["b", "a", "a"])], 2, 1),
        (vec![campaign("1"), campaign("2"), all()], 2, 0),
        (vec![all(), campaign("1")], 1, 0),
        (vec![all(), all()], 1, 0),
    ] {
        let error = build(segments).unwrap_err();
        assert_eq!(faults(&error), [format!("costSegments[{at}]")]);
        assert!(
            error.to_string().contains(&format!("in costSegments[{first}] already")),
            "{error}"
        );
    }

    // What restricts is compared field by field, in whatever order it was given.
    let of = |campaign: &[&str], c1: &[&str]| {
        let given = [(TrackingSlot::Campaign, campaign), (TrackingSlot::C1, c1)];
        let given = given.into_iter().filter(|(_, values)| !values.is_empty());
        let builder = given.fold(segment(), |builder, (slot, values)| {
            builder.tracking_field(slot, values.iter().copied())
        });
        if campaign.is_empty() && c1.is_empty() { builder.everything() } else { builder }
    };
    let meet = |one: CostSegmentBuilder, other: CostSegmentBuilder| {
        let segments = || (one.clone().build().unwrap(), other.clone().build().unwrap());
        let (a, b) = segments();
        let (c, d) = segments();
        let forth = build(vec![a, b]).is_err();
        assert_eq!(forth, build(vec![d, c]).is_err(), "in either order: {one:?} {other:?}");
        forth
    };
    for (one, other, expected) in [
        (of(&["1", "2"], &[]), of(&["2", "3"], &[]), true),
        (of(&["1", "2"], &[]), of(&["3"], &[]), false),
        (of(&["1", "2"], &["a"]), of(&["2"], &["a", "b"]), true),
        (of(&["1", "2"], &["a"]), of(&["2"], &["b"]), false),
        // The wider covers the narrower.
        (of(&["1", "2"], &[]), of(&["2"], &["a"]), true),
        (of(&["1"], &[]), of(&["2"], &["a"]), false),
        (of(&[], &[]), of(&["2"], &["a"]), true),
        // Neither is the wider.
        (of(&["1"], &[]), of(&[], &["a"]), false),
        // An extra member is a restriction of its own, of an unknown kind.
        (of(&["1"], &[]).extra("country", "DE"), of(&["1"], &[]).extra("country", "US"), false),
        (of(&["1"], &[]).extra("country", "DE"), of(&["1"], &[]).extra("country", "DE"), true),
        (of(&["1"], &[]), of(&["1"], &[]).extra("country", "DE"), true),
        (of(&["1"], &[]).extra("country", "DE"), of(&["1"], &["a"]), false),
    ] {
        assert_eq!(meet(one.clone(), other.clone()), expected, "{one:?} {other:?}");
    }

    // Ranges need an instant in common, and need not be equal.
    let at = |start: &str, end: &str| {
        let range = TimeRange::from_rfc3339(start, end).unwrap();
        CostSegment::builder(FUNNEL.parse().unwrap(), SOURCE.parse().unwrap(), range)
            .whole_segment(Decimal::ONE)
            .everything()
    };
    let march = || at("2026-03-01T00:00:00Z", "2026-03-31T23:59:59Z");
    assert!(meet(march(), at("2026-03-31T23:59:59Z", "2026-04-02T00:00:00Z")));
    assert!(meet(march(), at("2026-03-07T00:00:00Z", "2026-03-07T23:59:59Z")));
    assert!(!meet(march(), at("2026-04-01T00:00:00Z", "2026-04-02T00:00:00Z")));

    // The same instants, spelled at another offset.
    let elsewhere =
        TimeRange::from_rfc3339("2026-02-28T22:00:00Z", "2026-03-01T21:59:59Z").unwrap();
    let same = CostSegment::builder(FUNNEL.parse().unwrap(), SOURCE.parse().unwrap(), elsewhere)
        .whole_segment(Decimal::ONE)
        .everything()
        .build()
        .unwrap();
    assert!(build(vec![all(), same]).is_err());
}

#[test]
fn a_reset_is_never_wider_than_was_said() {
    let none: [Id<Funnel>; 0] = [];
    for (builder, fields) in [
        (reset(), &["restrictTo…"][..]),
        (reset().funnels(none), &["restrictToFunnelIDs"]),
        (reset().everything().ips([]), &["restrictToIPs", "restrictTo…"]),
        (reset().everything().funnels([FUNNEL.parse().unwrap()]), &["restrictTo…"]),
        (
            reset().country_codes(["de", "DE", "GER"]),
            &["restrictToCountryCodes[0]", "restrictToCountryCodes[2]"],
        ),
        (
            reset().funnels([FUNNEL.parse().unwrap()]).tracking_field(TrackingSlot::C1, [""]),
            &["restrictToTrackingFields.c1[0]"],
        ),
        // A server that knows them under another name would delete everything.
        (
            reset().tracking_field(TrackingSlot::C1, ["a"]).extra("x", 1),
            &["restrictToTrackingFields"],
        ),
        (reset().everything().tracking_field(TrackingSlot::C1, ["a"]), &["restrictTo…"]),
        (reset().extra("restrictToDomains", "a.example"), &["restrictTo…"]),
        (reset().everything().extra("restrictToIPs", "x"), &["extra"]),
    ] {
        assert_eq!(faults(&builder.clone().build().unwrap_err()), fields, "{builder:?}");
    }

    assert_eq!(
        json(&reset().everything().build().unwrap()),
        concat!(
            r#"{"timeStart":"2026-03-01T00:00:00+02:00","timeEnd":"2026-03-01T23:59:59+02:00","#,
            r#""restrictToCampaignIDs":[],"restrictToFunnelIDs":[],"restrictToTrafficSourceIDs":[],"#,
            r#""restrictToCountryCodes":[],"restrictToVisitorIDs":[],"restrictToIPs":[]}"#
        )
    );
    let narrow = reset()
        .funnel_groups([FUNNEL.parse().unwrap()])
        .country_codes(["DE"])
        .visitors(["v-1".parse().unwrap()])
        .ips(["2001:db8::7".parse().unwrap()])
        .tracking_field(TrackingSlot::C2, ["x"])
        .build()
        .unwrap();
    let sent = json(&narrow);
    assert_eq!(raw(&sent, "restrictToCampaignIDs"), r#"["2nIemJxCKbFX"]"#);
    assert_eq!(raw(&sent, "restrictToCountryCodes"), r#"["DE"]"#);
    assert_eq!(raw(&sent, "restrictToVisitorIDs"), r#"["v-1"]"#);
    assert_eq!(raw(&sent, "restrictToIPs"), r#"["2001:db8::7"]"#);
    assert_eq!(raw(&sent, "restrictToTrackingFields"), r#"{"c2":["x"]}"#);
    assert!(!narrow.is_everything());

    // Beside a documented restriction, or if the caller vouches for the name.
    let fields = || reset().tracking_field(TrackingSlot::C1, ["a"]);
    assert!(fields().ips(["2001:db8::7".parse().unwrap()]).build().is_ok());
    let vouched = fields().vouch_for_tracking_fields().build().unwrap();
    assert!(!vouched.is_everything());
    assert_eq!(raw(&json(&vouched), "restrictToTrackingFields"), r#"{"c1":["a"]}"#);
    assert!(reset().vouch_for_tracking_fields().build().is_err());
}

#[test]
fn the_count_of_a_reset_is_the_only_whole_number_or_none() {
    let count = ResetCount::from_json(r#"{"note":"x","share":1.5,"n":9007199254740993}"#).unwrap();
    assert_eq!((count.hits, count.member.as_str()), (9_007_199_254_740_993, "n"));
    assert_eq!(count.json.get(), r#"{"note":"x","share":1.5,"n":9007199254740993}"#);

    for (answer, said) in [
        (r#"{"a":1,"b":2}"#, "`a`, `b`"),
        (r#"{"a":"1"}"#, "found: none"),
        (r#"{"a":1.0}"#, "found: none"),
        (r#"{"data":{"a":1}}"#, "found: none"),
        ("[1]", "found: none"),
        ("7", "found: none"),
        (r#"{"a":-1}"#, "negative"),
        ("<html>", "expected value"),
        ("", "EOF"),
    ] {
        let error = ResetCount::from_json(answer).unwrap_err().to_string();
        assert!(error.contains(said), "{answer}: {error}");
    }
}

#[test]
fn rows_are_found_where_one_would_look_and_nowhere_else() {
    for (answer, rows) in [
        (r#"[{"a":1},2]"#, Some(2)),
        (r#"{"rows":[1],"other":[2,3]}"#, Some(1)),
        (r#"{"rows":null}"#, Some(0)),
        (r#" {"total":3,"entries":[1,2,3]}"#, Some(3)),
        (r#"{"a":[1],"b":[2]}"#, None),
        (r#"{"rows":{}}"#, None),
        (r#"{"total":3}"#, None),
        (r#"{"hits":null,"total":0}"#, Some(0)),
        ("3", None),
    ] {
        let answer = LogAnswer::from_json(answer).unwrap();
        assert_eq!(answer.rows().ok().map(|r| r.len()), rows, "{}", answer.json());
    }
    let unclear = LogAnswer::from_json(r#"{"a":[{"x":"secret"}],"b":[2]}"#).unwrap();
    let error = unclear.rows().unwrap_err().to_string();
    assert!(error.contains("`a`, `b`") && !error.contains("secret"), "{error}");
}

#[test]
fn rows_keep_unknown_members_and_name_what_is_documented() {
    let answer = LogAnswer::from_json(
        r#"[{"averageLatencyMs":"1e1","matchedRouteID":"ap\u0070roved","z":[1, 2.50],"n":null}]"#,
    )
    .unwrap();
    let rows = answer.rows().unwrap();
    let row = &rows[0];
    assert_eq!(row.average_latency_ms(), Some(Decimal::TEN));
    assert_eq!(row.matched_route_id().as_deref(), Some("approved"));
    assert_eq!(row.get("z").unwrap().get(), "[1, 2.50]");
    assert_eq!((row.text("n"), row.text("absent")), (None, None));
    assert_eq!(row.members().len(), 4);
}

#[test]
fn an_explored_visitor_is_read_by_kind_where_names_are_unknown() {
    let answer = |json: &str| ExplorerVisitor::from_json(json).unwrap();
    let plain = answer(r#"{"info":{"ip":"203.0.113.7"},"list":[{"n":1}],"hasMore":true,"t":1}"#);
    assert_eq!(plain.has_more(), Some(true));
    assert_eq!(plain.rows().unwrap()[0].text("n").as_deref(), Some("1"));
    assert_eq!(plain.summary().unwrap().text("ip").as_deref(), Some("203.0.113.7"));
    let odd = answer(r#"{"a":{},"b":{},"hasMore":"no","x":[1],"y":[2]}"#);
    assert_eq!((odd.has_more(), odd.summary().is_none(), odd.rows().is_err()), (None, true, true));
}

#[test]
fn visitors_and_their_addresses_never_reach_debug() {
    let visitor = "visitor-canary";
    let texts = [
        format!(
            "{:?}",
            reset()
                .visitors([visitor.parse().unwrap()])
                .ips(["203.0.113.201".parse().unwrap()])
                .tracking_field(TrackingSlot::External, ["click-canary"])
                .extra("x", "extra-canary")
        ),
        format!("{:?}", VisitorLookup::by_visitor(visitor.parse().unwrap(), day())),
        format!("{:?}", VisitorLookup::by_hit("hit-canary".parse().unwrap())),
        format!("{:?}", HitLookup::new("hit-canary".parse().unwrap())),
        format!("{:?}", LogRequest::builder(day()).extra("ip", "203.0.113.201")),
        format!("{:#?}", segment().tracking_field(TrackingSlot::External, ["click-canary"])),
        format!("{:?}", Conversion::new(hit()).transaction("order-canary")),
        format!(
            "{:?}",
            ConversionsUpdate::builder(PostbackCalls::None)
                .conversion(Conversion::new(hit()).transaction("order-canary"))
                .extra("x", "extra-canary")
        ),
        {
            let answer = ExplorerVisitor::from_json(
                r#"{"info":{"id":"visitor-canary"},"hits":[{"ip":"203.0.113.201"}]}"#,
            )
            .unwrap();
            format!("{answer:?} {:?} {:?}", answer.summary(), answer.rows())
        },
        {
            let answer = ExplorerHit::from_json(r#"{"ip":"203.0.113.201"}"#).unwrap();
            format!("{answer:?} {:?}", answer.row())
        },
        {
            let answer = LogAnswer::from_json(r#"[{"ip":"203.0.113.201"}]"#).unwrap();
            format!("{answer:?} {:?}", answer.rows())
        },
    ];
    for text in texts {
        assert!(!text.contains("canary") && !text.contains("203.0.113"), "{text}");
        assert!(text.contains('(') || text.contains('{'), "{text}");
    }
}

#[test]
fn updates_can_be_shared_between_threads() {
    static_assertions::assert_impl_all!(ConversionsUpdate: Send, Sync);
    static_assertions::assert_impl_all!(CostRequest: Send, Sync);
    static_assertions::assert_impl_all!(ResetRequest: Send, Sync);
    static_assertions::assert_impl_all!(LogAnswer: Send, Sync);
    static_assertions::assert_impl_all!(ExplorerVisitor: Send, Sync);
}

/// Amounts of every size and scale that a decimal can hold, trailing zeros included.
fn amounts() -> impl Strategy<Value = Decimal> {
    (0_i128..(1 << 96), 0_u32..=28)
        .prop_map(|(mantissa, scale)| Decimal::from_i128_with_scale(mantissa, scale))
}

/// One to three days in one of three zones: equal starts with other ends, and equal instants
/// spelled otherwise, are among them.
fn ranges() -> impl Strategy<Value = TimeRange> {
    let zones = prop_oneof![Just("+00:00"), Just("+02:00"), Just("-05:00")];
    (zones, 1..=3_u8, 0..=2_u8).prop_map(|(zone, day, more)| {
        let day_of = |day: u8| format!("2026-03-0{day}");
        TimeRange::days(&day_of(day), &day_of(day + more), &zone.parse().unwrap()).unwrap()
    })
}

fn funnel(n: u8) -> Id<Funnel> {
    format!("2nIemJxCKbF{n}").parse().unwrap()
}

fn source(n: u8) -> Id<TrafficSource> {
    format!("2n5JuOKWLTz{n}").parse().unwrap()
}

proptest! {
    #[test]
    fn payouts_are_sent_digit_by_digit_as_json_numbers(amount in amounts(), over in amounts()) {
        let update = ConversionsUpdate::builder(PostbackCalls::None)
            .conversion(Conversion::new(hit()).payout(amount))
            .override_payout(over)
            .build()
            .unwrap();
        let sent = json(&update);
        let list = raw(&sent, "hits");
        let first = list.strip_prefix('[').unwrap().strip_suffix(']').unwrap();
        prop_assert_eq!(raw(first, "payout"), amount.to_string());
        prop_assert_eq!(raw(&sent, "overridePayout"), over.to_string());
        // A JSON number, and nothing else.
        prop_assert!(serde_json::from_str::<serde_json::Number>(&raw(first, "payout")).is_ok());
    }

    #[test]
    fn costs_are_sent_digit_by_digit_as_strings(amount in amounts()) {
        let segment = segment().everything().whole_segment(amount).build().unwrap();
        prop_assert_eq!(raw(&json(&segment), "cost"), format!("\"{amount}\""));
    }

    #[test]
    fn a_plan_never_mixes_and_never_loses(
        rows in proptest::collection::vec((0_u8..3, 0_u8..3, ranges()), 1..40),
    ) {
        let segments: Vec<CostSegment> = rows
            .iter()
            .enumerate()
            .map(|(n, (f, s, range))| {
                CostSegment::builder(funnel(*f), source(*s), range.clone())
                    .whole_segment(Decimal::from(n))
                    .tracking_field(TrackingSlot::Campaign, [n.to_string()])
                    .build()
                    .unwrap()
            })
            .collect();
        let update = CostUpdate::new(segments.clone()).unwrap();
        let plan = update.plan();

        let key = |f: Id<Funnel>, s: Id<TrafficSource>, range: &TimeRange| {
            (f, s, range.start_rfc3339(), range.end_rfc3339())
        };
        let mut found = vec![0; segments.len()];
        let mut keys = Vec::new();
        for request in &plan {
            let own = key(request.funnel(), request.traffic_source(), request.range());
            prop_assert!(!keys.contains(&own), "one request per funnel, source and range");
            prop_assert_eq!(request.positions().len(), request.segments().len());
            for (position, segment) in request.positions().iter().zip(request.segments()) {
                prop_assert_eq!(
                    &own,
                    &key(segment.funnel(), segment.traffic_source(), segment.range())
                );
                prop_assert_eq!(segment, &segments[*position]);
                found[*position] += 1;
            }
            let sent: serde_json::Value = serde_json::from_str(&json(request)).unwrap();
            prop_assert_eq!(sent["funnelIDs"].as_array().unwrap().len(), 1);
            prop_assert_eq!(sent["trafficSourceIDs"].as_array().unwrap().len(), 1);
            keys.push(own);
        }
        prop_assert!(found.iter().all(|times| *times == 1));
        let firsts: Vec<usize> = plan.iter().map(|request| request.positions()[0]).collect();
        prop_assert!(firsts.is_sorted(), "in the order of the first segments");
    }

    /// Of many segments the same ones are refused as of each two alone.
    #[test]
    fn costs_that_meet_are_found_among_many(
        rows in proptest::collection::vec(
            (0_u8..2, ranges(), prop::sample::subsequence(vec!["1", "2"], 0..=2),
             prop::sample::subsequence(vec!["a", "b", "c"], 0..=2)),
            1..12,
        ),
    ) {
        let segments: Vec<CostSegment> = rows
            .iter()
            .map(|(f, range, campaigns, c1)| {
                let builder = CostSegment::builder(funnel(*f), source(0), range.clone())
                    .whole_segment(Decimal::ONE);
                let given = [(TrackingSlot::C1, c1), (TrackingSlot::Campaign, campaigns)];
                let given = given.into_iter().filter(|(_, values)| !values.is_empty());
                let builder = given.fold(builder, |builder, (slot, values)| {
                    builder.tracking_field(slot, values.iter().copied())
                });
                let everything = campaigns.is_empty() && c1.is_empty();
                let builder = if everything { builder.everything() } else { builder };
                builder.build().unwrap()
            })
            .collect();
        let refused = |some: &[&CostSegment]| {
            let update = CostUpdate::new(some.iter().map(|&s| s.clone()));
            update.map_or_else(
                |error| faults(&error).into_iter().map(str::to_owned).collect::<Vec<_>>(),
                |_| Vec::new(),
            )
        };
        let alone: Vec<String> = (0..segments.len())
            .filter(|at| (0..*at).any(|other| !refused(&[&segments[other], &segments[*at]]).is_empty()))
            .map(|at| format!("costSegments[{at}]"))
            .collect();
        prop_assert_eq!(refused(&segments.iter().collect::<Vec<_>>()), alone);
    }
}
