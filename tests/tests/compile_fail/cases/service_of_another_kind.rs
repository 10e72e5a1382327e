//! The trait of the assets names their kind.

use funnelflux::ledger::AssetsApi;
use funnelflux::model::ledger::OfferSource;
use funnelflux::prelude::*;

fn takes(_: impl AssetsApi<OfferSource>) {}

fn refused(client: &FunnelFlux) {
    takes(client.ledger().pages()); // refused
    //~ AssetsApi
    //~ OfferSource
    takes(client.reporting()); // refused
    //~ AssetsApi
}

fn way_out(client: &FunnelFlux) {
    takes(client.ledger().offer_sources());
    takes(client.ledger().offer_sources().clone());
}

fn main() {}
