//! A transport is a tower service.

use funnelflux::FunnelFlux;
use funnelflux::transport::{Body, Error};
use http::{Request, Response};
use tower::service_fn;

fn refused() {
    let answer = |_: Request<Body>| async { Ok::<_, Error>(Response::new(Body::empty())) };
    let _ = FunnelFlux::builder().transport(answer); // refused
    //~ does not fit the transport's seam
    //~ it must be a tower `Service<http::Request<funnelflux_transport::Body>>`
    let _ = FunnelFlux::builder().transport("https://example.com"); // refused
    //~ it must be a tower `Service<http::Request<funnelflux_transport::Body>>`
    let silent = service_fn(|_: Request<Body>| async { Ok::<_, Error>(()) });
    let _ = FunnelFlux::builder().transport(silent); // refused
    //~ `Response = http::Response<B>`
}

fn way_out() {
    let answer = |_: Request<Body>| async { Ok::<_, Error>(Response::new(Body::empty())) };
    let _ = FunnelFlux::builder().transport(service_fn(answer));
}

fn main() {}
