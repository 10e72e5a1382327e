//! A call that is not sent, a builder that is not built and a result that is not looked at are warnings.
#![deny(unused_must_use)]

use funnelflux::id::{Id, Page};
use funnelflux::ledger::{BulkOptions, ListFilter};
use funnelflux::prelude::*;

async fn refused(client: FunnelFlux, ids: &[Id<Page>]) {
    client.ledger().pages().archive(ids); // refused
    //~ nothing is sent before it is awaited, or `send` or `send_each` is
    client.call_raw(http::Method::GET, "/reporting/attributes"); // refused
    //~ nothing is sent before `send`
    client.ledger().pages().list(&ListFilter::new()); // refused
    client.ledger().pages().delete(ids).send_each(BulkOptions::new()).await; // refused
    //~ each object has a result of its own
    client.ledger().pages().delete(ids).await; // refused
    FunnelFlux::builder().access_token("t"); // refused
    //~ a builder makes nothing before `build`
    DrilldownRequest::builder(TimeRange::days("2026-01-01", "2026-01-02", &Zone::utc()).unwrap()); // refused
    //~ a builder makes nothing before `build`
    RateLimit::unlimited().with_concurrency(4); // refused
    //~ it has an effect only where it is passed
    RetryPolicy::new().with_max_attempts(5); // refused
    //~ it has an effect only where it is passed
    ListFilter::new(); // refused
    //~ it has an effect only where it is passed
}

fn main() {}
