//! Events can gain members, so a pattern has braces.

use funnelflux::transport::Event;

fn refused(event: &Event<'_>) -> bool {
    match event {
        Event::Started => true, // refused
        //~ Event::Started {
        _ => false,
    }
}

fn refused_too(event: &Event<'_>) -> bool {
    match event {
        Event::Dropped { maybe_sent, elapsed } => *maybe_sent && !elapsed.is_zero(), // refused
        //~ `..`
        _ => false,
    }
}

fn way_out(event: &Event<'_>) -> bool {
    matches!(event, Event::Started { .. } | Event::Dropped { maybe_sent: true, .. })
}

fn main() {}
