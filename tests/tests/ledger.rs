//! Assets, from the client to the emulator and back: whole lives, bytes that must not change, and
//! many at once.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::sync::{Arc, Mutex};

use funnelflux::emulator::{Emulator, Fault};
use funnelflux::id::Id;
use funnelflux::ledger::{
    AssetKind, Assets, AssetsApi, BulkOptions, IdOf, InfoOf, Kind, ListFilter, Supports, verb,
};
use funnelflux::model::Document;
use funnelflux::model::ledger::{
    Category, CategoryType, DuplicateRequest, Identified as _, LedgerAsset, Model as _,
    OfferSource, Status, TrafficSource,
};
use funnelflux::prelude::*;
use http::{Request, Response};

async fn account() -> (Emulator, FunnelFlux) {
    let emulator = Emulator::builder().visits_per_hour(1).start().await.unwrap();
    let client = FunnelFlux::builder()
        .base_url(emulator.base_url())
        .access_token(emulator.access_token())
        .rate_limit(RateLimit::unlimited())
        .retry(RetryPolicy::new().with_fixed_jitter(0.0))
        .build()
        .unwrap();
    (emulator, client)
}

/// Create, list, find, edit, duplicate, archive, bring back, delete: for whatever has all of them.
async fn a_whole_life<K>(assets: &Assets<K>, kind: &str)
where
    K: Kind<CopyRequest = DuplicateRequest>
        + Supports<verb::List>
        + Supports<verb::FindById>
        + Supports<verb::FindByIds>
        + Supports<verb::FindByStatus>
        + Supports<verb::Create>
        + Supports<verb::Update>
        + Supports<verb::Duplicate>
        + Supports<verb::Archive>
        + Supports<verb::Unarchive>
        + Supports<verb::Delete>,
    InfoOf<K>: std::fmt::Debug,
{
    let id: IdOf<K> = Id::generate().unwrap();
    let asset = K::Model::create(id, "First");
    assets.create(&asset).await.unwrap_or_else(|e| panic!("{kind}: {e}"));
    let again = assets.create(&asset).await.unwrap_err();
    assert!(!again.is_ambiguous(), "{kind}: the same id twice is refused: {again}");

    let found = assets.find_by_id(&id).await.unwrap();
    assert_eq!((found.asset_name().as_ref(), found.asset_id().unwrap()), ("First", Some(id)));
    let listed = assets.list(&ListFilter::new()).await.unwrap();
    assert!(listed.iter().any(|info| info.asset_id().unwrap() == Some(id)), "{kind}");

    let edited = assets
        .edit(&id, |a| {
            a.set_asset_name("Second");
            Ok(())
        })
        .await
        .unwrap();
    assert!(!edited.changed.is_empty(), "{kind}");
    let unchanged = assets
        .edit(&id, |a| {
            a.set_asset_name("Second");
            Ok(())
        })
        .await
        .unwrap();
    assert!(unchanged.changed.is_empty(), "{kind}: what does not change is not sent");
    let both = assets.find_by_ids(&[id]).await.unwrap();
    assert_eq!(both[0].asset_name(), "Second", "{kind}");

    let before = assets.list(&ListFilter::new()).await.unwrap().len();
    assets.duplicate(&id, &DuplicateRequest::new("Copy")).await.unwrap();
    assert_eq!(assets.list(&ListFilter::new()).await.unwrap().len(), before + 1, "{kind}");

    assets.archive(&[id]).await.unwrap();
    let archived = assets.find_by_status("archived").await.unwrap();
    assert!(archived.iter().any(|info| info.asset_id().unwrap() == Some(id)), "{kind}");
    assets.unarchive(&[id]).await.unwrap();
    let archived = assets.find_by_status("archived").await.unwrap();
    assert!(!archived.iter().any(|info| info.asset_id().unwrap() == Some(id)), "{kind}");
    assets.delete(&[id]).await.unwrap();
    let listed = assets.list(&ListFilter::new()).await.unwrap();
    assert!(!listed.iter().any(|info| info.asset_id().unwrap() == Some(id)), "{kind}: deleted");
    let deleted = assets.try_find_by_id(&id).await.unwrap();
    // Whether the API still finds what is deleted is unknown; if so, it says that it is.
    let status = deleted.map(|found| found.document().read::<String>("status").unwrap());
    assert!(status.is_none_or(|status| status.as_deref() == Some("deleted")), "{kind}");
    let empty = assets.archive(&[]).await.unwrap_err();
    assert!(empty.is_invalid_request(), "{kind}: {empty}");
}

#[tokio::test]
async fn assets_live_whole_lives() {
    let (_emulator, client) = account().await;
    let ledger = client.ledger();
    a_whole_life(ledger.traffic_sources(), "traffic sources").await;
    a_whole_life(ledger.offer_sources(), "offer sources").await;
    a_whole_life(ledger.conditions(), "conditions").await;
    a_whole_life(ledger.current_funnel_groups(), "funnel groups").await;
    a_whole_life(ledger.webhook_configs(), "webhook configs").await;
}

#[tokio::test]
async fn unknown_members_come_back_byte_for_byte() {
    // Whatever a server serves, an edit sends back but for the one member that changed.
    let served = r#"{ "aMemberFromTomorrow" : {"deep":[1.50, 1e3, 12345678901234567890]},
  "offerSourceName":"Old","idOfferSource":"2n5JuOKWLTzd","status":"sleeping", "meta":{"v":7,"v":8}, "z":null }"#;
    let sent = Arc::new(Mutex::new(String::new()));
    let keep = sent.clone();
    let server = tower::service_fn(move |request: Request<funnelflux::transport::Body>| {
        let keep = keep.clone();
        async move {
            if request.method() == http::Method::PUT {
                let body = request.into_body().try_into_bytes().unwrap();
                *keep.lock().unwrap() = String::from_utf8(body.to_vec()).unwrap();
                return Ok::<_, Error>(Response::new(funnelflux::transport::Body::from("{}")));
            }
            Ok(Response::new(funnelflux::transport::Body::from(served)))
        }
    });
    let client = FunnelFlux::builder().transport(server).access_token("a").build().unwrap();
    let id = "2n5JuOKWLTzd".parse().unwrap();
    let sources = client.ledger().offer_sources();
    let edited = sources
        .edit(&id, |s| {
            s.set_name("New");
            Ok(())
        })
        .await
        .unwrap();
    assert_eq!(edited.changed, ["offerSourceName"]);
    assert_eq!(*sent.lock().unwrap(), served.replace("\"Old\"", "\"New\""));
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_made_once() {
    let (emulator, client) = account().await;
    let sources = client.ledger().offer_sources();
    for fault in [Fault::lost_answer(), Fault::lost_request()] {
        let source = OfferSource::new(Id::generate().unwrap(), "Lost and found");
        emulator.faults().push_for("ledger.offersource.create", fault).unwrap();
        let created = sources.create(&source).await.unwrap();
        assert!(created.was_lost);
    }
    let listed = sources.list(&ListFilter::new()).await.unwrap();
    let found =
        listed.iter().filter(|s| s.name().is_ok_and(|n| n.as_deref() == Some("Lost and found")));
    assert_eq!(found.count(), 2);
}

#[tokio::test]
async fn five_hundred_are_made_once_each_though_the_server_stumbles() {
    let (emulator, client) = account().await;
    let sources = client.ledger().offer_sources();
    let assets: Vec<OfferSource> = (0..500)
        .map(|n| OfferSource::new(Id::generate().unwrap(), &format!("Bulk {n:03}")))
        .collect();
    emulator.faults().push_for("ledger.offersource.create", Fault::lost_answer().times(5)).unwrap();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let tell = seen.clone();
    let options = BulkOptions::new().on_progress(move |p| tell.lock().unwrap().push(p.done));
    let report = sources.create_all(&assets, options).await;
    assert!(report.is_all_ok(), "{:?}", report.failed().next());
    assert_eq!(*seen.lock().unwrap(), (1..=500).collect::<Vec<_>>());

    // The same again, as after a run that was cut off: nothing is made twice.
    let again = sources.create_missing(&assets, BulkOptions::new()).await;
    assert!(again.results.iter().all(|r| r.as_ref().is_ok_and(Option::is_none)));
    let ids: Vec<_> = assets.iter().map(|a| a.asset_id().unwrap().unwrap()).collect();
    let found = sources.find_all(&ids, BulkOptions::new()).await;
    for (at, result) in found.results.iter().enumerate() {
        assert_eq!(result.as_ref().unwrap().asset_name(), format!("Bulk {at:03}"), "in order");
    }
    let listed = sources.list(&ListFilter::new()).await.unwrap();
    let bulk = listed.iter().filter(|s| s.asset_name().starts_with("Bulk "));
    assert_eq!(bulk.count(), 500);
}

#[tokio::test]
async fn broken_rules_are_named_all_at_once_and_nothing_is_sent() {
    let (emulator, client) = account().await;
    let mut source = TrafficSource::new(Id::generate().unwrap(), "Rules");
    source.document_mut().set("incomingCostModifier", &501).unwrap();
    source.document_mut().set("outgoingPostbackProbability", &-1).unwrap();
    let error = client.ledger().traffic_sources().create(&source).await.unwrap_err();
    let text = error.to_string();
    assert!(error.is_invalid_request(), "{error}");
    assert!(
        text.contains("incomingCostModifier") && text.contains("outgoingPostbackProbability"),
        "{text}"
    );
    assert_eq!(emulator.calls().total(), 0);
}

#[tokio::test]
async fn assets_are_moved_between_categories() {
    let (_emulator, client) = account().await;
    let ledger = client.ledger();
    let category: Id<funnelflux::id::Category> = Id::generate().unwrap();
    let mut folder = Category::new(category, "Networks");
    folder.set_category_type(&CategoryType::OfferSources);
    ledger.categories().create(&folder).await.unwrap();
    let source: Id<funnelflux::id::OfferSource> = Id::generate().unwrap();
    let sources = ledger.offer_sources();
    sources.create(&OfferSource::new(source, "Moved")).await.unwrap();
    sources.move_to(&[source], Some(&category)).await.unwrap();
    let inside = sources.find_by_category(&category).await.unwrap();
    assert_eq!(inside.iter().map(|s| s.asset_id().unwrap().unwrap()).collect::<Vec<_>>(), [source]);
    sources.move_to(&[source], None).await.unwrap();
    assert!(sources.find_by_category(&category).await.unwrap().is_empty());
}

#[tokio::test]
async fn nothing_there_is_not_found_however_the_server_says_it() {
    for answer in ["", "null", "{}", "[]"] {
        let server = tower::service_fn(move |_: Request<funnelflux::transport::Body>| async move {
            Ok::<_, Error>(Response::new(funnelflux::transport::Body::from(answer)))
        });
        let client = FunnelFlux::builder().transport(server).access_token("a").build().unwrap();
        let pages = client.ledger().pages();
        let error = pages.find_by_id(&"2n5JuOKWLTzd".parse().unwrap()).await.unwrap_err();
        assert!(error.is_not_found(), "{answer:?}: {error}");
    }
    let (_emulator, client) = account().await;
    let missing = client.ledger().pages().try_find_by_id(&"2n5JuOKWLTzd".parse().unwrap()).await;
    assert!(missing.unwrap().is_none());
}

#[tokio::test]
async fn a_list_may_be_bare_or_wrapped_and_anything_else_is_an_error() {
    let object = r#"{"idPage":"2n5JuOKWLTzd"}"#;
    for (answer, count) in [
        (format!("[{object},{object}]"), Ok(2)),
        (format!(r#"{{"total":1,"pages":[{object}]}}"#), Ok(1)),
        ("null".to_owned(), Ok(0)),
        (r#"{"a":[],"b":[]}"#.to_owned(), Err("several members are: `a`, `b`")),
        ("7".to_owned(), Err("a list was expected; the answer is a number")),
        (format!("[{object},7]"), Err("item 2")),
    ] {
        let body = answer.clone();
        let server = tower::service_fn(move |_: Request<funnelflux::transport::Body>| {
            let body = body.clone();
            async move { Ok::<_, Error>(Response::new(funnelflux::transport::Body::from(body))) }
        });
        let client = FunnelFlux::builder().transport(server).access_token("a").build().unwrap();
        let listed = client.ledger().pages().list(&ListFilter::new()).await;
        match count {
            Ok(count) => assert_eq!(listed.unwrap().len(), count, "{answer}"),
            Err(why) => {
                let error = listed.unwrap_err();
                assert!(error.is_decode() && error.to_string().contains(why), "{answer}: {error}");
            }
        }
    }
}

#[test]
fn documents_are_never_shown_in_debug() {
    let text = r#"{"idOfferSource":"2n5JuOKWLTzd","secret":"hunter2"}"#;
    let source = OfferSource::from_document(Document::parse(text).unwrap());
    assert!(!format!("{source:?}").contains("hunter2"));
}

#[tokio::test]
async fn assets_of_a_kind_that_is_chosen_at_run_time_work_the_same() {
    let (_emulator, client) = account().await;
    let ledger = client.ledger();
    assert!(ledger.dynamic("campaigns").is_none());
    for kind in AssetKind::all() {
        let (name, assets) = (kind.name, ledger.dynamic(kind.name).unwrap());
        assets.list(&ListFilter::new()).await.unwrap_or_else(|e| panic!("{name}: {e}"));
    }
    let groups = ledger.dynamic("funnel-groups").unwrap();
    let error = groups.unarchive(&["2n5JuOKWLTzd".parse().unwrap()]).await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("funnel-groups"), "{error}");

    let funnels = ledger.dynamic("funnels").unwrap();
    let listed = funnels.list(&ListFilter::new()).await.unwrap();
    let id = funnels.id_of(&listed[0]).unwrap();
    funnels.archive(&[id]).await.unwrap();
    let found = funnels.find_by_id(&id).await.unwrap();
    assert_eq!(found.read::<String>("status").unwrap().as_deref(), Some("archived"));
    funnels.unarchive(&[id]).await.unwrap();
    assert!(funnels.move_to(&[id], None).await.unwrap_err().is_invalid_request());
}

#[tokio::test]
async fn the_trait_of_the_assets_does_what_the_assets_do_and_refuses_the_rest() {
    let (emulator, client) = account().await;
    let sources = client.ledger().offer_sources();
    let source = sources.draft("Acme").unwrap();
    let id = source.id().unwrap().unwrap();
    let api: &dyn AssetsApi<OfferSource> = &sources;
    api.create(&source).await.unwrap();
    let copied = api.duplicate(&id, &DuplicateRequest::new("Copy")).await.unwrap();
    assert!(copied.member("idOfferSource").is_some(), "{}", copied.text());
    assert_eq!(api.find_by_ids(&[id]).await.unwrap().len(), 1);
    api.move_to(&[id], None).await.unwrap();
    api.archive(&[id]).await.unwrap();
    api.unarchive(&[id]).await.unwrap();
    api.delete(&id).await.unwrap();
    let gone = api.find_by_id(&id).await.unwrap().unwrap();
    assert_eq!(gone.status().unwrap(), Some(Status::Deleted));
    // It is there, and it is not what a create was to bring about.
    let report = sources.create_missing(&[source], BulkOptions::new()).await;
    let error = report.results[0].as_ref().unwrap_err();
    assert!(error.to_string().contains("deleted before"), "{error}");

    // The reference lists no deletion of categories.
    let categories = client.ledger().categories();
    let category = categories.draft("New").unwrap();
    let api: &dyn AssetsApi<Category> = &categories;
    let before = emulator.requests().len();
    let error = api.delete(&category.id().unwrap().unwrap()).await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
    assert_eq!(emulator.requests().len(), before);
}
