//! Code for many kinds names the operation that it needs.

use funnelflux::ledger::{Assets, IdOf, Kind, Supports, verb};
use funnelflux::model::ledger::VisitorTag;
use funnelflux::prelude::*;

fn refused<K: Kind>(assets: &Assets<K>, id: IdOf<K>) {
    let _ = assets.archive(&[id]); // refused
    //~ assets of the kind `K` have no operation
    //~ Archive`
    //~ Supports<
}

fn way_out<K: Supports<verb::Archive>>(assets: &Assets<K>, id: IdOf<K>) {
    let _ = assets.archive(&[id]);
}

fn refused_for_a_kind(client: &FunnelFlux, id: IdOf<VisitorTag>) {
    way_out(client.ledger().visitor_tags(), id); // refused
    //~ VisitorTag` have no operation
    //~ send it as a raw call
}

fn way_out_at_run_time(client: &FunnelFlux, id: AssetId) {
    let tags = client.ledger().visitor_tags().dynamic();
    let _ = tags.archive(&[id]);
}

fn main() {}
