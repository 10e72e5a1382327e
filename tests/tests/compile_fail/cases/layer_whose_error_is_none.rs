//! A layer fails with an error, or with a string.

use std::io;

use funnelflux::transport::{Body, SeamService};
use funnelflux::{Error, FunnelFlux};
use http::{Request, Response};
use tower::util::MapErrLayer;
use tower::{layer::layer_fn, service_fn};

struct NoError;

fn refused() {
    let _ = FunnelFlux::builder().layer(MapErrLayer::new(|_: Error| NoError)); // refused
    //~ does not fit the transport's seam
    //~ its error is a `std::error::Error + Send + Sync` or a string
    let of_a_service = layer_fn(|_: SeamService| {
        service_fn(|_: Request<Body>| async { Err::<Response<Body>, _>(7_u8) })
    });
    let _ = FunnelFlux::builder().attempt_layer(of_a_service); // refused
    //~ its error is a `std::error::Error + Send + Sync` or a string
}

fn way_out() {
    let builder = FunnelFlux::builder();
    let builder = builder.layer(MapErrLayer::new(|_: Error| "no"));
    let _ = builder.attempt_layer(MapErrLayer::new(|error: Error| io::Error::other(error)));
}

fn main() {}
