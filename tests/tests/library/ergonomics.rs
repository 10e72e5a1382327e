//! What one writes first: several calls at once, services behind pointers, lists that iterate.

use std::sync::Arc;

use funnelflux::domains::DomainsApi;
use funnelflux::emulator::Emulator;
use funnelflux::ledger::{AssetsApi, ListFilter};
use funnelflux::model::Decimal;
use funnelflux::model::ledger::OfferSource;
use funnelflux::prelude::*;
use funnelflux::testing::{MockAssetsApi, MockDomainsApi, MockReportingApi};
use funnelflux::transport::{Client, http::Method};
use funnelflux_tests::client_of;
use futures_util::future::{join_all, try_join_all};

use crate::world::{Mood, Server};

async fn client() -> (Emulator, FunnelFlux) {
    let emulator = Emulator::builder().start().await.unwrap();
    let client = client_of(&emulator).build().unwrap();
    (emulator, client)
}

fn request(first: &str, last: &str) -> DrilldownRequest {
    DrilldownRequest::builder(TimeRange::days(first, last, &Zone::utc()).unwrap())
        .attribute(Attribute::THIRD_PARTIES_TRAFFIC_SOURCE)
        .build()
        .unwrap()
}

#[tokio::test]
async fn several_calls_at_once_are_written_in_one_line() {
    let (_emulator, client) = client().await;
    let requests = [request("2026-03-01", "2026-03-02"), request("2026-03-03", "2026-03-04")];
    let reports = join_all(requests.iter().map(|r| client.reporting().drilldown(r))).await;
    assert!(reports.iter().all(Result::is_ok));

    let [a, b] = &requests;
    let (a, b) = tokio::join!(client.reporting().drilldown(a), client.reporting().drilldown(b));
    assert!(a.is_ok() && b.is_ok());

    let filter = ListFilter::new();
    let (sources, pages, domains, attributes) = tokio::try_join!(
        client.ledger().offer_sources().list(&filter),
        client.ledger().pages().list(&filter),
        client.domains().list(),
        client.reporting().attributes(),
    )
    .unwrap();
    assert!(!sources.is_empty() && !pages.is_empty(), "{domains:?}");
    assert_eq!(attributes.status(), 200);

    let ids = sources.iter().map(|source| source.id().unwrap().unwrap()).collect::<Vec<_>>();
    let all = try_join_all(ids.iter().map(|id| client.ledger().offer_sources().find_by_id(id)));
    assert_eq!(all.await.unwrap().len(), ids.len());
}

#[tokio::test]
async fn a_service_moves_into_a_task_as_its_own() {
    let (_emulator, client) = client().await;
    let (reporting, pages) = (client.reporting().clone(), client.ledger().pages().clone());
    drop(client);
    let task = tokio::spawn(async move {
        let filter = ListFilter::new();
        tokio::try_join!(reporting.attributes(), pages.list(&filter)).map(drop)
    });
    task.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_list_iterates_by_value_and_by_reference() {
    let (_emulator, client) = client().await;
    let list = client.ledger().offer_sources().list(&ListFilter::new()).await.unwrap();
    let mut seen = 0;
    for source in &list {
        assert!(!source.name().unwrap().unwrap().is_empty());
        seen += 1;
    }
    assert_eq!(seen, list.len());
    for source in list {
        assert!(source.id().unwrap().is_some());
        seen -= 1;
    }
    assert_eq!(seen, 0);
}

/// Code of a program, over any implementation.
async fn asks(api: impl ReportingApi) -> bool {
    api.attributes().await.is_err() && api.custom_events_update("{}").await.is_err()
}

async fn lists(api: impl AssetsApi<OfferSource>) -> usize {
    let archived = api.archive(&[]).await;
    assert!(archived.is_ok());
    api.list(&ListFilter::new()).await.unwrap().len()
}

async fn deletes(api: impl DomainsApi) {
    api.delete("d1").await.unwrap();
}

fn reporting() -> MockReportingApi {
    let mut api = MockReportingApi::new();
    api.expect_attributes().times(1).returning(|| Err(Error::local("none")));
    // A method with a default is asked of the implementation behind the pointer, too.
    api.expect_custom_events_update().times(1).returning(|_| Err(Error::local("none")));
    api
}

fn assets() -> MockAssetsApi<OfferSource> {
    let mut api = MockAssetsApi::new();
    api.expect_list().times(1).returning(|_| Ok(Vec::new()));
    api.expect_archive().times(1).returning(|_| Ok(()));
    api
}

fn domains() -> MockDomainsApi {
    let mut api = MockDomainsApi::new();
    api.expect_delete().times(1).returning(|_| Ok(()));
    api
}

#[tokio::test]
async fn a_service_is_taken_by_value_reference_box_arc_and_as_an_object() {
    let object: Arc<dyn ReportingApi> = Arc::new(reporting());
    let boxed: Box<dyn ReportingApi> = Box::new(reporting());
    let by_reference: &dyn ReportingApi = &reporting();
    assert!(asks(object).await && asks(boxed).await && asks(by_reference).await);
    assert!(asks(reporting()).await && asks(&reporting()).await);
    assert!(asks(Arc::new(reporting())).await && asks(&Box::new(reporting())).await);

    let object: Arc<dyn AssetsApi<OfferSource>> = Arc::new(assets());
    let boxed: Box<dyn AssetsApi<OfferSource>> = Box::new(assets());
    assert_eq!(lists(object).await + lists(boxed).await + lists(&assets()).await, 0);
    assert_eq!(lists(Arc::new(assets())).await + lists(assets()).await, 0);

    let object: Arc<dyn DomainsApi> = Arc::new(domains());
    let boxed: Box<dyn DomainsApi> = Box::new(domains());
    deletes(object).await;
    deletes(boxed).await;
    deletes(&domains()).await;
    deletes(Arc::new(domains())).await;
}

#[tokio::test]
async fn the_real_services_are_taken_by_reference() {
    let (_emulator, client) = client().await;
    assert!(!client.reporting().attributes().await.unwrap().attributes.is_empty());
    async fn both(reporting: impl ReportingApi, sources: impl AssetsApi<OfferSource>) -> usize {
        reporting.attributes().await.unwrap();
        sources.list(&ListFilter::new()).await.unwrap().len()
    }
    let count = both(client.reporting(), client.ledger().offer_sources()).await;
    assert!(count > 0);
}

#[tokio::test(start_paused = true)]
async fn one_access_token_is_given_alike_at_each_level() {
    let server = Server::new(Mood::Answers);
    let client =
        Client::builder().access_token("secret-token").transport(server.transport()).build();
    client.unwrap().call_raw(Method::GET, "/x").send().await.unwrap();
    assert_eq!(server.reached(), 1);
    let wrong = Client::builder().access_token("two words").transport(server.transport()).build();
    let error = wrong.unwrap_err();
    assert!(error.is_invalid_request() && !error.to_string().contains("two words"), "{error}");
}

#[test]
fn a_decimal_can_be_named_without_another_dependency() {
    let cents: Decimal = "0.30".parse().unwrap();
    assert_eq!(cents.to_string(), "0.30");
}
