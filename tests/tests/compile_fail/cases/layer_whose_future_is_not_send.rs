//! The future of a layer moves between threads. Here the compiler's own words are the best ones: they
//! name the value that does not.

use std::rc::Rc;
use std::sync::Arc;

use funnelflux::FunnelFlux;
use funnelflux::transport::{Body, SeamService};
use http::Request;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

fn refused() {
    let future = layer_fn(|inner: SeamService| {
        service_fn(move |request: Request<Body>| {
            let inner = inner.clone();
            async move {
                let held = Rc::new(7);
                let answer = inner.oneshot(request).await;
                drop(held);
                answer
            }
        })
    });
    let _ = FunnelFlux::builder().layer(future); // refused
    //~ `Send`
    //~ `Rc<
}

fn way_out() {
    let future = layer_fn(|inner: SeamService| {
        service_fn(move |request: Request<Body>| {
            let inner = inner.clone();
            async move {
                let held = Arc::new(7);
                let answer = inner.oneshot(request).await;
                drop(held);
                answer
            }
        })
    });
    let _ = FunnelFlux::builder().layer(future);
}

fn main() {}
