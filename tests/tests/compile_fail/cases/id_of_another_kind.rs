//! An id belongs to a kind.

use funnelflux::id::{Category, Funnel, FunnelGroup, Id, OfferSource, Page};
use funnelflux::prelude::*;

fn refused(
    client: &FunnelFlux,
    page: Id<Page>,
    any: AssetId,
    funnel: Id<Funnel>,
    category: Id<Category>,
) {
    let sources = client.ledger().offer_sources();
    let _ = sources.find_by_id(&page); // refused
    //~ expected `&Id<OfferSource>`, found `&Id<Page>`
    let _ = sources.find_by_id(&any); // refused
    //~ expected `&Id<OfferSource>`, found `&AssetId`
    let _ = sources.find_by_id("2nIemJxCKbFX"); // refused
    //~ expected `&Id<OfferSource>`, found `&str`
    let _ = sources.archive(&[page]); // refused
    //~ expected `Id<OfferSource>`, found `Id<Page>`
    let _ = sources.move_to(&[], Some(&funnel)); // refused
    //~ expected `&Id<Category>`, found `&Id<Funnel>`
    let _ = client.ledger().funnels().move_to(&[funnel], Some(&category)); // refused
    //~ expected `&Id<FunnelGroup>`, found `&Id<Category>`
    let _: Id<Page> = funnel; // refused
    //~ expected `Id<Page>`, found `Id<Funnel>`
}

fn way_out(client: &FunnelFlux, any: AssetId, funnel: Id<Funnel>, group: Id<FunnelGroup>) {
    let sources = client.ledger().offer_sources();
    let parsed: Id<OfferSource> = "2nIemJxCKbFX".parse().unwrap();
    let _ = sources.find_by_id(&parsed);
    let _ = sources.find_by_id(&Id::from_untyped(any));
    let _ = sources.dynamic().find_by_id(&any);
    let _ = client.ledger().funnels().move_to(&[funnel], Some(&group));
}

fn main() {}
