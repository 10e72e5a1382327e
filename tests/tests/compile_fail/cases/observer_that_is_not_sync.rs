//! An observer is shared by all calls.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use funnelflux::FunnelFlux;
use funnelflux::transport::{Call, Event};

fn refused() {
    let calls = Cell::new(0);
    let _ = FunnelFlux::builder().observer(move |_: &Call, _: &Event<'_>| calls.set(1)); // refused
    //~ cannot be shared between threads safely
    //~ Observer
}

fn way_out() {
    let calls = AtomicU32::new(0);
    let _ = FunnelFlux::builder().observer(move |_: &Call, _: &Event<'_>| {
        calls.fetch_add(1, Relaxed);
    });
}

fn main() {}
