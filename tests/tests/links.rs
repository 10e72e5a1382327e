//! Links: every sample of the vendor's pages is built and explained, and no text breaks the checker.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test stops at its first surprise"
)]

use funnelflux::links::{
    self, Domain, Explanation, Link, LinkError, LinkPath, MOST_CHARACTERS, TrackingFields, Verdict,
    action, editor, explain, postback,
};
use funnelflux::model::ledger::{Model as _, TrafficSource};
use funnelflux::model::{Document, reporting::TrackingSlot};
use funnelflux::transport::Grade;
use proptest::prelude::*;

const FUNNEL: &str = "2nIemJxCKbFX";
const SOURCE: &str = "2n5JuOKWLTzd";
const ENTRANCE: &str = "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd";

fn domain() -> Domain {
    "go.example.com".parse().unwrap()
}

fn entrance(fields: &[(&str, &str)], source: Option<&TrackingFields>) -> Result<Link, LinkError> {
    let unknown = TrackingFields::unknown(SOURCE.parse().unwrap());
    let fields = fields.iter().copied();
    links::entrance(&domain(), FUNNEL.parse().unwrap(), source.unwrap_or(&unknown), fields)
}

/// A source whose campaign, c1 and c3 have placeholders, c2 an empty one, and c4 is for a person.
fn source() -> TrackingFields {
    let text = r#"{"idTrafficSource":"2n5JuOKWLTzd","trafficSourceName":"Ads","trackingFieldSlots":{
        "campaign":{"name":"campaign","value":"{{campaign.id}}"},
        "c1":{"name":"Ad set","value":"{{adset.name}}"},
        "c2":{"name":"site","value":""},
        "c3":{"name":"keyword","value":"{keyword:none}"},
        "c4":{"name":"ad","value":"REPLACE"}}}"#;
    TrackingFields::of(&TrafficSource::from_document(Document::parse(text).unwrap())).unwrap()
}

fn wrong(explanation: &Explanation) -> Vec<(&str, &str)> {
    let wrong = explanation.parts.iter().filter(|part| part.verdict == Verdict::Wrong);
    wrong.map(|part| (part.place.as_str(), part.meaning.as_str())).collect()
}

#[test]
fn every_sample_link_is_built_and_explained() {
    let fields = [("campaign", "spring"), ("external", "EAIa"), ("c1", "x")];
    let postback = |hit, tx, rev| postback(&domain(), hit, tx, rev).unwrap();
    for (link, expected, path, grade) in [
        (entrance(&[], None).unwrap(), ENTRANCE, LinkPath::Entrance, Grade::Help),
        (
            entrance(&fields, None).unwrap(),
            "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd?campaign=spring&external=EAIa&c1=x",
            LinkPath::Entrance,
            Grade::Help,
        ),
        (
            action(&domain(), 2).unwrap(),
            "https://go.example.com/action/2",
            LinkPath::Action,
            Grade::Help,
        ),
        (
            postback("3a3tmqba2w8weysjvt00ah", Some("T-1"), Some("12.50")),
            "https://go.example.com/pb/?hit=3a3tmqba2w8weysjvt00ah&tx=T-1&rev=12.50",
            LinkPath::Postback,
            Grade::Help,
        ),
        (
            postback("1wj7y5680dz26p1g9p0101", None, None),
            "https://go.example.com/pb/?hit=1wj7y5680dz26p1g9p0101",
            LinkPath::Postback,
            Grade::Help,
        ),
        (
            postback("{subid}", Some("{txid}"), Some("{payout}")),
            "https://go.example.com/pb/?hit={subid}&tx={txid}&rev={payout}",
            LinkPath::Postback,
            Grade::Help,
        ),
        (
            editor(FUNNEL.parse().unwrap()),
            "https://ui.funnelflux.pro/funnels/editor/2nIemJxCKbFX",
            LinkPath::Editor,
            Grade::Proven,
        ),
    ] {
        assert_eq!((link.url.as_str(), link.path, link.path.grade()), (expected, path, grade));
        let explanation = explain(expected, None);
        assert!(explanation.is_right(), "{expected}: {:?}", wrong(&explanation));
        assert_eq!(explanation.path, Some(path), "{expected}");
    }
    let script = explain("https://go.example.com/js/funnel", None);
    assert!(script.is_right() && script.path == Some(LinkPath::Script));
    for (id, made) in
        [("0NEijfZTGYU4", "2020-03-25T09:29:45.829Z"), ("2LUKJGNKi8CP", "2023-10-12T16:16:31.331Z")]
    {
        let explanation = explain(&format!("https://go.example.com/fts/{id}-{SOURCE}"), None);
        let funnel = explanation.parts.iter().find(|part| part.place == "funnel").unwrap();
        assert!(funnel.text == id && funnel.meaning.contains(made), "{}", funnel.meaning);
        assert_eq!(explanation.traffic_source, Some(SOURCE.parse().unwrap()));
    }
}

#[test]
fn tokens_stay_as_they_are_and_all_else_is_encoded() {
    for (value, written) in [
        ("{{campaign.id}}", "{{campaign.id}}"),
        ("{keyword:default}", "{keyword:default}"),
        ("${SUBID}", "${SUBID}"),
        ("[site]", "[site]"),
        ("%%CLICK%%", "%%CLICK%%"),
        ("__AID__", "__AID__"),
        ("a {b} c&d", "a%20{b}%20c%26d"),
        ("{not a token}", "%7Bnot%20a%20token%7D"),
        ("{unclosed", "%7Bunclosed"),
        ("{}", "%7B%7D"),
        ("50%", "50%25"),
        ("100% & %7B", "100%25%20%26%20%257B"),
        ("a=b#c?d+e", "a%3Db%23c%3Fd%2Be"),
        ("grün/😀", "gr%C3%BCn/%F0%9F%98%80"),
        ("\"<>\\^`|", "%22%3C%3E%5C%5E%60%7C"),
        ("https://x.example/?a={hit}&b", "https://x.example/%3Fa%3D{hit}%26b"),
    ] {
        let link = entrance(&[("c1", value)], None).unwrap();
        assert_eq!(link.url, format!("{ENTRANCE}?c1={written}"), "{value}");
        let explanation = explain(&link.url, None);
        assert!(
            explanation.is_right() || value.contains("not a token"),
            "{value}: {:?}",
            wrong(&explanation)
        );
    }
}

#[test]
fn placeholders_are_filled_in_and_what_waits_for_a_person_is_told() {
    let source = source();
    let link = entrance(&[("ad SET", "{{ad.id}}"), ("c9", "x")], Some(&source)).unwrap();
    assert_eq!(
        link.url,
        format!(
            "{ENTRANCE}?campaign={{{{campaign.id}}}}&c1={{{{ad.id}}}}&c3={{keyword:none}}&c4=REPLACE&c9=x"
        )
    );
    let warnings = &link.warnings;
    assert_eq!(warnings.len(), 3, "{warnings:?}");
    for (warning, words) in warnings.iter().zip([
        ["c1: ", "{{ad.id}} is unknown to FunnelFlux"],
        ["c4: REPLACE", "write the value in its place"],
        ["c9: ", "session buffer only"],
    ]) {
        assert!(words.iter().all(|word| warning.contains(word)), "{warning}");
    }
    let explanation = explain(&link.url, Some(&source));
    let verdicts: Vec<(&str, Verdict)> =
        explanation.parts[4..].iter().map(|part| (part.place.as_str(), part.verdict)).collect();
    use Verdict::{Note, Right, Wrong};
    assert_eq!(
        verdicts,
        [
            ("campaign", Right),
            ("c1", Right),
            ("c1", Note),
            ("c3", Right),
            ("c4", Right),
            ("c4", Wrong),
            ("c9", Note)
        ]
    );
    let by_alias = entrance(&[("c4", "a")], Some(&source.clone().by_alias())).unwrap();
    assert!(by_alias.url.ends_with("&Ad%20set={{adset.name}}&keyword={keyword:none}&ad=a"));
    let explanation = explain(&by_alias.url, Some(&source));
    let guess = explanation.parts.iter().find(|part| part.place == "Ad set").unwrap();
    assert_eq!((guess.verdict, guess.grade), (Note, Some(Grade::Inferred)));
    assert!(guess.meaning.contains("c1"), "{}", guess.meaning);
}

#[test]
fn fields_that_cannot_be_are_refused_with_place_and_expectation() {
    let source = source();
    let other = source.clone();
    for (fields, source, place, words) in [
        (&[("c21", "x")][..], None, "field \"c21\"", "c1 to c20"),
        (&[("Ad set", "x")], None, "field \"Ad set\"", "traffic source is needed"),
        (&[("nope", "x")], Some(&source), "field \"nope\"", "campaign, Ad set, site, keyword, ad"),
        (&[("c1", "x"), ("ad set", "y")], Some(&source), "field c1", "set twice"),
        (&[("c1", "a\nb")], None, "c1", "control character"),
        (&[("c1", "a\u{0}b")], Some(&other), "c1", "control character"),
    ] {
        let error = entrance(fields, source).unwrap_err();
        assert_eq!(error.place(), place);
        assert!(error.to_string().contains(words), "{error}");
    }
    // A field without an alias has no name but its slot.
    let text = r#"{"idTrafficSource":"2n5JuOKWLTzd","trafficSourceName":"Ads","trackingFieldSlots":{
        "c1":{"name":"","value":"x"},"c2":{"name":"site","value":""}}}"#;
    let unnamed = TrafficSource::from_document(Document::parse(text).unwrap());
    let unnamed = TrackingFields::of(&unnamed).unwrap();
    let error = entrance(&[("", "y")], Some(&unnamed)).unwrap_err().to_string();
    assert!(error.ends_with("one of the aliases: site"), "{error}");
    let nameless = explain(&format!("{ENTRANCE}?=y"), Some(&unnamed));
    assert!(nameless.parts.iter().all(|part| !part.meaning.contains("alias")), "{nameless:?}");
    let long = "x".repeat(MOST_CHARACTERS);
    assert_eq!(entrance(&[("c1", &long)], None).unwrap_err().place(), "link");
    let foreign = format!("https://go.example.com/fts/{FUNNEL}-{FUNNEL}");
    assert_eq!(wrong(&explain(&foreign, Some(&source)))[0].0, "traffic source");
    let nameless = TrafficSource::from_document(Document::parse("{}").unwrap());
    assert_eq!(TrackingFields::of(&nameless).unwrap_err().place(), "traffic source");
    let domain = domain();
    for number in [0, 65, u32::MAX] {
        assert_eq!(action(&domain, number).unwrap_err().place(), "action");
    }
    for (hit, tx, rev, place) in [
        ("", None, None, "hit"),
        (FUNNEL, None, None, "hit"),
        ("a b", None, None, "hit"),
        ("3a3tmqba2w8weysjvt00ah", Some(""), None, "tx"),
        ("3a3tmqba2w8weysjvt00ah", None, Some("12,50"), "rev"),
        ("3a3tmqba2w8weysjvt00ah", None, Some("1e3"), "rev"),
        ("3a3tmqba2w8weysjvt00ah", Some("a\u{7f}"), None, "tx"),
    ] {
        assert_eq!(postback(&domain, hit, tx, rev).unwrap_err().place(), place, "{hit:?} {tx:?}");
    }
    for text in [
        "",
        "localhost",
        "127.0.0.1",
        "go.example.com:8443",
        "https://go.example.com",
        "a@b.example",
        "go.example.com/",
        "-a.example",
        "a..example",
        "grün.example",
        "a b.example",
        "[::1]",
    ] {
        assert_eq!(text.parse::<Domain>().unwrap_err().place(), "domain", "{text}");
    }
    assert_eq!("GO.Example.com".parse::<Domain>().unwrap(), domain);
}

#[test]
fn a_wrong_part_is_named_with_what_would_be_right() {
    let hit = "3a3tmqba2w8weysjvt00ah";
    for (url, place, words) in [
        ("", "link", "https://"),
        ("go.example.com/action/1", "link", "no scheme"),
        ("http://go.example.com/action/1", "scheme", "https"),
        ("javascript://go.example.com/action/1", "scheme", "https"),
        ("data:text/html,x", "link", "no scheme"),
        ("https://go.example.com@evil.example/action/1", "user", "hides the true host"),
        ("https://u:p@go.example.com/action/1", "user", "expected none"),
        ("https://@go.example.com/action/1", "user", "expected none"),
        ("https://go.example.com:8443/action/1", "port", "no link has a port"),
        ("https://127.0.0.1/action/1", "domain", "domain name"),
        ("https://gо.example.com/action/1", "domain", "domain name"),
        ("https:///action/1", "domain", "domain name"),
        ("https://go.example.com", "path", "one of fts, action"),
        ("https://go.example.com/landing", "path", "one of fts, action"),
        ("https://go.example.com/ftsx/2nIemJxCKbFX-2n5JuOKWLTzd", "path", "one of fts"),
        ("https://go.example.com/FTS/2nIemJxCKbFX-2n5JuOKWLTzd", "path", "small letters"),
        ("https://go.example.com/x/../fts/2nIemJxCKbFX-2n5JuOKWLTzd", "path", "plain path"),
        ("https://go.example.com//fts/2nIemJxCKbFX-2n5JuOKWLTzd", "path", "plain path"),
        ("https://go.example.com/%66ts/2nIemJxCKbFX-2n5JuOKWLTzd", "path", "plain path"),
        ("https://go.example.com\\fts\\2nIemJxCKbFX-2n5JuOKWLTzd", "path", "plain path"),
        ("https://go.example.com/fts/2nIemJxCKbFX", "path", "<idFunnel>-<idTrafficSource>"),
        ("https://go.example.com/fts/2nIemJxCKbF-2n5JuOKWLTzd", "funnel", "11 characters"),
        ("https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLT_d", "traffic source", "'_'"),
        (
            "https://go.example.com/fts/2nIemJxCKbFX-2n5JuOKWLTzd/x",
            "traffic source",
            "14 characters",
        ),
        ("https://go.example.com/action/", "action", "from 1 to 64"),
        ("https://go.example.com/action/0", "action", "from 1 to 64"),
        ("https://go.example.com/action/65", "action", "from 1 to 64"),
        ("https://go.example.com/action/01", "action", "from 1 to 64"),
        ("https://go.example.com/action/1/2", "action", "from 1 to 64"),
        ("https://go.example.com/pb/", "hit", "missing"),
        ("https://go.example.com/pb/x?hit=3a3tmqba2w8weysjvt00ah", "path", "nothing here"),
        ("https://go.example.com/pb/?hit=2nIemJxCKbFX", "hit", "an asset id"),
        ("https://go.example.com/pb/?hit=", "hit", "empty"),
        ("https://go.example.com/pb/?hit={subid}&rev=12,50", "rev", "12.50"),
        ("https://go.example.com/pb/?hit=%7Bsubid%7D", "hit", "expected {subid}"),
        ("https://go.example.com/pb/?hit=a&hit=b", "hit", "given twice"),
        ("https://go.example.com/pb/?hit=a&%68it=b", "hit", "given twice"),
        ("https://go.example.com/pb/?hit=%zz", "hit", "broken %"),
        ("https://go.example.com/pb/?hit=a&%=b", "%", "broken %"),
        ("https://go.example.com/action/1?x=%ff", "x", "broken %"),
        ("https://ui.funnelflux.pro/funnels/2nIemJxCKbFX", "path", "funnels/editor"),
        ("https://ui.funnelflux.pro/funnels/editor/", "funnel", "empty"),
        ("https://go.example.com/action/1\n", "link", "'\\n'"),
        ("https://go.example.com/action/1?x=a b", "link", "' '"),
        ("https://go.example.com/action/1?\u{1b}[2J", "link", "\\u{1b}"),
    ] {
        let explanation = explain(url, None);
        let wrong = wrong(&explanation);
        assert!(!explanation.is_right(), "{url}");
        assert!(
            wrong.iter().any(|(at, why)| *at == place && why.contains(words)),
            "{url}: {wrong:?}"
        );
        assert!(explanation.parts.iter().all(|part| !part.text.contains('\u{1b}')));
    }
    let long = format!("https://go.example.com/pb/?hit={hit}&x={}", "y".repeat(1 << 20));
    let explanation = explain(&long, None);
    let why = format!("{} characters; expected at most 8000", long.len());
    assert_eq!(wrong(&explanation), [("link", why.as_str())]);
    assert!(explanation.parts[0].text.len() < 100);
}

#[test]
fn parameters_are_told_apart() {
    for (url, place, verdict, words) in [
        ("?c1=x", "c1", Verdict::Right, "tracking field c1, if"),
        ("?campaign={hit}", "campaign", Verdict::Note, "token of FunnelFlux (help)"),
        ("?c2={visitor-id}", "c2", Verdict::Note, "token of FunnelFlux (sibling)"),
        ("?c2={data-zone}", "c2", Verdict::Note, "token of FunnelFlux (help)"),
        ("?c2={zone}", "c2", Verdict::Note, "unknown to FunnelFlux"),
        ("?c2=REPLACE", "c2", Verdict::Wrong, "in its place"),
        ("?zone=1", "zone", Verdict::Note, "session buffer only"),
        ("?C1=1", "C1", Verdict::Note, "session buffer only"),
        ("?vid=afdwb7QPV6Y59aTP3fQxZ3tX2ox", "vid", Verdict::Note, "the visitor's id"),
        ("#c1=x", "fragment", Verdict::Note, "do not send"),
    ] {
        let explanation = explain(&format!("{ENTRANCE}{url}"), None);
        let parts = explanation.parts;
        let found = parts.iter().any(|part| {
            part.place == place && part.verdict == verdict && part.meaning.contains(words)
        });
        assert!(found, "{url}: {parts:?}");
    }
    let slots = TrackingSlot::KNOWN.iter().map(|slot| format!("{slot}=x"));
    let slots = slots.collect::<Vec<_>>().join("&");
    assert!(explain(&format!("{ENTRANCE}?{slots}"), None).is_right());
}

proptest! {
    #[test]
    fn no_text_breaks_the_checker(text in "\\PC{0,80}", path in "[/a-z%.\\\\{}-]{0,30}") {
        let _ = explain(&text, None);
        let _ = explain(&format!("https://go.example.com/{path}?{text}"), Some(&source()));
    }

    #[test]
    fn a_built_link_is_right_whatever_the_value(value in "[^{}\\[\\]%\\p{Cc}]{1,40}") {
        let link = entrance(&[("c1", &value)], None).unwrap();
        let explanation = explain(&link.url, None);
        prop_assert!(explanation.is_right() || value == "REPLACE", "{link:?} {explanation:?}");
    }
}
