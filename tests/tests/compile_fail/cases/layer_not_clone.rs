//! A service that is not `Clone` needs a buffer before it, also below other layers.

use std::time::Duration;

use funnelflux::FunnelFlux;
use tower::ServiceBuilder;
use tower::buffer::BufferLayer;
use tower::limit::RateLimitLayer;
use tower::timeout::TimeoutLayer;

fn refused() {
    let rate = || RateLimitLayer::new(25, Duration::from_secs(1));
    let _ = FunnelFlux::builder().layer(rate()); // refused
    //~ does not fit the transport's seam
    //~ service and future must be `Send + 'static`, the service also `Clone + Sync`
    //~ put `tower::buffer::BufferLayer` before a service that is not `Clone`, such as tower's `RateLimit`
    let _ = FunnelFlux::builder().attempt_layer(rate()); // refused
    //~ put `tower::buffer::BufferLayer` before a service that is not `Clone`
    let below = ServiceBuilder::new()
        .layer(TimeoutLayer::new(Duration::from_secs(1)))
        .layer(rate())
        .into_inner();
    let _ = FunnelFlux::builder().layer(below); // refused
    //~ put `tower::buffer::BufferLayer` before a service that is not `Clone`
    //~! consider borrowing
    let built = ServiceBuilder::new()
        .timeout(Duration::from_secs(1))
        .rate_limit(25, Duration::from_secs(1));
    let _ = FunnelFlux::builder().attempt_layer(built.into_inner()); // refused
    //~ put `tower::buffer::BufferLayer` before a service that is not `Clone`
}

fn way_out() {
    let paced = ServiceBuilder::new()
        .layer(BufferLayer::new(8))
        .layer(RateLimitLayer::new(25, Duration::from_secs(1)))
        .into_inner();
    let below = ServiceBuilder::new()
        .layer(TimeoutLayer::new(Duration::from_secs(1)))
        .layer(BufferLayer::new(8))
        .layer(RateLimitLayer::new(25, Duration::from_secs(1)))
        .into_inner();
    let _ = FunnelFlux::builder().layer(paced).attempt_layer(below);
}

fn main() {}
