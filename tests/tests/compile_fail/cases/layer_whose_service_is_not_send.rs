//! The service of a layer moves between threads. Here the compiler's own words are the best ones: they
//! name the value that does not.

use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use funnelflux::FunnelFlux;
use funnelflux::transport::{Body, SeamService};
use http::Request;
use tower::{ServiceExt as _, layer::layer_fn, service_fn};

fn refused() {
    let service = layer_fn(|inner: SeamService| {
        let count = Rc::new(Cell::new(0));
        service_fn(move |request: Request<Body>| {
            count.set(count.get() + 1);
            inner.clone().oneshot(request)
        })
    });
    let _ = FunnelFlux::builder().attempt_layer(service); // refused
    //~ `Send`
    //~ Rc<
}

fn way_out() {
    let service = layer_fn(|inner: SeamService| {
        let count = Arc::new(AtomicU32::new(0));
        service_fn(move |request: Request<Body>| {
            count.fetch_add(1, Relaxed);
            inner.clone().oneshot(request)
        })
    });
    let _ = FunnelFlux::builder().attempt_layer(service);
}

fn main() {}
