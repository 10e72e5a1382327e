//! As with the trait imported: the compiler does not propose to import it.

use funnelflux::id::{Id, VisitorTag};
use funnelflux::prelude::*;

fn refused(client: &FunnelFlux, ids: &[Id<VisitorTag>]) {
    let _ = client.ledger().visitor_tags().unarchive(ids); // refused
    //~ VisitorTag` have no operation
    //~ Unarchive`
    //~ send it as a raw call: `call_raw(method, path)`
    //~! AssetsApi
    //~! in scope
}

fn main() {}
