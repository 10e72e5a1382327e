//! An answer knows its status and headers; the list or object is inside of it.

use funnelflux::ledger::ListFilter;
use funnelflux::model::ledger::OfferSourceInfo;
use funnelflux::prelude::*;

async fn refused(client: &FunnelFlux) -> Result<(), Error> {
    let sources = client.ledger().offer_sources();
    let list: Vec<OfferSourceInfo> = sources.list(&ListFilter::new()).await?; // refused
    //~ expected `Vec<OfferSourceInfo>`, found `Response<Vec<OfferSourceInfo>>`
    let id = "2nIemJxCKbFX".parse().unwrap();
    let maybe = sources.try_find_by_id(&id).await?;
    let _ = maybe.name(); // refused
    //~ Option
    Ok(())
}

async fn way_out(client: &FunnelFlux) -> Result<(), Error> {
    let sources = client.ledger().offer_sources();
    let list: Vec<OfferSourceInfo> = sources.list(&ListFilter::new()).await?.into_inner();
    let id = "2nIemJxCKbFX".parse().unwrap();
    let _ = sources.find_by_id(&id).await?.name();
    drop(list);
    Ok(())
}

fn main() {}
