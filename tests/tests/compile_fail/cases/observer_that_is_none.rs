//! An observer sees the call and the event.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use funnelflux::FunnelFlux;
use funnelflux::transport::{Call, Event};

static CALLS: AtomicU32 = AtomicU32::new(0);

fn refused() {
    let _ = FunnelFlux::builder().observer(&CALLS); // refused
    //~ is not an observer of calls
    //~ an observer is a closure `|call: &Call, event: &Event<'_>| …`
    let _ = FunnelFlux::builder().observer(std::sync::Arc::new(7)); // refused
    //~ is not an observer of calls
    let _ = FunnelFlux::builder().observer(|event: &Event<'_>| println!("{event:?}")); // refused
    //~ 2 arguments
    //~ Observer
}

fn way_out() {
    let _ = FunnelFlux::builder().observer(|_: &Call, event: &Event<'_>| {
        CALLS.fetch_add(u32::from(matches!(event, Event::Started { .. })), Relaxed);
    });
}

fn main() {}
