//! The trait of all kinds does not stand in for an operation that a kind lacks, and the compiler does not
//! send its reader there.

use funnelflux::id::{Id, VisitorTag};
use funnelflux::ledger::*;
use funnelflux::prelude::*;

async fn refused(client: &FunnelFlux, ids: &[Id<VisitorTag>]) -> Result<(), Error> {
    let tags: &Assets<_> = client.ledger().visitor_tags();
    AssetsApi::list(tags, &ListFilter::new()).await?;
    let _ = tags.archive(ids); // refused
    //~ VisitorTag` have no operation
    //~ Archive`
    //~ send it as a raw call: `call_raw(method, path)`
    //~! use funnelflux
    //~! in scope
    Ok(())
}

fn main() {}
