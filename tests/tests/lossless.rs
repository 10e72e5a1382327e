//! Nothing is lost: every body of every fixture is decoded and encoded again, as it is, with unknown
//! members planted into every object at every depth, with unknown values in place of every word that
//! a model knows, and with one member changed. The rest stays byte for byte.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::collections::{BTreeMap, BTreeSet};
use std::future::ready;
use std::sync::{Arc, Mutex};

use funnelflux::auth::Session;
use funnelflux::ledger::{AssetKind, Verb};
use funnelflux::model::domains::*;
use funnelflux::model::explorer::{ExplorerHit, ExplorerVisitor};
use funnelflux::model::ledger::*;
use funnelflux::model::logs::LogAnswer;
use funnelflux::model::reporting::{AttributeList, RawEvents};
use funnelflux::model::updates::ResetCount;
use funnelflux::model::{DecodeError, Document};
use funnelflux::prelude::*;
use funnelflux::transport::http::{Request, Response as HttpResponse};
use funnelflux::transport::replay::Content;
use funnelflux::transport::{Body, Call};
use funnelflux_tests::json_text::{items, members, objects};
use funnelflux_tests::{recordings_of_every_kind, writes};

/// How a body is put to the test.
type Check = fn(&str);

enum Reading {
    /// A model decodes it.
    By(Check),
    /// The method of the ledger for the operation gives it back as `Accepted`.
    Accepted,
    /// Nothing decodes it, for this reason.
    No(&'static str),
}

use Reading::{Accepted, By, No};

const IDS: &str = "ids, which the client writes itself: nothing is read that could be lost";
const BUILT: &str = "built by the client out of typed parts, and never read";
const EMPTY: &str = "has no body";

/// Which model decodes which body of an operation outside the ledger: what is asked, what is
/// answered.
const READINGS: &[(&str, Reading, Reading)] = &[
    ("auth.login", No("the caller's own JSON, sent as it is"), By(tokens)),
    ("auth.validate", No(BUILT), By(tokens)),
    ("billing.domains.list", No(EMPTY), By(each::<ListDomainsResponse>)),
    ("billing.domains.create", No(BUILT), By(each::<CreateDomainResponse>)),
    ("billing.domains.check", No(BUILT), By(each::<CheckDomainResponse>)),
    ("billing.domains.get", No(EMPTY), By(each::<GetDomainResponse>)),
    ("billing.domains.refresh", No(EMPTY), By(each::<GetDomainResponse>)),
    ("billing.domains.delete", No(EMPTY), By(each::<DeleteDomainResponse>)),
    ("reporting.attributes", No(EMPTY), By(attribute_list)),
    ("reporting.drilldown", No(BUILT), By(report)),
    ("reporting.hits", No(BUILT), By(raw_events)),
    ("reporting.conversions.update", No(BUILT), No(EMPTY)),
    ("reporting.customevents.update", No("the caller's own JSON, sent as it is"), No(EMPTY)),
    ("reporting.cost.update", No(BUILT), No(EMPTY)),
    ("reporting.reset.validate", No(BUILT), By(reset_count)),
    ("reporting.reset.perform", No(BUILT), No(EMPTY)),
    ("reporting.logs.postback", No(BUILT), By(log)),
    ("reporting.logs.webhook-summary", No(BUILT), By(log)),
    ("reporting.logs.middleware-summary", No(BUILT), By(log)),
    ("reporting.explorer.visitor", No(BUILT), By(visitor)),
    ("reporting.explorer.hit", No(BUILT), By(hit)),
];

/// The same for the ledger: by the kind and the verb.
fn of_the_ledger(kind: &AssetKind, verb: Verb) -> (Reading, Reading) {
    let (full, slim): (Check, Check) = match kind.schema.name {
        "TrafficSource" => (saved::<TrafficSource>, each::<TrafficSourceInfo>),
        "OfferSource" => (saved::<OfferSource>, each::<OfferSourceInfo>),
        "FunnelGroup" => (saved::<FunnelGroup>, each::<FunnelGroupInfo>),
        "Funnel" => (saved::<Funnel>, each::<FunnelInfo>),
        "Condition" => (saved::<Condition>, each::<ConditionInfo>),
        "Page" => (saved::<Page>, each::<PageInfo>),
        "PageGroup" => (saved::<PageGroup>, each::<PageGroupInfo>),
        "WebhookConfig" => (saved::<WebhookConfig>, each::<WebhookConfigInfo>),
        "MiddlewareConfig" => (saved::<MiddlewareConfig>, each::<MiddlewareConfigInfo>),
        "LogicScript" => (saved::<LogicScript>, each::<LogicScriptInfo>),
        "VisitorTag" => (saved::<VisitorTag>, each::<VisitorTagInfo>),
        "Category" => (saved::<Category>, each::<CategoryInfo>),
        // A model without a line here is read as a document; the type of the slim ones is any.
        _ => (documents, each::<CategoryInfo>),
    };
    match verb {
        Verb::List | Verb::FindByStatus | Verb::FindByCategory | Verb::FindByType => {
            (No(EMPTY), By(slim))
        }
        Verb::FindById | Verb::FindByIds => (No(EMPTY), By(full)),
        Verb::Create | Verb::Update => (By(full), Accepted),
        Verb::Duplicate => (By(document), Accepted),
        Verb::Archive | Verb::Unarchive if kind.takes_one(verb) => (No(EMPTY), Accepted),
        Verb::Archive | Verb::Unarchive | Verb::Move => (No(IDS), Accepted),
        Verb::Delete => (No(EMPTY), Accepted),
        other => panic!("{other}: no reading here"),
    }
}

fn readings() -> BTreeMap<String, (Reading, Reading)> {
    let kinds = AssetKind::all().iter();
    let mut readings: BTreeMap<String, (Reading, Reading)> = kinds
        .flat_map(|kind| {
            let verbs = kind.verbs.iter();
            verbs.map(|(verb, operation)| (operation.id().to_owned(), of_the_ledger(kind, *verb)))
        })
        .collect();
    for (operation, asked, answered) in READINGS {
        let copy = |reading: &Reading| match reading {
            By(check) => By(*check),
            Accepted => Accepted,
            No(reason) => No(reason),
        };
        readings.insert((*operation).to_owned(), (copy(asked), copy(answered)));
    }
    readings
}

#[test]
fn every_body_of_every_fixture_comes_back_as_it_came() {
    let readings = readings();
    let mut checked = BTreeSet::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let recordings = runtime.block_on(recordings_of_every_kind()).unwrap();
    for (file, recording) in recordings {
        for (at, exchange) in recording.exchanges.into_iter().enumerate() {
            let operation = exchange.operation.unwrap();
            let place = format!("{file}, exchange {}, {operation}", at + 1);
            let (asked, answered) = readings
                .get(&operation)
                .unwrap_or_else(|| panic!("{place}: say above which model decodes its bodies"));
            let body = |content: Content| {
                String::from_utf8(content.to_bytes().unwrap().to_vec()).unwrap().trim().to_owned()
            };
            let request = body(exchange.request.content);
            let answer = body(exchange.response.map(|r| r.content).unwrap_or_default());
            for (side, reading, text) in
                [("asked", asked, &request), ("answered", answered, &answer)]
            {
                println!("{place}, {side}");
                match reading {
                    _ if text.is_empty() => continue,
                    By(check) => check(text),
                    Accepted => answer_of_a_write(&operation, &request, text),
                    No(reason) => {
                        assert_ne!(*reason, EMPTY, "{place}: {side}: {text}");
                        continue;
                    }
                }
                checked.insert((operation.clone(), side));
            }
        }
    }
    // Whatever a model is named for above was really decoded by it, in some fixture.
    for (operation, (asked, answered)) in &readings {
        for (side, reading) in [("asked", asked), ("answered", answered)] {
            if matches!(reading, By(_) | Accepted) {
                let known = (operation.clone(), side);
                assert!(checked.contains(&known), "{operation}: nothing {side} in any fixture");
            }
        }
    }
}

// What is planted.

/// Everything that a careless decoder respells.
const NASTY: &str = r#"{ "deep" : [{"price":1.50,"rate":1e3,"big":12345678901234567890,"none":null,"minus":-0}],"text":"\u00e9\ud83d\ude00\/\u0041" }"#;

/// A value that no version of this SDK knows.
const WORD: &str = r#""aValueFrom\u0054omorrow""#;

/// The text with unknown members in every object at every depth: before the others, between them and
/// behind them.
fn with_unknown_members(text: &str) -> String {
    let mut places: BTreeMap<usize, String> = BTreeMap::new();
    let mut plant = |at: usize, member: String| {
        *places.entry(at).or_default() += &member;
    };
    for object in objects(text) {
        let (first, end) = (object.range.start + 1, object.range.end - 1);
        let Some(last) = object.members.last() else {
            plant(first, format!(r#""only\u0046romTomorrow":{NASTY}"#));
            continue;
        };
        plant(first, format!(r#" "firstFromTomorrow":{NASTY},"#));
        if object.members.len() > 1 {
            let middle = object.members[object.members.len() / 2].range.start;
            plant(middle, format!(r#""middle\u0046romTomorrow" : {NASTY}, "#));
        }
        assert!(last.range.end <= end);
        plant(last.range.end, format!(r#", "lastFromTomorrow":{NASTY}"#));
    }
    let mut planted = text.to_owned();
    for (at, member) in places.into_iter().rev() {
        planted.insert_str(at, &member);
    }
    planted
}

/// The text with this value for this member: in its place, or behind the others.
fn put(text: &str, name: &str, value: &str) -> String {
    let outer = objects(text).pop().unwrap();
    let mut changed = text.to_owned();
    if let Some(member) = outer.members.iter().rev().find(|member| member.name == name) {
        changed.replace_range(member.value.clone(), value);
    } else {
        let comma = if outer.members.is_empty() { "" } else { "," };
        let at = outer.members.last().map_or(outer.range.start + 1, |last| last.range.end);
        changed.insert_str(at, &format!(r#"{comma}"{name}":{value}"#));
    }
    changed
}

/// The text with an unknown value for every word that the model knows, in its parts as well.
fn with_unknown_words(text: &str, known: &[Member]) -> String {
    let mut planted = text.to_owned();
    for member in known {
        let there = members(&planted).into_iter().rev().find(|(name, _)| name == member.name);
        let there = there.map(|(_, value)| value.to_owned()).filter(|value| value != "null");
        let value = match (member.kind.strip_suffix("[]"), members_of(member.kind)) {
            (Some(item), _) => {
                let Some(known) = members_of(item) else { continue };
                let list = there.filter(|list| list.len() > 2).unwrap_or("[{}]".to_owned());
                let each: Vec<String> =
                    items(&list).iter().map(|item| with_unknown_words(item, known)).collect();
                format!("[{}]", each.join(", "))
            }
            (None, Some(known)) => with_unknown_words(there.as_deref().unwrap_or("{}"), known),
            (None, None) if is_word(member) => WORD.to_owned(),
            (None, None) => continue,
        };
        planted = put(&planted, member.name, &value);
    }
    planted
}

/// Whether the member holds a value of an enumeration. Those of domains are documented as texts.
fn is_word(member: &Member) -> bool {
    let is_enum = Schema::find(member.kind).is_some_and(|schema| schema.members.is_empty());
    is_enum || (member.kind == "string" && member.name.ends_with("status"))
}

fn members_of(kind: &str) -> Option<&'static [Member]> {
    let members = Schema::find(kind)?.members;
    (!members.is_empty()).then_some(members)
}

/// Those that stand in no fixture among them.
#[test]
fn every_model_gives_an_empty_object_back_with_whatever_is_planted() {
    funnelflux::model::for_each_model!(each("{}"));
}

// How each kind of body is put to the test.

/// A model, or a list of them; an empty list stands for one with an empty object.
fn each<M: Model>(text: &str) {
    let items = items(text);
    for item in if items.is_empty() { vec!["{}"] } else { items } {
        one::<M>(item);
        let planted = with_unknown_members(item);
        assert!(planted.len() >= item.len() + NASTY.len(), "nothing was planted in {item}");
        one::<M>(&planted);
        let words = with_unknown_words(item, M::MEMBERS);
        assert_eq!(words.contains(WORD), has_words(M::MEMBERS), "{words}");
        one::<M>(&words);
        one::<M>(&with_unknown_words(&planted, M::MEMBERS));
    }
}

fn has_words(known: &[Member]) -> bool {
    known.iter().any(|member| {
        let kind = member.kind.trim_end_matches("[]");
        is_word(member) || members_of(kind).is_some_and(has_words)
    })
}

fn one<M: Model>(text: &str) {
    let mut model: M = serde_json::from_str(text).unwrap();
    assert_eq!(serde_json::to_string(&model).unwrap(), text);
    let wrong = model.misfits();
    assert!(wrong.is_empty(), "{wrong:?} in {text}");
    // Reading leaves no trace.
    assert!(!model.document().is_changed());
    assert_eq!(model.document().text(), text);

    // A change of each member that is there touches no other byte.
    for (name, old) in members(text) {
        if name.contains('\\') {
            continue;
        }
        model.document_mut().set(&name, "changed").unwrap();
        let expected =
            if old == "\"changed\"" { text.to_owned() } else { put(text, &name, "\"changed\"") };
        assert_eq!(serde_json::to_string(&model).unwrap(), expected);
        model.document_mut().revert();
    }
    assert_eq!(model.document().text(), text);
}

/// A whole asset: what is sent to save it is what came, but for what changed and what the server
/// manages.
fn saved<A: LedgerAsset>(text: &str) {
    each::<A>(text);
    for item in items(text) {
        let planted = with_unknown_members(item);
        let mut asset: A = serde_json::from_str(&planted).unwrap();
        let name = A::NAME_MEMBERS.iter().find(|name| asset.document().contains(name)).unwrap();
        asset.set_asset_name("Edited");
        let managed = |name: &str| {
            A::MEMBERS.iter().any(|member| member.name == name && member.server_managed)
        };
        let was = members(&planted).into_iter().filter(|(name, _)| !managed(name));
        let expected: Vec<(String, &str)> = was
            .map(|(name, value)| {
                let renamed = A::NAME_MEMBERS.contains(&&*name);
                (name, if renamed { "\"Edited\"" } else { value })
            })
            .collect();
        let sent = asset.for_save().unwrap();
        assert_eq!(members(sent.text()), expected, "{name} alone may change");
        if !members(&planted).iter().any(|(name, _)| managed(name)) {
            let mut renamed = planted.clone();
            for name in A::NAME_MEMBERS.iter().filter(|name| asset.document().contains(name)) {
                renamed = put(&renamed, name, "\"Edited\"");
            }
            assert_eq!(sent.text(), renamed);
        }
    }
}

/// An object of a kind without a model here, or a list of them.
fn documents(text: &str) {
    items(text).into_iter().for_each(document);
}

/// An object of any kind, as commands and `DynamicAssets` handle it.
fn document(text: &str) {
    for text in [text.to_owned(), with_unknown_members(text)] {
        let document = Document::parse(&text).unwrap();
        assert_eq!(serde_json::to_string(&document).unwrap(), text);
    }
}

/// What `Accepted` holds, through the whole client: the operation that the exchange names is called
/// with what was asked in it.
fn answer_of_a_write(operation: &str, asked: &str, answered: &str) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let object = Document::parse(if asked.is_empty() { "{}" } else { asked }).unwrap();
    for text in [answered.to_owned(), with_unknown_members(answered)] {
        let called = Arc::new(Mutex::new(Vec::new()));
        let (note, answer) = (called.clone(), text.clone());
        let service = tower::service_fn(move |request: Request<Body>| {
            let id = Call::of(&request).unwrap().operation().id().to_owned();
            note.lock().unwrap().push(id);
            ready(Ok::<_, Error>(HttpResponse::new(Body::from(answer.clone()))))
        });
        let client = FunnelFlux::builder().transport(service).access_token("any").build().unwrap();
        let ledger = client.ledger();
        let written = writes::write(ledger, operation, object.clone());
        let accepted = runtime.block_on(written).unwrap_or_else(|e| panic!("{operation}: {e}"));
        assert_eq!(*called.lock().unwrap(), [operation]);
        assert_eq!(accepted.text(), text, "{operation}");
        assert_eq!(accepted.read::<Document>().unwrap().text(), text, "{operation}");
    }
}

/// The token endpoint's other members are documented as to be ignored; they must not disturb.
fn tokens(text: &str) {
    let [plain, planted] = [text, &with_unknown_members(text)]
        .map(|text| serde_json::from_str::<Session>(text).unwrap());
    assert_eq!(plain.user_id, planted.user_id);
    let (plain, planted) = (plain.tokens, planted.tokens);
    assert_eq!(plain.access_token, planted.access_token);
    assert_eq!(plain.refresh_token, planted.refresh_token);
    assert!(plain.expires_at.is_some() && plain.expires_at == planted.expires_at);
}

fn report(text: &str) {
    let day = TimeRange::days("2023-10-12", "2023-10-12", &Zone::utc()).unwrap();
    for text in [text.to_owned(), with_unknown_members(text)] {
        let outer = members(&text);
        let rows = items(outer.iter().find(|(name, _)| name == "rows").unwrap().1);
        let attributes = |row: &str| {
            let members = members(row);
            let found = members.iter().find(|(name, _)| name == "attributes").unwrap().1;
            items(found).into_iter().map(str::to_owned).collect::<Vec<_>>()
        };
        // Which attributes were asked for does not matter here, only how many.
        let request = (0..attributes(rows[0]).len())
            .fold(DrilldownRequest::builder(day.clone()), |request, n| {
                request.attribute(Attribute::new(format!("Tomorrow: {n}")))
            })
            .build()
            .unwrap();
        let report = Report::from_json(&text, &request).unwrap();
        assert_eq!(report.len(), rows.len());
        for (row, sent) in report.rows().zip(&rows) {
            for (at, sent) in attributes(sent).iter().enumerate() {
                assert_eq!(row.attribute(at).unwrap().json(), sent);
            }
            let sent: Vec<_> =
                members(sent).into_iter().filter(|(n, _)| n != "attributes").collect();
            assert_eq!(row.cells().count(), sent.len());
            for (name, value) in sent {
                assert_eq!(row.cell(&unescaped(&name)).json().unwrap(), value, "{name}");
            }
        }
        let extra: Vec<(String, &str)> =
            report.extra().map(|(name, value)| (name.to_owned(), value.get())).collect();
        let sent = outer.iter().filter(|(name, _)| name != "rows");
        assert_eq!(extra, sent.map(|(n, v)| (unescaped(n), *v)).collect::<Vec<_>>());
    }
}

fn unescaped(name: &str) -> String {
    serde_json::from_str(&format!("\"{name}\"")).unwrap()
}

fn raw_events(text: &str) {
    for text in [text.to_owned(), with_unknown_members(text)] {
        let events = RawEvents::from_json(&text).unwrap();
        let outer = members(&text);
        let rows = items(outer.iter().find(|(name, _)| name == "rows").unwrap().1);
        let kept: Vec<&str> = events.rows.iter().map(|row| row.json().get()).collect();
        assert_eq!(kept, rows);
        let extra: Vec<(String, &str)> =
            events.extra().map(|(name, value)| (name.to_owned(), value.get())).collect();
        let sent = outer.iter().filter(|(name, _)| name != "rows");
        assert_eq!(extra, sent.map(|(n, v)| (unescaped(n), *v)).collect::<Vec<_>>());
    }
}

fn attribute_list(text: &str) {
    let as_objects = text.replace('[', "[{\"name\":\"Time: New\"},");
    for text in [text.to_owned(), with_unknown_members(&as_objects)] {
        let list = AttributeList::from_json(&text).unwrap();
        assert_eq!(list.raw.get(), text);
        assert_eq!(list.attributes.len(), items(&text).len());
    }
}

fn log(text: &str) {
    for (planted, text) in [(false, text.to_owned()), (true, with_unknown_members(text))] {
        let answer = LogAnswer::from_json(&text).unwrap();
        assert_eq!(answer.json().get(), text);
        for row in readable(answer.rows(), planted) {
            let (_, _) = (row.average_latency_ms(), row.matched_route_id());
            assert!(text.contains(row.json().get()));
        }
    }
}

fn visitor(text: &str) {
    for (planted, text) in [(false, text.to_owned()), (true, with_unknown_members(text))] {
        let answer = ExplorerVisitor::from_json(&text).unwrap();
        assert_eq!(answer.json().get(), text);
        assert!(answer.has_more().is_some());
        for row in readable(answer.rows(), planted) {
            assert!(text.contains(row.json().get()));
        }
    }
}

/// The name of these rows is unknown. With other lists planted beside them they cannot be found, and
/// only the whole answer, byte for byte, is left.
fn readable<R>(rows: Result<Vec<R>, DecodeError>, planted: bool) -> Vec<R> {
    rows.unwrap_or_else(|error| {
        assert!(planted, "{error}");
        Vec::new()
    })
}

fn hit(text: &str) {
    for text in [text.to_owned(), with_unknown_members(text)] {
        assert_eq!(ExplorerHit::from_json(&text).unwrap().row().json().get(), text);
    }
}

fn reset_count(text: &str) {
    for text in [text.to_owned(), with_unknown_members(text)] {
        let count = ResetCount::from_json(&text).unwrap();
        assert_eq!((count.json.get(), count.hits), (&*text, 42));
    }
}
