//! Servers that answer otherwise than was guessed: nothing may be taken for what it is not.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "test code")]
#![allow(clippy::indexing_slicing, reason = "test code")]

use std::sync::{Arc, Mutex};

use funnelflux_ledger::{BulkOptions, Ledger, ListFilter, Verb};
use funnelflux_model::ledger::{DuplicateRequest, Model as _, OfferSource};
use funnelflux_transport::{Body, CallBuilder, Client, Error, Overlay, RateLimit, RetryPolicy};
use http::{Method, Request, Response};

const A: &str = "2nIemJxCKbFX";
const B: &str = "2n5JuOKWLTzd";

fn source(id: &str) -> String {
    format!(r#"{{"idOfferSource":"{id}","offerSourceName":"Acme"}}"#)
}

type Sent = Arc<Mutex<Vec<(Method, String)>>>;

/// A ledger behind a closure: (number of the request from 1, request) → answer, or none.
fn ledger(
    answer: impl Fn(usize, &Request<Body>) -> Option<(u16, String)> + Send + Sync + 'static,
) -> (Ledger, Sent) {
    patient_ledger(RetryPolicy::never(), answer)
}

fn patient_ledger(
    retry: RetryPolicy,
    answer: impl Fn(usize, &Request<Body>) -> Option<(u16, String)> + Send + Sync + 'static,
) -> (Ledger, Sent) {
    let sent = Sent::default();
    let (notes, answer) = (sent.clone(), Arc::new(answer));
    let service = tower::service_fn(move |request: Request<Body>| {
        let mut notes = notes.lock().unwrap();
        notes.push((request.method().clone(), request.uri().path().to_owned()));
        std::future::ready(match answer(notes.len(), &request) {
            Some((status, body)) => {
                Ok(Response::builder().status(status).body(Body::from(body)).unwrap())
            }
            None => Err(Error::no_answer("the line went dead")),
        })
    });
    let client = Client::builder()
        .transport(service)
        .rate_limit(RateLimit::unlimited())
        .retry(retry)
        .build()
        .unwrap();
    (Ledger::new(client), sent)
}

fn writes(sent: &Sent) -> usize {
    sent.lock().unwrap().iter().filter(|(method, _)| *method != Method::GET).count()
}

#[tokio::test]
async fn a_server_that_ignores_the_id_gets_nothing_saved_over() {
    let (ledger, sent) = ledger(|_, _| Some((200, source(B))));
    let sources = ledger.offer_sources();
    let rename = |source: &mut OfferSource| {
        source.set_name("New");
        Ok(())
    };
    let error = sources.edit(&A.parse().unwrap(), rename).await.unwrap_err();
    assert!(error.is_decode(), "{error}");
    assert!(
        error.to_string().contains(A) && error.to_string().contains("query_override"),
        "{error}"
    );
    let dynamic = ledger.dynamic("offer-sources").unwrap();
    assert!(dynamic.find_by_id(&A.parse().unwrap()).await.unwrap_err().is_decode());
    assert_eq!(writes(&sent), 0);
}

#[tokio::test]
async fn a_list_by_ids_that_brings_others_is_refused() {
    let (ledger, _) = ledger(|_, _| Some((200, format!("[{},{}]", source(A), source(B)))));
    let sources = ledger.offer_sources();
    let (a, b) = (A.parse().unwrap(), B.parse().unwrap());
    assert_eq!(sources.find_by_ids(&[a, b]).await.unwrap().len(), 2);
    assert!(sources.find_by_ids(&[a]).await.unwrap_err().is_decode());
}

#[tokio::test]
async fn an_id_under_a_name_that_was_not_guessed_is_found_all_the_same() {
    let (ledger, _) = ledger(|_, _| Some((200, format!(r#"{{"id":"{A}","title":"x"}}"#))));
    let found = ledger.offer_sources().find_by_id(&A.parse().unwrap()).await.unwrap();
    assert!(found.document().is_saved());
}

#[tokio::test]
async fn a_refusal_in_a_normal_answer_is_no_object() {
    let (ledger, sent) = ledger(|_, request| {
        let refusal = r#"{"error":{"code":404,"message":"no such offer source"}}"#;
        let made = *request.method() == Method::POST;
        Some((200, if made { source(A) } else { refusal.to_owned() }))
    });
    let sources = ledger.offer_sources();
    let new = OfferSource::new(A.parse().unwrap(), "Acme");
    let report = sources.create_missing(&[new], BulkOptions::new()).await;
    assert!(matches!(report.results[..], [Ok(Some(_))]), "{report:?}");
    assert_eq!(writes(&sent), 1);
}

#[tokio::test]
async fn an_edit_cannot_move_an_object_to_another_id() {
    let (ledger, sent) = ledger(|_, _| Some((200, source(A))));
    let change = |source: &mut OfferSource| {
        source.set_id(B.parse()?);
        Ok(())
    };
    let error = ledger.offer_sources().edit(&A.parse().unwrap(), change).await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("idOfferSource"), "{error}");
    assert_eq!(writes(&sent), 0);
}

#[tokio::test]
async fn a_create_that_came_late_is_found_though_its_repeat_is_refused() {
    let (ledger, sent) = ledger(|number, _| match number {
        1 => None,
        2 => Some((404, String::new())),
        3 => Some((409, r#"{"message":"exists"}"#.into())),
        _ => Some((200, source(A))),
    });
    let new = OfferSource::new(A.parse().unwrap(), "Acme");
    let created = ledger.offer_sources().create(&new).await.unwrap();
    assert!(created.was_lost && created.answer.is_none());
    assert_eq!(sent.lock().unwrap().len(), 4);
}

#[tokio::test]
async fn a_copys_id_is_the_servers_to_make() {
    let (ledger, sent) = ledger(|_, _| Some((200, "{}".into())));
    let request = DuplicateRequest::new("Copy").set("idOfferSource", B).unwrap();
    let error = ledger.offer_sources().duplicate(&A.parse().unwrap(), &request).await.unwrap_err();
    assert!(error.is_invalid_request() && error.to_string().contains("idOfferSource"), "{error}");
    // The same by name, and a funnel's copy needs its group.
    let dynamic = |name| ledger.dynamic(name).unwrap();
    let error = dynamic("offer-sources").duplicate(&A.parse().unwrap(), request.document()).await;
    assert!(error.unwrap_err().is_invalid_request());
    let bare = DuplicateRequest::new("Copy");
    let error =
        dynamic("funnels").duplicate(&A.parse().unwrap(), bare.document()).await.unwrap_err();
    assert!(error.to_string().contains("parentId"), "{error}");
    assert_eq!(writes(&sent), 0);
}

#[tokio::test]
async fn a_list_that_is_cut_does_not_pass_for_the_whole() {
    let (ledger, _) = ledger(|_, request| {
        let items = format!("[{}]", source(A));
        Some((
            200,
            match request.uri().query() {
                Some("status=null") => r#"{"items":null,"total":0}"#.to_owned(),
                Some("status=no") => r#"{"success":false,"error_message":"no"}"#.to_owned(),
                _ => format!(r#"{{"items":{items},"total":900}}"#),
            },
        ))
    });
    let sources = ledger.offer_sources();
    let error = sources.list(&ListFilter::new()).await.unwrap_err();
    assert!(error.is_decode() && error.to_string().contains("ListFilter::part"), "{error}");
    let part = ListFilter::new().part("start", "0");
    assert_eq!(sources.list(&part).await.unwrap().len(), 1);
    assert!(sources.list(&ListFilter::new().status("null")).await.unwrap().is_empty());
    assert!(sources.list(&ListFilter::new().status("no")).await.unwrap_err().is_refused());
}

#[tokio::test]
async fn what_was_fetched_can_be_made_anew_under_another_id_by_all_the_rules() {
    let fetched = format!(
        r#"{{"idTrafficSource":"{A}","trafficSourceName":"T","incomingCostModifier":900}}"#
    );
    let (ledger, sent) = ledger(move |_, request| {
        let is_read = *request.method() == Method::GET;
        Some((200, if is_read { fetched.clone() } else { "{}".to_owned() }))
    });
    let sources = ledger.traffic_sources();
    let mut copy = sources.find_by_id(&A.parse().unwrap()).await.unwrap().into_inner();
    copy.set_id(B.parse().unwrap());
    let error = sources.create(&copy).await.unwrap_err().to_string();
    assert!(
        error.contains("incomingCostModifier") && !error.contains("idTrafficSource"),
        "{error}"
    );
    copy.set_incoming_cost_modifier(90.into());
    sources.create(&copy).await.unwrap();
    assert_eq!(writes(&sent), 1);
    // A save goes to the id it was read with.
    assert!(sources.update(&copy).await.unwrap_err().is_invalid_request());
}

#[tokio::test]
async fn a_doubt_that_no_look_up_settles_stays_and_a_deleted_object_is_no_success() {
    let new = || OfferSource::new(A.parse().unwrap(), "Acme");
    let (lost, _) = ledger(|number, _| match number {
        1 => None,
        2 => Some((404, String::new())),
        3 => Some((409, r#"{"message":"exists"}"#.into())),
        _ => Some((500, String::new())),
    });
    let error = lost.offer_sources().create(&new()).await.unwrap_err();
    assert!(error.is_ambiguous(), "{error}");

    for status in ["deleted", "DELETED", "Deleted"] {
        let (deleted, _) = ledger(move |number, _| match number {
            1 => None,
            _ => Some((200, format!(r#"{{"idOfferSource":"{A}","status":"{status}"}}"#))),
        });
        let error = deleted.offer_sources().create(&new()).await.unwrap_err();
        assert!(error.is_refused() && error.to_string().contains("deleted"), "{error}");
    }
}

#[tokio::test]
async fn a_web_page_is_no_answer_to_a_write() {
    let (ledger, _) = ledger(|_, _| Some((200, "<!doctype html><title>Log in</title>".into())));
    let error = ledger.offer_sources().delete(&[A.parse().unwrap()]).await.unwrap_err();
    assert!(error.is_ambiguous() && error.is_decode(), "{error}");
    assert!(error.to_string().contains("base URL"), "{error}");
}

#[tokio::test]
async fn a_failure_after_others_were_accepted_says_how_many() {
    let (ledger, sent) = ledger(|n, _| match n {
        3 => Some((403, r#"{"error":"no"}"#.into())),
        _ => Some((200, "{}".into())),
    });
    let ids = [A, B, "2nIemJxCKbFa", "2nIemJxCKbFb"].map(|id| id.parse().unwrap());
    let sources = ledger.dynamic("offer-sources").unwrap();
    let error = sources.delete(&ids).await.unwrap_err();
    let told = "2 of 4 requests were accepted before it";
    assert!(error.to_string().contains(told), "{error}");
    assert_eq!(error.status().unwrap(), 403);
    assert_eq!(writes(&sent), 3);
    sent.lock().unwrap().clear();
    let report = sources.delete(&ids).send().await;
    assert_eq!(report.results.iter().filter(|result| result.is_ok()).count(), 2);
    assert_eq!(report.not_tried, [3]);
}

#[tokio::test]
async fn an_id_that_stands_twice_is_deleted_once() {
    let (ledger, sent) = ledger(|_, _| Some((200, "{}".into())));
    let ids = [A.parse().unwrap(), A.parse().unwrap()];
    let sources = ledger.dynamic("offer-sources").unwrap();
    let report = sources.delete(&ids).send_each(BulkOptions::new()).await;
    assert_eq!(report.failed().map(|(at, _)| at).collect::<Vec<_>>(), [1]);
    assert_eq!(writes(&sent), 1);
}

#[tokio::test]
async fn a_no_to_a_repeat_says_nothing_of_the_first_attempt() {
    let retry = RetryPolicy::new().with_fixed_jitter(0.0);
    let (ledger, sent) = patient_ledger(retry, |number, _| match number {
        1 => None,
        _ => Some((200, r#"{"success":false,"error_code":"NOT_FOUND"}"#.into())),
    });
    let error = ledger.offer_sources().delete(&[A.parse().unwrap()]).await.unwrap_err();
    assert_eq!(sent.lock().unwrap().len(), 2);
    assert!(error.is_refused() && error.is_ambiguous(), "{error}");
}

#[tokio::test]
async fn a_filter_is_sent_only_where_the_contract_has_its_parameter() {
    let (ledger, sent) = ledger(|_, _| Some((200, "[]".into())));
    let filter = ListFilter::new;
    for (kind, filter, name) in [
        ("funnels", filter().category(A), "idCategory"),
        ("funnels", filter().category_type("pages"), "categoryType"),
        ("funnel-groups", filter().category(A), "idCategory"),
        ("current-funnel-groups", filter().with_children(), "includeChilds"),
        ("page-groups", filter().status("active"), "status"),
        ("webhook-configs", filter().category(""), "idCategory"),
        ("visitor-tags", filter().category(A), "idCategory"),
        ("categories", filter().category(A), "idCategory"),
        ("offer-sources", filter().funnel(A), "idFunnel"),
        ("traffic-sources", filter().global_only(), "globalOnly"),
        ("pages", filter().funnel_type("x"), "funnelType"),
    ] {
        let error = ledger.dynamic(kind).unwrap().list(&filter).await.unwrap_err();
        assert!(error.is_invalid_request(), "{kind}: {error}");
        assert!(error.to_string().starts_with(&format!("filter {name}: ")), "{kind}: {error}");
    }
    assert!(sent.lock().unwrap().is_empty());
    for (kind, filter) in [
        ("funnels", filter().status("active").funnel_type("x")),
        ("conditions", filter().status("all").funnel(A).global_only().category("")),
        ("categories", filter().category_type("pages")),
        ("funnel-groups", filter().with_children()),
        ("visitor-tags", filter().query("idCategory", A)),
    ] {
        ledger.dynamic(kind).unwrap().list(&filter).await.unwrap();
    }
}

#[tokio::test]
async fn an_answer_that_a_filter_leaves_out_in_part_is_no_answer() {
    let filter = ListFilter::new;
    for (kind, filter, object, is_right) in [
        ("pages", filter().category(A), r#"{"idCategory":"2nIemJxCKbFX"}"#, true),
        ("pages", filter().category(A), r#"{"idCategory":"2n5JuOKWLTzd"}"#, false),
        ("pages", filter().category(A), r#"{"idCategory":""}"#, false),
        ("pages", filter().category(""), r#"{"idCategory":"2n5JuOKWLTzd"}"#, false),
        ("pages", filter().category(A), r#"{"idCategory":null}"#, true),
        ("pages", filter().category(A), "{}", true),
        ("pages", filter().status("active"), r#"{"status":"archived"}"#, false),
        ("pages", filter().status("active"), r#"{"status":"Active"}"#, true),
        ("pages", filter().status("not-deleted"), r#"{"status":"archived"}"#, true),
        ("pages", filter().status("all"), r#"{"status":"deleted"}"#, true),
        ("pages", filter().query("status", "active"), r#"{"status":"archived"}"#, true),
        ("funnels", filter().funnel_type("a"), r#"{"funnelType":"b"}"#, false),
        ("categories", filter().category_type("pages"), r#"{"categoryType":"funnels"}"#, false),
        ("pages", filter().category(A), r#"{"idCategory":"2NIEMJXCKBFX"}"#, false),
        ("conditions", filter().funnel(A), r#"{"restrictToFunnelId":"2nIemJxCKbFX"}"#, true),
        ("conditions", filter().funnel(A), r#"{"restrictToFunnelId":"2n5JuOKWLTzd"}"#, false),
        ("conditions", filter().funnel(A), r#"{"restrictToFunnelId":""}"#, true),
        ("conditions", filter().global_only(), r#"{"restrictToFunnelId":""}"#, true),
        ("conditions", filter().global_only(), r#"{"restrictToFunnelId":"2nIemJxCKbFX"}"#, false),
        (
            "conditions",
            filter().global_only().funnel(A),
            r#"{"restrictToFunnelId":"2nIemJxCKbFX"}"#,
            true,
        ),
        (
            "conditions",
            filter().funnel(A).global_only(),
            r#"{"restrictToFunnelId":"2n5JuOKWLTzd"}"#,
            false,
        ),
    ] {
        let (ledger, _) = ledger(move |_, _| Some((200, format!("[{object},{{}}]"))));
        let answer = ledger.dynamic(kind).unwrap().list(&filter).await;
        match answer.err() {
            None => assert!(is_right, "{kind} {filter:?} {object}"),
            Some(error) => {
                assert!(!is_right && error.is_decode(), "{kind} {object}: {error}");
                assert!(error.to_string().contains("1 of 2 objects"), "{error}");
            }
        }
    }
    let (ledger, _) = ledger(|_, _| Some((200, r#"[{"status":"archived"}]"#.into())));
    assert!(ledger.pages().find_by_status("active").await.unwrap_err().is_decode());
}

#[tokio::test]
async fn conditions_of_a_status_can_be_asked_for_by_funnel() {
    let (ledger, _) = ledger(|_, request| {
        assert_eq!(request.uri().query(), Some("idFunnel=2nIemJxCKbFX&status=active"));
        Some((200, "[]".into()))
    });
    let found = ledger.conditions().find_by_status_in("active", &A.parse().unwrap()).await;
    assert!(found.unwrap().is_empty());
    // No other kind has the parameter.
    let filter = ListFilter::new().funnel(A);
    let pages = ledger.dynamic("pages").unwrap();
    let error = pages.find_by(Verb::FindByStatus, "active", filter).await.unwrap_err();
    assert!(error.is_invalid_request(), "{error}");
}

#[tokio::test]
async fn what_the_app_alone_writes_is_never_sent_otherwise_than_it_was_read() {
    let stored = format!(r#"{{"idOfferSource":"{A}","offerSourceName":"A","meta":{{"v":1}}}}"#);
    let (ledger, sent) = ledger(move |_, _| Some((200, stored.clone())));
    let sources = ledger.dynamic("offer-sources").unwrap();
    let id = A.parse().unwrap();
    for (path, value) in [(&["meta", "v"][..], 2), (&["meta", "note"], 1), (&["meta"], 0)] {
        let edited = sources.edit(&id, |object| Ok(object.set_at(path, &value).map(drop)?)).await;
        let error = edited.unwrap_err();
        assert!(error.is_invalid_request() && format!("{error:#}").contains("meta"), "{error}");
    }
    let same = sources.edit(&id, |object| Ok(object.set_at(&["meta", "v"], &1).map(drop)?)).await;
    assert!(same.unwrap().changed.is_empty());
    assert_eq!(writes(&sent), 0);

    sources.edit(&id, |object| Ok(object.set("offerSourceName", "B")?)).await.unwrap();
    assert_eq!(writes(&sent), 1);
    let mut new = sources.find_by_id(&id).await.unwrap().into_inner();
    new.set("idOfferSource", B).unwrap();
    let call = sources.create_call(&new).unwrap();
    let (_, _, body) = call.preview().unwrap();
    assert!(!String::from_utf8_lossy(body.unwrap()).contains("meta"));
}

#[test]
fn ids_that_go_one_by_one_keep_what_goes_beside_them() {
    let overlay = ["archive", "unarchive", "move"].iter().fold(Overlay::new(), |overlay, verb| {
        overlay.path(format!("ledger.page.{verb}"), format!("/page/{{ids}}/{verb}"))
    });
    let service = tower::service_fn(|_: Request<Body>| {
        std::future::ready(Err::<Response<Body>, _>(Error::local("nothing is sent")))
    });
    let client = Client::builder().transport(service).overlay(overlay).build().unwrap();
    let (each, list) = (Ledger::new(client), ledger(|_, _| None).0);
    let bodies = |ledger: &Ledger, verb: &str| -> Vec<String> {
        let (pages, to) = (ledger.pages(), A.parse().unwrap());
        let ids = [A.parse().unwrap(), B.parse().unwrap()];
        let writes = match verb {
            "archive" => pages.archive(&ids),
            "unarchive" => pages.unarchive(&ids),
            _ => pages.move_to(&ids, Some(&to)),
        };
        let body = |call: CallBuilder<'_>| {
            let body = call.preview().unwrap().2.map(<[u8]>::to_vec);
            String::from_utf8(body.unwrap_or_default()).unwrap()
        };
        writes.calls().unwrap().into_iter().map(body).collect()
    };
    let ids = format!(r#"{{"ids":["{A}","{B}"]"#);
    for (verb, rest) in [
        ("archive", r#""archive":true"#.to_owned()),
        ("unarchive", String::new()),
        ("move", format!(r#""idCategory":"{A}""#)),
    ] {
        let one = if rest.is_empty() { String::new() } else { format!("{{{rest}}}") };
        assert_eq!(bodies(&each, verb), [one.clone(), one], "{verb}");
        let comma = if rest.is_empty() { "" } else { "," };
        assert_eq!(bodies(&list, verb), [format!("{ids}{comma}{rest}}}")], "{verb}");
    }
}
