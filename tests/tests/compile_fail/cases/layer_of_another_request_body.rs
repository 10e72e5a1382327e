//! A layer that changes the request's body needs a `MapRequestBodyLayer` after it.

use std::time::Duration;

use funnelflux::FunnelFlux;
use funnelflux::transport::Body;
use tower::ServiceBuilder;
use tower_http::decompression::RequestDecompressionLayer;
use tower_http::limit::RequestBodyLimitLayer;
use tower_http::map_request_body::MapRequestBodyLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

fn refused() {
    let _ = FunnelFlux::builder().layer(RequestBodyLimitLayer::new(1000)); // refused
    //~ does not fit the transport's seam
    //~ put `MapRequestBodyLayer::new(Body::wrap)` after a layer that changes the request's body
    let timeout = RequestBodyTimeoutLayer::new(Duration::from_secs(1));
    let _ = FunnelFlux::builder().layer(timeout); // refused
    //~ put `MapRequestBodyLayer::new(Body::wrap)` after a layer that changes the request's body
    let _ = FunnelFlux::builder().attempt_layer(RequestDecompressionLayer::new()); // refused
    //~ put `MapRequestBodyLayer::new(Body::wrap)` after a layer that changes the request's body
}

fn way_out() {
    let limit = ServiceBuilder::new()
        .layer(RequestBodyLimitLayer::new(1000))
        .layer(MapRequestBodyLayer::new(Body::wrap))
        .into_inner();
    let decompression = ServiceBuilder::new()
        .layer(RequestDecompressionLayer::new())
        .layer(MapRequestBodyLayer::new(Body::wrap))
        .into_inner();
    let _ = FunnelFlux::builder().layer(limit).attempt_layer(decompression);
}

fn main() {}
